"""What all answers look like on the terminal; names from files are not trusted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.constrain import Constrain
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pid.analysis.names import plain
from pid.analysis.quantification.facts import Fact
from pid.analysis.words import ROLES
from pid.cli.words import as_typed

if TYPE_CHECKING:
    from pid.analysis.quantification.axes import Axis
    from pid.datasets import Dataset

PROSE = 100  # columns of running text, which is hard to read in longer lines
NARROWEST = 40  # whatever COLUMNS says: in a width of 0 nothing would be printed
BLOCK = "█"


def as_text(content: RenderableType) -> str:
    """What to put on stdout: in colour on a terminal, bare elsewhere, and as wide as there."""
    console = Console(width=max(NARROWEST, Console().width))
    with console.capture() as capture:
        console.print(content)
    lines = capture.get().splitlines()  # padded to the full width, which a file has no use for
    text = "\n".join(lines if console.is_terminal else [line.rstrip() for line in lines])
    if not console.encoding.startswith("utf"):
        text = text.replace(BLOCK, "#")
    return text.encode(console.encoding, "backslashreplace").decode(console.encoding)


def layout(heading: str, *parts: RenderableType) -> Group:
    """A heading, and below it the parts, of which text is no wider than can be read."""
    below = (prose(part) if isinstance(part, str) else part for part in parts)
    return Group(
        Text(plain(heading), style="bold"), *(Padding(part, (1, 0, 0, 2)) for part in below)
    )


def prose(text: str | Text) -> Constrain:
    """Running text; what is not made yet is of files, and not trusted."""
    return Constrain(Text(plain(text)) if isinstance(text, str) else text, PROSE)


def page(
    heading: str,
    axes: Iterable[Axis],
    numbers: RenderableType,
    reading: str,
    facts: Iterable[Fact],
    roles: Iterable[str] = ROLES,
) -> Group:
    """What every answer looks like: the words, what was asked, the numbers, what they rest on."""
    return layout(heading, reading, _axes(roles, axes), numbers, evidence(facts))


def catalogue(datasets: Iterable[Dataset]) -> Table:
    """The data sets there are, one a row; of gates any number of samples can be drawn."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("name", style="bold", no_wrap=True)
    table.add_column("kind")
    table.add_column("size", no_wrap=True)
    table.add_column("what")
    for d in datasets:
        size = f"{'any' if d.rows is None else d.rows} x {d.columns}"
        table.add_row(d.name, d.kind, size, Text(d.description))
    return table


def _axes(roles: Iterable[str], axes: Iterable[Axis]) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold")
    grid.add_column(no_wrap=True, overflow="ellipsis", max_width=44)
    grid.add_column(no_wrap=True)
    for role, axis in zip(roles, axes, strict=True):
        grid.add_row(role, Text(plain(axis.name)), axis.in_words)
    return grid


def evidence(facts: Iterable[Fact]) -> Constrain:
    """A label and a text in each row."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column()
    for label, text in facts:
        grid.add_row(label, Text(as_typed(text)))
    return Constrain(grid, PROSE)
