"""A report on ``pid.quantify`` for three sources and more."""

from __future__ import annotations

import numpy as np

from pid._types import Codes, Floats
from pid.analysis.names import apart, brief
from pid.analysis.several.facts import ends, facts_of
from pid.analysis.several.result import SourcesQuantification
from pid.core.decomposition import ROUNDING, shown
from pid.core.sources.curves import Hull, curve, join
from pid.core.sources.values import Part, count
from pid.report.document import Bar, Chart, Curves, Document, Grid, Listing, Piece, Section, Stack
from pid.report.html import SOURCES

NAME, SHORT = 24, 12  # characters of a name, and of one of several in a row
SMALLEST = 0.01  # of the largest set that shares something, that is worth a bar
MOST_SETS = 12  # sets of sources that have a bar
MOST_POINTS = 200  # of a curve: fewer than would show single rows
LISTED = 4  # sources of which all sets are listed
NUMBERED = 12  # sources in a map whose cells have numbers

METHOD = Section(
    heading="What these words mean",
    paragraphs=(
        "Only it is what a source says and no other does, each source being seen alone. Shared by "
        "several is what single sources say and no one of them is needed for: not that all of them "
        "say it. Two together is what shows only where two sources are seen together, and so on. "
        "These numbers add up to the information that all sources together have about the target.",
        "Lost without a source is what all sources tell, less what all others tell together. It is "
        "in two parts: what the source alone says and all others together do not, and what shows "
        "only when it is seen with others. Where every loss is 0, any one source may go, though "
        "not all of them: the others say the same.",
        "What two sources share is the redundancy of these two alone. It is no part of what "
        "several share: of three sources of which any two tell all, all is shared, and no two "
        "share anything.",
        "Definitions are those of Bertschinger et al. (Entropy 16(4), 2014) and Griffith and Koch "
        "(2014): of all joint distributions that keep how each source goes with the target, the "
        "one in which all together say least about it shows what single sources say. For two "
        "sources these are redundancy, unique information and synergy.",
        "Values are reported as computed. A corrected value may be a little below 0, where the "
        "truth cannot be: that is sampling.",
    ),
)


def document_of(q: SourcesQuantification, title: str, command: str | None = None) -> Document:
    """What was asked, how all of it divides, what is lost without each source, and why.

    Args:
        q: the result.
        title: what was decomposed, such as a file name.
        command: what repeats it.
    """
    roles = [*(f"source {i + 1}" for i in range(len(q.names))), "y"]
    names = apart((brief(name) for name in q.names), NAME)
    labels = [names[brief(name)] for name in q.names]
    return Document(
        title=brief(title),
        asked=tuple(
            (role, brief(axis.name), axis.in_words)
            for role, axis in zip(roles, q.axes, strict=True)
        ),
        answer=q.reading,
        warnings=q.warnings,
        stacks=(_stack(q, labels),),
        charts=(_losses(q, labels), *_shared_by(q)),
        curves=_curves(q, labels),
        grids=(_overlap(q, labels),),
        listing=_listing(q, labels),
        support=tuple(facts_of(q)),
        sections=(_all_numbers(q), METHOD),
        command=command,
        data=q.to_dict(),
    )


def _kind(source: int) -> str:
    return SOURCES[source % len(SOURCES)]


def _stack(q: SourcesQuantification, labels: list[str]) -> Stack:
    """What each source alone says, what several share, and what shows in several together."""
    parts, k = q.best.parts(), len(labels)
    pieces = [
        _piece(q, part, _kind(i), label=f"only {labels[i]}") for i, part in enumerate(parts[:k])
    ]
    pieces.append(_piece(q, parts[k], "shared"))
    pieces += [_piece(q, part, "synergy", hatch=i + 1) for i, part in enumerate(parts[k + 1 :])]
    return Stack(
        title="What all sources together tell about y",
        unit=q.unit,
        pieces=tuple(pieces),
        mark=q.best.entropy,
        mark_label="all there is to know of y",
    )


