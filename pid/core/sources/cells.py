"""Cells of several sources in a list, and the sums over them that each symbol and each pair takes.

The Newton matrix of k sources has one row for each symbol and class, however many cells there are:
its blocks are sums of weights over the cells that have a symbol, or a pair of symbols. Both are
products with sparse matrices of ones.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from pid._types import Codes
from pid.core.solver.linalg import Factor
from pid.core.solver.problem import Array

if TYPE_CHECKING:
    from scipy.sparse import csr_array


class Cells:
    """Cells x, shape (N, k), of sources with so many symbols."""

    def __init__(self, x: Codes, sizes: Sequence[int]) -> None:
        from scipy.sparse import csr_array  # late: it takes longer than small tables

        self.x, self.sizes = x, tuple(sizes)
        self.ends = np.concatenate([[0], np.cumsum(sizes)])
        self.symbols = int(self.ends[-1])
        columns = x + self.ends[:-1]
        n, k = x.shape
        pairs = list(itertools.combinations(range(k), 2))
        starts = self.symbols + np.cumsum([0, *(sizes[i] * sizes[j] for i, j in pairs)])
        entries = [columns] + [
            (start + x[:, i] * sizes[j] + x[:, j])[:, None]
            for start, (i, j) in zip(starts, pairs, strict=False)
        ]
        listed = np.concatenate(entries, axis=1)

        def ones(columns: Codes, width: int) -> csr_array:
            each = columns.shape[1]
            rows = np.arange(0, n * each + 1, each)
            return csr_array((np.ones(n * each), columns.ravel(), rows), shape=(n, width))

        self._of_symbols = ones(columns, self.symbols)
        self._to_symbols = self._of_symbols.T
        self._to_entries = ones(listed, int(starts[-1])).T
        own = np.arange(self.symbols)
        blocks = [
            np.meshgrid(*(np.arange(self.ends[i], self.ends[i + 1]) for i in pair), indexing="ij")
            for pair in pairs
        ]
        self.first = np.concatenate([own, *(block[0].ravel() for block in blocks)])
        self.second = np.concatenate([own, *(block[1].ravel() for block in blocks)])

    def of_symbols(self) -> csr_array:
        """Which symbols each cell has, (N, symbols)."""
        return self._of_symbols

    def apply(self, multipliers: Array) -> Array:
        """Sums over the symbols of each cell, (symbols, K) to (N, K)."""
        return np.asarray(self._of_symbols @ multipliers)

    def adjoint(self, q: Array) -> Array:
        """Sums over the cells of each symbol, (N, K) to (symbols, K)."""
        return np.asarray(self._to_symbols @ q)

    def gram(self, weights: Array) -> Array:
        """Sums over the cells of each symbol, then of each pair ``first``, ``second`` of them."""
        return np.asarray(self._to_entries @ weights)

    def split(self, stacked: Array) -> list[Array]:
        """Rows (symbols, K) by source."""
        return np.split(stacked, self.ends[1:-1])


class System:
    """The Newton system: sum over cells of W = diag(q) + c P P^T between classes.

    Shifting one source's multipliers against another's moves nothing; a relative shift of the
    diagonal, which ``Factor`` makes, keeps such steps at 0.
    """

    def __init__(self, cells: Cells, classes: int, dtype: np.dtype[np.floating]) -> None:
        self.cells, self.classes = cells, classes
        self.order = classes * cells.symbols
        self.factor = Factor(self.order, 1, dtype)
        self.y, self.z = np.triu_indices(classes)
        rows = self.y[:, None] * cells.symbols
        columns = self.z[:, None] * cells.symbols
        self.upper = (rows + cells.first) * self.order + columns + cells.second
        apart = self.y < self.z  # of two classes the block is filled on both sides
        self.lower = ((rows + cells.second) * self.order + columns + cells.first)[apart]
        # taken from the system once: it costs middling tables as much as the arithmetic
        self.weights = np.empty((len(self.y), len(cells.x)), dtype=dtype)
        self.stacked = np.empty(self.weights.shape[::-1], dtype=dtype)
        self.apart, self.own = apart, np.flatnonzero(~apart)

    def factorise(self, q: Array, P: Array, c: Array) -> None:
        """Factorise for these weights, (N, K), (N, K) and (N,)."""
        by_class, weights = np.ascontiguousarray(P.T), self.weights
        cP = c * by_class
        for row, y, z in zip(weights, self.y, self.z, strict=True):
            np.multiply(cP[y], by_class[z], out=row)
        weights[self.own] += q.T
        np.copyto(self.stacked, weights.T)
        sums = self.cells.gram(self.stacked).T
        matrix = self.factor.matrix.reshape(-1)
        matrix[self.upper] = sums
        matrix[self.lower] = sums[self.apart]
        self.factor.factorise(matrix[:: self.order + 1, None])

    def solve(self, right: Array) -> Array:
        """Solve for a right side (symbols, K)."""
        flat = right.T.reshape(-1, 1)
        return np.asarray(self.factor.solve(flat).reshape(self.classes, -1).T)
