"""A ``SourcesQuantification`` on the terminal; names of files are not trusted."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group
from rich.table import Table
from rich.text import Text

from pid.analysis.names import apart, plain
from pid.analysis.several.facts import ends, facts_of
from pid.analysis.several.result import Number, SourcesQuantification
from pid.cli.terminal.fitting import NAMES, Fitting
from pid.cli.terminal.page import BLOCK, page
from pid.core.decomposition import ROUNDING, shown
from pid.core.sources.values import Part

_NAME = 14  # width of the name of a source
_GROUP = 8  # of a number that begins a group
_BAR, _SHORT_BAR = 24, 10  # width of a bar, and of one beside an interval
_COLOURS = {"unique": "bright_blue", "shared": "cyan", "synergy": "yellow"}


def render(q: SourcesQuantification, title: str) -> Group:
    """The reading, what each source tells, how all of it divides, and what it rests on.

    Args:
        q: the result.
        title: what was decomposed, such as a file name.
    """
    heading = f"What {len(q.names)} sources of {title} say about {q.y}"
    drop = () if q.level is None else (5, 3)
    by_source = Fitting(*(_of_sources(q, width) for width in (*NAMES, _NAME)), drop=drop)
    all_of_it = _of_all(q)
    last = len(all_of_it.columns) - 1
    numbers = Group(by_source, Text(), Fitting(all_of_it, drop=(last, last - 2, last - 1)))
    roles = [*["source"] * len(q.names), "y"]
    return page(heading, q.axes, numbers, q.reading, facts_of(q), roles)


def _of_sources(q: SourcesQuantification, width: int) -> Table:
    """A row a source: what it tells alone, only it, and what is lost without it."""
    names = apart(map(plain, q.names), width)
    between = [f"{q.level:.0%} interval"] if q.level is not None else []
    grid = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 1, 0, 0))
    grid.add_column("", no_wrap=True)
    for head in ("alone", "only it", *between, "lost", *between):
        apart_from = 0 if head in between else _GROUP  # an interval stands by its number
        grid.add_column(head, justify="right", no_wrap=True, min_width=apart_from)
    for name in q.names:
        alone, only, lost = (q.number(f"{what} {name}") for what in ("single", "unique", "loss"))
        grid.add_row(
            Text(names[plain(name)]),
            q.show(alone.name),
            q.show(only.name),
            *([Text(ends(only.interval), style="dim")] if between else []),
            Text(q.show(lost.name), style="bold"),
            *([Text(ends(lost.interval), style="dim")] if between else []),
        )
    return grid


def _of_all(q: SourcesQuantification) -> Table:
    """A row for each part of the total: value, interval, as counted, and share."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    heads: list[str] = [q.unit]
    heads += [f"{q.level:.0%} interval"] if q.level is not None else []
    heads += ["raw" if q.table is None else "counted"] if q.corrected is not None else []
    for _ in (*heads, "share"):
        grid.add_column(justify="right", no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_row("", *(Text(head, style="dim") for head in (*heads, "share")), "")
    for part in _parts(q):
        grid.add_row(*part)
    entropy = f"of {shown(q.best.entropy)} in y"
    first, *more = _numbers(q, q.number("total"))
    grid.add_row(Text("total", style="bold"), Text(str(first), style="bold"), *more, "", entropy)
    return grid


def _parts(q: SourcesQuantification) -> Iterator[list[str | Text]]:
    """Rows of what only one source says, what several share, and what shows in several together."""
    parts = q.best.parts()
    unique, others = parts[: len(q.names)], parts[len(q.names) :]
    counted = sum(q.decomposition.unique.values())
    only = Number("unique", sum(part.value for part in unique), None, counted)
    yield ["only one of them", *_numbers(q, only), *_share(q, "unique", *unique)]
    for part in others:
        kind = "shared" if part.name == "shared" else "synergy"
        yield [part.words, *_numbers(q, q.number(part.name)), *_share(q, kind, part)]


def _share(q: SourcesQuantification, kind: str, *parts: Part) -> tuple[str, Text]:
    """A share of the total, and its bar; of nothing there are no shares."""
    if not q.is_shown:
        return "", Text()
    share = sum(part.share for part in parts)
    width = _SHORT_BAR if q.level is not None else _BAR
    return f"{share:.0%}", Text(BLOCK * round(width * share), style=_COLOURS[kind])


def _numbers(q: SourcesQuantification, number: Number) -> list[str | Text]:
    """What there is of: best value, interval, as counted."""
    tiny = ROUNDING + (q.gap or 0.0)
    found: list[str | Text] = [shown(number.value, tiny)]
    if q.level is not None:
        found.append(ends(number.interval))
    if q.corrected is not None:
        found.append(Text(shown(number.counted, tiny), style="dim"))
    return found
