"""The convex program behind the decomposition, as arrays ready for the solvers.

    minimise   F(q) = sum_ijy q_ijy log(q_ijy / s_ij),   s_ij = sum_y q_ijy     (= -H_q(Y|X1,X2))
    subject to sum_j q_ijy = a_iy,   sum_i q_ijy = b_jy,   q >= 0

(Bertschinger et al., Entropy 16(4), 2014, eq. 4). Many problems of one shape are solved side by
side, so every array carries a trailing batch axis: element-wise steps then run over long
contiguous rows however small one problem is. Axes are (y, i, j, batch) throughout the solver; all
values are in nats.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes

Array = NDArray[np.floating]

# Cells of the marginals that hold less than this share of the tolerance together are left out of
# the solve: they cannot move the optimum by more than their mass times its logarithm, and the
# certificate, which is computed for the marginals as given, accounts for every bit of them.
NEGLIGIBLE = 1e-3
MOST_NEGLIGIBLE = 1e-3  # tolerance above which no more is left out


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Marginals of a batch of tables of one shape, and what follows from them alone."""

    a: Array  # p(x1, y), (k, n1, B)
    b: Array  # p(x2, y), (k, n2, B)
    p_y: Array  # p(y), (k, B)
    independent: Array  # a b / p(y): x1 and x2 independent given y, (k, n1, n2, B)
    weights: Array  # w of the weighted central path s t = mu w, sums to 1, (n1, n2, B)
    pairs: NDArray[np.bool_] | None  # (n1, n2, B), False where i and j share no y; None if all do

    @property
    def shape(self) -> tuple[int, int, int]:
        """Sizes (k, n1, n2)."""
        return (*self.a.shape[:2], self.b.shape[1])

    @property
    def batch(self) -> int:
        """Number of problems side by side."""
        return int(self.a.shape[-1])

    def take(self, keep: Codes) -> Problem:
        """The problems of the batch listed in ``keep``."""
        pairs = None if self.pairs is None else self.pairs[..., keep]
        return Problem(
            self.a[..., keep],
            self.b[..., keep],
            self.p_y[..., keep],
            self.independent[..., keep],
            self.weights[..., keep],
            pairs,
        )


def build(a: Array, b: Array, tol: float, dtype: type[np.floating] = np.float64) -> Problem:
    """Problem with marginals ``a`` (k, n1, B) and ``b`` (k, n2, B), less their negligible cells."""
    budget = NEGLIGIBLE * min(tol, MOST_NEGLIGIBLE)
    a, b, p_y = _drop_negligible(a.astype(dtype), b.astype(dtype), budget)
    independent = a[:, :, None] * (b / np.where(p_y > 0, p_y, 1)[:, None])[:, None]
    s = independent.sum(axis=0)
    if s.all():
        pairs, inside = None, s
    else:
        pairs = s > 0
        inside = np.where(pairs, s, 1)
    # The path is weighted by the geometric mean of the mass a pair has under conditional
    # independence and the most it can have: the first alone drives t below rounding where two rare
    # symbols meet, the second alone starts the path far from its centre.
    largest = np.minimum(a[:, :, None], b[:, None]).sum(axis=0)
    weights = np.sqrt(inside * largest)
    return Problem(a, b, p_y, independent, weights / weights.sum(axis=(0, 1)), pairs)


def _drop_negligible(a: Array, b: Array, budget: float) -> tuple[Array, Array, Array]:
    """Set the smallest cells to 0, ``budget`` of mass at most, and make both p(y) agree again."""
    if not _has_small(a, budget) and not _has_small(b, budget):
        return a, b, a.sum(axis=1)
    a, b = _without_smallest(a, budget), _without_smallest(b, budget)
    from_a, from_b = a.sum(axis=1), b.sum(axis=1)
    p_y = np.minimum(from_a, from_b)
    a = a * (p_y / np.where(from_a > 0, from_a, 1))[:, None]
    b = b * (p_y / np.where(from_b > 0, from_b, 1))[:, None]
    return a, b, p_y


def _has_small(m: Array, budget: float) -> bool:
    return bool(((m > 0) & (m <= budget)).any())


def _without_smallest(m: Array, budget: float) -> Array:
    ordered = np.sort(m.reshape(-1, m.shape[-1]), axis=0)
    affordable = np.cumsum(ordered, axis=0) <= budget
    threshold = np.where(affordable, ordered, 0).max(axis=0)
    return np.where(m > threshold, m, 0)
