"""Arrays of trials along an axis: which axis is which, and what cannot be."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from pid.errors import InvalidInput
from pid.io.long import read_long
from pid.io.trials import Trials, read_trials

N, T = 12, 5
TRIALS = np.arange(N) * 10
X = np.add.outer(TRIALS, np.arange(T))  # trials x time
WIDE = np.stack([X, -X, X + 1000], axis=1)  # trials x channels x time
Y = np.arange(N) % 2
TIMES = np.arange(T) / 10


def labelled(values: Any, *dims: str, **coords: Any) -> Any:
    """What xarray's arrays have that is read; xarray itself is in the tests of extras."""
    values = np.asarray(values)
    assert values.ndim == len(dims)
    known = {name: SimpleNamespace(values=np.asarray(of)) for name, of in coords.items()}
    return SimpleNamespace(dims=dims, coords=known, values=values)


def read(x1: Any, x2: Any = X, y: Any = Y, axis: Any = "time", **of_trials: Any) -> Trials:
    return read_trials({"x1": x1, "x2": x2}, {"y": y, "groups": None} | of_trials, axis)


@pytest.mark.parametrize("axis", ["time", "anything", 1, -1])
def test_the_last_axis_is_time(axis: Any) -> None:
    found = read(X, axis=axis)
    assert found.positions == tuple(range(T))
    assert found.axis == (axis if isinstance(axis, str) else "time")
    at = found.at(3)
    assert np.array_equal(at["x1"], X[:, 3])
    assert np.array_equal(at["y"], Y)


def test_other_axes() -> None:
    first = read(np.moveaxis(WIDE, -1, 0), X.T, axis=0)
    middle = read(np.moveaxis(WIDE, -1, 1), X, axis=1)
    last = read(WIDE, X, axis=-1)
    for found in (first, middle, last):
        for t in range(T):
            assert np.array_equal(found.at(t)["x1"], WIDE[:, :, t])
            assert np.array_equal(found.at(t)["x2"], X[:, t])


@pytest.mark.parametrize(("x", "axis"), [(X, "time"), (X.T, 0), (X, 1), (X.T, -2)])
def test_a_target_of_each_time(x: Any, axis: Any) -> None:
    y = X % 3
    found = read(x, x, y.T if axis in (0, -2) else y, axis)
    for t in range(T):
        assert np.array_equal(found.at(t)["y"], y[:, t])
        assert np.array_equal(found.at(t)["x1"], X[:, t])


def test_names_of_dimensions_tell_in_any_order() -> None:
    y = labelled(Y, "trial")
    one = labelled(WIDE.transpose(1, 2, 0), "channel", "time", "trial", time=TIMES)
    two = labelled(X.T, "time", "trial", trial=TRIALS)
    found = read(one, two, y)
    assert found.positions == tuple(TIMES)
    assert found.notes == ()
    for t in range(T):
        assert np.array_equal(found.at(t)["x1"], WIDE[:, :, t])
        assert np.array_equal(found.at(t)["x2"], X[:, t])
    groups = read(one, two, y, groups=labelled(Y, "trial", trial=TRIALS)).at(0)["groups"]
    assert np.array_equal(groups, Y)
    of_time = read(one, two, labelled((X % 2).T, "time", "trial")).at(4)["y"]
    assert np.array_equal(of_time, X[:, 4] % 2)


def test_a_guess_is_said() -> None:
    both = labelled(WIDE, "trial", "channel", "time")
    (note,) = read(both, both).notes
    assert "trials are taken to be along 'trial'" in note
    assert read(both, labelled(X, "trial", "time")).notes == ()


def test_uneven_steps_are_said() -> None:
    (note,) = read(labelled(X, "trial", "time", time=[0, 1, 2, 3, 9])).notes
    assert "steps along 'time' are uneven, 1 to 6" in note
    dates = np.array(
        ["2020-01-01", "2020-01-02", "2020-01-03", "2020-01-04", "2020-01-09"], "M8[D]"
    )
    found = read(labelled(X, "trial", "time", time=dates))
    assert found.positions[-1] == "2020-01-09"
    assert "1 to 5 D" in found.notes[0]
    assert read(labelled(X, "trial", "time", time=0.1 * np.arange(T) + 3)).notes == ()
    names = read(labelled(X, "trial", "time", time=list("edcba")))
    assert names.positions == tuple("edcba")


TIMED = labelled(X, "trial", "time", time=TIMES)

