"""Dependent rows count for as many independent ones as say as much, and tests then keep level."""

import numpy as np
import pytest

from pid.inference import Units, dependence, significance
from pid.inference.dependence import design_effect, effective_rows

SHAPE = (3, 2, 2)


def grouped(
    p: np.ndarray, groups: int, each: int, stick: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Cells whose law is ``p``, and which copy a value of their group with chance ``stick``."""
    fresh, base = (rng.choice(p.size, size=(groups, m), p=p.ravel()) for m in (each, 1))
    cells = np.where(rng.random((groups, each)) < stick, base, fresh)
    return cells.ravel(), np.repeat(np.arange(groups), each)


@pytest.mark.parametrize("groups", [40, 400])
def test_design_effect_of_rows_that_copy_their_group(groups: int, rng: np.random.Generator) -> None:
    """Correlation r within groups of m rows: 1 + (m - 1) r (Kish 1965)."""
    p = rng.dirichlet(np.ones(12)).reshape(SHAPE)
    found = []
    for _ in range(40):
        cells, group = grouped(p, groups, 10, 0.5, rng)
        found.append(design_effect(Units.from_rows(cells, SHAPE, groups=group)))
    assert np.mean(found) == pytest.approx(1 + 9 * 0.25, rel=0.05)


@pytest.mark.parametrize("room", [1, 50])
def test_one_group_or_a_few_at_a_time(
    room: int, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table may have more cells than there is room for."""
    cells, group = grouped(np.full(SHAPE, 1 / 12), 40, 10, 0.5, rng)
    units = Units.from_rows(cells, SHAPE, groups=group)
    whole = design_effect(units)
    monkeypatch.setattr(dependence, "SIDE_BY_SIDE", room)
    assert design_effect(units) == pytest.approx(whole)


def test_single_rows_and_groups_of_one_have_none(rng: np.random.Generator) -> None:
    cells = rng.integers(12, size=500)
    assert effective_rows(Units.from_rows(cells, SHAPE)) == 500
    alone = Units.from_rows(cells, SHAPE, groups=np.arange(500))
    assert design_effect(alone) == pytest.approx(1, abs=0.01)


def test_groups_that_differ_in_one_source_alone_lose_nothing(rng: np.random.Generator) -> None:
    """y is a patient's diagnosis, x independent draws: rows are independent given y."""
    y = np.repeat(rng.integers(2, size=50), 20)
    x1, x2 = rng.integers(3, size=1000), rng.integers(2, size=1000)
    cells = np.ravel_multi_index((x1, x2, y), SHAPE)
    units = Units.from_rows(cells, SHAPE, groups=np.repeat(np.arange(50), 20))
    assert design_effect(units) < 1.3


def test_weights_are_no_dependence(rng: np.random.Generator) -> None:
    """Kish's number of rows is in the table already."""
    cells, weights = rng.integers(12, size=2000), rng.exponential(size=2000) + 0.1
    scaled = weights * weights.sum() / (weights @ weights)
    units = Units.from_rows(cells, SHAPE, weights=scaled)
    assert design_effect(units) == pytest.approx(1, abs=0.1)
    assert effective_rows(units) == pytest.approx(weights.sum() ** 2 / (weights @ weights), rel=0.1)


def test_the_test_keeps_its_level_on_groups_only_if_told(rng: np.random.Generator) -> None:
    p = np.full((2, 2, 2), 1 / 8)
    rejected = {"groups": 0, "rows": 0}
    for seed in range(60):
        cells, group = grouped(p, 60, 20, 0.7, rng)
        units = Units.from_rows(cells, p.shape, groups=group)
        for name, data in (("groups", units), ("rows", units.table)):
            test = significance(data, "total", replicates=99, enough=5, random_state=seed)
            rejected[name] += test.p <= 0.05
    assert rejected["groups"] <= 8  # binomial(60, .05): more than 8 once in 500
    assert rejected["rows"] >= 45


def test_swapped_and_summed_units(rng: np.random.Generator) -> None:
    cells, group = rng.integers(12, size=60), rng.integers(9, size=60)
    units = Units.from_rows(cells, SHAPE, groups=group)
    assert np.array_equal(units.swapped().table, units.table.transpose(1, 0, 2))
    assert np.array_equal(units.without(1).table[:, 0], units.table.sum(axis=0))
    assert np.array_equal(units.without(2).table[:, 0], units.table.sum(axis=1))


def test_enough_draws_give_the_same_decision(rng: np.random.Generator) -> None:
    for _ in range(20):
        counts = rng.multinomial(300, np.full(12, 1 / 12)).reshape(SHAPE)
        whole = significance(counts, "synergy", replicates=199)
        early = significance(counts, "synergy", replicates=199, enough=10)
        assert (whole.p <= 0.05) == (early.p <= 0.05)
        assert early.p >= 0.05 or early.p == whole.p
