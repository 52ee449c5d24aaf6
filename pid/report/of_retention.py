"""A report on ``pid.retained``."""

from __future__ import annotations

from dataclasses import replace

from pid.analysis.names import brief
from pid.analysis.retention.facts import facts_of
from pid.analysis.retention.probe import Probe, ends, rows_of
from pid.analysis.retention.result import Retention
from pid.core.decomposition import shown
from pid.report.document import Bar, Chart, Document, Listing, Section
from pid.report.of_quantification import METHOD

LONGEST = 40  # characters of a name

WORDS = Section(
    heading="What is kept, and what is lost",
    paragraphs=(
        "Before are the atoms of the sources, after those of their codes, by classifiers of the "
        "same rows in the same folds; the interval of a change is that of the difference, row by "
        "row.",
        "Atoms after are no shares of those before: where something is done to one source alone, "
        "redundancy becomes unique to the other, and unique information may grow beyond what it "
        "was. What never grows is the total, what each source tells by itself, and redundancy and "
        "unique information together.",
        "Lost of a source is what it tells about the target and all of the codes do not.",
        "What the codes write smaller than the noise counts as lost. Logistic regression reads "
        "straight lines alone: it sees no synergy that is not written out.",
    ),
)


def document_of(found: Retention, title: str, command: str | None = None) -> Document:
    """Both profiles, what is lost, and what it rests on.

    Args:
        found: the retention.
        title: what codes are of, such as a file name.
        command: what repeats it.
    """
    first, second, y = (brief(name, LONGEST) for name in found.names)
    codes = "one code of both" if found.joint else "a code of its own"
    return Document(
        title=brief(title),
        asked=(
            ("x1", first, codes),
            ("x2", second, codes),
            ("y", y, f"{len(found.classes)} classes"),
        ),
        answer=found.reading,
        warnings=found.warnings,
        charts=_charts(found),
        listing=_listing(found, found.networks),
        support=tuple(facts_of(found)),
        sections=(_straight(found), WORDS, METHOD),
        command=command,
        data=found.to_dict(),
    )


def _charts(found: Retention) -> tuple[Chart, ...]:
    """Before, and after or, of a joint code, what all of it tells."""
    probe, rows = found.networks, rows_of(found.networks, found.names)
    of_all = None if found.level is None else {"total": (probe.told.low, probe.told.high)}
    level = "" if found.level is None else f", with {found.level:.0%} intervals"
    charts = []
    for when, interval in (
        ("before", probe.interval_before),
        ("after", probe.interval_after or of_all),
    ):
        bars = []
        for row in rows:
            value = row.before if when == "before" else row.after
            if value is not None:
                low, high = (None, None) if interval is None else interval[row.atom]
                of_row = Bar(label=row.label, kind=row.atom, value=value, text=shown(value))
                bars.append(replace(of_row, low=low, high=high))
        what = "The sources" if when == "before" else "The codes"
        charts.append(Chart(title=f"{what}{level}", unit=found.unit, bars=tuple(bars)))
    return tuple(charts)


def _listing(found: Retention, probe: Probe) -> Listing:
    """Atoms before and after, and their change; and what is lost of each source, by networks."""
    intervals = found.level is not None
    head = ["", "before", "after", "change", *(["interval"] if intervals else [])]
    rows = [[row.label, *row.cells(intervals=intervals)] for row in rows_of(probe, found.names)]
    if probe is found.networks:
        for name, lost in found.lost.items():
            rows.append(
                [f"lost of {name}", "", "", shown(lost.corrected), *([ends(lost)] * intervals)]
            )
    return Listing(
        caption=f"What is kept, by {probe.name}, in {found.unit}",
        head=head,
        rows=rows,
        numeric=[False] + [True] * (len(head) - 1),
    )


def _straight(found: Retention) -> Section:
    return Section(heading="The same by straight lines", listing=_listing(found, found.linear))
