"""Given posteriors: errors, intervals, calibration, cells, time, and a training as a picture.

    python -m scripts.study_posteriors           # about ten minutes on one core
    python -m scripts.study_posteriors --quick   # seconds; shows that it works

Writes OUT/figures/study_posteriors.csv, .png and its marked section of OUT/posteriors.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

import numpy as np
from sklearn.neural_network import MLPClassifier

import pid
from pid._types import Codes, Floats
from pid.core.decomposition import ATOMS
from pid.datasets import continuous
from pid.estimators.posterior.cells import cells_of
from pid.estimators.posterior.halving import halved
from scripts import page

NAMES = (*ATOMS, "total")
Row = dict[str, object]
POWER = 2.0  # that overconfident probabilities are raised to
BLURRED = 0.5  # and underconfident ones
MANY = 96  # cells, four times as many as usual


def powered(p: Floats, power: float) -> Floats:
    """Surer of all classes alike, or less sure."""
    raised = p**power
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def errors(problems: Sequence[str], sizes: Sequence[int], repeats: int) -> list[Row]:
    """Mean absolute error of the atoms and coverage of the intervals, by what is given."""
    rows: list[Row] = []
    for n in sizes:
        found: dict[str, list[tuple[Floats, Floats]]] = {}
        for name in problems:
            for seed in range(repeats):
                data = continuous.make(name, n=n, random_state=seed)
                assert data.posteriors is not None
                truth = np.array([*data.atoms.values(), sum(data.atoms.values())])
                sure, unsure = (
                    [powered(p, power) for p in data.posteriors] for power in (POWER, BLURRED)
                )
                exact = list(data.posteriors)
                for case, posteriors, y, calibrate in (
                    ("exact, y", exact, data.y, False),
                    ("exact, y, calibrated", exact, data.y, True),
                    ("exact, decision", exact, None, False),
                    ("too sure, y", sure, data.y, False),
                    ("too sure, y, calibrated", sure, data.y, True),
                    ("too unsure, y, calibrated", unsure, data.y, True),
                ):
                    p1, p2, p12 = posteriors
                    q = pid.quantify_posteriors(p1, p2, p12, y, calibrate=calibrate)
                    assert q.interval is not None
                    low, high = np.array([q.interval[atom] for atom in NAMES]).T
                    off = np.array([getattr(q.best, atom) for atom in NAMES]) - truth
                    inside = (low <= truth) & (truth <= high)
                    found.setdefault(case, []).append((off, inside))
        for case, pairs in found.items():
            off, inside = (np.array(part) for part in zip(*pairs, strict=True))
            rows.append(
                {
                    "part": "errors",
                    "case": case,
                    "n": n,
                    "draws": len(off),
                    "error": np.abs(off[:, :4]).mean(),
                    "coverage": inside.mean(),
                    "worst": inside.mean(axis=0).min(),
                }
            )
            print(rows[-1], file=sys.stderr, flush=True)
    return rows


def clouds(classes: int, n: int, spread: float, seed: int) -> tuple[Floats, Floats, Floats, Codes]:
    """Exact posteriors of normal clouds of three columns in each source, independent given y."""
    rng = np.random.default_rng(seed)
    y = np.random.default_rng(99).integers(classes, size=n)
    logs = []
    for _ in range(2):
        centres = spread * rng.normal(size=(classes, 3))
        x = centres[y] + rng.normal(size=(n, 3))
        logs.append(-((x[:, None] - centres) ** 2).sum(axis=2) / 2)
    said = [np.exp(each - each.max(axis=1, keepdims=True)) for each in (*logs, logs[0] + logs[1])]
    first, second, both = (p / p.sum(axis=1, keepdims=True) for p in said)
    return first, second, both, y


def by_k_means(posterior: Floats, sizes: Sequence[int]) -> list[Codes]:
    """What stands in for ``halved``."""
    return [cells_of(posterior, posterior.mean(axis=0), size, 0).labels for size in sizes]


def cells(classes: Sequence[int], n: int, repeats: int) -> list[Row]:
    """How far atoms by halving and by k-means are from those of four times as many cells; CPU time.

    Those are by k-means, so that halving has no advantage.
    """
    rows: list[Row] = []
    for k in classes:
        apart: dict[str, list[float]] = {"halving": [], "k-means": []}
        seconds = {"halving": 0.0, "k-means": 0.0}
        for seed in range(repeats):
            first, second, both, y = clouds(k, n, 1.0, seed)
            with mock.patch("pid.estimators.posterior.given.halved", by_k_means):
                many = pid.quantify_posteriors(first, second, both, y, interval=None, n_cells=MANY)
            for how, make in (("halving", halved), ("k-means", by_k_means)):
                with mock.patch("pid.estimators.posterior.given.halved", make):
                    begin = time.process_time()
                    q = pid.quantify_posteriors(first, second, both, y, interval=None)
                    seconds[how] += time.process_time() - begin
                off = [q.best.atoms[atom] - many.best.atoms[atom] for atom in ATOMS]
                apart[how].append(float(np.abs(off).max()))
        row: Row = {"part": "cells", "case": f"{k} classes", "n": n, "draws": repeats}
        row |= {f"off by {how}": float(np.mean(each)) for how, each in apart.items()}
        rows.append(row | {how: spent / repeats for how, spent in seconds.items()})
        print(rows[-1], file=sys.stderr, flush=True)
    return rows


def times(cases: Sequence[tuple[int, int, int]]) -> list[Row]:
    """CPU time of layers whose clouds come apart, (layers, rows, classes)."""
    rows: list[Row] = []
    for layers, n, k in cases:
        made = [clouds(k, n, 2 * i / layers, i) for i in range(layers)]
        first, second, both = (np.stack(p) for p in list(zip(*made, strict=True))[:3])
        y = made[0][3]
        for case, target in (("y", y), ("decision", None)):
            wall, begin = time.perf_counter(), time.process_time()
            pid.quantify_posteriors(first, second, both, target, axis="layer")
            seconds = time.process_time() - begin
            row: Row = {"part": "times", "case": f"{layers} x {n:,} x {k}, {case}", "n": n}
            rows.append(row | {"seconds": seconds, "wall": time.perf_counter() - wall})
            print(rows[-1], file=sys.stderr, flush=True)
    return rows


def training(epochs: int, n: int) -> pid.Trajectory:
    """Networks of each source and of both, epoch by epoch, on rows they do not learn from.

    Of four classes one bit is in both sources, and one is the exclusive or of two signs.
    """
    rng = np.random.default_rng(0)
    shared, left, right = rng.integers(2, size=(3, 2 * n))
    y = 2 * shared + (left ^ right)
    x1, x2 = (
        np.column_stack([2 * bit - 1 for bit in (shared, own)]) + 0.5 * rng.normal(size=(2 * n, 2))
        for own in (left, right)
    )
    said = []
    for x in (x1, x2, np.hstack([x1, x2])):
        net = MLPClassifier(32, learning_rate_init=1e-3, random_state=0)
        by_epoch = []
        for _ in range(epochs):
            net.partial_fit(x[:n], y[:n], classes=np.arange(4))
            by_epoch.append(net.predict_proba(x[n:]))
        said.append(np.stack(by_epoch))
    p1, p2, p12 = said
    names = ("x1", "x2", "class")
    positions = list(range(1, epochs + 1))
    return pid.quantify_posteriors(
        p1, p2, p12, y[n:], calibrate=True, axis="epoch", positions=positions, names=names
    )


def picture(found: pid.Trajectory, path: Path) -> None:
    """The atoms along the training."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, ax = plt.subplots(figsize=(4.2, 3.2), layout="constrained")
    pid.plot.trajectory(found, ax)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=180)
    plt.close(figure)


