"""A picture of the gallery: profiles of gates with known atoms and of the small real tables.

    python -m scripts.readme_figure            # half a minute
    python -m scripts.readme_figure --quick    # gates alone

Writes OUT/figures/profiles.png and OUT/figures/profiles.csv.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pid
from pid.analysis.words import LABELS
from pid.datasets import real
from scripts import page

GATES = ("rdn", "unq1", "and", "xor")


def results(quick: bool) -> dict[str, pid.Quantification | pid.Decomposition]:
    """Atoms by name; of real tables with the estimator that ``auto`` chooses."""
    found: dict[str, pid.Quantification | pid.Decomposition] = {}
    for name in GATES:
        found[f"gate: {name}"] = pid.decompose(pid.datasets.gate(name))
    if not quick:
        for name in (name for name, info in real.REAL.items() if info.bundled):
            table = pid.datasets.load(name)
            found[name] = pid.quantify(table.X1, table.X2, table.y)
    return found


def main(arguments: list[str] | None = None) -> None:
    """Decompose, draw, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="gates alone")
    parser.add_argument("--out", type=Path, default=Path("docs"), metavar="FOLDER")
    options = parser.parse_args(arguments)
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    from pid import plot

    found = results(options.quick)
    rows = []
    for name, result in found.items():
        best = result.best if isinstance(result, pid.Quantification) else result
        rows.append({"name": name} | {a: getattr(best, a) for a in (*LABELS, "total")})
    page.write_csv(options.out / "figures" / "profiles.csv", rows)
    figure, ax = pyplot.subplots(figsize=(6.4, 2.9), layout="constrained")
    plot.profiles(found, ax).tick_params(labelsize=8)
    figure.savefig(options.out / "figures" / "profiles.png", dpi=160)


if __name__ == "__main__":
    main()
