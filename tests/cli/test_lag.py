"""``pid quantify --lag``: sources of the past, transfer entropy, what is resampled, refusals."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from pid.cli import main

TRIALS, LENGTH = 40, 30
ASKED = ("--x1", "a", "--x2", "c", "--y", "c", "--replicates", "40")


def frame() -> pd.DataFrame:
    """In every trial c is a xor c; between trials nothing is known."""
    rng = np.random.default_rng(0)
    a, b = rng.integers(2, size=(2, TRIALS, LENGTH))
    c = np.zeros((TRIALS, LENGTH), dtype=int)
    c[:, 0] = rng.integers(2, size=TRIALS)
    for t in range(1, LENGTH):
        c[:, t] = a[:, t - 1] ^ c[:, t - 1]
    trial, time = np.indices((TRIALS, LENGTH))
    columns = {"trial": trial, "t": time, "a": a, "b": b, "c": c}
    return pd.DataFrame({name: values.ravel() for name, values in columns.items()})


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    frame().to_csv("data.csv", index=False)
    return tmp_path


def run(*arguments: str, file: str = "data.csv") -> Result:
    return CliRunner().invoke(main, ["quantify", file, *arguments])


def found(*arguments: str, file: str = "data.csv") -> dict[str, Any]:
    answer = run(*arguments, "--json", "-", file=file)
    assert answer.exit_code == 0, answer.output
    row: dict[str, Any] = json.loads(answer.stdout)
    return row


def refused(*arguments: str, file: str = "data.csv") -> str:
    answer = run(*arguments, file=file)
    assert isinstance(answer.exception, SystemExit), answer.exception
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert re.fullmatch(r"Error: [^\n]+\n", answer.stderr)
    return answer.stderr


def test_transfer_entropy_is_shown_on_the_terminal_and_on_the_page() -> None:
    answer = run(*ASKED, "--lag", "1", "--group-by", "trial", "--html", "out.html")
    assert answer.exit_code == 0
    words = " ".join(answer.stdout.split())
    assert "Together past of a and past of c tell all of c" in words
    line = re.search(
        r"transfer entropy from a to c, lag 1: ([\d.]+) bit \(([\d.]+) to [\d.]+\) = ([\d.]+) "
        r"unique \(in whatever state c was\) \+ ([\d.]+) synergy \(depends on that state\)",
        words,
    )
    assert line
    value, low, unique, synergy = map(float, line.groups())
    assert (value, unique, synergy) == pytest.approx((1, 0, 1), abs=0.01)
    assert low <= value
    assert "without a whole past at lag 1 in their group: 1 of each of 40 groups" in words
    assert max(map(len, answer.stdout.splitlines())) <= 80
    assert "transfer entropy" in Path("out.html").read_text()


def test_no_past_is_of_another_trial() -> None:
    """What c follows holds within trials alone: one value of another would spoil it."""
    row = found(*ASKED, "--lag", "1", "--group-by", "trial", "--time", "t")
    assert row["transfer_entropy_counted"] == pytest.approx(1, abs=0.005)  # all of c
    assert (row["n"], row["units"]) == (TRIALS * (LENGTH - 1), TRIALS)
    assert (row["lags"], row["own_past"], row["x1"]) == ([1], "x2", "past of a")
    mixed = frame().sample(frac=1, random_state=0).sort_values("t", kind="stable")
    mixed.to_csv("mixed.csv", index=False)
    again = found(*ASKED, "--lag", "1", "--group-by", "trial", "--time", "t", file="mixed.csv")
    assert again["transfer_entropy_counted"] == pytest.approx(row["transfer_entropy_counted"])
    assert found(*ASKED, "--lag", "1")["transfer_entropy_counted"] < 0.95  # across trials


def test_own_past_first() -> None:
    row = found("--x1", "c", "--x2", "a", *ASKED[4:], "--lag", "1", "--group-by", "trial")
    assert row["own_past"] == "x1"
    assert row["transfer_entropy"] == row["conditional2"]


def test_given_the_past_of_the_target() -> None:
    row = found(
        "--x1", "a", "--x2", "b", *ASKED[4:], "--given", "c", "--lag", "1", "--group-by", "trial"
    )
    assert (row["own_past"], row["given"]["name"]) == ("given", "past of c")
    assert row["transfer_entropy"] == row["total"] == pytest.approx(1, abs=0.01)
    assert row["unique1"] == pytest.approx(1, abs=0.01)


def test_several_sources() -> None:
    sources = ("--source", "a=a", "--source", "b=b", "--source", "own=c")
    answer = run(*sources, *ASKED[4:], "--lag", "1", "--group-by", "trial")
    assert answer.exit_code == 0
    words = " ".join(answer.stdout.split())
    assert "own has the past of c itself: what is lost without another source is the" in words
    row = found(*sources, *ASKED[4:], "--lag", "1", "--group-by", "trial")
    loss = {source["name"]: source["loss"] for source in row["sources"]}
    assert (loss["a"], loss["b"]) == pytest.approx((1, 0), abs=0.02)


def test_two_named_sources() -> None:
    sources = ("--source", "drive=a,b", "--source", "own=c")
    row = found(*sources, *ASKED[4:], "--lag", "1", "--group-by", "trial")
    assert (row["x1"], row["x2"], row["own_past"]) == ("drive", "own", "x2")
    assert row["transfer_entropy"] == pytest.approx(1, abs=0.02)


def test_a_source_that_is_called_given() -> None:
    sources = ("--source", "given=a", "--source", "x1=b", *ASKED[4:])
    row = found(*sources, "--given", "c", "--lag", "1", "--group-by", "trial")
    assert (row["x1"], row["x2"], row["own_past"]) == ("given", "x1", "given")
    assert row["unique1"] == pytest.approx(1, abs=0.01)
    row = found(*sources[:2], "--source", "x2=c", *ASKED[4:], "--lag", "1", "--group-by", "trial")
    assert (row["x1"], row["own_past"]) == ("given", "x2")


@pytest.mark.parametrize(
    ("options", "where"),
    [
        (("--x1", "a", "--x2", "c"), "from a to c, lag 1:"),
        (("--x1", "a", "--x2", "c,b"), "from a to c, lag 1, given the past of b, too:"),
        (("--x1", "b,c", "--x2", "a"), "from a to c, lag 1, given the past of b, too:"),
        (
            ("--x1", "a", "--x2", "c", "--given", "b"),
            "from a to c, lag 1, given the past of b, too:",
        ),
        (("--x1", "a", "--x2", "b", "--given", "c"), "from a and b together to c, lag 1:"),
    ],
)
def test_what_else_is_known(options: tuple[str, ...], where: str) -> None:
    """Beside other columns than the target's own past, it is conditional transfer entropy."""
    common = ("--y", "c", "--lag", "1", "--interval", "none", "--group-by", "trial")
    answer = run(*options, *common)
    assert f"transfer entropy {where}" in " ".join(answer.stdout.split())


