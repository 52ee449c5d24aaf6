"""exp f of all cells by products of two halves of the sources, less those that are never largest.

f_x = log sum_y exp(sum_i lam_i(x_i, y)) of all cells is one product of matrices: exponentials of
the sums of one half, and of the other. And f rises with each of these sums: where one
combination of symbols of a half has none of its K sums above those of another, it can be left out.
What is left, the front, is found source by source, and mostly so small that cells hardly count.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np

from pid._types import Codes, Floats
from pid.core.solver.problem import Array

BLOCK = 2**21  # cells looked at together
TOP = 600.0  # of a sum of the largest multipliers, above which nothing is proved
ALL_CELLS = 2**20  # up to which all are looked at at once, ...
MANY_CELLS = 2**22  # ... and up to which where a front is too large
MOST_FRONT = 2**12  # combinations of a half, above which some of a front are left out
CHUNK = 512  # combinations compared together


class Halves:
    """Multipliers (n_i, K) of every source, added up within two halves of the sources.

    Classes are scaled so that nothing overflows; what underflows is far below 1. Of few cells all
    are there, of more only those that may be the largest, if these are few.

    Attributes:
        whole: whether all cells are there.
        exact: whether those that may be the largest are; not where a front would be too large.
        top: the largest sum.
    """

    def __init__(self, multipliers: Sequence[Array]) -> None:
        self.sizes = [len(lam) for lam in multipliers]
        self.half = _middle(self.sizes)
        self.whole = math.prod(self.sizes) <= ALL_CELLS
        parts = multipliers[: self.half], multipliers[self.half :]
        best = [np.asarray(lam.max(axis=0), dtype=np.float64) for lam in multipliers]
        rest = np.sum(best[self.half :], axis=0), np.sum(best[: self.half], axis=0)
        made = [_sums(part, other, self.whole) for part, other in zip(parts, rest, strict=True)]
        if not (made[0][2] and made[1][2]) and math.prod(self.sizes) <= MANY_CELLS:
            self.whole = True
            made = [_sums(part, other, True) for part, other in zip(parts, rest, strict=True)]
        (first, second), self.codes = (made[0][0], made[1][0]), (made[0][1], made[1][1])
        self.exact = made[0][2] and made[1][2]
        tops = [finite(x.max(axis=0)) for x in (first, second)]
        level = tops[0] + tops[1]
        self.top = float(level.max())
        self.first = np.exp(first - tops[0] + level - self.top)
        self.second = np.exp(second - tops[1]).T.copy()

    def blocks(self) -> Iterator[tuple[int, Floats]]:
        """First row and exp f, (rows, combinations of the second half)."""
        step = max(1, BLOCK // self.second.shape[1])
        scale = math.exp(min(self.top, TOP))
        for start in range(0, len(self.first), step):
            block: Floats = (self.first[start : start + step] * scale) @ self.second
            yield start, block

    def cells(self, rows: Codes, columns: Codes) -> Codes:
        """The cells (N, k) at these places."""
        first = np.unravel_index(self.codes[0][rows], self.sizes[: self.half])
        second = np.unravel_index(self.codes[1][columns], self.sizes[self.half :])
        return np.stack([*first, *second], axis=1)


def _sums(multipliers: Sequence[Array], rest: Floats, whole: bool) -> tuple[Floats, Codes, bool]:
    """Sums of one row of each, which rows, and whether all are there that may be the largest.

    They are of all combinations, or of the front; where this is too large, of what is most with
    the best of the sources to come, and of the other half, ``rest``.
    """
    exact = True
    total: Floats = np.asarray(multipliers[0], dtype=np.float64)
    codes = np.arange(len(total))
    best = [finite(lam.max(axis=0)) for lam in multipliers]
    for i, lam in enumerate(multipliers[1:], start=2):
        total = (total[:, None] + lam[None]).reshape(-1, lam.shape[1])
        codes = (codes[:, None] * len(lam) + np.arange(len(lam))).ravel()
        if not whole:
            kept = front(total)
            total, codes = total[kept], codes[kept]
        if not whole and len(total) > MOST_FRONT:
            exact = False
            later = np.sum([finite(rest), *best[i:]], axis=0)
            most = np.exp(total + later - later.max()).sum(axis=1).argsort()[-MOST_FRONT:]
            total, codes = total[most], codes[most]
    return total, codes, exact


def front(x: Floats) -> Codes:
    """Rows of (n, K) that are not below another one in all columns; of equal rows the first."""
    order = np.argsort(-finite(x).sum(axis=1), kind="stable")
    kept, found = x[:0], []
    for start in range(0, len(x), CHUNK):
        some = order[start : start + CHUNK]
        some = some[~_below(x[some], kept).any(axis=1)]
        earlier = np.tri(len(some), k=-1, dtype=bool)
        some = some[~(_below(x[some], x[some]) & earlier).any(axis=1)]
        kept = np.concatenate([kept, x[some]])
        found.append(some)
        if len(kept) > MOST_FRONT:
            found.append(order[start + CHUNK :])
            break
    return np.sort(np.concatenate(found))


def _below(x: Floats, y: Floats) -> np.ndarray:
    """Whether each row of x is nowhere above each row of y."""
    found = np.ones((len(x), len(y)), dtype=bool)
    for mine, other in zip(x.T, y.T, strict=True):
        found &= mine[:, None] <= other
    return found


def _middle(sizes: Sequence[int]) -> int:
    """Where to cut the sources so that the halves have about as many cells."""
    ends = itertools.accumulate(map(math.log, sizes))
    whole = sum(map(math.log, sizes))
    apart = [abs(2 * end - whole) for end in ends][:-1]
    return 1 + apart.index(min(apart))


def finite(x: Floats) -> Floats:
    """With 0 for what is not."""
    return np.where(np.isfinite(x), x, 0.0)
