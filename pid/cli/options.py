"""What several commands share: kinds of option values, and a sign that work goes on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

PATIENCE = 2.0  # seconds before progress is shown


def level(ctx: click.Context, param: click.Parameter, value: str) -> float | None:
    """A callback that takes a coverage between 0 and 1, or none."""
    if value == "none":
        return None
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 0 < number < 1:
        raise click.BadParameter(f"expected a coverage between 0 and 1, or none; got {value!r}")
    return number


def number_or(*words: str, least: int) -> Any:
    """A callback that takes an integer of at least ``least`` or one of ``words``."""

    def parse(ctx: click.Context, param: click.Parameter, value: str) -> int | str:
        if value in words:
            return value
        if value.isdecimal() and int(value) >= least:
            return int(value)
        raise click.BadParameter(
            f"expected a whole number of at least {least}, or {' or '.join(words)}; got {value!r}"
        )

    return parse


@contextmanager
def progress(text: str) -> Iterator[None]:
    """Show on a terminal that work goes on, once it takes longer than ``PATIENCE``."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    status = console.status(text)
    timer = threading.Timer(PATIENCE, status.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()  # a timer that has just fired starts the status, which then has to stop
        status.stop()
