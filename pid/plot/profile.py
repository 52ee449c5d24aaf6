"""One decomposition as bars, with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pid.analysis.quantification.result import Quantification
from pid.analysis.words import ROLES, labels
from pid.checks import checked, is_a
from pid.core.decomposition import ATOMS, Decomposition, shown, tiny
from pid.plot.style import AXES, COLOURS, GREY, HATCHES, INK, axes_of, bare, printable, whisker

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@checked(
    result=is_a("an answer of pid.quantify or pid.decompose", Quantification, Decomposition),
    ax=AXES,
)
def profile(result: Quantification | Decomposition, ax: Axes | None = None) -> Axes:
    """Bars of the four atoms, with their intervals, and chance as a dotted line.

    Args:
        result: of ``pid.quantify``, whose corrected values are drawn, or of ``pid.decompose``.
        ax: Axes to draw on.

    Raises:
        MissingExtra: there is no matplotlib.
    """
    ax = axes_of(ax)
    best = result.best if isinstance(result, Quantification) else result
    interval = result.interval if isinstance(result, Quantification) else None
    for place, atom in enumerate(reversed(ATOMS)):
        value = best.atoms[atom]
        ax.barh(
            place,
            value,
            height=0.62,
            color=COLOURS[atom],
            hatch=HATCHES[atom],
            edgecolor="white",
            linewidth=0,
        )
        end = value
        if interval is not None:
            low, high = interval[atom]
            whisker(ax, place, low, high)
            end = max(value, high)
        ax.annotate(
            shown(value, tiny(best)),
            (max(end, 0), place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    if isinstance(result, Quantification) and result.null_bias:
        ax.axvline(result.null_bias, color=GREY, linestyle=":", linewidth=1)
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.set_yticks(range(len(ATOMS)), [_label(result, atom) for atom in reversed(ATOMS)])
    ax.set_xlabel(best.unit)
    ax.margins(x=0.18)
    bare(ax)
    return ax


def _label(result: Quantification | Decomposition, atom: str) -> str:
    """Unique to whom, by name where there are names."""
    names = result.names if isinstance(result, Quantification) else ROLES
    return printable(labels(names)[atom])
