"""Where curves lie: numbers for the page's pictures, which know no data."""

from __future__ import annotations

from typing import NamedTuple

from pid.report.document import Curves, Points
from pid.report.geometry import WIDTH, Tick, fitting

LEFT, TOP, SIDE, BELOW = 62.0, 10.0, 320.0, 46.0  # of the square that curves are in
KEY, LINE = 34.0, 24.0  # from the square to the legend, and a line of it
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


class Line(NamedTuple):
    """A curve as a path, and its line of the legend."""

    kind: str
    path: str
    label: str
    y: float


class Drawing(NamedTuple):
    """Curves with all their places."""

    curves: Curves
    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    ticks: tuple[tuple[Tick, float], ...]
    lines: tuple[Line, ...]
    above: tuple[tuple[str, str], ...]


def drawn(curves: Curves) -> Drawing:
    """Places on a canvas ``WIDTH`` wide: a square, and the legend beside it."""
    right, bottom = LEFT + SIDE, TOP + SIDE
    room = WIDTH - right - KEY - 26
    lines = tuple(
        Line(kind, _path(points), fitting(label, room), TOP + 20 + LINE * (place + 1))
        for place, (label, kind, points) in enumerate(curves.curves)
    )
    ticks = tuple((Tick(LEFT + SIDE * t, f"{t:g}"), bottom - SIDE * t) for t in TICKS)
    above = tuple((kind, _path(points)) for kind, points in curves.above)
    height = max(bottom + BELOW, TOP + 20 + LINE * (len(lines) + 1))
    return Drawing(curves, WIDTH, height, LEFT, right, TOP, bottom, ticks, lines, above)


def _path(points: Points) -> str:
    places = (f"{LEFT + SIDE * x:.1f} {TOP + SIDE * (1 - y):.1f}" for x, y in points)
    return "M" + "L".join(places)
