"""The linear system of one Newton step, for a batch of problems at once.

Every pair (i, j) contributes W_ij = diag(q_ij) + c_ij P_ij P_ij^T (k x k). In the unknowns
(d alpha, d beta) that is

    [ A    C ]   A_i = sum_j W_ij,  B_j = sum_i W_ij  (blocks on the diagonal),  C_ij = W_ij
    [ C^T  B ]

Small systems are factorised whole. Larger ones eliminate alpha first, block by block, and
factorise the Schur complement B - C^T A^-1 C, which costs n1 (n2 k)^2 k flops: the caller puts the
smaller side second. Both have the null space (d alpha_y + c, d beta_y - c), which a relative shift
of the diagonal removes.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pid.solver.linalg import (
    Factor,
    backward_substitution,
    blas,
    cholesky,
    forward_substitution,
    gram,
)
from pid.solver.problem import Array

# Largest order (n1 + n2) k of a system that is factorised whole, in a batch and alone: below it,
# elimination by blocks costs more in calls than it saves in flops.
WHOLE, WHOLE_ALONE = 20, 400

# A table this sparse (share of marginal cells with mass, both sides multiplied) is compressed, if
# the order of its Schur complement is at least this; smaller ones would lose more by indexing than
# they gain.
SPARSE, COMPRESS = 0.7, 200

# Cells of W held at once while the Schur complement is summed up; bounds the memory of large
# problems.
CHUNK = 2**22


class System(Protocol):
    """A factorised Newton system."""

    def solve(self, r_a: Array, r_b: Array) -> tuple[Array, Array]:
        """Solve for (d alpha, d beta) of right-hand sides (k, n1, B) and (k, n2, B)."""


def factorise(q: Array, P: Array, c: Array) -> System:
    """Factorise the system of weights ``q`` and ``P`` (k, n1, n2, B) and ``c`` (n1, n2, B)."""
    k, n1, n2, batch = q.shape
    if (n1 + n2) * k <= (WHOLE_ALONE if batch == 1 and q.dtype == np.float64 else WHOLE):
        return WholeSystem(q, P, c)
    if batch == 1 and k * n2 >= COMPRESS and q.dtype == np.float64:
        occurs = P[..., 0] > 0
        occurs_a, occurs_b = np.asarray(occurs.any(axis=2)), np.asarray(occurs.any(axis=1))
        if occurs_a.mean() * occurs_b.mean() <= SPARSE:
            return CompressedSystem(q, P, c, occurs_a, occurs_b)
    return SchurSystem(q, P, c)


class WholeSystem:
    """The system as one matrix."""

    def __init__(self, q: Array, P: Array, c: Array) -> None:
        k, n1, n2, batch = q.shape
        self.rows = k * n1
        W = _blocks(q, P, c)
        A, B = np.add.reduce(W, axis=3), np.add.reduce(W, axis=1)  # (k, n1, k, B), (k, k, n2, B)
        matrix = np.zeros((k * (n1 + n2), k * (n1 + n2), batch), dtype=q.dtype)
        top = matrix[: self.rows, : self.rows].reshape(k, n1, k, n1, batch)
        np.einsum("yizib->yzib", top)[...] = A.transpose(0, 2, 1, 3)
        corner = matrix[self.rows :, self.rows :].reshape(k, n2, k, n2, batch)
        np.einsum("yjzjb->yzjb", corner)[...] = B
        matrix[: self.rows, self.rows :] = W.reshape(self.rows, k * n2, batch)
        matrix[self.rows :, : self.rows] = matrix[: self.rows, self.rows :].transpose(1, 0, 2)
        self.factor = Factor(matrix, np.einsum("nnb->nb", matrix))

    def solve(self, r_a: Array, r_b: Array) -> tuple[Array, Array]:
        """Solve for (d alpha, d beta)."""
        batch = r_a.shape[-1]
        right = np.concatenate([r_a.reshape(-1, batch), r_b.reshape(-1, batch)])
        x = self.factor.solve(right)
        return x[: self.rows].reshape(r_a.shape), x[self.rows :].reshape(r_b.shape)


class SchurSystem:
    """The system with alpha eliminated; C is applied, never stored."""

    def __init__(self, q: Array, P: Array, c: Array) -> None:
        k, n1, n2, batch = q.shape
        self.q, self.P, self.cP = q, P, c * P
        schur = np.zeros((k * n2, k * n2, batch), dtype=q.dtype)
        B = np.zeros((k, k, n2, batch), dtype=q.dtype)
        self.L = np.empty((k, k, n1, batch), dtype=q.dtype)
        step = max(1, CHUNK // (k * k * n2 * batch))
        for start in range(0, n1, step):
            rows = slice(start, start + step)
            W = _blocks(q[:, rows], P[:, rows], c[rows])
            A = W.sum(axis=3).transpose(0, 2, 1, 3)  # (k, k, rows, B)
            L = self.L[:, :, rows] = cholesky(np.ascontiguousarray(A))
            B += W.sum(axis=1)
            gram(_eliminated(L, W.reshape(k, -1, k * n2, batch)), out=schur)
        diagonal = np.einsum("yyjb->yjb", B).reshape(k * n2, batch).copy()
        np.einsum("yjzjb->yzjb", schur.reshape(k, n2, k, n2, batch))[...] += B
        self.factor = Factor(schur, diagonal)

    def solve(self, r_a: Array, r_b: Array) -> tuple[Array, Array]:
        """Solve for (d alpha, d beta)."""
        h = self._solve_A(r_a)
        d_b = self._solve_schur(r_b - np.add.reduce(self._coupled(h[:, :, None]), axis=1))
        d_a = self._solve_A(r_a - np.add.reduce(self._coupled(d_b[:, None]), axis=2))
        return d_a, d_b

    def _coupled(self, d: Array) -> Array:
        """W_ij d of every pair, (k, n1, n2, B)."""
        return np.asarray(self.q * d + self.cP * np.add.reduce(self.P * d, axis=0))

    def _solve_A(self, r: Array) -> Array:
        return backward_substitution(self.L, forward_substitution(self.L, r))

    def _solve_schur(self, r: Array) -> Array:
        return self.factor.solve(r.reshape(-1, r.shape[-1])).reshape(r.shape)


class CompressedSystem(SchurSystem):
    """The same for one large table in which many symbols never occur with many y.

    Only unknowns with mass enter the Schur complement, and row i of A^-1 C only the y that occur
    with i.
    """

    def __init__(
        self, q: Array, P: Array, c: Array, occurs_a: NDArray[np.bool_], occurs_b: NDArray[np.bool_]
    ) -> None:
        k, n1, n2, _ = q.shape
        self.q, self.P, self.cP = q, P, c * P
        self.L = np.zeros((k, k, n1, 1))
        np.einsum("yyib->yib", self.L)[...] = 1
        B = np.einsum("yijb,zijb->yzjb", P, self.cP)
        np.einsum("yyjb->yjb", B)[...] += q.sum(axis=1)
        self.kept = np.flatnonzero(occurs_b.reshape(-1))
        schur = np.zeros((len(self.kept), len(self.kept), 1))
        for rows in _chunks(occurs_a, len(self.kept)):
            low, V = self._rows(rows, occurs_a)
            part = np.zeros((V.shape[1], V.shape[1], 1))
            gram(V, out=part)
            schur[low:, low:] += part
        y, j = np.divmod(self.kept, n2)
        for column in range(n2):
            here = np.flatnonzero(j == column)
            schur[np.ix_(here, here)] += B[:, :, column][np.ix_(y[here], y[here])]
        self.factor = Factor(schur, B[y, y, j])

    def _rows(self, rows: NDArray[np.intp], occurs_a: NDArray[np.bool_]) -> tuple[int, Array]:
        """First column, and L^-1 C from there on for some i, one row per (i, y) that occurs."""
        y_kept, j_kept = np.divmod(self.kept, self.q.shape[2])  # ordered by y
        labels = [np.flatnonzero(occurs_a[:, i]) for i in rows]
        first = np.searchsorted(y_kept, min(ys[0] for ys in labels))
        V = np.zeros((sum(map(len, labels)), len(self.kept) - first, 1))
        top = 0
        for i, ys in zip(rows, labels, strict=True):
            low, high = np.searchsorted(y_kept, [ys[0], ys[-1] + 1])
            y, j = y_kept[low:high], j_kept[low:high]
            P, cP, q = self.P[ys, i, :, 0], self.cP[:, i, :, 0], self.q[:, i, :, 0]
            A = np.einsum("yj,zj->yz", P, cP[ys])
            A[np.diag_indices_from(A)] += q[ys].sum(axis=1)
            L = cholesky(A)
            L[np.triu_indices_from(L, 1)] = 0
            self.L[ys[:, None], ys, i, 0] = L
            W = np.take(P, j, axis=1)
            W *= cP[y, j]
            for row, own in enumerate(ys):
                begin, end = np.searchsorted(y, [own, own + 1])
                W[row, begin:end] += q[own, j[begin:end]]
            V[top : top + len(ys), low - first : high - first, 0] = _solve_lower(L, W)
            top += len(ys)
        return int(first), V

    def _solve_schur(self, r: Array) -> Array:
        flat = r.reshape(-1, 1)
        d = np.zeros_like(flat)
        d[self.kept] = self.factor.solve(flat[self.kept])
        return d.reshape(r.shape)


def _chunks(occurs_a: NDArray[np.bool_], columns: int) -> list[NDArray[np.intp]]:
    """The i in groups that fit in memory, ordered by their first y so that a group shares zeros."""
    first = np.where(occurs_a.any(axis=0), occurs_a.argmax(axis=0), len(occurs_a))
    order = np.argsort(first, kind="stable")[: np.count_nonzero(first < len(occurs_a))]
    ends = np.cumsum(occurs_a.sum(axis=0)[order]) * columns // CHUNK
    return np.split(order, np.flatnonzero(np.diff(ends)) + 1)


def _eliminated(L: Array, C: Array) -> Array:
    """L^-1 C of every i, as rows: (k, n1, m, B) to (k n1, m, B)."""
    k, n1, columns, batch = C.shape
    if batch > 1 or C.dtype != np.float64:
        return forward_substitution(L[:, :, :, None], C).reshape(-1, columns, batch)
    V = np.empty((n1, k, columns))
    for i in range(n1):
        V[i] = _solve_lower(L[:, :, i, 0], np.ascontiguousarray(C[:, i, :, 0]))
    return V.reshape(-1, columns, 1)


def _solve_lower(L: Array, C: Array) -> Array:
    """L^-1 C for one matrix; ``C`` is overwritten.

    From the right, so that BLAS reads and writes rows where they are; and SciPy's BLAS alone, as
    NumPy's is another one, and two pools of threads slow each other down tenfold.
    """
    return np.asarray(blas().dtrsm(1.0, L, C.T, side=1, lower=1, trans_a=1, overwrite_b=1).T)


def _blocks(q: Array, P: Array, c: Array) -> Array:
    """W[y, i, z, j] of every pair, (k, n1, k, n2, B)."""
    W = P[:, :, None] * (c * P).transpose(1, 0, 2, 3)[None]
    np.einsum("yiyjb->yijb", W)[...] += q
    return np.asarray(W)
