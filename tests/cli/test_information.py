"""``pid information`` on the command line: the answer, formats, refusals."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import pid
from pid.analysis.schema import SCHEMA
from pid.cli import main


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="pid")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator) -> Path:
    monkeypatch.chdir(tmp_path)
    frame = pd.DataFrame(rng.normal(size=(400, 3)), columns=["a_1", "a_2", "b"])
    frame["y"] = frame["a_1"] + rng.normal(size=400)
    frame["label"] = np.where(frame["y"] > 0, "yes", "no")
    frame["one"] = 1
    frame.to_csv("data.csv", index=False)
    return tmp_path / "data.csv"


def test_the_answer(file: Path) -> None:
    answer = run("information", file, "--x", "a_*", "--y", "y")
    assert answer.exit_code == 0, answer.output
    lines = answer.stdout.splitlines()
    assert lines[0] == "Information in data.csv"
    assert lines[2].startswith("  a_* and y tell ")
    assert max(map(len, lines)) <= 80
    assert any(line.split()[:1] == ["route"] and "gaussian copula" in line for line in lines)
    assert answer.stderr == ""


def test_json_is_the_answer_of_the_library(file: Path) -> None:
    words = ("information", file, "--x", "a_*", "--y", "y", "--unit", "nat", "--json", "-")
    found = json.loads(run(*words).stdout)
    frame = pd.read_csv(file)
    expected = pid.estimate_information(frame[["a_1", "a_2"]], frame["y"], unit="nat")
    assert found["information"] == expected.value
    assert (found["information_low"], found["information_high"]) == expected.interval
    assert (found["schema"], found["unit"], found["n"]) == (SCHEMA, "nat", 400)
    assert (found["x"], found["y"], found["given"]) == ("a_*", "y", None)
    none = json.loads(run(*words, "--interval", "none").stdout)
    assert none["information_low"] is None


def test_given(file: Path) -> None:
    words = ("information", file, "--x", "a_1", "--y", "y", "--json", "-")
    alone, known = (json.loads(run(*words, *more).stdout) for more in ((), ("--given", "b")))
    assert known["given"] == "b"
    assert known["information"] == pytest.approx(alone["information"], abs=0.05)


def test_symbols_and_notes(file: Path) -> None:
    words = ("information", file, "--x", "a_1", "--y", "label", "--json", "-")
    answer = run(*words)
    found = json.loads(answer.stdout)
    assert found["route"] == "ross"
    assert "Note: y: 2 symbols" in answer.stderr
    constant = run("information", file, "--x", "a_1,one", "--y", "y")
    assert "left out 1 constant column (one)" in " ".join(constant.stdout.split())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--x", "a_1", "--y", "nope"], "'nope' matches no column"),
        (["--x", "a_1"], "Missing option '--y'"),
        (["--x", "a_*", "--y", "a_1"], "share the column 'a_1'"),
        (["--x", "one", "--y", "y"], "x has the same value in all rows"),
        (["--x", "b", "--y", "y", "--json", "data.csv"], "'data.csv' exists"),
        (["--x", "b", "--y", "y", "--interval", "2"], "expected a coverage between 0 and 1"),
    ],
)
def test_refusals(file: Path, words: list[str], message: str) -> None:
    answer = run("information", file.name, *words)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr.startswith("Error: ")
    assert answer.stderr.count("\n") == 1
    assert message in answer.stderr


def test_groups_of_rows(file: Path) -> None:
    """Every row three times, with a little noise, is one row."""
    rng = np.random.default_rng(0)
    frame = pd.read_csv(file)[["a_1", "y"]]
    once = pid.estimate_information(frame["a_1"], frame["y"])
    many = pd.concat([frame + 1e-4 * rng.normal(size=frame.shape) for _ in range(3)])
    many["who"] = [f"s{i}" for i in range(400)] * 3
    many.to_csv("many.csv", index=False)
    asked = ("information", "many.csv", "--x", "a_1", "--y", "y")
    found = json.loads(run(*asked, "--group-by", "who", "--json", "-").stdout)
    assert found["information"] == pytest.approx(once.value, abs=0.06)
    assert json.loads(run(*asked, "--json", "-").stdout)["information"] > 1.2
    unknown = run(*asked, "--group-by", "whom")
    assert unknown.exit_code == 2
    assert "groups 'whom' matches no column; did you mean 'who'?" in unknown.stderr
    taken = run(*asked, "--group-by", "y")
    assert "y contains 'y', which is a target, group or weight" in taken.stderr
