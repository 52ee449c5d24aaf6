"""A report on ``pid.screen``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from pid.analysis.names import brief
from pid.analysis.screening.result import FOUND, HEADS, NAMES, Screening
from pid.core.decomposition import shown
from pid.report.document import Bar, Chart, Document, Grid, Listing, Section
from pid.report.html import MOST_BYTES, embedded
from pid.report.of_quantification import METHOD

if TYPE_CHECKING:
    import pandas as pd

FIRST_ROWS, MOST_ROWS = 20, 200  # that are listed, and with those that are folded
MOST_DATA = 2_000  # rows of the embedded JSON, if they are small
BEST = 12  # pairs in the chart
MOST_NAMES, MOST_TARGETS = 40, 2  # of a map, and maps
LONGEST = 60  # characters of a name in a table


def document_of(found: Screening, title: str, command: str | None = None) -> Document:
    """The pairs that stand out, and how many were looked at.

    Args:
        found: the screen.
        title: what was screened, such as a file name.
        command: what repeats it.
    """
    targets = list(dict.fromkeys(y for _, _, y in found.pairs))
    maps = {y: _matrix(found, y) for y in targets[:MOST_TARGETS]}
    data = _data(found, maps)
    return Document(
        title=brief(title),
        asked=(
            ("pairs", f"{len(found):,}, each with a target", ""),
            ("targets", brief(", ".join(targets)), ""),
            ("sorted by", found.sorted_by, ""),
        ),
        answer=found.reading,
        warnings=found.warnings,
        charts=(_chart(found),) if len(found) else (),
        grids=tuple(_grid(found, y, matrix, set(data)) for y, matrix in maps.items()),
        listing=_listing(found, [i for i in range(min(len(found), FIRST_ROWS)) if i in data]),
        support=(
            ("samples", f"{found.n:,}"),
            *(
                [("resampled", f"{found.resampled:,} of {len(found):,} pairs")]
                if found.level
                else []
            ),
            ("tests", found.family),
            ("in this file", f"the numbers of {len(data):,} of {len(found):,} pairs"),
            *(("note", note) for note in found.notes),
        ),
        sections=(*_more(found, set(data)), METHOD),
        command=command,
        data=[data[i] for i in sorted(data)],
    )


def _matrix(found: Screening, y: str) -> pd.DataFrame:
    return found.to_matrix(_of(found), y, half=True).iloc[:MOST_NAMES, :MOST_NAMES]


def _of(found: Screening) -> str:
    return "unique" if found.sorted_by.startswith("unique") else found.sorted_by


def _data(found: Screening, maps: Mapping[str, pd.DataFrame]) -> dict[int, dict[str, object]]:
    """Rows by their place: those that are listed, those on a map, others; as many as are small."""
    names = {y: set(matrix.index) for y, matrix in maps.items()}
    mapped = (
        i
        for i, (x1, x2, y) in enumerate(found.pairs)
        if x1 in names.get(y, ()) and x2 in names.get(y, ())
    )
    order = dict.fromkeys([*range(min(MOST_ROWS, len(found))), *mapped])
    order |= dict.fromkeys(range(min(MOST_DATA, len(found))))
    rows, size = {}, 0
    for i, row in zip(order, found.to_dicts(rows=list(order)), strict=True):
        for role in ("x1", "x2", "y"):
            row[role] = brief(str(row[role]))
        size += len(embedded(row).encode()) + 1
        if size >= MOST_BYTES:
            break
        rows[i] = row
    return rows


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


def _grid(found: Screening, y: str, matrix: pd.DataFrame, kept: set[int]) -> Grid:
    """All pairs as a map, of those whose numbers are in the file."""
    of = _of(found)
    place = {name: position for position, name in enumerate(matrix.index)}
    table = matrix.to_numpy()
    adjusted = found.to_matrix(of, y, q=True, half=True).to_numpy()
    values: list[list[float | None]] = [[None] * len(place) for _ in place]
    dots = set()
    for i in kept:
        x1, x2, target = found.pairs[i]
        if target != y or x1 not in place or x2 not in place:
            continue
        for row, column in ((place[x1], place[x2]), (place[x2], place[x1])):
            value = float(table[row, column])
            if np.isfinite(value):
                values[row][column] = value
                if adjusted[row, column] <= FOUND:
                    dots.add((row, column))
    most = max((v for row in values for v in row if v is not None), default=0.0)
    title = f"{of} about {brief(y)}; deepest: {shown(most)} {found.unit}"
    title += "; of the row, beside the column" if of == "unique" else ""
    title += f"; a dot: q at most {FOUND}" if dots else ""
    all_names = {name for *pair, target in found.pairs if target == y for name in pair}
    left_out = len(all_names) - len(place)
    title += f"; without the {left_out:,} columns of which pairs have least" if left_out else ""
    return Grid(
        title=title,
        kind="unique1" if of == "unique" else of,
        most=max(most, 1e-12),
        values=values,
        names=[str(name) for name in matrix.index],
        dots=frozenset(dots),
    )


def _listing(found: Screening, rows: Sequence[int]) -> Listing:
    sources = 3 if len({y for _, _, y in found.pairs}) > 1 else 2
    tested = bool(np.isfinite(found.q).any())
    lines = []
    for i in rows:
        atoms = [shown(value) for value in found.corrected[i]]
        q = ["" if np.isnan(value) else f"{value:.2g}" for value in found.q[i]]
        beside = [cell for pair in zip(atoms, q, strict=True) for cell in pair]
        names = (brief(name, LONGEST) for name in found.pairs[i][:sources])
        lines.append([*names, *(beside if tested else atoms)])
    heads = [cell for head in HEADS for cell in (head, "q")] if tested else [*HEADS]
    words = ". q: of the number before it" if tested else ""
    return Listing(
        caption=f"{'More' if rows and rows[0] else 'The first'} pairs: redundancy, unique "
        f"information of x1 and x2, synergy; corrected, in {found.unit}{words}",
        head=[*("x1", "x2", "y")[:sources], *heads],
        rows=lines,
        numeric=[False] * sources + [True] * len(heads),
    )


def _more(found: Screening, kept: set[int]) -> tuple[Section, ...]:
    """The pairs after the first, folded."""
    rows = [i for i in range(FIRST_ROWS, min(len(found), MOST_ROWS)) if i in kept]
    if not rows:
        return ()
    more = len(found) - rows[-1] - 1
    left_out = f"{more:,} more rows are left out; pid screen --out writes all."
    return (
        Section(
            heading="More pairs",
            paragraphs=(left_out,) if more > 0 else (),
            listing=_listing(found, rows),
        ),
    )
