"""Gaussian sources and targets: the closed form against other routes to the same minimum."""

from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

import pid
from pid._types import Floats
from pid.core.gaussian import decompose_gaussian, from_rows
from pid.errors import CheckFailed, InvalidInput

SHAPES = [(1, 1, 1), (2, 2, 2), (3, 2, 2), (2, 3, 3), (1, 3, 2), (2, 2, 4)]


def covariance(H1: Floats, H2: Floats, shared: Floats | None = None) -> Floats:
    """Of X_i = H_i Y + noise; noises of variance 1 with cross-covariance ``shared``."""
    H, d1 = np.vstack([H1, H2]), len(H1)
    noise = np.eye(len(H))
    if shared is not None:
        noise[:d1, d1:], noise[d1:, :d1] = shared, shared.T
    return np.block([[H @ H.T + noise, H], [H.T, np.eye(H.shape[1])]])


def random_covariance(sizes: tuple[int, int, int], seed: int) -> Floats:
    factor = np.random.default_rng(seed).normal(size=(sum(sizes), sum(sizes)))
    return factor @ factor.T


def atoms(d: pid.Decomposition) -> Floats:
    return np.array([d.redundancy, d.unique1, d.unique2, d.synergy])


def worst_noise(sigma: Floats, sizes: tuple[int, int, int]) -> float:
    """The minimum over cross-covariances of the noises, by descent: the definition, in nats."""
    d1, d2, _ = sizes
    sources, y = sigma[: d1 + d2, : d1 + d2], sigma[d1 + d2 :, d1 + d2 :]
    cross = sigma[: d1 + d2, d1 + d2 :]
    root = np.linalg.cholesky(y)
    signal = cross @ np.linalg.inv(root).T  # of a y with variance 1
    noise = sources - signal @ signal.T
    H = np.vstack(
        [
            np.linalg.solve(np.linalg.cholesky(noise[part, part]), signal[part])
            for part in (slice(d1), slice(d1, None))
        ]
    )

    def information(free: Floats) -> float:
        m = free.reshape(d1, d2)
        values, vectors = np.linalg.eigh(np.eye(d2) + m.T @ m)
        contraction = m @ (vectors / np.sqrt(values)) @ vectors.T  # any of norm below 1
        joint = np.block([[np.eye(d1), contraction], [contraction.T, np.eye(d2)]])
        inside = np.eye(H.shape[1]) + H.T @ np.linalg.solve(joint, H)
        return float(np.linalg.slogdet(inside)[1] / 2)

    rng = np.random.default_rng(0)
    starts = (rng.normal(size=d1 * d2) for _ in range(3))
    return min(float(minimize(information, start, method="BFGS").fun) for start in starts)


@pytest.mark.parametrize("sizes", SHAPES, ids=str)
@pytest.mark.parametrize("seed", [0, 1])
def test_descent_finds_the_same_minimum(sizes: tuple[int, int, int], seed: int) -> None:
    sigma = random_covariance(sizes, seed)
    d = decompose_gaussian(sigma, sizes, unit="nat")
    union = d.redundancy + d.unique1 + d.unique2
    assert union == pytest.approx(worst_noise(sigma, sizes), abs=1e-6)


@pytest.mark.parametrize("sizes", SHAPES, ids=str)
def test_sums_and_certificate(sizes: tuple[int, int, int]) -> None:
    sigma, (d1, d2, _) = random_covariance(sizes, 2), sizes
    d = decompose_gaussian(sigma, sizes, unit="nat")

    def information(sources: list[int]) -> float:
        y = list(range(d1 + d2, len(sigma)))
        logs = [np.linalg.slogdet(sigma[np.ix_(a, a)])[1] for a in (sources, y, sources + y)]
        return float(logs[0] + logs[1] - logs[2]) / 2

    assert d.information1 == pytest.approx(information(list(range(d1))), abs=1e-10)
    assert d.information2 == pytest.approx(information(list(range(d1, d1 + d2))), abs=1e-10)
    assert d.total == pytest.approx(information(list(range(d1 + d2))), abs=1e-10)
    assert (atoms(d) > -1e-12).all()
    assert d.certificate is not None
    assert d.certificate.status is pid.Status.OPTIMAL
    assert -1e-12 < d.certificate.gap < 1e-11
    union = d.redundancy + d.unique1 + d.unique2
    assert d.certificate.dual - 1e-11 < union < d.certificate.primal + 1e-11


@pytest.mark.parametrize("seed", range(4))
def test_one_target_leaves_nothing_unique_to_the_weaker_source(seed: int) -> None:
    """Barrett 2015: for a single target, redundancy is the smaller information."""
    d = decompose_gaussian(random_covariance((2, 3, 1), seed), (2, 3, 1))
    assert d.redundancy == pytest.approx(min(d.information1, d.information2), abs=1e-10)


def test_independent_blocks_add_up() -> None:
    """Case 1 of Flow-PID: X1 = (a Y1, Y2), X2 = (Y1, 3 Y2), plus noise."""
    for a in (0.0, 0.5, 2.0, 10.0):
        d = decompose_gaussian(
            covariance(np.diag([a, 1.0]), np.diag([1.0, 3.0])), (2, 2, 2), unit="nat"
        )
        of1 = np.log1p([a**2, 1.0]) / 2
        of2 = np.log1p([1.0, 9.0]) / 2
        expected = [
            np.minimum(of1, of2).sum(),
            np.maximum(of1 - of2, 0).sum(),
            np.maximum(of2 - of1, 0).sum(),
        ]
        assert atoms(d)[:3] == pytest.approx(expected, abs=1e-9)
        assert d.synergy == pytest.approx(
            (np.log1p([a**2 + 1, 10.0]) / 2).sum() - sum(expected), abs=1e-9
        )


