"""Tables given z, (nz, n1, n2, k): what is found of each stratum, and its mean over the strata."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pid._types import Floats

OfTables = Callable[[Floats], Floats]  # (B, n1, n2, k) -> (..., B)


def mean(of_tables: OfTables, tables: Floats) -> Floats:
    """The mean of what is found of each stratum, by the shares of its own table.

    Args:
        of_tables: of tables (B, n1, n2, k), of any mass but 0; the last axis is theirs.
        tables: shape (B, nz, n1, n2, k); strata may be empty.
    """
    of_z = tables.sum(axis=(2, 3, 4))
    there = of_z > 0
    found = of_tables(tables[there])
    values = np.zeros((*found.shape[:-1], *of_z.shape))
    values[..., there] = found
    return np.asarray((values * (of_z / of_z.sum(axis=1, keepdims=True))).sum(axis=-1))


def distinct(of_tables: OfTables) -> OfTables:
    """The same, but of equal tables once: without one row all strata but one stay as they are."""

    def of_distinct(tables: Floats) -> Floats:
        flat = tables.reshape(len(tables), -1)
        _, first, which = np.unique(flat, axis=0, return_index=True, return_inverse=True)
        return of_tables(tables[first])[..., which.ravel()]

    return of_distinct


def mean_of_counts(of_table: Callable[[Floats], Floats], counts: Floats) -> Floats:
    """The mean over the strata of one table (nz, n1, n2, k) of what is found of (n1, n2, k)."""
    n = counts.sum()
    return np.asarray(sum(of_table(of_z) * (of_z.sum() / n) for of_z in counts if of_z.any()))
