"""p-values of many rows, adjusted for their number."""

from __future__ import annotations

import numpy as np
from scipy.stats import false_discovery_control

from pid._types import Floats
from pid.analysis.screening.result import Adjust


def adjusted(p: Floats, adjust: Adjust) -> Floats:
    """q-values of each column of p, over the rows that have one; NaN where there is none."""
    q = np.full_like(p, np.nan)
    for i in range(p.shape[1]):
        there = ~np.isnan(p[:, i])
        if there.any():
            q[there, i] = false_discovery_control(p[there, i], method=adjust)
    return q
