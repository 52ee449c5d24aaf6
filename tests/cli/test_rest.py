"""The rest is all that has no other role, whichever option gives it one: as in Python."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import pid
from pid.cli import main

N = 240


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.integers(2, size=(N, 4)), columns=["a", "b", "z,1", "!z"])
    frame["place"] = np.arange(N) % 2
    frame["y"] = np.where(rng.random(N) < 0.2, frame["z,1"], frame["a"] ^ frame["b"])
    frame["said"] = frame["y"]
    frame.to_csv("data.csv", index=False)
    return frame


def answer(*words: str) -> Any:
    said = CliRunner().invoke(main, [*words, "--interval", "none", "--json", "-"])
    assert said.exit_code == 0, said.output
    return json.loads(said.stdout)


QUANTIFY = ("quantify", "data.csv", "--x1", "a", "--x2", "rest", "--y", "y")


@pytest.mark.parametrize("given", ["z,1", "!z", "place", "pl*", "pl*,b"])
def test_what_is_given(data: pd.DataFrame, given: str) -> None:
    found = answer(*QUANTIFY, "--given", given, "--estimator", "table")
    same = pid.quantify(
        data, x1="a", x2="rest", y="y", given=given, estimator="table", interval=None
    )
    assert found["notes"] == list(same.notes)
    assert found["warnings"] == list(same.warnings)
    assert found["synergy"] == same.to_dict()["synergy"]
    assert found["given"]["name"] == given
    assert found["x2"] == "rest"


def test_times(data: pd.DataFrame) -> None:
    found = answer(*QUANTIFY, "--axis", "place", "--estimator", "table")
    same = pid.quantify(
        data, x1="a", x2="rest", y="y", axis="place", estimator="table", interval=None
    )
    assert isinstance(same, pid.Trajectory)
    assert "x2: rest is 4 columns (b, z,1, !z, said)" in found["notes"]
    assert found["notes"] == list(same.notes)
    assert found["rows"] == same.to_dict()["rows"]


def test_an_axis_of_arrays_is_no_column(data: pd.DataFrame) -> None:
    np.save("x1.npy", np.random.default_rng(1).integers(2, size=(N, 2)))
    np.save("x2.npy", np.random.default_rng(2).integers(2, size=(N, 2)))
    words = ("--x1", "x1.npy", "--x2", "x2.npy", "--y", "y", "--axis", "time")
    assert len(answer("quantify", "data.csv", *words)["rows"]) == 2


@pytest.mark.extras
def test_rows_that_stay_in_the_file(data: pd.DataFrame) -> None:
    data = data.drop(columns="said").assign(b=1 + data["b"])
    data.to_csv("data.csv", index=False, sep=";")
    words = ("--out-of-core", "--group-by", "place", "--weights", "b")
    found = answer(*QUANTIFY, *words)
    assert {"x2: rest is 2 columns (z,1, !z)", "data.csv: columns between ';'"} <= {*found["notes"]}


def test_codes() -> None:
    words = (
        "--x1",
        "a",
        "--x2",
        "rest",
        "--y",
        "y",
        "--z1",
        "z,1",
        "--z2",
        "said",
        "--random-state",
        "1",
    )
    found = answer("retained", "data.csv", *words)
    assert found["notes"][0] == "x2: rest is 3 columns (b, !z, place)"


def test_models_of_many_sources() -> None:
    sources = [word for name in ("a=a", "b=b", "c=rest") for word in ("--source", name)]
    words = [
        "compare",
        "data.csv",
        *sources,
        "--y",
        "y",
        "--model",
        "net=said",
        "--interval",
        "none",
    ]
    said = CliRunner().invoke(main, words)
    assert "c: rest is 3 columns (z,1, !z, place)" in said.output.replace("\n", "")
