"""A screen as a map: one atom of all pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pid.errors import InvalidInput
from pid.plot.style import GREY, axes_of, printable
from pid.screening.result import NAMES, Screening

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST = 40  # columns that are named and drawn
FOUND = 0.05  # q up to which a pair has a dot


def pairs(
    found: Screening, ax: Axes | None = None, *, of: str = "synergy", y: str | None = None
) -> Axes:
    """A cell for every pair, as dark as its atom is large; a dot where q is at most 0.05.

    Args:
        found: the screen.
        ax: Axes to draw on.
        of: an atom, or "total".
        y: the target, if there are several.

    Raises:
        InvalidInput: no such atom or target.
        MissingExtra: there is no matplotlib.
    """
    if of not in NAMES:
        raise InvalidInput(f"of must be one of {', '.join(NAMES)}; got {of!r}")
    targets = dict.fromkeys(target for _, _, target in found.pairs)
    y = next(iter(targets)) if y is None and len(targets) == 1 else y
    if y not in targets:
        raise InvalidInput(f"y must be one of {', '.join(targets)}; got {y!r}")
    column = NAMES.index(of)
    rows = [i for i, pair in enumerate(found.pairs) if pair[2] == y]
    rows.sort(key=lambda i: -found.corrected[i, column])
    names = list(dict.fromkeys(name for i in rows for name in found.pairs[i][:2]))[:MOST]
    place = {name: position for position, name in enumerate(names)}
    values = np.full((len(names), len(names)), np.nan)
    dots = []
    for i in rows:
        a, b = (place.get(name) for name in found.pairs[i][:2])
        if a is None or b is None:
            continue
        high, low = max(a, b), min(a, b)  # below the diagonal
        values[high, low] = found.corrected[i, column]
        if found.q[i, column] <= FOUND:
            dots.append((low, high))
    size = 1.6 + 0.16 * len(names)
    ax = axes_of(ax, width=size + 0.6, height=size)
    largest = max(float(np.nanmax(values, initial=0)), 1e-12)
    image = ax.imshow(values, cmap="Blues", vmin=0, vmax=largest)
    if dots:
        ax.plot(*zip(*dots, strict=True), "o", color="white", markeredgecolor=GREY, markersize=3)
    labels = [printable(name, 16) for name in names]
    ax.set_xticks(range(len(names) - 1), labels[:-1], rotation=90, fontsize=7)
    ax.set_yticks(range(1, len(names)), labels[1:], fontsize=7)
    ax.spines[["top", "right", "left", "bottom"]].set_visible(False)
    ax.figure.colorbar(image, ax=ax, label=f"{of}, {found.unit}", shrink=0.7)
    return ax
