"""A report on ``pid.bound_samples``."""

from __future__ import annotations

from pid.analysis.half_labelled.facts import facts_of, rows_of
from pid.analysis.half_labelled.result import ATOMS, HalfLabelled
from pid.analysis.names import brief
from pid.analysis.words import labels
from pid.core.decomposition import shown
from pid.report.document import Bar, Chart, Document, Listing, Section
from pid.report.of_quantification import METHOD, asked_of

BOUNDS = Section(
    heading="Why synergy is an interval",
    paragraphs=(
        "Redundancy and unique information follow from how each source goes with the target. "
        "Synergy also depends on which pairs of sources go with it, which nobody has seen. All "
        "joint distributions with the three known marginals are looked at: the least and the "
        "largest synergy of any of them are the ends of the interval.",
        "The second column is for what other samples of the same sizes would have said.",
    ),
)


def document_of(h: HalfLabelled, title: str, command: str | None = None) -> Document:
    """What was asked, what is known, what is left open.

    Args:
        h: the result.
        title: what was bounded, such as a file name.
        command: what repeats it.
    """
    level = "" if h.level is None else f"with sampling, {h.level:.0%}"
    head = ["quantity", "of these samples", level] if level else ["quantity", "of these samples"]
    rows = [row[: len(head)] for row in rows_of(h)]
    published = [[name, shown(value)] for name, value in h.bounds.published.items()]
    return Document(
        title=brief(title),
        asked=asked_of(h.axes),
        answer=h.reading,
        warnings=h.warnings,
        charts=(_chart(h),),
        listing=Listing(
            caption=f"Information in {h.bounds.unit}, accuracy in percent",
            head=head,
            rows=rows,
            numeric=[False, True, True][: len(head)],
        ),
        support=tuple(facts_of(h)),
        sections=(
            BOUNDS,
            Section(
                heading="Published bounds",
                listing=Listing(
                    caption=f"Bounds of synergy in {h.bounds.unit}, mended where they were wrong",
                    head=["bound", h.bounds.unit],
                    rows=published,
                    numeric=[False, True],
                ),
            ),
            METHOD,
        ),
        command=command,
        data=h.to_dict(),
    )


def _chart(h: HalfLabelled) -> Chart:
    whiskers = "" if h.level is None else f"; whiskers: what sampling may add, {h.level:.0%}"
    bars, named = [], labels([axis.name for axis in h.axes])
    for atom in ATOMS:
        value = float(getattr(h.bounds, atom))
        low, high = (None, None) if h.interval is None else h.interval[atom]
        bars.append(
            Bar(label=named[atom], kind=atom, value=value, text=shown(value), low=low, high=high)
        )
    low, high = (None, None) if h.interval is None else h.synergy
    bars.append(
        Bar(
            label="synergy",
            kind="synergy",
            value=h.bounds.lower,
            further=h.bounds.upper,
            text=f"{h.bounds.lower:z.2f} to {h.bounds.upper:.2f}",
            low=low,
            high=high,
        )
    )
    return Chart(
        title="Information about y; synergy from its least to its largest value" + whiskers,
        unit=h.bounds.unit,
        bars=tuple(bars),
    )
