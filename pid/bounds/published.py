"""Bounds of synergy as they were published, with what had to be mended, beside the sharp ones.

All in nats, from the pair marginals alone; Liang et al., Multimodal Learning Without Labeled
Multimodal Data (ICLR 2024).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pid._types import Floats
from pid.bounds.coupling_bounds import majorization_bound, profile_bound
from pid.bounds.pairs import Pairs
from pid.core.decompose import decompose
from pid.core.decomposition import Decomposition
from pid.core.information import mutual_information


def published_bounds(pairs: Pairs, union: Decomposition) -> dict[str, float]:
    """Every bound by its name; ``union`` has redundancy and what is unique, in nats."""
    swapped = Pairs(pairs.p2, pairs.p1, pairs.p12.T)
    couplings = {
        name: pairs.independent - least - (union.redundancy + union.unique1 + union.unique2)
        for name, least in (
            ("majorization", coupled(pairs, majorization_bound)),
            ("profile", coupled(pairs, profile_bound)),
        )
    }
    alpha = disagreement(pairs)
    return {
        "lower: redundancy, over x1": from_redundancy(pairs, union.unique1),
        "lower: redundancy, over x2": from_redundancy(swapped, union.unique2),
        "lower: disagreement, larger unique": alpha / 4 - max(union.unique1, union.unique2),
        "lower: disagreement, mean unique": alpha / 4 - (union.unique1 + union.unique2) / 2,
        "upper: coupling, majorization": couplings["majorization"],
        "upper: coupling, profile": couplings["profile"],
    }


def from_redundancy(pairs: Pairs, unique1: float) -> float:
    """Theorem 1, relaxed to two pairs: S >= min_q I_q(X1; X2, Y) - I(X1; X2) - U1.

    The minimum over q with p(x1, x2) and p(x1, y) is that of a decomposition whose target is X1.
    With R - I(X1; Y) = -U1 it is the theorem's R - I(X1; X2) + min_q I_q(X1; X2 | Y), and also
    min_q I_q(X1; Y | X2) - U1, which the code beside the paper has as a bound of its own, with U1
    and U2 in each other's place. The theorem with all three pairs is the sharp lower end.
    """
    of_x1 = decompose(without_interaction(pairs), unit="nat", keep_coupling=False)
    union = of_x1.redundancy + of_x1.unique1 + of_x1.unique2
    return union - mutual_information(pairs.p12, 0, 1, unit="nat") - unique1


def without_interaction(pairs: Pairs) -> Floats:
    """The joint p(x1, x2) p(y | x1), with its axes in the order (x2, y, x1)."""
    p_x1 = pairs.p12.sum(axis=1)
    inverse = np.divide(1, p_x1, out=np.zeros_like(p_x1), where=p_x1 > 0)
    return np.asarray(np.einsum("ij,iy,i->jyi", pairs.p12, pairs.p1, inverse))


def disagreement(pairs: Pairs) -> float:
    """alpha = E |p(y | x1) - p(y | x2)|^2 over unlabelled pairs.

    Theorem 2 bounds synergy by c alpha - max(U1, U2). With c of one bit, as its code has it, that
    is false. With v_i = p(y | x1, x2) - p(y | x_i), Pinsker's inequality for vectors that sum to 0
    gives I(X_j; Y | X_i) >= E|v_i|^2 nats, and alpha <= 2 (E|v_1|^2 + E|v_2|^2), so that
    U1 + U2 + 2 S >= alpha / 2: c is a quarter of a nat, and the mean of U1 and U2 will do.
    """
    given1 = _conditional(pairs.p1)
    given2 = _conditional(pairs.p2)
    return float(
        sum(
            (pairs.p12 * (a[:, None] - b) ** 2).sum()
            for a, b in zip(given1.T, given2.T, strict=True)
        )
    )


def _conditional(pair: Floats) -> Floats:
    of_x = pair.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(pair, of_x, out=np.zeros_like(pair), where=of_x > 0))


def coupled(pairs: Pairs, least: Callable[..., float]) -> float:
    """The largest lower bound of a joint's entropy: as coupling of a pair and what is left.

    Theorem 4: S is at most H(X1, X2) + H(Y) less the least entropy of such a coupling and what the
    modalities say alone. The theorem couples (X1, X2) with Y; the code takes the best of all three.
    """
    whole = (
        (pairs.p12.ravel(), pairs.p1.sum(axis=0)),
        (pairs.p1.ravel(), pairs.p2.sum(axis=1)),
        (pairs.p2.ravel(), pairs.p1.sum(axis=1)),
    )
    return max(least(*marginals, unit="nat") for marginals in whole)
