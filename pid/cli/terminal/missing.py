"""What remains without a source, on the terminal; names from files are not trusted."""

from __future__ import annotations

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pid.analysis.missing import Remaining, SourcesRemaining
from pid.analysis.names import apart, plain
from pid.core.decomposition import shown

_NAME = 14  # width of the name of a source


def render(remaining: Remaining | SourcesRemaining) -> Padding:
    """What remains without one of the sources, as a table; and what may be worth nothing."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    for _ in range(4):
        grid.add_column(justify="right", no_wrap=True)
    level = remaining.level
    of_both = (f"{level:.0%} interval", "interval") if level else ("", "")
    heads = [remaining.unit, of_both[0], "accuracy", of_both[1]]
    grid.add_row(Text("What remains", style="bold"), *(Text(head, style="dim") for head in heads))
    labels = _labels(remaining)
    for given, told in remaining.information.items():
        right = remaining.accuracy[given]
        grid.add_row(
            Text(labels[given]),
            shown(told.corrected),
            f"{shown(told.low)} to {shown(told.high)}" if level else "",
            f"{right.corrected:.1%}",
            f"{100 * right.low:.1f} to {100 * right.high:.1f}" if level else "",
        )
    none = "of neither" if isinstance(remaining, Remaining) else "of none"
    grid.add_row(none, shown(0.0), "", f"{remaining.majority:.1%}", "")
    parts: list[Table | Text] = [grid]
    if remaining.reading:
        parts.append(Text(plain(remaining.reading), style="dim"))
    return Padding(Group(*parts), (1, 0, 0, 2))


def _labels(remaining: Remaining | SourcesRemaining) -> dict[str, str]:
    """What is there, in words."""
    if isinstance(remaining, Remaining):
        return {"both": "of both", "x1": "without x2", "x2": "without x1"}
    names = apart(map(plain, remaining.names), _NAME)
    labels = ("of all", *(f"without {names[plain(name)]}" for name in remaining.names))
    return dict(zip(remaining.information, labels, strict=True))
