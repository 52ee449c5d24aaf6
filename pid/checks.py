"""Tests of option values that hold for whatever a caller passes, arrays included."""

from __future__ import annotations

import numpy as np


def is_auto(value: object) -> bool:
    """Whether an option was left to the estimator."""
    return isinstance(value, str) and value == "auto"


def is_count(value: object, *, least: int = 1) -> bool:
    """Whether ``value`` is an integer, not a boolean, of at least ``least``."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        return False
    return bool(value >= least)


def is_seed(value: object) -> bool:
    """Whether ``value`` is an integer that scikit-learn takes as a random state."""
    return is_count(value, least=0) and value < 2**32  # type: ignore[operator]  # an integer


def seed_of(random_state: int | None) -> int:
    """The seed itself, or another one each time."""
    if random_state is None:
        return int(np.random.default_rng().integers(2**31))
    return int(random_state)
