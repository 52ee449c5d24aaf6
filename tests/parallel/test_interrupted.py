"""Runs that are killed go on from what was finished, to the same answer."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = [pytest.mark.extras, pytest.mark.slow]

WORDS = ("--x1", "a", "--x2", "b", "--y", "y", "--estimator", "bins", "--clusters", "10")


@pytest.fixture
def folder(tmp_path: Path, rng: np.random.Generator) -> Path:
    a, b = rng.normal(size=(2, 2000))
    y = (a * b > 0).astype(int)
    rows = "\n".join(f"{x1},{x2},{label}" for x1, x2, label in zip(a, b, y, strict=True))
    (tmp_path / "data.csv").write_text(f"a,b,y\n{rows}\n")
    return tmp_path


def start(folder: Path, *words: str, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "pid", *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        **options,
    )


def quantify(folder: Path, *words: str, **options: Any) -> subprocess.Popen[str]:
    return start(folder, "quantify", "data.csv", *WORDS, "--replicates", "4000", *words, **options)


def heed_ctrl_c() -> None:
    """As in a terminal: a shell lets what it runs in the background ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_for_parts(folder: Path, process: subprocess.Popen[str], count: int) -> dict[Path, int]:
    """The parts that are there once there are so many, with the time each was written."""
    while len(found := list((folder / "parts").glob("*.parquet"))) < count:
        assert process.poll() is None, process.communicate()
        time.sleep(0.002)
    return {file: file.stat().st_mtime_ns for file in found}


def end(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


def test_killed_at_any_moment_it_ends_with_the_same_answer(folder: Path) -> None:
    code, plain, err = end(quantify(folder, "--json", "-"))
    assert code == 0, err
    kept: dict[Path, int] = {}
    for count in (1, 4, 9):
        process = quantify(folder, "--json", "-", "--resume", "parts")
        kept |= wait_for_parts(folder, process, count)
        process.kill()
        assert end(process)[0] == -signal.SIGKILL
    code, resumed, err = end(quantify(folder, "--json", "-", "--resume", "parts"))
    assert code == 0, err
    assert json.loads(resumed) == json.loads(plain)
    assert len(list((folder / "parts").glob("*.parquet"))) == 16
    for file, written in kept.items():
        assert file.stat().st_mtime_ns == written  # not computed again


def test_a_screen_as_well(folder: Path, rng: np.random.Generator) -> None:
    columns = rng.integers(4, size=(600, 12))
    head = ",".join(f"c{i}" for i in range(12))
    np.savetxt(folder / "wide.csv", columns, fmt="%d", delimiter=",", header=head, comments="")
    words = ("screen", "wide.csv", "--y", "c0", "--replicates", "60", "--json", "-")
    code, plain, err = end(start(folder, *words))
    assert code == 0, err
    process = start(folder, *words, "--resume", "parts")
    wait_for_parts(folder, process, 1)
    process.kill()
    end(process)
    code, resumed, err = end(start(folder, *words, "--resume", "parts"))
    assert code == 0, err
    assert json.loads(resumed) == json.loads(plain)


def test_ctrl_c_says_how_to_go_on(folder: Path) -> None:
    long = ("--resume", "parts", "--replicates", "8000")  # so that it is not done before
    process = quantify(folder, *long, preexec_fn=heed_ctrl_c)
    wait_for_parts(folder, process, 2)
    process.send_signal(signal.SIGINT)
    code, out, err = end(process)
    assert (code, out) == (130, "")
    assert err == (
        "\nInterrupted; finished parts are in 'parts': the same command goes on from them\n"
    )
    assert not list((folder / "parts").glob("*.part"))
    code, out, err = end(quantify(folder, *long))
    assert (code, err) == (0, "")
    assert "Together a and b tell" in out or "synergy" in out


def test_a_disk_without_room_is_said(folder: Path) -> None:
    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    code, out, err = end(quantify(folder, "--resume", "parts", preexec_fn=no_room))
    assert (code, out) == (2, "")
    assert err == (
        "Error: cannot keep finished parts in 'parts': File too large; name a folder that can be "
        "written, with room on its disk\n"
    )
