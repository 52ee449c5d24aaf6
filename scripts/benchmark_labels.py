"""Labels of every kind beside integers: what a decomposition takes longer; write a table.

    python -m scripts.benchmark_labels            # minutes
    python -m scripts.benchmark_labels --quick    # seconds; shows that it works

A million rows. Calls with labels and with integers take turns in one process, and
a ratio is that of the medians. Text is of one object for each symbol, as pandas reads it, or of an
object for each row, as ``ndarray.tolist`` makes it. All answers must be the same. Writes
OUT/figures/benchmark_labels.csv and its marked section of OUT/benchmarks.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

import pid
from pid._types import Codes
from scripts import page

ROWS, QUICK_ROWS = 10**6, 10**4
LAPS, QUICK_LAPS = 7, 1
# calls and numbers of symbols; ``quantify`` takes seconds for 20 of them, whatever they are
CASES = (("decompose_samples", 5), ("decompose_samples", 20), ("quantify", 5))

Row = dict[str, object]
Columns = tuple[Any, Any, Any]
Call = Callable[[Columns], pid.Decomposition]


def codes(rows: int, symbols: int) -> Columns:
    """Two sources and a target that both tell of."""
    rng = np.random.default_rng(0)
    x1, x2, noise = rng.integers(symbols, size=(3, rows))
    return x1, x2, (x1 + x2 + noise % 2) % symbols


def text(values: Codes) -> np.ndarray[Any, np.dtype[np.str_]]:
    """Labels in the order of the numbers."""
    return np.array([f"label {i:02}" for i in range(values.max() + 1)])[values]


def shared(values: Codes) -> np.ndarray[Any, np.dtype[np.object_]]:
    """The same, of one object for each symbol."""
    return text(np.arange(values.max() + 1)).astype(object)[values]


def polars(values: Codes, kind: str) -> Any:
    """A column of polars."""
    import polars as pl

    return pl.Series(text(values).tolist(), dtype=getattr(pl, kind))


KINDS: dict[str, Callable[[Codes], Any]] = {
    "array of text": text,
    "list, an object a symbol": lambda v: shared(v).tolist(),
    "list, an object a row": lambda v: text(v).tolist(),
    "array of objects, one a symbol": shared,
    "array of objects, one a row": lambda v: text(v).astype(object),
    "pandas object, one a symbol": lambda v: pd.Series(shared(v), dtype=object),
    "pandas object, one a row": lambda v: pd.Series(text(v).astype(object), dtype=object),
    "pandas str": lambda v: pd.Series(shared(v), dtype="str"),
    "pandas string": lambda v: pd.Series(shared(v), dtype="string"),
    "pandas category": lambda v: pd.Series(pd.Categorical(shared(v))),
    "pandas int64": pd.Series,
    "polars String": lambda v: polars(v, "String"),
    "polars Categorical": lambda v: polars(v, "Categorical"),
}

CALLS: dict[str, Call] = {
    "decompose_samples": lambda columns: pid.decompose_samples(*columns),
    "quantify": lambda columns: (
        pid.quantify(*columns, estimator="table", interval=None).decomposition
    ),
}


def ratio(call: Call, integers: Columns, labels: Columns, laps: int) -> Row:
    """Median seconds of both, in turn, and how many times the one the other is."""
    seconds: dict[str, list[float]] = {"integers": [], "labels": []}
    answers = []
    for _ in range(laps):
        for name, columns in (("integers", integers), ("labels", labels)):
            begin = time.process_time()
            answers.append(call(columns).to_dict())
            seconds[name].append(time.process_time() - begin)
    assert all(answer == answers[0] for answer in answers)
    medians = {name: median(of) for name, of in seconds.items()}
    return {**medians, "ratio": medians["labels"] / medians["integers"]}


def measured(rows: int, laps: int) -> list[Row]:
    """A row for each call, number of symbols and kind of labels."""
    found: list[Row] = []
    for call, symbols in CASES:
        integers = codes(rows, symbols)
        for kind, make in KINDS.items():
            x1, x2, y = map(make, integers)
            what: Row = {"call": call, "symbols": symbols, "kind": kind}
            found.append(what | ratio(CALLS[call], integers, (x1, x2, y), laps))
            print(*found[-1].values(), file=sys.stderr, flush=True)
    return found


def table(found: list[Row]) -> str:
    """A line for each kind of labels, a column for each call and number of symbols."""
    header = ["labels", *(f"{call}, {symbols} symbols" for call, symbols in CASES)]
    at = {(row["kind"], row["call"], row["symbols"]): float(str(row["ratio"])) for row in found}
    lines = [[kind, *(f"{at[kind, *case]:.2f}" for case in CASES)] for kind in KINDS]
    return page.markdown_table(header, lines)


def main() -> None:
    """Measure, and write what came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few rows")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    args = parser.parse_args()
    found = measured(QUICK_ROWS, QUICK_LAPS) if args.quick else measured(ROWS, LAPS)
    page.write_csv(args.out / "figures" / "benchmark_labels.csv", found)
    body = f"{page.machine()}\n\n{table(found)}"
    page.write_section(args.out / "benchmarks.md", "benchmark_labels", body)


if __name__ == "__main__":
    main()
