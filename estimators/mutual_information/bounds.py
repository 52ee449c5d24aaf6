"""What a critic says of information, by the bounds that are named after their papers; in nats.

A critic scores pairs: entry (i, j) is f(x_i, y_j), the diagonal are rows as they came, and the
others stand for independence. Of a condition there is a mask of the pairs that share it: negatives
are drawn within it, so that nothing it tells is counted. Each bound is for its own critic: that of
InfoNCE is free up to a function of x, that of DV up to a constant, those of NWJ and JS are log r at
their best (Poole et al., On Variational Bounds of Mutual Information, ICML 2019).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

CLIP = 5.0  # of scores of negatives, when SMILE is evaluated

Bound = Callable[[Tensor, Tensor], Tensor]  # of scores and of the mask of negatives, (n, n) both


def infonce(scores: Tensor, mask: Tensor) -> Tensor:
    """Lower in expectation, and never above the logarithm of the largest number of negatives + 1.

    Args:
        scores: f(x_i, y_j).
        mask: True where j is a negative of i; never on the diagonal.
    """
    both = mask | torch.eye(len(scores), dtype=torch.bool)
    candidates = scores.masked_fill(~both, -math.inf)
    return (scores.diagonal() - candidates.logsumexp(1) + both.sum(1).log()).mean()


def dv(scores: Tensor, mask: Tensor) -> Tensor:
    """Donsker & Varadhan: lower in expectation but for the logarithm of a mean of few."""
    return scores.diagonal().mean() - _log_mean_exp(scores, mask)


def smile(scores: Tensor, mask: Tensor) -> Tensor:
    """As ``dv``, with scores of negatives clipped: less variance, and no bound any more."""
    return scores.diagonal().mean() - _log_mean_exp(scores.clamp(-CLIP, CLIP), mask)


def nwj(scores: Tensor, mask: Tensor) -> Tensor:
    """Nguyen, Wainwright & Jordan: lower in expectation, of a critic whose best is log r.

    In the paper it is E f - E exp(f - 1), whose best is 1 + log r; here f - 1 is scored, so that a
    critic of nothing is 0 and says 0.
    """
    return scores.diagonal().mean() - _log_mean_exp(scores, mask).exp() + 1


def js(scores: Tensor, mask: Tensor) -> Tensor:
    """What a classifier of rows against negatives gains; its best score is log r. No information.

    This trains critics of ``smile``: its own clipped objective has no largest value.
    """
    softplus = torch.nn.functional.softplus
    return -softplus(-scores.diagonal()).mean() - _mean(softplus(scores), mask)


def club(scores: Tensor, mask: Tensor) -> Tensor:
    """Upper where scores are log p(y | x) up to a function of y: means, and none of exponents."""
    return scores.diagonal().mean() - _mean(scores, mask)


def _mean(values: Tensor, mask: Tensor) -> Tensor:
    """Over the negatives of each row, then over rows that have some."""
    counts = mask.sum(1)
    rows = counts > 0
    return ((values * mask).sum(1)[rows] / counts[rows]).mean()


def _log_mean_exp(scores: Tensor, mask: Tensor) -> Tensor:
    """Logarithm of the mean of exp over negatives, each row counting once."""
    counts = mask.sum(1)
    rows = counts > 0
    each = scores.masked_fill(~mask, -math.inf)[rows].logsumexp(1) - counts[rows].log()
    return each.logsumexp(0) - math.log(int(rows.sum()))
