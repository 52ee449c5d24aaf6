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


@pytest.mark.parametrize("columns", [[], None, 7.0, [1.5], [True], {"a": 1}, 9, -9])
def test_what_are_no_columns(columns: Any) -> None:
    with pytest.raises(InvalidInput, match=r"group 'one' (must be names|has )"):
        choose_sets(FRAME, {"one": columns}, "y")
