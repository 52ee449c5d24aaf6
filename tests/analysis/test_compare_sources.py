"""Models in cells of three sources and more: known in closed form, and as two sources are."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import pid
from pid.analysis.comparison.numbers import Cells, told
from pid.analysis.comparison.predictions import surely
from pid.analysis.comparison.resampling import resampled
from pid.analysis.comparison.result import VALUES
from pid.analysis.comparison.sheet import sheet_of
from pid.analysis.several.count import Rows
from pid.analysis.several.infer import Inference
from pid.discretization.coding import Coding
from pid.errors import InvalidInput

BITS = np.repeat(np.indices((2, 2, 2)).reshape(3, -1), 100, axis=1)
MAJORITY = (BITS.sum(axis=0) > 1).astype(int)
PARITY = BITS.sum(axis=0) % 2


def named(x: np.ndarray) -> dict[str, np.ndarray]:
    return dict(zip("abcdef"[: len(x)], x, strict=True))


def compared(models: dict[str, Any], sources: Any, y: Any, **options: Any) -> pid.SourcesComparison:
    found = pid.compare(models, sources=sources, y=y, **({"replicates": 30} | options))
    assert isinstance(found, pid.SourcesComparison)
    return found


def noisy(n: int, seed: int, k: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Bits, their majority, and a model that is wrong in a fifth of the rows."""
    rng = np.random.default_rng(seed)
    x = rng.integers(2, size=(k, n))
    y = (x.sum(axis=0) > k / 2).astype(int)
    return x, y, np.where(rng.random(n) < 0.2, 1 - y, y)


@pytest.fixture(scope="module")
def of_gates() -> pid.SourcesComparison:
    models = {"truth": MAJORITY, "first": BITS[0], "parity": PARITY, "one": np.ones(800, int)}
    return compared(models, named(BITS), MAJORITY)


def test_profiles_are_those_of_tables(of_gates: pid.SourcesComparison) -> None:
    """What a model says takes the place of y."""
    said = {"data": MAJORITY, "truth": MAJORITY, "first": BITS[0], "parity": PARITY}
    profiles = {"data": of_gates.data} | dict(of_gates.models)
    for name, labels in said.items():
        table = np.zeros((2, 2, 2, 2))
        np.add.at(table, (*BITS, labels), 1)
        expected = pid.decompose(table, names=list("abc")).by_name()
        assert profiles[name].decomposition.by_name() == pytest.approx(expected, abs=1e-8)
    assert max(map(abs, profiles["one"].best.by_name().values())) == pytest.approx(0, abs=1e-9)


def test_what_is_measured(of_gates: pid.SourcesComparison) -> None:
    """The first bit, and the reverse of parity, are right in three of four rows, as y is fair."""
    first, parity = (-sum(p * np.log2(p) for p in (q, 1 - q)) for q in (1 / 4, 1 / 4))
    told = {"truth": 1.0, "first": 1 - first, "parity": 1 - parity, "one": 0.0}
    right = {"truth": 1, "first": 3 / 4, "parity": 1 / 4, "one": 1 / 2}
    for name, profile in of_gates.models.items():
        assert profile.values["information"].counted == pytest.approx(told[name], abs=1e-9)
        assert profile.values["left"].counted == pytest.approx(1 - told[name], abs=1e-9)
        assert profile.values["accuracy"].counted == pytest.approx(right[name])
    assert list(of_gates.models) == ["truth", "first", "one", "parity"]
    assert [p.rank for p in of_gates.models.values()] == [(i, i, i) for i in (1, 2, 3, 4)]


