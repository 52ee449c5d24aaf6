"""How much synergy there can be, given what half-labelled data tell: the sharp interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from pid._types import Floats
from pid.bounds import binary
from pid.bounds.maximum_entropy import MaximumEntropy
from pid.bounds.minimum_entropy import Family, MinimumEntropy, minimum_entropy
from pid.bounds.pairs import Pairs, as_pairs
from pid.bounds.performance import fano_accuracy, feder_merhav_accuracy
from pid.bounds.polytope import check_joint, consistent, on_marginals
from pid.bounds.published import published_bounds
from pid.checks import SECONDS, TEXT, TOL, UNIT, checked, each, number
from pid.core.answer import Drawn
from pid.core.decompose import decompose
from pid.core.decomposition import ATOMS, ROUNDING, Decomposition, Status, shown, status_of
from pid.core.information import Unit, entropy, mutual_information, nats_per
from pid.errors import CheckFailed

if TYPE_CHECKING:
    import pandas as pd

CONTRADICTED = 1e-8  # nats by which an upper bound is below what a joint attains, to be none
SMALL = 0.01  # share of H(Y) below which synergy is called next to nothing


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SynergyBounds(Drawn):
    """All values that synergy can have, given p(x1, y), p(x2, y) and p(x1, x2).

    Redundancy and unique information follow from the labelled modalities alone. Synergy is that of
    some joint with the three marginals: anything from ``lower`` to ``upper``, where ``lower`` is
    attained by a joint, and so is ``upper_attained``.

    Marginals that are given with rounding errors are those of no joint. All of this is said of the
    marginals of ``lower_joint``, each of which is within 1e-10 of what was given.

    Attributes:
        lower, upper: certified: lower <= S <= upper for every joint with these marginals.
        upper_attained: the largest synergy of a joint that was found; ``upper`` if ``gap`` is 0.
        redundancy, unique1, unique2: the other atoms, exact.
        unit: of all these, "bit" or "nat".
        lower_joint, upper_joint: joints of shape (n1, n2, k) that attain ``lower`` and
            ``upper_attained``.
        status: how far the upper end is proved to be the largest synergy.
        published: bounds from the literature by name, mended where they were wrong.
    """

    picture: ClassVar[str] = "bounds"

    lower: float
    upper: float
    upper_attained: float
    redundancy: float
    unique1: float
    unique2: float
    unit: Unit
    lower_joint: Floats
    upper_joint: Floats
    status: Status
    published: dict[str, float]

    @property
    def gap(self) -> float:
        """How far the upper end may be too large."""
        return self.upper - self.upper_attained

    @property
    def total(self) -> tuple[float, float]:
        """Ends of I(Y; X1, X2)."""
        union = self.redundancy + self.unique1 + self.unique2
        return union + self.lower, union + self.upper

    @property
    def target_entropy(self) -> float:
        """H(Y)."""
        return entropy(self.p_y, unit=self.unit)

    @property
    def p_y(self) -> Floats:
        """Probabilities of the classes."""
        return np.asarray(self.lower_joint.sum(axis=(0, 1)))

    @property
    def log_loss(self) -> tuple[float, float]:
        """Ends of the least log-loss of a multimodal model, H(Y | X1, X2)."""
        low, high = self.total
        return self.target_entropy - high, self.target_entropy - low

    @property
    def accuracy(self) -> tuple[float, float]:
        """Ends of the best accuracy that follow from the information alone.

        By Feder & Merhav's bound and Fano's; ``accuracy_bounds`` is sharper, but for large tables.
        """
        low, high = (min(max(i, 0.0), self.target_entropy) for i in self.total)
        return (
            feder_merhav_accuracy(low, self.p_y, unit=self.unit),
            fano_accuracy(high, self.p_y, unit=self.unit),
        )

    @property
    def reading(self) -> str:
        """The answer in plain words."""
        return self.read((self.lower, self.upper))

    @checked(synergy=each(number(), 2), names=each(TEXT, 2))
    def read(self, synergy: tuple[float, float], *, names: tuple[str, str] = ("x1", "x2")) -> str:
        """The answer in plain words; ``synergy`` may be wider, as of samples."""
        known = self.redundancy + self.unique1 + self.unique2
        low, high = (shown(max(end, 0.0)) for end in synergy)
        extent = high if low == high else f"between {low} and {high}"
        alone = f"beside {shown(known)} that {names[0]} and {names[1]} say alone"
        words = f"Synergy is {extent} {self.unit}, {alone}"
        if synergy[1] <= SMALL * self.target_entropy + ROUNDING:
            return f"{words}: next to nothing needs both."
        if synergy[0] > known:
            return f"{words}: more needs both than can be had from one."
        return f"{words}." if low == high else f"{words}; only labelled pairs can tell more."

    def to_dict(self) -> dict[str, object]:
        """The names and values of the JSON output."""
        (low, high), losses, accuracies = self.total, self.log_loss, self.accuracy
        return {
            "redundancy": self.redundancy,
            "unique1": self.unique1,
            "unique2": self.unique2,
            "synergy_lower": self.lower,
            "synergy_upper": self.upper,
            "synergy_upper_attained": self.upper_attained,
            "total_lower": low,
            "total_upper": high,
            "log_loss_lower": losses[0],
            "log_loss_upper": losses[1],
            "accuracy_lower_by_information": accuracies[0],
            "accuracy_upper_by_information": accuracies[1],
            "gap": self.gap,
            "status": self.status.value,
            "published": self.published,
            "unit": self.unit,
        }

    def to_frame(self) -> pd.DataFrame:
        """One row an atom: "atom", "lower" and "upper", which differ for synergy alone, "unit"."""
        import pandas as pd

        ends = [(name, getattr(self, name), getattr(self, name)) for name in ATOMS[:3]]
        rows = [*ends, (ATOMS[3], self.lower, self.upper)]
        return pd.DataFrame(rows, columns=["atom", "lower", "upper"]).assign(unit=self.unit)

    def __repr__(self) -> str:
        size = " x ".join(map(str, self.lower_joint.shape))
        rows = [f"Half-labelled {size} table, in {self.unit}"]
        rows += [f"  {n:<11}{shown(getattr(self, n))}" for n in ATOMS if n != "synergy"]
        rows.append(f"  synergy    {shown(self.lower)} to {shown(self.upper)}")
        return "\n".join([*rows, self.reading])

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
            check_joint(joint, pairs)
            union = self.redundancy + self.unique1 + self.unique2
            synergy = mutual_information(joint, (0, 1), 2, unit=self.unit) - union
            if abs(synergy - claimed) > 1e-8:
                raise CheckFailed(f"synergy of a joint is {synergy:.9g}, not {claimed:.9g}")


@checked(unit=UNIT, tol=TOL, time_limit=SECONDS)
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

    Examples:
        >>> even = [[1, 1], [1, 1]]  # XOR and three fair coins have the same pair marginals
        >>> b = synergy_bounds(even, even, even)
        >>> round(b.lower, 6), round(b.upper, 6)
        (0.0, 1.0)

    References:
        Liang et al., Multimodal Learning Without Labeled Multimodal Data, ICLR 2024, whose bounds
        are in ``published``.
    """
    pairs, most = consistent(p_x1y, p_x2y, p_x1x2)
    least = _least(pairs, most.joint, tol, time_limit)
    union = decompose(most.joint, unit="nat")
    return _concluded(pairs, union, most, least, unit, tol)


