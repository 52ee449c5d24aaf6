"""The atoms of many resampled tables, in nats.

Atoms are linear in I(Y; X1), I(Y; X2), I(Y; X1, X2) and min_q I_q. A correction of these four
therefore keeps R + U1 + U2 + S = I(Y; X1, X2), R + U1 = I(Y; X1) and R + U2 = I(Y; X2).

Sums of atoms that are informations themselves have no min_q I_q in them, and their intervals are
narrower than sums of ends: what U1 may have more, S has less.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from pid._types import Floats
from pid.core.decompose import decompose_batch
from pid.core.decomposition import ATOMS, Decomposition, atoms
from pid.core.information import Unit, nats_per, xlogx
from pid.core.solver import hull
from pid.inference.strata import distinct, mean

# Sums of atoms that have intervals, too: I(Y; X1, X2), I(Y; X1 | X2) and I(Y; X2 | X1).
SUMS = ("total", "conditional1", "conditional2")
RESAMPLED_TOL = 1e-6  # nats; far below the spread of what is resampled
STACK_OF_STRATA = 5  # axes of a stack of tables given z
TOGETHER = 2**18  # cells of tables that are looked at together
PRECISE_TOL = 1e-10  # where differences of nearly equal tables are multiplied by their number


def solve(tables: Floats, tol: float = RESAMPLED_TOL) -> Floats:
    """R, U1, U2, S in nats of a stack of tables (B, n1, n2, k); shape (4, B).

    Given z, of tables (B, nz, n1, n2, k): means over the strata. A table that misses ``tol`` counts
    with the best value found: among many replicates it matters less than stopping would.
    """
    if tables.ndim == STACK_OF_STRATA:
        return mean(distinct(partial(solve, tol=tol)), tables)
    if tables.shape[-1] == hull.CLASSES and len(tables):
        step = max(1, TOGETHER // tables[0].size)
        parts = [hull.planes(tables[i : i + step]) for i in range(0, len(tables), step)]
        return np.concatenate([atoms(*hull.informations(part)) for part in parts], axis=1)
    batch = decompose_batch(tables, unit="nat", tol=tol, on_fail="return")
    return np.array([getattr(batch, atom) for atom in ATOMS])


def with_total(values: Floats) -> Floats:
    """Atoms (4, ...) with their sum as a fifth row."""
    return np.concatenate([values, values.sum(axis=0, keepdims=True)])


def with_sums(values: Floats) -> Floats:
    """Atoms (4, ...), then ``SUMS``: their total, U1 + S and U2 + S; shape (7, ...)."""
    return np.concatenate([with_total(values), values[1:3] + values[3]])


def informations(tables: Floats) -> Floats:
    """I(Y; X1), I(Y; X2), I(Y; X1, X2) and H(Y) in nats of tables of any mass (B, n1, n2, k).

    Given z, of tables (B, nz, n1, n2, k).
    """
    if tables.ndim == STACK_OF_STRATA:
        return mean(informations, tables)
    p = tables / tables.sum(axis=(1, 2, 3), keepdims=True)
    h_y = -xlogx(p.sum(axis=(1, 2))).sum(axis=1)
    cells = p.sum(axis=2), p.sum(axis=1), p.reshape(len(p), -1, p.shape[3])
    told = [h_y - xlogx(c.sum(axis=2)).sum(axis=1) + xlogx(c).sum(axis=(1, 2)) for c in cells]
    return np.array([*told, h_y])


def as_decomposition(values: Floats, unit: Unit) -> Decomposition:
    """Estimated atoms in nats as a ``Decomposition``, which has no coupling to show."""
    nat = nats_per(unit)
    redundancy, unique1, unique2, synergy = (float(x) / nat for x in values)
    return Decomposition(
        redundancy=redundancy, unique1=unique1, unique2=unique2, synergy=synergy, unit=unit
    )
