"""A ``Valuation`` on the terminal; names from files are not trusted."""

from __future__ import annotations

from rich.console import Group
from rich.constrain import Constrain
from rich.table import Table
from rich.text import Text

from pid.analysis.names import apart, plain
from pid.analysis.valuation.facts import ends, facts_of
from pid.analysis.valuation.result import Valuation
from pid.cli.terminal.fitting import NAMES, Fitting
from pid.cli.terminal.page import PROSE, evidence, layout
from pid.core.decomposition import shown

_NAME = 14  # width of the name of a source
_COLOURS = {"keep": "green", "only together": "yellow", "interchangeable": "cyan", "drop": "red"}


def render(found: Valuation, title: str) -> Group:
    """The answer in words, what is lost without each source, and what it rests on.

    Args:
        found: the valuation.
        title: what was valued, such as a file name.
    """
    called = [
        apart((plain(source.name) for source in found.sources), width) for width in (*NAMES, _NAME)
    ]
    reasons = Table.grid(padding=(0, 2))
    reasons.add_column(no_wrap=True)
    reasons.add_column()
    for source in found.sources:
        reasons.add_row(Text(called[-1][plain(source.name)]), Text(plain(source.why)))
    return layout(
        f"What each source of {title} is worth",
        found.reading,
        Fitting(*(_losses(found, names) for names in called), drop=(3, 2) if found.level else (2,)),
        Fitting(*(_made_of(found, names) for names in called), drop=(5, 4)),
        Constrain(reasons, PROSE),
        evidence(facts_of(found)),
    )


def _table(*heads: str) -> Table:
    grid = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 1, 0, 0))
    grid.add_column("source", no_wrap=True)
    for head in heads:
        grid.add_column(head, justify="right", no_wrap=True)
    return grid


def _losses(found: Valuation, names: dict[str, str]) -> Table:
    """A row per source: bits and accuracy lost, per cost, and the verdict."""
    costs = any(source.cost is not None for source in found.sources)
    between = [f"{found.level:.0%} interval"] if found.level else []
    grid = _table("lost", *between, "accuracy", *(["per cost"] if costs else []))
    grid.add_column("verdict", no_wrap=True)
    for source in found.sources:
        lost, right = source.lost, source.accuracy_lost
        per_cost = source.measures.get("lost_per_cost")
        cost = [] if not costs else ["" if per_cost is None else f"{per_cost.corrected:.3g}"]
        grid.add_row(
            Text(names[plain(source.name)]),
            Text(shown(lost.corrected), style="bold"),
            *([ends(lost)] if found.level else []),
            f"{100 * right.corrected:z.1f}%",
            *cost,
            Text(source.verdict, style=_COLOURS[source.verdict]),
        )
    return grid


def _made_of(found: Valuation, names: dict[str, str]) -> Table:
    """A row per source: what the loss is made of, and what the source tells alone."""
    between = ["interval"] if found.level else []
    areas = any(source.auc_lost is not None for source in found.sources)
    grid = _table("strict", "with", "alone", *between, *(["AUC lost"] if areas else []))
    for source in found.sources:
        area = source.auc_lost
        grid.add_row(
            Text(names[plain(source.name)]),
            shown(source.strict.corrected),
            shown(source.with_others.corrected),
            shown(source.alone.corrected),
            *([ends(source.alone)] if found.level else []),
            *([] if area is None else [f"{area.corrected:z.4f}"]),
        )
    return grid
