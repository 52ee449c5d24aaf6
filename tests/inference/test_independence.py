"""Tests of independence: moments by counting all ways to deal out labels, and what they ignore."""

from itertools import permutations

import numpy as np
import pytest
from scipy.stats import chi2_contingency, gamma

from pid.inference.independence import (
    Moments,
    conditional_independence,
    independence,
    p_value,
)

Table = np.ndarray
SKEWED = np.array([[3, 1, 0], [0, 2, 1], [0, 0, 0]])  # rows of 4, 3, 0 and columns of 3, 3, 1


def all_deals(table: Table) -> Table:
    """X^2 by its definition, for every order of the labels of the columns."""
    rows = np.repeat(np.arange(table.shape[0]), table.sum(axis=1))
    labels = np.repeat(np.arange(table.shape[1]), table.sum(axis=0))
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    found = []
    for order in set(permutations(labels.tolist())):
        dealt = np.zeros(table.shape)
        np.add.at(dealt, (rows, np.array(order)), 1)
        found.append(((dealt - expected) ** 2 / np.where(expected > 0, expected, 1)).sum())
    return np.array(found)


def test_moments_are_exact() -> None:
    """Unequal margins and an empty row: the mean and the variance over all 140 deals."""
    values = all_deals(SKEWED)
    found = independence(SKEWED.astype(float))
    assert found.mean == pytest.approx(values.mean())
    assert found.variance == pytest.approx(values.var())
    for table in (SKEWED.T, SKEWED[::-1], SKEWED[:, ::-1]):
        other = independence(table.astype(float))
        assert np.array(other) == pytest.approx(np.array(found))


def test_the_value_is_that_of_pearson(rng: np.random.Generator) -> None:
    tables = rng.integers(1, 20, size=(5, 4, 3)).astype(float)
    expected = [chi2_contingency(table, correction=False).statistic for table in tables]
    assert independence(tables).value == pytest.approx(expected)


def test_p_value_is_that_of_a_gamma_law_with_the_moments() -> None:
    found = Moments(np.array([3.0, 9.0, 9.0]), np.array([4.0, 4.0, 0.0]), np.array([6.0, 6.0, 0.0]))
    law = gamma(a=16 / 6, scale=6 / 4)
    assert (law.mean(), law.var()) == pytest.approx((4, 6))
    assert p_value(found) == pytest.approx([law.sf(3), law.sf(9), 1])
    assert p_value(found, 2.0)[:2] == pytest.approx([law.sf(1.5), law.sf(4.5)])
    effects = np.array([1.0, 3.0, 1.0])
    assert p_value(found, effects)[:2] == pytest.approx([law.sf(3), law.sf(3)])


def test_strata_are_summed_and_those_that_say_nothing_are_not() -> None:
    """Strata of three rows, and of one class, add neither to the value nor to its moments."""
    nothing = np.zeros_like(SKEWED)
    three = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    one_class = np.array([[5, 0, 0], [4, 0, 0], [1, 0, 0]])
    alone = independence(SKEWED.astype(float))
    strata = np.stack([nothing, SKEWED, three, one_class, SKEWED[::-1]]).astype(float)
    together = conditional_independence(strata)
    assert np.array(together) == pytest.approx(2 * np.array(alone))


def test_four_rows_are_enough_and_three_are_not() -> None:
    four, three = np.array([[2.0, 0.0], [0.0, 2.0]]), np.array([[2.0, 0.0], [0.0, 1.0]])
    values = all_deals(four.astype(int))
    assert independence(four).variance == pytest.approx(values.var())
    assert independence(four).mean == pytest.approx(values.mean())
    assert tuple(map(float, independence(three))) == (0, 0, 0)


def test_more_rows_of_the_same_shares_are_more_sure() -> None:
    table = np.array([[12.0, 8.0], [9.0, 13.0]])
    p = [float(p_value(independence(times * table))) for times in (1, 4, 16)]
    assert p[0] > 0.1 > p[1] > 1e-2 > 1e-4 > p[2]
