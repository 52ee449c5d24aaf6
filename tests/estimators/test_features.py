"""What classifiers see: standardised once, or as rows are read; constants, symbols, any size."""

import numpy as np
import pytest
from scipy.special import ndtri

from pid.errors import InvalidInput
from pid.estimators.neural.features import as_features
from pid.io import columns
from pid.io.columns import as_variable
from pid.io.numbers import has_codes


@pytest.fixture
def matrix(rng: np.random.Generator) -> np.ndarray:
    return 5 + 3 * rng.normal(size=(200, 4))


def test_mean_and_deviation(matrix: np.ndarray) -> None:
    features, notes = as_features(as_variable(matrix, "x1"))
    rows = features.rows()
    assert rows.dtype == np.float32
    assert (rows.shape, features.width, len(features)) == ((200, 4), 4, 200)
    assert rows.mean(axis=0) == pytest.approx(0, abs=1e-6)
    assert rows.std(axis=0) == pytest.approx(1, abs=1e-6)
    assert notes == ()
    picked = np.array([5, 3, 5])
    assert np.array_equal(features.rows(picked), rows[picked])


def test_single_precision_stays_where_it_is(matrix: np.ndarray) -> None:
    single = matrix.astype(np.float32)
    features, _ = as_features(as_variable(single, "x1"))
    assert features.values is single
    copied, _ = as_features(as_variable(single.astype(np.float64), "x1"))
    assert features.rows() == pytest.approx(copied.rows(), abs=1e-5)


