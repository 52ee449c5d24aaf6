"""A ``Comparison`` on the terminal; names from files are not trusted."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text

from pid.analysis.comparison.facts import HEADS, cells_of, cells_of_sources, facts_of
from pid.analysis.comparison.result import Comparison
from pid.analysis.comparison.sources import SourcesComparison
from pid.analysis.difference import Difference
from pid.analysis.names import apart, plain
from pid.analysis.quantification.facts import Fact
from pid.analysis.quantification.result import Quantification
from pid.analysis.words import labels
from pid.cli.terminal.fitting import NAMES, Fitting
from pid.cli.terminal.page import page
from pid.core.decomposition import ATOMS, shown

_NAME = 14  # width of the name of a model
_SHORT_NAME = 8  # beside more numbers


def render(found: Comparison, title: str) -> Group:
    """The answer in words, a row for the data and for each model, and what they rest on.

    Args:
        found: the comparison.
        title: what was compared, such as a file name.
    """
    heading = f"What models take from x1 and x2: {title}"
    wide = (_rows(found, HEADS, width) for width in (*NAMES, _NAME))
    rows = Fitting(*wide, drop=(8, 6, 9, 5, 7))
    return page(heading, found.axes, rows, found.reading, facts_of(found))


def render_several(found: SourcesComparison, title: str) -> Group:
    """The same of three sources and more: parts of the total by how many sources tell them.

    Args:
        found: the comparison.
        title: what was compared, such as a file name.
    """
    heading = f"What models take from {len(found.names)} sources: {title}"
    wide = [_of_sources(found, width) for width in (*NAMES, _SHORT_NAME)]
    last = len(wide[0].columns) - 1
    roles = [*["source"] * len(found.names), "y"]
    numbers = Fitting(*wide, drop=range(last, 1, -1))
    return page(heading, found.axes, numbers, found.reading, facts_of(found), roles)


def _of_sources(found: SourcesComparison, width: int) -> Table:
    """A row for the data and for each model."""
    names = apart(map(plain, ("data", *found.models)), width)
    rows = {name: cells_of_sources(profile) for name, profile in found.models.items()}
    of_profile, of_model = next(iter(rows.values()))
    grid = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 1, 0, 0))
    grid.add_column(found.unit, no_wrap=True)
    for head in (*of_profile, *of_model):
        grid.add_column(head, justify="right", no_wrap=True)
    grid.add_row(Text("data"), *cells_of_sources(found.data)[0].values(), style="bold")
    for name, (numbers, more) in rows.items():
        grid.add_row(Text(names[plain(name)]), *numbers.values(), *more.values())
    return grid


def render_difference(
    found: Difference,
    both: tuple[Quantification, Quantification],
    names: Sequence[str],
    alike: Sequence[Sequence[tuple[str, float]]],
) -> Group:
    """Two data sets side by side, and what differs.

    Args:
        found: the second less the first.
        both: what was found in each.
        names: of their files.
        alike: known data sets with like profiles, for each.
    """
    heading = f"{names[1]} compared with {names[0]}"
    facts = _of_both(found, both, names, alike)
    return page(heading, both[0].axes, _differences(found, both), found.reading, facts)


def _differences(found: Difference, both: tuple[Quantification, Quantification]) -> Fitting:
    """A row an atom: both values, their difference, its interval and p."""
    grid = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 1, 0, 0))
    label = labels(found.names)
    grid.add_column(found.unit, no_wrap=True)
    for head in ("first", "second", "difference", f"{found.level:.0%} interval", "p"):
        grid.add_column(head, justify="right", no_wrap=True)
    for atom in (*ATOMS, "total"):
        values = [q.show(atom) for q in both]
        ends = " to ".join(map(shown, found.interval[atom]))
        p = f"{found.p[atom]:.2g}"
        grid.add_row(Text(label.get(atom, atom)), *values, shown(found.value[atom]), ends, p)
    return Fitting(grid, drop=(5, 4))


def _of_both(
    found: Difference,
    both: tuple[Quantification, Quantification],
    names: Sequence[str],
    alike: Sequence[Sequence[tuple[str, float]]],
) -> list[Fact]:
    facts: list[Fact] = []
    for role, q, name, near in zip(("first", "second"), both, names, alike, strict=True):
        facts.append((role, f"{name}: {q.n} samples; {q.reading}"))
        if near:
            like = ", ".join(f"{known} ({distance:.2f})" for known, distance in near)
            facts.append(
                ("", f"most like {like}; 0: the same shares of atoms, 1: nothing in common")
            )
    facts.append(("paired", "yes" if found.paired else "no: independent samples"))
    return [*facts, *(("note", note) for note in found.notes)]


def _rows(found: Comparison, heads: Sequence[str], width: int) -> Table:
    grid = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 1, 0, 0))
    grid.add_column(found.unit, no_wrap=True)
    for head in heads:
        grid.add_column(head, justify="right", no_wrap=True)
    names = apart(map(plain, found.models), width)
    rows = [(Text("data", style="bold"), found.data)]
    rows += [(Text(names[plain(name)]), profile) for name, profile in found.models.items()]
    for name, profile in rows:
        cells = cells_of(profile)
        grid.add_row(name, *(cells[head] for head in heads))
    return grid
