"""Cells of a posterior by halving: the same whatever the order of rows and classes, and nested.

The cell with the largest spread is cut in two, where most of the spread along its principal axis
lies between both parts (Su & Dy, Intelligent Data Analysis 11(4), 2007), again and again. Nothing
is drawn by a seed, and coarser cells are unions of finer ones, so that one run makes cells of all
sizes. Docs/posteriors.md has what cells lose beside those of k-means.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pid._types import Codes, Floats

NEAR = 1e-12  # roots of probabilities that differ by less are one


def halved(posterior: Floats, sizes: Sequence[int]) -> list[Codes]:
    """The cell of each row, of each of several rising numbers of cells at most.

    Distance is that of Hellinger: between square roots of probabilities.

    Args:
        posterior: p(y | x) of each row, shape (rows, classes).
        sizes: numbers of cells.

    Examples:
        >>> posterior = np.array([[0.9, 0.1], [0.2, 0.8], [0.9, 0.1], [0.3, 0.7]])
        >>> few, many = halved(posterior, [2, 10])
        >>> bool(few[0] == few[2] != few[1] == few[3]), len(np.unique(many))
        (True, 3)
    """
    roots = np.sqrt(posterior)
    labels = np.zeros(len(roots), dtype=np.intp)
    members = [np.arange(len(roots))]
    spread = [_spread(roots)]
    found = []
    for size in sizes:
        while len(members) < size:
            widest = int(np.argmax(spread))
            parts = _cut(roots, members[widest]) if spread[widest] > 0 else None
            if parts is None:
                spread[widest] = 0.0
                if not any(spread):
                    break
                continue
            first, second = parts
            labels[second] = len(members)
            members[widest], spread[widest] = first, _spread(roots[first])
            members.append(second)
            spread.append(_spread(roots[second]))
        found.append(labels.copy())
    return found


def _spread(x: Floats) -> float:
    return float(((x - x.mean(axis=0)) ** 2).sum())


def _cut(roots: Floats, rows: Codes) -> tuple[Codes, Codes] | None:
    """Two parts of some rows; None of equal ones, which stay together."""
    x = roots[rows] - roots[rows].mean(axis=0)
    axis = np.linalg.eigh(x.T @ x)[1][:, -1]
    along = x @ axis
    order = np.argsort(along, kind="stable")
    along = along[order]
    sums, count = along.cumsum()[:-1], np.arange(1, len(rows))
    between = sums**2 / count + sums**2 / (len(rows) - count)
    between[np.diff(along) <= NEAR] = -1
    if not between.size or between.max() < 0:
        return None
    cut = int(np.argmax(between)) + 1
    return rows[order[:cut]], rows[order[cut:]]
