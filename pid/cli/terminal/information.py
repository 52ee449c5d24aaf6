"""An ``Information`` on the terminal; names from files are not trusted."""

from __future__ import annotations

from rich.console import Group

from pid.analysis.information import Information
from pid.analysis.names import brief, plain
from pid.cli.terminal.page import evidence, layout
from pid.core.decomposition import shown
from pid.estimators.mutual_information import ROUTES

_NAME = 50  # characters of the name of a group of columns


def render(found: Information, title: str) -> Group:
    """The answer in words, the number with its interval, and what it rests on.

    Args:
        found: the estimate.
        title: what it is of, such as a file name.
    """
    return layout(f"Information in {title}", found.reading, evidence(_facts(found)))


def _facts(found: Information) -> list[tuple[str, str]]:
    facts = [("information", f"{shown(found.value)} {found.unit}")]
    if found.interval is not None:
        low, high = map(shown, found.interval)
        facts.append((f"{found.level:.0%} interval", f"{low} to {high}"))
    facts += [("x", brief(plain(found.x), _NAME)), ("y", brief(plain(found.y), _NAME))]
    if found.given is not None:
        facts.append(("given", brief(plain(found.given), _NAME)))
    facts += [("rows", f"{found.n:,}"), ("route", f"{found.route}: {ROUTES[found.route]}")]
    return facts + [("note", note) for note in found.notes]
