"""How often it is said that y bends, where it does and where it does not; write a table.

    OMP_NUM_THREADS=1 python -m scripts.study_bends            # five minutes on one core
    OMP_NUM_THREADS=1 python -m scripts.study_bends --quick    # seconds; shows that it works

Writes OUT/figures/study_bends.csv and its marked section of OUT/how-to-choose.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from pid._types import Floats
from pid.estimators.straightness import STRAIGHT, bends
from scripts import page

Made = Callable[[Floats, Floats, Floats], Floats]
BENT: dict[str, Made] = {  # of one column of each source, and noise
    "x1 x2 + 0.3 e": lambda a, b, e: a * b + 0.3 * e,
    "x1 x2 + 3 e": lambda a, b, e: a * b + 3 * e,
    "x1^2 + e": lambda a, _, e: a**2 + e,
    "tanh(2 x1) + 0.3 e": lambda a, _, e: np.asarray(np.tanh(2 * a) + 0.3 * e),
    "x1 e": lambda a, _, e: a * e,
    "x1 + exp(x1 / 2) e": lambda a, _, e: np.asarray(a + np.exp(a / 2) * e),
    "sin(2 x1) + 0.5 e": lambda a, _, e: np.asarray(np.sin(2 * a) + 0.5 * e),
    "sin(10 x1) + 0.5 e": lambda a, _, e: np.asarray(np.sin(10 * a) + 0.5 * e),
}
STRAIGHT_ONES: dict[str, Made] = {
    "x1 + x2 + e": lambda a, b, e: a + b + e,
    "x1 + x2 + e, e of Student's t(3)": lambda a, b, e: a + b + e,
}
SIZES = ((60, 1), (300, 1), (1000, 1), (5000, 1), (1000, 5), (1000, 30))  # rows, columns of each
SAMPLES, STRAIGHT_SAMPLES = 50, 400
FEWER = 5  # times, of many columns

Row = dict[str, object]


def measured(name: str, n: int, width: int, samples: int) -> Row:
    """In how many samples of a kind something is said."""
    make, said = (BENT | STRAIGHT_ONES)[name], 0
    for seed in range(samples):
        rng = np.random.default_rng([n, width, seed])
        x1, x2 = rng.normal(size=(2, n, width))
        e = rng.standard_t(3, (n, 1)) if "Student" in name else rng.normal(size=(n, 1))
        said += bends(x1, x2, make(x1[:, :1], x2[:, :1], e)) != STRAIGHT
    print(name, n, width, said, samples, file=sys.stderr, flush=True)
    return {"y": name, "n": n, "columns": 2 * width, "samples": samples, "said": said}


def written(rows: list[Row]) -> str:
    """A line for every y, and a column for every size."""
    sizes = list(dict.fromkeys((row["n"], row["columns"]) for row in rows))
    lines: dict[object, list[str]] = {}
    for row in rows:
        share = float(str(row["said"])) / float(str(row["samples"]))
        form = ".1%" if row["y"] in STRAIGHT_ONES else ".0%"
        lines.setdefault(row["y"], [str(row["y"])]).append(format(share, form))
    header = ["y", *(f"{n:,} x {columns}" for n, columns in sizes)]
    return (
        f"{page.markdown_table(header, lines.values())}\n\nShare of samples of so many rows and "
        f"columns of which it is said; {SAMPLES} samples each, {STRAIGHT_SAMPLES} of the straight "
        f"ones, of sixty columns a fifth of that. x1 and x2 stand for one "
        "column of each source, the others tell nothing."
    )


def main() -> None:
    """Count, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small samples, few of them")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    args = parser.parse_args()
    rows = []
    for name in BENT | STRAIGHT_ONES:
        for n, width in SIZES[:2] if args.quick else SIZES:
            samples = STRAIGHT_SAMPLES if name in STRAIGHT_ONES else SAMPLES
            samples = 5 if args.quick else samples // (FEWER if width > FEWER else 1)
            rows.append(measured(name, n, width, samples))
    page.write_csv(args.out / "figures" / "study_bends.csv", rows)
    page.write_section(args.out / "how-to-choose.md", "bends", written(rows))


if __name__ == "__main__":
    main()
