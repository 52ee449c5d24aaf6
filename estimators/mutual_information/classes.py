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
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from threadpoolctl import threadpool_limits

from pid._types import Codes, Floats
from pid.discretization.kmeans import normal_scores
from pid.errors import InvalidInput
from pid.estimators.mutual_information.dependent import design_effect, folds
from pid.estimators.mutual_information.found import Found
from pid.estimators.mutual_information.ross import ross

FOLDS = 5
SMALLEST = 10  # rows of a class that classifiers learn
QUADRATIC, CUBIC = 20, 4  # columns up to which products of two, and of three, are made
FOR_TREES = 12  # and up to which trees see them, which takes long
SHRUNK = 1e-3  # of covariances within classes, towards a multiple of the identity
LEAST = 1e-4  # of a probability: a row that was not seen proves none to be less
GROWING, NOTHING = 0.05, 0.01  # of the value, and nats that are none


def told(
    codes: Codes, views: list[Floats], rng: np.random.Generator, groups: Codes | None = None
) -> Found:
    """I(x; y | z) of symbols y; views are x and, where something is given, z.

    Raises:
        InvalidInput: fewer than two classes of ``SMALLEST`` rows, or in several groups.
    """
    kept, codes, notes = _large_enough(codes)
    views, groups = [view[kept] for view in views], None if groups is None else groups[kept]
    fold = _folds(codes, rng, groups)
    half = np.flatnonzero(folds(len(codes), 2, rng, groups) == 0)
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", UserWarning)  # of a class with one row among half of them
        seen, of_half = _whole_and_half(np.hstack(views), codes, fold, half)
        if len(views) == 2:
            known, known_half = _whole_and_half(views[1], codes, fold, half)
            found = _found(seen - known, seen - of_half - known + known_half, 0.0, groups)
        else:
            grown, seen = seen - of_half, seen - np.log(np.bincount(codes) / len(codes))[codes]
            found = _found(seen, grown, _bias_of_entropy(codes, groups), groups)
            if codes.max() > 1:  # of two classes a straight line says the same
                along = _along_discriminant(codes, views[0], fold, groups)
                found = along if along.low > found.low else found
    return found._replace(flags=(*found.flags, *("rare classes",) * bool(notes)), notes=notes)


def _along_discriminant(codes: Codes, x: Floats, fold: Codes, groups: Codes | None) -> Found:
    """Neighbours along the discriminant of other folds, which tells no more than all columns.

    Of classes side by side along a line, classifiers need many rows for all the borders. The line
    is off by n^(-1/2), and with it what is seen: more rows have 1 / (2^(1/2) - 1) times what half
    of them lack.
    """
    every, even, odd = slice(None), slice(0, None, 2), slice(1, None, 2)
    found, *halves = (
        ross(codes, normal_scores(_discriminant(codes, x, fold, some)), groups)
        for some in (every, even, odd)
    )
    lacking = found.value - float(np.mean([each.value for each in halves]))
    to_go, reach = max(lacking, 0.0) / (math.sqrt(2) - 1), found.value - found.low
    value, high = found.value, found.high + 3 * to_go + reach
    if lacking > reach / 2:  # a standard error
        value += to_go
    flags = ("still growing",) if value - found.value > GROWING * value else found.flags
    return Found(value, found.low, high, "discriminant", flags)


def _discriminant(codes: Codes, x: Floats, fold: Codes, some: slice) -> Floats:
    """Of each row, by some rows of other folds, in one direction."""
    line = LinearDiscriminantAnalysis(solver="eigen", shrinkage=SHRUNK, n_components=1)
    usual, found = line.fit(x, codes).transform(x), np.empty((len(x), 1))
    for k in range(FOLDS):
        others = np.flatnonzero(fold != k)[some]
        score = line.fit(x[others], codes[others]).transform(x)
        found[fold == k] = score[fold == k] * np.sign((score * usual).sum())
    return found


def _bias_of_entropy(codes: Codes, groups: Codes | None) -> float:
    """Miller's, by as many rows as these count as."""
    classes = int(codes.max()) + 1
    effects = [design_effect((codes == code).astype(np.float64), groups) for code in range(classes)]
    return float(np.mean(effects)) * (classes - 1) / (2 * len(codes))


def _found(seen: Floats, grown: Floats, bias: float, groups: Codes | None) -> Found:
    n = len(seen)
    error, unsure = (
        float(terms.std()) * math.sqrt(design_effect(terms, groups) / n) for terms in (seen, grown)
    )
    growth = float(grown.mean())
    surely = growth > 2 * unsure
    to_go = max(growth, 0.0) if surely else 0.0
    value = float(seen.mean()) + bias + to_go
    low = value - to_go - 2 * error - 0.007
    high = value + 2 * error + 0.014 + 2 * to_go
    flags = ("still growing",) if to_go > max(GROWING * value, NOTHING) else ()
    return Found(value, low, high, "classifier", flags)