def test_overlap_is_the_sum_of_the_smaller_shares(of_gates: pid.SourcesComparison) -> None:
    """Of unique, shared, and synergy by order."""
    for profile in of_gates.models.values():
        mine, theirs = (
            np.array([part.share for part in p.decomposition.parts()])
            for p in (profile, of_gates.data)
        )
        assert len(mine) == 6
        overlap = profile.values["overlap"]
        assert overlap.counted == pytest.approx(np.minimum(mine, theirs).sum(), abs=1e-9)
        assert 0 <= overlap.low <= overlap.corrected <= overlap.high <= 1
    values = {name: profile.values["overlap"] for name, profile in of_gates.models.items()}
    assert values["truth"][1:] == pytest.approx((1, 1, 1))  # the same rows in every table
    assert values["first"].high < values["parity"].low  # half of the majority shows in all three
    assert of_gates.nearest == "truth"
    assert "The profile of truth is nearest" in of_gates.reading


def test_the_data_are_those_of_quantify() -> None:
    x, y, said = noisy(400, 0)
    found = compared({"m": said}, named(x), y, replicates=200)
    for labels, profile in ((y, found.data), (said, found.models["m"])):
        q = pid.quantify(sources=named(x), y=labels)
        assert isinstance(q, pid.SourcesQuantification)
        assert profile.decomposition.by_name() == pytest.approx(q.decomposition.by_name(), abs=1e-8)
        assert profile.best.by_name() == pytest.approx(q.best.by_name(), abs=0.005)
        assert q.interval is not None
        assert profile.interval is not None
        for name, ends in q.interval.items():
            assert profile.interval[name] == pytest.approx(ends, abs=0.03)


def test_two_sources_by_name_are_two_sources() -> None:
    x, y, said = noisy(300, 1, k=2)
    by_name = pid.compare({"m": said}, sources=named(x), y=y, replicates=20)
    by_place = pid.compare({"m": said}, x[0], x[1], y, replicates=20, names=("a", "b", "y"))
    assert by_name.to_dicts() == by_place.to_dicts()


def test_order_of_models_and_sources() -> None:
    """Numbers go with names; a model that is there twice is so in all it says."""
    x, y, said = noisy(300, 2)
    models = {"m": said, "first": x[0], "again": said}
    found = compared(models, named(x), y)
    other = compared(dict(reversed(models.items())), dict(reversed(named(x).items())), y)
    for name, profile in found.models.items():
        same = other.models[name]
        assert same.decomposition.by_name()["unique a"] == pytest.approx(
            profile.decomposition.by_name()["unique a"], abs=1e-9
        )
        for key, value in profile.values.items():
            assert same.values[key] == pytest.approx(value, abs=1e-6), key
    once, again = found.models["m"], found.models["again"]
    assert once.values == again.values
    assert once.interval == again.interval
    assert once.rank == again.rank


def test_probabilities() -> None:
    """Sure ones are labels; others are between, and lose what they leave open."""
    x, y, said = noisy(300, 3)
    sure, half = np.eye(2)[said], 0.5 + 0 * np.eye(2)[said]
    found = compared({"labels": said, "sure": sure, "half": half}, named(x), y)
    for key, value in found.models["labels"].values.items():
        assert found.models["sure"].values[key] == pytest.approx(value, abs=1e-9)
    assert found.models["half"].decomposition.total == pytest.approx(0, abs=1e-9)
    likely = 0.9 * sure + 0.05
    less = compared({"m": likely}, named(x), y).models["m"]
    assert 0 < less.decomposition.total < found.models["sure"].decomposition.total
    assert less.values["accuracy"] == found.models["sure"].values["accuracy"]


class Asks:
    """A fitted model of one matrix, or of all sources."""

    classes_ = np.array([0, 1])

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        return np.asarray(np.eye(2)[X[:, 2].astype(int)])


class AsksEach(Asks):
    def predict_proba(  # type: ignore[override]
        self, A: np.ndarray, B: np.ndarray, C: np.ndarray
    ) -> np.ndarray:
        return np.asarray(np.eye(2)[C[:, 0].astype(int)])


def test_fitted_models_are_asked() -> None:
    x, y, _ = noisy(200, 4)
    found = compared({"third": x[2], "all": Asks(), "each": AsksEach()}, named(x), y)
    for name in ("all", "each"):
        assert found.models[name].values == found.models["third"].values


