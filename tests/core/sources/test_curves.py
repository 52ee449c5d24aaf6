"""Hulls of ROC curves: against the solver of two sources, and the bound of multipliers."""

import numpy as np
import pytest

import pid
from pid.core.sources import curves
from pid.core.sources.table import information
from scripts.source_problems import Array


def sources(seed: int, k: int, *, zeros: bool = False) -> tuple[list[Array], Array]:
    """Masses (n, 2) of sources with one p(y)."""
    rng = np.random.default_rng(seed)
    p_y = rng.dirichlet([1, 1])
    found = []
    for _ in range(k):
        n = int(rng.integers(1, 7))
        m = rng.dirichlet(np.full(n, 0.5), size=2).T * p_y
        if zeros and n > 2:
            m[0, 0] = m[1, 1] = 0
        found.append(m / m.sum(axis=0) * p_y)
    return found, p_y


def joined(of: list[Array], p_y: Array) -> curves.Hull:
    return curves.join([curves.curve(m, p_y) for m in of])


@pytest.mark.parametrize("zeros", [False, True])
@pytest.mark.parametrize("seed", range(20))
def test_two_sources(seed: int, zeros: bool) -> None:
    (first, second), p_y = sources(seed, 2, zeros=zeros)
    coupled = first[:, None] * second[None] / p_y
    d = pid.decompose(coupled, unit="nat")
    assert d.certificate is not None
    told = curves.information(joined([first, second], p_y))
    assert told == pytest.approx(d.certificate.primal, abs=1e-12)


@pytest.mark.parametrize("zeros", [False, True])
@pytest.mark.parametrize("seed", range(20))
def test_the_bound_is_tight(seed: int, zeros: bool) -> None:
    of, p_y = sources(seed, 5, zeros=zeros)
    hull = joined(of, p_y)
    assert curves.bound(hull, of) == pytest.approx(curves.information(hull), abs=1e-13)
    assert curves.information(hull) >= max(information(m, p_y) for m in of) - 1e-15


@pytest.mark.parametrize("seed", range(20))
def test_any_hull_gives_a_bound(seed: int) -> None:
    """Thresholds that were shared out for other sources prove less, and never too much."""
    of, p_y = sources(seed, 4)
    rng = np.random.default_rng(seed)
    owner = rng.integers(4, size=9)
    other = curves.Hull(np.sort(rng.random((9, 2)), axis=0) * p_y, owner)
    other.vertices[[0, -1]] = [0, 0], p_y
    assert curves.bound(other, of) <= curves.information(joined(of, p_y)) + 1e-12


@pytest.mark.parametrize("seed", range(20))
def test_multipliers_are_feasible(seed: int) -> None:
    of, p_y = sources(seed, 3, zeros=True)
    hull = joined(of, p_y)
    lam = [curves.multipliers(hull, i, m) for i, m in enumerate(of)]
    x = lam[0][:, None, None] + lam[1][None, :, None] + lam[2][None, None]
    assert np.exp(x).sum(axis=-1).max() <= 1 + 1e-12


def test_a_curve_may_begin_upright() -> None:
    """A symbol that never occurs with the one class decides without error."""
    p_y = np.array([0.5, 0.5])
    m = np.array([[0.0, 0.3], [0.5, 0.2]])
    hull = curves.join([curves.curve(m, p_y)])
    assert hull.vertices.tolist() == [[0, 0], [0, 0.3], [0.5, 0.5]]
    assert curves.information(hull) == pytest.approx(information(m, p_y), abs=1e-15)


@pytest.mark.parametrize("upright", [False, True])
def test_many_points(upright: bool) -> None:
    """What is taken out together is on no hull."""
    rng = np.random.default_rng(0)
    p_y = np.array([0.4, 0.6])
    of = []
    for _ in range(40):
        m = rng.dirichlet(np.full(50, 0.2), size=2).T * p_y
        if upright:
            m[:5, 0] = 0
        of.append(m / m.sum(axis=0) * p_y)
    made = [curves.curve(m, p_y) for m in of]
    slowly = made[0]
    for one in made[1:]:
        slowly = curves.join([slowly, one]).vertices
    hull = curves.join(made)
    assert np.allclose(hull.vertices[0], 0)
    assert curves.information(hull) == pytest.approx(
        curves.information(curves.Hull(slowly, np.zeros(len(slowly), dtype=int))), abs=1e-14
    )


def test_order_of_sources_and_symbols() -> None:
    of, p_y = sources(3, 4)
    told = curves.information(joined(of, p_y))
    assert curves.information(joined([m[::-1] for m in of[::-1]], p_y)) == pytest.approx(told)
