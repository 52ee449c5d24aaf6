"""What sources are worth: sums, copies, sources that tell only together, and other routes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import KNeighborsClassifier

import pid
from pid.analysis.several.result import SourcesQuantification
from pid.analysis.valuation.losses import _area
from pid.analysis.valuation.verdicts import judge
from pid.errors import InvalidInput
from pid.estimators import PosteriorPID
from pid.inference.intervals import Measure


@pytest.fixture
def neighbours(learned_by: Callable[[object], None]) -> None:
    learned_by(KNeighborsClassifier(25))


GROUPS = {"a": "a*", "b": "b*", "c": "c"}


@pytest.fixture
def frame() -> pd.DataFrame:
    """a tells much, b less of what a says and more beside it, c nothing."""
    rng = np.random.default_rng(0)
    n = 600
    a, b, c = rng.normal(size=(3, n))
    y = (1.5 * a + b + 0.7 * rng.normal(size=n) > 0).astype(int)
    columns = {"a1": a, "a2": a + rng.normal(size=n), "b1": b + 0.3 * a, "c": c}
    return pd.DataFrame(columns | {"y": y, "who": np.arange(n) // 6})


def close(one: Measure, other: Measure, scale: float = 1.0) -> bool:
    return list(one) == pytest.approx([scale * value for value in other], abs=1e-12, nan_ok=True)


# --- what is lost -------------------------------------------------------------------------------


@pytest.mark.usefixtures("straight_lines")
def test_what_is_lost_is_what_quantify_calls_unique_and_synergy(frame: pd.DataFrame) -> None:
    """Of the source and all others; and what all tell less what all others tell."""
    found = pid.value(frame, "y", groups=GROUPS)
    columns = {"a": ["a1", "a2"], "b": ["b1"], "c": ["c"]}
    for source in found.sources:
        others = [c for name, some in columns.items() if name != source.name for c in some]
        q = pid.quantify(frame[columns[source.name]], frame[others], frame["y"])
        d = q.decomposition
        assert source.lost.counted == pytest.approx(d.unique1 + d.synergy, abs=0.005)
        assert source.strict.counted == pytest.approx(d.unique1, abs=0.005)
        assert source.alone.counted == pytest.approx(d.redundancy + d.unique1, abs=0.005)
        assert source.lost.corrected == pytest.approx(
            source.strict.corrected + source.with_others.corrected, abs=1e-12
        )
        for measure in source.measures.values():
            assert measure.low <= measure.corrected <= measure.high
    assert [source.verdict for source in found.sources] == ["keep", "keep", "drop"]
    assert found.enough == ("a", "b")
    assert found["a"].lost.corrected > found["b"].lost.corrected > 0.05
    assert found["c"].lost.low < 0 < found["c"].lost.high + 0.01
    assert found.of_enough.corrected == pytest.approx(found.total.corrected, abs=0.01)
    assert "a and b are enough" in found.reading


@pytest.mark.usefixtures("straight_lines")
def test_all_together_are_the_number_of_a_screen(frame: pd.DataFrame) -> None:
    found = pid.value(frame, "y", groups=GROUPS)
    sets = {"a": frame[["a1", "a2"]], "b": frame[["b1"]], "c": frame[["c"]]}
    screen = pid.screen(None, frame["y"], column_sets=sets)
    rows = [row for row in screen.to_dicts() if row["x2"] == "all others"]
    for row in rows:
        assert row["total"] == pytest.approx(found.total.corrected, abs=1e-12)
        assert row["total_low"] >= found.total.low - 1e-12  # type: ignore[operator]
        lost = found[str(row["x1"])].lost.counted
        assert row["unique1_counted"] + row["synergy_counted"] == pytest.approx(lost, abs=0.02)  # type: ignore[operator]


@pytest.mark.slow
@pytest.mark.usefixtures("straight_lines")
@pytest.mark.parametrize("seed", range(6))
def test_no_more_is_told_than_there_is(seed: int) -> None:
    """Three clouds that are nearly told apart: what halves lose went beyond H(y)."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(150) % 3)
    X = rng.uniform(-6, 6, size=(3, 6))[y] + rng.normal(size=(150, 6))
    found = pid.value(X, y, groups={"a": [0, 1], "b": [2, 3], "c": [4, 5]})
    for measure in (found.total, *(source.alone for source in found.sources)):
        assert measure.low <= measure.corrected <= found.target_entropy + 1e-9
        assert measure.corrected <= measure.high <= np.log2(3) + 1e-9


