"""How small the entropy of a coupling, a joint with given marginals, can be at least."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pid._types import Floats
from pid.bounds.pairs import named_table
from pid.checks import UNIT, checked
from pid.core.information import Unit, nats_per, xlogx
from pid.errors import InvalidInput


@checked(unit=UNIT)
def majorization_bound(*marginals: ArrayLike, unit: Unit = "bit") -> float:
    """Entropy that no coupling is below: that of the largest lower bound in majorization.

    A coupling refines each marginal, so its k largest masses are at most the k largest of each;
    the distribution with the least of these sums as its sums has the least entropy that leaves
    (Cicalese, Gargano & Vaccaro, IEEE Trans. Inf. Theory 65(6), 2019, theorem 1).

    Args:
        marginals: probabilities or counts of any number of variables, of any lengths.
        unit: "bit" or "nat".

    Raises:
        InvalidDistribution, InvalidInput: not such.

    Examples:
        >>> majorization_bound([0.5, 0.5], [0.6, 0.4])
        1.0
    """
    given = marginals_of(marginals)
    longest = max(map(len, given))
    sums = [np.cumsum(np.sort(p)[::-1]) for p in given]
    least = np.min([np.pad(s, (0, longest - len(s)), mode="edge") for s in sums], axis=0)
    return -float(xlogx(np.maximum(np.diff(least, prepend=0), 0)).sum()) / nats_per(unit)


@checked(unit=UNIT)
def profile_bound(*marginals: ArrayLike, unit: Unit = "bit") -> float:
    """Entropy that no coupling is below: by the sizes that mass can have at most.

    Let F(t) be the mass in symbols of probability at most t. A symbol of probability t is refined
    to smaller ones, so F of a coupling is at least that of each marginal; and entropy is the mean
    of -log t over F, which falls in t (Compton et al., AISTATS 2023).

    Args:
        marginals: probabilities or counts of any number of variables, of any lengths.
        unit: "bit" or "nat".

    Raises:
        InvalidDistribution, InvalidInput: not such.

    Examples:
        >>> round(profile_bound([0.5, 0.5], [0.6, 0.4]), 6)
        1.128771
    """
    given = marginals_of(marginals)
    sizes = np.unique(np.concatenate(given))
    sizes = sizes[sizes > 0]
    profiles = []
    for p in given:
        order = np.sort(p)
        upto = np.searchsorted(order, sizes, side="right")
        profiles.append(np.concatenate([[0.0], np.cumsum(order)])[upto])
    mass = np.diff(np.max(profiles, axis=0), prepend=0)
    return -float((mass * np.log(sizes)).sum()) / nats_per(unit)


def marginals_of(given: tuple[ArrayLike, ...]) -> list[Floats]:
    """Check and normalise marginals of several variables.

    Raises:
        InvalidDistribution, InvalidInput: not such, or fewer than two.
    """
    if len(given) < 2:
        raise InvalidInput(f"a coupling needs two marginals or more; got {len(given)}")
    return [named_table(p, f"marginal {i}", 1) for i, p in enumerate(given)]
