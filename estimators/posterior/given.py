"""What class probabilities that somebody else made earn of a target, row by row.

Nothing is trained, and the probabilities are taken as they are. Let t be the shares of the classes
in the target of a row: 1 for its label, or what a model makes of both sources. What p1 earns is its
logarithmic score beyond that of the shares of all rows,

    i1 = sum_y t(y) log(p1(y) / p(y)),

which on average is I(Y; X1) for the true posterior, and less for any other. What both sources tell
alone is valued by multipliers of the minimum that are feasible whatever the target,

    u = sum_y t(y) (alpha(p1, y) + beta(p2, y) - log p(y)),

those of the soft hull for two classes, and of cells for more (``union.py``); or by those of a
single source, alpha = log p1 and beta = 0, which are feasible as well, where they earn more. So
there is one definition for rows, whose means are the atoms, and no unique information is below 0.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.core.decompose import decompose
from pid.core.decomposition import atoms
from pid.core.information import mutual_information
from pid.core.solver import hull
from pid.core.solver.two_classes import Shares, shared
from pid.estimators.posterior.calibration import calibrated
from pid.estimators.posterior.cells import joined, soft_table
from pid.estimators.posterior.halving import halved
from pid.estimators.posterior.union import finer, masses, slope_of
from pid.inference.atoms import with_sums

LEAST = 1e-12  # chance below which a class is as good as impossible
OF_CELLS = 1e-5  # nats: certified gap of cells that lose something, which is far more

Posteriors = tuple[Floats, Floats, Floats]  # of x1, x2 and both


class Earned(NamedTuple):
    """What each row adds, in nats, and what is known of it.

    Attributes:
        rows: to R, U1, U2, S and their sums, shape (7, rows).
        others: the same by multipliers that earned less, by however little.
        added: to the union of the cells, of each row alike, for what cells lose; 0 without.
        lost: mean information that cells lose of a source.
        gap: certified gap of the table of cells; 0 of two classes.
    """

    rows: Floats
    others: tuple[Floats, ...]
    added: float
    lost: float
    gap: float


class Alone(NamedTuple):
    """What both sources tell alone, of each row; the rest as of ``Earned``."""

    rows: Floats
    added: float = 0.0
    lost: float = 0.0
    gap: float = 0.0


def of_target(values: Floats, target: Floats) -> Floats:
    """The mean of values (rows, classes) by the shares of each row's target; 0 of it is nothing."""
    return np.asarray((target * np.where(target > 0, values, 0)).sum(axis=1))


def score(p: Floats, target: Floats) -> Floats:
    """What probabilities earn of each row, in nats, beyond the shares of all rows."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return of_target(np.log(p) - np.log(target.mean(axis=0)), target)


def limited(p: Floats, target: Floats) -> tuple[Floats, int]:
    """No row may cost more than so many rows can show, log(n + 1) nats; and how many would.

    Those say what the shares of all rows do one time in n + 1. All others stay as they are.

    Args:
        p: probabilities, shape (rows, classes).
        target: shares of the classes of each row, likewise.
    """
    p = np.where(p < LEAST, np.where(target > 0, LEAST, 0.0), p)
    n = len(p)
    beyond = score(p, target) < -np.log(n + 1)
    if beyond.any():
        p[beyond] = (n * p[beyond] + target.mean(axis=0)) / (n + 1)
    return p, int(beyond.sum())


def recalibrated(p: Floats, target: Floats) -> Floats:
    """Probabilities brought into line with the target, by a weight and a bias per class."""
    return np.exp(calibrated([np.log(np.maximum(p, LEAST))], target))


def earned(posteriors: Posteriors, target: Floats, n_cells: int, tol: float) -> Earned:
    """What rows add to the atoms and to their sums.

    Args:
        posteriors: of x1, x2 and both, shape (rows, classes) each, after ``limited``.
        target: shares of the classes of each row, likewise.
        n_cells: of each source, at most, in the coarser table of more than two classes.
        tol: certified gap where cells lose nothing, in nats.

    Raises:
        SolverFailed: no certified answer.
    """
    first, second, both = (score(p, target) for p in posteriors)
    pair = posteriors[:2]
    if target.shape[1] == hull.CLASSES:
        alone = _by_hull(pair, target)
    else:
        alone = _by_cells(pair, target, n_cells, tol)
    unions = sorted((alone.rows, first, second), key=lambda rows: -float(rows.mean()))
    best, *others = (with_sums(np.array(atoms(u, first, second, both))) for u in unions)
    added = alone.added if unions[0] is alone.rows else 0.0
    return Earned(best, tuple(others), added, alone.lost, alone.gap)


def _by_hull(pair: tuple[Floats, Floats], target: Floats) -> Alone:
    """Of two classes: with every row an edge, in closed form.

    Thresholds are shared by what rows say once both sources have the classes of the target as often
    as that has, and valued at what they say as it is: as scores are.
    """
    p_y = target.mean(axis=0)
    a, b = (np.ascontiguousarray(masses(p, p_y).T) for p in pair)
    first, second = (p[:, 1] for p in pair)
    shares = shared(hull.hull(a, b))
    ends = np.unique(np.concatenate([shares.ends, first, second]))
    owner = np.searchsorted(shares.ends, ends[:-1], side="right") - 1
    alpha, beta = Shares(ends, shares.ahead[owner]).multipliers(first, second)
    return Alone(of_target((alpha + beta).T - np.log(p_y), target))


def _by_cells(pair: tuple[Floats, Floats], target: Floats, most: int, tol: float) -> Alone:
    """Of more classes: by few cells and by more, drawn to no loss (``union.py``)."""
    p_y = target.mean(axis=0)
    sizes = list(dict.fromkeys((most, finer(most, len(p_y)))))
    labels = list(zip(*(halved(p, sizes) for p in pair), strict=True))
    whole = np.mean([mutual_information(masses(p, p_y), unit="nat") for p in pair])
    unions, losses = [], []
    for place, (first, second) in enumerate(labels):
        a, b = (soft_table(p, cells, p_y) for p, cells in zip(pair, (first, second), strict=True))
        kept = np.mean([mutual_information(table, unit="nat") for table in (a, b)])
        lost = max(float(whole - kept), 0.0)
        if place + 1 < len(labels) and lost <= LEAST:
            continue  # the finer cells are the same
        found = decompose(joined(a, b, p_y), unit="nat", tol=tol if lost <= LEAST else OF_CELLS)
        unions.append(found.redundancy + found.unique1 + found.unique2)
        losses.append(lost)
    assert found.certificate is not None
    assert found.certificate.multipliers is not None
    alpha, beta = found.certificate.multipliers
    added = slope_of(unions, losses) * losses[-1] if losses[-1] > LEAST else 0.0
    rows = of_target(alpha[first] + beta[second] - np.log(p_y), target) + added
    return Alone(rows, added, losses[-1], float(found.certificate.gap))


def codes_as_target(codes: Codes, classes: int) -> Floats:
    """All of a row's share with its class, shape (rows, classes)."""
    return np.asarray(np.eye(classes)[codes])
