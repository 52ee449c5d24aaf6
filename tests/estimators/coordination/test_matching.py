"""Recall and strength: what they must be where it is known."""

import numpy as np
import pytest

from pid.errors import InvalidInput
from pid.estimators.coordination import linear, recall, strength
from pid.estimators.coordination.matching import near_copies


def test_recall_by_hand() -> None:
    """One of three rows is nearer to another's partner, in one way only."""
    Z1 = np.array([[1.0, 0.0], [0.9, 0.5], [0.0, 1.0]])
    Z2 = np.array([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])
    S = linear(Z1, Z2)
    by_hand = ((S.argmax(axis=1) == range(3)).mean() + (S.argmax(axis=0) == range(3)).mean()) / 2
    assert recall(Z1, Z2, similarity="linear") == pytest.approx(by_hand)
    assert recall(Z1, Z2, similarity="linear", at=3) == 1


def test_what_has_nothing_in_common_finds_by_chance(rng: np.random.Generator) -> None:
    Z1, Z2 = rng.normal(size=(2, 2000, 4))
    for at in (1, 10):
        assert recall(Z1, Z2, at=at) == pytest.approx(at / 2000, abs=4 * np.sqrt(at) / 2000)
    assert recall(np.ones((7, 2)), np.ones((7, 2)), at=3) == pytest.approx(3 / 7)


def test_recall_does_not_depend_on_the_order_of_rows(rng: np.random.Generator) -> None:
    Z1 = rng.normal(size=(3000, 3))
    Z2 = Z1 + 0.3 * rng.normal(size=(3000, 3))
    order = rng.permutation(3000)
    assert recall(Z1, Z2) == pytest.approx(recall(Z1[order], Z2[order]))


def test_strength_is_the_share_of_variance_in_common(rng: np.random.Generator) -> None:
    """Of r common columns in d, correlated by rho, the other code predicts r rho^2 / d."""
    common, own1, own2 = rng.normal(size=(3, 5000, 4))
    noisy = 0.8 * common + 0.6 * rng.normal(size=common.shape)
    found = strength(np.hstack([common, own1[:, :1]]), np.hstack([noisy, own2]))
    assert found.shared1 == pytest.approx(4 * 0.64 / 5, abs=0.02)
    assert found.shared2 == pytest.approx(4 * 0.64 / 8, abs=0.02)
    assert found.correlations == pytest.approx([0.8] * 4 + [0], abs=0.04)
    assert found.kind == "partial"


def test_the_three_kinds_and_their_matching(rng: np.random.Generator) -> None:
    common, own1, own2 = rng.normal(size=(3, 1000, 3))
    strong = strength(common, np.tanh(common))
    partial = strength(np.hstack([common, own1]), np.hstack([common + own2, own2[:, ::-1]]))
    none = strength(own1, own2)
    assert [x.kind for x in (strong, partial, none)] == ["strong", "partial", "none"]
    assert strong.matched > partial.matched > 3 * none.matched
    assert none.matched < 4 * none.chance == pytest.approx(4 / 200)


def test_strength_does_not_change_under_scale_or_shift(rng: np.random.Generator) -> None:
    common, own = rng.normal(size=(2, 300, 3))
    one = strength(common, common + own)
    other = strength(common * [1e-6, 1, 1e6] + 5, (common + own) * 3)
    assert other.shared1 == pytest.approx(one.shared1)
    assert other.correlations == pytest.approx(one.correlations)


def test_constant_codes_have_nothing(rng: np.random.Generator) -> None:
    found = strength(np.ones((50, 2)), rng.normal(size=(50, 2)))
    assert (found.kind, found.shared1, found.shared2) == ("none", 0, 0)


def test_near_copies(rng: np.random.Generator) -> None:
    X = rng.normal(size=(400, 5))
    assert near_copies(X) == 0
    jittered = X[rng.integers(4, size=400)] + 1e-6 * rng.normal(size=(400, 5))
    assert near_copies(jittered) == pytest.approx(0.25, abs=0.03)
    assert near_copies(np.zeros((30, 2))) == 1


def test_refusals() -> None:
    with pytest.raises(InvalidInput, match="3 rows in Z1 and 2 in Z2"):
        recall(np.eye(3), np.eye(2))
    with pytest.raises(InvalidInput, match="at least 20 rows are needed; got 3"):
        strength(np.eye(3), np.eye(3))


def test_the_first_source_stays_first(rng: np.random.Generator) -> None:
    """A similarity need not be the same both ways: z2 is z1 turned, and that is what it says."""
    turn = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    Z1 = rng.normal(size=(100, 4))

    def turned(A: np.ndarray, B: np.ndarray) -> np.ndarray:
        return np.asarray(-(((A @ turn)[:, None] - B[None]) ** 2).sum(axis=2))

    assert recall(Z1, Z1 @ turn, similarity=turned) == 1


def test_similarities_that_are_none() -> None:
    """NaN is nearer to nothing, and no partner is found by it."""
    z = np.eye(5)
    with pytest.raises(InvalidInput, match="got NaN"):
        recall(z, z, similarity=lambda A, B: np.full((len(A), len(B)), np.nan))
    with pytest.raises(InvalidInput, match=r"shape \(5, 5\) for as many rows; got shape \(5, 1\)"):
        recall(z, z, similarity=lambda A, B: A[:, :1])
    with pytest.raises(InvalidInput, match="got 5 in Z1 and 3 in Z2"):
        recall(z, z[:, :3])


def test_copies_are_not_judged_by_each_other(rng: np.random.Generator) -> None:
    Z1, Z2 = (np.repeat(Z, 4, axis=0) for Z in rng.normal(size=(2, 60, 20)))
    assert strength(Z1, Z2).kind == "none"
