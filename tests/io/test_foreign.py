"""Files that nobody checked: every kind of damage ends in one sentence that names the file."""

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pid
from pid.discretization.out_of_core.scan import scan
from pid.errors import InvalidInput
from pid.io.embeddings import load_sources
from pid.io.foreign import check_regular, reading
from pid.io.tables import load, load_candidates

ROLES: Any = {"x1": "a", "x2": "b", "y": "y"}


@pytest.fixture
def frame(rng: np.random.Generator) -> pd.DataFrame:
    return pd.DataFrame(rng.integers(3, size=(60, 3)), columns=["a", "b", "y"])


class TestReading:
    @pytest.mark.parametrize(
        "err", [KeyError("a"), RecursionError(), ZeroDivisionError("x" * 999), OSError("thrift")]
    )
    def test_whatever_a_library_raises(self, err: Exception) -> None:
        with (
            pytest.raises(InvalidInput, match=r"'t.x' is not a table, or is damaged: .{1,170}$"),
            reading(Path("t.x"), "a table"),
        ):
            raise err

    def test_the_system_is_quoted(self) -> None:
        with (
            pytest.raises(InvalidInput, match=r"cannot read 't.x': No such file"),
            reading(Path("t.x"), "a table"),
        ):
            Path("t.x").read_bytes()

    def test_memory_is_said(self) -> None:
        with (
            pytest.raises(InvalidInput, match=r"x1: t.x asks for more memory than there is"),
            reading(Path("t.x"), "a table", "x1"),
        ):
            raise MemoryError

    def test_ctrl_c_and_own_errors_pass(self) -> None:
        for err in (KeyboardInterrupt, pid.MissingExtra):
            with pytest.raises(err), reading(Path("t.x"), "a table"):
                raise err


