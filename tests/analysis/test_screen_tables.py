"""Tables of many pairs counted together are those of each pair counted alone."""

import numpy as np
import pytest

import pid
from pid.analysis.screening import tables
from pid.analysis.screening.tables import FOLDS, Pair, Rows, fold_tables, rows_in_common
from pid.discretization.coding import Coding

N = 400


def source(name: str, size: int, rng: np.random.Generator, gaps: float = 0.0) -> Coding:
    codes = np.where(rng.random(N) < gaps, -1, rng.integers(size, size=N))
    return Coding(name, 1, codes, size, "bins")


def rows(rng: np.random.Generator, classes: int, gaps: float = 0.0) -> Rows:
    y = np.where(rng.random(N) < gaps, -1, rng.integers(classes, size=N))
    return Rows(y, classes, rng.permutation(N) % FOLDS, None, None)


def plainly(pair: Pair, given: Rows) -> np.ndarray:
    """Row by row."""
    table = np.zeros((FOLDS, pair[0].size, pair[1].size, given.classes))
    for fold, i, j, y in zip(given.folds, pair[0].codes, pair[1].codes, given.y, strict=True):
        if min(i, j, y) >= 0:
            table[fold, i, j, y] += 1
    return table


@pytest.mark.parametrize("gaps", [0.0, 0.2])
@pytest.mark.parametrize("classes", [2, 5])
@pytest.mark.parametrize("some_rows", [7, tables.ROWS])
def test_together_as_each_alone(
    gaps: float,
    classes: int,
    some_rows: int,
    rng: np.random.Generator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of blocks that overlap, in any order, in rows taken a few at a time."""
    monkeypatch.setattr(tables, "ROWS", some_rows)
    firsts = [source(f"a{i}", 4, rng, gaps) for i in range(5)]
    seconds = [source(f"b{i}", 3, rng, gaps) for i in range(4)]
    given = rows(rng, classes, gaps)
    pairs = [(x1, x2) for x1 in firsts for x2 in seconds]
    pairs = [pairs[i] for i in rng.permutation(len(pairs))[:13]]
    found = fold_tables(pairs, given)
    assert found.dtype == np.float64
    for table, pair in zip(found, pairs, strict=True):
        assert np.array_equal(table, plainly(pair, given))
    within = [(a, b) for i, a in enumerate(firsts) for b in firsts[i + 1 :]]
    for table, pair in zip(fold_tables(within, given), within, strict=True):
        assert np.array_equal(table, plainly(pair, given))


def test_few_pairs_and_large_tables_are_counted_one_by_one(rng: np.random.Generator) -> None:
    given = rows(rng, 2, 0.1)
    apart = [(source("a", 3, rng), source("b", 3, rng, 0.2)) for _ in range(9)]
    large = [(source("a", 30, rng), source("b", 20, rng, 0.2))]
    for pairs in (apart, large):
        for table, pair in zip(fold_tables(pairs, given), pairs, strict=True):
            assert np.array_equal(table, plainly(pair, given))


def test_weights_of_a_pair_sum_to_what_its_rows_are_worth(rng: np.random.Generator) -> None:
    weights = rng.exponential(size=N)
    given = rows(rng, 2)._replace(weights=weights)
    pair = source("a", 3, rng, 0.3), source("b", 3, rng)
    there = pair[0].codes >= 0
    (table,) = fold_tables([pair], given)
    worth = weights[there].sum() ** 2 / (weights[there] ** 2).sum()
    assert table.sum() == pytest.approx(worth)


def test_rows_in_common(rng: np.random.Generator) -> None:
    sources = [source(str(i), 3, rng, 0.3) for i in range(4)]
    given = rows(rng, 2, 0.1)
    found = rows_in_common(sources, given.y)
    for i, a in enumerate(sources):
        for j, b in enumerate(sources):
            both = (a.codes >= 0) & (b.codes >= 0) & (given.y >= 0)
            assert found[i, j] == both.sum()


@pytest.mark.parametrize(
    ("pairs", "first", "second", "classes", "rows_", "sooner"),
    [
        (496, (32, 8), (32, 8), 2, 10_000, True),  # columns of 8 bins
        (1, (1, 8), (1, 8), 2, 10_000, False),  # a pair alone
        (9, (9, 8), (9, 8), 2, 10_000, False),  # few pairs of many
        (1024, (32, 30), (32, 30), 2, 10_000, False),  # many cells
        (1024, (32, 16), (32, 16), 2, 1_000, False),  # few rows
    ],
)
def test_what_is_sooner(
    pairs: int,
    first: tuple[int, int],
    second: tuple[int, int],
    classes: int,
    rows_: int,
    sooner: bool,
    rng: np.random.Generator,
) -> None:
    """Products where blocks are full and bins are few; a pass for each pair elsewhere."""
    given = Rows(np.zeros(rows_, dtype=int), classes, np.zeros(rows_, dtype=int), None, None)
    assert tables._is_sooner(pairs, first, second, given) == sooner


def test_pairs_of_few_groups_are_left_out(rng: np.random.Generator) -> None:
    """Where gaps leave a column two groups of twenty, nobody can say how others differ."""
    groups = np.repeat(np.arange(20), 20)
    X = rng.integers(2, size=(400, 3)).astype(float)
    X[groups > 1, 2] = np.nan
    y = rng.integers(2, size=400)
    found = pid.screen(X, y, missing="drop", groups=groups, replicates=20, symbols="*")
    assert len(found.pairs) == 1
    assert any("2 pairs with fewer than 20 rows, or 4 groups, in common" in n for n in found.notes)
    X[:, 1] = np.where(groups > 2, np.nan, X[:, 1])
    with pytest.raises(pid.InvalidInput, match="no pair has 20 rows, or 4 groups, in which both"):
        pid.screen(X, y, missing="drop", groups=groups, replicates=20, symbols="*")
