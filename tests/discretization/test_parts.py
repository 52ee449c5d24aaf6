"""Columns in parts that differ: sorted, empty, constant, skewed; and the limits between kinds.

Answers about a whole are made from answers about its parts, and must not depend on where it is cut.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pid
from pid.discretization.out_of_core import duckdb
from pid.io.columns import ROWS_PER_CLASS
from pid.io.named import MAX_SYMBOLS
from pid.io.tables import load

pytestmark = [pytest.mark.extras, pytest.mark.slow]

Case = dict[str, Any]
N = 420


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Numbers, few and many, whole and halves, truths, words and weights, skewed and unequal."""
    rng = np.random.default_rng(3)
    x1 = rng.normal(size=N)
    y = rng.choice(3, size=N, p=[0.6, 0.3, 0.1])
    return pd.DataFrame(
        {
            "x1": x1,
            "skewed": np.exp(3 * rng.normal(size=N)) + y,
            "mostly 0": np.where(rng.random(N) < 0.8, 0.0, rng.normal(size=N)),
            "whole": rng.integers(-2, 3, size=N),
            "halves": rng.integers(6, size=N) / 2,
            "many": rng.permutation(np.arange(N) % 35),
            "truth": rng.random(N) < 0.2,
            "word": rng.choice(["b", "a", "ccc"], p=[0.7, 0.2, 0.1], size=N),
            "y": y,
            "above": (x1 > 0).astype(int),
            "score": x1 + 0.5 * rng.normal(size=N),
            "who": rng.integers(30, size=N),
            "w": rng.choice([0.5, 1.0, 3.0], size=N),
        }
    )


CASES: list[Case] = [
    {"x1": ["x1"], "x2": ["skewed"], "y": "above"},
    {"x1": ["x1", "mostly 0"], "x2": ["many"], "y": "score"},
    {"x1": ["whole"], "x2": ["halves"], "y": "y"},
    {"x1": ["word", "truth"], "x2": ["whole"], "y": "many"},
    {"x1": ["x1"], "x2": ["word"], "y": "y", "groups": "who", "weights": "w"},
    {"x1": ["skewed"], "x2": ["halves"], "y": "score", "blocks": 9},
]


def quantified(data: Any, case: Case, **options: Any) -> dict[str, object]:
    """The numbers, the table, and how it was made, of a frame of either kind."""
    named = {role: data[case[role]] for role in ("groups", "weights") if role in case}
    if not named and "blocks" not in case:  # then the table is all there is to know of the rows
        options |= {"interval": None, "correction": "none"}
    q = pid.quantify(
        data[case["x1"]],
        data[case["x2"]],
        data[case["y"]],
        estimator=case.get("estimator", "bins"),
        replicates=20,
        blocks=case.get("blocks"),
        **named,
        **options,
    )
    kinds = [(axis.size, axis.kind) for axis in q.axes]
    return {**q.to_dict(), "table": q.table.tolist(), "kinds": kinds, "notes": q.notes}


def parted(frame: pd.DataFrame, ends: list[int]) -> Any:
    """A Dask frame whose partitions end there, some of them maybe empty."""
    import dask.dataframe as dd

    pieces = [frame.iloc[a:b] for a, b in zip([0, *ends], [*ends, len(frame)], strict=True)]
    return dd.from_map(lambda piece: piece, pieces, meta=frame.iloc[:0])


# --- parts ----------------------------------------------------------------------------------------


def test_a_column_that_is_sorted_over_partitions() -> None:
    """x1 tells y entirely: .97 bit of four bins, of which no part knows more than one."""
    x1 = np.sort(np.random.default_rng(0).normal(size=400))
    x2 = np.random.default_rng(1).normal(size=400)
    sorted_ = pd.DataFrame({"x1": x1, "x2": x2, "y": (x1 > 0).astype(int)})
    case = {"x1": ["x1"], "x2": ["x2"], "y": "y"}
    here = quantified(sorted_, case, bins=4, target_bins=None)
    assert here["kinds"] == [(4, "bins"), (4, "bins"), (2, "classes")]
    assert here["total"] > 0.8  # type: ignore[operator]
    assert quantified(parted(sorted_, [100, 200, 300]), case, bins=4, target_bins=None) == here


