"""Shared and unique codes: each bit in its head, the same when resumed, and what is refused."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

from pid.errors import InvalidInput

pytestmark = pytest.mark.extras

Array = np.ndarray
OBJECTIVES = ("priced", "orthogonal", "hsic", "published")


def bits(n: int, seed: int = 0) -> tuple[Array, Array, Array]:
    """A bit that both sources have, and one of each, mixed with noise; all three are the class."""
    rng = np.random.default_rng(seed)
    s, u1, u2 = rng.integers(2, size=(3, n))
    X1, X2 = (
        np.column_stack([2 * s - 1, 2 * u - 1, rng.normal(size=n)]) + 0.2 * rng.normal(size=(n, 3))
        for u in (u1, u2)
    )
    turn = np.random.default_rng(9).normal(size=(2, 3, 5))
    return X1 @ turn[0], X2 @ turn[1], 4 * s + 2 * u1 + u2


def quick(**options: Any) -> Any:
    from pid.estimators.fission import FactorizedContrastive

    usual = {"n_shared": 2, "n_unique": 2, "steps": 20, "batch": 50}
    return FactorizedContrastive(**usual | options)


def told(codes: list[Array], y: Array) -> Array:
    """Bits of s, u1 and u2 in each code, by networks that learned from the first half."""
    from scripts.factor_probes import told as found

    classes = [y >> 2, (y >> 1) & 1, y & 1]
    return found(codes, classes, len(y) // 2, 0, steps=200)[0]


@pytest.mark.slow
def test_each_bit_is_in_its_head() -> None:
    X1, X2, y = bits(3000)
    model = quick(steps=300, batch=192).fit(X1[:2000], X2[:2000], y[:2000])
    found = told(list(model.transform(X1[1000:], X2[1000:])), y[1000:])
    right = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
    assert np.abs(found - right).max() < 0.1
    assert model.classes_ == tuple(range(8))


@pytest.mark.slow
def test_the_published_objective_leaks_and_penalties_mend_that() -> None:
    X1, X2, y = bits(3000)

    def leak(**options: Any) -> float:
        model = quick(steps=300, batch=192, **options).fit(X1[:2000], X2[:2000], y[:2000])
        return float(told(list(model.transform(X1[1000:], X2[1000:]))[2:], y[1000:])[:, 0].max())

    assert leak(objective="published") > 0.8
    assert leak(objective="orthogonal", penalty=0.0) > 0.8
    assert leak(objective="hsic") < 0.1


@pytest.mark.slow
def test_independent_sources_have_an_empty_shared_code() -> None:
    X1, X2, y = bits(3000)
    other = np.random.default_rng(1).permutation(len(X2))
    X2, y = X2[other], (y & 6) | (y[other] & 1)
    model = quick(steps=400, batch=192).fit(X1[:2000], X2[:2000], y[:2000])
    found = told(list(model.transform(X1[1000:], X2[1000:]))[:2], y[1000:])
    assert found.max() < 0.05


@pytest.mark.slow
def test_without_classes_the_unique_code_tells_what_the_view_keeps() -> None:
    """A view without the unique bit asks for none of it."""
    rng = np.random.default_rng(0)
    s, u1, u2 = rng.integers(2, size=(3, 3000))
    X1, X2 = (
        np.column_stack([s, s, u, u]) * 2.0 - 1 + 0.2 * rng.normal(size=(3000, 4)) for u in (u1, u2)
    )

    def kept(X: Array) -> Array:
        return X + 0.1 * np.random.default_rng(0).normal(size=X.shape)

    def lost(X: Array) -> Array:
        X[:, 2:] = 0.0  # in place, which must not change what is learned from
        return X

    model = quick(augment=(kept, lost), steps=400, batch=192).fit(X1[:2000], X2[:2000])
    found = told(list(model.transform(X1[1000:], X2[1000:])), (4 * s + 2 * u1 + u2)[1000:])
    assert found[2, 1] > 0.8
    assert found[3, 2] < 0.1
    assert found[2:, 0].max() < 0.1
    assert X2[:, 2:].all()
    assert model.classes_ == ()


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("supervised", [True, False])
def test_codes_of_every_objective(objective: str, supervised: bool) -> None:
    """Of rows with both sources or one, the same of a row whatever else is there, and copied."""
    X1, X2, y = bits(200)
    augment = None if supervised else (np.tanh, np.tanh)
    model = quick(objective=objective, augment=augment, n_unique=3)
    model.fit(X1, X2, y if supervised else None)
    z, alone = model.transform(X1, X2), model.transform(None, X2)
    assert alone.shared1 is None and alone.unique1 is None
    assert np.array_equal(alone.unique2, z.unique2)
    assert all(np.isfinite(code).all() and len(code) == 200 for code in z)
    again = pickle.loads(pickle.dumps(model)).transform(X1, X2)
    assert all(map(np.array_equal, z, again))
    same = clone(model).fit(X1, X2, y if supervised else None).transform(X1, X2)
    assert all(map(np.array_equal, z, same))
    means = model.transform(X1, X2, drawn=False)
    assert np.array_equal(means.unique1, z.unique1) == (objective != "priced")


@pytest.mark.parametrize("ends", [2, 8])
def test_it_goes_on_bit_for_bit(ends: int, tmp_path: Path) -> None:
    """Interrupted in the first stage, or in the second; of other rows it does not."""
    X1, X2, y = bits(200)
    whole, path = quick().fit(X1, X2, y), tmp_path / "training"
    told = []

    def stop(epoch: int, of: int, score: float) -> None:
        told.append(epoch)
        if len(told) == ends:
            raise KeyboardInterrupt

    assert sum(whole.epochs_) > 8 > whole.epochs_[0] > 2
    with pytest.raises(KeyboardInterrupt):
        quick(checkpoint=path, progress=stop).fit(X1, X2, y)
    resumed = quick(checkpoint=path).fit(X1, X2, y)
    assert all(map(np.array_equal, whole.transform(X1, X2), resumed.transform(X1, X2)))
    with pytest.raises(InvalidInput, match="is of another training: its data"):
        quick(checkpoint=path).fit(X1, X2, y[::-1])
    with pytest.raises(InvalidInput, match="is of another training: its price is"):
        quick(checkpoint=path, price=0.5).fit(X1, X2, y)


def test_a_penalty_is_what_it_says() -> None:
    """Squared correlations; and HSIC, 1 of a code with itself and 0 where kernels do not meet."""
    import torch

    from pid.estimators.fission.penalties import cross_covariance, dependence

    rng = np.random.default_rng(0)
    A, B = rng.normal(size=(2, 300, 2))
    B[:, 0] += A[:, 1]
    z, w = (torch.from_numpy(x) for x in (A, B))
    by_hand = (np.corrcoef(A.T, B.T)[:2, 2:] ** 2).mean()
    assert float(cross_covariance(z, w)) == pytest.approx(by_hand, rel=1e-3)
    assert float(dependence(z, z)) == pytest.approx(1, abs=1e-4)
    bits = torch.from_numpy(np.tile([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]], (50, 1)))
    parity = bits[:, :1] * bits[:, 1:]
    assert float(cross_covariance(bits, parity)) == pytest.approx(0, abs=1e-12)
    assert float(dependence(bits, parity)) > 0.05
    assert float(dependence(bits[:, :1], bits[:, 1:])) == pytest.approx(0, abs=1e-6)


def test_published_bounds_have_their_values() -> None:
    """NCE and CLUB of scores that are the log ratio, and within classes that of each."""
    import torch

    from pid.estimators.fission.published import among, club, nce

    S = torch.tensor([[5.0, 0.0], [0.0, 5.0]])
    assert float(nce(S)) == pytest.approx(np.log(2) + 5 - np.log(np.exp(5) + 1))
    assert float(club(S)) == pytest.approx(2.5)
    y = torch.tensor([0] * 4 + [1] * 4)
    scores = torch.randn(8, 8, generator=torch.Generator().manual_seed(0))
    halves = (nce(scores[:4, :4]) + nce(scores[4:, 4:])) / 2
    assert float(among(scores, y, nce)) == pytest.approx(float(halves))
    assert float(among(scores, None, nce)) == pytest.approx(float(nce(scores)))


def test_critics_of_upper_bounds_learn_apart() -> None:
    """Codes do not follow what fits them, and they do not follow what codes are to lower."""
    import torch

    from pid.estimators.fission.objectives import Sizes
    from pid.estimators.fission.published import Published

    net = Published(Sizes((3, 3), 2, 2), classes=2)
    codes = [torch.randn(6, 2, requires_grad=True) for _ in range(2)]
    net._learning("apart", codes).sum().backward()
    assert codes[0].grad is None
    assert all(p.grad is not None for p in net.bounds["apart"].parameters())
    net.zero_grad()
    net._fixed("apart", codes).sum().backward()
    assert codes[0].grad is not None
    assert all(p.grad is None or not p.grad.any() for p in net.bounds["apart"].parameters())
