"""Mixtures of normals for each class, joined by normal copulas, with their atoms by a fine grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp, ndtr, ndtri, softmax

from pid._types import Counts, Floats

NODES = 64  # of Gauss-Legendre quadrature
BRACKET = 12.0  # deviations beyond which a component has no mass
HALVINGS = 60
TINY = np.finfo(np.float64).tiny


@dataclass(frozen=True, slots=True)
class Mixture:
    """A mixture of normal densities: (weight, mean, deviation) of each."""

    components: tuple[tuple[float, float, float], ...]

    def cdf(self, x: Floats) -> Floats:
        """Chance of a value of at most x."""
        parts = [w * ndtr((x - mean) / sd) for w, mean, sd in self.components]
        return np.asarray(np.sum(parts, axis=0))

    def log_density(self, x: Floats) -> Floats:
        """Its logarithm, up to the same constant for all mixtures."""
        parts = [
            np.log(w) - ((x - mean) / sd) ** 2 / 2 - np.log(sd) for w, mean, sd in self.components
        ]
        return np.asarray(logsumexp(parts, axis=0))

    def score(self, x: Floats) -> Floats:
        """The standard normal value that as much lies below; exact in both tails."""
        above = sum(w * ndtr((mean - x) / sd) for w, mean, sd in self.components)
        below = self.cdf(x)
        least = ndtri(np.maximum(np.minimum(below, above), TINY))
        return np.asarray(np.where(below < above, least, -least))

    def quantile(self, u: Floats) -> Floats:
        """The value that a share u lies below, by halving."""
        low = np.full(np.shape(u), min(m - BRACKET * sd for _, m, sd in self.components))
        high = np.full(np.shape(u), max(m + BRACKET * sd for _, m, sd in self.components))
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            below = self.cdf(middle) < u
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.asarray((low + high) / 2)


def pooled(mixtures: Sequence[Mixture], p_y: Sequence[float]) -> Mixture:
    """The density of all classes together."""
    return Mixture(
        tuple(
            (p * w, mean, sd)
            for p, mixture in zip(p_y, mixtures, strict=True)
            for w, mean, sd in mixture.components
        )
    )


def grid(
    first: Sequence[Mixture],
    second: Sequence[Mixture],
    p_y: Sequence[float],
    rho: Sequence[float],
    bins: int,
) -> Floats:
    """p(bin of x1, bin of x2, y), shape (bins, bins, k), in bins of equal mass of each source."""
    shares = np.arange(1, bins) / bins
    edges1, edges2 = (pooled(of, p_y).quantile(shares) for of in (first, second))
    table = np.empty((bins, bins, len(p_y)))
    for y, (p, a, b, r) in enumerate(zip(p_y, first, second, rho, strict=True)):
        u, v = (
            np.concatenate([[0.0], mixture.cdf(edges), [1.0]])
            for mixture, edges in ((a, edges1), (b, edges2))
        )
        joint = normal_copula(u[:, None], v[None, :], r)
        table[:, :, y] = p * np.maximum(np.diff(np.diff(joint, axis=0), axis=1), 0)
    return np.asarray(table / table.sum())


def normal_copula(u: Floats, v: Floats, rho: float) -> Floats:
    """Chance that two uniforms with a normal copula are at most u and v, by quadrature over rho.

    d Phi2(h, k; r) / dr is the bivariate normal density (Plackett, Biometrika 41, 1954).
    """
    u, v = np.broadcast_arrays(u, v)
    inside = (u > 0) & (u < 1) & (v > 0) & (v < 1)
    h, k = ndtri(np.where(inside, u, 0.5)), ndtri(np.where(inside, v, 0.5))
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    extra = np.zeros(u.shape)
    for node, weight in zip(nodes, weights, strict=True):
        r = rho * (node + 1) / 2
        rest = 1 - r * r
        density = np.exp(-(h * h - 2 * r * h * k + k * k) / (2 * rest)) / np.sqrt(rest)
        extra += weight * density
    extra *= rho / 2 / (2 * np.pi)
    return np.asarray(u * v + np.where(inside, extra, 0.0))


def draw(
    first: Sequence[Mixture],
    second: Sequence[Mixture],
    p_y: Sequence[float],
    rho: Sequence[float],
    n: int,
    rng: np.random.Generator,
) -> tuple[Floats, Floats, Counts]:
    """n samples (x1, x2, y)."""
    y = rng.choice(len(p_y), size=n, p=p_y)
    normals = rng.normal(size=(2, n))
    r = np.asarray(rho, dtype=np.float64)[y]
    u = ndtr(np.stack([normals[0], r * normals[0] + np.sqrt(1 - r * r) * normals[1]]))
    x1, x2 = np.empty(n), np.empty(n)
    for k, (a, b) in enumerate(zip(first, second, strict=True)):
        of_class = y == k
        x1[of_class], x2[of_class] = a.quantile(u[0, of_class]), b.quantile(u[1, of_class])
    return x1, x2, y


def posteriors(
    first: Sequence[Mixture],
    second: Sequence[Mixture],
    p_y: Sequence[float],
    rho: Sequence[float],
    x1: Floats,
    x2: Floats,
) -> tuple[Floats, Floats, Floats]:
    """p(y | x1), p(y | x2) and p(y | x1, x2) of samples, shape (n, classes) each."""
    one, other = (
        np.stack([mixture.log_density(x) for mixture in of], axis=1)
        for of, x in ((first, x1), (second, x2))
    )
    h, k = (
        np.stack([mixture.score(x) for mixture in of], axis=1)
        for of, x in ((first, x1), (second, x2))
    )
    r = np.asarray(rho, dtype=np.float64)
    rest = 1 - r * r
    copula = (2 * r * h * k - r * r * (h * h + k * k)) / (2 * rest) - np.log(rest) / 2
    prior = np.log(np.asarray(p_y, dtype=np.float64))
    a, b, both = (softmax(part + prior, axis=1) for part in (one, other, one + other + copula))
    return np.asarray(a), np.asarray(b), np.asarray(both)