def _piece(
    q: SourcesQuantification, part: Part, kind: str, label: str = "", hatch: int = 0
) -> Piece:
    share = f" ({part.share:.0%})" if q.is_shown else ""
    text = f"{q.show(part.name)}{share}"
    return Piece(label=label or part.words, kind=kind, value=part.value, text=text, hatch=hatch)


def _with_intervals(q: SourcesQuantification, title: str) -> str:
    return title if q.level is None else f"{title}, with {q.level:.0%} intervals"


def _losses(q: SourcesQuantification, labels: list[str]) -> Chart:
    bars = []
    for i, name in enumerate(q.names):
        lost = q.number(f"loss {name}")
        low, high = lost.interval or (None, None)
        bars.append(
            Bar(
                label=f"without {labels[i]}",
                kind=_kind(i),
                value=q.number(f"strict {name}").value,
                further=lost.value,
                text=q.show(lost.name),
                low=low,
                high=high,
            )
        )
    title = "What is lost without each source; in pale, what shows only when it is seen with others"
    return Chart(title=_with_intervals(q, title), unit=q.unit, bars=tuple(bars))


def _shared_by(q: SourcesQuantification) -> tuple[Chart, ...]:
    """For two classes, which sources exactly say the same, the largest sets first."""
    sets = q.best.shared_by
    if not sets:
        return ()
    found = [
        (_of_set(q, of), q.number(f"shared_by {', '.join(n for n in q.names if n in of)}"))
        for of in sets
    ]
    least = max(ROUNDING, SMALLEST * max(number.value for _, number in found))
    found = [one for one in found if one[1].value >= least]
    found = sorted(found, key=lambda one: -one[1].value)[:MOST_SETS]
    if not found:
        return ()
    bars = []
    for label, number in found:
        low, high = number.interval or (None, None)
        text = q.show(number.name)
        bars.append(
            Bar(label=label, kind="shared", value=number.value, text=text, low=low, high=high)
        )
    title = "What is shared, by the sources that say it, each of them alone"
    if len(found) < len(sets):
        title += f"; {len(sets) - len(found)} sets that share less are left out"
    return (Chart(title=_with_intervals(q, title), unit=q.unit, bars=tuple(bars)),)


def _of_set(q: SourcesQuantification, of: frozenset[str]) -> str:
    """A set of sources in a label of a bar."""
    names = apart((brief(name) for name in q.names), SHORT)
    inside = [names[brief(name)] for name in q.names if name in of]
    outside = [names[brief(name)] for name in q.names if name not in of]
    if not outside:
        return f"all {count(len(inside))}"
    if len(outside) < len(inside) > 2:
        return f"all but {' and '.join(outside)}"
    return brief(" + ".join(inside), 2 * NAME)


def _curves(q: SourcesQuantification, labels: list[str]) -> tuple[Curves, ...]:
    """For two classes, the ROC curves of the sources, and who is best at each threshold."""
    masses = _masses(q)
    if masses is None:
        return ()
    p_y = masses[0].sum(axis=0)
    classes = q.axes[-1].labels or ("0", "1") if q.fitted is None else q.fitted.classes_
    first, second = (f"y = {brief(str(label), SHORT)}" for label in classes)
    of_sources = [curve(one, p_y) for one in masses]
    found = [(labels[i], _kind(i), _thin(points / p_y)) for i, points in enumerate(of_sources)]
    return (
        Curves(
            title="How well each source tells the two classes apart, as a ROC curve; wide, the "
            "hull of all curves, which is what single sources tell, in the colour of who is best "
            "at that threshold",
            axes=(
                f"share of {first} that is taken for {second}",
                f"share of {second} that is found",
            ),
            curves=found,
            above=_runs(join(of_sources), p_y),
        ),
    )


def _masses(q: SourcesQuantification) -> list[Floats] | None:
    """p(x, y) of each source, shape (n, 2); None for more classes."""
    if q.axes[-1].size != 2:
        return None
    if q.table is not None:
        table, k = np.asarray(q.table, dtype=np.float64), len(q.names)
        others = (tuple(j for j in range(k) if j != i) for i in range(k))
        return [table.sum(axis=axes) / table.sum() for axes in others]
    posteriors = [np.asarray(q.fitted.posteriors_[(name,)]) for name in q.names]
    p_y = np.bincount(q.fitted.codes_) / len(q.fitted.codes_)
    return [p * (p_y / p.sum(axis=0)) for p in posteriors]


