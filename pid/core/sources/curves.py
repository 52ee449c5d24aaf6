"""Two classes, any number of sources: what they tell alone is the hull of their ROC curves.

Blackwell's order of experiments about a y of two classes is a lattice: an experiment is its ROC
curve, and the least one that tells all that several do is the concave hull of their curves
(``pid.core.solver.hull`` has it for two sources, with exact sums of counts). So the union
information of any number of sources is that of one hull, whatever its cells would be.

At each threshold z = p(y = 1) one source decides best: the one that has the vertex of the hull.
The multipliers

    lam_i(x, 1) = -int dz / z  over the thresholds of source i that are at least p(y = 1 | x),
    lam_i(x, 0) = -int dz / (1 - z)  over those below

are feasible however thresholds are given to sources (Neyman & Pearson), and tight for the best.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.core.information import xlogx

MANY = 512  # points, of which those far below are taken out together
DIRECTIONS = 64
NEAR = 1e-12


class Hull(NamedTuple):
    """A concave curve from (0, 0) to p(y), and whose vertices it has."""

    vertices: Floats  # (V, 2): mass of y = 0 and of y = 1 that is called 1, steepest edge first
    owner: Codes  # (V,), the number of the curve that each vertex is on


def curve(masses: Floats, p_y: Floats) -> Floats:
    """Vertices (n + 1, 2) of the ROC curve of one source, the largest p(y = 1 | x) first.

    Args:
        masses: p(x, y), shape (n, 2); symbols without mass do not matter.
        p_y: p(y), where all curves end.
    """
    order = np.arctan2(masses[:, 1], masses[:, 0]).argsort(kind="stable")[::-1]
    points = np.zeros((len(masses) + 1, 2))
    np.cumsum(masses[order], axis=0, out=points[1:])
    np.minimum(points, p_y, out=points)
    points[-1] = p_y
    return points


def join(curves: Sequence[Floats]) -> Hull:
    """The least concave curve that is nowhere below any of some curves with the same ends."""
    points = np.concatenate(curves)
    owner = np.repeat(np.arange(len(curves)), [len(one) for one in curves])
    if len(points) > MANY:
        high = _high(points)
        points, owner = points[high], owner[high]
    order = np.lexsort((points[:, 1], points[:, 0]))
    xs, ys = points[order].T.tolist()
    kept: list[int] = []
    for new, (x, y) in enumerate(zip(xs, ys, strict=True)):
        while len(kept) > 1:
            before, last = kept[-2], kept[-1]
            rise = (xs[last] - xs[before]) * (y - ys[before])
            if rise < (ys[last] - ys[before]) * (x - xs[before]):
                break
            kept.pop()
        kept.append(new)
    chosen = order[kept]
    return Hull(points[chosen], owner[chosen])


def _high(points: Floats) -> Codes:
    """Points that are not below the curve through the best ones for some thresholds."""
    angles = np.linspace(0, np.pi / 2, DIRECTIONS)
    best = (np.stack([-np.cos(angles), np.sin(angles)], axis=1) @ points.T).argmax(axis=1)
    ends = np.array([[0.0, 0.0], points.max(axis=0)])
    x, y = np.unique(np.concatenate([ends, points[best]]), axis=0).T
    above = points[:, 1] >= np.interp(points[:, 0], x, y) - NEAR
    return np.flatnonzero(above | ~points.any(axis=1))  # all curves begin at 0, maybe upright


def information(hull: Hull) -> float:
    """I(Q; Y) in nats of the experiment Q with this curve."""
    edges = np.maximum(np.diff(hull.vertices, axis=0), 0)
    told = xlogx(edges).sum() - xlogx(edges.sum(axis=1)).sum()
    return float(told - xlogx(hull.vertices[-1]).sum())


def multipliers(hull: Hull, source: int, masses: Floats) -> Floats:
    """Feasible multipliers (n, 2) of the symbols of one source, by their masses (n, 2)."""
    logs = _log_shares(np.diff(hull.vertices, axis=0)[::-1])
    logs = np.concatenate([[[0.0, -np.inf]], logs, [[-np.inf, 0.0]]])  # of thresholds 0 and 1
    own = _log_shares(masses)
    with np.errstate(invalid="ignore"):
        ends, at = logs[:, 1] - logs[:, 0], own[:, 1] - own[:, 0]
        ends = np.maximum.accumulate(ends)
        mine = hull.owner[::-1] == source
        lengths = np.abs(np.diff(logs, axis=0)) * (mine & (ends[1:] > ends[:-1]))[:, None]
        lengths = np.nan_to_num(lengths, nan=0.0, posinf=np.inf)
        below = np.append(0, lengths[:, 0].cumsum())
        above = np.append(lengths[::-1, 1].cumsum()[::-1], 0)
        interval = np.clip(np.searchsorted(ends, at, side="right") - 1, 0, len(mine) - 1)
        begun = np.where(mine[interval], logs[interval, 0] - own[:, 0], 0)
        rest = np.where(mine[interval], logs[interval + 1, 1] - own[:, 1], 0)
        found = -np.stack([below[interval] + begun, above[interval + 1] + rest], axis=1)
    return np.where(masses > 0, np.minimum(np.nan_to_num(found, neginf=-np.inf), 0), -np.inf)


def bound(hull: Hull, sources: Sequence[Floats]) -> float:
    """The lower bound in nats that the multipliers of a hull prove for masses (n, 2) of sources.

    It holds for any hull: fitted to some rows, it bounds what others tell.
    """
    total = -float(xlogx(hull.vertices[-1]).sum())
    for source, masses in enumerate(sources):
        lam = multipliers(hull, source, masses)
        total += float((masses * np.where(masses > 0, lam, 0)).sum())
    return total


def _log_shares(masses: Floats) -> Floats:
    """log p(y | x) of symbols with masses (n, 2), -inf where there is none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        masses = np.maximum(masses, 0)
        return np.asarray(np.log(masses) - np.log(masses.sum(axis=1, keepdims=True)))
