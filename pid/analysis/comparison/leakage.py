"""Whether predictions look as if the model had seen the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from pid._types import Codes, Floats
from pid.analysis.comparison.predictions import Prediction
from pid.analysis.names import brief
from pid.core.symbols import encode
from pid.io.columns import Variable

ROWS = 3_000  # that are looked at
FOLDS, FEWEST = 3, 100  # of an honest classifier, and rows that it needs
ERRORS, AVOIDED = 4.0, 0.75  # standard errors above it, and share of its mistakes that it avoids
GOOD = 0.5  # accuracy below which nobody asks


def suspicions(
    predictions: Mapping[str, Prediction],
    sources: Sequence[Variable],
    codes: Codes,
    random_state: int | None,
) -> tuple[str, ...]:
    """A warning for each model that is far better than one that was judged on rows it had not seen.

    It may have been trained on these rows. It may also just be better: boosted trees on the columns
    as they are do not see what a network sees in pixels.

    Args:
        predictions: of all rows.
        sources: all of them.
        codes: classes of the rows.
        random_state: seed of the choice of rows.
    """
    rng = np.random.default_rng(random_state)
    rows = np.sort(rng.permutation(len(codes))[:ROWS])
    seen = codes[rows]
    common = np.bincount(seen)[seen] >= FOLDS  # others cannot be in every fold
    rows, seen = rows[common], seen[common]
    if len(rows) < FEWEST or len(np.unique(seen)) < 2:
        return ()
    suspicious = [name for name, p in predictions.items() if p.right[rows].mean() > GOOD]
    if not suspicious:
        return ()
    honest = _honest(np.hstack([_numbers(x, rows) for x in sources]), seen)
    found = []
    for name in suspicious:
        right = predictions[name].right[rows]
        gain = right.mean() - honest.mean()
        error = np.std(right.astype(float) - honest) / np.sqrt(len(rows))
        if gain > max(ERRORS * error, AVOIDED * (1 - honest.mean())):
            found.append(
                f"{brief(name, 60)} is right in {right.mean():.1%} of the rows, and trees that are "
                f"judged on rows they have not seen in {honest.mean():.1%}; if it was trained on "
                "these rows, its profile is of what it remembers: give predictions of other rows"
            )
    return tuple(found)


def _honest(X: Floats, codes: Codes) -> NDArray[np.bool_]:
    """Whether trees that have not seen a row are right about it."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    trees = HistGradientBoostingClassifier(
        max_iter=30, learning_rate=0.2, early_stopping=False, random_state=0
    )
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    # of so few rows one thread is as fast as two, which beside other work wait for each other
    with threadpool_limits(1, user_api="openmp"):
        return np.asarray(cross_val_predict(trees, X, codes, cv=folds) == codes)


def _numbers(x: Variable, rows: Codes) -> Floats:
    """Columns as numbers; symbols by their codes."""
    return np.column_stack(
        [
            column[rows].astype(np.float64)
            if column.dtype.kind in "biuf"
            else encode(column, x.role)[0][rows].astype(np.float64)
            for column in x.columns
        ]
    )
