"""What remains without a source: intervals cover, corrections help, dependent rows count less."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtri, stdtrit

import pid
from pid.analysis.missing import GIVEN, Remaining
from pid.analysis.quantification.evidence import CountedTable
from pid.inference.accuracy import halves, wilson
from pid.inference.intervals import Measure
from pid.inference.units import Units

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
    q = pid.quantify(*rows_of(p, n, seed), estimator="table", interval=None)
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


@pytest.mark.parametrize("given", GIVEN)
def test_corrections_go_towards_the_truth(
    population: np.ndarray, found: list[Remaining], given: str
) -> None:
    """What is counted is too much on average, what is corrected less so."""
    true = true_values(population)["information"][given]
    measures = [r.information[given] for r in found]
    counted, corrected = (np.mean([getattr(m, x) for m in measures]) - true for x in STAGES)
    assert counted > 0
    assert abs(corrected) < 0.6 * counted


@pytest.mark.parametrize("given", GIVEN)
def test_corrected_accuracies_are_nearer_to_the_truth(
    population: np.ndarray, found: list[Remaining], given: str
) -> None:
    """By much for both sources; of one with few cells counting is nearly right, and so is this."""
    true = true_values(population)["accuracy"][given]
    counted, corrected = (
        np.array([getattr(r.accuracy[given], x) - true for r in found]) for x in STAGES
    )
    if given == "both":
        assert np.abs(corrected).mean() < 0.7 * np.abs(counted).mean()
        assert abs(corrected.mean()) < 0.4 * counted.mean()
    assert abs(corrected.mean()) < 0.015  # below, as many of these cells have classes nearly alike


def test_what_each_source_tells_is_its_own() -> None:
    """x1 has three symbols and tells the class, x2 has two and tells nothing; classes unequal."""
    x1 = np.repeat([0, 1, 2], [300, 200, 100])
    x2 = np.tile([0, 1], 300)
    r = pid.if_missing(pid.quantify(x1, x2, x1, interval=None), replicates=20)
    h = pid.entropy([3, 2, 1])
    assert [r.information[g].counted for g in GIVEN] == pytest.approx([h, h, 0], abs=1e-9)
    assert [r.accuracy[g].counted for g in GIVEN] == pytest.approx([1, 1, 0.5])
    assert [r.accuracy[g].corrected for g in GIVEN] == pytest.approx([1, 1, 0.5], abs=0.01)
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
    for given, share in (("x1", 0.9), ("x2", 0.7)):  # of what is had for nothing, as well
        low, high = wilson(np.array([share]), np.array([1000.0]), Z)
        m = r.accuracy[given]
        assert m.corrected == pytest.approx(share, abs=1e-3)
        assert (m.low, m.high) == pytest.approx((low[0], high[0]), abs=2e-3)


def test_informations_are_corrected_by_leaving_out_each_row() -> None:
    """Of 20 rows; the interval reaches beyond what is corrected."""
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
        m = r.information[given]
        assert m.counted - m.corrected == pytest.approx(19 * (mean - m.counted))
        assert m.low <= m.corrected <= m.high
        assert m.high >= m.corrected + 0.75 * abs(m.counted - m.corrected) - 1e-9


def test_no_rule_is_right_more_often_than_always() -> None:
    y = np.repeat([0, 1], 10)
    r = pid.if_missing(pid.quantify(np.r_[1, y[1:]], np.tile([0, 1], 10), y, interval=None))
    assert r.accuracy["x1"].counted == pytest.approx(0.95)
    assert r.accuracy["x1"].high == 1


@pytest.fixture
def drawn_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ends from what is drawn again, without those of shares."""
    monkeypatch.setattr("pid.analysis.missing.estimate.wilson", lambda *_: (np.inf, -np.inf))


def drawn_reach(m: Measure) -> float:
    """Of the spread of what is drawn, without what a correction may have missed."""
    centre = (m.low + m.high) / 2
    return (m.high - m.low) / 2 - 0.75 * abs(m.counted - centre)


