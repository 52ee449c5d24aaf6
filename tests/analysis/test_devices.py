"""Where networks are trained: the option of every door, the environment, and what answers say."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from sklearn.linear_model import LogisticRegression

import pid
from pid.cli import main
from pid.errors import InvalidInput, MissingExtra
from pid.estimators import PosteriorPID
from pid.estimators.neural import arrays, networks
from pid.estimators.neural.arrays import VARIABLE

OTHER = "cpu:0"  # the CPU by torch, which is another device than the CPU by numpy
NONE = "abacus"

RNG = np.random.default_rng(5)
Y = RNG.integers(2, size=120)
A, B = (Y[:, None] + RNG.normal(size=(120, 2)) for _ in range(2))
SYMBOLS = RNG.integers(2, size=(2, 120))

Door = Callable[..., Any]


def quantified(**options: Any) -> Any:
    return pid.quantify(A, B, Y, **{"estimator": "posterior", "interval": None} | options)


def screened(**options: Any) -> Any:
    sets = {"a": A, "b": B}
    return pid.screen(A, Y, column_sets=sets, **{"estimator": "posterior"} | options)


def valued(**options: Any) -> Any:
    return pid.value(np.hstack([A, B]), Y, groups={"a": [0, 1], "b": [2, 3]}, **options)


def bounded(**options: Any) -> Any:
    first, second, both = np.arange(120).reshape(3, 40)
    options = {"estimator": "posterior", "interval": None} | options
    return pid.bound_samples(
        (A[first], Y[first]), (B[second], Y[second]), (A[both], B[both]), **options
    )


def retained(**options: Any) -> Any:
    return pid.retained((A[:, :1], B), A, B, Y, **options)


DOORS = pytest.mark.parametrize("door", [quantified, screened, valued, bounded, retained])


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


def rows_of(answer: Any) -> list[dict[str, Any]]:
    """As JSON has them."""
    found = answer.to_dicts() if isinstance(answer, pid.Screening) else [answer.to_dict()]
    return list(found)


@DOORS
@pytest.mark.extras
def test_an_answer_says_where_it_was_trained(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the CPU it says nothing, be it named or found, as there is no accelerator."""
    monkeypatch.setattr(arrays, "_accelerators", list)
    usual, automatic, named = door(), door(device="auto"), door(device=OTHER)
    monkeypatch.setenv(VARIABLE, OTHER)
    asked, refused = door(), door(device="cpu")
    assert rows_of(usual) == rows_of(automatic) == rows_of(refused)
    assert rows_of(named) == rows_of(asked)
    for row in rows_of(usual):
        assert "device" not in row
    for row in rows_of(named):
        assert row["device"] == OTHER
        assert np.isfinite(next(row[n] for n in ("redundancy", "total", "total_after") if n in row))
    assert named.notes.count(f"trained on device {OTHER!r}") == 1
    assert not any("device" in note for note in usual.notes)


@DOORS
@pytest.mark.extras
@pytest.mark.parametrize("how", ["named", "of the environment"])
def test_a_device_that_is_not_there(door: Door, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "_accelerators", lambda: ["mps"])
    monkeypatch.setenv(VARIABLE, NONE if how != "named" else OTHER)
    of = "" if how == "named" else f", which {VARIABLE} names"
    said = f"torch cannot use device 'abacus'{of}; here it can use cpu, mps$"
    with pytest.raises(InvalidInput, match=said):
        door(**{"device": NONE} if how == "named" else {})


@pytest.mark.extras
def test_a_device_that_takes_numbers_and_gives_none() -> None:
    with pytest.raises(InvalidInput, match="torch cannot use device 'meta'"):
        quantified(device="meta")


@DOORS
def test_without_torch(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtra, match=r"torch is needed here.*\[neural\]"):
        door(device="cuda")
    monkeypatch.setenv(VARIABLE, "cuda")
    with pytest.raises(MissingExtra, match=r"torch is needed here.*\[neural\]"):
        door()


