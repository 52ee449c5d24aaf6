"""How far two decompositions of the same rows differ, by rows: what both get wrong cancels.

The interval is that of one decomposition (``estimators.posterior.correction``), of the difference:
both ends, as either of the two may be the one that classifiers miss more of. What halves lose is
taken against what all samples say of the same rows, so that it is not spread by which rows a half
has; that is in the standard error, once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import chi2

from pid._types import Codes, Floats
from pid.estimators.posterior.correction import SLOWEST
from pid.estimators.posterior.estimate import standard_errors
from pid.inference.grouping import effective_units
from pid.inference.intervals import Measure, quantile

NOTHING = Measure(*[float("nan")] * 4)  # a share of nothing


class Side(NamedTuple):
    """Numbers of one decomposition in nats, in the order that both have.

    Attributes:
        whole: as all rows say.
        corrected: as they are printed.
        halves: those of each half, shape (numbers, halves).
        of_rows: what each row adds to ``whole``, shape (numbers, rows).
        cells: how far cells may be wrong.
        seeming: what a fit to the rows may only seem to tell.
    """

    whole: Floats
    corrected: Floats
    halves: Floats
    of_rows: Floats
    cells: Floats
    seeming: Floats


class Ends(NamedTuple):
    """Before and after, and the rows that both are of.

    Attributes:
        before, after: by classifiers of the same folds.
        halves: rows of each half, of which both say something, too.
        groups: numbers of groups of rows, or None.
        level: nominal coverage of intervals.
    """

    before: Side
    after: Side
    halves: Sequence[Codes]
    groups: Codes | None
    level: float


def changes(ends: Ends) -> list[Measure]:
    """What is there after, less what was before, of each number; in nats."""
    return _beyond(ends, 1.0)


def share(ends: Ends, total: int) -> Measure:
    """The number ``total`` after as a share of that before, which there is some of.

    The interval is that of what is there after, less that share of what was before: of a 0.
    """
    before, after = ends.before.corrected[total], ends.after.corrected[total]
    counted = float(ends.after.whole[total] / ends.before.whole[total])
    found = float(after / before)
    rest = _beyond(ends, found)[total]
    return Measure(counted, found, found + rest.low / before, found + rest.high / before)


def _beyond(ends: Ends, times: float) -> list[Measure]:
    """What is there after, less ``times`` what was before."""
    before, after = ends.before, ends.after
    whole = after.whole - times * before.whole
    halves = after.halves - times * before.halves
    here = after.corrected - times * before.corrected
    of_rows = after.of_rows - times * before.of_rows
    error = standard_errors(of_rows, ends.groups)
    units = effective_units(ends.groups)
    z = quantile(ends.level, units)
    least = chi2.ppf(ends.level, 1) / (2 * min(units, of_rows.shape[1]))
    reach = np.maximum(z * error, least) + np.hypot(after.cells, times * before.cells)
    missing = whole + SLOWEST * (whole - halves.mean(axis=1))
    lost = np.column_stack([of_rows[:, rows].mean(axis=1) for rows in ends.halves]) - halves
    spread = lost.std(axis=1, ddof=1) / np.sqrt(halves.shape[1])
    further = z * np.hypot(error, SLOWEST * spread)
    down, up = (np.hypot(np.maximum(side * (missing - here), 0), further) for side in (-1.0, 1.0))
    seeming = after.seeming - times * before.seeming  # both, on the same rows
    low = np.minimum(whole - reach, here - down) - np.maximum(seeming, 0)
    high = np.maximum(whole + reach, here + up) + np.maximum(-seeming, 0)
    columns = zip(whole, here, low, high, strict=True)
    return [Measure(*map(float, values)) for values in columns]