def test_how_the_file_is_written_is_said() -> None:
    frame().to_csv("other.csv", sep=";", index=False)
    common = ("--x1", "a", "--x2", "c", "--y", "c", "--interval", "none", "--group-by", "trial")
    answer = run(*common, "--lag", "1", file="other.csv")
    assert "note other.csv: " in " ".join(answer.stdout.split())


def test_few_rows_have_few_blocks() -> None:
    frame().head(31).to_csv("few.csv", index=False)
    assert found(*ASKED, "--lag", "1", "--estimator", "table", file="few.csv")["units"] == 10
    why = refused(*ASKED, "--lag", "9", file="few.csv")
    assert "22 rows are too few for intervals at lag 9: blocks of 18 rows in a row" in why
    assert found(*ASKED, "--lag", "9", "--interval", "none", file="few.csv")["units"] == 2


def test_what_blocks_are_for_is_said() -> None:
    """Also where corrections alone are made of them, and not where nothing is."""
    said = " ".join(run(*ASKED, "--lag", "1").stdout.split())
    assert "intervals and corrections are from blocks of 24 rows in a row" in said
    none = (*ASKED, "--lag", "1", "--interval", "none")
    said = " ".join(run(*none).stdout.split())
    assert "note corrections are from blocks of 24 rows in a row" in said
    assert "blocks of 24 rows in a row" not in run(*none, "--correction", "none").stdout


