"""Columns of any kind as columns of numbers, for whoever measures distances or trains on them.

Symbols become indicators: a column of 0 and 1 for each. Whole numbers that repeat may be codes (a
shop, a speaker) or counts (years of age), and nothing in them says which: they become both.
"""

from __future__ import annotations

import numpy as np

from pid._types import Column
from pid.errors import InvalidInput
from pid.io.columns import ROWS_PER_CLASS, Columns, Variable, listed

MOST_INDICATORS = 1_000  # symbols of a source that become a column each
MOST_OF_INTEGERS = 100  # indicators of whole numbers: more columns would drown the others


def as_numbers(x: Variable, *, codes: bool = True) -> tuple[Variable, tuple[str, ...]]:
    """The same rows in columns of numbers alone, and what was done, in words.

    Where numbers have gaps, these hold the middle one, and one more column says where they are.

    Args:
        x: columns of any kind.
        codes: whether whole numbers that repeat become both.

    Raises:
        InvalidInput: more than ``MOST_INDICATORS`` symbols.
    """
    symbols = [column.dtype.kind not in "biuf" for column in x.columns]
    repeats = _repeating(x) if codes else {}
    notes: tuple[str, ...] = ()
    if sum(repeats.values()) > MOST_OF_INTEGERS:
        repeats, notes = {}, tuple(f"{x.role}: {note}" for note in note_on_integers(x))
    indicators = {i: _indicators(x, i) for i, one in enumerate(symbols) if one or i in repeats}
    if not indicators and not x.gaps:
        return x, notes
    names: list[str] = []
    columns: list[Column] = []
    for i, (name, column) in enumerate(zip(x.names, x.columns, strict=True)):
        kept = [] if symbols[i] else [column]
        if i in x.gaps and i not in indicators:
            kept.append(x.gaps[i].astype(np.float64))
        columns += [*kept, *indicators.get(i, ())]
        names += [name] * (len(kept) + len(indicators.get(i, ())))
    numbers = Variable(x.role, tuple(names), tuple(columns))
    return numbers, (*_notes(x, indicators, symbols), *notes)


def without_gaps(
    x1: Variable, x2: Variable, y: Variable
) -> tuple[tuple[Variable, Variable, Variable], tuple[str, ...]]:
    """As ``as_numbers`` where a source of numbers has gaps; text is for others to refuse."""

    def numbers(x: Variable) -> tuple[Variable, tuple[str, ...]]:
        text = any(column.dtype.kind not in "biuf" for column in x.columns)
        return as_numbers(x, codes=False) if x.gaps and not text else (x, ())

    (x1, one), (x2, other) = numbers(x1), numbers(x2)
    return (x1, x2, y), one + other


def note_on_integers(*variables: Columns) -> tuple[str, ...]:
    """For whoever takes all numbers as numbers: which of them may be codes, and what to do then."""
    names = [x.names[i] for x in variables if not x.is_symbolic for i in _repeating(x)]
    if not names:
        return ()
    what = f"{listed(names, 'column')} of whole numbers that repeat, taken as numbers"
    return (f"{what}; codes are better given as symbols",)


def indicators_of(x: Variable) -> list[Column]:
    """A column of 0 and 1 for every symbol of a variable, its columns taken together.

    Raises:
        InvalidInput: more than ``MOST_INDICATORS``.
    """
    return _one_each(*x.encoded(), x.role)


def may_be_codes(x: Columns) -> bool:
    """Whether there are whole numbers that repeat, which become both."""
    return bool(_repeating(x))


def _indicators(x: Variable, i: int) -> list[Column]:
    codes, symbols = x.encoded_column(i)
    return _one_each(codes, symbols, f"column {x.names[i]!r} of {x.role}")


def _one_each(codes: Column, symbols: tuple[object, ...], place: str) -> list[Column]:
    if len(symbols) > MOST_INDICATORS:
        raise InvalidInput(
            f"{place} has {len(symbols):,} symbols, more than {MOST_INDICATORS:,}; leave "
            "out columns that identify samples, or take estimator 'cluster'"
        )
    return [(codes == code).astype(np.float64) for code in range(len(symbols))]


def has_codes(x: Variable) -> bool:
    """Whether ``as_numbers`` would take some whole numbers for symbols, too."""
    if x.is_symbolic:
        return False
    repeats = _repeating(x)
    return bool(repeats) and sum(repeats.values()) <= MOST_OF_INTEGERS


def _repeating(x: Columns) -> dict[int, int]:
    """Columns of whole numbers that may be codes, and how many: of most there are many rows."""
    found = x.repeats(MOST_OF_INTEGERS).items()
    return {i: n for i, (n, typical) in found if n > 2 and typical >= ROWS_PER_CLASS}


def _notes(x: Variable, indicators: dict[int, list[Column]], symbols: list[bool]) -> list[str]:
    of = {
        True: "symbols, taken as such",
        False: "whole numbers, taken as numbers and as symbols where these tell more",
    }
    found = []
    for kind, words in of.items():
        names = [x.names[i] for i in indicators if symbols[i] == kind]
        if names:
            found.append(f"{x.role}: {listed(names, 'column')} of {words}")
    return found
