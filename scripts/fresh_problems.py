"""Problems that no estimator was made with in mind, each with its truth: see ``hard_problems``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from scipy.special import expit, logsumexp, softmax
from scipy.stats import norm, t

from pid._types import Counts, Floats
from scripts.populations import (
    Drawn,
    Population,
    beside,
    by_draws,
    by_table,
    entropy,
    known,
    normal_classes,
    nothing,
    of_chance,
)

NODES = 40  # of Gauss-Hermite quadrature
RING_BINS, RING_REACH = 300, 4.0


def three_signs() -> Population:
    """y is the sign of a b c, flipped in one of twenty: a, b in x1 and c in x2. Closed form.

    Four columns of nuisance a source. Nothing tells anything unless all three are looked at.
    """

    def draw(n: int, rng: np.random.Generator) -> Drawn:
        X1, X2 = rng.normal(size=(n, 6)), rng.normal(size=(n, 5))
        up = X1[:, 0] * X1[:, 1] * X2[:, 0] > 0
        y = (up ^ (rng.random(n) < 0.05)).astype(np.int64)
        return Drawn(X1, X2, y, (nothing(n), nothing(n), of_chance(np.where(up, 0.95, 0.05))))

    return known(draw, (0, 0, 0, 1 - entropy(0.05, 0.95)))


def dispersed_counts() -> Population:
    """Three classes, six counts a source, all times a lognormal gain of each row and source.

    Posteriors by quadrature over the gain; truth by many draws.
    """
    rng = np.random.default_rng(101)
    levels = 1.2 + 0.45 * rng.normal(size=(2, 3, 6))  # logarithms of means
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    p_y = (0.4, 0.35, 0.25)

    def likelihood(x: Floats, means: Floats) -> Floats:
        """Logarithm, (n, classes), but for what is the same for all classes."""
        gains = 0.5 * nodes
        sums = np.exp(means).sum(axis=1)
        parts = (
            (x @ means.T)[:, :, None]
            + x.sum(axis=1)[:, None, None] * gains
            - sums[:, None] * np.exp(gains)
            + np.log(weights)
        )
        return np.asarray(logsumexp(parts, axis=2))

    def draw(n: int, rng: np.random.Generator) -> Drawn:
        y = rng.choice(3, size=n, p=p_y)
        gains = 0.5 * rng.normal(size=(2, n, 1))
        X1, X2 = (
            rng.poisson(np.exp(of[y] + gain)).astype(np.float64)
            for of, gain in zip(levels, gains, strict=True)
        )
        one, other = likelihood(X1, levels[0]), likelihood(X2, levels[1])
        first, second, both = (
            np.asarray(softmax(log + np.log(p_y), axis=1)) for log in (one, other, one + other)
        )
        return Drawn(X1, X2, y, (first, second, both))

    return by_draws(draw, p_y)


def seven_classes() -> Population:
    """Seven classes from .3 to .04, of other widths, sources that correlate. By many draws."""
    rng = np.random.default_rng(102)
    one, other = (1.3 * rng.normal(size=(7, 4)) for _ in range(2))
    p_y = (0.3, 0.25, 0.15, 0.12, 0.08, 0.06, 0.04)
    deviations = (1.0, 0.7, 1.3, 0.8, 1.0, 0.6, 1.2)
    return by_draws(normal_classes((one, other), p_y, deviations=deviations, rho=0.6), p_y)


def _ring(points: Floats) -> Floats:
    """Densities of disc and ring in the plane, (..., 2)."""
    radius = np.linalg.norm(points, axis=-1)
    disc = np.exp(-(radius**2) / 2) / (2 * np.pi)
    ring = norm.pdf(radius, 2, 0.4) / (2 * np.pi * np.maximum(radius, 1e-9))
    return np.stack([disc, ring], axis=-1)


def ring() -> Population:
    """A ring around a disc: each source is a coordinate, with three of nuisance. By a fine grid."""
    at = (np.arange(RING_BINS) + 0.5) / RING_BINS * 2 * RING_REACH - RING_REACH
    table = _ring(np.stack(np.meshgrid(at, at, indexing="ij"), axis=-1))
    of_one = table.sum(axis=1)  # the same for both coordinates

    def draw(n: int, rng: np.random.Generator) -> Drawn:
        y = rng.integers(0, 2, n)
        angle = rng.uniform(0, 2 * np.pi, n)
        radius = np.where(y == 1, rng.normal(2, 0.4, n), np.sqrt(2 * rng.exponential(size=n)))
        points = np.abs(radius)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        first, second = (
            np.stack([np.interp(x, at, of_one[:, k]) for k in (0, 1)], axis=1) for x in points.T
        )
        exact = [p / p.sum(axis=1, keepdims=True) for p in (first, second, _ring(points))]
        X1, X2 = beside(points[:, 0], 3, rng), beside(points[:, 1], 3, rng)
        return Drawn(X1, X2, y, (exact[0], exact[1], exact[2]))

    return by_table(draw, lambda: np.asarray(table / table.sum()))


def integer_codes() -> Population:
    """Three columns a source of eight codes without order, and one of numbers that tell nothing.

    Codes are independent given y, with chances that were drawn once. By many draws.
    """
    rng = np.random.default_rng(103)
    chances = rng.dirichlet(np.full(8, 1.5), size=(2, 3, 3))  # source, column, class
    p_y = (0.5, 0.3, 0.2)

    def draw(n: int, rng: np.random.Generator) -> Drawn:
        y = rng.choice(3, size=n, p=p_y)
        sources, logs = [], []
        for of in chances:
            below = np.cumsum(of, axis=2)[:, y]  # column, row, code
            codes = np.minimum((rng.random((3, n, 1)) > below).sum(axis=2), 7)
            sources.append(np.column_stack([*codes, rng.integers(100, size=n)]).astype(np.float64))
            logs.append(sum(np.log(of[column][:, codes[column]].T) for column in range(3)))
        first, second, both = (
            np.asarray(softmax(log + np.log(p_y), axis=1)) for log in (*logs, logs[0] + logs[1])
        )
        return Drawn(sources[0], sources[1], y, (first, second, both))

    return by_draws(draw, p_y)


def maximum() -> Population:
    """y is the third that the larger of two uniform values is in, wrong in one of ten.

    Four columns of nuisance a source. Only the thirds that both are in matter: a table.
    """
    edges = np.sqrt([1 / 3, 2 / 3])
    widths = np.diff([0.0, *edges, 1.0])
    right = 0.1 / 3 + 0.9 * np.eye(3)
    steps = np.arange(3)
    of_pair = right[np.maximum(steps[:, None], steps[None, :])]

    def draw(n: int, rng: np.random.Generator) -> Drawn:
        x1, x2 = rng.random((2, n))
        a, b = np.searchsorted(edges, x1), np.searchsorted(edges, x2)
        y = np.where(rng.random(n) < 0.9, np.maximum(a, b), rng.integers(0, 3, n))
        of_one = np.einsum("abk,b->ak", of_pair, widths)
        X1, X2 = beside(x1, 4, rng), beside(x2, 4, rng)
        return Drawn(X1, X2, y, (of_one[a], of_one[b], of_pair[a, b]))

    return by_table(draw, lambda: np.outer(widths, widths)[:, :, None] * of_pair)


def wide() -> Population:
    """Logistic in 40 columns of each source, every one of which tells little. By many draws.

    What one source tells is an integral over what the other adds to the log-odds.
    """
    deviations = (1.0, 0.7)  # of what the sources add
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    weights = weights / weights.sum()

    def draw(n: int, rng: np.random.Generator) -> Drawn:
        X1, X2 = rng.normal(size=(2, n, 40))
        u1, u2 = (
            sd * x.mean(axis=1) * np.sqrt(40) for x, sd in zip((X1, X2), deviations, strict=True)
        )
        first, second = (
            expit(u[:, None] + sd * nodes) @ weights
            for u, sd in ((u1, deviations[1]), (u2, deviations[0]))
        )
        both = expit(u1 + u2)
        y = (rng.random(n) < both).astype(np.int64)
        return Drawn(X1, X2, y, (of_chance(first), of_chance(second), of_chance(both)))

    return by_draws(draw, (0.5, 0.5))


def t_mixture() -> Population:
    """Values with the tails of t(3) in mixtures, three columns of nuisance. By many draws."""
    # (weight, mean, width) of t(3) values: of both classes, in both sources
    parts = (
        (((1.0, 0.0, 1.0),), ((0.5, 2.5, 1.0), (0.5, -3.0, 1.0))),
        (((0.6, -1.5, 0.5), (0.4, 1.5, 2.0)), ((1.0, 1.0, 0.7),)),
    )

    def value(
        y: Counts, of: tuple[tuple[tuple[float, float, float], ...], ...], rng: np.random.Generator
    ) -> Floats:
        found = np.empty(len(y))
        for k, mixture in enumerate(of):
            rows = np.flatnonzero(y == k)
            weights, means, widths = np.array(mixture).T
            part = rng.choice(len(mixture), size=len(rows), p=weights)
            found[rows] = means[part] + widths[part] * rng.standard_t(3, len(rows))
        return found

    def odds(x: Floats, of: tuple[tuple[tuple[float, float, float], ...], ...]) -> Floats:
        down, up = (sum(w * t.pdf((x - m) / s, 3) / s for w, m, s in mixture) for mixture in of)
        return np.asarray(np.log(up) - np.log(down))

    def draw(n: int, rng: np.random.Generator) -> Drawn:
        y = rng.integers(0, 2, n)
        x1, x2 = (value(y, of, rng) for of in parts)
        one, other = odds(x1, parts[0]), odds(x2, parts[1])
        first, second, both = (of_chance(expit(log)) for log in (one, other, one + other))
        return Drawn(beside(x1, 3, rng), beside(x2, 3, rng), y, (first, second, both))

    return by_draws(draw, (0.5, 0.5))


POPULATIONS: Mapping[str, Callable[[], Population]] = MappingProxyType(
    {
        "three signs": three_signs,
        "dispersed counts": dispersed_counts,
        "seven classes": seven_classes,
        "ring": ring,
        "integer codes": integer_codes,
        "maximum": maximum,
        "wide": wide,
        "t mixture": t_mixture,
    }
)
