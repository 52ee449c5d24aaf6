"""All numbers of several sources without what counting adds, and their intervals; in nats.

Every number is a sum of union informations, so that sums that hold before these are corrected hold
afterwards. As of two sources (``kink_aware.py``): what a set tells is smooth in the counts, and the
jackknife takes its bias off; what several sets tell beyond the best of them has kinks, and its bias
is that of tables drawn anew. Then estimates are held where the truth can be: larger families tell
no less, and none more than the sum of its sets.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.stats import chi2

from pid._types import Floats
from pid.core.sources.layout import Layout
from pid.core.sources.numbers import Family
from pid.core.sources.union import TWO
from pid.inference.intervals import (
    LEFT_OVER,
    NEAR_ZERO,
    SPREAD,
    Bounds,
    of_few,
    percentile,
    quantile,
)
from pid.inference.kink_aware import TIE
from pid.inference.rare_classes import another, populations
from pid.inference.unions import CHUNK, Sample, told
from pid.parallel.work import HERE, Work

THREE = 3  # sources, of which ``shared`` is not below 0 for any number of classes
# Tables drawn anew have what a bias that falls as 1 / n adds once more. Of one that falls as its
# root, as at a kink where several sets tell the same, they add sqrt(2) - 1 times as much.
SLOWEST = 1 / (math.sqrt(2) - 1)
SEEN = 1e-9  # nats of a number that is held at 0, from which on it is said


class Estimate(NamedTuple):
    """All numbers after correction.

    Attributes:
        held: at the ends of what is possible.
        free: wherever the correction puts them.
        other: corrected by tables drawn anew alone.
        kinked: as ``free``, were all that several sets tell beyond the best due to a kink.
    """

    held: Floats
    free: Floats
    other: Floats
    kinked: Floats

    @property
    def at_zero(self) -> list[int]:
        """Numbers that are 0 because they were held there."""
        return [int(i) for i in np.flatnonzero((np.abs(self.held) <= TIE) & (self.free < -SEEN))]


def corrected(sample: Sample, drawn: Floats) -> Estimate:
    """The numbers after correction.

    Args:
        sample: as counted.
        drawn: see ``Sample.redrawn``; of none, only the jackknife corrects.
    """
    unions = sample.unions
    place = {which: i for i, which in enumerate(sample.families)}
    bias = np.zeros(len(unions))
    if drawn.shape[2]:
        away = unions - sample.first_order(sample.units.table)  # by gaps, and by rounding
        bias = (drawn[0] - drawn[1]).mean(axis=1) - away
    single, most = sample.jackknifed(), math.log(sample.shape[-1])
    free, kinked = np.empty((2, len(unions)))
    held: dict[Family, float] = {}
    for which, i in place.items():
        best = max(which, key=lambda A: unions[place[A,]])
        j = place[best,]
        more = float(bias[i] - bias[j])
        extra = float(unions[i] - unions[j]) - more
        free[i] = single[best] + extra
        kinked[i] = free[i] - (SLOWEST - 1) * more
        sets = [min(max(single[A], 0.0), most) for A in which]
        alone = sets[which.index(best)]
        held[which] = min(max(*sets, alone + min(max(extra, 0.0), sum(sets) - alone), 0.0), most)
    _hold(sample.layout, held, sample.shape[-1])
    values = sample.numbers(np.array([held[which] for which in sample.families]))
    _share_out(sample.layout, values, sample.numbers(unions))
    others = (sample.numbers(of) for of in (free, unions - bias, kinked))
    return Estimate(values, *others)


def _hold(layout: Layout, held: dict[Family, float], classes: int) -> None:
    """Larger families tell no less than smaller ones, and what is shared is not below 0."""
    sums, k = layout.sums, len(layout.sums.single)
    (_, union), (_, total) = sums.union[0], sums.total[0]
    without = [held[smaller] for _, (_, smaller) in sums.unique]
    if k == THREE or classes == TWO:
        held[union] = min(held[union], sum(without) / (k - 1))
    held[union] = max(held[union], *without)
    for smaller, larger in zip(layout.chain[:-1], layout.chain[1:], strict=True):
        held[larger] = max(held[larger], held[smaller])
    held[total] = max(held[total], *(held[both] for (_, both), _ in sums.strict))


def _share_out(layout: Layout, values: Floats, counted: Floats) -> None:
    """Divide ``shared`` among the sets that share it, as it was counted, where that is known."""
    if layout.place.shared_by is None:
        return
    by = list(layout.place.shared_by.values())
    parts = np.maximum(counted[by], 0)
    values[by] = parts * (max(values[layout.place.shared], 0.0) / max(parts.sum(), TIE))


def intervals(sample: Sample, drawn: Floats, estimate: Estimate, level: float) -> Bounds:
    """Of all numbers, in the order of the layout, as those of two sources.

    From the smallest to the largest of the corrections, plus quantiles of the larger of both
    standard errors, plus what a correction may miss (``intervals.bias_aware``). A number near 0
    has its standard errors from where the sample is, and may be larger by z^2 / 2n for being seen
    as nothing: with 2n times an information about a noncentral chi-squared, z off its root.

    Args:
        sample: as counted.
        drawn: see ``Sample.redrawn``.
        estimate: of the same.
        level: nominal coverage.
    """
    units = sample.units.effective_count
    spread = of_few(units) * sample.numbers(drawn[0]).std(axis=1, ddof=1)
    deviation = np.maximum(spread, of_few(units) * sample.deviations())
    centre, counted = estimate.free, sample.numbers(sample.unions)
    reach = SPREAD * quantile(level, units) * deviation + LEFT_OVER * np.abs(counted - centre)
    unseen = float(chi2.ppf(level, 1)) / (2 * worth(sample))
    centres = np.array([centre, estimate.other, estimate.kinked])
    low, high = centres.min(axis=0) - reach, centres.max(axis=0) + reach + unseen
    maybe_zero = np.abs(centre) < NEAR_ZERO * deviation
    low = np.where(maybe_zero, np.minimum(low, 0), low)
    high = np.where(maybe_zero, np.maximum(high, 0), high)
    most = math.log(sample.shape[-1])
    low, high = np.minimum(low, estimate.held), np.maximum(high, estimate.held)
    return Bounds(np.minimum(low, most), np.minimum(high, most))


def worth(sample: Sample) -> float:
    """Independent rows that the sample is worth."""
    units = sample.units
    return min(units.alike, units.effective_rows) if units.grouped else units.effective_rows


def widened(
    bounds: Bounds,
    table: Floats,
    layout: Layout,
    number: int,
    level: float,
    random_state: int,
    work: Work = HERE,
) -> Bounds:
    """The hull of an interval and of what populations would tell that may have given the table.

    Where a class is rare; see ``rare_classes.py``.

    Args:
        bounds: of the numbers.
        table: independent rows that the samples are worth in each cell, (n1, ..., nk, K).
        layout: of the numbers.
        number: of populations.
        level: nominal coverage.
        random_state: seed.
        work: where populations are solved.
    """
    seed, of = another(random_state), (len(layout.weights.indptr) - 1,)
    drawn = work.draw("populations", _solved, (table, layout), number, CHUNK, seed, of=of)
    possible = percentile(drawn, (1 + level) / 2)
    return Bounds(np.minimum(bounds.low, possible.low), np.maximum(bounds.high, possible.high))


def _solved(table: Floats, layout: Layout, size: int, seed: np.random.SeedSequence) -> Floats:
    flat = table.reshape(-1, 1, table.shape[-1])
    drawn = populations(flat, size, np.random.default_rng(seed))
    unions = [told(one, table.shape, layout.families) for one in drawn]
    return np.asarray(layout.weights @ np.array(unions).T)
