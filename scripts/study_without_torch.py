"""How far answers with torch and without it are apart, on real tables; a table of it.

    OMP_NUM_THREADS=1 python -m scripts.study_without_torch     # about 2 minutes on two cores

Needs torch; what a core install says is what is found when it is hidden. Writes its marked section
of OUT/quantify.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pid
from pid.core.decomposition import ATOMS
from pid.estimators.posterior import classifiers
from scripts import page

TABLES = ("breast_cancer", "digits", "diabetes")
HEADER = ["table", "rows", "total of H(y), with torch", "without", "largest difference of an atom"]


@contextmanager
def _hidden() -> Iterator[None]:
    """As if torch were not installed."""
    with patch.object(classifiers, "find_spec", lambda _: None):
        yield


def answers(name: str) -> tuple[pid.Quantification, pid.Quantification]:
    """With torch and without it, of one table."""
    table = pid.datasets.load(name)
    sources = table.X1, table.X2, table.y
    found = pid.quantify(*sources, estimator="posterior")
    with _hidden():
        return found, pid.quantify(*sources, estimator="posterior")


def row_of(label: str, found: Sequence[pid.Quantification]) -> list[str]:
    """A line of the table: totals as shares of H(y), and bits."""
    told = [f"{q.best.total / q.target_entropy:.0%}" for q in found if q.target_entropy]
    with_torch, without = (q.best for q in found)
    apart = max(abs(getattr(with_torch, atom) - getattr(without, atom)) for atom in ATOMS)
    return [label, f"{found[0].n:,}", *told, f"{apart:.3f} bit"]


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, and write the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs"))
    asked = parser.parse_args(argv)
    rows = [row_of(name, answers(name)) for name in TABLES]
    table = page.markdown_table(HEADER, rows)
    page.write_section(asked.out / "quantify.md", "without torch", table)


if __name__ == "__main__":
    main()
