"""Tests of whether an atom is there at all, each against named tables in which it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pid.decomposition import ATOMS
from pid.errors import InvalidInput
from pid.inference import nulls
from pid.inference.assessment import REPLICATES, check_replicates
from pid.inference.atoms import PRECISE_TOL, solve
from pid.inference.bias import shuffled
from pid.inference.units import Units
from pid.information import xlogx

Floats = NDArray[np.float64]

TESTED = (*ATOMS, "total")
TIE = 1e-7  # nats; estimates that differ by less than the solver's tolerance are equal


@dataclass(frozen=True, slots=True, kw_only=True)
class Significance:
    """How surprising an estimate would be if the truth were 0.

    Attributes:
        hypothesis: what is tested, in words.
        p: the share of draws that reach the estimate, itself counted in; never below
            1 / (replicates + 1). Where there are several nulls, the largest.
        nulls: the share for each table or shuffling drawn from.
        replicates: draws from each.
    """

    hypothesis: str
    p: float
    nulls: Mapping[str, float]
    replicates: int


def significance(
    counts: ArrayLike,
    of: str,
    *,
    replicates: int = REPLICATES,
    random_state: int | None = 0,
) -> Significance:
    """Test whether one atom, or the total, is 0.

    A single null does not keep its level wherever the atom is 0: the nearest table without unique
    information, for example, is nearer to the sample than the truth is. Each atom is therefore
    tested against several tables, and the largest p-value counts. docs/statistics.md has the error
    rates that were measured.

    Args:
        counts: samples per cell, whole numbers, shape (n1, n2, k); rows are independent.
        of: "synergy", drawn from the mean optimal coupling of resampled tables and from shuffled y;
            "unique1", "unique2", drawn from the nearest table in which the source says only what
            the other does, and from both sources having the same channel, of the one or the other;
            "redundancy", drawn from sources along orthogonal directions of y, and y shuffled for
            each source alone; "total", y shuffled.
        replicates: draws from each null.
        random_state: seed.

    Raises:
        InvalidInput: an unknown atom, or counts that are not whole.
        InvalidDistribution: not a table.

    Example:
        >>> xor = [[[45, 5], [5, 45]], [[5, 45], [45, 5]]]
        >>> significance(xor, "synergy", replicates=99).p
        0.01
        >>> significance(xor, "redundancy", replicates=99).p > 0.05
        True
    """
    if of not in TESTED:
        raise InvalidInput(f"of must be one of {', '.join(TESTED)}; got {of!r}")
    check_replicates(replicates)
    table = Units.from_counts(counts).table
    rng = np.random.default_rng(random_state)
    shares = {}
    for name, estimate, drawn in _TESTS[of](table, replicates, rng):
        reached = int(np.count_nonzero(drawn >= estimate - TIE))
        shares[name] = (1 + reached) / (replicates + 1)
    hypothesis = "y is independent of (x1, x2)" if of == "total" else f"{of} = 0"
    return Significance(
        hypothesis=hypothesis, p=max(shares.values()), nulls=shares, replicates=replicates
    )


Draws = Iterator[tuple[str, float, Floats]]


def _total(table: Floats, size: int, rng: np.random.Generator) -> Draws:
    yield _shuffling("y shuffled", table, size, rng)


def _synergy(table: Floats, size: int, rng: np.random.Generator) -> Draws:
    estimate = _atom(table[None], "synergy")[0]
    optimal = nulls.without_synergy(table, rng)
    yield "mean optimal coupling", estimate, _drawn(optimal, table, "synergy", size, rng)
    yield "y shuffled", estimate, _atom(shuffled(table, size, rng), "synergy")


def _unique1(table: Floats, size: int, rng: np.random.Generator) -> Draws:
    p, estimate = table / table.sum(), _atom(table[None], "unique1")[0]
    for name, null in (
        ("x1 a noisy x2", nulls.without_unique1(p)),
        ("both like x1", nulls.same_channel(p, 0)),
        ("both like x2", nulls.same_channel(p, 1)),
    ):
        yield name, estimate, _drawn(null, table, "unique1", size, rng)


def _unique2(table: Floats, size: int, rng: np.random.Generator) -> Draws:
    swap = str.maketrans("12", "21")
    for name, estimate, drawn in _unique1(table.transpose(1, 0, 2), size, rng):
        yield name.translate(swap), estimate, drawn


def _redundancy(table: Floats, size: int, rng: np.random.Generator) -> Draws:
    null = nulls.without_redundancy(table / table.sum())
    estimate = _atom(table[None], "redundancy")[0]
    yield "orthogonal sources", estimate, _drawn(null, table, "redundancy", size, rng)
    for name, axis in (("y shuffled for x1", 1), ("y shuffled for x2", 0)):
        yield _shuffling(name, table.sum(axis=axis)[:, None], size, rng)


_TESTS: dict[str, Callable[[Floats, int, np.random.Generator], Draws]] = {
    "redundancy": _redundancy,
    "unique1": _unique1,
    "unique2": _unique2,
    "synergy": _synergy,
    "total": _total,
}


def _shuffling(
    name: str, table: Floats, size: int, rng: np.random.Generator
) -> tuple[str, float, Floats]:
    """I(Y; X1, X2) of the table and of as many shuffled ones."""
    return name, float(_information(table[None])[0]), _information(shuffled(table, size, rng))


def _drawn(null: Floats, table: Floats, atom: str, size: int, rng: np.random.Generator) -> Floats:
    """The atom in tables of as many rows drawn from ``null``."""
    shares = null.ravel() / null.sum()
    draws = rng.multinomial(int(table.sum()), shares, size=size)
    return _atom(draws.reshape(size, *null.shape).astype(np.float64), atom)


def _atom(tables: Floats, atom: str) -> Floats:
    tol = PRECISE_TOL if len(tables) == 1 else TIE
    return np.asarray(solve(tables, tol)[ATOMS.index(atom)])


def _information(tables: Floats) -> Floats:
    """I(Y; X1, X2) in nats of tables (B, n1, n2, k)."""
    p = tables.reshape(len(tables), -1, tables.shape[3])
    p = p / p.sum(axis=(1, 2), keepdims=True)
    rows, columns = xlogx(p.sum(axis=2)).sum(axis=1), xlogx(p.sum(axis=1)).sum(axis=1)
    return np.asarray(xlogx(p).sum(axis=(1, 2)) - rows - columns)
