"""Errors, coverage and seconds of estimators of mutual information on tasks with known truth.

    python -m scripts.study_information           # half an hour on one core; goes on where it was
    python -m scripts.study_information --quick   # seconds; shows that it works
    python -m scripts.study_information --page    # runs nothing, and writes what is there
    python -m scripts.study_information --only spiral --n 1000 --seeds 5   # only prints

Every estimate is a line of OUT/figures/study_information.csv as soon as it is there, and lines that
are there are not run again. Then writes OUT/figures/study_information.png and its marked section of
OUT/mutual-information.md. Needs the extra report; npeet-plus is compared where it is installed.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.feature_selection import mutual_info_classif, mutual_info_regression

from pid._types import Floats
from pid.errors import InvalidInput
from pid.estimators import mutual_information as mi
from scripts import page
from scripts.information_tasks import BITS, Task, own, public
from scripts.palette import OF_METHODS

RULE = "estimate"
FIRST_SEED = 9_000
SEEDS, SEEDS_OF_PEERS, SEEDS_OF_MANY = 8, 4, 1
FEW, MANY = 1_000, 10_000
WITHIN = 0.1 / BITS  # bit: a tenth of a nat


class Run(NamedTuple):
    """One estimate: of which task, by what, from how many rows."""

    tasks: str
    task: str
    estimator: str
    n: int
    seed: int


def neighbours_of_npeet(x: Floats, y: Floats) -> float:
    """KSG as npeet-plus has it, of columns as they are."""
    import npeet_plus

    return float(npeet_plus.mi(x, y, k=3, base=2))


def neighbours_of_sklearn(x: Floats, y: Floats) -> float:
    """One column against one; of symbols Ross's."""
    if x.shape[1] + y.shape[1] > 2:
        raise InvalidInput("scikit-learn takes single columns")
    for a, b in ((x, y), (y, x)):
        if len(np.unique(b)) <= 20:
            return float(mutual_info_classif(a, b[:, 0], random_state=0)[0] / BITS)
    return float(mutual_info_regression(x, y[:, 0], random_state=0)[0] / BITS)


ESTIMATORS: dict[str, Callable[[Floats, Floats], Any]] = {
    RULE: mi.estimate,
    "ksg": mi.ksg,
    "gaussian_copula": mi.gaussian_copula,
    "t_copula": mi.t_copula,
    "cca": mi.cca,
    "scikit-learn": neighbours_of_sklearn,
}
if find_spec("npeet_plus"):
    ESTIMATORS["npeet-plus"] = neighbours_of_npeet


def tasks_of(name: str) -> dict[str, Task]:
    """ "own" or "public"."""
    return dict(own() if name == "own" else public())


def measure(run: Run) -> dict[str, object]:
    """What is found, and how long it took; nothing where an estimator refuses."""
    task = tasks_of(run.tasks)[run.task]
    x, y = task.sample(run.n, np.random.default_rng(run.seed))
    row: dict[str, object] = {**run._asdict(), "truth": task.truth, "copula": task.copula}
    begin = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = ESTIMATORS[run.estimator](x, y)
        except InvalidInput:
            found = np.nan
    row["seconds"] = time.perf_counter() - begin
    if isinstance(found, mi.Estimate):
        low, high = found.interval or (np.nan, np.nan)
        row |= {"value": found.value, "low": low, "high": high}
        return row | {
            "route": found.route,
            "flags": " ".join(f.replace(" ", "-") for f in found.flags),
        }
    return row | {"value": found, "low": np.nan, "high": np.nan, "route": "", "flags": ""}


def plan(*, quick: bool) -> list[Run]:
    """What is measured: the rule everywhere, others on our tasks."""
    if quick:
        names = ("1v1 normal .75", "1v1 uniform noise .75", "5 symbols, uniform")
        return [
            Run("own", name, estimator, 300, FIRST_SEED)
            for name in names
            for estimator in (RULE, "ksg", "gaussian_copula", "scikit-learn")
        ]
    seeds = range(FIRST_SEED, FIRST_SEED + SEEDS)
    both = [(tasks, name) for tasks in ("own", "public") for name in tasks_of(tasks)]
    runs = [Run(*which, RULE, FEW, seed) for which in both for seed in seeds]
    runs += [
        Run("own", name, estimator, FEW, seed)
        for estimator in list(ESTIMATORS)[1:]
        for name in own()
        for seed in seeds[:SEEDS_OF_PEERS]
    ]
    return runs + [Run(*which, RULE, MANY, s) for which in both for s in seeds[:SEEDS_OF_MANY]]


def collect(runs: Sequence[Run], path: Path) -> pd.DataFrame:
    """Lines of all runs; those in the file are taken from it, the others added as they end."""
    key = list(Run._fields)
    done = pd.read_csv(path, keep_default_na=True) if path.exists() else pd.DataFrame(columns=key)
    there = set(done[key].itertuples(index=False, name=None))
    missing = [each for each in runs if tuple(each) not in there]
    for i, each in enumerate(missing):
        print(f"{i + 1} of {len(missing)}: {each}", file=sys.stderr, flush=True)
        row = pd.DataFrame([measure(each)])
        done = row if done.empty else pd.concat([done, row], ignore_index=True)
        page.write_whole(path, done.to_csv(index=False))
    wanted = pd.DataFrame(runs, columns=key).drop_duplicates()
    return done.merge(wanted, on=key, how="inner")