@pytest.mark.usefixtures("drawn_alone")
def test_two_draws_tell_as_much_as_they_can(population: np.ndarray) -> None:
    """The squared deviation of an accuracy from two draws is that of many, on average."""
    q = pid.quantify(*rows_of(population, 1000, 0), estimator="table", interval=None)

    def squared(replicates: int, seed: int) -> float:
        m = pid.if_missing(q, replicates=replicates, random_state=seed).accuracy["x1"]
        return float((drawn_reach(m) / Z) ** 2)

    assert np.mean([squared(2, seed) for seed in range(300)]) == pytest.approx(
        squared(2000, 0), rel=0.25
    )


@pytest.mark.usefixtures("drawn_alone")
def test_levels_widen_intervals(population: np.ndarray) -> None:
    q = pid.quantify(*rows_of(population, 2000, 0), estimator="table", interval=None)
    narrow, wide = (pid.if_missing(q, interval=level) for level in (0.5, 0.99))
    for name in ("both", "x1"):
        ratio = drawn_reach(wide.accuracy[name]) / drawn_reach(narrow.accuracy[name])
        assert ratio == pytest.approx(ndtri(0.995) / ndtri(0.75))


def of_counts(counts: np.ndarray, seed: int = 0) -> Remaining:
    """Of a table that may have classes without rows."""
    q = pid.quantify([0, 1] * 9, [0, 1, 1] * 6, [0, 1] * 9, interval=None, correction="none")
    found = dataclasses.replace(q, evidence=CountedTable(counts, None, 0.0))
    return pid.if_missing(found, replicates=100, random_state=seed)


@pytest.mark.parametrize(
    ("share", "shape"), [([0.9, 0.1], (2, 2)), ([0.995, 0.005], (2, 2)), ([0.4, 0.3, 0.3], (3, 2))]
)
def test_what_tells_nothing_is_not_above_the_commonest_class(
    share: list[float], shape: tuple[int, int]
) -> None:
    """y by chance: intervals have the share of the population, whichever that of the sample is."""
    rng = np.random.default_rng(5)
    p = np.broadcast_to(np.array(share) / np.prod(shape), (*shape, len(share)))
    found = [of_counts(rng.multinomial(300, p.ravel()).reshape(p.shape), i) for i in range(60)]
    for given in GIVEN:
        measures = [r.accuracy[given] for r in found]
        assert sum(m.low <= max(share) <= m.high for m in measures) >= 56
        assert min(min(r.information[given][1:]) for r in found) == 0
    majorities = [r.majority for r in found]
    assert min(majorities) < max(share) < max(majorities)


def test_a_source_of_xor_alone_is_no_better_than_chance() -> None:
    p = np.array([[[1.0, 0], [0, 1]], [[0, 1], [1, 0]]]) / 4
    found = [remaining(p, 300, seed) for seed in range(60)]
    for given in ("x1", "x2"):
        measures = [r.accuracy[given] for r in found]
        assert sum(m.low <= 0.5 for m in measures) >= 56
        assert all(0.5 <= m.low <= m.corrected <= m.high for m in measures)  # two classes
    assert all(r.accuracy["both"].corrected == pytest.approx(1, abs=1e-3) for r in found)
    assert sum("x1 alone, x2 alone" in r.reading for r in found) >= 54
    assert not any("both" in r.reading for r in found)


def test_the_least_is_one_over_the_classes_of_the_table() -> None:
    """Also where one of three has no row; rows too few for the interval to end by itself."""
    counts = np.zeros((2, 1, 3), dtype=int)
    counts[:, 0, :2] = [[2, 1], [1, 2]]
    assert of_counts(counts).accuracy["x1"].low == pytest.approx(1 / 3)
    assert of_counts(counts[:, :, :2]).accuracy["x1"].low == pytest.approx(1 / 2)


