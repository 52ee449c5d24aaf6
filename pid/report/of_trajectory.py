"""A report on answers along an axis, of ``pid.quantify`` or ``pid.quantify_posteriors``."""

from __future__ import annotations

from pid.analysis.names import brief
from pid.analysis.quantification.trajectory import Trajectory
from pid.analysis.words import IN_TABLE, labels
from pid.core.decomposition import ATOMS, shown
from pid.report.document import Bar, Chart, Document, Listing, Section
from pid.report.of_quantification import METHOD, asked_of

MOST = 24  # bars of a chart
LISTED = 400  # places that are listed
NAME = 24  # characters of a place

PLACES = (
    "Each place is an answer of its own: intervals are of single places, and not of the difference "
    "of two."
)
GIVEN = Section(
    heading="What was given",
    paragraphs=(
        "A model said how likely each class is by the one source, by the other, and by both. What "
        "its probabilities tell about the target is their logarithmic score beyond that of the "
        "shares of the classes: less than nothing, where they are surer than they are right.",
        PLACES,
    ),
)
TRIALS = Section(
    heading="What was asked",
    paragraphs=(
        "What x1 and x2 are at a place, or what the channels there are, is decomposed in what it "
        "says about the target of the same trials: what they say at other places is not in it.",
        PLACES,
    ),
)


def document_of(found: Trajectory, title: str, command: str | None = None) -> Document:
    """The way each atom goes, and every number.

    Args:
        found: the answers.
        title: what they are of, such as a file name.
        command: what repeats it.
    """
    left_out = max(0, len(found) - LISTED)
    first = found.results[0]
    along = f"at each of {len(found)} places along {brief(found.axis, NAME)}"
    support = [
        ("samples", f"{found.samples}, {along}"),
        ("estimator", f"{first.estimator}; {found.seconds:.2f} s"),
        *(("note", note) for note in found.notes),
    ]
    if left_out:
        support.append(("left out", f"{left_out:,} places of the table"))
    return Document(
        title=brief(title),
        asked=(*asked_of(first.axes), (brief(found.axis, NAME), f"{len(found):,}", "places")),
        answer=found.reading,
        warnings=found.warnings,
        charts=tuple(_chart(found, atom) for atom in (*ATOMS, "total")),
        listing=_listing(found),
        support=tuple(support),
        sections=(GIVEN if first.estimator == "posteriors" else TRIALS, METHOD),
        command=command,
        data=found.to_dict(),
    )


def _chart(found: Trajectory, atom: str) -> Chart:
    """A bar per place; of many, every so many."""
    called = labels(found.names, IN_TABLE) | {"total": "total"}
    bars = []
    for i in range(0, len(found), -(-len(found) // MOST)):
        q = found[i]
        low, high = (None, None) if q.interval is None else q.interval[atom]
        value = (q.best.atoms | {"total": q.best.total})[atom]
        label = brief(found.labels[i], NAME)
        bars.append(Bar(label=label, kind=atom, value=value, text=q.show(atom), low=low, high=high))
    level = "" if found.level is None else f" with {found.level:.0%} intervals"
    title = f"{called[atom]} by {brief(found.axis, NAME)}{level}"
    return Chart(title=title, unit=found.unit, bars=tuple(bars))


def _listing(found: Trajectory) -> Listing:
    called = labels(found.names, IN_TABLE) | {"total": "total"}
    rows = []
    for i, q in enumerate(found.results[:LISTED]):
        row = [brief(found.labels[i], NAME)]
        for atom in (*ATOMS, "total"):
            ends = "" if q.interval is None else " ({} to {})".format(*map(shown, q.interval[atom]))
            row.append(f"{q.show(atom)}{ends}")
        rows.append(row)
    return Listing(
        caption=f"The same numbers, in {found.unit}",
        head=[brief(found.axis, NAME), *(called[atom] for atom in (*ATOMS, "total"))],
        rows=rows,
        numeric=[False] + [True] * 5,
    )
