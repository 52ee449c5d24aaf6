"""Digits turned, and digits under noise: what coordination finds of their class; write a table.

    OMP_NUM_THREADS=1 python -m scripts.study_digits            # three minutes
    OMP_NUM_THREADS=1 python -m scripts.study_digits --quick    # seconds; shows that it works

The problem of Wang et al. (ICML 2015) with scikit-learn's digits: 5,000 pairs of 1,200 of them to
learn from, 1,500 pairs of the others to be judged by. The code of view 1 is clustered (k-means with
ten clusters, matched to the classes at best) and classified (a linear SVM, 1,500 labels). Goes on
where it was interrupted. Writes OUT/figures/study_digits.csv and its section of
OUT/coordination.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn import cross_decomposition
from sklearn.cluster import KMeans
from sklearn.svm import LinearSVC

from pid._types import Codes, Floats
from pid.estimators.coordination import CCA, Contrastive, DeepCCA
from pid.estimators.coordination.canonical import paired_correlations
from scripts import page
from scripts.coordination_data import Pairs, digit_pairs
from scripts.coordination_runs import PAGE, Row, Task, done_once, options, spread

COMPONENTS = 10


class Pixels:
    """No coordination at all."""

    def fit(self, X1: Floats, X2: Floats) -> Pixels:
        """Nothing is learned."""
        return self

    def transform(self, X1: Floats, X2: Floats) -> tuple[Floats, Floats]:
        """The sources."""
        return X1, X2


def methods(quick: bool) -> dict[str, Callable[[int], Any]]:
    """By name, from a seed."""
    deep = partial(DeepCCA, n_components=COMPONENTS, steps=20 if quick else 500)
    pairs = partial(Contrastive, n_components=COMPONENTS, steps=20 if quick else 500, batch=400)
    return {
        "pixels": lambda seed: Pixels(),
        "CCA": lambda seed: CCA(n_components=COMPONENTS, regularization=0.1, random_state=seed),
        "CCA of scikit-learn": lambda seed: cross_decomposition.CCA(COMPONENTS, max_iter=2000),
        "kernel CCA": lambda seed: CCA(
            n_components=COMPONENTS, kernel="rbf", regularization=0.02, random_state=seed
        ),
        "DCCA": lambda seed: deep(random_state=seed),
        "DCCAE, weight 0.02": lambda seed: deep(reconstruction=0.02, random_state=seed),
        "DCCAE, weight 0.2": lambda seed: deep(reconstruction=0.2, random_state=seed),
        "CLIP": lambda seed: pairs(random_state=seed),
        "VICReg": lambda seed: pairs(loss="vicreg", random_state=seed),
    }


def measured(task: Task, quick: bool) -> Iterable[Row]:
    """How well classes are found in the code of the first view."""
    training, test = digit_pairs(*((300, 200) if quick else (5_000, 1_500)), task.seed)
    started = time.perf_counter()
    model = methods(quick)[task.name](task.seed).fit(training.X1, training.X2)
    seconds = time.perf_counter() - started
    Z, _ = model.transform(training.X1, training.X2)
    W, W2 = model.transform(test.X1, test.X2)
    correlations = np.nan if task.name == "pixels" else paired_correlations(W, W2).sum()
    centre, scale = Z.mean(axis=0), Z.std(axis=0) + 1e-6
    found = _found((Z - centre) / scale, training, (W - centre) / scale, test)
    yield found | {"correlations": float(correlations), "seconds": seconds}


def _found(Z: Floats, training: Pairs, W: Floats, test: Pairs) -> Row:
    clusters = KMeans(10, n_init=10, random_state=0).fit(Z)
    some = slice(0, 1_500)
    svm = LinearSVC(C=0.1, max_iter=5_000).fit(Z[some], training.y[some])
    return {
        "clustering": matched_accuracy(clusters.predict(W), test.y),
        "svm": float(svm.score(W, test.y)),
    }


def matched_accuracy(clusters: Codes, y: Codes) -> float:
    """Share of rows that are right, with each cluster called by the class that suits best."""
    counts = np.zeros((10, 10))
    np.add.at(counts, (clusters, y), 1)
    return float(counts[linear_sum_assignment(-counts)].sum() / len(y))


def main() -> None:
    """Run the study and write what it says."""
    args = options(__doc__ or "")
    names = list(methods(args.quick))
    tasks = [Task(name, seed) for seed in args.seeds for name in names]
    frame = done_once(
        args.out / "figures" / "study_digits.csv", tasks, partial(measured, quick=args.quick)
    )
    lines = []
    for name in names:
        rows = frame[frame.task == name]
        shares = [spread(100 * rows[column], ".1f") for column in ("clustering", "svm")]
        lines.append(
            [name, *shares, spread(rows.correlations, ".2f"), page.duration(rows.seconds.median())]
        )
    header = ["code of view 1", "clustering, %", "linear SVM, %", "10 correlations", "time"]
    text = (
        f"Means of {len(args.seeds)} seeds, with the least and the largest; all on digits and "
        "pairs that nothing was learned from (`python -m scripts.study_digits`):\n\n"
    )
    page.write_section(args.out / PAGE, "study digits", text + page.markdown_table(header, lines))


if __name__ == "__main__":
    main()
