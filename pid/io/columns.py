"""One variable as checked columns: the border between what users hold and what estimators need.

Arrays, lists, pandas, polars and Arrow tables all become named columns without gaps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol, TypeGuard

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes, Column, Floats
from pid.core.distinct import numbered_rows
from pid.core.joint import distinct_rows
from pid.core.symbols import Encoded, encode, ranked
from pid.errors import InvalidInput
from pid.io.gaps import GAP, Gaps
from pid.io.held import held, note_on
from pid.io.named import MAX_SYMBOLS, as_objects, named_columns
from pid.io.reading import AS_THEY_ARE, Reading
from pid.io.refusals import missing, mixed_columns, place_of

HEAD = 10_000  # rows that mostly show already that there are many distinct ones
CHUNK = 4_000_000  # numbers that are looked at together: 32 MB
ALL = slice(None)
TOGETHER = -1  # all columns, where each has its number
ROWS_PER_CLASS = 10  # integers most of which occur this often are classes, however many there are


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

    @property
    def names(self) -> tuple[str, ...]:
        """One for each column."""

    def distinct(self) -> int:
        """Distinct rows; of what is no symbol, any number of many is as good as another."""

    def repeats(self, most: int) -> Mapping[int, Repeats]:
        """Of the columns of whole numbers, at most ``most`` of them: how they repeat."""


class Repeats(NamedTuple):
    """How many distinct numbers a column has, and how often they occur: the median."""

    distinct: int
    typical: float


@dataclass(frozen=True, slots=True, eq=False)  # eq off: array fields
class Variable:
    """Named columns of one variable, without infinite values.

    Attributes:
        role: "x1", "x2" or "y".
        names: one per column.
        columns: arrays of one length: numbers, booleans, or hashable symbols. In a gap stands a
            value that occurs elsewhere in the column.
        block: the 2-D array of which the columns are views, where they came as one of numbers.
        gaps: rows without a value, by the numbers of the columns that have some.
        measured: columns of numbers that are measurements, however few distinct ones there are.
        written: of columns of numbers that were text, the mark before the decimals.
        vectors: of columns that are places of vectors, what the column of these was called.
        notes: what was done to what came, in words.
    """

    role: str
    names: tuple[str, ...]
    columns: tuple[Column, ...]
    block: Column | None = None
    gaps: Mapping[int, Gaps] = field(default_factory=dict)
    measured: frozenset[int] = frozenset()
    written: Mapping[int, str] = field(default_factory=dict)
    vectors: Mapping[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    _kept: dict[int, Encoded] = field(default_factory=dict, init=False, repr=False)

    @property
    def label(self) -> str:
        """The column names as one text, or the role where columns came without names."""
        if not self.vectors:
            return label(self.role, self.names)
        each = self.by_vectors().items()
        whole = (name if len(places) > 1 else self.names[places[0]] for name, places in each)
        return label(self.role, tuple(whole))

    def __len__(self) -> int:
        return len(self.columns[0])

    @property
    def is_symbolic(self) -> bool:
        """See ``Columns``."""
        if not any(map(_is_numeric, self.columns)):
            return True
        if len(self.columns) > 1 or self.measured:
            return False
        return _is_integral(self.columns[0]) and not self._are_many()

    @property
    def is_numeric(self) -> bool:
        """See ``Columns``."""
        return all(map(_is_numeric, self.columns))

    @property
    def is_continuous(self) -> bool:
        """See ``Columns``."""
        only = self.columns[0]
        if not _is_numeric(only) or not (self.measured or self._are_many()):
            return False
        if self.measured or not _is_integral(only):
            return True
        return bool(np.median(np.bincount(self.encoded()[0])) < ROWS_PER_CLASS)

    def by_vectors(self) -> dict[str, list[int]]:
        """Which columns belong to which that came: places of a vector to that of vectors."""
        found: dict[str, list[int]] = {}
        for i, name in enumerate(self.names):
            found.setdefault(self.vectors.get(i, name), []).append(i)
        return found

    def distinct(self) -> int:
        """See ``Columns``."""
        if self.is_symbolic:
            return len(self.encoded()[1])
        codes = [encode(column[:HEAD], self.role)[0] for column in self.columns]
        if len(distinct_rows(codes)[1]) > MAX_SYMBOLS:  # gaps merge with a value, no more
            return len(self)
        found = len(self.encoded()[1])
        return found if found <= MAX_SYMBOLS else len(self)

    def repeats(self, most: int) -> Mapping[int, Repeats]:
        """See ``Columns``."""
        found = {}
        for i, column in enumerate(self.columns):
            if i in self.measured or not _is_numeric(column):
                continue
            if _is_integral(column[:HEAD]) and _is_integral(column):
                if len(np.unique(column[:HEAD])) > most:
                    continue
                counts = np.unique(column, return_counts=True)[1]
                if len(counts) <= most:
                    found[i] = Repeats(len(counts), float(np.median(counts)))
        return found

    def symbols(self) -> Column:
        """One hashable symbol per sample: the value, or the tuple of values of several columns."""
        if len(self.columns) == 1 and not self.gaps:
            return self.columns[0]
        codes, symbols = self.encoded()
        return as_objects(symbols)[codes]

    def encoded(self) -> Encoded:
        """Codes 0, 1, ... of the samples, and the symbols they stand for; found once and kept."""
        if len(self.columns) == 1:
            return self.encoded_column(0)
        if TOGETHER not in self._kept:
            each = [self.encoded_column(i) for i in range(len(self.columns))]
            numbers, rows = numbered_rows([codes for codes, _ in each])
            values = (as_objects(symbols)[codes[rows]].tolist() for codes, symbols in each)
            self._kept[TOGETHER] = ranked(numbers, list(zip(*values, strict=True)))
        return self._kept[TOGETHER]

    def encoded_column(self, i: int) -> Encoded:
        """As ``encoded``, of one of the columns; gaps are a symbol of their own, the last."""
        if i not in self._kept:
            codes, symbols = encode(self.columns[i], self.role)
            if i in self.gaps:
                codes, symbols = np.where(self.gaps[i], len(symbols), codes), (*symbols, GAP)
            self._kept[i] = codes, symbols
        return self._kept[i]

    def single(self, i: int, role: str) -> Variable:
        """One of the columns."""
        if len(self.columns) == 1 and role == self.role:
            return self  # with what it knows already
        return replace(self.some([i]), role=role)

    def some(self, columns: Sequence[int]) -> Variable:
        """Some of the columns."""
        found = Variable(
            self.role,
            tuple(self.names[i] for i in columns),
            tuple(self.columns[i] for i in columns),
            gaps={at: self.gaps[i] for at, i in enumerate(columns) if i in self.gaps},
            measured=frozenset(at for at, i in enumerate(columns) if i in self.measured),
            vectors={at: self.vectors[i] for at, i in enumerate(columns) if i in self.vectors},
        )
        kept = {at: self._kept[i] for at, i in enumerate(columns) if i in self._kept}
        found._kept.update(kept)
        return found

    def taken(self, rows: Codes | Gaps) -> Variable:
        """Some of the rows."""
        return replace(
            self,
            columns=tuple(column[rows] for column in self.columns),
            block=None if self.block is None else self.block[rows],
            gaps={i: gaps[rows] for i, gaps in self.gaps.items() if gaps[rows].any()},
        )

    def _are_many(self) -> bool:
        """Whether the only column has more distinct numbers than symbols."""
        few = np.unique(self.columns[0][:HEAD]).size <= MAX_SYMBOLS
        return not few or len(self.encoded()[1]) > MAX_SYMBOLS

    def varying_columns(self, rows: slice | Codes = ALL) -> tuple[Floats, tuple[str, ...]]:
        """Columns with more spread than rounding makes, as numbers; and a note on the others."""
        matrix = self.matrix(rows)
        varies = varying(matrix.min(axis=0), matrix.max(axis=0))
        constant = [name for name, v in zip(self.names, varies, strict=True) if not v]
        if not constant:
            return matrix, ()
        return matrix[:, varies], (f"{self.role}: dropped {listed(constant, 'constant column')}",)

    def matrix(self, rows: slice | Codes = ALL) -> Floats:
        """All columns as numbers, shape (samples, columns), or some of their rows.

        What stands in a gap is no number: ``io.numbers`` makes columns of numbers out of gaps.
        """
        if self.block is not None:
            return self.block[rows].astype(np.float64)
        for name, column in zip(self.names, self.columns, strict=True):
            if column.dtype.kind not in "biuf":
                raise mixed_columns(self.role, name)
        assert not self.gaps
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


def as_variable(data: object, role: str, how: Reading = AS_THEY_ARE) -> Variable:
    """Check the columns of a variable.

    Args:
        data: one row per sample: a 1-D or 2-D array or list, or a pandas, polars or Arrow table or
            series; columns by their names; what ``pid.io.held`` takes. A ``Variable`` is passed
            through.
        role: "x1", "x2" or "y", for messages and for the names of unnamed columns.
        how: which values are gaps, and which columns symbols or numbers.

    Raises:
        InvalidInput: no rows or columns, values that are missing (unless ``how`` lets them be),
            infinite, dates, complex or not hashable, duplicate column names.

    Examples:
        >>> as_variable([[1.5, 2.0], [3.0, 4.0]], "x1").names
        ('x1[0]', 'x1[1]')
    """
    found = with_gaps(data, role, how)
    if found.gaps and how.missing == "error":
        raise missing(places_of_gaps(found), asked=how.asked)
    return found


def with_gaps(
    data: object, role: str, how: Reading, unusable: dict[str, InvalidInput] | None = None
) -> Variable:
    """As ``as_variable``, whatever is to become of gaps.

    Where there is an ``unusable``, it takes the errors of columns that are then left out.
    """
    if isinstance(data, Variable):
        return data
    data, notes = held(data, role), note_on(data, role)
    if _is_block(data) and how == AS_THEY_ARE:
        width = data.shape[1]
        names = tuple(f"{role}[{i}]" for i in range(width))
        columns = tuple(data[:, i] for i in range(width))
        return Variable(role, names, columns, data, notes=notes)
    named = named_columns(data, role, how, unusable)
    variable = Variable(
        role,
        tuple(one.name for one in named),
        tuple(one.column for one in named),
        gaps={i: one.gaps for i, one in enumerate(named) if one.gaps is not None},
        measured=frozenset(i for i, one in enumerate(named) if one.is_measured),
        written={i: one.mark for i, one in enumerate(named) if one.mark is not None},
        vectors={i: one.vector for i, one in enumerate(named) if one.vector is not None},
        notes=notes,
    )
    known = {i: one.text for i, one in enumerate(named) if one.text and one.gaps is None}
    variable._kept.update(known)
    return variable


def places_of_gaps(*variables: Variable) -> dict[str, Gaps]:
    """The rows without a value, by the columns in words."""
    return {place_of(v.role, v.names[i]): v.gaps[i] for v in variables for i in sorted(v.gaps)}


def check_target(y: Variable, samples: int | None = None) -> Column:
    """The symbols of a target with one column and at least two classes."""
    if len(y.columns) != 1:
        raise InvalidInput(f"y must be a single column; got {len(y.columns)}")
    if not y.is_continuous and len(y.encoded()[1]) == 1:
        raise InvalidInput(
            f"y has a single class, {y.encoded()[1][0]!r}, in all {samples or len(y)} samples; "
            "it needs at least two for anything to be said about it"
        )
    return y.columns[0]


def _is_block(data: object) -> TypeGuard[NDArray[np.floating[Any]]]:
    """Whether this is an array of usable numbers, seen row by row as it lies in memory."""
    if not isinstance(data, np.ndarray) or isinstance(data, np.ma.MaskedArray | np.matrix):
        return False
    if data.ndim != 2 or data.dtype.kind != "f" or not data.size:
        return False
    return all(np.isfinite(data[rows]).all() for rows in row_chunks(*data.shape))


def _is_numeric(column: Column) -> bool:
    return column.dtype.kind in "iuf"


def _is_integral(column: Column) -> bool:
    return column.dtype.kind in "iu" or bool((column == np.floor(column)).all())


def listed(names: Sequence[str], what: str) -> str:
    """'3 constant columns (a, b, c)', with the first few names only."""
    shown = ", ".join(names[:4]) + (", ..." if len(names) > 4 else "")
    return f"{len(names)} {what}{'s' if len(names) > 1 else ''} ({shown})"
