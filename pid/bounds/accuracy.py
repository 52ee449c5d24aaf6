"""How accurate the best multimodal model can be, before a labelled pair was seen.

The best accuracy on a joint r is sum_ij max_y r_ijy. Over the joints with three given pair
marginals its least value is a linear program, its largest a mixed-integer one. By minimax the first
is also what one rule, the program's multipliers, attains on every such joint.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import Bounds, LinearConstraint
from scipy.sparse import block_array, csr_array, eye_array, hstack, kron

from pid._types import Floats
from pid.bounds.pairs import Pairs, constraints, pairs_of
from pid.bounds.polytope import check_joint, consistent, on_marginals
from pid.bounds.programs import solved, solved_whole
from pid.checks import FLAG, SECONDS, TEXT, checked, each, number
from pid.core.answer import Answer
from pid.core.decomposition import Status, status_of
from pid.errors import CheckFailed

if TYPE_CHECKING:
    import pandas as pd

ROUNDING = 1e-9
TOL = 1e-6  # what HiGHS's bounds are to be trusted to, and the gap at which a search may stop
WORTH = 0.005  # a gain in accuracy below it does not pay
LOOKS = 20  # of the local search: a rule for a joint, a joint for a rule


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class AccuracyBounds(Answer):
    """Best accuracy on (X1, X2), given p(x1, y), p(x2, y) and p(x1, x2).

    That of the best model of the joint is from ``lower`` to ``upper``, whatever the joint is. Of
    marginals with rounding errors, see ``SynergyBounds``: what is said is said of those of
    ``lower_joint``; balanced, a class of mass 1e-10 may be anything.

    Attributes:
        lower, upper: lower is certified by ``rule``, upper is the bound of HiGHS's search and its
            tolerance, 1e-6 times what recognising a sample of the rarest class is worth.
        lower_attained, upper_attained: the smallest and largest best accuracy of a joint that was
            found; the first differs from ``lower`` only if there was no time for its program.
        unimodal1, unimodal2: best accuracy from x1 alone and from x2 alone, exact.
        majority: accuracy of always saying the commonest class.
        balanced: whether accuracy is the mean over classes of the share that is recognised.
        rule: a probability of each answer for each pair, (n1, n2, k), whose accuracy is at least
            ``lower`` on every joint with these marginals.
        lower_joint, upper_joint: these joints, (n1, n2, k).
    """

    lower: float
    upper: float
    lower_attained: float
    upper_attained: float
    unimodal1: float
    unimodal2: float
    majority: float
    balanced: bool
    rule: Floats
    lower_joint: Floats
    upper_joint: Floats

    @property
    def gap(self) -> float:
        """How far the interval may be too wide, at both ends together."""
        return self.upper - self.upper_attained + self.lower_attained - self.lower

    @property
    def status(self) -> Status:
        """How far both ends are proved, to what HiGHS's bounds are to be trusted.

        Where a class is so rare that this could hide whether fusing pays, to the latter.
        """
        return status_of(self.gap, min(3 * TOL * self._largest_weight, WORTH))

    @property
    def _largest_weight(self) -> float:
        return float(class_weights(pairs_of(self.lower_joint), balanced=self.balanced).max())

    @property
    def unimodal(self) -> float:
        """Best accuracy of one modality, the better of the two."""
        return max(self.unimodal1, self.unimodal2)

    @property
    def gain(self) -> tuple[float, float]:
        """Will fusing pay? What the best multimodal model adds to the best unimodal one."""
        return self.lower - self.unimodal, self.upper - self.unimodal

    @property
    def reading(self) -> str:
        """The answer in plain words."""
        return self.read(self.gain)

    @checked(gain=each(number(), 2), names=each(TEXT, 2))
    def read(self, gain: tuple[float, float], *, names: tuple[str, str] = ("x1", "x2")) -> str:
        """The answer in plain words; ``gain`` may be wider, as of samples."""
        what = "balanced accuracy" if self.balanced else "accuracy"
        best = names[0] if self.unimodal1 > self.unimodal2 - ROUNDING else names[1]
        low, high = _percent(self.lower), _percent(self.upper)
        both = high if low == high else f"between {low} and {high}"
        words = f"{best} alone reaches {_percent(self.unimodal)} {what}, and both together {both}"
        if gain[1] < WORTH:
            return f"Fusing does not pay: {words}."
        if gain[0] >= WORTH:
            return f"Fusing pays, whatever the labels of the pairs are: {words}."
        if low == high:  # what is open is open for sampling alone
            return f"Fusing may pay: {words}; more samples can tell."
        return f"Fusing may pay: {words}; only labelled pairs can tell."

    def to_dict(self) -> dict[str, object]:
        """The names and values of the JSON output."""
        return {
            "accuracy_lower": self.lower,
            "accuracy_upper": self.upper,
            "accuracy_upper_attained": self.upper_attained,
            "accuracy_x1": self.unimodal1,
            "accuracy_x2": self.unimodal2,
            "accuracy_majority": self.majority,
            "balanced": self.balanced,
        }

    def to_frame(self) -> pd.DataFrame:
        """One row by what is there, "given": "lower" and "upper", ends of the best accuracy."""
        import pandas as pd

        known = (self.unimodal1, self.unimodal2, self.majority)
        rows = [(name, v, v) for name, v in zip(("x1", "x2", "majority"), known, strict=True)]
        rows.append(("both", self.lower, self.upper))
        return pd.DataFrame(rows, columns=["given", "lower", "upper"])

    def __repr__(self) -> str:
        what = "Balanced accuracy" if self.balanced else "Accuracy"
        alone = zip(
            ("x1", "x2", "majority"), (self.unimodal1, self.unimodal2, self.majority), strict=True
        )
        rows = [f"  {name:<9}{_percent(value)}" for name, value in alone]
        both = f"  both     {_percent(self.lower)} to {_percent(self.upper)}"
        return "\n".join([f"{what} of the best model", *rows, both, self.reading])

    def check(self, p_x1y: ArrayLike, p_x2y: ArrayLike, p_x1x2: ArrayLike) -> None:
        """Verify that both joints have the marginals, and the best accuracy that is claimed.

        Raises:
            CheckFailed: one has not.
            InvalidDistribution: the three are not tables that fit together.
        """
        pairs, _ = consistent(p_x1y, p_x2y, p_x1x2)
        weights = class_weights(pairs, balanced=self.balanced)
        for joint, claimed in (
            (self.lower_joint, self.lower_attained),
            (self.upper_joint, self.upper_attained),
        ):
            check_joint(joint, pairs)
            found = best_accuracy(joint * weights)
            if abs(found - claimed) > TOL:
                raise CheckFailed(f"the best accuracy on a joint is {found:.9g}, not {claimed:.9g}")


@checked(balanced=FLAG, time_limit=SECONDS)
def accuracy_bounds(
    p_x1y: ArrayLike,
    p_x2y: ArrayLike,
    p_x1x2: ArrayLike,
    *,
    balanced: bool = False,
    time_limit: float = 20.0,
) -> AccuracyBounds:
    """Smallest and largest accuracy of the best multimodal model, given half-labelled data.

    Args:
        p_x1y, p_x2y, p_x1x2: probabilities or counts of shapes (n1, k), (n2, k) and (n1, n2).
        balanced: mean over classes of the share recognised, in place of the share of all.
        time_limit: seconds after which the search for the upper end stops with the gap that is
            left.

    Raises:
        InvalidDistribution: not tables, or not the marginals of any joint.
        InvalidInput: an option that cannot be.

    Examples:
        >>> even = [[1, 1], [1, 1]]  # nobody knows: XOR, or three coins
        >>> b = accuracy_bounds(even, even, even)
        >>> round(b.lower, 6), round(b.upper, 6), round(b.unimodal, 6)
        (0.5, 1.0, 0.5)
    """
    start = time.monotonic()
    pairs, (inside, *_) = consistent(p_x1y, p_x2y, p_x1x2)
    weights = class_weights(pairs, balanced=balanced)
    alone = best_accuracy(pairs.p1 * weights), best_accuracy(pairs.p2 * weights)
    lower, rule, least = least_accuracy(pairs, weights, inside, time_limit / 2)
    upper, largest = _largest(pairs, weights, inside, start + time_limit)
    attained = best_accuracy(largest * weights)
    return AccuracyBounds(
        lower=lower,
        upper=max(upper, attained, lower),  # which differ by rounding where they are the same
        lower_attained=best_accuracy(least * weights),
        upper_attained=attained,
        unimodal1=alone[0],
        unimodal2=alone[1],
        majority=float((pairs.p1.sum(axis=0) * weights).max()),
        balanced=bool(balanced),
        rule=rule,
        lower_joint=least,
        upper_joint=largest,
    )


def best_accuracy(joint: Floats) -> float:
    """Of a joint whose last axis is y: the most likely class for each symbol, or pair of them."""
    return float(joint.max(axis=-1).sum())


def class_weights(pairs: Pairs, *, balanced: bool) -> Floats:
    """What recognising a sample of each class is worth."""
    p_y = pairs.p1.sum(axis=0)
    if not balanced:
        return np.ones(len(p_y))
    occurs = p_y > 0
    share = 1 / occurs.sum()
    return np.asarray(np.divide(share, p_y, out=np.zeros_like(p_y), where=occurs))


def least_accuracy(
    pairs: Pairs, weights: Floats, inside: Floats, seconds: float
) -> tuple[float, Floats, Floats]:
    """The least best accuracy, a rule that has it everywhere, a joint where no rule has more.

    Unknowns: the joint, and for each pair of symbols its largest weighted mass.
    """
    n1, n2, k = pairs.shape
    each = kron(eye_array(n1 * n2), np.ones((k, 1)), format="csr")
    masses = kron(eye_array(n1 * n2), csr_array(np.diag(weights)), format="csr")
    sums = constraints(pairs.shape)
    given = np.concatenate([p.ravel() for p in pairs])
    found = solved(
        np.r_[np.zeros(n1 * n2 * k), np.ones(n1 * n2)],
        seconds,
        A_ub=hstack([masses, -each], format="csr"),
        b_ub=np.zeros(n1 * n2 * k),
        A_eq=hstack([sums, csr_array((len(given), n1 * n2))], format="csr"),
        b_eq=given,
    )
    alone = _better_alone(pairs, weights)
    if found.x is None:  # no time
        return *alone, inside
    rule = np.maximum(-found.ineqlin.marginals.reshape(pairs.shape), 0) + ROUNDING / k
    rule /= rule.sum(axis=2, keepdims=True)
    joint = on_marginals(found.x[: n1 * n2 * k].reshape(pairs.shape), pairs, inside)
    proved = _guaranteed(rule * weights, pairs, found.eqlin.marginals)
    return *max((proved, rule), alone, key=lambda found: found[0]), joint


def _better_alone(pairs: Pairs, weights: Floats) -> tuple[float, Floats]:
    """What the better modality alone has on every joint, and its rule."""
    first, second = pairs.p1 * weights, pairs.p2 * weights
    rules = _rule(first)[:, None] + np.zeros(pairs.shape), _rule(second) + np.zeros(pairs.shape)
    values = best_accuracy(first), best_accuracy(second)
    best = int(values[1] > values[0])
    return values[best], rules[best]


def _guaranteed(value: Floats, pairs: Pairs, multipliers: Floats) -> float:
    """A lower bound of sum(value * r) over all joints r of the pairs, for any multipliers."""
    n1, n2, k = pairs.shape
    a, b, _ = np.split(multipliers, [n1 * k, (n1 + n2) * k])
    a, b = a.reshape(n1, k), b.reshape(n2, k)
    c = (value - a[:, None] - b).min(axis=2)
    return float((pairs.p1 * a).sum() + (pairs.p2 * b).sum() + (pairs.p12 * c).sum())


def _rule(masses: Floats) -> Floats:
    """1 for the class that is most likely, else 0."""
    return np.asarray(np.eye(masses.shape[-1])[masses.argmax(axis=-1)])


def _largest(pairs: Pairs, weights: Floats, inside: Floats, end: float) -> tuple[float, Floats]:
    """An upper bound of the best accuracy, and the joint with the largest one that was found."""
    best = searched_accuracy(pairs, weights, inside, end)
    most = pairs.most * weights
    ceiling = min(1.0, best_accuracy(most), float((pairs.p12 * weights.max()).sum()))
    found = _program(pairs, weights, end)
    if found.x is not None:
        joint = on_marginals(found.x[: most.size].reshape(pairs.shape) * pairs.most, pairs, inside)
        best = max(best, joint, key=lambda r: best_accuracy(r * weights))
    if found.mip_dual_bound is None:
        return ceiling, best
    bound = TOL * float(weights.max()) - float(found.mip_dual_bound)
    contradicted = bound < best_accuracy(best * weights)  # so that it is none
    return ceiling if contradicted else min(ceiling, bound), best


def _program(pairs: Pairs, weights: Floats, end: float) -> Any:
    """Unknowns, as shares of the most that a cell can have: the joint, what a rule gets of it.

    And the rule, which is 0 or 1.
    """
    n1, n2, k = pairs.shape
    size = n1 * n2 * k
    most = pairs.most.ravel()
    same: Any = eye_array(size, format="csr")
    one = kron(eye_array(n1 * n2), np.ones((1, k)), format="csr")
    given = np.concatenate([p.ravel() for p in pairs])
    occurs = given > 0
    rows = np.divide(1, given, out=np.ones_like(given), where=occurs)
    sums = (constraints(pairs.shape) * most * rows[:, None]).tocsr()
    zeros = csr_array((len(given), size))
    fit = LinearConstraint(hstack([sums, zeros, zeros], format="csr"), occurs, occurs)
    recognised: Any = block_array(
        [
            [-same, same, None],  # of mass that is there
            [None, same, -same],  # of what the rule says
            [None, csr_array((n1 * n2, size)), one],  # which is one class
        ],
        format="csr",
    )
    limits = np.r_[np.zeros(2 * size), np.ones(n1 * n2)]
    return solved_whole(
        np.r_[np.zeros(size), -np.tile(weights, n1 * n2) * most, np.zeros(size)],
        end - time.monotonic(),
        integrality=np.r_[np.zeros(2 * size), np.ones(size)],
        bounds=Bounds(0, 1),
        constraints=[fit, LinearConstraint(recognised, -np.inf, limits)],
    )


def searched_accuracy(pairs: Pairs, weights: Floats, inside: Floats, end: float) -> Floats:
    """From a joint to its best rule, from the rule to its best joint, while accuracy grows."""
    sums = constraints(pairs.shape)
    given = np.concatenate([p.ravel() for p in pairs])
    best = inside
    for _ in range(LOOKS):
        value = _rule(best * weights) * weights
        found = solved(-value.ravel(), end - time.monotonic(), A_eq=sums, b_eq=given)
        if found.x is None:
            break
        joint = on_marginals(found.x.reshape(pairs.shape), pairs, inside)
        if best_accuracy(joint * weights) <= best_accuracy(best * weights) + TOL:
            break
        best = joint
    return best


def _percent(share: float) -> str:
    return f"{share:.1%}"
