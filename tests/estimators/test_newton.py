"""Newton's method: exact for a parabola, and to the least where a whole step goes too far."""

import numpy as np
import pytest

from pid._types import Floats
from pid.estimators.posterior.newton import newton


def test_a_parabola_takes_one_step(rng: np.random.Generator) -> None:
    root = rng.normal(size=(4, 4))
    curvature, lowest = root @ root.T + np.eye(4), rng.normal(size=4)
    looked: list[Floats] = []

    def loss(x: Floats) -> tuple[float, Floats]:
        looked.append(x)
        return float((x - lowest) @ curvature @ (x - lowest)) / 2, x - lowest

    found = newton(loss, lambda _, away: (curvature @ away, curvature), np.zeros(4), 1e-12)
    assert found == pytest.approx(lowest)
    assert len(looked) == 2


@pytest.mark.parametrize("start", [-4.0, 3.0, 40.0])
def test_steps_that_go_too_far_are_halved(start: float) -> None:
    """log cosh is nearly straight, so that a whole step overshoots ever further."""

    def loss(x: Floats) -> tuple[float, float]:
        return float(np.logaddexp(x[0], -x[0])), float(np.tanh(x[0]))

    def slopes(x: Floats, tanh: float) -> tuple[Floats, Floats]:
        return np.array([tanh]), np.array([[max(1 - tanh**2, 1e-9)]])

    assert newton(loss, slopes, np.array([start]), 1e-12) == pytest.approx(0, abs=1e-5)


def test_it_ends_where_rounding_leaves_nothing_to_win() -> None:
    """A loss that never falls, whatever its slope says."""
    found = newton(lambda x: (1.0, None), lambda x, _: (x + 1, np.eye(2)), np.zeros(2), 0.0)
    assert not found.any()
