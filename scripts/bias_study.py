"""Bias and error of every correction, per atom, table and sample size; write CSV, picture, tables.

    OMP_NUM_THREADS=1 python -m scripts.bias_study            # about 20 minutes on two cores
    OMP_NUM_THREADS=1 python -m scripts.bias_study --quick    # seconds; shows that it works

Writes OUT/figures/bias_study.csv and .png and its marked section of OUT/statistics.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

import pid
from pid.core.decomposition import ATOMS
from pid.inference import Units
from pid.inference.atoms import PRECISE_TOL, as_decomposition, solve
from pid.inference.bias import CORRECTIONS, correct, jackknife
from scripts import page, study
from scripts.palette import OF_METHODS
from scripts.study_bank import BOUNDARY, QUICK, Table, bank, is_large, tables, truth
from scripts.study_gates import more_tables

PRETEST = "pretest"  # of the study alone: measured, and found to be no better
ORDER: tuple[str, ...] = ("none", *(c for c in CORRECTIONS if c != "none"), PRETEST)
LETTERS = dict(zip(ATOMS, ("R", "U1", "U2", "S"), strict=True))
SLIGHT = 5e-4  # bit; of smaller errors a ratio says nothing
SIZES = (100, 300, 1000, 3000, 10_000)


def measure(task: study.Task) -> list[study.Row]:
    """Bias and root mean square error of each method and atom on samples of one table."""
    name, n, samples = task
    p, true = bank()[name], truth(name)
    rng = np.random.default_rng([n, *map(ord, name)])
    drawn = rng.multinomial(n, p.ravel(), size=samples).reshape(samples, *p.shape)
    rows: list[study.Row] = []
    for method in ORDER:
        found = [estimate(counts, method, i) for i, counts in enumerate(drawn)]
        for atom in ATOMS:
            errors = np.array([getattr(d, atom) for d in found]) - true[atom]
            rows.append(
                {
                    "table": name,
                    "n": n,
                    "method": method,
                    "atom": atom,
                    "truth": true[atom],
                    "bias": float(errors.mean()),
                    "mae": float(np.abs(errors).mean()),
                    "rmse": float(np.sqrt((errors**2).mean())),
                    "samples": samples,
                }
            )
    return rows


def estimate(counts: Table, method: str, seed: int) -> pid.Decomposition:
    """The corrected atoms."""
    if method == PRETEST:
        return pretest(counts, seed)
    return correct(counts, method, random_state=seed)  # type: ignore[arg-type]


def pretest(counts: Table, seed: int) -> pid.Decomposition:
    """The jackknife's atoms, the smaller unique one set to 0 unless above its standard error."""
    units = Units.from_counts(counts)
    plug_in = solve(units.table[None], PRECISE_TOL)[:, 0]
    found = jackknife(units, plug_in, np.random.default_rng(seed))
    smaller = 1 + int(np.argmin(found.corrected[1:3]))
    taken = found.corrected[smaller]
    if taken >= found.deviation[smaller]:
        return as_decomposition(found.corrected, "bit")
    return as_decomposition(found.corrected + taken * np.array([1, -1, -1, 1]), "bit")


def summary(frame: pd.DataFrame) -> str:
    """The tables of the page."""
    frame = frame.assign(size=frame["bias"].abs())
    large = frame[frame["table"].map(is_large)]
    kinks = large[large["atom"].isin(["unique1", "unique2"]) & (large["truth"] < BOUNDARY)]
    n = _middle(frame)
    parts = [
        f"Mean absolute bias, and in brackets mean absolute error, in bits, at n = {n}, "
        f"{frame['samples'].iloc[0]} samples of each table.",
    ]
    for text, some in (
        (f"The {large['table'].nunique()} tables of 8x8x2:", large),
        ("All others:", frame[~frame["table"].map(is_large)]),
    ):
        if len(some):
            parts += [text, _by_atom(some[some["n"] == n])]
    if len(large):
        parts += [
            "Synergy on the 8x8x2 tables, mean absolute bias by sample size:",
            _by_size(large[large["atom"] == "synergy"]),
            "U1 and U2 where they are 0, on the same tables: the kink.",
            _by_size(kinks),
        ]
    parts += [
        "Mean absolute error of the four atoms, relative to that of counting, 0.0005 bit added to "
        f"both: mean over all {frame['table'].nunique()} tables, and in brackets the largest.",
        _against_counting(frame),
    ]
    return "\n\n".join(parts)


