"""What values of rows are good for: wrong labels, rows to train on, and beside another definition.

    OMP_NUM_THREADS=1 python -m scripts.study_row_uses            # 10 minutes on two cores
    OMP_NUM_THREADS=1 python -m scripts.study_row_uses --quick    # seconds; shows that it works

Labels of some rows are moved to another class: how well do values of rows tell which, beside the
loss of the same classifiers out of fold? A classifier is trained on rows that are chosen, or
weighted, by what they add: how often is it right about rows that nobody moved? And what the
pointwise redundancy of LSMI says of gates and of densities, in any unit. Writes
OUT/figures/study_row_uses.csv and its marked sections of OUT/row-by-row.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

import pid
from pid._types import Codes, Floats
from pid.core.decomposition import ATOMS
from pid.datasets import continuous, gate, load
from pid.datasets._densities import Mixture
from pid.datasets.continuous import MIXTURE
from scripts import page, study
from scripts.study import Row, Task
from scripts.study_rows import exact

SAMPLES, SIZES = 3, (2000,)
GENERATED, REAL = ("angle30", "mixture", "four"), ("breast_cancer", "wine")
MOVED = (0.05, 0.15)  # share of the labels
FRESH = 5000  # rows to be right about
GATES = ("copy", "and", "xor", "pointwise_unique", "rdn")
SCALES = (0.01, 1.0, 100.0)  # of x1, which changes nothing that it tells
PLAIN: Mapping[str, Any] = {"interval": None, "correction": "none"}
SCORES = ("loss", "total", "redundancy", "unique", "synergy", "union")


def measured(task: Task) -> list[Row]:
    """Rows of one part of the study."""
    part, name = task[0].split(": ")
    of_part = {"wrong": _wrong, "chosen": _chosen, "beside": _beside}
    about: Row = {"part": part, "problem": name}
    return [about | row for row in of_part[part](name, task)]


def _data(name: str, n: int, seed: int) -> tuple[Floats, Floats, Codes]:
    if name in REAL:
        table = load(name)
        codes = pd.factorize(table.y, sort=True)[0]
        return table.X1.to_numpy(float), table.X2.to_numpy(float), codes
    data = continuous.make(name, n, random_state=seed)
    return data.X1, data.X2, data.y


def moved(y: Codes, share: float, seed: int) -> tuple[Codes, Floats]:
    """Labels, some of them those of another class, and which."""
    rng = np.random.default_rng(seed)
    wrong = rng.random(len(y)) < share
    others = (y + rng.integers(1, y.max() + 1, size=len(y))) % (y.max() + 1)
    return np.where(wrong, others, y), wrong.astype(float)


def scores(X1: Floats, X2: Floats, y: Codes) -> dict[str, Floats]:
    """What is small where a row speaks against its label; the loss is negative for that."""
    q = pid.quantify(X1, X2, y, estimator="posterior", **PLAIN)
    rows = q.by_row()
    said = q.fitted.posterior12_[np.arange(len(y)), y]
    return {
        "loss": np.log(said),
        "total": rows.total.to_numpy(),
        "redundancy": rows.redundancy.to_numpy(),
        "unique": (rows.unique1 + rows.unique2).to_numpy(),
        "synergy": rows.synergy.to_numpy(),
        "union": (rows.total - rows.synergy).to_numpy(),
    }


def _wrong(name: str, task: Task) -> list[Row]:
    """Area under the ROC curve of wrong labels against right ones."""
    rows: list[Row] = []
    for seed in range(task[2]):
        X1, X2, y = _data(name, task[1], seed)
        for share in MOVED:
            labels, wrong = moved(y, share, seed)
            for score, value in scores(X1, X2, labels).items():
                auc = float(roc_auc_score(wrong, -value))
                rows.append({"what": f"{share:.0%}", "of": score, "seed": seed, "value": auc})
    return rows


def _chosen(name: str, task: Task) -> list[Row]:
    """How often a classifier is right that was trained on some of the rows."""
    rows: list[Row] = []
    for seed in range(task[2]):
        X1, X2, y = _data(name, task[1] + FRESH, seed)
        n, X = task[1], np.hstack([X1, X2])
        for share in (0.0, MOVED[-1]):
            labels, _ = moved(y[:n], share, seed)
            found = scores(X1[:n], X2[:n], labels)
            chance = np.random.default_rng(seed).random(n)
            kept = {"all": np.ones(n), "weighted by p": np.exp(found["loss"])}
            for part in (0.85, 0.5):
                for by, value in (found | {"chance": chance}).items():
                    if by != "total":  # the order of which is nearly that of the loss
                        kept[f"{part:.0%} by {by}"] = value >= np.quantile(value, 1 - part)
            for how, weight in kept.items():
                some = weight > 0
                model = HistGradientBoostingClassifier(max_iter=60, random_state=0)
                model.fit(X[:n][some], labels[some], sample_weight=weight[some])
                right = float((model.predict(X[n:]) == y[n:]).mean())
                rows.append({"what": f"{share:.0%}", "of": how, "seed": seed, "value": right})
    return rows


def pointwise_redundancy(h: Floats, h_given_y: Floats, i12: Floats) -> Floats:
    """R, U1, U2, S of each row as LSMI has them, from -log p(x) and -log p(x | y) of both sources.

    r = min(h1, h2) - min(h1 - i1, h2 - i2), and what is left of i1, i2 and i12 (Yang et al., ICML
    2025; without the shift that makes means positive).
    """
    r = h.min(axis=0) - h_given_y.min(axis=0)
    i1, i2 = h - h_given_y
    return np.array([r, i1 - r, i2 - r, i12 - i1 - i2 + r])


def _beside(name: str, task: Task) -> list[Row]:
    """Means of both definitions, and how values of rows go together."""
    rows: list[Row] = []

    def said(what: str, theirs: Floats, ours: Floats, weight: Floats) -> None:
        for atom, one, other in zip(ATOMS, theirs, ours, strict=True):
            for of, values in (("LSMI", one), ("by_row", other)):
                mean = float(weight @ values)
                rows.append({"what": what, "of": f"{of} {atom}", "seed": 0, "value": mean})

    if name in GATES:
        p = gate(name)
        cells = pid.decompose(p).by_cell(p)
        at = cells.x1, cells.x2, cells.y
        p_y, p1, p2 = p.sum((0, 1)), p.sum(1), p.sum(0)
        h = -np.log2([p1.sum(1)[at[0]], p2.sum(1)[at[1]]])
        given = -np.log2([p1[at[0], at[2]] / p_y[at[2]], p2[at[1], at[2]] / p_y[at[2]]])
        theirs = pointwise_redundancy(h, given, cells.total.to_numpy())
        said("–", theirs, cells[list(ATOMS)].to_numpy().T, cells.share.to_numpy())
        return rows
    data = continuous.densities(*MIXTURE, (0.5, 0.5), n=FRESH, dimensions=1)
    assert data.posteriors is not None
    ours, y = exact(data), data.y
    total = np.log2(data.posteriors[2][np.arange(FRESH), y] / 0.5)
    logs = np.array(
        [
            [Mixture(tuple(components)).log_density(X[:, 0]) for components in classes]
            for classes, X in zip(MIXTURE, (data.X1, data.X2), strict=True)
        ]
    )
    for scale in SCALES:
        density = logs - np.log(np.sqrt(2 * np.pi) * np.array([scale, 1.0]))[:, None, None]
        given = -density[:, y, np.arange(FRESH)] / np.log(2)
        h = -np.logaddexp.reduce(density + np.log(0.5), axis=1) / np.log(2)
        theirs = pointwise_redundancy(h, given, total)
        said(f"x1 times {scale:g}", theirs, ours, np.full(FRESH, 1 / FRESH))
    return rows


def table_of_wrong(frame: pd.DataFrame) -> str:
    """A line a problem and share of wrong labels: the mean area of each score."""
    some = frame[frame.part == "wrong"]
    lines = [
        [str(problem), str(share), *(f"{rows[rows.of == of].value.mean():.3f}" for of in SCORES)]
        for (problem, share), rows in some.groupby(["problem", "what"], sort=False)
    ]
    return page.markdown_table(["problem", "wrong", *SCORES], lines)


def table_of_chosen(frame: pd.DataFrame) -> str:
    """A line for every way to choose: how often right, by problem and share of wrong labels."""
    some = frame[frame.part == "chosen"]
    means = some.groupby(["of", "problem", "what"], sort=False).value.mean().unstack([1, 2])
    header = ["rows", *(" with ".join(map(str, column)) + " wrong" for column in means.columns)]
    lines = [[str(of), *(f"{value:.1%}" for value in line)] for of, line in means.iterrows()]
    return page.markdown_table(header, lines)


def table_of_beside(frame: pd.DataFrame) -> str:
    """Means of R, U1, U2, S by both definitions."""
    lines = []
    some = frame[frame.part == "beside"]
    for (problem, what), rows in some.groupby(["problem", "what"], sort=False):
        value = dict(zip(rows.of, rows.value, strict=True))
        for of in ("LSMI", "by_row"):
            numbers = [f"{value[f'{of} {atom}']:z.3f}" for atom in ATOMS]
            lines.append([str(problem), str(what), of, *numbers])
    return page.markdown_table(["problem", "unit", "by", "R", "U1", "U2", "S"], lines)


def main() -> None:
    """Run the study and write what it says."""
    args = study.options(__doc__ or "", SAMPLES, SIZES)
    if args.quick:
        args.sizes = [300]
    names = [f"wrong: {name}" for name in (*GENERATED, *REAL)]
    names += [f"chosen: {name}" for name in ("mixture", "copula")]
    names += [f"beside: {name}" for name in (*GATES, "mixture")]
    quick = "wrong: angle30", "beside: and", "beside: mixture"
    rows = study.collect(measured, args, names, quick)
    frame = pd.DataFrame(rows)
    page.write_csv(args.out / "figures" / "study_row_uses.csv", rows)
    place = args.out / "row-by-row.md"
    page.write_section(place, "wrong labels", table_of_wrong(frame))
    if not args.quick:
        page.write_section(place, "chosen rows", table_of_chosen(frame))
    page.write_section(place, "beside LSMI", table_of_beside(frame))


if __name__ == "__main__":
    main()
