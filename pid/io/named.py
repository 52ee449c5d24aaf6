"""Whatever users hold, as named columns of a type that says what they are.

Arrays, lists, pandas, polars and Arrow tables come in here, and values that cannot be used do not;
gaps are found, and what becomes of them is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from decimal import Decimal
from numbers import Real
from typing import Any, NamedTuple

import narwhals as nw
import numpy as np

from pid._types import Codes, Column
from pid.core.arrays import as_array, fields
from pid.core.symbols import Encoded, encode, encode_text
from pid.errors import InvalidInput
from pid.io.gaps import Gaps, gaps_of
from pid.io.held import held
from pid.io.native import as_native
from pid.io.reading import AS_THEY_ARE, Reading
from pid.io.refusals import mixed, no_values, place_of, unusable_values, wrong_type
from pid.io.vectors import names_of, of_objects, of_series, scalars
from pid.io.written import as_numbers

MAX_SYMBOLS = 20  # more distinct numbers than this are measurements rather than symbols
NUMBERS = ("integer", "floating", "mixed-integer-float")  # as pandas calls them


class Named(NamedTuple):
    """A column by its name; codes and symbols where it is known to have nothing else.

    Where ``gaps`` are, the column holds a value that occurs elsewhere in it.
    """

    name: str
    column: Column
    text: Encoded | None = None
    gaps: Gaps | None = None
    is_measured: bool = False  # numbers, however few there are
    mark: str | None = None  # before the decimals, where they were text
    vector: str | None = None  # the column of vectors of which it is a place
    error: InvalidInput | None = None  # why it cannot be read


def named_columns(
    data: object,
    role: str,
    how: Reading = AS_THEY_ARE,
    unusable: dict[str, InvalidInput] | None = None,
) -> list[Named]:
    """The columns of a variable, checked.

    Args:
        data, role, how: see ``as_variable``.
        unusable: takes the errors of single columns, which are then left out.

    Raises:
        InvalidInput: see ``as_variable``; gaps are no errors here.
    """
    named = _given(data, role)
    if not named:
        raise InvalidInput(f"{role} has no columns; give it at least one")
    if len(named[0].column) == 0:
        raise InvalidInput(f"{role} has no samples; it needs one row per sample")
    found = [_with_gaps(one, how.missing_values) for one in named]
    if how.missing == "error" and any(one.gaps is not None for one in found):
        return found  # nobody goes on with these
    read = []
    for one in found:
        try:
            if one.error is not None:
                raise one.error
            read.append(_read(one, role, how)._replace(vector=one.vector))
        except InvalidInput as err:
            if unusable is None:
                raise
            unusable[one.name] = err
    if not read and unusable:
        raise next(iter(unusable.values()))
    return read


def as_objects(values: Sequence[object]) -> Column:
    """An array of whatever they are, tuples too."""
    return np.fromiter(values, dtype=object, count=len(values))


def _given(data: object, role: str) -> list[Named]:
    frame = as_native(data, role)
    if isinstance(frame, nw.Series):
        return _of_column(frame, str(frame.name or role), role)
    if isinstance(frame, nw.DataFrame):
        columns = (_of_column(column, str(column.name), role) for column in frame.iter_columns())
        return [one for some in columns for one in some]
    data = getattr(data, "data_vars", data)  # of a Dataset of xarray
    if isinstance(data, Mapping):
        return _of_mapping(data)
    text = _text(role, data, data[:1]) if isinstance(data, list | tuple) else None
    if text is not None:
        return [text]
    masked = np.ma.getmask(data) if isinstance(data, np.ma.MaskedArray) else np.ma.nomask
    array = as_array(data, role, None if hasattr(data, "__array__") else object)
    gaps = np.broadcast_to(masked, array.shape)
    if array.ndim == 1 and array.dtype.names:
        each = fields(array).items()
        return [_of_array(column, name, np.zeros(len(array), dtype=bool)) for name, column in each]
    if array.ndim == 1:
        matrix = of_objects(array, role)
        if matrix is not None:
            return _of_matrix(matrix, role)
        return [_of_array(array, role, gaps)]
    if array.ndim == 2:
        several = range(array.shape[1])
        return [_of_array(array[:, i], f"{role}[{i}]", gaps[:, i]) for i in several]
    if array.ndim > 2:
        raise InvalidInput(
            f"{role} has {array.ndim} axes, shape {array.shape}, and a row per sample has two: "
            "flatten the others, as X.reshape(len(X), -1), take their mean, or give what an "
            "encoder makes of them"
        )
    raise InvalidInput(
        f"{role} must have one row per sample, as a 1-D or 2-D array or a data frame; "
        f"got {type(data).__name__}" + (f" of shape {array.shape}" if array.ndim else "")
    )


def _of_mapping(data: Mapping[Any, Any]) -> list[Named]:
    """Columns by their names, each of one axis or two."""
    each = (_given(held(column, str(name)), str(name)) for name, column in data.items())
    found = [one for some in each for one in some]
    lengths = {one.name: len(one.column) for one in found}
    if len(set(lengths.values())) > 1:
        (one, first), *others = lengths.items()
        other, rows = next(item for item in others if item[1] != first)
        raise InvalidInput(
            f"columns must have one row per sample each; {one!r} has {first} and {other!r} {rows}"
        )
    return found


def _of_column(series: nw.Series[Any], name: str, role: str) -> list[Named]:
    """A column, or one for each place of the vectors in it."""
    try:
        matrix = of_series(series, place_of(role, name))
    except InvalidInput as err:
        return [Named(name, np.zeros(len(series)), error=err)]
    return [_of_series(series, name)] if matrix is None else _of_matrix(matrix, name)


def _of_matrix(matrix: Column, name: str) -> list[Named]:
    names = names_of(name, matrix.shape[1])
    matrix = np.asfortranarray(matrix)  # each column will be looked at several times
    return [Named(one, matrix[:, i], vector=name) for i, one in enumerate(names)]


def _of_series(series: nw.Series[Any], name: str) -> Named:
    text = _text(name, series.to_native(), series.head(1).to_list())
    if text is not None:
        return text
    gaps = series.is_null().to_numpy()
    if gaps.any() and not gaps.all():
        kept = _of_series(series.filter((~gaps).tolist()), name)
        spread = None if kept.text is None else (_spread(kept.text[0], gaps), kept.text[1])
        return Named(name, _spread(kept.column, gaps), spread, gaps)
    column = np.asarray(series.to_numpy())
    if series.dtype in (nw.Categorical, nw.Enum) and column.dtype.kind not in "Mmc":
        codes, symbols = encode(series.to_native(), name)  # whatever they are written as
        return Named(name, as_objects(symbols)[codes], (codes, symbols))
    return Named(name, scalars(column), None, gaps if gaps.any() else None)


def _of_array(array: Column, name: str, masked: Gaps) -> Named:
    text, array = None, scalars(array)
    if array.dtype.kind == "O" and not masked.any():
        text = _text(name, array, array[:1].tolist())
    return text or Named(name, array, None, masked if masked.any() else None)


def _text(name: str, values: Any, head: Sequence[object]) -> Named | None:
    """Values of which the first is text, if all are: they need no other check. None if not."""
    text = encode_text(values) if head and type(head[0]) is str else None
    if text is None:
        return None
    codes, symbols = text
    column = values if isinstance(values, np.ndarray) else as_objects(symbols)[codes]
    return Named(name, column, text)


def _with_gaps(one: Named, values: Sequence[object]) -> Named:
    """All gaps that the column has; None if none."""
    gaps = gaps_of(one.column, one.text, values)
    gaps = gaps if one.gaps is None else gaps | one.gaps
    return one._replace(gaps=gaps if gaps.any() else None)


def _read(one: Named, role: str, how: Reading) -> Named:
    """The column as what it holds, or is said to hold."""
    place, gaps = place_of(role, one.name), one.gaps
    if gaps is None:
        return _typed(one, place, how, np.arange(len(one.column)))
    if gaps.all():
        raise no_values(place)
    text = None if one.text is None else _without_unused(one.text[0][~gaps], one.text[1])
    present = Named(one.name, one.column[~gaps], text)
    found = _typed(present, place, how, np.flatnonzero(~gaps))
    codes = None if found.text is None else (_spread(found.text[0], gaps), found.text[1])
    return found._replace(column=_spread(found.column, gaps), text=codes, gaps=gaps)


def _typed(one: Named, place: str, how: Reading, rows: Codes) -> Named:
    """Of values without gaps, which are those of ``rows``."""
    if how.is_number(one.name):
        column, mark = as_numbers(one.column, place, rows)
        return Named(one.name, column, is_measured=True, mark=mark)
    if one.text:
        return one
    if how.is_symbol(one.name):
        if one.column.dtype.kind == "O":
            _check_hashable(one.column.tolist(), place, rows)
        codes, symbols = encode(one.column, place)
        return Named(one.name, as_objects(symbols)[codes], (codes, symbols))
    return Named(one.name, _checked(one.column, place, rows))


def _without_unused(codes: Codes, symbols: Sequence[Any]) -> Encoded:
    """Symbols that are left when rows were left out."""
    used, left = np.unique(codes, return_inverse=True)
    return left.astype(np.intp), tuple(symbols[i] for i in used)


def _spread(values: Column, gaps: Gaps) -> Column:
    """Values of the rows without gaps in all rows: gaps hold the middle one, or the first."""
    middle = (len(values) - 1) // 2 if values.dtype.kind in "iuf" else 0
    found = np.empty(len(gaps), dtype=values.dtype)
    found[~gaps] = values
    found[gaps] = np.partition(values, middle)[middle] if middle else values[:1]
    return found


def _checked(column: Column, place: str, rows: Codes) -> Column:
    """With a dtype that says what the column holds, or an error that names ``place``."""
    if column.dtype.kind == "O":
        column = _inferred(column, place, rows)
    if column.dtype.kind in "MmcV" or column.ndim != 1:  # dates, complex, lists of one length
        raise wrong_type(place, column.dtype, "nested " * (column.ndim > 1))
    if column.dtype.kind == "f" and not np.isfinite(column).all():
        infinite = np.flatnonzero(np.isinf(column))
        raise unusable_values(place, "infinite", len(infinite), int(rows[infinite[0]]))
    return column


def _inferred(column: Column, place: str, rows: Codes) -> Column:
    """An object column as booleans or numbers where it holds nothing else, else as symbols."""
    import pandas as pd  # late: it knows all kinds of numbers, but few inputs need it

    items = column.tolist()
    if pd.api.types.infer_dtype(column, skipna=False) in NUMBERS:  # one pass in place of many
        array = np.asarray(items)
        if array.dtype.kind in "iuf":
            return array
    truths = [isinstance(v, bool | np.bool_) for v in items]
    if all(truths):
        return column.astype(bool)
    numbers = [isinstance(v, Real | Decimal) for v in items]
    if all(numbers) and not any(truths):
        return _numbers(items, place)
    _check_hashable(items, place, rows)
    pure = {v for v, number, truth in zip(items, numbers, truths, strict=True) if number > truth}
    if len(pure) > MAX_SYMBOLS:
        row = numbers.index(False) if not all(numbers) else truths.index(True)
        raise mixed(place, items[row], int(rows[row]))
    return column


def _numbers(items: list[Any], place: str) -> Column:
    array = np.asarray(items)
    if array.dtype.kind in "iuf":
        return array
    try:  # integers beyond 64 bits
        return array.astype(np.float64)
    except OverflowError as err:
        raise InvalidInput(f"{place} has numbers too large for a float; rescale them") from err


def _check_hashable(items: list[Hashable], place: str, rows: Codes) -> None:
    for row, item in zip(rows, items, strict=True):
        try:
            hash(item)
        except TypeError as err:
            raise InvalidInput(
                f"{place} has a {type(item).__name__} in data row {row + 1}, which is not "
                "hashable; use strings, numbers or tuples as symbols"
            ) from err
