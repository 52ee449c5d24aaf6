"""Rows of a group that are the same: one of them is learned from, with the weight of all.

Folds keep groups together, so that no classifier is asked about a row that it knows by heart. But
one that sees every row three times takes three times the steps, and holds what it has seen for
three times as certain.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pid._types import Codes, Floats
from pid.core.distinct import numbered_rows
from pid.estimators.neural.features import Features


def distinct_rows(
    sources: Sequence[Features], y: Codes, groups: Codes | None
) -> tuple[Codes, Floats] | None:
    """The first of each kind of row, in rising order, and how many rows each row stands for.

    Rows are of one kind if features, class and group are the same. None where all are distinct.

    Args:
        sources: features of all samples.
        y: classes, shape (samples,).
        groups: numbers of groups of rows; without groups no row is compared.
    """
    if groups is None or np.bincount(groups).max() == 1:
        return None
    features = np.hstack([source.rows() for source in sources]) + np.float32(0)  # there is one zero
    bits = np.ascontiguousarray(features).view(np.int32).T.astype(np.intp)
    kinds, first = numbered_rows([*bits, y, groups])
    if len(first) == len(y):
        return None
    weights = np.zeros(len(y))
    weights[first] = np.bincount(kinds)
    return np.sort(first), weights