def _against_counting(frame: pd.DataFrame) -> str:
    error = frame.groupby(["method", "n", "table"])["mae"].mean() + SLIGHT
    sizes = sorted(frame["n"].unique())
    rows = []
    for method in ORDER:
        ratio = error.loc[method] / error.loc["none"]
        cells = [f"{ratio.loc[n].mean():.2f} ({ratio.loc[n].max():.2f})" for n in sizes]
        rows.append((method, *cells))
    return page.markdown_table(("method", *(f"n = {n}" for n in sizes)), rows)


def _middle(frame: pd.DataFrame) -> int:
    sizes: list[int] = sorted(int(n) for n in frame["n"].unique())
    return 1000 if 1000 in sizes else sizes[-1]


def _by_atom(frame: pd.DataFrame) -> str:
    means = frame.groupby(["method", "atom"])[["size", "mae"]].mean().to_dict("index")
    rows = [
        (
            method,
            *(
                f"{means[method, atom]['size']:.4f} ({means[method, atom]['mae']:.4f})"
                for atom in ATOMS
            ),
        )
        for method in ORDER
    ]
    return page.markdown_table(("method", *LETTERS.values()), rows)


def _by_size(frame: pd.DataFrame) -> str:
    means = frame.groupby(["method", "n"])["size"].mean()
    sizes = sorted(frame["n"].unique())
    rows = [(method, *(f"{means.loc[(method, n)]:.4f}" for n in sizes)) for method in ORDER]
    return page.markdown_table(("method", *(f"n = {n}" for n in sizes)), rows)


def draw(frame: pd.DataFrame, path: Path) -> None:
    """Mean absolute bias against n, a panel per atom."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    frame = frame.assign(size=frame["bias"].abs())
    with plt.rc_context({"font.size": 9}):
        figure, axes = plt.subplots(1, 4, figsize=(12, 3.6), layout="constrained", sharey=True)
        for axis, atom in zip(axes, ATOMS, strict=True):
            means = frame[frame["atom"] == atom].groupby(["method", "n"])["size"].mean()
            for method, colour, marker in zip(ORDER, OF_METHODS, "o*Ds^vPX", strict=True):
                line = means.loc[method]
                axis.plot(line.index, line, color=colour, marker=marker, ms=4, lw=1.2, label=method)
            axis.set(xscale="log", yscale="log", xlabel="rows, n")
            axis.set_title(atom, loc="left", fontsize=9)
            axis.grid(which="major", color="#e3e3e3", linewidth=0.6)
            axis.set_axisbelow(True)
            axis.spines[["top", "right"]].set_visible(False)
        axes[0].set_ylabel("mean absolute bias, bit")
        figure.legend(
            *axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=8, frameon=False
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=150)
        plt.close(figure)


def main() -> None:
    """Measure, then write."""
    assert __doc__ is not None
    args = study.options(__doc__, samples=60, sizes=SIZES)
    rows: Sequence[study.Row] = study.collect(measure, args, [*tables(), *more_tables()], QUICK)
    page.write_csv(args.out / "figures" / "bias_study.csv", rows)
    frame = pd.DataFrame(rows)
    draw(frame, args.out / "figures" / "bias_study.png")
    page.write_section(args.out / "statistics.md", "bias study", summary(frame))


if __name__ == "__main__":
    main()
