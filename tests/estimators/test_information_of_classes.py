"""Many classes that numbers say for sure, or nearly: of any names, shares and number of columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import pid
from pid.estimators import mutual_information as mi

Generator = np.random.Generator
N = 2000


def entropy(codes: Any) -> float:
    p = np.bincount(codes) / len(codes)
    return float(-(p[p > 0] * np.log2(p[p > 0])).sum())


def side_by_side(rng: Generator, classes: int, columns: int, *, balanced: bool) -> tuple[Any, Any]:
    """Columns, and the part of a line in which their sum is."""
    x = rng.normal(size=(N, columns))
    shares = np.ones(classes) if balanced else 1 / np.arange(1, classes + 1)
    levels = np.cumsum(shares)[:-1] / shares.sum()
    along = x.sum(axis=1)
    return x, np.searchsorted(np.quantile(along, levels), along)


@pytest.mark.slow
@pytest.mark.parametrize("balanced", [True, False])
@pytest.mark.parametrize("columns", [1, 2, 5])
@pytest.mark.parametrize("classes", [10, 20, 50])
def test_classes_that_are_a_function(classes: int, columns: int, balanced: bool) -> None:
    """H(y), which is in the interval; and where it took an extrapolation to get there, a flag."""
    x, y = side_by_side(np.random.default_rng(classes), classes, columns, balanced=balanced)
    truth = entropy(y)
    found = pid.estimate_information(x, [f"class {code}" for code in y])
    assert found.value == pytest.approx(truth, rel=0.07)
    assert found.interval is not None
    assert found.interval[0] <= truth <= found.interval[1] + 0.06  # of few rows of rare classes
    assert found.value - found.interval[0] < 0.3 or "still growing" in found.flags


@pytest.mark.parametrize("columns", [1, 2])
def test_codes_that_are_numbers_reach_as_far(columns: int) -> None:
    x, y = side_by_side(np.random.default_rng(0), 50, columns, balanced=True)
    found = pid.estimate_information(x, y)
    assert any("codes are better given as symbols" in note for note in found.notes)
    assert found.interval is not None and found.interval[1] > entropy(y) - 0.02
    copied = pid.estimate_information(x, np.column_stack([y, y, 2 * y + 1]))
    assert (copied.value, copied.interval) == (found.value, found.interval)


def test_integers_and_text_are_the_same_classes(rng: Generator) -> None:
    x, y = side_by_side(rng, 12, 2, balanced=True)
    found = mi.estimate(x, y)
    named = mi.estimate(x, [f"class {code}" for code in y])
    assert (found.value, found.interval, found.flags) == (
        named.value,
        named.interval,
        named.flags,
    )


@pytest.mark.slow
def test_twenty_classes_that_tell_nothing(rng: Generator) -> None:
    """Borders and discriminants that are not there are not found."""
    for columns in (1, 2, 5):
        found = mi.estimate(rng.normal(size=(N, columns)), rng.integers(0, 20, N))
        assert found.value < 0.03
        assert found.interval is not None and found.interval[0] == 0


@pytest.mark.slow
@pytest.mark.parametrize("columns", [1, 2, 5])
def test_classes_with_noise_between_them(columns: int) -> None:
    """Ten classes a standard deviation apart along a line, by quadrature."""
    grid = np.linspace(-7, 16, 4001)
    p = np.exp(-((grid - np.arange(10)[:, None]) ** 2) / 2).mean(axis=0) / np.sqrt(2 * np.pi)
    left = np.log2(2 * np.pi * np.exp(1)) / 2
    truth = float(-(p * np.log2(p)).sum() * (grid[1] - grid[0]) - left)
    off = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        y = rng.integers(0, 10, N)
        x = rng.normal(size=(N, columns))
        x[:, 0] += y
        found = mi.estimate(x, y)
        assert found.interval is not None and found.interval[0] < truth < found.interval[1]
        off.append(found.value - truth)
    assert np.mean(off) == pytest.approx(0, abs=0.06)
