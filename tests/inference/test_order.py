"""Rows in an order that makes them tell less: noticed where they do, and not elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import lfilter

import pid
from pid.inference.order import dependent_neighbours, few_units


def slow(rng: np.random.Generator, n: int, rho: float) -> np.ndarray:
    return np.asarray(lfilter([1.0], [1.0, -rho], rng.normal(size=n + 200))[200:])


def test_slow_series_are_noticed(rng: np.random.Generator) -> None:
    """Three independent series say nothing of each other, and each row repeats the last."""
    found = 0
    for _ in range(20):
        x, z = slow(rng, 600, 0.97), slow(rng, 600, 0.97)
        found += len(dependent_neighbours({"x": x}, (z > 0).astype(int)))
    assert found == 20


@pytest.mark.parametrize(("rho", "said"), [(0.25, False), (0.4, True)])
def test_rows_that_tell_a_third_less_are_noticed(
    rho: float, said: bool, rng: np.random.Generator
) -> None:
    """Of series that correlate by rho a row is worth (1 - rho^2) / (1 + rho^2) rows."""
    for _ in range(5):
        x = slow(rng, 20_000, rho)
        moves = rng.random(20_000) < 1 - rho
        y = rng.integers(2, size=20_000)[
            np.maximum.accumulate(np.where(moves, np.arange(20_000), 0))
        ]
        assert bool(dependent_neighbours({"x": x}, y)) is said


@pytest.mark.parametrize("which", ["x", "y", "neither", "sorted"])
def test_where_one_of_both_changes_freely(which: str, rng: np.random.Generator) -> None:
    """Then rows tell as much as others; and sorted files are no series."""
    found = 0
    for _ in range(100):
        x = slow(rng, 300, 0.97 if which == "x" else 0.0)
        z = slow(rng, 300, 0.97 if which == "y" else 0.0)
        y = (z > 0).astype(int)
        if which == "sorted":  # and x depends on y
            y = np.sort(y)
            x = x + 3 * y
        found += len(dependent_neighbours({"x": x, "other": rng.normal(size=300)}, y))
    assert found == 0


def test_doors_say_so(rng: np.random.Generator) -> None:
    x1, x2, z = (slow(rng, 600, 0.97) for _ in range(3))
    y = (z > 0).astype(int)
    q = pid.quantify(x1, x2, y, estimator="bins")
    assert any("neighbouring rows are alike" in warning for warning in q.warnings)
    q = pid.quantify(x1, x2, y, estimator="bins", blocks=60)
    assert not any("neighbouring" in warning for warning in q.warnings)
    assert any("only 10 independent groups" in warning for warning in q.warnings)


def test_few_units() -> None:
    assert few_units(20) == ()
    assert "only 19 independent" in few_units(19)[0]
