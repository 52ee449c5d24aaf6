"""P-values far smaller than one over the number of draws, from the draws' first moments.

Counting draws that reach an estimate gives no p-value below 1 / (draws + 1): with 5,000 hypotheses
and 1,000 draws each, nothing could survive the adjustment. Where few draws reach the estimate, a
gamma law with their mean and variance stands for their tail, as sums of squares have nearly; in the
spirit of Knijnenburg et al. (Bioinformatics 25, 2009), who fit the upper tail alone.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import gamma

from pid._types import Floats
from pid.inference.significance import CHUNK, TIE, Null, nulls_of
from pid.inference.units import Units

SMALLEST = 1e-12  # below it a law fitted to a few hundred draws says nothing
CLEAR = 0.1  # p-value of what is far from rejected
ENOUGH = 10  # draws that reach the estimate: then counting is precise enough


def tail_p_value(estimate: float, draws: Floats) -> float:
    """Chance of reaching ``estimate``, by counting where that tells, else by a gamma law.

    Args:
        estimate: in the unit of the draws.
        draws: values under the hypothesis, none of them far below 0.

    Returns:
        Counted if at least ``ENOUGH`` draws reach the estimate; else the smaller of what is counted
        and what the fitted law says.

    Examples:
        >>> draws = np.random.default_rng(0).chisquare(10, size=500)
        >>> 1e-4 < tail_p_value(30.0, draws) < 2e-3  # 8.6e-4 in truth
        True
    """
    reached = int(np.count_nonzero(draws >= estimate - TIE))
    counted = (1 + reached) / (1 + len(draws))
    if reached >= ENOUGH:
        return counted
    mean, variance = float(draws.mean()), float(draws.var(ddof=1))
    if mean <= TIE or variance <= TIE**2:  # nothing but zeros: no law to fit
        return counted
    scale = variance / mean
    fitted = float(gamma.sf(estimate, mean / scale, scale=scale))
    return min(counted, max(fitted, SMALLEST))


def adaptive_p_value(null: Null, replicates: int, rng: np.random.Generator) -> float:
    """Draw until ``ENOUGH`` draws reach the estimate, or ``replicates`` are made (Besag 1991)."""
    draws = np.empty(0)
    while len(draws) < replicates:
        draws = np.append(draws, null.draw(min(CHUNK, replicates - len(draws)), rng))
        if np.count_nonzero(draws >= null.estimate - TIE) >= ENOUGH:
            break
    return tail_p_value(null.estimate, draws)


def largest_p_value(of: str, units: Units, replicates: int, rng: np.random.Generator) -> float:
    """That of an atom, or the total, over its nulls; those after a clear one are spared.

    Args:
        of: see ``significance``.
        units: rows, or groups of them.
        replicates: draws from each null, at most.
        rng: for the nulls, and the draws.
    """
    largest = 0.0
    for null in nulls_of(of, units, rng):
        largest = max(largest, adaptive_p_value(null, replicates, rng))
        if largest > CLEAR:
            break
    return largest