def summary(rows: list[Row], found: pid.Trajectory) -> str:
    """The tables of the page."""
    parts = {part: [r for r in rows if r["part"] == part] for part in ("errors", "cells", "times")}
    sizes = list(dict.fromkeys(r["n"] for r in parts["errors"]))
    by = {(r["case"], r["n"]): r for r in parts["errors"]}
    of_errors = page.markdown_table(
        ["given", *(f"n = {n:,}: error, bit (coverage)" for n in sizes)],
        [
            [
                case,
                *(f"{by[case, n]['error']:.4f} ({by[case, n]['coverage']:.2f})" for n in sizes),
            ]
            for case in dict.fromkeys(str(r["case"]) for r in parts["errors"])
        ],
    )
    of_cells = page.markdown_table(
        ["cells", "off by halving, bit", "by k-means", "CPU by halving", "by k-means"],
        [
            [
                str(r["case"]),
                *(f"{r[f'off by {how}']:.4f}" for how in ("halving", "k-means")),
                *(page.duration(float(str(r[how]))) for how in ("halving", "k-means")),
            ]
            for r in parts["cells"]
        ],
    )
    of_times = page.markdown_table(
        ["layers x rows x classes, target", "CPU"],
        [[str(r["case"]), page.duration(float(str(r["seconds"])))] for r in parts["times"]],
    )
    last = found[-1].best
    return "\n\n".join(
        [
            page.machine(1),
            of_errors,
            of_cells,
            of_times,
            f"At the last of {len(found)} epochs: redundancy {last.redundancy:.2f} bit, synergy "
            f"{last.synergy:.2f} bit.",
        ]
    )


def main() -> None:
    """Run all parts, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small sizes, few samples")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    args = parser.parse_args()
    if args.quick:
        rows = errors(["mixture"], [200], 2) + cells([3], 300, 1) + times([(2, 200, 3)])
        found = training(3, 200)
    else:
        rows = errors(list(continuous.PROBLEMS), [300, 1000, 3000], 10)
        rows += cells([3, 4, 8], 5000, 4)
        rows += times([(100, 5000, 2), (100, 5000, 4), (20, 5000, 8)])
        found = training(40, 4000)
    keys = dict.fromkeys(key for row in rows for key in row)
    whole = [{key: row.get(key, "") for key in keys} for row in rows]
    page.write_csv(args.out / "figures" / "study_posteriors.csv", whole)
    picture(found, args.out / "figures" / "study_posteriors.png")
    page.write_section(args.out / "posteriors.md", "posteriors study", summary(rows, found))


if __name__ == "__main__":
    main()