@pytest.mark.parametrize("kind", ["weights", "groups"])
def test_rows_that_count_twice(kind: str) -> None:
    """As values they are two rows; copies of a row in one group tell as much as one."""
    x, y, said = noisy(300, 5)
    once = compared({"m": said}, named(x), y)
    if kind == "weights":
        found = compared({"m": said}, named(x), y, weights=np.full(300, 2.0))
    else:
        twice, groups = np.repeat(x, 2, axis=1), np.repeat(np.arange(300), 2)
        both = {"m": np.repeat(said, 2)}
        found = compared(both, named(twice), np.repeat(y, 2), groups=groups)
        assert (found.n, found.units) == (600, 300)
    for key, value in once.models["m"].values.items():
        assert found.models["m"].values[key].counted == pytest.approx(value.counted, abs=1e-9)
        width = value.high - value.low
        assert found.models["m"].values[key].high - found.models["m"].values[key].low == (
            pytest.approx(width, rel=0.2, abs=0.005)
        )


def test_numbers_are_in_clusters() -> None:
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=400)
    X = {
        name: s * y[:, None] + rng.normal(size=(400, 2))
        for name, s in {"a": 2, "b": 1, "c": 0}.items()
    }
    found = compared({"m": (X["a"][:, 0] > 1).astype(int)}, X, y, n_clusters=4)
    assert found.estimator == "cluster"
    assert [axis.size for axis in found.axes] == [4, 4, 4, 2]
    unique = found.models["m"].best.unique
    assert unique["a"] > 5 * max(abs(unique["b"]), abs(unique["c"]))


def test_more_classes_and_more_sources() -> None:
    rng = np.random.default_rng(0)
    x = rng.integers(2, size=(4, 400))
    y = x.sum(axis=0) % 3
    found = compared({"m": np.where(rng.random(400) < 0.9, y, 0)}, named(x), y, replicates=4)
    assert list(found.data.best.synergy) == [2, 3, 4]
    total = found.data.best.total
    assert sum(part.value for part in found.data.best.parts()) == pytest.approx(total, abs=1e-6)


def test_without_intervals() -> None:
    x, y, said = noisy(200, 6)
    found = compared({"m": said, "first": x[0]}, named(x), y, interval=None)
    for profile in found.models.values():
        assert profile.interval is None
        assert all(np.isnan(value.low) for value in profile.values.values())
        assert profile.rank[0] == profile.rank[1] == profile.rank[2]
    assert "may be as good" not in found.reading
    assert found.to_dicts()[0]["overlap_low"] is None


def test_rows_and_print() -> None:
    x, y, said = noisy(200, 7)
    found = compared({"m": said, "first": x[0]}, named(x), y, unit="nat", sort="overlap")
    frame = found.to_frame()
    assert list(frame.index) == list(found.models)
    for name, row in frame.iterrows():
        profile = found.models[str(name)]
        assert profile.interval is not None
        for key in ("total", "shared", "synergy 3", "unique a", "loss b"):
            assert row[key] == profile.best.by_name()[key]
            assert row[f"{key}_counted"] == profile.decomposition.by_name()[key]
            assert (row[f"{key}_low"], row[f"{key}_high"]) == profile.interval[key]
        assert row["left"] == profile.values["left"].corrected
    assert frame["unit"].eq("nat").all()
    bits = compared({"m": said, "first": x[0]}, named(x), y, sort="overlap")
    for key, times in (("total", np.log(2)), ("overlap", 1.0)):
        assert bits.to_frame()[key].to_numpy() * times == pytest.approx(frame[key].to_numpy())
    lines = repr(found).splitlines()
    assert lines[1].split()[:3] == ["total", "shared", "synergy"]
    assert [line.split()[0] for line in lines[2:5]] == ["data", *found.models]


