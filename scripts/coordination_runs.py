"""What the studies of coordination share: tasks that are done once, and tables of their means."""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from scripts import page

Row = dict[str, object]
SEEDS = (11, 12, 13, 14, 15)  # none of those that anything was chosen by
PAGE = "coordination.md"


class Task(NamedTuple):
    """A row or several of a table."""

    name: str
    seed: int


def options(text: str) -> argparse.Namespace:
    """Command line of a study: ``--seeds``, ``--quick`` and ``--out``."""
    parser = argparse.ArgumentParser(description=text.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument("--quick", action="store_true", help="one seed, a few rows and steps")
    parser.add_argument("--out", type=Path, help="docs, or build/quick with --quick")
    args = parser.parse_args()
    args.seeds = args.seeds[:1] if args.quick else args.seeds
    args.out = args.out or Path("build/quick" if args.quick else "docs")
    return args


def done_once(
    path: Path, tasks: Sequence[Task], work: Callable[[Task], Iterable[Row]]
) -> pd.DataFrame:
    """Rows of all tasks; those that the file has already are not computed again."""
    rows: list[Row] = []
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            rows = [dict(row) for row in csv.DictReader(file)]
    there = {(str(row["task"]), str(row["seed"])) for row in rows}
    for i, task in enumerate(tasks):
        if (task.name, str(task.seed)) not in there:
            started = time.perf_counter()
            rows += [{"task": task.name, "seed": task.seed} | row for row in work(task)]
            page.write_csv(path, rows)
            print(
                f"{i + 1} of {len(tasks)}: {task.name}, seed {task.seed}, "
                f"{time.perf_counter() - started:.1f} s",
                file=sys.stderr,
                flush=True,
            )
    frame = pd.read_csv(path)
    wanted = {(task.name, task.seed) for task in tasks}
    kept = [pair in wanted for pair in zip(frame.task, frame.seed, strict=True)]
    return frame[kept]


def spread(values: pd.Series[float], form: str) -> str:
    """Mean of the seeds, with the least and the largest."""
    found = np.asarray(values, dtype=float)
    if not len(found) or np.isnan(found).all():
        return ""
    if len(found) == 1:
        return format(found[0], form)
    return f"{found.mean():{form}} ({found.min():{form}} to {found.max():{form}})"
