"""Rules of halves on other halves: by enumeration, closed forms, and in groups."""

from itertools import combinations, permutations

import numpy as np
import pytest
from scipy.optimize import brentq

from pid.inference.accuracy import best_rule, effective_rows, halves, views, wilson
from pid.inference.units import Units

TABLE = np.array([[[3, 1], [0, 2]], [[1, 1], [0, 2]]])


def enumerated(members: list[np.ndarray], size: int) -> np.ndarray:
    """Mean accuracy over all halves of ``size`` units, each a small table."""
    right, total = np.zeros(3), 0.0
    for chosen in combinations(range(len(members)), size):
        half = np.sum([members[i] for i in chosen], axis=0)
        rest = np.sum(members, axis=0) - half
        total += rest.sum()
        for i, (learned, judged) in enumerate(
            zip(views(half[None]), views(rest[None]), strict=True)
        ):
            share = learned[0].sum(axis=0)
            for counts, seen in zip(learned[0], judged[0], strict=True):
                best = max(map(tuple, np.column_stack([counts, share])))
                named = [tuple(pair) == best for pair in np.column_stack([counts, share])]
                right[i] += seen[named].mean()
    return right / total


def single_rows(table: np.ndarray) -> list[np.ndarray]:
    return [
        np.eye(table.size)[cell].reshape(table.shape)
        for cell in np.repeat(np.arange(table.size), table.ravel())
    ]


