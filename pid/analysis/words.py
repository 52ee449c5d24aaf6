"""A decomposition in plain words, and the reasons to doubt it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pid.core.decomposition import Decomposition, tiny

SPARSE_BIAS = 0.2  # a total of which more than this share may be sampling bias is not to be trusted
SPARSE_ROWS = 5  # nor is a table with fewer samples than this per occupied pair (x1, x2)
NOUNS = {
    "redundancy": "redundancy",
    "unique1": "unique information of x1",
    "unique2": "unique information of x2",
    "synergy": "synergy",
    "total": "information",
}
LABELS = {
    "redundancy": "redundancy",
    "unique1": "unique to x1",
    "unique2": "unique to x2",
    "synergy": "synergy",
}
_MEANING = {
    "redundancy": "is shared: either of them says it",
    "unique1": "is unique to x1",
    "unique2": "is unique to x2",
    "synergy": "shows only when both are seen together",
}


def read(
    d: Decomposition,
    target_entropy: float | None,
    interval: Mapping[str, tuple[float, float]] | None = None,
) -> str:
    """A decomposition in plain words: how much of y is told, and which atoms hold most of it.

    Args:
        d: the atoms.
        target_entropy: H(y) in the same unit; None where y are numbers.
        interval: of the atoms and of their total.
    """
    if d.total <= tiny(d):
        return "Together x1 and x2 tell nothing about y."
    if interval is not None and interval["total"][0] <= 0:
        return "These data do not show that x1 and x2 tell anything about y: it may be chance."
    extent = _extent(d, target_entropy, None if interval is None else interval["total"])
    shares = sorted(((value / d.total, atom) for atom, value in d.atoms.items()), reverse=True)
    (most, atom), (next_most, next_atom) = shares[:2]
    lead = (
        "Nearly all" if most > 0.9 else "Most" if most > 0.5 else f"The largest part, {most:.0%},"
    )
    sentence = f"{lead} of that {_MEANING[atom]}" if most > 0.5 else f"{lead} {_MEANING[atom]}"
    if next_most >= 0.2:
        sentence += f"; {next_most:.0%} of it {_MEANING[next_atom]}"
    return f"Together x1 and x2 tell {extent}. {sentence}."


def _extent(
    d: Decomposition, target_entropy: float | None, ends: tuple[float, float] | None
) -> str:
    """How much is told, as a share of what there is where that is known, and between what."""
    if target_entropy is None:
        between = "" if ends is None else f" ({ends[0]:.2g} to {ends[1]:.2g})"
        return f"{d.total:.2g} {d.unit} about y{between}"
    told = d.total / target_entropy
    share = "all" if told > 0.9995 else f"{told:.0%}" if told >= 0.005 else "less than 1%"
    between = ""
    if ends is not None and ends[1] - ends[0] > tiny(d):
        low, high = (min(max(end / target_entropy, 0), 1) for end in ends)  # in words, a share
        between = f" ({low:.0%} to {high:.0%})"
    return f"{share} of y{between}"


def doubts(table: NDArray[np.generic], bias: float, total: float, unit: str) -> tuple[str, ...]:
    """Why the table may be too sparse to trust; docs/quantify.md documents the two rules."""
    remedy = "take more samples, fewer clusters, or fewer classes"
    if bias > 0 and bias >= total:
        return (
            f"the total of {total:.4f} {unit} is no more than the {bias:.4f} {unit} to be expected "
            f"if x1 and x2 said nothing about y; {remedy}",
        )
    if bias > 0 and bias > SPARSE_BIAS * total:
        return (
            f"the table is too sparse to trust: of {total:.4f} {unit} in total, {bias:.4f} would "
            f"be expected even if x1 and x2 said nothing about y; {remedy}",
        )
    rows = float(table.sum() / np.count_nonzero(table.sum(axis=2)))
    if rows < SPARSE_ROWS:
        return (
            f"the table is too sparse to trust: {rows:.1f} samples per occupied pair (x1, x2), "
            f"fewer than {SPARSE_ROWS}; {remedy}",
        )
    return ()
