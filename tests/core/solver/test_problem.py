"""What is left out of the solve, and the weights of its path."""

import numpy as np
import pytest
from numpy.typing import NDArray

import pid
from pid.core.solver.problem import MOST_NEGLIGIBLE, NEGLIGIBLE, build

Table = NDArray[np.float64]
TOL = 1e-9


def marginals(p: Table) -> tuple[Table, Table]:
    """(k, n1, 1) and (k, n2, 1) of a table (n1, n2, k)."""
    p = p / p.sum()
    return p.sum(axis=1).T[..., None], p.sum(axis=0).T[..., None]


def test_nothing_is_left_out_of_a_plain_table(rng: np.random.Generator) -> None:
    a, b = marginals(rng.random((4, 3, 2)))
    problem = build(a, b, TOL)
    assert np.array_equal(problem.a, a) and np.array_equal(problem.b, b)
    assert problem.pairs is None
    assert problem.shape == (2, 4, 3) and problem.batch == 1
    assert problem.weights.sum() == pytest.approx(1)
    assert problem.independent.sum() == pytest.approx(1)


def test_negligible_cells_are_left_out(rng: np.random.Generator) -> None:
    p = rng.random((4, 3, 2)) + 0.1
    p[3] = 1e-16
    a, b = marginals(p)
    problem = build(a, b, TOL)
    assert not problem.a[:, 3].any() and problem.b.all()
    np.testing.assert_allclose(problem.a.sum(axis=1), problem.b.sum(axis=1), rtol=1e-14)
    assert np.abs(problem.a - a).sum() <= 3 * NEGLIGIBLE * TOL
    assert problem.pairs is not None and not problem.pairs[3].any() and problem.pairs[:3].all()


@pytest.mark.parametrize("tol", [1e-12, 1e-9, 1e-3, 1.0, 1e9])
def test_never_more_than_the_budget(tol: float, rng: np.random.Generator) -> None:
    p = 10.0 ** rng.uniform(-20, 0, (5, 4, 3))
    a, b = marginals(p)
    problem = build(a, b, tol)
    lost = max(1 - problem.a.sum(), 1 - problem.b.sum())
    assert lost <= 3 * NEGLIGIBLE * min(tol, MOST_NEGLIGIBLE) + 1e-15
    assert problem.weights.sum() == pytest.approx(1)


def test_pairs_that_share_no_y() -> None:
    a = np.array([[0.5, 0.0], [0.0, 0.5]])[..., None]
    problem = build(a, a.copy(), TOL)
    assert problem.pairs is not None
    assert problem.pairs[..., 0].tolist() == [[True, False], [False, True]]
    assert problem.weights[..., 0].tolist() == [[0.5, 0], [0, 0.5]]


def test_take(rng: np.random.Generator) -> None:
    p = rng.random((3, 2, 2, 5)) * (rng.random((3, 2, 2, 5)) < 0.6) + np.eye(1, 12).reshape(
        3, 2, 2, 1
    )
    p /= p.sum(axis=(0, 1, 2))
    a, b = p.sum(axis=2), p.sum(axis=1)
    keep = np.array([4, 1])
    taken, alone = build(a, b, TOL).take(keep), build(a[..., keep], b[..., keep], TOL)
    for name in ("a", "b", "p_y", "independent", "weights"):
        assert np.array_equal(getattr(taken, name), getattr(alone, name))


def test_what_was_left_out_is_certified_all_the_same(rng: np.random.Generator) -> None:
    for exponent in range(-18, -6):
        p = rng.random((4, 4, 3)) + 0.01
        p[-1], p[:, -1], p[..., -1] = p[-1] * 10.0**exponent, p[:, -1] * 1e-13, p[..., -1] * 1e-12
        d = pid.decompose(p, unit="nat")
        d.check(p)
        assert d.certificate is not None and d.certificate.gap <= TOL
