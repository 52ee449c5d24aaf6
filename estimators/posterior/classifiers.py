"""What each sample's features say of its class, by classifiers that have not seen the sample."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold
from sklearn.neural_network import MLPClassifier

from pid._types import Codes, Floats
from pid.errors import InvalidInput, need
from pid.estimators.neural.features import Features, order_of_columns

HELD_OUT = 0.1  # of the training rows, to stop at
EPOCHS = 30  # of scikit-learn's network
FOLDS = ((20_000, 5), (200_000, 3))  # up to so many samples; beyond them 2
RANKS = (1, 2, 4, None)  # of the networks: few directions tell most of y in many data
WITHOUT_TORCH = (
    "without torch: networks by scikit-learn, slower and less exact, which say other numbers; for "
    "torch, in the folder of the project: pip install '.[neural]'"
)
LEAST = 1e-6  # a probability below it is taken for it: no classifier knows so well


class Network(NamedTuple):
    """The networks that come with this package.

    ``rank``: directions of the features that they look at, None for all; ``device``: of torch.
    """

    rank: int | None
    device: str


class Fold(NamedTuple):
    """Rows to learn from, and rows to say something of."""

    training: Codes
    test: Codes


def folds_of(
    y: Codes,
    count: int,
    groups: Codes | None,
    random_state: int,
    rows: Codes | None = None,
) -> list[Fold]:
    """Folds with like shares of every class; rows of a group stay together.

    Args:
        y: classes 0, 1, ...
        count: how many folds.
        groups: numbers of groups, or None.
        random_state: seed.
        rows: those to divide, in rising order; all if left out.

    Raises:
        InvalidInput: a class, or with groups a number of groups, smaller than that of folds.
    """
    rows = np.arange(len(y)) if rows is None else rows
    of_rows = y[rows]
    classes = np.bincount(of_rows, minlength=int(y.max()) + 1)
    if classes.min() < count:
        raise InvalidInput(
            f"{count} folds need as many samples of every class; the smallest class has "
            f"{classes.min()}: take fewer folds, or merge rare classes"
        )
    if groups is None:
        split = StratifiedKFold(count, shuffle=True, random_state=random_state)
        pairs = split.split(of_rows, of_rows)
        return [Fold(rows[training], rows[test]) for training, test in pairs]
    of_groups = groups[rows]
    if len(np.unique(of_groups)) < count:
        raise InvalidInput(
            f"{count} folds need at least as many groups; got {len(np.unique(of_groups))}"
        )
    grouped = StratifiedGroupKFold(count, shuffle=True, random_state=random_state)
    pairs = grouped.split(of_rows, of_rows, of_groups)
    found = [Fold(rows[training], rows[test]) for training, test in pairs]
    if any(len(np.unique(y[fold.training])) < len(classes) for fold in found):
        raise InvalidInput(
            "a class is in one fold's groups alone; take fewer folds or other groups"
        )
    return found


def out_of_fold(
    sources: Sequence[Features],
    y: Codes,
    partitions: Sequence[Sequence[Fold]],
    classifier: Any,
    random_state: int,
    groups: Codes | None = None,
) -> Floats:
    """Log-probabilities of the classes, by classifiers that learned from the other folds.

    Args:
        sources: features that the classifier sees side by side, of all samples.
        y: classes 0, 1, ..., shape (samples,).
        partitions: the same rows divided once or several times; probabilities are averaged.
        classifier: a ``Network``, or anything in scikit-learn's manner with ``predict_proba``.
        random_state: seed.
        groups: numbers of groups of rows, which networks also hold out whole to stop at; or None.

    Returns:
        Shape (rows, classes), of the divided rows in rising order.

    Raises:
        InvalidInput: a classifier that does not know all classes.
    """
    rows = np.sort(np.concatenate([fold.test for fold in partitions[0]]))
    if not sum(source.width for source in sources):
        shares = np.bincount(y[rows]) / len(rows)
        return np.asarray(np.tile(np.log(np.maximum(shares, LEAST)), (len(rows), 1)))
    if isinstance(classifier, Network):
        said = _by_networks(sources, y, partitions, classifier, random_state, groups)
    else:
        said = _by_sklearn(sources, y, partitions, classifier)
    return np.asarray(np.log(np.clip(said[rows], LEAST, 1)))


def shape_of(
    sources: Sequence[Features],
    y: Codes,
    partitions: Sequence[Sequence[Fold]],
    classifier: Any,
    random_state: int,
    groups: Codes | None = None,
) -> tuple[int, int]:
    """Of what ``out_of_fold`` returns."""
    return sum(len(fold.test) for fold in partitions[0]), int(y.max()) + 1


def held_out(rows: Codes, groups: Codes | None, rng: np.random.Generator) -> tuple[Codes, Codes]:
    """A tenth of the rows to stop at, drawn at random, and those to learn from.

    Rows of a group are on one side: else those to stop at would know what was learned by heart, and
    training would go on for too long.

    Args:
        rows: those to divide.
        groups: number of the group of each row of the data, or None.
        rng: draws.

    Examples:
        >>> groups = np.repeat(np.arange(20), 5)
        >>> stop, learn = held_out(np.arange(100), groups, np.random.default_rng(0))
        >>> len(stop), set(groups[stop]) & set(groups[learn])
        (10, set())
    """
    order = rng.permutation(rows)
    size = max(1, int(HELD_OUT * len(rows)))
    if groups is None:
        return order[:size], order[size:]
    found, of_rows, counts = np.unique(groups[order], return_inverse=True, return_counts=True)
    if len(found) < 2:
        return order[:size], order[size:]
    chosen: list[int] = []
    stop = 0
    for group in rng.permutation(len(found)):
        if stop >= size:
            break
        if stop + counts[group] <= 2 * size:
            chosen.append(int(group))
            stop += int(counts[group])
    held = np.isin(of_rows, chosen or [int(counts.argmin())])  # if all are too large
    return order[held], order[~held]


def trainer() -> tuple[str, tuple[str, ...]]:
    """Who trains networks here, "torch" or "sklearn", and a note if it is not the better one."""
    if find_spec("torch") is not None:
        return "torch", ()
    return "sklearn", (WITHOUT_TORCH,)


def networks(by: str, samples: int, random_state: int, device: str = "cpu") -> list[Any]:
    """Small networks of several kinds, for the calibration to weigh.

    Raises:
        MissingExtra: by "torch", which is not installed.
        InvalidInput: a device that there is not.
    """
    if by == "sklearn":
        return without_torch(samples, random_state)
    need("torch", "neural")
    from pid.estimators.neural.training import check_device

    check_device(device)
    return [Network(rank, device) for rank in RANKS]


def usual_folds(samples: int) -> int:
    """How many a sample is divided into, if nobody asks for another number."""
    return next((folds for most, folds in FOLDS if samples <= most), 2)


def without_torch(samples: int, random_state: int) -> list[Any]:
    """What stands in for networks in torch: a straight line, and a network held by weight decay.

    Weight decay weighs as much as so many samples would; a few epochs are then enough, and no
    sample need be held out to stop at.
    """
    decay = 0.5 * min(1000 / samples, 2)
    network = MLPClassifier(
        (64, 64),
        alpha=decay,
        learning_rate_init=3e-3,
        batch_size=min(64, max(1, samples // 3)),  # there are parts of halves to learn from
        random_state=random_state,
        n_iter_no_change=EPOCHS,  # always, as no loss falls by tol: the rule that stops training
        tol=1e9,
    )
    return [LogisticRegression(C=0.1, max_iter=1000), network]


def _by_sklearn(
    sources: Sequence[Features],
    y: Codes,
    partitions: Sequence[Sequence[Fold]],
    classifier: Any,
) -> Floats:
    X = np.hstack([source.rows() for source in sources])
    classes = int(y.max()) + 1
    found = np.zeros((len(y), classes))
    for fold in (fold for folds in partitions for fold in folds):
        fitted = clone(classifier).fit(X[fold.training], y[fold.training])
        said = np.asarray(fitted.predict_proba(X[fold.test]), dtype=np.float64)
        if said.shape != (len(fold.test), classes):
            raise InvalidInput(
                f"predict_proba of {type(classifier).__name__} gave shape {said.shape}; expected "
                f"{(len(fold.test), classes)}: samples, and a column per class"
            )
        if not np.isfinite(said).all():
            raise InvalidInput(
                f"predict_proba of {type(classifier).__name__} gave values that are not finite"
            )
        found[fold.test] += said / len(partitions)
    return found


def _by_networks(
    sources: Sequence[Features],
    y: Codes,
    partitions: Sequence[Sequence[Fold]],
    network: Network,
    random_state: int,
    groups: Codes | None,
) -> Floats:
    import torch  # late, as is all of it: an extra

    from pid.estimators.neural.training import Inputs, one_thread, train

    rng = np.random.default_rng(random_state)
    folds = [fold for partition in partitions for fold in partition]
    split = [held_out(fold.training, groups, rng) for fold in folds]
    training, validation = ([part[i] for part in split] for i in (1, 0))
    classes = int(y.max()) + 1
    found = np.zeros((len(y), classes))
    with one_thread():
        X = Inputs(sources, network.device, order_of_columns(sources))
        target = torch.from_numpy(y.astype(np.int64)).to(X.device)
        seed = int(rng.integers(2**31))
        nets = train(X, target, classes, training, validation, network.rank, seed)
        for m, fold in enumerate(folds):
            found[fold.test] += np.exp(nets.log_probabilities(X, fold.test, m)) / len(partitions)
    return found
