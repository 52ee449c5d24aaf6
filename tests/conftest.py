"""Fixtures and settings for all tests."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import settings

# No deadline, as no test may depend on the clock; the same examples on every run.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")


@pytest.fixture
def rng() -> np.random.Generator:
    """The one source of randomness of a test: the same numbers on every run."""
    return np.random.default_rng(20231207)


@pytest.fixture
def strict_floats() -> Iterator[None]:
    """Turn every overflow, underflow, division by zero and invalid operation into an error."""
    with np.errstate(all="raise"):
        yield
