"""Tables and marginals of more than two sources, drawn at random: of all kinds, also hostile."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Rng = np.random.Generator
Shape = tuple[int, ...]


def dirichlet(rng: Rng, shape: Shape, concentration: float = 1.0) -> Array:
    """Cells with masses of one Dirichlet distribution."""
    masses = rng.gamma(concentration, size=shape)
    masses[np.unravel_index(rng.integers(masses.size), shape)] += 1e-300
    return np.asarray(masses / masses.sum())


def sparse(rng: Rng, shape: Shape, density: float) -> Array:
    """Some cells empty."""
    p = dirichlet(rng, shape) * (rng.random(shape) < density)
    return p if p.any() else dirichlet(rng, shape)


def counts(rng: Rng, p: Array, n: int) -> Array:
    """Of n samples."""
    return rng.multinomial(n, p.ravel() / p.sum()).reshape(p.shape).astype(float)


def bootstrap(rng: Rng, shape: Shape) -> Array:
    """Counts drawn again from few counts."""
    n = int(rng.integers(5, 300))
    return counts(rng, counts(rng, dirichlet(rng, shape, 0.3), n), n)


def function(rng: Rng, shape: Shape) -> Array:
    """y a function of the sources."""
    p = np.zeros((int(np.prod(shape[:-1])), shape[-1]))
    p[np.arange(len(p)), rng.integers(shape[-1], size=len(p))] = rng.random(len(p))
    return p.reshape(shape)


def nearly_function(rng: Rng, shape: Shape) -> Array:
    """With noise of 1e-12 to 1e-2."""
    return function(rng, shape) + 10 ** rng.uniform(-12, -2) * dirichlet(rng, shape)


def rare(rng: Rng, shape: Shape) -> Array:
    """Symbols and classes with a mass down to 1e-8."""
    p = dirichlet(rng, shape)
    for axis, n in enumerate(shape):
        weights = np.where(np.arange(n) < n // 2, 10 ** rng.uniform(-8, -3), 1.0)
        p *= weights.reshape([-1 if i == axis else 1 for i in range(len(shape))])
    return p


def copies(rng: Rng, shape: Shape) -> Array:
    """All sources noisy copies of the first."""
    first = dirichlet(rng, (shape[0], shape[-1]))
    p = first.reshape(shape[0], *[1] * (len(shape) - 2), shape[-1])
    for axis in range(1, len(shape) - 1):
        channel = np.stack([dirichlet(rng, (shape[axis],), 0.3) for _ in range(shape[0])])
        size = [1] * len(shape)
        size[0], size[axis] = channel.shape
        p = p * channel.reshape(size)
    return p


def unrelated(rng: Rng, shape: Shape) -> Array:
    """y independent of the sources."""
    return dirichlet(rng, shape[:-1])[..., None] * dirichlet(rng, shape[-1:])


KINDS: dict[str, Callable[[Rng, Shape], Array]] = {
    "Dirichlet, concentration 0.01 to 1": lambda rng, shape: dirichlet(
        rng, shape, 10 ** rng.uniform(-2, 0)
    ),
    "random cells empty": lambda rng, shape: sparse(rng, shape, rng.uniform(0.05, 0.9)),
    "counts of 5 to 500 samples": lambda rng, shape: counts(
        rng, dirichlet(rng, shape), int(rng.integers(5, 500))
    ),
    "bootstrap of sparse counts": bootstrap,
    "Y a function of the sources": function,
    "nearly a function, noise 1e-12 to 1e-2": nearly_function,
    "log-normal, sigma 1 to 8": lambda rng, shape: np.exp(
        rng.normal(scale=rng.uniform(1, 8), size=shape)
    ),
    "rare symbols, down to 1e-8": rare,
    "sources noisy copies of one": copies,
    "Y unrelated": unrelated,
}


def marginals(rng: Rng, sources: int, symbols: int, classes: int) -> list[Array]:
    """p(x_i, y) alone, for more cells than a table could have: p(x_i | y) of Dirichlet draws."""
    p_y = rng.dirichlet(np.full(classes, 3.0))
    return [
        np.stack([rng.dirichlet(np.ones(symbols)) * share for share in p_y], axis=1)
        for _ in range(sources)
    ]
