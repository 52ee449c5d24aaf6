"""A ``Screening`` on the terminal; names from files are not trusted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.console import Group
from rich.table import Table
from rich.text import Text

from pid.analysis.names import apart, plain
from pid.analysis.screening.result import HEADS, Screening
from pid.analysis.screening.result import NAMES as NUMBERS
from pid.cli.terminal.fitting import NAMES, Fitting
from pid.cli.terminal.page import layout, prose
from pid.cli.words import as_typed
from pid.core.decomposition import shown

_LEAST = {2: (17, 12), 3: (12, 8)}  # widths of names, beside all numbers in 80 columns and in less


def render(found: Screening, title: str, top: int) -> Group:
    """The answer in words, the first rows with their corrected atoms, and what was tested.

    Args:
        found: the screen.
        title: what was screened, such as a file name.
        top: rows to show.
    """
    several = len({y for _, _, y in found.pairs}) > 1
    roles = ("x1", "x2", "y") if several else ("x1", "x2")
    forms = (_rows(found, roles, top, width) for width in (*NAMES, *_LEAST[len(roles)]))
    others = [i for i, name in enumerate(NUMBERS, len(roles)) if name != found.sorted_by]
    heading = f"Pairs of columns of {title}, by {found.sorted_by}"
    facts = prose(Text("\n".join(_facts(found, top))))
    return layout(heading, found.reading, Fitting(*forms, drop=others), facts)


def _rows(found: Screening, roles: Sequence[str], top: int, width: int) -> Table:
    """Two rows a pair: its corrected atoms, and q below them."""
    grid = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 1, 0, 0))
    shown_as = apart((plain(name) for pair in found.pairs[:top] for name in pair), width)
    for role in roles:
        grid.add_column(role, no_wrap=True)
    for name, head in zip(NUMBERS, HEADS, strict=True):
        style = "bold" if name == found.sorted_by else None
        grid.add_column(head, justify="right", no_wrap=True, min_width=7, style=style)
    for pair, atoms, q in zip(found.pairs[:top], found.corrected, found.q, strict=False):
        names = [Text(shown_as[plain(name)]) for name in pair[: len(roles)]]
        grid.add_row(*names, *map(shown, atoms))
        if np.isfinite(found.q).any():
            below = ["" if np.isnan(value) else f"{value:.2g}" for value in q]
            blank = [""] * (len(roles) - 1)
            grid.add_row(*blank, Text("q", justify="right"), *below, style="dim")
    return grid


def _facts(found: Screening, top: int) -> list[str]:
    more = len(found) - top
    lines = [f"... and {more:,} more rows; --out writes them all"] if more > 0 else []
    counted = any(name != "posterior" for name in found.estimator)
    resampled = f"; {found.resampled:,} of them resampled" if found.level and counted else ""
    rows = "1 row" if len(found) == 1 else f"{len(found):,} rows"
    lines.append(f"{rows}, corrected for bias, in {found.unit}, {found.n:,} samples{resampled}")
    return [*lines, found.family, *map(as_typed, found.notes)]
