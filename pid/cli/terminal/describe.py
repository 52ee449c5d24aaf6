"""A ``Description`` on the terminal; names and values from files are not trusted."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text

from pid.analysis.description import Described, Description
from pid.analysis.names import apart, plain
from pid.cli.terminal.page import layout, prose
from pid.cli.words import as_typed

_NAME = 24  # width of a column of names


def render(found: Description, title: str, notes: Sequence[str] = ()) -> Group:
    """A row for each column, and below it what should be read otherwise.

    Args:
        found: the columns.
        title: of what, such as a file name.
        notes: how the file is written.
    """
    heading = f"{len(found.columns):,} columns of {title}, {found.n:,} rows"
    doubts = (prose(f"! {as_typed(doubt)}") for doubt in found.doubts)
    return layout(heading, *notes, _columns(found), *doubts, _cells(found))


def _columns(found: Description) -> Table:
    """A row a column; of examples as many as fit."""
    names = apart((plain(one.name) for one in found.columns), _NAME)
    grid = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    name = max(map(len, names.values()), default=0)
    grid.add_column("column", no_wrap=True, min_width=min(name, _NAME), max_width=_NAME)
    kind = max((len(one.kind) for one in found.columns), default=0) + 2
    grid.add_column("read as", no_wrap=True, min_width=kind)
    for head in ("values", "gaps", "cells"):
        grid.add_column(head, justify="right", no_wrap=True, min_width=len(head))
    grid.add_column("such as", no_wrap=True, overflow="ellipsis")
    for one in found.columns:
        mark = "! " if one.doubt else ""
        grid.add_row(
            Text(names[plain(one.name)], style="yellow" if one.doubt else ""),
            mark + one.kind,
            f"{one.values:,}",
            f"{one.gaps:,}" if one.gaps else "",
            f"{one.cells:,}" if one.cells else "",
            Text(_examples(one)),
        )
    return grid


def _examples(one: Described) -> str:
    return ", ".join(plain(f"{v:.6g}" if isinstance(v, float) else str(v)) for v in one.examples)


def _cells(found: Description) -> str:
    return (
        f"cells: symbols, or the bins of numbers ({found.bins} asked for), that a column has in a "
        "screen; a table of x1, x2 and y has the product of theirs"
    )
