"""A ``Comparison`` on the terminal, 80 columns wide; names from files are not trusted."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group
from rich.table import Table
from rich.text import Text

from pid.comparing.result import Comparison, Profile
from pid.decomposition import ATOMS, shown
from pid.reading import apart
from pid.render import Fact, page, plain

_HEADS = ("R", "U1", "U2", "S", "total")
_NAME = 14  # width of the name of a model


def render(found: Comparison, title: str) -> Group:
    """The answer in words, a row for the data and for each model, and what they rest on.

    Args:
        found: the comparison.
        title: what was compared, such as a file name.
    """
    heading = f"What models take from x1 and x2: {title}"
    return page(heading, found.axes, _rows(found), plain(found.reading), _facts(found))


def _rows(found: Comparison) -> Table:
    grid = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 1, 0, 0))
    grid.add_column(found.unit, no_wrap=True)
    for head in (*_HEADS, "left", "accuracy", "rank"):
        grid.add_column(head, justify="right", no_wrap=True)
    names = apart(map(plain, found.models), _NAME)
    grid.add_row(Text("data", style="bold"), *_atoms(found.data), "", "", "")
    for name, profile in found.models.items():
        low, high = profile.rank[1:]
        rank = str(low) if low == high else f"{low} to {high}"
        left, accuracy = (profile.values[key].corrected for key in ("left", "accuracy"))
        said = Text(names[plain(name)])
        grid.add_row(said, *_atoms(profile), shown(left), f"{accuracy:.1%}", rank)
    return grid


def _atoms(profile: Profile) -> list[str]:
    return [shown(profile.values[key].corrected) for key in (*ATOMS, "total")]


def _facts(found: Comparison) -> Iterator[Fact]:
    together = "" if found.units == found.n else f" ({found.units} independent units)"
    size = " x ".join(str(axis.size) for axis in found.axes)
    yield "samples", f"{found.n}{together}, in {size} cells"
    yield "left", "I(x1, x2; y) less I(prediction; y): what the model leaves on the table"
    yield "rank", f"by {found.sorted_by}, {found.level:.0%} of resampled tables"
    best = next(iter(found.models.values())).values
    ends = [f"{shown(best[key].low)} to {shown(best[key].high)}" for key in ("left", "overlap")]
    yield "best model", f"leaves {ends[0]} {found.unit}; overlap with the data {ends[1]}"
    yield (
        "estimator",
        f"{found.estimator}, random state {found.random_state}; {found.seconds:.2f} s",
    )
    for note in found.notes:
        yield "note", note
