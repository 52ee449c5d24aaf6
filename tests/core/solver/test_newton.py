"""One Newton step: every way to factorise the system solves the same equations."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from pid.core.solver import newton
from pid.core.solver.newton import SchurSystem, System, WholeSystem, system_for
from pid.core.solver.problem import Array
from pid.core.solver.truncated import ConjugateGradients

Table = NDArray[np.float64]
SHAPES = [(2, 2, 2, 1), (2, 3, 2, 4), (3, 4, 3, 1), (1, 5, 2, 3), (4, 6, 5, 2), (3, 2, 1, 1)]


def weights(rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[Table, Table, Table]:
    """q, P (k, n1, n2, B) and c (n1, n2, B) as at some iterate inside."""
    P = rng.random(shape) + 0.05
    P /= P.sum(axis=0)
    s = rng.random(shape[1:]) + 0.1
    s /= s.sum(axis=(0, 1))
    t = rng.uniform(0.1, 2, shape[1:])
    return s * P, P, s / t - s


def dense(q: Table, P: Table, c: Table) -> Table:
    """The whole matrix of one problem, built pair by pair from its definition."""
    k, n1, n2 = q.shape
    matrix = np.zeros((k * (n1 + n2),) * 2)
    for i in range(n1):
        for j in range(n2):
            W = np.diag(q[:, i, j]) + c[i, j] * np.outer(P[:, i, j], P[:, i, j])
            at = [y * n1 + i for y in range(k)], [k * n1 + y * n2 + j for y in range(k)]
            for rows in at:
                for columns in at:
                    matrix[np.ix_(rows, columns)] += W
    return matrix


def change(d_a: Array, d_b: Array) -> Table:
    """The change of every exponent: all that matters, whatever the gauge."""
    return np.asarray(d_a[:, :, None] + d_b[:, None], dtype=np.float64)


def factorised(kind: Callable[[Array, Array], System], q: Array, P: Array, c: Array) -> System:
    """A system factorised twice, as what the first time leaves behind must not matter."""
    system = kind(q.sum(axis=2), q.sum(axis=1))
    system.factorise(q + P, P.copy(), c + 1)
    system.factorise(q.copy(), P.copy(), c.copy())
    return system


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", [WholeSystem, SchurSystem, system_for])
def test_solves_like_a_dense_matrix(
    shape: tuple[int, ...],
    kind: Callable[[Array, Array], System],
    rng: np.random.Generator,
) -> None:
    k, n1, n2, batch = shape
    q, P, c = weights(rng, shape)
    truth = rng.standard_normal((k, n1, batch)), rng.standard_normal((k, n2, batch))
    right = [np.empty_like(part) for part in truth]
    for one in range(batch):
        matrix = dense(q[..., one], P[..., one], c[..., one])
        product = matrix @ np.concatenate([part[..., one].ravel() for part in truth])
        right[0][..., one] = product[: k * n1].reshape(k, n1)
        right[1][..., one] = product[k * n1 :].reshape(k, n2)
    found = factorised(kind, q, P, c).solve(right[0].copy(), right[1].copy())
    np.testing.assert_allclose(change(*found), change(*truth), atol=1e-8)
    for one in range(batch):
        matrix = dense(q[..., one], P[..., one], c[..., one])
        flat = np.concatenate([part[..., one].ravel() for part in right])
        expected = np.linalg.lstsq(matrix, flat)[0]
        split = expected[: k * n1].reshape(k, n1, 1), expected[k * n1 :].reshape(k, n2, 1)
        np.testing.assert_allclose(change(*found)[..., [one]], change(*split), atol=1e-8)


@pytest.mark.parametrize("shape", SHAPES)
def test_conjugate_gradients_come_close(shape: tuple[int, ...], rng: np.random.Generator) -> None:
    k, n1, n2, batch = shape
    q, P, c = weights(rng, shape)
    right = rng.standard_normal((k, n1, batch)), rng.standard_normal((k, n2, batch))
    right[1][...] -= (right[1].sum(axis=1) - right[0].sum(axis=1))[:, None] / n2  # consistent
    exact = factorised(SchurSystem, q, P, c).solve(right[0].copy(), right[1].copy())
    found = factorised(partial(ConjugateGradients, accuracy=1e-3), q, P, c).solve(
        right[0].copy(), right[1].copy()
    )
    scale = np.abs(change(*exact)).max()
    np.testing.assert_allclose(change(*found), change(*exact), atol=0.02 * scale)


def test_rows_of_the_schur_complement_may_come_in_pieces(
    monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    shape = (3, 7, 4, 2)
    q, P, c = weights(rng, shape)
    right = rng.standard_normal((3, 7, 2)), rng.standard_normal((3, 4, 2))
    right[1][...] -= (right[1].sum(axis=1) - right[0].sum(axis=1))[:, None] / 4
    whole = factorised(SchurSystem, q, P, c).solve(right[0].copy(), right[1].copy())
    monkeypatch.setattr(newton, "CHUNK", 1)
    pieces = factorised(SchurSystem, q, P, c).solve(right[0].copy(), right[1].copy())
    np.testing.assert_allclose(change(*pieces), change(*whole), atol=1e-10)


def test_a_large_sparse_system(rng: np.random.Generator) -> None:
    """Where many symbols never occur with many y: the same as without regard to that."""
    k, n1, n2 = 8, 30, 26
    P = np.where(rng.random((k, n1, 1, 1)) * rng.random((k, 1, n2, 1)) < 0.3, rng.random(()), 0)
    P[0] = rng.random((n1, n2, 1)) + 0.1
    P = P / P.sum(axis=0)
    s = rng.random((n1, n2, 1)) + 0.1
    s /= s.sum()
    q, c = s * P, s
    occurs_a, occurs_b = P.any(axis=2), P.any(axis=1)
    truth = rng.standard_normal((k, n1, 1)) * occurs_a, rng.standard_normal((k, n2, 1)) * occurs_b
    dx = change(*truth)
    W_dx = q * dx + c * P * (P * dx).sum(axis=0)
    found = factorised(system_for, q, P, c).solve(W_dx.sum(axis=2), W_dx.sum(axis=1))
    inside = P > 0
    np.testing.assert_allclose(change(*found)[inside], dx[inside], atol=1e-7)
