"""Small p-values: counted where counting tells, fitted where it does not, never too sure."""

import numpy as np
import pytest
from scipy.stats import gamma

from pid.inference import tails
from pid.inference.significance import TIE, Null
from pid.inference.tails import ENOUGH, SMALLEST, adaptive_p_value, tail_p_value
from pid.inference.units import Units

LAW = gamma(4.0, scale=0.01)


def quantiles(count: int) -> np.ndarray:
    """Draws without chance: the middles of equal shares."""
    return np.asarray(LAW.ppf((np.arange(count) + 0.5) / count))


def test_counted_where_ten_draws_reach_the_estimate() -> None:
    """The estimate itself is one more draw; ties, to the solver's tolerance, reach it."""
    draws = np.arange(1.0, 101.0)
    assert tail_p_value(91.0, draws) == pytest.approx(11 / 101)
    assert tail_p_value(1.0, draws) == 1
    assert tail_p_value(91.0 + TIE / 2, draws) == pytest.approx(11 / 101)
    assert tail_p_value(90.5, draws) == pytest.approx(11 / 101)


def test_fitted_where_fewer_do() -> None:
    """By a gamma law with the mean and the variance of the draws."""
    draws = quantiles(999)
    mean, variance = draws.mean(), draws.var(ddof=1)
    for p in (1e-3, 1e-5, 1e-9):
        estimate = float(LAW.isf(p))
        by_hand = gamma.sf(estimate, mean**2 / variance, scale=variance / mean)
        assert tail_p_value(estimate, draws) == pytest.approx(by_hand, rel=1e-9)
        assert by_hand == pytest.approx(p, rel=0.5)


def test_never_above_what_is_counted_nor_below_what_can_be_known() -> None:
    draws = np.append(np.zeros(990), np.full(9, 1.0))  # nine far away: the law is not gamma
    assert tail_p_value(1.0, draws) <= 10 / 1000
    assert tail_p_value(1e6, quantiles(200)) == SMALLEST


def test_nothing_but_zeros_says_what_was_counted() -> None:
    assert tail_p_value(0.5, np.zeros(99)) == pytest.approx(1 / 100)
    assert tail_p_value(0.0, np.zeros(99)) == 1
    assert tail_p_value(0.5, np.full(99, 0.1)) == pytest.approx(1 / 100)  # no spread, no law


@pytest.mark.parametrize(("estimate", "expected"), [(0.0, 50), (1.0, 230)])
def test_drawing_stops_when_it_is_plain(estimate: float, expected: int) -> None:
    """After one part where all draws reach the estimate; never, with the last part smaller."""
    sizes: list[int] = []

    def draw(size: int, rng: np.random.Generator) -> np.ndarray:
        sizes.append(size)
        return np.asarray(LAW.rvs(size, random_state=rng))

    rng = np.random.default_rng(0)
    p = adaptive_p_value(Null("made up", estimate, draw), 230, rng)
    assert sum(sizes) == expected
    assert max(sizes) <= 50
    assert p == 1 if estimate == 0 else p < 1e-6


def test_drawing_goes_on_until_ten_reach_the_estimate() -> None:
    """One of 25 draws reaches it: ten have after 250 of them, and 11 of 251 is what is said."""

    def draw(size: int, rng: np.random.Generator) -> np.ndarray:
        return np.where(np.arange(size) % 25 == 0, 1.0, np.linspace(0.1, 0.2, size))

    p = adaptive_p_value(Null("made up", 1.0, draw), 1000, np.random.default_rng(0))
    assert ENOUGH == 10
    assert p == pytest.approx(11 / 251)


def test_the_largest_of_several_nulls_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever their order, down to the first that is clear."""
    drawn = []

    def null(share: float) -> Null:
        """Of the draws such a share reaches the estimate."""

        def draw(size: int, rng: np.random.Generator) -> np.ndarray:
            drawn.append(share)
            return 2.0 * (np.arange(size) < share * size)

        return Null(str(share), 1.0, draw)

    units = Units.from_counts(np.ones((2, 2, 2)))
    for shares, expected in (((0.06, 0.02), 0.06), ((0.02, 0.06), 0.06), ((0.02, 0.5, 0.06), 0.5)):
        nulls = [null(share) for share in shares]
        monkeypatch.setattr(tails, "nulls_of", lambda *_, nulls=nulls: iter(nulls))
        found = tails.largest_p_value("synergy", units, 1000, np.random.default_rng(0))
        assert found == pytest.approx(expected, rel=0.2)
    assert drawn[-1] == 0.5
