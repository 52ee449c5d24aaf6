"""A number for every value, equal values the same, and the distinct ones in order of appearance.

Columns of pandas and polars number their values themselves. Rows of plain numbers, such as letters
of text or addresses of objects, are told apart by a hash, faster than by sorting. What remains is
looked up in a dictionary.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes

Numbered = tuple[NDArray[np.integer[Any]], list[Any]]

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
    if hasattr(values, "factorize") and not plain:  # of pandas
        numbers, distinct = values.factorize(use_na_sentinel=False)
        return numbers, list(distinct)
    found = _of_polars(values) if hasattr(values, "to_physical") else None
    if found is not None:
        return found
    if plain or (isinstance(values, list) and _equal(_addresses(_objects(values[:PART])))):
        return _of_objects(_objects(values))
    return _looked_up(values)


def numbered_text(array: NDArray[np.str_]) -> Numbered | None:
    """As ``numbered``; None where there are so many that two have one hash."""
    width = max(1, -(-array.dtype.itemsize // 8))  # two letters in one number
    pairs = np.ascontiguousarray(array, dtype=f"=U{2 * width}")
    found = _equal(pairs.view(np.uint64).reshape(len(array), width))
    return None if found is None else (found[0], array[found[1]].tolist())


def numbered_rows(columns: Sequence[Codes]) -> tuple[Codes, Codes]:
    """A number for every row of some columns, as they appear, and the first row with each."""
    found = _equal(np.stack(columns, axis=1).astype(np.uint64))
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


def _of_objects(objects: NDArray[np.object_]) -> Numbered:
    """Few objects in many rows are looked up once each; an object is equal to itself."""
    found = _equal(_addresses(objects))
    if found is None:
        return _looked_up(objects)
    of_rows, rows = found
    of_objects, distinct = _looked_up(objects[rows])
    return of_objects[of_rows], distinct


def _looked_up(values: Iterable[Hashable]) -> Numbered:
    seen: defaultdict[Hashable, int] = defaultdict(count().__next__)
    number = seen.__getitem__
    try:  # bytes are made faster than integers
        return np.frombuffer(bytes(map(number, values)), dtype=np.uint8), list(seen)
    except ValueError:  # more symbols than a byte has values
        return np.fromiter(map(number, values), dtype=np.intp), list(seen)


def _equal(words: NDArray[np.uint64]) -> tuple[Codes, Codes] | None:
    """A number for every row, and the first row with each; None where a hash has different rows.

    The hash of a row: its numbers, times odd ones drawn at random, summed; of that the first bits
    (Dietzfelbinger et al., A reliable randomized algorithm for the closest-pair problem, 1997).
    """
    n, width = words.shape
    bits = min(MOST_BITS, n.bit_length() + 4)
    odd = 2 * np.random.default_rng(0).integers(2**63, size=width, dtype=np.uint64) + 1
    place, first = np.empty(n, dtype=np.intp), np.full(2**bits, n)
    for start in range(0, n, PART):
        part, at = words[start : start + PART], place[start : start + PART]
        at[:] = part @ odd >> np.uint64(64 - bits)
        new = np.flatnonzero(first[at] == n)[::-1]
        first[at[new]] = start + new  # of rows with one place the last one stays, which came first
        if not np.array_equal(part, words.take(first[at], axis=0)):
            return None
    used = np.flatnonzero(first < n)
    used = used[np.argsort(first[used])]
    number = np.empty(2**bits, dtype=np.intp)
    number[used] = np.arange(len(used))
    return number[place], first[used]


def _objects(values: Any) -> NDArray[np.object_]:
    if isinstance(values, list):
        return np.fromiter(values, dtype=object, count=len(values))
    return np.asarray(values)


def _addresses(objects: NDArray[np.object_]) -> NDArray[np.uint64]:
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
    texts = column.unique(maintain_order=True).to_list()
    return column.cast(pl.Enum(texts)).to_physical().to_numpy(), texts
