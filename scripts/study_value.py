"""What sources of three real tables are worth, and screens of groups beside ``pid.quantify``.

    python -m scripts.study_value            # some minutes on two cores
    python -m scripts.study_value --quick    # one table, a minute; shows that it works

Every row of ``pid screen`` of groups is compared with ``pid.quantify`` of the same columns, with
default options. Writes OUT/figures/study_value.csv, and marked sections of OUT/screen.md and
OUT/value.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

import pid
from pid.analysis.screening.result import NAMES
from pid.discretization.sources import OTHERS
from pid.io.sets import choose_sets
from scripts import page

ALONE = 4.0  # how steeply y depends on a, in the table where a tells all

Row = dict[str, object]


class Table(NamedTuple):
    """A table, its target, and sources by the names and globs of their columns."""

    frame: pd.DataFrame
    y: str
    groups: dict[str, Any]
    cost: dict[str, float]


def real(name: str) -> pd.DataFrame:
    """A real table as one frame."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{name}.csv"
        pid.datasets.write(name, file)
        return pd.read_csv(file)


def tables() -> dict[str, Table]:
    """Three real tables."""
    breast = {name: f"{name}_*" for name in ("size", "shape", "texture")}
    wine = {
        "acid": ["basic_malic_acid", "basic_ash", "basic_alcalinity_of_ash"],
        "strength": ["basic_alcohol", "basic_magnesium", "basic_proline"],
        "phenols": ["phenol_*phenols", "phenol_flavanoids", "phenol_pro*"],
        "colour": ["phenol_color_intensity", "phenol_hue", "phenol_od280*"],
    }
    iris = {"sepal": "sepal_*", "petal": "petal_*"}
    return {
        "wine": Table(real("wine"), "cultivar", wine, {}),
        "breast_cancer": Table(real("breast_cancer"), "diagnosis", breast, {}),
        "iris": Table(real("iris"), "species", iris, {}),
    }


def compared(name: str, table: Table) -> list[Row]:
    """Rows of a screen beside ``pid.quantify``, and the seconds of both."""
    sets, y = choose_sets(table.frame, table.groups, table.y)
    begin = time.perf_counter()
    found = pid.screen(None, y, column_sets=sets, interval=None)
    seconds = time.perf_counter() - begin
    rows: list[Row] = []
    for (first, second, _), ours, how in zip(
        found.pairs, found.corrected, found.estimator, strict=True
    ):
        others = [sets[other] for other in sets if other != first]
        X2 = pd.concat(others, axis=1) if second == OTHERS else sets[second]
        begin = time.perf_counter()
        q = pid.quantify(sets[first], X2, y)
        theirs = [getattr(q.best, atom) for atom in NAMES]
        rows.append(
            {
                "table": name,
                "x1": first,
                "x2": second,
                "estimator": how,
                **dict(zip(NAMES, ours.tolist(), strict=True)),
                **{f"{a}_quantify": v for a, v in zip(NAMES, theirs, strict=True)},
                "apart": float(np.abs(ours - theirs).max()),
                "seconds": seconds / len(found),
                "seconds_quantify": time.perf_counter() - begin,
            }
        )
        print(name, first, second, f"{rows[-1]['apart']:.4f}", file=sys.stderr, flush=True)
    return rows


def one_tells() -> Table:
    """A column that tells something, in a crowd of noise: a alone, and beside it b and c."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2000, 9))
    y = (rng.random(2000) < 1 / (1 + np.exp(-ALONE * X[:, 0]))).astype(int)
    names = ["a", *(f"{side}{i}" for side in "bc" for i in range(4))]
    frame = pd.DataFrame(X, columns=names).assign(y=y)
    return Table(frame, "y", {"a": "a", "b": "b*", "c": "c*"}, {})


def agreement(rows: list[Row]) -> str:
    """A line per table: how far apart at most, of pairs and of rows "| all others"."""
    lines = []
    for name in dict.fromkeys(str(row["table"]) for row in rows):
        mine = [row for row in rows if row["table"] == name]
        pairs = [row for row in mine if row["x2"] != OTHERS]
        whole = [row for row in mine if row["x2"] == OTHERS]
        lines.append(
            (
                name,
                str(len(mine)),
                ", ".join(sorted({str(row["estimator"]) for row in mine})),
                *(f"{max(float(str(row['apart'])) for row in of):.4f}" for of in (pairs, whole)),
                "yes" if _same_order(pairs) else "no",
                *(
                    f"{np.mean([float(str(row[key])) for row in mine]):.1f} s"
                    for key in ("seconds", "seconds_quantify")
                ),
            )
        )
    header = ("table", "rows", "estimator", "pairs apart", "| all others apart")
    header += ("same order", "a row of the screen", "a call of quantify")  # type: ignore[assignment]
    return page.markdown_table([head.replace("|", "\\|") for head in header], lines)


def _same_order(rows: list[Row]) -> bool:
    keys = ("total", "total_quantify")
    orders = [sorted(range(len(rows)), key=lambda i, k=k: -float(str(rows[i][k]))) for k in keys]  # type: ignore[misc]
    return orders[0] == orders[1]


def worth(name: str, table: Table) -> str:
    """What the sources of a table are worth, as a Markdown table."""
    found = pid.value(table.frame, table.y, groups=table.groups, cost=table.cost or None)
    lines = []
    for source in found.sources:
        lost, alone, right = source.lost, source.alone, source.accuracy_lost
        instead = f" with {', '.join(source.instead)}" if source.instead else ""
        lines.append(
            (
                source.name,
                f"{lost.corrected:.3f} ({lost.low:.3f} to {lost.high:.3f})",
                f"{source.strict.corrected:.3f}",
                f"{source.with_others.corrected:.3f}",
                f"{alone.corrected:.3f}",
                f"{100 * right.corrected:z.1f} % ({100 * right.low:.1f} to {100 * right.high:.1f})",
                source.verdict + instead,
            )
        )
    header = ("source", "lost", "strict", "with", "alone", "accuracy lost", "verdict")
    text = page.markdown_table(header, lines)
    warnings = "".join(f"\n\nWarning: {warning}." for warning in found.warnings)
    return f"**{name}**, {found.n:,} rows. {found.reading}{warnings}\n\n{text}"


def main() -> None:
    """Measure, and write what came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one small table")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    args = parser.parse_args()
    chosen = tables()
    if args.quick:
        chosen = {"wine": chosen["wine"]}
    texts = []
    for name, table in chosen.items():
        texts.append(worth(name, table))
        print(texts[-1], file=sys.stderr, flush=True)
    page.write_section(args.out / "value.md", "study_value", "\n\n".join(texts))
    if not args.quick:
        chosen["one column tells"] = one_tells()
    rows = [row for name, table in chosen.items() for row in compared(name, table)]
    page.write_csv(args.out / "figures" / "study_value.csv", rows)
    page.write_section(args.out / "screen.md", "study_value", agreement(rows))


if __name__ == "__main__":
    main()
