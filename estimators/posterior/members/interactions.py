"""What shows in columns together: products that an L1 penalty picks, and trees on their columns."""

from __future__ import annotations

from threading import Lock
from typing import NamedTuple

import numpy as np
from scipy.special import log_expit
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from pid._types import Codes, Floats
from pid.estimators.posterior.members.columns import standardised
from pid.estimators.posterior.members.lasso import lasso
from pid.estimators.posterior.members.member import PerFold
from pid.estimators.posterior.members.multinomial import hits, probabilities

PENALTY, ROWS = 1 / 0.03, 800  # in nats, of a weight of size 1; and of how many rows
MOST_ROWS = 2000  # that the penalised regression is fitted to: what few show, it need not see more
MOST_PRODUCTS = 1500
MOST_NUMBERS = 2**24  # that products of all rows may be: 128 MiB
MOST_MULTIPLIED = 1000  # columns that have products at all: the search takes their number squared
KEPT = 0.1  # of the largest weight: columns with a smaller one are kept from the trees
ONE_AT_A_TIME = Lock()  # scikit-learn turns all threads' warnings off and on to grow trees
MOST_CLASSES = 6  # beyond them trees take too long, as each class has its own


class Pairs(NamedTuple):
    """Columns that are multiplied, by their positions, the first at most the second."""

    first: Codes
    second: Codes


class Interactions(PerFold):
    """Two answers: of L1-penalised logistic regression, and of trees on the columns that it kept.

    The regression sees columns and products of two, tanh(x_i) tanh(x_j), squares included, one
    class against all others. Boosted trees find any shape, but not which columns matter; of these
    alone, few rows are enough for them. At 1,000 rows in five folds, two classes and both answers
    take .15 s of CPU for 20 columns and .4 s for 300; at 5,000 rows, .25 and 2.5 s.

    Args:
        trees: whether there is the second answer; see ``MOST_CLASSES``.
    """

    name = "interactions"

    def __init__(self, *, trees: bool = True) -> None:
        self.trees = trees
        self.count = 2 if trees else 1

    def said(
        self,
        sources: list[Floats],
        y: Codes,
        weights: Floats | None,
        asked: list[Floats],
        classes: int,
        seed: int,
    ) -> Floats:
        """See ``PerFold``."""
        X, A = standardised(np.hstack(sources), np.hstack(asked), weights)
        some = some_rows(y, seed)
        hit = hits(y, weights, classes)[:, some]
        pairs = pairs_of(np.tanh(X[some]), hit)
        products = with_products(X[some], pairs), with_products(A, pairs)
        Z, B = standardised(*products, None if weights is None else weights[some])
        mass = hit.sum(axis=0)
        # slopes of what tells nothing grow by the root of the rows
        penalty = PENALTY * max(1.0, float(np.sqrt(mass.sum() / ROWS)))
        told = [lasso(Z, of, mass, penalty) for of in distinct(hit)]
        sizes = np.max([np.abs(w) for w, _ in told], axis=0)
        found = [against_all_others(np.array([B @ w + b for w, b in told]))]
        if self.trees:
            kept = kept_of(sizes, X.shape[1], pairs)
            with ONE_AT_A_TIME, threadpool_limits(1):  # of this thread, whoever calls it
                grown = trees(seed).fit(X[:, kept], y, sample_weight=weights)
                found.append(grown.predict_proba(A[:, kept]))
        return np.stack(found)


def some_rows(y: Codes, seed: int) -> Codes:
    """At most about ``MOST_ROWS``, at random, with like shares of every class and one of each."""
    if len(y) <= MOST_ROWS:
        return np.arange(len(y))
    order = np.random.default_rng(seed).permutation(len(y))
    order = order[np.argsort(y[order], kind="stable")]
    _, first = np.unique(y[order], return_index=True)
    step = -(-len(y) // MOST_ROWS)
    return np.unique(np.concatenate([order[::step], order[first]]))


def pairs_of(T: Floats, hit: Floats) -> Pairs:
    """All pairs of columns, or those whose products tell most of a class at first sight.

    That is |sum_n r_n t_i t_j|, where r is 1 in the rows of the class less its share; the largest
    over classes.

    Args:
        T: columns of about one scale, shape (rows, columns).
        hit: weights of rows at their class, shape (classes, rows).
    """
    shares = hit.sum(axis=1, keepdims=True) / hit.sum()
    residuals = distinct(hit - shares * hit.sum(axis=0))
    columns = np.arange(T.shape[1])
    if len(columns) > MOST_MULTIPLIED:
        alone = np.max(np.abs(residuals @ T) + np.abs(residuals @ T**2), axis=0)
        columns = np.sort(np.argsort(-alone, kind="stable")[:MOST_MULTIPLIED])
        T = T[:, columns]
    first, second = np.triu_indices(len(columns))
    most = min(MOST_PRODUCTS, MOST_NUMBERS // len(T))
    if len(first) > most:
        score = np.zeros((len(columns), len(columns)))
        for residual in residuals:
            np.maximum(score, np.abs(T.T @ (residual[:, None] * T)), out=score)
        best = np.argpartition(-score[first, second], most)[:most]
        first, second = first[best], second[best]
    return Pairs(columns[first], columns[second])


def distinct(classes: Floats) -> Floats:
    """Rows of classes; of two, that of the second, as the other says the same."""
    return classes[1:] if len(classes) == 2 else classes


def with_products(X: Floats, pairs: Pairs) -> Floats:
    """Columns, and products of pairs, which are squashed so that no outlier rules them."""
    T = np.tanh(X)
    return np.hstack([X, T[:, pairs.first] * T[:, pairs.second]])


def against_all_others(logits: Floats) -> Floats:
    """Probabilities of the classes, shape (rows, classes), in ratios of those of each by itself.

    Args:
        logits: of each class by itself, shape (classes, rows); of two, of the second alone.
    """
    both = np.vstack([-logits, logits]) if len(logits) == 1 else logits
    return probabilities(log_expit(both))  # in logs, as all may be too small for a ratio


def kept_of(sizes: Floats, columns: int, pairs: Pairs) -> Codes:
    """Columns that a weight is put on, alone or in a product; all if there is none.

    Args:
        sizes: of the weights of columns and products.
        columns: how many of them are columns.
        pairs: what the others are products of.
    """
    largest = sizes[:columns].copy()
    for side in pairs:
        np.maximum.at(largest, side, sizes[columns:])
    kept = np.flatnonzero(largest > KEPT * largest.max())
    return kept if len(kept) else np.arange(columns)


def trees(seed: int) -> HistGradientBoostingClassifier:
    """Few and small ones: what they say is of two or three columns together."""
    return HistGradientBoostingClassifier(
        max_iter=20,
        max_leaf_nodes=8,
        min_samples_leaf=10,
        learning_rate=0.2,
        early_stopping=False,
        random_state=seed,
    )
