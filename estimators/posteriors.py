"""What each sample's features say of its class, by classifiers that have not seen the sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from pid.errors import InvalidInput

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

MEMBERS = 3  # networks for each fold, whose mean counts
HELD_OUT = 0.15  # of the training rows, to stop at
LEAST = 1e-6  # a probability below it is taken for it: no classifier knows so well


class Fold(NamedTuple):
    """Rows to learn from, and rows to say something of."""

    training: Rows
    test: Rows


def folds_of(
    y: NDArray[np.intp], count: int, groups: NDArray[np.intp] | None, random_state: int
) -> list[Fold]:
    """Folds with like shares of every class; rows of a group stay together.

    Raises:
        InvalidInput: a class, or with groups a number of groups, smaller than that of folds.
    """
    classes = np.bincount(y)
    if classes.min() < count:
        raise InvalidInput(
            f"{count} folds need as many samples of every class; the smallest class has "
            f"{classes.min()}: take fewer folds, or merge rare classes"
        )
    if groups is None:
        split = StratifiedKFold(count, shuffle=True, random_state=random_state)
        return [Fold(*pair) for pair in split.split(y, y)]
    if len(np.unique(groups)) < count:
        raise InvalidInput(f"{count} folds need at least as many groups; got {groups.max() + 1}")
    grouped = StratifiedGroupKFold(count, shuffle=True, random_state=random_state)
    found = [Fold(*pair) for pair in grouped.split(y, y, groups)]
    if any(len(np.unique(y[fold.training])) < len(classes) for fold in found):
        raise InvalidInput(
            "a class is in one fold's groups alone; take fewer folds or other groups"
        )
    return found


def out_of_fold(
    X: Floats, y: NDArray[np.intp], folds: Sequence[Fold], classifier: Any, random_state: int
) -> Floats:
    """Log-probabilities of the classes, shape (samples, classes), of rows that were left out.

    Args:
        X: shape (samples, columns).
        y: classes 0, 1, ..., shape (samples,).
        folds: which rows are left out together.
        classifier: "torch" or "sklearn" for networks that come with this package, or anything in
            scikit-learn's manner that has ``predict_proba``.
        random_state: seed.

    Raises:
        InvalidInput: a classifier that does not know all classes.
    """
    if classifier == "torch":
        return _by_networks(X, y, folds, random_state)
    made = _of_sklearn(random_state) if classifier == "sklearn" else classifier
    found = np.empty((len(y), int(y.max()) + 1))
    for fold in folds:
        fitted = clone(made).fit(X[fold.training], y[fold.training])
        said = np.asarray(fitted.predict_proba(X[fold.test]), dtype=np.float64)
        if said.shape != found[fold.test].shape:
            raise InvalidInput(
                f"predict_proba of {type(made).__name__} gave shape {said.shape}; expected "
                f"{found[fold.test].shape}: samples, and a column per class"
            )
        found[fold.test] = said
    return np.log(np.clip(found, LEAST, 1))


def _of_sklearn(random_state: int) -> Any:
    net = MLPClassifier((64, 64), early_stopping=True, max_iter=500, random_state=random_state)
    return make_pipeline(StandardScaler(), net)


def _by_networks(
    X: Floats, y: NDArray[np.intp], folds: Sequence[Fold], random_state: int
) -> Floats:
    import torch  # late, as is all of it: an extra

    from pid.estimators.training import train

    rng = np.random.default_rng(random_state)
    training, validation = [], []
    for fold in folds:
        for _ in range(MEMBERS):
            rows = rng.permutation(fold.training)
            cut = max(1, int(HELD_OUT * len(rows)))
            training.append(rows[cut:])
            validation.append(rows[:cut])
    features = torch.from_numpy(_standardised(X).astype(np.float32))
    classes = int(y.max()) + 1
    target = torch.from_numpy(y.astype(np.int64))
    nets = train(features, target, classes, training, validation, int(rng.integers(2**31)))
    found = np.empty((len(y), classes))
    for i, fold in enumerate(folds):
        chosen = range(MEMBERS * i, MEMBERS * (i + 1))
        found[fold.test] = nets.log_probabilities(features[torch.from_numpy(fold.test)], chosen)
    return np.maximum(found, np.log(LEAST))


def _standardised(X: Floats) -> Floats:
    largest = np.abs(X).max(axis=0)
    scaled = X / np.where(largest > 0, largest, 1)  # so that no square overflows
    deviation = scaled.std(axis=0)
    return np.asarray((scaled - scaled.mean(axis=0)) / np.where(deviation > 0, deviation, 1))
