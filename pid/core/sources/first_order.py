"""What each cell of a table adds to the union information of a family, to first order.

f = H(Y) + sum_A <p_A, lam_A> at the optimal multipliers, and f of a table nearby is that of the
same multipliers but for terms of second order (the envelope theorem): they are the influence
function of the minimum. Where they are not unique f has a kink, and they are one of its slopes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.core.sources import curves
from pid.core.sources.numbers import Family, Proved, Sources
from pid.core.sources.table import Marginals, information
from pid.core.sources.union import TWO, Proof


class Slope(NamedTuple):
    """Multipliers (symbols, K) of each set of a family, with 0 where there is no mass.

    ``-log p(y)`` is in those of the first set.
    """

    which: Family
    multipliers: tuple[Floats, ...]

    def of(self, table: Marginals) -> float:
        """f of a table with these multipliers, whatever its own are; symbols as of the first."""
        return float(
            sum(
                np.vdot(lam, table.table(A).reshape(lam.shape))
                for A, lam in zip(self.which, self.multipliers, strict=True)
            )
        )

    def at(self, symbols: dict[Sources, Codes], y: Codes) -> Floats:
        """What cells add, by their symbols of each set and their classes, shape (cells,)."""
        added = (lam[symbols[A], y] for A, lam in zip(self.which, self.multipliers, strict=True))
        return np.asarray(sum(added))


def slope(which: Family, proved: Proved, of: Marginals) -> Slope:
    """That of a family at a table, from what proves its union information.

    Args:
        which: the family.
        proved: as of ``TableTells``.
        of: the table.
    """
    told = [of(A) for A in which]
    found = _multipliers(told, proved, of.p_y)
    found[0] = found[0] - np.log(of.p_y)
    return Slope(which, tuple(_spread(lam, A, of) for lam, A in zip(found, which, strict=True)))


def _multipliers(told: Sequence[Floats], proved: Proved, p_y: Floats) -> list[Floats]:
    """Of symbols with mass."""
    if len(told) > 1 and len(p_y) == TWO:
        hull = curves.join([curves.curve(m, p_y) for m in told])
        return [curves.multipliers(hull, i, m) for i, m in enumerate(told)]
    found = [np.zeros_like(m) for m in told]
    if isinstance(proved.evidence, Proof):
        (kept, codes, _, _), evidence = proved.evidence
        for i, code, lam in zip(kept, codes, evidence.multipliers, strict=True):
            found[i] = np.asarray(lam, dtype=np.float64)[code]
        return found
    best = int(np.argmax([information(m, p_y) for m in told]))
    with np.errstate(divide="ignore"):
        found[best] = np.log(told[best] / told[best].sum(axis=1, keepdims=True))
    return found


def _spread(lam: Floats, A: Sources, of: Marginals) -> Floats:
    """To all symbols; what never occurs adds nothing."""
    masses = of.table(A).reshape(-1, lam.shape[1])
    found = np.zeros(masses.shape)
    found[masses.any(axis=1)] = lam
    return np.where((masses > 0) & np.isfinite(found), found, 0.0)
