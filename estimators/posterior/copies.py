"""Rows of a group that are the same: one of them is learned from, with the weight of all.

Folds keep groups together, so that no classifier is asked about a row that it knows by heart. But
one that sees every row three times takes three times the steps, and holds what it has seen for
three times as certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from pid._types import Codes, Floats
from pid.estimators.neural.features import Features
from pid.io.columns import row_chunks


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
    keys: list[bytes] = []
    for rows in row_chunks(len(y), sum(source.width for source in sources)):
        features = np.hstack([source.rows(rows) for source in sources]) + np.float32(0)  # no -0
        others = zip(y[rows].tolist(), groups[rows].tolist(), strict=True)
        keys += [
            blake2b(row.tobytes() + b"%d %d" % other, digest_size=16).digest()
            for row, other in zip(features, others, strict=True)
        ]
    _, first, counts = np.unique(np.array(keys), return_index=True, return_counts=True)
    if len(first) == len(y):
        return None
    weights = np.zeros(len(y))
    weights[first] = counts
    return np.sort(first), weights
