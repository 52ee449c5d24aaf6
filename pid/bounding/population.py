"""Whether three samples can be of one population."""

from __future__ import annotations

import numpy as np
from scipy.stats import chi2

from pid.bounding.counting import SETS
from pid.bounds.pairs import Pairs
from pid.bounds.reconciliation import Reconciled
from pid.errors import InvalidInput

DOUBT = 0.01  # p-values below it are a warning
MOST_MOVED, SURE = 0.1, 1e-6  # an error: so much had to be moved, at so small a p-value
SPARSE = 2  # a warning: fewer samples per cell of a table that occurs


def p_value_of(found: Reconciled, shape: tuple[int, int, int]) -> float:
    """Twice the lost log-likelihood is chi-squared, with a degree for each shared share."""
    return float(chi2.sf(found.lack, sum(n - 1 for n in shape)))


def check_population(found: Reconciled, p_value: float) -> None:
    """Raise InvalidInput if the samples are clearly not of one population."""
    worst = int(np.argmax(found.moved))
    if p_value < SURE and found.moved[worst] > MOST_MOVED:
        raise InvalidInput(
            "the three samples are not of one population: to be the marginals of one joint, "
            f"{found.moved[worst]:.0%} of {SETS[worst]} would have to move (p = "
            f"{p_value:.1g}). Draw them alike, and balance classes in none or in all of them"
        )


def doubts(found: Reconciled, p_value: float, counts: Pairs) -> tuple[str, ...]:
    """Reasons not to trust the numbers."""
    found_doubts = []
    if p_value < DOUBT:
        worst = int(np.argmax(found.moved))
        found_doubts.append(
            f"the three samples do not look like one population (p = {p_value:.1g}): "
            f"{found.moved[worst]:.1%} of {SETS[worst]} had to be moved to make them agree"
        )
    for name, table in zip(SETS, counts, strict=True):
        rows = float(table.sum() / np.count_nonzero(table))
        if rows < SPARSE:
            found_doubts.append(
                f"{name} is too small to trust: {rows:.1f} rows per pair of symbols that occurs, "
                f"fewer than {SPARSE}; take more rows, fewer clusters, or fewer classes"
            )
    return tuple(found_doubts)
