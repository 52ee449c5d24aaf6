"""Real tables are scikit-learn's, complete, in two modalities; the catalogue writes them."""

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pid.datasets import GATES, REAL, available, describe, load, make_gate, write
from pid.datasets._make import make
from pid.datasets.real import text
from pid.errors import InvalidInput

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", REAL)
def test_the_file_is_what_scikit_learn_has(name: str) -> None:
    assert text(name) == make(name)


def test_only_tables_with_a_licence_are_bundled() -> None:
    bundled = {path.stem for path in (ROOT / "datasets" / "data").iterdir()}
    assert bundled == {name for name, info in REAL.items() if info.bundled}
    assert all(REAL[name].licence.startswith("CC BY 4.0") for name in bundled)


@pytest.mark.parametrize("name", REAL)
def test_load(name: str) -> None:
    table = load(name)
    info = table.info
    assert table.frame.shape == (info.rows, info.columns)
    assert table.y.name == table.frame.columns[-1] == info.target
    assert len(table.X1) == len(table.X2) == len(table.y) == info.rows
    assert not set(table.X1) & set(table.X2)
    assert not table.frame.isna().any(axis=None)
    assert np.isfinite(table.X1.to_numpy()).all()


@pytest.mark.parametrize("name", REAL)
def test_every_column_has_a_group(name: str) -> None:
    table = load(name)
    prefixes = {str(column).split("_")[0] for column in table.frame.columns[:-1]}
    assert prefixes == set(table.info.groups)
    assert table.info.target.split("_")[0] not in prefixes


def test_groups_can_be_chosen() -> None:
    table = load("breast_cancer", x1="texture", x2="shape")
    assert list(table.X1) == ["texture_mean", "texture_se", "texture_worst"]
    assert table.X2.shape == (569, 18)


def test_values_land_in_their_columns() -> None:
    import sklearn.datasets

    digits = sklearn.datasets.load_digits()
    table = load("digits")
    assert np.array_equal(table.X1["left_r5c2"], digits.images[:, 5, 2])
    assert np.array_equal(table.X2["right_r0c7"], digits.images[:, 0, 7])
    assert np.array_equal(table.y, digits.target)


@pytest.mark.parametrize(
    ("name", "groups", "message"),
    [
        ("mnist", {}, "name must be 'digits', 'breast_cancer', .*; got 'mnist'"),
        ("wine", {"x1": "colour"}, "no group of columns 'colour'; choose from phenol, basic"),
        ("wine", {"x1": "basic"}, "both 'basic'; give two different groups"),
    ],
)
def test_bad_requests(name: str, groups: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        load(name, **groups)


def test_available_lists_everything_once() -> None:
    listed = available()
    assert [dataset.name for dataset in listed] == [*GATES, *REAL]
    assert all(dataset.description and dataset.licence for dataset in listed)
    assert {dataset.name for dataset in listed if dataset.rows is None} == set(GATES)


def test_describe_says_where_data_come_from() -> None:
    for info in REAL.values():
        shown = describe(info.name)
        assert info.licence in shown
        assert info.provenance in shown
    with pytest.raises(InvalidInput, match=r"name must be 'xor', .*; got 'mnist'"):
        describe("mnist")


def test_write_real(tmp_path: Path) -> None:
    path = write("wine", tmp_path / "wine.csv")
    assert path.read_bytes() == (ROOT / "datasets" / "data" / "wine.csv").read_bytes()
    assert list(tmp_path.iterdir()) == [path]


def test_write_gate(tmp_path: Path) -> None:
    path = write("xor", tmp_path / "xor.csv", n=200, random_state=5)
    with path.open(newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["x1", "x2", "y"]
    columns = np.array(rows, dtype=np.int64).T
    assert np.array_equal(columns, make_gate("xor").sample(200, random_state=5))


def test_write_keeps_what_is_there_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "iris.csv"
    path.write_text("mine")
    with pytest.raises(InvalidInput, match=r"iris\.csv.* exists"):
        write("iris", path)
    assert path.read_text() == "mine"
    with pytest.raises(InvalidInput, match="iris is a real table, of which no samples are drawn"):
        write("iris", path, n=10, force=True)
    write("iris", path, force=True)
    assert path.read_text() == text("iris")


def test_write_leaves_nothing_behind_when_it_fails(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="there is no folder"):
        write("iris", tmp_path / "missing" / "iris.csv")
    folder = tmp_path / "folder.csv"
    folder.mkdir()
    with pytest.raises(InvalidInput, match="is a folder"):
        write("iris", folder, force=True)
    with pytest.raises(InvalidInput, match=r"name must be 'xor', .*; got 'mnist'"):
        write("mnist", tmp_path / "mnist.csv")
    assert list(tmp_path.iterdir()) == [folder]


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)


def test_the_bare_folder_refuses_to_be_imported() -> None:
    assert "imported as 'pid.datasets', not as 'datasets'" in run("import datasets").stderr


def test_import_is_light() -> None:
    code = "import pid.datasets, sys; print({'pandas', 'sklearn'} & set(sys.modules))"
    assert run(code).stdout == "set()\n"
