"""``pid.quantify(axis=)``: the answer of each time is that of its slice; what is said of all."""

import json
import pickle
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import pytest

import pid
from pid.core.decomposition import ATOMS
from pid.errors import InvalidInput
from pid.report.of_trajectory import document_of

N, T = 200, 6
COPIED, XORED = 1, 3  # times


def trials(rng: np.random.Generator, n: int = N) -> tuple[Any, Any, Any]:
    """Bits of trials x time that tell nothing of y, but for a copy once, and an xor once."""
    y = rng.integers(2, size=n)
    x1, x2 = rng.integers(2, size=(2, n, T))
    x1[:, COPIED] = y
    x2[:, XORED] = y ^ x1[:, XORED]
    return x1, x2, y


def along(x1: Any, x2: Any, y: Any, **options: Any) -> pid.Trajectory:
    found: Any = pid.quantify(x1, x2, y, **({"axis": "time"} | options))
    assert isinstance(found, pid.Trajectory)
    return found


def assert_same(q: pid.Quantification, other: pid.Quantification) -> None:
    """To the last bit, and in words."""
    assert q.best.atoms == other.best.atoms
    assert q.decomposition.atoms == other.decomposition.atoms
    assert q.interval == other.interval
    assert (q.notes, q.warnings, q.reason) == (other.notes, other.warnings, other.reason)
    assert (q.n, q.units, q.estimator) == (other.n, other.units, other.estimator)
    assert q.names == other.names


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"interval": None, "unit": "nat", "correction": "none"},
        {"estimator": "cluster", "n_clusters": 2, "random_state": 3},
        {"estimator": "bins", "bins": 2, "target_bins": "auto"},
        {"groups": np.arange(N) // 4, "replicates": 50},
        {"blocks": 5, "replicates": 50, "names": ["a", "b", "c"]},
        {"weights": np.linspace(1, 2, N), "replicates": 50},
        {"given": np.arange(N) % 2, "replicates": 50},
        {"classes": [0, 1, 2], "replicates": 50},
        {"interval_method": "percentile", "refit": True, "replicates": 20},
    ],
)
def test_each_time_is_its_slice(rng: np.random.Generator, options: dict[str, Any]) -> None:
    x1, x2, y = trials(rng)
    found = along(x1, x2, y, **options)
    assert len(found) == T
    for t in range(T):
        assert_same(found[t], pid.quantify(x1[:, t], x2[:, t], y, **options))


def test_channels_and_what_changes_with_time(rng: np.random.Generator) -> None:
    x1, x2, _ = trials(rng)
    wide = rng.integers(3, size=(N, 2, T))
    y, z = rng.integers(3, size=(2, N, T))
    found = along(wide, x2, y, given=z, estimator="table", replicates=20)
    for t in (0, T - 1):
        slices = wide[:, :, t], x2[:, t], y[:, t]
        assert_same(
            found[t], pid.quantify(*slices, given=z[:, t], estimator="table", replicates=20)
        )
    assert found[0].axes[0].columns == 2
    assert len(along(x1, wide, y[:, 0], interval=None, estimator="table")) == T


@pytest.mark.slow
def test_classifiers_at_each_time(rng: np.random.Generator) -> None:
    x1, x2 = rng.normal(size=(2, 120, 2, 2))
    y = (x1[:, 0, 1] > 0).astype(int)
    done: list[tuple[int, int]] = []
    found = along(x1, x2, y, progress=lambda *parts: done.append(parts))
    assert done == [(1, 2), (2, 2)]
    assert [q.estimator for q in found] == ["posterior"] * 2
    assert_same(found[1], pid.quantify(x1[..., 1], x2[..., 1], y))
    assert found[1].best.unique1 > 0.3 > found[0].best.total
    with pytest.raises(InvalidInput, match="p-values are of tables that were counted"):
        found.significance()


def test_what_is_there_at_one_time_shows_there_alone(rng: np.random.Generator) -> None:
    found = along(*trials(rng))
    frame = found.to_frame()
    assert frame.unique1.idxmax() == COPIED
    assert frame.synergy.idxmax() == XORED
    assert frame.total[[COPIED, XORED]].min() > 0.95
    assert frame.total.drop([COPIED, XORED]).max() < 0.05
    q = {atom: found.significance(atom).q for atom in (*ATOMS, "total")}
    assert np.flatnonzero(q["unique1"] < 0.05).tolist() == [COPIED]
    assert np.flatnonzero(q["synergy"] < 0.05).tolist() == [XORED]
    assert np.flatnonzero(q["total"] < 0.05).tolist() == [COPIED, XORED]
    assert not (q["redundancy"] < 0.05).any()
    assert "synergy at time 3" in found.reading