def by_task(frame: pd.DataFrame) -> pd.DataFrame:
    """Of each estimator, task and size the median error, bias, coverage and width."""
    frame = frame.dropna(subset="value").assign(
        error=lambda f: (f.value - f.truth).abs(),
        bias=lambda f: f.value - f.truth,
        covered=lambda f: ((f.low <= f.truth) & (f.truth <= f.high)).astype(float),
        width=lambda f: f.high - f.low,
        flagged=lambda f: (f["flags"].notna() & f["flags"].ne("")).astype(float),
    )
    groups = frame.groupby(["tasks", "estimator", "n", "task"], sort=False)
    medians = groups[["truth", "error", "width", "seconds"]].median()
    return medians.join(groups[["bias", "covered", "flagged"]].mean()).reset_index()


def lines_of(tasks: pd.DataFrame) -> Iterable[list[str]]:
    """A line of the first table for each set, size and estimator."""
    order = tasks.estimator.map(list(ESTIMATORS).index)
    tasks = tasks.assign(order=order).sort_values(["tasks", "n", "order"], kind="stable")
    for (which, n, estimator), some in tasks.groupby(["tasks", "n", "estimator"], sort=False):
        intervals = ["–"] * 3
        if estimator == RULE:
            covered = some.covered
            intervals = [
                f"{covered.mean():.3f}",
                f"{(covered >= 0.85).mean():.0%}",
                f"{some.width.median():.2f}",
            ]
        error = some.error
        yield [
            f"{which}, {n:,}, {estimator}",
            str(len(some)),
            f"{error.median():.3f}",
            f"{error.quantile(0.9):.3f}",
            f"{error.mean():.3f}",
            f"{error.max():.2f}",
            str(int((error < WITHIN).sum())),
            *intervals,
            f"{1000 * some.seconds.median():.0f}",
        ]


def summary(frame: pd.DataFrame) -> str:
    """The tables of the page."""
    tasks = by_task(frame)
    head = ["tasks, n, estimator", "tasks", "median", "90 %", "mean", "largest", "within .1 nat"]
    head += ["coverage", "tasks ≥ .85", "width", "ms"]
    table = page.markdown_table(head, lines_of(tasks))
    rule = tasks[tasks.estimator == RULE]
    worst = rule.sort_values("error", ascending=False).head(8)
    hardest = page.markdown_table(
        ["task", "n", "truth, bit", "median error", "bias", "coverage", "flagged"],
        [
            [
                f"{r.task} ({r.tasks})",
                f"{r.n:,}",
                f"{r.truth:.2f}",
                f"{r.error:.3f}",
                f"{r.bias:+.3f}",
                f"{r.covered:.2f}",
                f"{r.flagged:.0%}",
            ]
            for r in worst.itertuples()
        ],
    )
    return (
        f"{page.machine(1)} Errors in bits, the median over seeds of each task, then over "
        "tasks. An estimator that refuses a task, for its symbols or its columns, is not measured "
        "there. Milliseconds are of a machine that others used at the same time.\n\n"
        f"{table}\n\nWhere the rule errs most:\n\n{hardest}\n\n"
        "![Errors of all tasks, in order](figures/study_information.png)"
    )


def draw(frame: pd.DataFrame, path: Path) -> None:
    """Errors of the tasks in order, of each estimator on our tasks and few rows."""
    import matplotlib.pyplot as plt

    tasks = by_task(frame)
    tasks = tasks[(tasks.tasks == "own") & (tasks.n == tasks.n.min())]
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    axes.set_prop_cycle(color=OF_METHODS[1:])
    for estimator, some in tasks.groupby("estimator", sort=False):
        error = np.sort(np.maximum(some.error, 1e-3))
        (line,) = axes.plot(np.arange(1, len(error) + 1), error, label=str(estimator), linewidth=1)
        if estimator == RULE:
            line.set(linewidth=2.5, color=OF_METHODS[0])
    axes.set(yscale="log", xlabel="tasks, in order of their error", ylabel="median error, bit")
    axes.legend(frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150)
    plt.close(figure)


def try_out(only: str, n: int, seeds: int) -> None:
    """Print what the rule finds of some tasks, and keep nothing."""
    for which in ("own", "public"):
        for name in tasks_of(which):
            if only in name:
                runs = [Run(which, name, RULE, n, FIRST_SEED - 1 - s) for s in range(seeds)]
                found = by_task(pd.DataFrame([measure(each) for each in runs]))
                print(
                    found.drop(columns=["tasks", "estimator"]).to_string(index=False, header=False)
                )


def main() -> None:
    """Run what is missing, and write the page; or try some tasks."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="three tasks, one seed")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    parser.add_argument("--page", action="store_true", help="run nothing, write what is there")
    parser.add_argument("--only", help="a part of the names of tasks to try")
    parser.add_argument("--n", type=int, default=FEW)
    parser.add_argument("--seeds", type=int, default=5)
    args = parser.parse_args()
    if args.only:
        try_out(args.only, args.n, args.seeds)
        return
    lines = args.out / "figures" / "study_information.csv"
    frame = pd.read_csv(lines) if args.page else collect(plan(quick=args.quick), lines)
    draw(frame, args.out / "figures" / "study_information.png")
    page.write_section(args.out / "mutual-information.md", "information study", summary(frame))


if __name__ == "__main__":
    main()
