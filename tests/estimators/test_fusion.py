"""Fusion models learn what their form can hold, and nothing else."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

import pid
from pid.errors import InvalidInput

pytestmark = pytest.mark.extras

KINDS = (
    *("additive", "agree", "align", "elementwise", "tensor", "low-rank", "multiplicative"),
    *("early", "attention", "reconstruction"),
)
Samples = tuple[np.ndarray, np.ndarray]


@pytest.fixture(scope="module")
def sources() -> Samples:
    X1, X2 = np.random.default_rng(0).normal(size=(2, 2000, 3))
    return X1, X2


def accuracy(kind: str, sources: Samples, y: np.ndarray) -> float:
    from pid.estimators import FusionClassifier

    X1, X2 = sources
    model = FusionClassifier(kind).fit(X1[:1500], X2[:1500], y[:1500])
    return float((model.predict(X1[1500:], X2[1500:]) == y[1500:]).mean())


def test_what_is_alike_costs_nothing() -> None:
    """Penalties: 0 where the sources agree, most where they are opposite, between in between."""
    import torch

    from pid.estimators.fusion.late import AGREE, ALIGN, Agree, Align
    from pid.estimators.fusion.model import HIDDEN

    h = torch.randn(50, HIDDEN, generator=torch.Generator().manual_seed(0))
    align, agree = Align((3, 3), 2), Agree((3, 3), 2)
    agree.head2 = agree.head1
    with torch.no_grad():
        assert float(align.penalty(h, 2 * h, h, h)) == pytest.approx(0, abs=1e-6)
        assert float(align.penalty(h, -h, h, h)) == pytest.approx(2 * ALIGN, rel=1e-6)
        assert float(agree.penalty(h, h, h, h)) == 0
        assert 0 < float(agree.penalty(h, -h, h, h)) < 2 * AGREE


def test_a_tensor_product_has_each_source_alone() -> None:
    """Beside what is silent, a source still says what it says."""
    import torch

    from pid.estimators.fusion.model import HIDDEN
    from pid.estimators.fusion.products import TensorProduct

    h = torch.randn(20, HIDDEN, generator=torch.Generator().manual_seed(0))
    for silent in (1, 2):
        model = TensorProduct((3, 3), 2)
        layer = getattr(model, f"small{silent}")
        with torch.no_grad():
            layer.weight.zero_()
            layer.bias.zero_()
            assert model.fuse(h, h).std(dim=0).min() > 0.01


def test_the_kinds() -> None:
    from pid.estimators.fusion import KINDS as KNOWN

    assert KNOWN == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_one_source_is_enough(kind: str, sources: Samples) -> None:
    assert accuracy(kind, sources, sources[0][:, 0] > 0) > 0.93


@pytest.mark.parametrize("kind", KINDS)
def test_a_product_needs_more_than_a_sum(kind: str, sources: Samples) -> None:
    """Neither source alone says anything of the sign of a product: a sum of both is chance."""
    X1, X2 = sources
    found = accuracy(kind, sources, X1[:, 0] * X2[:, 0] > 0)
    if kind in ("additive", "agree", "align"):
        assert found < 0.6
    else:
        assert found > 0.85


@pytest.mark.slow
def test_the_profile_of_a_model_is_that_of_its_form(sources: Samples) -> None:
    """On a target with synergy and unique information, an additive model has less synergy."""
    from pid.estimators import FusionClassifier

    X1, X2 = sources
    y = (np.sign(X1[:, 0] * X2[:, 0]) + 0.8 * X1[:, 1] > 0).astype(int)
    models = {kind: FusionClassifier(kind).fit(X1[:1000], X2[:1000], y[:1000]) for kind in KINDS}
    chosen = {kind: models[kind] for kind in ("additive", "tensor")}
    signs = [np.column_stack([X[1000:, 0] > 0, X[1000:, 1] > 0]) for X in sources]
    said = {kind: m.predict(X1[1000:], X2[1000:]) for kind, m in chosen.items()}
    found = pid.compare(said, signs[0], signs[1], y[1000:])
    difference = found.difference("additive", "tensor")
    assert difference.interval["synergy"][0] > 0
    assert difference.p["accuracy"] < 0.01


@pytest.mark.parametrize("kind", ["early", "attention"])
def test_the_same_bits(kind: str, sources: Samples) -> None:
    from pid.estimators import FusionClassifier

    X1, X2 = (X[:300] for X in sources)
    y = X1[:, 0] > 0
    model = FusionClassifier(kind, random_state=3)
    first, second = (clone(model).fit(X1, X2, y).predict_proba(X1, X2) for _ in range(2))
    assert np.array_equal(first, second)
    assert first.sum(axis=1) == pytest.approx(np.ones(300))
    other = FusionClassifier(kind, random_state=4).fit(X1, X2, y).predict_proba(X1, X2)
    assert not np.array_equal(first, other)


def test_a_missing_source_counts_as_the_average(sources: Samples) -> None:
    from pid.estimators import FusionClassifier

    X1, X2 = sources
    model = FusionClassifier("additive").fit(X1, X2, X1[:, 0] > 0)
    average = np.tile(X2.mean(axis=0), (len(X1), 1))
    alone = model.predict_proba(X1, None)
    assert alone == pytest.approx(model.predict_proba(X1, average), abs=1e-5)
    assert (model.predict(X1, None) == (X1[:, 0] > 0)).mean() > 0.93
    assert (model.predict(None, X2) == (X1[:, 0] > 0)).mean() < 0.6


def test_symbols_and_names() -> None:
    from pid.estimators import FusionClassifier

    rng = np.random.default_rng(0)
    words = pd.Series(rng.choice(["red", "green"], 600), name="colour")
    number = pd.Series(rng.integers(2, size=600), name="n")
    y = np.where((words == "red") ^ (number == 1), "yes", "no")
    model = FusionClassifier("multiplicative").fit(words, number, y)
    assert (model.predict(words, number) == y).all()
    assert model.classes_ == ("no", "yes")
    with pytest.warns(UserWarning, match="symbols in 1 of 1 rows that training had not"):
        unknown = model.predict_proba(pd.Series(["blue"]), pd.Series([1]))
    assert np.isfinite(unknown).all()


@pytest.mark.parametrize(
    ("options", "change", "message"),
    [
        ({"kind": "late"}, {}, "kind must be 'additive', .*; got 'late'"),
        ({"random_state": -1}, {}, "random_state must be an integer"),
        ({"device": "abacus"}, {}, "torch cannot use device 'abacus'"),
        ({}, {"y": np.zeros(30)}, "y has a single class"),
        ({}, {"y": np.arange(29) % 2}, "one row per sample each"),
        ({}, {"X1": np.full((30, 2), np.nan)}, "missing"),
    ],
)
def test_what_cannot_be_trained(
    options: dict[str, Any], change: dict[str, Any], message: str
) -> None:
    from pid.estimators import FusionClassifier

    rng = np.random.default_rng(0)
    data = {"X1": rng.normal(size=(30, 2)), "X2": rng.normal(size=(30, 2)), "y": np.arange(30) % 2}
    with pytest.raises(InvalidInput, match=message):
        FusionClassifier(**options).fit(**{**data, **change})


def test_constant_and_swapped_columns() -> None:
    from pid.estimators import FusionClassifier

    rng = np.random.default_rng(0)
    X1 = pd.DataFrame({"a": rng.normal(size=300), "b": np.full(300, 0.1)})
    X2 = rng.normal(size=(300, 1))
    model = FusionClassifier("early").fit(X1, X2, X1["a"] > 0)
    moved = X1.assign(b=0.1 + 1e-9)
    assert np.array_equal(model.predict_proba(moved, X2), model.predict_proba(X1, X2))
    with pytest.raises(InvalidInput, match="x1 has column 'b' where it had 'a' in training"):
        model.predict(X1[["b", "a"]], X2)
    assert model.predict(X1.to_numpy(), X2).shape == (300,)
    with pytest.raises(InvalidInput, match="not trained yet; call fit first"):
        FusionClassifier().predict(X1, X2)


def test_what_cannot_be_asked(sources: Samples) -> None:
    from pid.estimators import FusionClassifier

    X1, X2 = (X[:100] for X in sources)
    model = FusionClassifier().fit(X1, X2, X1[:, 0] > 0)
    with pytest.raises(InvalidInput, match="both sources are missing"):
        model.predict_proba(None, None)
    with pytest.raises(InvalidInput, match="x1 has 2 columns, and had 3 in training"):
        model.predict_proba(X1[:, :2], X2)
    with pytest.raises(InvalidInput, match="x1 has 100 rows and x2 50"):
        model.predict_proba(X1, X2[:50])
    with pytest.raises(InvalidInput, match="at least 10 rows to train on; got 6"):
        FusionClassifier().fit(X1[:6], X2[:6], [0, 1] * 3)