def _large_enough(codes: Codes) -> tuple[Codes, Codes, tuple[str, ...]]:
    """Rows that are kept, their classes with rare ones as one, and a note on these.

    A coarser y tells less, and what is left out could tell anything: few rows alone are left out.
    """
    counts = np.bincount(codes)
    rare, large = counts[codes] < SMALLEST, int((counts >= SMALLEST).sum())
    if large < 2:
        raise InvalidInput(
            f"classifiers need two classes of at least {SMALLEST} rows each; got {large}; join "
            "classes, or give more rows"
        )
    what, few = f"{rare.sum():,} rows of classes with fewer than {SMALLEST}", rare.sum() < SMALLEST
    kept = np.flatnonzero(~rare if few else np.ones_like(rare))
    codes = np.where(rare, len(counts), codes)[kept]
    notes = (f"left out {what}" if few else f"took for one class {what}",) if rare.any() else ()
    return kept, np.unique(codes, return_inverse=True)[1], notes


def _folds(codes: Codes, rng: np.random.Generator, groups: Codes | None) -> Codes:
    """Of each row, classes in equal shares; a group is in one."""
    fold, kind = np.empty(len(codes), dtype=np.intp), StratifiedKFold
    if groups is not None:
        kind = StratifiedGroupKFold
    split = kind(FOLDS, shuffle=True, random_state=int(rng.integers(2**31)))
    for k, (outside, inside) in enumerate(split.split(codes, codes, groups)):
        fold[inside] = k
        if codes[outside].min() == codes[outside].max():
            raise InvalidInput(
                "a class has rows in so few groups that without some of these one class is left, "
                "from which nothing is learned; find more groups"
            )
    return fold


def _whole_and_half(x: Floats, codes: Codes, fold: Codes, half: Codes) -> tuple[Floats, Floats]:
    """Log-probability of each row's class, by classifiers of other folds, and of half of these.

    By the best mixture of all rows; of half of the rows only its parts are trained.
    """
    models, all_folds = _models(x.shape[1]), range(FOLDS)
    p = np.full((len(models), len(codes)), LEAST)
    some = np.ones(len(codes), dtype=bool)
    left = list(range(len(models)))
    for k in all_folds:
        for i in left:
            p[i, fold == k] = _said(models[i], x, codes, fold, k, some)
        if k == 0:
            left = _of_use(p[:, fold == k])
    weights = max(_weights(len(models), left), key=lambda each: float(np.log(each @ p).mean()))
    some = np.isin(np.arange(len(codes)), half)
    of_half = np.full_like(p, LEAST)
    for i in np.flatnonzero(weights).tolist():
        for k in all_folds:
            of_half[i, fold == k] = _said(models[i], x, codes, fold, k, some)
    return np.log(weights @ p), np.log(weights @ of_half)


def _said(
    model: Any, x: Floats, codes: Codes, fold: Codes, k: int, learned: NDArray[np.bool_]
) -> Floats:
    """Probability of the class of each row of a fold, by a classifier of the others."""
    rows, inside = (fold != k) & learned, fold == k
    said = np.full((int(inside.sum()), int(codes.max()) + 1), LEAST)
    model.fit(x[rows], codes[rows])
    said[:, model.classes_] = model.predict_proba(x[inside])
    said = said.clip(LEAST)
    return np.asarray(said[np.arange(len(said)), codes[inside]] / said.sum(axis=1))


def _of_use(p: Floats) -> list[int]:
    """Classifiers that do not clearly harm the best one where both count in equal parts.

    One fold shows that of trees, which take most of the time, where they have nothing to find.
    """
    best = p[int(np.log(p).mean(axis=1).argmax())]
    gains = np.log((p + best) / 2) - np.log(best)
    errors = gains.std(axis=1) / math.sqrt(p.shape[1])
    return [int(i) for i in np.flatnonzero(gains.mean(axis=1) + 2 * errors >= 0)]


def _models(columns: int) -> list[Any]:
    """Straight lines, trees, and, where columns are few, both of products of columns.

    Trees alone do not find what neither of two columns tells by itself. Lines that are held less,
    and Gaussian classes, are for many classes side by side.
    """
    lines = (LogisticRegression(C=held, max_iter=300) for held in (0.3, 300))
    trees = HistGradientBoostingClassifier(
        max_iter=60, max_leaf_nodes=8, learning_rate=0.07, min_samples_leaf=20, random_state=0
    )
    models = [make_pipeline(StandardScaler(), line) for line in lines]
    models.append(LinearDiscriminantAnalysis(solver="lsqr", shrinkage=SHRUNK))
    products = PolynomialFeatures(3 if columns <= CUBIC else 2, include_bias=False)
    if columns <= QUADRATIC:
        held = LogisticRegression(C=0.03, max_iter=300)
        models.append(make_pipeline(StandardScaler(), products, StandardScaler(), held))
    return [*models, make_pipeline(products, trees) if columns <= FOR_TREES else trees]


def _weights(models: int, some: list[int]) -> list[Floats]:
    """Each of some models alone, and pairs in equal parts."""
    alone = np.eye(models)[some]
    return [*alone, *((a + b) / 2 for i, a in enumerate(alone) for b in alone[:i])]
