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
        A = np.einsum("yijb,zijb->yzib", P, self.cP)
        B = np.einsum("yijb,zijb->yzjb", P, self.cP)
        np.einsum("yyib->yib", A)[...] += q.sum(axis=2)
        np.einsum("yyjb->yjb", B)[...] += q.sum(axis=1)
        self.L = cholesky(A)
        self.kept = np.flatnonzero(occurs_b.reshape(-1))
        schur = np.zeros((len(self.kept), len(self.kept), 1))
        step = max(1, CHUNK // (k * len(self.kept)))
        for start in range(0, n1, step):
            gram(self._rows(range(start, min(n1, start + step)), occurs_a), out=schur)
        y, j = np.divmod(self.kept, n2)
        for column in range(n2):
            here = np.flatnonzero(j == column)
            schur[np.ix_(here, here)] += B[:, :, column][np.ix_(y[here], y[here])]
        self.factor = Factor(schur, B[y, y, j])

    def _rows(self, rows: range, occurs_a: NDArray[np.bool_]) -> Array:
        """L^-1 C for some i, one row per (i, y) that occurs, one column per kept unknown."""
        y_kept, j_kept = np.divmod(self.kept, self.q.shape[2])
        V = np.zeros((int(occurs_a[:, rows].sum()), len(self.kept), 1))
        top = 0
        for i in rows:
            ys = np.flatnonzero(occurs_a[:, i])
            low, high = np.searchsorted(y_kept, [ys[0], ys[-1] + 1])  # kept is ordered by y
            y, j = y_kept[low:high], j_kept[low:high]
            W = np.take(self.P[ys, i, :, 0], j, axis=1)
            W *= self.cP[y, i, j, 0]
            for row, own in enumerate(ys):
                first, last = np.searchsorted(y, [own, own + 1])
                W[row, first:last] += self.q[own, i, j[first:last], 0]
            L = self.L[:, :, i, 0][np.ix_(ys, ys)]
            # From the right, so that BLAS reads and writes the rows where they are.
            solved = blas().dtrsm(1.0, L, W.T, side=1, lower=1, trans_a=1, overwrite_b=1)
            V[top : top + len(ys), low:high, 0] = solved.T
            top += len(ys)
        return V

    def _solve_schur(self, r: Array) -> Array:
        flat = r.reshape(-1, 1)
        d = np.zeros_like(flat)
        d[self.kept] = self.factor.solve(flat[self.kept])
        return d.reshape(r.shape)


def _eliminated(L: Array, C: Array) -> Array:
    """L^-1 C of every i, as rows: (k, n1, m, B) to (k n1, m, B)."""
    if C.shape[-1] > 1 or C.dtype != np.float64:
        return forward_substitution(L[:, :, :, None], C).reshape(-1, *C.shape[2:])
    inverse = forward_substitution(L[:, :, None], _identities(L))
    rows = np.matmul(inverse[..., 0].transpose(2, 0, 1), C[..., 0].transpose(1, 0, 2))
    return np.asarray(rows.reshape(-1, C.shape[2], 1))


def _identities(L: Array) -> Array:
    eye = np.eye(len(L), dtype=L.dtype)
    return np.broadcast_to(eye.reshape(eye.shape + (1,) * (L.ndim - 2)), L.shape)


def _blocks(q: Array, P: Array, c: Array) -> Array:
    """W[y, i, z, j] of every pair, (k, n1, k, n2, B)."""
    W = P[:, :, None] * (c * P).transpose(1, 0, 2, 3)[None]
    np.einsum("yiyjb->yijb", W)[...] += q
    return np.asarray(W)
