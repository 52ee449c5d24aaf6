"""What a ``Retention``, or one of several sources, rests on, as labels and texts."""

from __future__ import annotations

from collections.abc import Iterator

from pid.analysis.quantification.facts import Fact
from pid.analysis.retention.result import Retention
from pid.analysis.retention.sources import SourcesRetention
from pid.inference.intervals import Measure


def facts_of(found: Retention | SourcesRetention) -> Iterator[Fact]:
    """What a retention rests on."""
    y = found.y if isinstance(found, SourcesRetention) else found.names[2]
    together = "" if found.units == found.n else f" ({found.units:,} independent units)"
    yield "samples", f"{found.n:,}{together}, {len(found.classes)} classes of {y}"
    size = f"{found.noise:g} times their own root-mean-square" if found.noise else "none"
    yield "noise", f"on the codes, {size}"
    classifiers = found.classifier
    if isinstance(found, Retention):
        yield from _straight(found.linear.total, found.level)
        classifiers += " and logistic regression"
    yield (
        "estimator",
        f"posterior, classifiers by {classifiers}, random state {found.random_state}; "
        f"{found.seconds:.1f} s",
    )
    for note in found.notes:
        yield "note", note


def _straight(share: Measure, level: float | None) -> Iterator[Fact]:
    """What logistic regression reads of the total, where it reads any before."""
    if share.corrected == share.corrected:  # no NaN
        interval = f" ({100 * share.low:.1f} to {share.high:.1%})" if level else ""
        yield "by straight lines", f"{share.corrected:.1%}{interval} of what they read before"
