"""A table beside the coupling that attains its minimum, and where synergy is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pid._types import Floats
from pid.checks import checked, is_a
from pid.core.decomposition import Decomposition
from pid.core.joint import as_table
from pid.errors import InvalidInput, need

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CELL, MOST_NAMED = 0.5, 12  # inches; symbols that have a number


@checked(d=is_a("a Decomposition", Decomposition))
def coupling(p: ArrayLike, d: Decomposition, axes: NDArray[np.object_] | None = None) -> Axes:
    """For each class the table, q* with the same marginals, and what cells add to synergy.

    Args:
        p: the table that was decomposed, shape (n1, n2, k).
        d: its decomposition, with the coupling.
        axes: Axes of shape (k, 3) to draw on.

    Returns:
        The first of the Axes.

    Raises:
        CheckFailed: no coupling, or of another shape.
        InvalidInput: another number of Axes.
        MissingExtra: there is no matplotlib.
    """
    table, added = as_table(p), d.synergy_by_cell(p)
    assert d.coupling is not None  # or it would have been refused
    n1, n2, k = table.shape
    if axes is None:
        pyplot = need("matplotlib.pyplot", "report")
        size = 3 * (0.5 + CELL * n2) + 0.9, k * (0.5 + CELL * n1)
        _, axes = pyplot.subplots(k, 3, figsize=size, layout="constrained", squeeze=False)
    axes = np.asarray(axes).reshape(-1)
    if axes.size != 3 * k:
        raise InvalidInput(f"axes must be {3 * k}, three for each class; got {axes.size}")
    axes = axes.reshape(k, 3)
    most = max(table.max(), d.coupling.max())
    reach = max(float(np.abs(added).max()), 1e-12)
    for y in range(k):
        panels = ((table, "p", 0, "Greys"), (d.coupling, "q*", 0, "Greys"), (added, "", 1, "PuOr"))
        for ax, (values, name, signed, colours) in zip(axes[y], panels, strict=True):
            low, high = (-reach, reach) if signed else (0, most)
            ax.imshow(values[:, :, y], cmap=colours, vmin=low, vmax=high)
            title = f"adds to synergy, {d.unit}" if signed else f"{name}(x1, x2, y = {y})"
            ax.set_title(title, fontsize=8)
            ax.set_xticks([])
            ax.set_yticks([])
            if max(n1, n2) <= MOST_NAMED:
                _numbers(ax, values[:, :, y], high, signed=bool(signed))
        axes[y][0].set_ylabel("x1", fontsize=8)
        axes[y][0].set_xlabel("x2", fontsize=8)
    return axes[0][0]  # type: ignore[no-any-return]


def _numbers(ax: Axes, values: Floats, most: float, *, signed: bool) -> None:
    for (i, j), value in np.ndenumerate(values):
        if abs(value) < 5e-4:
            continue
        text = f"{value:+.2f}" if signed else f"{value:.2f}"
        light = abs(value) > 0.6 * most
        ax.text(j, i, text, ha="center", va="center", fontsize=7, color="w" if light else "k")
