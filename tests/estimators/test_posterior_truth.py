"""The correction of posteriors and its interval, recomputed; and that it goes towards the truth."""

from typing import Any

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import t
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

import pid
from pid.core.decomposition import ATOMS
from pid.datasets import continuous
from pid.estimators import PosteriorPID
from pid.estimators.posterior import estimator
from pid.estimators.posterior.calibration import bounded, calibrated
from pid.estimators.posterior.cells import cells_of
from pid.estimators.posterior.classifiers import LEAST
from pid.estimators.posterior.estimate import Estimate, contributions, estimate, standard_errors
from pid.estimators.posterior.folds import folds_of, halves_of
from pid.estimators.posterior.gate import TOGETHER

Z = float(ndtri(0.975))
Fitted = tuple[PosteriorPID, list[Estimate], np.ndarray]


def values(d: pid.Decomposition) -> np.ndarray:
    return np.array([getattr(d, atom) for atom in ATOMS])


def unequal(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Three classes of .5, .3 and .2, of which x1 shows one direction well and x2 another less."""
    rng = np.random.default_rng(seed)
    y = rng.choice(3, size=n, p=[0.5, 0.3, 0.2])
    middle = np.array([[0.0, 0.0], [2.0, 0.5], [1.0, 1.5]])[y]
    X1 = middle[:, :1] + rng.normal(size=(n, 1))
    X2 = middle[:, 1:] + 0.7 * rng.normal(size=(n, 1))
    return X1, X2, y


def fit(monkeypatch: pytest.MonkeyPatch, n: int, **options: Any) -> Fitted:
    """An estimator, and the estimates of all samples and of the halves that it was made from."""
    runs: list[Estimate] = []

    def recorded(*arguments: Any, **options: Any) -> Estimate:
        runs.append(estimate(*arguments, **options))
        return runs[-1]

    monkeypatch.setattr(estimator, "estimate", recorded)
    X1, X2, y = unequal(n, 0)
    groups = options.pop("groups", None)
    return (
        PosteriorPID(LogisticRegression(), n_jobs=1, **options).fit(X1, X2, y, groups=groups),
        runs,
        y,
    )


# --- the correction -----------------------------------------------------------------------------


def ends_of(
    found: Estimate, halves: np.ndarray, here: np.ndarray, error: np.ndarray, z: float, n: int
) -> np.ndarray:
    """Low and high of atoms and total around an estimate, as the page has it."""
    five = [np.append(each, each.sum()) for each in (found.atoms, *halves)]
    lost = five[0] - np.mean(five[1:], axis=0)
    spread = np.std(five[1:], axis=0, ddof=1) / np.sqrt(len(halves))
    slow = 1 / (np.sqrt(2) - 1)
    cells = np.array([0.2, 0.2, 0.2, 0.2, 0]) * abs(found.union.added)
    missing = five[0] + np.where(lost > 0, slow, 1) * lost
    first, second, both = found.optimism
    seeming = np.array([max(first, second), first, second, both, both])
    reach = np.maximum(z * error, 3.8415 / (2 * n))
    further = np.maximum(z * np.sqrt(error**2 + (slow * spread) ** 2), 3.8415 / (2 * n))
    gate = np.array([0, 0, 0, 1, 1]) * TOGETHER / n
    low = np.minimum(five[0], missing) - reach - cells - seeming - gate
    above = here + np.sqrt(np.maximum(missing - here, 0) ** 2 + further**2) + gate
    return np.array([low, np.maximum(five[0] + reach, above) + cells])


@pytest.mark.parametrize("halvings", [1, 2])
def test_what_halves_lose_is_added_to_the_whole(
    monkeypatch: pytest.MonkeyPatch, halvings: int
) -> None:
    """Once more, and at most a standard error of it, also of the total, of which synergy is what is
    left; the interval believes all of it, and more where regret falls slowly."""
    est, (whole, *halves), y = fit(monkeypatch, 500, halvings=halvings, unit="nat")
    assert len(halves) == 2 * halvings
    assert est.corrected_ is not None
    assert est.interval_ is not None
    assert values(est.decomposition_) == pytest.approx(whole.atoms, abs=1e-12)
    lost = whole.atoms - np.mean([half.atoms for half in halves], axis=0)
    error = standard_errors(contributions(whole, y)[:5], None)
    believed = np.clip([*lost, lost.sum()], -error, error)
    expected = whole.atoms + believed[:4]
    assert values(est.corrected_)[:3] == pytest.approx(expected[:3])
    assert est.corrected_.total == pytest.approx(whole.atoms.sum() + believed[4])
    ends = np.array([est.interval_[name] for name in (*ATOMS, "total")]).T
    atoms = np.array([half.atoms for half in halves])
    here = np.append(values(est.corrected_), est.corrected_.total)
    assert ends == pytest.approx(ends_of(whole, atoms, here, error, Z, 500), abs=1e-6)


def test_units_and_levels(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is in bits is that in nats over log 2; a level of .5 reaches less far."""
    nat, _, _ = fit(monkeypatch, 400, unit="nat")
    bit, _, _ = fit(monkeypatch, 400)
    half, _, _ = fit(monkeypatch, 400, interval=0.5)
    assert nat.corrected_ is not None and bit.corrected_ is not None
    assert nat.interval_ is not None and bit.interval_ is not None and half.interval_ is not None
    assert nat.union_bounds_ is not None and bit.union_bounds_ is not None
    scale = np.log(2)
    assert values(nat.decomposition_) == pytest.approx(scale * values(bit.decomposition_))
    assert values(nat.corrected_) == pytest.approx(scale * values(bit.corrected_))
    assert nat.union_bounds_ == pytest.approx(scale * np.array(bit.union_bounds_))
    assert nat.information12_ == pytest.approx(scale * bit.information12_)
    for name in (*ATOMS, "total"):
        assert nat.interval_[name] == pytest.approx(scale * np.array(bit.interval_[name]))
        wide, narrow = (np.subtract(*ends[name]) for ends in (bit.interval_, half.interval_))
        assert abs(narrow) < 0.75 * abs(wide)


def test_dependent_rows_widen_the_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the spread of sums over groups, each of which counts as one."""
    groups = np.arange(600) // 6
    est, (whole, *halves), y = fit(monkeypatch, 600, groups=groups, unit="nat")
    assert est.interval_ is not None and est.corrected_ is not None
    away = contributions(whole, y)[:5]
    away -= away.mean(axis=1, keepdims=True)
    error = np.sqrt(100 / 99 * (away.reshape(5, 100, 6).sum(axis=2) ** 2).sum(axis=1)) / 600
    student = t.ppf(0.975, 99)
    ends = np.array([est.interval_[name] for name in (*ATOMS, "total")]).T
    atoms = np.array([half.atoms for half in halves])
    here = np.append(values(est.corrected_), est.corrected_.total)
    assert ends == pytest.approx(ends_of(whole, atoms, here, error, student, 100), abs=1e-6)


@pytest.mark.slow
def test_the_correction_goes_towards_the_truth() -> None:
    """Neighbours that are still few at 400 rows tell too little: .08 bit less, corrected .03."""
    counted, corrected = [], []
    for seed in range(6):
        data = continuous.make("table332", n=400, random_state=seed)
        est = PosteriorPID(KNeighborsClassifier(25), n_jobs=1).fit(data.X1, data.X2, data.y)
        assert est.corrected_ is not None
        counted.append(est.decomposition_.total)
        corrected.append(est.corrected_.total)
    truth = sum(data.atoms.values())
    assert np.mean(counted) < truth - 0.05
    assert abs(np.mean(corrected) - truth) < 0.7 * abs(np.mean(counted) - truth)


def test_information_is_entropy_less_what_is_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each source too, nearly: what posteriors say on average is how often they are right."""
    est, (whole, *_), y = fit(monkeypatch, 2000, halvings=0, unit="nat")
    p_y = np.bincount(y) / len(y)
    rows = np.arange(len(y))
    open_, first, second = (
        -bounded(p, y)[rows, y].mean() for p in (est.posterior12_, est.posterior1_, est.posterior2_)
    )
    h = pid.entropy(p_y, unit="nat")
    assert est.information12_ == pytest.approx(h - open_)
    assert whole.union.single == pytest.approx((h - first, h - second), abs=0.01)
    assert first < second  # x1 tells more
    assert est.information12_ > max(whole.union.single)


# --- bounds of the union ------------------------------------------------------------------------


def test_multipliers_of_one_half_on_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lower end is below the upper one, and near it where classifiers are straight lines."""
    est, (whole, *_), _ = fit(monkeypatch, 1500, unit="nat")
    assert est.union_bounds_ is not None
    lower, upper = est.union_bounds_
    assert upper == pytest.approx(whole.atoms[:3].sum())
    assert max(whole.union.single) - 0.02 < lower < upper + 1e-9
    assert upper - lower < 0.02


# --- parts --------------------------------------------------------------------------------------


def test_halves_have_half_of_every_class() -> None:
    """Of odd numbers one more; no half is the first part of the rows."""
    y = np.repeat([0, 1, 2], [41, 20, 7])
    for seed in range(5):
        first, second = halves_of(y, None, np.random.default_rng(seed))
        assert np.array_equal(first, np.sort(first))
        assert np.array_equal(np.sort(np.r_[first, second]), np.arange(68))
        a, b = (np.bincount(y[rows]) for rows in (first, second))
        assert np.abs(a - b).max() <= 1
        assert 5 < (first < 20).sum() < 15


def test_halves_of_groups_have_half_of_the_groups() -> None:
    groups = np.repeat(np.arange(9), [1, 2, 3, 4, 5, 6, 7, 8, 9])
    first, second = halves_of(np.zeros(45, dtype=int), groups, np.random.default_rng(1))
    in_first, in_second = (set(groups[rows].tolist()) for rows in (first, second))
    assert not in_first & in_second
    assert sorted([len(in_first), len(in_second)]) == [4, 5]
    assert len(first) + len(second) == 45


def test_folds_have_like_shares_of_unequal_classes() -> None:
    y = np.random.default_rng(0).permutation(np.repeat([0, 1, 2], [100, 40, 10]))
    rows = np.sort(np.random.default_rng(1).permutation(150)[:120])
    for chosen in (None, rows):
        folds = folds_of(y, 5, None, 0, chosen)
        seen = np.arange(150) if chosen is None else chosen
        shares = np.bincount(y[seen]) / 5
        for fold in folds:
            assert np.abs(np.bincount(y[fold.test], minlength=3) - shares).max() <= 1
            assert np.array_equal(np.sort(np.r_[fold.training, fold.test]), seen)


def test_smallest_half_has_as_many_folds_as_it_can() -> None:
    """A class of 6 has halves of 3: three folds, where five were asked for; two at the least."""
    rng = np.random.default_rng(0)
    X1, X2 = rng.normal(size=(2, 120, 1))
    y = np.repeat([0, 1], [114, 6])
    est = PosteriorPID(LogisticRegression(), n_folds=5, n_jobs=1).fit(X1, X2, y)
    assert est.notes_ == ()
    assert est.corrected_ is not None


def test_no_probability_is_0(monkeypatch: pytest.MonkeyPatch) -> None:
    """A neighbour is sure; where it errs, a claim of certainty would cost without bound."""
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=200)
    X = (y + 0.5 * rng.normal(size=200))[:, None]
    est = PosteriorPID(KNeighborsClassifier(1), halvings=0, n_jobs=1).fit(X, X, y)
    for p in (est.posterior1_, est.posterior2_, est.posterior12_):
        assert np.isfinite(np.log(p)).all()
        assert p.min() > LEAST
    assert np.isfinite(est.information12_)


# --- calibration and cells, where classes are unequal ---------------------------------------------


def test_calibration_cannot_lose_to_the_shares_of_the_classes() -> None:
    """Noise is weighed down until what is said is the share of each class."""
    rng = np.random.default_rng(0)
    y = rng.choice(3, size=5000, p=[0.6, 0.3, 0.1])
    noise = np.log(rng.dirichlet([1, 1, 1], size=5000))
    said = np.exp(calibrated([noise], y))
    assert said == pytest.approx(np.tile(np.bincount(y) / 5000, (5000, 1)), abs=0.08)
    assert said.mean(axis=0) == pytest.approx(np.bincount(y) / 5000, abs=2e-3)


def test_members_share_the_weight() -> None:
    """The same member three times, which is right, says what it says once."""
    rng = np.random.default_rng(0)
    p = rng.dirichlet([3, 2, 1], size=4000)
    y = (rng.random((4000, 1)) > p.cumsum(axis=1)).sum(axis=1)
    for members in (1, 3):
        assert np.exp(calibrated([np.log(p)] * members, y)) == pytest.approx(p, abs=0.04)


def test_cells_are_ordered_and_exact_where_posteriors_are_few() -> None:
    """Rows of one posterior share a cell, the first class falls from cell to cell, and the table
    holds the share of rows times the posterior, for the margin that is asked for."""
    few = np.array([[0.1, 0.2, 0.7], [0.6, 0.3, 0.1], [0.3, 0.3, 0.4]])
    labels = np.random.default_rng(0).choice(3, size=300, p=[0.5, 0.3, 0.2])
    posterior = few[labels]
    p_y = posterior.mean(axis=0)
    cells = cells_of(posterior, p_y, 10, 0)
    order = np.array([1, 2, 0])  # by the first class, the likeliest first
    assert np.array_equal(order[cells.labels], labels)
    shares = np.bincount(labels) / 300
    assert cells.table == pytest.approx((shares[:, None] * few)[order])
    other = cells_of(posterior, np.array([0.2, 0.3, 0.5]), 10, 0).table
    assert other.sum(axis=0) == pytest.approx([0.2, 0.3, 0.5])
    assert other / cells.table == pytest.approx(np.tile([0.2, 0.3, 0.5] / p_y, (3, 1)))
