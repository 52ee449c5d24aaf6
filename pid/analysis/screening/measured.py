"""What was found of some rows of a screen, however they were measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pid._types import Floats


class Measured(NamedTuple):
    """Numbers of rows, in nats: R, U1, U2, S and total, shape (rows, 5); see ``Screening``."""

    counted: Floats
    corrected: Floats
    low: Floats
    high: Floats
    p: Floats
    gap: Floats
    estimator: tuple[str, ...]
    resampled: int = 0

    @staticmethod
    def of_parts(parts: Sequence[Measured], places: Sequence[Sequence[int]]) -> Measured:
        """Rows that were measured in parts, where each of them belongs."""
        order = np.argsort(np.concatenate([np.asarray(at, dtype=np.intp) for at in places]))
        counted, corrected, low, high, p, gap = (
            np.concatenate([np.asarray(part[i]) for part in parts])[order] for i in range(6)
        )
        estimators = [name for part in parts for name in part.estimator]
        return Measured(
            counted,
            corrected,
            low,
            high,
            p,
            gap,
            tuple(estimators[i] for i in order),
            sum(part.resampled for part in parts),
        )
