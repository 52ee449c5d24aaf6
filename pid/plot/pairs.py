"""A screen as a map: one atom of all pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pid.analysis.screening.result import FOUND, Screening
from pid.checks import NONE, TEXT, checked, either, is_a, one_of
from pid.plot.style import AXES, GREY, axes_of, printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST = 40  # columns that are named and drawn


@checked(
    found=is_a("an answer of pid.screen", Screening),
    ax=AXES,
    of=one_of("redundancy", "unique", "synergy", "total"),
    y=either(TEXT, NONE),
)
def pairs(
    found: Screening, ax: Axes | None = None, *, of: str = "synergy", y: str | None = None
) -> Axes:
    """A cell for every pair, as dark as its atom is large; a dot where q is at most 0.05.

    Unique information is that of the row beside the column. Of many columns, the 40 of the pairs
    with most are drawn.

    Args:
        found: the screen.
        ax: Axes to draw on.
        of: "redundancy", "unique", "synergy" or "total".
        y: the target, if there are several.

    Raises:
        InvalidInput: no such atom or target.
        MissingExtra: there is no matplotlib.
    """
    matrix = found.to_matrix(of, y, half=True).iloc[:MOST, :MOST]
    adjusted = found.to_matrix(of, y, q=True, half=True).to_numpy()[:MOST, :MOST]
    values, names = matrix.to_numpy(), [printable(name, 16) for name in matrix.index]
    size = 1.6 + 0.16 * len(names)
    ax = axes_of(ax, width=size + 0.6, height=size)
    largest = max(float(np.nanmax(values, initial=0)), 1e-12)
    image = ax.imshow(values, cmap="Blues", vmin=0, vmax=largest)
    rows, columns = np.nonzero(adjusted <= FOUND)
    ax.plot(columns, rows, "o", color="white", markeredgecolor=GREY, markersize=3)
    last, first = (len(names), 0) if of == "unique" else (len(names) - 1, 1)
    ax.set_xticks(range(last), names[:last], rotation=90, fontsize=7)
    ax.set_yticks(range(first, len(names)), names[first:], fontsize=7)
    ax.spines[["top", "right", "left", "bottom"]].set_visible(False)
    ax.figure.colorbar(image, ax=ax, label=f"{of}, {found.unit}", shrink=0.7)
    return ax
