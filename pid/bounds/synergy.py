"""How much synergy there can be, given what half-labelled data tell: the sharp interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pid.bounds.maximum_entropy import MaximumEntropy, maximum_entropy
from pid.bounds.minimum_entropy import Family, MinimumEntropy, minimum_entropy
from pid.bounds.pairs import AGREE, Floats, Pairs, as_pairs, error, mismatch, pairs_of
from pid.bounds.published import published_bounds
from pid.decomposition import Decomposition
from pid.errors import CheckFailed, InvalidDistribution, InvalidInput
from pid.exact import check_tol, decompose
from pid.information import Unit, entropy, mutual_information, nats_per

ROUGH = 1e-10  # share of the joint of largest entropy that is put where a vertex has nothing


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SynergyBounds:
    """All values that synergy can have, given p(x1, y), p(x2, y) and p(x1, x2).

    Redundancy and unique information follow from the labelled modalities alone. Synergy is that of
    some joint with the three marginals: anything from ``lower`` to ``upper``, where ``lower`` is
    attained by a joint, and so is ``upper_attained``.

    Attributes:
        lower, upper: certified: lower <= S <= upper for every joint with these marginals.
        upper_attained: the largest synergy of a joint that was found; ``upper`` if ``gap`` is 0.
        redundancy, unique1, unique2: the other atoms, exact.
        unit: of all these, "bit" or "nat".
        lower_joint, upper_joint: joints of shape (n1, n2, k) that attain ``lower`` and
            ``upper_attained``.
        published: bounds from the literature by name, mended where they were wrong.
    """

    lower: float
    upper: float
    upper_attained: float
    redundancy: float
    unique1: float
    unique2: float
    unit: Unit
    lower_joint: Floats
    upper_joint: Floats
    published: dict[str, float]

    @property
    def gap(self) -> float:
        """How far the upper end may be too large."""
        return self.upper - self.upper_attained

    def check(self, p_x1y: ArrayLike, p_x2y: ArrayLike, p_x1x2: ArrayLike) -> None:
        """Verify that both joints have the marginals, and the synergy that is claimed.

        Raises:
            CheckFailed: one has not.
            InvalidDistribution: the three are not tables that fit together.
        """
        pairs = as_pairs(p_x1y, p_x2y, p_x1x2)
        for joint, claimed in (
            (self.lower_joint, self.lower),
            (self.upper_joint, self.upper_attained),
        ):
            away = error(joint, pairs)
            if away > AGREE or joint.min() < 0:
                raise CheckFailed(f"a joint is off the marginals by {away:.3g}")
            union = self.redundancy + self.unique1 + self.unique2
            synergy = mutual_information(joint, (0, 1), 2, unit=self.unit) - union
            if abs(synergy - claimed) > 1e-8:
                raise CheckFailed(f"synergy of a joint is {synergy:.9g}, not {claimed:.9g}")


def synergy_bounds(
    p_x1y: ArrayLike,
    p_x2y: ArrayLike,
    p_x1x2: ArrayLike,
    *,
    unit: Unit = "bit",
    tol: float = 1e-7,
    time_limit: float = 20.0,
) -> SynergyBounds:
    """The sharp interval of synergy from marginals of labelled modalities and unlabelled pairs.

    With M = min_q I_q the union information, which p(x1, y) and p(x2, y) fix, synergy is
    H(X1, X2) + H(Y) - M - H_r for the joint r that was not seen. So its least value is a problem of
    largest entropy (convex), its largest one of least entropy (NP-hard: branch and bound).

    Args:
        p_x1y, p_x2y, p_x1x2: probabilities or counts of shapes (n1, k), (n2, k) and (n1, n2).
        unit: "bit" or "nat".
        tol: gap of the upper end in nats at which the search may stop.
        time_limit: seconds after which it stops with the gap that is left.

    Raises:
        InvalidDistribution: not tables, or not the marginals of any joint; the message says by how
            much they disagree.
        InvalidInput: an option that cannot be.

    Example:
        >>> even = [[1, 1], [1, 1]]  # XOR and three fair coins have the same pair marginals
        >>> b = synergy_bounds(even, even, even)
        >>> round(b.lower, 6), round(b.upper, 6)
        (0.0, 1.0)

    References:
        Liang et al., Multimodal Learning Without Labeled Multimodal Data, ICLR 2024, whose bounds
        are in ``published``.
    """
    nat = nats_per(unit)
    check_tol(tol)
    if not (isinstance(time_limit, int | float) and time_limit > 0):
        raise InvalidInput(f"time_limit must be a positive number of seconds; got {time_limit!r}")
    pairs = as_pairs(p_x1y, p_x2y, p_x1x2)
    most = maximum_entropy(pairs)
    if error(most.joint, pairs) > AGREE:
        raise _no_joint(pairs)
    pairs = pairs_of(most.joint)  # agree to the last digit, which small masses need
    least = minimum_entropy(
        families(pairs), pairs.most.ravel(), most.joint.ravel(), tol=tol, time_limit=time_limit
    )
    union = decompose(most.joint, unit="nat")
    return _concluded(pairs, union, most, least, unit, nat)


def families(pairs: Pairs) -> list[Family]:
    """The three ways to group the cells of a joint by pairs of symbols."""
    n1, n2, k = pairs.shape
    cells = np.arange(n1 * n2 * k).reshape(n1, n2, k)
    return [
        Family(cells.transpose(0, 2, 1).reshape(-1, n2), pairs.p1.ravel()),
        Family(cells.transpose(1, 2, 0).reshape(-1, n1), pairs.p2.ravel()),
        Family(cells.reshape(-1, k), pairs.p12.ravel()),
    ]


def _concluded(
    pairs: Pairs,
    union: Decomposition,
    most: MaximumEntropy,
    least: MinimumEntropy,
    unit: Unit,
    nat: float,
) -> SynergyBounds:
    certificate = union.certificate
    assert certificate is not None
    joint = _on_marginals(least.point.reshape(pairs.shape), pairs, most.joint)
    published = published_bounds(pairs, union)
    ceilings = [value for name, value in published.items() if name.startswith("upper")]
    below = pairs.independent - certificate.primal
    upper = min(
        pairs.independent - certificate.dual - min(least.bound, entropy(joint, unit="nat")),
        entropy(pairs.p1.sum(axis=0), unit="nat") - certificate.dual,
        *ceilings,
    )
    return SynergyBounds(
        lower=(below - most.bound) / nat,
        upper=upper / nat,
        upper_attained=(below - entropy(joint, unit="nat")) / nat,
        redundancy=union.redundancy / nat,
        unique1=union.unique1 / nat,
        unique2=union.unique2 / nat,
        unit=unit,
        lower_joint=most.joint,
        upper_joint=joint,
        published={name: value / nat for name, value in published.items()},
    )


def _on_marginals(vertex: Floats, pairs: Pairs, inside: Floats) -> Floats:
    """The joint nearest to what a linear program gave, whose marginals are only roughly right."""
    prior = np.maximum(vertex, 0) + ROUGH * inside + (inside == 0)
    return maximum_entropy(pairs, prior).joint


def _no_joint(pairs: Pairs) -> InvalidDistribution:
    mass, _ = mismatch(pairs)
    return InvalidDistribution(
        f"no joint has these three marginals: at least {mass:.3g} of the mass must be moved, "
        "though each two of them agree. Are they from different populations?"
    )
