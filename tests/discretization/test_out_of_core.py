"""Columns that stay in their file are counted as in memory: the same bits, the same refusals."""

import csv
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import pid
from pid.cli import main
from pid.discretization.out_of_core import database, duckdb, engine, order_statistics
from pid.discretization.out_of_core.engine import Between
from pid.discretization.out_of_core.scan import scan
from pid.errors import InvalidInput
from pid.io.tables import load

pytestmark = [pytest.mark.extras, pytest.mark.slow]

Writer = Callable[[pd.DataFrame, str], Path]


@pytest.fixture(params=["parquet", "csv"])
def write(request: pytest.FixtureRequest, tmp_path: Path) -> Writer:
    """Writes a frame to a file of either format."""

    def writer(frame: pd.DataFrame, name: str = "data") -> Path:
        path = tmp_path / f"{name}.{request.param}"
        if request.param == "parquet":
            frame.to_parquet(path, row_group_size=300)
        else:
            frame.to_csv(path, index=False, float_format=None)
        return path

    return writer


@pytest.fixture
def frame(rng: np.random.Generator) -> pd.DataFrame:
    n = 2000
    a, b, c = rng.normal(size=(3, n))
    return pd.DataFrame(
        {
            "a": a,
            "b": b,
            "rounded": np.round(c, 1),
            "sparse": np.where(rng.random(n) < 0.7, 0.0, b),
            "single": a.astype(np.float32),
            "count": rng.poisson(30, n),
            "few": rng.integers(5, size=n),
            "half": rng.integers(3, size=n) / 2,
            "truth": rng.random(n) < 0.4,
            "text": rng.choice(["lo", "hi", "ünïcode", "a'b\"c;--"], n),
            "other": rng.choice(["x", "y"], n),
            "y": (a * b + c > 0).astype(int),
            "label": rng.choice(["no", "yes"], n),
            "score": a + b + rng.normal(size=n),
            "who": rng.integers(40, size=n),
            "w": rng.choice([0.5, 1.0, 2.5], n),
        }
    )


def both(path: Path, chosen: dict[str, Any], **options: Any) -> tuple[dict[str, object], ...]:
    """The answers of columns in memory and of columns in the file."""
    found = []
    for of_file in (load, scan):
        c = of_file(path, **chosen)
        q = pid.quantify(
            c.X1, c.X2, c.y, groups=c.groups, weights=c.weights, names=c.names, **options
        )
        sizes = [(axis.columns, axis.size, axis.kind) for axis in q.axes]
        found.append({**q.to_dict(), "axes": sizes, "table": q.table.tolist(), "notes": q.notes})
    return found[0], found[1]


@pytest.mark.parametrize(
    "chosen",
    [
        {"x1": "a", "x2": "b", "y": "y"},
        {"x1": "a,b", "x2": "rounded,count", "y": "label"},
        {"x1": "rounded", "x2": "sparse", "y": "score"},
        {"x1": "single", "x2": "count", "y": "truth"},
        {"x1": "half", "x2": "few", "y": "count"},
        {"x1": "few", "x2": "half", "y": "text"},
        {"x1": "text,other", "x2": "truth", "y": "few"},
        {"x1": "a,truth", "x2": "text", "y": "who"},
        {"x1": "a", "x2": "b", "y": "y", "groups": "who"},
        {"x1": "a", "x2": "text", "y": "y", "weights": "w"},
        {"x1": "a", "x2": "few", "y": "score", "groups": "who", "weights": "w"},
    ],
    ids=lambda chosen: " ".join(chosen.values()),
)
def test_the_same_bits(write: Writer, frame: pd.DataFrame, chosen: dict[str, str]) -> None:
    slow = chosen["y"] in ("who", "count")  # of many classes
    options = {"replicates": 20} | ({"blocks": 20} if slow else {})
    here, there = both(write(frame, "data"), chosen, estimator="bins", **options)
    assert there == here


@pytest.mark.parametrize(
    "options",
    [
        {"bins": 7, "target_bins": "auto"},
        {"bins": (3, "auto"), "target_bins": "auto", "unit": "nat"},
        {"target_bins": 3},
        {"target_bins": None},
        {"blocks": 50},
        {"interval": None, "correction": "none"},
        {"interval_method": "subsampling", "correction": "bootstrap"},
    ],
    ids=str,
)
def test_options(write: Writer, frame: pd.DataFrame, options: dict[str, Any]) -> None:
    chosen = {"x1": "a", "x2": "sparse", "y": "few"}
    here, there = both(write(frame, "data"), chosen, estimator="bins", replicates=20, **options)
    assert there == here


