"""Tables that leave no choice: each y occurs with one symbol of x1, or with one of x2.

So it is where a source is constant or a function of y. Given such a y the joint is the product of
its marginals, so Delta_p has one point q, and multipliers that prove it follow from it. Where y
has one x1, let alpha_iy = 0 and beta_jy = log(q_ijy / s_ij), elsewhere the same with sources
exchanged: then sum_y exp(alpha_iy + beta_jy) = sum_y q_ijy / s_ij = 1 for every pair with mass, and
the bound is F(q). Derived here; the certificate proves each answer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pid.core.information import TINY
from pid.core.solver.certificate import Solution, certify
from pid.core.solver.problem import Array


def is_settled(a: Array, b: Array) -> bool:
    """Whether marginals (k, n1, B) and (k, n2, B) leave each table of the batch one joint."""
    return bool((_has_one_symbol(a) | _has_one_symbol(b)).all())


def solve(a: Array, b: Array) -> Solution:
    """Certified answers for marginals (k, n1, B) and (k, n2, B) that are settled."""
    q = a[:, :, None] * (b / (b.sum(axis=1)[:, None] + TINY))[:, None]
    with np.errstate(divide="ignore"):
        share = np.log(q / (q.sum(axis=0) + TINY))  # of y in what a pair has
        zero_a, zero_b = (np.log((mass > 0).astype(float)) for mass in (a, b))
    one = _has_one_symbol(a)[:, None]
    alpha, beta = np.where(one, zero_a, share.max(axis=2)), np.where(one, share.max(axis=1), zero_b)
    found = certify(q, alpha, beta, a, b)
    return Solution(found, found.primal - found.dual, np.zeros(a.shape[-1], dtype=np.intp))


def _has_one_symbol(mass: Array) -> NDArray[np.bool_]:
    """Whether a label (k, B) occurs with one symbol, or never."""
    return np.asarray(np.count_nonzero(mass, axis=1) <= 1)
