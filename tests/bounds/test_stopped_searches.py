"""Searches that stop midway: their bounds hold, on the right side, and say that they are open."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.optimize import milp

import pid
from pid.bounds import accuracy_bounds, minimum_entropy, programs
from pid.bounds.accuracy import best_accuracy
from pid.bounds.coupling import SearchedCoupling, exact_coupling
from pid.bounds.pairs import pairs_of

pytestmark = pytest.mark.slow


def joint_of(shape: tuple[int, ...], seed: int) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.full(np.prod(shape), 0.3)).reshape(shape)


def stop_after_one_node(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mixed-integer search, without a clock."""

    def one_node(cost: np.ndarray, options: Any, **program: Any) -> Any:
        return milp(cost, options=options | {"node_limit": 1}, **program)

    monkeypatch.setattr(programs, "milp", one_node)


def stop_after(monkeypatch: pytest.MonkeyPatch, looks: int) -> None:
    """The search for small entropy: time is how often it was looked at."""
    passed = iter(np.linspace(0.0, 20.0, looks).tolist() + [1e9] * 10_000)
    clock = SimpleNamespace(monotonic=lambda: next(passed))
    monkeypatch.setattr(minimum_entropy, "time", clock)


# --- accuracy -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("balanced", [False, True])
def test_accuracy_is_bounded_midway(
    monkeypatch: pytest.MonkeyPatch, seed: int, balanced: bool
) -> None:
    """After one node the upper end is at or above what the whole search attains."""
    p = joint_of((4, 4, 3), seed)
    whole = accuracy_bounds(*pairs_of(p), balanced=balanced)
    assert whole.status is pid.Status.OPTIMAL
    stop_after_one_node(monkeypatch)
    b = accuracy_bounds(*pairs_of(p), balanced=balanced)
    assert b.status is pid.Status.INACCURATE
    assert b.gap > 1e-4
    assert b.upper_attained <= whole.upper_attained + 1e-9 <= b.upper
    assert b.lower == pytest.approx(whole.lower)
    worth = 1 / (3 * p.sum(axis=(0, 1))) if balanced else np.ones(3)
    assert b.lower - 1e-9 <= best_accuracy(p * worth) <= b.upper
    b.check(*pairs_of(p))


def test_accuracy_is_bounded_when_time_is_up() -> None:
    """.85314 is what a search of a quarter of a minute attains: nothing less is an upper end."""
    b = accuracy_bounds(*pairs_of(joint_of((5, 5, 4), 1)), time_limit=1.0)
    assert b.upper > 0.85314


# --- entropy ------------------------------------------------------------------------------------


def test_synergy_is_bounded_midway(monkeypatch: pytest.MonkeyPatch) -> None:
    p = joint_of((3, 3, 3), 0)
    pairs = pairs_of(p)
    longer = pid.synergy_bounds(*pairs, tol=1e-5, time_limit=100.0)
    assert longer.status is pid.Status.OPTIMAL
    for looks in (8, 20, 60):
        stop_after(monkeypatch, looks)
        b = pid.synergy_bounds(*pairs)
        assert b.status is pid.Status.INACCURATE
        assert b.gap > 1e-4
        assert b.upper_attained <= longer.upper_attained + 2e-5
        assert longer.upper_attained <= b.upper + 1e-9
        assert b.lower == pytest.approx(longer.lower)
        assert b.lower - 1e-9 <= pid.decompose(p).synergy <= b.upper
        b.check(*pairs)


def test_the_longer_the_search_the_nearer_the_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = pairs_of(joint_of((3, 4, 3), 1))
    found = []
    for looks in (8, 30, 120):
        stop_after(monkeypatch, looks)
        found.append(pid.synergy_bounds(*pairs))
    upper, attained = ([getattr(b, x) for b in found] for x in ("upper", "upper_attained"))
    assert upper == sorted(upper, reverse=True)
    assert attained == sorted(attained)
    assert upper[0] > upper[2]
    assert upper[2] >= attained[2]


def test_a_coupling_is_bounded_midway(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two marginals of seven symbols: the bound is not above what a longer search attains."""
    rng = np.random.default_rng(3)
    marginals = rng.dirichlet(np.ones(7)), rng.dirichlet(np.ones(7))

    def searched(looks: int) -> SearchedCoupling:
        stop_after(monkeypatch, looks)
        return exact_coupling(*marginals)

    short, long = searched(6), searched(100)
    assert short.bound < short.coupling.entropy() - 1e-3
    assert short.bound <= long.bound + 1e-12 <= long.coupling.entropy() + 1e-9
    assert long.coupling.entropy() <= short.coupling.entropy() + 1e-12
    for axis, p in enumerate(marginals):
        assert short.coupling.table().sum(axis=1 - axis) == pytest.approx(p)
