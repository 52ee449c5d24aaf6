"""The space behind damaged views: what it must find, and that its objective never rises."""

from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

from pid.errors import InvalidInput
from pid.estimators.base import NotFitted
from pid.estimators.coordination import IntactSpace

Array = np.ndarray


def views(rng: np.random.Generator, maps: Array, n: int = 400, damaged: float = 0.1) -> Any:
    """Three straight views of a latent of three numbers, and which rows of which are damaged."""
    latent = rng.normal(size=(n, 3))
    found, hit = [], []
    for W in maps:
        view = latent @ W + 0.1 * rng.normal(size=(n, 8))
        bad = rng.random(n) < damaged
        view[bad] = 4 * rng.standard_t(2, size=(int(bad.sum()), 8))
        found.append(view)
        hit.append(bad)
    return latent, found, np.column_stack(hit)


@pytest.fixture
def maps(rng: np.random.Generator) -> Array:
    return rng.normal(size=(3, 3, 8))


def explained(Z: Array, latent: Array, Z_new: Array, latent_new: Array) -> float:
    """Held-out share of the variance of the latent that a linear map of the code tells."""
    A, B = (np.column_stack([X, np.ones(len(X))]) for X in (Z, Z_new))
    left = latent_new - B @ np.linalg.lstsq(A, latent, rcond=None)[0]
    return 1 - float((left**2).sum() / ((latent_new - latent_new.mean(axis=0)) ** 2).sum())


@pytest.mark.parametrize("damaged", [0.0, 0.1, 0.3])
def test_the_latent_is_found_and_damage_too(
    damaged: float, maps: Array, rng: np.random.Generator
) -> None:
    latent, X, hit = views(rng, maps, damaged=damaged)
    new, Y, hit_new = views(rng, maps, damaged=damaged)
    model = IntactSpace(n_components=3).fit(*X)
    sound = (~hit_new).any(axis=1)  # nobody knows the others
    found = explained(model.transform(*X), latent, model.transform(*Y)[sound], new[sound])
    assert found > 0.97
    if damaged:
        for weights, bad in ((model.weights_, hit), (model.weights(*Y), hit_new)):
            assert weights[bad].max() < 0.1 < np.quantile(weights[~bad], 0.01)
        squares = IntactSpace(n_components=3, loss="squares").fit(*X)
        found = explained(squares.transform(*X), latent, squares.transform(*Y)[sound], new[sound])
        assert found < 0.5


def test_the_objective_never_rises(maps: Array, rng: np.random.Generator) -> None:
    for loss in ("cauchy", "squares"):
        model = IntactSpace(n_components=2, loss=loss, tol=1e-12)
        path = model.fit(*views(rng, maps, damaged=0.3)[1]).objective_
        assert len(path) > 20
        assert (np.diff(path) <= 1e-9 * np.abs(path[:-1])).all()


def test_codes_and_maps_are_stationary(maps: Array, rng: np.random.Generator) -> None:
    """No small step from what was found lowers the objective."""
    _, X, _ = views(rng, maps)
    model = IntactSpace(n_components=3, tol=1e-13, max_iter=3000).fit(*X)
    seen = model._views(tuple(X))
    x = model.transform(*X)
    least = model._objective(model._residuals(seen, x), x)
    assert least == pytest.approx(model.objective_[-1], rel=1e-6)
    step = rng.normal(size=x.shape)
    for size in (1e-4, -1e-4):
        moved = x + size * step
        assert model._objective(model._residuals(seen, moved), moved) > least
    W = model._maps[0].copy()
    for size in (1e-4, -1e-4):
        model._maps[0] = W + size * rng.normal(size=W.shape)
        assert model._objective(model._residuals(seen, x), x) > least - 1e-7 * least


def test_squares_are_principal_components(maps: Array, rng: np.random.Generator) -> None:
    """Without damage and next to no penalty: the span of the first components of all columns."""
    _, X, _ = views(rng, maps, damaged=0)
    model = IntactSpace(n_components=3, loss="squares", penalty=1e-9).fit(*X)
    scaled = np.hstack([z for z in model._views(tuple(X)) if z is not None])
    U = np.linalg.svd(scaled, full_matrices=False)[0][:, :3]
    Q = np.linalg.qr(model.transform(*X))[0]
    assert np.linalg.svd(U.T @ Q)[1] == pytest.approx([1, 1, 1], abs=1e-4)


