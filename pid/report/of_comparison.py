"""A report on ``pid.compare``."""

from __future__ import annotations

from pid.analysis.comparison.facts import HEADS, cells_of, facts_of
from pid.analysis.comparison.result import Comparison, Profile
from pid.analysis.names import brief
from pid.core.decomposition import ATOMS, shown
from pid.report.document import Bar, Chart, Document, Listing, Section
from pid.report.of_quantification import METHOD, asked_of

FIRST = 12  # models in a chart
MOST_MODELS = 400  # that are listed
LONGEST = 40  # characters of a name

MODELS = Section(
    heading="What the columns mean",
    paragraphs=(
        "The row of the data decomposes what x1 and x2 say about y. The row of a model decomposes "
        "what they say about its prediction, in the same cells: two decompositions side by side, "
        "not one of y given the prediction, which depends on both sources and would make them "
        "depend on each other.",
        "Left is what the model leaves on the table: what the cells of x1 and x2 still say about "
        "y, given what the model says. It cannot be below 0.",
        "Overlap is the sum of the smaller of both shares of each atom: 1 for the profile of the "
        "data, 0 for nothing in common. Agreement, as published, is the sum of the data's shares "
        "times the model's atoms; good models have more of all atoms, so that it grows with "
        "accuracy.",
        "Ranks are of resampled rows, the same for all models.",
    ),
)


def document_of(found: Comparison, title: str, command: str | None = None) -> Document:
    """Which model is best and how sure that is, what each takes, and what it leaves.

    Args:
        found: the comparison.
        title: what was compared, such as a file name.
        command: what repeats it.
    """
    keys = dict.fromkeys((found.sorted_by, "left"))
    models = dict(list(found.models.items())[:MOST_MODELS])
    left_out = len(found) - len(models)
    return Document(
        title=brief(title),
        asked=(*asked_of(found.axes), ("models", f"{len(found):,}", f"by {found.sorted_by}")),
        answer=found.reading,
        warnings=found.warnings,
        charts=tuple(_chart(found, key) for key in keys),
        listing=_listing(found, models),
        support=(
            *facts_of(found),
            *([("left out", f"{left_out:,} models of lower rank")] if left_out else []),
        ),
        sections=(MODELS, METHOD),
        command=command,
        data=found.to_dicts()[:MOST_MODELS],
    )


def _chart(found: Comparison, key: str) -> Chart:
    kind = key if key in ATOMS else "total"
    bars = []
    for name, profile in list(found.models.items())[:FIRST]:
        value = profile.values[key]
        bars.append(
            Bar(
                label=brief(name, 20),
                kind=kind,
                value=value.corrected,
                text=f"{value.corrected:.1%}" if key == "accuracy" else shown(value.corrected),
                low=None if found.level is None else value.low,
                high=None if found.level is None else value.high,
                said=_verdict(found, profile) if key == found.sorted_by else "",
            )
        )
    unit = "shares of the rows" if key in ("accuracy", "overlap") else found.unit
    title = found.nouns[key]
    if found.level is not None:
        title += f" with {found.level:.0%} intervals"
    return Chart(title=title, unit=unit, bars=tuple(bars))


def _verdict(found: Comparison, profile: Profile) -> str:
    """Of who may be first in resampled tables."""
    if found.level is None or profile.rank[1] > 1:
        return ""
    first = [one for one in found.models.values() if one.rank[1] == 1]
    return "best" if len(first) == 1 else "may be best"


def _listing(found: Comparison, models: dict[str, Profile]) -> Listing:
    rows = [["data", *cells_of(found.data).values()]]
    rows += [[brief(name, LONGEST), *cells_of(model).values()] for name, model in models.items()]
    return Listing(
        caption=f"What x1 and x2 say about y, and about what each model says, in {found.unit}",
        head=["model", *HEADS],
        rows=rows,
        numeric=[False] + [True] * len(HEADS),
    )
