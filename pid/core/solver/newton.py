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

from pid._types import Codes
from pid.core.solver.linalg import Factor, blas, forward_substitution, gram
from pid.core.solver.problem import Array

# Largest order (n1 + n2) k of a system that is factorised whole, in a batch and alone: below it,
# elimination by blocks costs more in calls than it saves in flops.
WHOLE, WHOLE_ALONE = 20, 250

# A table this sparse (share of marginal cells with mass, both sides multiplied) is compressed, if
# the order of its Schur complement is at least this; smaller ones would lose more by indexing than
# they gain.
SPARSE, COMPRESS = 0.7, 200

# Cells of W held at once while the Schur complement is summed up; bounds the memory of large
# problems.
CHUNK = 2**22


class System(Protocol):
    """The Newton system of one batch of problems, factorised anew at every step.

    Its memory is used again each time: taking it from the operating system costs small and
    middling tables as much as the arithmetic.
    """

    def factorise(self, q: Array, P: Array, c: Array) -> None:
        """Factorise for weights ``q`` and ``P`` (k, n1, n2, B) and ``c`` (n1, n2, B)."""

    def solve(self, r_a: Array, r_b: Array) -> tuple[Array, Array]:
        """Solve for (d alpha, d beta) of right-hand sides (k, n1, B) and (k, n2, B)."""


def system_for(a: Array, b: Array) -> System:
    """The cheapest kind of system for problems with marginals (k, n1, B) and (k, n2, B)."""
    k, n1, batch = a.shape
    n2 = b.shape[1]
    alone = batch == 1 and a.dtype == np.float64
    if (n1 + n2) * k <= (WHOLE_ALONE if alone else WHOLE):
        return WholeSystem(a, b)
    if alone and k * n2 >= COMPRESS and (a > 0).mean() * (b > 0).mean() <= SPARSE:
        return CompressedSystem(a, b)
    return SchurSystem(a, b)


class WholeSystem:
    """The system as one matrix."""

    def __init__(self, a: Array, b: Array) -> None:
        (k, n1, batch), n2 = a.shape, b.shape[1]
        self.rows = m = k * n1
        self.factor = Factor(m + k * n2, batch, a.dtype)
        matrix = self.factor.matrix  # [[A, C], [., B]]
        self.A = np.einsum("yizib->yzib", matrix[:m, :m].reshape(k, n1, k, n1, batch))
        self.B = np.einsum("yjzjb->yzjb", matrix[m:, m:].reshape(k, n2, k, n2, batch))
        self.C = matrix[:m, m:].reshape(k, n1, k, n2, batch)
        self.diagonal = np.einsum("mmb->mb", matrix)

    def factorise(self, q: Array, P: Array, c: Array) -> None:
        """Factorise for these weights."""
        np.multiply(P[:, :, None], (c * P).transpose(1, 0, 2, 3)[None], out=self.C)
        np.einsum("yiyjb->yijb", self.C)[...] += q
        np.add.reduce(self.C, axis=3, out=self.A.transpose(0, 2, 1, 3))
        np.add.reduce(self.C, axis=1, out=self.B)
        self.factor.factorise(self.diagonal)

    def solve(self, r_a: Array, r_b: Array) -> tuple[Array, Array]:
        """Solve for (d alpha, d beta)."""
        batch = r_a.shape[-1]
        right = np.concatenate([r_a.reshape(-1, batch), r_b.reshape(-1, batch)])
        x = self.factor.solve(right)
        return x[: self.rows].reshape(r_a.shape), x[self.rows :].reshape(r_b.shape)