def test_ends_and_value_are_made_of_halves_and_draws() -> None:
    """Of a few rows in 27 cells, where each of the rules decides somewhere."""
    rng, decided = np.random.default_rng(1), np.zeros(3, dtype=int)
    for seed in range(20):
        counts = rng.multinomial(15, np.full(27, 1 / 27)).reshape(3, 3, 3)
        r = of_counts(counts, seed)
        units, again = Units.from_counts(counts), np.random.default_rng(seed)
        units.leave_out(again)
        drawn = units.draw(100, again) / 15
        unseen = halves(units, again).accuracy
        for i, axis in ((1, 2), (2, 1)):
            m, shares = r.accuracy[GIVEN[i]], drawn.sum(axis=axis).max(axis=2).sum(axis=1)
            less = 2 * m.counted - shares.mean()
            corrected = max(less, r.majority)
            away = Z * shares.std(ddof=1) + 0.75 * abs(m.counted - corrected)
            (low, _), (_, high) = wilson(np.array([unseen[i], corrected]), np.full(2, 15.0), Z)
            assert m.corrected == pytest.approx(max((corrected + unseen[i]) / 2, 1 / 3))
            assert m.low == pytest.approx(max(min(low, corrected - away), 1 / 3))
            assert m.high == pytest.approx(min(max(high, corrected + away), 1))
            assert m.low <= m.corrected <= m.high
            decided += [less < corrected, high > corrected + away, m.high < 1]
    assert (decided > 0).all()


def test_a_constant_source_leaves_the_other() -> None:
    rng = np.random.default_rng(0)
    x1, y = rng.integers(3, size=(2, 200))
    r = pid.if_missing(pid.quantify(x1, np.zeros(200, dtype=int), y, interval=None))
    assert r.accuracy["both"] == r.accuracy["x1"]


@pytest.mark.parametrize("groups", [[0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 2, 2]])
def test_of_fewer_than_four_groups_there_is_no_interval(groups: list[int]) -> None:
    q = pid.quantify([0, 1] * 3, [0, 1, 1] * 2, [0, 1, 0, 1, 1, 1], groups=groups, interval=None)
    with pytest.raises(pid.InvalidInput, match="at least 4 independent groups"):
        pid.if_missing(q)
    for m in pid.if_missing(q, interval=None).accuracy.values():
        assert 0.5 <= m.corrected <= 1


def test_a_half_may_know_more_than_all() -> None:
    """Rules of some groups on the others: the value is in any interval all the same."""
    rng = np.random.default_rng(3)
    for _ in range(10):
        cells, groups = rng.integers(8, size=12), rng.permutation(np.arange(12) % 4)
        x1, x2, y = np.unravel_index(cells, (2, 2, 2))
        if len(set(y.tolist())) < 2:
            continue
        q = pid.quantify(x1, x2, y, groups=groups, interval=None)
        for level in (0.001, 0.5, 0.95):
            for m in pid.if_missing(q, interval=level, replicates=50).accuracy.values():
                assert m.low <= m.corrected <= m.high


def test_informations_are_those_of_the_answer() -> None:
    """Of both its total; of XOR no more than a bit; of a class of no row what it leaves open."""
    x1, x2 = np.tile([0, 0, 1, 1], 50), np.tile([0, 1, 0, 1], 50)
    q = pid.quantify(x1, x2, x1 ^ x2)
    both = pid.if_missing(q).information["both"]
    assert (both.low, both.high) == pytest.approx(q.interval["total"])  # type: ignore[index]
    assert both.corrected == pytest.approx(q.best.total) == pytest.approx(1)
    nothing = pid.quantify(x1, x2, np.zeros(200, dtype=int), classes=[0, 1])
    for m in pid.if_missing(nothing).information.values():
        assert m.low == 0 < m.high < 0.1
    groups = np.repeat(np.arange(5), 40)
    rng = np.random.default_rng(0)
    x1, x2, y = rng.integers(2, size=(3, 200))
    few = pid.quantify(x1, x2, y, groups=groups)
    ends = few.interval["total"]  # type: ignore[index]
    found = pid.if_missing(few).information["both"]
    assert (found.low, found.high) == pytest.approx((max(ends[0], 0), ends[1]))


