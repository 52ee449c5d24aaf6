"""Cells by halving: nested, the same whatever the order, and losing little more than k-means."""

import numpy as np
import pytest

from pid.core.information import mutual_information
from pid.estimators.posterior.cells import cells_of, soft_table
from pid.estimators.posterior.halving import halved


def softmax(logits: np.ndarray) -> np.ndarray:
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def partition(labels: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == cell).tolist()) for cell in np.unique(labels)}


@pytest.fixture
def posterior(rng: np.random.Generator) -> np.ndarray:
    return softmax(rng.normal(size=(500, 4)))


def test_coarse_cells_are_unions_of_fine_ones(posterior: np.ndarray) -> None:
    few, many = halved(posterior, [7, 40])
    assert [len(np.unique(few)), len(np.unique(many))] == [7, 40]
    pairs = {(a, b) for a, b in zip(many.tolist(), few.tolist(), strict=True)}
    assert len(pairs) == 40


def test_the_same_in_any_order(posterior: np.ndarray, rng: np.random.Generator) -> None:
    rows, classes = rng.permutation(500), rng.permutation(4)
    first = halved(posterior, [24])[0]
    other = np.empty(500, dtype=int)
    other[rows] = halved(posterior[rows][:, classes], [24])[0]
    assert partition(first) == partition(other)


def test_equal_rows_share_a_cell_and_few_are_told_apart(rng: np.random.Generator) -> None:
    kinds = softmax(rng.normal(size=(9, 3)))
    of_row = rng.integers(9, size=300)
    coarse, fine = halved(kinds[of_row], [4, 24])
    assert partition(fine) == partition(of_row)
    for cells in (coarse, fine):
        assert len({(a, b) for a, b in zip(of_row.tolist(), cells.tolist(), strict=True)}) == 9


def test_one_place_is_one_cell() -> None:
    assert halved(np.full((50, 3), 1 / 3), [5])[0].tolist() == [0] * 50
    assert halved(np.array([[0.2, 0.8]]), [5])[0].tolist() == [0]


@pytest.mark.parametrize("classes", [3, 5])
def test_loses_little_more_than_k_means(classes: int, rng: np.random.Generator) -> None:
    p = softmax(2 * rng.normal(size=(3000, classes)))
    p_y = p.mean(axis=0)
    whole = mutual_information(p / len(p), unit="nat")
    ours = soft_table(p, halved(p, [60])[0], p_y)
    theirs = cells_of(p, p_y, 60, 0).table
    lost, lost_by_k_means = (whole - mutual_information(t, unit="nat") for t in (ours, theirs))
    assert 0 < lost < 1.35 * lost_by_k_means