class TestKindsOfFiles:
    def test_what_never_ends_or_ends_once_is_refused(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.csv")
        (tmp_path / "zero.csv").symlink_to("/dev/zero")
        for name in ("pipe.csv", "zero.csv"):
            for read in (
                lambda file: load(file, **ROLES),
                lambda file: load_candidates(file, y=["y"]),
                lambda file: load_sources(None, x1=f"{file}:a", x2=f"{file}:b", y=f"{file}:y"),
                pid.report.read_report,
            ):
                with pytest.raises(InvalidInput, match="it is a pipe or a device, which can be"):
                    read(tmp_path / name)

    def test_arrays_too(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "x.npy")
        with pytest.raises(InvalidInput, match="it is a pipe or a device"):
            load_sources(None, x1=str(tmp_path / "x.npy"), x2="x.npy", y="y.csv:y")

    def test_names_that_cannot_be(self) -> None:
        for name in ("a\x00.csv", "n" * 5000):
            with pytest.raises(InvalidInput, match="cannot read"):
                check_regular(Path(name))


# --- Parquet ----------------------------------------------------------------------------------

NOTES = {
    "empty": b"{}",
    "no JSON": b"not JSON",
    "no text": b"\xff\xfe",
    "deep": b"[" * 5000,
    "of another table": b'{"index_columns": ["gone"], "columns": []}',
}


def with_note(frame: pd.DataFrame, note: bytes, file: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_pandas(frame).replace_schema_metadata({b"pandas": note}), file)


def as_column(kind: str) -> Any:
    import pyarrow as pa

    numbers = pa.array(range(60), pa.int64())
    far = pa.array([3_000_000 + i for i in range(60)], pa.int32()).cast(pa.date32())
    return {
        "dates beyond 9999": far,
        "an unknown time zone": numbers.cast(pa.timestamp("ns", "Mars/Olympus")),
        "lists": pa.array([[1, 2]] * 60),
        "structs": pa.array([{"u": 1}] * 60),
        "nothing": pa.nulls(60),
    }[kind]


@pytest.mark.extras
class TestParquet:
    @pytest.mark.parametrize("index", ["a", "b", "y", ["a", "b"]])
    def test_an_index_of_pandas_is_columns(
        self, frame: pd.DataFrame, tmp_path: Path, index: Any
    ) -> None:
        frame.set_index(index).to_parquet(tmp_path / "t.parquet")
        chosen = load(tmp_path / "t.parquet", **ROLES)
        assert chosen.X1["a"].tolist() == frame["a"].tolist()
        assert chosen.y.tolist() == frame["y"].tolist()
        there = scan(tmp_path / "t.parquet", **ROLES)
        assert pid.quantify(there.X1, there.X2, there.y, interval=None).n == 60

    def test_row_numbers_are_no_source(self, frame: pd.DataFrame, tmp_path: Path) -> None:
        frame[frame["a"] > 0].to_parquet(tmp_path / "t.parquet")
        assert list(load_candidates(tmp_path / "t.parquet", y=["y"]).X) == ["a", "b"]

    @pytest.mark.parametrize("note", NOTES.values(), ids=NOTES)
    def test_wrong_notes_of_pandas_do_not_matter(
        self, frame: pd.DataFrame, tmp_path: Path, note: bytes
    ) -> None:
        with_note(frame, note, tmp_path / "t.parquet")
        chosen = load(tmp_path / "t.parquet", **ROLES)
        assert chosen.X1["a"].tolist() == frame["a"].tolist()

    @pytest.mark.parametrize("names", [["", "", "y"], ["a.b", "a", "y"], ["*", "?", "y"]])
    def test_odd_names(self, frame: pd.DataFrame, tmp_path: Path, names: list[str]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        columns = [pa.array(frame[name]) for name in ("a", "b", "y", "b")]
        table = pa.Table.from_arrays(columns, names=[*names, "b"])
        pq.write_table(table, tmp_path / "t.parquet")
        if not names[0]:
            with pytest.raises(InvalidInput, match="is damaged"):
                load(tmp_path / "t.parquet", x1="", x2="b", y="y")
            return
        chosen = load(tmp_path / "t.parquet", x1=names[0], x2=names[1], y="y")
        assert chosen.X1[names[0]].tolist() == frame["a"].tolist()

    @pytest.mark.parametrize(
        "kind",
        ["dates beyond 9999", "an unknown time zone", "lists", "structs", "nothing"],
    )
    def test_values_that_are_neither_numbers_nor_symbols(
        self, frame: pd.DataFrame, tmp_path: Path, kind: str
    ) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        columns = [as_column(kind), *(pa.array(frame[name]) for name in ("b", "y"))]
        pq.write_table(pa.Table.from_arrays(columns, names=list("aby")), tmp_path / "t.parquet")
        for read in (scan,) if kind == "lists" else (load, scan):  # in memory these are vectors
            with pytest.raises(InvalidInput, match="a"):
                chosen = read(tmp_path / "t.parquet", **ROLES)
                pid.quantify(chosen.X1, chosen.X2, chosen.y, interval=None)

    def test_a_name_of_any_bytes(self, frame: pd.DataFrame, tmp_path: Path) -> None:
        for ending in (".parquet", ".csv"):
            file = tmp_path / os.fsdecode(b"\xff\xfe'[x]*" + ending.encode())
            frame.to_parquet(tmp_path / "t") if ending == ".parquet" else frame.to_csv(
                tmp_path / "t", index=False
            )
            (tmp_path / "t").rename(file)
            for read in (load, scan):
                chosen = read(file, **ROLES)
                assert pid.quantify(chosen.X1, chosen.X2, chosen.y, interval=None).n == 60

    def test_a_column_without_a_value_in_the_file(self, tmp_path: Path) -> None:
        (tmp_path / "t.csv").write_text("a,b,y\n1,1,\n2,3,\n")
        for roles in (ROLES, {"x1": "y", "x2": "b", "y": "a"}):
            chosen = scan(tmp_path / "t.csv", **roles)
            with pytest.raises(InvalidInput, match="2 missing values, the first in data row 1"):
                pid.quantify(chosen.X1, chosen.X2, chosen.y)

    def test_damage_while_it_is_counted(self, frame: pd.DataFrame, tmp_path: Path) -> None:
        file = tmp_path / "t.parquet"
        frame.astype(float).to_parquet(file, compression=None)
        chosen = scan(file, **ROLES)
        file.write_bytes(b"\x00" * file.stat().st_size)
        with pytest.raises(InvalidInput, match=r"cannot read .*: .*it may be damaged"):
            pid.quantify(chosen.X1, chosen.X2, chosen.y)


# --- arrays -----------------------------------------------------------------------------------

HEADERS = {
    "too large": "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999, 3), }",
    "of Python 2": "{'descr': '<f8', 'fortran_order': False, 'shape': (1L, }",
    "negative": "{'descr': '<f8', 'fortran_order': False, 'shape': (-1, 3), }",
    "no type": "{'descr': '<f99', 'fortran_order': False, 'shape': (4,), }",
    "deep": "(" * 3000,
}


def archive(method: int = 8, flag: int = 0) -> bytes:
    """A deflated archive of one array, whose headers say something else of it."""
    import io

    stream = io.BytesIO()
    np.savez_compressed(stream, x=np.eye(40))
    data = bytearray(stream.getvalue())
    for mark, flags, how in ((b"PK\x03\x04", 6, 8), (b"PK\x01\x02", 8, 10)):
        at = data.find(mark)
        data[at + flags] |= flag
        data[at + how] = method
    return bytes(data)


def headed(text: str) -> bytes:
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode() + bytes(320)


BROKEN: dict[str, Callable[[], bytes]] = {
    **{f"a header {name}": partial(headed, text) for name, text in HEADERS.items()},
    "packed by method 99": lambda: archive(method=99),
    "encrypted": lambda: archive(flag=1),
    "cut off": lambda: archive()[:-30],
    "deflate that is none": lambda: archive().replace(archive()[60:80], b"\xff" * 20),
    "empty": lambda: b"",
}


@pytest.mark.parametrize("ending", [".npy", ".npz"])
@pytest.mark.parametrize("kind", BROKEN)
def test_broken_arrays(tmp_path: Path, kind: str, ending: str) -> None:
    file = tmp_path / f"x{ending}"
    file.write_bytes(BROKEN[kind]())
    (tmp_path / "t.csv").write_text("y\n" + "0\n1\n" * 20)
    y = f"{tmp_path / 't.csv'}:y"
    with pytest.raises(InvalidInput, match=f"x1: x{ending} (is not an array|asks for more)"):
        load_sources(None, x1=str(file), x2=y, y=y)


def test_the_ending_of_an_array_does_not_matter(tmp_path: Path) -> None:
    array = np.arange(80.0).reshape(40, 2)
    with (tmp_path / "one.npz").open("wb") as file:
        np.save(file, array)
    with (tmp_path / "two.npy").open("wb") as file:
        np.savez(file, x=array)
    (tmp_path / "t.csv").write_text("y\n" + "0\n1\n" * 20)
    sources = {"x1": str(tmp_path / "one.npz"), "x2": str(tmp_path / "two.npy")}
    chosen = load_sources(None, **sources, y=f"{tmp_path / 't.csv'}:y")  # type: ignore[arg-type]
    np.testing.assert_array_equal(chosen.X1, array)
    np.testing.assert_array_equal(chosen.X2, array)


# --- reports ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        '{"version": 1, "x": 1e999}',
        '{"version": 1, "x": -1e999}',
        '{"version": 1, "x": NaN}',
        '{"version": 1, "x": ' + "9" * 5000 + "}",
        *('{"version": 1, "x": ' + "[" * n + "]" * n + "}" for n in (980, 5000, 100_000)),
        "",
        "3",
        "[[]]",
    ],
    ids=["inf", "-inf", "nan", "huge", "deep", "deeper", "deepest", "empty", "number", "lists"],
)
def test_what_is_no_report(tmp_path: Path, text: str) -> None:
    (tmp_path / "r.json").write_text(text)
    with pytest.raises(InvalidInput, match="is no report of this package"):
        pid.report.read_report(tmp_path / "r.json")


def test_what_is_read_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text('\ufeff{"version": 1, "x": "\\ud800", "y": [[1.5]]}')
    found = pid.report.read_report(tmp_path / "r.json")
    assert json.loads(json.dumps(found, allow_nan=False, indent=2)) == found
