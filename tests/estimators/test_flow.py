"""Gaussian vectors in bent coordinates: ranks and flows find back what they hold."""

from typing import Any

import numpy as np
import pytest

import pid
from pid.discretization.kmeans import normal_scores
from pid.errors import InvalidInput

torch = pytest.importorskip("torch", reason="the run of the core has no torch")

from pid.estimators import FlowPID, GaussianPID  # noqa: E402

pytestmark = pytest.mark.extras
ATOMS = ("redundancy", "unique1", "unique2", "synergy")


def atoms(d: pid.Decomposition | None) -> np.ndarray:
    assert d is not None
    return np.array([getattr(d, atom) for atom in ATOMS])


@pytest.fixture(scope="module")
def linear() -> tuple[np.ndarray, ...]:
    """X1, X2, Y of two dimensions each, and the atoms."""
    rng = np.random.default_rng(2)
    H = rng.normal(size=(4, 2))
    y = rng.normal(size=(3000, 2))
    X = y @ H.T + rng.normal(size=(3000, 4))
    sigma = np.block([[H @ H.T + np.eye(4), H], [H.T, np.eye(2)]])
    return X[:, :2], X[:, 2:], y, atoms(pid.decompose_gaussian(sigma, (2, 2, 2)))


def test_ranks_undo_what_is_monotone(linear: tuple[np.ndarray, ...]) -> None:
    X1, X2, y, truth = linear
    est = FlowPID(transforms=0).fit(X1**3, np.cbrt(X2), np.exp(y))
    plain = FlowPID(transforms=0).fit(X1, X2, y)
    assert np.array_equal(atoms(est.corrected_), atoms(plain.corrected_))
    assert est.straightened_ == "ranks"
    assert est.gain_ == 0
    assert atoms(est.corrected_) == pytest.approx(truth, abs=0.06)
    assert est.interval_ is not None
    for atom, value in zip(ATOMS, truth, strict=True):
        low, high = est.interval_[atom]
        assert low - 0.01 < value < high + 0.01
    bent = GaussianPID(interval=None).fit(X1**3, np.cbrt(X2), np.exp(y))
    assert np.abs(atoms(bent.corrected_) - truth).max() > 0.2


@pytest.mark.slow
def test_flows_undo_what_ranks_cannot(linear: tuple[np.ndarray, ...]) -> None:
    """A parabola across columns, which is invertible and leaves columns far from straight."""
    X1, X2, y, truth = linear
    across = np.column_stack([y[:, 0], y[:, 1] + 1.5 * y[:, 0] ** 2])
    flow = FlowPID(interval=None, epochs=40).fit(X1, X2, across)
    ranks = FlowPID(interval=None, transforms=0).fit(X1, X2, across)
    assert flow.straightened_ == "flow"
    assert flow.gain_ > 0.1
    error = [np.abs(atoms(est.corrected_) - truth).sum() for est in (flow, ranks)]
    assert error[0] < 0.5 * error[1]
    again = FlowPID(interval=None, epochs=40).fit(X1, X2, across)
    assert np.array_equal(atoms(again.corrected_), atoms(flow.corrected_))


def test_what_is_straight_stays_so(linear: tuple[np.ndarray, ...]) -> None:
    X1, X2, y, truth = linear
    est = FlowPID(epochs=10).fit(X1[:1000], X2[:1000], y[:1000])
    assert est.straightened_ == "ranks"
    assert atoms(est.corrected_) == pytest.approx(truth, abs=0.15)


def test_the_seed_alone_decides(linear: tuple[np.ndarray, ...]) -> None:
    """Not what torch has drawn before; and it is left as it was."""
    X1, X2, y, _ = linear
    bent = np.column_stack([y[:, 0], y[:, 1] + 1.5 * y[:, 0] ** 2])
    some = slice(600)

    def fitted(drawn_before: int, seed: int) -> np.ndarray:
        torch.manual_seed(drawn_before)
        state = torch.get_rng_state()
        est = FlowPID(transforms=1, epochs=10, random_state=seed)
        est.fit(X1[some], X2[some], bent[some])
        assert torch.equal(torch.get_rng_state(), state)
        return atoms(est.decomposition_)

    assert np.array_equal(fitted(1, 0), fitted(2, 0))
    assert not np.array_equal(fitted(1, 0), fitted(1, 1))


def test_normal_scores() -> None:
    scores = normal_scores(np.array([[3.0, 1.0], [1e9, 1.0], [-2.0, 5.0]]))
    assert scores[:, 0].argsort().tolist() == [2, 0, 1]
    assert scores[0, 1] == scores[1, 1]  # ties stay together
    assert scores[0, 0] == pytest.approx(0)


@pytest.mark.parametrize(
    ("options", "change", "message"),
    [
        ({"transforms": -1}, {}, "transforms must be an integer of at least 0"),
        ({"epochs": 0}, {}, "epochs must be an integer of at least 1"),
        ({"interval": 2.0}, {}, "interval must be a number"),
        ({"unit": "byte"}, {}, "unit"),
        ({}, {"y": np.tile([0, 1], 30)}, "y repeats its values, so that it carries no more than"),
        ({}, {"X1": np.full((60, 2), np.nan)}, "missing"),
        ({}, {"X1": np.array([["a"], ["b"]] * 30)}, "text"),
        ({"transforms": 0}, {"X1": np.ones((60, 2))}, "x1 does not vary"),
    ],
    ids=str,
)
def test_bad_input(options: dict[str, Any], change: dict[str, Any], message: str) -> None:
    rng = np.random.default_rng(0)
    data: dict[str, Any] = {
        "X1": rng.normal(size=(60, 2)),
        "X2": rng.normal(size=(60, 2)),
        "y": rng.normal(size=60),
    }
    with pytest.raises(InvalidInput, match=message):
        FlowPID(**options).fit(**(data | change))
