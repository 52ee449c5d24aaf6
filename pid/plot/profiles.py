"""Many decompositions as stacked bars: data sets, groups, models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from pid.analysis.quantification.result import Quantification
from pid.analysis.words import LABELS
from pid.checks import checked, named
from pid.core.decomposition import ATOMS, Decomposition
from pid.errors import InvalidInput
from pid.plot.style import AXES, COLOURS, HATCHES, INK, axes_of, bare, printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW, FRAME = 0.24, 0.9  # inches


@checked(results=named("answers"), ax=AXES)
def profiles(results: Mapping[str, Quantification | Decomposition], ax: Axes | None = None) -> Axes:
    """A bar for each result, its atoms one after the other; what is below 0 goes to the left.

    Args:
        results: by name, all in one unit.
        ax: Axes to draw on.

    Raises:
        InvalidInput: no results, or of several units.
        MissingExtra: there is no matplotlib.
    """
    found = {name: r.best if isinstance(r, Quantification) else r for name, r in results.items()}
    if not all(isinstance(d, Decomposition) for d in found.values()):
        raise InvalidInput("results must be answers of pid.quantify or pid.decompose, by name")
    units = {d.unit for d in found.values()}
    if len(units) != 1:
        raise InvalidInput(f"profiles need results of one unit; got {sorted(units) or 'none'}")
    ax = axes_of(ax, height=FRAME + ROW * len(found))
    values = np.array([list(d.atoms.values()) for d in found.values()])
    right, left = np.zeros(len(found)), np.zeros(len(found))
    places = np.arange(len(found))[::-1]
    for atom, column in zip(ATOMS, values.T, strict=True):
        start = np.where(column >= 0, right, left)
        ax.barh(
            places,
            column,
            left=start,
            height=0.72,
            color=COLOURS[atom],
            hatch=HATCHES[atom],
            edgecolor="white",
            linewidth=0.4,
            label=LABELS[atom],
        )
        right += np.maximum(column, 0)
        left += np.minimum(column, 0)
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.set_yticks(places, [printable(name) for name in found])
    ax.set_xlabel(units.pop())
    ax.legend(
        loc="lower center",
        bbox_to_anchor=(0.4, 1.0),
        ncols=2,
        frameon=False,
        fontsize=8,
    )
    bare(ax)
    return ax
