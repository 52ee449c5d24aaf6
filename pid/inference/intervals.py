"""Confidence intervals for atoms from resampled tables; docs/statistics.md measures coverage.

Atoms are not negative, have kinks where one becomes 0, and are biased: the plain percentile
interval of the bootstrap misses the truth more often than not. The default shifts, and widens by
what the shift may be wrong.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple, get_args

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from pid._types import Floats
from pid.inference.atoms import with_sums
from pid.inference.bias import Jackknife

Method = Literal["bias-aware", "bias-corrected", "percentile", "basic", "subsampling"]
METHODS: tuple[Method, ...] = get_args(Method)

# Set by scripts/coverage_study.py, on its tables:
LEFT_OVER = 0.75  # share of a bias correction that may still be missing from it
SPREAD = 1.05  # deviation of a corrected value, relative to that of the counted one
NEAR_ZERO = 3.0  # an atom nearer to 0 than this many deviations may be 0


class Bounds(NamedTuple):
    """Lower and upper ends for R, U1, U2, S and their ``SUMS``, in nats, (7,) each.

    What takes them works on the first of these rows alone, too, such as atoms and total.
    """

    low: Floats
    high: Floats


class Measure(NamedTuple):
    """A quantity as counted, corrected for bias, and its interval."""

    counted: float
    corrected: float
    low: float
    high: float


def possible(bounds: Bounds, k: int) -> Bounds:
    """No atom, nor any of their sums, is more than there is to be known of k classes."""
    return Bounds(*(np.minimum(end, math.log(k)) for end in bounds))


def including(bounds: Bounds, value: Floats) -> Bounds:
    """The least intervals that have all of ``bounds``, and the value, of one shape."""
    return Bounds(np.minimum(bounds.low, value), np.maximum(bounds.high, value))


def percentile(replicates: Floats, level: float) -> Bounds:
    """Quantiles of the replicates (7, B)."""
    tail = (1 - level) / 2
    low, high = np.quantile(replicates, [tail, 1 - tail], axis=1)
    return Bounds(low, high)


def basic(plug_in: Floats, replicates: Floats, level: float) -> Bounds:
    """The percentile interval mirrored at the estimate."""
    low, high = percentile(replicates, level)
    return Bounds(2 * plug_in - high, 2 * plug_in - low)


def bias_corrected(plug_in: Floats, replicates: Floats, level: float) -> Bounds:
    """Twice the estimate less the mean of the replicates, give or take normal quantiles."""
    centre = 2 * plug_in - replicates.mean(axis=1)
    reach = ndtri((1 + level) / 2) * replicates.std(axis=1, ddof=1)
    return Bounds(centre - reach, centre + reach)


def quantile(level: float, units: float = math.inf) -> float:
    """Standard errors to either side of a mean that its interval reaches.

    Of few independent units the error itself is not known well: Student's law of one unit less.

    Examples:
        >>> round(quantile(0.95), 2), round(quantile(0.95, 6), 2)
        (1.96, 2.57)
    """
    share = (1 + level) / 2
    return float(ndtri(share) if math.isinf(units) else stdtrit(max(units - 1, 1), share))


def of_few(units: float) -> float:
    """How much more groups are spread around the true mean than around their own."""
    return 1.0 if math.isinf(units) else math.sqrt(units / max(units - 1, 1))


def p_value(errors: Floats, units: float = math.inf) -> Floats:
    """Chance of a mean to be so many standard errors from 0, either way; see ``quantile``."""
    away = -np.abs(errors)
    tail = ndtr(away) if math.isinf(units) else stdtr(max(units - 1, 1), away)
    return np.asarray(2 * tail)


def around(
    raw: Floats, corrected: Floats, deviation: Floats, level: float, units: float = math.inf
) -> Bounds:
    """From the smaller to the larger of two estimates (4,), and quantiles beyond.

    A correction is a guess of what is missing: the interval is for both who believe it and do not.

    Args:
        raw, corrected: R, U1, U2, S.
        deviation: standard errors of these and of their sums, shape (7,).
        level: nominal coverage.
        units: independent ones, if they are few; see ``quantile``.
    """
    first, second = with_sums(np.column_stack([raw, corrected])).T
    return between(first, second, deviation, level, units)


def between(
    raw: Floats, corrected: Floats, deviation: Floats, level: float, units: float = math.inf
) -> Bounds:
    """As ``around``, of any quantities, all of one shape."""
    reach = quantile(level, units) * deviation
    return Bounds(np.minimum(raw, corrected) - reach, np.maximum(raw, corrected) + reach)


def subsampling(plug_in: Floats, smaller: Floats, share: float, level: float) -> Bounds:
    """From tables of ``share`` of the units, drawn without replacement (Politis & Romano 1994).

    sqrt(m) (T_m - T_n) stands for sqrt(n) (T_n - T), with the finite-population factor.
    """
    scale = np.sqrt(share / (1 - share))
    low, high = percentile(scale * (smaller - plug_in[:, None]), level)
    return Bounds(plug_in - high, plug_in - low)


def bias_aware(
    plug_in: Floats,
    replicates: Floats,
    left_out: Jackknife,
    level: float,
    units: float = math.inf,
) -> Bounds:
    """Around both bias corrections, by the larger deviation, and what the corrections may miss.

    The bootstrap's and the jackknife's correction differ where the bias is large or of a kink; the
    interval reaches from the smaller to the larger of them, plus the usual quantile of the larger
    of the two standard errors, plus three quarters of the correction. An atom within three
    deviations of 0 may be 0: the interval then includes it, and what this takes from min_q I_q it
    gives to the atoms on the other side of the sum rules. Sums have no min_q I_q to give.

    Args:
        plug_in: atoms of the sample, and their sums, (7,).
        replicates: of tables drawn from it, (7, B).
        left_out: of tables without a unit.
        level: nominal coverage.
        units: effective number of independent groups; no end of single rows. Few groups are
            spread less around their own mean than around the true one, and not known well.
    """
    rows = len(plug_in)
    centre = with_sums(left_out.corrected)[:rows]
    spread = replicates.std(axis=1, ddof=1)
    if math.isinf(units):
        deviation = np.append(np.maximum(spread[:4], left_out.deviation[:4]), spread[4:])
    else:
        deviation = np.maximum(of_few(units) * spread, left_out.deviation[:rows])
    other = 2 * plug_in - replicates.mean(axis=1)
    reach = SPREAD * quantile(level, units) * deviation + LEFT_OVER * np.abs(plug_in - centre)
    low = np.minimum(centre, other) - reach
    high = np.maximum(centre, other) + reach
    maybe_zero = np.abs(centre) < NEAR_ZERO * deviation
    down = np.where(maybe_zero, np.maximum(low, 0), 0)
    low = low - down
    high = np.where(maybe_zero, np.maximum(high, 0), high)
    redundancy, unique1, unique2, synergy = down[:4]
    given = max(unique1, unique2), max(redundancy, synergy)
    high[:4] += np.array([given[0], given[1], given[1], given[0]])
    return Bounds(low, high)
