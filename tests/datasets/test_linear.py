"""Gaussian families and the published generator: samples that agree with their atoms."""

import numpy as np
import pytest

import pid
from pid.datasets import linear, published
from pid.errors import InvalidInput
from pid.estimators import GaussianPID

ATOMS = ("redundancy", "unique1", "unique2", "synergy")


def atoms(d: pid.Decomposition | None) -> np.ndarray:
    assert d is not None
    return np.array([getattr(d, atom) for atom in ATOMS])


@pytest.mark.parametrize("sizes", [(1, 1, 1), (3, 2, 2), (2, 4, 3)], ids=str)
def test_samples_have_the_covariance(sizes: tuple[int, int, int]) -> None:
    data = linear.gaussian(*sizes, n=40_000, strength=0.7, shared=0.5)
    rows = np.hstack([data.X1, data.X2, data.Y])
    assert np.cov(rows.T) == pytest.approx(data.covariance, abs=0.1)
    est = GaussianPID(interval=None).fit(data.X1, data.X2, data.Y)
    assert atoms(est.corrected_) == pytest.approx(list(data.atoms.values()), abs=0.03)


def test_coordinates_can_be_undone() -> None:
    plain, monotone, across = (
        linear.gaussian(4, 3, 2, n=50, coordinates=c) for c in linear.COORDINATES
    )
    assert plain.atoms == monotone.atoms == across.atoms
    assert np.cbrt(monotone.X1) == pytest.approx(plain.X1)
    assert pytest.approx(plain.Y) == monotone.Y**3
    assert np.array_equal(across.Y[:, 0], plain.Y[:, 0])
    undone = across.Y[:, 1] - linear.BEND * plain.Y[:, 0] ** 2 / plain.Y[:, 0].std()
    assert undone == pytest.approx(plain.Y[:, 1])
    assert np.array_equal(across.X2[:, 2], plain.X2[:, 2])  # the odd one out


@pytest.mark.parametrize("setting", ["redundancy", "uniqueness1", "synergy", "mix6"])
def test_published_truth_has_its_symmetries(setting: str) -> None:
    r, u1, u2, s = published.truth(setting).values()
    if setting == "redundancy":
        assert [u1, u2, s] == pytest.approx([0, 0, 0], abs=0.004)
        # what the paper prints as .58 is about this: the total, as z01 holds all
        assert r == pytest.approx(0.56, abs=0.01)
    elif setting == "uniqueness1":
        assert [r, u2, s] == pytest.approx([0, 0, 0], abs=0.004)
        assert u1 == pytest.approx(published.truth("redundancy")["redundancy"], abs=0.01)
    elif setting == "synergy":
        assert [u1, u2] == pytest.approx([0, 0], abs=0.01)
        assert 0.15 < r < s  # an AND rather than an XOR
    else:
        assert [u1, s] == pytest.approx([0, 0], abs=0.01)  # x2 sees all that counts


def test_published_samples_agree_with_the_truth() -> None:
    """The best a straight line can do with both sources, which sees the sum but for dropout."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import log_loss

    data = published.make("synergy", n=8000)
    assert data.y.mean() == pytest.approx(0.5, abs=0.02)
    X = np.hstack([data.X1, data.X2])
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    fitted = LogisticRegression(C=1e6, max_iter=5000).fit(X[:4000], data.y[:4000])
    loss = log_loss(data.y[4000:], fitted.predict_proba(X[4000:])) / np.log(2)
    assert 1 - loss == pytest.approx(sum(data.atoms.values()), abs=0.05)


def test_masks_keep_what_they_should() -> None:
    kept = published.masks((2, 5, 0), 20_000, np.random.default_rng(0))
    assert kept.sum(axis=2).mean(axis=1) == pytest.approx([1.6, 4, 0], abs=0.05)
    assert kept.sum(axis=2).max(axis=1).tolist() == [2, 5, 0]
    assert kept.mean(axis=1)[0] == pytest.approx([0.32] * 5, abs=0.02)


def test_bad_options() -> None:
    with pytest.raises(InvalidInput, match="coordinates must be 'straight'"):
        linear.gaussian(1, 1, 1, coordinates="curved")
    with pytest.raises(InvalidInput, match="shared must be a number above -1 and below 1"):
        linear.gaussian(1, 1, 1, shared=1.0)
    with pytest.raises(InvalidInput, match="dy must be an integer"):
        linear.gaussian(1, 1, 0)
    with pytest.raises(InvalidInput, match="setting must be 'redundancy', 'uniqueness1'"):
        published.make("pure")
    with pytest.raises(InvalidInput, match="n must be an integer"):
        published.make("synergy", n=0)