@pytest.mark.parametrize("by", ["x1", "-x1", "skewed", "-many", "halves", "word", "y", "w"])
def test_whatever_the_rows_are_sorted_by(frame: pd.DataFrame, by: str) -> None:
    """In unequal parts, two of them empty, one of a single row, and where rows are sorted by few
    values, parts in which that column is constant."""
    rows = frame.sort_values(by.strip("-"), ascending=by[0] != "-", kind="stable")
    rows = rows.reset_index(drop=True)
    parts = parted(rows, [0, 1, 60, 60, 300])
    for case in CASES:
        assert quantified(parts, case) == quantified(rows, case)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_wherever_it_is_cut(frame: pd.DataFrame, case: Case) -> None:
    here = quantified(frame, case)
    for ends in ([1], [N - 1], [N // 2], [3, 5, 7], list(range(20, N, 20))):
        assert quantified(parted(frame, ends), case) == here


@pytest.mark.parametrize("constant", ["x1", "whole", "word", "y", "score"])
def test_a_partition_in_which_a_column_is_constant(frame: pd.DataFrame, constant: str) -> None:
    rows = frame.copy()
    values = rows[constant].to_numpy(copy=True)
    values[100:200] = values[100]
    rows[constant] = values
    for case in CASES:
        assert quantified(parted(rows, [100, 200]), case) == quantified(rows, case)


def test_a_kind_that_one_partition_alone_shows(frame: pd.DataFrame) -> None:
    """Whole numbers in all parts but the last; few distinct ones in each part, many in all."""
    rows = frame.copy()
    rows["halves"] = np.where(np.arange(N) < 400, np.arange(N) % 3, 0.5)
    rows["many"] = np.arange(N) * 30 // N
    for case in CASES:
        assert quantified(parted(rows, [140, 280, 400]), case) == quantified(rows, case)


def test_blocks_go_on_over_partitions(frame: pd.DataFrame) -> None:
    """Rows are numbered through: blocks of 9 do not begin anew at the cuts."""
    case = CASES[5]
    units = {quantified(parts, case)["units"] for parts in (frame, parted(frame, [5, 50, 51, 200]))}
    assert units == {-(-N // 9)}


# --- limits ---------------------------------------------------------------------------------------


def limits() -> list[tuple[str, pd.DataFrame, list[str]]]:
    """Columns at a limit and beyond it, with the kinds that are counted of x1, x2 and y."""
    found: list[tuple[str, Case, list[str]]] = []
    for size in (MAX_SYMBOLS, MAX_SYMBOLS + 1):
        kind = "symbols" if size <= MAX_SYMBOLS else "bins"
        many = np.tile(np.arange(size), 12)
        few = np.arange(len(many)) % 7 // 3
        columns: Case = {"whole": many, "few": few, "y": (many * 7 + few) % 3}
        found.append((f"{size} integers in x1", columns, [kind, "symbols", "classes"]))
        columns = {"few": few, "whole": many - 5.0, "y": (many * 7 + few) % 3}
        found.append((f"{size} whole floats in x2", columns, ["symbols", kind, "classes"]))
        of_y = "classes" if size <= MAX_SYMBOLS else "bins"
        columns = {"few": few, "odd": few[::-1], "y": many / 4}
        found.append((f"{size} quarters in y", columns, ["symbols", "symbols", of_y]))
        for times in (ROWS_PER_CLASS - 1, ROWS_PER_CLASS):
            y = np.repeat(np.arange(size), times)
            other = np.arange(len(y)) % 5
            repeats = times >= ROWS_PER_CLASS or size <= MAX_SYMBOLS
            columns = {"five": other, "two": other // 3, "y": y}
            kinds = ["symbols", "symbols", "classes" if repeats else "bins"]
            found.append((f"{size} integers in y, each {times} times", columns, kinds))
    return [(name, pd.DataFrame(columns), kinds) for name, columns, kinds in found]


@pytest.mark.parametrize(
    ("data", "kinds"), [limit[1:] for limit in limits()], ids=[limit[0] for limit in limits()]
)
def test_the_same_kinds_everywhere(data: pd.DataFrame, kinds: list[str], tmp_path: Path) -> None:
    """In memory, in parts, and in files: symbols up to the limit itself, and no further."""
    case = {"x1": [data.columns[0]], "x2": [data.columns[1]], "y": "y"}
    here = quantified(data, case)
    assert [kind for _, kind in here["kinds"]] == kinds  # type: ignore[attr-defined]
    rows = data.sort_values("y", kind="stable").reset_index(drop=True)
    assert quantified(parted(rows, [30, 30, 90]), case) == quantified(rows, case)
    for path in written(data, tmp_path):
        assert in_file(path, pid.scan, data) == in_file(path, load, data)
        assert in_file(path, pid.scan, data)["kinds"] == here["kinds"]


def test_the_first_rows_of_a_file_do_not_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few numbers in the first rows, and one more than the limit in all."""
    monkeypatch.setattr(duckdb, "HEAD", 50)
    for more in (0, 1):
        x1 = np.sort(np.arange(400) % (MAX_SYMBOLS + more))
        data = pd.DataFrame({"a": x1, "b": np.arange(400) % 3, "y": np.arange(400) % 2})
        kind = "bins" if more else "symbols"
        for path in written(data, tmp_path):
            found = in_file(path, pid.scan, data)
            assert found == in_file(path, load, data)
            assert found["kinds"][0][1] == kind  # type: ignore[index]


def written(data: pd.DataFrame, folder: Path) -> list[Path]:
    paths = [folder / "data.csv", folder / "data.parquet"]
    data.to_csv(paths[0], index=False)
    data.to_parquet(paths[1], row_group_size=37)
    return paths


def in_file(path: Path, way: Callable[..., Any], data: pd.DataFrame) -> dict[str, object]:
    c = way(path, x1=data.columns[0], x2=data.columns[1], y="y")
    q = pid.quantify(c.X1, c.X2, c.y, estimator="bins", interval=None, correction="none")
    kinds = [(axis.size, axis.kind) for axis in q.axes]
    return {**q.to_dict(), "table": q.table.tolist(), "kinds": kinds, "notes": q.notes}


# --- combinations -----------------------------------------------------------------------------


def test_distinct_rows_are_what_the_columns_have(frame: pd.DataFrame) -> None:
    """Of their own types, all rows counted once, and codes in place of numbers that are cut."""
    from pid.discretization.out_of_core.dask import PartitionEngine

    columns = frame[["halves", "truth", "word", "many"]]
    engine = PartitionEngine({"x1": parted(columns, [100, 333])})
    edges = np.array([10.0, 20.0])
    (halves, truth, word, many), often = engine.combinations([0, 1, 2, 3], {3: edges})
    assert [halves.dtype.kind, truth.dtype.kind, word.dtype.kind] == ["f", "b", "O"]
    cut = columns.assign(many=np.searchsorted(edges, columns["many"], side="right"))
    expected = cut.value_counts().to_dict()
    found = zip(*(c.tolist() for c in (halves, truth, word, many)), strict=True)
    assert dict(zip(found, often.tolist(), strict=True)) == expected
