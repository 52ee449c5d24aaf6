"""What two sources tell alone, min_q I_q, from the posteriors of each row.

Two classes need no cells: the hull of both sources' ROC curves, with every row an edge, is the
answer in closed form (``pid.core.solver.hull``). Of more classes rows share cells, which lose some
of what they say. How much of each source's information is lost is known, as that needs no other
source; and what is lost of the union goes with it, nearly in a straight line. So the table is
solved with few cells and with more, and the line is drawn to where nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.core.decompose import decompose
from pid.core.information import entropy, mutual_information
from pid.core.solver import hull
from pid.core.solver.two_classes import Shares, shared
from pid.estimators.posterior.cells import Cells, joined

FINER = 2.5  # times as many cells of the second table ...
MANY_CLASSES, FINEST = 12, 3.75  # ... and of so many classes
MOST_ORDER = 1800  # cells times classes of it, or solving takes minutes
# What the union may lose for what a single source does, on average: all that both do, at most.
SLOPES = 0.4, 2.0
USUAL_SLOPE = 0.8  # where few and more cells lose alike
LEAST_LOST = 1e-4  # nats between both tables, from which on they show a slope

Pair = tuple[Floats, Floats]  # of x1 and x2
MakeCells = Callable[[int], tuple[Cells, Cells]]


class Union(NamedTuple):
    """min_q I_q in nats, and what is known of it.

    Attributes:
        value: the estimate.
        single: I(Y; X1) and I(Y; X2), of the posteriors without cells.
        of_rows: what each row adds to ``value``, to first order, shape (rows,).
        lost: mean information that cells lose of a source; 0 without cells.
        added: what was added to the union of these cells.
        slope: what the union loses for what single sources do; None without cells.
    """

    value: float
    single: tuple[float, float]
    of_rows: Floats
    lost: float = 0.0
    added: float = 0.0
    slope: float | None = None


def masses(posterior: Floats, p_y: Floats) -> Floats:
    """Rows as symbols: the mass of each with each class, shape (rows, classes), with margin p_y."""
    return np.asarray(posterior * (p_y / posterior.sum(axis=0)))


def of_two_classes(posteriors: Pair, codes: Codes, p_y: Floats) -> Union:
    """By the hull, of posteriors (rows, 2)."""
    both = [masses(p, p_y) for p in posteriors]
    a, b = (np.ascontiguousarray(mass.T) for mass in both)
    found = hull.hull(a, b)
    told = _by_shares(shared(found), (hull.thresholds(a), hull.thresholds(b)), codes)
    first, second = (mutual_information(mass, unit="nat") for mass in both)
    single = first, second
    value = max(hull.union_information(found), *single)  # as it is, but for rounding
    return Union(value, single, told - np.log(p_y)[codes])


def of_more_classes(
    posteriors: Pair,
    codes: Codes,
    p_y: Floats,
    cells: MakeCells,
    most: int,
    tol: float,
    *,
    slope: float | None = None,
) -> Union:
    """By cells, at most ``most`` of each source and a multiple of that, drawn to no loss.

    Args:
        posteriors: of the rows by each source, shape (rows, classes).
        codes: classes of the rows.
        p_y: their shares.
        cells: makes cells of both sources, at most so many.
        most: how many of the coarser table.
        tol: certified gap of both tables, in nats.
        slope: of the line, where it is known: the coarser table is then enough.
    """
    single = [mutual_information(masses(p, p_y), unit="nat") for p in posteriors]
    sizes = (most, finer(most, len(p_y))) if slope is None else (most,)
    unions, losses = [], []
    for size in dict.fromkeys(sizes):
        pair = cells(size)
        solved = decompose(joined(pair[0].table, pair[1].table, p_y), unit="nat", tol=tol)
        unions.append(solved.redundancy + solved.unique1 + solved.unique2)
        losses.append(float(np.mean(single) - (solved.information1 + solved.information2) / 2))
    lost = max(losses[-1], 0.0)
    slope = slope_of(unions, losses) if slope is None else slope
    value = float(np.clip(unions[-1] + slope * lost, max(single), sum(single)))
    assert solved.certificate is not None
    assert solved.certificate.multipliers is not None
    alpha, beta = solved.certificate.multipliers
    of_rows = alpha[pair[0].labels, codes] + beta[pair[1].labels, codes] - np.log(p_y)[codes]
    return Union(value, (single[0], single[1]), of_rows, lost, value - unions[-1], slope)


def slope_of(unions: Sequence[float], losses: Sequence[float]) -> float:
    """What the union of cells loses for what single sources do, by few cells and by more."""
    if losses[0] - losses[-1] <= LEAST_LOST:
        return USUAL_SLOPE
    return float(np.clip((unions[-1] - unions[0]) / (losses[0] - losses[-1]), *SLOPES))


def finer(most: int, classes: int) -> int:
    """Cells of the second table; as many as of the first where more would take minutes."""
    times = FINEST if classes >= MANY_CLASSES else FINER
    return max(most, min(round(times * most), MOST_ORDER // classes))


def held_out_bound(
    posteriors: Pair, codes: Codes, p_y: Floats, halves: tuple[Codes, Codes]
) -> float:
    """min_q I_q of two classes from below, in nats, by the classes that there were.

    Thresholds are shared between the sources by one half of the rows, and valued on the other. The
    multipliers are feasible however they are shared, and whatever the classifiers: on average this
    is at most the minimum, for any of them.
    """
    values = []
    for fitted, valued in (halves, halves[::-1]):
        a, b = (np.ascontiguousarray(masses(p[fitted], p_y).T) for p in posteriors)
        found = hull.hull(a, b)
        seen = np.nanmin(found.threshold), np.nanmax(found.threshold)  # beyond, nobody has any
        first, second = (p[valued, 1].clip(*seen) for p in posteriors)
        values.append(_by_shares(shared(found), (first, second), codes[valued]).mean())
    return entropy(p_y, unit="nat") + float(np.mean(values))


def _by_shares(shares: Shares, thresholds: tuple[Floats, Floats], codes: Codes) -> Floats:
    """The sum of both multipliers, at p(y = 1 | x) and the class of each row."""
    alpha, beta = shares.multipliers(*thresholds)
    rows = np.arange(len(codes))
    return np.asarray(alpha[codes, rows] + beta[codes, rows])
