"""What a column looks like: identifiers, dates, texts, numbers in disguise, values for gaps.

Nothing here changes a column. An exact answer about row numbers or dates is no answer to what was
asked, so that whoever decomposes says which columns look like that, and a screen leaves them out.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Column
from pid.io.columns import Variable, listed
from pid.io.named import MAX_SYMBOLS
from pid.io.written import decimal_mark

FEWEST = 20  # rows from which on anything is said
MOSTLY = 0.9  # of the symbols, that look alike
LOOKED_AT = 1_000  # symbols
WORDS = 4  # on average, from which text is free
ROWS_OF_VALUE = 5  # on average, from which a value that goes with one class does not by chance
GLANCE = 64  # rows that are looked at before all

_DATE = re.compile(
    r"\s*(\d{4}[-/.]\d{1,2}([-/.]\d{1,2})?|\d{1,2}[-/. ]([A-Za-z]{3,9}|\d{1,2})[-/. ]\d{2,4})"
    r"([ T]\d{1,2}:\d{2}.*)?\s*|\s*\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*"
)
_NINES = re.compile(r"-?(9{2,}|1e\+30|3\.4(0282)?e\+38)")  # of numbers that stand for no number
_NO_LABEL = frozenset(
    ("?", "-", ".", "na", "n/a", "nan", "none", "null", "unknown", "unlabeled", "unlabelled")
) | {"missing", "not available", "undefined", ""}


class Kind(StrEnum):
    """What a column looks like, where it matters."""

    IDENTIFIER = "identifier"
    ROW_NUMBER = "row number"
    DATE = "date"
    FREE_TEXT = "free text"
    WRITTEN_NUMBER = "number as text"
    FEW_NUMBERS = "few numbers as text"
    SENTINEL = "value for a gap"


# Of these there is a symbol, or a number, for each row or nearly: they tell rows apart, and so y.
APART = (Kind.IDENTIFIER, Kind.ROW_NUMBER, Kind.DATE, Kind.FREE_TEXT, Kind.WRITTEN_NUMBER)

_WORDS = {
    Kind.IDENTIFIER: "of a symbol for nearly every row, as identifiers have: they tell rows apart, "
    "not what is in them",
    Kind.ROW_NUMBER: "of whole numbers that rise from row to row, as row numbers do: they tell "
    "the order of the file",
    Kind.DATE: "of dates, a symbol for each: give parts of them, such as the month, or the days "
    "since the first",
    Kind.FREE_TEXT: "of free text, a symbol for each: give features of it, such as embeddings",
    Kind.WRITTEN_NUMBER: "of numbers written as text, a symbol for each: name them in numbers",
    Kind.FEW_NUMBERS: "of few numbers written as text, taken as symbols: if they are measurements, "
    "name them in numbers",
    Kind.SENTINEL: "of a value that seems to stand for none: if so, name it in missing_values",
}


class Look(NamedTuple):
    """What a column looks like, and a value that shows it."""

    kind: Kind
    example: Hashable
    rows: int = 0  # that have this value, of a sentinel


def look(x: Variable, i: int) -> Look | None:
    """What a column of a variable looks like; None for ordinary symbols and numbers."""
    column = x.columns[i] if i not in x.gaps else x.columns[i][~x.gaps[i]]
    if len(column) < FEWEST:
        return None
    if column.dtype.kind == "b":
        return None
    if column.dtype.kind in "iuf":
        return _of_numbers(column)
    codes, symbols = x.encoded_column(i)
    present = symbols[: len(symbols) - (i in x.gaps)]
    return _of_symbols(present, len(column), codes)


class Said(NamedTuple):
    """What is said of columns: reasons to doubt the answer, and what may be meant otherwise."""

    warnings: tuple[str, ...]
    notes: tuple[str, ...]


def said_of(sources: Sequence[Variable], y: Variable) -> Said:
    """What columns look like, in words: a sentence for each kind, and how the rows are sorted."""
    seen: dict[Kind, list[str]] = {}
    for x in (*sources, y):
        for i, name in enumerate(x.names):
            found = look(x, i)
            if found is not None:
                seen.setdefault(found.kind, []).append(_named(name, found))
    said = {kind: _sentence(kind, names) for kind, names in seen.items()}
    warnings = [text for kind, text in said.items() if kind in APART]
    notes = [text for kind, text in said.items() if kind not in APART]
    if is_sorted(y):
        rising = [name for x in sources for name in rising_columns(x)]
        if rising:
            warnings.append(
                f"the rows are sorted by y, and {listed(rising, 'column')} rise or fall with "
                "them: what they tell of y may be the order of the file"
            )
        else:
            notes.append(f"the rows are sorted by {y.label}")
    same = [name for x in sources for i, name in enumerate(x.names) if tells_all(x, i, y)]
    if same:
        them = "it" if len(same) == 1 else "them"
        notes.append(
            f"all of {y.label} is in {listed(same, 'column')} alone: leave {them} out if that is "
            "the target under another name, or made from it"
        )
    label = _label_of_gaps(y)
    if label is not None:
        notes.append(
            f"{y.label} has the class {label!r}: if it stands for no label, name it in "
            "missing_values"
        )
    return Said(tuple(warnings), tuple(notes))


def left_out(x: Variable, named: Sequence[str] = ()) -> tuple[list[int], tuple[str, ...]]:
    """Columns for a screen, without those that only tell rows apart, and what is said of others.

    Args:
        x: all columns.
        named: those that the caller has said how to read.
    """
    kept: list[int] = []
    seen: dict[Kind, list[str]] = {}
    for i, name in enumerate(x.names):
        found = None if name in named else look(x, i)
        if found is None or found.kind not in APART:
            kept.append(i)
        if found is not None:
            seen.setdefault(found.kind, []).append(_named(name, found))
    notes = ("left out " * (kind in APART) + _sentence(kind, these) for kind, these in seen.items())
    return kept, tuple(notes)


def sentence(found: Look) -> str:
    """What one column looks like, and what to do then."""
    shown = f"{found.example!r} in {found.rows:,} rows, " if found.rows else ""
    return shown + _WORDS[found.kind].removeprefix("of ")


def _named(name: str, found: Look) -> str:
    """Without what belongs to single rows: this goes into reports, which others may read."""
    if found.kind is Kind.SENTINEL:
        return f"{name}: {found.example!r} in {found.rows:,} rows"
    return name


def _sentence(kind: Kind, names: Sequence[str]) -> str:
    return f"{listed(names, 'column')} {_WORDS[kind]} (see pid.describe)"


def _of_symbols(symbols: Sequence[Hashable], rows: int, codes: Codes) -> Look | None:
    texts = [symbol for symbol in symbols if isinstance(symbol, str)]
    sentinel = next((text for text in texts if text.strip().lower() in _NO_LABEL), None)
    if sentinel is not None:
        at = list(symbols).index(sentinel)
        return Look(Kind.SENTINEL, sentinel, int((codes == at).sum()))
    if len(symbols) <= MAX_SYMBOLS or not texts:
        return _of_few(texts) if len(texts) == len(symbols) else None
    some = texts[:: max(1, len(texts) // LOOKED_AT)]
    mostly = MOSTLY * len(some)
    if sum(bool(_DATE.fullmatch(text)) for text in some) >= mostly:
        return Look(Kind.DATE, some[0])
    # whole numbers as text are codes that somebody has made text
    numbers = [t for t in some if not t.isdecimal() and decimal_mark([t]) is not None]
    if len(numbers) >= mostly and decimal_mark(numbers) is not None:
        return Look(Kind.WRITTEN_NUMBER, numbers[0])
    if 2 * len(symbols) <= rows:
        return None
    if np.mean([len(text.split()) for text in some]) >= WORDS:
        return Look(Kind.FREE_TEXT, some[0])
    return Look(Kind.IDENTIFIER, some[0])


def _of_few(texts: Sequence[str]) -> Look | None:
    """Of a few symbols: numbers with decimals, which text is taken for a symbol each."""
    decimals = [text for text in texts if not text.strip().lstrip("+-").isdecimal()]
    if len(texts) < 2 or not decimals or decimal_mark(texts) is None:
        return None
    return Look(Kind.FEW_NUMBERS, decimals[0])


def _of_numbers(column: Column) -> Look | None:
    n = len(column)
    low, high = column.min(), column.max()
    if _is_monotone(column, strictly=True) and (column == np.floor(column)).all():
        return Look(Kind.ROW_NUMBER, column[0].item())
    for value in (low, high):
        if _NINES.fullmatch(f"{value:.6g}") or _NINES.fullmatch(f"{value:.0f}"):
            others = column[column != value]
            if len(others) >= 2 and _is_far(float(value), others) and n - len(others) > 1:
                return Look(Kind.SENTINEL, value.item(), n - len(others))
    return None


def _is_far(value: float, others: Column) -> bool:
    """Whether a value lies further from all others than these do from each other."""
    low, high = float(others.min()), float(others.max())
    return abs(value - (low if value < low else high)) > max(high - low, 1)


def _is_monotone(column: Column, *, strictly: bool) -> bool:
    up, down = (np.less, np.greater) if strictly else (np.less_equal, np.greater_equal)
    for rows in (column[:FEWEST], column):  # the first few mostly tell
        before, after = rows[:-1], rows[1:]  # compared, as a difference may overflow
        if not (up(before, after).all() or down(before, after).all()):
            return False
    return True


def tells_all(x: Variable, i: int, y: Variable) -> bool:
    """Whether each value of a column goes with one class of y, or its order is that of y."""
    column, of_y = x.columns[i], y.columns[0]
    if len(y.columns) > 1 or len(column) < FEWEST or i in x.gaps or y.gaps:
        return False
    is_number = column.dtype.kind in "iuf"
    if y.is_continuous:
        first = slice(GLANCE)  # which mostly tell
        return is_number and _alike(column[first], of_y[first]) and _alike(column, of_y)
    if is_number and len(np.unique(column[:GLANCE])) == min(GLANCE, len(column)):
        return False
    codes, symbols = x.encoded_column(i)
    classes, labels = y.encoded()
    pairs = len(np.unique(codes * np.intp(len(labels)) + classes))
    return len(labels) > 1 and pairs == len(symbols) <= len(column) // ROWS_OF_VALUE


def _alike(a: Column, b: Column) -> bool:
    """Whether one is a monotone function of the other."""
    first, second = (np.unique(column, return_inverse=True)[1] for column in (a, b))
    return bool((first == second).all() or (first == second.max() - second).all())


def rising_columns(x: Variable) -> list[str]:
    """Columns of measurements that never fall from row to row, or never rise."""
    return [
        name
        for name, column in zip(x.names, x.columns, strict=True)
        if column.dtype.kind in "iuf"
        and _is_monotone(column, strictly=False)
        and len(np.unique(column)) > MAX_SYMBOLS
    ]


def is_sorted(y: Variable) -> bool:
    """Whether rows come in runs, one for each class, or in the order of the numbers of a target."""
    only = y.columns[0]
    if len(y.columns) > 1 or len(y) < FEWEST:
        return False
    if y.is_continuous:
        return _is_monotone(only, strictly=False)
    codes, labels = y.encoded()
    return bool(np.count_nonzero(np.diff(codes)) == len(labels) - 1 > 0)


def _label_of_gaps(y: Variable) -> Hashable | None:
    """-1 among labels that are counted from 0 on, as scikit-learn writes "not known"."""
    if len(y.columns) > 1 or y.columns[0].dtype.kind not in "if" or y.is_continuous:
        return None
    least, *others = y.encoded()[1]
    return least if least == -1 and len(others) > 1 and others[0] in (0, 1) else None
