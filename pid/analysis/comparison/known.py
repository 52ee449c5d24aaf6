"""Data sets with known profiles, and which of them a decomposition is most like."""

from __future__ import annotations

from functools import cache

import numpy as np

from pid._types import Floats
from pid.analysis.quantification.quantify import quantify
from pid.core.decomposition import ATOMS, Decomposition
from pid.datasets import GATES, REAL, load, make_gate


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
    own = _shares(np.array([getattr(d, atom) for atom in ATOMS]))
    if not own.any():
        return []
    distances = [(name, float(abs(own - shares).sum() / 2)) for name, shares in _known().items()]
    return sorted(distances, key=lambda item: item[1])[:count]


@cache
def _known() -> dict[str, Floats]:
    found = {}
    for name in GATES:
        gate = make_gate(name)
        found[name] = _shares(np.array([getattr(gate, atom) for atom in ATOMS]))
    for name in (name for name, info in REAL.items() if info.bundled):
        table = load(name)
        best = quantify(table.X1, table.X2, table.y, estimator="cluster", interval=None).best
        found[name] = _shares(np.array([getattr(best, atom) for atom in ATOMS]))
    return found


def _shares(atoms: Floats) -> Floats:
    """Of what is above 0; all 0 where nothing is."""
    positive = np.maximum(atoms, 0)
    total = float(positive.sum())
    return positive / total if total > 0 else positive
