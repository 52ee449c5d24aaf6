"""What intervals of informations say of multi-view redundancy, at a size that counts as nothing.

Contrastive learning keeps what both views share. It keeps all that is told of y where neither view
tells anything beyond the other, and nothing else where views share nothing once y is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pid.core.decomposition import ROUNDING
from pid.core.information import Unit, nats_per

Verdict = Literal["holds", "fails", "undecided"]
Signal = Literal["not enough signal", "just right", "too much noise", "undecided"]
Ends = tuple[float, float] | None

EPS = 0.05  # bit: what is at most this is next to nothing, where nothing else is asked for


def in_unit(eps: float, unit: Unit) -> float:
    """A number of bits in another unit."""
    return eps * nats_per("bit") / nats_per(unit)


def is_above(ends: Ends, eps: float) -> bool:
    """Whether an interval begins above ``eps``, by more than rounding."""
    return ends is not None and ends[0] > eps + ROUNDING


def is_at_most(ends: Ends, eps: float) -> bool:
    """Whether an interval ends at ``eps`` or below."""
    return ends is not None and ends[1] <= eps + ROUNDING


def verdict_of(beyond: Sequence[Ends], eps: float) -> Verdict:
    """Whether multi-view redundancy holds, of the intervals of I(X1; Y | X2) and I(X2; Y | X1).

    Examples:
        >>> verdict_of([(0.0, 0.02), (0.0, 0.04)], EPS), verdict_of([(0.0, 0.02), (0.1, 0.3)], EPS)
        ('holds', 'fails')
        >>> verdict_of([(0.0, 0.02), (0.03, 0.3)], EPS), verdict_of([None, None], EPS)
        ('undecided', 'undecided')
    """
    if any(is_above(ends, eps) for ends in beyond):
        return "fails"
    return "holds" if all(is_at_most(ends, eps) for ends in beyond) else "undecided"


def signal_of(
    beyond: Sequence[Ends], shared: Ends, besides: Ends, eps: float
) -> tuple[Signal, ...]:
    """How much is shared: too little of y, too much that is not y, both of these, or just enough.

    Sources that tell of each other only once y is known share no noise: that is synergy.

    Args:
        beyond: intervals of I(X1; Y | X2) and I(X2; Y | X1).
        shared: of I(X1; X2).
        besides: of I(X1; X2 | Y).
        eps: in the same unit.

    Examples:
        >>> nothing, some = (0.0, 0.01), (0.4, 0.6)
        >>> signal_of([some, nothing], some, some, EPS)
        ('not enough signal', 'too much noise')
        >>> signal_of([nothing, nothing], some, nothing, EPS)
        ('just right',)
    """
    redundant = verdict_of(beyond, eps)
    noise = is_above(besides, eps) and is_above(shared, eps)
    found: list[Signal] = ["not enough signal"] * (redundant == "fails")
    found += ["too much noise"] * noise
    if redundant == "holds" and is_at_most(besides, eps):
        found.append("just right")
    return tuple(found) or ("undecided",)
