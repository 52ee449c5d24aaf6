"""Information of data as they come: copies of rows, ties, symbols among numbers, many classes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pid
from pid.estimators import mutual_information as mi

Generator = np.random.Generator
N = 600
BINARY_SUM = 0.903  # bit that ten coins tell of their sum with noise of 1, by quadrature


def repeated(rng: Generator, columns: int) -> list[Any]:
    return [np.tile(v, 3) for v in rng.normal(size=(columns, 150))]


def groups(rng: Generator) -> tuple[Any, Any, Any]:
    """Two numbers that share a group and a number, and nothing else."""
    group, number = rng.integers(0, 5, N), rng.normal(size=N)
    x, y = 3 * np.array([0, 4, 1, 3, 2])[group] + number + rng.normal(size=(2, N))
    return x, y, pd.DataFrame({"group": np.array(list("uvwxy"))[group], "number": number})


def bent(rng: Generator, columns: int) -> tuple[Any, Any, Any]:
    """Two numbers that share a square."""
    z = rng.normal(size=(N, columns))
    x, y = z[:, 0] ** 2 + 0.3 * rng.normal(size=(2, N))
    return x, y, z


def twenty_groups(rng: Generator) -> tuple[Any, Any, Any]:
    group = rng.integers(0, 20, N)
    x, y = rng.permutation(20)[group] + rng.normal(size=(2, N))
    return x, y, group.astype(str)


def coins(rng: Generator) -> tuple[Any, Any, Any]:
    z = rng.integers(0, 2, (N, 2))
    x, y = 3 * (z[:, 0] ^ z[:, 1]) + rng.normal(size=(2, N))
    return x, y, z


NOTHING: dict[str, Callable[[Generator], Any]] = {
    "every row three times": lambda rng: repeated(rng, 2),
    "every row three times, given": lambda rng: repeated(rng, 3),
    "every row three times, of classes": lambda rng: (
        np.tile(rng.normal(size=(150, 3)), (3, 1)),
        np.tile(rng.integers(0, 2, 150), 3),
    ),
    "given groups and numbers": groups,
    "given a square": lambda rng: bent(rng, 1),
    "given a square among five": lambda rng: bent(rng, 5),
    "given twenty groups": twenty_groups,
    "given both coins": coins,
    "counts": lambda rng: rng.poisson(3, (2, 400)),
    "symbols, many for the rows": lambda rng: rng.integers(0, 20, (2, 400)).astype(str),
    "symbols, many on one side": lambda rng: (
        rng.integers(0, 100, 400).astype(str),
        rng.integers(0, 5, 400),
    ),
    "zeros among numbers": lambda rng: np.where(
        rng.random((2, 400)) < 0.6, 0, rng.exponential(size=(2, 400))
    ),
}


@pytest.mark.parametrize("kind", NOTHING)
def test_nothing_is_told(kind: str) -> None:
    """On average over draws, and the interval reaches 0."""
    found = [mi.estimate(*NOTHING[kind](np.random.default_rng(seed))) for seed in range(5)]
    assert np.mean([each.value for each in found]) < 0.05
    assert sum(each.interval is not None and each.interval[0] < 1e-3 for each in found) >= 4


def test_few_draws_that_are_alike_are_no_difference() -> None:
    """Of 150 independent rows, one in eight had been taken for dependent, by half a bit."""
    values = []
    for seed in range(40):
        x, y = np.random.default_rng(seed).normal(size=(2, 150, 2))
        values.append(mi.estimate(x, y).value)
    assert np.mean(values) < 0.03


def test_what_is_given_and_not_taken_off_is_said(rng: Generator) -> None:
    """A square among thirty columns is seen, and not found."""
    found = pid.estimate_information(*bent(rng, 30))
    assert "condition in part" in found.flags
    assert "at least" not in found.reading


def test_copies_of_rows_are_left_out(rng: Generator) -> None:
    x, y = rng.normal(size=(2, 150))
    once, thrice = mi.estimate(x, x + y), mi.estimate(np.tile(x, 3), np.tile(x + y, 3))
    assert thrice.value == once.value
    assert (thrice.n, once.n) == (150, 150)
    assert any("left out 300 of 450 rows that are copies of others" in n for n in thrice.notes)


def test_copies_of_rows_do_not_lower_an_entropy(rng: Generator) -> None:
    x = rng.normal(size=(200, 2))
    once, twice = mi.differential_entropy(x), mi.differential_entropy(np.tile(x, (2, 1)))
    assert (twice.value, twice.n) == (once.value, 200)


def test_columns_of_few_values_tell_what_their_sum_does(rng: Generator) -> None:
    coins = rng.integers(0, 2, (N, 10))
    y = coins.sum(axis=1) + rng.normal(size=N)
    for pair in ((coins, y), (y, coins)):
        found = mi.estimate(*pair)
        assert found.value == pytest.approx(BINARY_SUM, abs=0.12)
        assert found.interval is not None
        assert found.interval[0] < BINARY_SUM < found.interval[1]


def test_columns_with_few_rows_of_values_are_symbols(rng: Generator) -> None:
    coins = rng.integers(0, 2, (N, 2))
    either = coins[:, 0] ^ coins[:, 1]
    assert mi.estimate(coins, either).value == pytest.approx(1, abs=0.01)
    assert mi.estimate(coins, either).route == "counts"


def test_twenty_numbers_are_numbers(rng: Generator) -> None:
    x, y = rng.normal(size=(2, 20))
    assert mi.estimate(x, x + y).route == "gaussian copula"
    assert mi.estimate(np.arange(20), y).route == "gaussian copula"


def test_rare_classes_are_one(rng: Generator) -> None:
    """Of two large classes and many small ones, what the small ones are told apart by is lost."""
    y = np.r_[np.zeros(10), np.ones(10), 2 + np.arange(380) // 4].astype(int).astype(str)
    found = mi.estimate(rng.normal(size=(400, 5)), y)
    assert found.value < 0.03
    assert "rare classes" in found.flags
    with pytest.raises(pid.InvalidInput, match="two classes of at least 10 rows"):
        mi.estimate(rng.normal(size=(400, 5)), (np.arange(400) // 4).astype(str))


def test_what_components_leave_out_is_said(rng: Generator) -> None:
    """Of two hundred columns and a hundred rows, five components show nothing of what is there."""
    x = rng.normal(size=(100, 200))
    found = pid.estimate_information(x, x[:, 0] + 0.1 * rng.normal(size=100))
    assert "few components" in found.flags
    assert "at most" not in found.reading
    labels = mi.estimate(x, (x[:, 0] > 0).astype(int))
    assert "few components" in labels.flags


def test_a_sum_and_its_parts_are_refused(rng: Generator) -> None:
    parts = rng.exponential(size=(N, 3))
    with pytest.raises(pid.InvalidInput, match="linear combination of columns of other variables"):
        mi.estimate(parts, 2 * parts.sum(axis=1) + 5)
    with pytest.raises(pid.InvalidInput, match="linear combination of columns of other variables"):
        mi.estimate(parts[:, 0] + parts[:, 1], parts[:, 1], parts[:, 0])
    alone = mi.estimate(np.column_stack([parts, parts.sum(axis=1)]), rng.normal(size=N))
    assert alone.value < 0.05


def test_classes_that_are_sure_are_in_the_interval() -> None:
    """The sign of a product: neighbours of rows near the border are of both signs."""
    for seed in range(3):
        x = np.random.default_rng(seed).normal(size=(N, 2))
        found = mi.estimate(x, (x[:, 0] * x[:, 1] > 0).astype(int))
        assert found.interval is not None and found.interval[1] > 0.995


def test_a_function_is_near_the_most_that_rows_show(rng: Generator) -> None:
    x = rng.normal(size=(N, 2))
    found = mi.estimate(x, x[:, 0] ** 2 + x[:, 1])
    assert "still growing" in found.flags
    assert not mi.estimate(x, x[:, 0] ** 2 + rng.normal(size=N)).flags


ODD: dict[str, Callable[[Generator], Any]] = {
    "columns with heavy tails": lambda rng: rng.standard_cauchy((N, 3)),
    "zeros among numbers": lambda rng: np.where(
        rng.random((N, 2)) < 0.6, 0, rng.normal(size=(N, 2))
    ),
    "rounded": lambda rng: rng.normal(size=(N, 2)).round(1),
    "nearly combined": lambda rng: (
        rng.normal(size=(N, 2)) @ [[1, 0, 1], [0, 1, 1]] + 0.01 * rng.normal(size=(N, 3))
    ),
    "huge and tiny": lambda rng: rng.normal(size=(N, 2)) * [1e300, 1e-300],
}


@pytest.mark.parametrize("kind", ODD)
def test_invariances_hold_of_odd_columns(kind: str, rng: Generator) -> None:
    """Increasing maps and the order of rows change nothing, and x and y can be swapped."""
    x = ODD[kind](rng)
    y = np.argsort(np.argsort(x[:, 0])) / N + rng.normal(size=N)
    found, order = mi.estimate(x, y), rng.permutation(N)
    assert found.interval is not None and np.isfinite(found.interval).all()
    for other in (
        mi.estimate(np.cbrt(x), np.exp(y)),
        mi.estimate(x[order], y[order]),
        mi.estimate(y, x),
    ):
        assert other.value == pytest.approx(found.value, abs=1e-9)


@pytest.mark.parametrize("kind", ["numbers", "symbols"])
def test_known_and_given_are_nothing(kind: str, rng: Generator) -> None:
    x = rng.normal(size=N)
    y = x + rng.normal(size=N)
    if kind == "symbols":
        x, y = (np.where(part > 0, "above", "below") for part in (x, y))
    for given in (x, y):
        found = mi.estimate(x, y, given)
        assert found.value < 1e-9
        assert found.interval is not None and found.interval[1] < 0.02
