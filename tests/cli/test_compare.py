"""``pid compare``: columns of models in, their profiles out."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import pid
from pid.cli import main

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("--x1", "a", "--x2", "b", "--y", "y")


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["compare", *words], prog_name="pid")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.integers(2, size=(800, 2)), columns=["a", "b"])
    frame["y"] = np.where(frame["a"] ^ frame["b"], "yes", "no")
    frame["first"] = np.where(frame["a"], "yes", "no")
    frame["p_yes"] = 0.8 * (frame["y"] == "yes") + 0.1
    frame["p_no"] = 1 - frame["p_yes"]
    frame["gap"] = frame["y"].where(frame["a"] == 1)
    frame["<b>\x1b[31m"] = frame["y"]
    frame.to_csv("data.csv", index=False)
    return tmp_path


def test_table() -> None:
    answer = run("data.csv", *SOURCES, "--model", "one=first", "--model", "both=p_*")
    assert (answer.exit_code, answer.stderr) == (0, "")
    lines = answer.stdout.splitlines()
    assert lines[2].startswith("  both has the most accuracy: 100.0%")
    assert max(map(len, lines)) <= 80
    rows = {line.split()[0]: line.split()[1:] for line in lines if line.strip()}
    assert float(rows["one"][1]) == pytest.approx(1, abs=0.02)  # unique to x1
    assert float(rows["data"][3]) == pytest.approx(1, abs=0.02)  # synergy
    assert rows["both"][-1] == "1"


def test_without_intervals() -> None:
    words = ("data.csv", *SOURCES, "--model", "one=first", "--model", "both=p_*")
    answer = run(*words, "--interval", "none")
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert re.search(r"both has the most accuracy: 100.0%. It leaves 0\.\d+ bit on", answer.stdout)
    with_them, rows = (
        json.loads(run(*words, "--json", "-", *more).stdout)
        for more in ((), ("--interval", "none"))
    )
    for row, full in zip(rows, with_them, strict=True):
        ends = {name for name in row if name.endswith(("_low", "_high")) and "rank" not in name}
        assert {row[name] for name in ends} == {None}
        assert row["interval"] is None
        same = row.keys() - ends - {"interval", "rank_low", "rank_high"}
        assert {name: row[name] for name in same} == {name: full[name] for name in same}


def test_json() -> None:
    models = ("--model", "one=first", "--model", "both=p_*")
    rows = json.loads(run("data.csv", *SOURCES, *models, "--json", "-").stdout)
    assert [row["model"] for row in rows] == ["both", "one"]
    assert rows[1]["unique1"] == pytest.approx(1, abs=0.01)
    assert run("data.csv", *SOURCES, *models, "--json", "out.json").exit_code == 0
    assert json.loads(Path("out.json").read_text()) == rows
    again = run("data.csv", *SOURCES, *models, "--json", "out.json")
    assert (again.exit_code, again.stdout) == (2, "")


def test_json_leaves_notes_and_warnings_to_stderr() -> None:
    frame = pd.read_csv("data.csv").assign(flat=1, who=np.arange(800) // 100)
    frame.to_csv("data.csv", index=False)
    words = ("--x1", "a,flat", "--x2", "b", "--y", "y", "--group-by", "who")
    answer = run("data.csv", *words, "--model", "one=first", "--json", "-")
    assert [row["model"] for row in json.loads(answer.stdout)] == ["one"]
    note, held, warning = answer.stderr.splitlines()
    assert note == "Note: x1: dropped 1 constant column (flat)"
    assert held.endswith("went beyond what is possible: held there")
    assert warning.startswith("Warning: there are only 8 independent")


def test_json_on_two_files_says_which_file_a_note_is_of() -> None:
    frame = pd.read_csv("data.csv").assign(flat=1)
    frame.to_csv("flat.csv", index=False)
    frame.assign(flat=frame["a"]).to_csv("full.csv", index=False)
    words = ("--x1", "a,flat", "--x2", "b", "--y", "y", "--estimator", "cluster", "--json", "-")
    answer = run("full.csv", "flat.csv", *words)
    assert len(json.loads(answer.stdout)) == 3
    assert answer.stderr.startswith("Note: flat.csv: x1: dropped 1 constant column (flat)\n")


@pytest.mark.extras
def test_report() -> None:
    models = ("--model", "one=first", "--model", "<b>\x1b[31m=<b>\x1b[31m")
    answer = run("data.csv", *SOURCES, *models, "--html", "r.html")
    assert answer.exit_code == 0, answer.output
    page = Path("r.html").read_text()
    assert len(page) < 100_000
    assert "&lt;b&gt;" in page
    assert "<b>" not in page.partition('<script type="application/json"')[0]
    back = CliRunner().invoke(main, ["report", "--from-json", "r.html"])
    plain = run("data.csv", *SOURCES, *models, "--json", "-")
    assert json.loads(back.stdout) == json.loads(plain.stdout)


def test_names_of_files_and_models_are_text() -> None:
    answer = run("data.csv", *SOURCES, "--model", "<b>\x1b[31m=<b>\x1b[31m")
    assert answer.exit_code == 0, answer.output
    assert "\x1b" not in answer.stdout
    assert "<b>" in answer.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--model", "m"], "expected NAME=COLUMNS, such as audio='a_*'; got 'm'"),
        (["--model", "m=first", "--model", "m=first"], "there are two called 'm'"),
        (["--model", "m=firstt"], "model 'm' 'firstt' matches no column; did you mean 'first'?"),
        (["--model", "m=a"], "model 'm' and x1 share 'a'; a prediction is no source and no target"),
        (["--model", "m=y"], "model 'm' and y share 'y'"),
        (["--model", "m=gap"], "has 386 missing values, the first in data row 3"),
        (["--model", "m=p_yes"], "probabilities need a column for each class"),
        (
            ["data.csv", "--interval", "none"],
            "two files are compared by intervals: give --interval",
        ),
        (["data.csv", "--html", "r.html"], "there is no report on two files; leave out --html"),
        ([], "expected one file and --model NAME=COLUMNS for each model, or two files"),
    ],
)
def test_wrong_uses(words: list[str], message: str) -> None:
    answer = run("data.csv", *SOURCES, *words)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert message in answer.stderr
    assert "Traceback" not in answer.stderr


def test_two_files() -> None:
    """XOR before, a copy of a after: synergy has become unique information."""
    frame = pd.read_csv("data.csv")
    frame.assign(y=frame["first"]).to_csv("after.csv", index=False)
    answer = run("data.csv", "after.csv", *SOURCES)
    assert answer.exit_code == 0, answer.output
    lines = answer.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    text = " ".join(answer.stdout.split())
    assert "The second has more unique information of a by 0.99" in text
    assert "less synergy by " in text
    assert "most like xor (0.0" in text
    assert "most like unq1 (0.0" in text
    rows = json.loads(run("data.csv", "after.csv", *SOURCES, "--json", "-").stdout)
    assert [row.get("file") for row in rows] == ["data.csv", "after.csv", None]
    assert rows[0]["nearest"][0] == "xor"
    assert rows[2]["synergy_p"] < 1e-6
    same = run("data.csv", "data.csv", *SOURCES, "--paired")
    assert "no atom of the second differs from that of the first" in " ".join(same.stdout.split())


BY_NAME = ("--source", "left=a", "--source", "right=b", "--y", "y")
THREE = (*BY_NAME, "--source", "third=c")


@pytest.fixture
def three() -> None:
    """A third source, which the target needs."""
    frame = pd.read_csv("data.csv")
    frame["c"] = np.random.default_rng(1).integers(2, size=800)
    frame["y"] = np.where(frame["a"] ^ frame["b"] ^ frame["c"], "yes", "no")
    frame.assign(said=frame["y"]).to_csv("data.csv", index=False)


@pytest.mark.usefixtures("three")
def test_three_sources() -> None:
    models = ("--model", "one=first", "--model", "all=said", "--model", "soft=p_*")
    answer = run("data.csv", *THREE, *models)
    assert (answer.exit_code, answer.stderr) == (0, "")
    lines = answer.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0] == "What models take from 3 sources: data.csv"
    rows = {line.split()[0]: line.split()[1:] for line in lines if line.strip()}
    assert rows["bit"][:7] == ["total", "only", "one", "shared", "two", "three", "left"]
    assert float(rows["data"][4]) == pytest.approx(1, abs=0.02)  # shows in all three
    assert float(rows["one"][1]) == pytest.approx(1, abs=0.02)  # is said by one alone
    assert rows["all"][-2:] == ["1.0000", "1"]
    found = json.loads(run("data.csv", *THREE, *models, "--json", "-").stdout)
    frame = pd.read_csv("data.csv")
    expected = pid.compare(
        {"one": frame["first"], "all": frame["said"], "soft": frame[["p_yes", "p_no"]]},
        sources={"left": frame[["a"]], "right": frame[["b"]], "third": frame[["c"]]},
        y=frame["y"],
    )
    assert found == json.loads(json.dumps(expected.to_dicts()))


def test_two_sources_by_name() -> None:
    """The same under these names."""
    model = ("--model", "one=first", "--json", "-")
    named, roles = (json.loads(run("data.csv", *s, *model).stdout) for s in (BY_NAME, SOURCES))
    assert [(row.pop("x1"), row.pop("x2")) for row in named] == [("left", "right")]
    assert [(row.pop("x1"), row.pop("x2")) for row in roles] == [("a", "b")]
    assert named == roles
    both = run("data.csv", "data.csv", *BY_NAME, "--json", "-")
    assert json.loads(both.stdout)[0]["x1"] == "left"


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--model", "m=c"], "model 'm' and third share 'c'; a prediction is no source"),
        (["--model", "m=y"], "model 'm' and y share 'y'"),
        (["--model", "m=first", "--html", "r.html"], "--html is for two sources, and there are 3"),
        (["--model", "m=first", "--sort", "synergy"], "sort 'synergy' is of two sources; of more"),
        (["--model", "m=first", "--x1", "a"], "--x1 beside --source"),
        (["--model", "m=first", "--source", "d=c"], "'third' and 'd' share the column 'c'"),
        (["data.csv"], "two files are compared by two sources, and there are 3"),
    ],
)
def test_wrong_uses_of_three_sources(words: list[str], message: str) -> None:
    answer = run("data.csv", *THREE, *words)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert message in answer.stderr
    assert "Traceback" not in answer.stderr


def test_documented_output() -> None:
    """The page shows what its command prints, but for the seconds it took."""
    text = (ROOT / "docs" / "compare.md").read_text()
    code, command, shown = (
        re.search(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE).group(1)  # type: ignore[union-attr]
        for language in ("python", "sh", "text output")
    )
    exec(compile(code, "compare.md", "exec"), {})
    import shlex

    words = shlex.split(command.replace("\\\n", " "))
    answer = CliRunner().invoke(main, words[1:], prog_name="pid")
    assert answer.exit_code == 0, answer.output

    def steady(output: str) -> str:
        return re.sub(r"\S+ s$", "", output.rstrip(), flags=re.MULTILINE)

    assert steady(answer.stdout) == steady(shown)
