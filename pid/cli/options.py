"""What several commands share: kinds of option values, and a sign that work goes on."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

import click

Command = TypeVar("Command", bound=Callable[..., Any])

PATIENCE = 2.0  # seconds before progress is shown


def work_options(command: Command) -> Command:
    """Options of commands whose long work is done in parts: where, and kept where."""
    for option in (
        click.option(
            "--resume",
            type=click.Path(path_type=Path),
            metavar="DIR",
            help="Keep finished parts in DIR, and go on from those that are there.",
        ),
        click.option(
            "--dask",
            metavar="ADDRESS",
            help="Work on a Dask cluster: tcp://HOST:PORT, or local:N for N processes.",
        ),
    ):
        command = option(command)
    return command


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

    def parse(ctx: click.Context, param: click.Parameter, value: str | None) -> int | str | None:
        if value is None or value in words:
            return value
        if value.isdecimal() and int(value) >= least:
            return int(value)
        raise click.BadParameter(
            f"expected a whole number of at least {least}, or {' or '.join(words)}; got {value!r}"
        )

    return parse


def named_columns(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> dict[str, str]:
    """A callback that takes NAME=COLUMNS as often as it comes."""
    found: dict[str, str] = {}
    for item in value:
        name, equals, pattern = item.partition("=")
        if not (name and equals and pattern):
            raise click.BadParameter(f"expected NAME=COLUMNS, such as audio='a_*'; got {item!r}")
        if name in found:
            raise click.BadParameter(f"there are two called {name!r}")
        found[name] = pattern
    return found


# Options that mean the same in several commands. Each is a decorator.
x1_option = click.option(
    "--x1", required=True, metavar="COLUMNS", help="First source: names and globs."
)
x2_option = click.option("--x2", required=True, metavar="COLUMNS", help="Second source, likewise.")
y_option = click.option("--y", required=True, metavar="COLUMN", help="Target.")
unit_option = click.option(
    "--unit",
    type=click.Choice(["bit", "nat"]),
    default="bit",
    show_default=True,
    help="Unit of information.",
)
json_option = click.option(
    "--json", "output", metavar="OUT", help="Write JSON to a file, or - for stdout."
)
html_option = click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path),
    metavar="OUT",
    help="Write a report, a web page.",
)
force_option = click.option("--force", is_flag=True, help="Overwrite OUT.")
random_state_option = click.option(
    "--random-state",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="N",
    help="Seed of clustering and resampling.",
)


def target_bins_option(command: Command) -> Command:
    """``--target-bins``, and what it was called in 0.1, until 0.3: ``--bins``."""

    @functools.wraps(command)
    def renamed(*, bins: int | str | None, target_bins: int | str, **options: Any) -> Any:
        if bins is not None:
            text = "Warning: --bins of the target are now called --target-bins"
            click.secho(text, fg="yellow", err=True)
            target_bins = bins
        return command(target_bins=None if target_bins == "none" else target_bins, **options)

    parse = number_or("auto", "none", least=2)
    before = click.option("--bins", hidden=True, callback=parse)
    now = click.option(
        "--target-bins",
        default="auto",
        show_default=True,
        metavar="N|auto|none",
        callback=parse,
        help="Quantile bins of the target; auto: 4 if it is continuous.",
    )
    return cast(Command, now(before(renamed)))


def clusters_option(text: str) -> Callable[[Command], Command]:
    """``--clusters``, and what they are."""
    return click.option(
        "--clusters",
        default="auto",
        show_default=True,
        metavar="N|auto",
        callback=number_or("auto", least=1),
        help=text,
    )


def sizes_of(estimator: str, clusters: int | Literal["auto"]) -> dict[str, Any]:
    """``--clusters`` as an option of ``pid.quantify`` and ``pid.compare``."""
    return {"bins" if estimator == "bins" else "n_clusters": clusters}


def interval_option(text: str) -> Callable[[Command], Command]:
    """``--interval``, and of what."""
    return click.option(
        "--interval",
        default="0.95",
        show_default=True,
        metavar="LEVEL|none",
        callback=level,
        help=text,
    )


def replicates_option(text: str) -> Callable[[Command], Command]:
    """``--replicates``, and of what; a number, or auto."""
    return click.option(
        "--replicates",
        default="auto",
        show_default=True,
        metavar="N|auto",
        callback=number_or("auto", least=2),
        help=text,
    )


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
