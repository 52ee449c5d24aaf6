"""One table and names of its columns: the same answers as of the columns themselves."""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pid
from pid.errors import InvalidInput

FAST: Any = {"estimator": "cluster", "interval": None}


@pytest.fixture
def frame(rng: np.random.Generator) -> pd.DataFrame:
    y = rng.integers(2, size=240)
    columns = {f"a_{i}": rng.normal(size=240) + y for i in range(3)}
    said = np.where(rng.random(240) < 0.8, y, 1 - y)
    return pd.DataFrame(
        columns
        | {"b": rng.normal(size=240) - y, "c": rng.integers(3, size=240), "g": np.arange(240) // 8}
        | {"w": 1.0 + y, "y": np.where(y, "yes", "no"), "said": np.where(said, "yes", "no")}
    )


def same(one: Any, other: Any) -> bool:
    """Whether two answers have the same numbers; names and notes may differ."""
    return bool(
        np.array_equal(
            [getattr(one.best, name) for name in ("redundancy", "unique1", "unique2", "synergy")],
            [getattr(other.best, name) for name in ("redundancy", "unique1", "unique2", "synergy")],
        )
    )


class TestQuantify:
    @pytest.mark.parametrize(
        ("x1", "x2", "columns1", "columns2"),
        [
            ("a_*", "b", ["a_0", "a_1", "a_2"], ["b"]),
            ("a_*,!a_1", "b,c", ["a_0", "a_2"], ["b", "c"]),
            (["a_0", "b"], "a_2", ["a_0", "b"], ["a_2"]),
            (["a_*", "!a_2"], "rest", ["a_0", "a_1"], ["a_2", "b", "c", "g", "w", "said"]),
            ("a_0", "!g,!w,!said", ["a_0"], ["a_1", "a_2", "b", "c"]),
            (0, [1, -6], ["a_0"], ["a_1", "b"]),
            (slice(0, 3), "b", ["a_0", "a_1", "a_2"], ["b"]),
        ],
    )
    def test_columns(
        self, frame: pd.DataFrame, x1: Any, x2: Any, columns1: list[str], columns2: list[str]
    ) -> None:
        named = pid.quantify(frame, x1=x1, x2=x2, y="y", **FAST)
        given = pid.quantify(frame[columns1], frame[columns2], frame["y"], **FAST)
        assert same(named, given)
        assert [axis.columns for axis in named.axes[:2]] == [len(columns1), len(columns2)]

    def test_names_and_the_rest_are_said(self, frame: pd.DataFrame) -> None:
        q = pid.quantify(frame, x1="a_*", x2="rest", y="y", groups="g", weights="w", **FAST)
        assert [axis.name for axis in q.axes] == ["a_*", "rest", "y"]
        assert q.notes[0] == "x2: rest is 3 columns (b, c, said)"
        named = pid.quantify(frame, x1=[0], x2=["b"], y=frame["y"], names=["u", "v", "w"], **FAST)
        assert [axis.name for axis in named.axes] == ["u", "v", "w"]
        assert [a.name for a in pid.quantify(frame, x1=0, x2="b", y="y", **FAST).axes] == [
            *("x1", "b", "y")
        ]

    def test_roles_of_rows(self, frame: pd.DataFrame) -> None:
        named = pid.quantify(frame, x1="a_*", x2="b", y="y", groups="g", weights="w", interval=None)
        X1, X2 = frame[["a_0", "a_1", "a_2"]], frame[["b"]]
        given = pid.quantify(
            X1, X2, frame["y"], groups=frame["g"], weights=frame["w"], interval=None
        )
        assert same(named, given)
        assert named.units == given.units == 30

    def test_given(self, frame: pd.DataFrame) -> None:
        named = pid.quantify(frame, x1="a_*", x2="rest", y="y", given="c", **FAST)
        assert "(b, g, w, said)" in named.notes[0]
        two = pid.quantify(frame, x1="a_0", x2="b", y="y", given="a_1,c", **FAST)
        Z = frame[["a_1", "c"]]
        assert same(two, pid.quantify(frame["a_0"], frame["b"], frame["y"], given=Z, **FAST))

    @pytest.mark.parametrize("number", [2, 3])
    def test_sources_by_their_names(self, frame: pd.DataFrame, number: int) -> None:
        sources: dict[str, Any] = {"first": "a_*", "second": ["b"], "third": "rest"}
        sources = dict(list(sources.items())[:number])
        named = pid.quantify(frame, sources=sources, y="y", groups="g", weights="w", **FAST)
        assert [axis.name for axis in named.axes] == [*sources, "y"]
        groups = {"first": ["a_0", "a_1", "a_2"], "second": ["b"], "third": ["c", "said"]}
        columns = {name: frame[groups[name]] for name in sources}
        rows: dict[str, Any] = {"groups": frame["g"], "weights": frame["w"]}
        given = pid.quantify(sources=columns, y=frame["y"], **rows, **FAST)
        assert named.best.total == given.best.total

    def test_a_column_of_that_very_name_comes_first(self, frame: pd.DataFrame) -> None:
        odd = frame.rename(columns={"a_1": "rest", "a_2": "!b", "c": "a_*"})
        named = pid.quantify(odd, x1="rest", x2="!b", y="y", **FAST)
        assert same(named, pid.quantify(frame["a_1"], frame["a_2"], frame["y"], **FAST))
        assert not [note for note in named.notes if "rest is" in note]
        assert pid.quantify(odd, x1="a_*", x2="b", y="y", **FAST).axes[0].columns == 1

    @pytest.mark.parametrize(
        "asked",
        [
            {"x1": "a_*", "x2": "b"},
            {"x1": "a_*", "y": "y"},
            {"x1": "none", "x2": "b", "y": "y"},
            {"x1": "a_*", "x2": "a_0", "y": "y"},
            {"x1": "*", "x2": "b", "y": "y"},
            {"x1": "rest", "x2": "rest", "y": "y"},
            {"x1": "a_*,!a_*", "x2": "b", "y": "y"},
            {"x1": "a_*", "x2": "b", "y": "z"},
            {"x1": "a_*", "x2": "b", "y": "y", "groups": "none"},
            {"x1": "a_*", "x2": "b", "y": "y", "groups": "b"},
            {"x1": 99, "x2": "b", "y": "y"},
            {"x1": 0, "x2": "b", "y": 99},
            {"x1": 0, "x2": "b", "y": 0},
            {"x1": 0, "x2": "b", "y": True},
            {"x1": True, "x2": "b", "y": "y"},
            {"x1": [], "x2": "b", "y": "y"},
            {"x1": "a_*", "x2": "b", "y": "y", "sources": {"a": "c", "d": "g"}},
            {"X2": [1], "x1": "a_*", "x2": "b", "y": "y"},
            {"sources": {"a": "a_*", "b": "a_0"}, "y": "y"},
            {"sources": {"a": "a_*"}, "y": "y"},
            {"sources": {"a": "a_*", "b": "b"}},
            {"sources": {"a": "a_*", "b": [1.0] * 240}, "y": "y"},
        ],
    )
    def test_what_is_refused(self, frame: pd.DataFrame, asked: dict[str, Any]) -> None:
        with pytest.raises(InvalidInput, match=r"\w") as err:
            pid.quantify(frame, **asked)
        assert len(str(err.value)) < 250

    def test_no_table(self) -> None:
        for asked in ({"x1": "a", "x2": "b"}, {"sources": {"a": "a_*", "b": "b"}}):
            with pytest.raises(InvalidInput, match="give the table first"):
                pid.quantify(y="y", **asked)
        with pytest.raises(InvalidInput, match="must be a data frame in memory or an array"):
            pid.quantify(7, x1="a", x2="b", y="y")

    def test_nothing_is_left(self, frame: pd.DataFrame) -> None:
        with pytest.raises(InvalidInput, match="x2 'rest' is no column: all have another role"):
            pid.quantify(frame[["a_0", "y"]], x1="a_*", x2="rest", y="y")

    def test_text_stays_data_where_no_columns_are_named(self) -> None:
        x = ["u", "v", "v", "u"] * 20
        assert pid.quantify(x, x[::-1], x, interval=None).best.total > 0.9


class TestContainers:
    @pytest.fixture
    def expected(self, frame: pd.DataFrame) -> Any:
        return pid.quantify(frame[["a_0", "a_1"]], frame[["b"]], frame["c"], **FAST)

    def test_arrays_and_mappings(self, frame: pd.DataFrame, expected: Any) -> None:
        X = frame[["a_0", "a_1", "b"]].to_numpy()
        y = frame["c"].to_numpy()
        for table, x1, x2 in (
            (X, [0, 1], 2),
            (X, "x[[]0],x[[]1]", "rest"),
            ({"u": X[:, :2], "v": X[:, 2]}, "u", "v"),
            (frame[["a_0", "a_1", "b"]].to_records(index=False), "a_*", "b"),
            (frame.to_dict("list"), "a_0,a_1", "b"),
        ):
            assert same(pid.quantify(table, x1=x1, x2=x2, y=y, **FAST), expected)

    def test_sparse(self, frame: pd.DataFrame, expected: Any) -> None:
        from scipy import sparse

        X = sparse.csr_array(frame[["a_0", "a_1", "b"]].to_numpy())
        assert same(pid.quantify(X, x1=[0, 1], x2=[2], y=frame["c"].to_numpy(), **FAST), expected)

    @pytest.mark.extras
    def test_other_libraries(self, frame: pd.DataFrame, expected: Any) -> None:
        import polars
        import pyarrow as pa
        import torch

        X = torch.tensor(frame[["a_0", "a_1"]].to_numpy(), requires_grad=True)
        b, c = (torch.tensor(frame[name].to_numpy()) for name in "bc")
        for table, x1, x2, y in (
            (polars.from_pandas(frame), "a_*,!a_2", "b", "c"),
            (pa.Table.from_pandas(frame), "a_*,!a_2", "b", "c"),
            (torch.utils.data.TensorDataset(X, b, c), 0, 1, 2),
            (torch.utils.data.TensorDataset(X, b, c), "0", "rest", "2"),
            ({"X": X, "b": b, "c": c}, "X", "b", "c"),
        ):
            assert same(pid.quantify(table, x1=x1, x2=x2, y=y, **FAST), expected)


class TestOtherDoors:
    def test_compare(self, frame: pd.DataFrame) -> None:
        named = pid.compare({"m": "said"}, frame, x1="a_*", x2="rest", y="y", interval=None)
        assert named.notes[0] == "x2: rest is 4 columns (b, c, g, w)"
        X1, X2 = frame[["a_0", "a_1", "a_2"]], frame[["b", "c", "g", "w"]]
        given = pid.compare({"m": frame["said"]}, X1, X2, frame["y"], interval=None)
        assert named.models["m"].decomposition.total == given.models["m"].decomposition.total
        sources = {"a": "a_*", "b": "b", "c": "c"}
        three = pid.compare({"m": frame["said"]}, frame, sources=sources, y="y", interval=None)
        assert [axis.name for axis in three.axes] == [*sources, "y"]
        with pytest.raises(InvalidInput, match="model 'm' 'none' matches no column"):
            pid.compare({"m": "none"}, frame, x1="a_*", x2="b", y="y")

    def test_screen(self, frame: pd.DataFrame) -> None:
        X = frame[["a_0", "a_1", "b"]]
        given = pid.screen(X, frame["y"], interval=None)
        named = pid.screen(frame, "y", columns="a_*,b,!a_2", interval=None)
        assert [pair[:2] for pair in named.pairs] == [pair[:2] for pair in given.pairs]
        np.testing.assert_array_equal(named.corrected, given.corrected)
        rest = pid.screen(frame, "y", groups="g", weights="w", interval=None)
        assert {name for pair in rest.pairs for name in pair[:2]} == {
            *("a_0", "a_1", "a_2", "b", "c", "said")
        }
        two = pid.screen(frame, ["y", "said"], columns="a_*", interval=None)
        assert {pair[2] for pair in two.pairs} == {"y", "said"}
        groups: dict[str, object] = {"a": "a_*", "others": "rest"}
        sets = pid.screen(
            frame, "y", column_sets=groups, groups="g", estimator="cluster", interval=None
        )
        assert "group 'others': rest is 4 columns (b, c, w, said)" in sets.notes
        with pytest.raises(InvalidInput, match="give columns of the table, or groups"):
            pid.screen(frame, "y", columns="a_*", column_sets=groups)

    def test_vectors_are_left_out_of_a_screen_of_columns(self, frame: pd.DataFrame) -> None:
        table = frame[["a_0", "b", "y"]].assign(v=list(frame[["a_1", "a_2"]].to_numpy()))
        found = pid.screen(table, "y", interval=None)
        assert found.pairs == (("a_0", "b", "y"),)
        assert any(note.startswith("left out 1 column (v) of vectors") for note in found.notes)
        sets: dict[str, object] = {"v": "v", "b": "b"}
        groups = pid.screen(table, "y", column_sets=sets, estimator="cluster", interval=None)
        assert groups.pairs == (("v", "b", "y"),)
        alone = pid.screen(table[["v"]], table["y"], interval=None)
        assert alone.pairs == (("v[0]", "v[1]", "y"),)
        with pytest.raises(InvalidInput, match="all columns are of vectors, such as 'v'"):
            pid.screen(table[["v"]].assign(w=table["v"]), table["y"])

    def test_labels_are_no_names(self, frame: pd.DataFrame) -> None:
        y = ["a_0", "b"] * 120
        named = pid.screen(frame[["a_0", "a_1", "b"]], y, interval=None)
        assert named.pairs[0][2] == "y"

    def test_value(self, frame: pd.DataFrame) -> None:
        groups = {"a": "a_*,!a_2", "others": "rest"}
        named = pid.value(frame[["a_0", "a_1", "a_2", "b", "y"]], "y", groups=groups, interval=None)
        assert named.notes[0] == "group 'others': rest is 2 columns (a_2, b)"

    def test_information(self, frame: pd.DataFrame) -> None:
        named = pid.estimate_information(frame, x="a_*", y="b", given="c")
        given = pid.estimate_information(frame[["a_0", "a_1", "a_2"]], frame["b"], frame["c"])
        assert named.value == given.value
        assert (named.x, named.y) == ("a_*", "b")
        half: list[dict[str, Any]] = [{"x": "a_*"}, {"y": "b"}, {}]
        for asked in half:
            with pytest.raises(InvalidInput, match=r"give X and Y; or|give a table, and columns"):
                pid.estimate_information(frame, **asked)

    @pytest.mark.parametrize(
        ("call", "names"),
        [
            (pid.quantify, ("x1", "x2")),
            (pid.compare, ("x1", "x2")),
            (pid.estimate_information, ("x", "y")),
            (pid.screen, ("columns",)),
        ],
    )
    def test_signatures_say_so(self, call: Callable[..., Any], names: tuple[str, ...]) -> None:
        assert set(names) <= set(inspect.signature(call).parameters)

    def test_answers_can_be_copied(self, frame: pd.DataFrame) -> None:
        q = pid.quantify(frame, x1="a_*", x2="b", y="y", **FAST)
        assert same(pickle.loads(pickle.dumps(q)), q)


class TestTargets:
    def test_one_hot(self, frame: pd.DataFrame) -> None:
        marks = pd.get_dummies(frame["c"]).rename(columns=str)
        given = pid.quantify(frame["a_0"], frame["b"], frame["c"], **FAST)
        for Y in (marks, marks.to_numpy(), marks.to_numpy().astype(float)):
            q = pid.quantify(frame["a_0"], frame["b"], Y, **FAST)
            assert same(q, given)
            assert any("with one 1 in each row, taken as classes" in note for note in q.notes)
        q = pid.quantify(frame["a_0"], frame["b"], marks, **FAST)
        assert q.axes[2].labels == ("0", "1", "2")

    def test_in_every_door_with_one_target(self, frame: pd.DataFrame) -> None:
        marks, a, b = np.eye(3)[frame["c"]], frame[["a_0"]], frame[["b"]]
        several = {"a": a, "b": b, "w": frame[["w"]]}
        for answer in (
            pid.quantify(sources=several, y=marks, **FAST),
            pid.compare({"m": frame["c"]}, a, b, marks, interval=None),
            pid.value(frame, marks, groups={"a": "a_*", "b": "b"}, interval=None),
            pid.retained((a, b), a, b, marks, interval=None),
        ):
            assert any("taken as classes" in note for note in answer.notes)

    def test_several_labels(self, frame: pd.DataFrame) -> None:
        labels = np.array([[1, 1, 0], [0, 1, 0]] * 120)
        with pytest.raises(InvalidInput, match="2 of them 1 in data row 1"):
            pid.quantify(frame["a_0"], frame["b"], labels)

    def test_a_screen_takes_columns_as_targets(self, frame: pd.DataFrame) -> None:
        marks = pd.get_dummies(frame["c"]).rename(columns=str)
        found = pid.screen(frame[["a_0", "b"]], marks, interval=None)
        assert {pair[2] for pair in found.pairs} == {"0", "1", "2"}

    def test_gaussians_take_numbers_of_several_columns(self, frame: pd.DataFrame) -> None:
        Y = np.column_stack([frame["c"] > 0, frame["c"] > 1]).astype(float)
        q = pid.quantify(frame["a_0"], frame["b"], Y, estimator="gaussian", interval=None)
        assert q.estimator == "gaussian"


@pytest.mark.parametrize("given", [["b", "d"], "b,d", ("d", "b"), "a"])
def test_what_is_given_may_be_several_columns_and_of_a_source(given: Any) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.integers(2, size=(200, 4)), columns=["a", "b", "c", "d"])
    frame["y"] = frame["a"] ^ frame["c"]
    columns = sorted(given) if isinstance(given, tuple) else given
    columns = columns.split(",") if isinstance(columns, str) else columns
    by_name = pid.quantify(frame, x1="a", x2="c", y="y", given=given, interval=None)
    apart = pid.quantify(frame["a"], frame["c"], frame["y"], given=frame[columns], interval=None)
    assert by_name.best.atoms == apart.best.atoms


def test_an_axis_that_is_no_column_of_the_frame(frame: pd.DataFrame) -> None:
    with pytest.raises(InvalidInput, match="axis 'times' matches no column; there are"):
        pid.quantify(frame, x1="b", x2="c", y="y", axis="times", **FAST)
