"""What the numbers of several sources rest on, as labels and texts."""

from __future__ import annotations

from collections.abc import Iterator

from pid.analysis.quantification.facts import Fact
from pid.analysis.several.result import SourcesQuantification
from pid.core.decomposition import ROUNDING, shown
from pid.core.sources.result import SourcesDecomposition


def ends(interval: tuple[float, float] | None) -> str:
    """An interval in words, if there is one."""
    return "" if interval is None else " to ".join(map(shown, interval))


def facts_of(q: SourcesQuantification) -> Iterator[Fact]:
    """What the numbers rest on."""
    together = "" if q.units == q.n else f" ({q.units:,} independent units)"
    size = "" if q.table is None else f", in {' x '.join(str(a.size) for a in q.axes)} cells"
    yield "samples", f"{q.n:,}{together}{size}"
    if q.null_bias is not None:
        yield "chance", f"{q.null_bias:.4f} {q.unit} in total, if the sources said nothing about y"
    d = q.decomposition
    if isinstance(d, SourcesDecomposition):
        gap = max(d.certificate.gap, ROUNDING)
        yield "certificate", f"every number of the table is exact to {gap:.1e} {q.unit}"
    if q.fitted is not None and q.fitted.union_bounds_ is not None:
        low, high = map(shown, q.fitted.union_bounds_)
        yield (
            "held out",
            f"single sources tell {low} {q.unit} by thresholds of one half of the rows, valued on "
            f"the other, and {high} by those of all",
        )
    for text in q.best.left_out:
        yield "left out", text
    seed = "" if q.estimator == "table" else f", random state {q.random_state}"
    yield "estimator", f"{q.estimator}{seed}; {q.seconds:.2f} s"
    if q.reason is not None:
        yield "chosen as", q.reason
    yield "see also", "pid.value: accuracy and costs, and which of the sources may go together"
    for note in q.notes:
        yield "note", note
