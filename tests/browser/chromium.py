"""A headless Chromium, spoken to through two pipes: what it logs, loads, measures and shows."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
HOW = "no Chromium was found: install one (Debian: apt-get install chromium), or set PID_CHROMIUM"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-extensions",
    "--remote-debugging-pipe",
    "--force-device-scale-factor=1",
)

# Chromium reads commands from 3 and answers on 4.
LAUNCH = """
import os, sys
commands, answers = (os.dup(os.dup(int(fd))) for fd in sys.argv[1:3])
os.dup2(answers, 9)
os.dup2(commands, 3)
os.dup2(9, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


def executable() -> str | None:
    """Of a Chromium, if there is one."""
    named = os.environ.get("PID_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


class Tab:
    """One page: commands go in, and what happens meanwhile is kept."""

    def __init__(self, to: IO[bytes], back: IO[bytes]) -> None:
        self.to, self.back = to, back
        self.number, self.session = 0, None
        self.buffer = b""
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.session = session
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> Any:
        """The answer to a command; an AssertionError if there is none."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        self.to.write(json.dumps(message).encode() + b"\0")
        self.to.flush()
        while True:
            found = self._next()
            if found.get("id") == self.number:
                assert "error" not in found, found
                return found["result"]
            self.events.append(found)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self.buffer:
            some = os.read(self.back.fileno(), 1 << 16)
            assert some, "the browser is gone"
            self.buffer += some
        message, _, self.buffer = self.buffer.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found

    def open(self, path: Path, width: int = 1000, height: int = 900) -> None:
        """Load a file and wait for it."""
        self.events.clear()
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        self.call("Page.navigate", url=path.as_uri())
        while not any(e.get("method") == "Page.loadEventFired" for e in self.events):
            self.events.append(self._next())

    def of(self, *methods: str) -> list[dict[str, Any]]:
        """What happened, of some kinds."""
        return [e["params"] for e in self.events if e.get("method") in methods]

    def value(self, expression: str) -> Any:
        """Of an expression in the page; the page's own rules do not hold for it."""
        answer = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def picture(self, path: Path) -> None:
        """A screenshot of the whole page."""
        data = self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        path.write_bytes(base64.b64decode(data))

    def media(self, kind: str = "", *, dark: bool = False) -> None:
        """Show the page as on paper, or in the dark."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", media=kind, features=[scheme])


@contextmanager
def browser(folder: Path) -> Iterator[Tab]:
    """A browser with one tab, and its profile in ``folder``."""
    found = executable()
    assert found is not None, HOW
    (from_us, to), (back, from_it) = os.pipe(), os.pipe()
    command = [sys.executable, "-c", LAUNCH, str(from_us), str(from_it)]
    command += [found, *FLAGS, f"--user-data-dir={folder}"]
    with subprocess.Popen(
        command,
        pass_fds=(from_us, from_it),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        os.close(from_us)
        os.close(from_it)
        with os.fdopen(to, "wb") as commands, os.fdopen(back, "rb") as answers:
            try:
                yield Tab(commands, answers)
            finally:
                process.terminate()
