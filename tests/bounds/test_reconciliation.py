"""Reconciled marginals are compatible, most likely, and near the samples if these are alike."""

import numpy as np
import pytest
from scipy.optimize import minimize

from pid.bounds.pairs import AGREE, Pairs, error, pairs_of
from pid.bounds.polytope import consistent
from pid.bounds.reconciliation import NEAR, reconciled


def drawn(rng: np.random.Generator, p: np.ndarray, sizes: tuple[int, int, int]) -> Pairs:
    return Pairs(
        *(
            rng.multinomial(n, q.ravel()).reshape(q.shape).astype(float)
            for n, q in zip(sizes, pairs_of(p), strict=True)
        )
    )


def likelihood(counts: Pairs, pairs: Pairs) -> float:
    return sum(
        float((n[n > 0] * np.log(p[n > 0])).sum()) for n, p in zip(counts, pairs, strict=True)
    )


@pytest.mark.parametrize("seed", range(30))
def test_polytope_is_not_empty(seed: int) -> None:
    """Also where each sample alone would leave no joint: few rows, and many zeros."""
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers(2, 6, size=3))
    p = rng.dirichlet(np.full(np.prod(shape), 0.3)).reshape(shape) * 0.9 + 0.1 / np.prod(shape)
    counts = drawn(rng, p, (40 + 10 * seed, 60, 300))
    counts = Pairs(*(n + 1 for n in counts))  # no symbol is missing
    found = reconciled(counts)
    assert error(found.joint, found.pairs) < 1e-14
    pairs, most = consistent(*found.pairs)
    assert error(most.joint, pairs) < AGREE


def test_most_likely_of_all_joints(rng: np.random.Generator) -> None:
    """By another route: a search over softmax of the cells."""
    counts = drawn(rng, rng.dirichlet(np.ones(8)).reshape(2, 2, 2), (50, 80, 120))
    found = reconciled(counts)

    def loss(logs: np.ndarray) -> float:
        joint = np.exp(logs - logs.max()).reshape(2, 2, 2)
        return -likelihood(counts, pairs_of(joint / joint.sum()))

    best = -minimize(loss, np.zeros(8), options={"gtol": 1e-9}).fun
    assert likelihood(counts, found.pairs) == pytest.approx(best, abs=NEAR)


def test_samples_that_agree_stay_as_they_are() -> None:
    joint = np.arange(1.0, 13).reshape(2, 3, 2)
    found = reconciled(pairs_of(joint * 100))
    assert found.lack < NEAR * 2
    assert max(found.moved) < 1e-3
    assert error(found.joint, pairs_of(joint / joint.sum())) < 1e-3


def test_lack_is_chi_squared() -> None:
    """Twice the log-likelihood that is lost, with a degree for each share that two samples tell."""
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.full(12, 4.0)).reshape(2, 3, 2)
    lacks = [reconciled(drawn(rng, p, (500, 700, 2000))).lack for _ in range(300)]
    degrees = 1 + 2 + 1
    assert np.mean(lacks) == pytest.approx(degrees, abs=4 * np.sqrt(2 * degrees / 300))
    assert np.mean(np.array(lacks) > 9.49) < 0.10  # 5 % of chi-squared with 4 degrees


def test_large_samples_count_for_more(rng: np.random.Generator) -> None:
    even, odd = np.full((2, 2), 0.25), np.array([[0.4, 0.4], [0.1, 0.1]])
    counts = Pairs(100 * even, 1e6 * even, 1e6 * odd)  # about p(x1) only
    found = reconciled(counts)
    assert found.pairs.p1.sum(axis=1) == pytest.approx([0.8, 0.2], abs=1e-3)
    assert found.moved[0] == pytest.approx(0.3, abs=0.01)
    assert found.moved[2] < 1e-3
