"""What must hold for any table of several sources: sums, signs, invariances, peers."""

import itertools
import math

import numpy as np
import pytest

import pid
from pid.core.information import Unit
from pid.core.sources import curves
from pid.core.sources.decompose import decompose_sources, numbers_of
from pid.core.sources.table import Marginals, canonical_order, entropy
from pid.core.sources.union import union
from scripts.source_peers import clarabel
from scripts.source_problems import KINDS, Array, dirichlet

NAMES = ["a", "b", "c", "d", "e"]
SHAPES = [(2, 2, 2, 2), (2, 3, 2, 3), (3, 3, 3, 2), (2, 2, 2, 2, 2), (2, 2, 2, 2, 3)]


def tables(kinds: int = len(KINDS)) -> list[Array]:
    rng = np.random.default_rng(0)
    draws = itertools.islice(itertools.cycle(KINDS.values()), kinds * len(SHAPES))
    return [draw(rng, SHAPES[i % len(SHAPES)]) for i, draw in enumerate(draws)]


def decomposed(p: Array, unit: Unit = "nat") -> pid.SourcesDecomposition:
    return pid.decompose(p, names=NAMES[: p.ndim - 1], unit=unit)


@pytest.mark.slow
@pytest.mark.parametrize("p", tables())
def test_sums_signs_and_check(p: Array) -> None:
    d = decomposed(p)
    d.check(p)
    slack = (p.ndim + 1) * d.certificate.gap + 1e-12
    assert abs(d.total - d.union - sum(d.synergy.values())) < 1e-12
    assert abs(d.union - d.shared - sum(d.unique.values())) < 1e-12
    assert min(*d.unique.values(), *d.synergy.values(), d.shared) >= -slack
    assert d.total == pytest.approx(information(p), abs=1e-12)
    last = d.synergy[p.ndim - 1]
    for loss in d.loss.values():
        assert min(loss) >= -slack
        assert last <= loss.together + slack  # what needs all is lost with any
    if p.ndim == 4:
        assert d.shared >= max(d.overlap[np.triu_indices(3, 1)]) - slack


def information(p: Array) -> float:
    flat = p.reshape(-1, p.shape[-1]) / p.sum()
    return float(pid.mutual_information(flat, unit="nat"))


@pytest.mark.parametrize("p", tables(2)[:10])
def test_sources_in_another_order(p: Array) -> None:
    """To the last bit: a pair of sources, and whatever they are called, has one number."""
    d = decomposed(p)
    for order in itertools.permutations(range(p.ndim - 1)):
        again = pid.decompose(
            p.transpose(*order, p.ndim - 1), names=[d.names[i] for i in order], unit="nat"
        )
        assert {n: again.unique[n] for n in d.names} == d.unique
        assert {n: again.loss[n] for n in d.names} == d.loss
        assert (again.shared, again.synergy, again.total) == (d.shared, d.synergy, d.total)
        assert (again.overlap == d.overlap[np.ix_(order, order)]).all()
        assert again.shared_by == d.shared_by


def test_tied_sources_in_another_order() -> None:
    """Sources with the same marginals, in a table that is not symmetric."""
    xor = np.zeros((2, 2, 2, 2, 3))
    for a, b, c in np.ndindex(2, 2, 2):
        xor[a, b, c, a ^ c, (a ^ b) + c] += 1 / 3
    d = decomposed(xor)
    for order in itertools.permutations(range(4)):
        again = decomposed(xor.transpose(*order, 4))
        assert (again.shared, again.synergy) == (d.shared, d.synergy)


def test_canonical_order_does_not_depend_on_the_order() -> None:
    p = dirichlet(np.random.default_rng(1), (2, 2, 2, 3))
    p /= p.max()
    first = p.transpose(*canonical_order(p), 3)
    for order in itertools.permutations(range(3)):
        turned = np.ascontiguousarray(p.transpose(*order, 3))
        assert (turned.transpose(*canonical_order(turned), 3) == first).all()


