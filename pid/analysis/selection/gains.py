"""What many sources tell of y at once, in strata of what is known: counted, corrected, and tested.

For a source and what is kept, I(Y; source | kept) is unique information of the source and its
synergy with what is kept, so that no minimum has to be found to know their sum.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import xlogy

from pid._types import Codes, Floats
from pid.inference.independence import conditional_independence, p_value

BLOCK, CHUNK = 32, 10_000  # sources that are counted with all others at once, and rows


class Told(NamedTuple):
    """Of each source, nats that it tells of y in the strata, and the p-value of none."""

    nats: Floats
    p: Floats


class Data(NamedTuple):
    """Sources and the target as codes.

    Attributes:
        codes: of each row and source, shape (rows, sources).
        size: codes that a source can have.
        y: classes of the rows.
        classes: how many there are.
    """

    codes: Codes
    size: int
    y: Codes
    classes: int

    def tables(self, strata: Codes, of: Codes, size: int) -> Floats:
        """Counts (sources, strata, codes, classes) of further codes (rows, sources)."""
        n = int(strata.max(initial=0)) + 1
        shape = n, size, self.classes
        cells = (strata[:, None] * size + of) * self.classes + self.y[:, None]
        counts = [np.bincount(one, minlength=int(np.prod(shape))) for one in cells.T]
        return np.array(counts, dtype=np.float64).reshape(-1, *shape)

    def told(self, strata: Codes, sources: Codes) -> Told:
        """What each of some sources tells of y in each of the strata."""
        return told(self.tables(strata, self.codes[:, sources], self.size))

    def told_by_pairs(self, strata: Codes, pairs: Codes) -> Told:
        """What each of some pairs, shape (pairs, 2), tells together."""
        first, second = self.codes[:, pairs[:, 0]], self.codes[:, pairs[:, 1]]
        return told(self.tables(strata, first * self.size + second, self.size**2))


def told(tables: Floats) -> Told:
    """Information of counts (..., strata, codes, classes), less what is expected of none.

    Pearson's X^2 has a mean that is known exactly; 2n times the information has about the same.
    """
    n = tables.sum(axis=(-3, -2, -1))
    both, codes = _entropy_sum(tables, 3), _entropy_sum(tables.sum(axis=-1), 2)
    classes, strata = (
        _entropy_sum(tables.sum(axis=-2), 2),
        _entropy_sum(tables.sum(axis=(-2, -1)), 1),
    )
    moments = conditional_independence(tables)
    return Told((both - codes - classes + strata - moments.mean / 2) / n, p_value(moments))


def beside(data: Data) -> tuple[Floats, Floats, Floats]:
    """Of all pairs: what j tells of y given i, its p-value, and what i and j tell of each other.

    Each has shape (sources, sources), with i in rows. Diagonals mean nothing.
    """
    sources, size = data.codes.shape[1], data.size
    given, p, shared = (np.empty((sources, sources)) for _ in range(3))
    for start in range(0, sources, BLOCK):
        place = slice(start, min(start + BLOCK, sources))
        tables = _of_pairs(data, place).reshape(-1, size, sources, size, data.classes)
        tables = tables.transpose(0, 2, 1, 3, 4)
        given[place], p[place] = told(tables)
        shared[place] = told(tables.sum(axis=-1)[..., None, :, :]).nats
    return given, p, shared


def _of_pairs(data: Data, some: slice) -> Floats:
    """Counts of codes of some sources, codes of all, and classes, shape (some, all, classes)."""
    sources, size = data.codes.shape[1], data.size
    inside = slice(some.start * size, some.stop * size)
    counts = np.zeros((inside.stop - inside.start, sources * size, data.classes))
    for start in range(0, len(data.y), CHUNK):
        codes, y = data.codes[start : start + CHUNK], data.y[start : start + CHUNK]
        wide = np.zeros((len(y), sources * size), dtype=np.float32)
        wide[np.arange(len(y))[:, None], np.arange(sources) * size + codes] = 1
        for k in range(data.classes):
            of_class = wide[y == k]
            counts[..., k] += of_class[:, inside].T @ of_class
    return counts


def _entropy_sum(counts: Floats, axes: int) -> Floats:
    return np.asarray(xlogy(counts, counts).sum(axis=tuple(range(-axes, 0))))
