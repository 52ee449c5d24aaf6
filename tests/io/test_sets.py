"""Groups of columns of a table in memory, by name, glob or place."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from pid.errors import InvalidInput
from pid.io.sets import choose_sets

FRAME = pd.DataFrame({"a1": [1, 2], "a2": [3, 4], "a, b": [5, 6], "y": [0, 1]})


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        ("a?", ["a1", "a2"]),
        ("a2,a1", ["a1", "a2"]),
        (["a2", "a1"], ["a1", "a2"]),
        (["a, b"], ["a, b"]),
        ("a, b", ["a, b"]),
        ([1], ["a2"]),
        (-2, ["a, b"]),
        (("a1", 2), ["a1", "a, b"]),
        (FRAME.columns[1:3], ["a2", "a, b"]),
        (np.array(["a1", "a2"]), ["a1", "a2"]),
        (np.array([0, 2]), ["a1", "a, b"]),
    ],
)
def test_columns(columns: Any, names: list[str]) -> None:
    sets, y = choose_sets(FRAME, {"one": columns}, "y")
    assert list(sets["one"].columns) == names
    assert y.tolist() == [0, 1]


def test_arrays_and_targets_that_are_no_names() -> None:
    X = np.arange(6).reshape(2, 3)
    target = [1, 0]
    sets, y = choose_sets(X, {"one": [0, 2], "two": "x[[]1]"}, target)
    assert sets["one"].tolist() == [[0, 2], [3, 5]]
    assert sets["two"].tolist() == [[1], [4]]
    assert y is target
    assert choose_sets(X, {}, "x[1]")[1].tolist() == [1, 4]


@pytest.mark.parametrize(
    "columns", [[], None, 7.0, [1.5], [True], {"a": 1}, 9, -9, slice("a1", "y"), slice(0, 3, 0)]
)
def test_what_are_no_columns(columns: Any) -> None:
    with pytest.raises(InvalidInput, match=r"group 'one' (must be |has )"):
        choose_sets(FRAME, {"one": columns}, "y")


def test_columns_that_are_called_by_numbers() -> None:
    """What is typed is a name where there is one, else a place; text means them, too."""
    frame = FRAME.set_axis([7, 0, ("a", 1), "y"], axis=1)
    for columns, values in ((7, [1, 2]), (0, [3, 4]), ("7", [1, 2]), (2, [5, 6]), ("?'a*", [5, 6])):
        sets, _ = choose_sets(frame, {"one": columns}, "y")
        assert sets["one"].to_numpy().ravel().tolist() == values
    assert choose_sets(frame, {}, 7)[1].tolist() == [1, 2]


def test_names_that_are_there_twice() -> None:
    for twice in (["a", "a", "b", "y"], [1, "1", "b", "y"]):
        with pytest.raises(InvalidInput, match="duplicate column names; rename them"):
            choose_sets(FRAME.set_axis(twice, axis=1), {"one": "b"}, "y")