def test_without_the_past_of_the_target() -> None:
    answer = run("--x1", "a", "--x2", "b", *ASKED[4:], "--lag", "1", "--group-by", "trial")
    words = " ".join(answer.stdout.split())
    assert "the past of c itself is in neither source" in words
    assert "transfer entropy from" not in words


# --- what is resampled ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "units", "note"),
    [
        ((), 50, "blocks of 24 rows in a row, as there are no groups"),
        (("--blocks", "100"), 12, None),
        (("--group-by", "trial"), TRIALS, None),
        (("--group-by", "trial", "--blocks", "10"), 3 * TRIALS, None),
        (("--group-by", "half"), 2 * 25, "as there are only 2 groups"),
        (("--correction", "miller-madow"), 1199, "correction 'miller-madow' takes rows for"),
        (
            ("--estimator", "gaussian", "--x1", "v", "--x2", "w", "--y", "w"),
            1199,
            "estimator 'gaussian' takes rows for",
        ),
    ],
)
def test_units(options: tuple[str, ...], units: int, note: str | None) -> None:
    table = frame().assign(half=lambda f: f.trial // (TRIALS // 2))
    noise = np.random.default_rng(1).normal(size=len(table))
    table.assign(v=table.a + noise, w=table.c + noise).to_csv("halves.csv", index=False)
    answer = run(*ASKED, "--lag", "1", *options, "--json", "-", file="halves.csv")
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["units"] == units
    if note is None:
        assert not re.search("(are from blocks|intervals may be)", answer.stderr)
    else:
        assert note in answer.stderr


# --- what goes with it ----------------------------------------------------------------------------


def test_rows_profiles_and_gaps() -> None:
    table = frame().astype({"a": "Int64"})
    table.loc[[5, 700], "a"] = pd.NA
    table.to_csv("gaps.csv", index=False)
    asked = (*ASKED, "--lag", "1", "--group-by", "trial")
    assert "missing values" in refused(*asked, file="gaps.csv")
    row = found(
        *asked, "--missing", "drop", "--profile-by", "t", "--rows", "rows.csv", file="gaps.csv"
    )
    assert row["n"] == TRIALS * (LENGTH - 1) - 2
    rows = pd.read_csv("rows.csv")
    assert set(range(TRIALS * LENGTH)) - set(rows.row) == {
        6,
        701,
        *range(0, TRIALS * LENGTH, LENGTH),
    }
    assert sum(line["n"] for line in row["profiles"]["t"]) == row["n"]


def test_symbols_and_numbers_are_named_as_in_the_file() -> None:
    table = frame().assign(word=lambda f: np.array(["no", "yes"])[f.a])
    table.assign(level="0" + table.b.astype(str)).to_csv("words.csv", index=False)
    asked = ("--x1", "word,level", "--x2", "c", *ASKED[4:], "--lag", "1:2", "--group-by", "trial")
    row = found(*asked, "--symbols", "level,c", file="words.csv")
    assert (row["estimator"], row["lags"]) == ("table", [1, 2])
    assert row["transfer_entropy"] == pytest.approx(1, abs=0.05)
    assert "symbols 'q' matches no column; there are 'word', 'level', 'c'" in refused(
        *asked, "--symbols", "q", file="words.csv"
    )


def test_a_target_of_numbers_keeps_its_name() -> None:
    table = frame().assign(code=lambda f: 2 * (np.arange(len(f)) % 4) + f.c)
    table.to_csv("codes.csv", index=False)
    asked = ("--x1", "a", "--x2", "c", "--y", "code", "--lag", "1", "--group-by", "trial")
    assert "8 classes" in run(*asked, file="codes.csv").stdout
    assert "8 classes" not in run(*asked, "--numbers", "code", file="codes.csv").stdout


@pytest.mark.parametrize("estimator", ["cluster", "bins", "gaussian", "auto"])
def test_columns_of_a_source_stay_of_one_kind(estimator: str) -> None:
    """Symbols beside numbers, of which there are few, too."""
    noise = np.random.default_rng(0).normal(size=TRIALS * LENGTH)
    frame().assign(half=lambda f: f.b / 2, v=noise).to_csv("halves.csv", index=False)
    asked = ("--x1", "a,half", "--x2", "b", "--y", "v", "--replicates", "40", "--lag", "1")
    assert found(*asked, "--estimator", estimator, file="halves.csv")["n"] == TRIALS * LENGTH - 1


def test_few_symbols_are_counted_and_many_are_not() -> None:
    """Of a bit two steps back there are four symbols, and of eight 256, too many for these rows."""
    asked = (*ASKED, "--group-by", "trial")
    assert found(*asked, "--lag", "1:2")["estimator"] == "table"
    assert found(*asked, "--lag", "1:8")["estimator"] != "table"


def test_time_with_a_gap() -> None:
    table = frame().query("not (trial == 3 and 10 <= t < 12)")
    table.to_csv("gap.csv", index=False)
    answer = run(*ASKED, "--lag", "1", "--group-by", "trial", "--time", "t", file="gap.csv")
    words = " ".join(answer.stdout.split())
    assert "without a whole past at lag 1 in their group: of groups 3 (2), 0 (1)" in words
    assert "time has 1 gap of more than a step" in words


def test_a_report() -> None:
    asked = ["report", "data.csv", *ASKED, "--lag", "1", "--out", "out.html"]
    assert CliRunner().invoke(main, asked).exit_code == 0
    assert "transfer entropy" in Path("out.html").read_text()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--lag", "0"), "lag 0 is the present"),
        (("--lag", "-1"), "lag -1 is the future"),
        (("--lag", "1,1"), "lag 1 is there twice"),
        *(
            (("--lag", text), "expected whole numbers of rows, such as 1, or 1,2,5, or 1:5")
            for text in (
                "",
                "x",
                "1.5",
                "5:1",
                "1:2:3",
                "1,",
                "1:999999999999",
                "1:" + "9" * 30,
                "²",
            )
        ),
        (("--lag", "1200"), "lag 1,200 is longer than the past of any row: there are 1,200 rows"),
        (("--lag", "30", "--group-by", "trial"), "the longest of 40 groups has 30 rows"),
        (("--time", "t"), "--time is of --lag, which is missing"),
        (("--lag", "1", "--time", "t"), "time goes back in data row 31, after row 30"),
        (("--lag", "1", "--time", "u"), "time 'u' matches no column"),
        (("--lag", "1", "--time", "c"), "x2 contains 'c', the column of time"),
        (("--lag", "1", "--group-by", "u"), "groups 'u' matches no column"),
        (("--lag", "1", "--group-by", "a"), "x1 contains 'a', the column of groups"),
        (("--lag", "1", "--weights", "a"), "x1 contains 'a', the column of weights"),
        (("--lag", "1", "--x2", "a"), "'x1' and 'x2' share the column 'a'"),
        (("--lag", "1", "--y", "u"), "y 'u' matches no column"),
        (("--lag", "1", "--y", "trial", "--group-by", "trial"), "y contains 'trial', the column"),
        (("--lag", "1", "--given", "t", "--time", "t"), "given contains 't', the column of time"),
        (("--lag", "1", "--x1", "u.npy"), "x1 'u.npy' matches no column"),
        (("--lag", "1", "--out-of-core"), "--lag needs the rows in memory; leave out --out-of-"),
        (("--lag", "1", "--blocks", "5000"), "all rows are in one group or block"),
        (("--lag", "1", "--estimator", "gaussian", "--blocks", "9"), "takes samples for"),
    ],
)
def test_refusals(options: tuple[str, ...], message: str) -> None:
    assert message in refused(*ASKED, *options)


def test_of_probabilities_there_is_no_past() -> None:
    assert "No such option '--lag'" in refused("--posteriors", "a.npy,b.npy,c.npy", "--lag", "1")


def test_without_a_file() -> None:
    answer = CliRunner().invoke(main, ["quantify", *ASKED, "--lag", "1"])
    assert answer.exit_code == 2
    assert "--lag takes the past of columns of FILE, which is missing" in answer.stderr
