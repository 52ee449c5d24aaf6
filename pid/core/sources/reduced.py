"""Sources without what says nothing: symbols with one posterior are one, constants go.

X is as good as the symbol M of its posterior p(y | x). Merging symbols whose posteriors are not
quite the same loses sum_i I(Y; X_i | M_i) at most: with X_i independent given M_i and Y, the joint
of the merged sources is one of these sources, and tells no more than that above it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.core.sources.table import information

DECIMALS = 13  # of posteriors that are one
ALIKE = 1e-11  # places of them along a line


class Reduced(NamedTuple):
    """Some sources by fewer symbols."""

    kept: tuple[int, ...]  # the sources that are not constant
    codes: tuple[Codes, ...]  # of each of them, the new symbol of each old one
    marginals: tuple[Floats, ...]
    loss: float  # nats that the union information of the sources may be above that of these


def reduced(marginals: Sequence[Floats], p_y: Floats) -> Reduced:
    """Of p(x_i, y), shapes (n_i, K), without empty symbols."""
    kept, codes, merged, loss = [], [], [], 0.0
    for i, m in enumerate(marginals):
        posterior = m / m.sum(axis=1, keepdims=True)
        code, new = np.arange(len(m)), m
        if _some_alike(posterior):
            _, code = np.unique(np.round(posterior, DECIMALS) + 0.0, axis=0, return_inverse=True)
            code = code.reshape(-1)
            new = sums(m, code)
            loss += max(information(m, p_y) - information(new, p_y), 0.0)
        if len(new) > 1:
            kept.append(i)
            codes.append(code)
            merged.append(new)
    return Reduced(tuple(kept), tuple(codes), tuple(merged), loss)


def _some_alike(posterior: Floats) -> bool:
    """Whether two rows may be one: by their places along a line, which takes no sort of rows."""
    line = np.sqrt(np.arange(2.0, 2 + posterior.shape[1]))
    return len(posterior) < 2 or bool(np.diff(np.sort(posterior @ line)).min() < ALIKE)


def sums(masses: Floats, codes: Codes) -> Floats:
    """Masses (n, K) by new symbols."""
    return np.stack([np.bincount(codes, column) for column in masses.T], axis=1)
