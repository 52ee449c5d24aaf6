"""Information given symbols: the mean of what their strata say, by closed forms of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pid.datasets import load
from pid.estimators import mutual_information as mi

Generator = np.random.Generator
Stratum = tuple[Any, Any, float]  # rows of x, rows of y, and bits


def gaussian(rng: Generator, n: int, r: float, d: int, place: float) -> Stratum:
    """Vectors around a place, of which the first columns are correlated."""
    x, y = rng.normal(size=(2, n, d))
    y[:, 0] = r * x[:, 0] + np.sqrt(1 - r**2) * y[:, 0]
    return x + place, y - place, -np.log2(1 - r**2) / 2


def near_combinations(rng: Generator, n: int, slope: float, place: float) -> Stratum:
    """Nine columns of three factors, and three numbers that these tell of."""
    mixing = np.random.default_rng(0).normal(size=(3, 9))
    factors, own = rng.normal(size=(2, n, 3))
    x = factors @ mixing + 0.05 * rng.normal(size=(n, 9))
    matrix = np.block(
        [
            [mixing.T @ mixing + 0.05**2 * np.eye(9), slope * mixing.T],
            [slope * mixing, (1 + slope**2) * np.eye(3)],
        ]
    )
    parts = (np.linalg.slogdet(part)[1] for part in (matrix[:9, :9], matrix[9:, 9:], matrix))
    of_x, of_y, of_both = parts
    return x + place, slope * factors + own, float(of_x + of_y - of_both) / 2 / np.log(2)


STRATA: dict[str, Callable[[Generator], list[Stratum]]] = {
    "of other correlations": lambda rng: [
        gaussian(rng, 400, 0.9, 1, 0),
        gaussian(rng, 400, 0, 1, 3),
    ],
    "of other signs": lambda rng: [gaussian(rng, 400, r, 1, 0) for r in (0.8, -0.8)],
    "unbalanced": lambda rng: [
        gaussian(rng, 900, 0.3, 2, 0),
        gaussian(rng, 60, 0.95, 2, 4),
        gaussian(rng, 40, 0.5, 2, -4),
    ],
    "twenty": lambda rng: [gaussian(rng, 50, r, 1, 5 * r) for r in np.linspace(-0.9, 0.9, 20)],
    "columns that nearly combine": lambda rng: [
        near_combinations(rng, 212, 1, 0),
        near_combinations(rng, 357, 0.3, 2),
    ],
    "wide": lambda rng: [gaussian(rng, 400, 0.9, 20, 0), gaussian(rng, 300, 0.5, 20, 2)],
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", STRATA)
def test_given_symbols_it_is_the_mean_of_strata(kind: str) -> None:
    """In each draw what strata say one by one, and on average what is true."""
    off, covered = [], []
    for seed in range(8):
        strata = STRATA[kind](np.random.default_rng(seed))
        x, y = (np.vstack([each[i] for each in strata]) for i in (0, 1))
        sizes = np.array([len(each[0]) for each in strata])
        z = np.repeat(np.arange(len(sizes)), sizes).astype(str)
        truth = float(sizes @ [each[2] for each in strata] / sizes.sum())
        found = mi.estimate(x, y, z)
        alone = [mi.estimate(*each[:2]).value for each in strata]
        assert found.value == pytest.approx(float(sizes @ alone / sizes.sum()), abs=0.02)
        assert found.interval is not None
        off.append(found.value - truth)
        covered.append(found.interval[0] < truth < found.interval[1])
    error = float(np.std(off, ddof=1)) / np.sqrt(len(off))
    assert np.mean(off) == pytest.approx(0, abs=3 * error)
    assert sum(covered) >= 6


@pytest.mark.slow
def test_strata_of_cells() -> None:
    """Sizes of cells nearly combine, and are rounded: whatever the draws, strata say the same."""
    cells = load("breast_cancer", x1="size", x2="texture")
    x, y, z = cells.X1, cells.X2, cells.y
    values, means = [], []
    for seed in range(3):
        values.append(mi.estimate(x, y, z, random_state=seed).value)
        strata = [(z == symbol).to_numpy() for symbol in pd.unique(z)]
        said = [(s.mean(), mi.estimate(x[s], y[s], random_state=seed).value) for s in strata]
        means.append(sum(share * value for share, value in said))
    assert max(values) - min(values) < 0.06
    assert values == pytest.approx(means, abs=0.06)


def test_strata_where_one_side_is_constant_tell_nothing(rng: Generator) -> None:
    """Where y is 1 in half of the rows, whatever x, half of what the others tell is left."""
    x, y, _ = gaussian(rng, 500, 0.9, 1, 0)
    constant = np.ones((500, 1))
    z = np.repeat(["varies", "does not"], 500)
    found = mi.estimate(np.vstack([x, rng.normal(size=(500, 1))]), np.vstack([y, constant]), z)
    assert found.value == pytest.approx(mi.estimate(x, y).value / 2, abs=0.01)
    assert any("does not vary in 500 rows" in note for note in found.notes)
