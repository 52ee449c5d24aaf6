"""Published tables and figures beside the truth and our estimates.

    python -m scripts.reproduce_tables           # about five minutes on two cores
    python -m scripts.reproduce_tables --quick   # seconds; shows that it works

Writes OUT/figures/reproduce_tables.csv, .png and its marked section of OUT/how-to-choose.md. Needs
the extras neural and report.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

import pid
from pid.core.decomposition import ATOMS
from pid.datasets import continuous, gate, published
from pid.datasets.continuous import Continuous
from pid.estimators import AlignmentPID, PosteriorPID
from scripts import page
from scripts.palette import OF_ATOMS

Row = dict[str, object]

# R, U1, U2, S as printed. BATCH and Flow-PID: table 3 of the latter (2025), which also quotes
# "truth"; that is the entropy of y plus the logarithm of the best accuracy, all in the atom that
# the data were meant to have.
PRINTED: Mapping[str, Mapping[str, tuple[float, float, float, float]]] = {
    "redundancy": {
        "BATCH": (0.29, 0.02, 0.02, 0.0),
        "Flow-PID": (0.51, 0, 0, 0),
        "printed truth": (0.58, 0, 0, 0),
    },
    "uniqueness1": {
        "BATCH": (0, 0.30, 0, 0),
        "Flow-PID": (0, 0.49, 0, 0),
        "printed truth": (0, 0.56, 0, 0),
    },
    "uniqueness2": {
        "BATCH": (0, 0, 0.30, 0),
        "Flow-PID": (0, 0, 0.51, 0),
        "printed truth": (0, 0, 0.54, 0),
    },
    "synergy": {
        "BATCH": (0.11, 0.02, 0.02, 0.15),
        "Flow-PID": (0.12, 0, 0, 0.30),
        "printed truth": (0, 0, 0, 0.56),
    },
}
GATES = {"and": (0.31, 0, 0, 0.50), "or": (0.31, 0, 0, 0.50), "xor": (0, 0, 0, 1.00)}


def generated(settings: list[str], n: int) -> list[Row]:
    """Settings of the published generator: as printed, as computed, as estimated."""
    rows: list[Row] = []
    for setting in settings:
        data = published.make(setting, n=n)
        ours = PosteriorPID(halvings=1, interval=None).fit(data.X1, data.X2, data.y)
        aligned = AlignmentPID().fit(data.X1, data.X2, data.y)
        for who, values in (
            *PRINTED.get(setting, {}).items(),
            ("truth", tuple(data.atoms.values())),
            ("PosteriorPID", _values(ours.corrected_)),
            ("AlignmentPID, mended", _values(aligned.decomposition_)),
        ):
            rows.append({"data": setting, "who": who, **dict(zip(ATOMS, values, strict=True))})
        print(setting, file=sys.stderr, flush=True)
    return rows


def bitwise() -> list[Row]:
    """Gates, of which the printed values are right."""
    rows: list[Row] = []
    for name, values in GATES.items():
        exact = _values(pid.decompose(gate(name)))
        for who, of in (("printed", values), ("pid.decompose", exact)):
            rows.append({"data": name, "who": who, **dict(zip(ATOMS, of, strict=True))})
    return rows


def sweep(degrees: list[float], n: int) -> list[Row]:
    """Two clouds on a line through the origin, as coordinates and as distance and direction."""
    rows: list[Row] = []
    for polar in (False, True):
        for angle in degrees:
            data = continuous.angle(angle, n=n, polar=polar, random_state=1)
            est = PosteriorPID(interval=None).fit(data.X1, data.X2, data.y)
            where = "polar" if polar else "Cartesian"
            for who, values in (("truth", _of(data)), ("PosteriorPID", _values(est.corrected_))):
                atoms = dict(zip(ATOMS, values, strict=True))
                rows.append({"data": where, "who": who, "angle": angle, **atoms})
        print("polar" if polar else "Cartesian", file=sys.stderr, flush=True)
    return rows


def _of(data: Continuous) -> tuple[float, ...]:
    return tuple(data.atoms[atom] for atom in ATOMS)


def _values(d: pid.Decomposition | None) -> tuple[float, ...]:
    assert d is not None
    return tuple(float(getattr(d, atom)) for atom in ATOMS)


def draw(rows: list[Row], path: Path) -> None:
    """Atoms against the angle: lines are true, marks are estimates."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    with plt.rc_context({"font.size": 9}):
        figure, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained", sharey=True)
        for axis, where in zip(axes, ("Cartesian", "polar"), strict=True):
            for atom, marker in zip(ATOMS, "osD^", strict=True):
                for who, style in (("truth", "-"), ("PosteriorPID", "")):
                    some = [r for r in rows if r["data"] == where and r["who"] == who]
                    x = [float(str(r["angle"])) for r in some]
                    y = [float(str(r[atom])) for r in some]
                    if style:
                        axis.plot(x, y, color=OF_ATOMS[atom], label=atom)
                    else:
                        axis.plot(x, y, marker, color=OF_ATOMS[atom], markersize=4)
            axis.set(xlabel="angle of the clouds, degrees", title=f"{where} coordinates")
            axis.spines[["top", "right"]].set_visible(False)
        axes[0].set_ylabel("bit")
        figure.legend(
            *axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=150)
        plt.close(figure)


def summary(rows: list[Row]) -> str:
    """Tables of the generated data and of the gates."""
    shown = [
        [str(r["data"]), str(r["who"]), *(f"{float(str(r[atom])):z.2f}" for atom in ATOMS)]
        for r in rows
        if r["data"] not in ("Cartesian", "polar")
    ]
    return page.markdown_table(["data", "by whom", *ATOMS], shown)


def main() -> None:
    """Run all parts, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few samples and angles")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    args = parser.parse_args()
    if args.quick:
        rows = bitwise() + generated(["synergy"], 400) + sweep([45.0], 300)
    else:
        degrees = [float(angle) for angle in range(0, 91, 10)]
        rows = bitwise() + generated([*published.SETTINGS], 20_000) + sweep(degrees, 5_000)
    keys = dict.fromkeys(key for row in rows for key in row)
    whole = [{key: row.get(key, "") for key in keys} for row in rows]
    page.write_csv(args.out / "figures" / "reproduce_tables.csv", whole)
    draw(rows, args.out / "figures" / "reproduce_tables.png")
    page.write_section(args.out / "how-to-choose.md", "published tables", summary(rows))


if __name__ == "__main__":
    main()
