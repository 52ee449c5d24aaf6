"""What is said of strata: what z leaves to be told, and which of them are too small."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pid._types import Counts, Floats
from pid.analysis.quantification.doubts import SPARSE_ROWS, Words
from pid.core.information import Unit, conditional_entropy, entropy
from pid.discretization.count import Counted
from pid.inference.units import OF_STRATA
from pid.io.kinds import Said

GIVEN_Z = Words(cell="pair (x1, x2) of a stratum", sources="given z, x1 and x2")
WORTH = 0.05  # share of the rows in strata that are too small, from which on the answer is doubted


def entropy_of_y(table: Counts | Floats, unit: Unit) -> float:
    """H(y) of a table (n1, n2, k), H(y | z) of one of strata (nz, n1, n2, k)."""
    if table.ndim == OF_STRATA:
        return max(0.0, conditional_entropy(table, of=3, given=0, unit=unit))
    return entropy(table.sum(axis=(0, 1)), unit=unit)


def said_of_strata(counted: Counted, rows: float) -> Said:
    """What becomes of the atoms given z, where that is plain, and what may not be trusted.

    Args:
        counted: a table of strata.
        rows: how many independent ones its rows are worth.
    """
    table = np.asarray(counted.table, dtype=np.float64)
    small = _small(table * (rows / table.sum()))
    said = _too_small(table, small)
    doubted = table[small].sum() >= WORTH * table.sum()
    notes = (*_nothing_left(counted, table), *(() if doubted else said))
    return Said(said if doubted else (), notes)


def _nothing_left(counted: Counted, table: Floats) -> Iterator[str]:
    """What z tells all of, in all strata or in some."""
    assert counted.z is not None
    z = counted.z.name
    if len(table) == 1:
        yield f"{z} is the same in all rows: the atoms are what they are without it"
        return
    classes = np.count_nonzero(table.sum(axis=(1, 2)), axis=1)
    one, of_n = classes == 1, f"of {len(table):,} strata"
    if one.all():
        yield f"{z} tells y: in each stratum y has one class, and nothing is left to be told"
        return
    if one.any():
        yield (
            f"in {one.sum():,} {of_n}, with {_rows(table[one])}, y has one class, and nothing is "
            "left to be told"
        )
    told = [
        name
        for name, other in (("x1", 2), ("x2", 1))
        if (np.count_nonzero(table.sum(axis=(other, 3)), axis=1) == 1).all()
    ]
    if told:
        others = {"x1": "x2", "x2": "x1"}[told[0]]
        left = "nothing is left to be told" if told[1:] else f"what {others} tells is unique to it"
        one_each = (
            f"in each stratum {' and '.join(told)} {'have' if told[1:] else 'has'} one symbol"
        )
        yield f"{z} tells {' and '.join(told)}: {one_each}, and {left}"


def _small(table: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Strata with fewer rows per occupied pair (x1, x2) than make a table that can be trusted."""
    pairs = np.count_nonzero(table.sum(axis=3), axis=(1, 2))
    return np.asarray(table.sum(axis=(1, 2, 3)) < SPARSE_ROWS * pairs)


def _too_small(
    table: Floats, small: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
) -> tuple[str, ...]:
    if not small.any():
        return ()
    return (
        f"{small.sum():,} of {len(table):,} strata, with {_rows(table[small])}, are too small to "
        f"say anything: fewer than {SPARSE_ROWS} rows per pair (x1, x2) that occurs; they count as "
        "the others do, so merge values of z, or leave out such rows",
    )


def _rows(table: Floats) -> str:
    rows = round(float(table.sum()))
    return "1 row" if rows == 1 else f"{rows:,} rows"
