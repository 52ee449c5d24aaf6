"""``pid quantify --rows`` and ``--profile-by``."""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from pid.cli import main

ASKED = ("quantify", "data.csv", "--x1", "a", "--x2", "b", "--y", "y", "--interval", "none")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    a, b = rng.integers(3, size=(2, 200)).astype(object)
    frame = pd.DataFrame({"a": a, "b": b, "y": np.where((a > 0) & (b > 0), "=yes", "no")})
    frame["site"] = np.array(["north", "so\x1b[31mth"])[np.arange(200) % 2]
    frame["age"] = rng.normal(50, 9, size=200)
    frame.loc[5, "a"] = None
    frame.to_csv("data.csv", index=False)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize(
    "name", ["rows.csv", pytest.param("rows.parquet", marks=pytest.mark.extras)]
)
def test_rows_are_written(name: str) -> None:
    answer = run(*ASKED, "--missing", "drop", "--rows", name, "--json", "out.json")
    assert answer.exit_code == 0
    assert f"wrote '{name}', 199 rows" in answer.stderr
    frame = pd.read_csv(name) if name.endswith("csv") else pd.read_parquet(name)
    columns = ["row", "redundancy", "unique1", "unique2", "synergy", "total"]
    assert list(frame) == columns
    assert frame.row.tolist() == [row for row in range(200) if row != 5]
    counted = json.loads(Path("out.json").read_text())
    for atom in columns[1:]:
        assert frame[atom].mean() == pytest.approx(counted[f"{atom}_counted"], abs=1e-8)
    assert not [left for left in os.listdir() if left.endswith(".part")]


def test_nothing_is_overwritten() -> None:
    Path("rows.csv").write_text("mine\n")
    asked = (*ASKED, "--missing", "drop", "--rows", "rows.csv")
    answer = run(*asked)
    assert answer.exit_code != 0
    assert "'rows.csv' exists" in answer.stderr
    assert Path("rows.csv").read_text() == "mine\n"
    assert run(*asked, "--force").exit_code == 0
    assert Path("rows.csv").read_text().startswith("row,")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--rows", "rows.txt"], "expected a name in .csv or .parquet; got 'rows.txt'"),
        (["--rows", "nowhere/rows.csv"], "there is no folder 'nowhere'"),
        (["--rows", "out.csv", "--json", "out.csv"], "two outputs have one name"),
        (["--rows", "rows.csv", "--out-of-core"], "need the rows in memory"),
        (["--rows", "rows.csv", "--estimator", "gaussian"], "says nothing of single rows"),
        (["--profile-by", "nobody"], "matches no column"),
        (["--profile-by", "a,b"], "takes a single column"),
    ],
)
def test_refusals_come_before_the_work(options: list[str], message: str) -> None:
    answer = run(*ASKED, "--missing", "drop", *options)
    assert answer.exit_code != 0
    assert message in answer.stderr
    assert sorted(os.listdir()) == ["data.csv"]


def test_profiles() -> None:
    asked = (*ASKED[:-1], "0.9", "--replicates", "20", "--missing", "drop")
    profiles = ("--profile-by", "y", "--profile-by", "site", "--profile-by", "age")
    answer = run(*asked, *profiles, "--json", "out.json")
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert "\x1b" not in answer.stdout
    assert max(map(len, answer.stdout.splitlines())) <= 80
    for text in ("By y", "By site", "By age", "=yes", "north", "below "):
        assert text in answer.stdout
    found = json.loads(Path("out.json").read_text())["profiles"]
    assert [line["value"] for line in found["y"]] == ["=yes", "no"]
    assert [line["n"] for line in found["site"]] == [100, 99]
    assert sum(line["n"] for line in found["age"]) == 199
    for line in found["site"]:
        assert line["synergy_low"] <= line["synergy"] <= line["synergy_high"]


def test_profiles_without_intervals() -> None:
    answer = run(*ASKED, "--missing", "drop", "--profile-by", "site", "--json", "-")
    line = json.loads(answer.stdout)["profiles"]["site"][0]
    assert "synergy" in line
    assert "synergy_low" not in line


def test_arrays_of_their_own() -> None:
    frame = pd.read_csv("data.csv").dropna()
    np.save("a.npy", frame.a.to_numpy(dtype=int))
    np.save("site.npy", frame.site.to_numpy(dtype=str))
    frame[["b", "y"]].to_csv("rest.csv", index=False)
    answer = run(
        *("quantify", "rest.csv", "--x1", "a.npy", "--x2", "b", "--y", "y"),
        *("--interval", "none", "--profile-by", "site.npy", "--rows", "rows.csv", "--json", "-"),
    )
    assert answer.exit_code == 0, answer.stderr
    assert [line["n"] for line in json.loads(answer.stdout)["profiles"]["site.npy"]] == [100, 99]
