"""What sets of sources of a table tell: marginals, an order of sources that names do not change."""

from __future__ import annotations

import itertools
import math

import numpy as np

from pid._types import Floats
from pid.core.information import xlogx
from pid.core.sources.numbers import Sources

BITS = 61  # of whole numbers whose sums are exact in any order
FEW_ORDERS = 120  # in which sources that tell the same are tried


class Marginals:
    """p(x_A, y) of sets A of sources, each of shape (symbols, classes), made once.

    Args:
        table: of mass 1, shape (n1, ..., nk, classes).
        every_class: whether classes without mass are kept, too.
    """

    def __init__(self, table: Floats, *, every_class: bool = False) -> None:
        self.k = table.ndim - 1
        whole = tuple(range(self.k))
        if not every_class:
            table = table[..., np.flatnonzero(table.sum(axis=whole))]
        self._known = {whole: np.ascontiguousarray(table)}
        self.p_y = self._known[whole].sum(axis=whole)

    @property
    def silent(self) -> Sources:
        """Sources of which only one symbol occurs."""
        return tuple(i for i in range(self.k) if len(self((i,))) == 1)

    def __call__(self, sources: Sources) -> Floats:
        """Without symbols that never occur."""
        masses = self._of(sources).reshape(-1, len(self.p_y))
        return masses[masses.any(axis=1)]

    def table(self, sources: Sources) -> Floats:
        """With an axis for each source, and all symbols."""
        return self._of(sources)

    def _of(self, sources: Sources) -> Floats:
        if sources not in self._known:
            out = next(i for i in range(self.k) if i not in sources)
            larger = tuple(sorted((*sources, out)))
            self._known[sources] = self._of(larger).sum(axis=larger.index(out))
        return self._known[sources]


def entropy(p_y: Floats) -> float:
    """H(Y) in nats."""
    return -float(xlogx(p_y).sum()) + 0.0


def information(masses: Floats, p_y: Floats) -> float:
    """I(X; Y) in nats of masses p(x, y), shape (n, classes)."""
    told = xlogx(masses).sum() - xlogx(masses.sum(axis=1)).sum() - xlogx(p_y).sum()
    return max(float(told), 0.0)


def canonical_order(masses: Floats) -> list[int]:
    """The sources of a table (n1, ..., nk, classes) in an order that theirs has no part in.

    So that a table with its sources exchanged has the same answer to the last bit.
    """
    k = masses.ndim - 1
    exact = _whole(masses)
    keys = [
        (masses.shape[i], exact.sum(axis=tuple(j for j in range(k) if j != i)).tolist())
        for i in range(k)
    ]
    order = sorted(range(k), key=keys.__getitem__)
    ties = [list(group) for _, group in itertools.groupby(order, key=keys.__getitem__)]
    if not 1 < math.prod(math.factorial(len(tie)) for tie in ties) <= FEW_ORDERS:
        return order
    orders = itertools.product(*(itertools.permutations(tie) for tie in ties))
    flat = ([i for tie in one for i in tie] for one in orders)
    return min(flat, key=lambda one: masses.transpose(*one, k).tobytes())


def _whole(masses: Floats) -> np.ndarray:
    """Masses of at most 1 as whole numbers whose sum has no rounding."""
    bits = BITS - math.ceil(math.log2(masses.size))
    return np.asarray(np.floor(masses * 2.0**bits), dtype=np.int64)
