"""What classifiers see: standardised once, or as rows are read; constants, symbols, any size."""

import numpy as np
import pytest

from pid.errors import InvalidInput
from pid.estimators.neural.features import as_features
from pid.io import columns
from pid.io.columns import as_variable


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
