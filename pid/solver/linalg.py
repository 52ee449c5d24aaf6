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

import numpy as np

from pid.solver.problem import Array

HUGE = 1e100  # stands for an infinite pivot

# Shift of each diagonal entry in rounding errors: it removes the null space and is otherwise
# harmless.
SHIFT = 4.0

LARGEST_SHIFT = 1.0  # where raising the diagonal stops making sense
EPS = float(np.finfo(np.float64).eps)

# Order up to which a batch is eliminated column by column.
SMALL = 20


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
    """Cholesky factor of a stack (m, m, B); ``diagonal`` (m, B) is the scale of each row."""

    def __init__(self, matrix: Array, diagonal: Array) -> None:
        order, _, batch = matrix.shape
        self.by_column = matrix.dtype != np.float64 or (order <= SMALL and batch > 1)
        if self.by_column:
            self.L = cholesky(matrix, diagonal)
        else:
            self.stack = [_lapack_cholesky(matrix[..., b], diagonal[:, b]) for b in range(batch)]

    def solve(self, right: Array) -> Array:
        """Solve for every column of ``right`` (m, B)."""
        if self.by_column:
            return backward_substitution(self.L, forward_substitution(self.L, right))
        x = np.empty_like(right)
        for b, U in enumerate(self.stack):
            x[:, b] = lapack().dpotrs(U, right[:, b])[0]
        return x


def _lapack_cholesky(matrix: Array, diagonal: Array) -> Array:
    """Upper factor of one matrix, with the diagonal raised until it is positive definite.

    Only the lower triangle of ``matrix`` is read: LAPACK sees the C-ordered array transposed.
    """
    pivots = np.einsum("mm->m", matrix)
    shift = SHIFT * EPS * np.where(diagonal > 0, diagonal, 1)
    while True:
        pivots += shift
        U, info = lapack().dpotrf(matrix.T, clean=0)
        if info == 0 or not shift.max() < LARGEST_SHIFT * diagonal.max():
            return np.asarray(U)
        shift = shift * 100


def cholesky(matrix: Array, diagonal: Array | None = None) -> Array:
    """Lower factors of the stack ``matrix`` (m, m, ...); entries above the diagonal are scratch.

    Every diagonal entry is raised by some rounding errors of ``diagonal`` (by default, of itself).
    """
    L = matrix.copy()
    pivots = np.einsum("mm...->m...", L)
    scale = pivots.copy() if diagonal is None else np.array(diagonal)
    pivots += SHIFT * np.finfo(L.dtype).eps * scale
    least = np.finfo(L.dtype).eps * scale
    for m in range(len(L)):
        pivot = np.sqrt(np.where(L[m, m] > least[m], L[m, m], HUGE))
        L[m, m] = pivot
        L[m + 1 :, m] /= pivot
        L[m + 1 :, m + 1 :] -= L[m + 1 :, m, None] * L[None, m + 1 :, m]
    return L


def forward_substitution(L: Array, right: Array) -> Array:
    """Solve L x = right along the first axis; the other axes broadcast."""
    x = right.copy()
    for m in range(len(L)):
        x[m] /= L[m, m]
        x[m + 1 :] -= L[m + 1 :, m] * x[m]
    return x


def backward_substitution(L: Array, right: Array) -> Array:
    """Solve L^T x = right along the first axis; the other axes broadcast."""
    x = right.copy()
    for m in reversed(range(len(L))):
        x[m] /= L[m, m]
        x[:m] -= L[m, :m] * x[m]
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
        out -= np.matmul(rows, rows.transpose(0, 2, 1)).transpose(1, 2, 0)


def _subtract_syrk(V: Array, out: Array) -> None:
    """Only the lower triangle of ``out`` is updated: half the flops of a product."""
    result = blas().dsyrk(-1.0, V.T, beta=1.0, c=out.T, overwrite_c=1)
    if not np.shares_memory(result, out):  # SciPy made a copy
        out[...] = result.T
