"""Columns that cannot be used, in words: the same sentences wherever they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np

from pid.errors import InvalidInput
from pid.io.gaps import Gaps

_ADVICE = {
    "missing": "leave out such rows by missing='drop', make gaps a symbol by missing='category', "
    "or fill in the values first",
    "gap": "leave out such rows, or fill in the values first",
    "infinite": "replace them or drop these rows",
}

SHOWN = 6  # columns that a message names


def place_of(role: str, name: str) -> str:
    """A column in words, for messages."""
    return role if name == role else f"column {name!r} of {role}"


def mixed_columns(role: str, name: str) -> InvalidInput:
    """The error for a variable of numbers that has a column of text, too."""
    return InvalidInput(
        f"{role} mixes columns of numbers with columns of text, such as {name!r}; "
        "use columns of one kind, encode the text as numbers, or take estimator 'posterior', which "
        "takes both, or 'table'"
    )


def mixed(place: str, text: object, row: int) -> InvalidInput:
    """The error for a column of measurements with text or booleans in between."""
    what = "booleans" if isinstance(text, bool | np.bool_) else "text"
    return InvalidInput(
        f"{place} mixes numbers with {what}: {text!r} in data row {row + 1}; "
        f"correct such values, or say what they stand for: missing_values=[{text!r}] makes them "
        "gaps, symbols the column one of symbols"
    )


def missing(gaps: Mapping[str, Gaps], *, asked: bool = True) -> InvalidInput:
    """The error for the missing values of columns in memory, by their places.

    Options are named where whoever calls has them, and has been ``asked`` for them.
    """
    counts = {place: int(of.sum()) for place, of in gaps.items()}
    row = min(int(np.flatnonzero(of)[0]) for of in gaps.values())
    return missing_in(counts, row, asked=asked)


def missing_in(counts: Mapping[str, int], row: int, *, asked: bool = True) -> InvalidInput:
    """The same of columns wherever they are: how many each lacks, and the first row, from 0."""
    if len(counts) == 1:
        ((place, count),) = counts.items()
        return unusable_values(place, "missing", count, row, asked=asked)
    some = [f"{place} ({count:,})" for place, count in counts.items()]
    shown = ", ".join(some[:SHOWN]) + (f" and {len(some) - SHOWN} more" if some[SHOWN:] else "")
    return InvalidInput(
        f"{len(counts)} columns have missing values, the first in data row {row + 1}: {shown}; "
        + _ADVICE["missing" if asked else "gap"]
    )


def no_values(place: str) -> InvalidInput:
    """The error for a column of gaps alone."""
    return InvalidInput(f"{place} has no value in any row; leave it out")


def unusable_values(
    place: str, what: Literal["missing", "infinite"], count: int, row: int, *, asked: bool = True
) -> InvalidInput:
    """The error for missing or infinite values, the first of them in ``row``, from 0."""
    values = f"{count} {what} value{'s' if count > 1 else ''}"
    advice = _ADVICE[what if asked or what == "infinite" else "gap"]
    return InvalidInput(f"{place} has {values}, the first in data row {row + 1}; {advice}")


def wrong_type(place: str, kind: object, how: str = "") -> InvalidInput:
    """The error for values that are neither numbers nor symbols."""
    what = "convert them to real numbers or text"
    if str(kind).lower().startswith(("date", "timestamp")):
        what = "give parts of them, such as the month, or the time since an event"
    return InvalidInput(f"{place} holds {how}values of type {kind}; {what}")
