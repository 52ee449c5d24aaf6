"""Gates open where a source is asked for, and codes are what they let through."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

from pid.errors import InvalidInput
from pid.estimators.coordination import strength

pytestmark = pytest.mark.extras

Array = np.ndarray


def switched(rng: np.random.Generator, n: int = 3000) -> tuple[Array, Array, Array, Array]:
    """The first column of x2 says which source is right about y; two columns say nothing."""
    X1, X2 = rng.normal(size=(2, n, 3))
    switch = X2[:, 0] > 0
    return X1, X2, np.where(switch, X1[:, 0] > 0, X2[:, 1] > 0), switch


def quick(**options: Any) -> Any:
    from pid.estimators.coordination import GatedCoordination

    return GatedCoordination(**{"steps": 500} | options)


def test_gates_follow_the_switch(rng: np.random.Generator) -> None:
    model = quick().fit(*switched(rng)[:3])
    X1, X2, y, switch = switched(rng, 1000)
    assert model.score(X1, X2, y) > 0.93
    gate1, gate2 = model.gates(X1, X2)
    assert gate1.min() >= 0 and gate1.max() <= 1
    assert gate1[switch, 0].mean() > 2 * gate1[~switch, 0].mean()
    assert gate2[~switch, 1].mean() > 2 * gate2[switch, 1].mean()
    # what is never asked for is shut
    assert max(gate1[:, 1:].mean(), gate2[:, 2].mean()) < 0.5 * gate1[switch, 0].mean()


def test_codes_are_the_sources_behind_gates(rng: np.random.Generator) -> None:
    X1, X2, y, _ = switched(rng, 400)
    model = quick(steps=50).fit(X1, X2, y)
    Z1, Z2 = model.transform(X1, X2)
    gate1, gate2 = model.gates(X1, X2)
    z1, z2 = ((X - X.mean(axis=0)) / X.std(axis=0) for X in (X1, X2))
    assert pytest.approx(gate1 * z1, abs=1e-5) == Z1
    assert pytest.approx(gate2 * z2, abs=1e-5) == Z2
    assert strength(Z1, Z2).kind != "strong"  # tied, not alike


def test_a_price_that_is_too_high_shuts_all(rng: np.random.Generator) -> None:
    X1, X2, y, _ = switched(rng, 1000)
    usual, dear = quick(steps=200).fit(X1, X2, y), quick(steps=200, price=100.0).fit(X1, X2, y)
    assert dear.gates(X1, X2)[0].mean() < 0.05 < usual.gates(X1, X2)[0].mean()


def test_the_gated_multimodal_unit(rng: np.random.Generator) -> None:
    """One gate weighs both sources: what one gains the other loses."""
    model = quick(form="unit").fit(*switched(rng)[:3])
    X1, X2, y, switch = switched(rng, 1000)
    assert model.score(X1, X2, y) > 0.9
    gate1, gate2 = model.gates(X1, X2)
    assert gate1 + gate2 == pytest.approx(np.ones_like(gate1))
    Z1, Z2 = model.transform(X1, X2)
    assert Z1.shape == (1000, 16)
    assert (np.abs(Z1) <= gate1 + 1e-6).all() and (np.abs(Z2) <= gate2 + 1e-6).all()
    share = np.abs(Z1).sum(axis=1) / (np.abs(Z1) + np.abs(Z2)).sum(axis=1)
    assert share[switch].mean() > share[~switch].mean() + 0.1


def test_a_missing_source_is_at_its_average(rng: np.random.Generator) -> None:
    X1, X2, y, _ = switched(rng, 400)
    model = quick(steps=50).fit(X1, X2, y)
    alone, none = model.transform(X1)
    average = np.tile(X2.mean(axis=0), (400, 1))
    assert none is None
    assert alone == pytest.approx(model.transform(X1, average)[0], abs=1e-6)
    assert model.predict_proba(X1).sum(axis=1) == pytest.approx(np.ones(400))
    assert model.predict(None, X2).dtype == bool


def test_resumed_and_the_same_bits(rng: np.random.Generator, tmp_path: Path) -> None:
    X1, X2, y, _ = switched(rng, 300)

    def stop(done: int, of: int, score: float) -> None:
        if done == 3:
            raise KeyboardInterrupt

    path = tmp_path / "c.pt"
    whole = quick(steps=20).fit(X1, X2, y)
    again = clone(whole).fit(X1, X2, y)
    with pytest.raises(KeyboardInterrupt):
        quick(steps=20, checkpoint=path, progress=stop).fit(X1, X2, y)
    resumed = quick(steps=20, checkpoint=path).fit(X1, X2, y)
    for other in (again, resumed):
        assert np.array_equal(other.predict_proba(X1, X2), whole.predict_proba(X1, X2))
    with pytest.raises(InvalidInput, match="of another training: its data is"):
        quick(steps=20, checkpoint=path).fit(X1, X2, ~y)


def test_refusals(rng: np.random.Generator) -> None:
    X1, X2, y, _ = switched(rng, 100)
    for target, words in (
        (None, "GatedCoordination needs y"),
        (y[:-1], "got 100 in x1 and x2, and 99 in y"),
        (np.ones(100), "single class"),
    ):
        with pytest.raises(InvalidInput, match=words):
            quick().fit(X1, X2, target)


def test_the_unit_by_its_equations(rng: np.random.Generator) -> None:
    """h = g tanh(W1 x1) + (1 - g) tanh(W2 x2), g = s(both): Arevalo et al., equation 1."""
    import torch

    from pid.estimators.coordination.gated import Unit

    unit = Unit((3, 2), 4, 5)
    x1, x2 = (torch.from_numpy(rng.normal(size=(6, d)).astype(np.float32)) for d in (3, 2))
    with torch.no_grad():
        seen = unit(x1, x2)
        g = 1 / (1 + torch.exp(-unit.gate(torch.cat([x1, x2], dim=1))))
        h1, h2 = torch.tanh(unit.first(x1)), torch.tanh(unit.second(x2))
        h = g * h1 + (1 - g) * h2
        assert torch.allclose(seen.z1 + seen.z2, h, atol=1e-6)
        assert torch.allclose(seen.z1, g * h1, atol=1e-6)
        assert torch.allclose(seen.logits, unit.head(h), atol=1e-5)


def test_a_score_is_of_the_rows_and_classes_that_it_says(rng: np.random.Generator) -> None:
    X1, X2, y, _ = switched(rng, 200)
    model = quick(steps=20).fit(X1, X2, y)
    assert model.score(X1, X2, y) == (model.predict(X1, X2) == y).mean()
    with pytest.raises(InvalidInput, match="y must have one row per sample; got 1 for 200"):
        model.score(X1, X2, y[:1])
    with pytest.raises(InvalidInput, match="y has none of the classes of training"):
        model.score(X1, X2, y.astype(str))
