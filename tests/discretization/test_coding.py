"""Columns become codes by one rule, whoever counts them."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pid.discretization.coding import Clustered, Coding, Cut, as_bins, clusters, quantiles, symbols
from pid.discretization.count import count
from pid.discretization.kmeans import clustered, features
from pid.discretization.resolution import Resolution
from pid.discretization.target import target
from pid.io.columns import as_variable

HOW = Resolution(random_state=0)


def decoded(coding: Coding) -> list[object]:
    return [coding.symbols[code] for code in coding.codes]


@given(st.lists(st.sampled_from(["b", "a", "c", ""]), min_size=1))
def test_symbols_can_be_read_back(values: list[str]) -> None:
    coding = symbols(as_variable(values, "x1"))
    assert decoded(coding) == values
    assert list(coding.labels) == sorted(set(values))
    assert coding.size == len(coding.labels)


def test_rows_of_several_columns_are_tuples() -> None:
    frame = pd.DataFrame({"a": ["u", "v", "u"], "b": [True, True, False]})
    coding = symbols(as_variable(frame, "x1"))
    assert decoded(coding) == [("u", True), ("v", True), ("u", False)]
    assert (coding.name, coding.columns, coding.kind) == ("a,b", 2, "symbols")


@given(hnp.arrays(float, st.integers(30, 60), elements=st.floats(-1e6, 1e6), unique=True))
def test_bins_hold_equal_shares_and_keep_their_order(values: np.ndarray) -> None:
    coding = quantiles(as_variable(values, "x1"), 3)
    assert coding.size == 3
    assert np.ptp(np.bincount(coding.codes)) <= 1
    in_order = coding.codes[np.argsort(values)]
    assert all(a <= b for a, b in pairwise(in_order))


def test_the_rule_of_bins_finds_what_the_front_finds_in_other_rows(
    rng: np.random.Generator,
) -> None:
    X = rng.normal(size=(90, 2))
    rows = rng.integers(90, size=90)
    rule = quantiles(as_variable(X, "x1"), 3).rule
    assert isinstance(rule, Cut)
    anew = quantiles(as_variable(X[rows], "x1"), 3)
    assert rule.size == 9
    assert np.array_equal(np.unique(rule(rows, 0), return_inverse=True)[1], anew.codes)


def test_the_rule_of_clusters_finds_what_the_front_finds_in_other_rows(
    rng: np.random.Generator,
) -> None:
    X = rng.normal(size=(90, 2))
    rows = rng.integers(90, size=90)
    rule = clusters(as_variable(X, "x1"), 4, HOW).rule
    assert isinstance(rule, Clustered)
    one_start = Resolution(n_init=1, random_state=7)
    anew = clusters(as_variable(X[rows], "x1"), 4, one_start)
    assert np.array_equal(np.unique(rule(rows, 7), return_inverse=True)[1], anew.codes)


def test_symbols_stay_symbols_in_every_encoder(rng: np.random.Generator) -> None:
    text = as_variable(rng.choice(list("abc"), 50), "x1")
    for coding in (symbols(text), quantiles(text, 2), clusters(text, 2, HOW)):
        assert (coding.kind, coding.labels) == ("symbols", ("a", "b", "c"))


def test_constant_columns_are_named_and_change_nothing(rng: np.random.Generator) -> None:
    X = rng.normal(size=(60, 2))
    padded = np.column_stack([X[:, :1], np.full(60, 7.0), X[:, 1:]])
    plain, with_constant = (clusters(as_variable(x, "x1"), 3, HOW) for x in (X, padded))
    assert np.array_equal(plain.codes, with_constant.codes)
    assert with_constant.notes == ("x1: dropped 1 constant column (x1[1])",)
    nothing = clusters(as_variable(np.ones((5, 2)), "x1"), 3, HOW)
    assert (nothing.size, nothing.codes.tolist()) == (1, [0] * 5)


@pytest.mark.parametrize("factor", [0.25, 1024.0])
@pytest.mark.parametrize("shift", [0.0, 7.0])
def test_features_do_not_know_the_unit(
    factor: float, shift: float, rng: np.random.Generator
) -> None:
    X = rng.normal(size=(200, 2))
    assert features(factor * X + shift) == pytest.approx(features(X), abs=1e-9)
    bent = features(np.exp(3 * X))
    assert np.array_equal(bent[:, :2], features(X)[:, :2])  # ranks do not know what bends them


def test_no_value_weighs_more_than_others(rng: np.random.Generator) -> None:
    """Of groups that lie apart, an outlier takes nothing; standardised, it would take all."""
    side = rng.integers(2, size=500)
    X = (10 * side + rng.normal(size=500))[:, None]
    X[0] = 1e9
    found = clustered(X, 2, HOW)
    agree = (found == side).mean()
    assert max(agree, 1 - agree) > 0.99
    assert np.abs(features(X)).max() < 5


def test_a_target_is_cut_once_and_says_how(rng: np.random.Generator) -> None:
    y = as_variable(rng.normal(size=200), "y")
    coding = target(y, "auto")
    assert (coding.size, coding.kind) == (4, "bins")
    assert coding.edges is not None
    assert np.array_equal(coding.codes, np.searchsorted(coding.edges, y.columns[0], side="right"))
    assert coding.notes[0].startswith("y: numbers, cut into 4 bins at ")
    assert target(y, None).size == 200  # every value a class


def test_counts_are_those_of_the_rows(rng: np.random.Generator) -> None:
    """Of rows once, and of distinct rows as often as they occur."""
    codes = rng.integers(3, size=(3, 500))
    once = count(*(symbols(as_variable(part, "x1")) for part in codes))
    expected = np.zeros((3, 3, 3))
    np.add.at(expected, tuple(codes), 1)
    assert np.array_equal(once.table, expected)
    assert np.array_equal(np.ravel_multi_index(tuple(codes), (3, 3, 3)), once.cells)
    distinct, times = np.unique(codes, axis=1, return_counts=True)
    often = count(*(symbols(as_variable(part, "x1")) for part in distinct), times=times)
    assert np.array_equal(often.table, expected)
    assert (often.n, often.units.count, often.rows) == (500, 500, None)


def test_bins_of_many_columns_are_a_root_of_those_of_one(rng: np.random.Generator) -> None:
    """64 cells for a column are 4 bins each for three: 64 ** (1 / 3) is 3.9999... in floats."""
    from pid.discretization import resolution

    wide = as_variable(rng.normal(size=(10**5, 3)), "x1")
    narrow = as_variable(rng.normal(size=10**5), "x2")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resolution, "MOST", 64)
        first, second = as_bins((wide, narrow), np.array([50_000, 50_000]), HOW)
    assert (first.size, second.size) == (64, 64)
