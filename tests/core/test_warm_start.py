"""Starting from an earlier answer: certified all the same, and sooner there."""

import numpy as np
import pytest
from numpy.typing import NDArray

import pid
from pid.datasets import gate, random

Table = NDArray[np.float64]
CLOSE = 3e-9


def same(d: pid.Decomposition, p: Table) -> None:
    """d is the answer for p."""
    d.check(p)
    assert d.certificate is not None
    assert d.certificate.status is pid.Status.OPTIMAL
    assert d.redundancy == pytest.approx(pid.decompose(p).redundancy, abs=CLOSE)


def iterations(d: pid.Decomposition) -> int:
    assert d.certificate is not None
    return d.certificate.iterations


def test_from_the_same_table(table: Table) -> None:
    cold = pid.decompose(table)
    warm = pid.decompose(table, start=cold)
    same(warm, table)
    assert iterations(warm) <= max(iterations(cold), 3)


@pytest.mark.parametrize("size", [1e-8, 1e-3, 0.1, 1.0])
def test_from_a_similar_table(table: Table, size: float, rng: np.random.Generator) -> None:
    similar = table * np.exp(size * rng.standard_normal(table.shape))
    with np.errstate(all="raise"):
        warm = pid.decompose(similar, start=pid.decompose(table))
    same(warm, similar)


def test_from_and_to_another_support(table: Table, rng: np.random.Generator) -> None:
    other = rng.random(table.shape) * (rng.random(table.shape) < 0.3)
    other[0, 0, 0] += 0.1
    same(pid.decompose(table, start=pid.decompose(other)), table)
    same(pid.decompose(other, start=pid.decompose(table)), other)


def test_from_a_disjoint_support() -> None:
    first, second = np.zeros((4, 4, 4)), np.zeros((4, 4, 4))
    first[:2, :2, :2], second[2:, 2:, 2:] = gate("and"), gate("xor")
    same(pid.decompose(second, start=pid.decompose(first)), second)


def test_with_symbols_that_have_gone(rng: np.random.Generator) -> None:
    before = rng.random((5, 4, 3))
    after = before.copy()
    after[2], after[:, 0] = 0, 0
    same(pid.decompose(after, start=pid.decompose(before)), after)
    same(pid.decompose(before, start=pid.decompose(after)), before)


def test_from_a_poor_answer(rng: np.random.Generator) -> None:
    p = rng.random((4, 3, 3))
    same(pid.decompose(p, start=pid.decompose(p, tol=10.0)), p)
    same(pid.decompose(p, start=pid.decompose(p, method="first-order")), p)
    same(pid.decompose(p, start=pid.decompose(p, unit="nat", method="cone")), p)


def test_from_a_row_of_a_batch(rng: np.random.Generator) -> None:
    P = rng.random((3, 3, 4, 2))
    batch = pid.decompose_batch(P, keep_coupling=True)
    same(pid.decompose(P[1], start=batch[2]), P[1])


def test_the_start_is_left_as_it_was(rng: np.random.Generator) -> None:
    p = rng.random((3, 4, 2))
    start = pid.decompose(p)
    pid.decompose(p[::-1], start=start)
    start.check(p)


@pytest.mark.parametrize("shape", [(3, 2, 3), (6, 4, 3), (4, 6, 3)])
def test_a_slowly_changing_table_takes_fewer_iterations(shape: tuple[int, int, int]) -> None:
    """As in a training loop: a random walk of the logarithms of the masses."""
    rng = np.random.default_rng(11)
    cold_steps = warm_steps = 0
    p = random.dirichlet(shape, concentration=0.5, random_state=rng)
    d = pid.decompose(p)
    for _ in range(25):
        p = p * np.exp(0.01 * rng.standard_normal(shape))
        d = pid.decompose(p, start=d)
        same(d, p)
        warm_steps += iterations(d)
        cold_steps += iterations(pid.decompose(p))
    assert warm_steps < 0.8 * cold_steps
