"""``pid value`` on the command line: the answer, formats, refusals."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from pid.cli import main
from pid.report.html import read_report


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="pid")


pytestmark = pytest.mark.usefixtures("straight_lines")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator) -> Path:
    monkeypatch.chdir(tmp_path)
    frame = pd.DataFrame(rng.normal(size=(400, 5)), columns=["a_1", "a_2", "b_1", "b_2", "c"])
    frame["label"] = np.where(frame["a_1"] + frame["b_1"] + rng.normal(size=400) > 0, "yes", "no")
    frame["who"] = np.arange(400) // 4
    frame.to_csv("data.csv", index=False)
    return tmp_path / "data.csv"


GROUPS = ("--group", "left=a_*", "--group", "right=b_*", "--group", "rest=c")


def test_the_answer(file: Path) -> None:
    answer = run("value", file, "--y", "label", *GROUPS, "--cost", "left=3", "--cost", "rest=0.5")
    assert answer.exit_code == 0, answer.output
    lines = answer.stdout.splitlines()
    assert lines[0] == "What each source of data.csv is worth"
    assert lines[2].startswith("  All 3 sources together tell ")
    assert "left and right are enough" in " ".join(line.strip() for line in lines)
    assert max(map(len, lines)) <= 80
    head = next(i for i, line in enumerate(lines) if line.split()[:2] == ["source", "lost"])
    assert lines[head].split()[2:] == ["95%", "interval", "accuracy", "per", "cost", "verdict"]
    assert [line.split()[0] for line in lines[head + 1 : head + 4]] == ["left", "right", "rest"]
    assert [line.split()[-1] for line in lines[head + 1 : head + 4]] == ["keep", "keep", "drop"]
    assert "source" in lines[head + 5] and "strict" in lines[head + 5]
    assert answer.stderr == ""


def test_json_and_page(file: Path) -> None:
    words = ("value", file, "--y", "label", *GROUPS, "--json", "-")
    data = json.loads(run(*words).stdout)
    assert [row["source"] for row in data["sources"]] == ["left", "right", "rest"]
    assert data["sources"][0]["verdict"] == "keep"
    assert data["enough"] == ["left", "right"]
    grouped = json.loads(run(*words, "--group-by", "who", "--unit", "nat").stdout)
    assert (grouped["units"], grouped["unit"]) == (100, "nat")
    none = json.loads(run(*words, "--interval", "none").stdout)
    assert none["sources"][0]["lost_low"] is None


@pytest.mark.extras
def test_a_page(file: Path) -> None:
    words = ("value", file, "--y", "label", *GROUPS, "--cost", "left=2")
    answer = run(*words, "--html", "worth.html")
    assert answer.exit_code == 0, answer.output
    page = Path("worth.html").read_text(encoding="utf-8")
    assert "What is lost without each source" in page
    assert "<span>pid</span> <span>value</span>" in page  # the command that repeats it
    data = read_report("worth.html")
    expected = json.loads(run(*words, "--json", "-").stdout)
    assert data == expected


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--y", "nope", *GROUPS], "y 'nope' matches no column"),
        (["--y", "label"], "Missing option '--group'"),
        (["--y", "label", "--group", "a=a_*"], "name at least two groups"),
        (["--y", "label", *GROUPS, "--cost", "left"], "expected NAME=NUMBER, above 0; got 'left'"),
        (["--y", "label", *GROUPS, "--cost", "left=-1"], "expected NAME=NUMBER, above 0"),
        (["--y", "label", *GROUPS, "--cost", "left=nan"], "expected NAME=NUMBER, above 0"),
        (["--y", "label", *GROUPS, "--cost", "left=1", "--cost", "left=2"], "two costs of 'left'"),
        (["--y", "label", *GROUPS, "--cost", "up=1"], "cost of 'up', which is no group"),
        (["--y", "label", *GROUPS, "--group", "left=c"], "there are two called 'left'"),
        (["--y", "label", "--group", "l=a_*", "--group", "r=a_1"], "share the column 'a_1'"),
        (["--y", "label", *GROUPS, "--json", "data.csv"], "'data.csv' exists"),
        (["--y", "label", *GROUPS, "--group-by", "nobody"], "'nobody' matches no column"),
    ],
)
def test_refusals(file: Path, words: list[str], message: str) -> None:
    answer = run("value", "data.csv", *words)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr.startswith("Error: ")
    assert answer.stderr.count("\n") == 1
    assert message in answer.stderr