@pytest.mark.slow
@pytest.mark.parametrize("door", ["value", "screen"])
def test_what_comes_in_beside_networks_is_said_with_its_sets(door: str) -> None:
    """Small networks do not find a product among columns that tell nothing, and others do."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(600, 12))
    frame = pd.DataFrame(X, columns=[f"{name}{i}" for name in "ab" for i in range(6)])
    frame["group"] = X[:, 0] * X[:, 6] > 0
    sets = {"one": "a*", "other": "b*"}
    if door == "value":
        notes = pid.value(frame, "group", groups=sets).notes
    else:
        columns = {name: frame.filter(regex=f"^{of[0]}") for name, of in sets.items()}
        notes = pid.screen(None, frame["group"], column_sets=columns).notes
    beside = [note for note in notes if "beside networks" in note]
    assert any(
        note.startswith("group: ") and note.endswith("for 1 set (one + other)") for note in beside
    )


@pytest.mark.usefixtures("straight_lines")
def test_accuracy_and_area_by_hand(frame: pd.DataFrame) -> None:
    """Of the posteriors of both sets, and of two sources alone those that the estimator shows."""
    found = pid.value(frame, "y", groups={"a": "a*", "b": "b*"})
    est = PosteriorPID(LogisticRegression(), n_jobs=1)
    est.fit(frame[["a1", "a2"]], frame[["b1"]], frame["y"])
    y = frame["y"].to_numpy()
    for name, other in (("a", est.posterior2_), ("b", est.posterior1_)):
        right, without = (p.argmax(axis=1) == y for p in (est.posterior12_, other))
        lost = found[name].accuracy_lost
        assert lost.counted == pytest.approx(right.mean() - without.mean())
        assert lost.high - lost.low == pytest.approx(
            2 * 1.96 * np.std(right.astype(float) - without) / np.sqrt(600), rel=0.05
        )
        areas = [roc_auc_score(y, p[:, 1]) for p in (est.posterior12_, other)]
        assert found[name].auc_lost is not None
        assert found[name].auc_lost.counted == pytest.approx(areas[0] - areas[1])  # type: ignore[union-attr]
        assert found.auc is not None
        assert found.auc.counted == pytest.approx(areas[0])
    assert found.accuracy.counted == pytest.approx((est.posterior12_.argmax(axis=1) == y).mean())
    assert found.majority == max(y.mean(), 1 - y.mean())


def test_the_spread_of_areas_is_that_of_samples() -> None:
    """Standard errors by DeLong's influences, beside what other samples give; ties count half."""
    rng = np.random.default_rng(0)
    values, errors = [], []
    for _ in range(300):
        codes = (rng.random(200) < 0.4).astype(int)
        score = np.round(codes + 1.5 * rng.normal(size=200), 1)
        value, influence = _area(score, codes)
        assert value == pytest.approx(roc_auc_score(codes, score))
        assert influence.mean() == pytest.approx(0, abs=1e-12)
        values.append(value)
        errors.append(np.sqrt((influence**2).sum()) / 200)
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.1)


@pytest.mark.usefixtures("neighbours")
def test_what_tells_only_together() -> None:
    """The exclusive or of two signs: nothing alone, all of it together; and a third of noise."""
    rng = np.random.default_rng(0)
    a, b, c = rng.normal(size=(3, 1500))
    data = {"a": a, "b": b, "c": 0.1 * c, "y": (a * b > 0)}
    found = pid.value(data, "y", groups={"one": "a", "other": "b", "noise": "c"})
    verdicts = [source.verdict for source in found.sources]
    assert verdicts == ["only together", "only together", "drop"]
    one = found["one"]
    assert one.alone.corrected < 0.02
    assert one.lost.corrected == pytest.approx(one.with_others.corrected, abs=0.03)
    assert one.lost.corrected > 0.5
    assert one.accuracy_lost.corrected > 0.3
    assert found["noise"].lost.high < 0.1
    assert "nothing alone" in one.why


@pytest.mark.usefixtures("straight_lines")
def test_copies_are_interchangeable(frame: pd.DataFrame) -> None:
    """Each is lost for nothing, but not both: the cheap one stays."""
    frame = frame.assign(d1=frame["a1"], d2=frame["a2"])
    groups = {"a": "a*", "b": "b1", "copy": "d*"}
    for dear, cheap in (("a", "copy"), ("copy", "a")):
        found = pid.value(frame, "y", groups=groups, cost={dear: 10, cheap: 1, "b": 1})
        for name, other in (("a", "copy"), ("copy", "a")):
            assert abs(found[name].lost.corrected) < 0.01
            assert found[name].verdict == "interchangeable"
            assert found[name].instead == (other,)
            assert found[name].why == f"it may go as long as {other} stays"
        assert found["b"].verdict == "keep"
        assert set(found.enough) == {cheap, "b"}
        assert found.of_enough.corrected == pytest.approx(found.total.corrected, abs=0.01)


