"""Posteriors out of fold, their calibration, their cells, and the decomposition that follows."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import log_softmax
from sklearn.base import BaseEstimator, clone
from sklearn.linear_model import LogisticRegression

import pid
from pid.datasets import continuous
from pid.errors import InvalidInput
from pid.estimators import PosteriorPID
from pid.estimators.calibration import calibrated
from pid.estimators.cells import soft_table
from pid.estimators.posteriors import folds_of, out_of_fold

ATOMS = ("redundancy", "unique1", "unique2", "synergy")


def atoms(est: PosteriorPID) -> np.ndarray:
    return np.array([getattr(est.decomposition_, atom) for atom in ATOMS])


# --- calibration ------------------------------------------------------------------------------


def drawn(logs: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A class for each row, by its probabilities."""
    return np.asarray((rng.random((len(logs), 1)) > np.exp(logs).cumsum(axis=1)).sum(axis=1))


def test_calibration_finds_the_temperature_and_the_bias(rng: np.random.Generator) -> None:
    true = log_softmax(rng.normal(size=(20_000, 3)), axis=1)
    y = drawn(true, rng)
    claimed = log_softmax(3 * true + [0.5, 0, -0.5], axis=1)
    assert np.exp(calibrated([claimed], y)) == pytest.approx(np.exp(true), abs=0.03)
    assert np.exp(calibrated([true], y)) == pytest.approx(np.exp(true), abs=0.03)


def test_calibration_takes_what_tells(rng: np.random.Generator) -> None:
    true = log_softmax(2 * rng.normal(size=(20_000, 2)), axis=1)
    y = drawn(true, rng)
    noise = log_softmax(2 * rng.normal(size=true.shape), axis=1)
    assert np.exp(calibrated([noise, true], y)) == pytest.approx(np.exp(true), abs=0.04)


def test_calibration_treats_classes_alike(rng: np.random.Generator) -> None:
    logs = log_softmax(rng.normal(size=(500, 3)), axis=1)
    y = rng.integers(3, size=500)
    order = np.array([2, 0, 1])
    other = calibrated([logs[:, order]], np.argsort(order)[y])
    assert other == pytest.approx(calibrated([logs], y)[:, order], abs=1e-3)
    assert np.exp(other).sum(axis=1) == pytest.approx(1)


# --- cells ------------------------------------------------------------------------------------


def test_cells_keep_the_margin_and_nearly_all_information(rng: np.random.Generator) -> None:
    posterior = rng.dirichlet([0.5, 0.5, 1], size=3000)
    p_y = posterior.mean(axis=0)
    whole = pid.mutual_information(posterior / len(posterior), 0, 1)
    values = []
    for cells in (1, 5, 25, 100):
        table = soft_table(posterior, p_y, cells, 0)
        assert table.shape == (cells, 3)
        assert table.sum(axis=0) == pytest.approx(p_y)
        values.append(pid.mutual_information(table, 0, 1))
    assert values[0] == pytest.approx(0, abs=1e-12)
    assert values == sorted(values)
    assert 0.98 * whole < values[3] < whole
    assert soft_table(posterior, np.full(3, 1 / 3), 9, 0).sum(axis=0) == pytest.approx(1 / 3)


def test_no_more_cells_than_posteriors() -> None:
    posterior = np.repeat([[0.9, 0.1], [0.5, 0.5]], 50, axis=0)
    table = soft_table(posterior, np.array([0.7, 0.3]), 24, 0)
    assert table == pytest.approx(np.array([[0.45, 0.05], [0.25, 0.25]]))


# --- out of fold ------------------------------------------------------------------------------


class Memory(BaseEstimator):  # type: ignore[misc]
    """Knows what it has seen, and nothing else."""

    def fit(self, X: np.ndarray, y: np.ndarray) -> "Memory":
        self.seen_ = {row.tobytes(): label for row, label in zip(X, y, strict=True)}
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        out = np.full((len(X), len(self.classes_)), 1 / len(self.classes_))
        for row, p in zip(X, out, strict=True):
            if row.tobytes() in self.seen_:
                p[:] = np.eye(len(p))[self.seen_[row.tobytes()]]
        return out


def test_nobody_says_what_it_has_learned_from(rng: np.random.Generator) -> None:
    X, y = rng.normal(size=(100, 3)), rng.integers(2, size=100)
    folds = folds_of(y, 5, None, 0)
    assert sorted(np.concatenate([fold.test for fold in folds])) == list(range(100))
    assert out_of_fold(X, y, folds, Memory(), 0) == pytest.approx(np.log(0.5))
    est = PosteriorPID(Memory()).fit(X[:, :1], X[:, 1:], y)
    assert atoms(est) == pytest.approx(0, abs=0.02)


