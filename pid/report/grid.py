"""Where the cells of a map lie: numbers for the page's pictures, which know no data."""

from __future__ import annotations

from typing import NamedTuple

from pid.analysis.names import brief
from pid.report.document import Grid
from pid.report.geometry import fitting, width_of

WIDE, LARGEST = 640.0, 28.0  # of a map with names, and of its cells
SMALL, TALL, ROOMY = 200.0, 240.0, 56.0  # of one without: width, height, and of its cells
NAMES, TEXT = 130.0, 11.0  # what names take beside the cells, and the size of their letters
NOTED = 3  # cells that are named to those who do not see the map
SMALLEST = 1e-6  # of the deepest colour, that is worth a word
UNDER_TEXT = 0.45  # the deepest colour that text can be read on


class Cell(NamedTuple):
    """A square with its colour and what stands in it."""

    x: float
    y: float
    kind: str
    opacity: float
    text: str
    dot: bool
    minus: bool  # below 0, where no text says so


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
    in_words: str


def placed(grid: Grid) -> Map:
    """Places of cells and names."""
    n1, n2 = len(grid.values), max(map(len, grid.values))
    names: list[str] = []
    if grid.names:
        names = [fitting(name, NAMES - 10, TEXT) for name in grid.names]
        left = below = max(width_of(name, TEXT) for name in names) + 10
        side = min(LARGEST, (WIDE - left) / n2)
        width = left + n2 * side
    else:
        left, below, width = 0.0, 0.0, SMALL
        side = min(ROOMY, SMALL / n2, TALL / n1)
    cells = tuple(
        _cell(grid, i, j, left + j * side, i * side)
        for i, row in enumerate(grid.values)
        for j, value in enumerate(row)
        if value is not None
    )
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
        _in_words(grid),
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
    minus = grid.kind == "signed" and not grid.texts and value < 0
    return Cell(round(x, 2), round(y, 2), kind, round(deepest * strength, 3), text, dot, minus)


def _in_words(grid: Grid) -> str:
    """The title, and the largest cells."""
    cells = [
        (value, i, j)
        for i, row in enumerate(grid.values)
        for j, value in enumerate(row)
        if value is not None and abs(value) > SMALLEST * grid.most
    ]
    largest = sorted(cells, key=lambda cell: -abs(cell[0]))[:NOTED]
    names = [brief(name, 40) for name in grid.names]
    places = (
        f"{names[i]} and {names[j]}" if names else f"row {i}, column {j}" for _, i, j in largest
    )
    said = "; ".join(
        f"{place}: {value:.4f}" for place, (value, _, _) in zip(places, largest, strict=True)
    )
    return f"{grid.title}. Largest: {said or 'none'}"
