"""The steps of the ladder: each proves what it says, and agrees with the others."""

import itertools

import numpy as np
import pytest

from pid.core import solver
from pid.core.solver.ladder import BOLD, CAREFUL, EXTENDED
from pid.core.solver.step import Settings
from pid.core.sources import bounds, columns, cone, halves, interior_point, same_cells, trees
from pid.core.sources import union as ladder
from pid.core.sources.bounds import Evidence
from pid.core.sources.halves import front
from pid.core.sources.numbers import Proved, family
from pid.core.sources.reduced import reduced
from pid.core.sources.table import Marginals, information
from pid.core.sources.union import FEW_CELLS, step_for, union
from pid.errors import TooLarge
from scripts.source_problems import Array, dirichlet, marginals


def proves(found: Proved, of: list[Array]) -> None:
    """Evidence is feasible, and its bounds are the stated ones."""
    evidence = found.evidence
    assert isinstance(evidence, Evidence)
    assert bounds.highest(evidence.multipliers) <= 1e-12
    assert bounds.dual(evidence.multipliers, of) == pytest.approx(found.lower, abs=1e-12)
    assert bounds.value(evidence.masses) == pytest.approx(found.upper, abs=1e-12)
    assert (evidence.masses >= 0).all()
    for m, x in zip(of, evidence.cells.T, strict=True):
        for y, column in enumerate(evidence.masses.T):
            assert (np.bincount(x, column, len(m)) <= m[:, y] + 1e-13).all()


@pytest.mark.parametrize("settings", [BOLD, CAREFUL, EXTENDED], ids=["bold", "careful", "extended"])
@pytest.mark.parametrize(("k", "n", "classes"), [(3, 3, 3), (4, 2, 4), (5, 2, 3), (3, 4, 2)])
def test_interior_point(settings: Settings, k: int, n: int, classes: int) -> None:
    of = marginals(np.random.default_rng(k + n), k, n, classes)
    found = interior_point.solve(of, 1e-10, settings)
    proves(found, of)
    assert found.upper - found.lower <= 1e-10


@pytest.mark.parametrize(("k", "n", "classes"), [(3, 8, 3), (4, 5, 4), (6, 4, 3), (3, 12, 5)])
def test_priced_cells(k: int, n: int, classes: int) -> None:
    of = marginals(np.random.default_rng(k + n), k, n, classes)
    found, other = columns.solve(of, 1e-9), interior_point.solve(of, 1e-9, BOLD)
    proves(found, of)
    assert found.upper - found.lower <= 1e-9
    assert max(found.lower, other.lower) <= min(found.upper, other.upper) + 1e-12


@pytest.mark.slow
def test_a_million_cells() -> None:
    of = marginals(np.random.default_rng(0), 10, 4, 3)
    found = columns.solve(of, 1e-9)
    proves(found, of)
    assert found.upper - found.lower <= 1e-9


@pytest.mark.parametrize(("k", "n", "classes"), [(3, 3, 3), (4, 2, 3)])
def test_cone(k: int, n: int, classes: int) -> None:
    of = marginals(np.random.default_rng(1), k, n, classes)
    found, other = cone.solve(of, 1e-9), interior_point.solve(of, 1e-9, BOLD)
    proves(found, of)
    assert found.upper - found.lower < 1e-5
    assert found.lower <= other.upper + 1e-12
    assert other.lower <= found.upper + 1e-12


@pytest.mark.parametrize("classes", [2, 3, 4, 5, 9])
def test_trees(classes: int) -> None:
    """A bound from below, and of two classes the union itself."""
    of = marginals(np.random.default_rng(classes), 3, 4, classes)
    found, other = trees.solve(of, 1e-9), interior_point.solve(of, 1e-9, BOLD)
    evidence = found.evidence
    assert bounds.highest(evidence.multipliers) <= 1e-12
    assert bounds.dual(evidence.multipliers, of) == pytest.approx(found.lower)
    assert found.lower <= other.upper + 1e-12
    entropy = -float((of[0].sum(axis=0) * np.log(of[0].sum(axis=0))).sum())
    share = (found.lower + entropy) / (other.upper + entropy)
    assert share > (1 - 1e-9 if classes == 2 else 0.8 if classes < 9 else 0.5)


def test_the_value_of_a_tree_is_its_bound() -> None:
    of = marginals(np.random.default_rng(3), 4, 3, 4)
    entropy = -float((of[0].sum(axis=0) * np.log(of[0].sum(axis=0))).sum())
    told = sum(trees._told(of, *node) for node in trees.best_tree(of))
    assert trees.solve(of, 1e-9).lower + entropy == pytest.approx(told, abs=1e-12)


