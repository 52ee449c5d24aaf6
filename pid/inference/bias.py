"""Corrections of the bias of counted atoms; docs/statistics.md compares them.

A plug-in information is too large by about (cells - 1) / (2 n), most of which lands in the
synergy. All corrections act on the four informations that the atoms are made of, so the sum rules
hold. The default has a file of its own.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike

from pid._types import Floats
from pid.checks import RANDOM_STATE, UNIT, checked, one_of
from pid.core.decomposition import Decomposition, atoms
from pid.core.information import Unit
from pid.errors import InvalidInput
from pid.inference.atoms import PRECISE_TOL, as_decomposition, solve, with_sums
from pid.inference.kink_aware import Corrected, jackknifed_informations, kink_aware
from pid.inference.strata import mean_of_counts
from pid.inference.units import MOST_COUNTED_OUT, OF_STRATA, Units

Correction = Literal[
    "kink-aware", "jackknife", "miller-madow", "null", "bootstrap", "extrapolation", "none"
]
CORRECTIONS: tuple[str, ...] = get_args(Correction)
FOR_SINGLE_ROWS = ("miller-madow", "null")  # that hold for independent rows of weight 1 alone

RESAMPLES = 200  # tables drawn where a correction is an average over them


class Jackknife(NamedTuple):
    """Estimates in nats from tables with one unit left out each."""

    corrected: Floats
    deviation: Floats  # standard errors of the plug-in atoms and of their sums, (7,)


@checked(method=one_of(*CORRECTIONS), unit=UNIT, random_state=RANDOM_STATE)
def correct(
    counts: ArrayLike | Units,
    method: Correction = "kink-aware",
    *,
    unit: Unit = "bit",
    random_state: int | None = 0,
) -> Decomposition:
    """The atoms of a table of counts, corrected for the bias of counting.

    Args:
        counts: samples per cell, shape (n1, n2, k), or (nz, n1, n2, k) for atoms given z; or
            ``Units``.
        method: "kink-aware" takes the bias of the informations off by the jackknife, that of the
            smaller unique atom by resampled tables, and holds the result to what is possible: no
            atom is below 0, and the total not above the logarithm of the number of classes.
            "jackknife" leaves out one unit at a time, for all of them [1]. "miller-madow" takes
            (m - 1) / 2n off every entropy with m occupied cells [2]; of min_q I_q, which it has no
            formula for, nothing. "null" takes off the mean atoms of tables with shuffled y.
            "bootstrap" takes off what drawing from the sample adds once more. "extrapolation" fits
            1/n and 1/n^2 to halves and quarters of the sample [3]. "none" is plug-in.
        unit: "bit" or "nat".
        random_state: seed of what is drawn; None takes another one each time.

    Returns:
        Atoms without coupling or certificate. But for "kink-aware" they may be negative.

    Raises:
        InvalidInput: an unknown method, too few units for it, or "miller-madow" or "null" for
            units that are not single rows.

    Examples:
        >>> round(correct([[[20, 30], [30, 20]], [[25, 25], [25, 25]]]).total, 3)
        0.004

    References:
        [1] Quenouille, Biometrika 43, 1956. [2] Miller, 1955; Paninski, Neural Computation 15,
        2003. [3] Strong et al., Physical Review Letters 80, 1998.
    """
    units = counts if isinstance(counts, Units) else Units.from_counts(counts)
    rng = np.random.default_rng(random_state)
    plug_in = solve(units.table[None], PRECISE_TOL)[:, 0]
    return as_decomposition(corrected(units, plug_in, method, rng).atoms, unit)


def corrected(
    units: Units,
    plug_in: Floats,
    method: Correction,
    rng: np.random.Generator,
    drawn: Floats | None = None,
) -> Corrected:
    """Corrected atoms in nats; ``drawn`` are those of tables drawn anew, if there are any."""
    if method == "kink-aware":
        need(units, 2, "a correction")
        replicates = solve(units.draw(RESAMPLES, rng)) if drawn is None else drawn
        told = jackknifed_informations(units, rng)[:3]
        return kink_aware(told, plug_in, replicates, units.shape[-1])
    return Corrected(_linear(units, plug_in, method, rng))


def _linear(units: Units, plug_in: Floats, method: Correction, rng: np.random.Generator) -> Floats:
    """By the methods that act alike on all informations, and hold nothing back."""
    if method in FOR_SINGLE_ROWS and not units.single_rows:
        raise InvalidInput(
            f"correction {method!r} holds for independent rows of weight 1; with groups, blocks or "
            "weights use 'jackknife' or 'bootstrap'"
        )
    match method:
        case "jackknife":
            return jackknife(units, plug_in, rng).corrected
        case "miller-madow":
            return np.asarray(plug_in - miller_madow(units.table))
        case "null":
            by_chance = solve(shuffled(units.table, RESAMPLES, rng))
            return np.asarray(plug_in - by_chance.mean(axis=1))
        case "bootstrap":
            return np.asarray(2 * plug_in - solve(units.draw(RESAMPLES, rng)).mean(axis=1))
        case "extrapolation":
            return extrapolated(units, plug_in, rng)
    return plug_in


def jackknife(units: Units, plug_in: Floats, rng: np.random.Generator) -> Jackknife:
    """Quenouille's correction m T - (m - 1) mean T_-i, and the standard error of T."""
    need(units, 2, "a jackknife")
    tables, weights, parts = units.leave_out(rng)
    without = with_sums(solve(tables, PRECISE_TOL))
    mean = without @ weights
    variance = (parts - 1) * ((without - mean[:, None]) ** 2 @ weights)
    return Jackknife(parts * plug_in - (parts - 1) * mean[:4], np.sqrt(variance))