def test_q_values_are_those_of_the_literature(rng: np.random.Generator) -> None:
    """Benjamini-Hochberg by its definition; by Benjamini-Yekutieli they are no smaller."""
    found = along(*trials(rng))
    tested = found.significance("total")
    order = np.argsort(tested.p.to_numpy())
    steps = tested.p.to_numpy()[order] * T / np.arange(1, T + 1)
    expected = np.minimum.accumulate(steps[::-1])[::-1]
    assert tested.q.to_numpy()[order] == pytest.approx(np.minimum(expected, 1))
    assert (found.significance("total", adjust="by").q >= tested.q).all()
    assert found.significance("total").equals(tested)  # the same seed
    assert tested.columns.tolist() == ["time", "p", "q"]


@pytest.mark.slow
def test_where_nothing_is_told_little_is_found() -> None:
    """Of 40 sets of 10 times at which nothing is told, few have anything at 5 %."""
    found = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        x1, x2 = rng.integers(2, size=(2, 100, 10))
        y = rng.integers(2, size=100)
        tested = along(x1, x2, y, interval=None, correction="none").significance("total")
        found += bool((tested.q <= 0.05).any())
    assert found <= 6  # of Binomial(40, .05) in 99 %


def test_many_places_are_said(rng: np.random.Generator) -> None:
    x1, x2, y = trials(rng)
    copied, note = along(x1, x2, y, replicates=20).notes
    assert "at time 1" in copied and "alone" in copied  # where x1 is y
    assert "each of 6 places is judged by itself" in note
    assert f"interval={1 - 0.05 / 6:.6g} " in note
    assert along(x1, x2, y, interval=None).notes == (copied,)
    one = along(x1[:, :1], x2[:, :1], y, replicates=20)
    assert (len(one), one.notes) == (1, ())
    assert one.reading == f"At time 0: {one[0].reading}"


def test_warnings_that_differ_in_numbers_are_said_once(rng: np.random.Generator) -> None:
    x1, x2 = rng.integers(3, size=(2, 120, 20))
    found = along(x1, x2, np.arange(120) % 2, interval=None)
    words = "to be expected if x1 and x2 said nothing"
    assert sum(any(words in text for text in q.warnings) for q in found) > 5
    assert sum(words in text for text in found.warnings) == 1


def test_one_estimator_for_all_times(rng: np.random.Generator) -> None:
    """Symbols at one time and numbers at another: answers that are compared are made alike."""
    x = np.column_stack([rng.integers(2, size=50), rng.normal(size=50)])
    y = rng.integers(2, size=50)
    assert pid.quantify(x[:, 0], x[:, 0], y, interval=None).estimator == "table"
    found = along(x, x, y, interval=None)
    assert [q.estimator for q in found] == ["cluster", "cluster"]
    assert "estimator 'cluster' at all places along 'time'" in found.notes[-1]
    assert "'table' at 1, 'cluster' at 1" in found.notes[-1]
    named = along(x, x, y, interval=None, estimator="table")
    assert [q.estimator for q in named] == ["table", "table"]


