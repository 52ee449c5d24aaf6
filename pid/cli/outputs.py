"""Where answers go: a table or JSON on stdout, files, a web page, and what to mind on stderr."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pid.analysis.comparison import Comparison
    from pid.analysis.half_labelled import HalfLabelled
    from pid.analysis.quantification.result import Quantification
    from pid.analysis.quantification.trajectory import Trajectory
    from pid.analysis.retention import Retention
    from pid.analysis.screening import Screening
    from pid.analysis.several.result import SourcesQuantification
    from pid.analysis.valuation import Valuation

ARGUMENTS = "pid.arguments"  # where a context keeps the words of the command line


def check_outputs(page: Path | None, *outputs: str | Path | None, force: bool) -> None:
    """Raise before all work if a report or other files could not be written, or share a name."""
    from pid.errors import need
    from pid.io.writing import check_writable

    if str(page) == "-":
        raise click.UsageError("a report is a file, to be opened in a browser; name one")
    files = [Path(name) for name in (*outputs, page) if name is not None and str(name) != "-"]
    for place, file in enumerate(files):
        check_writable(file, force=force)
        if file.resolve() in [other.resolve() for other in files[:place]]:
            raise click.UsageError(f"two outputs have one name, {str(file)!r}; give each its own")
    if page is not None:
        need("jinja2", "report")


def present(
    content: Callable[[], object],
    table: RenderableType,
    output: str | None,
    *,
    notes: Iterable[str],
    warnings: Iterable[str] = (),
    force: bool,
) -> None:
    """The table or JSON on stdout, JSON in a file, and on stderr what stdout does not say.

    Args:
        content: what JSON has, made only if it is asked for.
        table: for people.
        output: the file, "-" for stdout, or None for no JSON.
        notes: what was done to the data, which is in the table.
        warnings: reasons to doubt the numbers.
        force: replace a file that is there already.
    """
    from pid.cli.terminal.page import as_text
    from pid.cli.words import as_typed
    from pid.io.writing import write_whole

    text = "" if output is None else json.dumps(content(), indent=2, allow_nan=False)
    if output not in (None, "-"):
        write_whole(Path(str(output)), text + "\n", force=force)
    if output == "-":
        click.echo(text)
        for note in notes:
            click.echo(f"Note: {as_typed(note)}", err=True)
    else:
        click.echo(as_text(table), color=True)
    warn(warnings)


def warn(warnings: Iterable[str]) -> None:
    """Reasons to doubt the numbers, on stderr."""
    from pid.cli.words import as_typed

    for warning in warnings:
        click.secho(f"Warning: {as_typed(warning)}", fg="yellow", err=True)


def write_page(
    answer: Quantification
    | SourcesQuantification
    | Trajectory
    | HalfLabelled
    | Screening
    | Comparison
    | Valuation
    | Retention,
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
