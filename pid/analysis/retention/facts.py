"""What a ``Retention`` shows of each atom, and what it rests on, as labels and texts."""

from __future__ import annotations

from collections.abc import Iterator

from pid.analysis.quantification.facts import Fact
from pid.analysis.retention.result import Retention


def facts_of(found: Retention) -> Iterator[Fact]:
    """What a retention rests on."""
    together = "" if found.units == found.n else f" ({found.units:,} independent units)"
    yield "samples", f"{found.n:,}{together}, {len(found.classes)} classes of {found.names[2]}"
    size = f"{found.noise:g} times their own root-mean-square" if found.noise else "none"
    yield "noise", f"on the codes, {size}"
    straight = found.linear.total
    if straight.corrected == straight.corrected:  # no NaN
        interval = f" ({100 * straight.low:.1f} to {straight.high:.1%})" if found.level else ""
        yield "by straight lines", f"{straight.corrected:.1%}{interval} of what they read before"
    yield (
        "estimator",
        f"posterior, classifiers by {found.classifier} and logistic regression, random state "
        f"{found.random_state}; {found.seconds:.1f} s",
    )
    for note in found.notes:
        yield "note", note