def test_read_in_parts(matrix: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, _ = as_features(as_variable(matrix, "x1"))
    monkeypatch.setattr(columns, "CHUNK", 30)
    parts, _ = as_features(as_variable(matrix.tolist(), "x1"))
    assert parts.rows() == pytest.approx(whole.rows(), abs=1e-6)


def test_constant_columns(matrix: np.ndarray) -> None:
    matrix[:, 2] = 0.1
    note = ("x2: dropped 1 constant column (x2[2])",)
    features, notes = as_features(as_variable(matrix, "x2"))
    assert (features.width, notes) == (3, note)
    # where numbers stay, so does the column, as zeros
    features, notes = as_features(as_variable(matrix.astype(np.float32), "x2"))
    assert (features.width, notes) == (4, note)
    assert not features.rows()[:, 2].any()


@pytest.mark.parametrize("scale", [1e-300, 1e-40, 1e40, 1e300])
def test_any_size(matrix: np.ndarray, scale: float) -> None:
    plain, _ = as_features(as_variable(matrix, "x1"))
    scaled, _ = as_features(as_variable(scale * matrix, "x1"))
    assert scaled.rows() == pytest.approx(plain.rows(), abs=1e-6)


def test_single_precision_that_is_nearly_zero(rng: np.random.Generator) -> None:
    """Deviations whose inverse has no single precision are standardised in double."""
    tiny = (1e-39 * rng.normal(size=(100, 2))).astype(np.float32)
    features, _ = as_features(as_variable(tiny, "x1"))
    assert features.rows().std(axis=0) == pytest.approx(1, abs=1e-4)


def test_symbols_are_indicators() -> None:
    features, _ = as_features(as_variable(["a", "b", "a", "c"], "x1"))
    assert features.width == 3
    assert features.rows()[0] == pytest.approx(features.rows()[2])
    assert features.rows()[:, 0] == pytest.approx([1, -1, 1, -1])
    with pytest.raises(InvalidInput, match="x1 has 1,001 symbols, more than 1,000"):
        as_features(as_variable([str(i) for i in range(1001)], "x1"))


# --- columns with tails -------------------------------------------------------------------------


def scores_of(column: np.ndarray) -> np.ndarray:
    """Normal scores of ranks, written another way."""
    place = np.array([((column < x).sum() + (column <= x).sum() + 1) / 2 for x in column])
    found = ndtri(place / (len(column) + 1))
    return np.asarray((found - found.mean()) / found.std())


SCORED = (
    "x1: normal scores stand for 1 column (x1[1]) with values far out: more than 15 robust "
    "deviations from the median, or parts that are far apart"
)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", ["an outlier", "exp", "two devices"])
def test_columns_with_tails_become_normal_scores(
    matrix: np.ndarray, name: str, dtype: type
) -> None:
    plain, _ = as_features(as_variable(matrix.astype(dtype), "x1"))
    x = (matrix[:, 1] - 5) / 3
    matrix[:, 1] = {
        "exp": np.exp(4 * x),
        "an outlier": np.where(np.arange(200) == 7, 1e6, x),
        "two devices": x + np.where(np.arange(200) < 90, 1e4, 0),
    }[name]
    given: np.ndarray = matrix.astype(dtype)
    features, notes = as_features(as_variable(given, "x1"))
    rows = features.rows()
    assert rows[:, 1] == pytest.approx(scores_of(given[:, 1]), abs=1e-5)
    assert np.array_equal(rows[:, [0, 2, 3]], plain.rows()[:, [0, 2, 3]])
    assert notes == (SCORED,)
    some = np.array([3, 190, 3])
    assert np.array_equal(features.rows(some), rows[some])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", ["a code for nothing", "much of it", "zeros", "mostly zeros"])
def test_a_value_of_many_rows_is_told_apart(matrix: np.ndarray, name: str, dtype: type) -> None:
    """A column that says where it is, and the middle of all others, which stay as they are."""
    x = (matrix[:, 1] - 5) / 3
    place = np.random.default_rng(5).permutation(200)
    rows, value = {
        "a code for nothing": (10, -99999.0),
        "much of it": (90, -99999.0),
        "zeros": (60, 0.0),
        "mostly zeros": (170, 0.0),
    }[name]
    heap = place < rows
    matrix[:, 1] = np.where(heap, value, x)
    given: np.ndarray = matrix.astype(dtype)
    features, notes = as_features(as_variable(given, "x1"))
    found = features.rows()
    assert found.shape == (200, 5) == (len(features), features.width)
    expected = np.zeros(200)
    left = given[~heap, 1].astype(float)
    expected[~heap] = (left - left.mean()) / left.std()
    assert found[:, 1] == pytest.approx((expected - expected.mean()) / expected.std(), abs=1e-5)
    assert found[:, 4] == pytest.approx((heap - heap.mean()) / heap.std(), abs=1e-5)
    assert notes == (
        f"x1: 1 value ({value:g} in x1[1]) of many rows told apart from all others, by a column of "
        "0 and 1",
    )
    some = np.array([3, 190, 3])
    assert np.array_equal(features.rows(some), found[some])


def test_a_heap_that_a_column_tells_already_has_no_other(matrix: np.ndarray) -> None:
    """As that of gaps, which the middle of the column fills."""
    gap = np.arange(200) % 4 == 0
    filled = np.where(gap, np.median(matrix[:, 0]), matrix[:, 0])
    features, notes = as_features(as_variable(np.column_stack([filled, gap * 1.0]), "x1"))
    assert (features.width, notes) == (2, ())


@pytest.mark.parametrize("name", ["normal", "far clusters", "two values", "counts", "uniform"])
def test_columns_without_tails_stay(name: str, rng: np.random.Generator) -> None:
    """Clusters far apart are information, and so is a flag that is seldom set."""
    column = {
        "normal": rng.normal(size=1000),
        "far clusters": np.repeat([-100.0, 0.0, 120.0], [300, 300, 400]) + rng.normal(size=1000),
        "two values": (rng.random(1000) < 0.01).astype(float),
        "counts": rng.poisson(3.0, size=1000).astype(float),
        "uniform": rng.random(1000),
    }[name]
    beside = np.column_stack([column, rng.normal(size=1000)])  # alone it might be a symbol
    features, notes = as_features(as_variable(beside, "x1"), codes=False)
    assert notes == ()
    expected = (column - column.mean()) / column.std()
    assert features.rows()[:, 0] == pytest.approx(expected, abs=1e-5)


def test_scores_do_not_change_under_monotone_maps(rng: np.random.Generator) -> None:
    x = rng.standard_cauchy(size=500)
    one, other = (as_features(as_variable(column[:, None], "x1"))[0].rows() for column in (x, x**3))
    assert one == pytest.approx(other, abs=1e-6)


def test_whole_numbers_as_numbers_alone(rng: np.random.Generator) -> None:
    x = as_variable(rng.integers(4, size=(500, 2)), "x1")
    both, notes = as_features(x)
    alone, nothing = as_features(x, codes=False)
    assert has_codes(x)
    assert (both.width, alone.width) == (10, 2)
    assert "taken as numbers and as symbols" in notes[0]
    assert nothing == ()
    assert not has_codes(as_variable(rng.normal(size=(500, 2)), "x1"))
    assert not has_codes(as_variable(np.array(["a", "b"])[rng.integers(2, size=500)], "x1"))
