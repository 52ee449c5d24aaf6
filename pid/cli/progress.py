"""A sign on the terminal that work goes on, and what becomes of it when it is interrupted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

PATIENCE = 2.0  # seconds before progress is shown

Told = Callable[[int, int], None]  # how many parts are finished, and of how many


@contextmanager
def bar(text: str) -> Iterator[Told]:
    """Show on a terminal that work goes on, once it takes longer than ``PATIENCE``.

    Yields:
        What to call with the number of finished parts, and of all.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done, total: None
        return
    remaining = TimeRemainingColumn(elapsed_when_finished=True)
    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(24), remaining
    shown = Progress(*columns, console=console, transient=True)
    task = shown.add_task(text, total=None)  # a bar that only moves, until parts are counted
    timer = threading.Timer(PATIENCE, shown.start)
    timer.daemon = True
    timer.start()
    try:
        yield lambda done, total: shown.update(task, completed=done, total=total)
    finally:
        timer.cancel()
        timer.join()  # a timer that has just fired starts the bar, which then has to stop
        shown.stop()


@contextmanager
def long_work(text: str, dask: str | None, resume: Path | None) -> Iterator[tuple[Any, Told]]:
    """Show ``text`` and a bar while it goes on, with a Dask client if asked for.

    Ctrl-C exits with 130, and says what was kept.
    """
    from pid.cli.dask import connected

    try:
        with connected(dask) as client, bar(text) as progress:
            yield client, progress
    except KeyboardInterrupt:
        how = (
            f"finished parts are in {str(resume)!r}: the same command goes on from them"
            if resume
            else "nothing was kept; with --resume DIR, the same command would go on"
        )
        click.echo(f"\nInterrupted; {how}", err=True)
        raise click.exceptions.Exit(130) from None
