"""Bounds of critics: exact critics give the truth, and known traps stay shut."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import pid

pytestmark = pytest.mark.extras

R = 0.75
TRUTH = -math.log(1 - R**2) / 2  # nats
N = 1500


def exact(rng: np.random.Generator) -> tuple[Any, Any]:
    """Log ratios of all pairs of rows of two correlated columns, and the mask of negatives."""
    import torch

    x = rng.normal(size=(N, 1))
    y = R * x + math.sqrt(1 - R**2) * rng.normal(size=(N, 1))
    left = 1 - R**2
    scores = -math.log(left) / 2 - R**2 / left / 2 * (x**2 + y.T**2) + R / left * x @ y.T
    return torch.from_numpy(scores), ~torch.eye(N, dtype=torch.bool)


@pytest.mark.parametrize("name", ["infonce", "dv", "smile", "nwj"])
def test_an_exact_critic_gives_the_truth(name: str, rng: np.random.Generator) -> None:
    from pid.estimators.mutual_information import bounds

    scores, mask = exact(rng)
    found = float(getattr(bounds, name)(scores, mask))
    assert found == pytest.approx(TRUTH, abs=0.06)


def test_club_of_an_exact_critic_is_above(rng: np.random.Generator) -> None:
    from pid.estimators.mutual_information import bounds

    assert float(bounds.club(*exact(rng))) > TRUTH + 0.1


def test_infonce_is_at_most_the_logarithm_of_rows() -> None:
    import torch

    from pid.estimators.mutual_information import bounds

    scores, mask = 1e6 * torch.eye(64), ~torch.eye(64, dtype=torch.bool)
    assert float(bounds.infonce(scores, mask)) == pytest.approx(math.log(64), abs=1e-5)


def test_a_critic_that_says_nothing_says_nothing() -> None:
    """And not -0.37 nats, as NWJ of the wrong offset does."""
    import torch

    from pid.estimators.mutual_information import bounds

    scores, mask = torch.zeros(64, 64), ~torch.eye(64, dtype=torch.bool)
    for bound in (bounds.infonce, bounds.dv, bounds.smile, bounds.nwj, bounds.club):
        assert float(bound(scores, mask)) == pytest.approx(0, abs=1e-6)
    assert float(bounds.js(scores, mask)) == pytest.approx(-2 * math.log(2))


def test_what_critics_are_free_in(rng: np.random.Generator) -> None:
    """InfoNCE up to a function of x, DV up to a constant, NWJ in nothing: each has its own."""
    import torch

    from pid.estimators.mutual_information import bounds

    scores, mask = exact(rng)
    moved = scores + 5 * torch.from_numpy(rng.normal(size=(N, 1)))
    assert float(bounds.infonce(moved, mask)) == pytest.approx(float(bounds.infonce(scores, mask)))
    assert float(bounds.dv(moved, mask)) < float(bounds.dv(scores, mask)) - 1
    assert float(bounds.dv(scores + 3, mask)) == pytest.approx(float(bounds.dv(scores, mask)))
    assert float(bounds.nwj(scores + 1, mask)) < float(bounds.nwj(scores, mask)) - 0.3


def test_the_clipped_objective_has_no_largest_value(rng: np.random.Generator) -> None:
    """Scores times a hundred are worse to a classifier, and better to SMILE: it trains none."""
    from pid.estimators.mutual_information import bounds

    scores, mask = exact(rng)
    shifted = scores + 50
    assert float(bounds.smile(shifted, mask)) > 10 * TRUTH
    assert float(bounds.js(shifted, mask)) < float(bounds.js(scores, mask))
    assert float(bounds.js(3 * scores, mask)) < float(bounds.js(scores, mask))


def test_negatives_within_the_condition(rng: np.random.Generator) -> None:
    """x and y tell of each other what z tells of both, and nothing within rows of one z."""
    import torch

    from pid.estimators.mutual_information import bounds

    z = rng.integers(0, 2, N)
    scores = torch.from_numpy(np.where(z[:, None] == z, math.log(2), -30.0))  # log r, x = y = z
    every = ~torch.eye(N, dtype=torch.bool)
    within = every & torch.from_numpy(z[:, None] == z)
    for bound in (bounds.infonce, bounds.dv, bounds.nwj):
        assert float(bound(scores, every)) == pytest.approx(math.log(2), abs=0.01)
    others = torch.from_numpy(np.where(z[:, None] == z, math.log(2), 7.0))  # that do not count
    for bound in (bounds.infonce, bounds.dv, bounds.club):
        assert float(bound(others, within)) == pytest.approx(0, abs=1e-6)


def test_rows_alone_in_their_condition_tell_nothing() -> None:
    import torch

    from pid.estimators.mutual_information import bounds

    scores = torch.arange(9.0).reshape(3, 3)
    mask = torch.tensor([[False, True, False], [True, False, False], [False, False, False]])
    for bound in (bounds.infonce, bounds.dv, bounds.nwj, bounds.smile, bounds.club, bounds.js):
        assert math.isfinite(float(bound(scores, mask)))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["infonce", "nwj", "dv", "smile"])
def test_trained(name: str, rng: np.random.Generator) -> None:
    """Near the truth and not above it but by chance, 0 of independent columns, and with tails."""
    from pid.estimators.mutual_information import neural

    function = getattr(neural, name)
    how: dict[str, Any] = {"unit": "nat", "folds": 2, "steps": 300}
    x, noise = rng.normal(size=(2, 1000, 1))
    y = R * x + math.sqrt(1 - R**2) * noise
    assert TRUTH - 0.12 < function(x, y, **how) < TRUTH + 0.08
    assert function(*rng.normal(size=(2, 1000, 5)), **how) == pytest.approx(0, abs=0.02)
    tails = rng.normal(size=(1000, 2)) / rng.normal(size=(1000, 1))  # Cauchy, .224 nats
    assert -0.05 < function(tails[:, :1], tails[:, 1:], **how) < 0.35


@pytest.mark.slow
def test_trained_upper_ones_and_conditions(rng: np.random.Generator) -> None:
    from pid.estimators.mutual_information import neural

    how: dict[str, Any] = {"unit": "nat", "folds": 2, "steps": 300}
    x, noise = rng.normal(size=(2, 1000, 1))
    y = R * x + math.sqrt(1 - R**2) * noise
    assert neural.club(x, y, **how) > TRUTH - 0.05
    assert neural.nce_club(x, y, **how) > TRUTH - 0.15
    z = rng.integers(0, 2, 1000)
    apart = 3 * z[:, None]
    assert neural.infonce(noise + apart, x + apart, **how) > 0.2
    assert neural.infonce(noise + apart, x + apart, z, **how) < 0.03
    assert neural.infonce(x + apart, y + apart, z, **how) == pytest.approx(TRUTH, abs=0.15)
    assert math.isfinite(neural.infonce(x, y, rng.normal(size=(1000, 1)), **how))


def test_few_rows_are_refused() -> None:
    from pid.estimators.mutual_information import neural

    with pytest.raises(pid.InvalidInput, match="at least 100 rows; got 50"):
        neural.infonce(np.sin(np.arange(50.0)), np.cos(np.arange(50.0) ** 2))
