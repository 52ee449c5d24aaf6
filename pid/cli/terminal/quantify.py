"""A ``Quantification`` on the terminal; names from files are not trusted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pid.analysis.names import plain
from pid.analysis.quantification.by_row import COLUMNS
from pid.analysis.quantification.by_stratum import listed
from pid.analysis.quantification.facts import facts_of
from pid.analysis.words import ROLES, labels, shares
from pid.cli.terminal.fitting import Fitting
from pid.cli.terminal.page import BLOCK, page
from pid.core.decomposition import shown, tiny

if TYPE_CHECKING:
    import pandas as pd

    from pid.analysis.quantification.atom import Atom
    from pid.analysis.quantification.result import Quantification

_BAR = 30  # width of a bar
_SHORT_BAR = 14  # beside an interval
_LONGEST = 16  # width of the values of a column
_COLOURS = {
    "redundancy": "cyan",
    "unique1": "bright_blue",
    "unique2": "magenta",
    "synergy": "yellow",
}


def render(q: Quantification, title: str) -> Group:
    """The reading, the result as a table with bars, and what it rests on.

    Args:
        q: the result.
        title: what was decomposed, such as a file name.
    """
    heading = f"Partial information decomposition of {title}"
    given = () if q.given is None else (q.given,)
    numbers = Group(_atoms(q), *map(_strata, [q] * len(given)))
    roles = (*ROLES, "given")[: 3 + len(given)]
    return page(heading, (*q.axes, *given), numbers, q.reading, facts_of(q), roles)


def render_profiles(q: Quantification, profiles: Mapping[str, pd.DataFrame]) -> Iterator[Padding]:
    """A table for each column: the mean of each atom over the rows with each value."""
    label = labels(q.names)
    for name, frame in profiles.items():
        grid = Table.grid(padding=(0, 2))
        grid.add_column(max_width=_LONGEST)
        for _ in COLUMNS:
            grid.add_column(justify="right", no_wrap=True)
        heads = [label.get(atom, atom).replace(" to ", "\nto ") for atom in COLUMNS]
        grid.add_row(
            Text(plain(f"By {name}"), style="bold"), *(Text(head, style="dim") for head in heads)
        )
        for _, line in frame.iterrows():
            grid.add_row(
                Text.assemble(plain(line["value"]), (f"\n{line['n']:,} rows", "dim")),
                *(_with_ends(line, atom) for atom in COLUMNS),
            )
        yield Padding(grid, (1, 0, 0, 2))


def _strata(q: Quantification) -> Padding:
    """A row per stratum: its share of the samples, and its atoms as counted."""
    frame, others = listed(q.strata())
    grid, label = Table.grid(padding=(0, 2)), labels(q.names)
    grid.add_column(max_width=_LONGEST)
    heads = ["share", *(label.get(atom, atom).replace(" to ", "\nto ") for atom in COLUMNS)]
    for _ in heads:
        grid.add_column(justify="right", no_wrap=True)
    grid.add_row(
        Text("As counted, by z", style="bold"), *(Text(head, style="dim") for head in heads)
    )
    for line in frame.to_dict("records"):
        values = (f"{line[atom]:z.4f}" for atom in COLUMNS)
        grid.add_row(plain(line["z"]), f"{line['share']:.0%}", *values)
    more = [Text(f"and {others:,} smaller strata", style="dim")] if others else []
    return Padding(Group(grid, *more), (1, 0, 0, 0))


def _with_ends(line: pd.Series[Any], atom: str) -> Text:
    found = Text(f"{line[atom]:z.3f}")
    if f"{atom}_low" in line and line[f"{atom}_low"] == line[f"{atom}_low"]:
        found.append(f"\n{line[f'{atom}_low']:z.2f} {line[f'{atom}_high']:z.2f}", style="dim")
    return found


def _atoms(q: Quantification) -> Fitting:
    """The atoms; in little width first the bars go, and the interval last."""
    table = _table(q)
    last = len(table.columns) - 1
    counted = [last - 2] if q.corrected else []
    return Fitting(table, drop=[last, *counted, last - 1, *([2] if q.level else [])])


def _table(q: Quantification) -> Table:
    """A row per atom: best value, interval, as counted, share of the total; the last two dim."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    heads: list[str] = [q.decomposition.unit]
    heads += [f"{q.level:.0%} interval"] if q.level else []
    # of the two numbers, the one before correction
    heads += ["raw" if q.table is None else "counted"] if q.corrected else []
    heads += ["share"]
    for _ in heads:
        grid.add_column(justify="right", no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_row("", *(Text(head, style="dim") for head in heads), "")
    width, label, share = _SHORT_BAR if q.level else _BAR, labels(q.names), shares(q.best)
    *atoms, whole = q.summary()
    for atom in atoms:
        bar = Text(BLOCK * round(width * share[atom.name]), style=_COLOURS[atom.name])
        of_total = (f"{share[atom.name]:.0%}", bar)
        if not q.is_shown:  # of nothing there are no shares
            of_total = ("", Text())
        grid.add_row(Text(label[atom.name]), *_numbers(q, atom), *of_total)
    of_y = "y" if q.given is None else "y given z"
    entropy = "" if q.target_entropy is None else f"of {q.target_entropy:.4f} in {of_y}"
    first, *rest = _numbers(q, whole)
    grid.add_row(Text("total", style="bold"), Text(str(first), style="bold"), *rest, "", entropy)
    return grid


def _numbers(q: Quantification, atom: Atom) -> list[str | Text]:
    """What there is of: best value, interval, as counted."""
    found: list[str | Text] = [q.show(atom.name)]
    if atom.interval is not None:
        found.append(" to ".join(map(shown, atom.interval)))
    if q.corrected is not None:
        found.append(Text(shown(atom.counted, tiny(q.decomposition)), style="dim"))
    return found
