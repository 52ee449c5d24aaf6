"""Which classifiers the calibration weighs beside networks.

To weigh them all would let it choose what fits the rows by chance, and halves, which have fewer
rows to choose by, would seem to lose less than they do. So they come in one at a time, the one
first that gains most, while the log-likelihood of the calibrated answers rises by enough.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pid._types import Codes, Floats
from pid.estimators.posterior.calibration import calibrated

# Nats, of all rows: of one source, and of several, as networks miss most what shows only together.
ENOUGH, TOGETHER = 5.0, 1.5


def admitted(
    always: Sequence[Floats],
    others: Sequence[Floats],
    y: Codes,
    units: int,
    enough: float = ENOUGH,
) -> list[int]:
    """Positions of those of ``others`` that come in, in the order in which they do.

    Args:
        always, others: log-probabilities out of fold, shape (samples, classes) each.
        y: classes 0, 1, ..., shape (samples,).
        units: independent samples.
        enough: nats that the log-likelihood has to rise by.
    """
    chosen: list[int] = []
    rows = np.arange(len(y))

    def told(some: list[int]) -> float:
        said = calibrated([*always, *(others[i] for i in some)], y)
        return float(said[rows, y].mean()) * units

    best = told(chosen)
    while len(chosen) < len(others):
        left = [i for i in range(len(others)) if i not in chosen]
        gains = [told([*chosen, i]) - best for i in left]
        if max(gains) <= enough:
            break
        best += max(gains)
        chosen.append(left[int(np.argmax(gains))])
    return chosen
