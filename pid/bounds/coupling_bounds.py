"""How small the entropy of a coupling, a joint with given marginals, can be at least."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pid.information import xlogx

Floats = NDArray[np.float64]


def majorization_bound(*marginals: Floats) -> float:
    """Entropy in nats that no coupling is below: that of the largest lower bound in majorization.

    A coupling refines each marginal, so its k largest masses are at most the k largest of each;
    the distribution with the least of these sums as its sums has the least entropy that leaves
    (Cicalese, Gargano & Vaccaro, IEEE Trans. Inf. Theory 65(6), 2019, theorem 1).

    Args:
        marginals: probabilities of any number of variables, of any lengths.

    Example:
        >>> round(majorization_bound(np.array([0.5, 0.5]), np.array([0.6, 0.4])), 6)
        0.693147
    """
    longest = max(map(len, marginals))
    sums = [np.cumsum(np.sort(p)[::-1]) for p in marginals]
    least = np.min([np.pad(s, (0, longest - len(s)), mode="edge") for s in sums], axis=0)
    return -float(xlogx(np.maximum(np.diff(least, prepend=0), 0)).sum())


def profile_bound(*marginals: Floats) -> float:
    """Entropy in nats that no coupling is below: by the sizes that mass can have at most.

    Let F(t) be the mass in symbols of probability at most t. A symbol of probability t is refined
    to smaller ones, so F of a coupling is at least that of each marginal; and entropy is the mean
    of -log t over F, which falls in t (Compton et al., AISTATS 2023).

    Args:
        marginals: probabilities of any number of variables, of any lengths.

    Example:
        >>> round(profile_bound(np.array([0.5, 0.5]), np.array([0.6, 0.4])), 6)
        0.782405
    """
    sizes = np.unique(np.concatenate(marginals))
    sizes = sizes[sizes > 0]
    profiles = []
    for p in marginals:
        order = np.sort(p)
        upto = np.searchsorted(order, sizes, side="right")
        profiles.append(np.concatenate([[0.0], np.cumsum(order)])[upto])
    mass = np.diff(np.max(profiles, axis=0), prepend=0)
    return -float((mass * np.log(sizes)).sum())
