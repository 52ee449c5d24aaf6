"""Where the parts of a whole lie in one bar: numbers for the page's pictures."""

from __future__ import annotations

from typing import NamedTuple

from pid.report.document import Piece, Stack
from pid.report.geometry import WIDTH, Tick, axis, fitting, width_of

LEFT, TOP, HEIGHT = 16.0, 6.0, 40.0  # of the bar
AXIS, LINE, SWATCH = 32.0, 24.0, 14.0  # what the axis takes, a line of the legend, and its squares
GAP, APART = 8.0, 22.0  # beside a square, and between items
HATCHES = ((0, 1), (9, 1), (9, -1), (14, 0), (5, 1), (5, -1), (7, 0))  # step and slope; 0 is both


class Part(NamedTuple):
    """A part in its place, and its lines as a path, which is empty without a hatch."""

    piece: Piece
    x: float
    width: float
    lines: str


class Item(NamedTuple):
    """A line of the legend: its square, and where its text stands."""

    piece: Piece
    x: float
    y: float
    lines: str
    text: str


class Placed(NamedTuple):
    """A whole with all its places."""

    stack: Stack
    width: float
    height: float
    zero: float
    mark: float
    ticks: tuple[Tick, ...]
    parts: tuple[Part, ...]
    legend: tuple[Item, ...]


def stacked(stack: Stack) -> Placed:
    """Places on a canvas ``WIDTH`` wide; parts below 0 go to the left."""
    above = sum(max(piece.value, 0.0) for piece in stack.pieces)
    below = sum(min(piece.value, 0.0) for piece in stack.pieces)
    at, ticks = axis([below, 0.0, above, stack.mark], LEFT, WIDTH - LEFT)
    right = left = 0.0
    parts = []
    for piece in stack.pieces:
        start = right if piece.value >= 0 else left
        x, end = sorted((at(start), at(start + piece.value)))
        parts.append(
            Part(piece, x, round(end - x, 2), _hatch(piece.hatch, x, TOP, end - x, HEIGHT))
        )
        right, left = right + max(piece.value, 0.0), left + min(piece.value, 0.0)
    legend = _legend(stack)
    height = legend[-1].y + LINE
    return Placed(stack, WIDTH, height, at(0.0), at(stack.mark), ticks, tuple(parts), tuple(legend))


def _legend(stack: Stack) -> list[Item]:
    """Items below each other, in as many columns as there is room for."""
    room = WIDTH - 2 * LEFT
    texts = [fitting(f"{p.label} {p.text}", room - SWATCH - GAP) for p in stack.pieces]
    width = SWATCH + GAP + max(map(width_of, texts)) + APART
    columns = max(1, int((room + APART) // width))
    items = []
    for place, (piece, text) in enumerate(zip(stack.pieces, texts, strict=True)):
        x = round(LEFT + place % columns * width, 2)
        y = TOP + HEIGHT + AXIS + place // columns * LINE
        items.append(Item(piece, x, y, _hatch(piece.hatch, x, y, SWATCH, SWATCH), text))
    return items


def _hatch(which: int, x: float, y: float, width: float, height: float) -> str:
    """Lines at 45 degrees within a rectangle, as a path."""
    if not which or width <= 0:
        return ""
    step, slope = HATCHES[(which - 1) % (len(HATCHES) - 1) + 1]
    found = []
    for direction in (slope,) if slope else (1, -1):
        for i in range(int((width + height) // step) + 1):
            # from the lower side at x + s to the upper one, cut at both ends of the rectangle
            s = i * step + step / 2 - height
            a, b = max(s, 0.0), min(s + height, width)
            if b - a < 0.5:
                continue
            ends = [(p, height - (p - s)) for p in (a, b)]
            if direction < 0:
                ends = [(width - p, q) for p, q in ends]
            (x1, y1), (x2, y2) = ends
            found.append(f"M{x + x1:.1f} {y + y1:.1f}L{x + x2:.1f} {y + y2:.1f}")
    return "".join(found)
