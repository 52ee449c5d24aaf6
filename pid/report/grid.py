"""Where the cells of a map lie: numbers for the page's pictures, which know no data."""

from __future__ import annotations

from typing import NamedTuple

from pid.reading import brief
from pid.report.document import Grid

WIDE, LARGEST = 640.0, 28.0  # of a map with names, and of its cells
SMALL, TALL, ROOMY = 200.0, 240.0, 56.0  # of one without: width, height, and of its cells
LETTER, LONGEST = 7.0, 16  # width of a letter of a name, and how many there are
NAMES = LETTER * LONGEST + 8  # what names take beside the cells
UNDER_TEXT = 0.45  # the deepest colour that text can be read on


class Cell(NamedTuple):
    """A square with its colour and what stands in it."""

    x: float
    y: float
    kind: str
    opacity: float
    text: str
    dot: bool


class Label(NamedTuple):
    """A name beside a row, or below a column."""

    x: float
    y: float
    text: str


class Map(NamedTuple):
    """A grid with all its places."""

    grid: Grid
    width: float
    height: float
    side: float
    cells: tuple[Cell, ...]
    rows: tuple[Label, ...]
    columns: tuple[Label, ...]


def placed(grid: Grid) -> Map:
    """Places of cells and names."""
    n1, n2 = len(grid.values), max(map(len, grid.values))
    if grid.names:
        left, below, width = NAMES, NAMES, WIDE
        side = min(LARGEST, (WIDE - NAMES) / n2)
    else:
        left, below, width = 0.0, 0.0, SMALL
        side = min(ROOMY, SMALL / n2, TALL / n1)
    cells = tuple(
        _cell(grid, i, j, left + j * side, i * side)
        for i, row in enumerate(grid.values)
        for j, value in enumerate(row)
        if value is not None
    )
    names = [brief(name, LONGEST) for name in grid.names]
    middle = [(place + 0.5) * side for place in range(len(names))]
    return Map(
        grid,
        width,
        round(n1 * side + below, 2),
        round(side, 2),
        cells,
        tuple(Label(left - 6, round(y + 3.5, 2), t) for y, t in zip(middle, names, strict=True)),
        tuple(
            Label(round(left + x + 3.5, 2), round(n1 * side + 6, 2), t)
            for x, t in zip(middle, names, strict=True)
        ),
    )


def _cell(grid: Grid, i: int, j: int, x: float, y: float) -> Cell:
    value = grid.values[i][j]
    assert value is not None
    kind = grid.kind
    if kind == "signed":
        kind = "synergy" if value >= 0 else "unique1"
    strength = min(abs(value) if grid.kind == "signed" else max(value, 0.0), grid.most) / grid.most
    deepest = UNDER_TEXT if grid.texts else 1.0
    text = grid.texts[i][j] if grid.texts else ""
    dot = (i, j) in grid.dots
    return Cell(round(x, 2), round(y, 2), kind, round(deepest * strength, 3), text, dot)
