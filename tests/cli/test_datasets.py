"""``pid datasets``: what it lists, shows and writes, and what it refuses."""

import json
import os
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pid.cli import main
from pid.datasets import GATES, REAL, available, write


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), prog_name="pid")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.csv").write_text("mine")
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("name", [*REAL, "xor", "rdnunqxor"])
def test_recommended_commands(name: str, folder: Path) -> None:
    """What ``datasets show`` says to use works, and gives an answer that can be trusted."""
    use = run("datasets", "show", name).stdout.partition("use:\n")[2].replace("\\\n", "")
    first, second = (shlex.split(line)[1:] for line in use.splitlines())
    assert run(*first).exit_code == 0
    answer = run(*second, "--json", "answer.json")
    assert answer.exit_code == 0, answer.stderr
    assert "Warning" not in answer.stderr
    row = json.loads((folder / "answer.json").read_text())
    assert 0 < row["total"] < 5
    assert row["n"] == (REAL[name].rows if name in REAL else 1000)
    assert row["gap"] < 1e-8
    assert max(map(len, answer.stdout.splitlines())) <= 80


@pytest.mark.parametrize("name", [*REAL, *GATES])
def test_shown_in_80_columns(name: str) -> None:
    answer = run("datasets", "show", name)
    assert answer.exit_code == 0
    assert max(map(len, answer.stdout.splitlines())) <= 80


def test_list_of_data_sets() -> None:
    answer = run("datasets", "list")
    names = {line.split()[0] for line in answer.stdout.splitlines() if not line.startswith(" ")}
    assert names == {d.name for d in available()} | {"name"}
    assert max(map(len, answer.stdout.splitlines())) <= 80


def test_a_gate_is_written_and_quantified(folder: Path) -> None:
    answer = run("datasets", "write", "xor", "--samples", "500", "--random-state", "1")
    assert (answer.exit_code, answer.stdout, answer.stderr) == (0, "", "wrote xor.csv\n")
    write("xor", folder / "same.csv", n=500, random_state=1)
    assert (folder / "xor.csv").read_text() == (folder / "same.csv").read_text()
    row = json.loads(
        run("quantify", "xor.csv", "--x1", "x1", "--x2", "x2", "--y", "y", "--json", "-").stdout
    )
    assert row["synergy"] == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["show", "nope"], "name must be 'xor', 'and', 'or'"),
        (["write", "nope"], "name must be 'xor', 'and', 'or'"),
        (["write", "xor", "data.csv"], "exists"),
        (["write", "xor", "n" * 300 + ".csv"], "too long"),
        (["write", "xor", "no/xor.csv"], "there is no folder 'no'"),
        (["write", "wine", "--samples", "10"], "wine is a real table, of which no samples are"),
        (["write", "xor", "--samples", "0"], "0 is not in the range"),
        (["show"], "Missing argument 'NAME'"),
        (["burn"], "No such command 'burn'"),
    ],
)
def test_wrong_use_of_data_sets(words: list[str], message: str, folder: Path) -> None:
    answer = run("datasets", *words)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr.startswith("Error: ")
    assert answer.stderr.count("\n") == 1
    assert message in answer.stderr
    assert os.listdir() == ["data.csv"]


def test_written_twice_is_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same again, as two pages of the documents may ask for; but nothing is overwritten."""
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert run("datasets", "write", "iris").exit_code == 0
    Path("iris.csv").write_text("mine")
    assert run("datasets", "write", "iris").exit_code == 2
    assert Path("iris.csv").read_text() == "mine"
