"""Copies of rows are found, said, and no evidence; symbols that repeat are none."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pid
from pid.analysis.half_labelled.encoding import read_samples
from pid.io.columns import as_variable
from pid.io.copies import copies
from pid.io.reading import Reading
from pid.io.tables import load


def found(x1: Any, x2: Any) -> int:
    one = copies(as_variable(x1, "x1"), as_variable(x2, "x2"))
    return 0 if one is None else one.copied


def test_every_copy_is_found(rng: np.random.Generator) -> None:
    X1, X2 = rng.normal(size=(100, 3)), rng.choice(["a", "b"], 100)
    rows = np.concatenate([np.arange(100), rng.integers(100, size=57)])
    rng.shuffle(rows)
    assert found(X1[rows], X2[rows]) == 57
    one = copies(as_variable(X1[rows], "x1"), as_variable(X2[rows], "x2"))
    assert one is not None
    for row, number in zip(rows, one.rows, strict=True):
        assert (rows[one.rows == number] == row).all()


def test_a_row_is_no_copy_if_one_source_differs(rng: np.random.Generator) -> None:
    x1 = np.repeat(rng.normal(size=50), 2)
    assert found(x1, rng.normal(size=100)) == 0
    assert found(x1, np.repeat(rng.normal(size=50), 2)) == 50


def test_symbols_repeat_by_themselves(rng: np.random.Generator) -> None:
    """Shops and what depends on them, codes, ratings, numbers of few values."""
    shop = rng.integers(40, size=1000)
    size = rng.normal(size=40)[shop]
    assert found(shop, size) == 0
    assert found(np.array([f"shop {i}" for i in shop]), size) == 0
    assert found(shop, rng.integers(5, size=1000)) == 0
    sparse = np.where(rng.random(1000) < 0.7, 0.0, rng.normal(size=1000))
    assert found(np.round(rng.normal(size=1000), 1), sparse) == 0
    doses = rng.choice([0.1, 0.5, 1.0, 2.5], 1000)
    assert found(doses, doses**2) == 0
    assert found(doses, np.full(1000, 0.5)) == 0
    assert found(np.full(1000, 0.5), np.full(1000, 1.5)) == 0
    assert found(shop, rng.integers(40, size=40)[shop]) == 0
    assert found(rng.integers(1, 9, size=1000) / 2, rng.choice(["a", "b"], 1000)) == 0
    several = np.column_stack([size, rng.integers(30, size=1000)])
    assert found(several, rng.choice(["a", "b", "c"], 1000)) == 0


@pytest.mark.parametrize("n", [60, 300, 1000, 3000])
def test_rounding_makes_no_copies(n: int, rng: np.random.Generator) -> None:
    """One rounded number, or two, or one beside a symbol: rows are equal as often as nearly so."""
    sex, height = rng.choice(["f", "m"], n), rng.normal(170, 8, size=n)
    for digits in (0, 1, 2):
        assert found(sex, height.round(digits) + 0.5) == 0
        assert found(height.round(digits), rng.normal(size=n).round(1)) == 0
    assert found(np.exp(rng.normal(size=n)).round(2), rng.integers(3, size=n)) == 0
    assert found((height / 2.54).round(1) * 2.54, sex) == 0  # no decimal step


@pytest.mark.parametrize("kind", ["zeros", "counts", "heaps", "ratios", "digits"])
def test_uneven_steps_make_no_copies(kind: str, rng: np.random.Generator) -> None:
    """Independent rows beside a symbol: those that are equal differ in y as others do."""
    x = {
        "zeros": np.where(rng.random(1000) < 0.5, 0, rng.random(1000).round(3)),
        "counts": np.log1p(np.floor(np.exp(rng.normal(4, 2, 1000)))),
        "heaps": np.where(
            rng.random(1000) < 0.3, *(rng.normal(size=1000).round(k) for k in (0, 2))
        ),
        "ratios": rng.integers(1, 30, 1000) / rng.integers(1, 30, 1000),
        "digits": np.array([float(f"{v:.3g}") for v in np.exp(rng.normal(size=1000))]),
    }[kind]
    sex = rng.choice(["f", "m"], 1000)
    for y in (rng.integers(2, size=1000), rng.normal(size=1000)):
        target = [as_variable(y, "y")]
        assert copies(as_variable(x, "x1"), as_variable(sex, "x2"), target=target) is None


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("largest", [1.7e308, 6e4])
def test_numbers_of_any_size(largest: float, rng: np.random.Generator) -> None:
    x = np.tile(np.append(rng.normal(size=30), [-largest, largest]), 2)
    assert found(x.astype(np.float16) if largest < 1e5 else x, np.zeros(64)) == 32


def test_a_screen_whose_target_has_gaps(rng: np.random.Generator) -> None:
    """The rows of each target are fewer than those of the columns."""
    X, y = np.tile(rng.normal(size=(40, 2)), (3, 1)), np.tile(rng.integers(2, size=40), 3)
    gaps = np.where(np.arange(120) % 40 < 2, np.nan, y)
    targets = pd.DataFrame({"gaps": gaps, "whole": y})
    for weights in (None, rng.random(120) + 0.5):
        s = pid.screen(X, targets, missing="drop", interval=None, weights=weights)
        assert any("80 of 120 rows are copies" in note for note in s.notes)


def test_copies_of_rounded_rows_are_found(rng: np.random.Generator) -> None:
    X = rng.normal(size=(200, 4)).round(2)
    rows = rng.permutation(np.tile(np.arange(200), 3))
    assert found(X[rows, :2], X[rows, 2:]) == 400
    assert found(X[rows, 0], (X[rows, 1] > 0).astype(str)) >= 400
    some = np.concatenate([np.arange(200), rng.choice(60, 150)])
    assert found(X[some, 0], X[some, 1]) >= 150


def noise(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Five columns each, and a target of chance, every row three times."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(600)
    X = np.repeat(rng.normal(size=(200, 10)), 3, axis=0)[order]
    return X[:, :5], X[:, 5:], np.repeat(rng.integers(2, size=200), 3)[order]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_noise_three_times_is_noise(seed: int) -> None:
    q = pid.quantify(*noise(seed))
    assert q.best.total < 0.12
    assert q.interval is not None
    assert q.interval["total"][0] < 0.03
    assert q.units == 200
    assert any(note.startswith("400 of 600 rows are copies of others") for note in q.notes)


@pytest.mark.parametrize("estimator", ["bins", "cluster"])
def test_copies_are_resampled_together(estimator: str) -> None:
    """As if their group had been given."""
    X1, X2, y = noise(0)
    unsaid = pid.quantify(X1, X2, y, estimator=estimator, replicates=40)
    rows = pd.factorize(X1[:, 0])[0]
    given = pid.quantify(X1, X2, y, estimator=estimator, replicates=40, groups=rows)
    assert unsaid.to_dict() | {"notes": ()} == given.to_dict() | {"notes": ()}
    assert not any("copies" in note for note in given.notes)


def test_where_they_cannot_be_grouped_it_is_said() -> None:
    X1, X2, y = noise(0)
    q = pid.quantify(X1, X2, y, estimator="bins", correction="null", replicates=20)
    assert q.units == 600
    assert any("count as if they were others" in text for text in q.warnings)


def test_models_are_compared_by_distinct_rows() -> None:
    X1, X2, y = noise(0)
    said = {"first": (X1[:, 0] > 0).astype(int)}
    found = pid.compare(said, X1, X2, y, estimator="bins", replicates=20)
    assert any(note.startswith("400 of 600 rows are copies") for note in found.notes)


def test_copies_in_a_screen_and_in_half_labelled_samples(rng: np.random.Generator) -> None:
    """A screen keeps equal rows together, as quantify does; bounds say that they count."""
    x1, x2 = rng.normal(size=(2, 120))
    y = rng.integers(2, size=120)
    thrice = [np.repeat(one, 3) for one in (x1, x2, y)]
    found = pid.screen(np.column_stack(thrice[:2]), thrice[2], replicates=40)
    assert any("240 of 360 rows are copies of others in all columns" in n for n in found.notes)
    groups = np.repeat(np.arange(120), 3)
    by_hand = pid.screen(np.column_stack(thrice[:2]), thrice[2], groups=groups, replicates=40)
    np.testing.assert_allclose(found.corrected, by_hand.corrected, atol=0.05)
    a, b, c = thrice
    h = pid.bound_samples((a, c), (x2, y), (a, b), estimator="cluster", interval=None)
    notes = " ".join(h.notes)
    assert "labelled1: 240 of 360 rows are copies of others in x1: they count as if" in notes
    assert "unlabelled: 240 of 360 rows are copies of others in x1 and x2" in notes
    assert "labelled2" not in notes


def test_gaps_hide_no_copies(rng: np.random.Generator) -> None:
    """Not in a screen, and whole numbers among gaps are as little measured as without them."""
    frame = pd.DataFrame(rng.normal(size=(200, 2)), columns=["a", "b"])
    frame["a"] = frame["a"].where(rng.random(200) > 0.1)
    thrice = pd.concat([frame] * 3, ignore_index=True)
    y = np.tile(rng.integers(2, size=200), 3)
    for missing in ("drop", "category"):
        found = pid.screen(thrice, y, missing=missing, interval=None)
        assert any("400 of 600 rows are copies of others" in note for note in found.notes)
    category = Reading(missing="category")
    gaps = np.where(rng.random(200) < 0.1, np.nan, rng.normal(size=200))
    assert copies(as_variable(gaps, "x1", category)) is None  # all gaps are equal, and no copies
    assert copies(as_variable(gaps, "x1", category), as_variable(gaps > 0, "x2")) is None
    codes = rng.permutation(np.tile(np.arange(60), 2)).astype(float)
    codes[rng.integers(120, size=10)] = np.nan
    assert copies(as_variable(codes, "x1", category)) is None


def several(kind: str, times: int, rng: np.random.Generator) -> tuple[pd.DataFrame, np.ndarray]:
    """Symbols that tell nothing of y, every row several times; and which row each is."""
    rows = rng.permutation(np.tile(np.arange(150), times))
    frame = pd.DataFrame({name: rng.integers(9, size=150)[rows] for name in "ab"})
    frame["y"] = rng.integers(2, size=150)[rows]
    if kind != "codes":
        frame["a"] = frame["a"].map(str)
    if kind == "with gaps":
        frame["a"] = frame["a"].replace("0", None)
    return frame, rows


KINDS = [("codes", 20), ("text", 2), ("with gaps", 3)]


@pytest.mark.parametrize(("kind", "times"), KINDS)
def test_symbols_that_all_are_there_several_times_count_once(
    kind: str, times: int, rng: np.random.Generator
) -> None:
    """Twenty copies turn a synergy of nothing into a third of a bit: they are one unit each."""
    frame, rows = several(kind, times, rng)
    once = frame.iloc[np.unique(rows, return_index=True)[1]]
    options: dict[str, Any] = {"missing": "category", "replicates": 100}
    alone, often = (pid.quantify(f["a"], f["b"], f["y"], **options) for f in (once, frame))
    assert often.units == alone.units == 150
    assert not any("every row" in text for text in alone.notes)
    assert not often.is_shown
    assert often.corrected is not None
    assert alone.corrected is not None
    assert often.corrected.total == pytest.approx(alone.corrected.total, abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "times"), [("codes", 4), *KINDS[1:]])
def test_every_door_says_so(
    kind: str, times: int, rng: np.random.Generator, tmp_path: Path
) -> None:
    frame, _ = several(kind, times, rng)
    a, b, y = frame["a"], frame["b"], frame["y"]
    options: dict[str, Any] = {"missing": "category", "interval": None}
    frame.to_csv(tmp_path / "rows.csv", index=False)
    of_file = load(tmp_path / "rows.csv", x1="a", x2="b", y="y")
    sets = {"one": frame[["a"]], "two": frame[["b"]]}
    groups = {"one": ["a"], "two": ["b"]}
    said = {
        "quantify": pid.quantify(a, b, y, **options).notes,
        "single": pid.quantify(a, b, y, correction="null", **options).warnings,
        "file": pid.quantify(of_file.X1, of_file.X2, of_file.y, **options).notes,
        "screen": pid.screen(frame[["a", "b"]], y, **options).notes,
        "groups": pid.screen(None, y, column_sets=sets, **options).notes,
        "value": pid.value(frame, "y", groups=groups, **options).notes,
        "compare": pid.compare({"m": y}, a, b, y, missing="category").notes,
    }
    for door, texts in said.items():
        assert any(f"every row is there {times} times" in text for text in texts), door
    *_, notes = read_samples((a, y), (b, y), (a, b), Reading(missing="category"))
    assert sum(f"every row is there {times} times" in note for note in notes) == 3


@pytest.mark.extras
def test_symbols_of_a_file_that_all_are_there_several_times(
    rng: np.random.Generator, tmp_path: Path
) -> None:
    frame, _ = several("codes", 7, rng)
    frame.to_csv(tmp_path / "rows.csv", index=False)
    c = pid.scan(tmp_path / "rows.csv", x1="a", x2="b", y="y")
    q = pid.quantify(c.X1, c.X2, c.y, estimator="table", interval=None, correction="none")
    assert any("every row is there 7 times" in text for text in q.warnings)


def test_rows_are_several_times_there_by_chance_if_they_are_few() -> None:
    """All four rows of an exclusive or; and one row more than a multiple says that it is none."""

    def times(x: np.ndarray, y: np.ndarray) -> int:
        one = copies(as_variable(x, "x"), target=[as_variable(y, "y")])
        return 1 if one is None else one.times

    a, b = np.tile([0, 0, 1, 1], 25), np.tile([0, 1, 0, 1], 25)
    assert times(np.column_stack([a, b]), a ^ b) == 1
    many = np.column_stack([np.repeat(np.arange(30), 6) * k % 31 // 4 for k in (1, 5, 9)])
    assert times(many, many[:, 0] % 2) == 6
    assert times(many[1:], many[1:, 0] % 2) == 1
    uneven = np.repeat(np.arange(30), np.where(np.arange(30) % 2, 4, 10))
    assert times(uneven, uneven % 3) == 2
    # nor in a design: all pairs of two factors, a Latin square, or conditions that have a number
    row, column = np.divmod(np.tile(np.arange(36), 4), 6)
    square = np.column_stack([row, column, (row + column) % 6])
    assert times(square, (row == column).astype(int)) == 1
    pairs = np.stack(np.divmod(np.tile(np.arange(30), 10), 6), axis=1)
    assert times(pairs, pairs.sum(axis=1) % 3) == 1
    assert times(np.tile(np.arange(30), 10), np.tile(np.arange(30) % 4, 10)) == 1
    one = copies(as_variable(uneven, "x"), target=[as_variable(uneven % 3, "y")])
    assert one is not None
    assert (np.bincount(one.rows) == 2).all()
    for group in range(len(uneven) // 2):
        assert len(np.unique(uneven[one.rows == group])) == 1
