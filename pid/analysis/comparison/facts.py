"""What a ``Comparison`` shows of each model, and what it rests on, as labels and texts."""

from __future__ import annotations

from collections.abc import Iterator

from pid.analysis.comparison.result import Comparison, Profile
from pid.analysis.comparison.sources import SourcesComparison, SourcesProfile
from pid.analysis.quantification.facts import Fact
from pid.core.decomposition import ATOMS, shown

HEADS = ("R", "U1", "U2", "S", "total", "left", "accuracy", "overlap", "rank")


def cells_of(profile: Profile) -> dict[str, str]:
    """What a row has under ``HEADS``; that of the data has atoms and their total alone."""
    value = {key: measure.corrected for key, measure in profile.values.items()}
    cells = [shown(value[key]) for key in (*ATOMS, "total")]
    if "left" in value:
        low, high = profile.rank[1:]
        rank = str(low) if low == high else f"{low} to {high}"
        cells += [shown(value["left"]), f"{value['accuracy']:.1%}", shown(value["overlap"]), rank]
    return dict.fromkeys(HEADS, "") | dict(zip(HEADS, cells, strict=False))


def cells_of_sources(profile: SourcesProfile) -> tuple[dict[str, str], dict[str, str]]:
    """What a row has: of the profile, and of a model beside that; of the data there is no such."""
    best, values = profile.best, profile.values
    more = [value for m, value in best.synergy.items() if m > 2]
    numbers = {
        "total": best.total,
        "only one": sum(best.unique.values()),
        "shared": best.shared,
        "two": best.synergy[2],
        "three" if len(best.names) == 3 else "more": sum(more),
    }
    cells = {head: shown(value) for head, value in numbers.items()}
    if "left" not in values:
        return cells, {}
    low, high = profile.rank[1:]
    return cells, {
        "left": shown(values["left"].corrected),
        "accuracy": f"{values['accuracy'].corrected:.1%}",
        "overlap": shown(values["overlap"].corrected),
        "rank": str(low) if low == high else f"{low} to {high}",
    }


def facts_of(found: Comparison | SourcesComparison) -> Iterator[Fact]:
    """What a comparison rests on."""
    together = "" if found.units == found.n else f" ({found.units} independent units)"
    size = " x ".join(str(axis.size) for axis in found.axes)
    yield "samples", f"{found.n}{together}, in {size} cells"
    cells = "x1 and x2" if isinstance(found, Comparison) else "all sources"
    yield "left", f"what cells of {cells} still say about y, given what the model says"
    if found.level is None:
        yield "rank", f"by {found.sorted_by}"
    else:
        yield "rank", f"by {found.sorted_by}, {found.level:.0%} of resampled tables"
        best = next(profile.values for profile in found.models.values())
        ends = [f"{shown(best[key].low)} to {shown(best[key].high)}" for key in ("left", "overlap")]
        yield "best model", f"leaves {ends[0]} {found.unit}; overlap with the data {ends[1]}"
    yield (
        "estimator",
        f"{found.estimator}, random state {found.random_state}; {found.seconds:.2f} s",
    )
    for note in found.notes:
        yield "note", note
