"""``pid report``: an answer as a web page, and the numbers of such a page read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from pid.cli.help import Command
from pid.cli.options import force_option
from pid.cli.outputs import check_outputs, warn, write_page
from pid.cli.quantify import asking, quantified


def _print_numbers(ctx: click.Context, param: click.Parameter, source: Path | None) -> None:
    """A callback that prints and is done, so that nothing else is required."""
    if source is None or ctx.resilient_parsing:
        return
    from pid.report.html import read_report

    click.echo(json.dumps(read_report(source), indent=2, allow_nan=False))
    ctx.exit()


@click.command(
    "report",
    cls=Command,
    short_help="Quantify, and write the answer as a web page.",
    examples=[
        "pid report clips.csv --x1 'audio_*' --x2 'text_*' --y mood --out answer.html",
        "pid report --from-json answer.html",
    ],
)
@asking
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="OUT",
    help="The page to write.",
)
@click.option(
    "--from-json",
    type=click.Path(path_type=Path),
    is_eager=True,
    expose_value=False,
    callback=_print_numbers,
    metavar="PAGE",
    help="Print the numbers of a report, or of what --json wrote, and do nothing else.",
)
@force_option
def report_of_file(out: Path, force: bool, **asked: Any) -> None:
    """Quantify, and write the answer as a web page that opens anywhere, offline.

    Arguments are those of 'pid quantify'. 'pid screen' and 'pid bounds' write reports with --html.
    """
    from rich.text import Text

    from pid.analysis.names import plain
    from pid.cli.terminal.page import as_text

    check_outputs(out, force=force)
    result, title = quantified(**asked)
    write_page(result, out, title, force=force)
    click.echo(as_text(Text(plain(result.reading))), color=True)
    warn(result.warnings)
