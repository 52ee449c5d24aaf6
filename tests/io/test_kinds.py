"""What columns look like: found where it matters, and not where columns are ordinary."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pid
from pid.errors import InvalidInput
from pid.io.columns import as_variable
from pid.io.kinds import Kind, look, said_of

N = 200
DAYS = pd.date_range("2019-11-03", periods=N, freq="9h")

UNUSUAL: dict[str, tuple[Callable[[np.random.Generator], Any], Kind]] = {
    "keys": (lambda r: [f"k{i:x}" for i in r.permutation(N)], Kind.IDENTIFIER),
    "mails": (lambda r: [f"a{i}@b.org" for i in range(N)], Kind.IDENTIFIER),
    "postcodes": (lambda r: [f"{i:05d}" for i in r.integers(0, 99999, N)], Kind.IDENTIFIER),
    "names, some twice": (lambda r: [f"n{i}" for i in r.integers(0, N, N)], Kind.IDENTIFIER),
    "row numbers": (lambda r: np.arange(N), Kind.ROW_NUMBER),
    "rows of a larger file": (lambda r: np.cumsum(r.integers(1, 9, N)), Kind.ROW_NUMBER),
    "row numbers from the last": (lambda r: np.arange(N, 0.0, -1), Kind.ROW_NUMBER),
    "days": (lambda r: DAYS.strftime("%Y-%m-%d"), Kind.DATE),
    "European days": (lambda r: DAYS.strftime("%d.%m.%Y"), Kind.DATE),
    "American days": (lambda r: DAYS.strftime("%m/%d/%y"), Kind.DATE),
    "days in words": (lambda r: DAYS.strftime("%d %b %Y"), Kind.DATE),
    "times": (lambda r: DAYS.strftime("%Y-%m-%dT%H:%M:%S"), Kind.DATE),
    "sentences": (lambda r: [f"it was no. {i} of them" for i in range(N)], Kind.FREE_TEXT),
    "decimal commas": (
        lambda r: [f"{i / 7:.2f}".replace(".", ",") for i in range(N)],
        Kind.WRITTEN_NUMBER,
    ),
    "amounts": (lambda r: [f"$ {1000 + 31 * i:,}" for i in range(N)], Kind.WRITTEN_NUMBER),
    "shares": (lambda r: [f"{i / 3:.1f} %" for i in range(N)], Kind.WRITTEN_NUMBER),
    "few decimal commas": (
        lambda r: np.array(["0,1", "0,2", "1"])[r.integers(3, size=N)],
        Kind.FEW_NUMBERS,
    ),
    "few decimals": (lambda r: np.array(["0.5", "1.5"])[r.integers(2, size=N)], Kind.FEW_NUMBERS),
    "-9999": (lambda r: np.where(r.random(N) < 0.1, -9999, r.normal(size=N)), Kind.SENTINEL),
    "999": (lambda r: np.where(r.random(N) < 0.1, 999, r.integers(0, 90, N)), Kind.SENTINEL),
    "1e30": (lambda r: np.where(r.random(N) < 0.1, 1e30, r.normal(size=N)), Kind.SENTINEL),
    "lowest": (
        lambda r: np.where(r.random(N) < 0.1, np.finfo("f4").min, r.normal(size=N)).astype("f4"),
        Kind.SENTINEL,
    ),
    "unknown": (lambda r: r.choice(["a", "b", "Unknown"], N), Kind.SENTINEL),
    "question mark": (lambda r: r.choice(["a", "b", "?"], N), Kind.SENTINEL),
}

ORDINARY: dict[str, Callable[[np.random.Generator], Any]] = {
    "normal": lambda r: r.normal(size=N),
    "heavy tails": lambda r: r.standard_cauchy(N),
    "counts": lambda r: r.poisson(3, N),
    "ages": lambda r: r.integers(18, 99, N),
    "truth": lambda r: r.random(N) < 0.5,
    "words": lambda r: r.choice(["red", "green", "blue"], N),
    "many shops": lambda r: [f"shop {i}" for i in r.integers(0, 40, N)],
    "codes as text": lambda r: [str(i) for i in r.integers(0, 15, N)],
    "shuffled numbers": lambda r: r.permutation(N),
    "rising measurements": lambda r: np.sort(r.normal(size=N)),
    "years": lambda r: np.sort(r.integers(1990, 2020, N)),
    "one outlier": lambda r: np.append(r.normal(size=N - 1), 1e6),
    "nines among numbers": lambda r: np.append(r.integers(0, 120, N - 3), [99, 99, 99]),
    "few rows": lambda r: np.arange(10),
    "shuffled small numbers": lambda r: r.permutation(N).astype(np.uint8),
    "the largest numbers": lambda r: r.choice([-1.7e308, 1e308], N) * r.uniform(0.5, 1, N),
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_what_is_found(name: str, rng: np.random.Generator) -> None:
    """Whatever container it comes in, and with gaps."""
    make, kind = UNUSUAL[name]
    values = list(make(rng))
    for data in (values, pd.Series(values), np.array(values)):
        found = look(as_variable(data, "x"), 0)
        assert found is not None, type(data)
        assert found.kind is kind
    gaps = pd.Series(values, dtype=object).mask(np.arange(N) % 9 == 4)
    described = pid.describe(pd.DataFrame({"a": gaps})).columns[0]
    assert described.doubt is not None
    assert described.gaps == 22


@pytest.mark.parametrize("name", ORDINARY)
def test_what_is_not(name: str, rng: np.random.Generator) -> None:
    assert look(as_variable(ORDINARY[name](rng), "x"), 0) is None


def test_few_numbers_as_text_stay_and_are_said(rng: np.random.Generator) -> None:
    a, b, y = (np.array(["0,1", "0,2"])[rng.integers(2, size=N)] for _ in "aby")
    q = pid.quantify(a, b, y, interval=None)
    assert any("few numbers written as text, taken as symbols" in note for note in q.notes)
    found = pid.screen(pd.DataFrame({"a": a, "b": b}), y, interval=None)
    assert found.pairs == (("a", "b", "y"),)
    assert any("few numbers" in note for note in found.notes)


def test_a_screen_leaves_out_what_tells_rows_apart(rng: np.random.Generator) -> None:
    """The kind's example: row numbers and keys tell all of an alternating y, and mean nothing."""
    frame = pd.DataFrame(
        {"id": np.arange(120), "key": [f"k{i}" for i in range(120)], "b": rng.normal(size=120)}
        | {"c": rng.integers(0, 2, 120), "when": pd.date_range("2020-01-01", periods=120)}
    )
    y = np.arange(120) % 2
    found = pid.screen(frame, y, interval=None)
    assert {name for pair in found.pairs for name in pair[:2]} == {"b", "c"}
    notes = " ".join(found.notes)
    for name in ("id", "key", "'when'"):
        assert f"{name}" in notes
    assert notes.count("left out") == 3
    asked = pid.screen(frame[["id", "key", "b"]], y, interval=None, numbers="id", symbols="key")
    assert {name for pair in asked.pairs for name in pair[:2]} == {"id", "key", "b"}
    with pytest.raises(InvalidInput, match="that vary; got 0; left out 1 column"):
        pid.screen(frame[["id"]], y)


