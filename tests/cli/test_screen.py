"""``pid screen`` on the command line: rows, formats, refusals."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from pid.cli import main


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="pid")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator) -> Path:
    monkeypatch.chdir(tmp_path)
    frame = pd.DataFrame(rng.integers(3, size=(600, 4)), columns=["a_1", "a_2", "b_1", "b_2"])
    frame["label"] = (frame["a_1"] + frame["b_1"]) % 3
    frame["other"] = rng.integers(2, size=600)
    frame.to_csv("data.csv", index=False)
    return tmp_path / "data.csv"


def test_the_table(file: Path) -> None:
    answer = run("screen", file, "--y", "label", "--columns", "a_*,b_*", "--replicates", "40")
    assert answer.exit_code == 0, answer.output
    lines = answer.stdout.splitlines()
    assert lines[0] == "Pairs of columns of data.csv, by synergy"
    assert lines[2].startswith("  Most synergy is in a_1 and b_1 about label: ")  # the answer first
    head = next(i for i, line in enumerate(lines) if line.split()[:2] == ["x1", "x2"])
    assert lines[head + 1].split()[:2] == ["a_1", "b_1"]
    assert max(map(len, lines)) <= 80
    assert "6 rows, corrected for bias, in bit, 600 samples" in answer.stdout
    assert "Benjamini-Hochberg" in answer.stdout


def test_q_stands_below_every_atom_that_is_tested(file: Path) -> None:
    """Of all of them after resampling, else of the total alone."""
    words = ("screen", file, "--y", "label", "--columns", "a_*,b_*", "--top", "1")
    lines = run(*words, "--replicates", "40").stdout.splitlines()
    head = next(i for i, line in enumerate(lines) if line.split()[:2] == ["x1", "x2"])
    row = json.loads(run(*words, "--replicates", "40", "--json", "-").stdout)[0]
    names = ("redundancy", "unique1", "unique2", "synergy", "total")
    assert lines[head + 2].split() == ["q", *(f"{row[f'{name}_q']:.2g}" for name in names)]
    lines = run(*words, "--interval", "none").stdout.splitlines()
    assert lines[head + 2].split() == ["q", f"{row['total_q']:.2g}"]
    assert "Not resampled, so that no atom is tested" in " ".join(map(str.strip, lines))


def test_no_replicates_as_they_were(file: Path) -> None:
    words = ("screen", file, "--y", "label", "--json", "-")
    before, now = run(*words, "--replicates", "0"), run(*words, "--interval", "none")
    assert before.stdout == now.stdout
    assert "--replicates 0 is now --interval none" in before.stderr


@pytest.mark.extras
def test_formats_hold_the_same(file: Path) -> None:
    for name in ("out.csv", "out.json", "out.parquet"):
        words = ("screen", file, "--y", "label", "--interval", "none", "--out", name)
        assert run(*words).exit_code == 0
    rows = json.loads(Path("out.json").read_text())
    printed = json.loads(
        run("screen", file, "--y", "label", "--interval", "none", "--json", "-").stdout
    )
    assert printed == rows
    assert (rows[0]["x1"], rows[0]["x2"], rows[0]["y"]) == ("a_1", "b_1", "label")
    expected = pd.DataFrame(rows)
    for found in (pd.read_csv("out.csv"), pd.read_parquet("out.parquet")):
        assert list(found.columns) == list(expected.columns)
        assert found["synergy"].to_numpy() == pytest.approx(expected["synergy"].to_numpy())
        assert found["x2"].tolist() == expected["x2"].tolist()


def test_json_in_a_file_stands_beside_the_table(file: Path) -> None:
    words = ("screen", file, "--y", "label", "--replicates", "0")
    answer = run(*words, "--json", "rows.json")
    assert answer.exit_code == 0, answer.output
    assert answer.stdout == run(*words).stdout
    printed = run(*words, "--json", "-").stdout
    assert Path("rows.json").read_text() == printed
    assert len(json.loads(printed)) == 10
    assert "'rows.json' exists" in run(*words, "--json", "rows.json").stderr
    assert run(*words, "--json", "rows.json", "--force").exit_code == 0


def test_groups_and_targets(file: Path) -> None:
    sets = ("--group", "a=a_*", "--group", "b=b_*")
    words = (*sets, "--y", "label", "--y", "other", "--of", "synergy", "--adjust", "by")
    answer = run("screen", file, *words, "--json", "-")
    rows = json.loads(answer.stdout)
    assert [(row["x1"], row["x2"]) for row in rows] == [("a", "b")] * 2
    assert {row["y"] for row in rows} == {"label", "other"}
    assert {row["estimator"] for row in rows} == {"posterior"}
    assert rows[0]["synergy_q"] < 0.01
    assert rows[0]["redundancy_q"] is None  # which nobody asked for
    clusters = run("screen", file, *words, "--estimator", "cluster", "--bins", "5", "--json", "-")
    assert {row["estimator"] for row in json.loads(clusters.stdout)} == {"cluster"}


def test_dependent_and_weighted_rows(file: Path) -> None:
    frame = pd.read_csv(file)
    frame.assign(who=np.arange(600) // 5, w=1.0).to_csv(file, index=False)
    words = ("--group-by", "who", "--weights", "w", "--interval", "none", "--json", "-")
    rows = json.loads(run("screen", file, "--y", "label", *words).stdout)
    assert not {"who", "w"} & {row["x1"] for row in rows} | {row["x2"] for row in rows} & {"who"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--y", "nope"], "y 'nope' matches no column"),
        (["--y", "label", "--columns", "c_*"], "columns 'c_*' matches no column"),
        (["--y", "label", "--columns", "a_1"], "at least two columns or groups"),
        (["--y", "label", "--columns", "a_1,label"], "columns contains 'label', which is a target"),
        (["--y", "label", "--group", "a=a_*"], "needs at least two of them"),
        (["--y", "label", "--group", "a", "--group", "b=b_1"], "expected NAME=COLUMNS"),
        (["--y", "label", "--group", "a=a_*", "--group", "b=a_1"], "share the column 'a_1'"),
        (["--y", "label", "--group", "a=x", "--group", "b=a_1"], "a 'x' matches no column"),
        (["--y", "label", "--group", "a=a_1", "--group", "a=b_1"], "two called 'a'"),
        (["--y", "label", "--columns", "a_*", "--group", "a=a_1", "--group", "b=b_1"], "not both"),
        (["--y", "label", "--out", "out.txt"], "expected a name in .csv, .parquet or .json"),
        (["--y", "label", "--out", "data.csv"], "'data.csv' exists"),
        (["--y", "label", "--json", "data.csv"], "'data.csv' exists"),
        (["--y", "label", "--json", "a.json", "--out", "a.json"], "two outputs have one name"),
        (["--y", "label", "--replicates", "7"], "replicates must be an integer of at least 20"),
        (["--y", "label", "--group-by", "nobody"], "groups 'nobody' matches no column"),
    ],
)
def test_refusals(file: Path, words: list[str], message: str) -> None:
    answer = run("screen", "data.csv", *words)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr.startswith("Error: ")
    assert answer.stderr.count("\n") == 1
    assert message in answer.stderr


def test_constant_columns_alone(tmp_path: Path) -> None:
    file = tmp_path / "flat.csv"
    file.write_text("a,b,y\n" + "1,1,0\n1,1,1\n" * 10)
    answer = run("screen", file, "--y", "y")
    assert answer.exit_code == 2
    assert "at least two columns or groups that vary; got 0" in answer.stderr
