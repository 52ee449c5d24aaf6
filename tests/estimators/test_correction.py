"""The correction by halves and its interval: what is added, and what nothing exceeds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.linear_model import LogisticRegression

import pid
from pid.estimators import PosteriorPID
from pid.estimators.posterior.correction import Halved, most_entropy
from pid.estimators.posterior.gate import TOGETHER
from pid.inference.atoms import with_sums
from pid.inference.intervals import quantile

H = 1.0
values = arrays(float, 4, elements=st.floats(-0.3, 0.6))


@given(values, values, arrays(float, 7, elements=st.floats(0, 0.2)), st.floats(0, 0.1))
def test_estimates_lie_in_their_intervals_and_below_the_entropy(
    whole: np.ndarray, lost: np.ndarray, deviation: np.ndarray, of_cells: float
) -> None:
    """Whatever comes out of the halves."""
    told = np.array([whole[:2].sum(), whole[0] + whole[2], whole.sum()])
    found = Halved(whole, np.array([lost, lost]), deviation)
    estimate = found.corrected(H)
    after = np.array([estimate[:2].sum(), estimate[0] + estimate[2], estimate.sum()])
    assert (after <= np.maximum(H, told) + 1e-9).all()
    low, high = found.interval(estimate, of_cells, H, 0.95, np.inf, 100)
    seven = with_sums(estimate)
    assert (low <= seven).all()
    assert (seven <= high).all()
    assert (high <= np.maximum(H, seven) + 1e-12).all()


def test_no_more_is_added_than_there_is() -> None:
    """To each .1 would be added, and .1 is left of the total."""
    whole = np.array([0.3, 0.2, 0.2, 0.2])
    found = Halved(whole, np.array([whole - 0.05, whole - 0.15]), np.full(7, 0.5))
    assert found.corrected(2.0) == pytest.approx(whole + 0.1)
    assert found.corrected(H) == pytest.approx(whole + 0.025)
    assert found.corrected(H).sum() == pytest.approx(H)
    assert found.held(2.0) == 1
    assert found.held(H) == pytest.approx(0.25)


def test_halves_that_differ_leave_more_open() -> None:
    """By 1.96 errors of what they lose on average, where that is at the end of the interval."""
    whole, deviation = np.full(4, 0.2), np.full(7, 0.01)
    lost = np.array([0.02, 0.02, -0.01, 0.0])
    for spread in (0.0, 0.03):
        found = Halved(whole, np.array([whole - lost - spread, whole - lost + spread]), deviation)
        low, high = found.interval(whole, 0.0, 9.0, 0.95, np.inf, 1e6)
        z = quantile(0.95)
        slowest = 1 / (np.sqrt(2) - 1)
        error = np.hypot(0.01, slowest * spread)  # of two halves that are spread by 2 ** .5 of it
        assert high[0] == pytest.approx(0.2 + np.hypot(slowest * 0.02, z * error))
        assert low[0] == pytest.approx(0.2 - z * 0.01)
        assert low[2] == pytest.approx(0.19 - z * 0.01)
        assert high[2] == pytest.approx(0.2 + z * error)  # though halves find more of it


def test_what_samples_cannot_tell_from_nothing_is_in_every_interval() -> None:
    """However alike rows and halves are: of 300, half of the chi-squared quantile over 300."""
    whole = np.array([0.2, 0.3, 0.0, 0.1])
    found = Halved(whole, np.array([whole, whole]), np.zeros(7))
    low, high = found.interval(whole, 0.0, H, 0.95, np.inf, 300)
    gate = np.array([0, 0, 0, 1, 1, 1, 1]) * TOGETHER / 300  # what it may be wrong by, either way
    assert high - with_sums(whole) == pytest.approx(3.8415 / 600 + gate, abs=1e-5)
    assert with_sums(whole) - low == pytest.approx(3.8415 / 600 + gate, abs=1e-5)


def test_classifiers_are_limited_by_what_is_clear_and_much() -> None:
    """A fifth of a bit is; as much among halves that differ, or rounding of nothing, is not."""
    whole, deviation = np.array([0.2, 0.2, 0.2, 0.4]), np.full(7, 0.01)

    def limited(whole: np.ndarray, *of_halves: float) -> bool:
        halves = np.array([whole - np.array([0, 0, 0, lost]) for lost in of_halves])
        return Halved(whole, halves, deviation).limited

    assert limited(whole, 0.19, 0.21)
    assert not limited(whole, 0.0, 0.4)
    assert not limited(whole, 0.1, 0.1)
    assert not limited(np.zeros(4), 1e-16, 1e-16)
    assert not limited(np.full(4, -1e-16), 1e-16, 1e-16)


def test_columns_that_are_constant_have_no_doubts() -> None:
    y = np.arange(100) % 2
    est = PosteriorPID(LogisticRegression(), n_jobs=1).fit(np.ones(100), np.ones(100), y)
    assert est.doubts() == ()


@pytest.mark.parametrize("p_y", [(0.5, 0.5), (0.9, 0.1), (0.5, 0.3, 0.2)])
def test_the_true_entropy_is_seldom_above_its_bound(
    p_y: tuple[float, ...], rng: np.random.Generator
) -> None:
    truth = pid.entropy(np.array(p_y), unit="nat")
    above = 0
    for counts in rng.multinomial(200, p_y, size=2000):
        bound = most_entropy(counts / 200, 200, 0.95)
        above += truth > bound + 1e-12
        assert pid.entropy(counts / 200, unit="nat") <= bound + 1e-12 <= np.log(len(p_y)) + 1e-9
    assert above / 2000 < 0.05


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(0, 21, 4))
def test_clouds_that_are_nearly_told_apart(seed: int) -> None:
    """Three clouds of 300 rows: corrected values went beyond H(y), and out of their intervals."""
    rng = np.random.default_rng(seed)
    centres = rng.uniform(-10, 10, size=(3, 8))
    y = rng.permutation(np.arange(300) % 3)
    X = centres[y] + rng.normal(size=(300, 8))
    est = PosteriorPID(LogisticRegression(), n_jobs=1, random_state=seed)
    est.fit(X[:, :4], X[:, 4:], y)
    assert est.corrected_ is not None and est.interval_ is not None
    h_y = pid.entropy(np.bincount(y) / 300)
    for name, (low, high) in est.interval_.items():
        value = getattr(est.corrected_, name)
        assert low <= value <= high
    for value in (est.corrected_.total, est.corrected_.information1, est.corrected_.information2):
        assert value <= h_y + 1e-9
