"""Whether what rows add is true, adds up, costs little and has intervals that hold.

    OMP_NUM_THREADS=1 python -m scripts.study_rows            # 15 minutes on two cores
    OMP_NUM_THREADS=1 python -m scripts.study_rows --quick    # seconds; shows that it works

Means of rows beside atoms, on tables of many kinds. Of generators with known densities the values
of all rows by exact posteriors, and how they go with those of ``by_row``. Seconds of ``by_row``
beside those of ``quantify``. How often intervals of a profile by class hold the truth. Writes
OUT/figures/study_rows.csv and its marked sections of OUT/row-by-row.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

import pid
from pid._types import Floats
from pid.core.decomposition import ATOMS, atoms
from pid.datasets import continuous, gate, random
from pid.estimators.posterior.cells import cells_of
from pid.estimators.posterior.union import of_more_classes, of_two_classes
from scripts import page, study
from scripts.study import Row, Task

SAMPLES, SIZES = 3, (1000, 5000)
TABLES = 400  # of each kind
CELLS = 60  # of exact posteriors of three classes or more; 2.5 times as many have the truth
VARIES = 0.05  # bit of deviation over the rows, of an atom that is said to vary
DENSITIES = ("mixture", "copula", "angle30", "three", "four")
EMBEDDED = ("table332", "and")
COVERED = ("noisy and", "3x3x2", "3x3x3", "clouds")
REPLICATES, DRAWS = 100, 25  # of a profile; and profiles of each sample that is asked for
REPEATS = 5  # of what is timed
PLAIN: Mapping[str, Any] = {"interval": None, "correction": "none"}
KINDS: Mapping[str, Callable[[tuple[int, int, int], int], Floats]] = {
    "dense": lambda shape, seed: random.dirichlet(shape, random_state=seed),
    "sparse": lambda shape, seed: random.sparse(shape, density=0.3, random_state=seed),
    "log-normal": lambda shape, seed: random.log_normal(shape, sigma=8, random_state=seed),
    "maximum": lambda shape, seed: random.deterministic(
        (*shape[:2], max(shape[:2])), np.maximum, random_state=seed
    ),
}


def measured(task: Task) -> list[Row]:
    """Rows of one part of the study, for one problem and size."""
    part, name = task[0].split(": ")
    of_part = {"true": _true, "cost": _cost, "held": _held, "means": _means}
    return [
        {"part": part, "problem": name, "n": task[1]} | row for row in of_part[part](name, task)
    ]


def exact(data: continuous.Continuous) -> Floats:
    """R, U1, U2, S of each row in bit, by exact posteriors and the multipliers of their optimum."""
    assert data.posteriors is not None
    first, second, both = data.posteriors
    y, p_y = data.y, np.bincount(data.y) / len(data.y)
    if len(p_y) == 2:
        union = of_two_classes((first, second), y, p_y)
    else:
        union = of_more_classes(
            (first, second),
            y,
            p_y,
            lambda most: (cells_of(first, p_y, most, 0), cells_of(second, p_y, most, 0)),
            CELLS,
            1e-9,
        )
    told = (np.log(p[np.arange(len(y)), y] / p_y[y]) for p in (first, second, both))
    return np.asarray(np.array(atoms(union.of_rows, *told)) / np.log(2))


def of_table(data: continuous.Continuous, p: Floats) -> Floats:
    """The same of symbols that were embedded, by the cells of their table."""
    assert data.posteriors is not None
    cells = pid.decompose(p).by_cell(p)
    value = np.zeros((4, *p.shape))
    value[:, cells.x1, cells.x2, cells.y] = cells[list(ATOMS)].to_numpy().T
    symbols = []
    for axis, said in zip((1, 0), data.posteriors[:2], strict=True):
        of_symbol = p.sum(axis=axis) / p.sum(axis=(axis, 2))[:, None]
        symbols.append(np.abs(said[:, None] - of_symbol).sum(axis=2).argmin(axis=1))
    return np.asarray(value[:, symbols[0], symbols[1], data.y])


def _true(name: str, task: Task) -> list[Row]:
    """Correlations of values with true ones, of the atoms that vary."""
    rows: list[Row] = []
    for seed in range(task[2]):
        data = continuous.make(name, task[1], random_state=seed)
        found = pid.quantify(data.X1, data.X2, data.y, **PLAIN).by_row()
        if name in DENSITIES:
            truth = exact(data)
        else:
            truth = of_table(data, continuous._table_332() if name == "table332" else gate(name))
        for atom, values in zip(ATOMS, truth, strict=True):
            if values.std() > VARIES:
                right = float(np.corrcoef(found[atom], values)[0, 1])
                rows.append({"what": atom, "seed": seed, "value": right})
        away = found.residual.abs().iloc[0]
        rows.append({"what": "residual", "seed": seed, "value": float(away)})
    return rows


def _cost(name: str, task: Task) -> list[Row]:
    """Seconds of ``by_row`` and of ``quantify``, the least of several times."""
    data = continuous.angle(30, n=task[1])
    columns = [data.X1, data.X2]
    if name == "table":
        columns = [np.digitize(x[:, 0], [-1, 0, 1]).astype(str) for x in columns]
    quantified, of_rows = [], []
    for _ in range(1 if name == "posterior" else REPEATS):
        begin = time.perf_counter()
        q = pid.quantify(columns[0], columns[1], data.y, estimator=name)
        quantified.append(time.perf_counter() - begin)
    for _ in range(REPEATS):  # the first of which imports
        begin = time.perf_counter()
        q.by_row()
        of_rows.append(time.perf_counter() - begin)
    return [
        {"what": "quantify", "seed": 0, "value": min(quantified)},
        {"what": "by_row", "seed": 0, "value": min(of_rows)},
    ]


def _means(name: str, task: Task) -> list[Row]:
    """How far means by cell are from the atoms, beyond the certified gap, at most."""
    worst = 0.0
    for seed in range(TABLES if task[2] == SAMPLES else 20):
        rng = np.random.default_rng(seed)
        n1, n2, k = (int(size) for size in rng.integers(2, 7, size=3))
        p = KINDS[name]((n1, n2, k), seed)
        d = pid.decompose(p, on_fail="return")
        assert d.certificate is not None
        cells = d.by_cell(p)
        for atom, value in d.atoms.items():
            away = abs(float((cells.share * cells[atom]).sum()) - value) - max(d.certificate.gap, 0)
            worst = max(worst, away)
    return [{"what": "beyond the gap", "seed": 0, "value": worst}]


def _held(name: str, task: Task) -> list[Row]:
    """Whether intervals of a profile by class hold the truth, of samples of the first size."""
    rows: list[Row] = []
    if task[1] != SIZES[0]:
        return rows
    truth = _class_means(name)
    for seed in range(DRAWS * task[2]):
        frame = _drawn(name, task[1], seed).profile_by(replicates=REPLICATES)
        for atom in ATOMS:
            held = (frame[f"{atom}_low"] <= truth[atom]) & (truth[atom] <= frame[f"{atom}_high"])
            rows.append({"what": atom, "seed": seed, "value": float(held.mean())})
    return rows


def _table(name: str) -> Floats:
    if name == "noisy and":
        return gate("and") * 0.8 + 0.025
    shape = tuple(map(int, name.split("x")))
    return random.dirichlet(shape, random_state=1)


def _drawn(name: str, n: int, seed: int) -> pid.Quantification:
    if name == "clouds":
        data = continuous.angle(40, n=n, random_state=seed)
        found: pid.Quantification = pid.quantify(data.X1, data.X2, data.y, **PLAIN)
        return found
    p = _table(name)
    cells = np.random.default_rng(seed).choice(p.size, size=n, p=p.ravel())
    x1, x2, y = np.unravel_index(cells, p.shape)
    q: pid.Quantification = pid.quantify(x1, x2, y, estimator="table", **PLAIN)
    return q


def _class_means(name: str) -> pd.DataFrame:
    """The truth: means of each class."""
    if name == "clouds":
        data = continuous.angle(40, n=200_000, random_state=0)
        return pd.DataFrame(exact(data).T, columns=list(ATOMS)).groupby(data.y).mean()
    p = _table(name)
    cells = pid.decompose(p).by_cell(p)
    weighted = cells[list(ATOMS)].mul(cells.share, axis=0).groupby(cells.y).sum()
    return weighted.div(cells.groupby("y").share.sum(), axis=0)


def truths(frame: pd.DataFrame) -> str:
    """A line for every problem: correlations by atom, at the largest size; and residuals."""
    some = frame[frame.part == "true"]
    lines = []
    for (problem, n), rows in some.groupby(["problem", "n"], sort=False):
        found = rows.groupby("what").value.mean()
        lines.append(
            [str(problem), f"{n:,}"]
            + [f"{found[atom]:.3f}" if atom in found else "–" for atom in ATOMS]
            + [f"{found['residual']:.4f}"]
        )
    return page.markdown_table(["problem", "n", "R", "U1", "U2", "S", "residual"], lines)


def sums(frame: pd.DataFrame) -> str:
    """Means, seconds and coverage, a line each."""
    lines = []
    for (part, problem, n), rows in frame[frame.part != "true"].groupby(
        ["part", "problem", "n"], sort=False
    ):
        value = rows.groupby("what", sort=False).value.mean()
        said = ", ".join(f"{share:.2f}" for share in value)
        if part == "means":
            said = f"{value.max():.0e} bit beyond the certified gap"
        elif part == "cost":
            said = f"{value['by_row'] / value['quantify']:.1%} of {value['quantify']:.2f} s"
        what = {"means": "means of cells", "cost": "cost of by_row", "held": "intervals hold"}
        lines.append([what[str(part)], str(problem), "–" if part == "means" else f"{n:,}", said])
    return page.markdown_table(["what", "of", "n", "found"], lines)


def main() -> None:
    """Run the study and write what it says."""
    args = study.options(__doc__ or "", SAMPLES, SIZES)
    names = [f"true: {name}" for name in (*DENSITIES, *EMBEDDED)]
    names += [f"held: {name}" for name in COVERED]
    names += [f"cost: {name}" for name in ("table", "cluster", "posterior")]
    if args.quick:
        args.sizes = [300]
    rows: list[Row] = []
    for kind in tuple(KINDS)[: 1 if args.quick else None]:
        rows += measured((f"means: {kind}", 0, 1 if args.quick else SAMPLES))
    rows += study.collect(measured, args, names, ("true: angle30", "cost: table"))
    frame = pd.DataFrame(rows)
    page.write_csv(args.out / "figures" / "study_rows.csv", rows)
    page.write_section(args.out / "row-by-row.md", "truth of rows", truths(frame))
    page.write_section(args.out / "row-by-row.md", "sums of rows", sums(frame))


if __name__ == "__main__":
    main()
