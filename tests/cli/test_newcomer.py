"""The first five minutes of somebody with a file: few commands, and each error says the next."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from pid.cli import main


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="pid")


@pytest.fixture
def shops(tmp_path: Path) -> Path:
    """As a spreadsheet in Europe writes it: semicolons, decimal commas, gaps, all columns."""
    rng = np.random.default_rng(7)
    n = 400
    bought = rng.integers(2, size=n)
    frame = pd.DataFrame(
        {
            "city": rng.choice(["Bern", "Zürich", "Genève"], size=n),
            "spent": np.round(rng.gamma(2, 9, size=n) + 9 * bought, 2),
            "age": np.where(rng.random(n) < 0.05, np.nan, rng.integers(18, 80, size=n)),
            "visits": rng.poisson(1 + 2 * bought),
            "bought": np.where(bought, "ja", "nein"),
        }
    )
    path = tmp_path / "shops.csv"
    frame.to_csv(path, sep=";", decimal=",", index=False)
    return path


def test_from_a_csv_with_gaps_in_three_commands(shops: Path) -> None:
    first = run("describe", shops)
    assert first.exit_code == 0
    assert "shops.csv: columns between ';', decimals after a comma" in first.output
    assert re.search(r"spent +numbers", first.output)
    asked = ["quantify", shops, "--x1", "money=spent,visits", "--x2", "rest", "--y", "bought"]
    second = run(*asked, "--interval", "none")
    assert second.exit_code == 2
    assert "--missing drop" in second.output
    third = run(*asked, "--interval", "none", "--missing", "drop")
    assert third.exit_code == 0
    assert "unique to money" in third.output
    assert "x2: rest is 2 columns (city, age)" in " ".join(third.output.split())
    assert "left out" in third.output


@pytest.mark.extras
def test_from_embeddings_in_parquet_in_two_commands(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    y = rng.integers(2, size=300)
    frame = pd.DataFrame(
        {
            "text": list((rng.normal(size=(300, 12)) + y[:, None]).astype(np.float32)),
            "image": list(rng.normal(size=(300, 8)) + y[:, None] / 2),
            "label": np.where(y, "cat", "dog"),
        }
    )
    path = tmp_path / "clips.parquet"
    frame.to_parquet(path)
    first = run("describe", path)
    assert "vectors of 12 numbers" in first.output
    words = ["--x1", "text", "--x2", "image", "--y", "label", "--estimator", "cluster"]
    second = run("quantify", path, *words, "--interval", "none")
    assert second.exit_code == 0
    assert "12 columns" in second.output
    assert "tell" in second.output


class TestWrongWords:
    def test_a_file_is_no_command(self, shops: Path) -> None:
        got = run(shops)
        assert got.exit_code == 2
        assert f"is a file, and a command comes first: pid describe {shops}" in got.output
        assert "No such command 'no-file'" in run("no-file").output

    def test_a_third_source(self, shops: Path) -> None:
        got = run(
            "quantify", shops, "--x1", "age", "--x2", "city", "--x3", "spent", "--y", "bought"
        )
        assert got.exit_code == 2
        assert "each is given by --source NAME=COLUMNS, in place of --x1 and --x2" in got.output
        other = run("quantify", shops, "--x4x", "spent", "--y", "bought").output
        assert "--source" not in other

    @pytest.mark.parametrize(
        "words",
        [
            ["quantify", "FILE", "--y", "bought"],
            ["quantify", "FILE", "--x1", "age", "--y", "bought"],
            ["quantify", "--x1", "age", "FILE", "--x2", "city"],
            ["screen", "FILE"],
            ["value", "FILE", "--group", "a=age", "--group", "b=city"],
            ["information", "FILE", "--x", "age"],
            ["compare", "FILE", "--model", "a=age", "--y", "bought"],
            ["bounds", "FILE", "--x1", "age", "--y", "bought"],
        ],
    )
    def test_a_missing_option_lists_the_columns(self, words: list[str], shops: Path) -> None:
        got = run(*(str(shops) if word == "FILE" else word for word in words))
        assert got.exit_code == 2
        assert re.search(
            r"Missing option '--\w+'.* are city, spent, age, visits, bought", got.output
        )

    def test_of_a_file_that_cannot_be_read_there_is_nothing_to_list(self, tmp_path: Path) -> None:
        (tmp_path / "t.csv").write_bytes(b"\xff\xfe\x00")
        for file in (tmp_path / "t.csv", tmp_path / "none.csv"):
            got = run("quantify", file, "--y", "y")
            assert got.exit_code == 2
            assert "columns of" not in got.output


class TestNamesOfSources:
    def words(self, shops: Path, *x: str) -> list[object]:
        asked = [
            "--y",
            "bought",
            "--estimator",
            "cluster",
            "--interval",
            "none",
            "--missing",
            "drop",
        ]
        return ["quantify", shops, "--x1", x[0], "--x2", x[1], *asked]

    def test_in_the_answer(self, shops: Path) -> None:
        got = run(*self.words(shops, "money = spent,visits", "rest,!city"))
        assert got.exit_code == 0
        assert "unique to money" in got.output
        assert "rest,!city is 1 column (age)" in got.output

    def test_what_names_columns_as_it_is_has_no_name(self, tmp_path: Path) -> None:
        rng = np.random.default_rng(0)
        frame = pd.DataFrame(rng.integers(2, size=(80, 4)), columns=["a=b", "b", "a=c", "bought"])
        frame.to_csv(tmp_path / "t.csv", index=False)
        for x1, shown in (("a=b", "a=b"), ("a=*", "a=*"), ("u=a=b", "u"), ("u=b", "u")):
            got = run(*self.words(tmp_path / "t.csv", x1, "rest"))
            assert got.exit_code == 0
            assert re.search(rf"x1 +{re.escape(shown)} ", got.output)

    def test_in_other_commands(self, shops: Path) -> None:
        common = ["--y", "bought", "--missing", "drop"]
        pair = ["--x1", "money=spent", "--x2", "rest"]
        said = shops.read_text().replace("ja", "ja;ja").replace("nein", "nein;ja")
        more = shops.with_name("more.csv")
        more.write_text(said.replace("bought", "bought;said"))
        got = run("compare", more, *pair, *common, "--model", "m=said", "--interval", "none")
        assert "rest is 3 columns (city, age, visits)" in " ".join(got.output.split())
        got = run("information", shops, "--x", "rest,!city", *common)
        assert "rest,!city is 3 columns" in " ".join(got.output.split())
        groups = ["--group", "money=spent,visits", "--group", "who=rest"]
        for command in ("screen", "value"):
            got = run(command, shops, *groups, *common, "--interval", "none")
            assert got.exit_code == 0
            assert "rest is 2 columns (city, age)" in " ".join(got.output.split())

    def test_given_is_not_of_the_rest(self, shops: Path) -> None:
        got = run(*self.words(shops, "spent", "rest"), "--given", "city")
        assert got.exit_code == 0
        assert "is 2 columns (age, visits)" in " ".join(got.output.split())


@pytest.mark.parametrize("command", ["describe", "quantify", "screen", "information", "value"])
def test_every_command_takes_a_dialect(command: str, shops: Path) -> None:
    content = shops.read_bytes().decode().replace(";", "^")
    odd = shops.with_name("odd.dat")
    odd.write_bytes(b"%made by hand\n" + content.encode("latin-1"))
    roles = {
        "describe": [],
        "quantify": ["--x1", "spent", "--x2", "visits", "--y", "bought", "--estimator", "cluster"],
        "screen": ["--columns", "spent,visits", "--y", "bought"],
        "information": ["--x", "spent", "--y", "visits"],
        "value": ["--group", "a=spent", "--group", "b=visits", "--y", "bought"],
    }[command]
    words = [command, odd, *roles, *(["--interval", "none"] if len(roles) > 4 else [])]
    text = ["--sep", "^", "--decimal", ",", "--encoding", "latin-1", "--comment", "%"]
    assert run(*words).exit_code == 2
    got = run(*words, *text)
    assert got.exit_code == 0, got.output
    assert "odd.dat: columns between '^', decimals after a comma" in " ".join(got.output.split())
    wrong = run(*words, "--sep", "::")
    assert wrong.exit_code == 2
    assert "sep must be one character" in wrong.output


@pytest.mark.extras
def test_out_of_core_takes_separators(shops: Path) -> None:
    asked = ["--x1", "spent", "--x2", "visits", "--y", "bought", "--out-of-core"]
    got = run("quantify", shops, *asked, "--interval", "none")
    assert got.exit_code == 0, got.output
    inside = run("quantify", shops, *asked[:-1], "--estimator", "bins", "--interval", "none")
    lines = [line for line in got.output.splitlines() if line.startswith("  total")]
    assert lines
    assert lines[0] in inside.output
    for words in (["--encoding", "utf-8"], ["--comment", "#"]):
        assert run("quantify", shops, *asked, *words).exit_code == 2
    packed = shops.with_name("shops.csv.gz")
    pd.read_csv(shops, sep=";").to_csv(packed, index=False)
    assert "is read in memory alone" in run("quantify", packed, *asked).output
