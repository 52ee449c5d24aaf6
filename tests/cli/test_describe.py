"""``pid describe``, and the options that say how columns are read, on files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from pid.cli import main

# y is a XOR b where both have values; ? stands for a gap; zip is padded with zeros
ROWS = [
    f"{i % 8:03d},{'?' if i % 11 == 3 else i % 2},{'' if i % 13 == 5 else i // 2 % 2},"
    f"{(i * 37 % 101) / 7:.3f},{i},{(i + i // 2) % 2}"
    for i in range(400)
]
TABLE = "\n".join(["zip,a,b,x,row,y", *ROWS]) + "\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.csv").write_text(TABLE)
    comma = [line.replace(",", ";").replace(".", ",") for line in TABLE.splitlines()]
    (tmp_path / "comma.tsv").write_text("\n".join(comma).replace(";", "\t") + "\n")
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def test_table(folder: Path) -> None:
    answer = run("describe", "data.csv")
    assert answer.exit_code == 0, answer.output
    lines = answer.stdout.splitlines()
    rows = {line.split()[0]: line.split() for line in lines[3:9]}
    assert rows["zip"][1:5] == ["symbols", "8", "8", "000,"]
    assert rows["a"][1:3] == ["!", "symbols"]
    assert rows["b"][1:5] == ["symbols", "2", "31", "3"]
    assert rows["x"][1:4] == ["numbers", "101", "8"]
    assert rows["row"][1:3] == ["!", "numbers"]
    assert "! a: '?' in 37 rows" in answer.stdout
    assert max(map(len, lines)) <= 80


def test_json_and_options(folder: Path) -> None:
    answer = run("describe", "data.csv", "--json", "-", "--missing-values", "?", "--symbols", "row")
    found = {one["name"]: one for one in json.loads(answer.stdout)["columns"]}
    assert list(found) == ["zip", "a", "b", "x", "row", "y"]
    assert (found["a"]["gaps"], found["a"]["kind"], found["a"]["doubt"]) == (37, "symbols", None)
    assert (found["row"]["kind"], found["row"]["cells"]) == ("symbols", 400)
    some = json.loads(run("describe", "data.csv", "--columns", "a,x", "--json", "-").stdout)
    assert [one["name"] for one in some["columns"]] == ["a", "x"]


def test_a_column_that_cannot_be_read(folder: Path) -> None:
    (folder / "mixed.csv").write_text(
        "x,y\n" + "".join(f"{i / 7},{i % 2}\n" for i in range(40)) + "no,1\n"
    )
    answer = run("describe", "mixed.csv")
    assert answer.exit_code == 0, answer.output
    assert "! unusable" in answer.stdout
    assert "'no' in data row 41" in " ".join(answer.stdout.split())


@pytest.mark.parametrize("command", ["quantify", "compare", "screen"])
def test_gaps_in_every_command(folder: Path, command: str) -> None:
    """Refused with the way out, left out with a note, or a symbol."""
    words = {
        "quantify": ["--x1", "a", "--x2", "b", "--y", "y", "--interval", "none"],
        "compare": ["--x1", "a", "--x2", "b", "--y", "y", "--model", "m=y", "--interval", "none"],
        "screen": ["--columns", "a,b", "--y", "y", "--interval", "none"],
    }[command]
    if command == "compare":
        (folder / "data.csv").write_text(
            "\n".join(
                f"{line},{'m' if i == 0 else line[-1]}" for i, line in enumerate(TABLE.split())
            )
        )
        words[words.index("m=y")] = "m=m"
    refused = run(command, "data.csv", *words)
    assert refused.exit_code == 2
    assert "'b'" in refused.stderr
    assert "--missing drop" in refused.stderr
    options = ["--missing-values", "?", "--missing", "drop"]
    answer = run(command, "data.csv", *words, *options)
    assert answer.exit_code == 0, answer.output
    said = " ".join(answer.stdout.split())
    assert (
        "each pair is of the rows" if command == "screen" else "left out 66 of 400 rows"
    ) in said
    answer = run(command, "data.csv", *words, "--missing", "category", "--missing-values", "?")
    assert "gaps are a symbol of their own" in " ".join(answer.stdout.split())


@pytest.mark.extras
def test_the_same_out_of_core(folder: Path) -> None:
    """What is left out, what a padded number is, and commas before decimals."""
    words = ["--x1", "zip,x", "--x2", "a,b", "--y", "y", "--estimator", "bins", "--clusters", "3"]
    words += ["--missing", "drop", "--missing-values", "?", "--interval", "none", "--json", "-"]
    for name, more in (("data.csv", []), ("comma.tsv", ["--numbers", "x"])):
        here, there = (
            json.loads(run("quantify", name, *words, *more, *how).stdout)
            for how in ([], ["--out-of-core"])
        )
        for key in ("total_counted", "redundancy", "unique1", "unique2", "synergy", "n"):
            assert here[key] == there[key], key
        assert here["n"] == 334
    for how in ([], ["--out-of-core"]):
        said = run("quantify", "comma.tsv", *words, "--numbers", "x", *how).stderr
        assert "decimals after a comma" in said
    (folder / "thousands.tsv").write_text("a\tb\ty\n" + "1,234\t1\t0\n2,345\t0\t1\n" * 20)
    usual = ["--x1", "a", "--x2", "b", "--y", "y", "--numbers", "a"]
    assert "decimals after a point" in run("quantify", "thousands.tsv", *usual).stdout
    refused = run("quantify", "thousands.tsv", *usual, "--out-of-core")
    assert "is to be read as numbers, and has '1,234'" in refused.stderr
    refused = run("quantify", "data.csv", *words, "--out-of-core", "--missing", "category")
    assert "cannot be symbols" in refused.stderr


@pytest.mark.extras
def test_half_labelled(folder: Path) -> None:
    rows = [
        line.rpartition(",")[0] + "," + ("?" if i % 3 == 0 else line[-1])
        for i, line in enumerate(ROWS)
    ]
    (folder / "half.csv").write_text("\n".join(["zip,a,b,x,row,y", *rows]) + "\n")
    words = ["--x1", "a", "--x2", "b", "--y", "y", "--interval", "none", "--json", "-"]
    answer = run("bounds", "half.csv", *words, "--missing-values", "?")
    assert answer.exit_code == 0, answer.output
    assert "rows have x1, x2 and y" in answer.stderr


@pytest.mark.extras
def test_what_is_said_out_of_core(folder: Path) -> None:
    """Row numbers, copies and slow columns are noticed in the file, too."""
    rng = np.random.default_rng(0)
    x = np.cumsum(rng.normal(size=500))
    y = (np.cumsum(rng.normal(size=500)) > 0).astype(int)
    noise = rng.normal(size=(200, 2)).round(6)
    lines = [f"{i},{a:.5f},{b}" for i, (a, b) in enumerate(zip(x, y, strict=True))]
    (folder / "slow.csv").write_text("\n".join(["row,x,y", *lines]) + "\n")
    copies = [f"{a},{b},{i % 2}" for i, (a, b) in enumerate(noise)] * 3
    (folder / "copies.csv").write_text("\n".join(["a,b,y", *copies]) + "\n")
    for how in ([], ["--out-of-core"]):
        usual = ["--y", "y", "--estimator", "bins", *how]
        slow = run("quantify", "slow.csv", "--x1", "row", "--x2", "x", *usual)
        assert "1 column (row) of whole numbers that rise" in slow.stderr
        assert "neighbouring rows are alike" in slow.stderr
        blocks = run("quantify", "slow.csv", "--x1", "row", "--x2", "x", *usual, "--blocks", "50")
        assert "neighbouring" not in blocks.stderr
        assert "only 10 independent groups" in blocks.stderr
        copied = run("quantify", "copies.csv", "--x1", "a", "--x2", "b", *usual)
        assert "rows are copies of others in x1 and x2" in " ".join(copied.output.split())
