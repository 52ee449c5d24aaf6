"""What a ``Comparison`` rests on, as labels and texts."""

from __future__ import annotations

from collections.abc import Iterator

from pid.analysis.comparison.result import Comparison
from pid.analysis.quantification.facts import Fact
from pid.core.decomposition import shown


def facts_of(found: Comparison) -> Iterator[Fact]:
    """What a comparison rests on."""
    together = "" if found.units == found.n else f" ({found.units} independent units)"
    size = " x ".join(str(axis.size) for axis in found.axes)
    yield "samples", f"{found.n}{together}, in {size} cells"
    yield "left", "what cells of x1 and x2 still say about y, given what the model says"
    if found.level is None:
        yield "rank", f"by {found.sorted_by}"
    else:
        yield "rank", f"by {found.sorted_by}, {found.level:.0%} of resampled tables"
        best = next(iter(found.models.values())).values
        ends = [f"{shown(best[key].low)} to {shown(best[key].high)}" for key in ("left", "overlap")]
        yield "best model", f"leaves {ends[0]} {found.unit}; overlap with the data {ends[1]}"
    yield (
        "estimator",
        f"{found.estimator}, random state {found.random_state}; {found.seconds:.2f} s",
    )
    for note in found.notes:
        yield "note", note
