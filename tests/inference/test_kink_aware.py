"""The default correction: its parts by other routes, the limits, and its error at kinks."""

import numpy as np
import pytest
from numpy.typing import NDArray

import pid
from pid.core.decomposition import ATOMS
from pid.inference import assess, correct
from pid.inference.atoms import PRECISE_TOL, informations, solve
from pid.inference.kink_aware import jackknifed_entropy, jackknifed_informations, kink_aware
from pid.inference.units import Units

Table = NDArray[np.float64]


def entropy(counts: Table) -> float:
    p = counts[counts > 0] / counts.sum()
    return float(-(p * np.log(p)).sum())


def atoms_of(units: Units) -> Table:
    return np.asarray(solve(units.table[None], PRECISE_TOL)[:, 0])


@pytest.mark.parametrize("counts", [[2, 1], [1, 1, 1], [5], [40, 0, 3, 1], [1000, 7, 300]])
def test_entropy_without_each_row(counts: list[int]) -> None:
    c = np.array(counts, dtype=float)
    n = c.sum()
    without = sum(k * entropy(c - row) for k, row in zip(c, np.eye(len(c)), strict=True) if k)
    expected = n * entropy(c) - (n - 1) * without / n
    assert jackknifed_entropy(c) == pytest.approx(expected, abs=1e-9)


def test_informations_without_each_row_or_group(rng: np.random.Generator) -> None:
    """Of rows in closed form; of groups with weights by leaving them out one after the other."""
    shape, cells = (3, 2, 4), rng.integers(24, size=60)
    weights, groups = rng.exponential(size=60), np.repeat(np.arange(12), 5)
    for mass, of in ((np.ones(60), np.arange(60)), (weights, groups)):
        m = int(of.max()) + 1

        def told(kept: NDArray[np.bool_], mass: Table = mass) -> Table:
            table = np.bincount(cells[kept], mass[kept], minlength=24).reshape(1, *shape)
            return informations(table.astype(np.float64))[:, 0]

        left = np.mean([told(of != unit) for unit in range(m)], axis=0)
        expected = m * told(of >= 0) - (m - 1) * left
        units = (
            Units.from_counts(np.bincount(cells, minlength=24).reshape(shape))
            if m == 60
            else Units.from_rows(cells, shape, groups=groups, weights=weights)
        )
        assert jackknifed_informations(units, rng) == pytest.approx(expected, abs=1e-9)


def test_equal_columns_share_all_they_say(rng: np.random.Generator) -> None:
    """Nothing is unique in any replicate, so that no noise of resampling comes in."""
    one = rng.multinomial(200, rng.dirichlet(np.ones(12))).reshape(4, 3)
    table = np.einsum("ik,ij->ijk", one, np.eye(4))
    found, told = correct(table, unit="nat"), jackknifed_informations(Units.from_counts(table), rng)
    assert (found.unique1, found.unique2, found.synergy) == pytest.approx((0, 0, 0), abs=1e-12)
    assert found.redundancy == pytest.approx(told[0])


def test_the_smaller_unique_atom_is_twice_itself_less_its_mean(rng: np.random.Generator) -> None:
    table = rng.multinomial(5000, rng.dirichlet(np.ones(27))).reshape(3, 3, 3)
    units = Units.from_counts(table)
    plug_in = atoms_of(units)
    drawn = plug_in[:, None] * np.array([0.98, 1.04, 1.05])
    told = jackknifed_informations(units, rng)[:3]
    found, held = kink_aware(told, plug_in, drawn, 3)
    less = 1 if plug_in[1] < plug_in[2] else 2
    assert plug_in[less] > 1e-3 and held == ()
    assert found[less] == pytest.approx(2 * plug_in[less] - drawn[less].mean())
    assert found[0] + found[1] == pytest.approx(told[0])
    assert found[0] + found[2] == pytest.approx(told[1])
    assert found.sum() == pytest.approx(told[2])
    swapped, _ = kink_aware(told[[1, 0, 2]], plug_in[[0, 2, 1, 3]], drawn[[0, 2, 1, 3]], 3)
    assert swapped == pytest.approx(found[[0, 2, 1, 3]])


def unheld(told: Table, plain: Table, drawn: Table) -> Table:
    """The atoms if nothing were held."""
    first, second, both = told
    less = 2 if plain[1] >= plain[2] else 1
    union = told[2 - less] + 2 * plain[less] - drawn[less].mean()
    return np.array([first + second - union, union - second, union - first, both - union])


