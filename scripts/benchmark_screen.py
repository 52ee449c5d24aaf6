"""A screen of all pairs of 100 columns, beside plain loops over other solvers; write a table.

    python -m scripts.benchmark_screen            # a quarter of an hour on two cores
    python -m scripts.benchmark_screen --quick    # a minute; shows that it works

10,000 rows, 8 bins, a binary target. A loop takes one pair after the other: cut both columns at
their quantiles, count, solve. The loops do some of the pairs, and their time for all of them is
that of these times their number. All take turns in one process. A first look at all pairs of ten
times as many columns has a process of its own, whose memory is measured. Writes
OUT/figures/benchmark_screen.csv and its marked section of OUT/benchmarks.md.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

import pid
from pid._types import Floats
from scripts import page
from scripts.peers import PEERS, Peer, union_information

COLUMNS, ROWS, BINS = 100, 10_000, 8
ROUNDS = 3
PAIRS = {"dit": 2, "Liang et al. (cvxpy)": 4}  # of a loop in a round; others do OTHERS
OTHERS = 20
MANY = 10  # times as many columns
QUICK_COLUMNS = 12
MINUTE = 60.0

Row = dict[str, object]


def data(columns: int) -> tuple[Floats, NDArray[np.intp]]:
    """Normal columns, and a target that the product of two of them and a third tell of."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(ROWS, columns))
    return X, (X[:, 0] * X[:, 1] + X[:, 2] + rng.normal(size=ROWS) > 0).astype(np.intp)


def counted(a: Floats, b: Floats, y: NDArray[np.intp]) -> Floats:
    """Shares of the cells of a pair, as a user would count them."""
    import pandas as pd

    cut = [pd.qcut(x, BINS, labels=False) for x in (a, b)]
    cells = np.ravel_multi_index((*cut, y), (BINS, BINS, 2))
    return np.bincount(cells, minlength=BINS * BINS * 2).reshape(BINS, BINS, 2) / len(y)


def loop(solve: Peer, X: Floats, y: NDArray[np.intp], pairs: list[tuple[int, int]]) -> float:
    """Seconds of a plain loop, for each pair."""
    begin = time.perf_counter()
    for i, j in pairs:
        union_information(solve(counted(X[:, i], X[:, j], y)))
    return (time.perf_counter() - begin) / len(pairs)


def ours(X: Floats, y: NDArray[np.intp], **options: Any) -> float:
    """Seconds of a screen, for each pair."""
    begin = time.perf_counter()
    found = pid.screen(X, y, bins=BINS, **options)
    return (time.perf_counter() - begin) / len(found.pairs)


def measured(columns: int, rounds: int) -> list[Row]:
    """Median seconds of each method, for each pair and for all."""
    X, y = data(columns)
    pairs = list(combinations(range(columns), 2))
    rng = np.random.default_rng(1)
    methods: dict[str, Callable[[], float]] = {
        "pid.screen, first look": lambda: ours(X, y, interval=None),
        "pid.screen, with resampling": lambda: ours(X, y),
    }
    for name, solve in PEERS.items():
        count = PAIRS.get(name, OTHERS)
        loop(solve, X, y, pairs[:1])  # imports
        methods[f"loop over {name}"] = (
            lambda solve=solve, count=count: loop(  # type: ignore[misc]
                solve, X, y, [pairs[i] for i in rng.permutation(len(pairs))[:count]]
            )
        )
    ours(X[:, :4], y, replicates=20)
    seconds: dict[str, list[float]] = {name: [] for name in methods}
    for lap in range(rounds):
        for name, method in methods.items():
            seconds[name].append(method())
            print(f"{lap + 1}: {name}, {seconds[name][-1]:.4g} s", file=sys.stderr, flush=True)
    first = median(seconds["pid.screen, first look"])
    return [
        {
            "method": name,
            "pairs": len(pairs),
            "seconds_per_pair": median(laps),
            "seconds": median(laps) * len(pairs),
            "ratio": median(laps) / first,
        }
        for name, laps in seconds.items()
    ]


def alone(columns: int) -> tuple[float, float]:
    """Seconds of a first look in a process of its own, and GiB that it takes."""
    command = [sys.executable, "-m", "scripts.benchmark_screen", "--alone", str(columns)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(said), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20


def of_many(columns: int, first: float) -> Row:
    """A row for many columns."""
    seconds, gib = alone(columns)
    pairs = columns * (columns - 1) // 2
    return {
        "method": f"pid.screen, first look at {columns:,} columns, {gib:.1f} GiB",
        "pairs": pairs,
        "seconds_per_pair": seconds / pairs,
        "seconds": seconds,
        "ratio": seconds / pairs / first,
    }


def table(rows: list[Row]) -> str:
    """A line per method."""
    lines = []
    for row in rows:
        seconds = float(str(row["seconds"]))
        whole = page.duration(seconds) if seconds < 2 * MINUTE else f"{seconds / MINUTE:.0f} min"
        each = page.duration(float(str(row["seconds_per_pair"])))
        ratio = f"{float(str(row['ratio'])):.3g}"
        lines.append((str(row["method"]), each, f"{row['pairs']:,}", whole, ratio))
    header = ("method", "a pair", "pairs", "all of them", "times the first look")
    return page.markdown_table(header, lines)


def main() -> None:
    """Measure, and write what came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few columns, one round")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    parser.add_argument("--alone", type=int, metavar="COLUMNS", help="print seconds of this alone")
    args = parser.parse_args()
    if args.alone:
        X, y = data(args.alone)
        print(ours(X, y, interval=None) * args.alone * (args.alone - 1) / 2)
        return
    columns = QUICK_COLUMNS if args.quick else COLUMNS
    rows = measured(columns, 1 if args.quick else ROUNDS)
    rows.append(of_many(MANY * columns, float(str(rows[0]["seconds_per_pair"]))))
    page.write_csv(args.out / "figures" / "benchmark_screen.csv", rows)
    body = f"{page.machine()}\n\n{table(rows)}"
    page.write_section(args.out / "benchmarks.md", "benchmark_screen", body)


if __name__ == "__main__":
    main()
