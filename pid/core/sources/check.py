"""A decomposition against its table: every interval again, from what proves it.

Nothing of the ladder is asked: bounds are those of multipliers that are looked at in all cells, and
of masses that are compared with the marginals; hulls are compared with the curves below them.
"""

from __future__ import annotations

import numpy as np

from pid._types import Floats
from pid.core.decomposition import ROUNDING
from pid.core.sources import curves, same_cells, trees
from pid.core.sources.bounds import Evidence, dual, highest, value
from pid.core.sources.numbers import Family, Number, Numbers, Proved, all_numbers
from pid.core.sources.reduced import Reduced, sums
from pid.core.sources.table import Marginals, entropy, information
from pid.core.sources.union import TWO, Proof
from pid.errors import CheckFailed

SLACK = 10 * ROUNDING  # nats that sums over many cells may be off by


def check_union(marginals: Marginals, which: Family, proved: Proved) -> None:
    """Raise CheckFailed if the interval stated for a family is not what its evidence proves."""
    p_y = marginals.p_y
    if len(which) == 1:
        told = information(marginals(which[0]), p_y)
        lower = upper = told
    elif len(p_y) == TWO:
        lower, upper = _two_classes([marginals(A) for A in which], p_y)
    else:
        lower, upper = _proved(marginals, which, proved)
        if "below" in proved.method:
            upper = min(upper, _of_joint(marginals, which, proved))
    said = " | ".join(",".join(str(i) for i in A) for A in which)
    _require(proved.lower <= lower + SLACK, f"{said} is not proved to be {proved.lower} at least")
    _require(proved.upper >= upper - SLACK, f"{said} is not proved to be {proved.upper} at most")
    _require(proved.lower <= proved.upper + SLACK, f"the interval of {said} is empty")


def check_numbers(of: Marginals, used: dict[Family, Proved]) -> Numbers[Number]:
    """All numbers again, from the stated intervals."""
    atoms = len(of.p_y) <= TWO
    try:
        numbers, _ = all_numbers(of.k, used.__getitem__, atoms=atoms, silent=of.silent)
    except KeyError as err:
        raise CheckFailed(f"the union of {err} is missing") from err
    return numbers


def _two_classes(masses: list[Floats], p_y: Floats) -> tuple[float, float]:
    """The bound of multipliers, and the information of a concave curve above all curves."""
    of = [curves.curve(m, p_y) for m in masses]
    hull = curves.join(of)
    edges = np.diff(hull.vertices, axis=0)
    turns = edges[:-1, 0] * edges[1:, 1] - edges[:-1, 1] * edges[1:, 0]
    _require(bool((turns <= ROUNDING).all()), "a hull is not concave")
    for points in of:
        above = np.interp(points[:, 0], *hull.vertices.T)
        inside = points[:, 0] > 0  # a hull may begin upright
        off = float((points[inside, 1] - above[inside]).max(initial=0))
        _require(off <= ROUNDING, f"a curve is {off:.1e} above its hull")
    return curves.bound(hull, masses), curves.information(hull)


def _proved(marginals: Marginals, which: Family, proved: Proved) -> tuple[float, float]:
    """Both bounds of multipliers and masses, or what the best source and y itself tell."""
    p_y = marginals.p_y
    h_y = entropy(p_y)
    whole = [marginals(A) for A in which]
    if not isinstance(proved.evidence, Proof):
        told = max(information(m, p_y) for m in whole)
        return told, told if len(p_y) > 1 else 0.0
    small, evidence = proved.evidence
    merged = [sums(whole[i], code) for i, code in zip(small.kept, small.codes, strict=True)]
    _constants(whole, small, p_y)
    loss = sum(information(m, p_y) for m in whole) - sum(information(m, p_y) for m in merged)
    _require(loss <= small.loss + SLACK, f"merged symbols lose {loss:.1e} nats")
    if proved.method.startswith(trees.METHOD):  # feasible by their making, and of too many cells
        evidence = evidence._replace(multipliers=trees.solve(merged, 0.0).evidence.multipliers)
    else:
        _feasible(merged, evidence)
    upper = value(evidence.masses) if len(evidence.masses) else 0.0
    return dual(evidence.multipliers, merged) + h_y, upper + h_y + max(loss, 0.0)


def _constants(whole: list[Floats], small: Reduced, p_y: Floats) -> None:
    """Sources that were left out tell nothing."""
    out = [m for i, m in enumerate(whole) if i not in small.kept]
    told = max((information(m, p_y) for m in out), default=0.0)
    _require(told <= small.loss + SLACK, f"a source that was left out tells {told:.1e} nats")


def _feasible(merged: list[Floats], evidence: Evidence) -> None:
    """No cell is above 0, and no mass above its marginal."""
    worst = highest(evidence.multipliers)
    _require(worst <= SLACK, f"the multipliers are infeasible by {worst:.1e} nats")
    _require(bool((evidence.masses >= 0).all()), "a mass is negative")
    for m, x in zip(merged, evidence.cells.T, strict=True):
        for y, column in enumerate(evidence.masses.T):
            off = float((np.bincount(x, column, len(m)) - m[:, y]).max(initial=0))
            _require(off <= ROUNDING, f"masses exceed a marginal of p by {off:.1e}")


def _of_joint(marginals: Marginals, which: Family, proved: Proved) -> float:
    """What one joint tells that keeps all that is kept: p, or one with all its tables of m."""
    table = marginals.table(tuple(sorted(set().union(*which))))
    if proved.method.endswith(same_cells.METHOD):
        return same_cells.solve(table, len(which[0]), same_cells.ROUGH).upper
    return information(table.reshape(-1, table.shape[-1]), marginals.p_y)


def _require(holds: bool, complaint: str) -> None:
    if not holds:
        raise CheckFailed(f"the decomposition does not hold for this table: {complaint}")
