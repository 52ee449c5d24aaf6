"""A number for every value, equal values the same, and the distinct ones in order of appearance.

Columns of pandas and polars number their values themselves. Rows of plain numbers, such as letters
of text or addresses of objects, are told apart by a hash, faster than by sorting. What remains is
looked up in a dictionary.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes

Numbers = NDArray[np.integer[Any]]
Numbered = tuple[Numbers, list[Any]]
Words = NDArray[np.uint64]

PART = 2**14  # rows hashed together: what is made of them stays in the cache
MOST_BITS = 18  # of a hash; of a few hundred symbols, two seldom have the same


def numbered(values: Any) -> Numbered:
    """Number any hashable values, of a container with a length.

    Raises:
        TypeError: a value is not hashable.

    Examples:
        >>> numbers, distinct = numbered(["b", "a", "b"])
        >>> numbers.tolist(), distinct
        ([0, 1, 0], ['b', 'a'])
    """
    dtype = getattr(values, "dtype", None)
    plain = isinstance(dtype, np.dtype) and dtype.kind == "O"
    if plain or isinstance(values, list):
        return _of_objects(np.asarray(values) if plain else values)
    if hasattr(values, "factorize"):  # of pandas
        numbers, distinct = values.factorize(use_na_sentinel=False)
        return numbers, list(distinct)
    found = _of_polars(values) if hasattr(values, "to_physical") else None
    return found or _looked_up(values)


def numbered_text(array: NDArray[np.str_]) -> Numbered | None:
    """As ``numbered``; None where there are so many that two have one hash."""
    width = max(1, -(-array.dtype.itemsize // 8))  # two letters in one number
    parts = (np.ascontiguousarray(array[rows], f"=U{2 * width}") for rows in _parts(len(array)))
    found = _equal((part.view(np.uint64).reshape(-1, width) for part in parts), len(array))
    return None if found is None else (found[0], array[found[1]].tolist())


def numbered_rows(columns: Sequence[Codes]) -> tuple[Numbers, Codes]:
    """A number for every row of some columns, as they appear, and the first row with each."""
    n = len(columns[0])
    found = _equal(
        (np.stack([c[rows] for c in columns], 1).astype(np.uint64) for rows in _parts(n)), n
    )
    if found is not None:
        return found
    order = np.lexsort(columns)  # a stable sort: the first of equal rows stays the first
    new = np.ones(len(order), dtype=bool)
    new[1:] = np.logical_or.reduce([np.diff(column[order]) != 0 for column in columns])
    number, first = np.empty(len(order), dtype=np.intp), order[new]
    rank = np.empty(len(first), dtype=np.intp)
    rank[np.argsort(first)] = np.arange(len(first))
    number[order] = rank[np.cumsum(new) - 1]
    return number, np.sort(first)


def _of_objects(values: list[Any] | NDArray[np.object_]) -> Numbered:
    """Where few objects are in many rows, each is looked up once: an object is equal to itself."""
    found = _equal((_addresses(values[rows]) for rows in _parts(len(values))), len(values))
    if found is None:
        return _looked_up(values)
    numbers, rows = found
    of_objects, distinct = _looked_up([values[row] for row in rows])
    return (numbers if len(distinct) == len(rows) else of_objects[numbers]), distinct


def _looked_up(values: Iterable[Hashable]) -> Numbered:
    seen: defaultdict[Hashable, int] = defaultdict(count().__next__)
    number = seen.__getitem__
    try:  # bytes are made faster than integers
        return np.frombuffer(bytes(map(number, values)), dtype=np.uint8), list(seen)
    except ValueError:  # more symbols than a byte has values
        return np.fromiter(map(number, values), dtype=np.intp), list(seen)


def _equal(parts: Iterable[Words], n: int) -> tuple[Numbers, Codes] | None:
    """A number for every row, and the first row with each; None where a hash has different rows.

    The hash of a row: its words, times odd numbers drawn at random, summed; of that the first bits
    (Dietzfelbinger et al., A reliable randomized algorithm for the closest-pair problem, 1997).

    Args:
        parts: some rows after the other, shape (rows, words).
        n: rows of all parts.
    """
    bits = min(MOST_BITS, n.bit_length() + 4)
    place, first, start = np.empty(n, dtype=np.intp), np.full(2**bits, n), 0
    for part in parts:
        if not start:
            width = part.shape[1]
            odd = 2 * np.random.default_rng(0).integers(2**63, size=width, dtype=np.uint64) + 1
            kept = np.zeros((2**bits, width), dtype=np.uint64)  # what is at a place
        at = place[start : start + len(part)]
        at[:] = part @ odd >> np.uint64(64 - bits)
        new = np.flatnonzero(first[at] == n)[::-1]
        first[at[new]] = start + new  # of rows with one place the last one stays, which came first
        kept[at[new]] = part[new]
        if not np.array_equal(part, kept.take(at, axis=0)):
            return None
        start += len(part)
    used = np.flatnonzero(first < n)
    used = used[np.argsort(first[used])]
    number = np.empty(2**bits, dtype=np.min_scalar_type(len(used)))
    number[used] = np.arange(len(used))
    return number[place], first[used]


def _parts(n: int) -> Iterator[slice]:
    return (slice(start, start + PART) for start in range(0, n, PART))


def _addresses(values: list[Any] | NDArray[np.object_]) -> Words:
    objects = np.fromiter(values, dtype=object, count=len(values))
    return np.frombuffer(objects.tobytes(), dtype=np.uintp).astype(np.uint64)[:, None]


def _of_polars(column: Any) -> Numbered | None:
    """For text and whole numbers without gaps."""
    import polars as pl  # late: a column of it is there

    if column.null_count():
        return None
    if column.dtype.is_integer():
        distinct, numbers = np.unique(column.to_numpy(), return_inverse=True)
        return numbers, distinct.tolist()
    if column.dtype not in (pl.String, pl.Categorical, pl.Enum):
        return None
    for part in (column.head(PART), column):  # the first rows have mostly shown all
        texts = part.unique(maintain_order=True).to_list()
        coded = column.cast(pl.Enum(texts), strict=False).to_physical()
        if not coded.null_count():
            break
    return coded.to_numpy(), texts
