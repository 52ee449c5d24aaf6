"""Tables are normalised, samples counted; what is refused is in test_bad_input.py."""

from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import pid
from pid.core.joint import as_distribution, as_table, as_tables, count_samples


def test_as_table_normalises_a_copy() -> None:
    p = np.arange(8).reshape(2, 2, 2)
    table = as_table(p)
    assert table.dtype == np.float64 and table.flags.c_contiguous and table.flags.writeable
    np.testing.assert_allclose(table, p / 28, rtol=1e-15)
    already = table.copy()
    assert as_table(table) is not table and not np.shares_memory(as_table(table), table)
    assert np.array_equal(table, already)


@pytest.mark.parametrize("scale", [1e-323, 1e-308, 1e-9, 1.0, 1e9, 2e307])
def test_sums_to_one_at_any_scale(scale: float) -> None:
    with np.errstate(all="raise"):
        table = as_table(np.full((2, 3, 4), 5 * scale))
        stack = as_tables(np.full((2, 2, 3, 4), 5 * scale))
    assert table.sum() == pytest.approx(1, abs=1e-15)
    np.testing.assert_allclose(
        stack / stack.sum(axis=(1, 2, 3), keepdims=True), [table] * 2, rtol=1e-15
    )
    np.testing.assert_allclose(table, 1 / 24, rtol=1e-15)


def test_a_stack_is_normalised_table_by_table(rng: np.random.Generator) -> None:
    stack = rng.random((4, 2, 3, 2)) * 10.0 ** rng.integers(-300, 300, (4, 1, 1, 1))
    before = stack.copy()
    for one, p in zip(as_tables(stack), stack, strict=True):
        np.testing.assert_allclose(one, as_table(p), rtol=1e-14)
    assert np.array_equal(stack, before)


def test_distributions_have_any_number_of_axes() -> None:
    assert as_distribution([1, 3]).tolist() == [0.25, 0.75]
    assert as_distribution(5).tolist() == 1.0
    assert as_distribution(np.ones((1, 2, 1, 2))).shape == (1, 2, 1, 2)


def test_count_samples() -> None:
    samples = count_samples(["b", "a", "b", "b"], [1, 0, 1, 0], [True, True, True, False])
    assert samples.symbols1 == ("a", "b")
    assert samples.symbols2 == (0, 1)
    assert samples.labels == (False, True)
    assert samples.counts.dtype == np.int64
    assert samples.counts.tolist() == [[[0, 1], [0, 0]], [[1, 0], [0, 2]]]


SYMBOLS: dict[str, Any] = {
    "integers": [3, -1, 3],
    "integers in an array": np.array([3, -1, 3], dtype=np.int8),
    "floats": np.array([0.5, np.inf, 0.5]),
    "booleans": np.array([True, False, True]),
    "text": np.array(["b", "a", "b"]),
    "bytes": b"bab",
    "characters": "bab",
    "objects": np.array(["b", "a", "b"], dtype=object),
    "tuples": [(1, 2), (0,), (1, 2)],
    "dates": [date(2020, 1, 2), date(2020, 1, 1), date(2020, 1, 2)],
    "dates in an array": np.array(["2021", "2020", "2021"], dtype="datetime64[D]"),
    "fractions": [Fraction(1, 2), Fraction(1, 3), Fraction(1, 2)],
    "mixed types": ["a", 1, "a"],
    "complex": [1j, 1, 1j],
    "sets": [frozenset("a"), frozenset(), frozenset("a")],
    "a generator": (symbol for symbol in "bab"),
}


@pytest.mark.parametrize("values", SYMBOLS.values(), ids=SYMBOLS.keys())
def test_any_symbols(values: Any) -> None:
    samples = count_samples(values, [0, 0, 0], [0, 1, 1])
    assert len(samples.symbols1) == 2
    twice = samples.counts[:, 0].sum(axis=1).tolist().index(2)
    assert samples.counts[twice, 0].tolist() == [1, 1]
    assert samples.counts[1 - twice, 0].tolist() == [0, 1]


def test_symbols_are_plain_and_in_order_of_their_values() -> None:
    samples = count_samples(np.array([10, 9, 100]), ["10", "9", "100"], [2.5, 1.5, 0.5])
    assert samples.symbols1 == (9, 10, 100)
    assert samples.symbols2 == ("10", "100", "9")
    assert all(type(symbol) is int for symbol in samples.symbols1)
    assert [samples.counts[i].sum() for i in range(3)] == [1, 1, 1]


def test_symbols_of_mixed_types_keep_the_order_of_appearance() -> None:
    assert count_samples(["b", 1, "a"], "xyz", "xyz").symbols1 == ("b", 1, "a")


def test_equal_symbols_are_one() -> None:
    assert count_samples([1, 1.0, True], "aab", "aaa").symbols1 == (1,)
    assert count_samples(np.array([0.0, -0.0]), "ab", "ab").counts.shape == (1, 2, 2)


def test_order_of_the_samples_does_not_matter(rng: np.random.Generator) -> None:
    x1, x2, y = (rng.integers(4, size=200) for _ in range(3))
    order = rng.permutation(200)
    shuffled = count_samples(x1[order], x2[order], y[order])
    assert np.array_equal(shuffled.counts, count_samples(x1, x2, y).counts)
    assert np.array_equal(shuffled.counts, count_samples(list(x1), list(x2), list(y)).counts)


def test_samples_of_a_table_give_it_back() -> None:
    counts = np.array([[[3, 0], [1, 2]], [[0, 4], [5, 1]]])
    x1, x2, y = np.repeat(np.argwhere(counts), counts[counts > 0], axis=0).T
    assert np.array_equal(count_samples(x1, x2, y).counts, counts)
    assert pid.decompose_samples(x1, x2, y).to_dict() == pid.decompose(counts).to_dict()


def test_one_sample() -> None:
    d = pid.decompose_samples(["a"], ["b"], ["c"])
    assert d.total == 0
