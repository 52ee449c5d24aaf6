"""How often the intervals of the accuracy in ``pid.if_missing`` contain that of the population.

    OMP_NUM_THREADS=1 python -m scripts.study_missing           # three minutes on two cores
    OMP_NUM_THREADS=1 python -m scripts.study_missing --quick   # seconds; shows that it works

Writes OUT/figures/study_missing.csv and its marked section of OUT/statistics.md.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import numpy as np
import pandas as pd

import pid
from pid.analysis.missing import GIVEN
from pid.analysis.quantification.evidence import CountedTable
from pid.analysis.quantification.result import Quantification
from pid.core.joint import as_table
from pid.inference.accuracy import views
from pid.inference.units import Rows
from scripts import page, study
from scripts.study_bank import QUICK, Table, tables
from scripts.study_gates import more_tables

SIZES = (300, 1000)
MOST_CELLS = 200
COPIES = 3  # of each row, in one group
GROUPS, STICK = 20, 0.3  # or so many groups, in which a row copies the first with this chance
COVERED = (0.9, 0.86)
KINDS = {"rows": "rows", "copies": f"rows {COPIES} times each", "groups": f"{GROUPS} groups"}


@cache
def bank() -> Mapping[str, Table]:
    """All tables that are not too large."""
    both = dict(tables()) | dict(more_tables())
    return {name: p / p.sum() for name, p in both.items() if p.size <= MOST_CELLS}


def sampled(p: Table, n: int, kind: str, rng: np.random.Generator) -> CountedTable:
    """``n`` rows that count: by themselves, as copies, or in groups that are alike."""
    cells = rng.choice(p.size, size=n, p=p.ravel())
    if kind == "rows":
        return CountedTable(np.bincount(cells, minlength=p.size).reshape(p.shape), None, 0.0)
    if kind == "copies":
        groups, cells = np.repeat(np.arange(n), COPIES), np.repeat(cells, COPIES)
    else:
        groups = np.arange(n) % GROUPS
        cells = np.where(rng.random(n) < STICK, cells[groups], cells)
    table = np.bincount(cells, minlength=p.size).reshape(p.shape)
    return CountedTable(table, Rows(cells, groups), 0.0)


@cache
def _answer() -> Quantification:
    """Any, whose evidence is replaced: nothing has to be decomposed for an accuracy."""
    x1, x2, y = pid.datasets.make_gate("and").sample(50, random_state=0)
    return pid.quantify(x1, x2, y, interval=None, correction="none")


def measure(seed: int, kind: str, task: study.Task) -> list[study.Row]:
    """Coverage, width and error for both sources and each alone, over samples of one table."""
    name, n, samples = task
    p = bank()[name]
    truth = [float(cells[0].max(axis=1).sum()) for cells in views(as_table(p)[None])]
    rng = np.random.default_rng([seed, n, *map(ord, name + kind)])
    found = [
        pid.if_missing(replace(_answer(), evidence=sampled(p, n, kind, rng)), random_state=i)
        for i in range(samples)
    ]
    rows: list[study.Row] = []
    for given, true in zip(GIVEN, truth, strict=True):
        values, low, high = np.array([r.accuracy[given][1:] for r in found]).T
        inside = (low <= true + 1e-9) & (true <= high + 1e-9)
        rows.append(
            {"table": name, "n": n, "kind": kind, "given": given, "truth": true}
            | {"samples": samples, "covered": float(inside.mean())}
            | {"width": float((high - low).mean()), "bias": float((values - true).mean())}
            | {"error": float(np.abs(values - true).mean())}
        )
    return rows


def summary(frame: pd.DataFrame) -> str:
    """A line per size and kind of rows."""
    header = ("rows", "intervals", "mean", "worst", *(f"below {c:g}" for c in COVERED), "width")
    lines = []
    for (n, kind), some in frame.groupby(["n", "kind"], sort=False):
        covered = some["covered"].to_numpy()
        worst = some.iloc[int(covered.argmin())]
        lines.append(
            (
                f"{n}" if kind == "rows" else f"{n}, {KINDS[str(kind)]}",
                str(len(some)),
                f"{covered.mean():.3f}",
                f"{covered.min():.2f} ({worst['table']}, {worst['given']})",
                *(str(int((covered < c).sum())) for c in COVERED),
                *(f"{some[column].mean():.4f}" for column in ("width", "error", "bias")),
            )
        )
    return (
        f"Nominal 95% intervals of the accuracy, for both sources and each alone, "
        f"{frame['samples'].iloc[0]} samples of each table; in the groups, a row copies the first "
        f"of its group with chance {STICK}.\n\n"
        + page.markdown_table((*header, "mean abs. error", "bias"), lines)
    )


def asked(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=100, help="samples of each table")
    parser.add_argument("--seed", type=int, default=0, help="of the samples")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="rows of each")
    parser.add_argument("--quick", action="store_true", help="a few tables, ten samples each")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    return parser.parse_args(argv)


def collect(args: argparse.Namespace) -> Iterator[study.Row]:
    """Of all tables, sizes and kinds of rows; only the smallest size in groups."""
    names = QUICK if args.quick else tuple(bank())
    samples = 10 if args.quick else args.samples
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for kind in KINDS:
            for n in args.sizes[: 1 if args.quick or kind != "rows" else None]:
                tasks = [(name, n, samples) for name in names]
                for rows in pool.map(partial(measure, args.seed, kind), tasks):
                    print(f"{n} {kind}: {rows[0]['table']}", file=sys.stderr, flush=True)
                    yield from rows


def main() -> None:
    """Measure, print, and write."""
    args = asked()
    rows = list(collect(args))
    text = summary(pd.DataFrame(rows))
    print(text)
    page.write_csv(args.out / "figures" / "study_missing.csv", rows)
    page.write_section(args.out / "statistics.md", "study missing", text)


if __name__ == "__main__":
    main()
