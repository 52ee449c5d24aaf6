"""Few groups: wider intervals, by how many there are of one size, and none of fewer than four."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.stats import t as student

import pid
from pid.inference import Units, assess, intervals
from pid.inference.atoms import with_total
from pid.inference.bias import Jackknife
from scripts.study_bank import bank, truth
from scripts.study_groups import sampled

ATOMS = np.array([1.0, 2.0, 3.0, 4.0])  # all far from 0
DEVIATION = np.array([0.1, 0.2, 0.3, 0.4, 0.5])


def reach(units: float, jackknifed: float = 0.5) -> np.ndarray:
    """Half of the widths, of draws without bias."""
    whole = with_total(ATOMS)
    draws = whole[:, None] + DEVIATION[:, None] * np.array([-1.0, 1.0]) / math.sqrt(2)
    left_out = Jackknife(ATOMS, jackknifed * DEVIATION)
    low, high = intervals.bias_aware(whole, draws, left_out, 0.95, units)
    return np.asarray((high - low) / 2)


def test_students_law_of_one_group_less() -> None:
    """And the deviation of so few around the mean of all, not their own."""
    for units in (4, 6.5, 20):
        factor = student.ppf(0.975, units - 1) / student.ppf(0.975, 1e9)
        factor *= math.sqrt(units / (units - 1))
        assert reach(units) == pytest.approx(factor * reach(math.inf), rel=1e-6)
    assert reach(1e9) == pytest.approx(reach(math.inf), rel=1e-6)


def test_the_jackknife_sees_the_total_of_groups_too() -> None:
    """Where leaving one out moves it more than drawing does; of single rows it is as it was."""
    groups, rows = (reach(units, jackknifed=3.0) / reach(units) for units in (30.0, math.inf))
    few = math.sqrt(30 / 29)
    assert groups == pytest.approx(np.full(5, 3 / few))
    assert rows == pytest.approx([3, 3, 3, 3, 1])


def test_groups_of_one_size() -> None:
    """(sum m)^2 / sum m^2; rows are no groups, whatever they weigh."""
    cells = np.arange(12) % 8
    groups = np.array([0] * 6 + [1] * 3 + [2] * 2 + [3])
    units = Units.from_rows(cells, (2, 2, 2), groups=groups)
    assert units.effective_count == pytest.approx(144 / (36 + 9 + 4 + 1))
    weighted = Units.from_rows(cells, (2, 2, 2), weights=np.arange(1.0, 13))
    assert math.isinf(weighted.effective_count)
    assert math.isinf(Units.from_counts(units.table).effective_count)
    assert units.swapped().effective_count == units.without(1).effective_count


def data() -> dict[str, Any]:
    rng = np.random.default_rng(0)
    x1, x2, y = rng.integers(2, size=(3, 240))
    return {"x1": x1, "x2": x2, "y": y, "numbers": rng.normal(size=(2, 240)), "of": np.arange(240)}


def quantified(groups: np.ndarray, **options: Any) -> object:
    d = data()
    return pid.quantify(d["x1"], d["x2"], d["y"], groups=groups, **options)


def learned(groups: np.ndarray, **options: Any) -> object:
    d = data()
    return pid.quantify(
        d["numbers"][0],
        d["numbers"][1],
        d["y"],
        groups=groups,
        estimator="posterior",
        **options,
    )


def screened(groups: np.ndarray, **options: Any) -> object:
    d = data()
    return pid.screen(np.column_stack([d["x1"], d["x2"]]), d["y"], groups=groups, **options)


def compared(groups: np.ndarray, **options: Any) -> object:
    d = data()
    return pid.compare({"m": d["x1"]}, d["x1"], d["x2"], d["y"], groups=groups, **options)


@pytest.mark.parametrize("door", [quantified, screened, compared])
def test_fewer_than_four_get_no_interval(door: Callable[..., object]) -> None:
    three, four = np.arange(240) % 3, np.arange(240) % 4
    with pytest.raises(pid.InvalidInput, match=r"at least 4 independent groups .* got 3.*None"):
        door(three)
    door(three, interval=None)
    door(four)
    with pytest.raises(pid.InvalidInput, match="at least 4 independent groups"):
        door(None, blocks=80) if door is not compared else door(three)


@pytest.mark.extras
def test_nor_from_classifiers() -> None:
    with pytest.raises(pid.InvalidInput, match="at least 4 independent groups"):
        learned(np.arange(240) % 3)


def test_copies_that_nobody_called_groups_are_not_refused() -> None:
    """Three rows, many times each: they are one group each, or none."""
    x = np.repeat([0.5, 1.5, 2.5], 40)
    q = pid.quantify(x, x**2, np.repeat(["a", "b", "a"], 40))
    assert q.interval is not None


@pytest.mark.slow
@pytest.mark.parametrize("groups", [10, 20])
def test_totals_are_covered(groups: int) -> None:
    """Of groups of all sizes, with an intraclass correlation of 0.3."""
    for name in ("independent 2x2x2", "noisy and 2x2x2", "channels 0.8 and 0.77"):
        p, rng = bank()[name], np.random.default_rng([groups, len(name)])
        value = sum(truth(name).values())
        covered = 0
        for i in range(60):
            units = sampled(p, groups, 0.3, "unequal", rng)
            low, high = assess(units, replicates=200, random_state=i).interval["total"]
            covered += low <= value + 1e-6 <= high + 2e-6
        assert covered >= 0.85 * 60


def test_p_values_of_few_groups_are_students() -> None:
    """Twice the tail of the law whose quantile the interval has."""
    errors = np.array([0.0, 1.0, -2.5, 6.0])
    for units in (4.0, 9.5):
        expected = 2 * student.sf(np.abs(errors), units - 1)
        assert intervals.p_value(errors, units) == pytest.approx(expected)
    z = intervals.quantile(0.95, 6)
    assert intervals.p_value(np.array([z]), 6) == pytest.approx(0.05)
    assert intervals.p_value(np.array([1.959964])) == pytest.approx(0.05, abs=1e-6)


def test_few_groups_are_counted_where_classifiers_need_more() -> None:
    """Of four groups there is an answer by itself, and it says why it is that."""
    d = data()
    u, v = d["numbers"]
    q = pid.quantify(u, v, d["y"], groups=np.arange(240) % 4)
    assert q.estimator == "cluster"
    assert q.reason == "few groups: for counts alone"
    assert any("only 4 independent groups" in text for text in q.warnings)
