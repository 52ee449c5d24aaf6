"""Bounds from half-labelled samples on the terminal; names from files are not trusted."""

from __future__ import annotations

from rich.console import Group
from rich.table import Table
from rich.text import Text

from pid.analysis.half_labelled.facts import facts_of, rows_of
from pid.analysis.half_labelled.result import ATOMS, HalfLabelled
from pid.cli.terminal.page import page


def render(h: HalfLabelled, title: str) -> Group:
    """The reading, the result as a table, and what it rests on.

    Args:
        h: the result.
        title: what was bounded, such as a file name.
    """
    heading = f"What half-labelled data say: {title}"
    return page(heading, h.axes, _ends(h), h.reading, facts_of(h))


def _ends(h: HalfLabelled) -> Table:
    """A row per quantity: its value, or both ends; and how far sampling may move them."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column()
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(justify="right", no_wrap=True)
    level = "" if h.level is None else f"with sampling, {h.level:.0%}"
    grid.add_row("", Text(h.bounds.unit, style="dim"), Text(level, style="dim"))
    for place, (label, value, ends) in enumerate(rows_of(h)):
        if place == len(ATOMS) + 1:  # accuracy comes after synergy
            grid.add_row("")
        style = "bold" if label == "synergy" else ""
        grid.add_row(Text(label, style=style), Text(value, style=style), ends)
    return grid
