"""What asks codes to be independent, of a batch of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Literal

import torch
from torch import Tensor

from pid.estimators.coordination.similarity import squared_distances
from pid.estimators.fission.codes import Code, risen
from pid.estimators.neural.trainer import Noise

Kind = Literal["covariance", "hsic", "price", "prior"]
PENALTIES: Mapping[Kind, float] = {"covariance": 15.0, "hsic": 15.0, "price": 1.0, "prior": 15.0}
CHEAPER = 0.2  # price of the common factor beside private ones: what both may hold goes there
TINY = 1e-4  # added to deviations and norms, for gradients where a column says nothing


def dependence_of(
    kind: Kind,
    codes: Sequence[Code | Tensor],
    factors: Sequence[Tensor],
    labels: Tensor,
    noise: Noise,
) -> Tensor:
    """What the dependence of a common factor and private ones costs, by some kind.

    Args:
        kind: see ``FactorizedGenerative``.
        codes: of the factors, with a price where that is the kind.
        factors: drawn from them.
        labels: of the rows, as places of classes.
        noise: what a normal prior is drawn from, and how far prices have risen.
    """
    if kind == "price":
        common, *private = (code.price() for code in codes if isinstance(code, Code))
        return risen(noise) * (CHEAPER * common + private[0] + private[1])
    if kind == "prior":
        return torch.stack([discrepancy(z, noise.normal(z)) for z in factors]).sum()
    measure = cross_covariance if kind == "covariance" else dependence
    pairs = [measure(a, b) for a, b in combinations(factors, 2)]
    return torch.stack(pairs + [told(z, labels) for z in factors[1:]]).sum()


def cross_covariance(a: Tensor, b: Tensor) -> Tensor:
    """Mean square of the correlations of the columns of two codes; 0 is not independence."""
    return ((_standardised(a).T @ _standardised(b) / len(a)) ** 2).mean()


def dependence(a: Tensor, b: Tensor) -> Tensor:
    """HSIC of two codes beside the sizes of their similarities: from 0 to 1.

    Gretton et al. (ALT 2005), definition 2, as an alignment (Cortes et al., JMLR 2012).
    """
    return _aligned(_similarities(a), _similarities(b))


def told(factor: Tensor, labels: Tensor) -> Tensor:
    """The same of a factor and classes, of which equal ones are alike."""
    alike = (labels[:, None] == labels).to(factor.dtype)
    return _aligned(_similarities(factor), _centred(alike))


def discrepancy(a: Tensor, b: Tensor) -> Tensor:
    """Maximum mean discrepancy of two samples, squared: 0 where they are of one distribution.

    With exp(-|a - b|^2 / columns) (Gretton et al., JMLR 2012, equation 5), as Tsai et al. (2019)
    match factors with a normal prior.
    """

    def mean(a: Tensor, b: Tensor) -> Tensor:
        return torch.exp(-_squared(a, b) / a.shape[1]).mean()

    return mean(a, a) + mean(b, b) - 2 * mean(a, b)


def _standardised(z: Tensor) -> Tensor:
    return (z - z.mean(dim=0)) / (z.std(dim=0, correction=0) + TINY)


def _similarities(z: Tensor) -> Tensor:
    """Centred; the width is the mean distance of rows of independent columns."""
    z = _standardised(z)
    return _centred(torch.exp(-_squared(z, z) / (2 * z.shape[1])))


def _squared(a: Tensor, b: Tensor) -> Tensor:
    found = squared_distances(a, b)
    assert isinstance(found, Tensor)
    return found


def _centred(K: Tensor) -> Tensor:
    return K - K.mean(dim=0) - K.mean(dim=1, keepdim=True) + K.mean()


def _aligned(K: Tensor, L: Tensor) -> Tensor:
    # where all are alike, as of a batch of one class, a root of 0 would have no gradient
    sizes = ((K * K).sum() * (L * L).sum()).clamp(min=TINY**2)
    return (K * L).sum() / (sizes.sqrt() + TINY)
