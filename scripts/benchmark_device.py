"""Seconds of ``PosteriorPID`` on the CPU and on an accelerator; write CSV and table.

    python -m scripts.benchmark_device                  # three minutes
    python -m scripts.benchmark_device --device cuda
    python -m scripts.benchmark_device --quick          # seconds; shows that it works

Two sources of 20 columns and two classes, as ``pid.datasets.continuous`` makes "mixture", and of as
many columns as embeddings have: a whole fit, with correction and intervals. Where there is no
accelerator, that is said, and there are lines of the CPU alone. Writes
OUT/figures/benchmark_device.csv and its marked section of OUT/benchmarks.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from pid._types import Floats
from pid.core.decomposition import ATOMS
from pid.datasets import continuous
from pid.estimators import PosteriorPID
from pid.estimators.neural.arrays import AUTO, CPU, arrays_on, named
from pid.parallel.work import usable_cores
from scripts import page

USUAL = continuous.DIMENSIONS
SIZES = ((1_000, USUAL), (5_000, USUAL), (20_000, USUAL), (200_000, USUAL), (20_000, 512))
QUICK = ((200, USUAL),)
JOBS = (1, 4, 16)  # compared where there are as many cores
COMPARED = (20_000, USUAL)  # the size that they are compared at; others are with the most
TORCH = "cpu:0"  # the CPU by torch: for --quick, a device that is everywhere

Row = dict[str, object]
Data = continuous.Continuous


def jobs_of(size: tuple[int, int]) -> Sequence[int]:
    """Numbers of jobs that are timed: the most that help, and fewer at one size."""
    cores = usable_cores()
    found = sorted({jobs for jobs in JOBS if jobs <= cores} | {min(cores, JOBS[-1])})
    return found if size == COMPARED else found[-1:]


def fitted(data: Data, device: str, jobs: int) -> tuple[Row, Floats]:
    """Seconds on the clock, and the atoms in bits."""
    begin = time.perf_counter()
    est = PosteriorPID(device=device, n_jobs=jobs).fit(data.X1, data.X2, data.y)
    row: Row = {
        "rows": len(data.y),
        "columns": data.X1.shape[1],
        "device": device,
        "n_jobs": jobs,
        "seconds": time.perf_counter() - begin,
    }
    best = est.corrected_ or est.decomposition_
    return row, np.array([getattr(best, name) for name in ATOMS])


def measured(sizes: Sequence[tuple[int, int]], devices: Sequence[str]) -> Iterator[Row]:
    """A row for each number of samples and columns, of jobs, and device; the CPU comes first."""
    for size in sizes:
        data = drawn(*size)
        for jobs in jobs_of(size):
            row, usual = fitted(data, CPU, jobs)
            seconds = float(str(row["seconds"]))
            yield row | {"times_as_fast": 1.0, "apart": 0.0}
            for device in devices:
                row, found = fitted(data, device, jobs)
                apart = float(np.abs(found - usual).max())
                yield row | {
                    "times_as_fast": seconds / float(str(row["seconds"])),
                    "apart": apart,
                }


def drawn(rows: int, columns: int) -> Data:
    """Samples."""
    first, second = continuous.MIXTURE
    return continuous.densities(first, second, (0.5, 0.5), n=rows, dimensions=columns)


def others(asked: str) -> list[str]:
    """The device beside the CPU, warmed up: what it loads once belongs to no row."""
    device = named(asked)
    if device == CPU:
        print("no accelerator here: lines of the CPU alone", file=sys.stderr)
        return []
    arrays_on(device)
    few = drawn(200, USUAL)
    PosteriorPID(device=device, halvings=0).fit(few.X1, few.X2, few.y)
    return [device]


def card(device: str) -> str:
    """What the device is called."""
    if not device.startswith("cuda"):
        return device
    import torch

    return f"{device} is {torch.cuda.get_device_name(device)}, torch {torch.__version__}"


def table(found: Sequence[Row]) -> str:
    """A line for each row; what compares is left out where there is the CPU alone."""
    header = ["rows", "columns", "device", "jobs", "seconds", "times as fast", "apart (bit)"]
    forms = (",", "", "", "", ".1f", ".2f", ".4f")
    columns = (
        len(header) if any(row["device"] != CPU for row in found) else header.index("times as fast")
    )
    lines = [
        [format(value, form) for value, form in zip(row.values(), forms, strict=True)][:columns]
        for row in found
    ]
    return page.markdown_table(header[:columns], lines)


def main() -> None:
    """Measure, and write what came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--device", help="beside the CPU; auto (the default) finds one")
    parser.add_argument("--quick", action="store_true", help="few rows; torch's CPU as a device")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    args = parser.parse_args()
    devices = others(args.device or (TORCH if args.quick else AUTO))
    found = []
    for row in measured(QUICK if args.quick else SIZES, devices):
        found.append(row)
        print(*row.values(), file=sys.stderr, flush=True)
    page.write_csv(args.out / "figures" / "benchmark_device.csv", found)
    said = (
        f"Beside the CPU: {card(devices[0])}."
        if devices
        else "There was no accelerator on this machine: what one does is open until somebody runs "
        "the script where there is one."
    )
    body = f"{page.machine()} {said}\n\n{table(found)}"
    page.write_section(args.out / "benchmarks.md", "benchmark_device", body)


if __name__ == "__main__":
    main()