def miller_madow(counts: Floats) -> Floats:
    """Bias of the atoms in nats by occupied cells, with that of min_q I_q taken as 0."""
    if counts.ndim == OF_STRATA:
        return mean_of_counts(miller_madow, counts)
    n = counts.sum()

    def bias(table: Floats) -> float:
        """Of I(rows; columns) in a table of two axes."""
        rows, columns = (np.count_nonzero(table.sum(axis=axis)) for axis in (1, 0))
        return float((np.count_nonzero(table) - rows - columns + 1) / (2 * n))

    both = counts.reshape(-1, counts.shape[2])
    first, second = counts.sum(axis=1), counts.sum(axis=0)
    return np.array(atoms(0.0, bias(first), bias(second), bias(both)))


def shuffled(counts: Floats, size: int, rng: np.random.Generator) -> Floats:
    """``size`` tables in which y was dealt out anew among the rows; given z, within strata.

    Raises:
        InvalidInput: more rows than can be dealt out.
    """
    if counts.ndim == OF_STRATA:
        return np.stack([shuffled(of_z, size, rng) for of_z in counts], axis=1)
    if counts.sum() > MOST_COUNTED_OUT:
        raise InvalidInput(
            f"y is dealt out anew among {MOST_COUNTED_OUT:,} rows at most; got "
            f"{counts.sum():,.0f}. Take another correction, or test a part of the rows"
        )
    labels = counts.sum(axis=(0, 1)).astype(np.int64)
    pairs = counts.sum(axis=2).astype(np.int64).ravel()
    left = np.tile(labels, (size, 1))
    out = np.empty((size, len(pairs), len(labels)))
    for pair, rows in enumerate(pairs):  # deals to each pair in turn what is left of every label
        wanted, others = np.full(size, rows), left.sum(axis=1)
        for y in range(len(labels) - 1):
            others = others - left[:, y]
            dealt = rng.hypergeometric(left[:, y], others, wanted)
            out[:, pair, y] = dealt
            left[:, y] -= dealt
            wanted = wanted - dealt
        out[:, pair, -1] = wanted
        left[:, -1] -= wanted
    return out.reshape(size, *counts.shape)


def extrapolated(units: Units, plug_in: Floats, rng: np.random.Generator) -> Floats:
    """The limit of a + b / n + c / n^2 through the sample, its halves and its quarters."""
    need(units, 4, "an extrapolation")
    half, quarter = (
        solve(units.draw_fewer(units.count // part, RESAMPLES, rng)).mean(axis=1) for part in (2, 4)
    )
    return np.asarray((8 * plug_in - 6 * half + quarter) / 3)


def need(units: Units, least: int, what: str) -> None:
    """Raise InvalidInput if there are fewer than ``least`` units."""
    if units.count < least:
        raise InvalidInput(
            f"{what} needs at least {least} independent units (rows, groups or blocks); got "
            f"{units.count}"
        )
