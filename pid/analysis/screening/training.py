"""Rows of a screen of groups by classifiers; a pair is decomposed as ``pid.quantify`` does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from pid._types import Floats
from pid.analysis.gains import needs, p_of, units_of
from pid.analysis.screening.measured import Measured
from pid.analysis.screening.result import NAMES
from pid.analysis.training import Task, Trained
from pid.core.decomposition import Decomposition
from pid.estimators.posterior.estimate import union
from pid.estimators.posterior.estimator import PosteriorPID
from pid.estimators.posterior.said import Sources


def by_training(tasks: Sequence[Task], found: Mapping[str, Trained], of: Sequence[str]) -> Measured:
    """Decompose all rows.

    Args:
        tasks: the rows.
        found: of every target.
        of: the atoms to test; the total is.
    """
    rows = [_row(found[name], x1, x2) for x1, x2, name in tasks]
    counted, corrected, low, high, p = np.array([row[:5] for row in rows]).transpose(1, 0, 2).copy()
    first: dict[tuple[Sources, str], int] = {}
    for i, (x1, x2, name) in enumerate(
        tasks
    ):  # what the same groups tell is one number, to the bit
        place = first.setdefault((union(x1, x2), name), i)
        counted[i, -1], corrected[i, -1] = counted[place, -1], corrected[place, -1]
    p[:, [name not in (*of, "total") for name in NAMES]] = np.nan
    gap = np.array([row[5] for row in rows])
    return Measured(counted, corrected, low, high, p, gap, ("posterior",) * len(tasks))


def _row(
    found: Trained, first: Sources, second: Sources
) -> tuple[Floats, Floats, Floats, Floats, Floats, float]:
    """Counted, corrected, ends, p-values and gap of one row."""
    est = found.pair(first, second, own=True)
    d = est.decomposition_
    counted = _values(d)
    corrected = counted if est.corrected_ is None else _values(est.corrected_)
    low = high = np.full(len(NAMES), np.nan)
    if est.interval_ is not None:
        low, high = np.array([est.interval_[name] for name in NAMES]).T
    gains = found.gains(first, second, union(first, second))
    groups = found.training.groups
    p = needs(gains, groups)
    if est.errors_ is not None:
        p = np.maximum(p, _of_atoms(est, counted, corrected, units_of(gains.shape[1], groups)))
    assert est.solved_.certificate is not None
    return counted, corrected, low, high, p, est.solved_.certificate.gap


def _of_atoms(est: PosteriorPID, counted: Floats, corrected: Floats, units: float) -> Floats:
    """p-values of the atoms themselves, at the smaller of their estimates.

    The union information is an optimum, and so too large on its own rows: what is unique is tested
    at the value that it has on rows to which its multipliers were not fitted.
    """
    assert est.errors_ is not None
    assert est.union_bounds_ is not None
    least = np.minimum(counted, corrected)
    optimism = max(0.0, est.union_bounds_[1] - est.union_bounds_[0])
    least[1:3] -= optimism
    return p_of(least, est.errors_, units)


def _values(d: Decomposition) -> Floats:
    return np.array([getattr(d, name) for name in NAMES])
