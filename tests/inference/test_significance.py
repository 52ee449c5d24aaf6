"""Tests of atoms: nulls have what they claim; what is there is found, what is not is not."""

from collections.abc import Iterator

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


def test_one_coupling_would_not_do() -> None:
    """y depends on neither source, in 128 cells and 200 rows: many couplings are optimal, and draws
    from the mean of 50 of them show as much synergy as the sample does. Of 30 samples at most 6 are
    rejected at 5%; of draws from a single one more than half are."""
    p = np.full((8, 8, 2), 1 / 128)
    rejected = 0
    for seed in range(30):
        found = significance(sample(p, 200, seed), "synergy", replicates=19, random_state=seed)
        rejected += found.nulls["mean optimal coupling"] <= 0.05
    assert rejected <= 6


def test_p_of_the_total_is_the_share_of_all_orders_of_y() -> None:
    """Three unequal classes and ten rows: all 1,260 ways to deal out their labels."""
    x1, x2 = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1, 1]), np.array([0, 0, 0, 1, 1, 1, 0, 0, 1, 1])
    y = np.array([0, 0, 0, 1, 1, 2, 0, 1, 1, 1])
    orders = set(permutations_of(y.tolist()))
    assert len(orders) == 1260
    shown = np.array(
        [pid.mutual_information(counted(x1, x2, np.array(o)), (0, 1), 2) for o in orders]
    )
    observed = pid.mutual_information(counted(x1, x2, y), (0, 1), 2)
    exact = float((shown >= observed - 1e-9).mean())
    found = significance(counted(x1, x2, y), "total", replicates=4000)
    assert 0.02 < exact < 0.6
    assert found.p == pytest.approx(exact, abs=3.5 * np.sqrt(exact * (1 - exact) / 4000))
    assert found.rows == 10


def counted(x1: Table, x2: Table, y: Table) -> Table:
    table = np.zeros((2, 2, 3))
    np.add.at(table, (x1, x2, y), 1)
    return table


def permutations_of(labels: list[int]) -> Iterator[tuple[int, ...]]:
    """All distinct orders."""
    if not labels:
        yield ()
    for first in set(labels):
        rest = labels.copy()
        rest.remove(first)
        for others in permutations_of(rest):
            yield (first, *others)


def test_the_least_favourable_null_counts() -> None:
    """p is the largest share, and shares are of whole draws, the sample itself counted in."""
    counts = sample(nulls.same_channel(UNIQUE, 0), 200, 2)
    for of in TESTED:
        found = significance(counts, of, replicates=59)
        assert found.p == max(found.nulls.values())
        assert found.replicates == 59
        for share in found.nulls.values():
            assert 1 / 60 <= share <= 1
            assert share * 60 == pytest.approx(round(share * 60))


@pytest.mark.parametrize("of", ["total", "redundancy"])
def test_p_is_uniform_where_nothing_is_there(of: str) -> None:
    """Its mean over 60 samples of three unequal classes is a half, or more where several nulls
    have to be rejected."""
    p = np.einsum("i,j,k->ijk", [0.5, 0.3, 0.2], [0.6, 0.4], [0.6, 0.3, 0.1])
    found = [
        significance(sample(p, 150, seed), of, replicates=39, random_state=seed).p
        for seed in range(60)
    ]
    assert 0.5 - 3 * 0.29 / np.sqrt(60) < np.mean(found)
    if of == "total":
        assert np.mean(found) < 0.5 + 3 * 0.29 / np.sqrt(60)
        assert sum(p_value <= 0.5 for p_value in found) >= 18


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
