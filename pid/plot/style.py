"""What all pictures share: colours, hatches, labels, and Axes of a column's width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pid.analysis.names import brief, visible
from pid.checks import NONE, either, has
from pid.errors import need

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Of different lightness, so that they differ in grey, and for all kinds of colour vision.
COLOURS = {
    "redundancy": "#0b3c5d",
    "unique1": "#3d8eb9",
    "unique2": "#a5cfe3",
    "synergy": "#e69f00",
}
HATCHES = {"redundancy": "", "unique1": "//", "unique2": "\\\\", "synergy": ".."}
# Of sources, one after the other: none so light that it cannot be made pale.
OF_SOURCES = (
    *("#3d8eb9", "#0b3c5d", "#009e73", "#cc79a7", "#7a4b8f"),
    *("#5f3b2c", "#5fb7b0", "#d55e00", "#8a9a3b", "#56613b"),
)
INK, GREY = "#222222", "#888888"
LONGEST = 24  # characters of a name
AXES = either(has("matplotlib's Axes", "barh", "figure"), NONE)
COLUMN = 3.4  # inches: a column of a paper


def axes_of(ax: Axes | None, *, width: float = COLUMN, height: float = 2.2) -> Axes:
    """The Axes that were given, or new ones."""
    if ax is not None:
        return ax
    pyplot: Any = need("matplotlib.pyplot", "report")
    _, made = pyplot.subplots(figsize=(width, height), layout="constrained")
    made.tick_params(labelsize=8)
    return made  # type: ignore[no-any-return]


def bare(ax: Axes) -> None:
    """Without the frame's upper and right side."""
    ax.spines[["top", "right"]].set_visible(False)


def whisker(ax: Axes, place: float, low: float, high: float) -> None:
    """An interval across a bar, which is seen on dark bars, too."""
    effects: Any = need("matplotlib.patheffects", "report")
    halo = [effects.withStroke(linewidth=2.8, foreground="white")]
    for marks in ("|", "-"):
        ends = [low, high], [place, place]
        ax.plot(*ends, marks, color=INK, linewidth=1.1, markersize=6, path_effects=halo)


def printable(name: str, longest: int = LONGEST) -> str:
    """A column name as text: dollar signs are no formula, and nothing turns it around."""
    return brief(visible(name), longest).replace("$", r"\$")
