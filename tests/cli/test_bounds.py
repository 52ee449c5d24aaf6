"""``pid bounds``: three files or one with gaps, in a table, in words, in JSON."""

import json
import re
import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import pid
from pid.cli import main

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = ["--x1", "a", "--x2", "b", "--y", "label"]
FILES = ["one.csv", "two.csv", "pairs.csv"]


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["bounds", *words], prog_name="pid")


def refused(answer: Result) -> str:
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr.startswith("Error: ")
    assert answer.stderr.count("\n") == 1
    return answer.stderr


@pytest.fixture
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    a, b = rng.integers(3, size=(2, 1500))
    label = (a + b >= 3) ^ (rng.random(1500) < 0.1)
    return pd.DataFrame({"a": a, "b": b, "label": np.where(label, "yes", "no")})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, frame: pd.DataFrame) -> Path:
    monkeypatch.chdir(tmp_path)
    frame[:500][["a", "label"]].to_csv("one.csv", index=False)
    frame[500:1000][["b", "label"]].to_csv("two.csv", index=False)
    frame[1000:][["a", "b"]].to_csv("pairs.csv", index=False)
    return tmp_path


def test_three_files(folder: Path, frame: pd.DataFrame) -> None:
    answer = run(*FILES, *COLUMNS, "--replicates", "20")
    assert answer.exit_code == 0, answer.output
    assert max(map(len, answer.stdout.splitlines())) <= 80
    rows = {
        line[2:22].strip(): line[22:].split() for line in answer.stdout.splitlines() if line[2:]
    }
    low, _, high, low_of_sample, _, high_of_sample = rows["synergy"]
    truth = pid.decompose_samples(frame.a, frame.b, frame.label).synergy
    assert float(low_of_sample) < float(low) < truth < float(high) < float(high_of_sample)
    assert "Synergy is between" in answer.stdout
    assert "500 of x1 and y, 500 of x2 and y, 500 of x1 and x2" in answer.stdout


def test_json_has_the_same_and_more(folder: Path) -> None:
    first = json.loads(run(*FILES, *COLUMNS, "--replicates", "5", "--json", "-").stdout)
    assert run(*FILES, *COLUMNS, "--replicates", "5", "--json", "out.json").exit_code == 0
    assert json.loads((folder / "out.json").read_text()) == first
    assert first["synergy_lower_low"] < first["synergy_lower"] < first["synergy_upper"]
    assert (first["x1"], first["n_x1x2"], first["unit"]) == ("a", 500, "bit")
    assert "out.json" in refused(run(*FILES, *COLUMNS, "--json", "out.json"))


def test_one_file_with_gaps(folder: Path, frame: pd.DataFrame) -> None:
    """Each row may lack what it likes: whole numbers stay symbols, in spite of the gaps."""
    frame.loc[:499, "b"] = None
    frame.loc[500:999, "a"] = None
    frame.loc[1000:, "label"] = None
    frame.loc[1400:, "b"] = None
    frame.to_csv("gaps.csv", index=False)
    answer = run("gaps.csv", *COLUMNS, "--interval", "none", "--json", "-")
    found = json.loads(answer.stdout)
    assert [found[f"n_{s}"] for s in ("x1y", "x2y", "x1x2")] == [500, 500, 400]
    assert found["estimator"] == "table"
    assert "100 rows have less than two of x1, x2 and y: left out" in answer.stderr


def test_one_file_with_complete_rows(folder: Path, frame: pd.DataFrame) -> None:
    frame.loc[300:, "label"] = None
    frame.to_csv("gaps.csv", index=False)
    answer = run("gaps.csv", *COLUMNS, "--interval", "none")
    assert "300 rows have x1, x2 and y" in answer.stdout
    assert "1200 of x1 and x2" in answer.stdout


def test_balanced_accuracy_and_nats(folder: Path) -> None:
    options = ["--balanced", "--unit", "nat", "--interval", "none", "--json", "-"]
    found = json.loads(run(*FILES, *COLUMNS, *options).stdout)
    plain = json.loads(run(*FILES, *COLUMNS, "--interval", "none", "--json", "-").stdout)
    assert found["accuracy_majority"] == pytest.approx(0.5)
    assert found["redundancy"] == pytest.approx(plain["redundancy"] * np.log(2))


