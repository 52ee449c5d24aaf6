"""Two classes: what both sources tell alone is what the hull of their ROC curves does.

An experiment about a y of two classes is its risk at every threshold z = p(y = 1 | x), or its ROC
curve, whose edges are its symbols by rising z. One tells all that another does where its curve is
nowhere below (Blackwell 1953). So the least that tells what x1 and x2 tell alone is the convex hull
of both curves, and min_q I_q is its information: both sources are garblings of it, and independent
ones make a joint that tells no more.

At each threshold the source with less risk is ahead. A symbol whose own source is ahead at its own
threshold is an edge of the hull, and where the lead changes between two thresholds the hull has one
more, whose masses are the differences of what both sources have up to there. Nothing is searched
for: n log n of n symbols.

Whole numbers are added without rounding, and compared so up to 2^26. Of other masses, two sources
that tie may both be taken for the one ahead: the edge between them then has a negative mass, which
takes off what was counted twice.

Derived here; ``two_classes.py`` has the certificate.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes, Floats
from pid.core.information import TINY
from pid.errors import InvalidDistribution

CLASSES = 2


class Hull(NamedTuple):
    """Both sources' symbols by rising threshold, and the edges of the hull among them.

    Each of the N positions has an edge of its own, ``own``, if its source is ahead there, and one
    to the next position, ``bridge``, if the lead changes: masses of both classes, else 0.
    """

    own: Floats  # (2, ..., N)
    bridge: Floats  # (2, ..., N)
    threshold: Floats  # (..., N); nan, and last, where a symbol has no mass
    ahead: NDArray[np.bool_]  # (..., N), whether x1 is, at this threshold
    order: Codes  # (..., N), of each position: a symbol of x1, or n1 and a symbol of x2


def hull(a: Floats, b: Floats) -> Hull:
    """Of masses (2, ..., n1) and (2, ..., n2), of any scale."""
    signed = np.concatenate([a, -b], axis=-1)  # whose sums are differences of the sources
    order = thresholds(signed).argsort(axis=-1)
    signed = np.take_along_axis(signed, order[None], axis=-1)
    apart = signed.cumsum(axis=-1)
    mass = np.abs(signed)
    ahead = apart[1] * mass[0] < apart[0] * mass[1]
    after = np.zeros_like(ahead)  # at a threshold of 1 the sources tie, and x2 is taken
    after[..., :-1] = ahead[..., 1:]
    own = mass * (ahead == (order < a.shape[-1]))
    bridge = apart * (ahead != after) * np.where(ahead, -1, 1)
    return Hull(own, bridge, thresholds(mass), ahead, order)


def thresholds(mass: Floats) -> Floats:
    """p(y = 1 | x) of symbols with masses (2, ...); nan without mass."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(mass[1] / (mass[0] + mass[1]))


def planes(masses: Floats) -> Floats:
    """Tables (B, n1, n2, 2) by their class, (2, B, n1, n2)."""
    return np.ascontiguousarray(np.moveaxis(masses, 3, 0))


def informations(planes: Floats) -> Floats:
    """min_q I_q, I(Y; X1), I(Y; X2) and I(Y; X1, X2) in nats, (4, B).

    Args:
        planes: counts, or masses that sum to about 1, of x1 and x2 with the one class and the
            other, (2, B, n1, n2).

    Raises:
        InvalidDistribution: a table without mass.
    """
    a, b = planes.sum(axis=3), planes.sum(axis=2)
    p_y = a.sum(axis=2)
    if not p_y.sum(axis=0).all():
        raise InvalidDistribution("a table has no mass: every cell is 0")
    pairs = planes.reshape(*planes.shape[:2], -1)
    told = (_of_hull(hull(a, b)), *(_log_likelihood(m) for m in (a, b, pairs)))
    return np.asarray((np.array(told) - _log_likelihood(p_y[..., None])) / p_y.sum(axis=0))


def union_information(found: Hull) -> float:
    """min_q I_q in nats, of one pair of sources whose masses sum to 1."""
    one = found._replace(own=found.own[:, None], bridge=found.bridge[:, None])
    p_y = (found.own + found.bridge).sum(axis=1)[:, None, None]
    return float(_of_hull(one)[0] - _log_likelihood(p_y)[0])


def _of_hull(found: Hull) -> Floats:
    """The log-likelihood of y given the experiment of the hull, (B,)."""
    sign = np.where(found.bridge[0] + found.bridge[1] < 0, -1.0, 1.0)
    bridge = np.maximum(sign * found.bridge, 0)
    return _log_likelihood(found.own) + _log_likelihood(bridge, sign)


def _log_likelihood(mass: Floats, sign: Floats | float = 1.0) -> Floats:
    """sum m_y log(m_y / m) over symbols with masses (2, B, N), each with its sign; (B,)."""
    terms = mass / (mass[0] + mass[1] + TINY)
    terms += TINY
    np.log(terms, out=terms)
    terms *= mass
    return np.asarray(np.add.reduce(sign * (terms[0] + terms[1]), axis=1))
