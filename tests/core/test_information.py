"""Entropies and informations against their definitions, and what they refuse."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import pid
from pid import (
    co_information,
    conditional_entropy,
    conditional_mutual_information,
    entropy,
    mutual_information,
)
from pid.datasets import gate

Table = NDArray[np.float64]
ROUNDING = 1e-12


@pytest.fixture
def p(rng: np.random.Generator) -> Table:
    masses = rng.random((3, 4, 2, 3)) * (rng.random((3, 4, 2, 3)) < 0.7)
    return np.asarray(masses / masses.sum())


def test_entropy_by_hand() -> None:
    assert entropy([1, 1, 1, 1]) == 2
    assert entropy([0.5, 0.25, 0.25]) == pytest.approx(1.5, abs=ROUNDING)
    assert entropy([0, 0, 7]) == 0
    assert math.copysign(1, entropy([1.0])) == 1
    assert entropy(np.ones((2, 4)), unit="nat") == pytest.approx(math.log(8), abs=ROUNDING)


def test_scale_and_extreme_masses() -> None:
    with np.errstate(all="raise"):
        for unit_mass in (1e-320, 1e-5, 3, 1e308):
            assert entropy(np.full(8, unit_mass)) == pytest.approx(3, abs=ROUNDING)
        assert entropy([1e-320, 1e308]) == 0


def test_mutual_information_is_a_divergence(p: Table) -> None:
    joint = p.sum(axis=(1, 3))
    product = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    positive = joint > 0
    expected = (joint[positive] * np.log2(joint[positive] / product[positive])).sum()
    assert mutual_information(p, 0, 2) == pytest.approx(expected, abs=ROUNDING)
    assert mutual_information(p, 2, 0) == pytest.approx(expected, abs=ROUNDING)
    assert mutual_information(joint) == pytest.approx(expected, abs=ROUNDING)


def test_conditional_mutual_information_is_an_average(p: Table) -> None:
    q = p.sum(axis=3)
    weights = q.sum(axis=(0, 1))
    expected = sum(weight * mutual_information(q[..., y], 0, 1) for y, weight in enumerate(weights))
    found = conditional_mutual_information(p, 0, 1, 2)
    assert found == pytest.approx(expected, abs=ROUNDING)


def test_chain_rules(p: Table) -> None:
    both = mutual_information(p, (0, 1), 3)
    chain = mutual_information(p, 0, 3) + conditional_mutual_information(p, 1, 3, 0)
    assert both == pytest.approx(chain, abs=ROUNDING)
    first = entropy(p.sum(axis=(1, 2, 3)))
    rest = conditional_entropy(p, (1, 2, 3), 0)
    assert entropy(p) == pytest.approx(first + rest, abs=ROUNDING)
    assert conditional_entropy(p, 0, ()) == pytest.approx(first, abs=ROUNDING)


def test_negative_axes_and_numpy_axes(p: Table) -> None:
    assert mutual_information(p, -4, -1) == mutual_information(p, 0, 3)
    assert mutual_information(p, np.int64(0), (np.int32(3),)) == mutual_information(p, 0, 3)  # type: ignore[arg-type]


def test_units(p: Table) -> None:
    calls: list[Callable[..., float]] = [
        lambda unit: entropy(p, unit=unit),
        lambda unit: conditional_entropy(p, 0, 1, unit=unit),
        lambda unit: mutual_information(p, 0, 1, unit=unit),
        lambda unit: conditional_mutual_information(p, 0, 1, 2, unit=unit),
        lambda unit: co_information(p.sum(axis=3), unit=unit),
    ]
    for call in calls:
        assert call("nat") == pytest.approx(call("bit") * math.log(2), abs=ROUNDING)
        with pytest.raises(pid.InvalidInput, match="unit must be 'bit' or 'nat'; got 'byte'"):
            call("byte")


@pytest.mark.parametrize(
    ("name", "bits"), [("xor", -1), ("rdn", 1), ("copy", 0), ("and", -0.18872)]
)
def test_co_information_is_redundancy_less_synergy(name: str, bits: float) -> None:
    assert co_information(gate(name)) == pytest.approx(bits, abs=1e-5)
    d = pid.decompose(gate(name))
    assert co_information(gate(name)) == pytest.approx(d.redundancy - d.synergy, abs=ROUNDING)


@pytest.mark.parametrize(
    "bad",
    [[], [0, 0], [-1, 2], [np.nan], [np.inf], ["a"], ["1"], [1j], None, [[1], [1, 2]], [None, 1]],
)
def test_bad_tables(bad: Any) -> None:
    with pytest.raises(pid.InvalidDistribution):
        entropy(bad)
    with pytest.raises(pid.InvalidDistribution):
        entropy(np.ma.masked_equal([1, 2], 2))


@pytest.mark.parametrize("axis", [3, -4, 0.5, "y", None, [0, 1], (0, 7)])
def test_bad_axes(axis: Any) -> None:
    with pytest.raises(
        pid.InvalidInput, match=r"a must be the index of|is not one of shape \(2, 2, 2\)"
    ):
        mutual_information(gate("and"), axis, 2)


def test_overlapping_axes() -> None:
    with pytest.raises(pid.InvalidInput, match="overlap"):
        mutual_information(gate("and"), (0, 1), -2)
    with pytest.raises(pid.InvalidInput, match="overlap"):
        mutual_information([1, 2, 3])
    with pytest.raises(pid.InvalidInput, match="overlap"):
        conditional_entropy(gate("and"), (0, 0), 1)


def test_co_information_takes_three_axes() -> None:
    with pytest.raises(pid.InvalidDistribution, match="3 axes"):
        co_information(np.ones((2, 2)))


# --- samples ----------------------------------------------------------------------------------


def test_samples_have_the_entropies_of_their_counts(rng: np.random.Generator) -> None:
    x, y = rng.integers(4, size=500), rng.choice(list("abc"), 500)
    table = np.array([[((x == i) & (y == j)).sum() for j in "abc"] for i in range(4)])
    assert pid.entropy_samples(x) == pytest.approx(pid.entropy(table.sum(axis=1)))
    assert pid.entropy_samples(y, unit="nat") == pytest.approx(
        pid.entropy(table.sum(axis=0), unit="nat")
    )
    assert pid.entropy_samples(x, y) == pytest.approx(pid.entropy(table))
    assert pid.entropy_samples(x.astype(str)) == pid.entropy_samples(x)


@pytest.mark.parametrize(
    "samples", [[0, 1] * 4, [0, 1, 2] * 30, np.tile([True, False], 50), np.arange(300) % 5]
)
def test_samples_are_not_taken_for_counts(samples: Any) -> None:
    with pytest.raises(pid.InvalidDistribution, match=r"pid.entropy_samples\(p\) counts them"):
        pid.entropy(samples)
    assert pid.entropy_samples(samples) > 0
    shares = np.asarray(samples) / np.sum(samples)
    assert pid.entropy(shares) > 0  # the other way out


@pytest.mark.parametrize(
    "counts",
    [
        [1, 1, 1, 1],
        [0, 1],
        [0, 0, 0, 1],
        [3, 5, 2, 8, 9, 1, 7, 4],
        [0, 5] * 10,
        [[1, 0], [0, 1]],
        np.eye(16, dtype=int),
        [0.0, 1.0] * 8,
        [2, 1, 0, 3, 1, 0],
    ],
)
def test_counts_are_not_taken_for_samples(counts: Any) -> None:
    assert pid.entropy(counts) >= 0


@pytest.mark.parametrize(
    "columns", [(), ([],), ([1, 2], [1]), ([1, None],), ([[1], [2]],), (5,), ([1.0, math.nan],)]
)
def test_bad_samples(columns: Any) -> None:
    with pytest.raises(pid.InvalidInput):
        pid.entropy_samples(*columns)


def test_two_vectors_are_no_table() -> None:
    with pytest.raises(pid.InvalidInput, match="of samples, entropy_samples has entropies"):
        pid.mutual_information([0, 1, 1], np.array([0, 1, 1]))  # type: ignore[arg-type]


def test_a_symbol_for_each_sample_is_said(rng: np.random.Generator) -> None:
    """Numbers as symbols, identifiers, dates: with them any y seems to be known."""
    x, y = rng.integers(2, size=(2, 100))
    few = rng.integers(5, size=100)
    for one_each in (rng.normal(size=100), [f"id{i}" for i in range(100)], np.arange(100) // 1.5):
        with pytest.warns(UserWarning, match=r"x2 has \d+ symbols in 100 samples"):
            pid.decompose_samples(x, one_each, y)
    pid.decompose_samples(x, few, y)
    pid.decompose_samples(range(8), range(8), range(8))  # a gate written out
