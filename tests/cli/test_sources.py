"""``pid quantify --source``: two and more sources by their names, and what is refused."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import pid
from pid.cli import main

THREE = ["--source", "text=text_*", "--source", "audio=audio", "--source", "video=video_*"]
ASKED = ["clips.csv", *THREE, "--y", "label", "--estimator", "posterior"]

pytestmark = pytest.mark.usefixtures("straight_lines")


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="pid")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator) -> Path:
    """Of 400 clips, text tells of the label, audio says the same worse, and video tells nothing."""
    monkeypatch.chdir(tmp_path)
    y = rng.integers(2, size=400)
    text = rng.normal(size=(400, 2)) + 1.5 * y[:, None]
    frame = pd.DataFrame(
        {
            "text_1": text[:, 0],
            "text_2": text[:, 1],
            "audio": text.sum(axis=1) + rng.normal(size=400),
            "video_1": rng.normal(size=400),
            "video_2": rng.normal(size=400),
            "speaker": np.arange(400) // 4,
            "label": np.where(y, "joy", "anger"),
        }
    )
    frame.to_csv(tmp_path / "clips.csv", index=False)
    np.save(tmp_path / "text.npy", frame[["text_1", "text_2"]].to_numpy())
    return tmp_path


def test_a_row_a_source_and_a_row_a_part(folder: Path) -> None:
    answer = run("quantify", *ASKED)
    assert answer.exit_code == 0, answer.stderr
    lines = answer.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0] == "What 3 sources of clips.csv say about label"
    assert lines[2].startswith("  Together text, audio and video tell ")
    rows = [line.split() for line in lines]
    table = rows.index(["alone", "only", "it", "95%", "interval", "lost", "95%", "interval"])
    assert [row[0] for row in rows[table + 1 : table + 4]] == ["text", "audio", "video"]
    assert float(rows[table + 3][1]) < 0.05 < float(rows[table + 1][1])
    parts = [line.strip()[:18].strip() for line in lines[table + 6 : table + 11]]
    assert parts == [
        "only one of them",
        "shared by several",
        "two together",
        "all three together",
        "total",
    ]


def test_json_is_that_of_the_library(folder: Path) -> None:
    answer = run("quantify", *ASKED, "--json", "-")
    assert answer.exit_code == 0, answer.stderr
    found = json.loads(answer.stdout)
    frame = pd.read_csv("clips.csv")
    sources = {
        "text": frame[["text_1", "text_2"]],
        "audio": frame[["audio"]],
        "video": frame[["video_1", "video_2"]],
    }
    q = pid.quantify(sources=sources, y=frame["label"], estimator="posterior")
    assert found == json.loads(json.dumps(q.to_dict()))
    parts = [source["unique"] for source in found["sources"]]
    parts += [found["shared"], *(order["value"] for order in found["synergy"])]
    assert sum(parts) == pytest.approx(found["total"], abs=1e-9)


def test_files_of_their_own(folder: Path) -> None:
    words = [w.replace("text=text_*", "text=text.npy") for w in ASKED]
    whole, apart = (run("quantify", *w, "--json", "-") for w in (ASKED, words))
    assert apart.exit_code == 0, apart.stderr
    first, second = (json.loads(answer.stdout) for answer in (whole, apart))
    assert second["total"] == pytest.approx(first["total"], abs=1e-9)
    assert [source["name"] for source in second["sources"]] == ["text", "audio", "video"]


def test_dependent_rows(folder: Path) -> None:
    found = json.loads(run("quantify", *ASKED, "--group-by", "speaker", "--json", "-").stdout)
    assert (found["n"], found["units"]) == (400, 100)


def test_what_remains_without_each(folder: Path) -> None:
    answer = run("quantify", *ASKED, "--if-missing")
    assert answer.exit_code == 0, answer.stderr
    lines = answer.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    rows = [line.split() for line in lines]
    (at,) = (i for i, row in enumerate(rows) if row[:2] == ["What", "remains"])
    labels = [" ".join(row[:2]) for row in rows[at + 1 : at + 6]]
    assert labels == ["of all", "without text", "without audio", "without video", "of none"]
    assert float(rows[at + 2][6].rstrip("%")) < float(rows[at + 4][6].rstrip("%"))
    found = json.loads(run("quantify", *ASKED, "--if-missing", "--json", "-").stdout)
    remaining = found["remaining"]
    assert [row["without"] for row in remaining] == [None, "text", "audio", "video"]
    everything, *without = remaining
    assert everything["information"] == pytest.approx(found["total"])
    for row, source in zip(without, found["sources"], strict=True):
        left = everything["information"] - source["loss"]
        assert row["information"] == pytest.approx(max(left, 0))
        assert row["accuracy_low"] <= row["accuracy"] <= row["accuracy_high"]


@pytest.mark.extras
def test_two_sources_are_the_same_under_these_names(folder: Path) -> None:
    two = ["--source", "words=text_*", "--source", "sound=audio"]
    by_role = ["--x1", "text_*", "--x2", "audio"]
    beside = ["--y", "label", "--estimator", "bins", "--if-missing", "--json", "-"]
    for more in ([], ["--refit"], ["--out-of-core"]):
        more = [*more, *(beside if more != ["--out-of-core"] else beside[:4] + beside[5:])]
        named, roles = (run("quantify", "clips.csv", *sources, *more) for sources in (two, by_role))
        assert named.exit_code == roles.exit_code == 0, named.stderr
        first, second = json.loads(named.stdout), json.loads(roles.stdout)
        assert (first.pop("x1"), first.pop("x2"), first["y"]) == ("words", "sound", "label")
        assert (second.pop("x1"), second.pop("x2")) == ("text_*", "audio")
        assert first == second


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--source", "text=text_*"], "'text' is the only source, and shares nothing"),
        ([*THREE, "--x1", "audio"], "--x1 beside --source: name all sources by --source, or two"),
        ([*THREE, "--x1", "audio", "--x2", "text_*"], "--x1 and --x2 beside --source"),
        (["--x1", "audio"], "Missing option '--x2'; name two sources by --x1 and --x2, or each"),
        ([], "Missing option '--x1'"),
        ([*THREE, "--source", "text=audio"], "there are two called 'text'"),
        ([*THREE, "--source", "text_*"], "expected NAME=COLUMNS"),
        ([*THREE, "--refit"], "--refit is for two sources, and there are 3; leave it out"),
        ([*THREE, "--out-of-core"], "--out-of-core is for two sources, and there are 3"),
        ([*THREE, "--source", "d=label"], "d contains 'label', which is a target"),
        ([*THREE, "--source", "d=audio"], "'audio' and 'd' share the column 'audio'"),
        ([*THREE, "--source", "d=audoi"], "d 'audoi' matches no column; did you mean 'audio'?"),
        ([*THREE, "--source", "label=speaker"], "a source and y are both called 'label'"),
        ([*THREE, "--source", "d=text.npy", "--source", "e=label"], "e contains 'label'"),
        ([*THREE, "--source", "d=no.npy"], "source 'd': there is no file 'no.npy'"),
        ([*THREE, "--estimator", "gaussian"], "takes two sources; of more, take"),
    ],
)
def test_refusals(folder: Path, words: list[str], message: str) -> None:
    answer = run("quantify", "clips.csv", *words, "--y", "label")
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert message in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_columns_without_a_file(folder: Path) -> None:
    answer = run("quantify", *THREE, "--y", "clips.csv:label")
    assert answer.exit_code == 2
    assert "source 'text' 'text_*' names no file; give FILE for columns" in answer.stderr


@pytest.mark.extras
def test_a_page(folder: Path) -> None:
    from pid.report import read_report

    words = ["quantify", *ASKED, "--html", "page.html", "--json", "page.json"]
    answer = run(*words)
    assert answer.exit_code == 0, answer.stderr
    numbers = json.loads(Path("page.json").read_text(encoding="utf-8"))
    assert read_report("page.html") == numbers
    page = Path("page.html").read_text(encoding="utf-8")
    assert "<span>&#39;video=video_*&#39;</span>" in page  # the command that repeats it
    second = run("report", *ASKED, "--out", "report.html")
    assert second.exit_code == 0, second.stderr
    assert second.stdout.startswith("Together text, audio and video tell")
    assert read_report("report.html") == numbers
    assert "wrote 'report.html'" in second.stderr
    assert "--force" in run(*words).stderr  # nothing is overwritten


def test_names_do_nothing_to_the_terminal(folder: Path) -> None:
    odd = [
        "--source",
        "red\x1b[31m=text_*",
        "--source",
        "\u202eevil=audio",
        "--source",
        f"{'c' * 99}=video_*",
    ]
    answer = run("quantify", "clips.csv", *odd, "--y", "label", "--estimator", "posterior")
    assert answer.exit_code == 0, answer.stderr
    assert not {"\x1b", "\u202e"} & set(answer.stdout)
    assert max(map(len, answer.stdout.splitlines())) <= 80
