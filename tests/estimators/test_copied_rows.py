"""Copies of rows: learned from once, with the weight of all, and counted as one."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

import pid
from pid.estimators import PosteriorPID
from pid.estimators.neural.features import Features
from pid.estimators.posterior.copies import distinct_rows


def features(X: np.ndarray) -> list[Features]:
    return [Features(X[:, :1].astype(np.float32)), Features(X[:, 1:].astype(np.float32))]


def test_rows_of_one_kind(rng: np.random.Generator) -> None:
    """Same features, class and group; of another class or group they are others."""
    X = np.repeat(rng.normal(size=(4, 3)), 3, axis=0)
    y = np.zeros(12, dtype=np.intp)
    groups = np.repeat(np.arange(4), 3)
    y[4] = 1
    found = distinct_rows(features(X), y, groups)
    assert found is not None
    first, weights = found
    assert first.tolist() == [0, 3, 4, 6, 9]
    assert weights.tolist() == [3, 0, 0, 2, 1, 0, 3, 0, 0, 3, 0, 0]
    split = distinct_rows(features(X), y, np.r_[groups[:-1], 4])
    assert split is not None
    assert split[0].tolist() == [0, 3, 4, 6, 9, 11]
    assert distinct_rows(features(X), y, None) is None
    assert distinct_rows(features(X), y, np.arange(12)) is None
    assert distinct_rows(features(rng.normal(size=(12, 3))), y, groups) is None


def test_zeros_of_both_signs_are_one() -> None:
    X = np.array([[0.0, 1.0], [-0.0, 1.0], [0.5, 1.0]])
    found = distinct_rows(features(X), np.zeros(3, dtype=np.intp), np.zeros(3, dtype=np.intp))
    assert found is not None
    assert found[0].tolist() == [0, 2]


def test_a_classifier_of_copies_is_that_of_distinct_rows(rng: np.random.Generator) -> None:
    """Every row three times: posteriors, atoms and errors are those of single rows."""
    y = rng.integers(2, size=200)
    X = y[:, None] + rng.normal(size=(200, 4))
    groups = np.arange(200)
    classifier = LogisticRegression(
        C=1e6
    )  # with a penalty, three rows of one weigh more against it
    once = PosteriorPID(classifier, n_jobs=1).fit(X[:, :2], X[:, 2:], y, groups=groups)
    rows = np.repeat(groups, 3)  # in their order, as folds and halves are drawn by it
    thrice = PosteriorPID(classifier, n_jobs=1).fit(
        X[rows, :2], X[rows, 2:], y[rows], groups=groups[rows]
    )
    assert thrice.posterior12_[::3] == pytest.approx(once.posterior12_, abs=2e-3)
    assert once.corrected_ is not None and thrice.corrected_ is not None
    for atom in ("redundancy", "unique1", "unique2", "synergy"):
        one, other = (getattr(est.decomposition_, atom) for est in (once, thrice))
        assert one == pytest.approx(other, abs=2e-3)
    assert once.errors_ is not None
    # the lead between two curves changes at one row or another: that of U1 is next to nothing
    assert thrice.errors_ == pytest.approx(once.errors_, rel=0.02, abs=1.5e-3)


@pytest.mark.slow
def test_noise_that_is_there_three_times_tells_as_much_as_once() -> None:
    """That is some hundredths of a bit, and a quarter of one if copies count as rows.

    The truth is 0. Of 200 rows the gate and the calibration take .05 bit for more, by chance: on
    average over 16 samples .053 (standard error .012) by single rows, and .039 (.011) by copies.
    """
    once: list[float] = []
    thrice: list[float] = []
    reach = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        X, y = rng.normal(size=(200, 10)), rng.integers(2, size=200).astype(str)
        rows = rng.permutation(np.repeat(np.arange(200), 3))
        for found, some in ((once, np.arange(200)), (thrice, rows)):
            q = pid.quantify(X[some, :5], X[some, 5:], y[some])
            assert q.interval is not None
            found.append(q.best.total)
            reach.append(q.interval["total"][0] <= 0)
    assert np.mean(thrice) == pytest.approx(np.mean(once), abs=0.03)
    assert 0 < np.mean([*once, *thrice]) < 0.06
    assert sum(reach) >= 15
    as_rows = pid.quantify(X[rows, :5], X[rows, 5:], y[rows], groups=np.arange(600))
    assert as_rows.best.total > 0.2
