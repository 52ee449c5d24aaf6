"""Two classes in closed form: true by another method, by its certificate, and by what must hold."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

import pid
from pid.core.solver.certificate import dual_value, feasible_multipliers
from pid.core.solver.hull import hull, thresholds
from pid.core.solver.two_classes import _intervals, _multipliers

Table = NDArray[np.float64]
KINDS = ("probabilities", "counts", "same channel", "many scales", "tiny", "large counts", "mirror")


def tables(kind: str, number: int, seed: int = 0) -> Iterator[Table]:
    """Tables with empty cells, ties, single symbols and masses of all sizes."""
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    for _ in range(number):
        n1, n2 = rng.integers(1, 9, 2)
        shape = (n1, n2, 2)
        p = rng.dirichlet(np.full(2 * n1 * n2, rng.choice([0.05, 0.3, 1, 3]))).reshape(shape)
        match kind:
            case "counts":
                p = rng.multinomial(rng.integers(3, 200), p.ravel()).reshape(shape)
            case "same channel":
                c = rng.dirichlet(np.ones(n1), size=2).T
                p = np.einsum("ik,jk,k->ijk", c, c[::-1], [0.3, 0.7])
            case "many scales":
                p = 10.0 ** rng.uniform(-12, 0, shape)
            case "tiny":
                p = 10.0 ** rng.uniform(-300, 0, shape)
            case "large counts":
                p = np.floor(p * 2.0**52)
            case "mirror":
                p = p + p[:, :, ::-1]
        yield np.asarray(p, dtype=np.float64)


def bare(p: Table) -> pid.Decomposition:
    return pid.decompose(p, unit="nat", keep_coupling=False)


@pytest.mark.parametrize("kind", KINDS)
def test_the_certificate_closes(kind: str) -> None:
    """A coupling with the marginals and multipliers that are feasible, and no nat between them."""
    for p in tables(kind, 150):
        d = pid.decompose(p, unit="nat")
        assert d.certificate is not None
        if d.certificate.method != "odds ratio" and p.any(axis=(0, 1)).all():
            assert d.certificate.method == "two classes"
            assert d.certificate.gap <= 1e-12
        d.check(p)
        short = bare(p)
        assert short.coupling is None and short.certificate is not None
        assert short.certificate.method == "two classes"
        assert short.certificate.gap <= 1e-12
        assert short.atoms == pytest.approx(d.atoms, abs=max(d.certificate.gap, 1e-12))


@pytest.mark.parametrize("kind", KINDS)
def test_as_by_interior_points(kind: str) -> None:
    for p in tables(kind, 15, seed=1):
        other = pid.decompose(p, unit="nat", method="interior-point", on_fail="return")
        assert other.certificate is not None
        union = bare(p).total - bare(p).synergy
        assert other.certificate.dual - 1e-12 <= union <= other.certificate.primal + 1e-12


@pytest.mark.parametrize("kind", KINDS)
def test_a_stack_is_its_tables(kind: str) -> None:
    listed = list(tables(kind, 40, seed=2))
    stack = pid.decompose_batch(listed, unit="nat")
    for one, p in zip(stack, listed, strict=True):
        assert one.atoms == pytest.approx(bare(p).atoms, abs=1e-14)
    empty = np.zeros((1, 3, 4, 2))
    empty[0, 1, 2] = 3, 0  # with another table's symbols empty, and a class of none
    full = np.ones((1, 3, 4, 2))
    assert pid.decompose_batch(np.concatenate([empty, full])).redundancy[0] == 0


def test_ties_are_exact() -> None:
    """Counts of one channel twice: whatever order they are in, neither has anything unique."""
    rng = np.random.default_rng(5)
    for _ in range(200):
        m = int(rng.integers(2, 9))
        channel = rng.integers(0, 40, (m, 2)) + 1
        p = np.asarray(channel[:, None] * channel[rng.permutation(m)][None], dtype=float)
        d = bare(p)
        assert abs(d.unique1) < 1e-15 and abs(d.unique2) < 1e-15


def test_a_mirror_image_of_two_sources() -> None:
    """Symmetries of the problem, and a symbol cut in two, which tells no more."""
    for p in tables("counts", 40, seed=3):
        d = bare(p)
        swapped = bare(p.swapaxes(0, 1))
        assert (swapped.redundancy, swapped.unique2) == pytest.approx(
            (d.redundancy, d.unique1), abs=1e-14
        )
        assert bare(p[:, :, ::-1]).atoms == pytest.approx(d.atoms, abs=1e-14)
        assert bare(p[::-1]).atoms == pytest.approx(d.atoms, abs=1e-14)
        cut = np.concatenate([p[:1] * 3, p[:1] * 2, p[1:] * 5])
        assert bare(cut).atoms == pytest.approx(d.atoms, abs=1e-14)
        assert bare(p / p.sum()).atoms == pytest.approx(d.atoms, abs=1e-13)
        assert bare(p * 1e-300).atoms == pytest.approx(d.atoms, abs=1e-13)


def test_one_source_that_tells_all_the_other_does() -> None:
    """x2 is a noisy x1: the union is what x1 tells, so x2 has nothing unique."""
    rng = np.random.default_rng(6)
    for _ in range(50):
        first, noise = rng.dirichlet(np.ones(10)).reshape(5, 2), rng.dirichlet(np.ones(4), size=5)
        p = first[:, None] * noise[:, :, None]
        d = bare(p)
        assert abs(d.unique2) < 1e-14
        assert d.information1 == pytest.approx(d.total, abs=1e-14)


def test_two_classes_of_many() -> None:
    """Classes that occur in no table count for nothing."""
    p = np.random.default_rng(7).random((3, 4, 2))
    wide = np.zeros((3, 4, 5))
    wide[..., [1, 3]] = p
    d = bare(wide)
    assert d.certificate is not None and d.certificate.method == "two classes"
    assert d.atoms == pytest.approx(bare(p).atoms, abs=1e-14)
    mixed = pid.decompose_batch(np.stack([wide, np.ones((3, 4, 5))]), unit="nat")
    assert mixed[0].atoms == pytest.approx(d.atoms, abs=1e-8)


def test_multipliers_are_feasible_before_they_are_shifted() -> None:
    """By Neyman & Pearson's lemma, for any share of the thresholds: the shift is of rounding."""
    checked = 0
    for p in tables("probabilities", 60, seed=4):
        p = p[p.any(axis=(1, 2))][:, p.any(axis=(0, 2))]
        a, b = p.sum(axis=1).T, p.sum(axis=0).T
        ends, ahead = _intervals(hull(a, b))
        alpha = _multipliers(thresholds(a), ends, ahead)[..., None]
        beta = _multipliers(thresholds(b), ends, ~ahead)[..., None]
        a, b = a[..., None], b[..., None]
        raw = dual_value(alpha, beta, a, b)
        if not np.isfinite(raw):  # a threshold that rounds to 0 or 1
            continue
        checked += 1
        assert raw == pytest.approx(dual_value(*feasible_multipliers(alpha, beta, a, b), a, b))
    assert checked > 30


def test_large_tables_take_no_search() -> None:
    """Of 3,000 symbols each: solved without a matrix, and its certificate closes."""
    p = np.random.default_rng(8).random((3000, 400, 2))
    d = bare(p)
    assert d.certificate is not None and d.certificate.gap <= 1e-10
    whole = pid.decompose(p[:300], unit="nat")
    assert whole.certificate is not None and whole.certificate.gap <= 1e-12
    assert whole.atoms == pytest.approx(bare(p[:300]).atoms, abs=1e-12)
