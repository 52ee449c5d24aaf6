"""An answer as notebooks show it: a small piece of HTML that leaves the page around it alone.

What it says is that of a report on the answer: its sentence, its warnings, its first picture and
its table, in the report's colours. Bars stretch with the width that there is, and text does not.
Answers that have no report are shown as bars where they have atoms, else by their frame, or as they
print.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple, get_args

import numpy as np

from pid.analysis.names import brief
from pid.analysis.quantification.trajectory import Trajectory
from pid.analysis.retention.result import Retention
from pid.bounds.synergy import SynergyBounds
from pid.core.decomposition import ROUNDING, Decomposition, shown, tiny
from pid.core.sources.result import SourcesDecomposition
from pid.errors import MissingExtra
from pid.report import Result, document_of
from pid.report.document import Bar, Chart, Fact, Listing, Stack
from pid.report.geometry import Tick, axis
from pid.report.html import KINDS, source_of, template

WIDTH = 100.0  # of a picture, whatever it is wide in the end
EDGE = 2.0  # of it that nothing is drawn on
SENTENCE, CELL = 600, 60  # characters
MOST_TICKS = 4
ROWS, FACTS, COLUMNS = 12, 12, 9  # that are shown
CHARTS = (Trajectory, Retention)  # of which one alone would say less than their table
_COLOURS = re.compile(r":root \{(.*?)\}", re.DOTALL)  # of the page: light, and dark


class Card(NamedTuple):
    """What is shown.

    Attributes:
        kind: of answer.
        answer: in words; empty where it has none.
        warnings: reasons not to trust it.
        chart: its picture, if it has one.
        listing: its table, if it has one.
        printed: the lines that it prints as, where it has neither.
        support: what it rests on.
    """

    kind: str
    answer: str
    warnings: Sequence[str] = ()
    chart: Chart | None = None
    listing: Listing | None = None
    printed: Sequence[str] = ()
    support: Sequence[Fact] = ()


class Placed(NamedTuple):
    """A bar, and where it and its ends lie from 0 to ``WIDTH``."""

    bar: Bar
    x: float
    width: float
    pale_x: float
    pale_width: float
    ends: tuple[float, float] | None


class Picture(NamedTuple):
    """Bars in their places, with what is behind all of them."""

    title: str
    zero: float
    mark: float | None
    ticks: Sequence[Tick]
    bars: Sequence[Placed]


def card(answer: object) -> str | None:
    """An answer as HTML; None where there is no jinja2."""
    try:
        found = template("card.html")
    except MissingExtra:
        return None
    said = _shortened(card_of(answer))
    light, dark = _colours()
    text: str = found.render(
        card=said,
        picture=None if said.chart is None else _placed(said.chart),
        light=light,
        dark=dark,
        kinds=KINDS,
        width=WIDTH,
    )
    return text


def card_of(answer: Any) -> Card:
    """What is shown of an answer."""
    kind = type(answer).__name__
    if isinstance(answer, get_args(Result)):
        said = document_of(answer, kind)
        charts = [] if isinstance(answer, CHARTS) else [*map(_bars, said.stacks), *said.charts]
        chart, support = charts[0] if charts else None, said.support
        return Card(kind, said.answer, said.warnings, chart, said.listing, (), support)
    words, warnings = getattr(answer, "reading", ""), getattr(answer, "warnings", ())
    chart = _chart(answer)
    listing = _listing(answer) if chart is None else None
    printed = repr(answer).splitlines() if chart is None and listing is None else []
    printed = [] if words and len(printed) == 1 else printed
    return Card(kind, words, warnings, chart, listing, printed, _support(answer))


def _chart(answer: object) -> Chart | None:
    """The atoms of what was decomposed, as bars."""
    if isinstance(answer, Decomposition):
        least = tiny(answer)
        values = [*answer.atoms.items(), ("total", answer.total)]
        bars = [_bar(name, name, value, least) for name, value in values]
        return Chart(title="Information about y", unit=answer.unit, bars=tuple(bars))
    if isinstance(answer, SourcesDecomposition):
        gap = answer.certificate.gap if answer.certificate is not None else 0.0
        several = len(answer.names)
        kinds = [f"source{i % 10}" for i in range(several)] + ["shared"] + ["synergy"] * several
        bars = [
            _bar(part.words, kind, part.value, gap)
            for part, kind in zip(answer.parts(), kinds, strict=False)
        ]
        bars.append(_bar("total", "total", answer.total, gap))
        return Chart(title="Information about y", unit=answer.unit, bars=tuple(bars))
    if isinstance(answer, SynergyBounds):
        names = ("redundancy", "unique1", "unique2")
        bars = [_bar(name, name, getattr(answer, name), 0.0) for name in names]
        ends = f"{shown(answer.lower)} to {shown(answer.upper)}"
        synergy = Bar(
            label="synergy", kind="synergy", value=answer.lower, further=answer.upper, text=ends
        )
        title = "Information about y; in pale, what is left open"
        return Chart(title=title, unit=answer.unit, bars=(*bars, synergy))
    return None


def _bar(label: str, kind: str, value: float, least: float) -> Bar:
    return Bar(label=label, kind=kind, value=value, text=shown(value, least))


def _listing(answer: Any) -> Listing | None:
    """Its frame, where that is small enough to be read; else it is shown as it prints."""
    try:
        frame = answer.to_frame() if hasattr(answer, "to_frame") else None
    except UnicodeError:  # of names that are no text, which a frame cannot have
        return None
    if frame is None or frame.shape[1] > COLUMNS:
        return None
    if frame.map(lambda value: isinstance(value, list | tuple)).any(axis=None):
        return None
    unit = str(frame.pop("unit")[0]) if "unit" in frame and len(frame) else ""
    numeric = [kind.kind in "if" for kind in frame.dtypes]
    rows = [[_cell(value) for value in row] for row in frame[:ROWS].itertuples(index=False)]
    more = f"the first {ROWS} of {len(frame):,} rows" if len(frame) > ROWS else ""
    caption = "; ".join(text for text in (more, f"in {unit}" if unit else "") if text).capitalize()
    head = [str(name).replace("_", " ") for name in frame.columns]
    return Listing(caption=caption, head=head, rows=rows, numeric=numeric)


def _cell(value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else ""
    if isinstance(value, float):
        return "" if math.isnan(value) else shown(value)
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def _support(answer: object) -> list[Fact]:
    certificate = getattr(answer, "certificate", None)
    proof = (
        [] if certificate is None else [("certified gap", f"{max(certificate.gap, ROUNDING):.1e}")]
    )
    return [*proof, *(("note", note) for note in getattr(answer, "notes", ()))]


def _bars(stack: Stack) -> Chart:
    """Parts of a whole below each other: so narrow a bar has no room for all of them."""
    bars = [Bar(label=p.label, kind=p.kind, value=p.value, text=p.text) for p in stack.pieces]
    return Chart(title=stack.title, unit=stack.unit, bars=tuple(bars))


def _placed(chart: Chart) -> Picture:
    """A chart whose places are shares of the width that there is."""
    values = [0.0] if chart.mark is None else [0.0, chart.mark]
    for bar in chart.bars:
        values += [v for v in (bar.value, bar.further, bar.low, bar.high) if v is not None]
    at, ticks = axis(values, EDGE, WIDTH - EDGE)
    placed = []
    for bar in chart.bars:
        further = bar.value if bar.further is None else bar.further
        (x, end), (pale, last) = (
            sorted((at(0.0), at(bar.value))),
            sorted((at(bar.value), at(further))),
        )
        ends = None if bar.low is None or bar.high is None else (at(bar.low), at(bar.high))
        width, pale_width = round(end - x, 2), round(last - pale, 2)
        placed.append(Placed(bar, x, width, pale, pale_width, ends))
    title = f"{chart.title}, in {chart.unit}"
    title += f"; dashed: {chart.mark_label}" if chart.mark_label else ""
    mark = None if chart.mark is None else at(chart.mark)
    return Picture(title, at(0.0), mark, _few(ticks), placed)


def _few(ticks: Sequence[Tick]) -> Sequence[Tick]:
    """Every second, 0 among them, where there are many: at 400 pixels there is room for four."""
    if len(ticks) <= MOST_TICKS:
        return ticks
    zero = next((i for i, tick in enumerate(ticks) if float(tick.text) == 0), 0)
    return ticks[zero % 2 :: 2]


def _shortened(found: Card) -> Card:
    """So much of everything as a small page has room for."""
    warnings = [brief(text, SENTENCE) for text in found.warnings[:FACTS]]
    support = [(brief(label, CELL), brief(text, SENTENCE // 2)) for label, text in found.support]
    listing = found.listing
    if listing is not None:
        rows = [[brief(cell, CELL) for cell in row[:COLUMNS]] for row in listing.rows[:ROWS]]
        head = [brief(name, CELL) for name in listing.head[:COLUMNS]]
        left = len(listing.rows) - len(rows)
        caption = brief(listing.caption, SENTENCE // 2) + (f"; {left:,} more rows" if left else "")
        numeric = listing.numeric[:COLUMNS]
        listing = Listing(caption=caption, head=head, rows=rows, numeric=numeric)
    chart = found.chart
    if chart is not None:
        bars = chart.bars[:ROWS]
        more = f"; the first {ROWS} of {len(chart.bars)}" if len(bars) < len(chart.bars) else ""
        chart = Chart(
            title=brief(chart.title, SENTENCE // 2) + more,
            unit=chart.unit,
            bars=bars,
            mark=chart.mark,
            mark_label=chart.mark_label,
        )
    lines = [brief(line, 2 * CELL) for line in found.printed[: 2 * ROWS]]
    answer = brief(found.answer, SENTENCE)
    return Card(found.kind, answer, warnings, chart, listing, lines, support[:FACTS])


@cache
def _colours() -> tuple[str, str]:
    """Those of the page, which a card has in common with it."""
    light, dark, *_ = _COLOURS.findall(source_of("page.html"))
    return " ".join(light.split()).replace("color-scheme: light dark; ", ""), " ".join(dark.split())
