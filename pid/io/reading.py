"""How columns are to be read where they do not say it themselves: gaps, symbols, numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal, get_args

import numpy as np

from pid.checks import TEXT, each, either, is_a, one_of, that
from pid.errors import InvalidInput
from pid.io.choose import unknown_column
from pid.io.dialect import UNSAID, Dialect

Missing = Literal["error", "drop", "category"]

HOW_MISSING = one_of(*get_args(Missing))
GLOBS = either(TEXT, each(TEXT, least=0))
VALUES = that(
    "a list of values, each a number or text",
    lambda value: isinstance(value, list | tuple) and all(map(_is_scalar, value)),
)


def _is_scalar(value: object) -> bool:
    return isinstance(value, str | int | float | np.number)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is a gap and what becomes of it, and which columns are symbols or numbers.

    Attributes:
        missing: "error", "drop" or "category": whether a gap is refused, its row is left out, or
            it is a symbol like any other.
        missing_values: values that are gaps, too.
        symbols: names and globs of columns whose values are symbols, whatever they look like.
        numbers: likewise numbers, of which text is read, and few are measurements, too.
        dialect: how text files are written, as far as the caller says it.
        beside: names and globs of columns that have a role elsewhere: they are not of the rest.
        asked: whether whoever calls has these options, so that messages may name them.
    """

    missing: Missing = "error"
    missing_values: tuple[object, ...] = ()
    symbols: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    dialect: Dialect = UNSAID
    beside: tuple[str, ...] = ()
    asked: bool = field(default=True, compare=False)

    def is_symbol(self, name: str) -> bool:
        """Whether the column of this name is to be one of symbols."""
        return _matches(name, self.symbols)

    def is_number(self, name: str) -> bool:
        """Whether the column of this name is to be one of numbers."""
        return _matches(name, self.numbers)

    def check_names(self, names: Sequence[str]) -> None:
        """Raise InvalidInput for a pattern that matches none of them, or a name that is in both."""
        for option, patterns in (("symbols", self.symbols), ("numbers", self.numbers)):
            for pattern in patterns:
                if not any(_matches(name, (pattern,)) for name in names):
                    raise unknown_column(option, pattern, names)
        for name in names:
            if self.is_symbol(name) and self.is_number(name):
                raise InvalidInput(f"column {name!r} is in symbols and in numbers; take one")


AS_THEY_ARE = Reading(asked=False)
READING = is_a("a Reading", Reading)


def reading(
    missing: Missing,
    missing_values: Sequence[object],
    symbols: str | Sequence[str],
    numbers: str | Sequence[str],
    text: Dialect = UNSAID,
) -> Reading:
    """The options of a front door as one."""
    return Reading(missing, tuple(missing_values), _globs(symbols), _globs(numbers), text)


def _globs(given: str | Sequence[str]) -> tuple[str, ...]:
    items = given.split(",") if isinstance(given, str) else given
    return tuple(item.strip() for item in items if item.strip())


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(name == pattern or fnmatchcase(name, pattern) for pattern in patterns)