@pytest.mark.parametrize("d", [2, 16, 128])
def test_doubling(d: int) -> None:
    """Case 3 of Flow-PID: the blocks above many times over, all turned at random."""
    rng = np.random.default_rng(0)
    turns = [np.linalg.qr(rng.normal(size=(d, d)))[0] for _ in range(3)]
    H1 = turns[0] @ np.diag(np.tile([3.0, 1.0], d // 2)) @ turns[2]
    H2 = turns[1] @ np.diag(np.tile([1.0, np.sqrt(2)], d // 2)) @ turns[2]
    found = decompose_gaussian(covariance(H1, H2), (d, d, d), unit="nat")
    expected = d / 4 * np.log([2 * 2, 10 / 2, 3 / 2])
    assert atoms(found)[:3] == pytest.approx(expected, abs=1e-9)
    assert found.certificate is not None
    assert found.certificate.gap < 1e-9


def test_turned_rows_of_rank_two() -> None:
    """Case 2: X1 = diag(3, 1) turned by 45 degrees, X2 = Y; more unique than along the axes."""
    angle = np.pi / 4
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    d = decompose_gaussian(covariance(np.diag([3, 1]) @ turn, np.eye(2)), (2, 2, 2), unit="nat")
    assert atoms(d)[:3] == pytest.approx([np.log(2), np.log(10 / 2) / 2, 0], abs=1e-9)


def test_coordinates_do_not_matter() -> None:
    sizes = (3, 2, 2)
    sigma, rng = random_covariance(sizes, 5), np.random.default_rng(0)
    change = np.zeros((7, 7))
    for part in (slice(0, 3), slice(3, 5), slice(5, 7)):
        change[part, part] = rng.normal(size=(part.stop - part.start,) * 2)
    first = atoms(decompose_gaussian(sigma, sizes))
    assert atoms(decompose_gaussian(change @ sigma @ change.T, sizes)) == pytest.approx(first)
    assert atoms(decompose_gaussian(1e80 * sigma, sizes)) == pytest.approx(first)
    order = [3, 4, 0, 1, 2, 5, 6]
    swapped = decompose_gaussian(sigma[np.ix_(order, order)], (2, 3, 2))
    assert atoms(swapped)[[0, 2, 1, 3]] == pytest.approx(first)
    nats = decompose_gaussian(sigma, sizes, unit="nat")
    assert atoms(nats) == pytest.approx(np.log(2) * first)


def test_columns_that_repeat_others_change_nothing() -> None:
    sizes = (3, 2, 2)
    sigma = random_covariance(sizes, 6)
    twice = np.zeros((9, 7))
    twice[np.arange(9), [0, 1, 2, 2, 3, 4, 5, 6, 5]] = 1
    twice[3] = [1, 2, -1, 0, 0, 0, 0]  # x1 gets a sum of its columns, y one of them again
    d = decompose_gaussian(twice @ sigma @ twice.T, (4, 2, 3))
    assert atoms(d) == pytest.approx(atoms(decompose_gaussian(sigma, sizes)))


def test_samples_are_rows() -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(50, 7)) @ rng.normal(size=(7, 7))
    d = decompose_gaussian(np.cov(rows.T), (2, 3, 2))
    assert atoms(from_rows(rows - rows.mean(axis=0), (2, 3, 2))) == pytest.approx(atoms(d))


@pytest.mark.parametrize("noise", [1e-3, 1e-6, 1e-9])
def test_digits_where_information_is_high(noise: float) -> None:
    """30 bits: the squares of what is left have no digits beside those of y."""
    y, first, second = np.linalg.qr(np.random.default_rng(0).normal(size=(40, 3)))[0].T
    d = from_rows(np.column_stack([y + noise * first, y + second, y]), (1, 1, 1), unit="nat")
    assert d.information1 == pytest.approx(np.log1p(noise**-2) / 2, abs=1e-5)
    assert d.information2 == pytest.approx(np.log(2) / 2)
    assert d.unique1 == pytest.approx(d.information1 - d.information2)
    assert d.synergy == pytest.approx(np.log1p(1 / (1 + noise**-2)) / 2, abs=1e-5)


def test_nothing_to_check() -> None:
    d = decompose_gaussian(random_covariance((1, 1, 1), 0), (1, 1, 1))
    with pytest.raises(CheckFailed):
        d.check([[[1.0]]])


@pytest.mark.parametrize(
    ("matrix", "sizes", "message"),
    [
        (np.eye(3), (1, 1, 2), "square matrix of order 4"),
        (np.eye(3), (0, 2, 1), "sizes must be a list of 3, each an integer of at least 1"),
        (np.full((3, 3), np.nan), (1, 1, 1), "not finite"),
        ([[1, 0.5, 0], [0.2, 1, 0], [0, 0, 1]], (1, 1, 1), "not symmetric"),
        ([[1, 2, 0], [2, 1, 0], [0, 0, 1]], (1, 1, 1), "not positive semidefinite"),
        (np.diag([1.0, 1, 0]), (1, 1, 1), "y does not vary"),
        ([[1, 0, 1], [0, 1, 0], [1, 0, 1]], (1, 1, 1), "determine a direction of y without noise"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_input(matrix: Any, sizes: tuple[int, int, int], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        decompose_gaussian(matrix, sizes)
