"""Gaussian vectors from samples: the covariance decomposed, its bias taken out, intervals."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import pid
from pid.errors import InvalidInput
from pid.estimators import GaussianPID
from pid.io import columns

ATOMS = ("redundancy", "unique1", "unique2", "synergy", "total")
SIZES = (5, 4, 2)


def atoms(d: pid.Decomposition | None) -> np.ndarray:
    assert d is not None
    return np.array([getattr(d, atom) for atom in ATOMS])


@pytest.fixture(scope="module")
def sigma() -> np.ndarray:
    """X_i = H_i Y + noise, the noises correlated by one half in some directions."""
    rng = np.random.default_rng(3)
    H = 0.5 * rng.normal(size=(9, 2))
    noise = np.eye(9)
    noise[:5, 5:] = np.linalg.qr(rng.normal(size=(5, 4)))[0] / 2
    noise[5:, :5] = noise[:5, 5:].T
    return np.block([[H @ H.T + noise, H], [H.T, np.eye(2)]])


def sample(sigma: np.ndarray, n: int, seed: int) -> tuple[np.ndarray, ...]:
    rows = np.random.default_rng(seed).normal(size=(n, 11)) @ np.linalg.cholesky(sigma).T
    return rows[:, :5], rows[:, 5:9], rows[:, 9:]


def test_plug_in_is_that_of_the_covariance(sigma: np.ndarray) -> None:
    X1, X2, y = sample(sigma, 300, 0)
    est = GaussianPID(interval=None).fit(X1, X2, y)
    exact = pid.decompose_gaussian(np.cov(np.hstack([X1, X2, y]).T), SIZES)
    assert atoms(est.decomposition_) == pytest.approx(atoms(exact), abs=1e-10)
    assert est.ranks_ == (5, 4, 9)
    assert est.interval_ is None
    assert est.decomposition_.certificate is not None
    assert est.decomposition_.certificate.gap < 1e-9


@pytest.fixture(scope="module")
def many(sigma: np.ndarray) -> list[GaussianPID]:
    """Sixty samples of 20 rows and 11 columns."""
    return [
        GaussianPID(replicates=60, random_state=seed).fit(*sample(sigma, 20, seed))
        for seed in range(60)
    ]


def test_bias_where_samples_are_few(many: list[GaussianPID], sigma: np.ndarray) -> None:
    truth = atoms(pid.decompose_gaussian(sigma, SIZES))
    counted = np.mean([atoms(est.decomposition_) for est in many], axis=0) - truth
    corrected = np.array([atoms(est.corrected_) for est in many]) - truth
    error = corrected.std(axis=0) / np.sqrt(len(many))
    assert counted[4] > 0.5
    assert np.abs(corrected.mean(axis=0)).max() < 0.1 * counted[4] + 2 * error.max()
    assert abs(corrected.mean(axis=0)[4]) < 3 * error[4]  # of informations it is exact


def test_nothing_is_told_on_average_where_there_is_nothing() -> None:
    """Of twelve rows and three columns a regression seems to tell .18 nat: all of it is chance."""
    rng = np.random.default_rng(0)
    counted, corrected = [], []
    for x1, x2, y in rng.normal(size=(400, 3, 12, 2)):
        est = GaussianPID(replicates=2, unit="nat").fit(x1, x2[:, :1], y[:, 0])
        assert est.corrected_ is not None
        counted.append(est.decomposition_.total)
        corrected.append(est.corrected_.total)
    assert np.mean(counted) > 0.15
    assert abs(np.mean(corrected)) < 3 * np.std(corrected) / 20


def test_intervals_cover(many: list[GaussianPID], sigma: np.ndarray) -> None:
    truth = pid.decompose_gaussian(sigma, SIZES)
    for atom in ATOMS:
        inside = []
        for est in many:
            assert est.interval_ is not None
            low, high = est.interval_[atom]
            inside.append(low <= getattr(truth, atom) <= high)
        assert np.mean(inside) >= 0.88


def test_corrected_atoms_of_one_target_are_not_negative() -> None:
    """U2 of a single target and a weaker x2 is 0 in every sample."""
    rng = np.random.default_rng(0)
    y = rng.normal(size=400)
    est = GaussianPID().fit(y + rng.normal(size=400), y + 2 * rng.normal(size=400), y)
    assert est.decomposition_.unique2 == pytest.approx(0, abs=1e-12)
    assert est.interval_ is not None
    low, high = est.interval_["unique2"]
    assert low <= 0 <= high < 0.01


def test_order_of_samples_units_and_seeds(sigma: np.ndarray) -> None:
    X1, X2, y = sample(sigma, 100, 1)
    first = GaussianPID(random_state=4).fit(X1, X2, y)
    again = GaussianPID(random_state=4).fit(pd.DataFrame(X1), X2.tolist(), y)
    assert np.array_equal(atoms(again.corrected_), atoms(first.corrected_))
    assert again.interval_ == first.interval_
    turned = GaussianPID(random_state=4).fit(1e200 * X1[::-1], X2[::-1] - 7, y[::-1])
    assert atoms(turned.corrected_) == pytest.approx(atoms(first.corrected_), abs=1e-6)
    nats = GaussianPID(random_state=4, unit="nat").fit(X1, X2, y)
    assert atoms(nats.corrected_) == pytest.approx(np.log(2) * atoms(first.corrected_))


def test_rows_are_read_in_parts(sigma: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    X1, X2, y = (part.astype(np.float32) for part in sample(sigma, 500, 2))
    whole = GaussianPID(replicates=20).fit(X1, X2, y)
    monkeypatch.setattr(columns, "CHUNK", 400)
    monkeypatch.setattr("pid.estimators.straightness.MOST_ROWS", 100)  # together, for bends
    seen: list[int] = []
    matrix = columns.Variable.matrix

    def watched(self: columns.Variable, rows: slice = columns.ALL) -> np.ndarray:
        found = matrix(self, rows)
        seen.append(len(found))
        return found

    monkeypatch.setattr(columns.Variable, "matrix", watched)
    parts = GaussianPID(replicates=20).fit(X1, X2, y)
    assert max(seen) <= 200
    assert atoms(parts.decomposition_) == pytest.approx(atoms(whole.decomposition_), abs=1e-9)


def test_constant_and_repeated_columns(sigma: np.ndarray) -> None:
    X1, X2, y = sample(sigma, 100, 1)
    plain = GaussianPID().fit(X1, X2, y)
    wide = GaussianPID().fit(np.hstack([X1, X1, np.full((100, 1), 0.1)]), X2, y)
    assert wide.notes_ == ("x1: dropped 1 constant column (x1[10])",)
    assert wide.ranks_ == plain.ranks_
    assert atoms(wide.decomposition_) == pytest.approx(atoms(plain.decomposition_))
    assert atoms(wide.corrected_) == pytest.approx(atoms(plain.corrected_), abs=0.1)


def test_many_columns_are_not_searched_for_bends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pid.estimators.gaussian.MOST_COLUMNS", 3)
    x1, x2 = np.random.default_rng(0).normal(size=(2, 500, 2))
    est = GaussianPID(replicates=2).fit(x1, x2, x1 * x2)
    assert est.doubts() == ()
    assert est.notes_ == ("y was not searched for bends: 4 columns take long",)


def test_what_takes_long_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pid.estimators.gaussian.MOST_WORK", 1000.0)
    rng = np.random.default_rng(0)
    X1, X2, y = rng.normal(size=(3, 50, 2))
    est = GaussianPID().fit(X1, X2, y)
    assert est.corrected_ is None
    assert est.interval_ is None
    assert est.notes_ == (
        "no correction and no interval: 6 columns take long to simulate; ask for it by "
        "replicates=50",
    )
    assert GaussianPID(replicates=20).fit(X1, X2, y).corrected_ is not None


def test_classes_get_a_note() -> None:
    rng = np.random.default_rng(0)
    X1, X2 = rng.normal(size=(2, 80, 2))
    est = GaussianPID().fit(X1, X2, rng.integers(2, size=80))
    assert est.notes_ == ("y has few distinct values; for classes take PosteriorPID",)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"y": np.array(["a", "b"] * 15)}, "y mixes columns of numbers with columns of text"),
        ({"y": np.ones(30)}, "y does not vary"),
        ({"X1": np.zeros((30, 2))}, "x1 does not vary"),
        ({"X1": np.random.default_rng(1).normal(size=(30, 40))}, "30 samples are too few for 43"),
        ({"X2": np.full((30, 2), np.inf)}, "infinite"),
        ({"X2": np.ones((29, 2))}, "one row per sample"),
    ],
    ids=str,
)
def test_bad_input(change: dict[str, Any], message: str) -> None:
    rng = np.random.default_rng(0)
    data: dict[str, Any] = {
        "X1": rng.normal(size=(30, 2)),
        "X2": rng.normal(size=(30, 2)),
        "y": rng.normal(size=30),
    }
    with pytest.raises(InvalidInput, match=message):
        GaussianPID().fit(**(data | change))


def test_a_target_that_is_a_column_of_x1() -> None:
    X1, X2 = np.random.default_rng(0).normal(size=(2, 50, 2))
    with pytest.raises(InvalidInput, match="determine a direction of y without noise"):
        GaussianPID().fit(X1, X2, X1[:, 0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"interval": 95}, "interval must be a number above 0 and below 1 or None; got 95"),
        ({"replicates": 1}, "replicates must be 'auto' or an integer of at least 2; got 1"),
        ({"unit": "byte"}, "unit"),
        ({"random_state": 0.5}, "random_state"),
    ],
    ids=str,
)
def test_bad_parameters(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        GaussianPID(**options).fit([[0.5], [1.5]] * 9, [[0.5], [1.5]] * 9, [0.1, 0.4] * 9)
