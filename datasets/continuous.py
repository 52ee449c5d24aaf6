"""Continuous problems with known atoms: sources of many dimensions, a target of few classes.

All take ``n`` and ``random_state``: a seed, of the map into many dimensions and of the samples
alike; None takes another one each time. Truth is the exact decomposition of a table: the one that
was embedded, or one on a fine grid of what is inside the sources.

Example:
    >>> from pid.datasets import continuous
    >>> found = continuous.make("xor", n=500)
    >>> found.X1.shape, round(found.atoms["synergy"], 6)
    ((500, 20), 1.0)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, ndtr

from pid._types import Counts, Floats
from pid.checks import (
    FLAG,
    NONE,
    RANDOM_STATE,
    TEXT,
    checked,
    each,
    either,
    integer,
    number,
    one_of,
)
from pid.core.decompose import decompose
from pid.core.decomposition import ATOMS
from pid.core.joint import as_table
from pid.datasets import random
from pid.datasets._densities import Mixture, draw, grid, posteriors
from pid.datasets._embed import clusters, diffeomorphism
from pid.datasets.gates import gate
from pid.errors import InvalidInput

DIMENSIONS, NUISANCES = 20, 4
BINS = 480  # of the grid for the truth: 240 a source for two classes, 120 for four
DISTANCE = 1.5  # of the centres of ``angle`` from the origin
POLAR_STEPS = 400

Components = tuple[tuple[float, float, float], ...]
Posteriors = tuple[Floats, Floats, Floats]
MIXTURES = each(each(each(number(), 3)))  # of each class


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # eq off: array fields
class Continuous:
    """Samples of a problem, and the atoms of the population they come from.

    Attributes:
        X1, X2: sources, shape (n, dimensions).
        y: classes 0, 1, ..., shape (n,).
        atoms: redundancy, unique1, unique2, synergy, in bits.
        name: of the problem.
        posteriors: p(y | x1), p(y | x2) and p(y | x1, x2) of the samples, exact, shape (n, k) each:
            what the best of all classifiers would say. None where they are not known.
    """

    X1: Floats = field(repr=False)
    X2: Floats = field(repr=False)
    y: Counts = field(repr=False)
    atoms: Mapping[str, float]
    name: str
    posteriors: Posteriors | None = field(default=None, repr=False)


@checked(n=integer(), dimensions=integer(), random_state=RANDOM_STATE, name=TEXT)
def embedded_table(
    p: ArrayLike,
    n: int = 1000,
    *,
    dimensions: int = DIMENSIONS,
    random_state: int | None = 0,
    name: str = "embedded table",
) -> Continuous:
    """Symbols of a table as clusters of points, bent by a random net: they can be told apart.

    Args:
        p: probabilities, shape (n1, n2, k).
        n: samples.
        dimensions: of each source.
        random_state: seed.
        name: of the result.

    Raises:
        InvalidInput: n or dimensions are no positive integers.
        InvalidDistribution: p is not a table.
    """
    table = as_table(p)
    shape, noise = _generators(random_state)
    cells = noise.choice(table.size, size=n, p=table.ravel())
    x1, x2, y = np.unravel_index(cells, table.shape)
    X1, X2 = (
        clusters(x, count, dimensions, shape, noise)
        for x, count in ((x1, table.shape[0]), (x2, table.shape[1]))
    )
    masses = table.sum(axis=1)[x1], table.sum(axis=0)[x2], table[x1, x2]
    first, second, both = (mass / mass.sum(axis=1, keepdims=True) for mass in masses)
    return Continuous(
        X1=X1,
        X2=X2,
        y=y.astype(np.int64),
        atoms=_atoms(table),
        name=name,
        posteriors=(first, second, both),
    )


@checked(
    first=MIXTURES,
    second=MIXTURES,
    p_y=each(number(above=0)),
    rho=either(each(number(above=-1, below=1)), NONE),
    n=integer(),
    dimensions=integer(),
    nuisances=integer(0),
    random_state=RANDOM_STATE,
    name=TEXT,
)
def densities(
    first: Sequence[Components],
    second: Sequence[Components],
    p_y: Sequence[float],
    *,
    rho: Sequence[float] | None = None,
    n: int = 1000,
    dimensions: int = DIMENSIONS,
    nuisances: int = NUISANCES,
    random_state: int | None = 0,
    name: str = "densities",
) -> Continuous:
    """Overlapping densities of one value in each source, hidden in many dimensions.

    Args:
        first, second: of each class, the density of the value in x1 and x2: a mixture of normals,
            (weight, mean, deviation) of each.
        p_y: chance of each class.
        rho: of each class, the correlation of the normal copula that joins the two values;
            independent given y if left out.
        n: samples.
        dimensions: of each source; 1 leaves the value as it is.
        nuisances: normal dimensions beside the value.
        random_state: seed.
        name: of the result.

    Raises:
        InvalidInput: numbers of classes that differ, or n or dimensions that do not fit.
    """
    rho = tuple(rho or [0.0] * len(p_y))
    if not len(first) == len(second) == len(p_y) == len(rho):
        raise InvalidInput("first, second, p_y and rho must have an entry per class each")
    if dimensions != 1 and dimensions < 1 + nuisances:
        raise InvalidInput(
            f"{nuisances} nuisances need at least {1 + nuisances} dimensions; got {dimensions!r}"
        )
    one, two = (
        tuple(Mixture(tuple((w, mean, sd) for w, mean, sd in c)) for c in of)
        for of in (first, second)
    )
    shape, noise = _generators(random_state)
    x1, x2, y = draw(one, two, p_y, rho, n, noise)
    X1, X2 = (
        x[:, None] if dimensions == 1 else diffeomorphism(x, nuisances, dimensions, shape, noise)
        for x in (x1, x2)
    )
    atoms = _density_atoms(one, two, tuple(p_y), rho)
    exact = posteriors(one, two, p_y, rho, x1, x2)
    return Continuous(X1=X1, X2=X2, y=y, atoms=atoms, name=name, posteriors=exact)


@checked(degrees=number(), n=integer(), polar=FLAG, random_state=RANDOM_STATE)
def angle(
    degrees: float, n: int = 1000, *, polar: bool = False, random_state: int | None = 0
) -> Continuous:
    """Two normal clouds around +-1.5 (cos, sin) of an angle; the class is the cloud.

    The sources are the two coordinates, or with ``polar`` the distance from the origin, which
    tells nothing, and the direction as (cos, sin) (the sweep of Liang et al. 2023).
    """
    _, noise = _generators(random_state)
    centre = DISTANCE * np.array([math.cos(math.radians(degrees)), math.sin(math.radians(degrees))])
    y = noise.integers(2, size=n)
    points = np.where(y == 1, 1, -1)[:, None] * centre + noise.normal(size=(n, 2))
    if not polar:
        ends = [tuple(Mixture(((1.0, sign * float(c), 1.0),)) for sign in (-1, 1)) for c in centre]
        atoms = _density_atoms(ends[0], ends[1], (0.5, 0.5), (0.0, 0.0))
        X1, X2 = points[:, :1], points[:, 1:]
        exact = posteriors(ends[0], ends[1], (0.5, 0.5), (0.0, 0.0), points[:, 0], points[:, 1])
    else:
        distance = np.linalg.norm(points, axis=1)
        X1, X2 = distance[:, None], points / distance[:, None]
        atoms, exact = _polar_atoms(), _polar_posteriors(points, centre)
    name = f"angle {degrees:g}{', polar' * polar}"
    return Continuous(X1=X1, X2=X2, y=y, atoms=atoms, name=name, posteriors=exact)


def _table_332() -> Floats:
    return random.dirichlet((3, 3, 2), concentration=0.5, random_state=3)


MIXTURE: tuple[Sequence[Components], Sequence[Components]] = (
    (((1, -0.9, 1),), ((0.6, 1.2, 0.8), (0.4, -2.2, 0.7))),
    (((0.4, -2.8, 0.6), (0.6, 0.5, 0.8)), ((1, 0.7, 0.8),)),
)
_FOUR: tuple[Sequence[Components], Sequence[Components]] = (
    (((1, -2, 0.8),), ((1, -0.5, 0.8),), ((1, 0.8, 0.8),), ((0.5, 2.2, 0.7), (0.5, -2.5, 0.7))),
    (((1, 1.5, 0.9),), ((1, -1.5, 0.9),), ((1, 1.2, 0.6),), ((1, 0, 1),)),
)
_THREE: tuple[Sequence[Components], Sequence[Components]] = (
    (((1, -1.5, 1),), ((1, 0, 0.6),), ((1, 1.8, 1.2),)),
    (((1, 1.2, 0.8),), ((0.5, -1.5, 0.7), (0.5, 2, 0.7)), ((1, 0, 1),)),
)

PROBLEMS: Mapping[str, Callable[[int, int | None], Continuous]] = MappingProxyType(
    {
        "and": lambda n, seed: embedded_table(gate("and"), n, random_state=seed, name="and"),
        "xor": lambda n, seed: embedded_table(gate("xor"), n, random_state=seed, name="xor"),
        "table332": lambda n, seed: embedded_table(
            _table_332(), n, random_state=seed, name="table332"
        ),
        "mixture": lambda n, seed: densities(
            *MIXTURE, (0.5, 0.5), n=n, random_state=seed, name="mixture"
        ),
        "copula": lambda n, seed: densities(
            *MIXTURE, (0.4, 0.6), rho=(0.8, -0.5), n=n, random_state=seed, name="copula"
        ),
        "four": lambda n, seed: densities(
            *_FOUR,
            (0.3, 0.25, 0.25, 0.2),
            rho=(0.7, -0.6, 0, 0.5),
            n=n,
            random_state=seed,
            name="four",
        ),
        "angle30": lambda n, seed: angle(30, n, random_state=seed),
        "three": lambda n, seed: densities(
            *_THREE, (0.5, 0.3, 0.2), rho=(0.6, 0, -0.6), n=n, random_state=seed, name="three"
        ),
        "table433": lambda n, seed: embedded_table(
            random.dirichlet((4, 3, 3), concentration=0.4, random_state=0),
            n,
            random_state=seed,
            name="table433",
        ),
    }
)


@checked(name=one_of(*PROBLEMS), n=integer(), random_state=RANDOM_STATE)
def make(name: str, n: int = 1000, *, random_state: int | None = 0) -> Continuous:
    """One of the named problems that estimators are compared on; see ``PROBLEMS``.

    Raises:
        InvalidInput: there is none of that name.
    """
    return PROBLEMS[name](n, random_state)


def _generators(random_state: int | None) -> tuple[np.random.Generator, np.random.Generator]:
    """Of the map, and of the samples."""
    shape, noise = np.random.SeedSequence(random_state).spawn(2)
    return np.random.default_rng(shape), np.random.default_rng(noise)


def _atoms(table: Floats) -> Mapping[str, float]:
    d = decompose(table)
    return {atom: float(getattr(d, atom)) for atom in ATOMS}


@cache
def _density_atoms(
    first: tuple[Mixture, ...],
    second: tuple[Mixture, ...],
    p_y: tuple[float, ...],
    rho: tuple[float, ...],
) -> Mapping[str, float]:
    return _atoms(grid(first, second, p_y, rho, BINS // len(p_y)))


@cache
def _polar_atoms() -> Mapping[str, float]:
    """The same whatever the angle: the distance tells nothing alone, and much with the direction.

    By quadrature over distance and direction relative to the line through the centres.
    """
    r = (np.arange(POLAR_STEPS) + 0.5) / POLAR_STEPS * (DISTANCE + 6)
    theta = (np.arange(POLAR_STEPS) + 0.5) / POLAR_STEPS * 2 * np.pi
    along = r[:, None] * np.cos(theta)[None]
    base = -(r[:, None] ** 2 + DISTANCE**2) / 2
    density = [r[:, None] * np.exp(base + sign * DISTANCE * along) for sign in (-1, 1)]
    return _atoms(as_table(np.stack(density, axis=2)))


def _polar_posteriors(points: Floats, centre: Floats) -> Posteriors:
    """Of distance, direction and both; what a direction tells is an integral over the distance.

    The integral of r exp(-r^2 / 2 + c r) is 1 + c sqrt(2 pi) exp(c^2 / 2) Phi(c).
    """
    along = points @ centre
    c = along / np.linalg.norm(points, axis=1)
    up, down = (
        1 + s * c * math.sqrt(2 * math.pi) * np.exp(c * c / 2) * ndtr(s * c) for s in (1, -1)
    )
    chances = np.full(len(points), 0.5), up / (up + down), expit(2 * along)
    first, second, both = (np.stack([1 - p, p], axis=1) for p in chances)
    return first, second, both
