"""What cells add to the atoms: means, and that no symmetry of a table moves them."""

from itertools import permutations

import numpy as np
import pytest
from numpy.typing import NDArray

import pid
from pid.core.decomposition import ATOMS
from pid.core.solver.certificate import log_partition
from pid.core.solver.face import least_squares
from pid.datasets import gate, random

Table = NDArray[np.float64]
COLUMNS = (*ATOMS, "total")
TOL = 1e-11  # gap of the tables here
NEAR = 2e-5  # what single cells may be off by then: a gap is a divergence, so goes as the square


def values(p: Table) -> NDArray[np.float64]:
    """Of all cells, shape (5, n1, n2, k), 0 where there is no mass."""
    cells = pid.decompose(p, tol=TOL, on_fail="return").by_cell(p)
    found = np.zeros((5, *p.shape))
    found[:, cells.x1, cells.x2, cells.y] = cells[list(COLUMNS)].to_numpy().T
    return found


def structured(seed: int) -> Table:
    """A table with zeros and equal masses, in which multipliers are often not unique."""
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers(2, 6, size=3))
    p = rng.integers(0, 3, size=shape) * (rng.random(shape) < 0.35)
    p[0, 0, 0] += 1
    return np.asarray(p / p.sum())


def minimum(n: int) -> Table:
    i, j = np.indices((n, n))
    return np.eye(n)[np.minimum(i, j)] / n**2


SPECIAL = {
    "and": gate("and"),
    "xor": gate("xor"),
    "copy": gate("copy"),
    "minimum": minimum(3),
    "large minimum": minimum(9),
    "one is larger": np.eye(2)[(np.arange(4)[:, None] > np.arange(5)).astype(int)] / 20,
    **{f"structured {seed}": structured(seed) for seed in range(40)},
}


@pytest.fixture(params=SPECIAL.values(), ids=list(SPECIAL))
def special(request: pytest.FixtureRequest) -> Table:
    found: Table = request.param
    return found


def check_means(p: Table) -> None:
    d = pid.decompose(p, on_fail="return")
    assert d.certificate is not None
    cells = d.by_cell(p)
    assert cells.share.sum() == pytest.approx(1, abs=1e-12)
    for name in COLUMNS:
        mean = float((cells.share * cells[name]).sum())
        assert abs(mean - getattr(d, name)) <= d.certificate.gap + 1e-11, name


def test_means_are_the_atoms(table: Table) -> None:
    check_means(table)


def test_means_are_the_atoms_where_multipliers_are_free(special: Table) -> None:
    check_means(special)


def test_units() -> None:
    p = gate("and")
    bits, nats = (pid.decompose(p, unit=unit).by_cell(p) for unit in ("bit", "nat"))
    np.testing.assert_allclose(nats[list(COLUMNS)], bits[list(COLUMNS)] * np.log(2), atol=1e-12)


def test_and() -> None:
    """Of (0, 1) and (1, 0) none is the one with all of the synergy."""
    expected = {  # by log p(y | x) / p(y), and u of the cells without mass in q* by symmetry
        (0, 0): (np.log2(4 / 3), 0, 0, 0),
        (0, 1): (np.log2(4 / 3) - 0.5, 0.5, -0.5, 0.5),
        (1, 0): (np.log2(4 / 3) - 0.5, -0.5, 0.5, 0.5),
        (1, 1): (1, 0, 0, 1),
    }
    found = values(gate("and"))
    for (x1, x2), atoms in expected.items():
        np.testing.assert_allclose(found[:4, x1, x2, x1 & x2], atoms, atol=1e-9)


def test_xor_and_copy() -> None:
    np.testing.assert_allclose(values(gate("xor"))[3][gate("xor") > 0], 1, atol=1e-8)
    p = gate("copy")
    found = values(p)[:, p > 0]
    np.testing.assert_allclose(found, np.tile([[0], [1], [1], [0], [2]], 4), atol=1e-8)


def test_relabelling(special: Table) -> None:
    orders = np.ix_(*(np.random.default_rng(1).permutation(n) for n in special.shape))
    moved = np.array([atom[orders] for atom in values(special)])
    np.testing.assert_allclose(values(special[orders]), moved, atol=NEAR)


def test_exchange_of_sources(special: Table) -> None:
    found, swapped = values(special), values(special.transpose(1, 0, 2))
    np.testing.assert_allclose(swapped.swapaxes(1, 2)[[0, 2, 1, 3, 4]], found, atol=NEAR)


@pytest.mark.parametrize("name", ["and", "minimum", "one is larger"])
def test_every_symmetry_of_a_table_is_one_of_its_cells(name: str) -> None:
    p = SPECIAL[name]
    found, n = values(p), p.shape
    symmetries = 0
    for first in permutations(range(n[0])):
        for second in permutations(range(n[1])):
            for classes in permutations(range(n[2])):
                order = np.ix_(first, second, classes)
                if np.array_equal(p[order], p):
                    symmetries += 1
                    moved = np.array([atom[order] for atom in found])
                    np.testing.assert_allclose(moved, found, atol=1e-8)
    assert symmetries >= 1


