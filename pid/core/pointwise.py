"""What each cell of a table says, pointwise, by the multipliers that prove the minimum.

The minimum is the value of its dual, min_q I_q = H(Y) + <p1, alpha> + <p2, beta>. So the mean of

    u(x1, x2, y) = alpha(x1, y) + beta(x2, y) - log p(y)

over the table is the union information, as that of i(y; x) = log p(y | x) / p(y) is I(Y; X). The
atoms of ``decomposition.atoms``, of these four in each cell, then have the atoms for their means:
unique1 = u - i(y; x2), and so on. Less its mean, u is also the influence function of the minimum.
Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pid._types import Floats
from pid.core.information import TINY


class Pointwise(NamedTuple):
    """In nats, each of shape (n1, n2, k); 0 where the table has no mass.

    Attributes:
        union: u, which proves what both sources tell alone.
        first, second, both: i(y; x1), i(y; x2) and i(y; x1, x2).
    """

    union: Floats
    first: Floats
    second: Floats
    both: Floats


def pointwise(table: Floats, alpha: Floats, beta: Floats) -> Pointwise:
    """Of a table of probabilities (n1, n2, k), and multipliers (n1, k) and (n2, k) in nats."""
    p_y = table.sum(axis=(0, 1))
    there = table > 0
    log_y = np.log(p_y + TINY)
    first, second, both = (
        np.log((mass + TINY) / (mass.sum(axis=-1, keepdims=True) + TINY)) - log_y
        for mass in (table.sum(axis=1)[:, None], table.sum(axis=0)[None], table)
    )
    union = alpha[:, None] + beta - log_y
    return Pointwise(*(np.where(there, term, 0.0) for term in (union, first, second, both)))
