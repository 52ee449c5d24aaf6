"""What several commands share: kinds of option values, and a sign that work goes on."""

from __future__ import annotations

import functools
import json
import shlex
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import click

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pid.analysis.comparison import Comparison
    from pid.analysis.half_labelled import HalfLabelled
    from pid.analysis.quantification.result import Quantification
    from pid.analysis.screening import Screening

Command = TypeVar("Command", bound=Callable[..., Any])

ARGUMENTS = "pid.arguments"  # where a context keeps the words of the command line
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


def present(
    answer: Quantification | HalfLabelled,
    as_table: Callable[[], RenderableType],
    output: str | None,
    *,
    force: bool,
    more: Mapping[str, object] | None = None,
) -> None:
    """The table or JSON on stdout, JSON in a file, and on stderr what stdout does not say.

    ``more`` is what JSON has beside the answer.
    """
    from pid.analysis.names import plain
    from pid.cli.terminal.page import as_text
    from pid.io.writing import write_whole

    text = json.dumps(answer.to_dict() | dict(more or {}), indent=2, allow_nan=False)
    if output not in (None, "-"):
        write_whole(Path(str(output)), text + "\n", force=force)
    if output == "-":
        click.echo(text)
        for note in answer.notes:
            click.echo(f"Note: {plain(note)}", err=True)
    else:
        click.echo(as_text(as_table()), color=True)
    for warning in answer.warnings:
        click.secho(f"Warning: {plain(warning)}", fg="yellow", err=True)


def check_output(output: str | None, page: Path | None, *, force: bool) -> None:
    """Raise InvalidInput before all work if a file for JSON or a report could not be written."""
    from pid.errors import need
    from pid.io.writing import check_writable

    if output not in (None, "-"):
        check_writable(Path(str(output)), force=force)
        if page is not None and page.resolve() == Path(str(output)).resolve():
            raise click.UsageError(f"two outputs have one name, {str(page)!r}; give each its own")
    if page is not None:
        if str(page) == "-":
            raise click.UsageError("a report is a file, to be opened in a browser; name one")
        check_writable(page, force=force)
        need("jinja2", "report")


def write_page(
    answer: Quantification | HalfLabelled | Screening | Comparison,
    page: Path | None,
    title: str,
    *,
    force: bool,
) -> None:
    """A report, if one was asked for, with the command that repeats it."""
    if page is None:
        return
    from pid.report import report

    words = click.get_current_context().find_root().meta.get(ARGUMENTS, [])
    words = [*words, *([] if force else ["--force"])]  # as the page is there by then
    command = shlex.join(["pid", *words]) if len(words) > 1 else None
    report(answer, page, title=title, command=command, force=force)
    click.echo(f"wrote {str(page)!r}, {page.stat().st_size / 1000:.0f} kB", err=True)
