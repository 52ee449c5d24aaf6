"""What options may be: tests that hold for any object, each in words, and one sentence for all.

A function declares what its options may be above itself, by ``checked``; an estimator in a table,
``constraints``. Both look before any work, so that everything inside trusts its options.
"""

from __future__ import annotations

import functools
import inspect
import logging
import math
import operator
import os
import reprlib
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, ParamSpec, TypeVar

import numpy as np

from pid.errors import InvalidInput

P = ParamSpec("P")
R = TypeVar("R")

LOG = logging.getLogger("pid")  # silent until someone listens: no line goes to stderr by itself
LOG.addHandler(logging.NullHandler())

LARGEST = 2**63 - 1  # integer that NumPy counts with
SEEDS = 2**32  # of NumPy and scikit-learn


@dataclass(frozen=True, slots=True)
class Constraint:
    """What an option may be: alternatives in words, and a test that answers for any object."""

    alternatives: tuple[str, ...]
    holds: Callable[[Any], bool]

    @property
    def words(self) -> str:
        """All alternatives."""
        *others, last = self.alternatives
        return f"{', '.join(others)} or {last}" if others else last


def check(constraints: Mapping[str, Constraint], options: Iterable[tuple[str, object]]) -> None:
    """Raise InvalidInput for the first of some named options that its constraint does not allow."""
    for name, value in options:
        if name in constraints and not constraints[name].holds(value):
            words = constraints[name].words
            raise InvalidInput(f"{name} must be {words}; got {shortened(value)}")


