"""What given probabilities earn: scores, rows that cost too much, multipliers of single sources."""

import numpy as np
import pytest

from pid.estimators.posterior.given import earned, limited, recalibrated, score


def softmax(logits: np.ndarray) -> np.ndarray:
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def one_hot(y: np.ndarray, classes: int) -> np.ndarray:
    return np.asarray(np.eye(classes)[y])


def test_a_score_is_that_of_the_class(rng: np.random.Generator) -> None:
    p, y = softmax(rng.normal(size=(40, 3))), np.arange(40) % 3
    shares = np.bincount(y) / 40
    expected = np.log(p[np.arange(40), y] / shares[y])
    np.testing.assert_allclose(score(p, one_hot(y, 3)), expected)


def test_a_score_by_oneself_is_the_information_in_the_probabilities(
    rng: np.random.Generator,
) -> None:
    p = softmax(rng.normal(size=(40, 3)))
    mean = p.mean(axis=0)
    information = (p * np.log(p / mean)).sum(axis=1).mean()
    assert score(p, p).mean() == pytest.approx(information)


def test_one_row_costs_no_more_than_so_many_rows_can_show() -> None:
    p = np.tile([0.0, 1.0], (100, 1))
    y = np.ones(100, dtype=int)
    y[:2] = 0
    found, count = limited(p, one_hot(y, 2))
    assert count == 2
    assert found[2:].tolist() == p[2:].tolist()  # the others stay as they are
    worst = score(found, one_hot(y, 2)).min()
    assert -np.log(101) - 1e-9 <= worst < -4.6
    np.testing.assert_allclose(found.sum(axis=1), 1)


def test_chances_that_cost_little_are_not_limited(rng: np.random.Generator) -> None:
    """A share of 1e-9 with a class that is ruled out is no mistake."""
    target = np.tile([1e-9, 0.5, 0.5 - 1e-9], (50, 1))
    p = np.tile([0.0, 0.5, 0.5], (50, 1))
    assert limited(p, target)[1] == 0
    assert np.isfinite(score(limited(p, target)[0], target)).all()


@pytest.mark.parametrize("classes", [2, 3])
def test_no_unique_information_below_zero(classes: int, rng: np.random.Generator) -> None:
    """Whatever is given: single sources have feasible multipliers of their own."""
    for sharp in (0.1, 1.0, 8.0):
        y = one_hot(rng.integers(classes, size=200), classes)
        given = [limited(softmax(sharp * rng.normal(size=(200, classes))), y)[0] for _ in range(3)]
        found = earned((given[0], given[1], given[2]), y, 8, 1e-9)
        assert found.rows[1:3].mean(axis=1).min() > -1e-12
        rest = found.rows[:4].sum(axis=0) - score(given[2], y)
        np.testing.assert_allclose(rest, 0, atol=1e-9)


def test_calibration_undoes_a_power(rng: np.random.Generator) -> None:
    p = softmax(2 * rng.normal(size=(2000, 3)))
    y = np.array([rng.choice(3, p=row) for row in p])
    sure = p**3 / (p**3).sum(axis=1, keepdims=True)
    a, b = (recalibrated(q, one_hot(y, 3)) for q in (p, sure))
    np.testing.assert_allclose(a, b, atol=5e-3)
    assert np.abs(a - p).max() < 0.1


def test_calibration_to_itself_changes_nothing(rng: np.random.Generator) -> None:
    p = softmax(rng.normal(size=(200, 3)))
    np.testing.assert_allclose(recalibrated(p, p), p, atol=1e-6)
