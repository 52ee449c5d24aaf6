"""Fixtures and settings for all tests."""

from collections.abc import Callable, Iterator
from typing import Any

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


@pytest.fixture
def learned_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[object], None]:
    """Put a classifier in place of the networks that doors train, which take longer."""

    def learned(classifier: object) -> None:
        from pid.estimators.posterior.posteriors import Posteriors

        asked = Posteriors.asked.__func__  # type: ignore[attr-defined]

        def other(cls: type[Posteriors], options: Any) -> Posteriors:
            est: Posteriors = asked(cls, options)
            est.set_params(classifier=classifier, n_jobs=1)
            return est

        monkeypatch.setattr(Posteriors, "asked", classmethod(other))

    return learned


@pytest.fixture
def straight_lines(learned_by: Callable[[object], None]) -> None:
    """Straight lines in place of networks: quick, with and without torch."""
    from sklearn.linear_model import LogisticRegression

    learned_by(LogisticRegression())


@pytest.fixture
def no_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Straight lines for all who ask for networks, and nothing beside them."""
    from pid.estimators.posterior.members import Linear

    monkeypatch.setattr("pid.estimators.posterior.posteriors.Networks", lambda **_: Linear())