def checked(**constraints: Constraint) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Have a function look at its options before it does anything."""

    def decorated(function: Callable[P, R]) -> Callable[P, R]:
        parameters = inspect.signature(function).parameters
        places = [p.name for p in parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
        assert constraints.keys() <= parameters.keys()

        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            check(constraints, zip(places, args, strict=False))
            check(constraints, kwargs.items())
            found = function(*args, **kwargs)
            _log(function.__name__, found)
            return found

        vars(call)["constraints"] = constraints
        return call

    return decorated


def _log(name: str, found: object) -> None:
    """What an answer says of how it was made: its estimator, its notes and its warnings."""
    if not LOG.isEnabledFor(logging.WARNING) or not hasattr(found, "notes"):
        return
    if isinstance(estimator := getattr(found, "estimator", None), str):
        reason = getattr(found, "reason", None)
        chosen = f"chosen since {reason}" if reason else "as asked for"
        LOG.info("%s: estimator %s, %s; %.2g s", name, estimator, chosen, _seconds(found))
    for note in found.notes:
        LOG.info("%s: %s", name, note)
    for warning in getattr(found, "warnings", ()):
        LOG.warning("%s: %s", name, warning)


def _seconds(found: object) -> float:
    return float(getattr(found, "seconds", math.nan))


def renamed(
    **names: str | Callable[[Mapping[str, object]], str],
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Take options by the names that they had before, old="new", with a warning.

    Where the new name depends on other options, a function says it.
    """

    def decorated(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            for old, name in names.items():
                if old not in kwargs:
                    continue
                new = name if isinstance(name, str) else name(kwargs)
                if new == old:
                    continue
                text = f"{function.__name__}: {old} is now called {new}"
                if new in kwargs:
                    raise InvalidInput(f"{text}; give it once")
                warnings.warn(text, FutureWarning, stacklevel=2)
                kwargs[new] = kwargs.pop(old)
            return function(*args, **kwargs)

        return call

    return decorated


def shortened(value: object) -> str:
    """A value in one short line, whatever it is."""
    return " ".join(_SHORT.repr(value).split())


class _Short(reprlib.Repr):
    """Values that are written down, and names of types for all others."""

    written = (bool, float, complex, type(None), np.ndarray, np.generic, PurePath)

    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = 60

    def repr_int(self, x: int, level: int) -> str:
        """Python refuses to print the largest."""
        return repr(x) if abs(x) <= LARGEST else f"an integer of {x.bit_length()} bits"

    def repr_instance(self, x: object, level: int) -> str:
        """Of what has no method of its own."""
        if isinstance(x, self.written):
            return super().repr_instance(x, level)
        name = type(x).__name__
        return f"an {name}" if name[0] in "AEIOaeio" else f"a {name}"


_SHORT = _Short()


def that(words: str, holds: Callable[[Any], bool]) -> Constraint:
    """A constraint of a single alternative."""
    return Constraint((words,), holds)


def one_of(*texts: str) -> Constraint:
    """One of some words."""
    return Constraint(tuple(map(repr, texts)), lambda v: isinstance(v, str) and v in texts)


def either(*constraints: Constraint) -> Constraint:
    """What one of some constraints allows."""
    words = tuple(words for constraint in constraints for words in constraint.alternatives)
    return Constraint(words, lambda v: any(constraint.holds(v) for constraint in constraints))


def each(item: Constraint, size: int | None = None, *, least: int = 1) -> Constraint:
    """A list or a tuple, of so many, or of some number."""

    def holds(value: object) -> bool:
        if not isinstance(value, list | tuple) or len(value) < least:
            return False
        return size in (None, len(value)) and all(map(item.holds, value))

    return that(f"a list{f' of {size}' if size else ''}, each {item.words}", holds)


def one_or_each(item: Constraint, size: int | None = None) -> Constraint:
    """A single one, or a list of so many."""
    several = "a list of these" if size is None else f"a list of {size} of these"
    both = either(item, each(item, size))
    return Constraint((*item.alternatives, several), both.holds)


def named(what: str, item: Constraint | None = None) -> Constraint:
    """A mapping from names to ``what``, each of which is to be an ``item``."""

    def holds(value: object) -> bool:
        if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
            return False
        return item is None or all(map(item.holds, value.values()))

    return that(f"a mapping from names to {what}", holds)


def is_a(what: str, *types: type) -> Constraint:
    """An object of one of some types, which ``what`` says in words."""
    return that(what, lambda value: isinstance(value, types))


def has(what: str, *names: str) -> Constraint:
    """An object with some attributes."""
    return that(what, lambda value: all(hasattr(value, name) for name in names))


def integer(least: int = 1) -> Constraint:
    """An integer, Python's or NumPy's and not a boolean, of at least so many."""
    return that(
        f"an integer of at least {least}",
        lambda value: is_integer(value) and least <= value <= LARGEST,
    )


def number(noun: str = "number", **limits: float) -> Constraint:
    """A finite real number, Python's or NumPy's and not a boolean.

    Args:
        noun: what kind of number.
        limits: "above", "least", "below" and "most".
    """
    tests = [(_LIMITS[name][0], limit) for name, limit in limits.items()]
    said = " and ".join(f"{_LIMITS[name][1]} {limit:g}" for name, limit in limits.items())

    def holds(value: Any) -> bool:
        if not (is_integer(value) or isinstance(value, float | np.floating)):
            return False
        try:
            x = float(value)
        except OverflowError:
            return False
        return math.isfinite(x) and all(test(x, limit) for test, limit in tests)

    return that(f"a {noun} {said}" if limits else f"a finite {noun}", holds)


def seed_of(random_state: int | None) -> int:
    """The seed that was given, or another one each time."""
    return int(np.random.default_rng().integers(SEEDS) if random_state is None else random_state)


def is_integer(value: object) -> bool:
    """Whether it is an integer, Python's or NumPy's, and not a boolean."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _are_labels(value: object) -> bool:
    kinds = str | bool | int | float | np.generic
    return isinstance(value, list | tuple) and all(isinstance(label, kinds) for label in value)


_LIMITS = {
    "above": (operator.gt, "above"),
    "least": (operator.ge, "of at least"),
    "below": (operator.lt, "below"),
    "most": (operator.le, "at most"),
}

# What options of one name may be, wherever there is one.
NONE = that("None", lambda value: value is None)
AUTO = one_of("auto")
FLAG = is_a("True or False", bool, np.bool_)
TEXT = is_a("text", str)
NAMES = either(that("a list of 3 texts, for x1, x2 and y", each(TEXT, 3).holds), NONE)
COLUMN = either(TEXT, NONE)  # by its name
PATH = that("a path", lambda value: isinstance(value, str | os.PathLike) and value != "")
FUNCTION = that("a function", callable)
GENERATOR = is_a("a NumPy Generator", np.random.Generator)
UNIT = one_of("bit", "nat")
TOL = number("number of nats", above=0)
SHARE = number(least=0, most=1)
COVERAGE = number(above=0, below=1)
INTERVAL = either(COVERAGE, NONE)
TABLES = integer(2)  # that are resampled
SECONDS = either(
    number("number of seconds", above=0),
    that("infinity", lambda value: isinstance(value, float) and value == math.inf),
)
SEED = that(
    "an integer from 0 to 2**32 - 1", lambda value: is_integer(value) and 0 <= value < SEEDS
)
RANDOM_STATE = either(SEED, NONE)
CLUSTERS = either(AUTO, integer())
SIZES = one_or_each(CLUSTERS, 2)  # of x1 and of x2
SIZES_OF_SOURCES = one_or_each(CLUSTERS)
CLASSES = either(that("a list of numbers, texts or truths", _are_labels), NONE)
TARGET_BINS = either(AUTO, integer(2), NONE)
CLIENT = either(has("a distributed.Client", "submit", "nthreads"), NONE)
PROGRESS = either(FUNCTION, NONE)
RESUME = either(PATH, NONE)
BLOCKS = either(integer(), NONE)
DEVICE = either(
    that("the name of a device", lambda value: isinstance(value, str) and value != ""), NONE
)
