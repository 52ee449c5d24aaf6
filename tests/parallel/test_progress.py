"""What long work says while it goes on, and what answers leave in the log."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
import rich.console

import pid
from pid.parallel.progress import tell

X1, X2 = np.tile([0, 0, 1, 1], 50), np.tile([0, 1, 0, 1], 50)
Y = X1 ^ X2


def test_notes_and_warnings_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The estimator and why, every note, every warning, by the name of the call; once each."""
    with caplog.at_level(logging.INFO, logger="pid"):
        q = pid.quantify([*X1, None], [*X2, 0], [*Y, 0], missing="drop")
        few = pid.quantify(X1[:8], X2[:8], Y[:8])
    lines = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert q.notes
    assert few.warnings
    for answer in (q, few):
        assert [text for _, text in lines if f"estimator {answer.estimator}" in text]
        for note in answer.notes:
            assert lines.count(("INFO", f"quantify: {note}")) == 1
        for warning in answer.warnings:
            assert lines.count(("WARNING", f"quantify: {warning}")) == 1


def test_the_log_has_all_notes_of_columns_by_name(caplog: pytest.LogCaptureFixture) -> None:
    """Those on columns, too, which are read before anything is asked of them."""
    rows = np.random.default_rng(0).integers(2, size=(4, 200))
    table = pd.DataFrame(rows.T, columns=["a", "b", "c", "y"])
    asked: list[Callable[[], Any]] = [
        lambda: pid.quantify(table, x1="a", x2="rest", y="y", replicates=20),
        lambda: pid.screen(table, "y", columns="rest", replicates=20),
        lambda: pid.estimate_information(table, x="rest", y="y"),
    ]
    for ask in asked:
        caplog.clear()
        with caplog.at_level(logging.INFO, logger="pid"):
            notes = ask().notes
        assert any("rest is" in note for note in notes)
        logged = [record.getMessage().partition(": ")[2] for record in caplog.records]
        assert set(notes) <= set(logged)


def test_parts_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="pid"):
        pid.quantify(X1, X2, Y, replicates=20)
    done = [r.getMessage() for r in caplog.records if r.levelname == "DEBUG"]
    assert any("1 of 1 parts" in text for text in done)


def test_silent_until_asked() -> None:
    """Nothing goes to stdout or stderr from a library, not even a warning of its own."""
    code = (
        "import pid; q = pid.quantify([0, 1] * 4, [0, 0, 1, 1] * 2, [0, 1] * 4); assert q.warnings"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bar a kind of work, on stderr; nothing outside of the block, nor where no one looks."""
    real = rich.console.Console
    for terminal in (True, False):
        shown = io.StringIO()

        def made(*_: Any, out: io.StringIO = shown, tty: bool = terminal, **__: Any) -> Any:
            return real(file=out, force_terminal=tty, force_jupyter=False, width=80)

        monkeypatch.setattr(rich.console, "Console", made)
        with pid.progress():
            tell("resampling", 1, 2)
            tell("first look", 2, 2)
        before = shown.getvalue()
        assert ("resampling" in before) is terminal
        assert ("first look" in before) is terminal
        tell("resampling", 2, 2)
        assert shown.getvalue() == before


def test_in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """HTML that is renewed in place, and gone at the end; also after an error."""
    shown: list[str] = []

    class Handle:
        def update(self, content: str) -> None:
            shown.append(content)

    def display(content: str, *, display_id: bool) -> Handle:
        assert display_id
        shown.append(content)
        return Handle()

    module: Any = ModuleType("IPython.display")
    module.HTML, module.display = str, display
    package: Any = ModuleType("IPython")
    package.display = module
    monkeypatch.setitem(sys.modules, "IPython", package)
    monkeypatch.setattr(rich.console, "_is_jupyter", lambda: True)

    def fail() -> None:
        with pid.progress():
            pid.screen(np.column_stack([X1, X2, Y]), Y, replicates=20)
            tell("<b>parts", 3, 7)
            tell("<b>parts", 7, 7)
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail()
    assert shown[-1] == ""
    assert '<progress value="7" max="7"></progress> &lt;b&gt;parts, 7 of 7' in shown[-2]
    assert "first look" in shown[-2]
    assert not any("<b>" in text for text in shown)