@pytest.mark.parametrize("shape", [(2, 2, 2), (3, 4, 2), (3, 2, 4)])
def test_nothing_beyond_what_is_possible(shape: tuple[int, ...], rng: np.random.Generator) -> None:
    """Of few rows of all kinds; and of those held it is said, and only of those."""
    most = np.log2(shape[2])
    seen = set()
    for n in (3, 6, 20, 60):
        for _ in range(15):
            p = rng.dirichlet(np.full(np.prod(shape), rng.choice([0.05, 0.3, 2])))
            units = Units.from_counts(rng.multinomial(n, p).reshape(shape))
            drawn = solve(units.draw(50, rng))
            told, plain = jackknifed_informations(units, rng)[:3], atoms_of(units)
            found, held = kink_aware(told, plain, drawn, shape[2])
            assert found.min() >= -1e-12
            assert found.sum() <= most * np.log(2) + 1e-12
            for name, value, free in zip(ATOMS, found, unheld(told, plain, drawn), strict=True):
                moved = abs(value) < 1e-12 < abs(free)
                assert (name in held) == moved
            seen |= set(held)
            assert plain.min() > -1e-9
    assert {"unique1", "unique2", "synergy"} <= seen


def test_what_is_held_is_said() -> None:
    xor = [[[50, 0], [0, 50]], [[0, 50], [50, 0]]]
    found = assess(xor)
    assert found.corrected.total == pytest.approx(1, abs=1e-12)
    assert found.interval["total"][1] <= 1 + 1e-12
    assert "total" in found.held
    sources = np.array([[0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50, [0, 1, 1, 0] * 50])
    q = pid.quantify(*sources)
    assert q.to_dict()["held"] == list(q.held) == ["redundancy", "unique1", "unique2", "total"]
    assert q.target_entropy == pytest.approx(1)
    alone = pid.quantify(*sources, interval=None)
    assert alone.held == q.held
    assert "Held: redundancy, unique to x1 and unique to x2 at 0" in repr(alone)
    assert pid.quantify(*sources, interval=None, correction="none").held == ()
    plain = assess(xor, correction="jackknife")
    assert plain.held == ()
    assert plain.corrected.total > 1


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["and", "same channel", "minimum", "erasures"])
def test_error_at_kinks(kind: str) -> None:
    """Where the jackknife errs by up to twice as much as counting does, this does not."""
    rng = np.random.default_rng(4)
    p = np.zeros((3, 3, 3))
    match kind:
        case "and":
            p[[0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 0, 1]] = 1 / 4
        case "minimum":
            i, j = np.indices((3, 3))
            p[i, j, np.minimum(i, j)] = 1 / 9
        case "same channel":
            c = np.array([[0.85, 0.2], [0.15, 0.8], [0, 0]])
            p[..., :2] = np.einsum("ik,jk->ijk", c, c) / 2
        case "erasures":
            c = np.array([[0.7, 0], [0, 0.7], [0.3, 0.3]])
            p[..., :2] = np.einsum("ik,jk->ijk", c, c) / 2
    d = pid.decompose(p)
    truth = np.array([getattr(d, name) for name in ATOMS])
    error: dict[str, list[float]] = {"kink-aware": [], "jackknife": [], "none": []}
    for counts in rng.multinomial(1000, p.ravel() / p.sum(), size=40):
        for method, errors in error.items():
            found = correct(counts.reshape(p.shape), method)  # type: ignore[arg-type]
            errors.append(np.abs([getattr(found, name) for name in ATOMS] - truth).mean())
    mean = {method: float(np.mean(errors)) for method, errors in error.items()}
    assert mean["kink-aware"] <= 1.1 * mean["none"] + 0.0005
    assert mean["kink-aware"] < mean["jackknife"]


def test_the_value_is_in_its_interval(rng: np.random.Generator) -> None:
    """Of four rows too, where what is held is far from what is not."""
    for n in (4, 8, 30):
        for _ in range(25):
            p = rng.dirichlet(np.full(12, 0.3))
            found = assess(rng.multinomial(n, p).reshape(2, 2, 3), replicates=30)
            for name, (low, high) in found.interval.items():
                assert low - 1e-9 <= getattr(found.corrected, name) <= high + 1e-9
