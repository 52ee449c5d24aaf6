"""Which estimator fits the data that there are, and why."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pid._types import Codes
from pid.discretization.target import Bins, target
from pid.errors import InvalidInput
from pid.estimators.registry import REGISTRY
from pid.inference.bias import FOR_SINGLE_ROWS
from pid.io.columns import Variable

ESTIMATORS = ("auto", *REGISTRY)
FITTED = tuple(name for name, entry in REGISTRY.items() if not entry.counts)

SYMBOLS = "x1 and x2 are symbols"  # why values are counted as they are
FEWEST, SMALLEST_CLASS = 60, 8  # samples, in all and of a class, that classifiers can learn from
FEWEST_GROUPS = 5  # that they need, one for each fold

Variables = tuple[Variable, Variable, Variable]


class Choice(NamedTuple):
    """An estimator, and why; ``reason`` is None where the caller named it."""

    estimator: str
    reason: str | None


class Enough(NamedTuple):
    """Samples, in all and of the smallest class, that classifiers can learn from."""

    samples: int = FEWEST
    of_class: int = SMALLEST_CLASS


ENOUGH = Enough()


class Rows(NamedTuple):
    """Which rows belong together.

    Attributes:
        kinds: numbers that copies of a row share; None where all are distinct.
        groups: numbers that dependent rows share; None where there are none.
    """

    kinds: Codes | None = None
    groups: Codes | None = None

    def first(self, n: int) -> Codes:
        """One row of each kind."""
        return np.arange(n) if self.kinds is None else np.unique(self.kinds, return_index=True)[1]

    def in_one_group(self, codes: Codes) -> bool:
        """Whether there is a class of which all rows are in one group."""
        if self.groups is None:
            return False
        pairs = np.unique(np.column_stack([codes, self.groups]), axis=0)
        return bool(np.bincount(pairs[:, 0]).min() < 2)


ALL_DISTINCT = Rows()


def decide(
    asked: str,
    variables: Variables | None,
    bins: Bins,
    only_counting: tuple[str, ...],
    enough: Enough = ENOUGH,
    *,
    rows: Rows = ALL_DISTINCT,
) -> Choice:
    """The estimator that was asked for, or the one that fits.

    Args:
        asked: a name, or "auto".
        variables: x1, x2 and y; None where they are not in memory.
        bins: of y, if it is cut.
        only_counting: options for counting that the caller has given.
        enough: samples for classifiers.
        rows: which of them belong together.

    Raises:
        InvalidInput: an estimator that cannot do what is asked.
    """
    if asked in FITTED:
        if variables is None:
            raise InvalidInput(
                f"estimator {asked!r} needs the columns in memory; load them, or take 'bins'"
            )
        takes = REGISTRY[asked].load().takes if only_counting else ()
        foreign = [name for name in only_counting if name not in takes]
        if foreign:
            raise InvalidInput(
                f"estimator {asked!r} counts nothing and has no use for {', '.join(foreign)}; "
                "leave it out, or take 'cluster', 'bins' or 'table'"
            )
    if asked != "auto":
        return Choice(asked, None)
    if variables is None:
        return Choice("auto", "the columns are not in memory")
    x1, x2, y = variables
    if x1.is_symbolic and x2.is_symbolic:
        return Choice("table", SYMBOLS)
    return of_numbers(y, bins, only_counting, enough, rows=rows)


def check_device(estimator: str, device: str | None) -> None:
    """Raise InvalidInput for a device, if an estimator that was asked for trains nothing there."""
    if estimator != "auto" and unused(estimator, device):
        raise InvalidInput(
            f"estimator {estimator!r} has no use for device, as it trains no networks there; leave "
            "it out, or take 'posterior'"
        )


def unused(estimator: str, device: str | None) -> tuple[str, ...]:
    """A note on a device that was named, if an estimator trains nothing there."""
    if device is None:
        return ()
    entry = REGISTRY[estimator]
    if not entry.counts and "device" in entry.load().takes:
        return ()
    return (f"device {device!r} is not used: estimator {estimator!r} trains no networks there",)


def takes_groups(estimator: str, correction: str) -> bool:
    """Whether rows may belong together."""
    if estimator in FITTED:
        return "groups" in REGISTRY[estimator].load().takes
    return correction not in FOR_SINGLE_ROWS


def of_numbers(
    y: Variable,
    bins: Bins,
    only_counting: tuple[str, ...],
    enough: Enough = ENOUGH,
    *,
    rows: Rows = ALL_DISTINCT,
) -> Choice:
    """The estimator that fits sources that are no symbols: can classifiers learn from the rows?"""
    first = rows.first(len(y))
    n = len(first)
    if only_counting:
        return Choice("cluster", f"{' and '.join(only_counting)}: for counts alone")
    if n < enough.samples:
        return Choice(
            "cluster", f"fewer than {enough.samples} samples are few to train classifiers on"
        )
    classes = target(y, bins)
    counts = np.bincount(classes.codes[first], minlength=int(classes.codes.max()) + 1)
    smallest = int(counts.min())
    if smallest < enough.of_class:
        return Choice("cluster", f"a class of {smallest} samples is small to train on")
    if rows.in_one_group(classes.codes):
        return Choice("cluster", "a class in a single group cannot be learned and asked about")
    what = "has classes" if classes.edges is None else "are numbers, cut into classes"
    return Choice("posterior", f"x1 or x2 are numbers, and y {what}")
