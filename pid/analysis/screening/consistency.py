"""Whether rows of a screen of groups agree: all groups together tell what any two of them do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pid.analysis.names import brief
from pid.analysis.screening.measured import Measured
from pid.core.decomposition import shown
from pid.core.information import Unit, nats_per

Names = tuple[str, str, str]
MARGIN = 0.01 * np.log(2)  # nats by which rows without an interval may differ: 0.01 bit


def inconsistencies(
    pairs: Sequence[Names], whole: Sequence[bool], found: Measured, unit: Unit
) -> tuple[str, ...]:
    """Warnings of totals that cannot be, beyond what intervals allow.

    Args:
        pairs: names of the rows.
        whole: which rows are of all groups together.
        found: the rows.
        unit: to say it in.
    """
    warnings = []
    low, total, high = found.low[:, -1], found.corrected[:, -1], found.high[:, -1]
    low = np.where(np.isnan(low), total - MARGIN / 2, low)
    high = np.where(np.isnan(high), total + MARGIN / 2, high)
    for y in dict.fromkeys(pair[2] for pair in pairs):
        of_y = [i for i, pair in enumerate(pairs) if pair[2] == y]
        every = [i for i in of_y if whole[i]]
        parts = [i for i in of_y if not whole[i]]
        if not every or not parts:
            continue
        least = min(every, key=lambda i: float(high[i]))
        most = max(parts, key=lambda i: float(low[i]))
        if high[least] < low[most]:
            a, b = (brief(name, 40) for name in pairs[most][:2])
            values = [f"{shown(total[i] / nats_per(unit))} {unit}" for i in (least, most)]
            warnings.append(
                f"rows do not agree: all groups together tell {values[0]} about {brief(y, 40)} in "
                f"the row of {brief(pairs[least][0], 40)}, and {a} and {b} alone {values[1]}; "
                f"{_way_out(found.estimator[least])}"
            )
    return tuple(warnings)


def _way_out(estimator: str) -> str:
    if estimator == "cluster":
        return "clusters of many columns lose much: take estimator 'posterior', or more clusters"
    return "the classifier of all groups knows too little: take more samples or fewer columns"
