"""What two sources tell alone: no loss by cells, bounds that hold for any classifier."""

from collections.abc import Callable

import numpy as np
import pytest

import pid
from pid._types import Floats
from pid.estimators.posterior.cells import Cells, cells_of, joined
from pid.estimators.posterior.union import Union, held_out_bound, of_more_classes, of_two_classes

Drawn = tuple[Floats, Floats, np.ndarray]


def clouds(classes: int, columns: int, spread: float, n: int, seed: int = 0) -> Drawn:
    """Exact posteriors of normal clouds, in two sources, and the classes."""
    rng = np.random.default_rng(seed)
    y = rng.integers(classes, size=n)
    said = []
    for _ in range(2):
        centres = spread * rng.normal(size=(classes, columns))
        x = centres[y] + rng.normal(size=(n, columns))
        logs = -((x[:, None] - centres) ** 2).sum(axis=2) / 2
        p = np.exp(logs - logs.max(axis=1, keepdims=True))
        said.append(p / p.sum(axis=1, keepdims=True))
    return said[0], said[1], y


def makes(first: Floats, second: Floats, p_y: Floats) -> Callable[[int], tuple[Cells, Cells]]:
    return lambda most: (cells_of(first, p_y, most, 0), cells_of(second, p_y, most, 0))


def of_table(first: Floats, second: Floats, p_y: Floats) -> pid.Decomposition:
    """Of the table in which every row is a symbol."""
    a, b = (p * (p_y / p.sum(axis=0)) for p in (first, second))
    return pid.decompose(joined(a, b, p_y), unit="nat")


@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.9, 0.1)])
def test_two_classes_are_the_table_of_single_rows(
    shares: tuple[float, float], rng: np.random.Generator
) -> None:
    first, second, y = clouds(2, 2, 1.0, 60)
    p_y = np.array(shares)
    found = of_two_classes((first, second), y, p_y)
    d = of_table(first, second, p_y)
    assert found.value == pytest.approx(d.redundancy + d.unique1 + d.unique2, abs=1e-9)
    assert found.single == pytest.approx((d.information1, d.information2), abs=1e-9)
    assert found.lost == found.added == 0


def test_what_rows_add_is_the_union_on_average() -> None:
    """Classes that are drawn by the posteriors, of which each has its multiplier."""
    first, second, y = clouds(2, 2, 0.8, 200_000)
    found = of_two_classes((first, second), y, np.bincount(y) / len(y))
    assert found.of_rows.mean() == pytest.approx(found.value, abs=0.003)
    three = clouds(3, 2, 0.8, 50_000)
    p_y = np.bincount(three[2]) / 50_000
    more = of_more_classes(three[:2], three[2], p_y, makes(*three[:2], p_y), 24, 1e-8)
    assert more.of_rows.mean() == pytest.approx(more.value - more.added, abs=0.006)


@pytest.mark.parametrize(("classes", "spread", "off"), [(3, 1.5, 0.001), (5, 1.5, 0.006)])
def test_more_classes_are_drawn_to_no_loss(classes: int, spread: float, off: float) -> None:
    """Against more cells than are affordable each time, of which little is lost."""
    first, second, y = clouds(classes, 3, spread, 3000)
    p_y = np.bincount(y) / len(y)
    make = makes(first, second, p_y)
    found = of_more_classes((first, second), y, p_y, make, 24, 1e-7)
    a, b = make(130)
    fine = pid.decompose(joined(a.table, b.table, p_y), unit="nat", tol=1e-6)
    known = fine.redundancy + fine.unique1 + fine.unique2
    lost = np.mean(found.single) - (fine.information1 + fine.information2) / 2
    assert known - 1e-5 < found.value < known + lost + off
    assert found.value == pytest.approx(known + 0.75 * lost, abs=off)
    assert found.added > 0.002 < found.lost  # what the finer cells alone would have missed


def test_sources_that_tell_different_things_lose_both_losses() -> None:
    """y is a pair, of which each source tells one: nothing is shared, and the union is the sum."""
    rng = np.random.default_rng(0)
    a, b = rng.integers(4, size=(2, 3000))
    told = []
    for part in (a, b):
        centres = 1.5 * rng.normal(size=(4, 3))
        x = centres[part] + rng.normal(size=(3000, 3))
        p = np.exp(-((x[:, None] - centres) ** 2).sum(axis=2) / 2)
        told.append(p / p.sum(axis=1, keepdims=True))
    of_both = np.arange(16) // 4, np.arange(16) % 4
    posteriors = [p[:, of] / 4 for p, of in zip(told, of_both, strict=True)]
    y = 4 * a + b
    p_y = np.full(16, 1 / 16)
    first, second = posteriors
    found = of_more_classes((first, second), y, p_y, makes(first, second, p_y), 24, 1e-6)
    assert found.value == pytest.approx(sum(found.single), abs=0.003)
    assert found.slope == pytest.approx(2, abs=0.1)
    half = of_more_classes(
        (first, second), y, p_y, makes(first, second, p_y), 24, 1e-6, slope=found.slope
    )
    assert half.value == pytest.approx(found.value, abs=0.003)


def test_many_classes_are_held_between_what_they_must_be() -> None:
    first, second, y = clouds(12, 3, 2.0, 400)
    p_y = np.bincount(y) / len(y)
    found = of_more_classes((first, second), y, p_y, makes(first, second, p_y), 12, 1e-6)
    assert max(found.single) <= found.value <= sum(found.single)
    same = of_more_classes((first, first), y, p_y, makes(first, first, p_y), 12, 1e-6)
    assert same.value == pytest.approx(same.single[0], abs=0.1)
    assert same.single[0] <= same.value


def spoiled(posterior: Floats, how: str, rng: np.random.Generator) -> Floats:
    """What worse classifiers say: too sure, at random, or the other way round."""
    if how == "sure":
        p = posterior**4
    elif how == "noise":
        p = rng.dirichlet([1, 1], size=len(posterior))
    elif how == "turned":
        p = posterior[:, ::-1]
    else:
        p = posterior
    return np.asarray(p / p.sum(axis=1, keepdims=True))


@pytest.mark.parametrize("how", ["right", "sure", "noise", "turned"])
def test_no_classifier_lifts_the_bound_above_the_minimum(
    how: str, rng: np.random.Generator
) -> None:
    """On average of samples, however wrong it is; and a right one comes near."""
    n, values = 400, []
    exact = clouds(2, 2, 0.8, 100_000)
    truth = of_two_classes(exact[:2], exact[2], np.array([0.5, 0.5])).value
    for start in range(0, 40 * n, n):
        first, second = (of[start : start + n] for of in exact[:2])
        y = exact[2][start : start + n]
        said = spoiled(first, how, rng), spoiled(second, how, rng)
        halves = np.arange(n // 2), np.arange(n // 2, n)
        values.append(held_out_bound(said, y, np.array([0.5, 0.5]), halves))
    error = np.std(values) / np.sqrt(len(values))
    assert np.mean(values) < truth + 3 * error
    if how == "right":
        assert np.mean(values) > truth - 0.02


def test_a_union_has_no_cells_by_default() -> None:
    assert Union(0.1, (0.1, 0.0), np.zeros(1)).added == 0
