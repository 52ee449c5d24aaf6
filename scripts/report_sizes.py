"""Size of reports, and seconds to write them, by the number of columns; write a table.

    python -m scripts.report_sizes            # minutes on two cores
    python -m scripts.report_sizes --quick    # seconds; shows that it works

300 rows of normal numbers, half of the columns on either side, long names, and a binary target.
Writes OUT/figures/report_sizes.csv and its marked section of OUT/report.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

import pid
from pid.report import report
from scripts import page

ROWS, COLUMNS, QUICK = 300, (2, 50, 1000), (2, 50)
Row = dict[str, object]


def data(columns: int) -> tuple[pd.DataFrame, pd.Series]:
    """Normal columns, and the sign of the product of the first and the last."""
    X = np.random.default_rng(0).normal(size=(ROWS, columns))
    frame = pd.DataFrame(X, columns=[f"a column with a name, {i}" for i in range(columns)])
    return frame, pd.Series(X[:, 0] * X[:, -1] > 0, name="the target")


def measured(columns: int) -> list[Row]:
    """A row for each kind of report."""
    X, y = data(columns)
    first, second, half = X.iloc[:, : columns // 2], X.iloc[:, columns // 2 :], ROWS // 3
    results = {
        "quantify": pid.quantify(first, second, y, estimator="cluster", n_clusters=4),
        "screen": pid.screen(X, y, bins=2, interval=None),
        "bounds": pid.bound_samples(
            (first[:half], y[:half]),
            (second[half:-half], y[half:-half]),
            (first[-half:], second[-half:]),
            n_clusters=3,
            replicates=20,
            time_limit=1.0,
        ),
    }
    rows = []
    with TemporaryDirectory() as folder:
        for name, result in results.items():
            report(result, Path(folder) / "first.html", force=True)  # type: ignore[arg-type]
            path = Path(folder) / f"{name}.html"
            begin = time.perf_counter()
            report(result, path)  # type: ignore[arg-type]
            seconds = time.perf_counter() - begin
            size = path.stat().st_size
            rows.append({"columns": columns, "report": name, "bytes": size, "seconds": seconds})
            print(rows[-1], file=sys.stderr)
    return rows


def section(rows: list[Row]) -> str:
    """A row for each number of columns."""
    kinds = list(dict.fromkeys(str(row["report"]) for row in rows))
    header = ["columns", *(f"pid {kind}" for kind in kinds)]
    table = []
    for columns in dict.fromkeys(row["columns"] for row in rows):
        of = [row for row in rows if row["columns"] == columns]
        cells = [
            f"{float(str(r['bytes'])) / 1000:.0f} kB, {page.duration(float(str(r['seconds'])))}"
            for r in of
        ]
        table.append([f"{columns:,}", *cells])
    return page.markdown_table(header, table)


def main(arguments: list[str] | None = None) -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="without the largest")
    parser.add_argument("--out", type=Path, default=Path("docs"), metavar="FOLDER")
    options = parser.parse_args(arguments)
    rows = [row for n in (QUICK if options.quick else COLUMNS) for row in measured(n)]
    page.write_csv(options.out / "figures" / "report_sizes.csv", rows)
    page.write_section(options.out / "report.md", "report_sizes", section(rows))


if __name__ == "__main__":
    main()
