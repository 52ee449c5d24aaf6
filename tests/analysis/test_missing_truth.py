"""What remains without a source: intervals cover, corrections help, dependent rows count less."""

from typing import Any

import numpy as np
import pytest
from scipy.special import ndtri
from sklearn.linear_model import LogisticRegression

import pid
from pid.analysis.missing import GIVEN, Remaining

Z = float(ndtri(0.975))
STAGES = ("counted", "corrected")


def true_values(p: np.ndarray) -> dict[str, dict[str, float]]:
    """Of a population: informations in bits, and accuracies of the best rules."""
    seen = {"both": p.reshape(-1, p.shape[2]), "x1": p.sum(axis=1), "x2": p.sum(axis=0)}
    return {
        "information": {given: pid.mutual_information(q, 0, 1) for given, q in seen.items()},
        "accuracy": {given: float(q.max(axis=1).sum()) for given, q in seen.items()},
    }


def rows_of(p: np.ndarray, n: int, seed: int) -> tuple[np.ndarray, ...]:
    cells = np.random.default_rng(seed).choice(p.size, size=n, p=p.ravel())
    return np.unravel_index(cells, p.shape)


def remaining(p: np.ndarray, n: int, seed: int, replicates: int = 60) -> Remaining:
    q = pid.quantify(*rows_of(p, n, seed), estimator="table", interval=None, correction="none")
    return pid.if_missing(q, replicates=replicates, random_state=seed)


@pytest.fixture(scope="module")
def population() -> np.ndarray:
    """6 x 6 x 2; each source shows three groups of symbols, and y depends on both groups."""
    p = np.empty((6, 6, 2))
    of_one = np.array([[0.9, 0.7, 0.4], [0.6, 0.5, 0.2], [0.5, 0.25, 0.05]])
    p[..., 1] = np.kron(of_one, np.ones((2, 2))) / 36
    p[..., 0] = 1 / 36 - p[..., 1]
    return p


@pytest.fixture(scope="module")
def found(population: np.ndarray) -> list[Remaining]:
    return [remaining(population, 300, seed) for seed in range(100)]


@pytest.mark.parametrize("kind", ["information", "accuracy"])
@pytest.mark.parametrize("given", GIVEN)
def test_intervals_cover(
    population: np.ndarray, found: list[Remaining], kind: str, given: str
) -> None:
    """At least 90 of 100 samples of 300 rows have the population's value in their interval."""
    true = true_values(population)[kind][given]
    measures = [getattr(r, kind)[given] for r in found]
    assert sum(m.low <= true <= m.high for m in measures) >= 90
    for m in measures:
        assert m.low <= m.corrected <= m.high


@pytest.mark.parametrize("kind", ["information", "accuracy"])
@pytest.mark.parametrize("given", GIVEN)
def test_corrections_go_towards_the_truth(
    population: np.ndarray, found: list[Remaining], kind: str, given: str
) -> None:
    """What is counted is too much on average, what is corrected less so."""
    true = true_values(population)[kind][given]
    measures = [getattr(r, kind)[given] for r in found]
    counted, corrected = (np.mean([getattr(m, x) for m in measures]) - true for x in STAGES)
    assert counted > 0
    assert abs(corrected) < 0.6 * counted


def test_what_each_source_tells_is_its_own() -> None:
    """x1 has three symbols and tells the class, x2 has two and tells nothing; classes unequal."""
    x1 = np.repeat([0, 1, 2], [300, 200, 100])
    x2 = np.tile([0, 1], 300)
    r = pid.if_missing(pid.quantify(x1, x2, x1, interval=None), replicates=20)
    h = pid.entropy([3, 2, 1])
    assert [r.information[g].counted for g in GIVEN] == pytest.approx([h, h, 0], abs=1e-9)
    assert [r.accuracy[g].counted for g in GIVEN] == pytest.approx([1, 1, 0.5])
    assert [r.accuracy[g].corrected for g in GIVEN] == pytest.approx([1, 1, 0.5])
    assert r.majority == pytest.approx(0.5)
    for name, value in zip(GIVEN, (h, h, 0), strict=True):
        m = r.information[name]
        assert m.low - 1e-9 <= value <= m.high + 1e-9


def test_a_share_without_bias_has_the_interval_of_a_share() -> None:
    """One symbol each: always the commonest class, right in .7 of the rows, and known to be."""
    y = np.repeat([0, 1], [700, 300])
    x1 = np.where(np.arange(1000) % 10 < 9, y, 1 - y)  # right in .9 of the rows
    r = pid.if_missing(
        pid.quantify(x1, np.zeros(1000, dtype=int), y, interval=None), replicates=2000
    )
    reach = Z * np.sqrt(0.9 * 0.1 / 1000)
    m = r.accuracy["x1"]
    assert m.counted == pytest.approx(0.9)
    assert (m.low, m.high) == pytest.approx((0.9 - reach, 0.9 + reach), abs=2e-3)
    assert r.accuracy["x2"].low == pytest.approx(0.7)  # what is had for nothing


def test_the_larger_of_two_standard_errors_counts() -> None:
    """Of 20 rows: leaving out each in turn says more of information than drawing again does."""
    table = np.array([[[1, 5], [7, 0]], [[6, 0], [0, 1]]])
    x1, x2, y = (np.repeat(i.ravel(), table.ravel()) for i in np.indices(table.shape))
    r = pid.if_missing(pid.quantify(x1, x2, y, interval=None))
    for given, axes in (("both", (0, 1)), ("x2", 1)):
        left_out = []
        for row in zip(x1, x2, y, strict=True):
            rest = table.copy()
            rest[row] -= 1
            left_out.append(pid.mutual_information(rest, axes, 2))
        mean = float(np.mean(left_out))
        error = np.sqrt(19 / 20 * np.sum((np.array(left_out) - mean) ** 2))
        m = r.information[given]
        assert m.counted - m.corrected == pytest.approx(19 * (mean - m.counted))
        assert m.high - m.corrected >= Z * error + 0.75 * abs(m.counted - m.corrected) - 1e-9


