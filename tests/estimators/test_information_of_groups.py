"""Rows of groups that depend on each other: copies, near copies, recordings, a label per group."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pid
from pid.estimators import mutual_information as mi
from pid.estimators.mutual_information.dependent import design_effect, thinned
from pid.estimators.mutual_information.neighbours import look

Generator = np.random.Generator
N, TIMES = 300, 5


def kinds(rng: Generator) -> dict[str, tuple[Any, ...]]:
    """Distinct rows, of which each route is taken for some."""
    x = rng.normal(size=(N, 2))
    y = x[:, 0] + rng.normal(size=N)
    wide = np.hstack([x, rng.normal(size=(N, 3))])
    return {
        "gaussian copula": (x, y),
        "neighbours": (x, np.abs(y) + x[:, 1]),
        "given numbers": (x[:, 0], y, x[:, 1]),
        "ross": (x[:, 0], (y > 0).astype(int)),
        "classifier": (wide, (y > 0).astype(int)),
        "given a label": (x, y, (x[:, 1] > 0).astype(str)),
    }


def blurred(part: Any, rng: Generator) -> Any:
    """Numbers with next to no noise."""
    return part + 1e-4 * rng.normal(size=part.shape) if part.dtype.kind == "f" else part


@pytest.mark.slow
@pytest.mark.parametrize("kind", kinds(np.random.default_rng(0)))
def test_rows_that_are_there_five_times_count_once(kind: str) -> None:
    """Copies, and near copies, have the answer and about the interval of the rows once."""
    off, widths = [], []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        data = kinds(rng)[kind]
        once = mi.estimate(*data)
        groups = np.repeat(np.arange(N), TIMES)
        copied = [np.repeat(part, TIMES, axis=0) for part in data]
        for rows in (copied, [blurred(part, rng) for part in copied]):
            many = mi.estimate(*rows, groups=groups)
            assert once.interval is not None and many.interval is not None
            off.append(many.value - once.value)
            widths.append(np.ptp(many.interval) / np.ptp(once.interval))
    assert np.mean(np.abs(off)) < 0.04
    assert 0.75 < np.median(widths) < 1.4


def recordings(rng: Generator, columns: int, groups: int = 20, times: int = 50) -> Any:
    """Stretches of rows that follow each other slowly, each row by nine tenths."""
    rows = rng.normal(size=(groups, times, columns))
    rows[:, 1:] *= np.sqrt(1 - 0.9**2)
    for t in range(1, times):
        rows[:, t] += 0.9 * rows[:, t - 1]
    return rows.reshape(groups * times, columns)


def told(rng: Generator) -> tuple[Any, ...]:
    x, noise = recordings(rng, 2).T
    return x, x + noise


def given(rng: Generator) -> tuple[Any, ...]:
    z, own, noise = recordings(rng, 3).T
    return z + own, 2 * z + own + noise, z


def a_label_each(rng: Generator) -> tuple[Any, ...]:
    label = np.repeat(rng.integers(0, 2, 20), 50)
    return recordings(rng, 4), label


SLOW: dict[str, tuple[float, Callable[[Generator], tuple[Any, ...]]]] = {
    "half a bit": (0.5, told),
    "half a bit, given": (0.5, given),
    "nothing": (0, lambda rng: (recordings(rng, 2), recordings(rng, 1))),
    "nothing of a label": (0, a_label_each),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", SLOW)
def test_recordings_are_in_the_interval(kind: str) -> None:
    truth, make = SLOW[kind]
    groups, covered = np.repeat(np.arange(20), 50), []
    for seed in range(12):
        between = mi.estimate(*make(np.random.default_rng(seed)), groups=groups).interval
        assert between is not None
        covered.append(between[0] <= truth <= between[1])
    assert sum(covered) >= 10


def test_single_rows_are_groups_that_change_little(rng: Generator) -> None:
    """Neighbours and errors are those without groups; folds are others."""
    x, y = rng.normal(size=(2, N, 1))
    alone, grouped = look(x, y), look(x, y, groups=np.arange(N))
    np.testing.assert_allclose(grouped.terms, alone.terms)
    assert grouped.error == pytest.approx(alone.error, rel=0.01)
    labels = (y[:, 0] > 0).astype(int)
    once = mi.estimate(x, labels)
    assert mi.estimate(x, labels, groups=range(N)).value == pytest.approx(once.value, abs=1e-9)


def test_order_of_rows_and_names_of_groups_change_nothing(rng: Generator) -> None:
    x, noise = recordings(rng, 2).T
    groups, order = np.repeat(np.arange(20), 50), rng.permutation(1000)
    found = mi.estimate(x, x + noise, groups=groups)
    names = np.array([f"speaker {19 - group}" for group in groups])
    moved = mi.estimate(x[order], (x + noise)[order], groups=names[order])
    assert moved.value == pytest.approx(found.value, abs=1e-9)
    assert moved.interval == pytest.approx(found.interval, abs=0.02)


def test_a_design_effect_is_that_of_shared_parts(rng: Generator) -> None:
    """Of rows that share rho of their variance, 1 + (m - 1) rho (Kish, 1965)."""
    groups = np.repeat(np.arange(2000), 5)
    shared, own = rng.normal(size=2000), rng.normal(size=10_000)
    terms = np.sqrt(0.3) * shared[groups] + np.sqrt(0.7) * own
    assert design_effect(terms, groups) == pytest.approx(1 + 4 * 0.3, abs=0.15)
    assert design_effect(own, groups) == pytest.approx(1, abs=0.1)


def test_of_each_group_as_many_rows_as_it_counts_as() -> None:
    groups = np.array([0, 1, 0, 1, 0, 1, 0, 2])
    assert thinned(groups, 8, 2).tolist() == [0, 1, 2, 3, 7]
    assert thinned(groups, 8, 10).tolist() == [0, 1, 7]
    assert thinned(None, 3, 1).tolist() == [0, 1, 2]


def test_too_few_groups_are_refused(rng: Generator) -> None:
    x, y = rng.normal(size=(2, 40))
    cases = {
        "all rows are in one group": np.zeros(40),
        "at least 4 independent groups": np.arange(40) % 3,
        "more than half": np.maximum(np.arange(40) - 30, 0),
        "one label per row, 40; got 39": np.arange(39),
    }
    for message, groups in cases.items():
        with pytest.raises(pid.InvalidInput, match=message):
            pid.estimate_information(x, y, groups=groups)
    label, wide = np.repeat([0, 0, 0, 0, 0, 0, 0, 1], 20), rng.normal(size=(160, 4))
    with pytest.raises(pid.InvalidInput, match="find more groups"):
        pid.estimate_information(wide, label, groups=np.repeat(np.arange(8), 20))


def test_the_front_door_takes_groups_and_blocks(rng: Generator) -> None:
    x, noise = recordings(rng, 2).T
    alone = pid.estimate_information(x, x + noise)
    assert any("give groups, or blocks" in text for text in alone.warnings)
    by_groups = pid.estimate_information(x, x + noise, groups=np.repeat(np.arange(20), 50))
    by_blocks = pid.estimate_information(x, x + noise, blocks=50)
    assert by_groups.value == by_blocks.value
    assert not any("neighbouring rows" in text for text in by_groups.warnings)
    assert np.ptp(by_groups.interval) > 1.5 * np.ptp(alone.interval)  # type: ignore[arg-type]
    few = pid.estimate_information(x, x + noise, blocks=200)
    assert any("only 5 independent groups" in text for text in few.warnings)
    with pytest.raises(pid.InvalidInput, match="groups or blocks, not both"):
        pid.estimate_information(x, noise, groups=np.arange(1000), blocks=5)
