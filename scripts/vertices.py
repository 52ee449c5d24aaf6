"""Every vertex of the couplings of some marginals: the least entropy by a route without search."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations, islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pid._types import Floats

PART = 100_000
ROUNDING = 1e-12


class Bases(NamedTuple):
    """Sets of cells whose masses the marginals determine, and how."""

    cells: NDArray[np.intp]  # (bases, rank)
    inverses: Floats  # (bases, rank, rank)


@lru_cache(maxsize=1)
def bases(shape: tuple[int, ...]) -> Bases:
    """Of all couplings with this many symbols: spanning trees, if there are two variables."""
    sums = np.concatenate([_sums(shape, axis)[axis > 0 :] for axis in range(len(shape))])
    rank = len(sums)
    kept: list[NDArray[np.intp]] = []
    for part in _parts(combinations(range(math.prod(shape)), rank)):
        matrices = sums[:, part].transpose(1, 0, 2)
        kept.append(part[np.abs(np.linalg.det(matrices)) > 0.5])
    cells = np.concatenate(kept)
    return Bases(cells, np.linalg.inv(sums[:, cells].transpose(1, 0, 2)))


def least_entropy(marginals: list[Floats]) -> float:
    """The least entropy of a coupling in nats: that of the best vertex, of all."""
    cells, inverses = bases(tuple(map(len, marginals)))
    given = np.concatenate([p[axis > 0 :] for axis, p in enumerate(marginals)])
    masses = inverses.reshape(-1, len(given)) @ given
    masses = masses.reshape(len(cells), -1)
    masses = np.maximum(masses[masses.min(axis=1) > -ROUNDING], 0)
    return float((-masses * np.log(masses + 1e-300)).sum(axis=1).min())


def _sums(shape: tuple[int, ...], axis: int) -> Floats:
    """What sums flat cells to the marginal of one variable."""
    symbol = np.indices(shape)[axis].ravel()
    return np.asarray((symbol == np.arange(shape[axis])[:, None]).astype(np.float64))


def _parts(all_of: Iterator[tuple[int, ...]]) -> Iterator[NDArray[np.intp]]:
    while some := list(islice(all_of, PART)):
        yield np.array(some, dtype=np.intp)
