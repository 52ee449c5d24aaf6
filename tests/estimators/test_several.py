"""All numbers of several sources from posteriors: truths of tables, sum rules, invariances."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

import pid
from pid._types import Codes, Floats
from pid.core.sources.values import SourceNumbers, values
from pid.errors import InvalidInput
from pid.estimators import PosteriorPID, SourcesPID
from pid.estimators.posterior.cells import cells_of
from pid.estimators.posterior.estimate import Making
from pid.estimators.posterior.halved import HalvedNumbers
from pid.estimators.posterior.said import Said
from pid.estimators.posterior.soft import held_out_bound, soft_union
from pid.estimators.posterior.told import (
    contributions,
    layout_of,
    left_out,
    orders_of,
    sets_of,
    told,
)
from pid.estimators.posterior.union import masses

NATS = Making(24, 1e-9, 0)


def rows_of(counts: np.ndarray) -> tuple[list[Codes], Codes]:
    """Every row of a table of counts: its symbols, and its class."""
    cells = np.repeat(np.arange(counts.size), counts.ravel())
    *symbols, y = np.unravel_index(cells, counts.shape)
    return list(symbols), y


def said_of(counts: np.ndarray) -> Said:
    """What those say who know the table: the shares of the classes among equal rows."""
    symbols, y = rows_of(counts)
    k, said = len(symbols), Said(y)
    said.logs[()] = np.tile(np.log(said.p_y), (len(y), 1))
    for of in (s for m in range(1, k + 1) for s in itertools.combinations(range(k), m)):
        out = tuple(i for i in range(k) if i not in of)
        table = counts.sum(axis=out).astype(np.float64)
        found = table[tuple(symbols[i] for i in of)] + 1e-12
        said.logs[of] = np.log(found / found.sum(axis=1, keepdims=True))
    return said


def numbers(counts: np.ndarray) -> dict[str, float]:
    """All numbers in nats, by those who know the table."""
    said, k = said_of(counts), counts.ndim - 1
    layout = layout_of(k, counts.shape[-1])
    found = layout.as_numbers(told(said, layout, NATS).values)
    names = [f"x{i + 1}" for i in range(k)]
    return SourceNumbers(**values(found, names, "nat", 0.0)).by_name()


def counts_of(shape: tuple[int, ...], seed: int, least: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.integers(least, 12, size=shape)


@pytest.mark.parametrize(
    "shape", [(2, 2, 2, 2), (3, 2, 4, 2), (2, 3, 2, 3), (2, 2, 2, 2, 2), (2, 2, 2, 2, 3)]
)
@pytest.mark.parametrize("least", [0, 1])
def test_posteriors_of_a_table_have_its_numbers(shape: tuple[int, ...], least: int) -> None:
    """Whoever knows p(y | x) knows all numbers: rows are curves or cells of the table."""
    counts = counts_of(shape, 3, least)
    found, d = numbers(counts), pid.decompose(counts, unit="nat")
    assert isinstance(d, pid.SourcesDecomposition)
    # no probability is as certain as the rows, which costs about 1 / rows
    for name, value in d.by_name().items():
        assert found[name] == pytest.approx(value, abs=3 / counts.sum() + 2e-6), name


@pytest.mark.parametrize("classes", [2, 3, 4])
def test_what_rows_add_is_each_number_on_average(classes: int) -> None:
    counts = counts_of((2, 3, 2, classes), 5, least=1)
    said = said_of(counts)
    layout = layout_of(3, classes)
    found = told(said, layout, NATS)
    added = contributions(found, layout).mean(axis=1)
    assert added == pytest.approx(found.values, abs=3e-3)


@pytest.mark.slow
def test_cells_are_for_what_trees_miss() -> None:
    """Few cells lose much of what sources tell, and hardly any of what is added for trees."""
    rng = np.random.default_rng(0)
    y = rng.integers(3, size=20_000)
    said = []
    for strength in (1.2, 1.0, 0.7):
        centres = strength * rng.normal(size=(3, 2))
        logs = -(((centres[y] + rng.normal(size=(len(y), 2)))[:, None] - centres) ** 2)
        p = np.exp(logs.sum(axis=2) / 2)
        said.append(p / p.sum(axis=1, keepdims=True))
    p_y = np.bincount(y) / len(y)
    cells = {c: [cells_of(p, p_y, c, 0) for p in said] for c in (5, 20)}
    few, more = (soft_union(said, y, cells[c], 1e-8) for c in (5, 20))
    bound = soft_union(said, y, [], 1e-8)
    tables = [cell.table for cell in cells[5]]
    alone = soft_union([t / t.sum(axis=1, keepdims=True) for t in tables], np.arange(3), [], 1e-8)
    assert bound.value < few.value
    assert few.value == pytest.approx(more.value, abs=0.002)
    assert alone.value < few.value - 0.02
    assert few.of_rows.mean() == pytest.approx(few.value, abs=0.02)


@pytest.mark.parametrize("classes", [2, 3])
def test_the_held_out_bound_is_below_for_any_classifier(classes: int) -> None:
    """On average, of other rows; here of classifiers that know nothing, and that know all."""
    rng = np.random.default_rng(classes)
    y = rng.integers(classes, size=40_000)
    centres = [rng.normal(size=(classes, 2)) for _ in range(3)]
    x = [c[y] + rng.normal(size=(len(y), 2)) for c in centres]

    def posteriors(sharp: float) -> list[Floats]:
        logs = [
            -sharp * ((a[:, None] - c) ** 2).sum(axis=2) / 2
            for a, c in zip(x, centres, strict=True)
        ]
        return [np.exp(one) / np.exp(one).sum(axis=1, keepdims=True) for one in logs]

    p_y = np.bincount(y) / len(y)
    right = posteriors(1.0)
    cells = [cells_of(p, p_y, 12, 0) for p in right] if classes > 2 else []
    best = soft_union(right, y, cells, 1e-8)
    halves = np.arange(20_000), np.arange(20_000, 40_000)
    bounds = [
        held_out_bound(posteriors(sharp), y, halves, best.tree) for sharp in (0.2, 0.6, 1.0, 2.0)
    ]
    assert max(bounds) == bounds[2]
    assert bounds[2] <= best.value + 0.01
    assert bounds[2] == pytest.approx(best.value - best.of_cells, abs=0.015)
    assert bounds[0] < best.value - 0.02


def test_which_sets_are_seen() -> None:
    assert sets_of(3) == [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)]
    assert len(sets_of(4)) == 15
    assert orders_of(6) == [2, 5]
    assert len(sets_of(6)) == 6 + 15 + 6 + 1
    assert left_out(4) == ()
    assert "sets of 3 to 4 sources" in left_out(6)[0]


def clouds(n: int, k: int = 3, seed: int = 0, classes: int = 2) -> tuple[dict[str, Floats], Codes]:
    rng = np.random.default_rng(seed)
    y = rng.choice(classes, size=n, p=np.arange(2, classes + 2) / np.arange(2, classes + 2).sum())
    sources = {
        f"s{i}": rng.normal(size=(classes, 2))[y] + rng.normal(size=(n, 2)) for i in range(k)
    }
    return sources, y


def best(est: SourcesPID) -> SourceNumbers:
    """The corrected numbers."""
    assert est.corrected_ is not None
    return est.corrected_


def errors(est: SourcesPID) -> dict[str, float]:
    """Standard errors."""
    assert est.errors_ is not None
    return est.errors_


def ends(est: SourcesPID) -> dict[str, tuple[float, float]]:
    """Intervals."""
    assert est.interval_ is not None
    return est.interval_


@pytest.fixture(scope="module", params=[2, 3])
def fitted(request: pytest.FixtureRequest) -> SourcesPID:
    sources, y = clouds(600, seed=1, classes=request.param)
    return SourcesPID(LogisticRegression()).fit(sources, y)


@pytest.mark.parametrize("which", ["numbers_", "corrected_"])
def test_numbers_add_up(fitted: SourcesPID, which: str) -> None:
    found = getattr(fitted, which)
    assert sum(found.unique.values()) + found.shared == pytest.approx(found.union)
    assert found.union + sum(found.synergy.values()) == pytest.approx(found.total)
    for name in found.names:
        assert found.loss[name].total == pytest.approx(found.by_name()[f"loss {name}"])
        assert found.single[name] <= found.union + 1e-9
    if found.shared_by is not None:
        assert sum(found.shared_by.values()) == pytest.approx(found.shared)


def test_every_number_has_its_interval_and_error(fitted: SourcesPID) -> None:
    values_of = best(fitted).by_name()
    assert ends(fitted).keys() == values_of.keys() == errors(fitted).keys()
    assert fitted.contributions_.keys() == values_of.keys()
    for name, value in values_of.items():
        low, high = ends(fitted)[name]
        assert low <= value <= high, name
        assert high - low > 2 * errors(fitted)[name]


def test_bounds_of_the_union(fitted: SourcesPID) -> None:
    assert fitted.union_bounds_ is not None
    lower, upper = fitted.union_bounds_
    assert upper == fitted.numbers_.union
    assert lower < upper + 0.03
    assert lower > max(fitted.numbers_.single.values()) - 0.1


def test_sources_in_another_order_have_the_same_numbers() -> None:
    sources, y = clouds(400, seed=2)
    est = SourcesPID(LogisticRegression()).fit(sources, y)
    turned = SourcesPID(LogisticRegression()).fit(dict(reversed(sources.items())), y)
    for name in ("total", "union", "shared", "synergy 2", *(f"unique {s}" for s in sources)):
        assert best(turned).by_name()[name] == pytest.approx(best(est).by_name()[name], abs=2e-4)


def test_nats_are_bits_by_log_2() -> None:
    sources, y = clouds(300)
    bits, nats = (
        SourcesPID(LogisticRegression(), unit=unit, halvings=1).fit(sources, y)
        for unit in ("bit", "nat")
    )
    for name, value in best(bits).by_name().items():
        assert best(nats).by_name()[name] == pytest.approx(value * np.log(2))
        assert ends(nats)[name] == pytest.approx(np.array(ends(bits)[name]) * np.log(2))


def test_pairs_are_those_of_two_sources() -> None:
    """Folds and seeds depend on the rows alone, so that classifiers are the same."""
    sources, y = clouds(500, seed=3)
    est = SourcesPID(LogisticRegression()).fit(sources, y)
    two = PosteriorPID(LogisticRegression()).fit(sources["s0"], sources["s2"], y)
    assert est.numbers_.overlap[0, 2] == pytest.approx(two.decomposition_.redundancy, abs=1e-9)
    assert est.posteriors_["s0", "s2"] == pytest.approx(two.posterior12_)


def test_a_source_twice_is_needed_by_neither() -> None:
    sources, y = clouds(500, k=2, seed=4)
    est = SourcesPID(LogisticRegression()).fit(sources | {"again": sources["s0"]}, y)
    found = best(est)
    assert found.unique["s0"] == pytest.approx(0, abs=1e-6)
    assert found.unique["again"] == pytest.approx(0, abs=1e-6)
    assert found.loss["s0"].total == pytest.approx(0, abs=0.02)
    assert found.loss["s1"].total > 0.02
    assert found.overlap[0, 2] == pytest.approx(found.single["s0"])


@pytest.mark.slow
@pytest.mark.parametrize("classes", [2, 3])
def test_noise_tells_nothing(classes: int) -> None:
    """Of intervals of 95 %, at most so many as chance has begin above 0."""
    above = []
    for seed in (6, 7, 8, 9):
        rng = np.random.default_rng(seed)
        y = rng.integers(classes, size=300)
        sources = {c: rng.normal(size=(300, 2)) for c in "abc"}
        est = SourcesPID(LogisticRegression()).fit(sources, y)
        above += [low > 0 for low, _ in ends(est).values()]
    assert np.mean(above) <= 0.025


def test_what_shows_only_together_is_found() -> None:
    """y is the product of three signs, or of two: the classifier knows products."""
    rng = np.random.default_rng(7)
    x = rng.choice([-1, 1], size=(3, 800, 1)) * rng.uniform(1, 2, size=(3, 800, 1))
    sources = dict(zip("abc", x, strict=True))

    class Signs(LogisticRegression):  # type: ignore[misc]
        """Sees all products of signs."""

        def seen(self, X: Any) -> Any:
            signs = np.sign(X)
            sets = [s for m in (1, 2, 3) for s in itertools.combinations(range(X.shape[1]), m)]
            return np.column_stack([signs[:, list(s)].prod(axis=1) for s in sets])

        def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
            return super().fit(self.seen(X), y, sample_weight)

        def predict_proba(self, X: Any) -> Any:
            return super().predict_proba(self.seen(X))

    three = SourcesPID(Signs()).fit(sources, (np.sign(x).prod(axis=0) > 0).ravel())
    two = SourcesPID(Signs()).fit(sources, (np.sign(x[:2]).prod(axis=0) > 0).ravel())
    assert best(three).synergy[3] > 0.95
    assert abs(best(three).synergy[2]) < 0.02
    assert best(two).synergy[2] > 0.95
    assert abs(best(two).synergy[3]) < 0.02
    assert best(two).loss["c"].total == pytest.approx(0, abs=0.02)


def test_five_sources_name_what_is_left_out() -> None:
    sources, y = clouds(300, k=5, seed=8)
    est = SourcesPID(LogisticRegression(), halvings=1).fit(sources, y)
    assert list(best(est).synergy) == [2, 4, 5]
    assert "sets of 3 sources" in best(est).left_out[0]
    assert [words for _, words in best(est).synergies()] == [
        "two together",
        "three or four together",
        "all five together",
    ]


def test_groups_stay_together_and_widen_intervals() -> None:
    sources, y = clouds(300, seed=9)
    groups = np.repeat(np.arange(300), 3)
    tripled = {name: np.repeat(x, 3, axis=0) for name, x in sources.items()}
    noisy = {
        n: x + 1e-3 * np.random.default_rng(0).normal(size=x.shape) for n, x in tripled.items()
    }
    once = SourcesPID(LogisticRegression()).fit(sources, y)
    thrice = SourcesPID(LogisticRegression()).fit(noisy, np.repeat(y, 3), groups=groups)
    assert errors(thrice)["total"] == pytest.approx(errors(once)["total"], rel=0.25)


def test_corrections_keep_the_sums_whatever_is_lost(rng: np.random.Generator) -> None:
    counts = counts_of((2, 2, 2, 2), 11, least=1)
    layout = layout_of(3, 2)
    whole = told(said_of(counts), layout, NATS)
    for _ in range(50):
        halves = whole.values[:, None] - 0.1 * rng.normal(size=(len(whole.values), 4))
        halved = HalvedNumbers(layout, whole, halves, np.full(len(whole.values), 0.05))
        found, _ = halved.corrected(np.log(2))
        at = layout.place
        assert found[at.total] == pytest.approx(found[layout.parts].sum())
        assert found[at.total] <= np.log(2) + 1e-12
        assert found[at.union] == pytest.approx(found[at.shared] + found[at.unique].sum())
        assert found[at.loss] == pytest.approx(found[at.strict] + found[at.together])
        bounds = halved.uncertain(found).bounds(np.log(2), 0.95, np.inf, 500)
        assert (bounds.low <= found).all()
        assert (found <= bounds.high).all()


@pytest.mark.parametrize("k", [0, 1, 2])
def test_fewer_than_three_sources(k: int) -> None:
    sources, y = clouds(100, k=k)
    with pytest.raises(InvalidInput, match="three sources or more"):
        SourcesPID().fit(sources, y)


def test_masses_have_one_margin(rng: np.random.Generator) -> None:
    p = rng.dirichlet(np.ones(3), size=20)
    assert masses(p, np.array([0.2, 0.3, 0.5])).sum(axis=0) == pytest.approx([0.2, 0.3, 0.5])
