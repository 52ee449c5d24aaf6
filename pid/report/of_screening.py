"""A report on ``pid.screen``."""

from __future__ import annotations

import json

import numpy as np

from pid.decomposition import shown
from pid.reading import brief
from pid.report.document import Bar, Chart, Document, Listing
from pid.report.of_quantification import METHOD
from pid.screening.result import NAMES, Screening

MOST_ROWS = 200  # that are listed
MOST_DATA, MOST_BYTES = 5_000, 1_000_000  # rows of the embedded JSON, and its size
BEST = 12  # pairs in the chart
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
        listing=_listing(found),
        support=(
            ("samples", f"{found.n:,}"),
            ("resampled", f"{found.resampled:,} of {len(found):,} pairs"),
            ("tests", found.family),
            *(("note", note) for note in found.notes),
        ),
        sections=(METHOD,),
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
                label=f"{x1[:8]} × {x2[:8]}",
                kind=kind,
                value=value,
                text=shown(value),
                low=None if np.isnan(low) else float(low),
                high=None if np.isnan(high) else float(high),
            )
        )
    return Chart(title=f"The most {kind}", unit=found.unit, bars=tuple(bars))


def _listing(found: Screening) -> Listing:
    column = NAMES.index(found.sorted_by)
    rows = []
    for i, pair in enumerate(found.pairs[:MOST_ROWS]):
        atoms = [shown(value) for value in found.corrected[i]]
        q = found.q[i, column]
        rows.append([*map(brief, pair), *atoms, "–" if np.isnan(q) else f"{q:.2g}"])
    head = ["x1", "x2", "y", *HEADS, f"q of {found.sorted_by}"]
    more = len(found) - MOST_ROWS
    return Listing(
        caption=f"Redundancy, unique information of x1 and x2, synergy; corrected, in {found.unit}",
        head=head,
        rows=rows,
        numeric=[False] * 3 + [True] * 6,
        left_out=f"{more:,} more rows are left out; pid screen --out writes all"
        if more > 0
        else "",
    )
