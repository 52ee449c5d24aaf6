"""Units: drawing, leaving out and dividing rows, groups and weighted rows."""

import numpy as np
import pytest

import pid
from pid.discretization.resolution import null_bias
from pid.errors import InvalidInput
from pid.inference import units as module
from pid.inference.grouping import grouping, row_weights
from pid.inference.units import Rows, Units

SHAPE = (3, 2, 2)


@pytest.fixture
def cells(rng: np.random.Generator) -> np.ndarray:
    return rng.integers(12, size=60)


def test_rows_and_their_counts_are_the_same_units(cells: np.ndarray) -> None:
    rows = Units.from_rows(cells, SHAPE)
    counted = Units.from_counts(np.bincount(cells, minlength=12).reshape(SHAPE))
    assert rows.count == counted.count == 60
    assert np.array_equal(rows.table, counted.table)
    assert rows.single_rows


def test_draws_keep_the_number_of_rows(cells: np.ndarray, rng: np.random.Generator) -> None:
    units = Units.from_rows(cells, SHAPE)
    assert set(units.draw(50, rng).sum(axis=(1, 2, 3))) == {60}
    fewer = units.draw_fewer(20, 50, rng)
    assert set(fewer.sum(axis=(1, 2, 3))) == {20}
    assert (fewer <= units.table).all()


def test_draws_have_the_mean_and_spread_of_a_multinomial(
    cells: np.ndarray, rng: np.random.Generator
) -> None:
    units = Units.from_rows(cells, SHAPE)
    p, drawn = units.table / 60, units.draw(20_000, rng)
    assert np.abs(drawn.mean(axis=0) - 60 * p).max() < 0.1
    assert np.abs(drawn.var(axis=0) - 60 * p * (1 - p)).max() < 0.3


def test_groups_are_drawn_whole(rng: np.random.Generator) -> None:
    """Two cells that always occur in one group have equal counts in every draw."""
    cells, groups = np.array([0, 5, 1, 6, 2, 7]), np.array([0, 0, 1, 1, 2, 2])
    drawn = Units.from_rows(cells, SHAPE, groups=groups).draw(40, rng).reshape(40, 12)
    assert np.array_equal(drawn[:, :3], drawn[:, 5:8])
    assert set(drawn.sum(axis=1)) == {6}


def test_leaving_out_one_unit(cells: np.ndarray, rng: np.random.Generator) -> None:
    """By counts as by deleting every row in turn."""
    units = Units.from_rows(cells, SHAPE)
    tables, weights, parts = units.leave_out(rng)
    by_hand = [np.bincount(np.delete(cells, i), minlength=12).reshape(SHAPE) for i in range(60)]
    assert parts == 60
    assert np.allclose(np.tensordot(weights, tables**2, 1), np.mean(np.square(by_hand), axis=0))


