"""Bias, spread and intervals of the atoms of one table, from one set of resampled tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from pid._types import Floats
from pid.checks import COVERAGE, RANDOM_STATE, TABLES, UNIT, checked, one_of, renamed
from pid.core.decomposition import ATOMS, Decomposition
from pid.core.information import Unit, nats_per
from pid.inference import intervals
from pid.inference.atoms import PRECISE_TOL, SUMS, as_decomposition, solve, with_sums
from pid.inference.bias import CORRECTIONS, Correction, Jackknife, corrected, jackknife, need
from pid.inference.grouping import check_enough
from pid.inference.intervals import METHODS, Bounds, Method
from pid.inference.kink_aware import Corrected
from pid.inference.rare_classes import widened
from pid.inference.units import Units
from pid.parallel.work import HERE, Work

Interval = Mapping[str, tuple[float, float]]

REPLICATES = 1_000
CHUNK = 250  # tables that one random generator draws
SHARE = 0.5  # of the units in a subsample


class Resampling(NamedTuple):
    """How an interval is found, and a bias corrected; see ``assess``."""

    interval: float = 0.95
    method: Method = "bias-aware"
    correction: Correction = "kink-aware"
    replicates: int = REPLICATES
    random_state: int | None = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Assessment:
    """What a sample says about the atoms of its population.

    Attributes:
        counted: the atoms of the sample.
        corrected: after bias correction.
        held: atoms, or "total", whose corrected value is held at the end of what is possible.
        interval: (low, high) per atom, for the total, and for what each source tells beyond the
            other, "conditional1" and "conditional2"; in the same unit.
        deviation: standard errors of the same: deviation of the replicates.
        level: nominal coverage of ``interval``.
        replicates: tables that were resampled.
    """

    counted: Decomposition
    corrected: Decomposition
    held: tuple[str, ...]
    interval: Interval
    deviation: Mapping[str, float]
    level: float
    replicates: int


@renamed(level="interval")
@checked(
    interval=COVERAGE,
    correction=one_of(*CORRECTIONS),
    method=one_of(*METHODS),
    replicates=TABLES,
    unit=UNIT,
    random_state=RANDOM_STATE,
)
def assess(
    counts: ArrayLike | Units,
    *,
    interval: float = 0.95,
    correction: Correction = "kink-aware",
    method: Method = "bias-aware",
    replicates: int = REPLICATES,
    unit: Unit = "bit",
    random_state: int | None = 0,
) -> Assessment:
    """Correct the bias of a table's atoms and give confidence intervals for them.

    The estimand is the decomposition of the table that infinitely many samples would give with the
    same cells.

    Args:
        counts: samples per cell, whole numbers, shape (n1, n2, k), or (nz, n1, n2, k) for atoms
            given z; or ``Units`` for dependent or weighted rows.
        interval: nominal coverage, between 0 and 1.
        correction: see ``correct``.
        method: "bias-aware", measured to cover at its level; or the textbook's "percentile",
            "basic", "bias-corrected" [1] and "subsampling" [2], which do not: see
            docs/statistics.md.
        replicates: tables drawn.
        unit: "bit" or "nat".
        random_state: seed; None takes another one each time.

    Raises:
        InvalidInput: options out of range, counts that are not whole, fewer than two rows or four
            groups.
        InvalidDistribution: ``counts`` is not a table.

    Examples:
        >>> xor = [[[45, 5], [5, 45]], [[5, 45], [45, 5]]]
        >>> low, high = assess(xor).interval["synergy"]
        >>> round(low, 1), round(high, 1)
        (0.4, 0.7)

    References:
        [1] Davison & Hinkley, Bootstrap Methods and their Application, 1997, chapter 5.
        [2] Politis & Romano, Annals of Statistics 22, 1994.
    """
    units = counts if isinstance(counts, Units) else Units.from_counts(counts)
    if units.grouped:
        check_enough(units.count)
    asked = Resampling(interval, method, correction, replicates, random_state)
    return conclude(units, resampled(units, asked), asked, unit)


def conclude(
    units: Units, drawn: Floats, asked: Resampling, unit: Unit, work: Work = HERE
) -> Assessment:
    """The assessment that follows from the atoms (4, B) of resampled tables, in nats."""
    need(units, 2, "an interval")
    rng = np.random.default_rng(asked.random_state)
    plug_in = solve(units.table[None], PRECISE_TOL)[:, 0]
    left_out = None
    if asked.correction == "jackknife" or asked.method == "bias-aware":
        left_out = jackknife(units, plug_in, rng)
    if asked.correction == "jackknife" and left_out is not None:
        estimate = Corrected(left_out.corrected)
    else:
        estimate = corrected(units, plug_in, asked.correction, rng, drawn)
    replicates = with_sums(drawn)
    bounds = _bounds(with_sums(plug_in), replicates, left_out, units, asked)
    if asked.method == "bias-aware":
        worth = units.table * (units.effective_rows / units.table.sum())
        bounds = widened(bounds, worth, asked.interval, asked.random_state, work)
    if (asked.method, asked.correction) == ("bias-aware", "kink-aware"):  # of very few rows
        bounds = intervals.including(bounds, with_sums(estimate.atoms))
    if asked.correction in ("kink-aware", "none"):  # whose values are possible ones, too
        bounds = intervals.possible(bounds, units.shape[-1])
    names, nat = (*ATOMS, *SUMS), nats_per(unit)
    spread = replicates.std(axis=1, ddof=1) / nat
    return Assessment(
        counted=as_decomposition(plug_in, unit),
        corrected=as_decomposition(estimate.atoms, unit),
        held=estimate.held,
        interval=as_interval(bounds, unit),
        deviation={name: float(x) for name, x in zip(names, spread, strict=True)},
        level=float(asked.interval),
        replicates=drawn.shape[1],
    )


def as_interval(bounds: Bounds, unit: Unit) -> Interval:
    """Ends in nats by the names of the atoms and of their sums, in ``unit``."""
    nat = nats_per(unit)
    return {
        name: (float(low) / nat, float(high) / nat)
        for name, low, high in zip((*ATOMS, *SUMS), *bounds, strict=True)
    }


def resampled(units: Units, asked: Resampling, work: Work = HERE) -> Floats:
    """Atoms (4, B) in nats of tables drawn with replacement, or of halves that are subsamples."""
    arguments = units, asked.method == "subsampling"
    return work.draw(
        "resampling", _resample, arguments, asked.replicates, CHUNK, asked.random_state, of=(4,)
    )


def _resample(units: Units, without: bool, size: int, seed: np.random.SeedSequence) -> Floats:
    rng = np.random.default_rng(seed)
    if without:
        return solve(units.draw_fewer(round(units.count * SHARE), size, rng))
    return solve(units.draw(size, rng))


def _bounds(
    plug_in: Floats,
    replicates: Floats,
    left_out: Jackknife | None,
    units: Units,
    asked: Resampling,
) -> Bounds:
    level = asked.interval
    match asked.method:
        case "percentile":
            return intervals.percentile(replicates, level)
        case "basic":
            return intervals.basic(plug_in, replicates, level)
        case "bias-corrected":
            return intervals.bias_corrected(plug_in, replicates, level)
        case "subsampling":
            return intervals.subsampling(plug_in, replicates, SHARE, level)
    assert left_out is not None
    return intervals.bias_aware(plug_in, replicates, left_out, level, units.effective_count)
