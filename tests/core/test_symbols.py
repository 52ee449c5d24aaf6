"""Codes and symbols against a loop that compares every value with every symbol before it."""

from collections.abc import Callable, Hashable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pid.core import distinct
from pid.core.symbols import encode
from pid.errors import InvalidInput

Answer = tuple[list[int], list[tuple[type, str]]]

NAN, OTHER_NAN = float("nan"), float("nan")


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


def slow(values: Any) -> Answer | str:
    """What is right, in quadratic time: symbols, or the sentence of the error."""
    symbols: list[Any] = []
    codes = []
    for row, value in enumerate(list(values)):
        try:
            hash(value)
        except TypeError:
            return not_hashable(row, value)
        if value is None or value is pd.NA or value != value:
            return (
                f"x[{row}] is missing; drop such samples, or give missing values a symbol of "
                "their own"
            )
        try:
            equal = [i for i, symbol in enumerate(symbols) if symbol is value or symbol == value]
        except TypeError:
            return not_hashable(row, value)
        codes.append(equal[0] if equal else len(symbols))
        symbols += [] if equal else [value]
    try:
        order = sorted(range(len(symbols)), key=symbols.__getitem__)
    except TypeError:
        order = list(range(len(symbols)))
    return [order.index(code) for code in codes], [written(symbols[i]) for i in order]


def not_hashable(row: int, value: object) -> str:
    return (
        f"x[{row}] is a {type(value).__name__}, which is not hashable; "
        "use strings, numbers or tuples as symbols"
    )


def fast(values: Any) -> Answer | str:
    try:
        codes, symbols = encode(values, "x")
    except InvalidInput as err:
        return str(err)
    assert codes.dtype == np.intp
    assert type(symbols) is tuple
    return codes.tolist(), list(map(written, symbols))


def written(symbol: Hashable) -> tuple[type, str]:
    """A symbol so that -0.0 differs from 0.0, and 1 from True."""
    return type(symbol), repr(symbol)


def as_objects(values: list[Any]) -> np.ndarray:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


# name -> values of one column, as rows come
COLUMNS: dict[str, list[Any]] = {
    "text": ["b", "a", "b", "c"],
    "no values": [],
    "empty text": ["", "a", ""],
    "text that ends in zeros": ["a\0", "a", "a\0\0", "\0"],
    "text of many scripts": ["ß", "é", "e\u0301", "日本", "🜁", "ß"],
    "a surrogate": ["\ud800", "a", "\ud800"],
    "text of NumPy": [np.str_("b"), "b", "a"],
    "text and text of NumPy": ["b", np.str_("b"), np.str_("a")],
    "members of a text enumeration": [Colour.RED, "red", "blue", Colour.BLUE],
    "bytes": [b"b", b"a", b"b"],
    "bytes and text": [b"b", "b", b"b"],
    "text and a number": ["b", 1, "a"],
    "text and a gap": ["b", None, "a"],
    "text and NaN": ["b", NAN, "a"],
    "text and pandas' NA": ["b", "a", pd.NA],
    "text and NaT": ["b", pd.NaT, None],
    "text and a list": ["b", ["a"], None],
    "a gap before a list": ["b", None, ["a"]],
    "a dictionary": [{}, "a"],
    "an array": [np.zeros(2), "a"],
    "one, true and 1.0": [1, True, 1.0, "a"],
    "true, one and 1.0": [True, 1, 1.0, 0],
    "1.0, one and true": [1.0, 1, True, 0],
    "zeros of both signs": [0.0, -0.0, 1.0],
    "zeros the other way round": [-0.0, 0.0, 1.0],
    "zeros of several types": ["a", -0.0, 0, False, 0.0],
    "decimals": [Decimal("1.50"), Decimal("1.5"), 1.5, Fraction(3, 2)],
    "decimal NaN": [Decimal(1), Decimal("NaN")],
    "NaN twice": [1.0, NAN, NAN, OTHER_NAN],
    "NaT of NumPy": [np.datetime64("2020-01-01"), np.datetime64("NaT")],
    "scalars of NumPy": [np.int8(1), 1, np.float64(1), np.bool_(True), np.int64(2)],
    "decimals beside integers of NumPy": ["a", Decimal(1), np.int64(1), None],
    "complex": [1j, 1, 1j],
    "complex NaN": [1j, complex(NAN, 1)],
    "infinity": [float("inf"), 1, -float("inf")],
    "huge": [10**400, 1, 10**400],
    "dates": [date(2020, 1, 2), date(2020, 1, 1), date(2020, 1, 2)],
    "stamps": [pd.Timestamp("2020-01-02"), pd.Timestamp("2020-01-01")],
    "tuples": [(1, "b"), (1, "a"), (True, "a"), (1.0, "b")],
    "tuples without order": [(1, "b"), ("a", 1), (1, "b")],
    "tuples with NaN": [(1, NAN), (1, NAN), (1, OTHER_NAN)],
    "tuples with gaps": [(1, None), (1, None), (2, None)],
    "tuples of different lengths": [(1, 2), (1,), (), (1, 2)],
    "sets without order": [frozenset("b"), frozenset("a"), frozenset("ab"), frozenset("b")],
    "types": [int, str, int],
    "more symbols than a byte has values": [f"s{i * 7 % 300}" for i in range(600)],
    "more numbers than a byte has values": [i * 7 % 300 for i in range(600)],
}

