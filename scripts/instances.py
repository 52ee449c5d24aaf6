"""The tables that are timed. An instance is a recipe, so that a process can build its own copy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Shape = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Instance:
    """Recipe of one table, or of ``count`` tables in one array with a leading axis.

    ``required`` is the ratio to the fastest peer that the solver promises.
    """

    kind: Literal["and", "max", "dirichlet", "histogram"]
    shape: Shape
    samples: int = 0
    count: int = 0
    seed: int = 0
    required: float = 1.0
    peers: bool = True

    @property
    def size(self) -> str:
        """Shape in words, as 10x10x2."""
        return "x".join(map(str, self.shape))

    @property
    def name(self) -> str:
        """What the tables of results call it."""
        words = {"and": "AND", "max": "Y = max", "dirichlet": "Dirichlet", "histogram": "histogram"}
        drawn = f", n={self.samples}" if self.samples else ""
        return f"{words[self.kind]} {self.size}{drawn}"

    @property
    def cells(self) -> int:
        """Cells of one table."""
        return int(np.prod(self.shape))

    def table(self) -> Array:
        """Probabilities, shape (n1, n2, k), or (count, n1, n2, k) where ``count`` is given."""
        if self.count:
            tables = [replace(self, count=0, seed=self.seed + i).table() for i in range(self.count)]
            return np.stack(tables)
        if self.kind in ("and", "max"):
            x1, x2 = np.indices(self.shape[:2])
            y = np.minimum(x1, x2) if self.kind == "and" else np.maximum(x1, x2)
            counts = (y[..., None] == np.arange(self.shape[2])).astype(np.float64)
        elif self.kind == "dirichlet":
            counts = np.random.default_rng(self.seed).standard_exponential(self.shape)
        else:
            counts = self._histogram()
        return np.asarray(counts / counts.sum())

    def _histogram(self) -> Array:
        """Counts of a label and two noisy readings of it, each cut into equally full bins."""
        rng = np.random.default_rng(self.seed)
        n1, n2, k = self.shape
        y = rng.integers(k, size=self.samples)
        bins = []
        for n in (n1, n2):
            reading = y + rng.normal(scale=k / 3, size=self.samples)
            bins.append(reading.argsort().argsort() * n // self.samples)
        counts = np.zeros(self.shape)
        np.add.at(counts, (*bins, y), 1.0)
        return counts


def dirichlet(*shape: int, required: float = 1.0, count: int = 0) -> Instance:
    """Uniform on the simplex: every cell has mass."""
    n1, n2, k = shape
    return Instance("dirichlet", (n1, n2, k), required=required, count=count)


SINGLE: tuple[Instance, ...] = (
    Instance("and", (2, 2, 2)),
    dirichlet(2, 2, 2),
    dirichlet(4, 4, 4),
    dirichlet(10, 10, 2, required=2),
    dirichlet(10, 10, 10, required=80),
    Instance("histogram", (20, 20, 5), samples=1_000),
    dirichlet(20, 20, 10, required=12),
    Instance("histogram", (50, 50, 5), samples=5_000),
    dirichlet(100, 100, 2),
    dirichlet(50, 50, 10, required=40),
    dirichlet(100, 100, 10, required=50),
    Instance("max", (64, 64, 64), peers=False),
)
BATCHED: tuple[Instance, ...] = (
    dirichlet(2, 2, 2, count=20_000),
    dirichlet(3, 3, 2, count=10_000),
    dirichlet(4, 4, 4, count=4_000),
    dirichlet(5, 5, 3, count=4_000),
    dirichlet(8, 8, 4, count=1_000),
    dirichlet(10, 10, 10, count=200, required=100),
)
GROWTH_N: tuple[Instance, ...] = tuple(dirichlet(n, n, 4) for n in (10, 20, 40, 80, 160, 320))
GROWTH_K: tuple[Instance, ...] = tuple(dirichlet(20, 20, k) for k in (2, 4, 8, 16, 32, 64))
LARGE: tuple[Instance, ...] = (
    dirichlet(1000, 50, 10),
    dirichlet(200, 200, 10),
    dirichlet(300, 300, 10),
    dirichlet(500, 500, 5),
    dirichlet(1000, 1000, 2),
    dirichlet(1000, 1000, 10),
)