@pytest.mark.parametrize("limit", ["MOST_LEFT_OUT_ONE_BY_ONE", "MOST_UNITS"])
def test_leaving_out_parts(
    cells: np.ndarray, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    """Many units are left out in parts that divide the data."""
    monkeypatch.setattr(module, limit, 5)
    monkeypatch.setattr(module, "PARTS", 7)
    units = Units.from_rows(cells, SHAPE)
    tables, _, parts = units.leave_out(rng)
    assert (parts, len(tables)) == (7, 7)
    assert np.array_equal((units.table - tables).sum(axis=0), units.table)
    assert set(60 - tables.sum(axis=(1, 2, 3))) == {8, 9}


def test_equal_weights_change_nothing(cells: np.ndarray, rng: np.random.Generator) -> None:
    weights = row_weights(60, np.full(60, 2.5))
    weighted, plain = Units.from_rows(cells, SHAPE, weights=weights), Units.from_rows(cells, SHAPE)
    assert np.allclose(weighted.table, plain.table)
    assert np.array_equal(weighted.times, plain.times)


def test_weights_sum_to_the_effective_number_of_rows() -> None:
    assert np.allclose(row_weights(3, [1, 1, 1e-9]), [1, 1, 1e-9])  # type: ignore[arg-type]
    assert row_weights(4, [1e200, 1e200, 1e200, 3e200]).sum() == pytest.approx(36 / 12)  # type: ignore[union-attr]


@pytest.mark.parametrize("alike", [0.0, 0.5, 1.0])
def test_rows_are_worth_what_their_correlation_says(alike: float, rng: np.random.Generator) -> None:
    """n / (1 + (m - 1) rho) rows, if those of a group of m correlate by rho (Kish 1965)."""
    groups, m = 4000, 5
    own, of_group = rng.integers(12, size=(2, groups, m))
    of_group[:] = of_group[:, :1]
    cells = np.where(rng.random((groups, m)) < np.sqrt(alike), of_group, own).ravel()
    labels = np.repeat(np.arange(groups), m)
    units = Units.from_rows(cells, (3, 2, 2), groups=labels)
    expected = groups * m / (1 + (m - 1) * alike)
    assert units.effective_rows == pytest.approx(expected, rel=0.05)
    assert Units.from_rows(cells, (3, 2, 2)).effective_rows == len(cells)


@pytest.mark.parametrize("alike", ["x", "y", "both", "neither"])
def test_chance_in_groups_tells_as_much_as_in_that_many_rows(
    alike: str, rng: np.random.Generator
) -> None:
    """One stimulus and many answers are many rows; what is the same in both is one."""
    told, expected = [], []
    labels = np.repeat(np.arange(100), 20)
    for _ in range(60):
        x, y = rng.integers(9, size=2000), rng.integers(2, size=2000)
        x = x[labels] if alike in ("x", "both") else x
        y = y[labels] if alike in ("y", "both") else y
        units = Units.from_rows(2 * x + y, (3, 3, 2), groups=labels)
        told.append(pid.mutual_information(units.table.reshape(9, 2) / 2000, unit="nat"))
        expected.append(null_bias(units.table, units.effective_rows))
    assert np.mean(expected) == pytest.approx(np.mean(told), rel=0.15)


def test_blocks_are_groups_of_rows_in_order() -> None:
    assert np.array_equal(grouping(5, None, 2), [0, 0, 1, 1, 2])  # type: ignore[arg-type]
    assert grouping(5, None, None) is None
    assert np.array_equal(grouping(3, ["b", "a", "b"], None), [1, 0, 1])  # type: ignore[arg-type]


def test_groups_of_the_rows_that_are_left() -> None:
    """Labels that rows had, not whether they are left; others may have none."""
    kept = np.array([True, False, True, True, False])
    found = grouping(5, ["c", None, "a", "c", "b"], None, kept)
    assert np.array_equal(found, [1, 0, 1])  # type: ignore[arg-type]
    found = grouping(5, [0, 1, 0, 2, 3], None, kept)  # 0 is a label as others
    assert np.array_equal(found, [0, 0, 1])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("groups", "blocks", "message"),
    [
        (["a", "b", None], None, r"groups\[2\] is missing"),
        (["a", "b"], None, "one label per row, 3; got 2"),
        (["a", "a", "a"], None, "all rows are in one group or block"),
        (None, 3, "all rows are in one group or block"),
        (np.ones((3, 2)), None, "groups must be one-dimensional"),
    ],
)
def test_bad_groups(groups: object, blocks: int | None, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        grouping(3, groups, blocks)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1, 0, 1], r"weights\[1\] is 0; weights must be finite and positive"),
        ([1, -1, 1], r"weights\[1\] is -1"),
        ([1, np.nan, 1], r"weights\[1\] is nan"),
        ([1, np.inf, 1], r"weights\[1\] is inf"),
        (["a", "b", "c"], "weights must be numbers"),
        ([1, 1], r"shape \(3,\), one per row; got \(2,\)"),
    ],
)
def test_bad_weights(weights: object, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        row_weights(3, weights)


def test_probabilities_are_not_counts() -> None:
    with pytest.raises(InvalidInput, match=r"counts must be whole numbers of samples; got 0\.5"):
        Units.from_counts([[[0.5, 0.5]]])


def test_more_units_than_can_be_counted_out(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A billion rows: parts divide them all the same, and a subsample is nearly as large."""
    table = np.array([[[4, 1], [1, 3]], [[2, 2], [1, 5]]]) * 10**9
    units = Units.from_counts(table)
    left = units.leave_out(rng)
    parts = table - left.tables
    assert np.array_equal(parts.sum(axis=0), table)
    assert parts.sum(axis=(1, 2, 3)) == pytest.approx(table.sum() / len(parts), rel=1e-3)
    half = units.draw_fewer(units.count // 2, 3, rng)
    assert half == pytest.approx(np.broadcast_to(table / 2, half.shape), rel=1e-3)
    small = Units.from_counts(table // 10**9 * 200)
    monkeypatch.setattr("pid.inference.units.MOST_COUNTED_OUT", 1)
    assert small.draw_fewer(1900, 500, rng).mean(axis=0) == pytest.approx(small.table / 2, rel=0.02)


# --- unequal groups, weights, and rows that stand for many ----------------------------------------


@pytest.fixture
def rows(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Rows in groups of 1 to 12, with weights, each of which occurs a few times."""
    cells = rng.choice(12, size=70, p=rng.dirichlet(np.ones(12)))
    groups = np.unique(rng.choice(9, size=70, p=rng.dirichlet(np.ones(9))), return_inverse=True)[1]
    weights = rng.choice([0.25, 1.0, 3.0], size=70)
    return {"cells": cells, "groups": groups, "weights": weights, "times": rng.integers(1, 4, 70)}


def by_hand(cells: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    return np.bincount(cells, weights, minlength=12).reshape(SHAPE)


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_rows_that_occur_often_are_many_rows(
    rows: dict[str, np.ndarray], grouped: bool, weighted: bool
) -> None:
    some = {k: rows[k] for k, asked in (("groups", grouped), ("weights", weighted)) if asked}
    once = Units.from_rows(rows["cells"], SHAPE, times=rows["times"], **some)
    many = {name: np.repeat(values, rows["times"]) for name, values in rows.items()}
    whole = Units.from_rows(many["cells"], SHAPE, **{name: many[name] for name in some})
    assert np.array_equal(once.times, whole.times)
    assert np.allclose(once.tables.toarray(), whole.tables.toarray())
    assert once.table == pytest.approx(
        by_hand(many["cells"], many.get("weights") if weighted else None)
    )
    assert once.count == (len(set(rows["groups"].tolist())) if grouped else rows["times"].sum())
    assert once.single_rows == (not grouped and not weighted)


def test_order_of_rows_does_not_matter(
    rows: dict[str, np.ndarray], rng: np.random.Generator
) -> None:
    """To the bit: sums of weights are of one order."""
    order = rng.permutation(70)
    for names in (("weights",), ("groups", "weights")):
        plain, other = (
            Units.from_rows(rows["cells"][o], SHAPE, **{name: rows[name][o] for name in names})
            for o in (np.arange(70), order)
        )
        assert np.array_equal(plain.table, other.table)
        assert np.array_equal(plain.tables.toarray(), other.tables.toarray())


def test_leaving_out_one_group(rows: dict[str, np.ndarray], rng: np.random.Generator) -> None:
    """Each in turn, with all of its rows and their weights; all count alike."""
    cells, groups, weights = rows["cells"], rows["groups"], rows["weights"]
    units = Units.from_rows(cells, SHAPE, groups=groups, weights=weights)
    left_out = units.leave_out(rng)
    expected = [
        by_hand(cells[groups != group], weights[groups != group]) for group in np.unique(groups)
    ]
    assert left_out.tables == pytest.approx(np.array(expected))
    assert left_out.weights == pytest.approx(np.full(len(expected), 1 / len(expected)))
    assert left_out.parts == units.count == len(expected)


def test_drawn_groups_have_their_weights(
    rows: dict[str, np.ndarray], rng: np.random.Generator
) -> None:
    """Mean and variance of drawing as many groups as there are, with replacement."""
    units = Units.from_rows(rows["cells"], SHAPE, groups=rows["groups"], weights=rows["weights"])
    each, n = units.tables.toarray(), units.count
    drawn = units.draw(20_000, rng).reshape(20_000, 12)
    assert drawn.mean(axis=0) == pytest.approx(each.sum(axis=0), abs=0.15)
    assert drawn.var(axis=0) == pytest.approx(n * each.var(axis=0), rel=0.1, abs=0.05)
    fewer = units.draw_fewer(3, 20_000, rng).reshape(20_000, 12)
    assert fewer.mean(axis=0) == pytest.approx(3 * each.mean(axis=0), abs=0.1)
    shrunk = 3 * each.var(axis=0) * (n - 3) / (n - 1)
    assert fewer.var(axis=0) == pytest.approx(shrunk, rel=0.1, abs=0.05)


def test_two_data_sets_side_by_side(rows: dict[str, np.ndarray], rng: np.random.Generator) -> None:
    """Row i of both is one unit: tables of draws are those of the same rows, or groups."""
    a, b, groups = rows["cells"], rng.integers(6, size=70), rows["groups"]
    for of_groups in (None, groups):
        for weights in (None, rows["weights"]):
            first, second = Rows(a, of_groups, weights), Rows(b, of_groups)
            units = Units.side_by_side((first, 12), (second, 6))
            assert units.shape == (1, 1, 18)
            assert units.count == (70 if of_groups is None else len(np.unique(groups)))
            expected = np.r_[np.bincount(a, weights, minlength=12), np.bincount(b, minlength=6)]
            assert units.table.ravel() == pytest.approx(expected)
            assert units.table.sum() == pytest.approx(expected.sum())
            drawn = units.draw(50, rng).reshape(50, 18)
            if of_groups is None:
                assert drawn[:, 12:].sum(axis=1) == pytest.approx(np.full(50, 70))
            if weights is None:
                assert drawn[:, :12].sum(axis=1) == pytest.approx(drawn[:, 12:].sum(axis=1))
    for other in (None, groups[::-1]):
        with pytest.raises(ValueError, match="row i is in one group in the first and in another"):
            Units.side_by_side((Rows(a, groups), 12), (Rows(b, other), 6))


def test_one_source_alone(rows: dict[str, np.ndarray]) -> None:
    """Summed over the other, unit by unit; and exchanged, with all that goes with it."""
    units = Units.from_rows(rows["cells"], SHAPE, groups=rows["groups"], weights=rows["weights"])
    each = units.tables.toarray().reshape(-1, *SHAPE)
    for source, axis in ((1, 1), (2, 2)):
        alone = units.without(source)
        assert alone.shape == (units.table.sum(axis=axis - 1).shape[0], 1, 2)
        assert alone.tables.toarray() == pytest.approx(each.sum(axis=axis).reshape(len(each), -1))
        assert np.array_equal(alone.times, units.times)
    back = units.swapped()
    assert back.shape == (2, 3, 2)
    assert back.tables.toarray() == pytest.approx(each.transpose(0, 2, 1, 3).reshape(len(each), -1))
    assert np.array_equal(back.swapped().tables.toarray(), units.tables.toarray())


def test_weights_count_for_as_many_rows_as_say_as_much(rng: np.random.Generator) -> None:
    """Kish: a weighted mean has the variance of one of (sum w)^2 / sum w^2 rows; times too."""
    weights, times = rng.choice([1.0, 2.0, 5.0], size=30), rng.integers(1, 5, size=30)
    many = np.repeat(weights, times)
    effective = many.sum() ** 2 / (many @ many)
    found = row_weights(30, weights, times)
    whole = row_weights(len(many), many)
    assert found is not None and whole is not None
    assert whole.sum() == pytest.approx(effective)
    assert np.repeat(found, times) == pytest.approx(whole)
    assert whole / whole[0] == pytest.approx(many / many[0])


def test_a_part_is_of_the_whole(rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    """More distinct units than are left out one by one; and more units, few of them distinct."""
    cells = rng.integers(12, size=90)
    many = Units.from_rows(cells, SHAPE, groups=np.arange(90))
    few = Units.from_rows(cells, SHAPE)
    monkeypatch.setattr(module, "PARTS", 10)
    for units, limit in ((many, "MOST_LEFT_OUT_ONE_BY_ONE"), (few, "MOST_UNITS")):
        for most, expected in ((90, 90), (89, 10)):
            with monkeypatch.context() as patch:
                patch.setattr(module, limit, most)
                tables, weights, parts = units.leave_out(rng)
            assert parts == expected
            assert weights.sum() == pytest.approx(1)
            assert np.tensordot(weights, tables, 1) == pytest.approx((1 - 1 / parts) * units.table)
