"""What the studies share: options, work on all cores, and where their results go."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

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
