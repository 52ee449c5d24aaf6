"""Atoms along an axis: times, layers, epochs or models, as lines with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pid.analysis.quantification.trajectory import Trajectory
from pid.analysis.words import labels
from pid.checks import FLAG, checked, is_a
from pid.core.decomposition import ATOMS
from pid.plot.style import AXES, COLOURS, GREY, INK, axes_of, bare, printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LINES = {"redundancy": "-", "unique1": "--", "unique2": "-.", "synergy": ":"}  # apart in grey, too
MOST_NAMES = 8  # places that are named, if their names are text
PALE = 0.18


@checked(
    found=is_a("a Trajectory, of pid.quantify or pid.quantify_posteriors", Trajectory),
    ax=AXES,
    total=FLAG,
)
def trajectory(found: Trajectory, ax: Axes | None = None, *, total: bool = True) -> Axes:
    """A line for each atom, in a band of its intervals.

    Args:
        found: of ``pid.quantify`` along an axis, or of ``pid.quantify_posteriors``.
        ax: Axes to draw on.
        total: whether the total has a line, too.

    Raises:
        MissingExtra: there is no matplotlib.
    """
    ax = axes_of(ax, height=2.6)
    numbers = all(isinstance(p, int | float | np.number) for p in found.positions)
    places = np.array(found.positions if numbers else range(len(found)), dtype=np.float64)
    called = labels(found.names) | {"total": "total"}
    for atom in (*ATOMS, *(["total"] if total else [])):
        of_atom = [(q.best.atoms | {"total": q.best.total})[atom] for q in found]
        colour = COLOURS.get(atom, GREY)
        ends = [q.interval[atom] for q in found if q.interval is not None]
        if ends:
            low, high = np.array(ends).T
            ax.fill_between(places, low, high, color=colour, alpha=PALE, linewidth=0)
        label = printable(called[atom])
        marker = "o" if len(places) == 1 else ""
        ax.plot(places, of_atom, LINES.get(atom, "-"), color=colour, label=label, marker=marker)
    ax.axhline(0, color=INK, linewidth=0.8)
    if not numbers:
        some = range(0, len(places), -(-len(places) // MOST_NAMES))
        ax.set_xticks(list(some), [printable(str(found.positions[i]), 10) for i in some])
    elif (places == places.round()).all():  # there is no layer between two
        ax.locator_params(axis="x", integer=True)
    ax.set_xlabel(printable(found.axis))
    ax.set_ylabel(found.unit)
    ax.legend(loc="lower center", bbox_to_anchor=(0.45, 1.0), ncols=2, frameon=False, fontsize=8)
    bare(ax)
    return ax
