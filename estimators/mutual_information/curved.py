"""Where one view bends over the other: a test for it, and the mean of one given the other."""

from __future__ import annotations

import math

import numpy as np
from scipy.linalg import solve
from scipy.stats import norm

from pid._types import Codes, Floats
from pid.estimators.mutual_information.dependent import design_effect, folds

MOST_PRODUCTS = 30  # columns of which all pairs are multiplied
CUT = 8.0  # of a column times the length of its row, which has heavy tails
FOLDS, CENTRES = 4, 300
WIDTHS = (0.15, 0.4, 1.0, 3.0)  # of the kernel, in median squared distances
RIDGES = (1e-3, 1e-2, 0.1, 1.0, 10.0)
TRAINED = 0.75  # of the rows outside a fold, by whose others width and ridge are chosen


def curvature(x: Floats, y: Floats, groups: Codes | None = None) -> float:
    """How surely a bent feature of one view tells what a straight line leaves of the other.

    That is -log10 p, of the largest of all t statistics, which allow for rows of any variance
    (White, Econometrica 48, 1980), after Bonferroni. Squares and products of columns are tried, and
    columns times the length of their row: the angle of a spiral follows that. Rows of a group count
    as as many as they spread like.

    Examples:
        >>> x, noise = np.random.default_rng(0).normal(size=(2, 500, 1))
        >>> curvature(x, x + noise) < 2 < curvature(x, x**2 + noise)
        True
    """
    return max(_one_way(x, y, groups), _one_way(y, x, groups)) - math.log10(2)


def _one_way(x: Floats, y: Floats, groups: Codes | None) -> float:
    x, y = ((part - part.mean(axis=0)) / part.std(axis=0) for part in (x, y))
    straight = np.linalg.qr(np.column_stack([np.ones(len(x)), x]))[0]
    bent, left = (part - straight @ (straight.T @ part) for part in (_bent(x), y))
    mean = bent.T @ left / len(x)
    variance = (bent**2).T @ (left**2) / len(x)
    t = np.abs(mean) * np.sqrt(len(x)) / np.sqrt(np.maximum(variance, 1e-300))
    i, j = np.unravel_index(int(t.argmax()), t.shape)
    most = t[i, j] / math.sqrt(design_effect(bent[:, i] * left[:, j], groups))
    return float(-(math.log10(2 * t.size) + norm.logsf(most) / math.log(10)))


def _bent(x: Floats) -> Floats:
    d = x.shape[1]
    length = ((x**2).sum(axis=1, keepdims=True) - d) / np.sqrt(2 * d)
    found = [x**2 - 1, np.clip(x * length, -CUT, CUT)]
    if 1 < d <= MOST_PRODUCTS:
        i, j = np.triu_indices(d, 1)
        found.append(x[:, i] * x[:, j])
    return np.hstack(found)


def mean_given(
    x: Floats, y: Floats, rng: np.random.Generator, groups: Codes | None = None
) -> Floats:
    """E[y | x] of each row by kernel ridge regression on rows of other groups, shape of ``y``.

    Gaussian kernels around some of the rows (Nyström), beside a straight line and, where they are
    few for the rows, what ``curvature`` looks at. The first fold's rows choose width and ridge.
    """
    fold = folds(len(x), FOLDS, rng, groups)
    found = np.zeros_like(y)
    chosen: tuple[float, float] | None = None
    for k in range(FOLDS):
        outside, inside = rng.permutation(np.flatnonzero(fold != k)), np.flatnonzero(fold == k)
        known, asked, targets = x[outside], x[inside], y[outside]
        centres = known[:CENTRES]
        chosen = chosen or _chosen(known, targets, centres)
        width, ridge = chosen
        rows, others = (_features(part, centres, width) for part in (known, asked))
        found[inside] = others @ _weights(rows, targets, ridge)
    return found


def _chosen(x: Floats, y: Floats, centres: Floats) -> tuple[float, float]:
    """Width and ridge with the least error on rows that are held out."""
    unit = float(np.median(_squared(centres, centres)))
    first = round(TRAINED * len(x))
    errors: dict[float, tuple[float, float]] = {}
    for width in WIDTHS:
        rows = _features(x, centres, width * unit)
        for ridge in RIDGES:
            said = rows[first:] @ _weights(rows[:first], y[:first], ridge)
            errors[float(((y[first:] - said) ** 2).mean())] = width * unit, ridge
    return errors[min(errors)]


def _weights(rows: Floats, y: Floats, ridge: float) -> Floats:
    squares = rows.T @ rows + ridge * np.eye(rows.shape[1])
    return np.asarray(solve(squares, rows.T @ y, assume_a="pos"), np.float64)


def _features(x: Floats, centres: Floats, width: float) -> Floats:
    near = np.exp(-_squared(x, centres) / width)
    bent = [_bent(x)] if x.shape[1] ** 2 < CENTRES / 8 else []
    return np.column_stack([near, x, *bent, np.ones(len(x))])


def _squared(first: Floats, second: Floats) -> Floats:
    lengths = (first**2).sum(axis=1)[:, None] + (second**2).sum(axis=1)
    return np.asarray(np.maximum(lengths - 2 * first @ second.T, 0), np.float64)
