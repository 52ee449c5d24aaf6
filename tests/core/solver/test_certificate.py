"""The certificate: exact marginals, feasible multipliers, bounds that hold whatever comes in."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pid.core.solver.certificate import (
    Certified,
    at_independence,
    certify,
    dual_value,
    feasible_multipliers,
    log_partition,
    marginal_error,
    no_answer,
    objective,
    record,
    round_to_marginals,
)

Table = NDArray[np.float64]
ROUNDING = 1e-12
seeds = st.integers(0, 2**32 - 1)
many = settings(max_examples=60)


def problem(seed: int) -> tuple[Table, Table, np.random.Generator]:
    """Marginals a (k, n1, B) and b (k, n2, B) of random tables with empty cells and symbols."""
    rng = np.random.default_rng(seed)
    n1, n2, k, batch = rng.integers(1, 5, size=4)
    p = rng.random((k, n1, n2, batch)) ** rng.choice([1, 20])
    p *= rng.random(p.shape) < rng.uniform(0.2, 1)
    p[0, 0, 0] += 1e-3
    p /= p.sum(axis=(0, 1, 2))
    return p.sum(axis=2), p.sum(axis=1), rng


def noise(rng: np.random.Generator, a: Table, b: Table, spread: float = 1) -> tuple[Table, Table]:
    """Multipliers that mean nothing."""
    return spread * rng.standard_normal(a.shape), spread * rng.standard_normal(b.shape)


@many
@given(seeds)
def test_rounding_meets_the_marginals_exactly(seed: int) -> None:
    a, b, rng = problem(seed)
    shape = (*a.shape[:2], *b.shape[1:])
    for q in (rng.random(shape), rng.random(shape) ** 50, np.zeros(shape), np.full(shape, 1e200)):
        rounded = round_to_marginals(q, a, b)
        assert (rounded >= 0).all()
        assert (marginal_error(rounded, a, b) <= 1e-15).all()


@many
@given(seeds)
def test_rounding_leaves_a_coupling_as_it_is(seed: int) -> None:
    a, b, _ = problem(seed)
    q = at_independence(a, b).q
    np.testing.assert_allclose(round_to_marginals(q, a, b), q, rtol=1e-9, atol=1e-15)


@many
@given(seeds, st.sampled_from([0.1, 3.0, 100.0]), st.floats(0, 0.9))
def test_any_multipliers_become_feasible(seed: int, spread: float, lost: float) -> None:
    a, b, rng = problem(seed)
    raw = noise(rng, a, b, spread)
    for multiplier in raw:
        multiplier[rng.random(multiplier.shape) < lost] = -np.inf
    alpha, beta = feasible_multipliers(*raw, a, b)
    assert (log_partition(alpha, beta) <= ROUNDING).all()
    assert (np.isfinite(alpha) == (a > 0)).all()
    assert (np.isfinite(beta) == (b > 0)).all()
    assert np.isfinite(dual_value(alpha, beta, a, b)).all()


@many
@given(seeds)
def test_feasible_multipliers_stay(seed: int) -> None:
    a, b, rng = problem(seed)
    alpha, beta = feasible_multipliers(*noise(rng, a, b), a, b)
    again = feasible_multipliers(alpha, beta, a, b)
    np.testing.assert_allclose(again[0], alpha, atol=ROUNDING)
    np.testing.assert_allclose(again[1], beta, atol=ROUNDING)


@many
@given(seeds, st.sampled_from([0.1, 3.0, 100.0]))
def test_weak_duality(seed: int, spread: float) -> None:
    a, b, rng = problem(seed)
    q = rng.random((*a.shape[:2], *b.shape[1:]))
    found = certify(q, *noise(rng, a, b, spread), a, b)
    assert (found.dual <= found.primal + ROUNDING).all()


@many
@given(seeds)
def test_the_gap_is_a_sum_of_divergences(seed: int) -> None:
    a, b, rng = problem(seed)
    q = rng.random((*a.shape[:2], *b.shape[1:]))
    found = certify(q, *noise(rng, a, b), a, b)
    x = found.alpha[:, :, None] + found.beta[:, None]
    inside = found.q > 0
    s = np.where(inside, found.q.sum(axis=0), 1)
    ratio = np.log(np.where(inside, found.q, 1) / s)
    divergence = (found.q * np.where(inside, ratio - x, 0)).sum(axis=(0, 1, 2))
    np.testing.assert_allclose(found.primal - found.dual, divergence, atol=1e-11)


def test_objective_by_hand() -> None:
    certain = np.zeros((2, 2, 2, 1))
    certain[[0, 1, 1, 0], [0, 0, 1, 1], [0, 1, 0, 1]] = 0.25
    assert objective(certain) == 0  # y is known from x1, x2
    assert objective(np.full((2, 2, 2, 1), 1 / 8)) == pytest.approx(-np.log(2))


def test_log_partition_where_nothing_is_shared() -> None:
    alpha, beta = np.array([[[0.0]], [[-np.inf]]]), np.array([[[-np.inf]], [[0.0]]])
    assert log_partition(alpha, beta) == -np.inf
    assert log_partition(alpha + 800, alpha) == pytest.approx(800)


@many
@given(seeds)
def test_independence_is_an_answer(seed: int) -> None:
    a, b, _ = problem(seed)
    found = at_independence(a, b)
    assert np.isfinite(found.primal).all() and np.isfinite(found.dual).all()
    assert (found.dual <= found.primal + ROUNDING).all()
    assert (marginal_error(found.q, a, b) <= 1e-15).all()


def test_record_keeps_the_best() -> None:
    a = b = np.full((2, 2, 3), 0.25)
    solution = no_answer(a, b)
    assert np.isinf(solution.gap).all()

    def found(primal: list[float], rows: int) -> Certified:
        q = np.full((2, 2, 2, rows), primal)
        return Certified(q, q[:, 0], q[:, 0], np.array(primal), np.zeros(rows))

    assert record(solution, found([2.0, 5.0], 2), np.array([0, 2])).tolist() == [0, 2]
    assert record(solution, found([3.0, 4.0, np.nan], 3), np.array([0, 2, 1])).tolist() == [2]
    assert solution.gap.tolist() == [2, np.inf, 4]
    assert solution.best.q[0, 0, 0].tolist() == [2, 0, 4]
