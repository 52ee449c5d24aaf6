"""Tests of whether an atom is there at all, each against named tables in which it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from pid._types import Floats
from pid.checks import NONE, RANDOM_STATE, TABLES, checked, either, integer, one_of
from pid.core.decomposition import ATOMS
from pid.core.information import xlogx
from pid.core.joint import as_table
from pid.inference import nulls
from pid.inference.assessment import REPLICATES
from pid.inference.atoms import PRECISE_TOL, solve
from pid.inference.bias import shuffled
from pid.inference.dependence import effective_rows
from pid.inference.units import Units

TESTED = (*ATOMS, "total")
TIE = 1e-7  # nats; estimates that differ by less than the solver's tolerance are equal
CHUNK = 50  # draws made at once, and between looks at how many reached the estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Significance:
    """How surprising an estimate would be if the truth were 0.

    Attributes:
        hypothesis: what is tested, in words.
        p: the share of draws that reach the estimate, itself counted in; never below
            1 / (replicates + 1). Where there are several nulls, the largest.
        nulls: the share for each table or shuffling drawn from.
        rows: independent rows in a draw: those of the sample, or fewer where rows depend on each
            other.
        replicates: draws from each, at most.
    """

    hypothesis: str
    p: float
    nulls: Mapping[str, float]
    rows: int
    replicates: int


class Null(NamedTuple):
    """One table or shuffling without the atom: the sample's value, and values drawn from it."""

    name: str
    estimate: float  # nats
    draw: Callable[[int, np.random.Generator], Floats]


@checked(
    of=one_of(*TESTED),
    replicates=TABLES,
    enough=either(integer(), NONE),
    random_state=RANDOM_STATE,
)
def significance(
    counts: ArrayLike | Units,
    of: str,
    *,
    replicates: int = REPLICATES,
    enough: int | None = None,
    random_state: int | None = 0,
) -> Significance:
    """Test whether one atom, or the total, is 0.

    A single null does not keep its level wherever the atom is 0: the nearest table without unique
    information, for example, is nearer to the sample than the truth is. Each atom is therefore
    tested against several tables, and the largest p-value counts. docs/statistics.md has the error
    rates that were measured.

    Args:
        counts: samples per cell, whole numbers, shape (n1, n2, k), of independent rows; or
            ``Units`` for dependent ones, of which as many are drawn as say as much (see
            ``design_effect``).
        of: "synergy", drawn from the mean optimal coupling of resampled tables and from shuffled y;
            "unique1", "unique2", drawn from the nearest table in which the source says only what
            the other does, and from both sources having the same channel, of the one or the other;
            "redundancy", drawn from sources along orthogonal directions of y, and y shuffled for
            each source alone; "total", y shuffled.
        replicates: draws from each null.
        enough: stop drawing from a null once so many draws reached the estimate [1]: large
            p-values need few draws.
        random_state: seed; None takes another one each time.

    Raises:
        InvalidInput: an unknown atom, or counts that are not whole.
        InvalidDistribution: not a table.

    Examples:
        >>> xor = [[[45, 5], [5, 45]], [[5, 45], [45, 5]]]
        >>> significance(xor, "synergy", replicates=99).p
        0.01
        >>> significance(xor, "redundancy", replicates=99).p > 0.05
        True

    References:
        [1] Besag & Clifford, Sequential Monte Carlo p-values, Biometrika 78, 1991.
    """
    units = counts if isinstance(counts, Units) else Units.from_counts(counts)
    as_table(units.table)  # nulls given z would be others
    rng = np.random.default_rng(random_state)
    shares = {
        null.name: _share(null, replicates, enough or replicates + 1, rng)
        for null in nulls_of(of, units, rng)
    }
    hypothesis = "y is independent of (x1, x2)" if of == "total" else f"{of} = 0"
    return Significance(
        hypothesis=hypothesis,
        p=max(shares.values()),
        nulls=shares,
        rows=effective_rows(units),
        replicates=replicates,
    )


def _share(null: Null, replicates: int, enough: int, rng: np.random.Generator) -> float:
    """The share of draws that reach the estimate, itself counted in."""
    reached = drawn = 0
    while drawn < replicates and reached < enough:
        size = min(CHUNK, replicates - drawn)
        reached += int(np.count_nonzero(null.draw(size, rng) >= null.estimate - TIE))
        drawn += size
    return (1 + reached) / (1 + drawn)


def nulls_of(of: str, units: Units, rng: np.random.Generator) -> Iterator[Null]:
    """The nulls that ``of`` is tested against; ``rng`` is for what they are made from."""
    table, rows = units.table, effective_rows(units)
    p = table / table.sum()
    match of:
        case "total":
            yield _shuffling("y shuffled", units, rows)
        case "synergy":
            optimal = nulls.without_synergy(table, rng)
            yield _drawing("mean optimal coupling", optimal, table, of, rows)
            yield _shuffling("y shuffled", units, rows, of)
        case "unique1":
            yield _drawing("x1 a noisy x2", nulls.without_unique1(p), table, of, rows)
            yield _drawing("both like x1", nulls.same_channel(p, 0), table, of, rows)
            yield _drawing("both like x2", nulls.same_channel(p, 1), table, of, rows)
        case "unique2":
            swap = str.maketrans("12", "21")
            for null in nulls_of("unique1", units.swapped(), rng):
                yield null._replace(name=null.name.translate(swap))
        case "redundancy":
            orthogonal = nulls.without_redundancy(p)
            yield _drawing("orthogonal sources", orthogonal, table, of, rows)
            yield _shuffling("y shuffled for x1", units.without(2), rows)
            yield _shuffling("y shuffled for x2", units.without(1), rows)


def _shuffling(name: str, units: Units, rows: int, atom: str = "total") -> Null:
    """y dealt out anew among independent rows; where they are not, fewer drawn with y apart."""
    table = units.table
    value = _information if atom == "total" else _valued(atom)
    estimate = float(value(table[None])[0])
    if units.single_rows:
        return Null(name, estimate, lambda size, rng: value(shuffled(table, size, rng)))
    p = table / table.sum()
    apart = p.sum(axis=2, keepdims=True) * p.sum(axis=(0, 1))
    return Null(name, estimate, lambda size, rng: value(_multinomial(apart, rows, size, rng)))


def _drawing(name: str, null: Floats, table: Floats, atom: str, rows: int) -> Null:
    """Independent rows drawn from a table without the atom."""
    value = _valued(atom)
    estimate = float(value(table[None])[0])
    return Null(name, estimate, lambda size, rng: value(_multinomial(null, rows, size, rng)))


def _multinomial(null: Floats, rows: int, size: int, rng: np.random.Generator) -> Floats:
    draws = rng.multinomial(rows, null.ravel() / null.sum(), size=size)
    return draws.reshape(size, *null.shape).astype(np.float64)


def _valued(atom: str) -> Callable[[Floats], Floats]:
    """The atom in nats of tables (B, n1, n2, k)."""

    def value(tables: Floats) -> Floats:
        tol = PRECISE_TOL if len(tables) == 1 else TIE
        return np.asarray(solve(tables, tol)[ATOMS.index(atom)])

    return value


def _information(tables: Floats) -> Floats:
    """I(Y; X1, X2) in nats of tables (B, n1, n2, k)."""
    p = tables.reshape(len(tables), -1, tables.shape[3])
    p = p / p.sum(axis=(1, 2), keepdims=True)
    rows, columns = xlogx(p.sum(axis=2)).sum(axis=1), xlogx(p.sum(axis=1)).sum(axis=1)
    return np.asarray(xlogx(p).sum(axis=(1, 2)) - rows - columns)
