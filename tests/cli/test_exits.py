"""Every way out of the command line is one of those that are documented."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from pid.cli import main

ROLES = ("--x1", "a", "--x2", "b", "--y", "y")
COMMANDS = {
    "quantify": ("quantify", "t.csv", *ROLES, "--interval", "none"),
    "JSON": ("quantify", "t.csv", *ROLES, "--interval", "none", "--json", "-"),
    "screen": ("screen", "t.csv", "--y", "y", "--interval", "none"),
    "compare": ("compare", "t.csv", *ROLES, "--model", "m=m", "--interval", "none"),
    "bounds": ("bounds", "t.csv", "t.csv", "t.csv", *ROLES, "--interval", "none"),
    "datasets": ("datasets", "list"),
    "help": ("--help",),
    "version": ("--version",),
    "no command": (),
}


@pytest.fixture
def folder(tmp_path: Path, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch) -> Path:
    rows = rng.integers(2, size=(80, 4))
    np.savetxt(tmp_path / "t.csv", rows, "%d", ",", header="a,b,y,m", comments="")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def start(*words: str, **options: Any) -> "subprocess.Popen[str]":
    process: subprocess.Popen[str] = subprocess.Popen(
        [sys.executable, "-m", "pid", *words],
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        **options,
    )
    return process


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full disk here")
@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_a_full_disk_under_stdout(folder: Path, words: tuple[str, ...]) -> None:
    with open("/dev/full", "w") as full:
        process = start(*words, stdout=full)
        _, err = process.communicate(timeout=120)
    if words:  # without a command, help goes to stderr
        assert err.splitlines()[-1] == "Error: cannot write to stdout: No space left on device"
    assert process.returncode == 2


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.06, 0.1, 0.2, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("name", ["bounds", "quantify"])
def test_ctrl_c_at_any_moment(folder: Path, seconds: float, name: str) -> None:
    words = (*COMMANDS[name][:-2], "--interval", "0.95", "--replicates", "2000000")
    process = start(*words, stdout=subprocess.PIPE)
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    if process.returncode != 130:  # Python itself had not started yet, however long it took
        assert "/pid/cli/" not in err
    assert not out


@pytest.mark.parametrize("name", ["quantify", "screen", "compare", "bounds", "datasets"])
def test_ctrl_c_within(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for function in (
        *("pid.io.embeddings.load_sources", "pid.io.tables.load_candidates", "pid.io.tables.load"),
        *("pid.io.half_labelled.load_half_labelled", "pid.datasets.available"),
    ):
        monkeypatch.setattr(function, interrupted)
    answer = CliRunner().invoke(main, COMMANDS[name])
    assert answer.exit_code == 130
    assert "Interrupted" in answer.stderr


@pytest.mark.parametrize("columns", ["0", "1", "-3", "x", ""])
def test_no_width_hides_an_answer(
    folder: Path, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    answer = CliRunner().invoke(main, COMMANDS["quantify"])
    assert answer.exit_code == 0
    assert answer.stdout.startswith("Partial information decomposition of")
    assert len(answer.stdout.split()) > 40


def test_devices_are_not_replaced(folder: Path) -> None:
    for words in (("--json", os.devnull), ("--html", os.devnull)):
        answer = CliRunner().invoke(main, [*COMMANDS["quantify"], *words, "--force"])
        assert answer.exit_code == 2
        assert "is a device or a pipe, and only files are overwritten" in answer.stderr
    assert not Path(os.devnull).is_file()


def test_too_many_columns_are_counted_first(folder: Path) -> None:
    head = ",".join(f"c{i}" for i in range(20_000))
    (folder / "wide.csv").write_text(f"{head},y\n" + f"{'1,' * 20_000}0\n" * 2)
    begin = time.process_time()
    answer = CliRunner().invoke(main, ["screen", "wide.csv", "--y", "y"])
    assert time.process_time() - begin < 2
    assert answer.exit_code == 2
    assert "20,000 sources make 199,990,000 pairs, which take about 17 hours" in answer.stderr
    for hours in ("0", "-1", "nan", "inf", "long"):
        answer = CliRunner().invoke(main, ["screen", "t.csv", "--y", "y", "--most-hours", hours])
        assert "expected a number of hours above 0, or none" in answer.stderr
    words = (*COMMANDS["screen"], "--most-hours")
    assert (
        "give it the time: --most-hours none" in CliRunner().invoke(main, [*words, "1e-9"]).stderr
    )
    assert CliRunner().invoke(main, [*words, "none"]).exit_code == 0
