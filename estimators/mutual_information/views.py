"""A view in coordinates: normal scores of its columns, or their principal components."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.stats import rankdata

from pid._types import Codes, Floats
from pid.discretization.kmeans import normal_scores

KEPT = 0.999  # of the variance, by principal components
ENOUGH = 0.9  # of the variance: with less, what is left out may tell more
SINGULAR = 1e-4  # eigenvalue of a covariance, as a share of the largest
ROWS_PER_COLUMN, ROWS_PER_COMPONENT = 5, 20


class View(NamedTuple):
    """Columns of one variable.

    Attributes:
        scores: normal scores, shape (n, columns): no monotone map of a column moves them.
        rows: the scores, or their principal components where columns are nearly dependent or many.
        tied: likewise, of scores that repeat where values do.
        groups: of the rows, where they depend on each other.
    """

    scores: Floats
    rows: Floats
    tied: Floats
    groups: Codes | None = None

    @property
    def has_ties(self) -> bool:
        """Whether values repeat."""
        return self.tied is not self.rows

    @property
    def is_reduced(self) -> bool:
        """Whether components stand for the columns."""
        return bool(self.rows.shape[1] < self.scores.shape[1])


def view_of(matrix: Floats, rng: np.random.Generator, groups: Codes | None = None) -> View:
    """The coordinates of columns without constant ones.

    Values that repeat are spread over the ranks that they share, at random. What a column tells
    does not change by that: the value can be read off such a rank, and the rest of it is noise.
    """
    columns = list(matrix.T)
    spread = [_spread(column, rng) for column in columns]
    scores = normal_scores(np.column_stack(spread))
    rows = reduced(scores)
    repeat = any(a is not b for a, b in zip(columns, spread, strict=True))
    return View(scores, rows, features(matrix) if repeat else rows, groups)


def features(matrix: Floats) -> Floats:
    """What classifiers see of columns: normal scores, which repeat where values do."""
    return reduced(normal_scores(matrix))


def _spread(column: Floats, rng: np.random.Generator) -> Floats:
    if len(np.unique(column)) == len(column):
        return column
    order, ranks = rng.permutation(len(column)), np.empty(len(column))
    ranks[order] = rankdata(column[order], method="ordinal")
    return ranks


def reduced(rows: Floats) -> Floats:
    """Rows as they are, centred, or their principal components."""
    rows = rows - rows.mean(axis=0)
    n, d = rows.shape
    if d == 1:
        return rows
    values, axes = np.linalg.eigh(np.cov(rows, rowvar=False))
    values, axes = values[::-1].clip(0), axes[:, ::-1]
    if values[-1] > SINGULAR * values[0] and d < n / ROWS_PER_COLUMN:
        return rows
    kept = min(_needed(values), max(1, n // ROWS_PER_COMPONENT))
    return np.asarray(rows @ axes[:, :kept])


def _needed(values: Floats) -> int:
    """Components for nearly all of the variance."""
    return int((np.cumsum(values) / values.sum() < KEPT).sum()) + 1


def leaves_out(rows: Floats, scores: Floats) -> bool:
    """Whether rows are so few that their components leave out much of the columns."""
    left, whole = (part.var(axis=0).sum() for part in (rows, scores))
    return bool(rows.shape[1] < scores.shape[1] and left < ENOUGH * whole)
