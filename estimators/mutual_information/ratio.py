"""Whether the ratio p(x, y) / (p(x) p(y)) of a Gaussian copula is one: it must average 1.

Under independence any true ratio has mean 1. Off-diagonal pairs of rows that were held out are
nearly independent, so that the logarithm of their mean ratio is what the plug-in value has too
much. On Gaussian data it is nothing; where views are bent surfaces in many dimensions it is bits.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.estimators.mutual_information.dependent import folds

FOLDS, PAIRS = 4, 10  # of canonical variates
TRAINED = 2 / 3  # of the rows outside a fold; by the others it is seen which correlations last
RIDGES = (1e-3, 0.03, 0.3, 3.0)
LASTING = 2.5  # standard errors of a correlation that counts
LARGEST = 0.9999
HELD = 1_000  # rows of a fold whose pairs are looked at


class Ratio(NamedTuple):
    """The mean log ratio of held-out rows, and what is left once it is normalised; in nats."""

    plugin: float
    normalised: float

    @property
    def is_one(self) -> bool:
        """Whether it is a ratio, within a tenth of a bit and a twentieth of itself."""
        return self.plugin - self.normalised <= 0.07 + 0.05 * abs(self.plugin)


def gaussian_ratio(
    x: Floats, y: Floats, rng: np.random.Generator, groups: Codes | None = None
) -> Ratio:
    """Of canonical variates, with correlations as rows show them that had no part in finding these.

    Args:
        x, y: centred, shape (n, columns).
        rng: of folds.
        groups: of rows, each in one fold.
    """
    fold = folds(len(x), FOLDS, rng, groups)
    each = [
        _held_out(x, y, rng.permutation(np.flatnonzero(fold != k)), np.flatnonzero(fold == k))
        for k in range(FOLDS)
    ]
    plugin, normalised = np.mean(each, axis=0)
    return Ratio(float(plugin), float(normalised))


def _held_out(x: Floats, y: Floats, outside: Codes, inside: Codes) -> tuple[float, float]:
    first = round(TRAINED * len(outside))
    some, others = outside[:first], outside[first:]
    best, ridge, lasting = -1.0, RIDGES[0], np.zeros(0)
    for each in RIDGES:
        a, b = _variates(x[some], y[some], each)
        r = _lasting(x[others] @ a, y[others] @ b)
        told = -float(np.log(1 - r**2).sum())
        if told > best:
            best, ridge, lasting = told, each, r
    a, b = _variates(x[outside], y[outside], ridge)
    u, v = (_standardised(part, outside, inside) for part in (x @ a, y @ b))
    return _normalised(u[:HELD], v[:HELD], lasting)


def _variates(x: Floats, y: Floats, ridge: float) -> tuple[Floats, Floats]:
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    a, b = (_inverse_root(part.T @ part / (len(x) - 1), ridge) for part in (x, y))
    left, _, right = np.linalg.svd(a @ (x.T @ y / len(x)) @ b, full_matrices=False)
    return a @ left[:, :PAIRS], b @ right.T[:, :PAIRS]


def _inverse_root(covariance: Floats, ridge: float) -> Floats:
    values, axes = np.linalg.eigh(covariance)
    return np.asarray((axes / np.sqrt(values.clip(0) + ridge)) @ axes.T)


def _lasting(u: Floats, v: Floats) -> Floats:
    u, v = u - u.mean(axis=0), v - v.mean(axis=0)
    r = (u * v).sum(axis=0) / np.sqrt((u**2).sum(axis=0) * (v**2).sum(axis=0))
    return np.where(r > LASTING / math.sqrt(len(u)), r, 0).clip(0, LARGEST)


def _standardised(rows: Floats, outside: Codes, inside: Codes) -> Floats:
    known = rows[outside]
    return np.asarray((rows[inside] - known.mean(axis=0)) / known.std(axis=0))


def _normalised(u: Floats, v: Floats, r: Floats) -> tuple[float, float]:
    left = 1 - r**2
    own = r**2 / left / 2
    log_ratio = (
        -np.log(left).sum() / 2
        - ((u**2) @ own)[:, None]
        - ((v**2) @ own)[None]
        + (u * (r / left)) @ v.T
    )
    plugin = float(np.diag(log_ratio).mean())
    apart = log_ratio[~np.eye(len(u), dtype=bool)]
    largest = float(apart.max())
    return plugin, plugin - largest - math.log(float(np.exp(apart - largest).mean()))
