"""How often the intervals contain the truth, per method, atom, table and sample size.

    OMP_NUM_THREADS=1 python -m scripts.coverage_study           # about 40 minutes on two cores
    OMP_NUM_THREADS=1 python -m scripts.coverage_study --quick   # seconds; shows that it works

Writes OUT/figures/coverage_study.csv and .png and its marked section of OUT/statistics.md.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from pid.core.decomposition import ATOMS
from pid.inference.assessment import Interval, Resampling, conclude, resampled
from pid.inference.intervals import METHODS
from pid.inference.units import Units
from pid.plot.style import INK
from scripts import page, study
from scripts.palette import OF_METHODS
from scripts.study_bank import BOUNDARY, QUICK, bank, tables, truth
from scripts.study_gates import more_tables, rare_tables

LEVEL = 0.95
REPLICATES = 400
ROUNDING = 1e-6  # bit; what the solver's tolerance leaves open at a boundary
SIZES = (300, 1000, 5000)
MARKS = {True: ("o", OF_METHODS[0]), False: ("x", OF_METHODS[2])}  # an atom that is there, or 0


def intervals(counts: np.ndarray, seed: int) -> dict[str, Interval]:
    """Of every method, from one set of replicates where they draw alike."""
    units = Units.from_counts(counts)
    asked = Resampling(LEVEL, "bias-aware", "none", REPLICATES, seed)
    drawn = resampled(units, asked)
    fewer = resampled(units, asked._replace(method="subsampling"))
    found: dict[str, Interval] = {}
    for method in METHODS:
        tables_drawn = fewer if method == "subsampling" else drawn
        conclusion = conclude(units, tables_drawn, asked._replace(method=method), "bit")
        found[method] = conclusion.interval
    return found


def measure(task: study.Task) -> list[study.Row]:
    """Coverage and width of every method and atom on samples of one table."""
    name, n, samples = task
    p, true = bank()[name], truth(name)
    rng = np.random.default_rng([n, *map(ord, name)])
    true = {**true, "total": sum(true.values())}
    drawn = rng.multinomial(n, p.ravel() / p.sum(), size=samples).reshape(samples, *p.shape)
    found = [intervals(counts, seed) for seed, counts in enumerate(drawn)]
    rows: list[study.Row] = []
    for method in METHODS:
        for atom in (*ATOMS, "total"):
            low, high = np.array([f[method][atom] for f in found]).T
            covered = (low <= true[atom] + ROUNDING) & (true[atom] - ROUNDING <= high)
            rows.append(
                {
                    "table": name,
                    "n": n,
                    "method": method,
                    "atom": atom,
                    "truth": true[atom],
                    "coverage": float(covered.mean()),
                    "width": float((high - low).mean()),
                    "samples": samples,
                }
            )
    return rows


def summary(frame: pd.DataFrame) -> str:
    """A table for those of all kinds, and one for those with a rare class."""
    rare = frame["table"].isin(rare_tables())
    parts = []
    for some, text in (
        (frame[~rare], ""),
        (frame[rare], ", each with a class of 5, 2, 1 or half a per cent of the rows"),
    ):
        if len(some):
            tables_, atoms = some["table"].nunique(), len(some.groupby(["table", "atom"]))
            parts += [
                f"Coverage of nominal 95% intervals for the {atoms} atoms and totals of "
                f"{tables_} tables{text}; {some['samples'].iloc[0]} samples of each, {REPLICATES} "
                "replicates.",
                _table(some),
            ]
    return "\n\n".join(parts)


def _table(frame: pd.DataFrame) -> str:
    """One row per sample size and method."""
    rows = []
    for key, some in frame.groupby(["n", "method"], sort=False):
        worst = some.iloc[int(some["coverage"].to_numpy().argmin())]
        inside = some.loc[some["truth"] > BOUNDARY, "coverage"]
        rows.append(
            (
                ", ".join(map(str, key)),
                f"{some['coverage'].mean():.3f}",
                f"{inside.mean():.3f}",
                f"{worst['coverage']:.2f} ({worst['table']}, {worst['atom']})",
                str(int((some["coverage"] < 0.9).sum())),
                f"{some['width'].mean():.4f}",
            )
        )
    header = ("n, method", "mean", "above 0", "worst", "below .90", "mean width")
    return page.markdown_table(header, rows)


def draw(frame: pd.DataFrame, path: Path) -> None:
    """A dot for the coverage of each atom of each table, by method and sample size."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    sizes = frame["n"].unique()
    with plt.rc_context({"font.size": 8, "axes.linewidth": 0.6}):
        figure, axes = plt.subplots(
            1, len(sizes), figsize=(9, 2.4), layout="constrained", sharey=True, squeeze=False
        )
        rng = np.random.default_rng(0)
        for axis, n in zip(axes[0], sizes, strict=True):
            for place, method in enumerate(reversed(METHODS)):
                some = frame[(frame["n"] == n) & (frame["method"] == method)]
                for there, (marker, colour) in MARKS.items():
                    covered = some.loc[(some["truth"] > BOUNDARY) == there, "coverage"]
                    spread = place + rng.uniform(-0.25, 0.25, len(covered))
                    axis.plot(covered, spread, marker, color=colour, ms=2.5, mew=0.7, ls="")
            axis.axvline(LEVEL, color=INK, linewidth=0.8)
            axis.set_yticks(range(len(METHODS)), list(reversed(METHODS)))
            axis.set_title(f"n = {n}", loc="left", fontsize=9)
            axis.set_xlabel("coverage")
            axis.spines[["top", "right"]].set_visible(False)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=150)
        plt.close(figure)


def main() -> None:
    """Measure, then write."""
    assert __doc__ is not None
    args = study.options(__doc__, samples=300, sizes=SIZES)
    rows = study.collect(measure, args, [*tables(), *more_tables(), *rare_tables()], QUICK)
    page.write_csv(args.out / "figures" / "coverage_study.csv", rows)
    frame = pd.DataFrame(rows)
    draw(frame, args.out / "figures" / "coverage_study.png")
    page.write_section(args.out / "statistics.md", "coverage study", summary(frame))


if __name__ == "__main__":
    main()
