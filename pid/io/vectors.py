"""Columns whose cells are vectors, such as embeddings: one column of numbers for each place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

import narwhals as nw
import numpy as np

from pid._types import Column
from pid.core.arrays import is_boxed, plain
from pid.errors import InvalidInput


def names_of(name: str, width: int) -> list[str]:
    """Names of the places of a vector."""
    return [f"{name}[{i}]" for i in range(width)]


def of_series(series: nw.Series[Any], place: str) -> Column | None:
    """The matrix that a column of lists is, rows that are missing as NaN; None of other columns.

    Raises:
        InvalidInput: lists of several lengths, of text, of lists or of nothing; objects of fields.
    """
    if isinstance(series.dtype, nw.Struct):
        fields = ", ".join(repr(field.name) for field in series.dtype.fields[:4])
        raise InvalidInput(
            f"{place} holds objects with fields {fields}; make columns of them first, as "
            "unnest() does in polars, flatten() in Arrow and pd.json_normalize() in pandas"
        )
    if series.dtype in (nw.List, nw.Array):
        found = None if series.null_count() else _of_buffers(series.to_native())
        return found if found is not None else _stacked(series.to_list(), place)
    if series.dtype != nw.Object and series.dtype != nw.Unknown:
        return None
    return of_objects(np.asarray(series.to_numpy()), place)


def of_objects(column: Column, place: str) -> Column | None:
    """The same of an array of objects."""
    if column.dtype.kind != "O" or column.ndim != 1:
        return None
    there = [item for item in column if not _is_missing(item)]
    if there and all(isinstance(item, dict) and item for item in there):
        raise InvalidInput(
            f"{place} holds objects with fields; make columns of them first, as "
            "pd.json_normalize() does"
        )
    if not there or not all(map(is_vector, there)) or not any(map(len, there)):
        return None  # which is refused, or made of symbols, as every other column of objects
    return _stacked(column, place)


def scalars(column: Column) -> Column:
    """Tensors and arrays of no axis as the value that they have, or each would be a symbol."""
    if column.dtype.kind != "O" or not any(map(is_boxed, column)):
        return column
    values = (item.item() if is_boxed(item) else item for item in column)
    return np.fromiter(values, dtype=object, count=len(column))


def is_vector(item: object) -> bool:
    """Whether a cell is a list or an array; tuples are symbols."""
    return isinstance(item, list) or (bool(getattr(item, "ndim", 0)) and hasattr(item, "__array__"))


def _is_missing(item: object) -> bool:
    return item is None or (isinstance(item, float) and item != item)


def _of_buffers(native: Any) -> Column | None:
    """Without a Python object for each number, where the library has them side by side."""
    if hasattr(native, "combine_chunks"):  # of Arrow
        array = native.combine_chunks()
        array = array.chunk(0) if hasattr(array, "chunk") and array.num_chunks == 1 else array
        values = array.flatten()
        lengths = array.value_lengths().to_numpy(zero_copy_only=False)
        if values.null_count or values.type.num_fields or len(set(lengths)) != 1:
            return None
        numbers = values.to_numpy(zero_copy_only=False)
    elif hasattr(native, "explode") and hasattr(native, "to_arrow"):  # of polars
        is_list = hasattr(native, "list") and native.dtype.__class__.__name__ == "List"
        lengths = native.list.len().unique().to_list() if is_list else [native.dtype.shape[0]]
        flat = native.explode()
        if len(lengths) != 1 or flat.null_count() or len(flat) != lengths[0] * len(native):
            return None
        numbers = flat.to_numpy()
    else:
        return None
    if numbers.dtype.kind not in "biuf" or not len(numbers):
        return None
    return np.asarray(numbers).reshape(len(native), -1)


def _stacked(items: Iterable[Any], place: str) -> Column:
    """One row for each item."""
    rows = list(items)
    there = [i for i, item in enumerate(rows) if not _is_missing(item)]
    vectors = [_vector(rows[i], i, place) for i in there]
    lengths = {len(vector) for vector in vectors}
    if len(lengths) > 1:
        first = len(vectors[0])
        row = next(i for i, v in zip(there, vectors, strict=True) if len(v) != first)
        raise InvalidInput(
            f"{place} holds lists of {min(lengths)} to {max(lengths)} numbers, the first "
            f"of another length in data row {row + 1}; bring them to one length: take the mean of "
            "what they are of, or fill them up"
        )
    if lengths in (set(), {0}):
        raise InvalidInput(f"{place} holds lists of nothing; leave it out")
    stacked = np.stack(vectors)
    if len(there) == len(rows):
        return stacked
    found = np.full((len(rows), stacked.shape[1]), np.nan)
    found[there] = stacked
    return found


def _vector(item: Any, row: int, place: str) -> Column:
    """A cell as an array of one axis."""
    if isinstance(item, list) and any(is_vector(value) for value in item):
        _refuse(item, row, place, "a list of lists")
    array = np.asarray(plain(item, place))
    if array.dtype.kind == "O":
        try:
            array = array.astype(np.float64)  # None becomes NaN
        except (TypeError, ValueError):
            _refuse(item, row, place, "a list of other things than numbers")
    if array.ndim > 1:
        _refuse(item, row, place, f"an array of shape {array.shape}")
    if array.dtype.kind not in "biuf":
        _refuse(
            item, row, place, "a list of text" if array.dtype.kind == "U" else "a list of dates"
        )
    return array


def _refuse(item: Any, row: int, place: str, what: str) -> NoReturn:
    advice = "take the mean over an axis, as np.asarray(cell).mean(axis=0), or flatten it"
    if "text" in what or "other" in what:
        advice = "make a column of 0 and 1 of each, as MultiLabelBinarizer of scikit-learn does"
    raise InvalidInput(f"{place} has {what} in data row {row + 1}; {advice}")
