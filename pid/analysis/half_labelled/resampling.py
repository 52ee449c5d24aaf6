"""How far both ends of the interval of synergy may be off by sampling."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from pid._types import Floats
from pid.bounds import rough
from pid.bounds.maximum_entropy import maximum_entropy
from pid.bounds.pairs import Pairs
from pid.bounds.reconciliation import Reconciled, reconciled, sample, start_of
from pid.inference.assessment import Resampling
from pid.inference.intervals import Bounds, between
from pid.parallel.progress import tell

# At a kink, where an end falls to all sides, bias is c / sqrt(n). The bootstrap starts from where
# samples are already off the kink, and sees (sqrt(2) - 1) c / sqrt(n) more of it: so much is left.
AT_KINKS = 1 / (np.sqrt(2) - 1) - 1


class Ends(NamedTuple):
    """What is resampled, in this order, in nats and shares."""

    redundancy: float
    unique1: float
    unique2: float
    synergy_lower: float
    synergy_upper: float
    accuracy_x1: float
    accuracy_x2: float
    accuracy_lower: float
    accuracy_upper: float
    gain_lower: float
    gain_upper: float


SHARES = np.array([name.startswith(("accuracy", "gain")) for name in Ends._fields])


def intervals_of(
    values: Floats,
    found: Reconciled,
    sizes: tuple[int, int, int],
    asked: Resampling,
    weights: Callable[[Pairs], Floats],
    progress: Callable[[int, int], None],
) -> Bounds:
    """Parametric bootstrap: samples of these sizes from the reconciled marginals, reconciled anew.

    The ends of a replicate are those of the first relaxation, as are those that they are compared
    with: the search for exact ends would take as many times as long.

    Args:
        values: the ends, as in ``Ends``.
        found: the marginals to draw from.
        sizes: rows of the three samples.
        asked: nominal coverage, how many samples, and the seed.
        weights: what recognising each class is worth, of pair marginals.
        progress: called with the number of finished replicates, and of all.
    """
    rng = np.random.default_rng(asked.random_state)
    start = start_of(found)
    near = ends(found.pairs, weights)
    drawn = np.empty((asked.replicates, len(near)))
    for b in range(asked.replicates):
        counts = sample(rng, found.pairs, sizes)
        drawn[b] = ends(reconciled(counts, start).pairs, weights)
        tell("resampling", b + 1, asked.replicates)
        progress(b + 1, asked.replicates)
    shift = drawn.mean(axis=0) - near
    low, high = between(values, values - shift, drawn.std(axis=0, ddof=1), asked.interval)
    left = AT_KINKS * np.abs(shift)
    # no share is above 1, and no atom above what there is to be known of so many classes
    most = np.where(SHARES, 1.0, np.log(found.joint.shape[2]))
    return Bounds(np.clip(low - left, 0, most), np.clip(high + left, 0, most))


def ends(pairs: Pairs, weights: Callable[[Pairs], Floats]) -> Floats:
    """All ends, by their first relaxations."""
    inside = maximum_entropy(pairs).joint
    redundancy, unique1, unique2, lower, upper = rough.synergy(pairs, inside)
    first, second, least, most = rough.accuracy(pairs, inside, weights(pairs))
    alone = max(first, second)
    return np.array(
        Ends(
            redundancy,
            unique1,
            unique2,
            lower,
            upper,
            first,
            second,
            least,
            most,
            least - alone,
            most - alone,
        )
    )
