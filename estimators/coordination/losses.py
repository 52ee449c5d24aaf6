"""What contrastive and decorrelating losses ask of the codes of a batch of pairs.

``S`` is the similarity of each first code with each second, shape (n, n): those that belong
together are on the diagonal, all others are negatives.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

INVARIANCE, VARIANCE = 25.0, 25.0  # of VICReg
TINY = 1e-4


def clip(S: Tensor) -> Tensor:
    """Cross-entropy of the right partner among all, both ways (Radford et al., ICML 2021)."""
    right = torch.arange(len(S), device=S.device)
    return (functional.cross_entropy(S, right) + functional.cross_entropy(S.T, right)) / 2


def siglip(S: Tensor) -> Tensor:
    """Every pair by itself: partners or not (Zhai et al., ICCV 2023, algorithm 1).

    The sum over all pairs per row, not their mean, which would be n times smaller.
    """
    signs = 2 * torch.eye(len(S), device=S.device) - 1
    return -functional.logsigmoid(signs * S).sum() / len(S)


def hinge(S: Tensor, margin: float) -> Tensor:
    """Partners closer than others, by a margin, as the first source asks for the second."""
    return _violations(S, margin).sum(dim=1).mean()


def vse(S: Tensor, margin: float) -> Tensor:
    """The same both ways (Kiros et al., 2014)."""
    return hinge(S, margin) + hinge(S.T, margin)


def vse_hardest(S: Tensor, margin: float) -> Tensor:
    """Only the nearest other counts: VSE++ (Faghri et al., BMVC 2018, equation 6)."""
    ways = (_violations(S, margin), _violations(S.T, margin))
    return (ways[0].amax(dim=1) + ways[1].amax(dim=1)).mean()


def barlow(z1: Tensor, z2: Tensor, decorrelation: float) -> Tensor:
    """Columns correlate with their partner and no other (Zbontar et al., ICML 2021, equation 1)."""
    a, b = ((z - z.mean(dim=0)) / (z.std(dim=0) + TINY) for z in (z1, z2))
    C = a.T @ b / (len(a) - 1)
    return ((1 - C.diagonal()) ** 2).sum() + decorrelation * _beside_diagonal(C)


def vicreg(z1: Tensor, z2: Tensor, decorrelation: float) -> dict[str, Tensor]:
    """Alike, of variance 1 at least, and uncorrelated (Bardes et al., ICLR 2022, section 4)."""
    variance = covariance = torch.zeros((), device=z1.device)
    for z in (z1, z2):
        a = z - z.mean(dim=0)
        variance = variance + (1 - (a.var(dim=0) + TINY).sqrt()).clamp(min=0).mean()
        covariance = covariance + _beside_diagonal(a.T @ a / (len(a) - 1)) / a.shape[1]
    return {
        "invariance": INVARIANCE * functional.mse_loss(z1, z2),
        "variance": VARIANCE * variance,
        "covariance": decorrelation * covariance,
    }


def decorrelation_of(loss: str, columns: int) -> float:
    """Weight of what keeps columns from repeating each other.

    The published weights, 5e-3 of Barlow Twins and 1 of VICReg, are for codes of thousands of
    columns: there are so few pairs of columns in narrow ones that it is cheaper to repeat the
    best column. These grow as codes get narrower than 600 and 50 columns.
    """
    if loss == "barlow":
        return min(0.3, max(5e-3, 3 / columns))
    return min(5.0, max(1.0, 50 / columns))


def _violations(S: Tensor, margin: float) -> Tensor:
    """By how much each negative is too near: margin - partner + negative (not the reverse)."""
    found = (margin - S.diagonal()[:, None] + S).clamp(min=0)
    return found.masked_fill(torch.eye(len(S), dtype=torch.bool, device=S.device), 0)


def _beside_diagonal(C: Tensor) -> Tensor:
    return (C**2).sum() - (C.diagonal() ** 2).sum()
