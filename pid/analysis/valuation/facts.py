"""What a ``Valuation`` shows of each source, and what it rests on, as labels and texts."""

from __future__ import annotations

from collections.abc import Iterator

from pid.analysis.quantification.facts import Fact
from pid.analysis.valuation.result import Valuation
from pid.core.decomposition import shown
from pid.inference.intervals import Measure

SHARES = ("accuracy", "accuracy_lost", "auc", "auc_lost")


def ends(measure: Measure, *, share: bool = False) -> str:
    """The interval in words, if there is one."""
    if measure.low != measure.low:
        return ""
    if share:
        return f"{100 * measure.low:.1f} to {100 * measure.high:.1f}"
    return f"{shown(measure.low)} to {shown(measure.high)}"


def facts_of(found: Valuation) -> Iterator[Fact]:
    """What a valuation rests on."""
    together = "" if found.units == found.n else f" ({found.units:,} independent units)"
    yield "samples", f"{found.n:,}{together}, {len(found.classes)} classes of {found.y}"
    of_all = found.total
    interval = f" ({ends(of_all)})" if found.level else ""
    yield "all together", f"{shown(of_all.corrected)} {found.unit}{interval}"
    right = found.accuracy
    interval = f" ({ends(right, share=True)})" if found.level else ""
    yield (
        "accuracy",
        f"{right.corrected:.1%}{interval} by all, {found.majority:.1%} by the commonest class",
    )
    yield (
        "estimator",
        f"posterior, classifiers by {found.classifier}, random state {found.random_state}; "
        f"{found.seconds:.1f} s",
    )
    if len(found.sources) > 2:
        yield "see also", "pid.quantify of these sources: what several share, or show together"
    for note in found.notes:
        yield "note", note
