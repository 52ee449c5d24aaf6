"""Columns of any kind as numbers: what is a symbol has an indicator, what may be one has both."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import pid
from pid.errors import InvalidInput
from pid.io.columns import as_variable
from pid.io.numbers import MOST_INDICATORS, as_numbers

N = 400


@pytest.fixture
def frame(rng: np.random.Generator) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "amount": rng.gamma(2.0, size=N),
            "sex": rng.choice(["f", "m"], N),
            "shop": rng.integers(1, 31, N),
            "rank": rng.permutation(N),
            "truth": rng.random(N) < 0.3,
            "colour": pd.Categorical(rng.integers(3, size=N)),
        }
    )


def test_every_column_keeps_what_it_says(frame: pd.DataFrame) -> None:
    x, notes = as_numbers(as_variable(frame, "x1"))
    matrix = x.matrix()
    assert x.names == ("amount", *["sex"] * 2, *["shop"] * 31, "rank", "truth", *["colour"] * 3)
    assert np.array_equal(matrix[:, 0], frame["amount"])
    for column, at in (("sex", slice(1, 3)), ("shop", slice(4, 34)), ("colour", slice(36, 39))):
        indicators = matrix[:, at]
        assert (indicators.sum(axis=1) == 1).all()
        symbols = sorted(frame[column].unique())
        assert [symbols[i] for i in indicators.argmax(axis=1)] == frame[column].tolist()
    assert notes == (
        "x1: 2 columns (sex, colour) of symbols, taken as such",
        "x1: 1 column (shop) of whole numbers, taken as numbers and as symbols where these tell "
        "more",
    )


def test_numbers_stay_what_they_are(rng: np.random.Generator) -> None:
    """In the array that they came in, be there whole numbers that do not repeat, or pixels."""
    for block in (
        rng.normal(size=(N, 3)),
        rng.normal(size=(N, 3)).astype(np.float32),
        rng.permutation(N * 2).reshape(N, 2).astype(float),
    ):
        x = as_variable(block, "x1")
        same, notes = as_numbers(x)
        assert same is x
        assert notes == ()


@pytest.mark.parametrize(("width", "size"), [(64, 17), (3, 35)])
def test_too_many_that_may_be_codes_are_named(
    width: int, size: int, rng: np.random.Generator
) -> None:
    """Pixels, or three columns of shops: numbers, and it is said."""
    x = as_variable(rng.integers(size, size=(N, width)).astype(float), "x1")
    same, (note,) = as_numbers(x)
    assert same is x
    assert note.startswith(f"x1: {width} columns (x1[0], x1[1], ")
    assert note.endswith("taken as numbers; codes are better given as symbols")


def test_a_sorted_file_is_looked_through() -> None:
    """Its first rows are all of one shop."""
    shop = np.repeat(np.arange(30), 1000)
    x, notes = as_numbers(as_variable(np.column_stack([shop, np.arange(30_000) / 7]), "x1"))
    assert len(x.columns) == 32
    assert len(notes) == 1


def test_too_many_symbols() -> None:
    words = pd.DataFrame({"a": np.arange(1500.0) / 7, "b": [f"id{i}" for i in range(1500)]})
    with pytest.raises(
        InvalidInput, match=rf"column 'b' of x1 has 1,500 symbols.*{MOST_INDICATORS:,}"
    ):
        as_numbers(as_variable(words, "x1"))


@pytest.mark.parametrize("values", [[3, 1, 3, 2], [1.5, 2.5, 2.5, 9.0], ["b", "a", "b", "c"]])
def test_categories_are_symbols(values: list[Any]) -> None:
    """Whatever they are written as."""
    x = as_variable(pd.Series(pd.Categorical(values * 30)), "x1")
    assert x.is_symbolic
    assert x.encoded()[1] == tuple(sorted(set(values)))
    assert x.symbols().tolist() == values * 30


def test_many_categories_are_symbols() -> None:
    assert as_variable(pd.Series(pd.Categorical(np.arange(200) % 50)), "x1").is_symbolic


@pytest.mark.extras
def test_categories_of_polars_are_symbols() -> None:
    import polars as pl

    x = as_variable(pl.Series(["b", "a"] * 9, dtype=pl.Enum(["c", "b", "a"])), "x1")
    assert x.encoded()[1] == ("a", "b")
    assert x.symbols().tolist() == ["b", "a"] * 9


@pytest.mark.slow
def test_codes_tell_what_they_tell() -> None:
    """Forty shops, of which some sell: as integers, as categories and as text."""
    rng = np.random.default_rng(0)
    sells = rng.random(40) < 0.5
    shop, noise = rng.integers(40, size=1500), rng.normal(size=1500)
    y = rng.random(1500) < np.where(sells[shop], 0.9, 0.1)
    rate = np.where(sells, 0.9, 0.1).mean()
    truth = pid.entropy([rate, 1 - rate]) - pid.entropy([0.1, 0.9])
    for column in (shop, pd.Series(pd.Categorical(shop)), np.array([f"shop {i}" for i in shop])):
        found = pid.quantify(column, noise, y)
        assert found.estimator == "posterior"
        assert found.best.unique1 == pytest.approx(truth, abs=0.06)


@pytest.mark.slow
def test_numbers_and_text_in_one_source(rng: np.random.Generator) -> None:
    """What either tells alone, and both together."""
    age, sex = rng.normal(size=1000), rng.choice(["f", "m"], 1000)
    y = (age > 0) ^ (sex == "f")
    both = pd.DataFrame({"age": age, "sex": sex})
    found = pid.quantify(both, rng.normal(size=1000), y)
    assert found.best.unique1 == pytest.approx(1, abs=0.06)
    assert "x1: 1 column (sex) of symbols, taken as such" in found.notes


@pytest.mark.parametrize("estimator", ["bins", "cluster"])
def test_what_may_be_codes_is_named_where_it_is_measured(
    estimator: str, frame: pd.DataFrame, rng: np.random.Generator
) -> None:
    """In every door that counts; not what repeats too seldom, or is a symbol already."""
    said = "1 column (shop) of whole numbers that repeat, taken as numbers; codes are better given"
    x, y = frame[["amount", "shop", "rank"]], rng.integers(2, size=N)
    q = pid.quantify(x, frame["sex"], y, estimator=estimator, interval=None)
    assert any(note.startswith(f"x1: {said}") for note in q.notes)
    found = pid.screen(frame.assign(few=rng.integers(5, size=N)), y, interval=None)
    assert [note[: len(said)] for note in found.notes] == [said]
    text = frame.assign(shop=frame["shop"].astype(str))
    assert not pid.screen(text, y, interval=None).notes