WRONG: dict[str, dict[str, Any]] = {
    "x1 has 12 trials and 5 places along 'time', and x2 has 12 and 4": {"x2": X[:, :4]},
    "x2 has 11 and 5: give the same trials": {"x2": X[:11]},
    "y must have one value per trial, 12, or be trials x time, .12, 5.; got shape .7,.": {
        "y": Y[:7]
    },
    "got shape .12, 3.": {"y": X[:, :3]},
    "y must have one value per trial; got a single one": {"y": 3},
    "groups must have one value per trial, 12; got shape .5,.": {"groups": Y[:5]},
    "there is no axis 2 in x1, of shape .12, 5.: give 0 to 1": {"axis": 2},
    "there is no axis -3 in x1": {"axis": -3},
    "with axis, x1 must have shape trials x time, or .*; got .12,.": {"x1": Y},
    "x1 must have shape .*; got .1, 1, 12, 5.": {"x1": X[None, None]},
    "x1 has shape .12, 0., and so nothing": {"x1": X[:, :0], "x2": X[:, :0]},
    "x1 has the dimensions .'trial', 'time'., and no 'tim'": {"x1": TIMED, "axis": "tim"},
    "axis must be the name of a dimension of x1": {"x1": TIMED, "axis": 1},
    "groups has the dimensions .*; it needs 'trial' alone": {
        "x1": TIMED,
        "groups": labelled(X, "trial", "time"),
    },
    "no dimension beside 'time' is in all arrays": {
        "x1": TIMED,
        "x2": labelled(X, "epoch", "time"),
    },
    "y has the dimensions .'trial', 'time', 'b'.; it needs 'trial' and 'time' alone": {
        "x1": TIMED,
        "y": labelled(WIDE.transpose(0, 2, 1), "trial", "time", "b"),
    },
    "x1 has the dimensions .*; beside 'trial' and 'time' it may have one": {
        "x1": labelled(WIDE[:, None], "trial", "a", "b", "time"),
        "y": labelled(Y, "trial"),
    },
    "x1 and x2 differ in their coordinates of 'time', at place 0 0.0 and 1.0": {
        "x1": TIMED,
        "x2": labelled(X, "trial", "time", time=TIMES + 1),
    },
    "x1 and y differ in their coordinates of 'trial', at place 0 0 and 110": {
        "x1": labelled(X, "trial", "time", trial=TRIALS),
        "y": labelled(Y, "trial", trial=TRIALS[::-1]),
    },
    "complex numbers": {"x1": labelled(X, "trial", "time", time=TIMES * 1j)},
    "must increase: 0.1 comes twice": {
        "x1": labelled(X, "trial", "time", time=[0, 0.1, 0.1, 1, 2])
    },
    "must increase: 1.0 comes after 3.0; sort": {
        "x1": labelled(X, "trial", "time", time=[0.0, 3, 1, 4, 5])
    },
    "gaps or infinities": {"x1": labelled(X, "trial", "time", time=[0, 1, np.nan, 2, 3])},
    "have gaps": {
        "x1": labelled(
            X, "trial", "time", time=np.array(["NaT", "2020", "2021", "2022", "2023"], "M8[Y]")
        )
    },
    "must differ: 'b' comes twice": {"x1": labelled(X, "trial", "time", time=list("abcbd"))},
}


@pytest.mark.parametrize("said", WRONG)
def test_what_cannot_be(said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        read(**({"x1": X} | WRONG[said]))


def test_a_data_frame_has_no_axes() -> None:
    import pandas as pd

    with pytest.raises(InvalidInput, match=r"x1 is a data frame, .* frame\.to_numpy"):
        read(pd.DataFrame(X))


def test_rows_of_places_one_below_the_other(rng: np.random.Generator) -> None:
    order = rng.permutation(N * T)
    times = np.tile(TIMES, N)[order]
    found = read_long({"x1": X.ravel()[order], "y": np.repeat(Y, T)[order], "given": None}, times)
    assert found.positions == tuple(TIMES)
    for t in range(T):
        assert sorted(found.at(t)["x1"]) == sorted(X[:, t])
        assert np.array_equal(found.at(t)["y"], found.at(t)["x1"] // 10 % 2)
    named = read_long({"x1": X.ravel()}, np.tile(list("zyxwv"), N))
    assert named.positions == tuple("zyxwv")  # as they come
    assert np.array_equal(named.at(1)["x1"], X[:, 1])


def test_labels_of_rows_that_cannot_be() -> None:
    x = {"x1": np.arange(6)}
    for labels, said in {
        (0, 1, 2): "a label for each row of x1, 6; got shape .3,.",
        (0, 1, 2, 3, 4, 5): "6 rows and as many labels",
        ("a", None, "a", "b", "b", "b"): "no label in row 1",
        (0.0, 0.0, 1.0, 1.0, float("nan"), 1.0): "gaps",
    }.items():
        with pytest.raises(InvalidInput, match=said):
            read_long(x, list(labels))
