"""Columns that cannot be used, in words: the same sentences wherever they are."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pid.errors import InvalidInput

_ADVICE = {
    "missing": "drop these rows or fill in the values first",
    "infinite": "replace them or drop these rows",
}


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
        "correct such values or drop these rows"
    )


def missing(place: str, bad: NDArray[np.bool_]) -> InvalidInput:
    """The error for the missing values of a column in memory."""
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
