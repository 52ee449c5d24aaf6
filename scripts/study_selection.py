"""``pid.SelectByPID`` beside mutual information and mRMR: how well models of k columns name y.

    OMP_NUM_THREADS=1 python -m scripts.study_selection           # about ten minutes
    OMP_NUM_THREADS=1 python -m scripts.study_selection --quick   # one table, a minute

Columns are chosen on four fifths of the rows, by each selector of the same rows, and a logistic
regression and boosted trees of these columns are judged on the others, five times. Real tables are
those of scikit-learn. Of the generated ones, "copies" has three columns that tell, with five noisy
copies of each, "exclusive or" has two columns that tell together alone, among noise, and "both" has
all of this. Writes OUT/figures/study_selection.csv and a marked section of OUT/selection.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer, load_digits, load_wine
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_selection import mutual_info_classif
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import mutual_info_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import pid
from pid._types import Codes, Floats
from pid.discretization.quantiles import assign, quantile_edges
from scripts import page

ROWS = 2000  # of generated tables
NOISE = 0.3  # of a copy, in its standard deviations
BINS = 8  # of a column, for mRMR
FOLDS = 5

Ranked = Callable[[Floats, Codes, int], Sequence[int]]  # the first k columns, the best first
Row = dict[str, object]


class Table(NamedTuple):
    """Columns, classes, and how many columns to keep."""

    X: Floats
    y: Codes
    sizes: tuple[int, ...]


def real(load: Callable[..., Any], sizes: tuple[int, ...]) -> Table:
    """A table of scikit-learn."""
    X, y = load(return_X_y=True)
    return Table(X, y, sizes)


def generated(name: str, seed: int = 0) -> Table:
    """Three columns that tell, copies of them, an exclusive or, and noise; or some of it."""
    rng = np.random.default_rng(seed)
    told, two, noise = (rng.normal(size=(ROWS, d)) for d in (3, 2, 10))
    copies = np.repeat(told, 5, axis=1) + NOISE * rng.normal(size=(ROWS, 15))
    line = told.sum(axis=1) + 0.5 * rng.normal(size=ROWS) > 0
    odd = (two > 0).sum(axis=1) % 2 == 1
    asks = rng.random(ROWS) < 0.5  # of a row of both, which of the two it is of
    if name == "copies":
        return Table(np.hstack([told, copies, noise]), line.astype(int), (2, 3, 6))
    if name == "exclusive or":
        flipped = odd ^ (rng.random(ROWS) < 0.1)
        return Table(np.hstack([two, noise]), flipped.astype(int), (2, 4))
    y = np.where(asks, line, odd).astype(int)
    return Table(np.hstack([told, copies, two, noise]), y, (3, 5, 8))


def tables(*, quick: bool) -> dict[str, Table]:
    """Real and generated ones."""
    if quick:
        return {"wine": real(load_wine, (2,))}
    return {
        "wine": real(load_wine, (2, 4, 6)),
        "breast cancer": real(load_breast_cancer, (3, 5, 10)),
        **{name: generated(name) for name in ("copies", "exclusive or", "both")},
        "digits": real(load_digits, (5, 10)),
    }


def by_information(X: Floats, y: Codes, k: int) -> Sequence[int]:
    """Those that each tell the most: ``SelectKBest(mutual_info_classif)``."""
    told = mutual_info_classif(X, y, random_state=0)
    return [int(i) for i in np.argsort(-told, kind="stable")[:k]]


def by_mrmr(X: Floats, y: Codes, k: int) -> Sequence[int]:
    """Peng et al. (2005): next comes the largest I(Y; X) less the mean of I(X; kept)."""
    codes = [assign(column, quantile_edges(column, BINS)) for column in X.T]
    told = np.array([mutual_info_score(code, y) for code in codes])
    kept, like = [int(told.argmax())], np.zeros(len(codes))
    while len(kept) < k:
        like += [mutual_info_score(code, codes[kept[-1]]) for code in codes]
        worth = told - like / len(kept)
        worth[kept] = -np.inf
        kept.append(int(worth.argmax()))
    return kept


def by_pid(X: Floats, y: Codes, k: int) -> Sequence[int]:
    """Unique and synergistic information, given what is kept."""
    found = pid.SelectByPID(k).fit(X, y)
    return [int(i) for i in np.argsort(found.ranking_, kind="stable")[:k]]


def by_pid_alone(X: Floats, y: Codes, k: int) -> Sequence[int]:
    """As many as it keeps."""
    found = pid.SelectByPID().fit(X, y)
    return [int(i) for i in found.get_support(indices=True)]


SELECTORS: dict[str, Ranked] = {
    "mutual information": by_information,
    "mRMR": by_mrmr,
    "SelectByPID": by_pid,
}


def right(X: Floats, y: Codes, train: Codes, test: Codes, columns: Sequence[int]) -> list[float]:
    """Share of rows that a logistic regression and boosted trees of these columns name right."""
    models: tuple[Any, ...] = (
        make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000)),
        HistGradientBoostingClassifier(max_iter=60, random_state=0),
    )
    of = X[:, columns]
    return [model.fit(of[train], y[train]).score(of[test], y[test]) for model in models]


def measured(name: str, table: Table, *, folds: int) -> list[Row]:
    """Every selector at every size, as means over folds; "auto" and all columns besides."""
    X, y, sizes = table
    everything = list(range(X.shape[1]))
    shares: dict[tuple[str, str], list[list[float]]] = {}
    for train, test in StratifiedKFold(folds, shuffle=True, random_state=0).split(X, y):
        for selector, ranked in SELECTORS.items():
            begin = time.perf_counter()
            columns = ranked(X[train], y[train], max(sizes))
            seconds = time.perf_counter() - begin
            for k in sizes:
                found = right(X, y, train, test, columns[:k])
                shares.setdefault((selector, str(k)), []).append([*found, k, seconds])
        begin = time.perf_counter()
        columns = by_pid_alone(X[train], y[train], 0)
        seconds = time.perf_counter() - begin
        for selector, size, some in (("SelectByPID", "auto", columns), ("all", "all", everything)):
            found = right(X, y, train, test, some)
            shares.setdefault((selector, size), []).append([*found, len(some), seconds])
    rows: list[Row] = []
    for (selector, size), values in shares.items():
        means, spread = np.mean(values, axis=0), np.std(values, axis=0)
        told = dict(
            zip(("logistic", "boosting", "columns", "seconds"), means.tolist(), strict=True)
        )
        spreads = {"logistic_sd": float(spread[0]), "boosting_sd": float(spread[1])}
        rows.append({"table": name, "selector": selector, "k": size, **told, **spreads})
        print(rows[-1], file=sys.stderr, flush=True)
    return rows


def report(rows: Sequence[Row]) -> str:
    """Accuracy of boosted trees and of a logistic regression, a line for each table and k."""
    frame = pd.DataFrame(rows)
    lines = []
    for (name, k), some in frame[frame.selector != "all"].groupby(["table", "k"], sort=False):
        of = some.set_index("selector")
        cells = []
        for selector in SELECTORS:
            there = selector in of.index
            cells.append(
                f"{100 * of.boosting[selector]:.1f} / {100 * of.logistic[selector]:.1f}"
                if there
                else ""
            )
        kept = of["columns"].iloc[0]
        lines.append((str(name), f"{k}: {kept:.1f}" if k == "auto" else str(k), *cells))
    text = page.markdown_table(("table", "k", *SELECTORS), lines)
    largest = (
        frame[~frame.k.isin(["auto", "all"])].groupby(["table", "selector"], sort=False).last()
    )
    seconds = []
    for name in frame.table.unique():
        times = (f"{largest.seconds[name, selector]:.2f} s" for selector in SELECTORS)
        whole = frame[(frame.table == name) & (frame.selector == "all")].iloc[0]
        full = f"{100 * whole.boosting:.1f} / {100 * whole.logistic:.1f}"
        seconds.append((str(name), f"{whole['columns']:.0f}", full, *times))
    header = ("table", "columns", "of all columns", *(f"seconds, {s}" for s in SELECTORS))
    return f"{text}\n\n{page.markdown_table(header, seconds)}"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    args = parser.parse_args()
    rows: list[Row] = []
    for name, table in tables(quick=args.quick).items():
        rows += measured(name, table, folds=2 if args.quick else FOLDS)
    page.write_csv(args.out / "figures" / "study_selection.csv", rows)
    page.write_section(
        args.out / "selection.md",
        "selection",
        "Accuracy in percent, of boosted trees / of a logistic regression, means over five folds "
        f"(`python -m scripts.study_selection`):\n\n{report(rows)}",
    )


if __name__ == "__main__":
    main()