@pytest.mark.parametrize("estimator", ["table", "cluster", "bins", "gaussian"])
def test_a_device_is_refused_by_who_trains_nothing(estimator: str) -> None:
    """Even the CPU, as it was asked for; what the environment names is for others."""
    for device in ("cuda", "cpu", "auto"):
        with pytest.raises(InvalidInput, match=f"estimator '{estimator}' has no use for device"):
            quantified(estimator=estimator, device=device)


@pytest.mark.extras
def test_flows_are_trained_on_the_cpu() -> None:
    with pytest.raises(InvalidInput, match="estimator 'flow' has no use for device"):
        quantified(estimator="flow", device="cuda")


def test_other_doors_refuse_likewise() -> None:
    for door, estimator in ((screened, "cluster"), (bounded, "cluster"), (bounded, "table")):
        with pytest.raises(InvalidInput, match=f"estimator '{estimator}' has no use for device"):
            door(estimator=estimator, device="cuda")
    with pytest.raises(InvalidInput, match="single columns are counted: give column_sets"):
        pid.screen(A, Y, device="cuda")
    with pytest.raises(InvalidInput, match="none are among these classifiers"):
        PosteriorPID(LogisticRegression(), device="cuda").fit(A, B, Y)


def test_what_is_counted_by_itself_says_that_a_device_is_not_used() -> None:
    x1, x2 = SYMBOLS
    first, second, both = np.arange(120).reshape(3, 40)
    samples = (x1[first], Y[first]), (x2[second], Y[second]), (x1[both], x2[both])
    said = "device 'cuda' is not used: estimator 'table' trains no networks there"
    for answer in (
        pid.quantify(x1, x2, Y, device="cuda", interval=None),
        pid.screen(A, Y, column_sets={"a": x1, "b": x2}, device="cuda", interval=None),
        pid.bound_samples(*samples, device="cuda", interval=None),
    ):
        assert answer.notes.count(said) == 1
        assert not any("device" in row for row in rows_of(answer))


