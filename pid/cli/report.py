"""``pid report``: the numbers of a report, read back."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command("report")
@click.option(
    "--from-json",
    "source",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="A report, or what --json wrote.",
)
def report_of_file(source: Path) -> None:
    """Print the numbers of a report as JSON.

    A report is written by --html of quantify, screen and bounds.
    """
    from pid.report.html import read_report

    click.echo(json.dumps(read_report(source), indent=2, allow_nan=False))
