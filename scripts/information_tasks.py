"""Pairs of views with known mutual information: 29 tasks of our own, and 40 of a public benchmark.

The 40 are those of Czyż et al., Beyond Normal (NeurIPS 2023), written anew from their definitions:
Gaussian and Student vectors, and maps of these that leave information as it is. Ours add uniform
noise, dependence without correlation, surfaces in a hundred dimensions, images, symbols beside
numbers, and independence.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from scipy.special import gammaln, logsumexp, psi
from scipy.stats import norm, poisson

from pid._types import Floats

BITS = np.log(2)
Map = Callable[[Floats], Floats]
Sampler = Callable[[int, np.random.Generator], tuple[Floats, Floats]]


class Task(NamedTuple):
    """How to sample two views, and what they tell of each other, in bits.

    ``copula`` says whether it is Gaussian or Student up to maps of single columns.
    """

    truth: float
    sample: Sampler
    copula: bool = False


def same(x: Floats) -> Floats:
    """The map that changes nothing."""
    return x


def gaussian_information(matrix: Floats, m: int) -> float:
    """Of the first m columns and the others, in bits."""
    both = np.linalg.slogdet(matrix[:m, :m])[1] + np.linalg.slogdet(matrix[m:, m:])[1]
    return float((both - np.linalg.slogdet(matrix)[1]) / 2 / BITS)


def dense(d: int, r: float) -> Floats:
    """2 d columns, all pairs correlated alike."""
    return np.full((2 * d, 2 * d), r) + (1 - r) * np.eye(2 * d)


def sparse(d: int, pairs: int, r: float) -> Floats:
    """d columns in each view, the first ones correlated in pairs."""
    matrix = np.eye(2 * d)
    for i in range(pairs):
        matrix[i, d + i] = matrix[d + i, i] = r
    return matrix


def half_cube(x: Floats) -> Floats:
    """A monotone map with heavy tails."""
    return np.sign(x) * np.abs(x) ** 1.5


def wiggly_x(x: Floats) -> Floats:
    """A monotone map that is not straight."""
    return np.asarray(
        x + 0.4 * np.sin(x) + 0.2 * np.sin(1.7 * x + 1) + 0.03 * np.sin(3.3 * x - 2.5)
    )


def wiggly_y(y: Floats) -> Floats:
    """Another one."""
    bent = y - 0.4 * np.sin(0.4 * y) + 0.17 * np.sin(1.3 * y + 3.5)
    return np.asarray(bent + 0.02 * np.sin(4.3 * y - 2.5))


def spiral(speed: float, i: int, j: int) -> Map:
    """Turn the plane of two columns by an angle that grows with the squared length of the row."""

    def turned(x: Floats) -> Floats:
        angle = (x**2).sum(axis=1) * speed
        found = x.copy()
        found[:, i] = np.cos(angle) * x[:, i] - np.sin(angle) * x[:, j]
        found[:, j] = np.sin(angle) * x[:, i] + np.cos(angle) * x[:, j]
        return found

    return turned


def swiss_roll(u: Floats) -> Floats:
    """A number from 0 to 1 rolled up in the plane."""
    t = 1.5 * np.pi * (1 + 2 * u)
    return np.column_stack([t * np.cos(t), t * np.sin(t)]) / 21


def of_gaussian(matrix: Floats, first: Map = same, second: Map = same, *, copula: bool) -> Task:
    """Two Gaussian vectors of equal dimension, each through a map that loses nothing."""
    d = len(matrix) // 2
    root = np.linalg.cholesky(matrix).T

    def sample(n: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        rows = rng.standard_normal((n, 2 * d)) @ root
        return first(rows[:, :d]), second(rows[:, d:])

    return Task(gaussian_information(matrix, d), sample, copula)


def of_student(d: int, degrees: float, matrix: Floats | None = None, map_: Map = same) -> Task:
    """Two Student vectors, whose large values come together."""
    matrix = np.eye(2 * d) if matrix is None else matrix
    root = np.linalg.cholesky(matrix).T

    def sample(n: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        rows = rng.standard_normal((n, 2 * d)) @ root
        rows = rows / np.sqrt(rng.chisquare(degrees, (n, 1)) / degrees)
        return map_(rows[:, :d]), map_(rows[:, d:])

    def part(k: int) -> float:
        half = (degrees + k) / 2
        return float(gammaln(half) - half * psi(half))

    tails = (part(0) + part(2 * d) - 2 * part(d)) / BITS
    return Task(tails + gaussian_information(matrix, d), sample, True)


def uniform_noise(most: float) -> Task:
    """A uniform number, and itself with uniform noise."""
    truth = most + np.log(1 / (2 * most)) if most < 0.5 else 1 / (4 * most)

    def sample(n: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        x = rng.random((n, 1))
        return x, x + rng.uniform(-most, most, (n, 1))

    return Task(float(truth / BITS), sample)


def cosine() -> Task:
    """A cosine with noise, uncorrelated; the truth on a grid."""
    x, y = np.linspace(-6, 6, 2001), np.linspace(-3.5, 3.5, 1401)
    weight = norm.pdf(x)[:, None] / norm.pdf(x).sum()
    log_p = norm.logpdf(y, np.cos(2.5 * x)[:, None], 0.3)
    log_ratio = log_p - logsumexp(log_p, axis=0, b=weight)
    truth = (weight * np.exp(log_p) * log_ratio).sum() * (y[1] - y[0]) / BITS

    def sample(n: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        x = rng.standard_normal((n, 1))
        return x, np.cos(2.5 * x) + 0.3 * rng.standard_normal((n, 1))

    return Task(float(truth), sample)


def embedded(d: int, r: float) -> Task:
    """A few pairs that are correlated among 100 columns each, through a map without loss."""
    root = np.linalg.cholesky(sparse(d, d, r)).T

    def through(rows: Floats, seed: int, rng: np.random.Generator) -> Floats:
        fixed = np.random.default_rng(seed)
        turn = np.linalg.qr(fixed.standard_normal((100, 100)))[0]
        weights = fixed.standard_normal((100, 100))
        weights *= 0.95 / np.linalg.norm(weights, 2)
        shift = 0.5 * fixed.standard_normal(100)
        rest = 0.5 * rng.standard_normal((len(rows), 100 - d))
        straight = np.hstack([rows, rest]) @ turn
        return np.asarray(straight + 0.5 * np.tanh(2 * straight @ weights + shift))

    def sample(n: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        rows = rng.standard_normal((n, 2 * d)) @ root
        return through(rows[:, :d], 11, rng), through(rows[:, d:], 12, rng)

    return Task(gaussian_information(sparse(d, d, r), d), sample)


def images() -> Task:
    """Two images of 16 x 16, each a blob whose place is two numbers, of varying brightness."""
    matrix = np.eye(4)
    matrix[0, 2] = matrix[2, 0] = 0.9
    matrix[1, 3] = matrix[3, 1] = 0.6
    root, grid = np.linalg.cholesky(matrix).T, (np.arange(16) + 0.5) / 16

    def blob(place: Floats, brightness: Floats) -> Floats:
        across, down = (np.exp(-(((grid - place[:, [i]]) / 0.12) ** 2) / 2) for i in (0, 1))
        pixels = brightness[:, None, None] * across[:, :, None] * down[:, None, :]
        return np.asarray(pixels.reshape(len(place), -1))

    def sample(n: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        place = norm.cdf(rng.standard_normal((n, 4)) @ root) * 0.8 + 0.1
        first = blob(place[:, :2], rng.uniform(0.5, 1.5, n))
        return first, blob(place[:, 2:], rng.uniform(0.5, 1.5, n))

    return Task(gaussian_information(matrix, 2), sample)


def network(seed: int, k: int) -> Map:
    """A fixed network of two layers from k numbers to 100."""
    rng = np.random.default_rng(seed)
    a, b = rng.standard_normal((k, 64)), 0.7 * rng.standard_normal(64)
    c, d = rng.standard_normal((64, 100)) * 1.5 / 8, 0.3 * rng.standard_normal(100)
    return lambda rows: np.asarray(np.tanh(np.tanh(rows @ a + b) @ c + d))


def symbols_and_uniform() -> Task:
    """Five symbols, and each with a uniform number of width two (Gao et al., 2017)."""

    def sample(n: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        x = rng.integers(0, 5, (n, 1)).astype(np.float64)
        return x, x + 2 * rng.random((n, 1))

    return Task(float(np.log2(5) - 0.8), sample)


def zero_inflated() -> Task:
    """Counts, many of them 0, whose mean is exponential; the truth on a grid."""
    k, levels = np.arange(80), (np.arange(40_000) + 0.5) / 40_000
    p: Floats = np.asarray(0.85 * poisson.pmf(k, -np.log(1 - levels)[:, None]))
    p[:, 0] += 0.15
    terms = np.where(p > 1e-300, p * np.log2(np.maximum(p, 1e-300) / p.mean(axis=0)), 0)

    def sample(n: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        x = rng.exponential(1, (n, 1))
        return x, (rng.poisson(x) * (rng.random((n, 1)) > 0.15)).astype(np.float64)

    return Task(float(terms.sum(axis=1).mean()), sample)


def classes() -> Task:
    """Four Gaussian clouds in ten dimensions; the truth by a large sample."""
    centres = np.random.default_rng(5).standard_normal((4, 10)) * 0.6

    def sample(n: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        y = rng.integers(0, 4, n)
        return centres[y] + rng.standard_normal((n, 10)), y[:, None].astype(np.float64)

    x, y = sample(400_000, np.random.default_rng(1))
    log_p = -((x[:, None] - centres) ** 2).sum(axis=2) / 2
    own = log_p[np.arange(len(y)), y[:, 0].astype(int)] - logsumexp(log_p, axis=1)
    return Task(float((np.log(4) + own.mean()) / BITS), sample)


@functools.cache
def own() -> Mapping[str, Task]:
    """Our 29 tasks, by name."""
    pair, two = sparse(1, 1, 0.75), sparse(2, 2, 0.8)
    return {
        "1v1 normal .75": of_gaussian(pair, copula=True),
        "1v1 cube, asinh": of_gaussian(pair, lambda x: x**3, np.arcsinh, copula=True),
        "1v1 wiggly .9": of_gaussian(sparse(1, 1, 0.9), wiggly_x, wiggly_y, copula=True),
        "1v1 uniform noise .1": uniform_noise(0.1),
        "1v1 uniform noise .75": uniform_noise(0.75),
        "1v1 cosine": cosine(),
        "2v1 swiss roll": of_gaussian(
            pair, lambda x: swiss_roll(norm.cdf(x)), norm.cdf, copula=False
        ),
        "1v1 Student 1": of_student(1, 1),
        "2v2 Student 1": of_student(2, 1),
        "3v3 Student 2, 2 pairs": of_student(3, 2, sparse(3, 2, 0.8)),
        "5v5 Student 3": of_student(5, 3),
        "5v5 dense .5": of_gaussian(dense(5, 0.5), copula=True),
        "25v25 dense .5": of_gaussian(dense(25, 0.5), copula=True),
        "50v50 dense .5": of_gaussian(dense(50, 0.5), copula=True),
        "5v5 2 pairs": of_gaussian(sparse(5, 2, 0.8), copula=True),
        "25v25 2 pairs, half-cube": of_gaussian(
            sparse(25, 2, 0.8), half_cube, half_cube, copula=True
        ),
        "50v50 2 pairs": of_gaussian(sparse(50, 2, 0.8), copula=True),
        "5v5 10 bit": of_gaussian(sparse(5, 5, float(np.sqrt(1 - 2.0**-4))), copula=True),
        "3v3 spiral": of_gaussian(sparse(3, 2, 0.8), spiral(1 / 3, 0, 1), copula=False),
        "100v100 2 embedded": embedded(2, 0.8),
        "100v100 8 embedded": embedded(8, 0.6),
        "256v256 images": images(),
        "100v100 2, networks": of_gaussian(two, network(21, 2), network(22, 2), copula=False),
        "100v100 4, networks": of_gaussian(
            sparse(4, 4, 0.7), network(23, 4), network(24, 4), copula=False
        ),
        "5v5 independent": of_gaussian(np.eye(10), copula=True),
        "50v50 independent": of_gaussian(np.eye(100), copula=True),
        "5 symbols, uniform": symbols_and_uniform(),
        "zero-inflated Poisson": zero_inflated(),
        "10-d, 4 classes": classes(),
    }


def _bimodal(weight: float, first: float, second: float) -> Map:
    """Normal numbers to a mixture of two normals at given places, by its quantiles."""
    grid = np.linspace(-9, 13, 40_001)
    levels = weight * norm.cdf(grid - first) + (1 - weight) * norm.cdf(grid - second)
    return lambda rows: np.interp(norm.cdf(rows), levels, grid)


@functools.cache
def public() -> Mapping[str, Task]:
    """The 40 tasks of the public benchmark, by name."""
    pair = sparse(1, 1, 0.75)
    found = {
        "1v1 normal": of_gaussian(pair, copula=True),
        "1v1 normal cdf": of_gaussian(pair, norm.cdf, norm.cdf, copula=True),
        "1v1 additive .1": uniform_noise(0.1),
        "1v1 additive .75": uniform_noise(0.75),
        "1v1 bimodal": of_gaussian(pair, _bimodal(0.3, 0, 5), _bimodal(0.5, -1, 3), copula=True),
        "1v1 wiggly": of_gaussian(pair, wiggly_x, wiggly_y, copula=True),
        "1v1 half-cube": of_gaussian(pair, half_cube, half_cube, copula=True),
        "1v1 Student 1": of_student(1, 1),
        "1v1 asinh Student 1": of_student(1, 1, None, np.arcsinh),
        "2v1 swiss roll": of_gaussian(
            pair, lambda x: swiss_roll(norm.cdf(x)), norm.cdf, copula=False
        ),
    }
    found |= {f"{d}v{d} dense": of_gaussian(dense(d, 0.5), copula=True) for d in (2, 3, 5, 25, 50)}
    found |= {
        f"{d}v{d} 2 pairs": of_gaussian(sparse(d, 2, 0.8), copula=True) for d in (2, 3, 5, 25)
    }
    for d, degrees in ((2, 1), (2, 2), (3, 2), (3, 3), (5, 2), (5, 3)):
        found[f"{d}v{d} Student {degrees}"] = of_student(d, degrees)
    for d in (3, 5, 25):
        matrix = sparse(d, 2, 0.8)
        found[f"{d}v{d} normal cdf"] = of_gaussian(matrix, norm.cdf, norm.cdf, copula=True)
        found[f"{d}v{d} half-cube"] = of_gaussian(matrix, half_cube, half_cube, copula=True)
        found[f"{d}v{d} spiral"] = _spirals(matrix, same)
        found[f"{d}v{d} spiral, normal cdf"] = _spirals(matrix, norm.cdf)
    for d, degrees in ((2, 1), (3, 2), (5, 2)):
        found[f"{d}v{d} asinh Student {degrees}"] = of_student(d, degrees, None, np.arcsinh)
    return found


def _spirals(matrix: Floats, before: Map) -> Task:
    d = len(matrix) // 2
    first, second = spiral(1 / d, 0, 1), spiral(1 / d, 1, 2)
    return of_gaussian(
        matrix, lambda x: first(before(x)), lambda y: second(before(y)), copula=False
    )