def _least(pairs: Pairs, joint: Floats, tol: float, time_limit: float) -> MinimumEntropy:
    """The joint of least entropy; of two symbols each there are only two to look at."""
    if pairs.shape == (2, 2, 2):
        point = binary.least_entropy(joint[None])
        value = float(binary.entropies(point)[0])
        return MinimumEntropy(value, value, point.ravel(), 0)
    return minimum_entropy(
        families(pairs), pairs.most.ravel(), joint.ravel(), tol=tol, time_limit=time_limit
    )


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
    tol: float,
) -> SynergyBounds:
    certificate = union.certificate
    assert certificate is not None
    nat = nats_per(unit)
    below = pairs.independent - certificate.primal
    lower = below - most.entropy
    joint = on_marginals(least.point.reshape(pairs.shape), pairs, most.joint)
    attained = mutual_information(joint, (0, 1), 2, unit="nat") - certificate.primal
    if attained < lower:
        joint, attained = most.joint, lower
    published = {"lower: redundancy, full program": lower} | published_bounds(pairs, union)
    upper = _ceiling(
        attained,
        pairs.independent - certificate.dual - least.bound,
        entropy(pairs.p1.sum(axis=0), unit="nat") - certificate.dual,
        *(value for name, value in published.items() if name.startswith("upper")),
    )
    return SynergyBounds(
        lower=lower / nat,
        upper=upper / nat,
        upper_attained=attained / nat,
        redundancy=union.redundancy / nat,
        unique1=union.unique1 / nat,
        unique2=union.unique2 / nat,
        unit=unit,
        lower_joint=most.joint,
        upper_joint=joint,
        status=status_of(upper - attained, tol),
        published={name: value / nat for name, value in published.items()},
    )


def _ceiling(attained: float, *bounds: float) -> float:
    """The least upper bound that no joint contradicts, and at least what one attains.

    By rounding a bound may be a little too low; one that is lower by more is no bound. If none is
    left nothing is proved.
    """
    sound = [bound for bound in bounds if bound >= attained - CONTRADICTED]
    return max(attained, min(sound, default=np.inf))
