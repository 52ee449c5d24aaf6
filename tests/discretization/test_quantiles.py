"""Bins of numbers: equal shares, values that many rows have by themselves, and no direction."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pid
from pid.discretization.quantiles import assign, quantile_edges


def cut(values: np.ndarray, bins: int) -> np.ndarray:
    return assign(values, quantile_edges(values, bins))


def partition(codes: np.ndarray) -> set[frozenset[int]]:
    """The rows of each bin, whatever it is called."""
    return {frozenset(np.flatnonzero(codes == code).tolist()) for code in np.unique(codes)}


columns = st.lists(st.integers(-4, 9) | st.floats(-10, 10), min_size=1, max_size=60)


@given(columns, st.integers(1, 9))
def test_bins_are_ordered_and_no_more_than_asked_for(values: list[float], bins: int) -> None:
    column = np.array(values, dtype=float)
    codes = cut(column, bins)
    assert codes.max() == len(quantile_edges(column, bins)) < bins
    assert np.array_equal(np.unique(codes), np.arange(codes.max() + 1))
    assert (np.diff(codes[np.argsort(column, kind="stable")]) >= 0).all()
    for value in np.unique(column):
        assert len(np.unique(codes[column == value])) == 1
    if bins > 1 and len(np.unique(column)) > 1:
        assert codes.max() > 0


@given(columns, st.integers(1, 9))
def test_a_column_and_its_negative_are_cut_between_the_same_rows(
    values: list[float], bins: int
) -> None:
    """Unless it is its own mirror image: then what is in the middle has no side to be on."""
    column = np.array(values, dtype=float)
    ordered = np.sort(column)
    if not np.allclose(ordered - ordered[0], ordered[-1] - ordered[::-1]):
        assert partition(cut(column, bins)) == partition(cut(-column, bins))


@given(st.permutations(range(40)), st.integers(1, 9))
def test_distinct_values_share_alike(values: list[int], bins: int) -> None:
    sizes = np.bincount(cut(np.array(values, dtype=float), bins))
    assert len(sizes) == bins
    assert sizes.max() - sizes.min() <= 2


@pytest.mark.parametrize(
    ("bins", "at"), [(2, 0.0), (2, 1.0), *((b, at) for b in (4, 8) for at in (0.0, 0.5, 1.0))]
)
def test_a_value_that_fills_a_bin_has_it_alone(
    bins: int, at: float, rng: np.random.Generator
) -> None:
    """At the lower end of a column, in the middle of it, and at the upper end."""
    others = rng.random(400)
    others = others[others != at]
    column = np.concatenate([np.full(len(others) * 2 // bins, at), others])
    codes = cut(column, bins)
    assert set(column[codes == codes[0]]) == {at}
    rest = np.delete(np.bincount(codes), codes[0])
    assert len(rest) == bins - 1
    assert rest.max() <= 2 * rest.min()


def test_three_such_values_and_what_is_between() -> None:
    column = np.repeat([0.0, 1, 2, 3, 4, 5], [30, 3, 30, 3, 30, 4])
    assert cut(column, 6).tolist() == np.repeat(range(6), [30, 3, 30, 3, 30, 4]).tolist()
    # of four bins each of the three has one; the last is for those with which it costs least
    assert len(np.unique(cut(column, 4))) == 4


def test_counts_of_events_keep_their_values(rng: np.random.Generator) -> None:
    """Few values with many rows each are the bins."""
    column = rng.poisson(1.5, 2000).astype(float)
    codes = cut(column, 8)
    assert [set(column[codes == code]) for code in range(4)] == [{0}, {1}, {2}, {3}]


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("bins", [4, 8])
@pytest.mark.parametrize("zeros", [0.3, 0.5, 0.7, 0.95])
def test_what_zeros_say_is_kept(
    zeros: float, bins: int, sign: int, rng: np.random.Generator
) -> None:
    """y = (x > 0): all of H(y), by quantify and by a screen."""
    x = np.where(rng.random(1000) < zeros, 0.0, rng.gamma(1.0, size=1000))
    y, noise = (x > 0).astype(int), rng.integers(2, size=1000)
    entropy = pid.entropy(np.bincount(y) / 1000)
    options: dict[str, Any] = {
        "bins": bins,
        "target_bins": None,
        "interval": None,
        "correction": "none",
    }
    told = pid.quantify(sign * x, noise, y, estimator="bins", **options)
    assert told.decomposition.total == pytest.approx(entropy, rel=0.01)
    X = np.column_stack([sign * x, noise])
    assert pid.screen(X, y, bins=bins, interval=None).counted[0, 4] == pytest.approx(
        entropy, rel=0.01
    )


def test_one_class_of_mostly_zeros() -> None:
    """A constant, by quantiles of equal share alone."""
    a = [0.0] * 180 + [1.5, 2.5, 3.5, 4.5] * 5
    X, y = np.column_stack([a, [0, 1] * 100, [0, 0, 1, 1] * 50]), np.repeat([0, 1], [180, 20])
    order = np.random.default_rng(0).permutation(200)  # rows sorted by y are worth a note
    found = pid.screen(X[order], y[order], interval=None)
    assert found.counted[0, 4] == pytest.approx(pid.entropy([0.9, 0.1]), abs=1e-9)
    assert found.notes == ()
