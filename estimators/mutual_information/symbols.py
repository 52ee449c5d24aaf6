"""I(x; y) where one side or both are symbols; in nats."""

from __future__ import annotations

import math

import numpy as np
from scipy.spatial import cKDTree
from scipy.special import psi

from pid._types import Codes, Floats
from pid.core.distinct import numbered_rows
from pid.core.information import xlogx
from pid.estimators.mutual_information.classes import told
from pid.estimators.mutual_information.found import Found
from pid.estimators.mutual_information.neighbours import NEIGHBOURS, within
from pid.estimators.mutual_information.views import features, view_of

BY_NEIGHBOURS = 2  # columns, up to which Ross's estimator has next to no bias
ROWS_PER_CELL = 5  # on average; with fewer, what is counted is mostly bias


def of_symbols(codes: Codes, matrix: Floats, rng: np.random.Generator) -> Found:
    """Information of symbols and numbers: by neighbours where columns are few, else classifiers."""
    if matrix.shape[1] > BY_NEIGHBOURS:
        return told(codes, [features(matrix)], rng)
    return ross(codes, view_of(matrix, rng).scores)


def ross(codes: Codes, scores: Floats, k: int = NEIGHBOURS) -> Found:
    """Neighbours within classes, and as near among all rows (Ross, PLoS ONE 9, e87357, 2014).

    Classes of a single row have no neighbours, and are left out.
    """
    counts = np.bincount(codes)
    rows = counts[codes] > 1
    notes = () if rows.all() else (f"left out {(~rows).sum()} classes of a single row",)
    codes, scores = codes[rows], scores[rows]
    reach, near = np.empty(len(codes)), np.empty(len(codes))
    for code in np.unique(codes):
        own = np.flatnonzero(codes == code)
        near[own] = min(k, len(own) - 1)
        far = cKDTree(scores[own]).query(scores[own], [int(near[own[0]]) + 1], p=np.inf)[0]
        reach[own] = np.nextafter(np.ravel(far), 0)
    terms = psi(len(codes)) + psi(near) - psi(counts[codes]) - psi(within(scores, reach))
    value, error = float(terms.mean()), float(terms.std()) / math.sqrt(len(terms))
    reach_of_value = 2 * error + 0.007
    high = value + reach_of_value + 0.007
    return Found(value, value - reach_of_value, high, "ross", notes=notes)


def of_counts(first: Codes, second: Codes, given: Codes | None = None) -> Found:
    """Information of symbols by counting, less what their number makes of it (Miller, 1955).

    That is (cells - symbols of x - symbols of y + 1) / (2 n). Given a third, it is the sum of
    H(x, z) + H(y, z) - H(x, y, z) - H(z), each corrected likewise.
    """
    n = len(first)
    z = np.zeros(n, dtype=np.intp) if given is None else given
    groups = [[first, z], [second, z], [first, second, z], [z]]
    cells = [numbered_rows(group)[0] for group in groups]
    counts = [np.bincount(each) for each in cells]
    x_z, y_z, x_y_z, of_z = (
        np.log(count[each] / n) for count, each in zip(counts, cells, strict=True)
    )
    terms = x_y_z + of_z - x_z - y_z
    sizes = [len(count) for count in counts]
    free = sizes[2] + sizes[3] - sizes[0] - sizes[1]  # degrees of freedom, of cells that occur
    value = float(terms.mean()) - free / (2 * n)
    error = math.hypot(float(terms.std()) / math.sqrt(n), math.sqrt(2 * max(free, 0)) / (2 * n))
    few = n < ROWS_PER_CELL * sizes[2]
    reach = 2 * error + (abs(free) / (2 * n) if few else 0)
    return Found(value, value - reach, value + reach, "counts", ("mostly correction",) * few)


def entropy(codes: Codes) -> float:
    """H of symbols, corrected by their number (Miller, 1955)."""
    p = np.bincount(codes) / len(codes)
    return -float(xlogx(p).sum()) + (np.count_nonzero(p) - 1) / (2 * len(codes))
