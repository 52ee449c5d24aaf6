"""A report on ``pid.quantify``."""

from __future__ import annotations

import numpy as np

from pid._types import Floats
from pid.analysis.names import brief
from pid.analysis.quantification.axes import Axis
from pid.analysis.quantification.by_row import COLUMNS
from pid.analysis.quantification.by_stratum import listed
from pid.analysis.quantification.facts import facts_of
from pid.analysis.quantification.result import Quantification
from pid.analysis.words import IN_SENTENCE, IN_TABLE, labels
from pid.core.decomposition import ATOMS, shown, tiny
from pid.report.document import Asked, Bar, Chart, Document, Grid, Listing, Section

MOST_CELLS = 400  # of a table that is listed
SEVERAL = 5  # rows in a cell on average, below which a table is much like the rows themselves
QUANTILES = 0.05, 0.25, 0.5, 0.75, 0.95
UNSEEN = 5e-5  # half of the last decimal that is shown
MISLEADS = -0.01  # what is nearer to 0 may be rounding, or what all rows share
FEWEST_ROWS = 100  # of which a quantile is that of no single one
CLASSES = 6  # of the target that are listed by cluster, the largest
NUMBERED = 6  # columns of a map whose cells have numbers


def document_of(q: Quantification, title: str, command: str | None = None) -> Document:
    """What was asked, the atoms, what they rest on.

    Args:
        q: the result.
        title: what was decomposed, such as a file name.
        command: what repeats it.
    """
    return Document(
        title=brief(title),
        asked=(*asked_of(q.axes), *_given(q)),
        answer=q.reading,
        warnings=q.warnings,
        charts=(_chart(q),),
        listing=_atoms(q),
        support=tuple(facts_of(q)),
        sections=(*_strata(q), *_sections(q), *_rows(q), METHOD),
        command=command,
        data=_data(q),
    )


def _labels(axis: Axis) -> list[str]:
    """What the symbols stand for, or their numbers."""
    return [brief(label, 24) for label in axis.labels] or [str(i) for i in range(axis.size)]


def _has_table(q: Quantification) -> bool:
    """Whether the page has the table: if it is small, and its cells are of several rows each."""
    if q.table is None or q.given is not None or q.table.size > MOST_CELLS:
        return False
    return bool(q.n >= SEVERAL * np.count_nonzero(q.table))


def _data(q: Quantification) -> dict[str, object]:
    """The JSON output, with the table and its coupling if the page has them."""
    data = q.to_dict()
    if _has_table(q):
        data["table"] = q.table.tolist()
        if q.decomposition.coupling is not None:
            data["coupling"] = q.decomposition.coupling.tolist()
    return data


def asked_of(axes: tuple[Axis, Axis, Axis]) -> tuple[Asked, ...]:
    """What x1, x2 and y are."""
    return tuple(
        (role, brief(axis.name), axis.in_words)
        for role, axis in zip(("x1", "x2", "y"), axes, strict=True)
    )


def _given(q: Quantification) -> tuple[Asked, ...]:
    return () if q.given is None else (("given", brief(q.given.name), q.given.in_words),)


def _strata(q: Quantification) -> tuple[Section, ...]:
    """The atoms of each stratum, where there are some."""
    if q.given is None:
        return ()
    (frame, others), named = listed(q.strata()), labels(q.names, IN_SENTENCE)
    rows = [
        [brief(row["z"], 40), f"{row['n']:,}", f"{row['share']:.1%}"]
        + [shown(row[name], UNSEEN) for name in COLUMNS]
        for row in frame.to_dict("records")
    ]
    head = ["z", "samples", "share", *(named.get(name, name) for name in COLUMNS)]
    listing = Listing(
        caption=f"What is told of y in each stratum of z, as counted, in {q.decomposition.unit}",
        head=head,
        rows=rows,
        numeric=[False] + [True] * (len(head) - 1),
    )
    text = (
        "The atoms are means over these strata, by their shares: what both sources tell of the "
        "target beyond z, and together with it. Given z there may be less than without it, where "
        "z tells the same, or more, where z depends on both."
    )
    more = (f"{others:,} smaller strata are not listed.",) if others else ()
    return (Section(heading="By stratum", paragraphs=(text, *more), listing=listing),)


