"""Columns of symbols against a loop over their values: what they become, and what is refused."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pid.errors import InvalidInput
from pid.io.columns import as_variable
from pid.io.named import MAX_SYMBOLS

NAN = float("nan")


ADVICE = "leave out such rows, or fill in the values first"


def slow(values: Sequence[Any]) -> list[Any] | str:
    """What is right, value by value: the column that is made, or the sentence of the error."""
    gaps = [i for i, v in enumerate(values) if pd.api.types.is_scalar(v) and bool(pd.isna(v))]
    if gaps:
        return unusable_values("missing", gaps, ADVICE)
    truths = [isinstance(v, bool | np.bool_) for v in values]
    if all(truths):
        return [bool(v) for v in values]
    numbers = [isinstance(v, Real | Decimal) and not t for v, t in zip(values, truths, strict=True)]
    if all(numbers):
        return slow_numbers(values)
    for row, value in enumerate(values):
        try:
            hash(value)
        except TypeError:
            return (
                f"x1 has a {type(value).__name__} in data row {row + 1}, which is not hashable; "
                "use strings, numbers or tuples as symbols"
            )
    distinct = {v for v, number in zip(values, numbers, strict=True) if number}
    if len(distinct) > MAX_SYMBOLS:
        text = [row for row, v in enumerate(values) if not isinstance(v, Real | Decimal)]
        what, row = ("text", text[0]) if text else ("booleans", truths.index(True))
        return (
            f"x1 mixes numbers with {what}: {values[row]!r} in data row {row + 1}; "
            f"correct such values, or say what they stand for: missing_values=[{values[row]!r}] "
            "makes them gaps, symbols the column one of symbols"
        )
    return list(values)


def slow_numbers(values: Sequence[Any]) -> list[Any] | str:
    array = np.asarray(list(values))
    if array.dtype.kind not in "iuf":
        try:
            array = array.astype(np.float64)
        except OverflowError:
            return "x1 has numbers too large for a float; rescale them"
    infinite = np.flatnonzero(np.isinf(array)).tolist()
    if infinite:
        return unusable_values("infinite", infinite, "replace them or drop these rows")
    return list(array.tolist())


def unusable_values(what: str, rows: list[int], advice: str) -> str:
    count = f"{len(rows)} {what} value{'s' if len(rows) > 1 else ''}"
    return f"x1 has {count}, the first in data row {rows[0] + 1}; {advice}"


def fast(data: object) -> list[Any] | str:
    try:
        variable = as_variable(data, "x1")
    except InvalidInput as err:
        return str(err)
    (column,) = variable.columns
    return list(column.tolist())


def same(found: list[Any] | str, expected: list[Any] | str) -> bool:
    """Equal, and of the same types, and -0.0 apart from 0.0."""
    return found == expected and list(map(repr, found)) == list(map(repr, expected))


def as_objects(values: Sequence[Any]) -> np.ndarray:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


COLUMNS: dict[str, list[Any]] = {
    "text": ["b", "a", "b"],
    "text of NumPy": [np.str_("b"), "a", np.str_("a")],
    "text that ends in zeros": ["a\0", "a", "\0"],
    "a surrogate": ["\ud800", "a"],
    "bytes": [b"b", b"a"],
    "bytes and text": [b"b", "b"],
    "text and numbers": ["b", 1, 2.5],
    "text after numbers": [1, 2.5, "b"],
    "text and many numbers": ["b", *range(30)],
    "text after many numbers": [*range(30), "b", "a"],
    "text and few numbers": ["b", *[1, 2, 3] * 9],
    "text and booleans": ["b", True, False],
    "text and a gap": ["b", "a", None],
    "text and gaps": ["b", None, NAN, pd.NA, pd.NaT, Decimal("NaN"), np.datetime64("NaT")],
    "text and a list": ["b", ["a"]],
    "a list and text": [{}, "b"],
    "a gap after a list": [["a"], "b", None],
    "text and tuples": ["b", (1, 2)],
    "a tuple with a gap": ["b", (None, NAN)],
    "text and a date": ["b", date(2020, 1, 1)],
    "dates": [date(2020, 1, 1), datetime(2020, 1, 1)],
    "stamps": [pd.Timestamp("2020-01-01"), np.datetime64("2020-01-01")],
    "booleans": [True, False],
    "booleans of NumPy": [True, np.bool_(False)],
    "booleans and a gap": [True, None],
    "booleans and numbers": [True, 1, 2],
    "numbers and booleans": [1, 2, True],
    "booleans and many numbers": [True, *range(30)],
    "integers": [3, 1, 2],
    "integers of NumPy": [np.int8(3), 1, np.uint16(2)],
    "integers and a gap": [3, None],
    "integers and NaN": [3, NAN, 1],
    "huge integers": [10**30, 1],
    "numbers too large": [10**400, 1],
    "floats": [0.5, -0.0, 0.0],
    "floats and gaps": [0.5, NAN, None, NAN],
    "floats and infinity": [0.5, -float("inf"), float("inf")],
    "infinity and NaN": [float("inf"), NAN],
    "integers and infinity": [3, float("inf")],
    "floats of NumPy": [np.float32(0.1), 0.1, np.float64(2)],
    "integers and floats": [1, 0.5],
    "decimals": [Decimal("1.5"), Decimal(2)],
    "decimals and NaN": [Decimal("1.5"), Decimal("NaN")],
    "fractions": [Fraction(1, 3), 2, 0.5],
    "complex numbers": [1j, 2],
    "types": [int, str],
}

CONTAINERS: dict[str, Callable[[list[Any]], Any]] = {
    "objects": as_objects,
    "every second object": lambda values: as_objects([v for v in values for _ in "ab"])[::2],
    "a column": lambda values: pd.DataFrame({"x1": pd.Series(as_objects(values), dtype=object)}),
    "a series": lambda values: pd.Series(as_objects(values), dtype=object, name="x1"),
    "a series without a name": lambda values: pd.Series(as_objects(values), dtype=object),
}


@pytest.mark.parametrize("values", COLUMNS.values(), ids=COLUMNS.keys())
@pytest.mark.parametrize("container", CONTAINERS.values(), ids=CONTAINERS.keys())
def test_every_kind_of_value(container: Callable[[list[Any]], Any], values: list[Any]) -> None:
    assert same(fast(container(values)), slow(values))


@pytest.mark.parametrize("values", COLUMNS.values(), ids=COLUMNS.keys())
@pytest.mark.parametrize("container", [list, tuple])
def test_plain_sequences(container: Callable[[list[Any]], Any], values: list[Any]) -> None:
    if not all(isinstance(v, tuple | list) for v in values):
        assert same(fast(container(values)), slow(values))


TEXTS: dict[str, Callable[[], Any]] = {
    "a list": lambda: ["b", "a", "b"],
    "a tuple": lambda: ("b", "a", "b"),
    "an array": lambda: np.array(["b", "a", "b"]),
    "an array of objects": lambda: np.array(["b", "a", "b"], dtype=object),
    "a column of an array": lambda: np.array([["b"], ["a"], ["b"]]),
    "a series of objects": lambda: pd.Series(["b", "a", "b"], dtype=object),
    "a series of text": lambda: pd.Series(["b", "a", "b"], dtype="str"),
    "a series of text of Python": lambda: pd.Series(list("bab"), dtype=pd.StringDtype("python")),
    "a series with another index": lambda: pd.Series(["b", "a", "b"], index=[5, 5, 1]),
    "categories": lambda: pd.Series(pd.Categorical(["b", "a", "b"])),
    "categories that do not occur": lambda: pd.Series(
        pd.Categorical(["b", "a", "b"], categories=list("zbya"), ordered=True)
    ),
    "a categorical": lambda: pd.Categorical(["b", "a", "b"]),
    "a frame": lambda: pd.DataFrame({"x1": ["b", "a", "b"]}),
    "a frame of categories": lambda: pd.DataFrame({"x1": pd.Categorical(["b", "a", "b"])}),
}


@pytest.mark.parametrize("make", TEXTS.values(), ids=TEXTS.keys())
def test_text_of_any_container(make: Callable[[], Any]) -> None:
    variable = as_variable(make(), "x1")
    assert same(variable.columns[0].tolist(), ["b", "a", "b"])
    assert variable.symbols().tolist() == ["b", "a", "b"]
    assert variable.is_symbolic and not variable.is_continuous


@pytest.mark.extras
@pytest.mark.parametrize("kind", ["String", "Categorical", "Enum"])
def test_text_of_polars(kind: str) -> None:
    import polars as pl

    dtype = pl.Enum(["z", "b", "a"]) if kind == "Enum" else getattr(pl, kind)()
    series = pl.Series("x1", ["b", "a", "b"], dtype=dtype)
    for data in (series, series.to_frame()):
        assert same(fast(data), ["b", "a", "b"])
    with pytest.raises(InvalidInput, match="x1 has 2 missing values, the first in data row 2"):
        as_variable(pl.Series("x1", ["b", None, None], dtype=dtype), "x1")


@pytest.mark.parametrize(
    ("data", "kind", "values"),
    [
        (pd.Series(pd.Categorical([10, 9, 10])), "O", [10, 9, 10]),
        (pd.Series(pd.Categorical([1.5, 0.5])), "O", [1.5, 0.5]),
        (pd.Series(pd.Categorical([True, False])), "O", [True, False]),
        (pd.Series([3, 1], dtype="Int64"), "i", [3, 1]),
        (pd.Series([True, False], dtype="boolean"), "b", [True, False]),
        (pd.cut(pd.Series([3.5, 1.5]), [0, 2, 4]), "O", [pd.Interval(2, 4), pd.Interval(0, 2)]),
        (np.array([b"b", b"a"]), "S", [b"b", b"a"]),
        (np.array(["b", "a"]), "U", ["b", "a"]),
        (["b", 1], "O", ["b", 1]),
    ],
    ids=repr,
)
def test_kinds_of_columns(data: object, kind: str, values: list[Any]) -> None:
    (column,) = as_variable(data, "x1").columns
    assert column.dtype.kind == kind
    assert same(column.tolist(), values)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (pd.Series(["b", None], dtype="str"), "x1 has 1 missing value, the first in data row 2"),
        (pd.Series(["b", None], dtype=object, name="s"), "column 's' of x1 has 1 missing value"),
        (pd.Series(pd.Categorical([None, "b"])), "x1 has 1 missing value, the first in data row 1"),
        (pd.Series(pd.Categorical([1, None])), "x1 has 1 missing value, the first in data row 2"),
        (pd.Series(pd.Categorical(pd.to_datetime(["2020"]))), "x1 holds values of type datetime64"),
        (pd.Series(pd.to_timedelta([1], unit="s")), "x1 holds values of type timedelta64"),
        (pd.Series([], dtype="str"), "x1 has no samples"),
        (pd.Series(pd.Categorical([])), "x1 has no samples"),
        (pd.DataFrame({"s": pd.Series([], dtype=object)}), "x1 has no samples"),
        # of two things that are wrong, the one that was always said first
        (
            pd.DataFrame({"s": pd.to_datetime(["2020", "2021"]), "t": ["b", None]}),
            "column 't' of x1 has 1 missing value, the first in data row 2",
        ),
        (
            pd.DataFrame({"s": as_objects([["b"], "a"]), "t": as_objects(["b", None])}),
            "column 't' of x1 has 1 missing value, the first in data row 2",
        ),
        (
            pd.DataFrame({"s": as_objects([["b"], "a"]), "t": pd.to_datetime(["2020", "2021"])}),
            "column 's' of x1 has a list in data row 1, which is not hashable",
        ),
        ([["b", 1], ["a", None]], r"column 'x1\[1\]' of x1 has 1 missing value"),
    ],
    ids=str,
)
def test_what_is_refused(data: object, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        as_variable(data, "x1")


VALUES = st.one_of(
    st.sampled_from([NAN, None, pd.NA, pd.NaT, True, False, np.bool_(True), 0.0, -0.0, 1.0]),
    st.sampled_from([Decimal(1), Fraction(1), b"1", "", "1", (), float("inf"), frozenset()]),
    st.integers(-30, 30),
    st.text(max_size=2),
    st.builds(list),
)


@given(st.lists(VALUES, min_size=1, max_size=40) | st.lists(st.text(), min_size=1))
def test_any_mixture(values: list[Any]) -> None:
    expected = slow(values)
    for container in CONTAINERS.values():
        assert same(fast(container(values)), expected)
