"""A report on ``pid.screen``."""

from __future__ import annotations

import json

import numpy as np

from pid.decomposition import shown
from pid.reading import brief
from pid.report.document import Bar, Chart, Document, Grid, Listing, Section
from pid.report.of_quantification import METHOD
from pid.screening.result import FOUND, NAMES, Screening

FIRST_ROWS, MOST_ROWS = 20, 200  # that are listed, and with those that are folded
MOST_DATA, MOST_BYTES = 5_000, 1_000_000  # rows of the embedded JSON, and its size
BEST = 12  # pairs in the chart
MOST_NAMES, MOST_TARGETS = 40, 4  # of a map, and maps
HEADS = ("R", "U1", "U2", "S", "total")


def document_of(found: Screening, title: str, command: str | None = None) -> Document:
    """The pairs that stand out, and how many were looked at.

    Args:
        found: the screen.
        title: what was screened, such as a file name.
        command: what repeats it.
    """
    targets = list(dict.fromkeys(y for _, _, y in found.pairs))
    return Document(
        title=brief(title),
        asked=(
            ("pairs", f"{len(found):,}, each with a target"),
            ("targets", brief(", ".join(targets))),
            ("sorted by", found.sorted_by),
        ),
        answer=found.reading,
        warnings=(),
        charts=(_chart(found),) if len(found) else (),
        grids=_grids(found),
        listing=_listing(found, slice(FIRST_ROWS)),
        support=(
            ("samples", f"{found.n:,}"),
            ("resampled", f"{found.resampled:,} of {len(found):,} pairs"),
            ("tests", found.family),
            *(("note", note) for note in found.notes),
        ),
        sections=(*_more(found), METHOD),
        command=command,
        data=_data(found),
    )


def _data(found: Screening) -> list[dict[str, object]]:
    """Rows from the top, as many as keep the file small."""
    rows = found.to_dicts(best=MOST_DATA)
    sizes = np.cumsum([len(json.dumps(row)) for row in rows])
    return rows[: max(1, int(np.searchsorted(sizes, MOST_BYTES)))]


def _chart(found: Screening) -> Chart:
    column = NAMES.index(found.sorted_by)
    kind = found.sorted_by
    bars = []
    for i, (x1, x2, _) in enumerate(found.pairs[:BEST]):
        low, high = found.low[i, column], found.high[i, column]
        value = float(found.corrected[i, column])
        bars.append(
            Bar(
                label=f"{brief(x1, 13)} × {brief(x2, 13)}",
                kind=kind,
                value=value,
                text=shown(value),
                low=None if np.isnan(low) else float(low),
                high=None if np.isnan(high) else float(high),
            )
        )
    return Chart(title=f"The most {kind}", unit=found.unit, bars=tuple(bars))


def _grids(found: Screening) -> tuple[Grid, ...]:
    """All pairs as a map, one for each of the first targets."""
    atom = found.sorted_by
    of = "unique" if atom.startswith("unique") else atom
    targets = list(dict.fromkeys(y for _, _, y in found.pairs))[:MOST_TARGETS]
    return tuple(_grid(found, of, y) for y in targets)


def _grid(found: Screening, of: str, y: str) -> Grid:
    matrix = found.to_matrix(of, y).iloc[:MOST_NAMES, :MOST_NAMES]
    adjusted = found.to_matrix(of, y, q=True).to_numpy()[:MOST_NAMES, :MOST_NAMES]
    values = matrix.to_numpy()
    shown_half = np.isfinite(values) & ((of == "unique") | np.tri(len(values), dtype=bool))
    dots = np.argwhere(shown_half & (adjusted <= FOUND))
    most = max(float(np.nanmax(values, initial=0)), 1e-12)
    kind = "unique1" if of == "unique" else of
    title = f"{of} about {brief(y)}; deepest: {shown(most)} {found.unit}"
    if of == "unique":
        title += "; of the row, beside the column"
    if len(dots):
        title += f"; a dot: q at most {FOUND}"
    if len(matrix) < len({name for *pair, target in found.pairs if target == y for name in pair}):
        title += f"; the first {MOST_NAMES} columns"
    return Grid(
        title=title,
        kind=kind,
        most=most,
        values=[
            [float(v) if show else None for v, show in zip(*row, strict=True)]
            for row in zip(values, shown_half, strict=True)
        ],
        names=[str(name) for name in matrix.index],
        dots=frozenset((int(i), int(j)) for i, j in dots),
    )


def _listing(found: Screening, rows: slice) -> Listing:
    column = NAMES.index(found.sorted_by)
    sources = 3 if len({y for _, _, y in found.pairs}) > 1 else 2
    lines = []
    for i in range(len(found))[rows]:
        atoms = [shown(value) for value in found.corrected[i]]
        q = found.q[i, column]
        names = map(brief, found.pairs[i][:sources])
        lines.append([*names, *atoms, "–" if np.isnan(q) else f"{q:.2g}"])
    return Listing(
        caption=f"{'More' if rows.start else 'The first'} pairs: redundancy, unique information of "
        f"x1 and x2, synergy; corrected, in {found.unit}. q: of {found.sorted_by}",
        head=[*("x1", "x2", "y")[:sources], *HEADS, "q"],
        rows=lines,
        numeric=[False] * sources + [True] * 6,
    )


def _more(found: Screening) -> tuple[Section, ...]:
    """The pairs after the first, folded."""
    if len(found) <= FIRST_ROWS:
        return ()
    more = len(found) - MOST_ROWS
    left_out = f"{more:,} more rows are left out; pid screen --out writes all."
    return (
        Section(
            heading="More pairs",
            paragraphs=(left_out,) if more > 0 else (),
            listing=_listing(found, slice(FIRST_ROWS, MOST_ROWS)),
        ),
    )
