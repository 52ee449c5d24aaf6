"""How often intervals from half-labelled samples cover; write CSV and table.

    OMP_NUM_THREADS=1 python -m scripts.study_half_labelled           # about 15 minutes
    OMP_NUM_THREADS=1 python -m scripts.study_half_labelled --quick   # seconds

Three samples of n rows each are drawn from tables that are known, so that both ends are, too; and
of continuous sources, whose atoms are known. Writes OUT/figures/study_half_labelled*.csv and its
marked section of OUT/half-labelled.md.
"""

from __future__ import annotations

import argparse
import os
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

import pid
from pid._types import Floats
from pid.bounds.pairs import pairs_of
from scripts import page
from scripts.study import Row

Task = tuple[str, int, int]  # table, rows of each sample, seed

SAMPLES = 60
SIZES = (200, 1000)
REPLICATES = 100
LEVEL = 0.95

PROBLEMS = ("mixture", "copula", "four", "angle30")
ROWS = 2000  # of each of three samples of a continuous problem
SEEDS = 3
TIME_LIMIT = 5.0
ATOMS = ("redundancy", "unique1", "unique2")


@lru_cache
def tables() -> dict[str, Floats]:
    """Gates with noise and without, independent coins, random tables."""
    rng = np.random.default_rng(5)
    x1, x2, y = np.indices((2, 2, 2))
    conjunction = np.where(y == (x1 & x2), 0.25, 0.0)
    xor = np.where(y == (x1 ^ x2), 0.25, 0.0)
    return {
        "AND": conjunction,
        "AND, 10 % of labels turned": 0.9 * conjunction + 0.1 * conjunction[..., ::-1],
        "XOR, 10 % of labels turned": 0.9 * xor + 0.1 * xor[..., ::-1],
        "two noisy copies of y, 3x3x3": _copies(3, 0.1),
        "independent, 2x3x2": np.einsum("i,j,k->ijk", [0.3, 0.7], [0.6, 0.2, 0.2], [0.5, 0.5]),
        "random, 2x2x2": rng.dirichlet(np.ones(8)).reshape(2, 2, 2),
        "random, 3x3x2": rng.dirichlet(np.ones(18)).reshape(3, 3, 2),
    }


def _copies(classes: int, noise: float) -> Floats:
    """Two modalities that each show the class, but for some noise."""
    shown = np.full((classes, classes), noise / (classes - 1))
    np.fill_diagonal(shown, 1 - noise)
    return np.asarray(np.einsum("yi,yj->ijy", shown, shown) / classes)


@lru_cache
def truth(name: str) -> dict[str, float]:
    """What the intervals are for, and the synergy that is in between."""
    p = tables()[name]
    b, a = pid.synergy_bounds(*pairs_of(p)), pid.accuracy_bounds(*pairs_of(p))
    return {
        "redundancy": b.redundancy,
        "unique1": b.unique1,
        "unique2": b.unique2,
        "synergy_lower": b.lower,
        "synergy_upper": b.upper,
        "accuracy_lower": a.lower,
        "accuracy_upper": a.upper,
        "synergy": pid.decompose(p).synergy,
    }


def measure(task: Task) -> Row:
    """Whether the intervals of one set of samples cover, and whether the samples agree."""
    name, n, seed = task
    p, true = tables()[name], truth(name)
    rng = np.random.default_rng([n, seed])
    (x1, _, y1), (_, x2, y2), (z1, z2, _) = (
        np.unravel_index(rng.choice(p.size, size=n, p=p.ravel()), p.shape) for _ in range(3)
    )
    h = pid.bound_samples(
        (x1, y1),
        (x2, y2),
        (z1, z2),
        estimator="table",
        interval=LEVEL,
        replicates=REPLICATES,
        random_state=seed,
        time_limit=TIME_LIMIT,
    )
    assert h.interval is not None
    ends = {**h.interval, "synergy": h.synergy}
    tiny = 1e-9  # of atoms that are exactly 0 in all samples
    covered = {k: int(ends[k][0] - tiny <= v <= ends[k][1] + tiny) for k, v in true.items()}
    width = h.synergy[1] - h.synergy[0]
    return {"table": name, "n": n, "seed": seed, **covered, "width": width, "p": h.p_value}


