"""``pid quantify --axis``: arrays of trials x time, and a table with a column of times."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import pid
from pid.cli import main

N, T = 120, 4
TIMES = [0.0, 0.05, 0.1, 0.15]
ARRAYS = ("--x1", "a.npy", "--x2", "b.npy", "--y", "trials.csv:label")
LONG = ("long.csv", "--x1", "a", "--x2", "b", "--y", "y")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=N)
    a, b = rng.integers(2, size=(2, N, T))
    b[:, 2] = y ^ a[:, 2]
    np.save("a.npy", a)
    np.save("b.npy", b)
    np.save("time_first.npy", a.T)
    np.save("wide.npy", np.stack([a, 1 - a], axis=1))
    frame = {"label": np.where(y, "left", "right"), "session": np.arange(N) // 2, "z": b[:, 0]}
    pd.DataFrame(frame).to_csv("trials.csv", index=False)
    columns = {"a": a.ravel(), "b": b.ravel(), "y": np.repeat(y, T), "time": np.tile(TIMES, N)}
    long = pd.DataFrame(columns | {"session": np.repeat(np.arange(N) // 2, T)})
    long.sample(frac=1, random_state=1).to_csv("long.csv", index=False)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["quantify", *arguments, "--replicates", "40"])


def test_arrays_of_trials_by_time() -> None:
    answer = run(*ARRAYS, "--axis", "time", "--json", "out.json", "--html", "out.html")
    assert answer.exit_code == 0
    assert "time by time" in answer.stdout
    assert "synergy at time 2" in " ".join(answer.stdout.split())
    found = json.loads(Path("out.json").read_text())
    a, b = np.load("a.npy"), np.load("b.npy")
    y = pd.read_csv("trials.csv").label
    for t, row in enumerate(found["rows"]):
        q = pid.quantify(a[:, t], b[:, t], y, replicates=40)
        assert row["time"] == t
        assert row["synergy"] == q.best.synergy
        assert (row["total_low"], row["total_high"]) == q.summary()[-1].interval
    assert (found["axis"], found["x1"], found["n"]) == ("time", "a.npy", N)
    page = Path("out.html").read_text()
    assert "What was asked" in page
    assert "probabilities" not in page


def test_the_number_of_an_axis_channels_and_strata() -> None:
    plain = json.loads(run(*ARRAYS, "--axis", "1", "--json", "-").stdout)
    last = json.loads(run(*ARRAYS, "--axis", "-1", "--json", "-").stdout)
    assert last["rows"] == plain["rows"]
    wide = json.loads(run("--x1", "wide.npy", *ARRAYS[2:], "--axis", "-1", "--json", "-").stdout)
    assert wide["rows"][2]["synergy"] == pytest.approx(plain["rows"][2]["synergy"], abs=1e-6)
    both = ("trials.csv", "--x1", "a.npy", "--x2", "b.npy", "--y", "label")
    given = run(*both, "--axis", "time", "--given", "z", "--group-by", "session")
    assert given.exit_code == 0
    assert "time by time" in given.stdout


def test_a_column_of_times() -> None:
    answer = run(*LONG, "--axis", "time", "--json", "-", "--rows", "rows.csv")
    found = json.loads(answer.stdout)
    assert [row["time"] for row in found["rows"]] == TIMES
    assert found["rows"][2]["synergy"] > 0.9
    rows = pd.read_csv("rows.csv")
    assert rows.columns[:2].tolist() == ["time", "row"]
    assert len(rows) == N * T
    grouped = json.loads(
        run(*LONG, "--axis", "time", "--group-by", "session", "--json", "-").stdout
    )
    assert grouped["units"] == N // 2


def test_a_report_along_time() -> None:
    command = ["report", *LONG, "--axis", "time", "--out", "page.html"]
    answer = CliRunner().invoke(main, command)
    assert answer.exit_code == 0
    assert "synergy at time 0.1" in " ".join(answer.output.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*ARRAYS, "--axis", "2"), "there is no axis 2 in x1"),
        (ARRAYS, None),  # two columns are channels, without an axis
        (("--x1", "wide.npy", *ARRAYS[2:]), "has shape"),
        (("--x1", "time_first.npy", *ARRAYS[2:], "--axis", "time"), "give the same trials"),
        ((*LONG, "--axis", "tim"), "matches no column; did you mean 'time'"),
        ((*LONG, "--axis", "y"), "contains the target"),
        ((*LONG, "--axis", "time", "--out-of-core"), "--out-of-core is of one answer"),
        ((*LONG, "--axis", "time", "--if-missing"), "--if-missing is of one answer"),
        ((*LONG, "--axis", "time", "--profile-by", "y"), "--profile-by is of one answer"),
        (
            ("long.csv", "--source", "a=a", "--source", "b=b", "--y", "y", "--axis", "time"),
            "--axis is for two sources",
        ),
    ],
)
def test_what_cannot_be(words: tuple[str, ...], said: str | None) -> None:
    answer = run(*words)
    assert answer.exit_code == (0 if said is None else 2)
    assert said is None or said in " ".join(answer.output.split())
