"""Differences of models: their intervals cover, and say what they are made of."""

from typing import Any

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

import pid
from pid.analysis.comparison.result import VALUES
from pid.core.decomposition import ATOMS

Z = float(ndtri(0.975))
Models = dict[str, np.ndarray]


def population() -> np.ndarray:
    """6 x 6 x 2: each source shows three groups of symbols, and y depends on both groups."""
    p = np.empty((6, 6, 2))
    of_one = np.array([[0.9, 0.7, 0.4], [0.6, 0.5, 0.2], [0.5, 0.25, 0.05]])
    p[..., 1] = np.kron(of_one, np.ones((2, 2))) / 36
    p[..., 0] = 1 / 36 - p[..., 1]
    return p


def said() -> dict[str, np.ndarray]:
    """p(label 1 | x1, x2) of two models: by both groups, wrong in .25; by x1, in .075."""
    group = np.arange(6) // 2
    both = group[:, None] + group[None] >= 2
    first = np.repeat(np.arange(6)[:, None] < 3, 6, axis=1)
    return {"one": np.where(both, 0.75, 0.25), "two": np.where(first, 0.925, 0.075)}


def true_values(p: np.ndarray, of_one: np.ndarray) -> dict[str, float]:
    """Of a model of a population: from p(x1, x2, label) and p(y, label)."""
    label = np.stack([1 - of_one, of_one], axis=2)
    table = p.sum(axis=2)[..., None] * label
    right = np.einsum("ijy,ijs->ys", p, label)
    d = pid.decompose(table)
    values = {atom: float(getattr(d, atom)) for atom in (*ATOMS, "total")}
    cells = np.einsum("ijy,ijs->sijy", p, label).reshape(2, -1, 2)
    left = sum(c.sum() * pid.mutual_information(c, 0, 1) for c in cells)
    values |= {"information": pid.mutual_information(right, 0, 1), "left": float(left)}
    return values | {"accuracy": float(np.trace(right))}


def compared(p: np.ndarray, n: int, seed: int, **options: Any) -> pid.Comparison:
    rng = np.random.default_rng(seed)
    x1, x2, y = np.unravel_index(rng.choice(p.size, size=n, p=p.ravel()), p.shape)
    models = {name: (rng.random(n) < q[x1, x2]).astype(int) for name, q in said().items()}
    asked: dict[str, Any] = {"replicates": 40, "estimator": "table", "random_state": seed}
    return pid.compare(models, x1, x2, y, **(asked | options))


@pytest.mark.slow
def test_intervals_of_differences_cover() -> None:
    """At least 52 of 60 samples of 300 rows have the difference of every value: without what its
    correction may miss, 7 in 10 have that of synergy."""
    p = population()
    truth = {name: true_values(p, q) for name, q in said().items()}
    covered = dict.fromkeys(VALUES, 0)
    for seed in range(60):
        interval = compared(p, 300, seed).difference("one", "two").interval
        for value in VALUES:
            low, high = interval[value]
            covered[value] += low <= truth["two"][value] - truth["one"][value] <= high
    assert min(covered.values()) >= 52, covered


@pytest.fixture(scope="module")
def found() -> pid.Comparison:
    return compared(population(), 400, 3, replicates=300)


def test_reach_is_of_rows_and_of_what_corrections_miss(found: pid.Comparison) -> None:
    """Normal quantiles of the deviation in the same resampled rows, and .75 of the correction."""
    a, b = (found.models[name].resampled for name in ("one", "two"))
    d = found.difference("one", "two")
    spread = (b.drawn - a.drawn).std(axis=1, ddof=1)
    corrected, by_parts = b.corrected - a.corrected, b.by_parts - a.by_parts
    missed = 0.75 * np.abs(b.counted - a.counted - by_parts)
    for i, name in enumerate(VALUES):
        scale = 1.0 if name == "accuracy" else np.log(2)
        low, high = d.interval[name]
        ends = sorted((corrected[i] / scale, by_parts[i] / scale))
        assert d.value[name] == pytest.approx(corrected[i] / scale)
        assert high - ends[1] == pytest.approx((Z * spread + missed)[i] / scale)
        assert ends[0] - low == pytest.approx(high - ends[1])


def test_what_can_be_told_from_0_and_what_cannot(found: pid.Comparison) -> None:
    """p is below .05 exactly where the interval leaves out 0, and 2 Phi(-Z) at its end."""
    d = found.difference("one", "two")
    told = set()
    for name in VALUES:
        low, high = d.interval[name]
        assert 0 <= d.p[name] <= 1
        assert (d.p[name] < 0.05) == (low > 0 or high < 0)
        told.add(low > 0 or high < 0)
    assert told == {True, False}
    low, high = d.interval["accuracy"]
    away = abs(d.value["accuracy"]) / ((high - low) / 2)
    assert d.p["accuracy"] == pytest.approx(2 * ndtr(-away * Z))


def test_order_and_unit_of_a_difference(found: pid.Comparison) -> None:
    there, back = found.difference("one", "two"), found.difference("two", "one")
    nats = compared(population(), 400, 3, replicates=300, unit="nat").difference("one", "two")
    for name in VALUES:
        low, high = there.interval[name]
        assert back.value[name] == pytest.approx(-there.value[name])
        assert back.interval[name] == pytest.approx((-high, -low))
        assert back.p[name] == pytest.approx(there.p[name])
        assert back.correlation[name] == pytest.approx(there.correlation[name])
        scale = 1.0 if name == "accuracy" else np.log(2)
        assert nats.interval[name] == pytest.approx((scale * low, scale * high))


def test_accuracies_in_the_same_rows() -> None:
    """Of shares: a deviation of sqrt(b + c - (b - c)^2 / n) / n, where b and c rows are right in
    one model alone; correlated as the rows that are right are (McNemar 1947)."""
    n = 400
    y = np.tile([0, 1, 1, 1], n // 4)
    rows = np.arange(n)
    first = np.where(rows < 80, 1 - y, y)
    second = np.where((rows >= 40) & (rows < 100), 1 - y, y)
    models: Models = {"first": first, "second": second}
    found = pid.compare(models, rows % 3, rows % 2, y, replicates=4000, estimator="table")
    d = found.difference("first", "second")
    a, b = first == y, second == y
    assert d.value["accuracy"] == pytest.approx(b.mean() - a.mean())
    only_a, only_b = (a & ~b).sum(), (b & ~a).sum()
    assert (only_a, only_b) == (20, 40)
    deviation = np.sqrt(only_a + only_b - (only_a - only_b) ** 2 / n) / n
    low, high = d.interval["accuracy"]
    assert (high - low) / 2 == pytest.approx(Z * deviation, rel=0.05)
    expected = np.corrcoef(a, b)[0, 1]
    assert d.correlation["accuracy"] == pytest.approx(expected, abs=0.05)