@pytest.mark.parametrize("classes", [2, 3])
def test_additive(classes: int) -> None:
    """Independent problems, each source seeing its part of both."""
    rng = np.random.default_rng(classes)
    p, q = dirichlet(rng, (2, 2, 2, classes)), dirichlet(rng, (2, 2, 2, 2))
    both = np.einsum("abcy,defz->adbecfyz", p, q).reshape(4, 4, 4, 2 * classes)
    whole, *parts = (decomposed(table, "bit") for table in (both, p, q))
    assert abs(whole.shared - sum(d.shared for d in parts)) < 1e-8
    for name in whole.names:
        assert abs(whole.unique[name] - sum(d.unique[name] for d in parts)) < 1e-8
        strict = sum(d.loss[name].strict for d in parts)
        assert abs(whole.loss[name].strict - strict) < 1e-8
    for m in (2, 3):
        assert abs(whole.synergy[m] - sum(d.synergy[m] for d in parts)) < 1e-8
    assert np.abs(whole.overlap - sum(d.overlap for d in parts)).max() < 1e-8


@pytest.mark.parametrize("shape", [(3, 4, 2), (3, 4, 3), (2, 2, 4)])
def test_two_sources_are_those_of_today(shape: tuple[int, ...]) -> None:
    p = dirichlet(np.random.default_rng(2), shape, 0.3)
    today = pid.decompose(p, unit="nat")
    d = decompose_sources(p / p.max(), ["a", "b"], "nat", 1e-9)
    found = [d.shared, *d.unique.values(), d.synergy[2]]
    np.testing.assert_allclose(found, list(today.atoms.values()), atol=2e-9)
    assert d.loss["a"].strict == pytest.approx(today.unique1, abs=2e-9)
    assert d.overlap[0, 1] == pytest.approx(today.redundancy, abs=2e-9)


def test_a_silent_source_and_a_copy() -> None:
    rng = np.random.default_rng(3)
    p = dirichlet(rng, (2, 3, 3))
    two = pid.decompose(p, unit="nat")
    silent = decomposed(p[:, :, None, :] * np.array([0.25, 0.75])[:, None])
    assert silent.unique["c"] == pytest.approx(0, abs=2e-9)
    assert silent.shared == pytest.approx(two.redundancy, abs=2e-9)
    assert silent.synergy[2] == pytest.approx(two.synergy, abs=2e-9)
    assert silent.synergy[3] == pytest.approx(0, abs=2e-9)
    copied = decomposed(np.einsum("aby,ac->abcy", p, np.eye(2)))
    assert copied.unique["a"] == pytest.approx(0, abs=2e-9)
    assert copied.unique["b"] == pytest.approx(two.unique2, abs=4e-9)
    assert copied.shared == pytest.approx(two.redundancy + two.unique1, abs=4e-9)
    assert copied.loss["a"].total == pytest.approx(0, abs=2e-9)


def test_a_source_that_is_the_target() -> None:
    p = np.einsum("aby,yc->abcy", dirichlet(np.random.default_rng(4), (2, 2, 3)), np.eye(3))
    d = decomposed(p)
    assert d.union == pytest.approx(d.total, abs=1e-9)
    assert d.single["c"] == pytest.approx(d.entropy, abs=1e-12)
    assert list(d.synergy.values()) == pytest.approx([0, 0], abs=2e-9)


@pytest.mark.parametrize("classes", [1, 3])
def test_one_class(classes: int) -> None:
    p = np.zeros((2, 3, 2, classes))
    p[..., 0] = dirichlet(np.random.default_rng(5), (2, 3, 2))
    d = decomposed(p)
    assert (d.total, d.union, d.shared, d.entropy) == (0, 0, 0, 0)
    assert set(d.synergy.values()) == {0}


def test_classes_and_symbols_that_never_occur() -> None:
    p = dirichlet(np.random.default_rng(6), (2, 2, 2, 3))
    more = np.zeros((3, 2, 4, 5))
    more[:2, :, 1:3, [0, 2, 4]] = p
    d, again = decomposed(p), decomposed(more)
    again.check(more)
    assert again.shared == pytest.approx(d.shared, abs=1e-9)
    assert again.synergy == pytest.approx(d.synergy, abs=2e-9)


@pytest.mark.parametrize("seed", range(3))
def test_other_cells_of_the_same_masses(seed: int) -> None:
    """Symbols in another order, and one symbol as two."""
    rng = np.random.default_rng(seed)
    p = dirichlet(rng, (3, 2, 2, 3))
    d = decomposed(p)
    turned = decomposed(p[[2, 0, 1]][:, ::-1])
    split = np.concatenate([p[:2], p[2:] * 0.3, p[2:] * 0.7])
    for other in (turned, decomposed(split)):
        assert other.shared == pytest.approx(d.shared, abs=3e-9)
        assert other.synergy == pytest.approx(d.synergy, abs=3e-9)


