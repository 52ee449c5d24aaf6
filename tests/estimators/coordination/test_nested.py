"""One code behind bent views."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.decomposition import PCA

from pid.errors import InvalidInput

pytestmark = pytest.mark.extras

Array = np.ndarray


def bent(rng: np.random.Generator, n: int = 600) -> list[Array]:
    """Three views of two numbers, each by bent maps of its own, which are always the same."""
    maps = np.random.default_rng(5).normal(size=(3, 2, 2, 6))
    latent = rng.normal(size=(n, 2))
    return [
        np.tanh(1.5 * latent @ W) + 0.3 * (latent @ Q) ** 2 + 0.05 * rng.normal(size=(n, 6))
        for W, Q in maps
    ]


def quick(**options: Any) -> Any:
    from pid.estimators.coordination import NestedAutoencoder

    return NestedAutoencoder(
        **{"n_components": 2, "inner": 3, "steps": 250, "batch": 128} | options
    )


@pytest.mark.slow
@pytest.mark.parametrize("loss", ["squares", "cauchy"])
def test_more_is_made_again_than_by_straight_lines(loss: str, rng: np.random.Generator) -> None:
    X, Y = bent(rng), bent(rng)
    model = quick(loss=loss, steps=400).fit(*X)
    A, B = np.hstack(X), np.hstack(Y)
    centre, scale = A.mean(axis=0), A.std(axis=0)
    A, B = (A - centre) / scale, (B - centre) / scale
    lines = PCA(2).fit(A)
    straight = 1 - ((B - lines.inverse_transform(lines.transform(B))) ** 2).sum() / (B**2).sum()
    assert model.score(*Y) > straight + 0.5 * (1 - straight)


def test_the_code_of_a_training_row_is_found_again(rng: np.random.Generator) -> None:
    """What is optimal for a row does not depend on whether it was trained on."""
    X = bent(rng)
    model = quick(steps=400).fit(*X)
    again = model.transform(*X)
    correlations = np.corrcoef(model.codes_.T, again.T)[:2, 2:].diagonal()
    assert correlations.min() > 0.98


@pytest.mark.parametrize("loss", ["squares", "cauchy"])
def test_rows_do_not_depend_on_each_other(loss: str, rng: np.random.Generator) -> None:
    X = bent(rng)
    model = quick(loss=loss).fit(*X)
    some = model.transform(*(x[:7] for x in X))
    assert some == pytest.approx(model.transform(*X)[:7], abs=1e-3)


@pytest.mark.slow
def test_a_view_that_is_missing(rng: np.random.Generator) -> None:
    """The first two say all there is to say of a row."""
    X, Y = bent(rng), bent(rng)
    model = quick(steps=400).fit(*X)
    whole, part = model.transform(*Y), model.transform(Y[0], Y[1], None)
    assert np.corrcoef(whole.T, part.T)[:2, 2:].diagonal().min() > 0.9
    assert model.score(Y[0], Y[1], None) > 0.9
    with pytest.raises(InvalidInput, match="all sources are missing"):
        model.transform(None)


def test_resumed(rng: np.random.Generator, tmp_path: Path) -> None:
    """Free codes are in the checkpoint, too."""
    X = bent(rng, 200)

    def stop(done: int, of: int, score: float) -> None:
        if done == 2:
            raise KeyboardInterrupt

    path = tmp_path / "c.pt"
    whole = quick(steps=20).fit(*X)
    with pytest.raises(KeyboardInterrupt):
        quick(steps=20, checkpoint=path, progress=stop).fit(*X)
    resumed = quick(steps=20, checkpoint=path).fit(*X)
    assert np.array_equal(resumed.codes_, whole.codes_)
    assert np.array_equal(resumed.transform(*X), whole.transform(*X))
    with pytest.raises(InvalidInput, match="of another training"):
        quick(steps=20, checkpoint=path, inner=2).fit(*X)


def test_the_contract_and_odd_input(rng: np.random.Generator) -> None:
    X = bent(rng, 100)
    model = quick(steps=10)
    one, other = (clone(model).fit(*X).transform(*X) for _ in range(2))
    assert np.array_equal(one, other)
    wide = quick(steps=10, n_components=20).fit(X[0], X[2])
    assert wide.transform(X[0]).shape == (100, 20)
    odd = np.column_stack([X[0], X[0][:, 0], np.ones(100)])
    assert np.isfinite(quick(steps=10).fit(odd, X[1]).transform(odd)).all()
    with pytest.raises(InvalidInput, match="at least 20 rows; got 19"):
        quick().fit(*(x[:19] for x in X))
    assert "a batch is all 100 rows, as there are no more" in model.fit(*X).notes_


@pytest.mark.parametrize("loss", ["squares", "cauchy"])
def test_the_terms_by_hand(loss: str, rng: np.random.Generator) -> None:
    import torch

    X = bent(rng, 80)
    model = quick(steps=10, loss=loss, penalty=0.3).fit(*X)
    views = [torch.from_numpy(x.astype(np.float32)) for x in X]
    h = torch.from_numpy(rng.normal(size=(80, 2)).astype(np.float32))
    expected = dict.fromkeys(("autoencoder", "outer", "both"), 0.0)
    for i, (x, net) in enumerate(zip(views, model._nets, strict=True)):
        z, d = net.encoder(x), net.outer(h)
        for name, error in (
            ("autoencoder", x - net.decoder(z)),
            ("outer", z - d),
            ("both", x - net.decoder(d)),
        ):
            squares = (error**2).sum(dim=1)
            if loss == "cauchy":
                c2 = model._scales[i][name]
                squares = c2 * torch.log(1 + squares / c2)
            expected[name] += float(squares.mean())
    found = model._losses(views, h)
    for name, value in expected.items():
        assert float(found[name]) == pytest.approx(value, rel=1e-4)
    assert float(found["penalty"]) == pytest.approx(0.3 * float((h**2).sum()) / 80, rel=1e-5)


def test_scales_of_a_batch_are_numbers() -> None:
    """Weights are 1 / (1 + r^2 / c^2): no row's gradient is of what the median row misses."""
    import torch

    from pid.estimators.coordination.nested import _scale

    squares = torch.tensor([1.0, 2.0, 5.0], requires_grad=True)
    assert float(_scale(squares)) == 2
    assert not _scale(squares).requires_grad
