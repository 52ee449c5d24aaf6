"""Populations to draw from with exact posteriors, and their truth by many draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import softmax

from pid._types import Counts, Floats
from pid.core.decompose import decompose
from pid.core.decomposition import ATOMS
from pid.datasets.continuous import Posteriors
from scripts.truths import CELLS, atoms_of

DRAWS = 400_000
Atoms = Mapping[str, float]


class Drawn(NamedTuple):
    """Rows of both sources, classes 0, 1, ..., and what is exactly known of them."""

    X1: Floats
    X2: Floats
    y: Counts
    posteriors: Posteriors | None = None


class Population(NamedTuple):
    """How to draw n rows, and the truth; ``truth`` is called once, as it may take seconds."""

    draw: Callable[[int, np.random.Generator], Drawn]
    truth: Callable[[], Atoms]


def by_draws(
    draw: Callable[[int, np.random.Generator], Drawn],
    p_y: Sequence[float],
    *,
    draws: int = DRAWS,
    cells: tuple[int, int] = CELLS,
) -> Population:
    """Truth by the exact posteriors of many draws; its errors are said in ``truths``."""

    def truth() -> Atoms:
        posteriors = draw(draws, np.random.default_rng(2**20)).posteriors
        assert posteriors is not None
        return atoms_of(posteriors, p_y, cells=cells)

    return Population(draw, truth)


def by_table(
    draw: Callable[[int, np.random.Generator], Drawn], table: Callable[[], Floats]
) -> Population:
    """Truth by the exact decomposition of a table p(x1, x2, y) of all that tells of y."""

    def truth() -> Atoms:
        found = decompose(table())
        return {atom: float(getattr(found, atom)) for atom in ATOMS}

    return Population(draw, truth)


def known(draw: Callable[[int, np.random.Generator], Drawn], atoms: Sequence[float]) -> Population:
    """Truth in closed form: redundancy, unique1, unique2, synergy."""
    return Population(draw, lambda: dict(zip(ATOMS, map(float, atoms), strict=True)))


def entropy(*p: float) -> float:
    """Of the given probabilities, in bit."""
    return float(-sum(q * np.log2(q) for q in p if q > 0))


def of_chance(p: Floats) -> Floats:
    """Probabilities of both classes from that of the second."""
    return np.stack([1 - p, p], axis=1)


def nothing(n: int, classes: int = 2) -> Floats:
    """Posteriors of a source that tells nothing of equally frequent classes."""
    return np.full((n, classes), 1 / classes)


def beside(x: Floats, count: int, rng: np.random.Generator) -> Floats:
    """Columns with ``count`` normal ones beside them that tell nothing."""
    x = x[:, None] if x.ndim == 1 else x
    return np.hstack([x, rng.normal(size=(len(x), count))])


def normal_classes(
    means: tuple[Floats, Floats],
    p_y: Sequence[float],
    *,
    deviations: Sequence[float] | None = None,
    rho: float = 0.0,
) -> Callable[[int, np.random.Generator], Drawn]:
    """Classes that are normal clouds in both sources, of as many columns each.

    Args:
        means: of each class in x1 and in x2, shape (classes, columns).
        p_y: chances of the classes.
        deviations: of each class, in every direction; 1 if left out.
        rho: given y, the correlation of each column of x1 with the same one of x2.
    """
    shares = np.asarray(p_y)
    sd = np.ones(len(shares)) if deviations is None else np.asarray(deviations)
    columns = means[0].shape[1]

    def draw(n: int, rng: np.random.Generator) -> Drawn:
        y = rng.choice(len(shares), size=n, p=shares)
        one, other = rng.normal(size=(2, n, columns))
        other = rho * one + np.sqrt(1 - rho**2) * other
        X1, X2 = means[0][y] + sd[y, None] * one, means[1][y] + sd[y, None] * other
        z1, z2 = ((x[:, None] - m) / sd[:, None] for x, m in ((X1, means[0]), (X2, means[1])))
        squares1, squares2, products = (
            (a * b).sum(axis=2) for a, b in ((z1, z1), (z2, z2), (z1, z2))
        )
        size = columns * np.log(sd)
        of_both = (squares1 + squares2 - 2 * rho * products) / (1 - rho**2)
        logs = (-squares1 / 2 - size, -squares2 / 2 - size, -of_both / 2 - 2 * size)
        first, second, both = (np.asarray(softmax(log + np.log(shares), axis=1)) for log in logs)
        return Drawn(X1, X2, y, (first, second, both))

    return draw