METHOD = Section(
    heading="What these words mean",
    paragraphs=(
        "Redundancy is what both sources say about the target: either of them would do. Unique "
        "information is said by one of them alone. Synergy shows only when both are seen together. "
        "The four add up to the information that both sources together have about the target.",
        "The definition is that of Bertschinger et al. (Entropy 16(4), 2014), as used by Liang et "
        "al. (NeurIPS 2023): of all joint distributions that keep how each source goes with the "
        "target, the one in which both together say least about it has no synergy.",
        "Values are reported as computed. A corrected value may be a little below 0, where the "
        "truth cannot be: that is sampling.",
    ),
)


TYPICAL = (
    "The two columns in which a cluster differs most from all rows: of numbers the place of its "
    "median, so that 90% is above nine in ten of all rows; of symbols the most frequent."
)


def _chart(q: Quantification) -> Chart:
    bars, named = [], labels(q.names, IN_TABLE)
    for atom in q.summary():
        low, high = atom.interval or (None, None)
        value = 0.0 if abs(atom.value) <= tiny(q.best) else atom.value
        label, text = named.get(atom.name, atom.name), q.show(atom.name)
        bars.append(Bar(label=label, kind=atom.name, value=value, text=text, low=low, high=high))
    level = "" if q.level is None else f" with {q.level:.0%} intervals"
    return Chart(
        title=f"Information about y{level}",
        unit=q.decomposition.unit,
        bars=tuple(bars),
        mark=q.null_bias,
        mark_label="" if q.null_bias is None else "the total to expect by chance",
    )


def _atoms(q: Quantification) -> Listing:
    head = ["atom", q.decomposition.unit]
    head += [f"{q.level:.0%} interval"] if q.level is not None else []
    head += ["raw" if q.table is None else "counted"] if q.corrected is not None else []
    rows, named = [], labels(q.names, IN_SENTENCE)
    for atom in q.summary():
        row = [named.get(atom.name, atom.name), q.show(atom.name)]
        if atom.interval is not None:
            row.append(" to ".join(map(shown, atom.interval)))
        if q.corrected is not None:
            row.append(shown(atom.counted, tiny(q.decomposition)))
        rows.append(row)
    caption = "The same numbers"
    if q.target_entropy is not None:
        of_y = "y" if q.given is None else "y given z"
        caption += (
            f"; there are {q.target_entropy:.4f} {q.decomposition.unit} to be known of {of_y}"
        )
    return Listing(
        caption=caption, head=head, rows=rows, numeric=[False] + [True] * (len(head) - 1)
    )


def _sections(q: Quantification) -> tuple[Section, ...]:
    if not _has_table(q):
        return ()
    table = np.asarray(q.table)
    n1, n2, k = table.shape
    whole = bool((table == np.rint(table)).all())
    first, second, classes = map(_labels, q.axes)
    form = "{:,.0f}" if whole else "{:.6g}"
    rows = [
        [first[i], second[j], *map(form.format, table[i, j])] for i in range(n1) for j in range(n2)
    ]
    head = ["x1", "x2", *(f"y = {y}" for y in classes)]
    what = "Samples" if whole else "Weight of the samples"
    listing = Listing(
        caption=f"{what} in each of {table.size} cells",
        head=head,
        rows=rows,
        numeric=[False, False] + [True] * k,
    )
    return (
        *_where(q),
        *_clusters(q),
        Section(heading="The table that was decomposed", listing=listing),
    )


