"""A report on ``pid.value``."""

from __future__ import annotations

from pid.analysis.names import brief
from pid.analysis.valuation.facts import ends, facts_of
from pid.analysis.valuation.result import Valuation, Worth
from pid.core.decomposition import shown
from pid.report.document import Bar, Chart, Document, Listing, Section
from pid.report.of_quantification import METHOD

FIRST = 12  # sources in a chart
MOST = 200  # that are listed
LONGEST = 40  # characters of a name

WORDS = Section(
    heading="What the columns mean",
    paragraphs=(
        "Lost is the information that is gone without the source: what all sources tell, less what "
        "all others tell. It is the sum of strict, what the source alone says and all others "
        "together do not, and with, what shows only when it is seen with others.",
        "Alone is what the source tells by itself. A source that tells much alone may be lost for "
        "nothing, as others say the same; and one that tells nothing alone may be lost dearly.",
        "Accuracy is the share of rows whose likeliest class is right, of classifiers that had not "
        "seen the row; what is lost of it without the source.",
        "Keep: something is lost without it. Only together: likewise, though it tells nothing "
        "alone. Drop: these data do not show that anything is lost without it. Interchangeable: it "
        "may go, but only if one of those named stays.",
    ),
)


def document_of(found: Valuation, title: str, command: str | None = None) -> Document:
    """What all sources tell, what each is worth, and why.

    Args:
        found: the valuation.
        title: what was valued, such as a file name.
        command: what repeats it.
    """
    return Document(
        title=brief(title),
        asked=(
            *(
                (f"source {i + 1}", brief(source.name, LONGEST), f"{source.columns} columns")
                for i, source in enumerate(found.sources[:FIRST])
            ),
            ("y", brief(found.y, LONGEST), f"{len(found.classes)} classes"),
        ),
        answer=found.reading,
        warnings=found.warnings,
        charts=(_chart(found, "lost", "synergy"), _chart(found, "alone", "total")),
        listing=_listing(found),
        support=tuple(facts_of(found)),
        sections=(_reasons(found), WORDS, METHOD),
        command=command,
        data=found.to_dict(),
    )


def _chart(found: Valuation, name: str, kind: str) -> Chart:
    title = {"lost": "What is lost without each source", "alone": "What each tells alone"}[name]
    if found.level is not None:
        title += f", with {found.level:.0%} intervals"
    bars = []
    for source in found.sources[:FIRST]:
        measure = source.measures[name]
        bars.append(
            Bar(
                label=brief(source.name, 20),
                kind=kind,
                value=measure.corrected,
                text=shown(measure.corrected),
                low=None if found.level is None else measure.low,
                high=None if found.level is None else measure.high,
                said=source.verdict if name == "lost" else None,
            )
        )
    return Chart(title=title, unit=found.unit, bars=tuple(bars))


def _listing(found: Valuation) -> Listing:
    heads = ["lost", "interval", "strict", "with", "alone", "accuracy lost", "interval"]
    if found.level is None:
        heads = [head for head in heads if head != "interval"]
    areas = any(source.auc_lost is not None for source in found.sources)
    costs = any(source.cost is not None for source in found.sources)
    heads += ["AUC lost"] * areas + ["lost per cost"] * costs
    rows = []
    for source in found.sources[:MOST]:
        cells = _cells(source, intervals=found.level is not None)
        cells += [shown(source.auc_lost.corrected)] if source.auc_lost is not None else []
        per_cost = source.measures.get("lost_per_cost")
        cells += ["" if per_cost is None else f"{per_cost.corrected:.3g}"] * costs
        rows.append([brief(source.name, LONGEST), *cells, source.verdict])
    return Listing(
        caption=f"What each source is worth, given all others, in {found.unit}",
        head=["source", *heads, "verdict"],
        rows=rows,
        numeric=[False, *[True] * len(heads), False],
    )


def _cells(source: Worth, *, intervals: bool) -> list[str]:
    lost, right = source.lost, source.accuracy_lost
    atoms = [shown(m.corrected) for m in (source.strict, source.with_others, source.alone)]
    share = f"{100 * right.corrected:z.1f}%"
    if not intervals:
        return [shown(lost.corrected), *atoms, share]
    return [shown(lost.corrected), ends(lost), *atoms, share, ends(right, share=True)]


def _reasons(found: Valuation) -> Section:
    return Section(
        heading="Why",
        paragraphs=tuple(
            f"{brief(source.name, LONGEST)}: {source.verdict}; {source.why}."
            for source in found.sources[:MOST]
        ),
    )