CONTAINERS: dict[str, Callable[[list[Any]], Any]] = {
    "list": list,
    "tuple": tuple,
    "generator": lambda values: (v for v in values),
    "objects": as_objects,
    "every second object": lambda values: as_objects([v for v in values for _ in "ab"])[::2],
    "series of objects": lambda values: pd.Series(as_objects(values), dtype=object),
    "index of objects": lambda values: pd.Index(as_objects(values), dtype=object),
}


@pytest.mark.parametrize("values", COLUMNS.values(), ids=COLUMNS.keys())
@pytest.mark.parametrize("container", CONTAINERS.values(), ids=CONTAINERS.keys())
def test_every_kind_of_value(container: Callable[[list[Any]], Any], values: list[Any]) -> None:
    assert fast(container(values)) == slow(values)


TEXT = [name for name, values in COLUMNS.items() if values and all(type(v) is str for v in values)]
PLAIN = [n for n in TEXT if n not in ("a surrogate", "text that ends in zeros")]


@pytest.mark.parametrize("name", [n for n in TEXT if n != "text that ends in zeros"])
def test_text_in_arrays(name: str) -> None:
    values = COLUMNS[name]
    array = np.array(values)
    wider = array.astype(f"U{array.dtype.itemsize // 4 + 1}")
    for same in (array, wider, array.astype(wider.dtype.newbyteorder()), np.repeat(array, 2)[::2]):
        assert same.dtype.kind == "U"
        assert fast(same) == slow(values)


def test_arrays_of_text_leave_out_zeros_at_the_end() -> None:
    array = np.array(COLUMNS["text that ends in zeros"])
    assert fast(array) == slow(array.tolist())


@pytest.mark.parametrize(
    "array",
    [
        np.array([3, -1, 3], dtype=np.int8),
        np.array([3, 2**64 - 1, 3], dtype=np.uint64),
        np.array([-(2**63), 2**63 - 1, 0]),
        np.array([True, False, True]),
        np.array([0.5, np.inf, -np.inf], dtype=np.float32),
        np.array([0.5, np.nan, np.nan]),
        np.array([b"b", b"a", b"b"]),
        np.array([], dtype=np.int64),
        np.array([], dtype=str),
        np.array(["", ""]),
        np.array(["2021", "2020", "2021"], dtype="datetime64[D]"),
        np.array([1j, 1, 1j]),
    ],
    ids=lambda array: f"{array.dtype} {len(array)}",
)
def test_arrays(array: np.ndarray) -> None:
    plain = array.tolist() if array.dtype.kind in "biufSU" else list(array)
    assert fast(array) == slow(plain)


