"""How far numbers of three sources are off, and how often their intervals hold; write a table.

    OMP_NUM_THREADS=1 python -m scripts.study_sources           # half an hour; goes on where it was
    OMP_NUM_THREADS=1 python -m scripts.study_sources --quick   # a minute; shows that it works

Each source is a cloud of points in some dimensions around the centre of a symbol, and the symbols
and y have a table. So p(y | x) of every set of sources is known; the truth is made of these at a
large sample, by the same unions of curves and cells, and is good to about .002 bit.
Writes OUT/figures/study_sources.csv and its section of OUT/sources.md. Needs the extra neural.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from pid._types import Codes, Floats
from pid.core.information import mutual_information
from pid.core.sources.values import SourceNumbers, values
from pid.estimators import SourcesPID
from pid.estimators.posterior.estimate import Making
from pid.estimators.posterior.said import Said
from pid.estimators.posterior.soft import Soft
from pid.estimators.posterior.told import layout_of, told
from pid.estimators.posterior.union import masses
from scripts import page
from scripts.coordination_runs import Row, Task, done_once, options
from scripts.source_gates import GATES

SIZES = {1000: 3, 5000: 2, 20_000: 1}  # seeds of each
TRUTH = 120_000, 60_000  # rows of two classes, and of more
KINDS = ("total", "union", "unique", "shared", "synergy", "loss", "overlap")


class Problem(NamedTuple):
    """Clouds of points: symbols and y have a table, and sources lie around their symbols' centres.

    Attributes:
        table: p(z1, ..., zk, y).
        centres: of the symbols of each source, shape (symbols, dimensions).
    """

    table: Floats
    centres: tuple[Floats, ...]

    def draw(self, n: int, rng: np.random.Generator) -> tuple[list[Floats], Codes]:
        """Sources and y of so many rows."""
        cells = rng.choice(self.table.size, size=n, p=self.table.ravel())
        *symbols, y = np.unravel_index(cells, self.table.shape)
        sources = [
            c[z] + rng.normal(size=(n, c.shape[1]))
            for c, z in zip(self.centres, symbols, strict=True)
        ]
        return sources, y

    def posterior(self, sources: list[Floats], of: tuple[int, ...]) -> Floats:
        """p(y | x) of a set of sources, for each row."""
        out = tuple(i for i in range(len(self.centres)) if i not in of)
        joint = np.broadcast_to(self.table.sum(axis=out), (len(sources[0]), *self._sizes(of)))
        joint = np.array(joint)
        for axis, i in enumerate(of):
            logs = sources[i] @ self.centres[i].T - (self.centres[i] ** 2).sum(axis=1) / 2
            density = np.exp(logs - logs.max(axis=1, keepdims=True))
            shape = [len(density), *(1,) * (len(of) + 1)]
            shape[axis + 1] = density.shape[1]
            joint *= density.reshape(shape)
        p = joint.sum(axis=tuple(range(1, len(of) + 1)))
        return np.asarray(p / p.sum(axis=1, keepdims=True))

    def _sizes(self, of: tuple[int, ...]) -> tuple[int, ...]:
        return (*(self.table.shape[i] for i in of), self.table.shape[-1])


def problem(name: str) -> Problem:
    """By its name."""
    rng = np.random.default_rng(2000)
    if name in ("two classes", "three classes", "four sources"):
        classes = 3 if name == "three classes" else 2
        strengths = (1.2, 1.0, 0.7, 0.9) if name == "four sources" else (1.2, 1.0, 0.7)
        table = np.zeros((classes,) * (len(strengths) + 1))
        np.fill_diagonal(table, 1 / classes)
        return Problem(table, tuple(_centres(rng, classes, 20, s) for s in strengths))
    if name == "random":
        table = rng.dirichlet(np.full(54, 0.3)).reshape(3, 3, 2, 3)
        return Problem(table, tuple(_centres(rng, n, 5, 2.5) for n in (3, 3, 2)))
    table = GATES[name][0] / GATES[name][0].sum()
    return Problem(table, tuple(_centres(rng, n, 5, 2.0) for n in table.shape[:-1]))


PROBLEMS = (
    "two classes",
    "three classes",
    "four sources",
    "random",
    "3-AND",
    "majority",
    "sum of bits",
    "XOR loss",
)


def _centres(rng: np.random.Generator, symbols: int, dimensions: int, strength: float) -> Floats:
    found = rng.normal(size=(symbols, dimensions))
    found -= found.mean(axis=0)
    return np.asarray(strength * found / np.linalg.norm(found, axis=1).mean())


@cache
def truth(name: str) -> dict[str, float]:
    """All numbers in bits, by the true posteriors of many rows."""
    made = problem(name)
    classes, k = made.table.shape[-1], len(made.centres)
    n = TRUTH[0] if classes == 2 else TRUTH[1]
    sources, y = made.draw(n, np.random.default_rng(1))
    said = Said(y)
    said.logs[()] = np.tile(np.log(said.p_y), (n, 1))
    for of in (s for m in range(1, k + 1) for s in itertools.combinations(range(k), m)):
        said.logs[of] = np.log(np.maximum(made.posterior(sources, of), 1e-300))
        said.elsewhere[of] = said.logs[of]
    layout = layout_of(k, classes)
    found = told(said, layout, Making(24, 1e-8, 0))
    every = (tuple(range(k)),)
    # of all sources likewise by what is said, as labels are noise where it is true
    exact = mutual_information(masses(np.exp(said.logs[every[0]]), said.p_y), unit="nat")
    unions = found.unions | {every: Soft(exact, found.unions[every].of_rows)}
    numbers = layout.weights @ np.array([unions[which].value for which in layout.families])
    names = [f"x{i + 1}" for i in range(k)]
    answer = values(layout.as_numbers(numbers / np.log(2)), names, "bit", 0.0)
    return SourceNumbers(**answer).by_name()


def measured(task: Task) -> Iterable[Row]:
    """A row for each number of one sample."""
    name, n = task.name.rsplit(", ", 1)
    made = problem(name)
    sources, y = made.draw(int(n), np.random.default_rng([int(n), task.seed]))
    named = {f"x{i + 1}": x for i, x in enumerate(sources)}
    est = SourcesPID(random_state=task.seed).fit(named, y)
    assert est.corrected_ is not None
    assert est.interval_ is not None
    found, raw = est.corrected_.by_name(), est.numbers_.by_name()
    for key, true in truth(name).items():
        low, high = est.interval_[key]
        yield {
            "number": key,
            "truth": true,
            "value": found[key],
            "raw": raw[key],
            "low": low,
            "high": high,
        }


def summary(frame: pd.DataFrame) -> str:
    """Mean error of the kinds of numbers, and how often intervals hold, by problem and rows."""
    frame = frame.assign(
        kind=frame.number.str.split(" ").str[0],
        error=(frame.value - frame.truth).abs(),
        holds=(frame.low <= frame.truth) & (frame.truth <= frame.high),
    )
    rows = []
    for task in frame.task.unique():
        of = frame[frame.task == task]
        errors = of.groupby("kind").error.mean()
        cells = [page.number(float(errors.get(kind, np.nan)), ".4f") for kind in KINDS]
        rows.append([task, *cells, f"{of.holds.mean():.1%}", str(of.seed.nunique())])
    rows.append(["all", *[""] * len(KINDS), f"{frame.holds.mean():.1%}", ""])
    header = ["problem, rows", *KINDS, "intervals of 95% hold", "samples"]
    least = frame.groupby("number").holds.mean()
    text = page.markdown_table(header, rows)
    worst = ", ".join(f"{name} {share:.0%}" for name, share in least.nsmallest(3).items())
    return f"Mean error in bits.\n\n{text}\n\nLeast often held, over all problems: {worst}."


def main() -> None:
    """Run what is left to run, and write the table."""
    args = options(__doc__ or "")
    sizes = {300: 1} if args.quick else SIZES
    problems = PROBLEMS[:2] if args.quick else PROBLEMS
    tasks = [
        Task(f"{name}, {n}", seed)
        for n, seeds in sizes.items()
        for name in problems
        for seed in args.seeds[:seeds]
    ]
    found = done_once(args.out / "figures" / "study_sources.csv", tasks, measured)
    page.write_section(args.out / "sources.md", "study sources", summary(found))


if __name__ == "__main__":
    main()
