"""Tables in the width that there is: names in full where they fit, columns left out where not."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

NAMES = (60, 30, 20)  # widths of the longest names to try before the one that a table has at least
UNBOUNDED = 10_000  # wider than any table


class Fitting:
    """The first of several forms of a table that fits.

    Args:
        forms: of one table, the widest first.
        drop: columns that the last one can do without, in the order they go; it is said which.
    """

    def __init__(self, *forms: Table, drop: Sequence[int] = ()) -> None:
        self.forms = forms
        self.drop = [place for place in drop if place < len(forms[-1].columns)]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The form, and what it does not show."""
        free = options.update(max_width=UNBOUNDED)

        def fits(table: Table) -> bool:
            return Measurement.get(console, free, table).maximum <= options.max_width

        table = next(filter(fits, self.forms), self.forms[-1])
        left_out: list[int] = []
        for place in self.drop:
            if fits(table):
                break
            left_out.append(place)
            table = _without(self.forms[-1], left_out)
        yield table
        if names := [_head(self.forms[-1], place) for place in sorted(left_out)]:
            yield Text(f"left out, for want of width: {', '.join(filter(None, names))}", "dim")


def _without(table: Table, places: Sequence[int]) -> Table:
    """The same less some columns."""
    found = Table(
        box=table.box,
        padding=table.padding,
        pad_edge=table.pad_edge,
        collapse_padding=table.collapse_padding,
        show_header=table.show_header,
        header_style=table.header_style,
    )
    kept = [column for place, column in enumerate(table.columns) if place not in places]
    cells = [list(column.cells) for column in kept]
    for column in kept:
        found.add_column(
            column.header,
            style=column.style,
            justify=column.justify,
            no_wrap=column.no_wrap,
            overflow=column.overflow,
            min_width=column.min_width,
            max_width=column.max_width,
        )
    for place, row in enumerate(table.rows):
        found.add_row(*(column[place] for column in cells), style=row.style)
    return found


def _head(table: Table, place: int) -> str:
    """Of a column: its header, or what stands in its first row."""
    column = table.columns[place]
    head = column.header or next(iter(column.cells), "")
    return str(head).replace("\n", " ")
