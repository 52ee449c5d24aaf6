"""The numbers of small networks side by side, as layers: two hidden ones with SiLU."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pid.estimators.neural.arrays import Array

WIDTH = 32  # of the two hidden layers

Singles = NDArray[np.float32]


class Layers(NamedTuple):
    """Weights and biases of networks side by side, as views of one array.

    ``directions``: (networks, columns, ranks), or None where networks see all columns.
    """

    directions: Array | None
    weights: tuple[Array, ...]
    biases: tuple[Array, ...]


class Layout(NamedTuple):
    """How the numbers of a network lie in its row."""

    columns: int
    ranks: int  # 0 for all columns
    classes: int

    @property
    def sizes(self) -> tuple[int, ...]:
        """Inputs of each layer, and the classes."""
        return self.ranks or self.columns, WIDTH, WIDTH, self.classes

    @property
    def shapes(self) -> list[tuple[int, int]]:
        """Of the directions, and of each layer's weights and biases."""
        first = [(self.columns, self.ranks)] if self.ranks else []
        return first + [s for n, m in pairwise(self.sizes) for s in ((n, m), (1, m))]

    def views(self, numbers: Array) -> Layers:
        """Of the rows of an array."""
        parts, start = [], 0
        for n, m in self.shapes:
            parts.append(numbers[:, start : start + n * m].reshape(-1, n, m))
            start += n * m
        directions = parts.pop(0) if self.ranks else None
        return Layers(directions, tuple(parts[::2]), tuple(parts[1::2]))

    def initial(self, rank: int | None, rng: np.random.Generator) -> Singles:
        """Numbers between -1 and 1 over the root of the inputs; 0 beyond the network's rank.

        There they stay: what no direction reaches has no gradient.
        """
        inputs = [self.columns] if self.ranks else []
        inputs += [n for size in (rank or self.columns, WIDTH, WIDTH) for n in (size, size)]
        parts = [
            rng.uniform(-1, 1, (n, m)).astype(np.float32) / np.float32(np.sqrt(size))
            for (n, m), size in zip(self.shapes, inputs, strict=True)
        ]
        if self.ranks:
            parts[0][:, rank:], parts[1][rank:] = 0, 0
        return np.concatenate([part.ravel() for part in parts])


def logits_of(x: Array, layers: Layers, xp: Any) -> Array:
    """Logits of rows, (networks, rows, columns)."""
    if layers.directions is not None:
        x = x @ layers.directions
    for weight, bias in zip(layers.weights[:-1], layers.biases[:-1], strict=True):
        x = x @ weight
        x += bias
        x *= sigmoid(x, xp.empty_like(x), xp)
    return x @ layers.weights[-1] + layers.biases[-1]


def some_of(layers: Layers, networks: slice) -> Layers:
    """Of those side by side."""
    directions = None if layers.directions is None else layers.directions[networks]
    return Layers(
        directions,
        tuple(weight[networks] for weight in layers.weights),
        tuple(bias[networks] for bias in layers.biases),
    )


def sigmoid(x: Array, out: Array, xp: Any) -> Array:
    """Into ``out``, by a module of arrays."""
    xp.negative(x, out=out)
    with np.errstate(over="ignore"):
        xp.exp(out, out=out)
    out += 1
    return xp.reciprocal(out, out=out)
