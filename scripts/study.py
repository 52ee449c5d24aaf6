"""What the studies share: options, work on all cores, and where their results go."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import numpy as np

Row = dict[str, object]
Task = tuple[str, int, int]  # table, rows of a sample, samples


def options(text: str, samples: int, sizes: Sequence[int]) -> argparse.Namespace:
    """Command line of a study: ``--samples``, ``--sizes``, ``--quick`` and ``--out``."""
    parser = argparse.ArgumentParser(description=text.splitlines()[0])
    parser.add_argument("--samples", type=int, default=samples, help="samples of each table")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(sizes), help="rows of each")
    parser.add_argument("--quick", action="store_true", help="a few tables, ten samples each")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    return parser.parse_args()


def collect(
    work: Callable[[Task], list[Row]],
    args: argparse.Namespace,
    names: Sequence[str],
    quick: Sequence[str],
) -> list[Row]:
    """Rows of every name and sample size, in this order whoever finished first."""
    names = quick if args.quick else names
    sizes = args.sizes[:1] if args.quick else args.sizes
    samples = 10 if args.quick else args.samples
    tasks = [(name, n, samples) for n in sizes for name in names]
    found: dict[Task, list[Row]] = {}
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        pending = {pool.submit(work, task): task for task in tasks}
        for done in as_completed(pending):
            found[pending[done]] = done.result()
            name, n, _ = pending[done]
            print(f"{len(found)} of {len(tasks)}: {name}, n = {n}", file=sys.stderr, flush=True)
    return [row for task in tasks for row in found[task]]


class Errors:
    """How far some numbers are off, over samples, and how often their intervals hold the truth.

    Args:
        truth: has them as attributes, as answers do.
        names: of the numbers.
    """

    def __init__(self, truth: object, names: Sequence[str]) -> None:
        self.truth: dict[str, float] = {name: getattr(truth, name) for name in names}
        self.found: dict[str, list[tuple[float, float, bool]]] = {name: [] for name in names}

    def add(
        self, best: object, counted: object, interval: Mapping[str, tuple[float, float]]
    ) -> None:
        """What was found of one sample: after correction, before it, and the intervals."""
        for name, true in self.truth.items():
            low, high = interval[name]
            held = low - 1e-9 <= true <= high + 1e-9
            off, before = getattr(best, name) - true, getattr(counted, name) - true
            self.found[name].append((off, before, held))

    def rows(self, **labels: object) -> list[Row]:
        """A row for each number, which begins with labels."""
        rows: list[Row] = []
        for name, values in self.found.items():
            off, counted, held = np.array(values, dtype=float).T
            measured = {
                "atom": name,
                "truth": self.truth[name],
                "error": float(np.abs(off).mean()),
                "bias": float(off.mean()),
                "bias_counted": float(counted.mean()),
                "covered": float(held.mean()),
            }
            rows.append(labels | measured)
        return rows