def test_views_that_are_missing(maps: Array, rng: np.random.Generator) -> None:
    """Two views say what three do; the weight of one that is not there is 0."""
    latent, X, _ = views(rng, maps, damaged=0)
    model = IntactSpace(n_components=3).fit(*X)
    whole = model.transform(*X)
    for given in ((X[0], X[1]), (X[0], X[1], None), (None, X[1], X[2])):
        assert explained(whole, latent, model.transform(*given), latent) > 0.98
    assert (model.weights(None, X[1], X[2])[:, 0] == 0).all()
    assert model.score(None, X[1], X[2]) > 0.9
    with pytest.raises(InvalidInput, match="all sources are missing"):
        model.transform(None, None, None)
    with pytest.raises(InvalidInput, match="was fitted on 3 sources; got 4"):
        model.transform(*X, X[0])


def test_a_view_far_out_is_as_good_as_missing(maps: Array, rng: np.random.Generator) -> None:
    """A straight lie of the size of 1,000 does not decide what the other views are."""
    _, X, _ = views(rng, maps, damaged=0)
    model = IntactSpace(n_components=3).fit(*X)
    lie = 1_000 * rng.normal(size=(400, 3)) @ maps[1]
    assert model.transform(X[0], lie, X[2]) == pytest.approx(
        model.transform(X[0], None, X[2]), abs=0.05
    )
    assert model.weights(X[0], lie, X[2])[:, 1].max() < 1e-3


def test_rows_do_not_depend_on_each_other(maps: Array, rng: np.random.Generator) -> None:
    _, X, _ = views(rng, maps)
    model = IntactSpace(n_components=3).fit(*X)
    some = model.transform(*(x[:7] for x in X))
    assert some == pytest.approx(model.transform(*X)[:7], abs=1e-6)


def test_the_contract_and_odd_input(maps: Array, rng: np.random.Generator) -> None:
    _, X, _ = views(rng, maps)
    model = IntactSpace(n_components=3)
    with pytest.raises(NotFitted):
        model.transform(*X)
    first, second = (clone(model).fit(*X).transform(*X) for _ in range(2))
    assert np.array_equal(first, second)
    units = [X[0] * 1e6 + 3, X[1], X[2]]
    assert clone(model).fit(*units).weights_ == pytest.approx(model.fit(*X).weights_, abs=1e-6)
    odd = np.column_stack([X[0], X[0][:, 0], np.ones(400), X[0][:, 1] > 0])
    assert np.isfinite(IntactSpace(n_components=3).fit(odd, X[1]).transform(odd)).all()
    few = IntactSpace(n_components=9).fit(X[0][:, :2], X[1][:, :3])
    assert "5 components, as all views have no more columns or rows" in few.notes_
    short = IntactSpace(n_components=3, max_iter=21, tol=1e-12).fit(*X)
    assert any("still fell after 21 rounds" in note for note in short.notes_)
    assert not any("decide what is found" in note for note in model.notes_)
    squares = IntactSpace(loss="squares").fit(*X)
    assert any("decide what is found" in note for note in squares.notes_)
    with pytest.raises(InvalidInput, match="400 in x2 and 399 in x3"):
        model.fit(X[0], X[1], X[2][:-1])


def test_the_objective_by_its_equation(maps: Array, rng: np.random.Generator) -> None:
    """Sum of c^2 log(1 + r^2 / c^2), and ridges on codes and maps."""
    _, X, _ = views(rng, maps, n=60)
    model = IntactSpace(n_components=3).fit(*X)
    seen, x = model._views(tuple(X)), rng.normal(size=(60, 3))
    by_hand = model.penalty * (x**2).sum()
    for z, W, c2 in zip(seen, model._maps, model._scales, strict=True):
        assert z is not None
        for row, code in zip(z, x, strict=True):
            by_hand += c2 * np.log(1 + ((row - code @ W) ** 2).sum() / c2)
        by_hand += model._map_penalty * (W**2).sum()
    assert model._objective(model._residuals(seen, x), x) == pytest.approx(by_hand)
