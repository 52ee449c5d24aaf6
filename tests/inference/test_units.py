"""Units: drawing, leaving out and dividing rows, groups and weighted rows."""

import numpy as np
import pytest

from pid.errors import InvalidInput
from pid.inference import units as module
from pid.inference.units import Units, grouping, row_weights

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


def test_blocks_are_groups_of_rows_in_order() -> None:
    assert np.array_equal(grouping(5, None, 2), [0, 0, 1, 1, 2])  # type: ignore[arg-type]
    assert grouping(5, None, None) is None
    assert np.array_equal(grouping(3, ["b", "a", "b"], None), [1, 0, 1])  # type: ignore[arg-type]


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
