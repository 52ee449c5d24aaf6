"""What is asked of several sources."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Literal, NamedTuple

from pid.core.information import Unit
from pid.discretization.resolution import Size
from pid.discretization.target import Bins
from pid.inference.bias import Correction


class Asked(NamedTuple):
    """What ``pid.quantify`` was asked for, as far as several sources have a use for it."""

    estimator: str
    sizes: Size | Sequence[Size]
    target_bins: Bins
    classes: Sequence[Hashable] | None
    interval: float | None
    correction: Correction
    replicates: int | Literal["auto"]
    unit: Unit
    tol: float
    random_state: int
    device: str | None
