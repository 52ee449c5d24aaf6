"""The past of columns: of the own group, across no gap, and whatever else it is, refused."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pid
from pid.io.past import in_words

TABLE = pd.DataFrame(
    {"g": list("aababbab"), "t": [0, 1, 0, 2, 1, 2, 3, 3], "x": range(8), "y": range(10, 18)}
)


def test_one_recording() -> None:
    past = pid.lagged(TABLE, "x,y", [1, 3])
    assert list(past) == ["g", "t", "x", "y", "x_lag1", "x_lag3", "y_lag1", "y_lag3"]
    assert past.index.tolist() == [3, 4, 5, 6, 7]  # labels stay
    assert past[["x", "x_lag1", "x_lag3", "y_lag3"]].to_numpy().tolist() == [
        [i, i - 1, i - 3, i + 7] for i in range(3, 8)
    ]


def test_groups_that_are_mixed() -> None:
    past = pid.lagged(TABLE, "x", [1, 2], "g")
    assert past[["x", "x_lag1", "x_lag2"]].to_numpy().tolist() == [
        [3, 1, 0],
        [5, 4, 2],
        [6, 3, 1],
        [7, 5, 4],
    ]
    assert past.g.tolist() == list("abab")


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_value_is_of_another_group(data: st.DataObject) -> None:
    """Each value names its group and step; groups shuffled among each other change nothing."""
    sizes = data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
    lags = data.draw(st.lists(st.integers(1, 5), min_size=1, max_size=3, unique=True))
    order = data.draw(st.permutations([g for g, n in enumerate(sizes) for _ in range(n)]))
    seen = dict.fromkeys(range(len(sizes)), 0)
    rows = []
    for g in order:
        rows.append((f"g{g}", seen[g], 100 * g + seen[g]))
        seen[g] += 1
    frame = pd.DataFrame(rows, columns=["g", "t", "x"])
    if max(sizes) <= max(lags):
        with pytest.raises(pid.InvalidInput, match="longer than the past of any row"):
            pid.lagged(frame, "x", lags, "g")
        return
    for time in (None, "t"):
        past = pid.lagged(frame, "x", lags, "g", time=time, notes=[])
        for lag in lags:
            assert (past.x - past[f"x_lag{lag}"] == lag).all()
        assert len(past) == sum(max(n - max(lags), 0) for n in sizes)
        apart = frame.sort_values("g", kind="stable")
        again = pid.lagged(apart, "x", lags, "g", time=time, notes=[])
        pd.testing.assert_frame_equal(again.sort_index(), past)


def as_polars(frame: pd.DataFrame) -> Any:
    import polars as pl

    return pl.DataFrame(frame.to_dict("list"))


def as_lists(frame: pd.DataFrame) -> Any:
    return {str(name): list(frame[name]) for name in frame}


def as_arrow(frame: pd.DataFrame) -> Any:
    import pyarrow as pa

    return pa.table(frame.to_dict("list"))


@pytest.mark.parametrize(
    "kind", [as_lists, *(pytest.param(f, marks=pytest.mark.extras) for f in (as_polars, as_arrow))]
)
def test_the_same_kind_comes_out(kind: Callable[[pd.DataFrame], Any]) -> None:
    frame = kind(TABLE)
    past = pid.lagged(frame, ["x"], range(1, 3), "g", time="t")
    assert type(past) is type(frame)
    expected = pid.lagged(TABLE, "x", [1, 2], "g", time="t")
    for name in expected:
        assert np.asarray(past[name]).tolist() == expected[name].tolist()


def test_labels_of_pandas_that_repeat() -> None:
    frame = TABLE.set_index(pd.Index([7] * 8))
    past = pid.lagged(frame, "x", 1, "g")
    assert (past.x - past.x_lag1).tolist() == [1, 2, 2, 1, 3, 2]
    assert set(past.index) == {7}


def test_globs_find_the_past() -> None:
    frame = TABLE.rename(columns={"x": "spikes_1", "y": "spikes_2"})
    past = pid.lagged(frame, "spikes_*", range(1, 3), "g")
    chosen = pid.quantify(
        past.filter(like="spikes_1_lag"), past.filter(like="spikes_2_lag"), past.g
    )
    assert [axis.columns for axis in chosen.axes[:2]] == [2, 2]


def test_gaps_of_values_stay_gaps() -> None:
    frame = TABLE.assign(x=[0.0, np.nan, 2, 3, 4, 5, 6, 7])
    past = pid.lagged(frame, "x", 1)
    assert past.x_lag1.isna().tolist() == [False, True, *[False] * 5]
    with pytest.raises(pid.InvalidInput, match="missing"):
        pid.quantify(past.x_lag1, past.y, past.g)
    assert pid.quantify(past.x_lag1, past.y, past.g, missing="drop").n == 6


# --- time -----------------------------------------------------------------------------------------


def test_no_lag_crosses_a_gap() -> None:
    frame = pd.DataFrame({"t": [0, 1, 2, 5, 6, 7, 8], "x": range(7)})
    notes: list[str] = []
    past = pid.lagged(frame, "x", [1, 2], time="t", notes=notes)
    assert past.x.tolist() == [2, 5, 6]
    assert notes == [
        "left out 4 of 7 rows, without a whole past at lags 1 and 2",
        "time has 1 gap of more than a step: a lag that crosses one is no lag, for which 2 of "
        "these rows were left out",
    ]
    assert len(pid.lagged(frame, "x", [1, 2])) == 5  # without times every row is a step


@pytest.mark.parametrize(
    "times",
    [
        pd.date_range("2024-01-01", periods=8, freq="h"),
        pd.date_range("2024-01-01", periods=8, freq="h", tz="Europe/Berlin"),
        pd.date_range("2024-01-01", periods=8, freq="h").astype(str),
        pd.date_range("2024-01-01", periods=8, freq="MS"),  # months are of nearly one length
        pd.timedelta_range(0, periods=8, freq="33ms"),
        [round(i / 30, 3) for i in range(60, 68)],  # to the millisecond, of thirty a second
        np.arange(8, dtype=np.uint8) + 200,
        np.arange(8) * 10**15 + 1_700_000_000_000_000_000,
    ],
)
def test_kinds_of_times(times: Any) -> None:
    found = pid.lagged(TABLE.assign(t=times), "x", 2, time="t")
    assert (found.x - found.x_lag2 == 2).all()
    assert len(found) == 6


@pytest.mark.parametrize(
    ("times", "message"),
    [
        ([0, 1, 2, 3, 3, 4, 5, 6], "time is there twice in data row 5, after row 4 of the same"),
        ([0, 1, 2, 3, 0, 1, 2, 3], "time goes back in data row 5, after row 4 of the same group;"),
        ([0, 1, 2, 3, 3.5, 4, 5, 6], "step to data row 5 is 0.5 of the usual one; bring rows to"),
        ([0, 1, 2, 3, None, 5, 6, 7], "time 't' has 1 missing values, the first in data row 5"),
        ([0, 1, 2, 3, np.inf, 5, 6, 7], "time 't' has infinite values"),
        (list("abcdefgh"), "time 't' must be numbers, or dates such as .* got 'a' in data row 1"),
        ([True] * 8, "time 't' must be numbers or dates; got bool"),
        ([0, 2, 4, 6, 8, 10, 12, 14], None),
        ([0, 9, 18, 27, 28, 37, 46, 55], "step to data row 5 is 0.11 of the usual one"),
    ],
)
def test_irregular_times(times: list[Any], message: str | None) -> None:
    frame = TABLE.assign(t=pd.Series(times))
    if message is None:
        assert len(pid.lagged(frame, "x", 1, time="t")) == 7
        return
    with pytest.raises(pid.InvalidInput, match=message):
        pid.lagged(frame, "x", 1, time="t")


def test_what_gaps_took_is_told_from_what_groups_lack() -> None:
    frame = pd.DataFrame({"g": [0] * 6 + [1], "t": [0, 1, 2, 5, 6, 7, 0], "x": range(7)})
    notes: list[str] = []
    assert pid.lagged(frame, "x", 2, "g", time="t", notes=notes).x.tolist() == [2, 5]
    assert [text.partition(":")[0] for text in notes[1:]] == [
        "1 group has no row with a whole past, and no part in what follows",
        "time has 1 gap of more than a step",
    ]
    assert notes[2].endswith("for which 2 of these rows were left out")


def test_gaps_everywhere() -> None:
    frame = pd.DataFrame({"t": [0, 1, 2, 9, 10, 11, 20, 21, 22], "x": range(9)})
    with pytest.raises(
        pid.InvalidInput, match="so many gaps that no row has a whole past at lag 4"
    ):
        pid.lagged(frame, "x", 4, time="t")


# --- what is left out is said ---------------------------------------------------------------------


def test_the_first_rows_of_a_group_are_no_reason_to_warn() -> None:
    notes: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pid.lagged(TABLE, "x", [1, 2], "g")
        pid.lagged(TABLE, "x", [1, 2], "g", notes=notes)
    assert notes == [
        "left out 4 of 8 rows, without a whole past at lags 1 and 2 in their group: 2 of each of 2 "
        "groups"
    ]


def test_groups_that_vanish() -> None:
    frame = TABLE.assign(g=["long"] * 5 + ["one", "two", "two"])
    with pytest.warns(UserWarning, match="2 groups have no row with a whole past") as said:
        past = pid.lagged(frame, "x", 3, "g")
    assert "'one' of 1, 'two' of 2 rows" in str(said[0].message)
    assert said[0].filename == __file__
    assert set(past.g) == {"long"}
    notes: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pid.lagged(frame, "x", 3, "g", notes=notes)
    assert notes[0].endswith("in their group: of groups 'long' (3), 'two' (2), 'one' (1)")


# --- what cannot be -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lags", "message"),
    [
        (0, "lag 0 is the present, which stands beside the past already"),
        ([1, -2], "lag -2 is the future, which may follow from what it is to explain"),
        (8, "lag 8 is longer than the past of any row: there are 8 rows"),
        (range(1, 10**30), "longer than the past of any row"),
        ([2, 2], "lag 2 is there twice"),
        (True, "lags must be a whole number or a list, range or array of whole numbers; got True"),
        (1.0, "lags must be a whole number"),
        ([1, 2.5], "lags must be a whole number"),
        ([True], "lags must be a whole number"),
        ("1", "lags must be a whole number"),
        ([], "lags must be a whole number"),
        (range(0), "lags must be a whole number"),
        (None, "lags must be a whole number"),
    ],
)
def test_lags_that_are_none(lags: Any, message: str) -> None:
    with pytest.raises(pid.InvalidInput, match=message):
        pid.lagged(TABLE, "x", lags)


def test_kinds_of_lags() -> None:
    expected = pid.lagged(TABLE, "x", [1, 2])
    kinds: list[Any] = [range(1, 3), (1, 2), np.array([1, 2]), [np.int8(1), np.int64(2)]]
    for lags in kinds:
        pd.testing.assert_frame_equal(pid.lagged(TABLE, "x", lags), expected)
    assert list(pid.lagged(TABLE, "x", [2, 1]))[-2:] == ["x_lag2", "x_lag1"]  # as was asked


@pytest.mark.parametrize(
    ("frame", "columns", "options", "message"),
    [
        (TABLE, "z", {}, "columns 'z' matches no column"),
        (TABLE, ["x", "x"], {}, "columns has 'x' twice; name each once"),
        (TABLE, [], {}, "columns names none of which the past is wanted"),
        (TABLE, 3, {}, "columns must be names and globs"),
        (TABLE, "*", {"groups": "g"}, "columns contains 'g', the column of groups"),
        (TABLE, "*", {"time": "t"}, "columns contains 't', the column of time"),
        (TABLE, "x", {"groups": "h"}, "groups 'h' matches no column; did you mean|groups 'h'"),
        (TABLE, "x", {"time": "u"}, "time 'u' matches no column"),
        (TABLE, "x", {"groups": [1] * 8}, "groups must be text or None"),
        (TABLE.assign(x_lag1=0), "x", {}, "there is a column 'x_lag1' already"),
        (TABLE[:0], "x", {}, "frame has no rows"),
        (TABLE[:1], "x", {}, "lag 1 is longer than the past of any row: there are 1 rows"),
        (TABLE.rename(columns={"y": "x"}), "x", {}, "frame has duplicate column names; rename"),
        (TABLE.rename(columns={"x": 0}), "y", {}, "a column that is called 0, which is no text"),
        (
            TABLE.assign(g=pd.Series([None, *"ababaab"])),
            "x",
            {"groups": "g"},
            "groups has 1 missing values",
        ),
        (np.eye(3), "x", {}, "frame must be a pandas, polars or Arrow table .* got ndarray"),
        ({"x": [1, 2], "y": [1]}, "x", {}, "one value per row each; got 2 in x, 1 in y"),
        ({"x": [[1, 2], [3, 4]]}, "x", {}, r"x must have one value per row; got shape \(2, 2\)"),
        ({}, "x", {}, "frame must have columns by their names"),
        ({0: [1, 2]}, "x", {}, "frame must have columns by their names"),
    ],
)
def test_frames_that_cannot_be(
    frame: Any, columns: Any, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(pid.InvalidInput, match=message) as refused:
        pid.lagged(frame, columns, 1, **options)
    assert "\n" not in str(refused.value)


@pytest.mark.extras
def test_a_frame_that_is_not_in_memory() -> None:
    import polars as pl

    with pytest.raises(pid.InvalidInput, match=r"frame must be .* in memory.* got LazyFrame"):
        pid.lagged(pl.LazyFrame({"x": [1, 2]}), "x", 1)


def test_lags_in_words() -> None:
    said = [in_words(lags) for lags in ([4], [1, 2], [1, 2, 3], [1, 2, 5], [3, 2, 1])]
    assert said == ["lag 4", "lags 1 and 2", "lags 1 to 3", "lags 1, 2 and 5", "lags 3, 2 and 1"]