@pytest.mark.parametrize("door", ["quantify", "compare", "bound_samples"])
def test_other_doors_warn(door: str, rng: np.random.Generator) -> None:
    """They were asked about these columns, so that these stay, and it is said."""
    x1, x2, y = np.arange(N), rng.normal(size=N), rng.integers(0, 2, N)
    found: Any
    if door == "quantify":
        found = pid.quantify(x1, x2, y, estimator="bins", interval=None)
    elif door == "compare":
        found = pid.compare({"m": y}, x1, x2, y, interval=None)
    else:
        found = pid.bound_samples((x1, y), (x2, y), (x1, x2), estimator="cluster", interval=None)
    said = " ".join((*found.warnings, *found.notes))
    assert "1 column (x1) of whole numbers that rise from row to row" in said
    assert "pid.describe" in said


def test_sorted_rows(rng: np.random.Generator) -> None:
    y = np.sort(rng.integers(0, 3, N))
    rising, other = np.sort(rng.normal(size=N)), rng.normal(size=N)
    risen = said_of([as_variable(rising, "x1"), as_variable(other, "x2")], as_variable(y, "y"))
    assert "the rows are sorted by y, and 1 column (x1) rise" in " ".join(risen.warnings)
    ordinary = said_of([as_variable(other, "x1")], as_variable(y, "y"))
    assert ordinary == ((), ("the rows are sorted by y",))
    assert said_of([as_variable(rising, "x1")], as_variable(rng.permutation(y), "y")) == ((), ())


@pytest.mark.parametrize(
    ("labels", "said"),
    [([-1, 0, 1], True), ([-1.0, 0.0, 1.0, 2.0], True), ([-1, 1], False), ([-2, -1, 0, 1], False)],
)
def test_labels_for_no_label(labels: list[float], said: bool, rng: np.random.Generator) -> None:
    y = rng.choice(labels, N)
    found = said_of([as_variable(rng.normal(size=N), "x1")], as_variable(y, "y"))
    assert any("missing_values" in note for note in found.notes) is said


