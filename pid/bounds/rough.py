"""Ends of the intervals without a search: fast, and continuous in the marginals, to resample."""

from __future__ import annotations

import numpy as np

from pid._types import Floats
from pid.bounds import binary
from pid.bounds.accuracy import best_accuracy, least_accuracy, searched_accuracy
from pid.bounds.coupling_bounds import profile_bound
from pid.bounds.minimum_entropy import relaxed, tightened
from pid.bounds.pairs import Pairs
from pid.bounds.published import coupled
from pid.bounds.synergy import families
from pid.core.decompose import decompose
from pid.core.information import entropy

MOST_CELLS = 2_000  # of a joint whose relaxation is solved; else by the profile of its pairs


def synergy(pairs: Pairs, inside: Floats) -> tuple[float, float, float, float, float]:
    """R, U1, U2 and both ends of synergy in nats; the upper one by the first relaxation.

    ``inside`` is the joint of largest entropy.
    """
    most = entropy(inside, unit="nat")
    d = decompose(inside, unit="nat", keep_coupling=False)
    union = d.redundancy + d.unique1 + d.unique2
    least = _least_entropy(pairs, inside)
    upper = min(pairs.independent - least, entropy(pairs.p1.sum(axis=0), unit="nat")) - union
    return d.redundancy, d.unique1, d.unique2, pairs.independent - most - union, upper


def accuracy(pairs: Pairs, inside: Floats, weights: Floats) -> tuple[float, float, float, float]:
    """Best accuracy from x1, from x2, and both ends of that from both; the upper one as found."""
    found = searched_accuracy(pairs, weights, inside, np.inf)
    return (
        best_accuracy(pairs.p1 * weights),
        best_accuracy(pairs.p2 * weights),
        least_accuracy(pairs, weights, inside, np.inf)[0],
        best_accuracy(found * weights),
    )


def _least_entropy(pairs: Pairs, inside: Floats) -> float:
    if pairs.shape == (2, 2, 2):
        return float(binary.entropies(binary.least_entropy(inside[None]))[0])
    floor = coupled(pairs, profile_bound)
    if inside.size > MOST_CELLS:
        return floor
    groups = families(pairs)
    box = tightened(groups, np.zeros(inside.size), pairs.most.ravel())
    found = None if box is None else relaxed(groups, *box)
    return floor if found is None else max(floor, found.bound)
