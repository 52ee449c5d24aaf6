"""The border: every kind of container comes in, every kind of bad value is named."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from pid.errors import InvalidInput
from pid.io.columns import as_variable
from pid.io.rows import as_variables

FRAME = pd.DataFrame({"a": [1.5, 2.5, 3.5], "b": [4.0, 5.0, 6.5]})


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (FRAME, ("a", "b")),
        (FRAME["a"], ("a",)),
        (FRAME.to_numpy(), ("x1[0]", "x1[1]")),
        (FRAME.to_numpy().tolist(), ("x1[0]", "x1[1]")),
        ([1, 2, 3], ("x1",)),
        (pd.Series([1, 2, 3]), ("x1",)),
        (FRAME.to_numpy()[::2], ("x1[0]", "x1[1]")),
        (np.asfortranarray(FRAME.to_numpy(dtype=np.float32)), ("x1[0]", "x1[1]")),
    ],
)
def test_containers(data: object, names: tuple[str, ...]) -> None:
    variable = as_variable(data, "x1")
    assert variable.names == names
    assert all(c.dtype.kind in "if" and c.ndim == 1 for c in variable.columns)


@pytest.mark.extras
def test_arrow_table() -> None:
    import pyarrow as pa

    variable = as_variable(pa.table({"a": [1, 2], "b": ["u", "v"]}), "x1")
    assert variable.names == ("a", "b")
    with pytest.raises(InvalidInput, match=r"column 'a' of x1 has 1 missing value, .* data row 2"):
        as_variable(pa.table({"a": [1, None]}), "x1")


@pytest.mark.extras
@pytest.mark.parametrize("kind", ["list", "list of lists", "struct"])
def test_nested_arrow_columns(kind: str) -> None:
    import pyarrow as pa

    column = {
        "list": lambda: pa.array([[1], [2, 3]]),
        "list of lists": lambda: pa.array([[[1]], [[2]]]),
        "struct": lambda: pa.array([{"z": 1}, {"z": 2}]),
    }[kind]()
    with pytest.raises(InvalidInput, match=r"column .a. of x1 (has a list|holds)"):
        as_variable(pa.table({"a": column}), "x1")


@pytest.mark.parametrize(
    ("data", "symbolic"),
    [
        (["u", "v", "u"], True),
        ([True, False, True], True),
        ([1, 2, 3], True),
        ([1.0, 2.0, 3.0], True),
        ([0.5, 2.0, 3.0], False),
        (list(range(20)), True),
        (list(range(21)), False),
        ([[1, 2], [3, 4]], False),
        ([["u", True], ["v", False]], True),
        (pd.Categorical(["u", "v"]), True),
        (pd.DataFrame({"a": [1.5, 2.0], "b": ["u", "v"]}), False),
        ([10**30, 1, 2], True),
        (np.array([1, "u"], dtype=object), True),
    ],
)
def test_what_is_a_symbol(data: object, symbolic: bool) -> None:
    assert as_variable(data, "x1").is_symbolic is symbolic


@pytest.mark.parametrize(
    ("data", "continuous"),
    [
        (np.linspace(0, 1, 50), True),
        (np.arange(50), True),
        (np.arange(50).astype(str), False),
        (np.repeat(np.arange(50), 10), False),
        (np.repeat(np.linspace(0, 1, 50), 10), True),
        (np.repeat([0.25, 0.5], 30), False),
    ],
)
def test_what_is_continuous(data: object, continuous: bool) -> None:
    assert as_variable(data, "y").is_continuous is continuous


def test_several_columns_of_symbols_become_tuples() -> None:
    variable = as_variable([["u", True], ["v", False]], "x1")
    assert variable.symbols().tolist() == [("u", True), ("v", False)]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], "x1 has no samples"),
        (np.empty((0, 3)), "x1 has no samples"),
        (np.empty((3, 0)), "x1 has no columns"),
        (pd.DataFrame(index=[0, 1]), "x1 has no columns"),
        (3, "x1 must have one row per sample.* got int"),
        (None, "x1 must have one row per sample.* got NoneType"),
        ({"a": [1], "b": [1, 2]}, "'a' has 1 and 'b' 2"),
        (np.zeros((2, 2, 2)), r"x1 has 3 axes, shape \(2, 2, 2\), .*: flatten the others"),
        ([1.0, np.nan, np.nan], "x1 has 2 missing values, the first in data row 2"),
        (
            FRAME.replace(2.5, np.nan),
            "column 'a' of x1 has 1 missing value, the first in data row 2",
        ),
        (FRAME.astype(str).replace("2.5", None), "column 'a' of x1 has 1 missing value"),
        (pd.Series([1, None], dtype="Int64"), "1 missing value"),
        (["u", None], "1 missing value, the first in data row 2; leave out such rows, or"),
        (np.array(["u", pd.NA, pd.NaT], dtype=object), "2 missing values"),
        (
            np.ma.masked_array([1.0, 2.0], mask=[True, False]),
            "1 missing value, the first in data row 1",
        ),
        (
            np.ma.masked_array([[1.0, 2.0]] * 2, mask=[[False, False], [False, True]]),
            "1 missing .* data row 2",
        ),
        ([1.0, np.inf], "x1 has 1 infinite value, the first in data row 2"),
        ([1.0, -np.inf, np.nan], "missing"),
        (np.array([1 + 2j]), "x1 holds values of type complex128; convert them to real numbers"),
        (
            pd.Series(pd.to_datetime(["2020-01-01"])),
            "datetime64.*; give parts of them, such as the",
        ),
        ([[1, 2], [3]], "x1 holds lists of 1 to 2 numbers"),
        (np.array(["u", {}], dtype=object), "x1 has a dict in data row 2, which is not hashable"),
        ([10**400, 1], "too large for a float"),
        ([*range(30), "u"], "x1 mixes numbers with text: 'u' in data row 31"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "x1 has duplicate column names"),
    ],
)
def test_bad_columns(data: object, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        as_variable(data, "x1")


@pytest.mark.parametrize("lengths", [(3, 2, 3), (2, 3, 3), (3, 3, 2)])
def test_lengths_that_differ(lengths: tuple[int, int, int]) -> None:
    data: list[Any] = [list(range(n)) for n in lengths]
    with pytest.raises(InvalidInput, match="got {} in x1, {} in x2 and {} in y".format(*lengths)):
        as_variables(*data)


def test_mixed_columns_are_no_matrix() -> None:
    frame = pd.DataFrame({"a": [1.5, 2.0], "b": ["u", "v"]})
    with pytest.raises(InvalidInput, match="columns of numbers with columns of text, such as 'b'"):
        as_variable(frame, "x1").matrix()