def test_description(rng: np.random.Generator) -> None:
    """Cells are those that a screen makes."""
    frame = pd.DataFrame(
        {"zeros": np.maximum(rng.normal(size=N), 0), "shop": rng.integers(0, 12, N)}
        | {"age": rng.integers(0, 300, N), "x": rng.normal(size=N), "c": 3}
        | {"z": rng.normal(size=N) + 1j}
    )
    frame.loc[:9, "x"] = np.nan
    found = {one.name: one for one in pid.describe(frame, bins=5).columns}
    kinds = {name: one.kind for name, one in found.items()}
    assert kinds == {
        "zeros": "numbers",
        "shop": "symbols",
        "age": "numbers",
        "x": "numbers",
        "c": "constant",
        "z": "unusable",
    }
    assert (found["x"].gaps, found["x"].cells, found["shop"].cells) == (10, 6, 12)
    assert found["zeros"].examples[0] == 0.0
    assert found["x"].as_target == "numbers, cut into 4 bins"
    said = {
        one.name: one.kind for one in pid.describe(frame, symbols="age", numbers="shop").columns
    }
    assert (said["age"], said["shop"]) == ("symbols", "numbers")
    whole = pid.describe(frame)
    assert whole.to_frame().shape == (6, 8)
    assert "z: unusable" in repr(whole)


@pytest.mark.parametrize("groups", [False, True])
def test_a_screen_says_what_the_target_looks_like(groups: bool, rng: np.random.Generator) -> None:
    X = pd.DataFrame(rng.integers(3, size=(N, 3)), columns=["a", "b", "c"])
    y = rng.choice(["u", "v", "?"], N)
    sets = {"one": X[["a"]], "other": X[["b"]]} if groups else None
    found = pid.screen(X, y, column_sets=sets, interval=None)
    assert any("'?' in" in note and "missing_values" in note for note in found.notes)


@pytest.mark.extras
def test_names_that_repeat_later_are_no_identifiers(tmp_path: Path) -> None:
    """Of a large file only the first rows are looked at; whether names repeat, all of them say."""
    n = 45_000
    names = np.tile(np.arange(15_000), 3)
    frame = pd.DataFrame({"who": [f"n{i}" for i in names], "b": names % 2, "y": names % 3 % 2})
    frame["key"] = [f"k{i}" for i in range(n)]
    frame.to_csv(tmp_path / "large.csv", index=False)
    for column, said in (("who", False), ("key", True)):
        chosen = pid.scan(tmp_path / "large.csv", x1=column, x2="b", y="y")
        options: dict[str, Any] = {"estimator": "table", "interval": None, "correction": "none"}
        q = pid.quantify(chosen.X1, chosen.X2, chosen.y, **options)
        assert any("as identifiers have" in warning for warning in q.warnings) is said


NAMES = np.array(["low", "mid", "top"], dtype=object)


def leaks(x: object, y: object) -> list[str]:
    X1 = as_variable(pd.DataFrame({"leak": x, "z": np.arange(len(NOISE)) % 4}), "x1")
    notes = said_of([X1, as_variable(NOISE, "x2")], as_variable(y, "y")).notes
    return [note for note in notes if "alone: leave it out" in note]


NOISE = np.random.default_rng(1).integers(2, size=300)


def test_a_target_under_another_name_is_said(rng: np.random.Generator) -> None:
    """As numbers, text, truth values, or finer classes; whatever the order of either."""
    y = rng.integers(3, size=300)
    for copy in (y, 7.5 - 2.0 * y, NAMES[y], NAMES[2 - y], 10 * y + rng.integers(3, size=300)):
        assert len(leaks(copy, y)) == 1, copy
        assert len(leaks(copy, NAMES[y])) == 1, copy
    assert len(leaks(y > 1, y > 1)) == 1
    noisy = np.where(np.arange(300) == 7, (y + 1) % 3, y)
    assert leaks(noisy, y) == []
    assert leaks(y > 1, y) == []  # coarser, and so not all of it
    assert leaks(rng.normal(size=300), y) == []  # each value goes with a class, by chance
    assert leaks(rng.integers(150, size=300), y) == []


def test_a_measured_target_under_another_name_is_said(rng: np.random.Generator) -> None:
    y = rng.normal(size=300)
    for copy in (y, -y, np.exp(y), 32 + 1.8 * y):
        assert len(leaks(copy, y)) == 1
    assert leaks(y + 0.001 * rng.normal(size=300), y) == []
    assert leaks(np.abs(y), y) == []
