"""``pid retained`` on the command line: the answer, files of codes, refusals."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import pid
from pid.cli import main

pytestmark = pytest.mark.usefixtures("straight_lines")


def run(*words: str | Path) -> Result:
    command = ["retained", *map(str, words)]
    return CliRunner().invoke(main, command, prog_name="pid")


@pytest.fixture
def frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> pd.DataFrame:
    """Both sources have the label; the code of the first has it, that of the second has not."""
    monkeypatch.chdir(tmp_path)
    y = rng.integers(2, size=300)
    noise = 0.25 * rng.normal(size=(300, 2))
    X = 2 * y[:, None] - 1 + noise
    frame = pd.DataFrame(X, columns=["a_1", "b_1"])
    frame["a_2"], frame["b_2"] = rng.normal(size=(2, 300))
    frame["za"], frame["zb"] = frame["a_1"], frame["b_2"]
    frame["label"] = np.where(y, "yes", "no")
    frame.to_csv("data.csv", index=False)
    np.savez("codes.npz", a=frame[["za"]].to_numpy(), b=frame[["zb"]].to_numpy())
    return frame


SOURCES = ("--x1", "a_*", "--x2", "b_*", "--y", "label")


@pytest.mark.usefixtures("frame")
def test_the_answer() -> None:
    answer = run("data.csv", *SOURCES, "--z1", "za", "--z2", "zb")
    assert answer.exit_code == 0, answer.output
    lines = answer.stdout.splitlines()
    assert lines[0] == "What codes keep of data.csv"
    assert max(map(len, lines)) <= 80
    text = " ".join(answer.stdout.split())
    assert "Redundancy became unique to a_1,a_2." in text
    assert "of what they read before" in text
    heads = [line.split()[:2] for line in lines if line.split()[2:4] == ["before", "after"]]
    assert heads == [["networks,", "bit"], ["linear,", "bit"]]
    assert "noise on the codes, 0.1 times their own root-mean-square" in text
    assert answer.stderr == ""


def test_json_is_what_python_says(frame: pd.DataFrame) -> None:
    """From columns, and from arrays of a file of their own."""
    words = (*SOURCES, "--noise", "0.2", "--json", "-")
    row = json.loads(run("data.csv", *words, "--z1", "za", "--z2", "zb").stdout)
    found = pid.retained(
        (frame[["za"]], frame[["zb"]]),
        frame[["a_1", "a_2"]],
        frame[["b_1", "b_2"]],
        frame["label"],
        noise=0.2,
    )
    assert row == json.loads(json.dumps(found.to_dict()))
    arrays = run("data.csv", *words, "--z1", "codes.npz:a", "--z2", "codes.npz:b")
    assert json.loads(arrays.stdout)["total_share"] == pytest.approx(row["total_share"])
    joint = json.loads(run("data.csv", *words, "--z", "z*").stdout)
    assert joint["joint"]
    assert "redundancy_after" not in joint
    assert joint["linear"]["total_share"] == pytest.approx(1, abs=0.02)


@pytest.mark.extras
@pytest.mark.usefixtures("frame")
def test_a_page() -> None:
    answer = run("data.csv", *SOURCES, "--z1", "za", "--z2", "zb", "--html", "kept.html")
    assert answer.exit_code == 0, answer.output
    page = Path("kept.html").read_text(encoding="utf-8")
    assert "What is kept, by networks, in bit" in page
    assert "The same by straight lines" in page
    assert "<span>pid</span> <span>retained</span>" in page  # the command that repeats it


@pytest.mark.usefixtures("frame")
@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ((), "name the codes: --z1 and --z2, or --z"),
        (("--z1", "za"), "name the codes: --z1 and --z2, or --z"),
        (("--z1", "za", "--z", "zb"), "name the codes: --z1 and --z2, or --z"),
        (("--z", "none"), "z 'none' matches no column"),
        (("--z1", "za", "--z2", "*"), "z2 '*' contains the target 'label'"),
        (("--z", "za", "--noise", "-1"), "-1"),
        (("--z", "missing.npy"), "there is no file 'missing.npy'"),
    ],
)
def test_refusals(codes: tuple[str, ...], said: str) -> None:
    answer = run("data.csv", *SOURCES, *codes)
    assert answer.exit_code == 2
    assert said in answer.stderr
    assert "Traceback" not in answer.output


def test_codes_need_a_file() -> None:
    answer = run("--x1", "a.npy", "--x2", "b.npy", "--y", "y.npy", "--z", "z")
    assert answer.exit_code == 2


SEVERAL = ("--source", "a=a_1", "--source", "b=b_1", "--source", "c=a_2", "--y", "label")
CODES = ("--code", "a=za", "--code", "b=zb", "--code", "c=codes.npz:b")


def test_three_sources_and_their_codes(frame: pd.DataFrame) -> None:
    """JSON as Python says; a table that begins with what is lost."""
    answer = run("data.csv", *SEVERAL, *CODES, "--json", "out.json")
    assert answer.exit_code == 0, answer.output
    lines = answer.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[2].startswith("  Of no source is anything shown to be lost.")  # a has it all
    heads = [line.split()[:4] for line in lines if "before" in line]
    assert ["bit", "before", "after", "change"] in heads
    found = pid.retained(
        {"a": frame[["za"]], "b": frame[["zb"]], "c": frame[["zb"]].to_numpy()},
        sources={"a": frame[["a_1"]], "b": frame[["b_1"]], "c": frame[["a_2"]]},
        y=frame["label"],
    )
    written = json.loads(Path("out.json").read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(found.to_dict()))


@pytest.mark.usefixtures("frame")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*SEVERAL, "--code", "a=za"), "name the code of each source by --code NAME=COLUMNS"),
        ((*SEVERAL, "--z", "za"), "name the code of each source by --code NAME=COLUMNS"),
        ((*SOURCES, *CODES), "name the codes: --z1 and --z2, or --z"),
        ((*SEVERAL, *CODES, "--html", "kept.html"), "--html is for two sources"),
        ((*SEVERAL, *CODES[:-1], "c=label"), "c 'label' contains the target 'label'"),
    ],
)
def test_refusals_of_several(words: tuple[str, ...], said: str) -> None:
    answer = run("data.csv", *words)
    assert answer.exit_code == 2
    assert said in answer.stderr
    assert "Traceback" not in answer.output
