"""What codes keep on the terminal; names from files are not trusted."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from pid.analysis.names import plain
from pid.analysis.retention.facts import facts_of
from pid.analysis.retention.probe import Probe, ends, rows_of
from pid.analysis.retention.result import Retention
from pid.analysis.retention.sources import SourcesRetention
from pid.cli.terminal.fitting import Fitting
from pid.cli.terminal.page import evidence, layout
from pid.core.decomposition import shown


def render(found: Retention | SourcesRetention, title: str) -> Group:
    """The answer in words, numbers before and after, what is lost, and what it rests on.

    Args:
        found: the retention.
        title: of what, such as a file name.
    """
    tables = (
        [_profiles(found, probe) for probe in (found.networks, found.linear)]
        if isinstance(found, Retention)
        else [_parts(found)]
    )
    parts: tuple[RenderableType, ...] = (
        *(Fitting(table, drop=(4, 3)) for table in tables),
        _losses(found),
    )
    heading = f"What codes keep of {title}"
    return layout(heading, found.reading, *parts, evidence(facts_of(found)))


def _profiles(found: Retention, probe: Probe) -> Table:
    """A row per atom: before, after, and the change."""
    grid = _grid(f"{probe.name}, {found.unit}", found.level)
    for row in rows_of(probe, found.names):
        cells = row.cells(intervals=found.level is not None)
        grid.add_row(Text(row.label), *cells)
    return grid


def _parts(found: SourcesRetention) -> Table:
    """A row per part of the total: before, after, and the change."""
    grid = _grid(found.unit, found.level)
    before, after = found.before.by_name(), found.after.by_name()
    words = {part.name: plain(part.words) for part in found.before.parts()}
    for name, text in (words | {"total": "total"}).items():
        by = found.change[name]
        between = [ends(by)] if found.level else []
        cells = (shown(before[name]), shown(after[name]), f"{by.corrected:+z.4f}", *between)
        grid.add_row(Text(text), *cells)
    return grid


def _grid(corner: str, level: float | None) -> Table:
    """A table of numbers before and after."""
    grid = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 1, 0, 0))
    grid.add_column(corner, no_wrap=True, min_width=22)
    between = [f"{level:.0%} interval"] if level else []
    for head in ("before", "after", "change", *between):
        grid.add_column(head, justify="right", no_wrap=True)
    return grid


def _losses(found: Retention | SourcesRetention) -> Table:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True, min_width=22)
    grid.add_column(justify="right")
    grid.add_column()
    for name, lost in found.lost.items():
        grid.add_row(
            Text(plain(f"lost of {name}")), Text(shown(lost.corrected), style="bold"), ends(lost)
        )
    return grid
