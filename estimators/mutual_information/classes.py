"""What classifiers tell of symbols beyond chance, or beyond what others tell; in nats.

I(x; y) = H(y) - E[-log p(y | x)], with log p of rows that a classifier did not see: lower in
expectation, by as much as the classifier falls short. I(x; y | z) is the mean of
log p(y | x, z) - log p(y | z), of the same folds. How the loss falls from half of the rows says how
far it may still fall.
"""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from threadpoolctl import threadpool_limits

from pid._types import Codes, Floats
from pid.errors import InvalidInput
from pid.estimators.mutual_information.found import Found

FOLDS = 5
SMALLEST = 10  # rows of a class that classifiers learn
QUADRATIC, CUBIC = 20, 4  # columns up to which products of two, and of three, are made
FOR_TREES = 12  # and up to which trees see them, which takes long
LEAST = 1e-4  # of a probability: a row that was not seen proves none to be less
GROWING, NOTHING = 0.05, 0.01  # of the value, and nats that are none


def told(codes: Codes, views: list[Floats], rng: np.random.Generator) -> Found:
    """I(x; y | z) of symbols y; views are x and, where something is given, z.

    Raises:
        InvalidInput: fewer than two classes of ``SMALLEST`` rows.
    """
    kept, notes = _large_enough(codes)
    codes = np.unique(codes[kept], return_inverse=True)[1]
    views = [view[kept] for view in views]
    fold, order = _folds(codes, rng), rng.permutation(len(codes))
    whole, half = np.ones(len(codes), dtype=bool), np.zeros(len(codes), dtype=bool)
    half[order[::2]] = True
    all_rows, half_rows = (
        _log_p(np.hstack(views), codes, fold, learned=learned) for learned in (whole, half)
    )
    if len(views) == 2:
        known, known_half = (
            _log_p(views[1], codes, fold, learned=learned) for learned in (whole, half)
        )
    else:
        known = known_half = np.log(np.bincount(codes) / len(codes))[codes]
    seen = all_rows - known
    grown = seen - (half_rows - known_half)
    return _found(seen, grown, codes if len(views) == 1 else None, notes)


def _found(seen: Floats, grown: Floats, codes: Codes | None, notes: tuple[str, ...]) -> Found:
    n = len(seen)
    bias = 0.0 if codes is None else codes.max() / (2 * n)  # of the entropy of y, Miller's
    error, growth = float(seen.std()) / math.sqrt(n), float(grown.mean())
    surely = growth > 2 * float(grown.std()) / math.sqrt(n)
    to_go = max(growth, 0.0) if surely else 0.0
    value = float(seen.mean()) + bias + to_go
    low = value - to_go - 2 * error - 0.007
    high = value + 2 * error + 0.014 + 2 * to_go
    flags = ("still growing",) if to_go > max(GROWING * value, NOTHING) else ()
    return Found(value, low, high, "classifier", flags, notes)


def _large_enough(codes: Codes) -> tuple[Codes, tuple[str, ...]]:
    counts = np.bincount(codes)
    kept = np.flatnonzero(counts[codes] >= SMALLEST)
    if (counts >= SMALLEST).sum() < 2:
        raise InvalidInput(
            f"classifiers need two classes of at least {SMALLEST} rows each; got "
            f"{(counts >= SMALLEST).sum()}; join classes, or give more rows"
        )
    left = len(codes) - len(kept)
    notes = (f"left out {left:,} rows of classes with fewer than {SMALLEST}",) if left else ()
    return kept, notes


def _folds(codes: Codes, rng: np.random.Generator) -> Codes:
    fold = np.empty(len(codes), dtype=np.intp)
    split = StratifiedKFold(FOLDS, shuffle=True, random_state=int(rng.integers(2**31)))
    for k, (_, inside) in enumerate(split.split(codes, codes)):
        fold[inside] = k
    return fold


def _log_p(x: Floats, codes: Codes, fold: Codes, *, learned: NDArray[np.bool_]) -> Floats:
    """Log-probability of each row's class, by the best mixture of classifiers of other folds."""
    models = _models(x.shape[1])
    said = np.full((len(models), len(codes), int(codes.max()) + 1), LEAST)
    for k in range(FOLDS):
        rows, inside = (fold != k) & learned, fold == k
        for model, of in zip(models, said, strict=True):
            with threadpool_limits(1), warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                model.fit(x[rows], codes[rows])
                of[np.ix_(inside, model.classes_)] = model.predict_proba(x[inside])
    said = said.clip(LEAST)
    own = (said / said.sum(axis=2, keepdims=True))[:, np.arange(len(codes)), codes]
    mixtures = [np.log(weights @ own) for weights in _weights(len(models))]
    return max(mixtures, key=lambda log_p: float(log_p.mean()))


def _models(columns: int) -> list[Any]:
    """A straight line, trees, and, where columns are few, both of products of columns.

    Trees alone do not find what neither of two columns tells by itself.
    """
    line = LogisticRegression(C=0.3, max_iter=300)
    trees = HistGradientBoostingClassifier(
        max_iter=60, max_leaf_nodes=8, learning_rate=0.07, min_samples_leaf=20, random_state=0
    )
    models = [make_pipeline(StandardScaler(), line)]
    products = PolynomialFeatures(3 if columns <= CUBIC else 2, include_bias=False)
    if columns <= QUADRATIC:
        held = LogisticRegression(C=0.03, max_iter=300)
        models.append(make_pipeline(StandardScaler(), products, StandardScaler(), held))
    return [*models, make_pipeline(products, trees) if columns <= FOR_TREES else trees]


def _weights(models: int) -> list[Floats]:
    """Each alone, and pairs in equal parts."""
    alone = list(np.eye(models))
    return alone + [(alone[i] + alone[j]) / 2 for i in range(models) for j in range(i)]