def test_a_long_table_is_its_arrays(rng: np.random.Generator) -> None:
    x1, x2, y = trials(rng)
    times = np.round(0.1 * np.arange(T), 1)
    arrays = along(x1, x2, y, replicates=20)
    frame = pd.DataFrame(
        {
            "a": x1.ravel(),
            "b": x2.ravel(),
            "y": np.repeat(y, T),
            "session": np.repeat(np.arange(N) // 2, T),
            "seconds": np.tile(times, N),
        }
    )
    long = along(frame[["a"]], frame.b, frame.y, axis=frame.seconds, replicates=20)
    assert long.axis == "seconds"
    assert long.positions == tuple(times)
    for t in range(T):
        assert long[t].best.atoms == arrays[t].best.atoms
        assert long[t].interval == arrays[t].interval
    grouped = along(x1, x2, y, groups=np.arange(N) // 2, replicates=20)
    shuffled = frame.sample(frac=1, random_state=0)
    columns = shuffled.a, shuffled.b, shuffled.y
    by = along(*columns, axis=shuffled.seconds, groups=shuffled.session, replicates=20)
    assert by[0].units == N // 2
    assert by[2].decomposition.total == pytest.approx(grouped[2].decomposition.total)
    rows = by.by_row()
    assert set(rows.row[rows.seconds == 0.1]) == set(frame.index[frame.seconds == 0.1])


@pytest.mark.parametrize(
    "library",
    ["pandas", *(pytest.param(name, marks=pytest.mark.extras) for name in ("polars", "pyarrow"))],
)
def test_a_long_table_of_any_library(rng: np.random.Generator, library: Any) -> None:
    """Names of columns are kept, and text beside numbers is text."""
    y, t = rng.integers(2, size=300), np.arange(300) % 3
    names = np.where(rng.integers(2, size=300), "u", "v")
    frame = pd.DataFrame({"s": names, "n": rng.normal(size=300), "b": y, "t": t, "y": y})
    table = nw.from_native(frame).lazy().collect(library).to_native()
    asked: Any = {"x1": ["s", "n"], "x2": "b", "y": "y", "axis": "t", "interval": None}
    expected, found = pid.quantify(frame, **asked), pid.quantify(table, **asked)
    assert any("(s) of symbols" in note for note in found.notes)
    assert found.notes == expected.notes
    for one, other in zip(found, expected, strict=True):
        assert_same(one, other)
    with pytest.raises(InvalidInput, match="'u' matches no column"):
        pid.quantify(table, **{**asked, "axis": "u"})


@pytest.mark.extras
def test_trials_that_are_left_out_by_time(rng: np.random.Generator) -> None:
    x1, x2, y = trials(rng)
    gaps = x1.astype(float)
    gaps[:7, 2] = np.nan
    with pytest.raises(InvalidInput, match="at time 2: x1 has 7 missing values"):
        along(gaps, x2, y)
    found = along(gaps, x2, y, missing="drop", replicates=20)
    assert [q.n for q in found] == [N, N, N - 7, N, N, N]
    assert any(text.startswith("at time 2: left out 7 of 200 rows") for text in found.notes)
    assert "of 193 to 200 samples" in repr(found)
    assert found.to_xarray()["n"].values.tolist() == [q.n for q in found]
    support = dict(document_of(found, "").support)
    assert support["samples"] == "193 to 200, at each of 6 places along time"
    rows = found.by_row()
    assert rows.row[rows.time == 2].tolist() == list(range(7, N))


def test_tests_are_advised_where_there_are_any(rng: np.random.Generator) -> None:
    """And refused elsewhere."""
    x1, x2, y = trials(rng)
    noisy = x1 + rng.normal(size=x1.shape)
    z = rng.integers(2, size=N)
    for x, options in ((x1, {}), (x1, {"given": z}), (noisy, {"estimator": "gaussian"})):
        found = along(x, x2, y, **options)
        (note,) = (text for text in found.notes if "judged by itself" in text)
        try:
            found.significance(replicates=20)
            assert "significance()" in note
        except InvalidInput:
            assert options
            assert "significance()" not in note


@pytest.mark.extras
def test_an_axis_hides_no_column(rng: np.random.Generator) -> None:
    """Whatever it is called, frames have the places, and all that was found."""
    x1, x2, y = trials(rng)
    found = along(x1, x2, y, weights=np.ones(N), replicates=20)
    frames = (found.to_frame(), found.by_row(), found.significance())
    rows: Any = found.to_dict()["rows"]
    names = {str(name) for some in (*frames, found.to_xarray(), *rows) for name in some}
    for name in sorted(names - {"time"}):
        with pytest.raises(InvalidInput, match=f"axis is called '{name}'"):
            along(x1, x2, y, axis=name)
    p = np.full((2, 4, 2), 0.5)
    with pytest.raises(InvalidInput, match="axis is called 'total'"):
        pid.quantify_posteriors(p, p, p, axis="total")


def test_answers_can_be_kept_and_shown(rng: np.random.Generator) -> None:
    found = along(*trials(rng), replicates=20)
    again = pickle.loads(pickle.dumps(found))
    assert repr(again) == repr(found)
    data = json.loads(json.dumps(found.to_dict()))
    assert [row["time"] for row in data["rows"]] == list(range(T))
    assert data["rows"][0]["total_counted"] == found[0].decomposition.total
    assert {row["n"] for row in data["rows"]} == {N}
    from pid.report import document_of

    (section, _) = document_of(found, "title").sections
    assert "decomposed in what it says about the target of the same trials" in section.paragraphs[0]


def test_numbers_of_places_are_shown_short(rng: np.random.Generator) -> None:
    x1, x2, y = trials(rng)
    labels = 0.1 * np.arange(T)  # 0.30000000000000004 is one of them
    axis = np.tile(labels, N)
    found = along(x1.ravel(), x2.ravel(), np.repeat(y, T), axis=axis, interval=None)
    assert found.positions == tuple(labels)
    assert found.labels == ("0", "0.1", "0.2", "0.3", "0.4", "0.5")
    assert "0000004" not in repr(found)


X = np.arange(40).reshape(10, 4) % 3
Y = np.arange(10) % 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"axis": 2}, "there is no axis 2 in x1"),
        ({"axis": "time", "X2": X[:, :3]}, "x2 has 10 and 3"),
        ({"axis": "time", "X2": None}, "give X1, X2 and y"),
        ({"axis": "time", "y": None}, "give X1, X2 and y"),
        ({"axis": "time", "sources": {"a": X, "b": X}}, "axis is of two sources"),
        ({"axis": 1.5}, "axis must be text, an integer, a label for each row or None"),
        ({"axis": True}, "axis must be text"),
        ({"axis": [0, 1]}, "a label for each row of x1, 10"),
        ({"axis": "time", "y": np.where(np.arange(4) == 1, 0, X)}, "at time 1: y has a single"),
        ({"axis": "time", "groups": Y, "blocks": 2}, "groups or blocks"),
    ],
)
def test_what_cannot_be(options: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        pid.quantify(**({"X1": X, "X2": X, "y": Y, "interval": None} | options))


@pytest.mark.extras
def test_a_run_goes_on_where_it_was(rng: np.random.Generator, tmp_path: Any) -> None:
    """Parts of each time are kept, in a folder of its own, and answers are the same."""
    x1, x2, y = trials(rng)
    asked = {"replicates": 60, "resume": tmp_path / "kept"}
    first = along(x1[:, :4], x2[:, :4], y, **asked)
    parts = {path: path.stat().st_mtime_ns for path in (tmp_path / "kept").rglob("*.parquet")}
    assert {path.parent.name for path in parts} == {"0", "1", "2", "3"}
    again = along(x1, x2, y, **asked)
    assert {path: path.stat().st_mtime_ns for path in parts} == parts
    plain = along(x1, x2, y, replicates=60)
    for t in range(T):
        assert_same(again[t], plain[t])
    assert_same(first[3], plain[3])
    with pytest.raises(InvalidInput, match=r"at time 0: .* has parts of another run"):
        along(x2, x1, y, **asked)


@pytest.mark.extras
def test_arrays_of_xarray_in_and_out(rng: np.random.Generator) -> None:
    import xarray as xr

    x1, x2, y = trials(rng)
    times = np.round(np.linspace(-0.1, 0.4, T), 2)
    coords = {"time": times, "trial": np.arange(N)}
    first = xr.DataArray(x1, dims=("trial", "time"), coords=coords)
    second = xr.DataArray(x2.T, dims=("time", "trial"), coords=coords)
    label = xr.DataArray(y, dims="trial", coords={"trial": np.arange(N)})
    found = along(first, second, label, replicates=20)
    plain = along(x1, x2, y, replicates=20)
    for t in range(T):
        assert_same(found[t], plain[t])
    data = found.to_xarray()
    assert isinstance(data, xr.Dataset)
    assert dict(data.sizes) == {"time": T}
    assert np.array_equal(data.time, times)
    assert float(data.synergy.sel(time=times[XORED])) == found[XORED].best.synergy
    (*_, total) = found[0].summary()
    assert total.interval == (data.total_low.values[0], data.total_high.values[0])
    assert data.attrs == {"unit": "bit", "interval": 0.95}
    assert (data["n"] == N).all()
    assert dict(plain.to_xarray().sizes) == {"time": T}
    assert "interval" not in along(x1, x2, y, interval=None).to_xarray().attrs
    with pytest.raises(InvalidInput, match="differ in their coordinates of 'trial'"):
        along(first, second.isel(trial=slice(None, None, -1)), label)
    with pytest.raises(InvalidInput, match="must be one array; got Dataset"):
        along(first.to_dataset(name="x"), second, label)


def test_without_xarray(rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "xarray", None)
    found = along(*trials(rng), interval=None)
    with pytest.raises(pid.MissingExtra, match="xarray is needed here"):
        found.to_xarray()