SERIES: dict[str, Callable[[], Any]] = {
    "text": lambda: pd.Series(["b", "a", "b"], dtype="str"),
    "text with a gap": lambda: pd.Series(["b", None, "b"], dtype="str"),
    "text of Python": lambda: pd.Series(["b", "a", "b"], dtype=pd.StringDtype("python")),
    "text of Python with a gap": lambda: pd.Series([None, "b"], dtype=pd.StringDtype("python")),
    "categories": lambda: pd.Series(pd.Categorical(["b", "a", "b"], categories=list("zbya"))),
    "categories in order": lambda: pd.Series(
        pd.Categorical(["b", "a", "b"], categories=list("cba"), ordered=True)
    ),
    "categories of another index": lambda: pd.Series(
        pd.Categorical(["b", "a", "b"]), index=[7, 7, 3]
    ),
    "categories with a gap": lambda: pd.Series(pd.Categorical(["b", None, "b"])),
    "categories of numbers": lambda: pd.Series(pd.Categorical([10, 9, 10], categories=[9, 10, 11])),
    "categories of fractions": lambda: pd.Series(pd.Categorical([1.5, -0.0, 1.5])),
    "categories of booleans": lambda: pd.Series(pd.Categorical([True, False, True])),
    "categories of mixed types": lambda: pd.Series(
        pd.Categorical(as_objects(["b", 1, "a", 1]), categories=as_objects([1, "a", "b"]))
    ),
    "categories of tuples": lambda: pd.Series(pd.Categorical(as_objects([(1, 2), (0,), (1, 2)]))),
    "categories of stamps": lambda: pd.Series(pd.Categorical(pd.to_datetime(["2021", "2020"]))),
    "categories of intervals": lambda: pd.cut(pd.Series([3.5, 1.5, 3.5]), [0, 2, 4]),
    "a categorical": lambda: pd.Categorical(["b", "a", "b"]),
    "an index of categories": lambda: pd.CategoricalIndex(["b", "a", "b"]),
    "an index of text": lambda: pd.Index(["b", "a", "b"], dtype="str"),
    "integers": lambda: pd.Series([3, -1, 3], dtype=np.int8),
    "large integers": lambda: pd.Series([2**64 - 1, 0], dtype=np.uint64),
    "a range": lambda: pd.RangeIndex(3, 0, -1),
    "booleans": lambda: pd.Series([True, False, True]),
    "floats": lambda: pd.Series([-0.0, 0.0, 0.25], dtype=np.float32),
    "floats the other way round": lambda: pd.Series([0.0, -0.0, 0.25]),
    "floats with a gap": lambda: pd.Series([0.5, np.nan]),
    "integers that may be missing": lambda: pd.Series([3, 1, 3], dtype="Int64"),
    "integers with a gap": lambda: pd.Series([3, None, 3], dtype="Int64"),
    "booleans that may be missing": lambda: pd.Series([True, False], dtype="boolean"),
    "complex": lambda: pd.Series([1j, 1, 1j]),
    "stamps": lambda: pd.Series(pd.to_datetime(["2021", "2020", "2021"])),
    "stamps of a zone": lambda: pd.Series(pd.to_datetime(["2021", "2020"], utc=True)),
    "stamps with a gap": lambda: pd.Series(pd.to_datetime(["2021", "NaT"])),
    "durations": lambda: pd.Series(pd.to_timedelta([2, 1, 2], unit="s")),
    "periods": lambda: pd.Series(pd.period_range("2020", periods=3, freq="D")),
    "intervals": lambda: pd.Series(pd.arrays.IntervalArray.from_breaks([0, 1, 2])),
    "sparse integers": lambda: pd.Series([0, 0, 5], dtype="Sparse[int]"),
    "two levels": lambda: pd.MultiIndex.from_tuples([("b", 1), ("a", 2), ("b", 1)]),
    "no rows": lambda: pd.Series([], dtype="str"),
    "no categories": lambda: pd.Series(pd.Categorical([])),
}


