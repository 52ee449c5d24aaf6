"""What is asked for is in the common factor, the rest in the private ones, nothing in both."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pid.errors import InvalidInput

pytestmark = pytest.mark.extras

Array = np.ndarray


def rows(rng: np.random.Generator, n: int = 1500) -> tuple[Array, Array, Array]:
    """A bit that both sources have, beside two numbers of each; mixed, in units of their own."""
    bit = rng.integers(2, size=n)
    first, second = rng.normal(size=(2, n, 2))
    sources = []
    for own, seed in ((first, 1), (second, 2)):
        inner = np.column_stack([2 * bit - 1 + 0.25 * rng.normal(size=n), own])
        mixing = np.linalg.qr(np.random.default_rng(seed).normal(size=(5, 3)))[0]
        sources.append(7 + 3 * inner @ mixing.T)
    return sources[0], sources[1], bit


def quick(**options: Any) -> Any:
    from pid.estimators.fission import FactorizedGenerative

    return FactorizedGenerative(**{"n_common": 3, "n_private": 3, "steps": 300} | options)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["covariance", "hsic"])
def test_the_label_is_in_the_common_factor_alone(kind: str, rng: np.random.Generator) -> None:
    model = quick(independence=kind).fit(*rows(rng))
    X1, X2, y = rows(rng)
    found = model.audit(X1, X2, y)
    assert max(told.value for told in found.told.values()) < 0.1
    assert model.score(X1, X2, y) > 0.99
    assert model.score(X1, None, y) > 0.99  # both have the bit
    assert model.score(None, X2, y) > 0.99
    for made, X in zip(model.inverse_transform(model.transform(X1, X2)), (X1, X2), strict=True):
        assert ((made - X) ** 2).mean() < 0.05 * X.var()
    partners = np.roll(np.arange(len(y)), 1)
    assert (model.predict(*model.swap(X1, X2, partners)) == y[partners]).mean() > 0.98


@pytest.mark.slow
def test_what_asks_for_nothing_leaves_the_label_anywhere(rng: np.random.Generator) -> None:
    """The audit says so by both measures, on rows of the fit and on others."""
    model = quick(independence=None).fit(*rows(rng))
    for found in (model.audit_, model.audit(*rows(rng))):
        assert found.told["private1"].low > 0.3
        assert found.dependence["common", "private1"].p < 0.05
        assert 0.99 < found.entropy <= 1
    assert "HSIC of common and private1" in repr(model)
    assert "private2 tells" in repr(model)


def test_sources_are_made_in_their_units(rng: np.random.Generator) -> None:
    X1, X2, y = rows(rng, 400)
    X1[:, 0] = 5.0  # says nothing, and comes back
    model = quick(steps=60).fit(X1, X2, y)
    factors = model.transform(X1, X2)
    first, second = model.inverse_transform(factors)
    assert (first[:, 0] == 5.0).all()
    assert second.shape == X2.shape
    assert abs(second.mean(axis=0) - X2.mean(axis=0)).max() < 1
    alone = model.inverse_transform(factors._replace(private2=None))
    assert alone[1] is None
    assert np.array_equal(alone[0], first)


def test_symbols_come_back_as_symbols(rng: np.random.Generator) -> None:
    """As many columns as there were, of the values that training had."""
    y = rng.integers(3, size=600)
    words = np.array(["blue", "green", "red"])
    X1 = np.column_stack([words[y], rng.choice(["in", "out"], size=600)])
    model = quick(steps=100).fit(X1, rng.normal(size=(600, 2)) + y[:, None], words[y])
    made, _ = model.inverse_transform(model.transform(X1, None))
    assert made.shape == X1.shape
    assert (made == X1).mean() > 0.95
    assert set(np.unique(model.impute(None, rng.normal(size=(9, 2)))[:, 0])) <= set(words)


def test_a_missing_source(rng: np.random.Generator) -> None:
    """Its private factor is not there, and what is imputed is nearer than the mean."""
    model = quick(steps=150).fit(*rows(rng))
    X1, X2, _ = rows(rng)
    factors = model.transform(X1)
    assert factors.private2 is None
    assert factors.common.shape == factors.private1.shape == (1500, 3)
    assert np.array_equal(factors.private1, model.transform(X1, X2).private1)
    imputed = model.impute(X1)
    assert ((imputed - X2) ** 2).sum() < 0.9 * ((X2.mean(axis=0) - X2) ** 2).sum()
    assert model.impute(None, X2).shape == X1.shape


def test_a_swap_with_oneself_changes_nothing(rng: np.random.Generator) -> None:
    X1, X2, y = rows(rng, 200)
    model = quick(steps=20).fit(X1, X2, y)
    made = model.inverse_transform(model.transform(X1, X2))
    for one, other in zip(model.swap(X1, X2, np.arange(200)), made, strict=True):
        assert np.array_equal(one, other)


def test_refusals(rng: np.random.Generator) -> None:
    X1, X2, y = rows(rng, 100)
    model = quick(steps=10)
    with pytest.raises(InvalidInput, match="not fitted yet"):
        model.inverse_transform((X1, X2, None))
    model.fit(X1, X2, y)
    refused: list[tuple[Callable[[], object], str]] = [
        (lambda: model.impute(X1, X2), "no source is missing"),
        (lambda: model.swap(X1, None, np.arange(100)), "a swap needs both sources"),
        (lambda: model.swap(X1, X2, np.arange(99)), r"each of 100 rows; got shape \(99,\)"),
        (lambda: model.swap(X1, X2, np.arange(1, 101)), "from 0 to 99; got 1 to 100"),
        (lambda: model.audit(X1, None, y), "an audit needs both sources"),
        (lambda: model.audit(X1, X2, np.append(y[1:], 2)), "had not, in row 99"),
    ]
    for call, words in refused:
        with pytest.raises(InvalidInput, match=words):
            call()
    common, private, other = model.transform(X1, X2)
    with pytest.raises(InvalidInput, match=r"private1 must have shape \(100, 3\)"):
        model.inverse_transform((common, private[:, :2], other))
    with pytest.raises(InvalidInput, match="common must have shape"):
        model.inverse_transform((None, private, other))


def test_factors_wider_than_the_data(rng: np.random.Generator) -> None:
    X1, X2, y = rows(rng, 200)
    model = quick(n_common=40, n_private=30, steps=20).fit(X1[:, :1], X2[:, :2], y)
    assert all(np.isfinite(z).all() for z in model.transform(X1[:, :1], X2[:, :2]))


@pytest.mark.parametrize("kind", ["price", "prior"])
def test_other_kinds_of_independence(kind: str, rng: np.random.Generator) -> None:
    X1, X2, y = rows(rng, 400)
    model = quick(independence=kind, steps=100).fit(X1, X2, y)
    assert model.score(X1, X2, y) > 0.9
    assert all(np.isfinite(z).all() for z in model.transform(X1, X2))


def test_penalties_are_0_of_independence_and_1_of_copies(rng: np.random.Generator) -> None:
    import torch

    from pid.estimators.coordination import kernel_alignment
    from pid.estimators.fission.penalties import cross_covariance, dependence, discrepancy, told

    a, b = (torch.from_numpy(z) for z in rng.normal(size=(2, 800, 1)))
    bent = a**2  # no correlation, and no independence
    assert float(cross_covariance(a, a)) == pytest.approx(1, abs=1e-3)
    assert float(cross_covariance(a, bent)) < 0.02 < 0.1 < float(dependence(a, bent))
    assert float(dependence(a, b)) < 0.02
    assert float(dependence(a, a)) == pytest.approx(1, abs=1e-3)
    standard = [(z - z.mean()) / z.std(correction=0) for z in (a, bent)]
    expected = kernel_alignment(standard[0].numpy(), standard[1].numpy(), width=1.0)
    assert float(dependence(a, bent)) == pytest.approx(expected, abs=1e-3)
    signs, coins = (a[:, 0] > 0).long(), torch.from_numpy(rng.integers(2, size=800))
    assert float(told(a, signs)) > 0.4
    assert float(told(a, coins)) < 0.02
    assert float(discrepancy(a, b)) < 0.01 < 0.2 < float(discrepancy(a, b + 2))


def test_the_two_measures(rng: np.random.Generator) -> None:
    """Closed forms: a factor that is the label tells all of it; one that is not, less than none."""
    from pid.estimators.fission.independence import independence_of, told_by

    y = np.repeat([0, 1], 300)
    sure = np.log(np.where(y[:, None] == [0, 1], 1 - 1e-9, 1e-9))
    assert told_by(sure, y, y).value == pytest.approx(1, abs=1e-6)
    assert told_by(np.full((600, 2), np.log(0.5)), y, y) == pytest.approx((0, 0, 0))
    quarter = np.log(np.where(y[:, None] == [0, 1], 0.75, 0.25))
    assert told_by(quarter, y, y).value == pytest.approx(1 + np.log2(0.75))
    a, b = rng.normal(size=(2, 600, 2))
    found = independence_of({"a": a, "b": b, "c": a**2}, {}, y, rng)
    assert found.dependence["a", "b"].p > 0.05
    assert found.dependence["a", "c"].p == pytest.approx(1 / 200)
    assert found.entropy == 1