def test_masses_below_the_marginals_prove_an_upper_bound() -> None:
    """Any completion tells no more: F of what is there and F of the rest add up to more."""
    rng = np.random.default_rng(4)
    of = marginals(rng, 3, 2, 3)
    x = interior_point.every_cell(of)
    rows = [m[c] for m, c in zip(of, x.T, strict=True)]
    q = rows[0] * rows[1] * rows[2] / of[0].sum(axis=0) ** 2
    partly, masses = bounds.upper(x, q * rng.random(q.shape), of)
    rest = q - masses
    assert (rest >= -1e-15).all()
    assert bounds.value(masses + rest) <= partly + 1e-15


def test_lower_bounds_of_poor_multipliers() -> None:
    """Whatever is given is made feasible, and bounds the optimum."""
    rng = np.random.default_rng(5)
    of = marginals(rng, 4, 3, 3)
    best = interior_point.solve(of, 1e-10, BOLD)
    for scale in (0.1, 1.0, 10.0):
        poor = [np.log(m) + scale * rng.normal(size=m.shape) for m in of]
        low, lam = bounds.lower(poor, of)
        assert bounds.highest(lam) <= 1e-12
        assert low <= best.upper + 1e-12
        evenly, same = bounds.evenly(poor, of, bounds.highest(poor))
        assert bounds.highest(same) <= 1e-12
        assert evenly <= best.upper + 1e-12


def test_left_out_multipliers_are_low_enough() -> None:
    of = marginals(np.random.default_rng(6), 3, 3, 3)
    lam = [np.log(m / m.sum(axis=1, keepdims=True)) / 3 for m in of]
    lam[1][0, 0] = -np.inf
    low, made = bounds.lower(lam, of)
    assert np.isfinite(low)
    assert bounds.highest(made) <= 1e-12


def test_multipliers_beyond_numbers_prove_nothing() -> None:
    of = marginals(np.random.default_rng(7), 3, 2, 2)
    with np.errstate(all="ignore"):
        low, _ = bounds.lower([np.full(m.shape, 300.0) for m in of], of)
    assert low == -np.inf


def test_merged_symbols() -> None:
    rng = np.random.default_rng(8)
    of = marginals(rng, 3, 3, 3)
    p_y = of[0].sum(axis=0)
    split = [np.concatenate([m * 0.25, m * 0.75]) for m in of]
    constant = p_y[None] * np.array([[0.5], [0.5]])
    small = reduced([*split, constant], p_y)
    assert small.kept == (0, 1, 2)
    assert [len(m) for m in small.marginals] == [3, 3, 3]
    assert small.loss < 1e-14
    assert union(split, p_y, 1e-9).upper == pytest.approx(union(of, p_y, 1e-9).upper, abs=1e-9)


def test_what_is_nearly_alike_is_not_merged() -> None:
    """Symbols that are one, beside some whose posteriors differ by little."""
    rng = np.random.default_rng(16)
    of = marginals(rng, 3, 3, 3)
    near = [m * [0.3, 0.3, 0.3] * (1 + 1e-3 * rng.normal(size=m.shape)) for m in of]
    near = [np.concatenate([m - n, n, n * 0]) for m, n in zip(of, near, strict=True)]
    near = [np.concatenate([m[:3] * 0.5, m[:3] * 0.5, m[3:6]]) for m in near]
    p_y = near[0].sum(axis=0)
    small = reduced(near, p_y)
    assert [len(m) for m in small.marginals] == [6, 6, 6]
    assert small.loss < 1e-14


def test_two_sources_of_two_and_none() -> None:
    of = marginals(np.random.default_rng(9), 2, 3, 3)
    p_y = of[0].sum(axis=0)
    silent = np.outer([0.5, 0.5], p_y)
    alone = union([of[0], silent], p_y, 1e-9)
    assert alone.upper == pytest.approx(information(of[0], p_y), abs=1e-14)
    assert union([silent, silent], p_y, 1e-9).upper == pytest.approx(0, abs=1e-14)


