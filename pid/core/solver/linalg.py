"""Cholesky factors of stacks of symmetric matrices with the batch axis last.

Small matrices in large batches are eliminated column by column, each column at once for the whole
batch; this also works in extended precision. Otherwise LAPACK takes the matrices one after the
other. A pivot lost to rounding is replaced by a huge one, which sets that unknown to zero instead
of stopping the batch (as interior-point codes for linear programming do; Wright, SIAM J. Optim.
9(4), 1999).
"""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from pid.core.solver.problem import Array

HUGE = 1e100  # stands for an infinite pivot

# Shift of each diagonal entry in rounding errors: it removes the null space and is otherwise
# harmless.
SHIFT = 4.0

LARGEST_SHIFT = 1.0  # where raising the diagonal stops making sense
EPS = float(np.finfo(np.float64).eps)

# Matrices of at most this order are eliminated column by column where there are so many that
# LAPACK's calls, one for each matrix, would cost more than NumPy's, COLUMN for each column.
SMALL, COLUMN = 20, 8


@cache
def lapack() -> ModuleType:
    """SciPy's LAPACK, imported when first needed: it takes longer than everything else together."""
    from scipy.linalg import lapack

    return lapack


@cache
def blas() -> ModuleType:
    """SciPy's BLAS, likewise."""
    from scipy.linalg import blas

    return blas


class Factor:
    """Cholesky factors of a stack of matrices, (m, m, B), in memory that is used again and again.

    ``matrix``, 0 at first, is to be filled before each call of ``factorise``: its upper triangle
    counts. It is kept as it is, so that what is 0 need not be written again.
    """

    def __init__(self, order: int, batch: int, dtype: np.dtype[Any]) -> None:
        many = order <= SMALL and batch > COLUMN * order
        self.by_column = many or dtype != np.float64
        if self.by_column:
            self.matrix = np.zeros((order, order, batch), dtype=dtype)
        else:  # one after the other in memory, as LAPACK wants them
            self.matrix = np.zeros((batch, order, order)).transpose(1, 2, 0)
        self.U = np.empty_like(self.matrix)
        # LAPACK sees C-ordered arrays transposed: their upper triangle is its lower one.
        self.transposed = [] if self.by_column else list(self.U.transpose(2, 1, 0))

    def factorise(self, diagonal: Array) -> None:
        """Factorise the matrices; ``diagonal`` (m, B) is the scale of each row."""
        np.copyto(self.U, self.matrix)
        if self.by_column:
            _eliminate(self.U, diagonal)
            return
        shift = SHIFT * EPS * np.where(diagonal > 0, diagonal, 1)
        pivots = np.einsum("mmb->mb", self.U)
        pivots += shift
        for b, L in enumerate(self.transposed):
            if lapack().dpotrf(L, lower=1, clean=0, overwrite_a=1)[1] != 0:
                self._raise_diagonal(b, shift[:, b], diagonal[:, b].max())

    def _raise_diagonal(self, b: int, shift: Array, scale: float) -> None:
        """Factorise matrix ``b`` with its diagonal raised until it is positive definite."""
        info = 1
        while info != 0 and shift.max() < LARGEST_SHIFT * scale:
            shift = shift * 100
            np.copyto(self.U[..., b], self.matrix[..., b])
            pivots = np.einsum("mm->m", self.U[..., b])
            pivots += shift
            info = lapack().dpotrf(self.transposed[b], lower=1, clean=0, overwrite_a=1)[1]

    def solve(self, right: Array) -> Array:
        """Solve for every column of ``right`` (m, B)."""
        if self.by_column:
            return backward_substitution(self.U, forward_substitution(self.U, right))
        x = np.empty_like(right)
        for b, L in enumerate(self.transposed):
            x[:, b] = lapack().dpotrs(L, right[:, b], lower=1)[0]
        return x


def cholesky(matrix: Array, diagonal: Array | None = None) -> Array:
    """Factors U of U^T U for the stack ``matrix`` (m, m, ...); below the diagonal is scratch.

    Every diagonal entry is raised by some rounding errors of ``diagonal`` (by default, of itself).
    """
    U = matrix.copy()
    _eliminate(U, np.einsum("mm...->m...", matrix) if diagonal is None else diagonal)
    return U


def _eliminate(U: Array, scale: Array) -> None:
    """Turn a stack of matrices into its factors, one unknown after the other."""
    eps = np.finfo(U.dtype).eps
    pivots = np.einsum("mm...->m...", U)
    pivots += SHIFT * eps * scale
    least = eps * scale
    for m in range(len(U)):
        pivot = np.sqrt(np.where(U[m, m] > least[m], U[m, m], HUGE))
        U[m, m] = pivot
        row = U[m, m + 1 :]
        row /= pivot
        U[m + 1 :, m + 1 :] -= row[:, None] * row


def forward_substitution(U: Array, right: Array) -> Array:
    """Solve U^T x = right along the first axis; the other axes broadcast."""
    x = right.copy()
    for m in range(len(U)):
        x[m] /= U[m, m]
        x[m + 1 :] -= U[m, m + 1 :] * x[m]
    return x


def backward_substitution(U: Array, right: Array) -> Array:
    """Solve U x = right along the first axis; the other axes broadcast."""
    x = right.copy()
    for m in reversed(range(len(U))):
        x[m] /= U[m, m]
        x[:m] -= U[:m, m] * x[m]
    return x


def gram(V: Array, out: Array) -> None:
    """Subtract V^T V of every V (r, m, B) from ``out`` (m, m, B)."""
    _, order, batch = V.shape
    if batch == 1 and V.dtype == np.float64:
        _subtract_syrk(V[..., 0], out[..., 0])
    elif order <= SMALL or V.dtype != np.float64:
        out -= np.einsum("rmb,rnb->mnb", V, V)
    else:
        rows = np.ascontiguousarray(V.transpose(2, 1, 0))
        stack = out.transpose(2, 0, 1)
        stack -= np.matmul(rows, rows.transpose(0, 2, 1))


def _subtract_syrk(V: Array, out: Array) -> None:
    """Only the upper triangle of ``out`` is updated: half the flops of a product."""
    result = blas().dsyrk(-1.0, V.T, beta=1.0, c=out.T, lower=1, overwrite_c=1)
    if not np.shares_memory(result, out):  # SciPy made a copy
        out[...] = result.T