@pytest.mark.parametrize("evenly", [True, False])
def test_a_symbol_in_two(special: Table, evenly: bool) -> None:
    """Two names of what says the same have what the one had, however x2 goes with each."""
    half = special[:1] / 2
    apart = np.zeros_like(half)
    if not evenly:  # other shares of x2 with the same p(x1, y)
        most = half[0].argmax()
        y = most % special.shape[2]
        moved = min(half[0, :, y].max(), half[0, :, y].min()) / 2
        apart[0, half[0, :, y].argmax(), y] += moved
        apart[0, half[0, :, y].argmin(), y] -= moved
    split = np.concatenate([half + apart, half - apart, special[1:]])
    found, whole = values(split), values(special)
    there = (split > 0)[[0, *range(2, len(split))]] & (special > 0)
    redundancy, unique1, unique2 = (found[atom][[0, *range(2, len(split))]] for atom in range(3))
    for atom, value in enumerate((redundancy, unique1, unique2)):
        np.testing.assert_allclose(value[there], whole[atom][there], atol=NEAR)
    both = there[0] & (split[1] > 0)
    np.testing.assert_allclose(found[:3, 0][:, both], found[:3, 1][:, both], atol=NEAR)


@pytest.mark.parametrize(
    ("one", "other"), [("and", "and"), ("and", "structured 4"), ("structured 0", "structured 10")]
)
def test_independent_problems_add_up(one: str, other: str) -> None:
    p, q = SPECIAL[one], SPECIAL[other]
    shape = [n * m for n, m in zip(p.shape, q.shape, strict=True)]
    both = np.einsum("ijy,abz->iajbyz", p, q).reshape(shape)
    expected = values(p)[:, :, None, :, None, :, None] + values(q)[:, None, :, None, :, None, :]
    there = both > 0
    np.testing.assert_allclose(
        values(both)[:, there], expected.reshape(5, *shape)[:, there], atol=NEAR
    )


def test_multipliers_are_still_a_proof(special: Table) -> None:
    d = pid.decompose(special)
    assert d.coupling is not None
    assert d.certificate is not None
    assert d.certificate.multipliers is not None
    alpha, beta = least_squares(d.coupling, *d.certificate.multipliers)
    assert log_partition(alpha.T[..., None], beta.T[..., None]).max() <= 1e-14


def test_least_among_all() -> None:
    """No other feasible lift of the parts has a smaller sum of squares: tried at random."""
    rng = np.random.default_rng(0)
    p = SPECIAL["one is larger"]
    d = pid.decompose(p)
    assert d.coupling is not None
    assert d.certificate is not None
    assert d.certificate.multipliers is not None
    alpha, beta = least_squares(d.coupling, *d.certificate.multipliers)
    a, b = p.sum(axis=1), p.sum(axis=0)
    weight = a[:, None] * b / p.sum(axis=(0, 1))

    def size(alpha: Table, beta: Table) -> float:
        there = weight > 0
        return float((weight[there] * (alpha[:, None] + beta)[there] ** 2).sum())

    value = float((a * np.where(a > 0, alpha, 0)).sum() + (b * np.where(b > 0, beta, 0)).sum())
    tried = 0
    for _ in range(20_000):
        lift = rng.normal(scale=0.3, size=a.shape), rng.normal(scale=0.3, size=b.shape)
        lift = tuple(step * (rng.random(step.shape) < 0.4) for step in lift)
        other = alpha + lift[0], beta + lift[1]
        if log_partition(other[0].T[..., None], other[1].T[..., None]).max() > 0:
            continue
        worth = sum(
            float((m * np.where(m > 0, x, 0)).sum()) for m, x in zip((a, b), other, strict=True)
        )
        assert worth <= value + 1e-9
        if worth >= value - 1e-9:
            tried += 1
            assert size(*other) >= size(alpha, beta) - 1e-9
    assert tried > 0


def test_rare_symbols_and_tiny_masses() -> None:
    for seed in range(20):
        check_means(random.log_normal((4, 3, 3), sigma=20, random_state=seed))
        check_means(random.rare((3, 3, 3), rarity=1e-12, random_state=seed))


def test_without_what_proves_it() -> None:
    p = gate("and")
    for d in (pid.decompose(p).without_coupling(), pid.decompose(p, keep_coupling=False)):
        with pytest.raises(pid.CheckFailed, match="keep_coupling=True"):
            d.by_cell(p)
    with pytest.raises(pid.CheckFailed, match="shape"):
        pid.decompose(p).by_cell(gate("copy"))
