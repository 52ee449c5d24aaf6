"""Similarities: closed forms, invariances, and each by another route."""

from collections.abc import Callable

import numpy as np
import pytest

from pid.errors import InvalidInput, TooLarge
from pid.estimators.coordination import (
    cosine,
    exponential,
    hsic,
    kernel_alignment,
    linear,
    polynomial,
    rbf,
)
from pid.estimators.coordination.similarity import SIMILARITIES, median_distance

Array = np.ndarray


@pytest.fixture
def codes(rng: np.random.Generator) -> tuple[Array, Array]:
    return rng.normal(size=(40, 5)), rng.normal(size=(30, 5))


def test_cosine_of_centred_rows_is_pearsons_correlation(codes: tuple[Array, Array]) -> None:
    Z1, Z2 = (Z - Z.mean(axis=1, keepdims=True) for Z in codes)
    pearson = np.corrcoef(Z1, Z2)[: len(Z1), len(Z1) :]
    assert cosine(Z1, Z2) == pytest.approx(pearson, abs=1e-12)


def test_cosine_does_not_see_lengths(codes: tuple[Array, Array]) -> None:
    Z1, Z2 = codes
    assert cosine(3 * Z1, 0.01 * Z2) == pytest.approx(cosine(Z1, Z2), abs=1e-12)
    assert cosine(np.zeros((1, 5)), Z2) == pytest.approx(0)


def test_polynomial_is_the_product_of_monomials() -> None:
    """(<x, y> + 1)^2 in two dimensions: 1, sqrt(2) x, x^2 and the mixed one."""

    def features(z: Array) -> Array:
        a, b = z.T
        r = np.sqrt(2)
        return np.column_stack([np.ones(len(z)), r * a, r * b, a**2, b**2, r * a * b])

    Z1, Z2 = np.random.default_rng(1).normal(size=(2, 6, 2))
    assert polynomial(Z1, Z2) == pytest.approx(features(Z1) @ features(Z2).T)
    assert polynomial(Z1, Z2, degree=1, offset=0) == pytest.approx(linear(Z1, Z2))


def test_rbf_by_its_definition_and_as_a_normalised_exponential(codes: tuple[Array, Array]) -> None:
    Z1, Z2 = codes
    by_hand = np.exp(-((Z1[:, None] - Z2[None]) ** 2).sum(axis=2) / (2 * 1.7**2))
    assert rbf(Z1, Z2, width=1.7) == pytest.approx(by_hand)
    own1, own2 = (exponential(Z, Z, width=1.7).diagonal() for Z in codes)
    lengths = np.sqrt(own1[:, None] * own2[None])
    assert exponential(Z1, Z2, width=1.7) / lengths == pytest.approx(by_hand)


def test_rbf_is_never_above_one() -> None:
    """Distances of equal rows are rounded to below 0, far from the origin."""
    Z = 1e6 + np.random.default_rng(0).normal(size=(50, 3))
    assert rbf(Z, Z, width=1e-3).max() <= 1


@pytest.mark.parametrize("name", SIMILARITIES)
def test_kernels_are_symmetric_and_not_negative(name: str, codes: tuple[Array, Array]) -> None:
    K = SIMILARITIES[name](codes[0], codes[0])
    assert pytest.approx(K) == K.T
    assert np.linalg.eigvalsh(K).min() > -1e-9 * np.abs(K).max()


@pytest.mark.extras
@pytest.mark.parametrize("name", SIMILARITIES)
def test_tensors_and_arrays_agree(name: str, codes: tuple[Array, Array]) -> None:
    import torch

    found = SIMILARITIES[name](*map(torch.from_numpy, codes))
    assert found.numpy() == pytest.approx(SIMILARITIES[name](*codes))


@pytest.mark.extras
def test_gradients_at_a_code_of_zeros_are_finite() -> None:
    import torch

    z = torch.zeros(3, 2, requires_grad=True)
    cosine(z, torch.ones(3, 2)).sum().backward()
    assert z.grad is not None and torch.isfinite(z.grad).all()


def test_hsic_with_the_linear_kernel_is_the_sum_of_squared_covariances(
    rng: np.random.Generator,
) -> None:
    Z1 = rng.normal(size=(100, 3))
    Z2 = Z1[:, :2] ** 2 + rng.normal(size=(100, 2))
    across = np.cov(Z1.T, Z2.T)[:3, 3:]
    assert hsic(Z1, Z2, kernel="linear") == pytest.approx((across**2).sum())