def test_hostile_names(folder: Path, frame: pd.DataFrame) -> None:
    bad = "\x1b[31m<script>"
    frame.rename(columns={"a": bad})[:500][[bad, "label"]].to_csv("one.csv", index=False)
    frame.rename(columns={"a": bad})[1000:][[bad, "b"]].to_csv("pairs.csv", index=False)
    answer = run(*FILES, "--x1", bad, *COLUMNS[2:], "--interval", "none")
    assert answer.exit_code == 0, answer.output
    assert "\x1b[31m" not in answer.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["one.csv", "two.csv", *COLUMNS], "expected three files, of x1 and y, .*; got 2"),
        (["two.csv", "one.csv", "pairs.csv", *COLUMNS], "x1 'a' matches no column"),
        ([*FILES, *COLUMNS[:-1], "lable"], "did you mean 'label'"),
        (["missing.csv", *FILES[1:], *COLUMNS], "cannot read 'missing.csv'"),
        (["whole.csv", *COLUMNS], "no row of 'whole.csv' has x1 and x2, and not y"),
        ([*FILES, "--x1", "a", "--x2", "b", "--y", "*"], "share 'a'"),
        (["numbers.csv", *FILES[1:], *COLUMNS], "y 'label' holds numbers in one sample and text"),
        (["gap.csv", *FILES[1:], *COLUMNS], "missing value"),
        (["one.csv", "one_class.csv", "pairs.csv", *COLUMNS], "rows of the labelled sample of x1"),
        (["other.csv", *FILES[1:], *COLUMNS], "not of one population"),
        ([*FILES, *COLUMNS, "--time-limit", "0"], "time-limit"),
    ],
)
def test_bad_input(folder: Path, frame: pd.DataFrame, words: list[str], message: str) -> None:
    frame.to_csv("whole.csv", index=False)
    frame.assign(label=range(len(frame)))[["a", "label"]].to_csv("numbers.csv", index=False)
    frame.assign(a=frame.a.where(frame.index != 3))[["a", "label"]].to_csv("gap.csv", index=False)
    frame.assign(label="maybe")[["b", "label"]].to_csv("one_class.csv", index=False)
    rare = np.where(np.arange(len(frame)) % 50 == 0, "yes", "no")
    frame.assign(label=rare)[["a", "label"]].to_csv("other.csv", index=False)
    text = refused(run(*words))
    assert re.search(message, text), text


def test_help_and_no_answer_without_files() -> None:
    answer = run("--help")
    assert answer.exit_code == 0
    assert "y is empty where it is not known" in " ".join(answer.stdout.split())
    assert CliRunner().invoke(main, ["bounds"]).exit_code == 2


@pytest.mark.slow
def test_documented_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The output in docs/half-labelled.md is what its commands print, but for the time."""
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / "half-labelled.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```text output\n(.*?)```", text, re.DOTALL)
    commands = [shlex.split(c) for c in re.findall(r"^pid (.*)$", text, re.MULTILINE)]
    answers = [CliRunner().invoke(main, words, prog_name="pid") for words in commands]

    def steady(output: str) -> str:
        return re.sub(r"\S+ s$", "", output, flags=re.MULTILINE)

    assert [answer.exit_code for answer in answers] == [0, 0, 0, 0], answers[0].output
    assert steady(answers[-1].stdout) == steady(shown)


def test_sources_have_names_and_one_may_be_the_rest(folder: Path) -> None:
    words = ["--x1", "first=a", "--x2", "rest", "--y", "label", "--interval", "none"]
    answer = run(*FILES, *words)
    assert answer.exit_code == 0, answer.output
    assert "unique to first" in " ".join(answer.output.split())
    semicolons = (folder / "two.csv").read_text().replace(",", ";")
    (folder / "two.csv").write_text(semicolons)
    answer = run(*FILES, *words)
    assert "two.csv: columns between ';'" in answer.output
