"""Looks and sounds that belong together: a row for each pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pid._types import Floats
from pid.checks import NONE, checked, either, is_a, number
from pid.estimators.fission.gallery import Gallery, Shown
from pid.plot.style import AXES, COLOURS, GREY, INK, axes_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = ("look", "where", "sound", "when")
GAP = 0.12  # of a panel, around it
RATE = either(number("number of samples a second", above=0), NONE)


@checked(found=is_a("what Correspondences.gallery returned", Gallery), ax=AXES, rate=RATE)
def correspondences(found: Gallery, ax: Axes | None = None, *, rate: float | None = None) -> Axes:
    """Each pair in a row: its mean look, where it is and when it is heard in a scene, its spectrum.

    Args:
        found: of ``Correspondences.gallery``.
        ax: Axes to draw on.
        rate: samples a second, for frequencies in Hz; else they are in cycles a sample.

    Raises:
        MissingExtra: there is no matplotlib.
    """
    rows = max(1, len(found.pairs))
    ax = axes_of(ax, width=5.0, height=0.9 * rows + 0.5)
    ax.set_axis_off()
    if not found.pairs:
        ax.text(0.5, 0.5, "nothing goes together", ha="center", va="center", color=INK, fontsize=8)
    for i, pair in enumerate(found.pairs):
        panels = [_panel(ax, i, j, rows) for j in range(len(COLUMNS))]
        _draw(pair, panels, rate, last=i == rows - 1)
        panels[0].set_ylabel(f"{pair.look}: φ = {pair.phi:.2f}", fontsize=7)
        if i == 0:
            for panel, title in zip(panels, COLUMNS, strict=True):
                panel.set_title(title, fontsize=8)
    return ax


def _panel(ax: Axes, row: int, column: int, rows: int) -> Axes:
    width, height = 1 / len(COLUMNS), 1 / rows
    panel = ax.inset_axes(
        (
            (column + GAP) * width,
            1 - (row + 1 - GAP) * height,
            (1 - 2 * GAP) * width,
            (1 - 2 * GAP) * height,
        )
    )
    panel.set(xticks=[], yticks=[])
    panel.tick_params(labelsize=6)
    return panel


def _draw(pair: Shown, panels: list[Axes], rate: float | None, *, last: bool) -> None:
    look, where, sound, when = panels
    look.imshow(picture(pair.mean))
    frequencies = pair.frequencies * (rate or 1)
    sound.fill_between(frequencies, pair.spectrum, color=COLOURS["redundancy"], linewidth=0)
    if last:
        sound.set_xticks([0, float(frequencies[-1].round(2 if rate is None else 0))])
        sound.set_xlabel("cycles a sample" if rate is None else "Hz", fontsize=7)
        when.set_xlabel("time", fontsize=7)
    for example in pair.examples[:1]:
        where.imshow(example.where, cmap="cividis", vmin=0, vmax=1)
        steps = np.arange(len(example.when))
        when.fill_between(steps, example.when, step="mid", color=COLOURS["synergy"], linewidth=0)
        where.set_xlabel(f"scene {example.scene}", fontsize=6, color=GREY)


def picture(mean: Floats) -> Floats:
    """A mean look as colours, the background in the middle; grey if there are no 3 channels."""
    most = float(np.abs(mean).max()) or 1.0
    colours = 0.5 + 0.5 * mean / most
    return colours if colours.shape[2] == 3 else colours.mean(axis=2, keepdims=True).repeat(3, 2)
