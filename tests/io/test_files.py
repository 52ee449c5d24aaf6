"""Every container of docs/files.md: read as it says, or refused with the line that it gives."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pid
from pid.errors import InvalidInput, MissingExtra
from pid.io.columns import as_variable
from pid.io.embeddings import load_sources
from pid.io.held import columns_of
from pid.io.readers import CONVERTED, TABLES
from pid.io.reading import Reading
from pid.io.rows import read_rows
from pid.io.tables import load
from pid.io.targets import as_one

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "files.md").read_text()
ROW = re.compile(r"^\| (.*?) \| (.*?) \|$", re.MULTILINE)
FRAME = pd.DataFrame({"a": [0.5, 1.5, -2.0, 4.0], "b": [1, 2, 3, 4], "y": ["u", "v", "u", "v"]})
X = np.arange(12.0).reshape(4, 3) ** 2
NEED = {".xlsx": "openpyxl", ".parquet": "pyarrow", ".feather": "pyarrow", ".arrow": "pyarrow"}


def rows_below(heading: str) -> dict[str, str]:
    table = PAGE.split(heading)[1].split("\n\n|")[1].split("\n\n")[0]
    found = dict(ROW.findall("|" + table))
    return {key: said for key, said in found.items() if not key.startswith(("-", "file", "what"))}


FILES = rows_below("\n## Files")
HELD = rows_below("\n## In Python")
READ = {key.strip("`"): said for key, said in FILES.items() if not said.startswith("no:")}
REFUSED = {key.strip("`"): said for key, said in FILES.items() if said.startswith("no:")}
ARRAYS = (".npy", ".npz", ".pt")
EXTRA = (".pt", *NEED)


def marked(key: str) -> Any:
    return pytest.param(key, marks=[pytest.mark.extras] * (key in EXTRA))


def write(path: Path) -> None:
    """The frame as a file of this ending."""
    kind = path.suffix
    if kind == ".xlsx":
        FRAME.to_excel(path, index=False)
    elif kind == ".jsonl":
        FRAME.to_json(path, orient="records", lines=True)
    elif kind == ".parquet":
        FRAME.to_parquet(path)
    elif kind == ".feather":
        FRAME.to_feather(path)
    elif kind == ".arrow":
        import pyarrow as pa

        table = pa.Table.from_pandas(FRAME)
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write(table)
    else:
        FRAME.to_csv(path, sep="\t" if ".tsv" in path.name else ",", index=False)


class TestPage:
    def test_all_that_is_refused_is_there(self) -> None:
        missing = set(CONVERTED) - set(REFUSED) - {".pickle", ".hdf5", ".xlsb", ".numbers"}
        assert not missing
        assert set(READ) - set(ARRAYS) <= set(TABLES)

    @pytest.mark.parametrize("ending", [marked(key) for key in READ if key not in ARRAYS])
    def test_tables(self, ending: str, tmp_path: Path) -> None:
        path = tmp_path / f"data{ending}"
        write(path)
        chosen = load(path, x1="a", x2="rest", y="y")
        assert chosen.X1["a"].tolist() == FRAME["a"].tolist()
        assert chosen.X2["b"].tolist() == FRAME["b"].tolist()
        assert chosen.y.tolist() == FRAME["y"].tolist()
        apart = load_sources(None, x1=f"{path}:a", x2=f"{path}:b", y=f"{path}:y")
        assert apart.X1["a"].tolist() == FRAME["a"].tolist()

    @pytest.mark.parametrize("ending", [marked(key) for key in ARRAYS])
    def test_arrays(self, ending: str, tmp_path: Path) -> None:
        path, y = tmp_path / f"x{ending}", tmp_path / "y.csv"
        FRAME.to_csv(y, index=False)
        part = ""
        if ending == ".npy":
            np.save(path, X)
        elif ending == ".npz":
            np.savez(path, x=X, z=X[::-1])
            part = ":x"
        else:
            import torch

            torch.save({"x": torch.tensor(X, requires_grad=True), "z": torch.zeros(3)}, path)
            part = ":x"
        got = load_sources(y, x1=f"{path}{part}", x2="b", y="y")
        np.testing.assert_array_equal(got.X1, X)
        with pytest.raises(InvalidInput, match="has arrays, not columns with names"):
            load(path, x1="a", x2="b", y="y")

    @pytest.mark.parametrize("ending", list(REFUSED))
    def test_what_is_refused_is_so_with_its_line(self, ending: str, tmp_path: Path) -> None:
        path = tmp_path / f"data{ending}"
        path.write_bytes(b"whatever")
        with pytest.raises(InvalidInput, match="is of a kind that is not read") as err:
            load(path, x1="a", x2="b", y="y")
        line = re.search(r"`(.*)`", REFUSED[ending])
        assert (line[1] if line else "save it as .csv or .xlsx") in str(err.value)

    def test_a_file_that_is_not_there_is_not_there(self) -> None:
        with pytest.raises(InvalidInput, match="No such file"):
            load("none.xls", x1="a", x2="b", y="y")


# --- broken ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [marked(key) for key in READ if key not in ARRAYS])
@pytest.mark.parametrize("damage", ["cut", "empty", "noise", "another"])
def test_broken(ending: str, damage: str, tmp_path: Path) -> None:
    path = tmp_path / f"data{ending}"
    write(path)
    whole = path.read_bytes()
    noise = np.random.default_rng(0).bytes(400)
    another = b"a,b,y\n" if ending not in (".csv", ".txt", ".tsv") else b"\x00\x01a,b,y\n\xff\xfe"
    path.write_bytes(
        {"cut": whole[: len(whole) // 2], "empty": b"", "noise": noise, "another": another}[damage]
    )
    if damage == "cut" and ending in (".csv", ".txt", ".tsv", ".jsonl"):
        pytest.skip("half of a text is a text")
    with pytest.raises(InvalidInput):
        load(path, x1="a", x2="b", y="y")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ('{"a": 1', "line 1 is not JSON"),
        ('{"a": 1}\n[1]', "line 2 has a list"),
        ('{"a": 1}\n\nnull', "line 3 has a NoneType"),
        ("[" * 100_000, "line 1 is not JSON"),
        ("\n\n", "is empty"),
        ('{"a": {"b": 1}, "b": 2, "y": 0}\n' * 3, "column 'a' of x1 holds objects with fields"),
    ],
)
def test_broken_lines(lines: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text(lines)
    with pytest.raises(InvalidInput, match=message):
        as_variable(load(path, x1="a", x2="b", y="y").X1, "x1")


def test_lines_may_lack_values(tmp_path: Path) -> None:
    rows = [{"a": 1.5, "y": 0}, {"b": "u", "a": 2.5}, {"y": 1, "v": [1.0, 2.0]}]
    path = tmp_path / "data.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    got = load(path, x1="a", x2="b,v", y="y")
    assert got.X1["a"].tolist()[:2] == [1.5, 2.5]
    assert got.X1["a"].isna().tolist() == [False, False, True]
    assert got.X2["b"].isna().tolist() == [True, False, True]


@pytest.mark.extras
class TestTensors:
    def test_what_is_pickled_is_refused(self, tmp_path: Path) -> None:
        import torch

        torch.save({"x": Path("a")}, tmp_path / "x.pt")
        with pytest.raises(InvalidInput, match="has more than tensors, which could run"):
            load_sources(None, x1=str(tmp_path / "x.pt"), x2="x.npy", y="y.npy")

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"noise", b"\x80\x02."])
    def test_broken(self, content: bytes, tmp_path: Path) -> None:
        (tmp_path / "x.pt").write_bytes(content)
        with pytest.raises(InvalidInput, match=r"x1: x\.pt"):
            load_sources(None, x1=str(tmp_path / "x.pt"), x2="x.npy", y="y.npy")

    def test_parts(self, tmp_path: Path) -> None:
        import torch

        torch.save({"u": torch.ones(4, 2, 2), "v": torch.ones(4), "w": 3}, tmp_path / "x.pt")
        torch.save(torch.ones(4), tmp_path / "one.pt")
        for name, message in (
            ("x.pt", "say which array of x.pt; there are x.pt:u, x.pt:v, x.pt:w"),
            ("x.pt:none", "say which array"),
            ("x.pt:u", "has shape .4, 2, 2.; it needs one row per sample"),
            ("x.pt:w", "has a int, and no array"),
            ("one.pt:v", "is one tensor, and has no part 'v'"),
        ):
            with pytest.raises(InvalidInput, match=message):
                load_sources(None, x1=str(tmp_path / name), x2="x.npy", y="y.npy")

    def test_half_precision(self, tmp_path: Path) -> None:
        import torch

        torch.save(torch.tensor(X, dtype=torch.bfloat16), tmp_path / "x.pt")
        np.save(tmp_path / "x.npy", X)
        got = load_sources(
            None, x1=str(tmp_path / "x.pt"), x2=str(tmp_path / "x.npy"), y=str(tmp_path / "x.npy")
        )
        np.testing.assert_allclose(got.X1, X, rtol=2**-8)


def test_objects_in_archives_are_never_unpickled(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", x=np.array([{"a": 1}], dtype=object))
    with pytest.raises(InvalidInput, match=r"x1: x\.npz is not an array of numbers or text"):
        load_sources(None, x1=f"{tmp_path / 'x.npz'}:x", x2="x.npy", y="y.npy")


def test_sparse_matrices(tmp_path: Path) -> None:
    from scipy import sparse

    sparse.save_npz(tmp_path / "x.npz", sparse.csr_matrix(X))
    FRAME.to_csv(tmp_path / "t.csv", index=False)
    got = load_sources(tmp_path / "t.csv", x1=str(tmp_path / "x.npz"), x2="b", y="y")
    np.testing.assert_array_equal(as_variable(got.X1, "x1").matrix(), X)


def test_without_what_it_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib

    def gone(name: str) -> Any:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(importlib, "import_module", gone)
    for name in ("t.xlsx", "t.parquet", "t.arrow", "t.feather"):
        (tmp_path / name).write_bytes(b"PK")
        with pytest.raises(MissingExtra, match=r"pip install '\.\[(excel|scale)\]'"):
            load(tmp_path / name, x1="a", x2="b", y="y")


@pytest.mark.extras
class TestWorkbooks:
    def test_several_sheets(self, tmp_path: Path) -> None:
        with pd.ExcelWriter(tmp_path / "t.xlsx") as book:
            FRAME.to_excel(book, sheet_name="one", index=False)
            FRAME.to_excel(book, sheet_name="two", index=False)
        with pytest.raises(InvalidInput, match=r"there are 'one', 'two': .*sheet_name='one'"):
            load(tmp_path / "t.xlsx", x1="a", x2="b", y="y")

    def test_empty_sheets_and_rows_count_for_nothing(self, tmp_path: Path) -> None:
        with pd.ExcelWriter(tmp_path / "t.xlsx") as book:
            FRAME.to_excel(book, sheet_name="one", index=False, startrow=2)
            pd.DataFrame().to_excel(book, sheet_name="two", index=False)
        got = load(tmp_path / "t.xlsx", x1="a", x2="b", y="y")
        assert got.X1["a"].tolist() == FRAME["a"].tolist()

    def test_cells_without_a_name(self, tmp_path: Path) -> None:
        rows = pd.DataFrame([["a", np.nan, "y", np.nan], [1, 2, 3, 4]])
        rows.to_excel(tmp_path / "t.xlsx", index=False, header=False)
        with pytest.raises(InvalidInput, match="beyond the last column that has a name, 'y'"):
            load(tmp_path / "t.xlsx", x1="a", x2="y", y="y")

    def test_gaps_and_no_rows(self, tmp_path: Path) -> None:
        gappy = FRAME.assign(a=[0.5, np.nan, 1, 2])
        gappy.to_excel(tmp_path / "t.xlsx", index=False)
        got = load(tmp_path / "t.xlsx", x1="a", x2="b", y="y")
        assert got.X1["a"].isna().tolist() == [False, True, False, False]
        FRAME[:0].to_excel(tmp_path / "none.xlsx", index=False)
        with pytest.raises(InvalidInput, match="has a header but no rows"):
            load(tmp_path / "none.xlsx", x1="a", x2="b", y="y")


@pytest.mark.extras
def test_offsets_that_lead_out_of_the_file(tmp_path: Path) -> None:
    """Whoever follows them reads memory that is not there."""
    import pyarrow as pa

    path = tmp_path / "t.arrow"
    table = pa.table({"a": ["u", "v"] * 20, "b": ["w"] * 40, "y": ["no", "yes"] * 20})
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as stream:
        stream.write(table)
    offsets = np.arange(41, dtype="<i4")
    damaged = offsets.copy()
    damaged[20:30] = 2**30  # the last is right, and all that is looked at without asking
    content = path.read_bytes()
    assert content.count(offsets.tobytes()) == 2
    path.write_bytes(content.replace(offsets.tobytes(), damaged.tobytes()))
    with pytest.raises(InvalidInput, match="is not an Arrow file, or is damaged"):
        load(path, x1="a", x2="b", y="y")


@pytest.mark.extras
def test_the_first_feather(tmp_path: Path) -> None:
    (tmp_path / "t.feather").write_bytes(b"FEA1" + bytes(40))
    with pytest.raises(InvalidInput, match="is a Feather file of version 1"):
        load(tmp_path / "t.feather", x1="a", x2="b", y="y")


# --- in Python ------------------------------------------------------------------------------------


def torch_dataset() -> Any:
    import torch

    class Pairs(torch.utils.data.Dataset):  # type: ignore[type-arg]
        def __len__(self) -> int:
            return len(X)

        def __getitem__(self, i: int) -> Any:
            return torch.tensor(X[i]), torch.tensor([1.0, i]), int(i % 2)

    return Pairs()


class HuggingFace:
    """What is asked of a data set of Hugging Face, with the answers it has."""

    def __init__(self, columns: Any = None) -> None:
        self.features, self.column_names = dict.fromkeys("aby"), list("aby")
        self.columns = columns or {"a": X.tolist(), "b": [1, 2, 3, 4], "y": [0, 1, 0, 1]}

    def __len__(self) -> int:
        return len(X)

    def with_format(self, form: str) -> HuggingFace:
        assert form == "arrow"
        return self

    def select_columns(self, names: list[str]) -> HuggingFace:
        return HuggingFace({name: self.columns[name] for name in names})

    def __getitem__(self, rows: slice) -> Any:
        import pyarrow as pa

        return pa.table(self.columns)


def arrow_lists() -> Any:
    import pyarrow as pa

    return pa.table({"v": pa.array(X.tolist())})


def as_sparse(rows: int = 4) -> Any:
    from scipy import sparse

    return sparse.csr_matrix(X) if rows == 4 else sparse.csr_matrix((rows, rows))


def xarray() -> Any:
    import xarray as found

    return found


def polars() -> Any:
    import polars

    return polars


def torch() -> Any:
    import torch

    return torch


# What each row of the page is, and the numbers that it has.
GIVEN: dict[str, Callable[[], Any]] = {
    "NumPy array, list": lambda: X.tolist(),
    "structured array": lambda: pd.DataFrame(X, columns=list("abc")).to_records(index=False),
    "pandas, polars, Arrow": lambda: pd.DataFrame(X),
    "mapping of columns": lambda: {"a": X[:, 0], "b": X[:, 1:]},
    "column of lists, arrays or tensors": lambda: pd.DataFrame({"v": X.tolist()}),
    "object array of arrays": lambda: pd.Series(list(X)).to_numpy(),
    "torch tensor": lambda: torch().tensor(X, requires_grad=True),
    "xarray DataArray": lambda: xarray().DataArray(X),
    "xarray Dataset": lambda: xarray().Dataset({str(i): ("t", X[:, i]) for i in range(3)}),
    "SciPy sparse matrix": as_sparse,
    "torch Dataset": torch_dataset,
    "Hugging Face Dataset": lambda: HuggingFace().select_columns(["a"]),
}
TARGETS = {"one-hot target": np.eye(3)[[0, 2, 1, 0]]}
NOT: dict[str, tuple[Callable[[], Any], str]] = {
    "larger sparse matrix": (lambda: as_sparse(20_000), r"TruncatedSVD\(100\)\.fit_transform\(X\)"),
    "array of three axes": (lambda: X[:, :, None], r"X\.reshape\(len\(X\), -1\)"),
    "lists of several lengths": (lambda: pd.Series([[1, 2], [3]]), "lists of 1 to 2 numbers"),
    "lists of text": (lambda: pd.Series([["a"], ["b"]]), "MultiLabelBinarizer"),
    "objects with fields": (lambda: pd.DataFrame({"a": [{"u": 1}] * 2}), r"json_normalize"),
    "torch DataLoader": (
        lambda: torch().utils.data.DataLoader(torch_dataset()),
        r"loader\.dataset",
    ),
}
ELSEWHERE = {
    "several labels of a row",
    "polars LazyFrame",
    "several data sets by name",
}
OF_EXTRAS = ("torch", "Hugging", "xarray")


def test_every_row_is_tried() -> None:
    assert {*GIVEN, *TARGETS, *NOT, *ELSEWHERE} == set(HELD)


def held(key: str) -> Any:
    return pytest.param(key, marks=[pytest.mark.extras] * key.startswith(OF_EXTRAS))


@pytest.mark.parametrize("what", [held(key) for key in GIVEN])
def test_what_is_read(what: str) -> None:
    got = as_variable(GIVEN[what](), "x1")
    width = 6 if what == "torch Dataset" else 3
    assert len(got.columns) == width
    np.testing.assert_array_equal(got.matrix()[:, :3], X)
    assert bool(got.notes) == ("sparse" in what)


@pytest.mark.extras
@pytest.mark.parametrize("kind", ["list", "array", "arrow", "fixed", "chunked", "nulls", "series"])
def test_vectors_of_polars_and_arrow(kind: str) -> None:
    import pyarrow as pa

    fixed = pa.FixedSizeListArray.from_arrays(pa.array(X.ravel()), 3)
    given: dict[str, Callable[[], Any]] = {
        "list": lambda: polars().DataFrame({"v": X.tolist()}),
        "array": lambda: polars().DataFrame({"v": X}),
        "series": lambda: polars().Series("v", X.tolist()),
        "arrow": arrow_lists,
        "fixed": lambda: pa.table({"v": fixed}),
        "chunked": lambda: pa.table({"v": pa.chunked_array([fixed[:1], fixed[1:]])}),
        "nulls": lambda: pa.table({"v": pa.array([*X.tolist(), None])}).slice(0, 4),
    }
    got = as_variable(given[kind](), "x1")
    assert got.names == ("v[0]", "v[1]", "v[2]")
    assert got.label == "v"
    np.testing.assert_array_equal(got.matrix(), X)


@pytest.mark.parametrize("what", [held(key) for key in NOT])
def test_what_is_not(what: str) -> None:
    make, line = NOT[what]
    with pytest.raises(InvalidInput, match=line) as err:
        as_variable(make(), "x1")
    shown = re.search(r"`(.*?)`", HELD[what])
    assert shown is None or shown[1].split("(")[0] in str(err.value) + "unnest"


def test_targets() -> None:
    got, notes = as_one(as_variable(TARGETS["one-hot target"], "y"))
    assert got.columns[0].tolist() == [0, 2, 1, 0]
    assert "3 columns (y[0], y[1], y[2]) with one 1 in each row" in notes[0]
    with pytest.raises(InvalidInput, match=re.escape("take one column, as Y[:, 0]")):
        as_one(as_variable([[1, 1], [0, 1]], "y"))
    with pytest.raises(InvalidInput, match="0 of them 1 in data row 2"):
        as_one(as_variable([[1, 0], [0, 0]], "y"))
    for other in ([[1, 2], [0, 1]], [[0.5, 0.5], [1, 0]], [1, 0]):
        y = as_variable(other, "y")
        assert as_one(y) == (y, ())


@pytest.mark.extras
def test_tables_that_are_no_rows_yet() -> None:
    frame = polars().from_pandas(FRAME.assign(c=1))
    with pytest.raises(InvalidInput, match=r"got a LazyFrame; call its collect\(\) first"):
        pid.quantify(frame.lazy(), x1="a", x2="b", y="y")
    with pytest.raises(InvalidInput, match=r"give one of them, as data\['train'\]"):
        pid.quantify({"train": HuggingFace(), "test": HuggingFace()}, x1="a", x2="b", y="y")


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([[1, 2], 3, [4, 5]], "has a list in data row 1, which is not hashable"),
        ([[1, 2], "u"], "has a list in data row 1, which is not hashable"),
        (
            [np.ones(2), np.ones((2, 1))],
            "column 'v' of x1 has an array of shape .2, 1. in data row 2",
        ),
        ([[[1, 2], [3]], [[1]]], "a list of lists in data row 1"),
        ([[], []], "has a list in data row 1, which is not hashable"),
        ([["a", 1], [2, 3]], "a list of"),
        ([[None, None], ["a", 1]], "a list of text in data row 2"),
        ([[{"a": 1}], [{"a": 2}]], "a list of other things than numbers"),
        ([np.array(["2020-01-01"], "M8[D]")] * 2, "a list of dates"),
    ],
)
def test_cells_that_are_no_vectors(cells: list[Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        as_variable(pd.DataFrame({"v": pd.Series(cells, dtype=object)}), "x1")


def test_gaps_in_vectors_are_gaps() -> None:
    cells = pd.Series([[1.0, 2.0], None, [3.0, None], [4.0, 5.0]], dtype=object)
    with pytest.raises(
        InvalidInput, match="2 columns have missing values, the first in data row 2"
    ):
        as_variable(pd.DataFrame({"v": cells}), "x1")


@pytest.mark.parametrize("boxed", ["array", pytest.param("tensor", marks=pytest.mark.extras)])
def test_a_value_in_a_box_is_the_value(boxed: str) -> None:
    """A tensor is equal to itself alone, so that each would be a class of its own."""
    box: Callable[[float], Any] = np.array if boxed == "array" else torch().tensor
    for values in ([1, 0, 1, 1], [0.5, 1.5, 0.5, 2.5]):
        cells = [box(value) for value in values]
        for data in (cells, pd.Series(cells, dtype=object), pd.DataFrame({"y": cells})):
            got = as_variable(data, "y")
            assert got.columns[0].tolist() == values
            assert got.columns[0].dtype.kind in "if"


def test_rows_of_vectors_keep_their_places() -> None:
    cells = pd.Series([[1.0, 2.0], None, [3.0, 4.0], [5.0, 6.0]], dtype=object)
    how = Reading(missing="drop")
    read = read_rows({"x1": pd.DataFrame({"v": cells})}, [0, 1, 2, 3], how)
    assert read.kept is not None
    assert read.kept.tolist() == [True, False, True, True]
    assert read.variables[0].matrix().tolist() == [[1, 2], [3, 4], [5, 6]]
    assert read.variables[0].label == "v"


def test_columns_of_a_mapping_have_one_length() -> None:
    with pytest.raises(InvalidInput, match="'a' has 2 and 'b' 3"):
        as_variable({"a": [1, 2], "b": [1, 2, 3]}, "x1")


@pytest.mark.extras
class TestDatasets:
    def test_streams_are_read_once_and_only_what_is_wanted(self) -> None:
        import torch

        class Stream(torch.utils.data.IterableDataset):  # type: ignore[type-arg]
            begun = 0

            def __iter__(self) -> Any:
                Stream.begun += 1
                for i in range(200):
                    yield {"a": torch.tensor([i % 3, i % 5]), "b": i % 2, "y": i % 2, "c": object()}

        q = pid.quantify(Stream(), x1="a", x2="b", y="y", estimator="cluster", interval=None)
        assert q.n == 200
        assert Stream.begun == 2  # the names are of the first sample
        assert set(columns_of(Stream(), "x", ["a"])) == {"a"}

    @pytest.mark.parametrize(
        ("samples", "message"),
        [
            ([], "no samples|matches no column"),
            ([1.0, 2.0], "must be tuples or dicts"),
            ([{"a": 1, "b": 2, "y": 0}, {"a": 1, "y": 0}], "sample 2 of the data set has other"),
        ],
    )
    def test_samples_that_do_not_fit(self, samples: list[Any], message: str) -> None:
        import torch

        class Given(torch.utils.data.IterableDataset):  # type: ignore[type-arg]
            def __iter__(self) -> Any:
                return iter(samples)

        with pytest.raises(InvalidInput, match=message):
            pid.quantify(Given(), x1="a", x2="b", y="y")


def test_names_of_any_kind_in_every_output(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from pid.cli import main

    rng = np.random.default_rng(0)
    names = ["n" * 10_000, "\u202eright to left", "👩🏽‍🔬 = cell", "y"]
    frame = pd.DataFrame(rng.integers(2, size=(80, 4)), columns=names)
    frame.to_csv(tmp_path / "t.csv", index=False)
    for words in (
        ["describe"],
        ["quantify", "--x1", "n*", "--x2", "rest,!\u202e*", "--y", "y", "--interval", "none"],
        ["screen", "--y", "y", "--interval", "none"],
        ["quantify", "--y", "y"],
    ):
        got = CliRunner().invoke(main, [words[0], str(tmp_path / "t.csv"), *words[1:]])
        assert got.exit_code == (2 if len(words) == 3 and words[0] == "quantify" else 0), got.output
        assert "\u202e" not in got.output
        assert max(map(len, got.output.splitlines())) < 1_500
        assert "Traceback" not in got.output
