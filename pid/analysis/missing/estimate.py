"""Information and accuracy of what is there, with intervals: from tables, and from classifiers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes, Floats
from pid.core.information import Unit, nats_per
from pid.estimators.posterior.estimate import standard_errors
from pid.inference.accuracy import effective_rows, halves, seen, wilson
from pid.inference.assessment import CHUNK, assess
from pid.inference.grouping import effective_units
from pid.inference.intervals import LEFT_OVER, Measure, quantile
from pid.inference.units import Units, merged

MOST_DRAWN = 2**25  # numbers of tables that are drawn at once


class Asked(NamedTuple):
    """See ``pid.if_missing``."""

    level: float | None
    replicates: int
    random_state: int | None


class Found(NamedTuple):
    """Of all that may be there, (looks,) each; in nats, where it is information."""

    counted: Floats
    corrected: Floats
    low: Floats
    high: Floats

    def within(self, least: float, most: float) -> Found:
        """What cannot be is left out of the interval, and of the corrected value."""
        return Found(self.counted, *(np.clip(part, least, most) for part in self[1:]))


def information_of_table(
    units: Units, looks: Sequence[Codes], counted: Floats, corrected: Floats, asked: Asked
) -> Found:
    """Values of an answer; intervals as ``pid.inference.assess`` has them of a total."""
    if asked.level is None:
        nothing = np.full(len(looks), math.nan)
        return Found(counted, corrected, nothing, nothing)
    low, high = np.array(
        [
            assess(
                merged(units, look),
                interval=asked.level,
                replicates=asked.replicates,
                unit="nat",
                random_state=asked.random_state,
            ).interval["total"]
            for look in looks
        ]
    ).T
    return Found(counted, corrected, low, high)


def accuracy_of_table(units: Units, looks: Sequence[Codes], asked: Asked) -> Found:
    """Between rules of halves, which know less than the best one, and what drawing again says.

    Where two classes are equally likely, the larger of them has a kink, of which leaving out says
    nothing; and where no rule is better than one class, all draws say more than there is, so that
    their spread alone would leave out the truth.

    Args:
        units: of the data.
        looks: what is there; see ``pid.inference.accuracy.seen``.
        asked: how.
    """
    rng = np.random.default_rng(asked.random_state)
    chunk = max(1, min(CHUNK, MOST_DRAWN // math.prod(units.shape)))
    sizes = [min(chunk, asked.replicates - at) for at in range(0, asked.replicates, chunk)]
    drawn = np.concatenate([_right(units.draw(size, rng), looks) for size in sizes], axis=1)
    counted = _right(units.table[None], looks)[:, 0]
    p_y = units.table.sum(axis=(0, 1)) / units.table.sum()
    corrected = np.maximum(2 * counted - drawn.mean(axis=1), p_y.max())
    unseen, rows = halves(units, rng, shown=looks)
    reach = _reach(asked.level, units.effective_count)
    away = reach * drawn.std(axis=1, ddof=1) + LEFT_OVER * np.abs(counted - corrected)
    low = np.minimum(corrected - away, wilson(unseen, rows, reach)[0])
    high = np.maximum(corrected + away, wilson(np.maximum(corrected, unseen), rows, reach)[1])
    return Found(counted, (corrected + unseen) / 2, low, high).within(1 / len(p_y), 1.0)


def _right(tables: Floats, looks: Sequence[Codes]) -> Floats:
    """Accuracy of the best rule of each look at tables (B, n1, n2, k); (looks, B)."""
    p = tables / tables.sum(axis=(1, 2, 3), keepdims=True)
    return np.array([seen(p, look).max(axis=2).sum(axis=1) for look in looks])


def information_of_rows(
    said: Sequence[Floats],
    codes: Codes,
    groups: Codes | None,
    counted: Floats,
    corrected: Floats,
    level: float | None,
) -> Found:
    """Around corrected values, by what each row adds to them, and what these may miss.

    Args:
        said: probabilities of the classes by classifiers of what is there, (rows, classes) each.
        codes: classes of the rows.
        groups: of the rows.
        counted, corrected: values of an answer.
        level: nominal coverage.
    """
    p_y, rows = np.bincount(codes) / len(codes), np.arange(len(codes))
    gains = np.array([np.log(p[rows, codes]) - np.log(p_y[codes]) for p in said])
    away = _reach(level, effective_units(groups)) * standard_errors(gains, groups)
    away += LEFT_OVER * np.abs(counted - corrected)
    return Found(counted, corrected, corrected - away, corrected + away)


def accuracy_of_rows(
    said: Sequence[Floats], codes: Codes, groups: Codes | None, level: float | None
) -> Found:
    """Shares of rows, as many of which count as are independent of each other."""
    right: NDArray[np.bool_] = np.array([p.argmax(axis=1) == codes for p in said])
    share = right.mean(axis=1)
    independent = [
        effective_rows(
            Units.from_rows(row.astype(np.intp), (1, 1, 2), groups=groups), np.array([0.0, 1.0])
        )
        for row in right
    ]
    reach = _reach(level, effective_units(groups))
    return Found(share, share, *wilson(share, np.array(independent), reach))


def _reach(level: float | None, units: float) -> float:
    """Standard errors to either side; NaN where no interval is asked for."""
    return math.nan if level is None else quantile(level, units)


def measures(
    given: Sequence[str], information: Found, accuracy: Found, unit: Unit
) -> tuple[Mapping[str, Measure], Mapping[str, Measure]]:
    """Information in the unit, where it can be, and accuracy, by what is there."""
    nat = nats_per(unit)
    of_both = np.column_stack(information.within(0.0, math.inf)) / nat, np.column_stack(accuracy)
    told, right = (
        {name: Measure(*map(float, row)) for name, row in zip(given, rows, strict=True)}
        for rows in of_both
    )
    return told, right