def test_the_rest_is_that_of_memory(write: Writer, frame: pd.DataFrame) -> None:
    """It has no column of another role, and it is said which it has; so is how text is written."""
    path = write(frame[["a", "b", "few", "y", "who", "w"]], "data")
    chosen: dict[str, Any] = {"x1": "a", "x2": "rest", "y": "y", "groups": "who", "weights": "w"}
    here, there = (of_file(path, **chosen) for of_file in (load, scan))
    assert there.X2.names == tuple(here.X2.columns) == ("b", "few")
    assert there.notes == here.notes == ("x2: rest is 2 columns (b, few)",)
    frame[["few", "half", "y"]].to_csv(path.with_suffix(".txt"), sep=";", index=False)
    chosen = {"x1": "few", "x2": "half", "y": "y"}
    here, there = (of_file(path.with_suffix(".txt"), **chosen) for of_file in (load, scan))
    assert there.notes == here.notes != ()


def test_symbols_need_no_bins(write: Writer, frame: pd.DataFrame) -> None:
    path = write(frame, "data")
    for estimator in ("table", "auto"):
        here, there = both(path, {"x1": "few", "x2": "text", "y": "y"}, estimator=estimator)
        assert there == here
        assert there["estimator"] == "table"
    here, there = both(path, {"x1": "rounded", "x2": "few", "y": "y"}, estimator="table")
    assert there == here
    here, there = both(path, {"x1": "few", "x2": "text", "y": "y"}, n_clusters=3)
    assert there == here
    assert there["notes"] == ("x1 and x2 are symbols already: n_clusters was not used",)


def test_types_of_parquet_columns(tmp_path: Path, frame: pd.DataFrame) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    whole = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
    arrays = {f"a_{kind}": pa.array(frame["count"].to_numpy().astype(kind)) for kind in whole}
    arrays |= {
        f"a_{kind}": pa.array(frame["a"].to_numpy().astype(kind)) for kind in ("float32", "float64")
    }
    arrays["a_decimal"] = pa.array(frame["rounded"]).cast(pa.decimal128(12, 3))
    arrays["b_category"] = pa.array(frame["text"]).dictionary_encode()
    arrays["b_large"] = pa.array(frame["text"], pa.large_string())
    arrays["y"] = pa.array(frame["y"].astype(bool))
    path = tmp_path / "data.parquet"
    pq.write_table(pa.table(arrays), path)
    for name in arrays:
        if name.startswith("a_"):
            chosen = {"x1": name, "x2": "b_category,b_large", "y": "y"}
            here, there = both(
                path, chosen, estimator="bins", bins=5, target_bins="auto", replicates=20
            )
            assert there == here
            assert there["axes"][0][2] == "bins"  # type: ignore[index]


def test_auto_cuts_what_would_be_clustered(write: Writer, frame: pd.DataFrame) -> None:
    c = scan(write(frame, "data"), x1="a", x2="b", y="y")
    q = pid.quantify(c.X1, c.X2, c.y, replicates=20)
    assert q.estimator == "bins"
    assert q.notes == ("cut at quantiles, as columns that are not in memory cannot be clustered",)
    assert [axis.kind for axis in q.axes] == ["bins", "bins", "classes"]
    assert [axis.name for axis in q.axes] == ["a", "b", "y"]


# --- order statistics -------------------------------------------------------------------------


class Values:
    """An engine that has one column in memory."""

    def __init__(self, values: np.ndarray) -> None:
        self.values, self.rows = values, len(values)

    def sample(self, _: int, within: list[Between], share: float) -> np.ndarray:
        return self._held(within)[:: max(1, int(1 / share))]

    def below(self, _: int, values: np.ndarray) -> np.ndarray:
        return np.array([(self.values < value).sum() for value in values])

    def between(self, _: int, ranges: list[Between]) -> tuple[np.ndarray, np.ndarray]:
        return np.unique(self._held(ranges), return_counts=True)

    def _held(self, ranges: list[Between]) -> np.ndarray:
        held = [(self.values >= low) & (self.values < high) for low, high in ranges]
        return self.values[np.logical_or.reduce(held)]


SPREADS: dict[str, Callable[[np.random.Generator], np.ndarray]] = {
    "normal": lambda rng: rng.normal(size=3000),
    "sorted": lambda rng: np.sort(rng.normal(size=3000)),
    "heavy": lambda rng: rng.standard_normal(3000) * 10.0 ** rng.integers(-300, 300, 3000),
    "repeats": lambda rng: rng.integers(3, size=3000).astype(float),
    "nearly one value": lambda rng: np.where(rng.random(3000) < 0.999, 7.0, rng.normal(size=3000)),
    "constant": lambda _: np.full(3000, -0.0),
    "two values": lambda rng: np.array([0.0, 5e-324])[rng.integers(2, size=3000)],
}


