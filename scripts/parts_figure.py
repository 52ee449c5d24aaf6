"""The picture of the first page: the four parts of what two sources tell about a target.

    python -m scripts.parts_figure

Writes OUT/figures/parts.png.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pid.plot.style import COLOURS, HATCHES, INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

APART, RADIUS = 0.6, 1.1  # of the circles, from the middle
SAID = {
    "redundancy": ("redundancy", "both say it"),
    "unique1": ("unique to x1", "only x1 says it"),
    "unique2": ("unique to x2", "only x2 says it"),
    "synergy": ("synergy", "neither says it alone; together they do"),
}


def draw(ax: Axes) -> None:
    """Two circles that overlap, in an ellipse that is more than both."""
    from matplotlib.patches import Circle, Ellipse

    around = Ellipse((0, -0.16), 4.34, 3.3)
    first, second, both = (Circle((x, 0), RADIUS) for x in (-APART, APART, APART))
    shapes = {"synergy": around, "unique1": first, "unique2": second, "redundancy": both}
    for atom, shape in shapes.items():
        shape.set(facecolor=COLOURS[atom], hatch=HATCHES[atom], edgecolor="white", linewidth=1.5)
        shape.set(alpha=1, hatch_linewidth=0.4)
        ax.add_patch(shape)
    both.set_clip_path(Circle((-APART, 0), RADIUS, transform=ax.transData))
    places = {"unique1": (-1.1, 0), "redundancy": (0, 0), "unique2": (1.1, 0)}
    for atom, place in {**places, "synergy": (0, -1.38)}.items():
        _label(ax, atom, place)


def _label(ax: Axes, atom: str, place: tuple[float, float]) -> None:
    """A name, and below it what it means, on a ground without hatches."""
    name, meaning = SAID[atom]
    x, y = place
    ground = {"facecolor": COLOURS[atom], "edgecolor": "none", "pad": 1.5}
    style: dict[str, Any] = {
        "ha": "center",
        "color": "white" if atom == "redundancy" else INK,
        "bbox": ground,
    }
    ax.text(x, y, name, va="bottom", weight="bold", fontsize=9.2, **style)
    ax.text(x, y - 0.03, meaning, va="top", fontsize=8.1, **style)


def main(arguments: list[str] | None = None) -> None:
    """Draw and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("docs"), metavar="FOLDER")
    options = parser.parse_args(arguments)
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, ax = pyplot.subplots(figsize=(4.6, 3.3), layout="constrained")
    draw(ax)
    ax.set(xlim=(-2.2, 2.2), ylim=(-1.84, 1.52), aspect="equal")
    ax.axis("off")
    path = options.out / "figures" / "parts.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=200, transparent=True)


if __name__ == "__main__":
    main()
