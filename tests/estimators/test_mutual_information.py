"""Informations that are known, by the rule and by estimators of single names."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.special import gammaln, psi
from sklearn.feature_selection import mutual_info_classif, mutual_info_regression

import pid
from pid.discretization.kmeans import normal_scores
from pid.estimators import mutual_information as mi
from pid.estimators.mutual_information import gaussian, student
from pid.estimators.mutual_information.curved import curvature, mean_given
from pid.estimators.mutual_information.neighbours import look
from pid.estimators.mutual_information.ratio import gaussian_ratio

N = 1000
BIT = np.log(2)
Generator = np.random.Generator


def vectors(rng: Generator, r: float, pairs: int, d: int = 1, n: int = N) -> tuple[Any, Any, float]:
    """Gaussian vectors whose first columns are correlated in pairs; and the truth in bits."""
    x, noise = rng.normal(size=(2, n, d))
    y = noise.copy()
    y[:, :pairs] = r * x[:, :pairs] + np.sqrt(1 - r**2) * noise[:, :pairs]
    return x, y, -pairs * np.log(1 - r**2) / 2 / BIT


def student_vectors(rng: Generator, nu: float, d: int) -> tuple[Any, Any, float]:
    """Uncorrelated vectors whose large values come together."""
    rows = rng.normal(size=(N, 2 * d)) / np.sqrt(rng.chisquare(nu, size=(N, 1)) / nu)

    def part(k: int) -> float:
        return float(gammaln((nu + k) / 2) - (nu + k) / 2 * psi((nu + k) / 2))

    return rows[:, :d], rows[:, d:], (part(0) + part(2 * d) - 2 * part(d)) / BIT


def spiral(x: Any) -> Any:
    angle = (x**2).sum(axis=1) / x.shape[1]
    turned = x.copy()
    turned[:, 0] = np.cos(angle) * x[:, 0] - np.sin(angle) * x[:, 1]
    turned[:, 1] = np.sin(angle) * x[:, 0] + np.cos(angle) * x[:, 1]
    return turned


@pytest.mark.parametrize(
    ("r", "pairs", "d", "off"), [(0.75, 1, 1, 0.08), (0.8, 2, 5, 0.15), (0.8, 2, 50, 0.2)]
)
def test_gaussian_vectors(r: float, pairs: int, d: int, off: float, rng: Generator) -> None:
    x, y, truth = vectors(rng, r, pairs, d)
    found = mi.estimate(x, y)
    assert found.value == pytest.approx(truth, abs=off)
    assert found.route == "gaussian copula" and not found.flags
    assert found.interval is not None and found.interval[0] < truth < found.interval[1]


def test_many_rows_and_columns_have_the_route_of_few(rng: Generator) -> None:
    """Whether a ratio averages 1 is seen from some of the rows: any, and not the least."""
    x, y, truth = vectors(rng, 0.8, 2, 15, 6000)
    found = mi.estimate(x, y)
    assert found.route == "gaussian copula"
    assert found.value == pytest.approx(truth, abs=0.08)


def test_ten_bits_from_a_thousand_rows(rng: Generator) -> None:
    """A copula gets them right; nearest neighbours cannot, and no critic."""
    x, y, truth = vectors(rng, np.sqrt(1 - 2.0**-4), 5, 5)
    found = mi.estimate(x, y)
    assert truth == pytest.approx(10)
    assert found.value == pytest.approx(10, abs=0.35)
    assert mi.ksg(x, y) < 6


def test_tails_that_come_together(rng: Generator) -> None:
    x, y, truth = student_vectors(rng, 1, 2)
    found = mi.estimate(x, y)
    assert found.route == "t copula"
    assert found.value == pytest.approx(truth, abs=0.05)
    assert mi.t_copula(x, y) == pytest.approx(truth, abs=0.05)
    assert mi.gaussian_copula(x, y) < truth / 2


def test_dependence_without_correlation(rng: Generator) -> None:
    x = rng.normal(size=N)
    y = np.cos(2.5 * x) + 0.3 * rng.normal(size=N)
    found = mi.estimate(x, y)
    assert found.route == "neighbours"
    assert found.value == pytest.approx(1.241, abs=0.15)
    assert mi.gaussian_copula(x, y) < 0.1


def test_uniform_noise(rng: Generator) -> None:
    x = rng.random(N)
    found = mi.estimate(x, x + rng.uniform(-0.75, 0.75, N))
    assert found.value == pytest.approx(1 / 3 / BIT, abs=0.1)


@pytest.mark.slow
def test_spirals_are_flagged_and_vectors_are_not(rng: Generator) -> None:
    for d in (3, 5):
        x, y, truth = vectors(rng, 0.8, 2, d)
        found = mi.estimate(spiral(x), y)
        assert "curved" in found.flags
        assert found.value > 0.9
        assert found.interval is not None and found.interval[1] > truth
        assert not mi.estimate(x, y).flags


def test_surfaces_in_many_columns(rng: Generator) -> None:
    """Functions of two numbers in 60 columns: the Gaussian ratio does not average 1 there."""
    x, y, truth = vectors(rng, 0.8, 2, 2)
    weights = 1.5 * rng.normal(size=(2, 2, 60))
    wide = [np.sin(v @ w + rng.normal(size=60)) for v, w in zip((x, y), weights, strict=True)]
    found = mi.estimate(*wide)
    assert found.route == "manifold"
    assert found.value == pytest.approx(truth, abs=0.3)
    assert mi.estimate(wide[0] ** 3, np.arcsinh(wide[1])).value == found.value


def test_symbols_and_numbers(rng: Generator) -> None:
    symbols = rng.integers(0, 5, N)
    found = mi.estimate(symbols, symbols + 2 * rng.random(N))
    assert (found.route, found.flags) == ("ross", ())
    assert found.value == pytest.approx(np.log2(5) - 0.8, abs=0.1)
    labels = np.array(list("abcde"))[symbols]
    named = mi.estimate(labels, symbols + 2 * rng.random(N))
    assert named.value == pytest.approx(np.log2(5) - 0.8, abs=0.1)


def test_classes_in_ten_columns(rng: Generator) -> None:
    """Two clouds, whose information is that along the line between them, by quadrature."""
    y = rng.integers(0, 2, N)
    x = rng.normal(size=(N, 10)) + np.where(y, 0.5, -0.5)[:, None]
    grid = np.linspace(-9, 9, 4001)
    gap = np.sqrt(10) / 2
    p = np.exp(-((grid - gap) ** 2) / 2) / np.sqrt(2 * np.pi)
    truth = 1 - (p * np.log2(1 + np.exp(-2 * gap * grid))).sum() * (grid[1] - grid[0])
    found = mi.estimate(x, y)
    assert found.route == "classifier"
    assert found.value == pytest.approx(truth, abs=0.06)


def test_no_information_exceeds_the_entropy_of_symbols(rng: Generator) -> None:
    y = rng.integers(0, 2, N)
    found = mi.estimate(y + rng.normal(size=N) / 1000, y)
    assert found.value == pytest.approx(1, abs=0.01)
    assert found.interval is not None and found.interval[1] <= 1.001


def test_symbols_are_counted_as_tables_are(rng: Generator) -> None:
    x, y, z = rng.integers(0, 3, size=(3, 20_000))
    y = np.where(rng.random(20_000) < 0.5, x, y)
    counts = np.zeros((3, 3))
    np.add.at(counts, (x, y), 1)
    found = mi.estimate(x, y)
    assert found.route == "counts"
    assert found.value == pytest.approx(pid.mutual_information(counts), abs=3e-4)
    assert mi.estimate(x, y, z).value == pytest.approx(found.value, abs=1e-3)
    assert mi.estimate(x, z).value < 5e-4


def test_numbers_that_repeat_tell_as_much_as_before(rng: Generator) -> None:
    """Rounding to a grid that is fine for the noise costs little, a heap at 0 what it should."""
    x, y, truth = vectors(rng, 0.75, 1)
    assert mi.estimate(x.round(1), y.round(1)).value == pytest.approx(truth, abs=0.08)
    grid = np.arange(-50.0, 150.0, 0.1)
    p = np.exp(-(((grid - np.arange(18, 80)[:, None]) / 10) ** 2) / 2).mean(axis=0)
    p /= p.sum() * 0.1
    left = np.log2(10 * np.sqrt(2 * np.pi * math.e))
    truth = -(p[p > 0] * np.log2(p[p > 0])).sum() * 0.1 - left
    ages = rng.integers(18, 80, N)
    found = mi.estimate(ages, ages + 10 * rng.normal(size=N))
    assert found.value == pytest.approx(float(truth), abs=0.12)
    assert any("codes are better given as symbols" in note for note in found.notes)


def test_chain_rule(rng: Generator) -> None:
    """I(x; y, z) = I(x; z) + I(x; y | z), of numbers by three runs of the rule."""
    z = rng.normal(size=(N, 1))
    y = z + rng.normal(size=(N, 1))
    x = y - z / 2 + rng.normal(size=(N, 1))
    both = mi.estimate(x, np.hstack([y, z])).value
    parts = mi.estimate(x, z).value + mi.estimate(x, y, z).value
    assert parts == pytest.approx(both, abs=0.02)
    assert mi.estimate(x, y, z).value == pytest.approx(0.5, abs=0.08)


def test_conditional_information_of_few_rows_has_no_bias(rng: Generator) -> None:
    """Of y = x + z + noise, with four columns each and 60 rows: 2 bits on average."""
    values = []
    for _ in range(24):
        x, z, noise = rng.normal(size=(3, 60, 4))
        values.append(mi.estimate(x, x + z + noise, z).value)
    error = float(np.std(values)) / np.sqrt(24)
    assert np.mean(values) == pytest.approx(2, abs=3 * float(error))


@pytest.mark.parametrize("seed", [11_000, 11_003, 11_006, 11_008])
def test_draws_that_are_alike_by_chance_are_no_difference(seed: int) -> None:
    """Of Gaussian vectors, neighbours see nothing that the copula does not, given a third."""
    seen, of_x, of_z, noise, off_x, off_z = np.random.default_rng(seed).normal(size=(6, N))
    x = np.column_stack([seen + 0.3 * off_x, of_x])
    z = np.column_stack([seen + 0.3 * off_z, of_z])
    found = mi.estimate(x, seen + 0.2 * of_x + 0.5 * noise, z)
    assert found.route == "gaussian copula"
    assert found.value == pytest.approx(0.173, abs=0.07)


def test_what_is_given_tells_nothing_more(rng: Generator) -> None:
    x, y, _ = vectors(rng, 0.75, 1)
    assert mi.estimate(x, y, x).value == 0
    assert mi.estimate(x, y, np.hstack([x, y])).route == "known"
    other = rng.normal(size=(N, 1))
    both = mi.estimate(np.hstack([x, other]), y, x)
    assert both.value < 0.02
    assert any("that are given" in note for note in both.notes)


def test_joint_dependence_given_one_of_both(rng: Generator) -> None:
    """cos(2 (x1 + x2)): neither tells anything alone, and each nearly a bit given the other."""
    x1, x2 = rng.normal(size=(2, N, 1))
    y = np.cos(2 * (x1 + x2)) + 0.4 * rng.normal(size=(N, 1))
    found = mi.estimate(x1, y, x2)
    assert found.value == pytest.approx(0.955, abs=0.15)
    assert found.interval is not None and found.interval[0] < 0.955 < found.interval[1]
    assert mi.estimate(x1, y).value < 0.05


@pytest.mark.slow
def test_classes_given_numbers(rng: Generator) -> None:
    """xor with flips: nothing alone, .531 bit given the other; trees see products."""
    x1, x2 = rng.normal(size=(2, N, 2))
    y = (rng.random(N) < np.where(x1[:, 0] * x2[:, 0] > 0, 0.9, 0.1)).astype(int)
    found = mi.estimate(x1, y, x2)
    assert found.value == pytest.approx(0.531, abs=0.1)
    alone = mi.estimate(x1, y)
    assert alone.value < 0.03
    swapped = mi.estimate(y, x1, x2)
    assert swapped.value == pytest.approx(found.value, abs=1e-9)


def test_strata(rng: Generator) -> None:
    """Given a sign that is common to both, what is left is that of each stratum."""
    z = rng.integers(0, 2, N)
    x, y, truth = vectors(rng, 0.75, 1)
    x, y = (part + 5 * z[:, None] for part in (x, y))
    found = mi.estimate(x, y, z)
    assert found.route == "strata"
    assert found.value == pytest.approx(truth, abs=0.1)
    assert mi.estimate(x, y).value > truth + 0.5


def test_the_exact_bias_of_log_determinants(rng: Generator) -> None:
    """By simulation: what plug-in information of independent vectors averages to."""
    values = []
    for _ in range(1000):
        rows = rng.normal(size=(12, 7))
        values.append(gaussian.of_correlations(gaussian.correlations(rows), 3))
    error = float(np.std(values)) / np.sqrt(1000)
    assert np.mean(values) == pytest.approx(gaussian.wishart_bias(12, 3, 4), abs=3 * float(error))


def test_covariances_drawn_without_rows(rng: Generator) -> None:
    matrix = np.array([[1, 0.6, 0.2], [0.6, 1, 0.1], [0.2, 0.1, 1]])
    drawn = np.mean([c for _ in range(40) for c in gaussian.wishart(matrix, 50, rng)], axis=0) / 49
    np.testing.assert_allclose(drawn, matrix, atol=0.03)


def test_tails_add_what_numerical_integration_finds() -> None:
    """c(nu) of two columns, by the densities of the t copula on a grid."""
    nu, u = 3.0, np.linspace(-60, 60, 3001)
    log_p = gammaln((nu + 2) / 2) - gammaln(nu / 2) - np.log(nu * np.pi)
    log_p = log_p - (nu + 2) / 2 * np.log1p((u[:, None] ** 2 + u**2) / nu)
    log_q = gammaln((nu + 1) / 2) - gammaln(nu / 2) - np.log(nu * np.pi) / 2
    log_q = log_q - (nu + 1) / 2 * np.log1p(u**2 / nu)
    found = (np.exp(log_p) * (log_p - log_q[:, None] - log_q)).sum() * (u[1] - u[0]) ** 2
    assert student.gain(nu, 1, 1) == pytest.approx(float(found), abs=2e-3)
    assert student.gain(1e7, 2, 3) == pytest.approx(0, abs=1e-5)


def test_neighbours_are_those_of_scikit_learn(rng: Generator) -> None:
    x, y, _ = vectors(rng, 0.75, 1)
    theirs = mutual_info_regression(x, y[:, 0], n_neighbors=3, random_state=0)[0] / BIT
    assert mi.ksg(x, y) == pytest.approx(theirs, abs=1e-6)
    labels = (y[:, 0] > 0).astype(int)
    scores = normal_scores(x)
    theirs = mutual_info_classif(scores, labels, n_neighbors=3, random_state=0)[0] / BIT
    assert mi.ross(x, labels) == pytest.approx(theirs, abs=1e-6)
    assert mi.gao(x, y) == pytest.approx(mi.ksg(x, y), abs=1e-6)


def test_trees_and_all_pairs_find_the_same_neighbours(
    rng: Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    x, y, _ = vectors(rng, 0.75, 1, 2, 300)
    by_trees = look(x, y)
    monkeypatch.setattr("pid.estimators.mutual_information.neighbours.OF_FEW_ROWS", 0)
    by_pairs = look(x, y)
    np.testing.assert_allclose(by_trees.terms, by_pairs.terms)
    np.testing.assert_allclose(by_trees.wider, by_pairs.wider)
    assert 2.5 < by_pairs.dimension < 4.5


def test_directions(rng: Generator) -> None:
    """What docstrings promise: cca high, neighbours low in many columns, the copula unbiased."""
    values = np.array(
        [
            [f(x, y) - truth for f in (mi.cca, mi.ksg, mi.gaussian_copula)]
            for x, y, truth in (vectors(rng, 0.8, 2, 10, 300) for _ in range(20))
        ]
    )
    high, low, unbiased = values.mean(axis=0)
    assert high > 0.2
    assert low < -0.4
    assert abs(unbiased) < 3 * values[:, 2].std() / np.sqrt(20) + 0.03


def test_gao_of_symbols_is_nearly_the_plug_in_value(rng: Generator) -> None:
    x = rng.integers(0, 4, 5000)
    y = (x + rng.integers(0, 2, 5000)) % 4
    assert mi.gao(x, y) == pytest.approx(1, abs=0.01)


def test_gao_is_not_misled_by_a_grid(rng: Generator) -> None:
    x, y, truth = vectors(rng, 0.75, 1)
    assert mi.gao(x.round(1), y) == pytest.approx(truth, abs=0.12)


def test_the_ratio_of_a_copula_averages_one_and_of_a_surface_not(rng: Generator) -> None:
    x, y, _ = vectors(rng, 0.8, 2, 20)
    assert gaussian_ratio(x, y, rng).is_one
    angle = rng.uniform(0, 2 * np.pi, (N, 1))
    wave = np.arange(1, 21)
    both = [np.cos(wave * (angle + 0.2 * rng.normal(size=(N, 1)))) for _ in range(2)]
    assert not gaussian_ratio(both[0], both[1], rng).is_one


def test_ridge_finds_the_mean(rng: Generator) -> None:
    x = rng.normal(size=(N, 2))
    mean = np.sin(2 * x[:, :1]) * x[:, 1:]
    found = mean_given(x, mean + 0.2 * rng.normal(size=(N, 1)), rng)
    assert ((found - mean) ** 2).mean() < 0.05 * mean.var()
    assert curvature(x, mean + 0.2 * rng.normal(size=(N, 1))) > 2


@pytest.mark.parametrize("d", [1, 2, 5])
def test_entropy_of_gaussians(d: int, rng: Generator) -> None:
    root = np.tril(rng.normal(size=(d, d))) + 2 * np.eye(d)
    truth = d / 2 * np.log2(2 * np.pi * math.e) + np.log2(np.abs(np.diag(root))).sum()
    found = mi.differential_entropy(rng.normal(size=(2000, d)) @ root.T)
    assert found.value == pytest.approx(truth, abs=0.1 * d)
    assert found.interval is not None and found.interval[0] < truth < found.interval[1]


def test_entropy_of_a_ring(rng: Generator) -> None:
    """Two uncorrelated columns on a thin ring: neighbours see what they share."""
    angle, radius = rng.uniform(0, 2 * np.pi, 2000), np.sqrt(rng.uniform(0.81, 1.21, 2000))
    rows = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    found = mi.differential_entropy(rows)
    assert found.route == "neighbours"
    assert found.value == pytest.approx(np.log2(0.4 * np.pi), abs=0.25)


def test_entropy_less_information_is_conditional(rng: Generator) -> None:
    x, y, _ = vectors(rng, 0.75, 1)
    whole, left = mi.differential_entropy(x), mi.differential_entropy(x, y)
    assert whole.value - left.value == pytest.approx(mi.estimate(x, y).value, abs=1e-9)
    assert mi.differential_entropy(8 * x).value - whole.value == pytest.approx(3)


REFUSED: list[tuple[Callable[..., object], tuple[Any, ...], str]] = [
    (mi.ksg, (["a", "b"] * 20, np.arange(40.0)), "x is of symbols, and numbers are expected"),
    (mi.ross, (np.arange(40.0), np.arange(40.0) ** 2 % 7.3), "takes numbers X and symbols y"),
    (mi.cca, (np.random.default_rng(0).normal(size=(40, 60)), np.arange(40.0)), "more rows than"),
    (mi.differential_entropy, (["a", "b"] * 20,), "pid.entropy_samples has their entropy"),
    (mi.differential_entropy, (np.r_[np.zeros(8), np.arange(32.0)],), "is there 9 times"),
]


@pytest.mark.parametrize(("function", "data", "message"), REFUSED)
def test_refusals(function: Callable[..., object], data: tuple[Any, ...], message: str) -> None:
    with pytest.raises(pid.InvalidInput, match=message):
        function(*data)


def test_too_many_neighbours(rng: Generator) -> None:
    x, y, _ = vectors(rng, 0.5, 1, 1, 30)
    with pytest.raises(pid.InvalidInput, match="k must be less than half of the 30 rows; got 15"):
        mi.ksg(x, y, k=15)
