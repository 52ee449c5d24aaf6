"""The options of ``pid.quantify`` for type checkers: the same for two sources and for several."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import Literal, TypedDict

from pid.core.information import Unit
from pid.discretization.resolution import Size
from pid.inference.bias import Correction
from pid.inference.intervals import Method
from pid.io.reading import Missing


class QuantifyOptions(TypedDict, total=False):
    """What they mean, ``pid.quantify`` says."""

    estimator: str
    n_clusters: Size | Sequence[Size]
    bins: Size | Sequence[Size]
    target_bins: int | Literal["auto"] | None
    classes: Sequence[Hashable] | None
    interval: float | None
    interval_method: Method
    correction: Correction
    replicates: int | Literal["auto"]
    groups: object
    blocks: int | None
    weights: object
    given: object
    missing: Missing
    missing_values: Sequence[object]
    symbols: str | Sequence[str]
    numbers: str | Sequence[str]
    refit: bool
    unit: Unit
    tol: float
    names: Sequence[str] | None
    random_state: int | None
    device: str | None
    client: object
    resume: str | Path | None
    progress: Callable[[int, int], None] | None
