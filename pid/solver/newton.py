"""The linear system of one Newton step, for a batch of problems at once.

Every pair (i, j) contributes W_ij = diag(q_ij) + c_ij P_ij P_ij^T (k x k). In the unknowns
(d alpha, d beta) that is

    [ A    C ]   A_i = sum_j W_ij,  B_j = sum_i W_ij  (blocks on the diagonal),  C_ij = W_ij
    [ C^T  B ]

Small systems are factorised whole. Larger ones eliminate alpha first, block by block, and factorise the
Schur complement B - C^T A^-1 C, which costs n1 (n2 k)^2 k flops: the caller puts the smaller side second.
Both have the null space (d alpha_y + c, d beta_y - c), which a relative shift of the diagonal removes.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from pid.solver.linalg import (
    Factor,
    backward_substitution,
    cholesky,
    forward_substitution,
    gram,
)
from pid.solver.problem import Array

# Largest order (n1 + n2) k of a system that is factorised whole: below it, elimination by blocks costs
# more in calls than it saves in flops.
WHOLE = 20

# Cells of W held at once while the Schur complement is summed up; bounds the memory of large problems.
CHUNK = 2**22


class System(Protocol):
    """A factorised Newton system."""

    def solve(self, r_a: Array, r_b: Array) -> tuple[Array, Array]:
        """Solve for (d alpha, d beta) of right-hand sides (k, n1, B) and (k, n2, B)."""


def factorise(q: Array, P: Array, c: Array) -> System:
    """Factorise the system of weights ``q`` and ``P`` (k, n1, n2, B) and ``c`` (n1, n2, B)."""
    k, n1, n2, _ = q.shape
    return WholeSystem(q, P, c) if (n1 + n2) * k <= WHOLE else SchurSystem(q, P, c)


class WholeSystem:
    """The system as one matrix."""

    def __init__(self, q: Array, P: Array, c: Array) -> None:
        k, n1, n2, batch = q.shape
        self.rows = k * n1
        W = _blocks(q, P, c)
        A, B = W.sum(axis=3), W.sum(axis=1)  # (k, n1, k, B), (k, k, n2, B)
        matrix = np.zeros((k * (n1 + n2), k * (n1 + n2), batch), dtype=q.dtype)
        top = matrix[: self.rows, : self.rows].reshape(k, n1, k, n1, batch)
        np.einsum("yizib->yzib", top)[...] = A.transpose(0, 2, 1, 3)
        corner = matrix[self.rows :, self.rows :].reshape(k, n2, k, n2, batch)
        np.einsum("yjzjb->yzjb", corner)[...] = B
        matrix[: self.rows, self.rows :] = W.reshape(self.rows, k * n2, batch)
        matrix[self.rows :, : self.rows] = matrix[: self.rows, self.rows :].transpose(1, 0, 2)
        self.factor = Factor(matrix, np.einsum("nnb->nb", matrix).copy())

    def solve(self, r_a: Array, r_b: Array) -> tuple[Array, Array]:
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
            L = cholesky(np.ascontiguousarray(A))
            self.L[:, :, rows] = L
            B += W.sum(axis=1)
            V = forward_substitution(L[:, :, :, None], W.reshape(k, -1, k * n2, batch))
            gram(V.reshape(-1, k * n2, batch), out=schur)
        diagonal = np.einsum("yyjb->yjb", B).reshape(k * n2, batch).copy()
        np.einsum("yjzjb->yzjb", schur.reshape(k, n2, k, n2, batch))[...] += B
        self.factor = Factor(schur, diagonal)

    def solve(self, r_a: Array, r_b: Array) -> tuple[Array, Array]:
        h = self._solve_A(r_a)
        u = (self.P * h[:, :, None]).sum(axis=0)
        right = r_b - (self.q * h[:, :, None] + self.cP * u).sum(axis=1)
        d_b = self.factor.solve(right.reshape(-1, right.shape[-1])).reshape(r_b.shape)
        u = (self.P * d_b[:, None]).sum(axis=0)
        d_a = self._solve_A(r_a - (self.q * d_b[:, None] + self.cP * u).sum(axis=2))
        return d_a, d_b

    def _solve_A(self, r: Array) -> Array:
        return backward_substitution(self.L, forward_substitution(self.L, r))


def _blocks(q: Array, P: Array, c: Array) -> Array:
    """W[y, i, z, j] of every pair, (k, n1, k, n2, B)."""
    W = P[:, :, None] * (c * P).transpose(1, 0, 2, 3)[None]
    np.einsum("yiyjb->yijb", W)[...] += q
    return np.asarray(W)