@pytest.mark.parametrize("shape", [(2, 2, 2, 2), (2, 2, 2, 3), (3, 2, 2, 2), (2, 2, 2, 2, 3)])
def test_union_of_another_program(shape: tuple[int, ...]) -> None:
    """The least I_q of a general solver of cones over all joints with the marginals."""
    p = dirichlet(np.random.default_rng(7), shape)
    marginals = Marginals(p)
    ours = union([marginals((i,)) for i in range(p.ndim - 1)], marginals.p_y, 1e-10)
    assert ours.lower - 1e-6 <= clarabel(p) <= ours.upper + 1e-6


def test_atoms_of_two_classes_add_up() -> None:
    p = dirichlet(np.random.default_rng(8), (2, 3, 2, 2, 2))
    d = decomposed(p)
    assert d.shared_by is not None
    assert min(d.shared_by.values()) > -1e-12
    assert sum(d.shared_by.values()) == pytest.approx(d.shared, abs=1e-12)
    for a, b in itertools.combinations(d.names, 2):
        covered = sum(v for those, v in d.shared_by.items() if {a, b} <= those)
        overlap = d.overlap[d.names.index(a), d.names.index(b)]
        assert covered == pytest.approx(overlap, abs=1e-12)


def test_two_classes_by_interior_points() -> None:
    """The hull against the general program."""
    from pid.core.solver.ladder import BOLD
    from pid.core.sources import interior_point

    rng = np.random.default_rng(9)
    for k in (3, 4, 5):
        marginals = Marginals(dirichlet(rng, (3,) * k + (2,), 0.5))
        ms = [marginals((i,)) for i in range(k)]
        hull = curves.join([curves.curve(m, marginals.p_y) for m in ms])
        found = interior_point.solve(ms, 1e-10, BOLD)
        told = curves.information(hull)
        assert found.lower + entropy(marginals.p_y) - 1e-12 <= told
        assert told <= found.upper + entropy(marginals.p_y) + 1e-12
        assert found.upper - found.lower < 1e-9


@pytest.mark.parametrize("p", tables(3)[::2])
def test_whatever_numpy_is_told_of_zeros(p: Array) -> None:
    with np.errstate(all="raise"):
        d = decomposed(p)
        d.check(p)
    assert d.to_dict() == decomposed(p).to_dict()


def test_numbers_are_in_nats_inside() -> None:
    p = dirichlet(np.random.default_rng(10), (2, 2, 2, 3))
    d = decomposed(p, "bit")
    order = canonical_order(p / p.max())
    inside, _ = numbers_of(np.ascontiguousarray(p.transpose(*order, 3)), 1e-9)
    assert inside.shared.value == pytest.approx(d.shared * math.log(2), abs=1e-12)


@pytest.mark.parametrize("classes", [2, 3])
def test_a_source_of_one_symbol_changes_nothing(classes: int) -> None:
    """Nor does one of which only one symbol occurs: numbers, and what proves them, are the same."""
    p = dirichlet(np.random.default_rng(8), (2, 3, 2, classes))
    wide = np.zeros((2, 3, 2, 2, classes))
    wide[:, :, :, 1] = p
    d = pid.decompose(p, names=["a", "b", "c"])
    for table in (p[:, :, :, None], wide):
        e = pid.decompose(table, names=["a", "b", "c", "none"])
        assert e.synergy.pop(4) == 0
        assert e.synergy == pytest.approx(d.synergy, abs=1e-12)
        assert (e.shared, e.union, e.total) == pytest.approx(
            (d.shared, d.union, d.total), abs=1e-12
        )
        assert e.unique.pop("none") == e.single["none"] == e.loss["none"].total == 0
        assert e.unique == pytest.approx(d.unique, abs=1e-12)
        pid.decompose(table).check(table)


def test_a_source_of_one_symbol_makes_nothing_hard() -> None:
    """Sets with it would be sources of their own, and ten sets of two too many cells."""
    p = np.random.default_rng(9).random((2, 2, 2, 2, 1, 3))
    unions = pid.decompose(p, names=list("abcde")).certificate.unions
    assert {name for union in unions for one in union.sets for name in one} == set("abcd")
