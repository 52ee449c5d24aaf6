"""Whether three samples can be of one population."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.stats import chi2

from pid.analysis.half_labelled.counting import SETS, Counts
from pid.bounds.reconciliation import Reconciled, reconciled, sample, start_of
from pid.errors import InvalidInput

DOUBT = 1e-3  # p-values below it are a warning
MOST_MOVED, SURE = 0.1, 1e-6  # an error: so much had to be moved, at so small a p-value
REPLICATES = 40  # for the degrees of the test
MOST_LOST = 0.02  # a warning: share of a sample that is left out
NEARLY_ALL = 0.95  # a warning: share of rows in one cell
SPARSE = 2  # a warning: fewer samples per cell of a table that occurs


def p_value_of(found: Reconciled, sizes: tuple[int, int, int], random_state: int | None) -> float:
    """Whether samples of one population lose as much log-likelihood by having one joint.

    Twice the loss is a mixture of chi-squared ones: there is a degree for each share that two
    samples tell, and more where a joint can hardly have such marginals. So the degrees are the mean
    over samples of the same sizes from the reconciled marginals.
    """
    rng = np.random.default_rng(random_state)
    start = start_of(found)
    drawn = [reconciled(sample(rng, found.pairs, sizes), start).lack for _ in range(REPLICATES)]
    degrees = max(float(np.mean(drawn)), sum(n - 1 for n in found.joint.shape))
    return float(chi2.sf(found.lack, degrees))


def check_population(found: Reconciled, p_value: float) -> None:
    """Raise InvalidInput if the samples are clearly not of one population."""
    worst = int(np.argmax(found.moved))
    if p_value < SURE and found.moved[worst] > MOST_MOVED:
        raise InvalidInput(
            "the three samples are not of one population: to be the marginals of one joint, "
            f"{found.moved[worst]:.0%} of {SETS[worst]} would have to move (p = "
            f"{p_value:.1g}). Draw them alike, and balance classes in none or in all of them"
        )


def doubts(
    found: Reconciled, p_value: float, counts: Counts, kinds: tuple[str, str], *, chosen: bool
) -> tuple[str, ...]:
    """Reasons not to trust the numbers; ``chosen``: whether a number of clusters was asked for."""
    fewer = {kind for kind in kinds if chosen or kind == "symbols"}
    return (
        *_of_population(found, p_value),
        *_of_symbols(found, kinds),
        *_of_rows(counts, " or ".join(sorted(fewer))),
    )


def _of_population(found: Reconciled, p_value: float) -> Iterator[str]:
    if p_value < DOUBT:
        worst = int(np.argmax(found.moved))
        yield (
            f"the three samples do not look like one population (p = {p_value:.1g}): "
            f"{found.moved[worst]:.1%} of {SETS[worst]} had to be moved to make them agree"
        )


def _of_symbols(found: Reconciled, kinds: tuple[str, str]) -> Iterator[str]:
    for role, kind, pair in zip(("x1", "x2"), kinds, found.pairs[:2], strict=True):
        if kind != "symbols" and pair.sum(axis=1).max() > NEARLY_ALL:
            yield (
                f"nearly all rows of {role} are in one of its {kind}, which tells nothing: the "
                "numbers are of these, and not of its columns; take more of them, or other columns"
            )


def _of_rows(counts: Counts, fewer: str) -> Iterator[str]:
    for name, share in zip(SETS, counts.lost, strict=True):
        if share > MOST_LOST:
            yield (
                f"{share:.0%} of {name} was left out, as no other sample has such symbols or "
                "labels: the numbers are for the rest of them"
            )
    remedy = f"take more rows, fewer {fewer}, or fewer classes"
    if not fewer:
        remedy = "take more rows, or fewer classes"
    for name, table in zip(SETS, counts.pairs, strict=True):
        rows = float(table.sum() / np.count_nonzero(table))
        if rows < SPARSE:
            yield (
                f"{name} is too small to trust: {rows:.1f} rows per pair of symbols that occurs, "
                f"fewer than {SPARSE}; {remedy}"
            )
