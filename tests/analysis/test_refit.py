"""Resampling that finds the cells anew."""

import numpy as np
import pytest

import pid
from pid.errors import InvalidInput

Data = tuple[np.ndarray, np.ndarray, np.ndarray]


@pytest.fixture
def data(rng: np.random.Generator) -> Data:
    X1, x2 = rng.normal(size=(300, 2)), rng.normal(size=300)
    return X1, x2, (X1[:, 0] + x2 + 0.5 * rng.normal(size=300) > 0).astype(int)


@pytest.mark.parametrize("estimator", ["cluster", "bins"])
def test_the_interval_is_another_one_around_the_same_estimate(data: Data, estimator: str) -> None:
    size = "bins" if estimator == "bins" else "n_clusters"
    options = {"estimator": estimator, size: 3, "target_bins": "auto", "replicates": 50}
    fixed = pid.quantify(*data, **options)  # type: ignore[call-overload]
    anew = pid.quantify(*data, refit=True, **options)  # type: ignore[call-overload]
    again = pid.quantify(*data, refit=True, **options)  # type: ignore[call-overload]
    assert anew.decomposition.synergy == fixed.decomposition.synergy
    assert anew.interval == again.interval
    assert anew.interval != fixed.interval
    assert anew.corrected is not None
    assert anew.interval is not None
    for atom, (low, high) in anew.interval.items():
        assert low <= getattr(anew.corrected, atom) <= high


def test_bins_anew_are_those_of_quantify(data: Data, rng: np.random.Generator) -> None:
    """One replicate by hand: the same rows through the front door."""
    from pid.discretization.coding import quantiles
    from pid.inference.units import Rows
    from pid.io.columns import as_variable

    X1, x2, _ = data
    drawn = rng.integers(300, size=300)
    rule = quantiles(as_variable(X1, "x1"), 3).rule
    assert rule is not None
    codes = rule(drawn, 0)
    q = pid.quantify(
        X1[drawn], x2[drawn], data[2][drawn], estimator="bins", bins=3, target_bins="auto"
    )
    assert isinstance(q.rows, Rows)
    first = np.unique(codes, return_inverse=True)[1]
    assert np.array_equal(first, q.rows.cells // q.table.shape[2] // q.table.shape[1])


def test_symbols_have_nothing_to_refit(rng: np.random.Generator) -> None:
    """Then it is the plain bootstrap of rows: the same interval, up to the draws."""
    x1, x2, noise = rng.integers(2, size=(3, 2000))
    y = np.where(rng.random(2000) < 0.2, noise, x1 ^ x2)
    plain, anew = (
        pid.quantify(x1, x2, y, refit=r, replicates=400, interval_method="percentile").interval
        for r in (False, True)
    )
    assert plain is not None
    assert anew is not None
    assert anew["synergy"] == pytest.approx(plain["synergy"], abs=0.015)


def test_groups_and_weights_are_drawn_along(data: Data) -> None:
    groups = np.repeat(np.arange(30), 10)
    rows, together = (
        pid.quantify(*data, groups=g, weights=np.linspace(1, 2, 300), refit=True, replicates=50)
        for g in (None, groups)
    )
    assert together.units == 30
    assert rows.interval != together.interval


def test_bad_options(data: Data) -> None:
    with pytest.raises(InvalidInput, match="refit must be True or False; got 'yes'"):
        pid.quantify(*data, refit="yes")  # type: ignore[call-overload]
    with pytest.raises(InvalidInput, match="refit draws rows with replacement"):
        pid.quantify(*data, refit=True, interval_method="subsampling")
