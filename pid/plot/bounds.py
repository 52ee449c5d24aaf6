"""What half-labelled data leave open, as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pid.analysis.half_labelled.result import HalfLabelled
from pid.analysis.words import LABELS
from pid.bounds.synergy import SynergyBounds
from pid.checks import checked, is_a
from pid.plot.style import AXES, COLOURS, HATCHES, INK, axes_of, bare, whisker

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KNOWN = ("redundancy", "unique1", "unique2")


@checked(
    result=is_a(
        "an answer of pid.bound_samples or pid.synergy_bounds", HalfLabelled, SynergyBounds
    ),
    ax=AXES,
)
def bounds(result: HalfLabelled | SynergyBounds, ax: Axes | None = None) -> Axes:
    """Atoms that are known, and synergy from its least value, in full, to its largest, in pale.

    Args:
        result: of ``pid.bound_samples``, with what sampling may add, or of ``pid.synergy_bounds``.
        ax: Axes to draw on.

    Raises:
        MissingExtra: there is no matplotlib.
    """
    ax = axes_of(ax)
    b = result.bounds if isinstance(result, HalfLabelled) else result
    interval = result.interval if isinstance(result, HalfLabelled) else None
    ends = {atom: (atom, atom) for atom in KNOWN} | {"synergy": ("synergy_lower", "synergy_upper")}
    for place, atom in enumerate(reversed(LABELS)):
        low, high = (
            (b.lower, b.upper) if atom == "synergy" else (getattr(b, atom), getattr(b, atom))
        )
        style: dict[str, Any] = {
            "height": 0.62,
            "color": COLOURS[atom],
            "hatch": HATCHES[atom],
            "linewidth": 0,
        }
        ax.barh(place, low, edgecolor="white", **style)
        ax.barh(place, high - low, left=low, edgecolor="white", alpha=0.4, **style)
        if interval is not None:
            first, last = ends[atom]
            whisker(ax, place, interval[first][0], interval[last][1])
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.set_yticks(range(len(LABELS)), list(reversed(LABELS.values())))
    ax.set_xlabel(b.unit)
    bare(ax)
    return ax