def test_groups_stay_together(rng: np.random.Generator) -> None:
    y = np.tile([0, 1], 50)
    groups = np.arange(100) // 4
    for fold in folds_of(y, 5, groups, 0):
        assert not set(groups[fold.training]) & set(groups[fold.test])
    # each group has a value of its own: a classifier that has seen the group would know all
    X = np.repeat(rng.normal(size=(50, 1)), 2, axis=0)
    labels = np.repeat(rng.integers(2, size=50), 2)
    spoiled, sound = (
        PosteriorPID(Memory()).fit(X, X, labels, groups=g) for g in (None, np.arange(100) // 2)
    )
    assert spoiled.information12_ > 0.5
    assert sound.information12_ < 0.05


# --- the estimator ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def clouds() -> continuous.Continuous:
    return continuous.angle(30, n=3000, random_state=1)


@pytest.fixture(scope="module")
def fitted(clouds: continuous.Continuous) -> PosteriorPID:
    return PosteriorPID(LogisticRegression()).fit(clouds.X1, clouds.X2, clouds.y)


def test_truth_where_the_classifier_fits(
    clouds: continuous.Continuous, fitted: PosteriorPID
) -> None:
    assert atoms(fitted) == pytest.approx(np.array([*clouds.atoms.values()]), abs=0.04)


def test_sums_and_proof(fitted: PosteriorPID, clouds: continuous.Continuous) -> None:
    fitted.solved_.check(fitted.table_)
    d = fitted.decomposition_
    assert d.total == pytest.approx(fitted.information12_)
    assert d.certificate is not None
    assert d.certificate.gap < 1e-8
    for axis, value in ((1, d.information1), (0, d.information2)):
        assert pid.mutual_information(fitted.table_.sum(axis=axis), 0, 1) == pytest.approx(value)
    p_y = np.bincount(clouds.y) / len(clouds.y)
    assert fitted.table_.sum(axis=(0, 1)) == pytest.approx(p_y)
    for posterior in (fitted.posterior1_, fitted.posterior2_, fitted.posterior12_):
        assert posterior.shape == (3000, 2)
        assert posterior.mean(axis=0) == pytest.approx(p_y, abs=0.01)


def test_units_names_and_bits(clouds: continuous.Continuous, fitted: PosteriorPID) -> None:
    nats = clone(PosteriorPID(LogisticRegression(), unit="nat")).fit(clouds.X1, clouds.X2, clouds.y)
    assert atoms(nats) == pytest.approx(np.log(2) * atoms(fitted))
    names = np.array(["no", "yes"])[clouds.y]
    again = PosteriorPID(LogisticRegression()).fit(
        pd.DataFrame(clouds.X1), clouds.X2.tolist(), pd.Series(names)
    )
    assert np.array_equal(atoms(again), atoms(fitted))
    assert again.classes_ == ("no", "yes")
    swapped = PosteriorPID(LogisticRegression()).fit(clouds.X2, clouds.X1, clouds.y)
    assert atoms(swapped) == pytest.approx(atoms(fitted)[[0, 2, 1, 3]], abs=1e-3)


def test_duplicates_noise_and_constants(
    clouds: continuous.Continuous, rng: np.random.Generator
) -> None:
    classifier = LogisticRegression()
    twice = PosteriorPID(classifier).fit(clouds.X1, clouds.X1, clouds.y)
    assert atoms(twice)[1:] == pytest.approx(0, abs=0.01)
    noise = PosteriorPID(classifier).fit(clouds.X1, rng.normal(size=(3000, 5)), clouds.y)
    assert atoms(noise)[[0, 2, 3]] == pytest.approx(0, abs=0.01)
    flat = PosteriorPID(classifier).fit(clouds.X1, np.ones((3000, 2)), clouds.y)
    assert atoms(flat)[[0, 2]] == pytest.approx(0, abs=1e-8)
    assert flat.notes_ == ("x2: dropped 2 constant columns (x2[0], x2[1])",)


def test_symbols_become_indicators(rng: np.random.Generator) -> None:
    x1, x2 = rng.integers(3, size=(2, 4000))
    y = np.where(rng.random(4000) < 0.2, rng.integers(2, size=4000), x1 == 1)
    est = PosteriorPID(LogisticRegression()).fit(np.array(["a", "b", "c"])[x1], x2, y)
    true = pid.decompose_samples(x1, x2, y)
    assert atoms(est) == pytest.approx([getattr(true, atom) for atom in ATOMS], abs=0.02)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"y": np.zeros(60, dtype=int)}, "y has a single class"),
        ({"y": np.r_[np.zeros(59, dtype=int), 1]}, "5 folds need as many samples of every class"),
        ({"y": np.linspace(0, 1, 60)}, "y is continuous"),
        ({"X1": np.full((60, 2), np.nan)}, "missing values"),
        ({"X2": np.ones((59, 2))}, "one row per sample"),
        ({"groups": np.zeros(60)}, "all rows are in one group"),
        ({"groups": np.arange(60) // 20}, "5 folds need at least as many groups; got 3"),
    ],
    ids=str,
)
def test_bad_input(change: dict[str, Any], message: str, rng: np.random.Generator) -> None:
    data: dict[str, Any] = {
        "X1": rng.normal(size=(60, 2)),
        "X2": rng.normal(size=(60, 2)),
        "y": np.tile([0, 1], 30),
    }
    with pytest.raises(InvalidInput, match=message):
        PosteriorPID(LogisticRegression()).fit(**(data | change))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"classifier": "forest"}, "classifier must be 'auto', 'torch', 'sklearn', or one"),
        ({"classifier": object()}, "a classifier needs predict_proba; object has none"),
        ({"n_cells": 0}, "n_cells must be an integer of at least 1"),
        ({"n_folds": 1}, "n_folds must be an integer of at least 2"),
        ({"random_state": -1}, "random_state must be an integer between"),
        ({"unit": "byte"}, "unit"),
        ({"tol": -1.0}, "tol"),
    ],
    ids=str,
)
def test_bad_parameters(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        PosteriorPID(**options).fit([[0.5], [1.5]] * 9, [[0.5], [1.5]] * 9, [0, 1] * 9)


def test_symbols_that_identify_samples(rng: np.random.Generator) -> None:
    names, y = np.arange(1002).astype(str), np.tile([0, 1], 501)
    with pytest.raises(InvalidInput, match="x1 has 1,002 symbols, more than 1,000; leave out"):
        PosteriorPID(LogisticRegression()).fit(names, rng.normal(size=1002), y)


def test_a_classifier_of_other_classes(rng: np.random.Generator) -> None:
    class Wrong(Memory):
        def predict_proba(self, X: np.ndarray) -> np.ndarray:
            return np.ones((len(X), 3)) / 3

    X, y = rng.normal(size=(40, 2)), np.tile([0, 1], 20)
    with pytest.raises(InvalidInput, match=r"predict_proba of Wrong gave shape \(8, 3\); expected"):
        PosteriorPID(Wrong()).fit(X, X, y)


def test_without_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pid.estimators.posterior.find_spec", lambda _: None)
    data = continuous.make("xor", n=600)
    est = PosteriorPID().fit(data.X1, data.X2, data.y)
    assert est.classifier_ == "sklearn"
    assert est.notes_ == ("torch is not installed: networks by scikit-learn, fewer and less exact",)
    assert atoms(est) == pytest.approx([0, 0, 0, 1], abs=0.15)


# --- with networks ----------------------------------------------------------------------------


@pytest.mark.extras
@pytest.mark.parametrize(("name", "error"), [("xor", 0.02), ("and", 0.04), ("mixture", 0.05)])
def test_truth_with_networks(name: str, error: float) -> None:
    data = continuous.make(name, n=1500, random_state=1)
    est = PosteriorPID().fit(data.X1, data.X2, data.y)
    assert est.classifier_ == "torch"
    assert np.abs(atoms(est) - [*data.atoms.values()]).mean() < error
    if name == "xor":
        again = PosteriorPID().fit(data.X1, data.X2, data.y)
        assert np.array_equal(atoms(again), atoms(est))


@pytest.mark.extras
def test_networks_that_learn_nothing_say_so(rng: np.random.Generator) -> None:
    X1, X2 = rng.normal(size=(2, 400, 10))
    est = PosteriorPID().fit(X1, X2, rng.integers(2, size=400))
    assert atoms(est) == pytest.approx(0, abs=0.03)


@pytest.mark.extras
def test_numbers_of_any_size(rng: np.random.Generator) -> None:
    data = continuous.angle(30, n=600)
    plain, huge = (
        PosteriorPID().fit(scale * data.X1, data.X2 / scale, data.y) for scale in (1.0, 2.0**900)
    )
    assert np.array_equal(atoms(huge), atoms(plain))


@pytest.mark.extras
def test_a_loss_that_is_not_finite() -> None:
    import torch

    from pid.estimators.training import train

    X = torch.full((40, 2), torch.inf)
    rows = [np.arange(30)]
    with pytest.raises(InvalidInput, match="loss of a network is not finite; rescale"):
        train(X, torch.zeros(40, dtype=torch.int64), 2, rows, [np.arange(30, 40)], 0)
