"""``pid.estimate_information``: known informations, invariances, and input that cannot be used."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import pid

N = 1000


@pytest.fixture
def pair(rng: np.random.Generator) -> tuple[Any, Any]:
    """Two columns, and a number that the first tells half a bit of."""
    x = rng.normal(size=(N, 2))
    return x, x[:, 0] + rng.normal(size=N)


def test_half_a_bit(pair: tuple[Any, Any]) -> None:
    found = pid.estimate_information(*pair)
    assert found.value == pytest.approx(0.5, abs=0.07)
    assert found.interval is not None and found.interval[0] < 0.5 < found.interval[1]
    assert found.route == "gaussian copula" and not found.flags
    nats = pid.estimate_information(*pair, unit="nat")
    assert nats.value == pytest.approx(found.value * np.log(2))


def test_monotone_maps_of_columns_change_nothing(pair: tuple[Any, Any]) -> None:
    x, y = pair
    found = pid.estimate_information(x, y)
    assert pid.estimate_information(x**3, np.arcsinh(y)).value == found.value
    assert pid.estimate_information(np.exp(20 * x), np.exp(30 * y)).interval == found.interval


def test_order_changes_nothing(pair: tuple[Any, Any], rng: np.random.Generator) -> None:
    x, y = pair
    rows = rng.permutation(N)
    found = pid.estimate_information(x, y)
    assert pid.estimate_information(y, x).value == pytest.approx(found.value, abs=1e-9)
    moved = pid.estimate_information(x[rows], y[rows])
    assert moved.value == pytest.approx(found.value, abs=1e-9)


def test_independent_columns_tell_nothing(rng: np.random.Generator) -> None:
    x, y = rng.normal(size=(2, N, 50))
    assert pid.estimate_information(x, y).value <= 0.02


def test_levels_are_nested(pair: tuple[Any, Any]) -> None:
    wide, narrow = (
        pid.estimate_information(*pair, interval=level).interval for level in (0.99, 0.5)
    )
    assert wide is not None and narrow is not None
    assert wide[0] < narrow[0] < narrow[1] < wide[1]
    assert pid.estimate_information(*pair, interval=None).interval is None


def test_the_words(pair: tuple[Any, Any]) -> None:
    x, y = pair
    found = pid.estimate_information(pd.DataFrame(x, columns=["a", "b"]), pd.Series(y, name="t"))
    assert found.reading == f"a,b and t tell {found.value:.4f} bit of each other."
    assert "gaussian copula" in repr(found)
    nothing = pid.estimate_information(x[:, 1], y)
    assert nothing.reading.startswith("Nothing is shown that x and y tell of each other: at most ")


@pytest.mark.parametrize("n", [1, 5, 19])
def test_few_rows_are_refused(n: int, pair: tuple[Any, Any]) -> None:
    x, y = pair
    with pytest.raises(pid.InvalidInput, match=f"at least 20 rows; got {n}"):
        pid.estimate_information(x[:n], y[:n])


def test_what_cannot_be_used_is_said(pair: tuple[Any, Any]) -> None:
    x, y = pair
    cases = {
        "one row per sample each; got 1000 in x and 999 in y": (x, y[1:]),
        "x has the same value in all rows": (np.ones((N, 2)), y),
        "has 1 infinite value, the first in data row 4": (
            np.where(np.arange(N)[:, None] == 3, np.inf, x[:, :1]),
            y,
        ),
        "are one column up to a monotone map": (x, x[:, 0] ** 3),
        "tell rows apart and nothing else": ([f"row {i}" for i in range(N)], y),
    }
    for message, data in cases.items():
        with pytest.raises(pid.InvalidInput, match=message):
            pid.estimate_information(*data)


def test_odd_columns_are_answered_and_said(pair: tuple[Any, Any], rng: np.random.Generator) -> None:
    x, y = pair
    truth = pid.estimate_information(x, y).value
    copied = pid.estimate_information(np.column_stack([x, x**3, np.ones(N)]), y)
    assert copied.value == truth
    assert any("constant column" in note for note in copied.notes)
    assert any("2 copied columns" in note for note in copied.notes)
    mixed = np.column_stack([x, x @ [1.0, 2.0]])  # collinear
    assert pid.estimate_information(mixed, y).value == pytest.approx(truth, abs=0.02)
    assert pid.estimate_information(x.round(1), y.round(1)).value == pytest.approx(truth, abs=0.03)
    assert pid.estimate_information(rng.standard_cauchy((N, 2)), y).value < 0.03


def test_gaps(pair: tuple[Any, Any]) -> None:
    x, y = pair
    x = x.copy()
    x[:10] = np.nan
    with pytest.raises(pid.InvalidInput, match="missing values"):
        pid.estimate_information(x, y)
    found = pid.estimate_information(x, y, missing="drop")
    assert found.n == N - 10
    assert any("left out 10 of 1,000 rows" in note for note in found.notes)
