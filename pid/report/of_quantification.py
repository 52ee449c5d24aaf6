"""A report on ``pid.quantify``."""

from __future__ import annotations

import numpy as np

from pid.decomposition import ATOMS, shown, tiny
from pid.quantification import Axis, Quantification
from pid.reading import brief
from pid.render import LABELS, facts_of
from pid.report.document import Bar, Chart, Document, Fact, Listing, Section

MOST_CELLS = 400  # of a table that is listed


def document_of(q: Quantification, title: str, command: str | None = None) -> Document:
    """What was asked, the atoms, what they rest on.

    Args:
        q: the result.
        title: what was decomposed, such as a file name.
        command: what repeats it.
    """
    return Document(
        title=brief(title),
        asked=asked_of(q.axes),
        answer=q.reading,
        warnings=q.warnings,
        charts=(_chart(q),),
        listing=_atoms(q),
        support=tuple(facts_of(q)),
        sections=(*_sections(q), METHOD),
        command=command,
        data=q.to_dict(),
    )


def asked_of(axes: tuple[Axis, Axis, Axis]) -> tuple[Fact, ...]:
    """What x1, x2 and y are."""
    return tuple(
        (role, f"{brief(axis.name)} ({_size(axis.columns, axis.size, axis.kind)})")
        for role, axis in zip(("x1", "x2", "y"), axes, strict=True)
    )


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


def _size(columns: int, size: int, kind: str) -> str:
    one = kind.removesuffix("es" if kind == "classes" else "s")
    noun = f"1 {one}" if size == 1 else f"{size} {kind}"
    return noun if columns == 1 else f"{columns} columns, {noun}"


def _chart(q: Quantification) -> Chart:
    bars = []
    for atom in (*ATOMS, "total"):
        low, high = (None, None) if q.interval is None else q.interval[atom]
        value = float(getattr(q.best, atom))
        value = 0.0 if abs(value) <= tiny(q.best) else value
        label = LABELS.get(atom, atom)
        bars.append(Bar(label=label, kind=atom, value=value, text=q.show(atom), low=low, high=high))
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
    rows = []
    for atom in (*ATOMS, "total"):
        row = [LABELS.get(atom, atom), q.show(atom)]
        if q.interval is not None:
            row.append(" to ".join(map(shown, q.interval[atom])))
        if q.corrected is not None:
            row.append(shown(float(getattr(q.decomposition, atom)), tiny(q.decomposition)))
        rows.append(row)
    caption = "The same numbers"
    if q.target_entropy is not None:
        caption += f"; there are {q.target_entropy:.4f} {q.decomposition.unit} to be known of y"
    return Listing(
        caption=caption, head=head, rows=rows, numeric=[False] + [True] * (len(head) - 1)
    )


def _sections(q: Quantification) -> tuple[Section, ...]:
    if q.table is None:
        return ()
    table = np.asarray(q.table)
    n1, n2, k = table.shape
    if table.size > MOST_CELLS:
        return ()
    rows = [
        [str(i), str(j), *(f"{value:g}" for value in table[i, j])]
        for i in range(n1)
        for j in range(n2)
    ]
    head = ["x1", "x2", *(f"y = {y}" for y in range(k))]
    listing = Listing(
        caption=f"Samples in each of {table.size} cells, by number of symbol and class",
        head=head,
        rows=rows,
        numeric=[True] * len(head),
    )
    return (Section(heading="The table that was decomposed", listing=listing),)
