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
from pid.core.decomposition import ATOMS
from pid.estimators.posterior.correction import OF_CELLS, SLOWEST, Halved
from pid.estimators.posterior.estimate import Estimate, contributions, standard_errors
from pid.estimators.posterior.estimator import PosteriorPID
from pid.inference.atoms import with_total
from pid.inference.grouping import effective_units
from pid.inference.intervals import Measure, quantile

NAMES = (*ATOMS, "total", "information1", "information2")
TOTAL = NAMES.index("total")
OF_CELLS_EACH = OF_CELLS * np.array([1, 1, 1, 1, 0, 0, 0])  # none in informations


class Ends(NamedTuple):
    """Before and after, in nats, and the rows that both are of.

    Attributes:
        before, after: concluded from classifiers of the same folds.
        codes: the class of each row.
        halves: rows of each half, of which both say something, too.
        groups: numbers of groups of rows, or None.
        level: nominal coverage of intervals.
    """

    before: PosteriorPID
    after: PosteriorPID
    codes: Codes
    halves: Sequence[Codes]
    groups: Codes | None
    level: float


def changes(ends: Ends) -> dict[str, Measure]:
    """What is there after, less what was before: atoms, their sum, what each source tells; nats."""
    return dict(zip(NAMES, _beyond(ends, 1.0), strict=True))


def share(ends: Ends) -> Measure:
    """The total after as a share of that before; NaN where nothing shows that there was any.

    The interval is that of what is there after, less that share of what was before: of a 0.
    """
    assert ends.before.interval_ is not None
    if ends.before.interval_["total"][0] <= 0:
        return Measure(*[float("nan")] * 4)
    counted, before, after = (
        ends.after.decomposition_.total / ends.before.decomposition_.total,
        _corrected(ends.before)[TOTAL],
        _corrected(ends.after)[TOTAL],
    )
    found = float(after / before)
    rest = _beyond(ends, found)[TOTAL]
    return Measure(counted, found, found + rest.low / before, found + rest.high / before)


def _beyond(ends: Ends, times: float) -> list[Measure]:
    """What is there after, less ``times`` what was before, by the order of ``NAMES``."""
    (before, all_before), (after, all_after) = map(_halved, (ends.before, ends.after))
    whole = _named(after.whole - times * before.whole)
    halves = _named((after.halves - times * before.halves).T)
    here = _corrected(ends.after) - times * _corrected(ends.before)
    of_rows = contributions(all_after, ends.codes) - times * contributions(all_before, ends.codes)
    of_rows = _named(of_rows[: len(ATOMS)])
    error = standard_errors(of_rows, ends.groups)
    units = effective_units(ends.groups)
    z = quantile(ends.level, units)
    least = chi2.ppf(ends.level, 1) / (2 * min(units, len(ends.codes)))
    cells = np.hypot(all_after.union.added, times * all_before.union.added)
    reach = np.maximum(z * error, least) + cells * OF_CELLS_EACH
    missing = whole + SLOWEST * (whole - halves.mean(axis=1))
    lost = np.column_stack([of_rows[:, rows].mean(axis=1) for rows in ends.halves]) - halves
    spread = lost.std(axis=1, ddof=1) / np.sqrt(halves.shape[1])
    further = z * np.hypot(error, SLOWEST * spread)
    down, up = (np.hypot(np.maximum(side * (missing - here), 0), further) for side in (-1.0, 1.0))
    seeming = _seeming(after) - times * _seeming(before)  # both, on the same rows
    low = np.minimum(whole - reach, here - down) - np.maximum(seeming, 0)
    high = np.maximum(whole + reach, here + up) + np.maximum(-seeming, 0)
    columns = zip(whole, here, low, high, strict=True)
    return [Measure(*map(float, values)) for values in columns]


def _halved(est: PosteriorPID) -> tuple[Halved, Estimate]:
    assert est.halved_ is not None
    return est.halved_, est.estimate_


def _corrected(est: PosteriorPID) -> Floats:
    """As they are printed."""
    best = est.corrected_ or est.decomposition_
    return _named(np.array(list(best.atoms.values())))


def _named(atoms: Floats) -> Floats:
    """By the order of ``NAMES``, from R, U1, U2, S: shape (7, ...)."""
    return np.concatenate([with_total(atoms), atoms[:1] + atoms[1:3]])


def _seeming(halved: Halved) -> Floats:
    """What a fit may only seem to tell, by the order of ``NAMES``."""
    return np.array([*halved.seeming[: TOTAL + 1], *halved.optimism[:2]])