@pytest.mark.parametrize("table", [TABLE, TABLE.reshape(2, 1, 4), TABLE[:, :1]])
def test_the_mean_over_splits_is_that_of_all_halves(
    table: np.ndarray, rng: np.random.Generator
) -> None:
    found = halves(Units.from_counts(table), rng, splits=40_000)
    expected = enumerated(single_rows(table), int(table.sum()) // 2)
    assert found.accuracy == pytest.approx(expected, abs=0.005)
    assert found.rows == pytest.approx([table.sum()] * 3)


def test_groups_are_split_whole(rng: np.random.Generator) -> None:
    """Five groups of other sizes and weights; also by the rows in them, which must differ."""
    cells, groups = rng.integers(8, size=14), np.repeat(np.arange(5), [6, 4, 2, 1, 1])
    weights = rng.choice([0.5, 1.0, 1.25], size=14)
    members = [
        np.bincount(cells[groups == g], weights[groups == g], minlength=8).reshape(2, 2, 2)
        for g in range(5)
    ]
    units = Units.from_rows(cells, (2, 2, 2), groups=groups, weights=weights)
    found = halves(units, rng, splits=20_000)
    assert found.accuracy == pytest.approx(enumerated(members, 2), abs=0.005)
    alone = halves(Units.from_rows(cells, (2, 2, 2), weights=weights), rng, splits=20_000)
    assert np.abs(alone.accuracy - found.accuracy).max() > 0.02


def test_copies_in_groups_are_their_rows(rng: np.random.Generator) -> None:
    """Rows three times, in groups: the same halves, and the same number of rows."""
    cells = rng.integers(12, size=40)
    thrice = Units.from_rows(np.repeat(cells, 3), (2, 3, 2), groups=np.repeat(np.arange(40), 3))
    once = Units.from_rows(cells, (2, 3, 2), groups=np.arange(40))
    a, b = (halves(units, np.random.default_rng(0)) for units in (thrice, once))
    assert a.accuracy == pytest.approx(b.accuracy)
    assert a.rows == pytest.approx([40] * 3, rel=0.03)


def test_what_adds_nothing_changes_nothing() -> None:
    """A class, or a symbol, that never occurs; and other names of classes, without ties."""
    units = Units.from_counts(TABLE)
    expected = halves(units, np.random.default_rng(0))
    never = np.zeros((3, 2, 3), dtype=int)
    never[:2, :, :2] = TABLE
    found = halves(Units.from_counts(never), np.random.default_rng(0))
    assert found.accuracy == pytest.approx(expected.accuracy)
    constant = halves(Units.from_counts(TABLE.sum(axis=1, keepdims=True)), np.random.default_rng(0))
    assert constant.accuracy[0] == constant.accuracy[1]
    weighted = Units.from_rows(
        np.repeat(np.arange(8), TABLE.ravel()), (2, 2, 2), weights=np.ones(10)
    )
    assert halves(weighted, np.random.default_rng(0)).accuracy == pytest.approx(expected.accuracy)


def test_a_rule_does_not_know_the_names_of_classes(rng: np.random.Generator) -> None:
    cells = rng.integers(3, size=(50, 6, 3)).astype(float)
    rule = best_rule(cells)
    assert rule.sum(axis=2) == pytest.approx(1)
    for order in permutations(range(3)):
        assert best_rule(cells[:, :, order]) == pytest.approx(rule[:, :, order])


def test_ties_and_empty_cells_go_by_the_classes() -> None:
    cells = np.array([[[2, 2, 0], [0, 0, 0], [0, 1, 3], [1, 0, 0]]], dtype=float)
    rule = best_rule(cells)[0]
    assert rule.tolist() == [[0.5, 0.5, 0], [1 / 3] * 3, [0, 0, 1], [1, 0, 0]]
    cells[0, 2, 1] = 2
    assert best_rule(cells)[0, :2].tolist() == [[0, 1, 0], [0, 1, 0]]


def test_sums_of_weights_tie_where_they_are_rounded() -> None:
    assert 0.1 + 0.2 > 0.3
    cells = np.array([[[0.1 + 0.2, 0.3], [0.3, 0.1 + 0.2]]])
    assert best_rule(cells)[0].tolist() == [[0.5, 0.5]] * 2
    cells = np.array([[[0.1, 0.3], [0.2, 0.0], [0.0, 0.0]]])  # of an empty cell, likewise
    assert best_rule(cells)[0, 2].tolist() == [0.5, 0.5]


def test_each_source_is_what_it_is_alone(rng: np.random.Generator) -> None:
    """As if the other were not there: the accuracy, and the rows that count, in groups."""
    groups = np.repeat(np.arange(15), 4)
    x1, x2 = rng.integers(3, size=15)[groups], rng.integers(3, size=60)
    y = np.where(rng.random(60) < 0.2, rng.integers(2, size=60), x1 % 2)
    units = Units.from_rows((3 * x1 + x2) * 2 + y, (3, 3, 2), groups=groups)
    found = halves(units, np.random.default_rng(0))
    for i, other in ((1, 2), (2, 1)):
        alone = halves(units.without(other), np.random.default_rng(0))
        assert found.accuracy[i] == pytest.approx(alone.accuracy[0])
        assert found.rows[i] == pytest.approx(alone.rows[0])
    assert found.rows[1] > 2 * found.rows[2]  # y differs between groups, x1 tells how


def test_few_units_have_halves(rng: np.random.Generator) -> None:
    """Two, three, one group of which has all rows of a class; and a single class."""
    for groups in (np.array([0, 0, 0, 1]), np.array([0, 1, 1, 2])):
        units = Units.from_rows(np.array([0, 2, 4, 7]), (2, 2, 2), groups=groups)
        found = halves(units, rng)
        assert ((found.accuracy >= 0) & (found.accuracy <= 1)).all()
        assert ((found.rows >= 1) & (found.rows <= 4)).all()
    sole = halves(Units.from_counts([[[3]], [[2]]]), rng)
    assert sole.accuracy.tolist() == [1, 1, 1]


def test_noise_is_known_to_be_noise(rng: np.random.Generator) -> None:
    """Ten rows in each of 60 cells, y of two equal classes: rules of halves are right by chance."""
    found = [
        halves(Units.from_counts(rng.multinomial(600, [1 / 120] * 120).reshape(6, 10, 2)), rng)
        for _ in range(30)
    ]
    assert np.mean([f.accuracy for f in found], axis=0) == pytest.approx([0.5] * 3, abs=0.01)


def test_rows_that_are_right_together_count_as_one(rng: np.random.Generator) -> None:
    """20 groups of five with one y each: as many rows as groups; y by itself: all of them."""
    groups = np.repeat(np.arange(20), 5)
    x, y = rng.integers(4, size=100), rng.permutation(np.repeat([0, 1], [13, 7]))
    always = np.tile([1.0, 0.0], 4)
    of_groups = Units.from_rows(2 * x + y[groups], (4, 1, 2), groups=groups)
    assert effective_rows(of_groups, always) == pytest.approx(20)
    mixed = Units.from_rows(2 * x + np.arange(100) % 5 // 3, (4, 1, 2), groups=groups)
    assert effective_rows(mixed, always) == pytest.approx(100)
    assert effective_rows(of_groups, np.ones(8)) == pytest.approx(20)  # nothing is seen of it


def test_the_design_effect_is_that_of_the_mean() -> None:
    """By the variance of the mean over many samples, of groups that agree in part."""
    rng = np.random.default_rng(3)
    groups = np.repeat(np.arange(50), 6)
    shares, rows = [], []
    for _ in range(400):
        own = rng.random(300) < 0.3
        right = np.where(rng.random(300) < 0.5, (rng.random(50) < 0.3)[groups], own)
        shares.append(right.mean())
        units = Units.from_rows(right.astype(np.intp), (1, 1, 2), groups=groups)
        rows.append(effective_rows(units, np.array([0.0, 1.0])))
    assert np.mean(rows) == pytest.approx(0.3 * 0.7 / np.var(shares), rel=0.15)


def test_rows_of_three_groups() -> None:
    """Means 0, .4 and .8 of five rows each: their variance by what it would be of single rows."""
    right = np.repeat([0, 1, 0, 1, 0], [5, 2, 3, 4, 1])
    units = Units.from_rows(right, (1, 1, 2), groups=np.repeat(np.arange(3), 5))
    variance = np.var([0, 0.4, 0.8], ddof=1) / 3
    assert effective_rows(units, np.array([0.0, 1.0])) == pytest.approx(0.4 * 0.6 / variance)


def test_alike_is_the_number_of_groups_of_one_size() -> None:
    cells = np.array([0, 1, 0, 1, 0, 0])
    assert Units.from_rows(cells, (1, 1, 2), groups=np.array([0, 0, 1, 1, 2, 2])).alike == 3
    units = Units.from_rows(cells, (1, 1, 2), groups=np.array([0, 0, 0, 0, 0, 1]))
    assert units.alike == pytest.approx(36 / 26)
    assert Units.from_counts([[[4, 2]]]).alike == 6


@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.97, 1.0])
@pytest.mark.parametrize("rows", [3.0, 300.0])
def test_ends_of_wilson_are_as_far_away_as_they_say(share: float, rows: float) -> None:
    """At an end, the share that was seen is just ``reach`` of the end's own standard errors off."""
    reach = 1.96

    def away(end: float) -> float:
        return (share - end) ** 2 - reach**2 * end * (1 - end) / rows

    low, high = wilson(np.array([share]), np.array([rows]), reach)
    expected = (
        brentq(away, 0, share) if 0 < share < 1 else share / (1 + reach**2 / rows),
        brentq(away, share, 1) if 0 < share < 1 else 1 - (1 - share) / (1 + reach**2 / rows),
    )
    assert (low[0], high[0]) == pytest.approx(expected, abs=1e-9)


def test_wilson_takes_what_a_correction_put_beyond_a_share() -> None:
    ends = wilson(np.array([1.2, -0.2]), np.array([10.0, 10.0]), 2.0)
    assert np.array(ends) == pytest.approx(
        np.array(wilson(np.array([1.0, 0.0]), 10 * np.ones(2), 2.0))
    )
