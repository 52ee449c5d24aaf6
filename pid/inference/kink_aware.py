"""The default correction: the jackknife for what is smooth, replicates for what has a kink.

I(Y; X1), I(Y; X2) and I(Y; X1, X2) are smooth in the counts, and the jackknife takes their bias
off. min_q I_q has a kink wherever its multipliers are not unique, as where both sources say the
same: one row more or less then moves it by up to tenths of a bit, and the jackknife with it, while
replicates smooth over steps of n^-1/2. So only the smaller unique atom, which is what min_q I_q has
above the larger information, is corrected by replicates; of equal columns it is 0 in all of them.

What the truth cannot be is no answer: informations are not below 0 nor above log k, no atom is
below 0, and none above what its source says. Estimates are held there, and it is said of which.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pid._types import Floats
from pid.core.decomposition import ATOMS, atoms
from pid.inference.atoms import informations
from pid.inference.units import Units

TIE = 1e-12  # nats of rounding


class Corrected(NamedTuple):
    """Corrected atoms in nats."""

    atoms: Floats  # (4,)
    held: tuple[str, ...] = ()  # those, or "total", that are held at the end of what is possible


def kink_aware(told: Floats, plug_in: Floats, replicates: Floats, k: int) -> Corrected:
    """Corrected atoms.

    Args:
        told: I(Y; X1), I(Y; X2) and I(Y; X1, X2) in nats, corrected by the jackknife.
        plug_in: atoms of the sample in nats, (4,).
        replicates: of tables drawn from it, (4, B).
        k: classes.
    """
    more = 1 if plug_in[1] >= plug_in[2] else 2  # the source that says more in the sample
    less = 3 - more
    extra = 2 * plug_in[less] - replicates[less].mean()
    free = _atoms(told, told[more - 1] + extra)
    possible = np.clip(told, 0, np.log(k))
    first, second, both = possible
    other = possible[less - 1]
    union = possible[more - 1] + np.clip(extra, 0, other)
    union = min(max(union, first, second), np.log(k))
    held = _atoms((first, second, max(both, union)), union)
    return Corrected(held, _held(free, held, np.log(k)))


def jackknifed_informations(units: Units, rng: np.random.Generator) -> Floats:
    """m T - (m - 1) mean T_-i of I(Y; X1), I(Y; X2), I(Y; X1, X2) and H(Y) in nats, (4,).

    Given z, where units have strata: I(Y; X1 | Z) = H(Y, Z) + H(X1, Z) - H(X1, Y, Z) - H(Z).
    """
    if not units.single_rows:
        tables, weights, parts = units.leave_out(rng)
        whole = informations(units.table[None])[:, 0]
        return np.asarray(parts * whole - (parts - 1) * (informations(tables) @ weights))
    table = units.table

    def entropy(*axes: int) -> float:
        return jackknifed_entropy(table.sum(axis=axes))

    x1, x2, y = -3, -2, -1  # which are summed out
    of_y = entropy(x1, x2) - entropy(x1, x2, y)  # less H(Z), which is 0 of a single stratum
    return np.array(
        [
            of_y + entropy(x2, y) - entropy(x2),
            of_y + entropy(x1, y) - entropy(x1),
            of_y + entropy(y) - entropy(),
            of_y,
        ]
    )


def jackknifed_entropy(counts: Floats) -> float:
    """n H - (n - 1) mean H_-i of an entropy of single rows, in nats.

    It is g(n) - sum c g(c) / n of counts c, with g(c) = c log c - (c - 1) log(c - 1), so that no
    row need be left out.

    Examples:
        >>> round(jackknifed_entropy(np.array([2, 1])), 4)
        0.9853
    """
    c = np.ravel(counts).astype(np.float64)
    c = np.append(c[c > 0], c.sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        g = np.log(c) - np.where(c > 1, (c - 1) * np.log1p(-1 / c), 0)
    return max(float(g[-1] - (c[:-1] * g[:-1]).sum() / c[-1]), 0.0)


def _atoms(told: tuple[float, float, float] | Floats, union: float) -> Floats:
    return np.array(atoms(union, *told))


def _held(free: Floats, held: Floats, most: float) -> tuple[str, ...]:
    """Which atoms, and whether their sum, are where they are because they were held there."""
    at_end = (np.abs(held) <= TIE) & (np.abs(free) > TIE)
    names = [name for name, there in zip(ATOMS, at_end, strict=True) if there]
    if held.sum() >= most - TIE and free.sum() > most + TIE:
        names.append("total")
    return tuple(names)
