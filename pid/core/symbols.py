"""Symbols as codes 0 ... m - 1: what tables are counted from.

What takes long, to check symbols and to put them in order, is done with the distinct ones alone.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Set
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes
from pid.core.arrays import is_boxed, plain
from pid.core.distinct import numbered, numbered_text
from pid.errors import InvalidInput

Encoded = tuple[Codes, tuple[Hashable, ...]]  # of each sample, and the symbols they stand for


def encode(values: Iterable[Hashable], name: str) -> Encoded:
    """Codes 0..m-1 of the samples and the m symbols they stand for.

    Symbols keep the order of their values where they can be sorted, else that of appearance.

    Args:
        values: one symbol per sample, any hashable.
        name: what they are called in messages.

    Raises:
        InvalidInput: an unhashable or a missing (NaN) symbol, or no sequence of symbols.

    Examples:
        >>> codes, symbols = encode(["b", "a", "b"], "x")
        >>> codes.tolist(), symbols
        ([1, 0, 1], ('a', 'b'))
    """
    values = plain(values, name)
    if np.ma.is_masked(values):
        raise _missing(name, int(np.ma.getmaskarray(np.ma.asarray(values)).ravel().argmax()))
    if getattr(values, "ndim", 1) != 1:  # frames iterate over their column names
        raise InvalidInput(
            f"{name} must be one-dimensional, one symbol per sample; "
            f"got shape {getattr(values, 'shape', '()')}"
        )
    if isinstance(values, np.ndarray) and values.dtype.kind in "biufSU":
        return _encode_array(np.asarray(values), name)
    if not isinstance(values, Iterable) or isinstance(values, Mapping | Set):
        raise InvalidInput(
            f"{name} must be a sequence, one symbol per sample; got a {type(values).__name__}"
        )
    items = values if hasattr(values, "__len__") else list(values)
    try:
        numbers, distinct = numbered(items)
        if any(map(is_boxed, distinct)):
            boxes: Any = items
            numbers, distinct = numbered([v.item() if is_boxed(v) else v for v in boxes])
    except TypeError as err:
        raise _refused(items, name) from err
    if any(map(_is_missing, distinct)):
        raise _refused(items, name)
    return ranked(numbers, distinct)


def encode_text(values: Any) -> Encoded | None:
    """As ``encode``, if all values are plain text; None if not."""
    try:
        numbers, distinct = numbered(values)
    except TypeError:
        return None
    return ranked(numbers, distinct) if all(type(v) is str for v in distinct) else None


def ranked(numbers: NDArray[np.integer[Any]], distinct: list[Any]) -> Encoded:
    """Codes in the order of the values where these can be sorted, else in that of ``distinct``."""
    try:
        order = sorted(range(len(distinct)), key=distinct.__getitem__)
    except TypeError:  # symbols of mixed types have no order
        order = list(range(len(distinct)))
    rank = np.empty(len(distinct), dtype=np.intp)
    rank[order] = np.arange(len(distinct))
    return rank[numbers], tuple(distinct[i] for i in order)


def _encode_array(array: NDArray[Any], name: str) -> Encoded:
    if array.dtype.kind == "f" and np.isnan(array).any():
        raise _missing(name, int(np.flatnonzero(np.isnan(array))[0]))
    found = numbered_text(array) if array.dtype.kind == "U" else None
    if found is not None:
        return ranked(*found)
    symbols, codes = np.unique(array, return_inverse=True)
    return codes.astype(np.intp), tuple(symbols.tolist())


def _refused(values: Iterable[Hashable], name: str) -> InvalidInput:
    """The error for the first value that is missing or not hashable."""
    seen: set[Hashable] = set()
    for row, item in enumerate(values):
        try:
            seen.add(item)
        except TypeError:
            return InvalidInput(
                f"{name}[{row}] is a {type(item).__name__}, which is not hashable; "
                "use strings, numbers or tuples as symbols"
            )
        if getattr(item, "ndim", 0):
            return InvalidInput(
                f"{name}[{row}] is a {type(item).__name__} of several values; use strings, numbers "
                "or tuples as symbols"
            )
        if _is_missing(item):
            return _missing(name, row)
    raise AssertionError("every value is a symbol")


def _is_missing(item: Hashable) -> bool:
    """None, or unequal to itself as NaN and NaT are, or with no truth about it as pandas' NA."""
    try:
        return item is None or bool(item != item)
    except Exception:  # of other libraries' objects: what has several values is no symbol either
        return True


def _missing(name: str, row: int) -> InvalidInput:
    return InvalidInput(
        f"{name}[{row}] is missing; drop such samples, or give missing values a symbol of their own"
    )
