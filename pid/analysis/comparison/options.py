"""The options of ``pid.compare`` for type checkers: the same for two sources and for several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypedDict

from pid.core.information import Unit
from pid.discretization.resolution import Size
from pid.io.reading import Missing

Estimator = Literal["auto", "table", "cluster", "bins"]


class CompareOptions(TypedDict, total=False):
    """What they mean, ``pid.compare`` says."""

    estimator: Estimator
    n_clusters: Size | Sequence[Size]
    bins: Size | Sequence[Size]
    target_bins: int | Literal["auto"] | None
    sort: str
    interval: float | None
    replicates: int | Literal["auto"]
    groups: object
    blocks: int | None
    weights: object
    missing: Missing
    missing_values: Sequence[object]
    symbols: str | Sequence[str]
    numbers: str | Sequence[str]
    unit: Unit
    names: Sequence[str] | None
    random_state: int | None
    progress: Callable[[int, int], None] | None