@pytest.mark.parametrize("name", SPREADS)
@pytest.mark.parametrize(("sampled", "fetched"), [(10**6, 10**6), (500, 100), (40, 20), (3, 1)])
def test_order_statistics_are_exact(
    name: str,
    sampled: int,
    fetched: int,
    rng: np.random.Generator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(order_statistics, "SAMPLE", sampled)
    monkeypatch.setattr(order_statistics, "FETCHED", fetched)
    values = SPREADS[name](rng)
    ranks = np.array([0, 1, 1, 700, 1500, 2997, 2999])
    found = order_statistics.order_statistics(Values(values), 0, ranks)  # type: ignore[arg-type]
    assert np.array_equal(found, np.sort(values)[ranks])


class Unsampled(Values):
    """Of which a sample never has anything."""

    asked = 0

    def sample(self, _: int, within: list[Between], share: float) -> np.ndarray:
        return np.empty(0)

    def below(self, _: int, values: np.ndarray) -> np.ndarray:
        self.asked += 1
        assert self.asked < 5000, "it does not come nearer"
        return super().below(_, values)


@pytest.mark.parametrize("shift", [-5.0, 0.0, 5.0])
def test_order_statistics_without_a_sample(
    shift: float, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By halving what numbers there are."""
    monkeypatch.setattr(order_statistics, "FETCHED", 10)
    values, ranks = rng.normal(size=300) + shift, np.array([0, 70, 299])
    found = order_statistics.order_statistics(Unsampled(values), 0, ranks)  # type: ignore[arg-type]
    assert np.array_equal(found, np.sort(values)[ranks])


def test_the_same_bits_where_ranks_are_narrowed_down(
    write: Writer, frame: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_statistics, "SAMPLE", 100)
    monkeypatch.setattr(order_statistics, "FETCHED", 10)
    path = write(frame, "data")
    here, there = both(path, {"x1": "a,rounded", "x2": "sparse", "y": "score"}, estimator="bins")
    assert there == here


# --- refusals: as in memory -------------------------------------------------------------------


def refused(path: Path, chosen: dict[str, str], **options: Any) -> list[str]:
    """What is said of columns in memory, and of columns in the file."""
    said = []
    of_file: Any
    for of_file in (load, scan):
        with pytest.raises(InvalidInput) as caught:
            c = of_file(path, **chosen)
            pid.quantify(c.X1, c.X2, c.y, groups=c.groups, weights=c.weights, **options)
        said.append(str(caught.value))
    return said


@pytest.mark.parametrize("column", ["a", "few", "text", "y"])
def test_missing_values(write: Writer, frame: pd.DataFrame, column: str) -> None:
    frame.loc[[6, 90], column] = None
    chosen = {"x1": "a", "x2": "few,text", "y": "y"}
    here, there = refused(write(frame, "data"), chosen, estimator="bins")
    assert there == here
    assert "2 missing values, the first in data row 7" in there


@pytest.mark.parametrize(
    ("change", "chosen", "message"),
    [
        ({"a": np.inf}, {}, "column 'a' of x1 has 2000 infinite values, the first in data row 1"),
        ({"y": 1}, {}, "y has a single class, 1, in all 2000 samples"),
        ({}, {"x1": "c"}, "x1 'c' matches no column"),
        ({}, {"x1": "a,y"}, "contains the target"),
        ({"who": 1}, {"groups": "who"}, "all rows are in one group or block"),
        ({"y": 3.5}, {"y": "y"}, "y has a single class"),
    ],
    ids=str,
)
def test_the_same_refusals(
    write: Writer,
    frame: pd.DataFrame,
    change: dict[str, Any],
    chosen: dict[str, str],
    message: str,
) -> None:
    words = {"x1": "a", "x2": "b", "y": "y"} | chosen
    here, there = refused(write(frame.assign(**change), "data"), words, estimator="bins")
    assert there == here
    assert message in there


def test_refusals_of_their_own(
    write: Writer, frame: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    c = scan(write(frame.assign(w=0.0), "data"), x1="a", x2="b", y="y", weights="w")
    with pytest.raises(InvalidInput, match="cannot be clustered; take estimator 'bins' or 'table'"):
        pid.quantify(c.X1, c.X2, c.y, estimator="cluster")
    with pytest.raises(InvalidInput, match="refit needs the columns in memory"):
        pid.quantify(c.X1, c.X2, c.y, estimator="bins", refit=True)
    with pytest.raises(InvalidInput, match=r"weights must be positive.* the smallest is 0"):
        pid.quantify(c.X1, c.X2, c.y, weights=c.weights)
    with pytest.raises(InvalidInput, match="all columns must be in the same place; got x1 in a fi"):
        pid.quantify(c.X1, frame["b"], frame["y"])
    with pytest.raises(InvalidInput, match="blocks must be an integer of at least 1"):
        pid.quantify(c.X1, c.X2, c.y, blocks=0)
    other = scan(write(frame, "other"), x1="a", x2="b", y="y")
    with pytest.raises(InvalidInput, match=r"must come from one call of pid.scan"):
        pid.quantify(c.X1, other.X2, c.y)
    one, two = (pid.quantify(c.X1, c.X2, c.y, replicates=20) for _ in range(2))
    with pytest.raises(InvalidInput, match="a paired difference needs the cell of each row"):
        pid.difference(one, two, paired=True)
    monkeypatch.setattr(duckdb, "MOST_COMBINATIONS", 100)
    with pytest.raises(InvalidInput, match=r"more than 5,000,000 distinct combinations of values"):
        pid.quantify(c.X1, c.X2, c.y, estimator="table")
    assert engine.MOST_COMBINATIONS == 5_000_000


def test_nothing_that_is_no_table(tmp_path: Path) -> None:
    for name, content, message in (
        ("none.csv", None, "cannot read"),
        ("empty.csv", b"", "is empty"),
        ("head.csv", b"a,b,y\n", "has a header but no rows"),
        ("not.parquet", b"PAR1 no", "is not a Parquet file"),
        ("ragged.csv", b"a,b,y\n1,2,0\n3,4\n5,6,1\n", "cannot read"),
        ("long.csv", b"a,b,y\n1,2,0\n3,4,5,6\n5,6,1\n", "cannot read"),
        ("bytes.csv", b"a,b,y\n1,\xff,0\n3,4,1\n", "is not UTF-8 text"),
        ("later.csv", b"a,b,y\n" + b"1,2,0\n" * 9999 + b"1,\xff,0\n", "is not UTF-8 text"),
        ("quote.csv", b'a,b,y\n1,2,0\n3,"4,1\n', "cannot read"),
    ):
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(InvalidInput, match=message):
            c = scan(path, x1="a", x2="b", y="y")
            pid.quantify(c.X1, c.X2, c.y, estimator="bins")
    pd.DataFrame({"a": [], "b": [], "y": []}).to_parquet(tmp_path / "none.parquet")
    with pytest.raises(InvalidInput, match="has columns but no rows"):
        scan(tmp_path / "none.parquet", x1="a", x2="b", y="y")
    days = pd.DataFrame({"a": pd.date_range("2026", periods=9), "b": 1.0, "y": [0, 1, 2] * 3})
    days.to_parquet(tmp_path / "days.parquet")
    c = scan(tmp_path / "days.parquet", x1="a", x2="b", y="y")
    with pytest.raises(InvalidInput, match=r"column 'a' of x1 holds .* TIMESTAMP.*; give parts of"):
        pid.quantify(c.X1, c.X2, c.y)


# --- names and paths are never taken for anything else ----------------------------------------

HOSTILE = [
    "a'; DROP TABLE rows; --",
    'b"',
    "A",
    "a",
    "row",
    "n",
    "k0",
    "*",
    "$v0",
    "ro\nw",
    "SELECT",
]


def test_names_of_columns(write: Writer, rng: np.random.Generator) -> None:
    frame = pd.DataFrame(rng.normal(size=(200, len(HOSTILE))), columns=HOSTILE)
    frame["y"] = (frame["A"] > 0).astype(int)
    path = write(frame, "data")
    for one, two in zip(HOSTILE, [*HOSTILE[1:], HOSTILE[0]], strict=True):
        if two == "*" or one == "*":
            continue
        chosen = {"x1": one, "x2": two, "y": "y"}
        here, there = both(path, chosen, estimator="bins", replicates=20)
        assert there == here


@pytest.mark.parametrize("name", ["o'ne", "[ab]", "wh?t", "st*r", "per%20cent", "s3:x", 'q"uote'])
def test_names_of_files(write: Writer, frame: pd.DataFrame, name: str) -> None:
    here, there = both(write(frame, name), {"x1": "few", "x2": "text", "y": "y"}, replicates=20)
    assert there == here


def test_no_pattern_reaches_another_file(write: Writer, frame: pd.DataFrame) -> None:
    few = frame[["few", "text", "y"]]
    write(few.iloc[:500], "a1")
    path = write(few, "a[12]")
    write(few.iloc[:700], "a2")
    c = scan(path, x1="few", x2="text", y="y")
    assert len(c.X1) == 2000


def test_the_database_reads_nothing_else(write: Writer, frame: pd.DataFrame) -> None:
    secret = write(frame, "secret")
    closed = database.Database(write(frame, "data"))
    reads = "read_parquet" if secret.suffix == ".parquet" else "read_csv"
    for query in (
        f"SELECT * FROM {reads}('{secret}')",
        "SELECT * FROM read_text('/etc/hostname')",
        "INSTALL httpfs",
        "COPY (SELECT 1) TO '/tmp/pid-must-not-be-there.csv'",
    ):
        with pytest.raises(Exception, match=r"(?i)permission|disabled|not allowed"):
            closed.rows(query)
    with pytest.raises(InvalidInput, match="locked"):
        closed.rows("SET enable_external_access = true")


def test_no_network(write: Writer, frame: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    c = scan(write(frame, "data"), x1="a", x2="b", y="y")
    assert pid.quantify(c.X1, c.X2, c.y, replicates=20).n == 2000


def test_nothing_is_left_behind(
    write: Writer, frame: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    c = scan(write(frame, "data"), x1="a", x2="b", y="y")
    assert os.listdir(folder)
    del c
    assert not os.listdir(folder)


# --- text files -------------------------------------------------------------------------------


def test_spellings_of_values(tmp_path: Path, rng: np.random.Generator) -> None:
    """What pandas takes for numbers, truth values and text, the database takes for the same."""
    n = 300
    columns = {
        "numbers": rng.choice(["1", "1.0", "+1", "1e0", " 2", "2.50", "-3", ".5", "5.", "1E-3"], n),
        "truths": rng.choice(["True", "FALSE", "true", "False"], n),
        "mixed case": rng.choice(["True", "tRue", "true"], n),
        "quoted": rng.choice(['"1"', '"2"'], n),
        "text": rng.choice(["1", "01", "one", " one", '"o,ne"', '"o""ne"', "T", "yes"], n),
        "floats": [repr(x) for x in rng.normal(size=n) * 10.0 ** rng.integers(-20, 20, n)],
        "y": rng.choice(["a", "b"], n),
    }
    for end, mark in (("\n", ""), ("\r\n", "\ufeff")):
        lines = [mark + ",".join(columns), *map(",".join, zip(*columns.values(), strict=True))]
        path = tmp_path / "data.csv"
        path.write_bytes((end.join(lines) + end + end).encode())
        for x1, x2 in (
            ("numbers", "truths"),
            ("quoted", "text"),
            ("floats", "numbers"),
            ("numbers", "mixed case"),
        ):
            chosen = {"x1": x1, "x2": x2, "y": "y"}
            for estimator in ("bins", "table"):
                here, there = both(path, chosen, estimator=estimator, replicates=20)
                assert there == here


@pytest.mark.parametrize("word", ["", "NA", "NaN", "null", "None", "n/a", '"NA"', "<NA>"])
def test_spellings_of_missing_values(tmp_path: Path, word: str) -> None:
    path = tmp_path / "data.csv"
    path.write_text(f"a,b,y\n1,u,0\n2,{word},1\n{word},v,0\n")
    for x1, x2 in (("a", "b"), ("b", "a")):
        here, there = refused(path, {"x1": x1, "x2": x2, "y": "y"})
        assert there == here
        assert "2 columns have missing values, the first in data row 2: column" in there


def test_text_among_measurements(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    rows = [[str(i / 7), str(i % 2), str(i % 3)] for i in range(60)]
    rows[41][0] = "n.a!"
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([["a", "b", "y"], *rows])
    here, there = refused(path, {"x1": "a", "x2": "b", "y": "y"})
    assert there == here
    assert "mixes numbers with text: 'n.a!' in data row 42" in there


def test_tabs(tmp_path: Path, frame: pd.DataFrame) -> None:
    path = tmp_path / "data.tsv"
    frame.to_csv(path, sep="\t", index=False)
    here, there = both(path, {"x1": "a", "x2": "text", "y": "y"}, estimator="bins", replicates=20)
    assert there == here


# --- the command ------------------------------------------------------------------------------


def test_the_command(write: Writer, frame: pd.DataFrame) -> None:
    path = write(frame, "data")
    words = ["quantify", str(path), "--x1", "a", "--x2", "b", "--y", "y", "--estimator", "bins"]
    words += ["--group-by", "who", "--json", "-"]
    plain, there = (CliRunner().invoke(main, [*words, *more]) for more in ([], ["--out-of-core"]))
    assert there.exit_code == 0, there.output
    assert there.stdout == plain.stdout
