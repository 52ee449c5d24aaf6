"""Atoms given z: identities, certificates, and what conditioning takes away or makes."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

import pid
from pid.core.decomposition import ATOMS, Status
from pid.errors import CheckFailed, InvalidDistribution

Table = NDArray[np.float64]
COLUMNS = (*ATOMS, "total")


def random_strata(seed: int) -> Table:
    """Of any shape, with empty cells, classes, and strata."""
    rng = np.random.default_rng(seed)
    nz, n1, n2, k = rng.integers([1, 2, 2, 1], [5, 5, 5, 4])
    p = rng.dirichlet(np.full(n1 * n2 * k, 0.7), size=nz).reshape(nz, n1, n2, k)
    p *= rng.random(p.shape) < 0.8
    p[:, 0, 0, 0] += 0.01
    p[:, ..., rng.integers(k)] *= rng.random((nz, 1, 1)) < 0.5
    p[rng.integers(nz)] *= rng.random() < 0.5
    p[0, 0, 0, 0] += 0.01
    return np.asarray(p / p.sum())


def with_z(p: Table) -> Table:
    """The table of (X1, Z), (X2, Z) and (Y, Z)."""
    nz, n1, n2, k = p.shape
    whole = np.zeros((nz, n1, nz, n2, nz, k))
    for z in range(nz):
        whole[z, :, z, :, z] = p[z]
    return whole.reshape(nz * n1, nz * n2, nz * k)


@pytest.fixture(params=range(12))
def p(request: pytest.FixtureRequest) -> Table:
    return random_strata(request.param)


def test_it_is_the_decomposition_with_z_everywhere_less_what_z_tells(p: Table) -> None:
    """A theorem: both sources tell H(Z) of (Y, Z), and the rest is what is told given z."""
    d, whole = pid.decompose_given(p), pid.decompose(with_z(p))
    of_z = pid.entropy(p.sum(axis=(1, 2, 3)))
    assert d.redundancy == pytest.approx(whole.redundancy - of_z, abs=1e-7)
    for name in ("unique1", "unique2", "synergy"):
        assert getattr(d, name) == pytest.approx(getattr(whole, name), abs=1e-7)


def test_sums_are_informations_given_z(p: Table) -> None:
    d, told = pid.decompose_given(p, unit="nat"), pid.conditional_mutual_information
    assert d.total == pytest.approx(told(p, (1, 2), 3, 0, unit="nat"), abs=1e-10)
    assert d.information1 == pytest.approx(told(p, 1, 3, 0, unit="nat"), abs=1e-10)
    assert d.information2 == pytest.approx(told(p, 2, 3, 0, unit="nat"), abs=1e-10)
    assert d.conditional1 == pytest.approx(told(p, 1, 3, (0, 2), unit="nat"), abs=1e-10)
    assert d.conditional2 == pytest.approx(told(p, 2, 3, (0, 1), unit="nat"), abs=1e-10)


def test_the_certificate_is_that_of_the_sum(p: Table) -> None:
    d = pid.decompose_given(p)
    c = d.certificate
    assert c is not None
    d.check(p)
    d.check(p * 1000)
    assert c.status is Status.OPTIMAL
    assert c.gap * np.log(2) <= 1e-9
    assert c.dual <= c.primal + 1e-15
    assert d.coupling is not None
    assert d.coupling.sum(axis=2) == pytest.approx(p.sum(axis=2), abs=1e-12)
    assert d.coupling.sum(axis=1) == pytest.approx(p.sum(axis=1), abs=1e-12)
    union = pid.conditional_mutual_information(d.coupling, (1, 2), 3, 0)
    assert union == pytest.approx(c.primal, abs=1e-9)


def test_cells_and_strata_have_the_atoms_for_means(p: Table) -> None:
    d = pid.decompose_given(p, tol=1e-11)
    cells, strata = d.by_cell(p), d.strata()
    for name in COLUMNS:
        for frame in (cells, strata):
            assert (frame["share"] * frame[name]).sum() == pytest.approx(getattr(d, name), abs=1e-8)
    assert cells["share"].to_numpy() == pytest.approx(
        p[cells.z, cells.x1, cells.x2, cells.y], abs=1e-12
    )
    assert d.synergy_by_cell(p).sum() == pytest.approx(d.synergy, abs=1e-9)


def test_order_and_splitting_of_strata_do_not_matter(p: Table) -> None:
    """Nor do strata without mass; a stratum that is split in two alike parts is the same."""
    d = pid.decompose_given(p)
    split = np.concatenate([0.3 * p[::-1], np.zeros_like(p[:1]), 0.7 * p])
    other = pid.decompose_given(split)
    assert list(other.atoms.values()) == pytest.approx(list(d.atoms.values()), abs=1e-8)


def test_one_stratum_is_the_ordinary_decomposition() -> None:
    p = random_strata(3).sum(axis=0)
    assert pid.decompose_given(p[None]).atoms == pytest.approx(pid.decompose(p).atoms, abs=1e-9)


def test_a_common_effect_makes_sources_tell_the_same() -> None:
    """Of two fair coins y is the first; given whether they differ, the second tells it, too."""
    p = np.zeros((2, 2, 2, 2))
    for x1, x2 in np.ndindex(2, 2):
        p[x1 ^ x2, x1, x2, x1] = 1
    assert pid.decompose(p.sum(axis=0)).atoms == pytest.approx(
        {"redundancy": 0, "unique1": 1, "unique2": 0, "synergy": 0}, abs=1e-9
    )
    assert pid.decompose_given(p).atoms == pytest.approx(
        {"redundancy": 1, "unique1": 0, "unique2": 0, "synergy": 0}, abs=1e-9
    )


def test_what_z_tells_is_gone() -> None:
    p = random_strata(5)
    told = np.zeros((p.shape[3], *p.shape[1:]))
    for y in range(p.shape[3]):
        told[y, ..., y] = p.sum(axis=0)[..., y]
    assert pid.decompose_given(told).total == pytest.approx(0, abs=1e-9)
    of_x1 = np.zeros((p.shape[1], *p.shape[1:]))
    for x1 in range(p.shape[1]):
        of_x1[x1, x1] = p.sum(axis=0)[x1]
    d = pid.decompose_given(of_x1)
    assert d.unique2 == pytest.approx(d.total, abs=1e-9)


@pytest.mark.parametrize(
    "field", [*ATOMS, "primal", "dual", "gap", "strata", "share of a stratum", "coupling"]
)
def test_a_changed_number_is_found(field: str) -> None:
    p = random_strata(8)
    d = pid.decompose_given(p)
    if field in ATOMS:
        d = replace(d, **{field: getattr(d, field) + 1e-6})
    elif field == "strata":
        d = replace(d, by_stratum=d.by_stratum[::-1])
    elif field == "share of a stratum":
        p = p.copy()
        p[0] *= 2
    elif field == "coupling":
        d = d.without_coupling()
    else:
        assert d.certificate is not None
        wrong = getattr(d.certificate, field) + 1e-6
        d = replace(d, certificate=replace(d.certificate, **{field: wrong}))
    with pytest.raises(CheckFailed):
        d.check(p)


@pytest.mark.parametrize(
    ("p", "said"),
    [
        (np.ones((2, 2, 2)), "4 axes"),
        (np.zeros((2, 2, 2, 2)), "no mass"),
        (-np.ones((2, 2, 2, 2)), "negative"),
        (np.full((2, 2, 2, 2), np.nan), "not finite"),
    ],
)
def test_what_is_no_table_of_strata_is_refused(p: Table, said: str) -> None:
    with pytest.raises(InvalidDistribution, match=said):
        pid.decompose_given(p)


def test_it_can_be_shown() -> None:
    d = pid.decompose_given(random_strata(1))
    assert "certified gap" in repr(d)
    assert d.to_dict()["status"] == "optimal"
