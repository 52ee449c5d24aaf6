"""I(x; y) where one side or both are symbols; in nats."""

from __future__ import annotations

import math

import numpy as np

from pid._types import Codes, Floats
from pid.core.distinct import numbered_rows
from pid.core.information import xlogx
from pid.estimators.mutual_information.classes import told
from pid.estimators.mutual_information.dependent import design_effect
from pid.estimators.mutual_information.found import Found
from pid.estimators.mutual_information.ross import ross
from pid.estimators.mutual_information.views import features, view_of

SHUFFLES = 12
SETTLED = 0.02  # nats between the ends of an interval: no cells are few there
BY_NEIGHBOURS = 2  # columns, up to which Ross's estimator has next to no bias
ROWS_PER_CELL = 5  # on average; with fewer, what is counted is mostly bias


def of_symbols(
    codes: Codes, matrix: Floats, rng: np.random.Generator, groups: Codes | None = None
) -> Found:
    """Information of symbols and numbers: by neighbours where columns are few, else classifiers."""
    if matrix.shape[1] > BY_NEIGHBOURS:
        return told(codes, [features(matrix)], rng, groups)
    return ross(codes, view_of(matrix, rng).scores, groups=groups)


def of_counts(
    first: Codes,
    second: Codes,
    given: Codes | None,
    rng: np.random.Generator,
    groups: Codes | None = None,
) -> Found:
    """Information of symbols by counting, less what their number makes of it (Miller, 1955).

    Where rows are few for the cells that leaves much. So one symbol is shuffled, within what is
    given: what is counted then is 0, the most there can be stays what it is, and between both
    everything moves in proportion (Vinh, Epps & Bailey, Journal of Machine Learning Research 11,
    2010).
    """
    n = len(first)
    z = np.zeros(n, dtype=np.intp) if given is None else given
    found = _counted(first, second, z, groups)
    if found.high - found.low < SETTLED and "mostly correction" not in found.flags:
        return found
    within = np.argsort(z, kind="stable")
    chance = []
    for _ in range(SHUFFLES):
        mixed = np.empty_like(second)
        mixed[within] = second[np.lexsort([rng.random(n), z])]
        chance.append(_counted(first, mixed, z, None).value)
    by_chance, most = float(np.mean(chance)), min(_left(side, z) for side in (first, second))
    share = (most - found.value) / (most - by_chance) if most > by_chance else 0.0
    off = max(by_chance, 0.0) * min(max(share, 0.0), 1.0)
    return found._replace(value=found.value - off, low=found.low - off, high=found.high)


def _left(codes: Codes, z: Codes) -> float:
    """H(x | z), as counted."""
    both = numbered_rows([codes, z])[0]
    n = len(codes)
    return float(xlogx(np.bincount(z) / n).sum() - xlogx(np.bincount(both) / n).sum())


def _counted(first: Codes, second: Codes, z: Codes, groups: Codes | None) -> Found:
    """The sum of H(x, z) + H(y, z) - H(x, y, z) - H(z), less Miller's corrections.

    Without z that of its bias is (cells - symbols of x - symbols of y + 1) / (2 n). In groups n is
    as many rows as these count as.
    """
    rows = len(first)
    sums = [[first, z], [second, z], [first, second, z], [z]]
    cells = [numbered_rows(each)[0] for each in sums]
    counts = [np.bincount(each) for each in cells]
    x_z, y_z, x_y_z, of_z = (
        np.log(count[each] / rows) for count, each in zip(counts, cells, strict=True)
    )
    terms = x_y_z + of_z - x_z - y_z
    n = rows / design_effect(terms, groups)
    sizes = [len(count) for count in counts]
    free = sizes[2] + sizes[3] - sizes[0] - sizes[1]  # degrees of freedom, of cells that occur
    value = float(terms.mean()) - free / (2 * n)
    error = math.hypot(float(terms.std()) / math.sqrt(n), math.sqrt(2 * max(free, 0)) / (2 * n))
    few = n < ROWS_PER_CELL * sizes[2]
    reach = 2 * error + (abs(free) / (2 * n) if few else 0)
    return Found(value, value - reach, value + reach, "counts", ("mostly correction",) * few)


def entropy(codes: Codes) -> tuple[float, float]:
    """H of symbols, corrected by their number (Miller, 1955), and the upper end of its interval."""
    n, p = len(codes), np.bincount(codes) / len(codes)
    p = p[p > 0]
    value = -float(xlogx(p).sum()) + (len(p) - 1) / (2 * n)
    spread = math.sqrt(max(float((xlogx(p) * np.log(p)).sum() - xlogx(p).sum() ** 2), 0.0) / n)
    return value, max(value, min(math.log(len(p)), value + 2 * spread + (len(p) - 1) / n))
