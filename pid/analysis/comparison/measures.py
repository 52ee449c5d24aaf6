"""From values of one sheet in resampled rows to measures with intervals, and ranks of models."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pid._types import Floats
from pid.analysis.comparison.resampling import Resampled
from pid.analysis.comparison.result import FITS, VALUES
from pid.analysis.comparison.sheet import Sheet
from pid.core.information import Unit, nats_per
from pid.inference.accuracy import wilson
from pid.inference.bias import Jackknife
from pid.inference.intervals import (
    LEFT_OVER,
    Measure,
    bias_aware,
    including,
    of_few,
    possible,
    quantile,
)
from pid.inference.rare_classes import widened

TINY = 1e-12  # nats that are no information
SEED = 0  # of populations where a class is rare, the same for all models
TIED = 1e-12  # values nearer than this are equal


class Independent(NamedTuple):
    """Units that are independent of each other, and what they are worth.

    Attributes:
        units: how many there are.
        effective: how many of one size, where they are groups; no end of single rows.
        share: of the rows, as many of which as are independent say the same.
    """

    units: int
    effective: float
    share: float


def measures(
    r: Resampled, sheet: Sheet, independent: Independent, level: float | None, unit: Unit
) -> dict[str, Measure]:
    """All values, corrected; with intervals, or NaN for their ends."""
    nat, corrected = nats_per(unit), r.corrected
    low = high = np.full(len(VALUES), np.nan)
    if level is not None:
        low, high = _ends(r, sheet, independent, level)
    found = {}
    for i, name in enumerate(VALUES):
        scale = 1.0 if name == "accuracy" else nat
        value = max(corrected[i], 0.0) if name in ("information", "left") else corrected[i]
        numbers = (r.counted[i], value, low[i], high[i])
        found[name] = Measure(*(float(number) / scale for number in numbers))
    return found


def _ends(
    r: Resampled, sheet: Sheet, independent: Independent, level: float
) -> tuple[Floats, Floats]:
    """Of atoms those of ``pid.inference.assess``; of the rest those of means of smooth numbers."""
    corrected, deviation, units = r.by_parts, r.deviation, independent.effective
    left_out = Jackknife(corrected[:4], deviation[:5])
    bounds = bias_aware(r.counted[:5], r.drawn[:5], left_out, level, units)
    table = sheet.tables(sheet.whole)[0] * independent.share
    said = table.sum(axis=(0, 1)) > 0  # a class that a model never says is none
    bounds = widened(bounds, table[..., said], level, SEED)
    bounds = possible(including(bounds, r.corrected[:5]), sheet.shape[2])
    spread = np.maximum(of_few(units) * r.drawn.std(axis=1, ddof=1), deviation)
    reach = quantile(level, units) * spread + LEFT_OVER * np.abs(r.counted - corrected)
    low = np.concatenate([bounds.low, np.maximum(corrected - reach, 0)[5:]])  # none is below 0
    high = np.concatenate([bounds.high, np.maximum(corrected + reach, 0)[5:]])
    accuracy = VALUES.index("accuracy")  # where all rows are right, or wrong, nothing varies
    rows = np.array(min(independent.units, units))
    least, most = wilson(r.counted[accuracy], rows, quantile(level))
    low[accuracy], high[accuracy] = min(low[accuracy], least), max(high[accuracy], most)
    high[accuracy] = min(high[accuracy], 1.0)
    return low, high


def fits(r: Resampled, data: Resampled, nat: float) -> Resampled:
    """Agreement and overlap with the data, in the rows of ``FITS``."""
    return Resampled(
        agreement(data.counted[:4, None], r.counted[:4, None], nat)[:, 0],
        agreement(data.drawn[:4], r.drawn[:4], nat),
        agreement(data.without[:4], r.without[:4], nat),
    )


def agreement(data: Floats, model: Floats, nat: float) -> Floats:
    """What is published, and what is not confounded with accuracy; of parts (P, B), (2, B).

    Agreement is the sum of the data's shares times the model's parts (Liang et al., section 4.3).
    Good models have more of all parts, so that it grows with accuracy whatever the profile.
    Overlap is the sum of the smaller of both shares, 1 for equal profiles and 0 for models without
    any information.
    """
    shares = [_shares(np.maximum(atoms, 0)) for atoms in (data, model)]
    return np.array([(shares[0] * model).sum(0) / nat, np.minimum(*shares).sum(0)])


def _shares(atoms: Floats) -> Floats:
    total = atoms.sum(axis=0)
    found = np.divide(atoms, total, out=np.zeros_like(atoms), where=total > TINY)
    return np.asarray(found)


def fit_measures(
    fit: Resampled, independent: Independent, level: float | None
) -> dict[str, Measure]:
    """Agreement and overlap, with intervals, or NaN for their ends."""
    return around_fits(fit.counted, fit.corrected, fit.drawn, independent.effective, level)


def around_fits(
    counted: Floats, corrected: Floats, drawn: Floats, units: float, level: float | None
) -> dict[str, Measure]:
    """Agreement and overlap by their spread in drawn tables (2, B), and what a correction misses.

    Args:
        counted, corrected: both of them.
        drawn: likewise; of none the ends are NaN.
        units: how many of one size are worth as much, where they are groups.
        level: nominal coverage; None for ends that are NaN.
    """
    reach = np.full(len(FITS), np.nan)
    if level is not None and drawn.shape[1]:
        reach = quantile(level, units) * of_few(units) * drawn.std(axis=1, ddof=1)
        reach += LEFT_OVER * np.abs(counted - corrected)
    ends = zip(FITS, counted, corrected, corrected - reach, corrected + reach, strict=True)
    found = {name: Measure(*map(float, values)) for name, *values in ends}
    overlap = found["overlap"]
    ends_of = (min(max(value, 0.0), 1.0) for value in overlap[1:])  # it cannot be elsewhere
    found["overlap"] = Measure(overlap.counted, *ends_of)
    return found


def key(r: Resampled, fit: Resampled, sort: str) -> Floats:
    """What ranks a model, the larger the better: its corrected value, and those drawn."""
    if sort in FITS:
        i = FITS.index(sort)
        return centred(fit.corrected[i], fit.drawn[i])
    i = VALUES.index(sort)
    values = centred(r.corrected[i], r.drawn[i])
    return np.asarray(-values if sort == "left" else values)


def centred(value: float, drawn: Floats) -> Floats:
    """A corrected value, and drawn ones moved by their bias, which differs between models."""
    if not drawn.size:
        return np.array([value])
    return np.append(value, drawn + (value - drawn.mean()))


def ranks(keyed: Floats, level: float | None) -> list[tuple[int, int, int]]:
    """Rank of each model (models, 1 + B), and between what ranks it is in drawn tables, if any."""
    close = keyed[:, None, :] - keyed[None, :, :]
    rank = 1 + (close < -TIED).sum(axis=1)  # equal models share the better rank
    if level is None:
        return [(int(r),) * 3 for r in rank[:, 0]]
    tail = (1 - level) / 2
    low, high = np.quantile(rank[:, 1:], [tail, 1 - tail], axis=1, method="nearest")
    return [
        (int(r), int(min(a, r)), int(max(b, r)))
        for r, a, b in zip(rank[:, 0], low, high, strict=True)
    ]
