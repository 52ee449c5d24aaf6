"""Verdicts on multi-view redundancy, errors and coverage, on problems whose truth is known.

    python -m scripts.study_multiview           # an hour on one core; goes on where it was
    python -m scripts.study_multiview --quick   # seconds; shows that it works
    python -m scripts.study_multiview --page    # runs nothing, and writes what is there

Every answer is a line of OUT/figures/study_multiview.csv as soon as it is there, and lines that are
there are not run again. Then writes the marked section of OUT/multiview.md.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, ndtri, xlogy

import pid
from pid._types import Floats
from scripts import page

FIRST_SEED = 11_000
SEEDS = {1_000: 17, 4_000: 6}  # samples of so many rows
GRID = 400  # quantiles of a normal column that truths are averaged over
NUISANCE = 4  # columns that tell nothing, beside each that does
EPS = 0.05

Samples = tuple[Floats, Floats, Floats]


class Problem(NamedTuple):
    """Samples of x1, x2 and y, and I(X1; Y | X2) and I(X2; Y | X1) in bits."""

    sample: Callable[[int, np.random.Generator], Samples]
    truth: tuple[float, float]

    @property
    def verdict(self) -> str:
        """What is true at EPS."""
        return "holds" if max(self.truth) <= EPS else "fails"


def gaussian(weights: Sequence[float], noise: float) -> Problem:
    """y is a weighted sum of what both see through noise of .3, and of what each sees alone."""
    # columns: what both see, of x1 alone, of x2 alone; noise of x1, of x2, of y
    mixed = np.zeros((5, 6))
    mixed[0, [0, 3]] = mixed[2, [0, 4]] = 1, 0.3
    mixed[1, 1] = mixed[3, 2] = 1
    mixed[4, [0, 1, 2, 5]] = *weights, noise
    covariance = mixed @ mixed.T

    def information(source: list[int]) -> float:
        def log(places: list[int]) -> float:
            return float(np.linalg.slogdet(covariance[np.ix_(places, places)])[1])

        return (log(source) + log([4]) - log([*source, 4])) / (2 * math.log(2))

    def sample(n: int, rng: np.random.Generator) -> Samples:
        rows = rng.normal(size=(n, 6)) @ mixed.T
        return rows[:, :2], rows[:, 2:4], rows[:, 4]

    both = information([0, 1, 2, 3])
    return Problem(sample, (both - information([2, 3]), both - information([0, 1])))


def cosine() -> Problem:
    """y = cos(2 (x1 + x2)) and noise: of y each alone tells hardly anything."""
    a = ndtri((np.arange(60) + 0.5) / 60)
    y = np.linspace(-4, 4, 801)
    density = np.exp(-((y - np.cos(2 * (a[:, None] + a))[..., None]) ** 2) / (2 * 0.4**2))
    density /= density.sum(axis=2, keepdims=True)
    told = xlogy(density, density / density.mean(axis=0)).sum(axis=2).mean() / np.log(2)

    def sample(n: int, rng: np.random.Generator) -> Samples:
        x1, x2, noise = rng.normal(size=(3, n))
        return x1[:, None], x2[:, None], np.cos(2 * (x1 + x2)) + 0.4 * noise

    return Problem(sample, (float(told), float(told)))


def binary(chance: Callable[[Floats, Floats], Floats]) -> Problem:
    """y is 1 by a chance that depends on one normal column of x1 and one of x2."""
    a = ndtri((np.arange(GRID) + 0.5) / GRID)
    p = chance(a[:, None], a[None])

    def h(p: Floats) -> float:
        return float(-(xlogy(p, p) + xlogy(1 - p, 1 - p)).mean() / np.log(2))

    def sample(n: int, rng: np.random.Generator) -> Samples:
        x1, x2 = rng.normal(size=(2, n, 1 + NUISANCE))
        return x1, x2, (rng.random(n) < chance(x1[:, 0], x2[:, 0])).astype(float)

    return Problem(sample, (h(p.mean(axis=0)) - h(p), h(p.mean(axis=1)) - h(p)))


def same_signal() -> Problem:
    """Both show y, in noise that hides nothing; then one y in ten is another."""

    def sample(n: int, rng: np.random.Generator) -> Samples:
        y = rng.integers(2, size=n)
        x1, x2 = rng.normal(size=(2, n, 1 + NUISANCE))
        for x in (x1, x2):
            x[:, 0] = 2 * y - 1 + 0.1 * x[:, 0]
        return x1, x2, np.where(rng.random(n) < 0.1, 1.0 - y, y)

    return Problem(sample, (0.0, 0.0))


def problems() -> dict[str, Problem]:
    """Those with numbers y, and those with two classes."""
    return {
        "numbers, noisy copies": gaussian((1, 0, 0), 0.5),
        "numbers, of x1": gaussian((0.3, 1, 0), 0.7),
        "numbers, of each": gaussian((0, 1, 1), 1.0),
        "numbers, weak": gaussian((1, 0.2, 0), 0.5),
        "numbers, cosine of the sum": cosine(),
        "classes, the same signal": same_signal(),
        "classes, of x1": binary(lambda a, b: expit(3 * a) + 0 * b),
        "classes, of the sum": binary(lambda a, b: expit(2 * (a + b))),
        "classes, xor": binary(lambda a, b: np.where(a * b > 0, 0.9, 0.1)),
    }


class Run(NamedTuple):
    """One answer: of which problem, from how many rows."""

    problem: str
    n: int
    seed: int


def measure(run: Run) -> dict[str, object]:
    """The answer, beside the truth."""
    problem = problems()[run.problem]
    begin = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = pid.multiview_redundancy(
            *problem.sample(run.n, np.random.default_rng(run.seed)), eps=EPS
        )
    row: dict[str, object] = {**run._asdict(), "seconds": time.perf_counter() - begin}
    row |= {"truth1": problem.truth[0], "truth2": problem.truth[1], "true": problem.verdict}
    for i in "12":
        told = found.informations[f"conditional{i}"]
        assert told.interval is not None
        row |= {f"value{i}": told.value, f"low{i}": told.interval[0], f"high{i}": told.interval[1]}
    row |= {"how": told.how, "verdict": found.verdict, "signal": " and ".join(found.signal)}
    return row | {"warned": bool(found.warnings)}


def plan(*, quick: bool) -> list[Run]:
    """All problems, with as many rows."""
    names = list(problems())
    if quick:
        return [Run(name, 200, FIRST_SEED) for name in (names[0], names[4], names[5])]
    return [
        Run(name, n, FIRST_SEED + i)
        for n, samples in SEEDS.items()
        for i in range(samples)
        for name in names
    ]


def collect(runs: Sequence[Run], path: Path) -> pd.DataFrame:
    """Lines of all runs; those in the file are taken from it, the others added as they end."""
    key = list(Run._fields)
    done = pd.read_csv(path) if path.exists() else pd.DataFrame(columns=key)
    there = set(done[key].itertuples(index=False, name=None))
    missing = [run for run in runs if tuple(run) not in there]
    for i, run in enumerate(missing):
        print(f"{i + 1} of {len(missing)}: {run}", file=sys.stderr, flush=True)
        row = pd.DataFrame([measure(run)])
        done = row if done.empty else pd.concat([done, row], ignore_index=True)
        page.write_whole(path, done.to_csv(index=False))
    return done.merge(pd.DataFrame(runs, columns=key), on=key, how="inner")


def line_of(name: str, n: int, some: pd.DataFrame) -> list[str]:
    """A line of the table."""
    truth, value, low, high = (
        some[[f"{what}1", f"{what}2"]].to_numpy(float) for what in ("truth", "value", "low", "high")
    )
    covered = ((low <= truth) & (truth <= high)).mean()
    verdicts = [int((some.verdict == word).sum()) for word in ("holds", "fails", "undecided")]
    wrong = int(((some.verdict != some.true) & (some.verdict != "undecided")).sum())
    pair = "{:.3f}, {:.3f}".format
    return [
        name,
        f"{n:,}",
        str(len(some)),
        pair(*truth[0]),
        pair(*value.mean(axis=0)),
        pair(*np.median(np.abs(value - truth), axis=0)),
        f"{covered:.2f}",
        f"{np.median(high - low):.2f}",
        "/".join(map(str, verdicts)),
        str(wrong),
        f"{some.seconds.median():.1f}",
    ]


def summary(frame: pd.DataFrame) -> str:
    """The table of the page."""
    head = ["problem", "n", "samples", "truth", "mean", "median error", "coverage", "width"]
    head += ["holds/fails/undecided", "wrong", "s"]
    lines = [
        line_of(str(some.problem.iloc[0]), int(some.n.iloc[0]), some)
        for _, some in frame.groupby(["n", "problem"], sort=False)
    ]
    undecided = frame.verdict == "undecided"
    wrong = (frame.verdict != frame.true) & ~undecided
    return (
        f"Of {len(frame)} verdicts {wrong.sum()} are wrong, and {undecided.sum()} undecided. "
        f"{page.machine(1)} Bits, of I(X1; Y | X2) and I(X2; Y | X1); eps = {EPS}, intervals of "
        "95 %. Seconds are of a machine that others used at the same time.\n\n"
        f"{page.markdown_table(head, lines)}"
    )


def main() -> None:
    """Run what is missing, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="three problems, one seed")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    parser.add_argument("--page", action="store_true", help="run nothing, write what is there")
    args = parser.parse_args()
    lines = args.out / "figures" / "study_multiview.csv"
    frame = pd.read_csv(lines) if args.page else collect(plan(quick=args.quick), lines)
    page.write_section(args.out / "multiview.md", "multiview study", summary(frame))


if __name__ == "__main__":
    main()
