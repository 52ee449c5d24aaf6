"""A ``Trajectory`` on the terminal; names from files are not trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from pid.analysis.names import plain
from pid.analysis.words import labels
from pid.cli.terminal.fitting import Fitting
from pid.cli.terminal.page import evidence, layout
from pid.core.decomposition import ATOMS, shown

if TYPE_CHECKING:
    from pid.analysis.quantification.trajectory import Trajectory


def render(found: Trajectory, title: str) -> Group:
    """The reading, a row per place, and what was done.

    Args:
        found: the answers.
        title: of what, such as a file name.
    """
    facts = [
        ("samples", found.samples),
        ("estimator", f"{found.results[0].estimator}; {found.seconds:.2f} s"),
        *(("note", note) for note in found.notes),
    ]
    heading = f"{title}, {found.axis} by {found.axis}"
    table = Fitting(_atoms(found, 20), _atoms(found, 8), drop=(6,))
    return layout(heading, found.reading, table, evidence(facts))


def _atoms(found: Trajectory, width: int) -> Table:
    """Of many places the first and the last; the interval is that of the total."""
    grid = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 1, 0, 0))
    grid.add_column(plain(found.axis), no_wrap=True, overflow="ellipsis", max_width=14)
    called = labels(found.names, width)
    for atom in ATOMS:
        grid.add_column(plain(called[atom]), justify="right")
    grid.add_column(f"total, {found.unit}", justify="right")
    if found.level is not None:
        grid.add_column(f"{found.level:.0%} interval", justify="right", no_wrap=True)
    places = found.shown_places()
    for before, place in zip([-1, *places], places, strict=False):
        q = found.results[place]
        if place != before + 1:
            grid.add_row("...")
        row = [q.show(name) for name in (*ATOMS, "total")]
        if q.interval is not None:
            row.append(" to ".join(map(shown, q.interval["total"])))
        grid.add_row(Text(plain(found.labels[place])), *row)
    return grid
