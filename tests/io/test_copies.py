"""Copies of rows are found, said, and no evidence; symbols that repeat are none."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import pid
from pid.io.columns import as_variable
from pid.io.copies import copies


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
    assert any("count as if they were others" in note for note in q.notes)


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