def continuous(task: tuple[str, str, int]) -> Row:
    """Bounds of one continuous problem by one estimator, beside the truth."""
    name, estimator, seed = task
    data = pid.datasets.continuous.make(name, n=3 * ROWS, random_state=seed)
    a, b, c = np.split(np.random.default_rng(seed).permutation(3 * ROWS), 3)
    h = pid.bound_samples(
        (data.X1[a], data.y[a]),
        (data.X2[b], data.y[b]),
        (data.X1[c], data.X2[c]),
        estimator=estimator,  # type: ignore[arg-type]
        interval=LEVEL,
        replicates=REPLICATES // 2,
        time_limit=TIME_LIMIT,
        random_state=seed,
    )
    return {
        "problem": name,
        "estimator": estimator,
        "seed": seed,
        "error": float(np.mean([abs(getattr(h.bounds, k) - data.atoms[k]) for k in ATOMS])),
        "lower": h.bounds.lower,
        "synergy": data.atoms["synergy"],
        "upper": h.bounds.upper,
        "low": h.synergy[0],
        "high": h.synergy[1],
        "gain": h.accuracy.gain[0],
    }


def of_continuous(frame: pd.DataFrame) -> str:
    """A row per problem and estimator."""
    rows = []
    for (name, estimator), of in frame.groupby(["problem", "estimator"], sort=False):
        inside = ((of.low <= of.synergy) & (of.synergy <= of.high)).mean()
        shown = ("error", "low", "lower", "synergy", "upper", "high")
        means = (f"{of[k].mean():.3f}" for k in shown)
        rows.append([str(name), str(estimator), *means, f"{inside:.2f}", f"{of.gain.mean():.3f}"])
    header = ["problem", "estimator", "error of R, U1, U2", "with sampling", "lower", "truth"]
    header += ["upper", "with sampling", "inside", "least gain in accuracy"]
    caption = (
        f"Three samples of {ROWS:,} rows each of continuous sources whose atoms are known, means "
        f"of {SEEDS} seeds; *inside* is how often the interval with sampling has the true synergy:"
    )
    return f"{caption}\n\n{page.markdown_table(header, rows)}"


def summary(frame: pd.DataFrame) -> str:
    """A row per table and size."""
    names = list(truth(frame.table.iloc[0]))
    rows = [
        [
            str(name),
            f"{n:,}",
            *(f"{of[k].mean():.2f}" for k in names),
            f"{of.width.mean():.2f}",
            f"{(of.p < 0.05).mean():.2f}",
        ]
        for (name, n), of in frame.groupby(["table", "n"], sort=False)
    ]
    caption = (
        f"How often intervals of {LEVEL:.0%} cover: of {SAMPLES} samples from each table, with "
        f"{REPLICATES} replicates; *synergy* is the true one, in the interval from the lower end "
        "of its least to the upper end of its largest value:"
    )
    header = ["table", "n", *(k.replace("_", ", ") for k in names), "width, bit", "p < .05"]
    return f"{caption}\n\n{page.markdown_table(header, rows)}"


def main() -> None:
    """Draw, bound, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="two samples of two tables")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    args = parser.parse_args()
    names = list(tables())[: 2 if args.quick else None]
    sizes = SIZES[:1] if args.quick else SIZES
    samples = 2 if args.quick else SAMPLES
    tasks = [(name, n, seed) for name in names for n in sizes for seed in range(samples)]
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        rows = list(pool.map(measure, tasks))
        problems = PROBLEMS[-1:] if args.quick else PROBLEMS
        estimators = ("cluster",) if args.quick else ("cluster", "posterior")
        runs = [(p, e, s) for p in problems for e in estimators for s in range(SEEDS)]
        others = list(pool.map(continuous, runs[:1] if args.quick else runs))
    page.write_csv(args.out / "figures" / "study_half_labelled.csv", rows)
    page.write_csv(args.out / "figures" / "study_half_labelled_continuous.csv", others)
    text = "\n\n".join([summary(pd.DataFrame(rows)), of_continuous(pd.DataFrame(others))])
    page.write_section(args.out / "half-labelled.md", "coverage", text)


if __name__ == "__main__":
    main()