def test_hsic_sees_what_covariance_does_not(rng: np.random.Generator) -> None:
    """y = x^2 is uncorrelated with x; against pairs that were shuffled it stands out."""
    x = rng.normal(size=400)
    y = x**2
    shuffled = [hsic(x, rng.permutation(y)) for _ in range(20)]
    assert hsic(x, y) > 3 * max(shuffled)
    assert hsic(x, y, kernel="linear") < 0.1


def test_alignment_is_1_for_codes_turned_moved_and_scaled(rng: np.random.Generator) -> None:
    Z = rng.normal(size=(80, 4))
    turn = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    for kernel in ("linear", "rbf"):
        assert kernel_alignment(Z, 3 * Z @ turn + 7, kernel=kernel) == pytest.approx(1)
    assert kernel_alignment(Z, rng.normal(size=(80, 4)), kernel="linear") < 0.2
    assert kernel_alignment(np.ones((5, 2)), Z[:5]) == 0


def test_alignment_by_centred_matrices(rng: np.random.Generator) -> None:
    Z1, Z2 = rng.normal(size=(2, 30, 2))
    H = np.eye(30) - 1 / 30
    K, L = (H @ polynomial(Z, Z) @ H for Z in (Z1, Z2))
    expected = np.trace(K @ L) / np.sqrt(np.trace(K @ K) * np.trace(L @ L))
    assert kernel_alignment(Z1, Z2, kernel="poly") == pytest.approx(expected)


def test_median_distance() -> None:
    assert median_distance(np.array([[0.0], [3.0]])) == 3
    assert median_distance(np.zeros((4, 2))) == 1


@pytest.mark.parametrize("measure", [hsic, kernel_alignment])
def test_refusals(measure: Callable[..., float]) -> None:
    z = np.zeros((3, 2))
    for bad, words in (
        ((z, z[:2]), "3 rows in Z1 and 2 in Z2"),
        ((z[:1], z[:1]), "at least 2 rows"),
        ((z, z[:, :0]), "shape"),
        ((z, [["a"], ["b"], ["c"]]), "Z2 must be numbers"),
        (
            (z, [*z[:1], [np.nan, 0], *z[:1]]),
            "Z2 has values that are not finite, the first in row 1",
        ),
    ):
        with pytest.raises(InvalidInput, match=words):
            measure(*bad)
    with pytest.raises(TooLarge, match="take at most 20,000 rows"):
        measure(np.zeros(20_001), np.zeros(20_001))


def test_hsic_by_its_definition(rng: np.random.Generator) -> None:
    """tr(K H L H) / (n - 1)^2."""
    Z1, Z2 = rng.normal(size=(2, 25, 2))
    H = np.eye(25) - 1 / 25
    K, L = (rbf(Z, Z, width=0.7) for Z in (Z1, Z2))
    assert hsic(Z1, Z2, width=0.7) == pytest.approx(np.trace(K @ H @ L @ H) / 24**2)


@pytest.mark.parametrize("kernel", ["rbf", "linear"])
@pytest.mark.parametrize(("scale", "shift"), [(1e-8, 0), (1e8, 0), (1, 1e8), (1e-3, 1e4)])
def test_units_and_origin_do_not_matter(
    kernel: str, scale: float, shift: float, rng: np.random.Generator
) -> None:
    """Codes may be tiny, and far from the origin."""
    Z = rng.normal(size=(100, 3))
    moved = Z * scale + shift
    assert kernel_alignment(Z, moved, kernel=kernel) == pytest.approx(1, abs=1e-6)
    assert median_distance(moved) == pytest.approx(scale * median_distance(Z), rel=1e-6)


def test_what_a_function_may_not_give() -> None:
    z = np.eye(4)
    for kernel, words in (
        (lambda A, B: (A @ B.T)[:, :3], r"must give numbers of shape \(4, 4\).*got shape \(4, 3\)"),
        (lambda A, B: np.full((len(A), len(B)), np.nan), "got NaN"),
        (lambda A, B: [["a"]], "cannot be computed"),
    ):
        with pytest.raises(InvalidInput, match=words):
            hsic(z, z, kernel=kernel)
    with pytest.raises(InvalidInput, match="width is of kernel 'rbf' alone"):
        kernel_alignment(z, z, kernel="exp", width=2.0)