@pytest.mark.parametrize("make", SERIES.values(), ids=SERIES.keys())
def test_pandas(make: Callable[[], Any]) -> None:
    assert fast(make()) == slow(list(make()))


@pytest.mark.extras
@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("String", ["b", "a", "b", "ß", "日本", "🜁", ""]),
        ("String", ["b", None, "b"]),
        ("String", []),
        ("Categorical", ["b", "a", "b"]),
        ("Categorical", ["b", None]),
        ("Enum", ["b", "a", "b"]),
        ("Int8", [3, -1, 3]),
        ("UInt64", [2**64 - 1, 0]),
        ("Int64", [3, None]),
        ("Float64", [0.5, -0.0, 0.0]),
        ("Float64", [0.5, None]),
        ("Float64", [0.5, NAN]),
        ("Boolean", [True, False, True]),
        ("Boolean", [True, None]),
        ("Date", [date(2021, 1, 1), date(2020, 1, 1)]),
        ("Decimal", [Decimal("1.5"), Decimal("0.5")]),
        ("List", [["b"], ["a"]]),
    ],
    ids=str,
)
def test_polars(kind: str, values: list[Any]) -> None:
    import polars as pl

    made = getattr(pl, kind)
    dtype = {"Enum": lambda: made(["z", "b", "a"]), "List": lambda: made(pl.String)}
    column = pl.Series("a", values, dtype=dtype.get(kind, lambda: made)())
    assert fast(column) == slow(list(column))
    assert fast(column[::-1]) == slow(list(column[::-1]))


@pytest.mark.extras
def test_arrow() -> None:
    import pyarrow as pa

    for column in (pa.array(["b", "a", "b"]), pa.chunked_array([["b"], ["a", "b"]])):
        codes, symbols = encode(column, "x")
        assert codes.tolist() == slow(list(column))[0]
        assert [str(symbol) for symbol in symbols] == [str(column[0]), str(column[1])]


SYMBOLS = st.one_of(
    st.sampled_from([NAN, None, pd.NA, pd.NaT, True, False, 0, 1, 0.0, -0.0, 1.0, "1", "", b"1"]),
    st.sampled_from([Decimal(1), Fraction(1), Decimal("NaN"), (), []]),
    st.text(max_size=2),
    st.integers(-2, 2),
)


@given(st.lists(SYMBOLS, max_size=12))
def test_any_mixture(values: list[Any]) -> None:
    for container in CONTAINERS.values():
        assert fast(container(values)) == slow(values)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=9), min_size=1))
def test_any_text(values: list[str]) -> None:
    answer = slow(values)
    series = [pd.Series(values, dtype=dtype) for dtype in ("str", object)]
    for same in (values, as_objects(values), *series, series[0].astype("category")):
        assert fast(same) == answer
    array = np.array(values)
    assert fast(array) == slow(array.tolist())


@pytest.mark.parametrize("bits", [1, 3])
def test_values_that_share_a_hash(bits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two bits no hash can tell ten symbols apart: they are then looked up, and not merged."""
    monkeypatch.setattr(distinct, "MOST_BITS", bits)
    words = [f"word {i % 10}" for i in range(100)]
    rows = [np.arange(100) % 3, np.arange(100) % 5]
    for values in (words, np.array(words), as_objects(words)):
        assert fast(values) == slow(words)
    numbers, first = distinct.numbered_rows(rows)
    assert first.tolist() == list(range(15))
    assert np.array_equal(numbers, np.arange(100) % 15)


@pytest.mark.extras
def test_tensors_of_one_value_are_that_value() -> None:
    """Each is equal to itself alone, so that all would be symbols of their own."""
    import torch

    codes, symbols = encode([torch.tensor(v) for v in (2, 0, 2, 1)], "x")
    assert (codes.tolist(), symbols) == ([2, 0, 2, 1], (0, 1, 2))
    codes, symbols = encode([torch.tensor(1.5, requires_grad=True), 0.5, 1.5], "x")
    assert (codes.tolist(), symbols) == ([1, 0, 1], (0.5, 1.5))
