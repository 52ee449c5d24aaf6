"""Tests of atoms: nulls have what they claim; what is there is found, what is not is not."""

import numpy as np
import pytest

import pid
from pid.core.decomposition import ATOMS
from pid.errors import InvalidInput
from pid.inference import nulls, significance
from pid.inference.significance import TESTED

Table = np.ndarray
UNIQUE = np.einsum("ik,j->ijk", [[0.4, 0.1], [0.1, 0.4]], [0.5, 0.5])
COPIES = np.einsum("ik,ij->ijk", [[0.4, 0.1], [0.1, 0.4]], np.eye(2))
XOR = np.array([[[0.2, 0.05], [0.05, 0.2]], [[0.05, 0.2], [0.2, 0.05]]])


def sample(p: Table, n: int, seed: int) -> Table:
    return np.random.default_rng(seed).multinomial(n, p.ravel()).reshape(p.shape)


@pytest.fixture
def table(rng: np.random.Generator) -> Table:
    return rng.dirichlet(np.ones(24)).reshape(4, 3, 2)


# --- the nulls ----------------------------------------------------------------------------------


def test_nulls_without_unique_information(table: Table) -> None:
    projected = nulls.without_unique1(table)
    assert pid.decompose(projected).unique1 == pytest.approx(0, abs=1e-4)
    assert projected.sum(axis=0) == pytest.approx(table.sum(axis=0), abs=1e-9)
    for source, size in ((0, 4), (1, 3)):
        alike = nulls.same_channel(table, source)
        assert alike.shape == (size, size, 2)
        d = pid.decompose(alike)
        assert (d.unique1, d.unique2) == pytest.approx((0, 0), abs=1e-8)
        assert alike.sum(axis=1) == pytest.approx(table.sum(axis=1 - source))


def test_null_without_synergy(table: Table, rng: np.random.Generator) -> None:
    """The mean optimal coupling is optimal itself, but for what its margins vary."""
    counts = np.rint(1e5 * table)
    null = nulls.without_synergy(counts, rng)
    assert pid.decompose(null).synergy < 2e-3
    assert pid.decompose(table).synergy > 0.05
    assert null.sum(axis=1) == pytest.approx(table.sum(axis=1), abs=2e-3)


@pytest.mark.parametrize("shape", [(4, 3, 2), (3, 3, 3), (5, 4, 4)])
def test_null_without_redundancy(rng: np.random.Generator, shape: tuple[int, int, int]) -> None:
    table = rng.dirichlet(np.ones(int(np.prod(shape)))).reshape(shape)
    null = nulls.without_redundancy(table)
    assert pid.decompose(table).redundancy > 0.01
    assert pid.decompose(null).redundancy == pytest.approx(0, abs=1e-5)
    assert null.sum(axis=(0, 1)) == pytest.approx(table.sum(axis=(0, 1)), abs=1e-9)


def test_orthogonal_sources_are_left_as_they_are() -> None:
    """Both say something about y, and nothing in common: the null is the table."""
    first = np.array([[0.8, 0.2, 0.5], [0.2, 0.8, 0.5]]) / 3
    second = np.array([[0.4, 0.4, 0.7], [0.6, 0.6, 0.3]]) / 3
    p = nulls.independent_given_y(first, second)
    assert pid.decompose(p).redundancy == pytest.approx(0, abs=1e-8)
    assert nulls.without_redundancy(p) == pytest.approx(p, abs=1e-9)


# --- the tests ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("p", "there"),
    [(UNIQUE, {"unique1"}), (COPIES, {"redundancy"}), (XOR, {"synergy"})],
    ids=["unique", "copies", "xor"],
)
def test_finds_what_is_there_and_nothing_else(p: Table, there: set[str]) -> None:
    counts = sample(p, 1000, 0)
    found = {of for of in ATOMS if significance(counts, of, replicates=199).p < 0.02}
    assert found == there
    assert significance(counts, "total", replicates=199).p < 0.02


def test_swapped_sources() -> None:
    counts = sample(UNIQUE, 300, 1)
    first = significance(counts, "unique1", replicates=99)
    second = significance(counts.transpose(1, 0, 2), "unique2", replicates=99)
    assert first.p == second.p
    assert set(second.nulls) == {"x2 a noisy x1", "both like x1", "both like x2"}


@pytest.mark.parametrize("of", TESTED)
def test_reproducible(of: str) -> None:
    counts = sample(XOR, 100, 3)
    assert significance(counts, of, replicates=50) == significance(counts, of, replicates=50)


@pytest.mark.parametrize(
    ("of", "p"),
    [
        ("total", np.full((4, 4, 2), 1 / 32)),
        ("synergy", np.full((4, 4, 2), 1 / 32)),
        ("synergy", np.einsum("ik,ji->ijk", [[0.4, 0.1], [0.1, 0.4]], [[0.7, 0.3], [0.3, 0.7]])),
        ("unique1", nulls.same_channel(UNIQUE, 0)),
        ("unique2", UNIQUE),
        ("redundancy", UNIQUE),
    ],
    ids=["total", "synergy, independent", "synergy, degraded", "unique1", "unique2", "redundancy"],
)
def test_level(of: str, p: Table) -> None:
    """A small version of scripts/test_study.py: at 5%, at most 10 of 80 nulls are rejected."""
    rejected = sum(
        significance(sample(p, 1000, seed), of, replicates=79, random_state=seed).p <= 0.05
        for seed in range(80)
    )
    assert rejected <= 10


@pytest.mark.parametrize(
    ("of", "options", "message"),
    [
        ("S", {}, "of must be 'redundancy', 'unique1', 'unique2', 'synergy' or 'total'; got 'S'"),
        ("synergy", {"replicates": 0}, "replicates must be an integer of at least 2; got 0"),
    ],
)
def test_bad_options(of: str, options: dict[str, int], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        significance(XOR, of, **options)
