"""The options of ``pid.retained`` for type checkers: the same for two sources and for several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, TypedDict

from pid.core.information import Unit
from pid.io.reading import Missing


class RetainedOptions(TypedDict, total=False):
    """What they mean, ``pid.retained`` says."""

    noise: float
    groups: object
    blocks: int | None
    target_bins: int | Literal["auto"] | None
    interval: float | None
    missing: Missing
    missing_values: Sequence[object]
    symbols: str | Sequence[str]
    numbers: str | Sequence[str]
    unit: Unit
    tol: float
    random_state: int | None
    device: str | None
    client: object
    resume: str | Path | None
    progress: Callable[[int, int], None] | None
