"""How precise an answer gets with more samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pid.checks import checked, is_a
from pid.inference.planning import Plan
from pid.plot.style import AXES, COLOURS, GREY, axes_of, bare

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@checked(plan=is_a("an answer of pid.plan", Plan), ax=AXES)
def widths(plan: Plan, ax: Axes | None = None) -> Axes:
    """Half of the interval's width against the number of samples, and the precision asked for.

    Args:
        plan: of ``pid.plan``.
        ax: Axes to draw on.

    Raises:
        MissingExtra: there is no matplotlib.
    """
    ax = axes_of(ax)
    colour = COLOURS.get(plan.atom, COLOURS["redundancy"])
    ax.plot(list(plan.tried), list(plan.tried.values()), "o-", color=colour, markersize=4)
    ax.axhline(plan.precision, color=GREY, linestyle=":", linewidth=1)
    ax.axvline(plan.n, color=GREY, linestyle=":", linewidth=1)
    ax.annotate(f"{plan.n:,}", (plan.n, plan.precision), xytext=(3, 3), textcoords="offset points")
    ax.set(xscale="log", yscale="log", xlabel="samples")
    ax.set_ylabel(f"{plan.atom} to within, {plan.unit}")
    bare(ax)
    return ax
