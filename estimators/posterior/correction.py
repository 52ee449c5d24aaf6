"""What a smaller sample loses, as a correction and as an interval; all of it in nats."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.stats import chi2

from pid._types import Floats
from pid.core.information import entropy
from pid.estimators.posterior.gate import TOGETHER
from pid.inference.atoms import with_sums, with_total
from pid.inference.intervals import Bounds, quantile

# What halves lose is what is missing where regret falls as 1 / n. Where it falls as its root, as
# that of networks among columns that tell nothing, 1 / (sqrt(2) - 1) times as much is missing.
SLOWEST = 1 / (np.sqrt(2) - 1)
LIMITED, CLEAR = 0.15, 2.0  # what halves lose: as a share of the total, and in errors of it
ROUNDING = 1e-9  # nats
OF_CELLS = 0.2  # how far the line to no loss may be wrong, as a share of what it adds


def believable(lost: Floats, deviation: Floats) -> Floats:
    """What is lost of numbers that add up, as far as it can be believed: of each, and of their sum.

    More than a standard error says that halves are too small to learn from, and not what is lost.
    The sum, as of R, U1, U2 and S what both tell, is limited by itself whatever it is made of, and
    the numbers give or take what that leaves, each in proportion to how far it is from its limit.

    Args:
        lost: shape (numbers,).
        deviation: standard errors of the numbers and of their sum, shape (numbers + 1,).

    Examples:
        >>> believable(np.array([3.0, 0.0, 0.0, 0.0]), np.array([1.0, 1.0, 1.0, 1.0, 2.0])).round(2)
        array([1.  , 0.33, 0.33, 0.33])
    """
    *numbers, total = np.clip(with_total(lost), -deviation, deviation)
    found = np.array(numbers)
    left = total - found.sum()
    room = deviation[:-1] - np.sign(left) * found
    return found + left * room / room.sum() if room.sum() > 0 else found


class Uncertain(NamedTuple):
    """Numbers, and by what they may be wrong, all in nats and of one length.

    Attributes:
        whole: what all samples say.
        estimate: the same, corrected.
        lost: what a half of the samples loses; ``spread`` is the standard error of that.
        deviation: standard errors of ``whole``.
        of_cells: how far cells may be wrong.
        seeming: what a fit to the rows may only seem to tell.
        gate: what classifiers that came in by chance may seem to tell, by 1 / samples.
    """

    whole: Floats
    estimate: Floats
    lost: Floats
    spread: Floats
    deviation: Floats
    of_cells: Floats
    seeming: Floats
    gate: Floats

    def bounds(self, most: float, level: float, units: float, samples: float) -> Bounds:
        """Intervals that hold the estimates.

        Below, they reach from what all samples say, or what is believed if that is less, by
        quantiles, and by what a fit to the rows may only seem to tell. Above, from the estimate to
        what is missing where regret falls slowest, and by quantiles, both as errors that have
        nothing to do with each other. Either end is as much further as the gate may be wrong, which
        lets in by chance and keeps out what tells less. What halves lose is itself known from a few
        of them, whatever its sign.

        Args:
            most: what no information exceeds; see ``most_entropy``.
            level: nominal coverage.
            units: independent samples, as of ``quantile``.
            samples: their number.
        """
        least = float(chi2.ppf(level, 1)) / (2 * samples)  # that so many samples cannot tell from 0
        whole, here, cells = self.whole, self.estimate, self.of_cells
        missing = whole + np.where(self.lost > 0, SLOWEST, 1.0) * self.lost
        z = quantile(level, units)
        reach = np.maximum(z * self.deviation, least) + cells
        further = np.maximum(z * np.hypot(self.deviation, SLOWEST * self.spread), least)
        gate = self.gate / samples
        low = np.minimum(whole, missing) - reach - self.seeming - gate
        above = here + np.hypot(np.maximum(missing - here, 0), further) + cells + gate
        high = np.minimum(np.maximum(whole + reach, above), most)
        return Bounds(np.minimum(low, here), np.maximum(high, here))


def standard_error(halves: Floats) -> Floats:
    """Of the mean of some halves, shape (numbers, halves)."""
    return np.asarray(halves.std(axis=1, ddof=1) / np.sqrt(halves.shape[1]))


class Halved(NamedTuple):
    """What all samples say, and what halves of them do.

    Attributes:
        whole: atoms of all samples, shape (4,).
        halves: those of each half, shape (halves, 4).
        deviation: standard errors of the atoms and of their sums, shape (7,).
        optimism: what calibration may have added to what x1, x2 and both tell.
    """

    whole: Floats
    halves: Floats
    deviation: Floats
    optimism: tuple[float, float, float] = (0.0, 0.0, 0.0)

    @property
    def lost(self) -> Floats:
        """What a half loses of the atoms, on average."""
        return np.asarray(self.whole - self.halves.mean(axis=0))

    @property
    def limited(self) -> bool:
        """Whether the classifiers, and not y, limit the total: halves clearly lose much of it."""
        _, _, _, _, lost = with_total(self.lost)
        _, _, _, _, spread = with_total(self.halves.T).std(axis=1, ddof=1)
        error = spread / np.sqrt(len(self.halves))
        return bool(lost > max(LIMITED * self.whole.sum(), CLEAR * error, ROUNDING))

    def corrected(self, h_y: float) -> Floats:
        """Atoms with what is believably lost, of which no information exceeds H(Y)."""
        return np.asarray(self.whole + self.held(h_y) * believable(self.lost, self.deviation[:5]))

    def held(self, h_y: float) -> float:
        """The share of what is lost that is added: I(Y; X1), I(Y; X2) and the total end at H(Y)."""
        added = believable(self.lost, self.deviation[:5])
        before, after = _informations(self.whole), _informations(self.whole + added)
        over = (after > h_y) & (after > before)
        shares = (h_y - before[over]) / (after - before)[over]
        return float(shares.clip(0, 1).min(initial=1.0))

    @property
    def seeming(self) -> Floats:
        """What of the atoms and of their sums a fit to the rows may only seem to tell, (7,)."""
        first, second, both = self.optimism
        return np.array([max(first, second), first, second, both, both, both, both])

    def interval(
        self,
        estimate: Floats,
        of_cells: float,
        most: float,
        level: float,
        units: float,
        samples: float,
    ) -> Bounds:
        """Of R, U1, U2, S and their sums, which holds the estimate; see ``Uncertain``.

        Args:
            estimate: corrected atoms.
            of_cells: what was added to the union for what cells lose.
            most, level, units, samples: see ``Uncertain.bounds``.
        """
        whole, here, lost = map(with_sums, (self.whole, estimate, self.lost))
        cells = OF_CELLS * abs(of_cells) * np.array([1, 1, 1, 1, 0, 0, 0])  # none in informations
        spread = standard_error(with_sums(self.halves.T))
        gate = TOGETHER * np.array([0, 0, 0, 1, 1, 1, 1])
        found = Uncertain(whole, here, lost, spread, self.deviation, cells, self.seeming, gate)
        return found.bounds(most, level, units, samples)


def most_entropy(p_y: Floats, units: float, level: float) -> float:
    """The most that H(Y) may be, of which the shares ``p_y`` of a sample show a little less.

    To second order: what single samples are spread by, and the divergence of their shares from the
    true ones, 2 n of which is chi-squared.
    """
    h_y = entropy(p_y, unit="nat")
    spread = float(np.sqrt(max((p_y * np.log(p_y) ** 2).sum() - h_y**2, 0.0) / units))
    beyond = float(chi2.ppf(level, len(p_y) - 1)) / (2 * units)
    return min(h_y + quantile(level, units) * spread + beyond, float(np.log(len(p_y))))


def _informations(values: Floats) -> Floats:
    """I(Y; X1), I(Y; X2) and I(Y; X1, X2)."""
    return np.array([values[0] + values[1], values[0] + values[2], values.sum()])
