"""Data sets with known profiles, and which of them a decomposition is most like."""

from __future__ import annotations

import numpy as np

from pid._types import Floats
from pid.core.decomposition import ATOMS, Decomposition
from pid.datasets import GATES, Gate, make_gate

# Shares of R, U1, U2, S in the tables that come with the package, as ``pid.quantify`` corrects them
# with estimator "cluster". A test quantifies them again, which takes seconds.
TABLES = {
    "digits": np.array([0.134270, 0.387112, 0.385039, 0.093578]),
    "breast_cancer": np.array([0.266190, 0.585224, 0.0, 0.148586]),
    "wine": np.array([0.401672, 0.327553, 0.241901, 0.028874]),
    "iris": np.array([0.661758, 0.0, 0.322929, 0.015313]),
}


def nearest(d: Decomposition, count: int = 3) -> list[tuple[str, float]]:
    """Gates and small real tables with the most similar shares of the four atoms.

    Args:
        d: a decomposition.
        count: how many.

    Returns:
        Names with half the sum of absolute differences of shares, from 0 for the same profile to 1
        for nothing in common; the nearest first. None of a decomposition without information.

    Examples:
        >>> import pid
        >>> nearest(pid.decompose(pid.datasets.gate("xor")), 1)[0][0]
        'xor'
    """
    own = _shares(d)
    if not own.any():
        return []
    known = {name: _shares(make_gate(name)) for name in GATES} | TABLES
    distances = [(name, float(abs(own - shares).sum() / 2)) for name, shares in known.items()]
    return sorted(distances, key=lambda item: item[1])[:count]


def _shares(d: Decomposition | Gate) -> Floats:
    """Of what is above 0; all 0 where nothing is."""
    positive = np.maximum([getattr(d, atom) for atom in ATOMS], 0)
    total = float(positive.sum())
    return positive / total if total > 0 else positive
