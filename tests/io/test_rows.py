"""Gaps, symbols and numbers: what is left out, what becomes a symbol, and that it is said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import pid
from pid.errors import InvalidInput
from pid.estimators.registry import REGISTRY
from pid.io.reading import Missing, reading
from pid.io.rows import read_rows
from pid.io.written import decimal_mark, parsed

N = 600


@pytest.fixture
def frame(rng: np.random.Generator) -> pd.DataFrame:
    """y is a XOR b; c and text say nothing; a, c and text have gaps, apart from each other."""
    a, b = rng.integers(0, 2, size=(2, N)).astype(float)
    frame = pd.DataFrame({"a": a, "b": b, "c": rng.normal(size=N), "y": (a != b).astype(int)})
    frame["text"] = rng.choice(["u", "v"], N)
    frame.loc[frame.index % 10 == 1, "a"] = np.nan
    frame.loc[frame.index % 10 == 2, "c"] = np.nan
    frame.loc[frame.index % 10 == 3, "text"] = None
    return frame


ESTIMATORS = [
    *("table", "bins", "cluster", "gaussian"),
    pytest.param("posterior", marks=pytest.mark.slow),
]


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_dropping_is_leaving_out(frame: pd.DataFrame, estimator: str) -> None:
    """The answer for the rows that are left, to the bit, in whatever container."""
    whole = frame[["a", "c"]].notna().all(axis=1)
    y = frame.y + 0.1 * np.arange(N) if estimator == "gaussian" else frame.y
    options: dict[str, Any] = {"estimator": estimator, "interval": None}
    left = pid.quantify(frame[whole].a, frame[whole].c, y[whole], **options)
    dropped = pid.quantify(frame.a, frame.c, y, missing="drop", **options)
    assert dropped.decomposition.atoms == left.decomposition.atoms
    assert dropped.n == whole.sum()
    assert any("left out 120 of 600 rows" in note for note in dropped.notes)


def test_dropping_in_order_and_groups(frame: pd.DataFrame) -> None:
    """Blocks keep the places that rows had; groups and weights go with their rows."""
    whole = frame.a.notna()
    options: dict[str, Any] = {"estimator": "table", "replicates": 50}
    blocks = pid.quantify(frame.a, frame.b, frame.y, missing="drop", blocks=7, **options)
    groups = pid.quantify(
        frame.a[whole], frame.b[whole], frame.y[whole], groups=(np.arange(N) // 7)[whole], **options
    )
    assert blocks.interval == groups.interval
    weights = np.arange(1.0, N + 1)
    weighted = pid.quantify(frame.a, frame.b, frame.y, missing="drop", weights=weights, **options)
    alone = pid.quantify(
        frame.a[whole], frame.b[whole], frame.y[whole], weights=weights[whole], **options
    )
    assert weighted.decomposition.atoms == alone.decomposition.atoms


def test_rows_without_a_group_or_weight_are_left_out(frame: pd.DataFrame) -> None:
    groups = pd.Series(np.arange(N) // 5).astype(float).where(np.arange(N) % 50 > 0)
    for missing in ("drop", "category"):
        q = pid.quantify(frame.b, frame.text, frame.y, groups=groups, missing=missing)
        assert q.n == (N - 12 if missing == "category" else N - 12 - 60)
        assert "groups" in " ".join(q.notes)
    with pytest.raises(InvalidInput, match="missing"):
        pid.quantify(frame.b, frame.b, frame.y, groups=groups)


def test_a_gap_as_a_symbol_is_that_symbol(frame: pd.DataFrame) -> None:
    """As if it had been filled in with a value that no other row has."""
    options: dict[str, Any] = {"estimator": "table", "interval": None}
    by_hand = pid.quantify(frame.a.fillna(7), frame.text.fillna("w"), frame.y, **options)
    found = pid.quantify(frame.a, frame.text, frame.y, missing="category", **options)
    assert found.decomposition.atoms == by_hand.decomposition.atoms
    assert found.axes[0].size == 3
    assert "x1: gaps are a symbol of their own in 1 column (a)" in found.notes


@pytest.mark.parametrize("estimator", ["bins", "cluster", "posterior"])
def test_gaps_that_tell(estimator: str, rng: np.random.Generator) -> None:
    """Where a value is missing because of y, the gap says so: no method may fill it in."""
    n = 800
    y = rng.integers(0, 2, n)
    x = pd.Series(rng.normal(size=n)).mask((y == 1) & (rng.random(n) < 0.8))
    q = pid.quantify(
        x, rng.normal(size=n), y, missing="category", estimator=estimator, interval=None
    )
    truth = 1 - 0.6 * pid.entropy([1 / 6, 5 / 6])  # of rows with a value a sixth are of class 1
    assert q.decomposition.total == pytest.approx(truth, abs=0.07)


def test_bins_of_the_rows_that_have_values(rng: np.random.Generator) -> None:
    x = pd.Series(rng.normal(size=800)).mask(np.arange(800) % 4 == 0)
    y = rng.integers(0, 2, 800)
    options: dict[str, Any] = {"bins": (6, 2), "target_bins": "auto", "interval": None}
    q = pid.quantify(x, y, y, missing="category", estimator="bins", **options)
    counts = q.table.sum(axis=(1, 2))
    assert counts.tolist() == [100] * 6 + [200]


def test_rows_without_y_are_no_class(frame: pd.DataFrame) -> None:
    y = frame.y.astype(object).where(frame.index % 6 > 0)
    q = pid.quantify(frame.b, frame.b, y, missing="category", interval=None)
    assert (q.n, q.axes[2].size) == (500, 2)


@pytest.mark.parametrize("make", [list, np.asarray, pd.Series])
def test_values_that_stand_for_gaps(frame: pd.DataFrame, make: Any) -> None:
    """Numbers among numbers, text among text; truth values are neither."""
    a = make(frame.a.fillna(-1).tolist())
    text = make(frame.text.fillna("?").tolist())
    q = pid.quantify(a, text, frame.y, missing="drop", missing_values=["?", -1], interval=None)
    assert q.n == N - 120
    truth, y = make((frame.y == 1).tolist()), frame.y.map({0: "u", 1: "v"})
    assert pid.quantify(truth, truth, y, missing="drop", missing_values=[1, 0]).n == N


def test_all_columns_with_gaps_are_named(frame: pd.DataFrame) -> None:
    message = "3 columns have missing values, the first in data row 2: column 'a' of x1 .60., .*'c'"
    with pytest.raises(InvalidInput, match=message) as caught:
        pid.quantify(frame[["a", "c"]], frame.text, frame.y)
    assert "missing='drop'" in str(caught.value)
    with pytest.raises(InvalidInput, match="no row has a value in all columns"):
        pid.quantify(
            frame.a,
            frame.a.where(frame.a.isna(), np.nan).fillna(1).where(frame.a.isna()),
            frame.y,
            missing="drop",
        )
    with pytest.raises(InvalidInput, match="x1 has no value in any row"):
        pid.quantify([None] * N, frame.b, frame.y, missing="drop")


def test_pairs_of_a_screen_leave_out_their_own_gaps(frame: pd.DataFrame) -> None:
    columns = ["a", "b", "c", "text"]
    found = pid.screen(frame[columns], frame.y, missing="drop", interval=None)
    rows = found.to_frame().set_index(["x1", "x2"])
    assert rows.loc[("a", "b"), "n"] == N - 60
    assert rows.loc[("a", "c"), "n"] == N - 120
    whole = frame[frame.a.notna()]
    alone = pid.screen(whole[["a", "b"]], whole.y, interval=None)
    assert rows.loc[("a", "b"), "synergy_counted"] == pytest.approx(alone.counted[0, 3], abs=1e-9)
    assert any("each pair is of the rows" in note for note in found.notes)


def test_a_screen_of_groups_with_blocks_and_gaps(frame: pd.DataFrame) -> None:
    """The second look, too, sees only the rows of its pair."""
    found = pid.screen(frame[["a", "b"]], frame.y, missing="drop", blocks=6, replicates=40)
    whole = frame.a.notna()
    groups = (np.arange(N) // 6)[whole]
    alone = pid.screen(frame[["a", "b"]][whole], frame.y[whole], groups=groups, replicates=40)
    assert found.counted == pytest.approx(alone.counted, abs=1e-9)
    assert found.low == pytest.approx(alone.low, abs=0.05)


def test_pairs_without_common_rows(frame: pd.DataFrame) -> None:
    apart = frame.b.where(frame.a.isna())
    with pytest.raises(InvalidInput, match="no pair has 20 rows"):
        pid.screen(pd.DataFrame({"a": frame.a, "apart": apart}), frame.y, missing="drop")
    X = pd.DataFrame({"a": frame.a, "apart": apart, "b": frame.b})
    found = pid.screen(X, frame.y, missing="drop", interval=None)
    assert len(found) == 2
    assert any("left out 1 pair with fewer than 20 rows" in note for note in found.notes)
    # one target with too few rows is enough to leave a pair out of the table of all
    targets = pd.DataFrame({"y": frame.y, "rare": frame.y.where(frame.index < 25)})
    with pytest.raises(InvalidInput, match="no pair has 20 rows"):
        pid.screen(frame[["a", "c"]], targets, missing="drop", interval=None)


@pytest.mark.parametrize("missing", ["drop", "category"])
def test_comparison(frame: pd.DataFrame, missing: Missing) -> None:
    """Predictions of rows that are left out are left out."""
    said = {"right": frame.y.tolist(), "soft": np.eye(2)[frame.y]}
    c = pid.compare(said, frame.a, frame.b, frame.y, missing=missing, interval=None)
    assert c.n == (N - 60 if missing == "drop" else N)
    assert c.models["right"].values["accuracy"].counted == 1
    assert c.models["soft"].values["accuracy"].counted == 1
    with pytest.raises(InvalidInput, match="599 predictions"):
        pid.compare({"a": frame.y[1:].tolist()}, frame.a, frame.b, frame.y, missing=missing)


def test_half_labelled(frame: pd.DataFrame) -> None:
    first, second, third = (frame.iloc[i * 200 : i * 200 + 200] for i in range(3))
    samples = (first.a, first.y), (second.b, second.y), (third.a, third.b)
    with pytest.raises(InvalidInput, match="labelled1: column 'a' of x1 has 20 missing values"):
        pid.bound_samples(*samples)
    h = pid.bound_samples(*samples, missing="drop", interval=None)
    assert h.sizes == (180, 200, 180)
    assert any("labelled1: left out 20 of 200 rows" in note for note in h.notes)


def test_symbols_and_numbers_as_said(rng: np.random.Generator) -> None:
    """Codes count one by one, whatever there are of them; few marks can be measurements."""
    codes = rng.integers(0, 40, 2000)
    y = (rng.permutation(40) < 20)[codes].astype(int)
    noise = rng.normal(size=2000)
    options: dict[str, Any] = {"estimator": "bins", "target_bins": "auto", "interval": None}
    q = pid.quantify(codes, noise, y, symbols="x1", bins=(4, 1), **options)
    assert q.decomposition.total == pytest.approx(pid.entropy_samples(y), abs=1e-9)
    marks = rng.integers(1, 6, 2000)
    measured = pid.quantify(marks, noise, y, numbers=["x1"], bins=2, **options)
    assert (measured.axes[0].size, measured.axes[0].kind) == (2, "bins")
    assert pid.quantify(noise, noise, marks, numbers="y").axes[2].size == 4
    with pytest.raises(InvalidInput, match="symbols 'shop' matches no column"):
        pid.quantify(codes, noise, y, symbols="shop")
    with pytest.raises(InvalidInput, match="'x1' is in symbols and in numbers"):
        pid.quantify(codes, noise, y, symbols="x*", numbers="x1")


def test_numbers_written_as_text(rng: np.random.Generator) -> None:
    x = rng.normal(size=300).round(3)
    y = (x > 0).astype(int)
    written = [f"{value:.3f}".replace(".", ",") for value in x]
    options: dict[str, Any] = {"estimator": "bins", "bins": 4, "interval": None}
    options["target_bins"] = "auto"
    q = pid.quantify(written, y, y, numbers="x1", **options)
    assert q.decomposition.atoms == pid.quantify(x, y, y, **options).decomposition.atoms
    assert "x1: text read as numbers in 1 column (x1), decimals after a comma" in q.notes
    thousands = [f"{1000 + i:,}" for i in range(300)]
    q = pid.quantify(thousands, y, y, numbers="x1", **options)
    assert "x1: text read as numbers in 1 column (x1), decimals after a point" in q.notes
    with pytest.raises(InvalidInput, match="to be read as numbers, and has 'n' in data row 301"):
        pid.quantify([*written, "n"], [*y, 1], [*y, 1], numbers="x1")
    q = pid.quantify(written, y, y, interval=None, estimator="table")
    assert "numbers written as text" in " ".join(q.warnings)


def test_how_numbers_are_written() -> None:
    for text, mark, value in (
        *(("1.234.567,5", ",", 1234567.5), ("1,234,567.5", ".", 1234567.5), ("-0,5", ",", -0.5)),
        *(("12 %", ".", 12.0), ("€ 1 200", ".", 1200.0), ("1e-3", ".", 1e-3), (".5", ".", 0.5)),
        *(("1.2", ",", None), ("0,5", ".", None), ("12.5.20", ".", None), ("", ".", None)),
        *(("0,512", ".", None), ("-0,512", ",", -0.512), ("1,234", ".", 1234.0)),
        *(("12,34,56", ",", None), ("nan", ".", None), ("1_000", ".", 1000.0)),
    ):
        assert parsed(text, mark) == value, text
    assert decimal_mark(["0,1", "0,25"]) == ","
    assert decimal_mark(["1.5", "1,5"]) is None


def test_rows_that_are_read() -> None:
    how = reading("category", ["?"], "", "")
    found = read_rows({"x": [["u", 1], ["?", 2], ["u", 1]]}, ["a", "b", "?"], how)
    x, y = found.variables
    assert x.encoded_column(0)[1] == ("u", "missing")
    assert (y.columns[0].tolist(), found.given) == (["a", "b"], 3)
    assert found.kept is not None
    assert found.kept.tolist() == [True, True, False]


def test_a_column_of_numbers_and_text_can_be_symbols() -> None:
    codes = [*range(40), "n/s", True] * 10
    with pytest.raises(InvalidInput, match="symbols the column one of symbols"):
        pid.quantify(codes, codes, [0, 1] * 210)
    q = pid.quantify(codes, codes, [0, 1] * 210, symbols="x*", interval=None)
    assert q.axes[0].size == 41  # True is 1
    with pytest.raises(InvalidInput, match="not hashable"):
        pid.quantify([[1], "a"] * 20, codes[:40], [0, 1] * 20, symbols="x1")


SOURCES_WITH_GAPS: dict[str, Any] = {
    "numbers": np.where(np.arange(150) % 11, np.sin(np.arange(150)), np.nan),
    "truths": pd.array([None if i % 13 == 0 else i % 3 == 0 for i in range(150)], dtype="boolean"),
    "text": np.array([None if i % 7 == 0 else "abc"[i % 3] for i in range(150)], dtype=object),
}
SOURCES_WITH_GAPS["both"] = pd.DataFrame(
    {name: SOURCES_WITH_GAPS[name] for name in ("numbers", "text")}
)


@pytest.mark.parametrize("source", SOURCES_WITH_GAPS)
@pytest.mark.parametrize(
    "estimator",
    [
        "auto",
        *(
            pytest.param(name, marks=[pytest.mark.extras] if entry.needs else [])
            for name, entry in REGISTRY.items()
        ),
    ],
)
@pytest.mark.parametrize("number", [True, False])
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_every_estimator_answers_or_refuses(
    source: str, estimator: str, number: bool, rng: np.random.Generator
) -> None:
    """What symbols of gaps are to it: an estimator of numbers refuses text, not by a traceback."""
    x2 = np.where(rng.random(150) < 0.1, np.nan, rng.normal(size=150))
    y = rng.normal(size=150) if number else rng.integers(2, size=150)
    options: dict[str, Any] = {"estimator": estimator, "interval": None, "correction": "none"}
    options |= {"target_bins": "auto"} if estimator == "bins" else {}
    try:
        q = pid.quantify(SOURCES_WITH_GAPS[source], x2, y, missing="category", **options)
    except InvalidInput:
        assert estimator not in ("auto", "posterior", "cluster")
    else:
        assert np.isfinite(q.best.total)