def _clusters(q: Quantification) -> tuple[Section, ...]:
    """How many rows each cluster has, what they are like, and what it says of y."""
    found, table = [], np.asarray(q.table)
    for role, axis, counts in zip(("x1", "x2"), q.axes, (table.sum(1), table.sum(0)), strict=False):
        if not axis.typical:
            continue
        shares = counts / counts.sum(axis=1, keepdims=True)
        most = np.argsort(-counts.sum(axis=0), kind="stable")[:CLASSES]
        rows = [
            [str(i), brief(text, 80), f"{counts[i].sum() / counts.sum():.0%}"]
            + [f"{shares[i, y]:.0%}" for y in most]
            for i, text in enumerate(axis.typical)
        ]
        classes = _labels(q.axes[2])
        head = [role, "what is typical", "rows", *(f"y = {classes[y]}" for y in most)]
        listing = Listing(
            caption=f"Clusters of {brief(axis.name, 60)}: shares of rows, and of classes in each",
            head=head,
            rows=rows,
            numeric=[False, False] + [True] * (len(head) - 2),
        )
        found.append(Section(heading=f"Clusters of {role}", paragraphs=(TYPICAL,), listing=listing))
    return tuple(found)


def _rows(q: Quantification) -> tuple[Section, ...]:
    """How what rows add is spread, by quantiles that are of many rows; nothing of few."""
    if q.n < FEWEST_ROWS or not q.has_rows:
        return ()
    frame, named = q.by_row(), labels(q.names, IN_SENTENCE)
    weights = frame["weight"].to_numpy() if "weight" in frame else np.ones(q.n)
    rows = []
    for name in (*ATOMS, "total"):
        value = frame[name].to_numpy()
        places = value.argsort()
        rank = weights[places].cumsum() / weights.sum()
        at = places[np.minimum(np.searchsorted(rank, QUANTILES), q.n - 1)]
        mean, below = (float(weights @ x / weights.sum()) for x in (value, value < MISLEADS))
        numbers = [shown(float(x), UNSEEN) for x in (mean, *value[at])]
        rows.append([named.get(name, name), *numbers, f"{below:.0%}"])
    listing = Listing(
        caption=f"What {q.n:,} rows add, in {q.decomposition.unit}: means, and quantiles",
        head=["atom", "mean", *(f"{share:.0%}" for share in QUANTILES), f"below {MISLEADS}"],
        rows=rows,
        numeric=[False] + [True] * (len(QUANTILES) + 2),
    )
    text = (
        "Each atom is a mean over the rows, of values that say what single rows add. A row may be "
        "below 0: what it says, alone or together, is then against the class that it has. Means "
        "are those before correction."
    )
    return (Section(heading="What single rows add", paragraphs=(text,), listing=listing),)


def _where(q: Quantification) -> tuple[Section, ...]:
    """The table beside q*, if it was kept, and what each cell adds to synergy."""
    coupling = q.decomposition.coupling
    if coupling is None:
        return ()
    p, added = q.table / q.table.sum(), q.decomposition.synergy_by_cell(q.table)
    unit, synergy = q.decomposition.unit, shown(q.decomposition.synergy, tiny(q.decomposition))
    grids = []
    for y, label in enumerate(_labels(q.axes[2])):
        most = max(p.max(), coupling.max())
        grids += [
            _grid(f"samples with y = {label}, as shares", p[:, :, y], "total", most),
            _grid(f"the same in q*, y = {label}", coupling[:, :, y], "total", most),
            _grid(
                f"adds to synergy, or takes away; {unit}, y = {label}",
                added[:, :, y],
                "signed",
                abs(added).max(),
            ),
        ]
    return (
        Section(
            heading="Where the synergy is",
            paragraphs=(
                "Rows are symbols of x1, columns symbols of x2. q* goes with y in the same way as "
                "the samples do, source by source, and has no synergy. What a cell adds is its "
                "term of the information in the samples less its term in q*: the cells sum to the "
                f"synergy as counted, {synergy} {unit}. This describes where "
                "the two differ; single cells may be below 0. Orange adds, blue takes away.",
            ),
            grids=tuple(grids),
            beside=3,
        ),
    )


def _grid(title: str, values: Floats, kind: str, most: float) -> Grid:
    rows, columns = values.shape
    form = "{:+.2f}" if kind == "signed" else "{:.2f}"
    texts = [
        [form.format(v).replace("0.", ".") if abs(v) >= 0.005 else "" for v in row]
        for row in values
    ]
    return Grid(
        title=title,
        kind=kind,
        most=max(float(most), 1e-12),
        values=values.tolist(),
        texts=texts if columns <= NUMBERED and rows <= 2 * NUMBERED else (),
    )
