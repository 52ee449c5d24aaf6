"""Numbers that are written as text: 3,5 and 1 200 and 12 %."""

from __future__ import annotations

import re
from collections.abc import Collection

import numpy as np

from pid._types import Codes, Column
from pid.errors import InvalidInput
from pid.io.refusals import unusable_values

_UNITS = re.compile(r"^[\s$€£¥]+|[\s%$€£¥]+$")  # before and after a number
_SPACES = re.compile(r"(?<=\d)[\s'’_](?=\d{3}(?:\D|$))")  # between thousands
_THOUSANDS = {
    ",": re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?"),
    ".": re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?"),
}
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def likely_mark(texts: Collection[str]) -> str:
    """The mark before the decimals with which most of some texts are numbers.

    Where both would do, as for 1,234, it is the point.
    """
    return max(".,", key=lambda mark: sum(parsed(text, mark) is not None for text in texts))


def decimal_mark(texts: Collection[str]) -> str | None:
    """The same, if all of the texts are numbers with it.

    Examples:
        >>> decimal_mark(["0,5", "1.200,5"]), decimal_mark(["12 %", "1,200.5"]), decimal_mark(["x"])
        (',', '.', None)
    """
    mark = likely_mark(texts)
    return mark if all(parsed(text, mark) is not None for text in texts) else None


def parsed(text: str, mark: str) -> float | None:
    """A text as a number, without units and marks between thousands; None if it is none.

    Examples:
        >>> parsed("1.234,5", ","), parsed(" -7 %", "."), parsed("0,512", "."), parsed("e5", ".")
        (1234.5, -7.0, None, None)
    """
    text = _SPACES.sub("", _UNITS.sub("", text))
    other = "." if mark == "," else ","
    if _THOUSANDS[mark].fullmatch(text):
        text = text.replace(other, "")
    if mark == ",":
        text = text.replace(".", "?").replace(",", ".")
    return float(text) if _NUMBER.fullmatch(text) else None


def as_numbers(column: Column, place: str, rows: Codes) -> tuple[Column, str | None]:
    """A column of whatever as numbers; of text, with the mark before the decimals.

    Args:
        column: values without gaps.
        place: the column in words.
        rows: which rows these are.

    Raises:
        InvalidInput: a value that is no number.
    """
    if column.dtype.kind in "biuf":
        return _finite(column.astype(np.float64), place, rows), None
    items = column.tolist()
    texts = {item for item in items if isinstance(item, str)}
    mark = likely_mark(texts)
    numbers = [_number(item, mark) for item in items]
    if None in numbers:
        at = numbers.index(None)
        raise InvalidInput(
            f"{place} is to be read as numbers, and has {items[at]!r} in data row {rows[at] + 1}; "
            "correct such values, name them in missing_values, or leave the column out of numbers"
        )
    return _finite(np.array(numbers, dtype=np.float64), place, rows), mark if texts else None


def _number(item: object, mark: str) -> float | None:
    if isinstance(item, str):
        return parsed(item, mark)
    try:
        return float(item)  # type: ignore[arg-type]  # of what is none, the error says so
    except (TypeError, ValueError, OverflowError):
        return None


def _finite(numbers: Column, place: str, rows: Codes) -> Column:
    infinite = np.flatnonzero(~np.isfinite(numbers))
    if len(infinite):
        raise unusable_values(place, "infinite", len(infinite), int(rows[infinite[0]]))
    return numbers
