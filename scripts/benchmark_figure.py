"""The picture of the solver benchmark: time against size for every method, and how ours grows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pid.plot.style import GREY
from scripts.benchmark_tables import Entry, exponent
from scripts.palette import OF_METHODS
from scripts.peers import PEERS
from scripts.race import OURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = dict(zip((OURS, *PEERS), OF_METHODS, strict=False))
MARKERS = dict(zip((OURS, *PEERS), "osD^v", strict=True))


def draw(parts: Mapping[str, Sequence[Entry]], path: Path) -> None:
    """Three panels with logarithmic axes; a hollow mark is a run stopped at the time limit."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    with plt.rc_context({"font.size": 9}):
        figure, axes = plt.subplots(
            1, 3, figsize=(12, 4.2), layout="constrained", width_ratios=[1.7, 1, 1]
        )
        _methods(axes[0], parts["single"])
        _growth(axes[1], parts["growth in n"], 0, "symbols of each source, n  (k = {2})")
        _growth(axes[2], parts["growth in k"], 2, "symbols of the target, k  (n = {0})")
        for axis in axes:
            axis.grid(which="major", color="#e3e3e3", linewidth=0.6)
            axis.set_axisbelow(True)
            axis.spines[["top", "right"]].set_visible(False)
        figure.legend(loc="outside upper left", ncols=len(COLOURS), frameon=False)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=150)
        plt.close(figure)


def _methods(axes: Axes, entries: Sequence[Entry]) -> None:
    for place, (name, colour) in enumerate(COLOURS.items()):
        tried = [(e.instance, e.outcomes[name]) for e in entries]
        done = [(i.kind, i.cells, o.median) for i, o in tried if o.status == "ok"]
        stopped = [(i.cells, o.limit) for i, o in tried if o.status == "time-out"]
        dense = sorted((cells, y) for kind, cells, y in done if kind == "dirichlet")
        other = [(cells, y) for kind, cells, y in done if kind != "dirichlet"]
        apart = 1 + 0.12 * (place - 2)  # so that marks at the limit do not hide one another
        late = [(cells * apart, y) for cells, y in stopped]
        for points, line, face in ((dense, "-", colour), (other, "", colour), (late, "", "white")):
            axes.plot(
                *np.array(points).reshape(-1, 2).T,
                color=colour,
                marker=MARKERS[name],
                markersize=5,
                markerfacecolor=face,
                linestyle=line,
                linewidth=1.2,
                label=name if points is dense else None,
            )
    axes.set(xscale="log", yscale="log", xlabel="cells of the table", ylabel="seconds")
    axes.set_title("one table; lines: dense; hollow: stopped at the limit", loc="left", fontsize=9)


def _growth(axes: Axes, entries: Sequence[Entry], axis: int, label: str) -> None:
    sizes = np.array([e.instance.shape[axis] for e in entries], dtype=float)
    seconds = [e.outcomes[OURS].median for e in entries]
    slope, offset = exponent(entries, axis)
    axes.plot(sizes, seconds, color=COLOURS[OURS], marker="o", markersize=5, linewidth=1.2)
    half = sizes[-(len(sizes) // 2 + 1) :]
    axes.plot(half, np.exp(offset) * half**slope, color=GREY, linestyle="--", linewidth=1.2)
    axes.set(xscale="log", yscale="log", xlabel=label.format(*entries[0].instance.shape))
    axes.set_xticks(sizes, [f"{size:g}" for size in sizes])
    axes.minorticks_off()
    axes.set_title(f"pid; dashed: exponent {slope:.2f}", loc="left", fontsize=9)