def test_gaps_are_left_out_of_predictions() -> None:
    x, y, said = noisy(200, 8)
    frame = pd.DataFrame(x.T.astype(object), columns=list("abc"))
    frame.loc[:19, "b"] = None
    gaps = compared({"m": said}, {n: frame[n] for n in "abc"}, y, missing="drop", estimator="table")
    there = compared({"m": said[20:]}, named(x[:, 20:]), y[20:])
    assert gaps.n == 180
    assert gaps.models["m"].values["accuracy"] == there.models["m"].values["accuracy"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sort": "redundancy"}, "sort 'redundancy' is of two sources; of more, take one of acc"),
        ({"X1": BITS[0]}, "X1: for two sources, X1 and X2; leave out, beside sources"),
        ({"names": ["p", "q", "r"]}, "names: for two sources"),
        ({"y": None}, "give y, the target"),
        ({"sources": {"a": BITS[0]}}, "sources must be two or more, by their names; got 1"),
        ({"sources": None}, "give X1, X2 and y; or y, and sources by their names"),
        ({"models": {"data": MAJORITY}}, "models need names of their own, other than 'data'"),
        ({"models": {"m": MAJORITY[:7]}}, "7"),
    ],
)
def test_wrong_uses(options: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {"models": {"m": MAJORITY}, "sources": named(BITS), "y": MAJORITY}
    with pytest.raises(InvalidInput, match=message):
        pid.compare(**(given | options))


@pytest.mark.slow
def test_intervals_cover() -> None:
    """At least 54 of 60 samples have what is true of the population, for a model that errs."""
    p = np.zeros((2, 2, 2, 2))
    q = np.zeros((2, 2, 2, 2))
    for cell in np.ndindex(2, 2, 2):
        right = int(sum(cell) > 1)
        q[(*cell, right)] = 1 / 8
        p[(*cell, right)], p[(*cell, 1 - right)] = 0.8 / 8, 0.2 / 8
    model, data = (pid.decompose(of, names=list("abc")) for of in (p, q))
    shares = [np.array([part.share for part in d.parts()]) for d in (model, data)]
    truth = {name: model.by_name()[name] for name in ("total", "shared", "synergy 3", "loss a")}
    overlap = float(np.minimum(*shares).sum())
    inside = dict.fromkeys([*truth, "overlap", "accuracy"], 0)
    for seed in range(60):
        x, y, said = noisy(300, seed)
        profile = compared({"m": said}, named(x), y, replicates=60).models["m"]
        assert profile.interval is not None
        ends = {name: profile.interval[name] for name in truth}
        ends |= {name: profile.values[name][2:] for name in ("overlap", "accuracy")}
        for name, value in (truth | {"overlap": overlap, "accuracy": 0.8}).items():
            inside[name] += ends[name][0] <= value <= ends[name][1]
    assert min(inside.values()) >= 54, inside


def test_the_same_rows_are_drawn_for_all_that_is_measured() -> None:
    """Totals of all numbers are those of the sheet with all sources as one, table by table.

    Numbers go by the names of the sources, whatever order these are solved in.
    """
    rng = np.random.default_rng(0)
    x = rng.integers([[4], [2], [3]], size=(3, 500))
    y = np.where(rng.random(500) < 0.7, x[0] % 2, x[2] > 1)
    codings = [
        Coding(name, 1, code, int(code.max()) + 1, "symbols") for name, code in named(x).items()
    ]
    truth = Coding("y", 1, y, 2, "classes")
    cells = Cells.of(Rows(codings, truth, None, None), ("a", "b", "c"))
    sheet = sheet_of(surely(y, y, 2), cells.rows, cells.shape)
    found = told(sheet, cells, Inference(0.95, "kink-aware", 8, "nat", 3))
    (as_one,) = resampled([sheet], 8, 3)
    assert found.drawn["total"] == pytest.approx(as_one.drawn[VALUES.index("total")], abs=1e-9)
    assert np.ptp(found.drawn["total"]) > 1e-4
    for name, value in found.counted.by_name().items():
        assert found.drawn[name].mean() == pytest.approx(value, abs=0.05), name
