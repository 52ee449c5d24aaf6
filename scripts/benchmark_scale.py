"""Rows of a Parquet file against seconds and peak memory; write CSV, picture and table.

    python -m scripts.benchmark_scale            # minutes; makes files of up to 8.5 GB, one by one
    python -m scripts.benchmark_scale --quick    # seconds; shows that it works

Two columns of normal numbers and a binary target are cut into 8 bins each, counted, decomposed, and
given corrections and intervals: in the file, and in memory. Each run is a process of its own,
whose peak memory is that of the whole process, Python included. Files that do not fit on the disk
are left out. Writes OUT/figures/benchmark_scale.csv and .png and its section of OUT/scale.md.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import numpy as np

from scripts import page
from scripts.palette import OF_METHODS

ROWS = (10**5, 10**6, 10**7, 5 * 10**7, 10**8, 5 * 10**8)
QUICK = (10**3, 10**4)
IN_MEMORY = 5 * 10**7  # rows up to which the columns are also read into memory
CHUNK = 10**6
REPEATS = 3
BYTES = 17.5  # per row of the file
WAYS = {"in the file": "scan", "in memory": "load"}

Row = dict[str, object]


def write_rows(file: Path, rows: int) -> None:
    """A file of normal a and b and of y, which is 1 where a * b plus noise is positive."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(rows)
    schema = pa.schema({"a": pa.float64(), "b": pa.float64(), "y": pa.int8()})
    with pq.ParquetWriter(file, schema) as writer:
        for start in range(0, rows, CHUNK):
            a, b, noise = rng.normal(size=(3, min(CHUNK, rows - start)))
            y = (a * b + noise > 0).astype(np.int8)
            writer.write_table(pa.table({"a": a, "b": b, "y": y}, schema=schema))


def answer(way: str, file: str) -> None:
    """Decompose the file; print seconds, peak memory and the result as JSON."""
    import pid
    from pid.io.tables import load

    begin = time.perf_counter()
    read = pid.scan if way == "scan" else load
    chosen = read(file, x1="a", x2="b", y="y")
    q = pid.quantify(chosen.X1, chosen.X2, chosen.y, estimator="bins", bins=8, target_bins="auto")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    seconds = time.perf_counter() - begin
    print(json.dumps({"seconds": seconds, "peak": peak, "result": q.to_dict()}))


def measured(file: Path, rows: int) -> list[Row]:
    """A row for each way; both must give the same result."""
    ways = [name for name in WAYS if name == "in the file" or rows <= IN_MEMORY]
    found: dict[str, list[dict[str, object]]] = {name: [] for name in ways}
    for _ in range(REPEATS if ROWS[0] <= rows <= 10**8 else 1):
        for name in ways:
            command = [sys.executable, "-m", "scripts.benchmark_scale", "--answer", WAYS[name]]
            done = subprocess.run([*command, str(file)], capture_output=True, text=True, check=True)
            found[name].append(json.loads(done.stdout))
    results = [one["result"] for of_way in found.values() for one in of_way]
    assert all(result == results[0] for result in results), "the ways differ"
    return [
        {
            "rows": rows,
            "bytes": file.stat().st_size,
            "way": name,
            "seconds": median(float(str(one["seconds"])) for one in of_way),
            "peak_bytes": max(int(str(one["peak"])) for one in of_way),
        }
        for name, of_way in found.items()
    ]


def table(rows: Sequence[Row]) -> str:
    """The Markdown table, a line per number of rows."""
    lines = []
    for n in dict.fromkeys(row["rows"] for row in rows):
        of_n = {str(row["way"]): row for row in rows if row["rows"] == n}
        cells = [f"{n:,}", f"{of_n['in the file']['bytes'] / 1e9:.2g} GB"]  # type: ignore[operator]
        for way in WAYS:
            one = of_n.get(way)
            cells += ["–", "–"] if one is None else _cells(one)
        lines.append(cells)
    header = ["rows", "file", *(f"{way}: {what}" for way in WAYS for what in ("time", "memory"))]
    return page.markdown_table(header, lines)


def _cells(row: Row) -> list[str]:
    peak = float(str(row["peak_bytes"]))
    return [page.duration(float(str(row["seconds"]))), f"{peak / 1e9:.2f} GB"]


def draw(rows: Sequence[Row], path: Path) -> None:
    """Time and memory against rows."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context({"font.size": 9}):
        figure = Figure(figsize=(7, 2.8), layout="constrained")
        axes = figure.subplots(1, 2)
        for ax, key, label, scale in zip(
            axes, ("seconds", "peak_bytes"), ("seconds", "peak memory (GB)"), (1, 1e9), strict=True
        ):
            ax.set_prop_cycle(color=OF_METHODS)
            for way, style in zip(WAYS, ("o-", "s--"), strict=True):
                some = [row for row in rows if row["way"] == way]
                ax.loglog(
                    [float(str(row["rows"])) for row in some],
                    [float(str(row[key])) / scale for row in some],
                    style,
                    label=way,
                )
            ax.set_xlabel("rows")
            ax.set_ylabel(label)
            ax.grid(alpha=0.3)
        axes[0].legend(frameon=False)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=150)


def main() -> None:
    """Measure, and write what came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="two small files")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    parser.add_argument("--answer", nargs=2, metavar=("WAY", "FILE"), help="one run of one way")
    args = parser.parse_args()
    if args.answer:
        answer(*args.answer)
        return
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="pid-scale-") as folder:
        for n in QUICK if args.quick else ROWS:
            if shutil.disk_usage(folder).free < 2 * BYTES * n:
                print(f"{n:,} rows do not fit on the disk", file=sys.stderr)
                continue
            file = Path(folder) / "rows.parquet"
            write_rows(file, n)
            rows += measured(file, n)
            print(*(f"{row}" for row in rows[-2:]), sep="\n", file=sys.stderr, flush=True)
            file.unlink()
    page.write_csv(args.out / "figures" / "benchmark_scale.csv", rows)
    draw(rows, args.out / "figures" / "benchmark_scale.png")
    picture = "![Time and memory against rows](figures/benchmark_scale.png)"
    body = f"{page.machine()}\n\n{table(rows)}\n\n{picture}"
    page.write_section(args.out / "scale.md", "benchmark_scale", body)


if __name__ == "__main__":
    main()
