"""A table beside the coupling that attains its minimum, and where synergy is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pid.decomposition import Decomposition
from pid.errors import InvalidInput, need
from pid.information import nats_per
from pid.joint import as_table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

CELL, MOST_NAMED = 0.5, 12  # inches; symbols that have a number


def contributions(p: ArrayLike, d: Decomposition) -> Floats:
    """What each cell adds to synergy: its term of I_p less its term of I_q*, (n1, n2, k).

    They sum to the synergy, and describe where p and q* differ; they are no pointwise
    decomposition, and single ones may be below 0.

    Args:
        p: the table that was decomposed.
        d: its decomposition, with the coupling.

    Raises:
        InvalidInput: no coupling, or of another shape.
    """
    table = as_table(p)
    if d.coupling is None or d.coupling.shape != table.shape:
        raise InvalidInput("d must be the decomposition of p, with its coupling")
    p_y = table.sum(axis=(0, 1))
    return np.asarray((_terms(table, p_y) - _terms(d.coupling, p_y)) / nats_per(d.unit))


def coupling(p: ArrayLike, d: Decomposition, axes: NDArray[np.object_] | None = None) -> Axes:
    """For each class the table, q* with the same marginals, and what cells add to synergy.

    Args:
        p: the table that was decomposed, shape (n1, n2, k).
        d: its decomposition, with the coupling.
        axes: Axes of shape (k, 3) to draw on.

    Returns:
        The first of the Axes.

    Raises:
        InvalidInput: no coupling, or of another shape.
        MissingExtra: there is no matplotlib.
    """
    table, added = as_table(p), contributions(p, d)
    assert d.coupling is not None
    n1, n2, k = table.shape
    if axes is None:
        pyplot = need("matplotlib.pyplot", "report")
        size = 3 * (0.5 + CELL * n2) + 0.9, k * (0.5 + CELL * n1)
        _, axes = pyplot.subplots(k, 3, figsize=size, layout="constrained", squeeze=False)
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


def _terms(joint: Floats, p_y: Floats) -> Floats:
    """Each cell's term of I(Y; X1, X2), in nats."""
    pair = joint.sum(axis=2, keepdims=True)
    seen = joint > 0
    ratio = np.divide(joint, pair * p_y, out=np.ones_like(joint), where=seen)
    return np.asarray(joint * np.log(ratio))


def _numbers(ax: Axes, values: Floats, most: float, *, signed: bool) -> None:
    for (i, j), value in np.ndenumerate(values):
        if abs(value) < 5e-4:
            continue
        text = f"{value:+.2f}" if signed else f"{value:.2f}"
        light = abs(value) > 0.6 * most
        ax.text(j, i, text, ha="center", va="center", fontsize=7, color="w" if light else "k")
