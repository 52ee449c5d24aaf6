"""Sources of bits of which is known who has them, for the studies of factors and of experts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from scripts.coordination_data import Bent

JITTER = 0.25  # of a bit around -1 and 1: it is read right in all but 3 rows of 100,000
CORRELATION = 0.9  # of numbers that both sources have, and no target asks for


class Mixed(NamedTuple):
    """Two sources, and the bits in them: s in both, u1 and u2 in one, x = a xor b in neither."""

    X1: Floats
    X2: Floats
    bits: Mapping[str, Codes]

    def target(self, names: tuple[str, ...]) -> Codes:
        """Some bits as one class."""
        found = np.zeros(len(self.X1), dtype=np.intp)
        for name in names:
            found = 2 * found + self.bits[name]
        return found

    def table(self, names: tuple[str, ...]) -> Codes:
        """Some bits as columns."""
        return np.column_stack([self.bits[name] for name in names])


def mixed(
    n: int, seed: int, columns: int = 24, common: int = 2, own: int = 4, ones: float = 0.5
) -> Mixed:
    """Bits, numbers that correlate across sources, and numbers of each, in bent columns.

    Args:
        n: rows.
        seed: of the rows and the bends.
        columns: of each source.
        common, own: numbers of each source that the other has, too, and has not.
        ones: share of the rows in which a bit is 1.
    """
    rng = np.random.default_rng(seed)
    s, u1, u2, a, b = (rng.random((5, n)) < ones).astype(np.intp)
    shared = rng.normal(size=(n, common))
    sources: list[Floats] = []
    for mine in ((s, u1, a), (s, u2, b)):
        bits = 2.0 * np.column_stack(mine) - 1
        near = CORRELATION * shared + np.sqrt(1 - CORRELATION**2) * rng.normal(size=shared.shape)
        values = [bits + JITTER * rng.normal(size=bits.shape), near, rng.normal(size=(n, own))]
        inner = np.hstack(values)
        sources.append(Bent(inner.shape[1], columns, rng)(inner))
    return Mixed(sources[0], sources[1], {"s": s, "u1": u1, "u2": u2, "a": a, "b": b, "x": a ^ b})