def test_few_groups_have_the_quantile_of_few() -> None:
    """Ten groups whose rows are alike: Student's law of nine, not the normal one."""
    y = np.repeat([0, 1] * 5, 50)
    q = pid.quantify(y, np.zeros(500, dtype=int), y, groups=np.repeat(np.arange(10), 50))
    m = pid.if_missing(q).accuracy["x1"]
    ends = [
        wilson(np.array([share]), np.array([10.0]), float(stdtrit(9, 0.975)))[0][0]
        for share in (0.98, 1.0)  # a half may have no group of a class
    ]
    assert ends[0] < m.low <= ends[1]


def test_the_reading_asks_for_an_interval() -> None:
    x1, x2 = np.tile([0, 0, 1, 1], 50), np.tile([0, 1, 0, 1], 50)
    q = pid.quantify(x1, x2, x1, interval=None)
    r, bare = pid.if_missing(q), pid.if_missing(q, interval=None)
    assert r.reading.endswith("as far as can be seen: x2 alone.")
    assert repr(r).endswith(r.reading)
    assert bare.reading == ""
    assert repr(bare).splitlines()[-1] == "  always the commonest class: 50.0%"
    told = pid.quantify(x1 | 2 * x2, x1, x1, interval=None)
    assert pid.if_missing(told).reading == ""


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


@pytest.mark.usefixtures("no_networks")
def test_groups_count_as_one_for_classifiers() -> None:
    """60 groups of ten equal rows: the share of right ones is known as from 60 rows."""
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
    reach = float(stdtrit(59, 0.975))
    low, high = wilson(np.array([right]), np.array([60.0]), reach)
    assert (m.low, m.high) == pytest.approx((low[0], high[0]))
    told = r.information["x1"]
    d, best = q.decomposition, q.best
    assert told.counted == pytest.approx(d.redundancy + d.unique1)
    assert told.corrected == pytest.approx(best.redundancy + best.unique1)
    assert r.majority == pytest.approx(2 / 3)
    of_rows = np.log2(
        q.fitted.posterior1_[np.arange(600), q.fitted.codes_]
        / np.array([1 / 3, 2 / 3])[q.fitted.codes_]
    )
    away = reach * of_rows.std() / np.sqrt(59) + 0.75 * abs(told.counted - told.corrected)
    assert told.high - told.corrected == pytest.approx(away)


def test_rows_of_a_group_that_differ_count_by_themselves(
    straight_lines: None,
) -> None:
    """Groups of ten rows that have nothing in common: known nearly as well as without groups."""
    rng = np.random.default_rng(1)
    y = rng.integers(2, size=600)
    X1, X2 = (y + rng.normal(size=600))[:, None], rng.normal(size=(600, 1))
    q = pid.quantify(X1, X2, y, estimator="posterior", groups=np.arange(600) // 10)
    m = pid.if_missing(q).accuracy["x1"]
    low, high = wilson(np.array([m.counted]), np.array([600.0]), Z)
    assert m.high - m.low < 1.5 * (high - low)[0]


def test_classifiers_that_know_nothing_may_be_below_chance(
    straight_lines: None,
) -> None:
    """Noise, and a class of .6: what they get right is as seen, with the interval of a share."""
    rng = np.random.default_rng(2)
    X1, X2 = rng.normal(size=(2, 200, 2))
    y = rng.permutation(np.repeat([0, 1], [110, 90]))
    r = pid.if_missing(pid.quantify(X1, X2, y, estimator="posterior", interval=None))
    for m in r.accuracy.values():
        assert m.corrected == m.counted
        low, high = wilson(np.array([m.counted]), np.array([200.0]), Z)
        assert (m.low, m.high) == pytest.approx((max(low[0], 0.5), high[0])) or m.low < 0.5
        assert m.low < r.majority
    assert "both sources, x1 alone, x2 alone" in r.reading