def _thin(points: Floats) -> list[tuple[float, float]]:
    """So few points that no row can be told from them, evenly along the curve."""
    if len(points) > MOST_POINTS:
        along = np.hypot(*np.diff(points, axis=0).T).cumsum()
        at = np.searchsorted(along, np.linspace(0, along[-1], MOST_POINTS - 1)[1:-1])
        points = points[np.unique([0, *(at + 1), len(points) - 1])]
    return [(float(x), float(y)) for x, y in points]


def _runs(hull: Hull, p_y: Floats) -> list[tuple[str, list[tuple[float, float]]]]:
    """The hull in runs of one owner, which meet in the middle of the edge between them."""
    points = hull.vertices / p_y
    owner = _inner(hull.owner)
    starts = np.flatnonzero(np.diff(owner)) + 1
    found = []
    for first, end in zip([0, *starts], [*starts, len(points)], strict=True):
        run = points[first:end]
        if first:
            run = np.vstack([(points[first - 1] + points[first]) / 2, run])
        if end < len(points):
            run = np.vstack([run, (points[end - 1] + points[end]) / 2])
        found.append((_kind(int(owner[first])), _thin(run)))
    return found


def _inner(owner: Codes) -> Codes:
    """Whose each vertex is; both ends, which all curves have, are of those beside them."""
    found = owner.copy()
    if len(found) > 2:
        found[0], found[-1] = found[1], found[-2]
    return found


def _overlap(q: SourcesQuantification, labels: list[str]) -> Grid:
    values = q.best.overlap
    texts = [[f"{max(v, 0.0):.2f}".lstrip("0") for v in row] for row in values]
    return Grid(
        title="What two sources share, these two alone (redundancy); on the diagonal, what each "
        f"tells, in {q.unit}",
        kind="shared",
        most=max(float(values.max()), 1e-12),
        values=values.tolist(),
        names=labels,
        texts=texts if len(labels) <= NUMBERED else (),
    )


def _listing(q: SourcesQuantification, labels: list[str]) -> Listing:
    """A row a source."""
    between = ["interval"] if q.level is not None else []
    heads = ["alone", "only it", "lost", *between, "strict", "with others"]
    rows = []
    for name, label in zip(q.names, labels, strict=True):
        row = [label, *(q.show(f"{what} {name}") for what in ("single", "unique"))]
        lost = q.number(f"loss {name}")
        row += [q.show(lost.name), *([ends(lost.interval)] if between else [])]
        rows.append([*row, q.show(f"strict {name}"), q.show(f"together {name}")])
    return Listing(
        caption=f"What each source tells, in {q.unit}; a loss is strict and with others",
        head=["source", *heads],
        rows=rows,
        numeric=[False, *[True] * len(heads)],
    )


def _all_numbers(q: SourcesQuantification) -> Section:
    """Every number, with its interval, and as it was before correction."""
    tiny = ROUNDING + (q.gap or 0.0)
    heads = [q.unit, *(["interval"] if q.level is not None else [])]
    heads += ["raw" if q.table is None else "counted"] if q.corrected is not None else []
    rows = []
    every = len(q.names) <= LISTED
    for number in q.summary():
        if number.name.startswith("shared_by ") and not every:
            continue  # of 2^k sets, in the file
        row = [brief(number.name, 3 * NAME), q.show(number.name)]
        row += [ends(number.interval)] if q.level is not None else []
        row += [shown(number.counted, tiny)] if q.corrected is not None else []
        rows.append(row)
    return Section(
        heading="Every number",
        listing=Listing(
            caption="By the names that pid.quantify gives them",
            head=["number", *heads],
            rows=rows,
            numeric=[False, *[True] * len(heads)],
        ),
    )