def test_the_environment_is_no_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is trained, neither torch nor the device need be there."""
    monkeypatch.setenv(VARIABLE, NONE)
    monkeypatch.setitem(sys.modules, "torch", None)
    x1, x2 = SYMBOLS
    for answer in (
        pid.quantify(x1, x2, Y, interval=None),
        quantified(estimator="gaussian"),
        pid.screen(A, Y, interval=None),
        bounded(estimator="cluster"),
    ):
        assert not any("device" in note for note in answer.notes)
    fitted = PosteriorPID(LogisticRegression()).fit(A, B, Y)
    assert fitted.device_ == "cpu"


@pytest.mark.extras
def test_parts_of_another_device_are_not_mixed(tmp_path: Path) -> None:
    first = quantified(resume=tmp_path / "kept")
    with pytest.raises(InvalidInput, match="has parts of another run"):
        quantified(resume=tmp_path / "kept", device=OTHER)
    assert quantified(resume=tmp_path / "kept", device="cpu").to_dict() == first.to_dict()
    elsewhere = quantified(resume=tmp_path / "other", device=OTHER)
    again = quantified(resume=tmp_path / "other", device=OTHER)
    assert again.to_dict() == elsewhere.to_dict() != first.to_dict()


@pytest.mark.extras
@pytest.mark.parametrize("name", ["AlignmentPID", "FusionClassifier"])
def test_others_that_train_follow(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    options: dict[str, Any] = {"epochs": (1, 1)} if name == "AlignmentPID" else {}
    make = getattr(pid.estimators, name)
    assert make(**options).fit(A, B, Y).device_ == "cpu"
    monkeypatch.setenv(VARIABLE, OTHER)
    assert make(**options).fit(A, B, Y).device_ == OTHER
    assert make(device="cpu", **options).fit(A, B, Y).device_ == "cpu"
    monkeypatch.setenv(VARIABLE, NONE)
    with pytest.raises(InvalidInput, match=f"'abacus', which {VARIABLE} names"):
        make(**options).fit(A, B, Y)


@pytest.mark.extras
def test_alignment_says_where() -> None:
    q = pid.quantify(A, B, Y, estimator="alignment", device=OTHER)
    assert q.to_dict()["device"] == OTHER
    assert f"trained on device {OTHER!r}" in q.notes


# --- the command line -----------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> str:
    import pandas as pd

    frame = pd.DataFrame(np.hstack([A, B]), columns=["a1", "a2", "b1", "b2"])
    frame.assign(y=Y).to_csv(tmp_path / "data.csv", index=False)
    return str(tmp_path / "data.csv")


GROUPS = ("--y", "y", "--group", "a=a*", "--group", "b=b*")
SOURCES = ("--x1", "a*", "--x2", "b*", "--y", "y")
COMMANDS = {
    "quantify": (*SOURCES, "--estimator", "posterior", "--interval", "none"),
    "screen": (*GROUPS, "--estimator", "posterior"),
    "value": GROUPS,
}


@pytest.mark.extras
@pytest.mark.parametrize("command", COMMANDS)
def test_commands(command: str, file: str) -> None:
    words = [command, file, *COMMANDS[command], "--json", "-", "--device"]
    found = CliRunner().invoke(main, [*words, OTHER])
    assert found.exit_code == 0, found.output
    written = json.loads(found.stdout)
    assert (written[0] if command == "screen" else written)["device"] == OTHER
    refused = CliRunner().invoke(main, [*words, NONE])
    assert refused.exit_code == 2
    assert "torch cannot use device 'abacus'; here it can use cpu" in refused.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_of_a_device_without_room(
    command: str, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of room for few networks the answer is that of room for all; of none, it is said."""
    train_them = networks._train

    def answer(most: int) -> Result:
        def trained(rows: Any, layout: Any, tasks: Any, length: int) -> Any:
            if len(tasks) > most:
                raise MemoryError
            return train_them(rows, layout, tasks, length)

        monkeypatch.setattr(networks, "_train", trained)
        return CliRunner().invoke(main, [command, file, *COMMANDS[command], "--json", "-"])

    usual, few, none = answer(1000), answer(3), answer(0)
    assert few.exit_code == usual.exit_code == 0, few.output
    assert totals(json.loads(few.stdout)) == pytest.approx(
        totals(json.loads(usual.stdout)), abs=1e-4
    )
    assert none.exit_code == 2
    assert "Error: device 'cpu' has no room for one network of" in none.stderr
    assert "Traceback" not in none.output


def totals(found: Any) -> list[float]:
    """All that an answer says of what is told."""
    if isinstance(found, list):
        return [number for each in found for number in totals(each)]
    if isinstance(found, dict):
        return [
            number for key, each in found.items() if key != "seconds" for number in totals(each)
        ]
    return [float(found)] if isinstance(found, float) else []


@pytest.mark.parametrize("command", ["quantify", "screen", "value", "bounds", "report"])
def test_help_names_the_environment(command: str) -> None:
    text = " ".join(CliRunner().invoke(main, [command, "--help"]).stdout.split())
    assert "--device NAME" in text
    assert VARIABLE in text


def test_bounds_of_files(file: str, tmp_path: Path) -> None:
    import pandas as pd

    frame = pd.read_csv(file)
    names = {"one": ["a1", "y"], "two": ["b1", "y"], "both": ["a1", "b1"]}
    for name, columns in names.items():
        frame[columns].to_csv(tmp_path / f"{name}.csv", index=False)
    files = [str(tmp_path / f"{name}.csv") for name in names]
    words = ["bounds", *files, "--x1", "a1", "--x2", "b1", "--y", "y", "--estimator", "cluster"]
    refused = CliRunner().invoke(main, [*words, "--device", "cpu"])
    assert refused.exit_code == 2
    assert "estimator 'cluster' has no use for device" in refused.stderr