@pytest.mark.usefixtures("straight_lines")
def test_two_copies_alone() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=400)
    data = {"a": x, "b": x, "y": x + rng.normal(size=400) > 0}
    found = pid.value(data, "y", groups={"a": "a", "b": "b"})
    assert [source.verdict for source in found.sources] == ["interchangeable"] * 2
    assert len(found.enough) == 1
    assert found["a"].lost.corrected == found["b"].lost.corrected
    assert found["a"].strict.corrected == pytest.approx(0, abs=1e-3)
    assert found.reading.startswith("Both sources together tell ")


@pytest.mark.usefixtures("straight_lines")
def test_nothing_tells_anything() -> None:
    rng = np.random.default_rng(1)
    data = dict(zip("abc", rng.normal(size=(3, 400)), strict=True))
    found = pid.value(data, rng.integers(2, size=400), groups={name: name for name in "abc"})
    assert [source.verdict for source in found.sources] == ["drop"] * 3
    assert found.enough == ()
    assert found.of_enough.corrected == 0
    assert "do not show that any of them tells anything" in found.reading


@pytest.mark.slow
@pytest.mark.usefixtures("straight_lines")
def test_a_dozen_sources() -> None:
    """Three that tell, each something of its own, and nine that do not."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(800, 12))
    y = (X[:, 2] + X[:, 5] + X[:, 9] + 0.5 * rng.normal(size=800) > 0).astype(int)
    found = pid.value(X, y, groups={f"s{i}": [i] for i in range(12)})
    assert len(found) == 12
    assert {source.name for source in found.sources if source.verdict == "keep"} >= {
        *("s2", "s5", "s9")
    }
    assert sum(source.verdict == "drop" for source in found.sources) >= 7
    order = rng.permutation(12)
    turned = pid.value(X, y, groups={f"t{i}": [int(i)] for i in order})
    for i in range(12):
        assert turned[f"t{i}"].lost.corrected == pytest.approx(
            found[f"s{i}"].lost.corrected, abs=0.01
        )


# --- options ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("straight_lines")
def test_cost_unit_interval(frame: pd.DataFrame) -> None:
    usual = pid.value(frame, "y", groups=GROUPS, cost={"a": 4, "c": 0.5})
    nat = pid.value(frame, "y", groups=GROUPS, unit="nat")
    none = pid.value(frame, "y", groups=GROUPS, interval=None)
    again = pid.value(frame, "y", groups=GROUPS, cost={"a": 4, "c": 0.5})
    assert again.to_dict() == usual.to_dict()
    for name in "abc":
        bits, nats = usual[name], nat[name]
        for key in ("lost", "strict", "with", "alone"):
            assert close(nats.measures[key], bits.measures[key], np.log(2))
            assert none[name].measures[key].corrected == bits.measures[key].corrected
            assert np.isnan(none[name].measures[key].low)
        assert close(nats.accuracy_lost, bits.accuracy_lost)
        assert none[name].verdict == bits.verdict
        assert "nan" not in none[name].why
    assert close(usual["a"].measures["lost_per_cost"], usual["a"].lost, 1 / 4)
    assert close(usual["c"].measures["accuracy_lost_per_cost"], usual["c"].accuracy_lost, 2)
    assert "lost_per_cost" not in usual["b"].measures
    assert nat.target_entropy == pytest.approx(usual.target_entropy * np.log(2))
    assert none.level is None and "total_low" not in none.to_dict()
    half = pid.value(frame, "y", groups=GROUPS, interval=0.5)
    assert half["a"].lost.high < usual["a"].lost.high


@pytest.mark.usefixtures("straight_lines")
def test_rows_of_a_group_count_as_one(frame: pd.DataFrame) -> None:
    """Every row four times: intervals are as wide as of a quarter of the rows, if that is said."""
    many = frame.loc[np.repeat(frame.index, 4)].reset_index(drop=True)
    many["row"] = np.repeat(np.arange(600), 4)
    many["a1"] += 1e-9 * np.arange(2400)  # so that they are no copies that are found
    apart = pid.value(many, "y", groups=GROUPS)
    together = pid.value(many, "y", groups=GROUPS, row_groups="row")
    series = pid.value(many, "y", groups=GROUPS, row_groups=many["row"])
    blocks = pid.value(many, "y", groups=GROUPS, blocks=4)
    assert series.to_dict() == together.to_dict() == blocks.to_dict()
    assert together.units == 600 and apart.units == 2400
    for name in "ab":
        for key in ("alone", "accuracy_lost", "auc_lost"):
            wide, narrow = (v[name].measures[key] for v in (together, apart))
            assert wide.high - wide.low > 1.6 * (narrow.high - narrow.low)
    few = pid.value(frame, "y", groups=GROUPS, row_groups=np.arange(600) // 50)
    assert "only 12 independent groups" in " ".join(few.warnings)


@pytest.mark.usefixtures("straight_lines")
def test_copies_of_rows_and_few_rows_are_said(frame: pd.DataFrame) -> None:
    many = pd.concat([frame[:100]] * 3, ignore_index=True)
    found = pid.value(many, "y", groups=GROUPS)
    assert "200 of 300 rows are copies of others in all sources" in " ".join(found.notes)
    assert found.units == 100
    found = pid.value(frame[:50], "y", groups=GROUPS)
    assert "50 samples" in " ".join(found.warnings)


@pytest.mark.usefixtures("straight_lines")
def test_targets_that_are_numbers_are_cut(frame: pd.DataFrame) -> None:
    frame = frame.assign(size=frame["a1"] + frame["b1"])
    found = pid.value(frame, "size", groups=GROUPS)
    assert any(note.startswith("size: numbers, cut into 4 bins at") for note in found.notes)
    assert len(found.classes) == 4
    assert found["a"].auc_lost is None and found.auc is None
    assert "auc_lost" not in found.to_frame().columns
    two = pid.value(frame, "size", groups=GROUPS, target_bins=2)
    assert two["a"].auc_lost is not None


@pytest.mark.usefixtures("straight_lines")
def test_constant_and_mixed_sources(frame: pd.DataFrame) -> None:
    word = np.where(frame["b1"] > 0, "high", "low")
    found = pid.value(
        frame.assign(flat=1.0, word=word),
        "y",
        groups={"flat": "flat", "mixed": ["a1", "word"], "c": "c"},
    )
    assert [source.name for source in found.sources] == ["mixed", "c"]
    assert "left out 1 constant group (flat)" in found.notes
    assert any("1 column (word) of symbols" in note for note in found.notes)
    assert found["mixed"].columns == 2


@pytest.mark.usefixtures("straight_lines")
def test_tables_of_any_kind(frame: pd.DataFrame) -> None:
    usual = pid.value(frame, "y", groups=GROUPS).to_dict()
    array = frame[["a1", "a2", "b1", "c"]].to_numpy()
    by_place = pid.value(array, frame["y"], groups={"a": [0, 1], "b": 2, "c": "x[3]"})
    assert by_place.to_dict() == usual
    columns = {name: frame[name].to_numpy() for name in frame}
    assert pid.value(columns, "y", groups=GROUPS).to_dict() == usual


@pytest.mark.extras
@pytest.mark.usefixtures("straight_lines")
def test_tables_of_polars_and_resumed_work(frame: pd.DataFrame, tmp_path: Path) -> None:
    import polars

    usual = pid.value(frame, "y", groups=GROUPS)
    assert pid.value(polars.from_pandas(frame), "y", groups=GROUPS).to_dict() == usual.to_dict()
    seen: list[tuple[int, int]] = []
    for _ in range(2):
        found = pid.value(
            frame, "y", groups=GROUPS, resume=tmp_path, progress=lambda *now: seen.append(now)
        )
        assert found.to_dict() == usual.to_dict()
    assert len(list(tmp_path.glob("posteriors-*.parquet"))) == 5 * 7
    assert seen[34] == (35, 35)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"groups": {"a": "a*"}}, "a valuation needs at least two columns or groups that vary"),
        ({"groups": {"a": "a*", "b": "a1"}}, "share the column 'a1'"),
        ({"groups": {"a": "a*", "b": "y"}}, "b contains 'y', which is a target"),
        ({"groups": {"a": "a*", "b": "z*"}}, r"group 'b' 'z\*' matches no column"),
        ({"groups": {"a": "a*", "b": 77}}, "group 'b' has 77, which is no column of 6"),
        ({"groups": {"a": "a*", "b": 7.5}}, "must be names, globs or places of columns; got 7.5"),
        ({"groups": ["a*"]}, "groups must be a mapping from names to columns"),
        ({"cost": {"z": 1}}, "cost of 'z', which is no group; there are a, b, c"),
        ({"cost": {"a": 0}}, "cost must be a mapping from names to positive numbers"),
        ({"row_groups": "nobody"}, "row_groups 'nobody' matches no column"),
        ({"random_state": None, "resume": "parts"}, "resume needs a random_state"),
        ({"interval": 1.5}, "interval must be"),
    ],
)
def test_bad_options(frame: pd.DataFrame, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        pid.value(frame, "y", **{"groups": GROUPS, **options})


def test_bad_data(frame: pd.DataFrame) -> None:
    with pytest.raises(InvalidInput, match=r"one row per sample each; got .* and 10 in y"):
        pid.value(frame, np.arange(10) % 2, groups=GROUPS)
    with pytest.raises(InvalidInput, match="frame must be a data frame in memory or an array"):
        pid.value(7, frame["y"], groups=GROUPS)
    with pytest.raises(InvalidInput, match="2 axes, rows and columns; got 1"):
        pid.value(np.arange(5), frame["y"], groups=GROUPS)
    with pytest.raises(InvalidInput, match="label their rows differently"):
        pid.value(frame, frame["y"][::-1], groups=GROUPS)


@pytest.mark.usefixtures("straight_lines")
def test_json_and_frames_have_the_same(frame: pd.DataFrame) -> None:
    found = pid.value(frame, "y", groups=GROUPS, cost={"a": 2})
    data: dict[str, Any] = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert [row["source"] for row in data["sources"]] == ["a", "b", "c"]
    row = data["sources"][0]
    assert row["lost"] == pytest.approx(row["strict"] + row["with"])
    keys = {"lost_low", "lost_high", "alone", "accuracy_lost", "auc_lost", "lost_per_cost"}
    assert keys | {"verdict", "instead", "cost", "unit", "y"} <= set(row)
    table = found.to_frame()
    assert table["lost"].tolist() == [source["lost"] for source in data["sources"]]
    assert table["verdict"].tolist() == ["keep", "keep", "drop"]
    assert "a: lost" in repr(found) and "all together" in repr(found)


# --- verdicts -----------------------------------------------------------------------------------


def judged(needs: list[set[int]], sources: int) -> Any:
    """Sources of which something is lost if all of one of some sets are gone."""

    def free(gone: tuple[int, ...]) -> bool:
        return not any(some <= set(gone) for some in needs)

    needed = [not free((i,)) for i in range(sources)]
    return judge(needed, [True] * sources, range(sources), free)


def test_three_copies() -> None:
    """Any two may go, one of three stays; beside them, a source that is needed, and one not."""
    found = judged([{0, 1, 2}, {3}], 5)
    assert found.verdicts == [*["interchangeable"] * 3, "keep", "drop"]
    assert found.instead == [(1, 2), (0, 2), (0, 1), (), ()]
    assert len(set(found.enough) & {0, 1, 2}) == 1
    assert set(found.enough) - {0, 1, 2} == {3}


def test_two_pairs_of_copies() -> None:
    found = judged([{0, 2}, {1, 3}], 4)
    assert found.verdicts == ["interchangeable"] * 4
    assert found.instead == [(2,), (3,), (0,), (1,)]
    assert found.enough == (2, 3)


def test_all_may_go_or_none() -> None:
    assert judged([], 3).verdicts == ["drop"] * 3
    assert judged([], 3).enough == ()
    assert judged([{0}, {1}], 2).verdicts == ["keep"] * 2
    assert judged([{0}, {1}], 2).enough == (0, 1)


def test_what_two_others_say_together() -> None:
    """Source 2 is the other two together: neither of these is needed beside it, nor it."""
    found = judged([{0, 2}, {1, 2}], 3)
    assert found.verdicts == ["interchangeable"] * 3
    assert 2 in found.enough


@pytest.mark.usefixtures("straight_lines")
def test_it_agrees_with_quantify_of_the_same_sources() -> None:
    """The same classifiers: the same total, and losses within the intervals of either."""
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=400)
    a = y[:, None] + rng.normal(size=(400, 2))
    X = np.hstack([a, a + rng.normal(size=(400, 2)), rng.normal(size=(400, 1))])
    groups = {"a": [0, 1], "b": [2, 3], "c": [4]}
    found = pid.value(X, y, groups=groups)
    sources = {name: X[:, columns] for name, columns in groups.items()}
    q = pid.quantify(sources=sources, y=y, estimator="posterior")
    assert isinstance(q, SourcesQuantification)
    assert found.total.corrected == pytest.approx(q.best.total, abs=1e-12)
    for source in found.sources:
        for what, ours in (
            ("single", source.alone),
            ("loss", source.lost),
            ("strict", source.strict),
            ("together", source.with_others),
        ):
            theirs = q.number(f"{what} {source.name}")
            assert theirs.interval is not None
            assert theirs.interval[0] <= ours.corrected <= theirs.interval[1]
            assert ours.low <= theirs.value <= ours.high
            assert ours.corrected == pytest.approx(theirs.value, abs=0.01)
