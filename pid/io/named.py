"""Whatever users hold, as named columns of a type that says what they are.

Arrays, lists, pandas, polars and Arrow tables come in here, and values that cannot be used do not.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from decimal import Decimal
from numbers import Real
from typing import Any, NamedTuple

import narwhals as nw
import numpy as np
from narwhals.exceptions import DuplicateError

from pid._types import Column
from pid.core.arrays import as_array, fields
from pid.core.symbols import Encoded, encode, encode_text
from pid.errors import InvalidInput
from pid.io.refusals import missing, mixed, place_of, unusable, wrong_type

MAX_SYMBOLS = 20  # more distinct numbers than this are measurements rather than symbols
NUMBERS = ("integer", "floating", "mixed-integer-float")  # as pandas calls them


class Named(NamedTuple):
    """A column by its name, and codes and symbols where it is known to have nothing else."""

    name: str
    column: Column
    text: Encoded | None = None


def named_columns(data: object, role: str) -> list[Named]:
    """The columns of a variable, checked.

    Raises:
        InvalidInput: see ``as_variable``.
    """
    named = _given(data, role)
    if not named:
        raise InvalidInput(f"{role} has no columns; give it at least one")
    if len(named[0].column) == 0:
        raise InvalidInput(f"{role} has no samples; it needs one row per sample")
    return [one if one.text else _checked(one, place_of(role, one.name)) for one in named]


def as_objects(values: Sequence[object]) -> Column:
    """An array of whatever they are, tuples too."""
    return np.fromiter(values, dtype=object, count=len(values))


def _given(data: object, role: str) -> list[Named]:
    try:
        frame = nw.from_native(data, eager_only=True, allow_series=True, pass_through=True)
    except DuplicateError as err:
        raise InvalidInput(f"{role} has duplicate column names; rename them: {err}") from err
    if isinstance(frame, nw.Series):
        return [_of_series(frame, str(frame.name or role), role)]
    if isinstance(frame, nw.DataFrame):
        return [_of_series(column, str(column.name), role) for column in frame.iter_columns()]
    if isinstance(data, np.ma.MaskedArray) and data.mask.any():
        raise missing(role, np.ma.getmaskarray(data).reshape(len(data), -1).max(axis=1))
    text = _text(role, data, data[:1]) if isinstance(data, list | tuple) else None
    if text is not None:
        return [text]
    array = as_array(data, role, None if hasattr(data, "__array__") else object)
    if array.ndim == 1 and array.dtype.names:
        return [_of_array(column, name) for name, column in fields(array).items()]
    if array.ndim == 1:
        return [_of_array(array, role)]
    if array.ndim == 2:
        return [_of_array(array[:, i], f"{role}[{i}]") for i in range(array.shape[1])]
    raise InvalidInput(
        f"{role} must have one row per sample, as a 1-D or 2-D array or a data frame; "
        f"got {type(data).__name__}" + (f" of shape {array.shape}" if array.ndim else "")
    )


def _of_series(series: nw.Series[Any], name: str, role: str) -> Named:
    text = _text(name, series.to_native(), series.head(1).to_list())
    if text is not None:
        return text
    gaps = series.is_null().to_numpy()
    if gaps.any():
        raise missing(place_of(role, str(series.name or role)), gaps)
    column = np.asarray(series.to_numpy())
    if series.dtype in (nw.Categorical, nw.Enum) and column.dtype.kind not in "Mmc":
        codes, symbols = encode(series.to_native(), name)  # whatever they are written as
        return Named(name, as_objects(symbols)[codes], (codes, symbols))
    return Named(name, column)


def _of_array(array: Column, name: str) -> Named:
    text = _text(name, array, array[:1].tolist()) if array.dtype.kind == "O" else None
    return text or Named(name, array)


def _text(name: str, values: Any, head: Sequence[object]) -> Named | None:
    """Values of which the first is text, if all are: they need no other check. None if not."""
    text = encode_text(values) if head and type(head[0]) is str else None
    if text is None:
        return None
    codes, symbols = text
    column = values if isinstance(values, np.ndarray) else as_objects(symbols)[codes]
    return Named(name, column, text)


def _checked(named: Named, place: str) -> Named:
    """With a dtype that says what the column holds, or an error that names ``place``."""
    column = _inferred(named.column, place) if named.column.dtype.kind == "O" else named.column
    if column.dtype.kind in "MmcV" or column.ndim != 1:  # dates, complex, lists of one length
        raise wrong_type(place, column.dtype, "nested " * (column.ndim > 1))
    if column.dtype.kind == "f" and not np.isfinite(column).all():
        if np.isnan(column).any():
            raise missing(place, np.isnan(column))
        infinite = np.flatnonzero(np.isinf(column))
        raise unusable(place, "infinite", len(infinite), int(infinite[0]))
    return Named(named.name, column)


def _inferred(column: Column, place: str) -> Column:
    """An object column as booleans or numbers where it holds nothing else, else as symbols."""
    import pandas as pd  # late: it knows all kinds of missing values, but few inputs need it

    items = column.tolist()
    if pd.api.types.infer_dtype(column, skipna=False) in NUMBERS:  # one pass in place of many
        array = np.asarray(items)
        if array.dtype.kind in "iuf":
            return array
    gaps = np.array([pd.api.types.is_scalar(v) and bool(pd.isna(v)) for v in items])
    if gaps.any():
        raise missing(place, gaps)
    truths = [isinstance(v, bool | np.bool_) for v in items]
    if all(truths):
        return column.astype(bool)
    numbers = [isinstance(v, Real | Decimal) for v in items]
    if all(numbers) and not any(truths):
        return _numbers(items, place)
    _check_hashable(items, place)
    pure = {v for v, number, truth in zip(items, numbers, truths, strict=True) if number > truth}
    if len(pure) > MAX_SYMBOLS:
        row = numbers.index(False) if not all(numbers) else truths.index(True)
        raise mixed(place, items[row], row)
    return column


def _numbers(items: list[Any], place: str) -> Column:
    array = np.asarray(items)
    if array.dtype.kind in "iuf":
        return array
    try:  # integers beyond 64 bits
        return array.astype(np.float64)
    except OverflowError as err:
        raise InvalidInput(f"{place} has numbers too large for a float; rescale them") from err


def _check_hashable(items: list[Hashable], place: str) -> None:
    for row, item in enumerate(items):
        try:
            hash(item)
        except TypeError as err:
            raise InvalidInput(
                f"{place} has a {type(item).__name__} in data row {row + 1}, which is not "
                "hashable; use strings, numbers or tuples as symbols"
            ) from err