def test_no_rule_is_right_more_often_than_always() -> None:
    y = np.repeat([0, 1], 10)
    r = pid.if_missing(pid.quantify(np.r_[1, y[1:]], np.tile([0, 1], 10), y, interval=None))
    assert r.accuracy["x1"].counted == pytest.approx(0.95)
    assert r.accuracy["x1"].high == 1


def test_two_draws_tell_as_much_as_they_can(population: np.ndarray) -> None:
    """The squared deviation of an accuracy from two draws is that of many, on average."""
    q = pid.quantify(*rows_of(population, 1000, 0), estimator="table", interval=None)

    def squared(replicates: int, seed: int) -> float:
        m = pid.if_missing(q, replicates=replicates, random_state=seed).accuracy["x1"]
        reach = (m.high - m.low) / 2 - 0.75 * abs(m.counted - m.corrected)
        return float((reach / Z) ** 2)

    assert np.mean([squared(2, seed) for seed in range(300)]) == pytest.approx(
        squared(2000, 0), rel=0.25
    )


def test_levels_widen_intervals(population: np.ndarray) -> None:
    q = pid.quantify(*rows_of(population, 2000, 0), estimator="table", interval=None)
    narrow, wide = (pid.if_missing(q, interval=level) for level in (0.5, 0.99))
    for name in ("both", "x1"):
        reach = [(r.accuracy[name].high - r.accuracy[name].low) / 2 for r in (narrow, wide)]
        m = narrow.accuracy[name]
        left = 0.75 * abs(m.counted - m.corrected)
        ratio = (reach[1] - left) / (reach[0] - left)
        assert ratio == pytest.approx(ndtri(0.995) / ndtri(0.75))


def test_groups_and_weights_count() -> None:
    """Each of 60 rows ten times, as groups: no more is known than from the 60 rows alone. And with
    weights, in which a row counts for two: what is counted is that of the rows repeated."""
    rng = np.random.default_rng(4)
    x1, x2 = rng.integers(2, size=(2, 60))
    y = np.where(rng.random(60) < 0.2, 1 - x1, x1)
    alone = pid.if_missing(pid.quantify(x1, x2, y, interval=None))
    copies = [np.repeat(v, 10) for v in (x1, x2, y)]
    told = pid.if_missing(pid.quantify(*copies, groups=np.repeat(np.arange(60), 10), interval=None))
    for name in GIVEN:
        a, b = alone.information[name], told.information[name]
        assert b.corrected == pytest.approx(a.corrected, abs=1e-9)
        assert b.high - b.low == pytest.approx(a.high - a.low, rel=0.15)
    weights = np.where(np.arange(60) < 20, 2.0, 1.0)
    twice = [np.concatenate([v, v[:20]]) for v in (x1, x2, y)]
    weighted = pid.if_missing(pid.quantify(x1, x2, y, weights=weights, interval=None))
    repeated = pid.if_missing(pid.quantify(*twice, interval=None))
    for name in GIVEN:
        for kind in ("information", "accuracy"):
            a, b = (getattr(r, kind)[name].counted for r in (weighted, repeated))
            assert a == pytest.approx(b)


def test_groups_count_as_one_for_classifiers(monkeypatch: pytest.MonkeyPatch) -> None:
    """60 groups of ten equal rows: the share of right ones is known as from 60 rows."""
    classifiers = "pid.estimators.posterior.classifiers"
    monkeypatch.setattr(f"{classifiers}.find_spec", lambda _: None)
    monkeypatch.setattr(f"{classifiers}.without_torch", lambda *_: [LogisticRegression()])
    rng = np.random.default_rng(0)
    y = rng.permutation(np.repeat([0, 1], [20, 40]))
    X1, X2 = (y + 0.6 * rng.normal(size=60))[:, None], rng.normal(size=(60, 1))
    rows: dict[str, Any] = {"estimator": "posterior", "groups": np.repeat(np.arange(60), 10)}
    q = pid.quantify(*(np.repeat(v, 10, axis=0) for v in (X1, X2, y)), **rows)
    assert (q.n, q.units) == (600, 60)
    r = pid.if_missing(q)
    right = (q.fitted.posterior1_.argmax(axis=1) == q.fitted.codes_).mean()
    assert 0.75 < right < 0.9
    m = r.accuracy["x1"]
    assert m.counted == m.corrected == pytest.approx(right)
    assert right - m.low == pytest.approx(Z * np.sqrt(right * (1 - right) / 60))
    told = r.information["x1"]
    d, best = q.decomposition, q.best
    assert told.counted == pytest.approx(d.redundancy + d.unique1)
    assert told.corrected == pytest.approx(best.redundancy + best.unique1)
    assert r.majority == pytest.approx(2 / 3)
    of_rows = np.log2(
        q.fitted.posterior1_[np.arange(600), q.fitted.codes_]
        / np.array([1 / 3, 2 / 3])[q.fitted.codes_]
    )
    reach = Z * of_rows.std() / np.sqrt(60) + 0.75 * abs(told.counted - told.corrected)
    assert told.high - told.corrected == pytest.approx(reach)
