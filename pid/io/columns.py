"""One variable as checked columns: the border between what users hold and what estimators need.

Arrays, lists, pandas, polars and Arrow tables all become named columns without gaps.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import Any, Literal, Protocol, TypeGuard

import narwhals as nw
import numpy as np
from narwhals.exceptions import DuplicateError
from numpy.typing import NDArray

from pid._types import Codes, Floats
from pid.core.joint import distinct_rows, encode
from pid.errors import InvalidInput

MAX_SYMBOLS = 20  # more distinct numbers than this are measurements rather than symbols
HEAD = 10_000  # rows that mostly show already that there are many distinct ones
CHUNK = 4_000_000  # numbers that are looked at together: 32 MB
ALL = slice(None)
ROWS_PER_CLASS = 10  # integers most of which occur this often are classes, however many there are

Column = NDArray[Any]

_ADVICE = {
    "missing": "drop these rows or fill in the values first",
    "infinite": "replace them or drop these rows",
}


class Columns(Protocol):
    """What has to be known of the columns of a variable before they become codes.

    ``Variable`` is that for columns in memory; others ask whoever has them.
    """

    @property
    def columns(self) -> Sequence[Any]:
        """One for each column."""

    @property
    def is_symbolic(self) -> bool:
        """Whether the values are symbols already: text, booleans, or one column of few integers."""

    @property
    def is_numeric(self) -> bool:
        """Whether all columns are numbers."""

    @property
    def is_continuous(self) -> bool:
        """Whether a target is a measurement: many distinct numbers, that do not repeat as integers.

        Few-valued numbers are classes; so are integers if most occur ``ROWS_PER_CLASS`` times.
        """

    def distinct(self) -> int:
        """Distinct rows; of what is no symbol, any number of many is as good as another."""


@dataclass(frozen=True, slots=True, eq=False)  # eq off: array fields
class Variable:
    """Named columns of one variable, without missing or infinite values.

    Attributes:
        role: "x1", "x2" or "y".
        names: one per column.
        columns: arrays of one length: numbers, booleans, or hashable symbols.
        block: the 2-D array of which the columns are views, where they came as one of numbers.
    """

    role: str
    names: tuple[str, ...]
    columns: tuple[Column, ...]
    block: Column | None = None

    @property
    def label(self) -> str:
        """The column names as one text, or the role where columns came without names."""
        return label(self.role, self.names)

    def __len__(self) -> int:
        return len(self.columns[0])

    @property
    def is_symbolic(self) -> bool:
        """See ``Columns``."""
        if not any(map(_is_numeric, self.columns)):
            return True
        only = self.columns[0]
        return len(self.columns) == 1 and _is_integral(only) and np.unique(only).size <= MAX_SYMBOLS

    @property
    def is_numeric(self) -> bool:
        """See ``Columns``."""
        return all(map(_is_numeric, self.columns))

    @property
    def is_continuous(self) -> bool:
        """See ``Columns``."""
        only = self.columns[0]
        if not _is_numeric(only):
            return False
        _, counts = np.unique(only, return_counts=True)
        repeats = _is_integral(only) and np.median(counts) >= ROWS_PER_CLASS
        return counts.size > MAX_SYMBOLS and not repeats

    def distinct(self) -> int:
        """See ``Columns``."""
        if self.is_symbolic:
            return len(self.encoded()[1])
        for rows in (HEAD, len(self)):
            codes = [encode(column[:rows], self.role)[0] for column in self.columns]
            found = len(distinct_rows(codes)[1])
            if found > MAX_SYMBOLS:
                return len(self)
        return found

    def symbols(self) -> Column:
        """One hashable symbol per sample: the value, or the tuple of values of several columns."""
        if len(self.columns) == 1:
            return self.columns[0]
        tuples = np.empty(len(self), dtype=object)
        for row, values in enumerate(zip(*(c.tolist() for c in self.columns), strict=True)):
            tuples[row] = values
        return tuples

    def encoded(self) -> tuple[Codes, tuple[Hashable, ...]]:
        """Codes 0, 1, ... of the samples, and the symbols they stand for."""
        return encode(self.symbols(), self.role)

    def varying_columns(self, rows: slice | Codes = ALL) -> tuple[Floats, list[str]]:
        """Columns with more spread than rounding makes, as numbers; and the names of the others."""
        matrix = self.matrix(rows)
        varies = varying(matrix.min(axis=0), matrix.max(axis=0))
        constant = [name for name, v in zip(self.names, varies, strict=True) if not v]
        return matrix[:, varies] if constant else matrix, constant

    def matrix(self, rows: slice | Codes = ALL) -> Floats:
        """All columns as numbers, shape (samples, columns), or some of their rows."""
        if self.block is not None:
            return self.block[rows].astype(np.float64)
        for name, column in zip(self.names, self.columns, strict=True):
            if column.dtype.kind not in "biuf":
                raise mixed_columns(self.role, name)
        return np.column_stack([column[rows].astype(np.float64) for column in self.columns])


def row_chunks(rows: int, width: int) -> Iterator[slice]:
    """Slices that cover all rows, each of a size that fits into memory easily."""
    step = max(1, CHUNK // max(1, width))
    return (slice(start, start + step) for start in range(0, rows, step))


def varying(low: Column, high: Column) -> NDArray[np.bool_]:
    """Columns that reach from ``low`` to ``high`` and so have more spread than rounding makes."""
    largest = np.maximum(np.abs(low), np.abs(high))
    largest = np.where(largest > 0, largest, 1)
    return np.asarray(high / largest - low / largest > 8 * np.finfo(np.float64).eps)


def label(role: str, names: Sequence[str]) -> str:
    """Column names as one text, or the role where columns came without names."""
    return role if names[0] in (role, f"{role}[0]") else ",".join(names)


def as_variable(data: object, role: str) -> Variable:
    """Check the columns of a variable.

    Args:
        data: one row per sample: a 1-D or 2-D array or list, or a pandas, polars or Arrow table or
            series; a ``Variable`` is passed through.
        role: "x1", "x2" or "y", for messages and for the names of unnamed columns.

    Raises:
        InvalidInput: no rows or columns, values that are missing, infinite, dates, complex or not
            hashable, duplicate column names.

    Examples:
        >>> as_variable([[1.5, 2.0], [3.0, 4.0]], "x1").names
        ('x1[0]', 'x1[1]')
    """
    if isinstance(data, Variable):
        return data
    if _is_block(data):
        width = data.shape[1]
        names = tuple(f"{role}[{i}]" for i in range(width))
        return Variable(role, names, tuple(data[:, i] for i in range(width)), data)
    named = _named_columns(data, role)
    if not named:
        raise InvalidInput(f"{role} has no columns; give it at least one")
    if len(named[0][1]) == 0:
        raise InvalidInput(f"{role} has no samples; it needs one row per sample")
    names = tuple(name for name, _ in named)
    return Variable(role, names, tuple(_checked(c, place_of(role, name)) for name, c in named))


def as_variables(X1: object, X2: object, y: object) -> tuple[Variable, Variable, Variable]:
    """Check x1, x2 and y, and that they have one row per sample each."""
    variables = as_variable(X1, "x1"), as_variable(X2, "x2"), as_variable(y, "y")
    lengths = [len(variable) for variable in variables]
    if len(set(lengths)) > 1:
        raise InvalidInput(
            "x1, x2 and y must have one row per sample each; "
            "got {} in x1, {} in x2 and {} in y".format(*lengths)
        )
    return variables


def check_target(y: Variable, samples: int | None = None) -> Column:
    """The symbols of a target with one column and at least two classes."""
    if len(y.columns) != 1:
        raise InvalidInput(f"y must be a single column; got {len(y.columns)}")
    symbols = y.symbols()
    _, classes = encode(symbols, "y")
    if len(classes) == 1:
        raise InvalidInput(
            f"y has a single class, {classes[0]!r}, in all {samples or len(y)} samples; "
            "it needs at least two for anything to be said about it"
        )
    return symbols


def _is_block(data: object) -> TypeGuard[NDArray[np.floating[Any]]]:
    """Whether this is an array of usable numbers, seen row by row as it lies in memory."""
    if not isinstance(data, np.ndarray) or isinstance(data, np.ma.MaskedArray):
        return False
    if data.ndim != 2 or data.dtype.kind != "f" or not data.size:
        return False
    return all(np.isfinite(data[rows]).all() for rows in row_chunks(*data.shape))


def _named_columns(data: object, role: str) -> list[tuple[str, Column]]:
    try:
        frame = nw.from_native(data, eager_only=True, allow_series=True, pass_through=True)
    except DuplicateError as err:
        raise InvalidInput(f"{role} has duplicate column names; rename them: {err}") from err
    if isinstance(frame, nw.Series):
        return [(str(frame.name or role), _values(frame, role))]
    if isinstance(frame, nw.DataFrame):
        return [(str(c.name), _values(c, role)) for c in frame.iter_columns()]
    if isinstance(data, np.ma.MaskedArray) and data.mask.any():
        raise _missing(role, np.ma.getmaskarray(data).reshape(len(data), -1).max(axis=1))
    array = np.asarray(data) if hasattr(data, "__array__") else np.asarray(data, dtype=object)
    if array.ndim == 1:
        return [(role, array)]
    if array.ndim == 2:
        return [(f"{role}[{i}]", array[:, i]) for i in range(array.shape[1])]
    raise InvalidInput(
        f"{role} must have one row per sample, as a 1-D or 2-D array or a data frame; "
        f"got {type(data).__name__}" + (f" of shape {array.shape}" if array.ndim else "")
    )


def _values(series: nw.Series[Any], role: str) -> Column:
    gaps = series.is_null().to_numpy()
    if gaps.any():
        raise _missing(place_of(role, str(series.name or role)), gaps)
    return np.asarray(series.to_numpy())


def _checked(column: Column, place: str) -> Column:
    """The column with a dtype that says what it holds, or an error that names ``place``."""
    if column.dtype.kind == "O":
        column = _inferred(column, place)
    if column.dtype.kind in "Mmc" or column.ndim != 1:  # dates, complex, lists of one length
        raise wrong_type(place, column.dtype, "nested " * (column.ndim > 1))
    if column.dtype.kind == "f" and not np.isfinite(column).all():
        if np.isnan(column).any():
            raise _missing(place, np.isnan(column))
        infinite = np.flatnonzero(np.isinf(column))
        raise unusable(place, "infinite", len(infinite), int(infinite[0]))
    return column


def _inferred(column: Column, place: str) -> Column:
    """An object column as booleans or numbers where it holds nothing else, else as symbols."""
    import pandas as pd  # late: it knows all kinds of missing values, but few inputs need it

    items = column.tolist()
    gaps = np.array([pd.api.types.is_scalar(v) and bool(pd.isna(v)) for v in items])
    if gaps.any():
        raise _missing(place, gaps)
    if all(isinstance(v, bool | np.bool_) for v in items):
        return column.astype(bool)
    real = (Real, Decimal)
    numbers = [v for v in items if isinstance(v, real) and not isinstance(v, bool | np.bool_)]
    if len(numbers) == len(items):
        return _numbers(items, place)
    _check_hashable(items, place)
    if len(set(numbers)) > MAX_SYMBOLS:
        text = next(v for v in items if not isinstance(v, real))
        raise mixed(place, text, items.index(text))
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


def _is_numeric(column: Column) -> bool:
    return column.dtype.kind in "iuf"


def _is_integral(column: Column) -> bool:
    return column.dtype.kind in "iu" or bool((column == np.floor(column)).all())


def place_of(role: str, name: str) -> str:
    """A column in words, for messages."""
    return role if name == role else f"column {name!r} of {role}"


def listed(names: Sequence[str], what: str) -> str:
    """'3 constant columns (a, b, c)', with the first few names only."""
    shown = ", ".join(names[:4]) + (", ..." if len(names) > 4 else "")
    return f"{len(names)} {what}{'s' if len(names) > 1 else ''} ({shown})"


def mixed_columns(role: str, name: str) -> InvalidInput:
    """The error for a variable of numbers that has a column of text, too."""
    return InvalidInput(
        f"{role} mixes columns of numbers with columns of text, such as {name!r}; "
        "use columns of one kind, encode the text as numbers, or take estimator 'table'"
    )


def mixed(place: str, text: object, row: int) -> InvalidInput:
    """The error for a column of measurements with text in between."""
    return InvalidInput(
        f"{place} mixes numbers with text: {text!r} in data row {row + 1}; "
        "correct such values or drop these rows"
    )


def _missing(place: str, bad: NDArray[np.bool_]) -> InvalidInput:
    return unusable(place, "missing", int(bad.sum()), int(np.flatnonzero(bad)[0]))


def unusable(
    place: str, what: Literal["missing", "infinite"], count: int, row: int
) -> InvalidInput:
    """The error for missing or infinite values, the first of them in ``row``, from 0."""
    values = f"{count} {what} value{'s' if count > 1 else ''}"
    return InvalidInput(f"{place} has {values}, the first in data row {row + 1}; {_ADVICE[what]}")


def wrong_type(place: str, kind: object, how: str = "") -> InvalidInput:
    """The error for values that are neither numbers nor symbols."""
    return InvalidInput(
        f"{place} holds {how}values of type {kind}; convert them to real numbers or text"
    )
