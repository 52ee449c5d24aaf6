"""Where the parts of a chart lie: numbers for the page's pictures, which know no data."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple
from unicodedata import east_asian_width

from pid.analysis.names import brief
from pid.report.document import Bar, Chart

WIDTH, RIGHT = 640.0, 84.0  # of a chart, and at least of what stands beside the bars
LEAST, MOST = 110.0, 300.0  # width of labels
LETTERS = {"W": 14.0, "F": 14.0}  # widths at 13 px: of East Asian letters, and of others below
LARGE, SMALL = 11.5, 8.0
ROW, TOP, AXIS = 34.0, 6.0, 30.0
TICKS = 5
OVER = 0.15  # of a step that values may reach beyond the last tick


class Tick(NamedTuple):
    """A mark on the axis."""

    x: float
    text: str


class Drawn(NamedTuple):
    """A bar and its places: x and width of both parts, whiskers, and where its text stands."""

    bar: Bar
    y: float
    x: float
    width: float
    pale_x: float
    pale_width: float
    low: float | None
    high: float | None
    text_x: float


class Picture(NamedTuple):
    """A chart with all its places."""

    chart: Chart
    width: float
    height: float
    left: float
    zero: float
    mark: float | None
    ticks: tuple[Tick, ...]
    bars: tuple[Drawn, ...]


def picture(chart: Chart) -> Picture:
    """Places on a canvas ``WIDTH`` wide."""
    values = [0.0]
    for bar in chart.bars:
        values += [v for v in (bar.value, bar.further, bar.low, bar.high) if v is not None]
    values += [] if chart.mark is None else [chart.mark]
    left = min(MOST, max(LEAST, *(width_of(bar.label) + 10 for bar in chart.bars)))
    at, ticks = axis(values, left, WIDTH - max(RIGHT, *map(_beside, chart.bars)))
    drawn = tuple(_drawn(bar, place, at) for place, bar in enumerate(chart.bars))
    height = TOP + ROW * len(chart.bars) + AXIS
    mark = None if chart.mark is None else at(chart.mark)
    return Picture(chart, WIDTH, height, left, at(0.0), mark, ticks, drawn)


def _beside(bar: Bar) -> float:
    """Width of the value and its verdict."""
    verdict = width_of(bar.verdict, 12) + 6 if bar.verdict else 0.0
    return width_of(bar.text) + verdict + 12


def axis(
    values: Sequence[float], left: float, right: float
) -> tuple[Callable[[float], float], tuple[Tick, ...]]:
    """Where values are on an axis between two places that has room for all, and its ticks."""
    step = _step(min(values), max(values))
    # a whisker that reaches a little below 0 does not need a tick there
    first, last = math.floor(min(values) / step + OVER), math.ceil(max(values) / step - OVER)
    last = max(last, first + 1)
    low, high = min(first * step, min(values)), max(last * step, max(values))
    scale = (right - left) / (high - low)

    def at(value: float) -> float:
        return round(left + (value - low) * scale, 2)

    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    ticks = tuple(Tick(at(i * step), f"{i * step:z.{digits}f}") for i in range(first, last + 1))
    return at, ticks


def width_of(text: str, size: float = 13.0) -> float:
    """About the most that text is wide, in pixels, in any of the usual fonts."""
    widths = (
        LETTERS.get(east_asian_width(c), LARGE if c.isupper() or c in "mwMW@%…" else SMALL)
        for c in text
    )
    return size / 13 * sum(widths)


def fitting(name: str, width: float, size: float = 13.0) -> str:
    """As much of a name as is no wider than this."""
    longest = min(len(name), int(width / 3))  # no letter is narrower
    while longest > 3 and width_of(brief(name, longest), size) > width:
        longest -= 1
    return brief(name, longest)


def _drawn(bar: Bar, place: int, at: Callable[[float], float]) -> Drawn:
    start, end = sorted((at(0.0), at(bar.value)))
    further = bar.value if bar.further is None else bar.further
    pale_start, pale_end = sorted((at(bar.value), at(further)))
    ends = [end, pale_end] + [at(v) for v in (bar.low, bar.high) if v is not None]
    return Drawn(
        bar,
        TOP + ROW * place,
        start,
        round(end - start, 2),
        pale_start,
        round(pale_end - pale_start, 2),
        None if bar.low is None else at(bar.low),
        None if bar.high is None else at(bar.high),
        max(ends) + 8,
    )


def _step(low: float, high: float) -> float:
    """Of 1, 2 or 5 and a power of ten, so that there are about five ticks."""
    span = max(high - low, 1e-9)
    power = 10.0 ** math.floor(math.log10(span / TICKS))
    return next(f * power for f in (1, 2, 5, 10) if span / (f * power) <= TICKS + 1)
