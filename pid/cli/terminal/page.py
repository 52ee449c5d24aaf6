"""A ``Quantification`` on the terminal, 80 columns wide; names from files are not trusted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pid.core.decomposition import ROUNDING, shown, tiny
from pid.core.information import nats_per
from pid.analysis.words import LABELS

if TYPE_CHECKING:
    from pid.datasets import Dataset
    from pid.analysis.missing import Remaining
    from pid.analysis.quantification.result import Axis, Quantification

Fact = tuple[str, str]  # a label, and what an answer rests on

WIDTH = 80
_BLOCK = "█"
_BAR, _SHORT_BAR = 30, 14  # widths without and with an interval beside the bar
_COLOURS = {
    "redundancy": "cyan",
    "unique1": "bright_blue",
    "unique2": "magenta",
    "synergy": "yellow",
}


def plain(text: str) -> str:
    """Text without control characters, which could move the cursor or recolour the terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def as_text(content: RenderableType) -> str:
    """What to put on stdout: in colour on a terminal, bare elsewhere, at most 80 columns wide."""
    console = Console()
    with console.capture() as capture:
        console.print(content, width=min(console.width, WIDTH))
    lines = capture.get().splitlines()  # padded to the full width, which a file has no use for
    text = "\n".join(lines if console.is_terminal else [line.rstrip() for line in lines])
    if not console.encoding.startswith("utf"):
        text = text.replace(_BLOCK, "#")
    return text.encode(console.encoding, "backslashreplace").decode(console.encoding)


def render(q: Quantification, title: str) -> Group:
    """The reading, the result as a table with bars, and what it rests on.

    Args:
        q: the result.
        title: what was decomposed, such as a file name.
    """
    heading = f"Partial information decomposition of {title}"
    return page(heading, q.axes, _atoms(q), q.reading, facts_of(q))


def page(
    heading: str, axes: Iterable[Axis], numbers: Table, reading: str, facts: Iterable[Fact]
) -> Group:
    """What every answer looks like: the words, what was asked, the numbers, what they rest on."""
    parts = (Text(reading), _axes(axes), numbers, _evidence(facts))
    return Group(
        Text(plain(heading), style="bold"), *(Padding(part, (1, 0, 0, 2)) for part in parts)
    )


def render_remaining(remaining: Remaining) -> Padding:
    """What remains without one of the sources, as a table."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column()
    for _ in range(4):
        grid.add_column(justify="right", no_wrap=True)
    heads = [remaining.unit, f"{remaining.level:.0%} interval", "accuracy", "interval"]
    grid.add_row(Text("What remains", style="bold"), *(Text(head, style="dim") for head in heads))
    for given, label in (("both", "of both"), ("x1", "without x2"), ("x2", "without x1")):
        told, right = remaining.information[given], remaining.accuracy[given]
        grid.add_row(
            label,
            shown(told.corrected),
            f"{shown(told.low)} to {shown(told.high)}",
            f"{right.corrected:.1%}",
            f"{100 * right.low:.1f} to {100 * right.high:.1f}",
        )
    grid.add_row("of neither", shown(0.0), "", f"{remaining.majority:.1%}", "")
    return Padding(grid, (1, 0, 0, 2))


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


def _axes(axes: Iterable[Axis]) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold")
    grid.add_column(no_wrap=True, overflow="ellipsis", max_width=44)
    grid.add_column(no_wrap=True)
    for role, axis in zip(("x1", "x2", "y"), axes, strict=True):
        grid.add_row(role, Text(plain(axis.name)), axis.in_words)
    return grid


def _atoms(q: Quantification) -> Table:
    """A row per atom: best value, interval, as counted, share of the total; the last two dim."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column()
    heads: list[str] = [q.decomposition.unit]
    heads += [f"{q.level:.0%} interval"] if q.level else []
    # of the two numbers, the one before correction
    heads += ["raw" if q.table is None else "counted"] if q.corrected else []
    heads += ["share"]
    for _ in heads:
        grid.add_column(justify="right", no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_row("", *(Text(head, style="dim") for head in heads), "")
    total, width = q.best.total, _SHORT_BAR if q.level else _BAR
    there = q.interval is None or q.interval["total"][0] > 0
    for atom, label in LABELS.items():
        value = getattr(q.best, atom)
        share = value / total if min(abs(value), total) > tiny(q.best) else 0.0
        bar = Text(_BLOCK * round(width * min(max(share, 0), 1)), style=_COLOURS[atom])
        of_total = (f"{share:z.0%}", bar) if there else ("", "")  # of nothing there are no shares
        grid.add_row(label, *_numbers(q, atom), *of_total)
    entropy = "" if q.target_entropy is None else f"of {q.target_entropy:.4f} in y"
    first, *rest = _numbers(q, "total")
    grid.add_row(Text("total", style="bold"), Text(str(first), style="bold"), *rest, "", entropy)
    return grid


def _numbers(q: Quantification, name: str) -> list[str | Text]:
    """What there is of: best value, interval, as counted."""
    found: list[str | Text] = [q.show(name)]
    if q.interval is not None:
        low, high = (shown(x) for x in q.interval[name])
        found.append(f"{low} to {high}")
    if q.corrected is not None:
        counted = shown(float(getattr(q.decomposition, name)), tiny(q.decomposition))
        found.append(Text(counted, style="dim"))
    return found


def _evidence(facts: Iterable[Fact]) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column()
    for label, text in facts:
        grid.add_row(label, Text(plain(text)))
    return grid


def facts_of(q: Quantification) -> Iterator[Fact]:
    """What the atoms rest on."""
    unit = q.decomposition.unit
    size = " x ".join(str(axis.size) for axis in q.axes)
    together = "" if q.units == q.n else f" ({q.units} independent units)"
    cells = ""
    if q.cells_per_sample is not None:
        cells = f", in {size} cells: {q.cells_per_sample:.2g} cells per sample"
    yield "samples", f"{q.n}{together}{cells}"
    if q.null_bias is not None:
        yield "chance", f"{q.null_bias:.4f} {unit} in total, if x1 and x2 said nothing about y"
    certificate = q.decomposition.certificate
    if certificate is not None:
        gap = max(certificate.gap, ROUNDING / nats_per(unit))  # rounding can take it below 0
        steps = certificate.iterations
        how = certificate.method + (f", {_many(steps, 'iteration')}" if steps else "")
        yield "certificate", f"exact to within {gap:.1e} {unit} ({how})"
    seed = "" if q.estimator == "table" else f", random state {q.random_state}"
    yield "estimator", f"{q.estimator}{seed}; {q.seconds:.2f} s"
    if q.reason is not None:
        yield "chosen as", q.reason
    for other, d in q.beside.items():
        atoms = ", ".join(f"{label} {getattr(d, atom):z.4f}" for atom, label in LABELS.items())
        yield other, atoms
    for note in q.notes:
        yield "note", note


def _many(count: int, noun: str) -> str:
    plural = "es" if noun == "class" else "s"
    return f"{count} {noun}{'' if count == 1 else plural}"
