"""Picture of the study of estimators for continuous sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from pid.core.decomposition import ATOMS
from pid.plot.style import GREY
from scripts.continuous_runs import ORACLE, PROBLEMS
from scripts.continuous_tables import answered, error
from scripts.palette import OF_ATOMS, OF_METHODS

PALETTE = {
    "20 clusters": (GREY, "s", ""),
    "alignment, mended": (OF_METHODS[2], "D", ""),
    "posterior": (OF_METHODS[0], "o", "_corrected"),
    ORACLE: (OF_METHODS[1], "^", ""),
}
MOST_ROWS = 2000  # of the problems beside truth


def draw(frame: pd.DataFrame, path: Path) -> None:
    """Error against samples with the floor, and estimates of all problems against truth."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    with plt.rc_context({"font.size": 9}):
        figure, axes = plt.subplots(1, 2, figsize=(9, 3.8), layout="constrained")
        _errors(frame[frame.problem.isin(PROBLEMS)], axes[0])
        _estimates(answered(frame[frame.estimator == "posterior"]), axes[1])
        for axis in axes:
            axis.legend(frameon=False)
            axis.spines[["top", "right"]].set_visible(False)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=150)
        plt.close(figure)


def _errors(frame: pd.DataFrame, axis: Any) -> None:
    for name, (colour, marker, suffix) in PALETTE.items():
        of = frame[frame.estimator == name]
        by_n = [(n, error(part, suffix)) for n, part in of.groupby("n") if len(part) > 1]
        if by_n:
            axis.plot(*zip(*by_n, strict=True), marker=marker, color=colour, label=name)
    axis.set(xscale="log", yscale="log", xlabel="samples", ylabel="mean error, bit")
    sizes = sorted(frame.n.unique())
    axis.set_xticks(sizes, [f"{n:,}" for n in sizes])
    axis.xaxis.minorticks_off()


def _estimates(rows: pd.DataFrame, axis: Any) -> None:
    """A point for each atom of each problem: the mean of its samples, with their spread."""
    for atom, marker in zip(ATOMS, "osD^", strict=True):
        by = rows[rows.n <= MOST_ROWS].groupby(["problem", "n"])
        truth, found = by[f"{atom}_truth"].mean(), by[f"{atom}_corrected"]
        style = {"color": OF_ATOMS[atom], "marker": marker, "markersize": 3.5, "linewidth": 0.8}
        spread = found.std().fillna(0)
        axis.errorbar(truth, found.mean(), spread, linestyle="", label=atom, **style)
    axis.axline((0, 0), slope=1, color=GREY, linewidth=0.8)
    axis.set(xlabel="truth, bit", ylabel=f"posterior, up to {MOST_ROWS:,} samples")
