"""What several sources tell, as one stacked bar; and what is lost without each, in two parts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING, Any, NamedTuple

from pid.analysis.several.result import SourcesQuantification
from pid.checks import checked, is_a
from pid.core.sources.result import SourcesDecomposition
from pid.core.sources.values import SourceNumbers
from pid.plot.style import (
    AXES,
    COLOURS,
    GREY,
    INK,
    OF_SOURCES,
    axes_of,
    bare,
    printable,
    whisker,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW, FRAME = 0.3, 1.3  # inches
HEIGHT, FAINT = 0.68, 0.45  # of a bar; how much colour has what shows only with others
ORDERS = ("..", "xx", "//", "\\\\", "++")  # hatches of two together, three together ...


class _Piece(NamedTuple):
    """A part of a bar: what it is called in the legend, if it is there, and how it looks."""

    label: str
    value: float
    look: dict[str, Any]


@checked(
    result=is_a(
        "an answer of pid.quantify or pid.decompose for three sources or more",
        SourcesQuantification,
        SourcesDecomposition,
    ),
    ax=AXES,
)
def sources(result: SourcesQuantification | SourcesDecomposition, ax: Axes | None = None) -> Axes:
    """All that sources tell as one bar, and below it a bar a source: what is lost without it.

    The parts of the first are what each source alone says, in its colour, what several share, in
    grey, and what shows only in two, three ... together, hatched. A loss is in two parts: what all
    others together do not say, and in pale what shows only with others. Corrected numbers are drawn
    where there are any, with the intervals of the total and of the losses.

    Args:
        result: of ``pid.quantify`` or ``pid.decompose``, for three sources or more.
        ax: Axes to draw on.

    Raises:
        MissingExtra: there is no matplotlib.
    """
    best = result.best if isinstance(result, SourcesQuantification) else result
    interval = result.interval if isinstance(result, SourcesQuantification) else None
    ax = axes_of(ax, height=FRAME + ROW * (1 + len(best.names)))
    colour = dict(zip(best.names, cycle(OF_SOURCES), strict=False))
    rows = [("total", "together", _whole(best, colour))]
    rows += [(f"loss {name}", f"without {name}", _lost(best, name, colour)) for name in best.names]
    for place, (number, _, pieces) in zip(reversed(range(len(rows))), rows, strict=True):
        _stack(ax, place, pieces)
        if interval is not None:
            whisker(ax, place, *interval[number])
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.set_yticks(range(len(rows)), [printable(label) for _, label, _ in rows][::-1])
    ax.set_xlabel(f"{best.unit} (pale: only with others)")
    ax.legend(
        loc="lower center",
        bbox_to_anchor=(0.3, 1.0),
        ncols=2,
        frameon=False,
        fontsize=8,
        handlelength=1.2,
        columnspacing=0.9,
    )
    bare(ax)
    return ax


def _whole(best: SourceNumbers, colour: dict[str, str]) -> list[_Piece]:
    """What all sources tell, part by part."""
    *unique, shared = (p for p in best.parts() if not p.name.startswith("synergy"))
    orders = [p for p in best.parts() if p.name.startswith("synergy")]
    # colours of sources are those of their rows, which need no legend
    found = [
        _Piece("", p.value, {"color": c}) for p, c in zip(unique, colour.values(), strict=True)
    ]
    found.append(_Piece(shared.words, shared.value, {"color": GREY}))
    for part, hatch in zip(orders, cycle(ORDERS), strict=False):
        look = {"color": COLOURS["synergy"], "hatch": hatch}
        found.append(_Piece(part.words, part.value, look))
    return found


def _lost(best: SourceNumbers, name: str, colour: dict[str, str]) -> list[_Piece]:
    """What is lost without a source, in two parts."""
    strict, together = best.loss[name]
    look = {"color": colour[name]}
    return [_Piece("", strict, look), _Piece("", together, look | {"alpha": FAINT})]


def _stack(ax: Axes, place: int, pieces: Sequence[_Piece]) -> None:
    """Parts one after the other; what is below 0 goes to the left."""
    right = left = 0.0
    for piece in pieces:
        ax.barh(
            place,
            piece.value,
            left=right if piece.value >= 0 else left,
            height=HEIGHT,
            edgecolor="white",
            linewidth=0.4,
            label=piece.label or None,
            **piece.look,
        )
        right, left = right + max(piece.value, 0.0), left + min(piece.value, 0.0)
