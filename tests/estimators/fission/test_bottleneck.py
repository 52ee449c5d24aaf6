"""A bottleneck: what is shared is free, what one source has goes as the price rises."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pid.errors import InvalidInput

pytestmark = pytest.mark.extras

Array = np.ndarray


def bits(n: int) -> tuple[Array, Array, Array]:
    """A bit of both sources, and one of each."""
    rng = np.random.default_rng(0)
    s, u1, u2 = rng.integers(2, size=(3, n))
    X1, X2 = (np.column_stack([s, u]) * 2.0 - 1 + 0.1 * rng.normal(size=(n, 2)) for u in (u1, u2))
    return X1, X2, 4 * s + 2 * u1 + u2


def quick(**options: Any) -> Any:
    from pid.estimators.fission import InformationBottleneck

    return InformationBottleneck(**{"n_components": 3, "steps": 20, "batch": 50} | options)


@pytest.mark.slow
def test_what_is_kept_at_a_price() -> None:
    """Bits of y: all three while they are worth it, then the shared one alone."""
    X1, X2, y = bits(2000)
    low, high = quick(steps=400, batch=192).curve(X1, X2, y, prices=[0.01, 2.0])
    assert low.told["y"] == pytest.approx(3, abs=0.15)
    assert high.told["y"] == pytest.approx(1, abs=0.1)
    assert min(low.beyond1, low.beyond2) > 0.9  # at least the bit that the other source has
    assert max(high.beyond1, high.beyond2) < 0.1


@pytest.mark.slow
def test_without_y_the_sources_are_told() -> None:
    """Half of the variance of each is a shared bit."""
    X1, X2, _ = bits(2000)
    kept = quick(steps=400, batch=192, price=5.0).fit(X1, X2).kept_
    assert list(kept.told) == ["x1", "x2"]
    assert list(kept.told.values()) == pytest.approx([0.5, 0.5], abs=0.05)


def test_a_divergence_is_that_of_normals() -> None:
    import torch
    from torch.distributions import Normal, kl_divergence

    from pid.estimators.fission.bottleneck import divergence
    from pid.estimators.fission.codes import Code

    generator = torch.Generator().manual_seed(0)
    values = [torch.randn(7, 3, generator=generator) for _ in range(4)]
    code, guess = Code(values[0], values[1]), Code(values[2], values[3])
    p, q = (Normal(c.mean, (c.log_variance / 2).exp()) for c in (code, guess))
    by_hand = kl_divergence(p, q).sum(dim=1).mean()
    assert float(divergence(code, guess)) == pytest.approx(float(by_hand), rel=1e-5)
    standard = Code(torch.zeros(7, 3), torch.zeros(7, 3))
    assert float(divergence(code, standard)) == pytest.approx(float(code.price()), rel=1e-5)


def test_codes_of_both_or_one_source() -> None:
    X1, X2, y = bits(200)
    model = quick().fit(X1, X2, y)
    both, alone = model.transform(X1, X2), model.transform(None, X2)
    assert both.shape == alone.shape == (200, 3)
    assert np.array_equal(both, model.transform(X1, X2))
    assert not np.array_equal(both, model.transform(X1, X2, drawn=False))
    assert model.classes_ == tuple(range(8)) and model.kept_.n == 20


def test_a_curve_is_a_table_and_leaves_the_model_alone(tmp_path: Path) -> None:
    X1, X2, y = bits(200)
    model = quick(checkpoint=tmp_path / "training")
    curve = model.curve(X1, X2, y, prices=(0.1, 1.0))
    assert [point.price for point in curve] == [0.1, 1.0] and len(curve) == 2
    assert repr(curve).splitlines()[0].split("  ")[-1] == "bits beyond x2"
    assert len(repr(curve).splitlines()) == 3
    with pytest.raises(InvalidInput, match="not fitted yet"):
        model.transform(X1, X2)
    assert not list(tmp_path.iterdir())
    with pytest.raises(InvalidInput, match="prices must be a list"):
        model.curve(X1, X2, y, prices=[-1.0])


def test_it_goes_on_bit_for_bit(tmp_path: Path) -> None:
    X1, X2, y = bits(200)

    def stop(epoch: int, of: int, score: float) -> None:
        if epoch == 2:
            raise KeyboardInterrupt

    whole, path = quick().fit(X1, X2, y), tmp_path / "training"
    with pytest.raises(KeyboardInterrupt):
        quick(checkpoint=path, progress=stop).fit(X1, X2, y)
    resumed = quick(checkpoint=path).fit(X1, X2, y)
    assert np.array_equal(whole.transform(X1, X2), resumed.transform(X1, X2))