class SchurSystem:
    """The system with alpha eliminated; C is applied, never stored whole."""

    def __init__(self, a: Array, b: Array) -> None:
        (k, n1, batch), n2 = a.shape, b.shape[1]
        self.step = min(n1, max(1, CHUNK // (k * k * n2 * batch)))
        self.W = np.empty((self.step, k, k, n2, batch), dtype=a.dtype)  # (i, y, z, j)
        self.A = Factor(k, n1 * batch, a.dtype)
        self.schur = Factor(k * n2, batch, a.dtype)

    def factorise(self, q: Array, P: Array, c: Array) -> None:
        """Factorise for these weights."""
        k, n1, n2, batch = q.shape
        self.q, self.P, self.cP = q, P, c * P
        A, B = diagonal_blocks(q, P, self.cP)
        self.A.matrix[...] = A.reshape(self.A.matrix.shape)
        self.A.factorise(np.einsum("yyn->yn", self.A.matrix))
        self.schur.matrix[...] = 0
        np.einsum("yjzjb->yzjb", self.schur.matrix.reshape(k, n2, k, n2, batch))[...] = B
        U = self.A.U.reshape(k, k, n1, batch)
        for start in range(0, n1, self.step):
            rows = slice(start, start + self.step)
            gram(_eliminated(U[:, :, rows], self._blocks(rows)), out=self.schur.matrix)
        self.schur.factorise(np.einsum("yyjb->yjb", B).reshape(-1, batch))

    def solve(self, r_a: Array, r_b: Array) -> tuple[Array, Array]:
        """Solve for (d alpha, d beta)."""
        h = self._solve_A(r_a)
        d_b = self._solve_schur(r_b - np.add.reduce(self._coupled(h[:, :, None]), axis=1))
        d_a = self._solve_A(r_a - np.add.reduce(self._coupled(d_b[:, None]), axis=2))
        return d_a, d_b

    def _blocks(self, rows: slice) -> Array:
        """W_ij for i in ``rows``, (i, y, z, j, B)."""
        q, P, cP = (x[:, rows].swapaxes(0, 1) for x in (self.q, self.P, self.cP))
        W = self.W[: len(q)]
        np.multiply(P[:, :, None], cP[:, None], out=W)
        np.einsum("iyyjb->iyjb", W)[...] += q
        return W

    def _coupled(self, d: Array) -> Array:
        """W_ij d of every pair, (k, n1, n2, B)."""
        return np.asarray(self.q * d + self.cP * np.add.reduce(self.P * d, axis=0))

    def _solve_A(self, r: Array) -> Array:
        return self.A.solve(r.reshape(len(r), -1)).reshape(r.shape)

    def _solve_schur(self, r: Array) -> Array:
        return self.schur.solve(r.reshape(-1, r.shape[-1])).reshape(r.shape)


class CompressedSystem(SchurSystem):
    """The same for one large table in which many symbols never occur with many y.

    Only unknowns with mass enter the Schur complement, ordered by y, and row (i, y) of U^-T C only
    from the first y that occurs with i.
    """

    def __init__(self, a: Array, b: Array) -> None:
        k, n1, _ = a.shape
        occurs = a[..., 0] > 0
        self.never = ~occurs
        self.labels = [np.flatnonzero(column) for column in occurs.T]
        self.kept = np.flatnonzero(b)
        self.y, self.j = np.divmod(self.kept, b.shape[1])
        self.chunks = _chunks(occurs, len(self.kept))
        self.A = Factor(k, n1, a.dtype)
        self.schur = Factor(len(self.kept), 1, a.dtype)

    def factorise(self, q: Array, P: Array, c: Array) -> None:
        """Factorise for these weights."""
        self.q, self.P, self.cP = q, P, c * P
        A, B = diagonal_blocks(q, P, self.cP)
        A[self.never[None] & np.eye(len(A), dtype=bool)[..., None]] = 1
        self.A.matrix[...] = A[..., 0]
        self.A.factorise(np.einsum("yyi->yi", self.A.matrix))
        schur = self.schur.matrix[..., 0]
        schur[...] = 0
        for j in range(q.shape[2]):
            here = np.flatnonzero(self.j == j)
            schur[np.ix_(here, here)] = B[:, :, j, 0][np.ix_(self.y[here], self.y[here])]
        for rows in self.chunks:
            low, V = self._eliminated(rows)
            part = np.zeros((V.shape[1], V.shape[1], 1)) if low else self.schur.matrix
            gram(V, out=part)
            if low:
                schur[low:, low:] += part[..., 0]
        self.schur.factorise(B[self.y, self.y, self.j])

    def _eliminated(self, rows: Codes) -> tuple[int, Array]:
        """First column, and U_i^-T C_i from there on for some i, one row per (i, y) that occurs."""
        labels = [self.labels[i] for i in rows]
        first = np.searchsorted(self.y, min(ys[0] for ys in labels))
        V = np.zeros((sum(map(len, labels)), len(self.y) - first, 1))
        top = 0
        for i, ys in zip(rows, labels, strict=True):
            low, high = np.searchsorted(self.y, [ys[0], ys[-1] + 1])
            U, C = self.A.U[ys[:, None], ys, i], self._C(i, ys, slice(low, high))
            V[top : top + len(ys), low - first : high - first, 0] = _solve_transposed(U, C)
            top += len(ys)
        return int(first), V

    def _C(self, i: int, ys: Codes, columns: slice) -> Array:
        """C_i where ``ys`` occur with i, in some of the columns that are kept."""
        y, j = self.y[columns], self.j[columns]
        W = np.take(self.P[ys, i, :, 0], j, axis=1)
        W *= self.cP[y, i, j, 0]
        for row, own in enumerate(ys):
            begin, end = np.searchsorted(y, [own, own + 1])
            W[row, begin:end] += self.q[own, i, j[begin:end], 0]
        return W

    def _solve_schur(self, r: Array) -> Array:
        flat = r.reshape(-1, 1)
        d = np.zeros_like(flat)
        d[self.kept] = self.schur.solve(flat[self.kept])
        return d.reshape(r.shape)


def diagonal_blocks(q: Array, P: Array, cP: Array) -> tuple[Array, Array]:
    """A_i = sum_j W_ij, (k, k, n1, B), and B_j = sum_i W_ij, (k, k, n2, B)."""
    A = np.einsum("yijb,zijb->yzib", P, cP)
    B = np.einsum("yijb,zijb->yzjb", P, cP)
    np.einsum("yyib->yib", A)[...] += np.add.reduce(q, axis=2)
    np.einsum("yyjb->yjb", B)[...] += np.add.reduce(q, axis=1)
    return np.asarray(A), np.asarray(B)


def _chunks(occurs_a: NDArray[np.bool_], columns: int) -> list[Codes]:
    """The i in groups that fit in memory, ordered by their first y so that a group shares zeros."""
    first = np.where(occurs_a.any(axis=0), occurs_a.argmax(axis=0), len(occurs_a))
    order = np.argsort(first, kind="stable")[: np.count_nonzero(first < len(occurs_a))]
    ends = np.cumsum(occurs_a.sum(axis=0)[order]) * columns // CHUNK
    return np.split(order, np.flatnonzero(np.diff(ends)) + 1)


def _eliminated(U: Array, W: Array) -> Array:
    """U_i^-T C_i of every i, as rows: (n1, k, k, n2, B) to (n1 k, k n2, B); ``W`` is scratch."""
    n1, k, _, n2, batch = W.shape
    C = W.reshape(n1, k, k * n2, batch)
    if batch > 1 or C.dtype != np.float64:
        V = forward_substitution(U[:, :, :, None], C.swapaxes(0, 1))
        return V.reshape(-1, k * n2, batch)
    for i in range(n1):
        C[i, :, :, 0] = _solve_transposed(U[:, :, i, 0], C[i, :, :, 0])
    return C.reshape(-1, k * n2, 1)


def _solve_transposed(U: Array, C: Array) -> Array:
    """U^-T C for one matrix; ``C`` is overwritten.

    From the right, so that BLAS reads and writes rows where they are; and SciPy's BLAS alone, as
    NumPy's is another one, and two pools of threads slow each other down tenfold.
    """
    return np.asarray(blas().dtrsm(1.0, U.T, C.T, side=1, lower=1, trans_a=1, overwrite_b=1).T)