def test_two_sources_that_do_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their cells are priced; of more symbols a tree is left."""
    of = marginals(np.random.default_rng(17), 2, 6, 3)
    p_y = of[0].sum(axis=0)
    exact = union(of, p_y, 1e-9)

    def refuses(*_: object) -> None:
        raise TooLarge("it would take days")

    monkeypatch.setattr(solver, "solve", refuses)
    priced = union(of, p_y, 1e-9)
    assert priced.upper == pytest.approx(exact.upper, abs=2e-9)
    monkeypatch.setattr(ladder, "MOST_UNKNOWNS", 1)
    bounded = union(of, p_y, 1e-9)
    assert bounded.method == trees.METHOD
    assert bounded.lower <= exact.lower + 1e-12


def test_families() -> None:
    assert family((0,), (1, 0), (2,)) == ((0, 1), (2,))
    assert family((1,), (0,)) == ((0,), (1,))


def test_steps_by_size() -> None:
    assert step_for([5, 5, 5], 2) == "two classes"
    assert step_for([500, 500], 3) == "two sources"
    assert step_for([10, 10, 10], 3) == interior_point.METHOD
    assert step_for([FEW_CELLS, 2, 2], 3) == columns.METHOD
    assert step_for([100] * 20, 3) == trees.METHOD


def test_a_family_that_does_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """An interval: from the best tree to y itself."""
    monkeypatch.setattr(ladder, "FEW_CELLS", 1)
    monkeypatch.setattr(ladder, "MOST_CELLS", 1)
    of = marginals(np.random.default_rng(10), 7, 20, 3)
    found = union(of, of[0].sum(axis=0), 1e-9)
    assert found.method.startswith(trees.METHOD)
    assert max(information(m, of[0].sum(axis=0)) for m in of) <= found.lower < found.upper


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("density", [1.0, 0.5])
def test_same_cells_are_above_copies(classes: int, density: float) -> None:
    rng = np.random.default_rng(11)
    for _ in range(3):
        p = dirichlet(rng, (2, 2, 2, classes)) * (rng.random((2, 2, 2, classes)) < density)
        p /= p.sum()
        of = Marginals(p)
        table = of.table((0, 1, 2))
        found = same_cells.solve(table, 2, 1e-9)
        pairs = [of(pair) for pair in itertools.combinations(range(3), 2)]
        copies = union(pairs, of.p_y, 1e-9)
        whole = information(of((0, 1, 2)), of.p_y)
        assert copies.lower - 1e-9 <= found.upper
        assert found.lower <= whole + 1e-12
        assert found.upper - found.lower < 1e-8


def test_same_cells_of_single_sources_are_the_union() -> None:
    p = dirichlet(np.random.default_rng(12), (3, 2, 2, 3))
    of = Marginals(p)
    found = same_cells.solve(p, 1, 1e-9)
    union_ = union([of((i,)) for i in range(3)], of.p_y, 1e-9)
    assert found.upper == pytest.approx(union_.upper, abs=3e-9)


def test_the_front_has_the_largest() -> None:
    """What is left out is nowhere above something that stays."""
    rng = np.random.default_rng(13)
    x = rng.normal(size=(700, 3))
    x[::7] = x[0]
    x[::11, 1] = -np.inf
    kept = front(x)
    for row in x:
        assert (x[kept] >= row).all(axis=1).any()
    assert len(np.unique(x[kept], axis=0)) == len(kept)


def test_halves_without_what_is_never_largest(monkeypatch: pytest.MonkeyPatch) -> None:
    of = marginals(np.random.default_rng(14), 6, 4, 3)
    lam = [np.log(m) * 0.3 for m in of]
    worst = bounds.highest(lam)
    monkeypatch.setattr(halves, "ALL_CELLS", 1)
    assert bounds.highest(lam) == pytest.approx(worst, abs=1e-12)
    found = columns.solve(of, 1e-9)
    assert bounds.violated(lam)[1] is None
    monkeypatch.undo()
    proves(found, of)
    assert found.upper - found.lower <= 1e-9


def test_a_front_that_is_too_large_of_cells_that_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """As of three sources with a hundred symbols each: all cells are looked at instead."""
    of = marginals(np.random.default_rng(15), 6, 4, 3)
    lam = [np.log(m) * 0.3 for m in of]
    worst = bounds.highest(lam)
    monkeypatch.setattr(halves, "ALL_CELLS", 1)
    monkeypatch.setattr(halves, "MOST_FRONT", 4)
    assert bounds.highest(lam) == pytest.approx(worst, abs=1e-12)
    found = columns.solve(of, 1e-9)
    monkeypatch.undo()
    proves(found, of)
    assert found.upper - found.lower <= 1e-9


def test_a_front_that_is_too_large_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    of = marginals(np.random.default_rng(15), 6, 4, 3)
    monkeypatch.setattr(halves, "ALL_CELLS", 1)
    monkeypatch.setattr(halves, "MANY_CELLS", 1)
    monkeypatch.setattr(halves, "MOST_FRONT", 4)
    monkeypatch.setattr(ladder, "FEW_CELLS", 1)
    assert bounds.highest([np.log(m) * 0.3 for m in of]) == np.inf
    found = union(of, of[0].sum(axis=0), 1e-9)
    assert found.lower < found.upper
