"""How far long work is: on the terminal, in notebooks, and in the log named ``pid``."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from html import escape
from typing import Any

LOG = logging.getLogger("pid")
EVERY = 0.2  # seconds between two pictures in a notebook

Told = Callable[[str, int, int], None]  # what the parts are, how many are finished, and of how many
_SHOWN: ContextVar[Told | None] = ContextVar("shown", default=None)


def tell(name: str, done: int, parts: int) -> None:
    """Say that parts of some work are finished, to the log and to who asked to be shown."""
    LOG.debug("%s: %d of %d parts", name, done, parts)
    shown = _SHOWN.get()
    if shown is not None:
        shown(name, done, parts)


@contextmanager
def progress() -> Iterator[None]:
    """Show how far all that is asked inside is: a bar for each kind of work, gone at the end.

    In a notebook the bar is HTML; elsewhere it is on stderr, if that is a terminal.

    Examples:
        >>> import pid
        >>> with pid.progress():
        ...     q = pid.quantify([0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50, [0, 1, 1, 0] * 50)
    """
    from rich.console import Console

    console = Console(stderr=True)
    with _in_notebook() if Console().is_jupyter else _on_terminal(console) as shown:
        token = _SHOWN.set(shown)
        try:
            yield
        finally:
            _SHOWN.reset(token)


@contextmanager
def _on_terminal(console: Any) -> Iterator[Told]:
    from rich.progress import Progress, TaskID

    tasks: dict[str, TaskID] = {}
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bars:

        def shown(name: str, done: int, parts: int) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name)
            bars.update(tasks[name], completed=done, total=parts)

        yield shown


@contextmanager
def _in_notebook() -> Iterator[Told]:
    """By HTML alone: bars of rich need widgets, which not every notebook has."""
    from IPython import display  # a notebook has it

    shows: Any = display  # which has no types
    handle = shows.display(shows.HTML(""), display_id=True)
    rows: dict[str, str] = {}
    last = 0.0

    def shown(name: str, done: int, parts: int) -> None:
        nonlocal last
        bar = f'<progress value="{done}" max="{parts}"></progress>'
        rows[name] = f"<div><label>{bar} {escape(name)}, {done:,} of {parts:,}</label></div>"
        if done == parts or time.monotonic() - last > EVERY:
            last = time.monotonic()
            handle.update(shows.HTML("".join(rows.values())))

    try:
        yield shown
    finally:
        handle.update(shows.HTML(""))
