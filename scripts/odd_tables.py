"""Odd tables: CSV, TSV and Parquet files as programs write them and as accidents leave them."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from scripts.odd_bytes import Rng, damaged

ROWS = 40
NAMES = ("a", "b", "y", "m")
ODD_NAMES = (
    *("", " ", "a,b", "*", "a*", "[a]", "a.b", ".", '"', "'", "a\nb", "\t", "=cmd|' /C calc'!A0"),
    *("row", "t", "c0", "n", "count", "SELECT", "; DROP TABLE rows", "ä", "\u202e", "\U0001f600"),
    *("__index_level_0__", "index", "x1", "y", "a=b", "-", "--y", "\x1b[31m", "\x7f", "x" * 300),
)
ENDINGS = (".csv", ".tsv", ".txt", ".parquet", ".pq", ".json", ".npy", ".npz", ".CSV", "", ".gz")


def small(rng: Rng) -> dict[str, list[Any]]:
    """Two sources, a target and what a model says of it, all of few values."""
    a, b = rng.integers(3, size=(2, ROWS))
    return {"a": a.tolist(), "b": b.tolist(), "y": ((a + b) % 2).tolist(), "m": (a % 2).tolist()}


ODD_VALUES: tuple[Callable[[Rng], list[Any]], ...] = (
    lambda rng: [""] * ROWS,
    lambda rng: ["x"] * ROWS,
    lambda rng: rng.choice(["", "1", "2"], size=ROWS).tolist(),
    lambda rng: rng.choice(["1e999", "-1e999", "1"], size=ROWS).tolist(),
    lambda rng: rng.choice(["inf", "nan", "1.5"], size=ROWS).tolist(),
    lambda rng: [f"id{i}" for i in range(ROWS)],
    lambda rng: [str(10**i) for i in range(ROWS)],
    lambda rng: ["9" * 400, *["1"] * (ROWS - 1)],
    lambda rng: [f"2020-01-{1 + i % 28:02d}" for i in range(ROWS)],
    lambda rng: rng.choice(["True", "False", "true", "0"], size=ROWS).tolist(),
    lambda rng: rng.choice(["1,5", "2,5"], size=ROWS).tolist(),
    lambda rng: rng.choice(["<b>", "&amp;", "\u2028", "'", "{{x}}"], size=ROWS).tolist(),
    lambda rng: rng.choice(["a\nb", "c\r\nd", '"'], size=ROWS).tolist(),
    lambda rng: rng.choice(["\x00", "\x01", "a"], size=ROWS).tolist(),
    lambda rng: [*rng.normal(size=ROWS - 1).tolist(), "oops"],
    lambda rng: (rng.normal(size=ROWS) * 1e308).tolist(),
    lambda rng: (rng.normal(size=ROWS) * 5e-324).tolist(),
    lambda rng: rng.choice(["0x10", "1_000", "0b1", "٣", "½"], size=ROWS).tolist(),
    lambda rng: ["z" * 200_000, *["1"] * (ROWS - 1)],
    lambda rng: rng.choice([0.0, -0.0], size=ROWS).tolist(),
)


def csv_bytes(columns: dict[str, list[Any]], mark: str = ",") -> bytes:
    """As pandas would write them, whatever the names."""
    frame = pd.DataFrame(dict(enumerate(columns.values())))
    frame.columns = pd.Index(list(columns))
    return frame.to_csv(index=False, sep=mark).encode("utf-8", "surrogateescape")


def damaged_text(rng: Rng, folder: Path) -> tuple[Path, Sequence[str]]:
    """A CSV or TSV file after an accident."""
    mark, ending = [(",", ".csv"), ("\t", ".tsv"), (";", ".csv")][int(rng.integers(3))]
    file = folder / f"table{ending}"
    file.write_bytes(damaged(rng, csv_bytes(small(rng), mark)))
    return file, NAMES


def odd_text(rng: Rng, folder: Path) -> tuple[Path, Sequence[str]]:
    """A CSV file with an odd name, odd values, or an odd encoding."""
    columns = small(rng)
    which = NAMES[int(rng.integers(3))]
    if rng.random() < 0.7:
        columns[which] = ODD_VALUES[int(rng.integers(len(ODD_VALUES)))](rng)
    names = list(NAMES)
    if rng.random() < 0.5:
        name = ODD_NAMES[int(rng.integers(len(ODD_NAMES)))]
        columns = {name if key == which else key: value for key, value in columns.items()}
        names = [name if key == which else key for key in names]
    if rng.random() < 0.2:
        rows = int(rng.choice([0, 1, 2, 3]))
        columns = {key: value[:rows] for key, value in columns.items()}
    data = csv_bytes(columns)
    encoding = str(rng.choice(["utf-8"] * 6 + ["utf-16", "utf-8-sig", "utf-32", "cp037"]))
    if encoding != "utf-8":
        data = data.decode("utf-8", "replace").encode(encoding, "replace")
    if rng.random() < 0.1:
        data = data.replace(b"\n", b"\r" if rng.random() < 0.5 else b"\r\n")
    file = folder / "odd.csv"
    file.write_bytes(data)
    return file, names


def _parquet_bytes(table: pa.Table, rng: Rng | None = None) -> bytes:
    stream = io.BytesIO()
    how = (
        {} if rng is None else {"compression": str(rng.choice(["snappy", "none", "gzip", "zstd"]))}
    )
    pq.write_table(table, stream, row_group_size=16, **how)
    return stream.getvalue()


def damaged_parquet(rng: Rng, folder: Path) -> tuple[Path, Sequence[str]]:
    """A Parquet file after an accident."""
    columns: dict[str, Any] = small(rng)
    if rng.random() < 0.5:
        columns["a"] = [f"word {v}" for v in columns["a"]]
    file = folder / "table.parquet"
    file.write_bytes(damaged(rng, _parquet_bytes(pa.table(columns), rng)))
    return file, NAMES


def _times(kind: pa.DataType) -> pa.Array:
    return pa.array(range(ROWS), pa.int64()).cast(kind)


ODD_COLUMNS: tuple[Callable[[Rng], Any], ...] = (
    lambda rng: pa.array([None] * ROWS, pa.null()),
    lambda rng: pa.array([None] * ROWS, pa.float64()),
    lambda rng: pa.array([3_000_000 + i for i in range(ROWS)], pa.int32()).cast(pa.date32()),
    lambda rng: pa.array([253402300800000 * (1 + i) for i in range(ROWS)], pa.int64()).cast(
        pa.date64()
    ),
    lambda rng: _times(pa.timestamp("ns", "Mars/Olympus")),
    lambda rng: _times(pa.timestamp("s", "+99:99")),
    lambda rng: pa.array([2**62 + i for i in range(ROWS)], pa.timestamp("us")),
    lambda rng: _times(pa.time64("ns")),
    lambda rng: _times(pa.duration("s")),
    lambda rng: pa.array([Decimal(i).scaleb(-3) for i in range(ROWS)], pa.decimal128(38, 3)),
    lambda rng: pa.array([Decimal(i) for i in range(ROWS)], pa.decimal256(76, 0)),
    lambda rng: pa.array([[i, i + 1] for i in range(ROWS)]),
    lambda rng: pa.array([[i] * (i % 3) for i in range(ROWS)], pa.list_(pa.int64())),
    lambda rng: pa.array([[i, i] for i in range(ROWS)], pa.list_(pa.float32(), 2)),
    lambda rng: pa.array([{"u": i, "v": str(i)} for i in range(ROWS)]),
    lambda rng: pa.array([[("k", i)] for i in range(ROWS)], pa.map_(pa.string(), pa.int64())),
    lambda rng: pa.array([b"\xff\x00", b"a"] * (ROWS // 2)),
    lambda rng: pa.array(["a", "b"] * (ROWS // 2)).dictionary_encode(),
    lambda rng: pa.array([1, 2] * (ROWS // 2)).dictionary_encode(),
    lambda rng: pa.array(["a", None] * (ROWS // 2)).dictionary_encode(),
    lambda rng: pa.array(["a", "b"] * (ROWS // 2), pa.large_string()),
    lambda rng: pa.array([True, False] * (ROWS // 2)),
    lambda rng: pa.array([True, None] * (ROWS // 2)),
    lambda rng: pa.array([2**64 - 1 - i for i in range(ROWS)], pa.uint64()),
    lambda rng: pa.array(rng.normal(size=ROWS).astype("f2")),
    lambda rng: pa.array([float("nan"), 1.0] * (ROWS // 2)),
    lambda rng: pa.array([float("inf"), 1.0] * (ROWS // 2)),
    lambda rng: pa.array([dt.date(1, 1, 1), dt.date(9999, 12, 31)] * (ROWS // 2)),
    lambda rng: pa.array([7] * ROWS),
)


def odd_parquet(rng: Rng, folder: Path) -> tuple[Path, Sequence[str]]:
    """A Parquet file with an odd column, odd names, or no rows."""
    names, columns = list(NAMES), [pa.array(values) for values in small(rng).values()]
    at = int(rng.integers(3))
    if rng.random() < 0.7:
        columns[at] = ODD_COLUMNS[int(rng.integers(len(ODD_COLUMNS)))](rng)
    if rng.random() < 0.4:
        names[at] = ODD_NAMES[int(rng.integers(len(ODD_NAMES)))]
    asked = list(names)
    if rng.random() < 0.3:
        more = int(rng.integers(1, 4))
        names += [str(rng.choice(["", "", "a", "y", "a.b", "z"])) for _ in range(more)]
        columns += [columns[0]] * more
    if rng.random() < 0.1:
        columns = [column[:0] for column in columns]
    file = folder / "odd.parquet"
    file.write_bytes(_parquet_bytes(pa.Table.from_arrays(columns, names=names)))
    return file, asked


NOTES: tuple[bytes, ...] = (
    *(b"{}", b"", b"null", b"[]", b"not JSON", b"\xff\xfe", b"1e999", b"[" * 5000),
    *(b'{"index_columns": ["gone"]}', b'{"index_columns": 3, "columns": []}'),
    b'{"index_columns": [{"kind": "range", "start": 0, "stop": 1e99, "step": 0}], "columns": []}',
    b'{"index_columns": ["a"], "columns": [{"name": "a"}], "column_indexes": [null]}',
)


def odd_pandas(rng: Rng, folder: Path) -> tuple[Path, Sequence[str]]:
    """A Parquet file that pandas wrote with an index, or that says wrong things of one."""
    frame = pd.DataFrame(small(rng))
    draw = rng.random()
    file = folder / "pandas.parquet"
    if draw < 0.2:
        frame.set_index("a").to_parquet(file)
    elif draw < 0.3:
        frame.set_index(["a", "b"]).to_parquet(file)
    elif draw < 0.4:
        frame[frame["a"] > 0].to_parquet(file)
    elif draw < 0.5:
        frame.astype({"a": "category", "b": "Int64", "y": "string"}).to_parquet(file)
    else:
        table = pa.Table.from_pandas(frame.set_index("a") if rng.random() < 0.5 else frame)
        note = NOTES[int(rng.integers(len(NOTES)))]
        if draw < 0.6:
            whole = json.loads(table.schema.metadata[b"pandas"])
            whole["columns"][0]["pandas_type"] = str(rng.choice(["datetimetz", "categorical", "?"]))
            note = json.dumps(whole).encode()
        table = table.replace_schema_metadata({b"pandas": note})
        file.write_bytes(_parquet_bytes(table))
    return file, NAMES


def renamed(rng: Rng, folder: Path) -> tuple[Path, Sequence[str]]:
    """A good table under the ending of another format, or under a name of any bytes."""
    columns = small(rng)
    data = csv_bytes(columns) if rng.random() < 0.5 else _parquet_bytes(pa.table(columns))
    stem = [b"t", b"\xff\xfe", b"a'b", b"[x]", b"*", b"a b", "\u202e".encode(), b"-", b"%s", b"a=1"]
    name = stem[int(rng.integers(len(stem)))] + ENDINGS[int(rng.integers(len(ENDINGS)))].encode()
    file = Path(str(folder)) / name.decode("utf-8", "surrogateescape")
    file.write_bytes(data)
    return file, NAMES
