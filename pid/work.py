"""Long work as independent parts.

A part is a pure function of its arguments, random seed included: who computes it, when, and how
often does not change the result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Work:
    """Where parts are computed, and where finished ones are kept."""

    def map(
        self, name: str, function: Callable[..., Floats], parts: Sequence[tuple[Any, ...]]
    ) -> list[Floats]:
        """``function(*part)`` of every part, in order.

        Args:
            name: what the parts are, as "resampling"; one name for one kind of part in a run.
            function: a function of a module, so that it can be sent to another process.
            parts: its arguments, which can be sent likewise.
        """
        return [function(*part) for part in parts]


HERE = Work()
