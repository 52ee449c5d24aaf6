"""Errors, coverage and seconds of every estimator on continuous problems with known atoms.

    python -m scripts.study_continuous           # about an hour on two cores; goes on where it was
    python -m scripts.study_continuous --quick   # a minute; shows that it works

Every run is a line of OUT/figures/study_continuous.csv as soon as it is finished, and lines that
are there are not run again. Then writes OUT/figures/study_continuous.png and its marked section of
OUT/how-to-choose.md. Needs the extras neural and report.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pid.core.decomposition import ATOMS, Decomposition
from pid.datasets import continuous
from pid.datasets.continuous import Continuous, densities
from pid.estimators import AlignmentPID, ClusterPID, PosteriorPID
from scripts import page

NAMES = (*ATOMS, "total")
PROBLEMS = ("and", "xor", "table332", "mixture", "copula", "four", "angle30")
HARD = ("noise", "duplicate", "nuisance200", "imbalanced", "ten classes")
TRIAL = {1000: 0.0157, 5000: 0.0073, 20000: 0.0038}  # what a first version had reached
ROUNDING = 1e-6
COLOURS = ("#0b3c5d", "#d9822b", "#a23b72", "#5b8c5a")  # of the atoms
PALETTE = {"20 clusters": "#888888", "alignment, published": "#d9822b", "posterior": "#0b3c5d"}


class Run(NamedTuple):
    """One fit: of which estimator, to what."""

    estimator: str
    problem: str
    n: int
    seed: int


def plan(*, quick: bool) -> list[Run]:
    """All runs, in their order."""
    if quick:
        return [
            Run(e, "angle30", 300, seed) for e in ESTIMATORS for seed in range(1 + (e in PALETTE))
        ]
    runs = []
    for n, seeds in ((1000, 10), (300, 6), (5000, 5)):
        runs += _of(n, seeds)
    runs += [Run("posterior", problem, 2000, seed) for problem in HARD for seed in range(5)]
    for problem in PROBLEMS:
        for estimator, seeds in (
            ("alignment, published", 1),
            ("alignment, mended", 3),
            ("posterior, scikit-learn", 5),
        ):
            runs += [Run(estimator, problem, 1000, seed) for seed in range(seeds)]
        runs += [Run("alignment, mended", problem, 5000, 0)]
    return [*runs, Run("alignment, published", "copula", 5000, 0), *_of(20_000, 5)]


def _of(n: int, seeds: int) -> list[Run]:
    runs = []
    for problem in PROBLEMS:
        runs += [Run("posterior", problem, n, seed) for seed in range(seeds)]
        runs += [Run("posterior, no interval", problem, n, 0)]
        runs += [Run("20 clusters", problem, n, seed) for seed in range(5)]
    return runs


def problem(name: str, n: int, seed: int) -> Continuous:
    """A problem by its name; those of ``HARD`` are made here."""
    if name in PROBLEMS:
        return continuous.make(name, n=n, random_state=seed)
    first, second = continuous.MIXTURE
    if name == "nuisance200":
        return densities(
            first, second, (0.5, 0.5), n=n, dimensions=200, nuisances=180, random_state=seed
        )
    if name == "imbalanced":
        return densities(first, second, (1 / 51, 50 / 51), n=n, random_state=seed)
    if name == "ten classes":
        z = np.random.default_rng(7).uniform(-4, 4, size=(2, 10))
        of = [[((1.0, float(mean), 0.7),) for mean in means] for means in z]
        return densities(of[0], of[1], (0.1,) * 10, n=n, random_state=seed)
    plain = continuous.make("mixture", n=n, random_state=seed)
    rng = np.random.default_rng([seed, 1])
    alone = plain.atoms["redundancy"] + plain.atoms["unique1"]
    atoms = dict.fromkeys(ATOMS, 0.0)
    if name == "noise":
        X2, atoms["unique1"] = rng.normal(size=plain.X2.shape), alone
    else:
        X2, atoms["redundancy"] = plain.X1 + 1e-3 * rng.normal(size=plain.X1.shape), alone
    return Continuous(X1=plain.X1, X2=X2, y=plain.y, atoms=atoms, name=name)


def _aligned(mended: bool) -> Callable[[Run], Any]:
    def fit(run: Run) -> Any:
        data = problem(run.problem, 2 * run.n, run.seed)  # as many again to measure on
        est = AlignmentPID(mended=mended, test_size=0.5, random_state=run.seed)
        return est.fit(data.X1, data.X2, data.y)

    return fit


def _fitted(**options: Any) -> Callable[[Run], Any]:
    def fit(run: Run) -> Any:
        data = problem(run.problem, run.n, run.seed)
        chosen = dict(options)
        if chosen.get("n_clusters"):
            est: Any = ClusterPID(**chosen, random_state=run.seed)
        else:
            est = PosteriorPID(**chosen, random_state=run.seed)
        return est.fit(data.X1, data.X2, data.y)

    return fit


ESTIMATORS: Mapping[str, Callable[[Run], Any]] = {
    "20 clusters": _fitted(n_clusters=20),
    "alignment, published": _aligned(mended=False),
    "alignment, mended": _aligned(mended=True),
    "posterior, scikit-learn": _fitted(classifier="sklearn", halvings=0),
    "posterior, no interval": _fitted(halvings=0),
    "posterior": _fitted(),
}


def measure(run: Run) -> dict[str, object]:
    """Fit, and lay estimate, correction, interval and truth side by side."""
    problem(run.problem, run.n, run.seed)  # so that its truth is known before the clock starts
    begin = time.perf_counter()
    est = ESTIMATORS[run.estimator](run)
    seconds = time.perf_counter() - begin
    data = problem(run.problem, run.n, run.seed)
    corrected: Decomposition | None = getattr(est, "corrected_", None)
    interval = getattr(est, "interval_", None)
    row: dict[str, object] = {**run._asdict(), "seconds": seconds}
    for name in NAMES:
        row[f"{name}_truth"] = data.atoms.get(name, sum(data.atoms.values()))
        row[name] = getattr(est.decomposition_, name)
        row[f"{name}_corrected"] = np.nan if corrected is None else getattr(corrected, name)
        row[f"{name}_low"], row[f"{name}_high"] = (
            (np.nan, np.nan) if interval is None else interval[name]
        )
    return row


def memory(run: Run) -> dict[str, object]:
    """The most that a fit adds to what a process holds, in MiB, in a process of its own."""
    with get_context("spawn").Pool(1) as fresh:
        return {**run._asdict(), "mebibytes": fresh.apply(_peak, (run,))}


def _peak(run: Run) -> float:
    ESTIMATORS[run.estimator](run._replace(n=300))  # loads the libraries
    before = page.peak_memory(begin=True)
    ESTIMATORS[run.estimator](run)
    return page.peak_memory() - before


def collect(
    runs: list[Run], path: Path, measure: Callable[[Run], dict[str, object]] = measure
) -> pd.DataFrame:
    """Lines of all runs; those in the file are taken from it, the others added as they end."""
    done = pd.read_csv(path) if path.exists() else pd.DataFrame(columns=list(Run._fields))
    there = set(done[list(Run._fields)].itertuples(index=False, name=None))
    missing = [run for run in runs if tuple(run) not in there]
    for i, run in enumerate(missing):
        print(f"{i + 1} of {len(missing)}: {run}", file=sys.stderr, flush=True)
        row = measure(run)
        done = pd.concat([done, pd.DataFrame([row])], ignore_index=True)
        page.write_whole(path, done.to_csv(index=False))
    return done


def error(rows: pd.DataFrame, suffix: str = "") -> float:
    """Mean absolute error over the four atoms."""
    off = [(rows[f"{atom}{suffix}"] - rows[f"{atom}_truth"]).abs().mean() for atom in ATOMS]
    return float(np.mean(off))


def coverage(rows: pd.DataFrame) -> list[float]:
    """Share of the intervals that contain the truth, per atom and for the total."""
    return [
        float(
            (
                (rows[f"{name}_low"] <= rows[f"{name}_truth"] + ROUNDING)
                & (rows[f"{name}_truth"] - ROUNDING <= rows[f"{name}_high"])
            ).mean()
        )
        for name in NAMES
    ]


def summary(frame: pd.DataFrame, held: pd.DataFrame) -> str:
    """The tables of the page, from all fits, and from those whose memory was measured."""
    five = frame[frame.problem.isin(PROBLEMS) & (frame.seed < 5)]
    rows = []
    for n in sorted(five.n.unique()):
        of = five[five.n == n]
        posterior = of[of.estimator == "posterior"]
        quick = of[of.estimator == "posterior, no interval"]
        rows.append(
            [
                f"{n:,}",
                *(
                    _shown(of[of.estimator == name])
                    for name in ("20 clusters", "alignment, published", "alignment, mended")
                ),
                _shown(of[of.estimator == "posterior, scikit-learn"]),
                f"{error(posterior):.4f} ({quick.seconds.mean():.1f} s{_runs(posterior)})",
                f"{error(posterior, '_corrected'):.4f} ({posterior.seconds.mean():.1f} s)",
                page.number(TRIAL.get(int(n), np.nan), ".4f"),
            ]
        )
    header = ["n", "20 clusters", "alignment", "mended", "posterior, scikit-learn", "posterior"]
    errors = page.markdown_table([*header, "corrected, with intervals", "first version"], rows)
    hard = _hard(frame) if frame.problem.isin(HARD).any() else ""
    parts = [page.machine(), errors, _coverage(frame), hard, _memory(held)]
    return "\n\n".join(part for part in parts if part)


def _shown(rows: pd.DataFrame) -> str:
    if rows.empty:
        return "–"
    return f"{error(rows):.3f} ({rows.seconds.mean():.1f} s{_runs(rows)})"


def _runs(rows: pd.DataFrame) -> str:
    """How many there are, if not five of each problem."""
    return "" if len(rows) >= 5 * len(PROBLEMS) else f", {len(rows)} run{'s' * (len(rows) > 1)}"


def _coverage(frame: pd.DataFrame) -> str:
    of = frame[(frame.estimator == "posterior") & frame.problem.isin(PROBLEMS)]
    rows = []
    for n in sorted(of.n.unique()):
        some = of[of.n == n]
        each = np.array([coverage(part) for _, part in some.groupby("problem")])
        rows.append(
            [
                f"{n:,}",
                str(some.seed.nunique()),
                *(f"{x:.3f}" for x in coverage(some)),
                f"{each.min():.2f}",
            ]
        )
    return page.markdown_table(["n", "samples of each", *NAMES, "worst of all"], rows)


def _hard(frame: pd.DataFrame) -> str:
    rows = []
    for name in HARD:
        of = frame[frame.problem == name]
        if of.empty:
            continue
        off = [(of[f"{atom}_corrected"] - of[f"{atom}_truth"]).mean() for atom in ATOMS]
        rows.append(
            [
                name,
                f"{error(of, '_corrected'):.4f}",
                *(f"{x:+.3f}" for x in off),
                f"{np.mean(coverage(of)):.2f}",
                f"{of.seconds.mean():.1f}",
            ]
        )
    return page.markdown_table(["problem", "error", *ATOMS, "coverage", "seconds"], rows)


def _memory(held: pd.DataFrame) -> str:
    table = held.pivot_table("mebibytes", "n", "estimator")
    names = [name for name in ESTIMATORS if name in table]
    rows = [
        [f"{n:,}", *(page.number(float(row[name]), ".0f") for name in names)]
        for n, row in table.iterrows()
    ]
    return page.markdown_table(["MiB, n", *names], rows)


def draw(frame: pd.DataFrame, path: Path) -> None:
    """Error against samples, and estimates against truth."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    of = frame[frame.problem.isin(PROBLEMS)]
    with plt.rc_context({"font.size": 9}):
        figure, axes = plt.subplots(1, 2, figsize=(9, 3.8), layout="constrained")
        for (name, colour), marker in zip(PALETTE.items(), "sDo", strict=True):
            some = of[of.estimator == name]
            by_n = [(n, error(part)) for n, part in some.groupby("n") if len(part) > 1]
            axes[0].plot(*zip(*by_n, strict=True), marker=marker, color=colour, label=name)
        axes[0].set(xscale="log", yscale="log", xlabel="samples", ylabel="mean error, bit")
        sizes = sorted(of.n.unique())
        axes[0].set_xticks(sizes, [f"{n:,}" for n in sizes])
        axes[0].xaxis.minorticks_off()
        axes[0].legend(frameon=False)
        some = of[(of.estimator == "posterior") & (of.n == of.n.median())]
        for atom, marker, colour in zip(ATOMS, "osD^", COLOURS, strict=True):
            x, y = some[f"{atom}_truth"], some[f"{atom}_corrected"]
            axes[1].scatter(x, y, s=14, marker=marker, color=colour, label=atom)
        axes[1].axline((0, 0), slope=1, color="#888888", linewidth=0.8)
        axes[1].set(xlabel="truth, bit", ylabel=f"posterior, {int(some.n.iloc[0]):,} samples")
        axes[1].legend(frameon=False)
        for axis in axes:
            axis.spines[["top", "right"]].set_visible(False)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=150)
        plt.close(figure)


def main() -> None:
    """Run what is missing, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a fit or two of each estimator")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    args = parser.parse_args()
    figures = args.out / "figures"
    frame = collect(plan(quick=args.quick), figures / "study_continuous.csv")
    sizes = (300,) if args.quick else (1000, 20_000)
    seen = frame[frame.n.isin(sizes)][["estimator", "n"]].drop_duplicates()
    fits = [Run(row.estimator, "mixture", row.n, 0) for _, row in seen.iterrows()]
    held = collect(fits[:1] if args.quick else fits, figures / "study_memory.csv", memory)
    draw(frame, figures / "study_continuous.png")
    page.write_section(args.out / "how-to-choose.md", "continuous study", summary(frame, held))


if __name__ == "__main__":
    main()
