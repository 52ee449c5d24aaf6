"""Continuous problems: their atoms by another route, and samples that follow them."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

import pid
from pid.datasets import continuous
from pid.datasets._densities import Mixture, draw, grid, normal_copula, pooled
from pid.errors import InvalidInput

# Published with the problems: quadrature on 240 bins a source, 120 for four classes.
KNOWN = {
    "and": (0.3113, 0, 0, 0.5),
    "xor": (0, 0, 0, 1),
    "table332": (0.1120, 0.0073, 0.0365, 0.4799),
    "mixture": (0.1675, 0.1179, 0.0704, 0.0939),
    "copula": (0.1667, 0.1058, 0.0791, 0.2563),
    "four": (0.2332, 0.6200, 0.5135, 0.1866),
    "angle30": (0.3191, 0.3447, 0, 0.0962),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_atoms(name: str) -> None:
    found = continuous.make(name, n=10)
    assert tuple(found.atoms.values()) == pytest.approx(KNOWN[name], abs=6e-4)
    assert found.name == ("angle 30" if name == "angle30" else name)


@pytest.mark.parametrize("name", continuous.PROBLEMS)
def test_samples(name: str) -> None:
    one, again, other = (continuous.make(name, n=200, random_state=s) for s in (1, 1, 2))
    assert np.array_equal(one.X1, again.X1)
    assert np.array_equal(one.y, again.y)
    assert not np.array_equal(one.X1, other.X1)
    assert one.X1.shape == one.X2.shape == (200, 1 if name == "angle30" else 20)
    assert np.isfinite(one.X1).all()
    assert one.y.dtype.kind == "i"


def test_mixtures(rng: np.random.Generator) -> None:
    mixture = Mixture(((0.3, -2, 0.5), (0.7, 1, 2)))
    u = np.linspace(0.001, 0.999, 50)
    assert mixture.cdf(mixture.quantile(u)) == pytest.approx(u, abs=1e-12)
    both = pooled([mixture, Mixture(((1, 0, 1),))], [0.25, 0.75])
    assert sum(w for w, _, _ in both.components) == pytest.approx(1)
    x = rng.normal(size=5)
    single = Mixture(((1, 0, 1),))
    assert both.cdf(x) == pytest.approx(0.25 * mixture.cdf(x) + 0.75 * single.cdf(x))


@pytest.mark.parametrize("rho", [-0.9, 0.0, 0.5, 0.95])
def test_copula_by_another_route(rho: float) -> None:
    u, v = np.meshgrid([0.02, 0.3, 0.5, 0.99], [0.1, 0.5, 0.97])
    points = np.stack([Mixture(((1, 0, 1),)).quantile(w) for w in (u, v)], axis=-1)
    expected = multivariate_normal(cov=[[1, rho], [rho, 1]]).cdf(points)
    assert normal_copula(u, v, rho) == pytest.approx(expected, abs=1e-5)
    ends = np.array([0.0, 1.0])
    assert np.array_equal(normal_copula(ends, np.array([0.4, 0.4]), rho), [0, 0.4])


def test_the_grid_is_what_samples_fill(rng: np.random.Generator) -> None:
    first = [Mixture(((1, -1, 1),)), Mixture(((0.5, 2, 0.7), (0.5, -1, 1)))]
    second = [Mixture(((1, 0, 2),)), Mixture(((1, 1, 1),))]
    p_y, rho = (0.3, 0.7), (0.8, -0.6)
    table = grid(first, second, p_y, rho, 4)
    assert table.sum(axis=(1, 2)) == pytest.approx(0.25)
    assert table.sum(axis=(0, 1)) == pytest.approx(p_y)
    x1, x2, y = draw(first, second, p_y, rho, 200_000, rng)
    cells = [
        np.searchsorted(pooled(of, p_y).quantile(np.array([0.25, 0.5, 0.75])), x)
        for of, x in ((first, x1), (second, x2))
    ]
    counts = np.zeros((4, 4, 2))
    np.add.at(counts, (*cells, y), 1 / len(y))
    assert counts == pytest.approx(table, abs=4e-3)


def test_finer_grids_agree() -> None:
    """Bins can only lose: the total grows towards the truth, and hardly at the end."""
    first = [Mixture(((1, -1, 1),)), Mixture(((1, 1, 1),))]
    totals = [
        pid.decompose(grid(first, first, (0.5, 0.5), (0.5, -0.5), bins)).total
        for bins in (20, 60, 180)
    ]
    assert totals[0] < totals[1] < totals[2]
    assert totals[2] - totals[1] < 2e-3


def test_the_angle_turns_unique_into_shared_information() -> None:
    flat, middle, steep = (continuous.angle(a, n=5).atoms for a in (0, 45, 90))
    assert flat["unique1"] == pytest.approx(steep["unique2"], abs=1e-6)
    assert flat["redundancy"] == pytest.approx(0, abs=1e-6)
    assert middle["unique1"] == pytest.approx(0, abs=1e-6)
    assert middle["redundancy"] > 0.4
    for atoms in (flat, middle, steep):
        assert sum(atoms.values()) == pytest.approx(0.76, abs=1e-3)


def test_polar_coordinates_say_the_same_in_all() -> None:
    polar, cartesian = (continuous.angle(20, n=50, polar=p) for p in (True, False))
    assert sum(polar.atoms.values()) == pytest.approx(sum(cartesian.atoms.values()), abs=1e-3)
    assert polar.atoms["redundancy"] == pytest.approx(0, abs=1e-6)
    assert pytest.approx(np.hstack([cartesian.X1, cartesian.X2])) == polar.X1 * polar.X2


def test_refusals() -> None:
    with pytest.raises(InvalidInput, match=r"name must be 'and', 'xor', .*; got 'nor'"):
        continuous.make("nor")
    with pytest.raises(InvalidInput, match="n must be an integer of at least 1; got 0"):
        continuous.make("xor", n=0)
    with pytest.raises(InvalidInput, match="an entry per class each"):
        continuous.densities([((1, 0, 1),)], [((1, 0, 1),)], (0.5, 0.5))
    with pytest.raises(InvalidInput, match="4 nuisances need at least 5 dimensions; got 3"):
        continuous.densities([((1, 0, 1),)] * 2, [((1, 0, 1),)] * 2, (0.5, 0.5), dimensions=3)


@pytest.mark.parametrize("name", [*continuous.PROBLEMS, "polar"])
def test_posteriors_are_those_of_the_samples(name: str) -> None:
    """Mean posterior of a bin is the share of y in it, and their informations are the truth."""
    if name == "polar":
        data = continuous.angle(30, 20_000, polar=True)
    else:
        data = continuous.make(name, 20_000, random_state=0)
    assert data.posteriors is not None
    right = np.eye(data.posteriors[0].shape[1])[data.y]
    known = data.atoms["redundancy"]
    informations = (
        known + data.atoms["unique1"],
        known + data.atoms["unique2"],
        sum(data.atoms.values()),
    )
    for p, information in zip(data.posteriors, informations, strict=True):
        assert p.sum(axis=1) == pytest.approx(1)
        for k in range(p.shape[1]):
            order = np.argsort(p[:, k], kind="stable").reshape(20, -1)
            assert right[order, k].mean(axis=1) == pytest.approx(p[order, k].mean(axis=1), abs=0.06)
        p_y = right.mean(axis=0)
        said = np.log2(p[right == 1]).mean() - p_y @ np.log2(p_y)
        assert said == pytest.approx(information, abs=0.02)
