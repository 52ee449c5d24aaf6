"""Factors of stacks of matrices against NumPy, and what becomes of singular ones."""

import numpy as np
import pytest
from numpy.typing import NDArray

from pid.core.solver.linalg import (
    Factor,
    backward_substitution,
    cholesky,
    forward_substitution,
    gram,
)

Table = NDArray[np.float64]


def stack(rng: np.random.Generator, order: int, batch: int, rank: int | None = None) -> Table:
    """Positive (semi)definite matrices (order, order, batch)."""
    V = rng.standard_normal((batch, order, order if rank is None else rank))
    return np.ascontiguousarray((V @ V.transpose(0, 2, 1)).transpose(1, 2, 0))


def solve(matrix: Table, right: Table) -> Table:
    diagonal = np.einsum("mmb->mb", matrix).copy()
    factor = Factor(len(matrix), matrix.shape[-1], matrix.dtype)
    factor.matrix[...] = matrix
    factor.factorise(diagonal)
    return np.asarray(factor.solve(right))


@pytest.mark.parametrize("order", [1, 2, 5, 12, 13, 40])
@pytest.mark.parametrize("batch", [1, 2, 7])
def test_solves_like_numpy(order: int, batch: int, rng: np.random.Generator) -> None:
    matrix = stack(rng, order, batch) + np.eye(order)[..., None]
    right = rng.standard_normal((order, batch))
    expected = np.linalg.solve(matrix.transpose(2, 0, 1), right.T[..., None])[..., 0].T
    np.testing.assert_allclose(solve(matrix, right), expected, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("order", [2, 6, 20])
def test_extended_precision(order: int, rng: np.random.Generator) -> None:
    matrix = (stack(rng, order, 3) + np.eye(order)[..., None]).astype(np.longdouble)
    right = rng.standard_normal((order, 3)).astype(np.longdouble)
    x = solve(matrix, right)  # type: ignore[arg-type]
    assert x.dtype == np.longdouble
    residual = np.einsum("mnb,nb->mb", matrix, x) - right
    assert np.abs(residual).max() < 1e-13 * np.abs(x).max()


@pytest.mark.parametrize("order", [3, 9])
def test_cholesky_of_numpy(order: int, rng: np.random.Generator) -> None:
    matrix = stack(rng, order, 4) + np.eye(order)[..., None]
    U = cholesky(matrix)
    expected = np.linalg.cholesky(matrix.transpose(2, 0, 1)).transpose(2, 1, 0)
    for m in range(order):  # what is below the diagonal is scratch
        np.testing.assert_allclose(U[m, m:], expected[m, m:], rtol=1e-10, atol=1e-12)


def test_substitution(rng: np.random.Generator) -> None:
    matrix = stack(rng, 6, 3) + np.eye(6)[..., None]
    U, right = cholesky(matrix), rng.standard_normal((6, 3))
    above = np.where(np.tri(6, dtype=bool).T[..., None], U, 0)
    x = forward_substitution(U, right)
    np.testing.assert_allclose(np.einsum("nmb,nb->mb", above, x), right, atol=1e-12)
    x = backward_substitution(U, right)
    np.testing.assert_allclose(np.einsum("mnb,nb->mb", above, x), right, atol=1e-12)


@pytest.mark.parametrize("order", [4, 12, 30])
@pytest.mark.parametrize("batch", [1, 3])
def test_a_singular_matrix_is_solved_where_it_can_be(
    order: int, batch: int, rng: np.random.Generator
) -> None:
    matrix = stack(rng, order, batch, rank=order - 1)
    right = np.einsum("mnb,nb->mb", matrix, rng.standard_normal((order, batch)))
    x = solve(matrix, right)
    assert np.isfinite(x).all()
    residual = np.einsum("mnb,nb->mb", matrix, x) - right
    assert np.abs(residual).max() < 1e-5 * np.abs(right).max()


@pytest.mark.parametrize("batch", [2, 5])
def test_one_singular_matrix_does_not_spoil_the_others(
    batch: int, rng: np.random.Generator
) -> None:
    matrix = stack(rng, 6, batch) + np.eye(6)[..., None]
    right = rng.standard_normal((6, batch))
    expected = solve(matrix, right)
    matrix[..., 0] = 0
    x = solve(matrix, right)
    assert np.isfinite(x[:, 1:]).all()
    np.testing.assert_allclose(x[:, 1:], expected[:, 1:], rtol=1e-12)


def test_a_lost_pivot_sets_its_unknown_to_zero() -> None:
    matrix = np.array([[1.0, 1, 0], [1, 1, 0], [0, 0, 0]])[..., None].repeat(2, axis=2)
    U = cholesky(matrix, np.array([1.0, 1.0, 0.0])[:, None].repeat(2, axis=1))
    x = backward_substitution(U, forward_substitution(U, np.array([[1.0, 1], [1, 1], [1, 1]])))
    assert np.isfinite(x).all()
    assert np.abs(x[2]).max() < 1e-50


@pytest.mark.parametrize("order", [3, 12, 25])
@pytest.mark.parametrize("batch", [1, 4])
def test_gram(order: int, batch: int, rng: np.random.Generator) -> None:
    V = np.ascontiguousarray(rng.standard_normal((7, order, batch)))
    out = stack(rng, order, batch)
    expected = out - np.einsum("rmb,rnb->mnb", V, V)
    gram(V, out=out)
    above = np.tri(order, dtype=bool).T  # only the upper triangle is promised
    np.testing.assert_allclose(out[above], expected[above], atol=1e-12)
