"""``pid datasets``: list, show and write the data sets that come with the package."""

from __future__ import annotations

from pathlib import Path

import click

from pid.cli.help import Command
from pid.cli.options import force_option, random_state_option


@click.group("datasets")
def datasets() -> None:
    """Gates with known answers, and small real tables."""


@datasets.command("list")
def list_datasets() -> None:
    """Name every data set."""
    from pid.cli.terminal.page import as_text, catalogue
    from pid.datasets import available

    click.echo(as_text(catalogue(available())), color=True)


@datasets.command("show")
@click.argument("name")
def show_dataset(name: str) -> None:
    """Tell what a data set is, where it comes from, and how to use it."""
    from rich.text import Text

    from pid.cli.terminal.page import as_text
    from pid.datasets import describe

    click.echo(as_text(Text(describe(name))), color=True)


@datasets.command("write", cls=Command, examples=["pid datasets write xor --samples 500"])
@click.argument("name")
@click.argument("out", type=click.Path(path_type=Path), required=False)
@click.option(
    "--samples",
    type=click.IntRange(1),
    show_default="1000",
    metavar="N",
    help="Rows to draw of a gate.",
)
@random_state_option("Seed of the drawing.")
@force_option
def write_dataset(
    name: str, out: Path | None, samples: int | None, random_state: int, force: bool
) -> None:
    """Write a data set to OUT, by default NAME.csv; of a gate, samples are drawn."""
    from pid.datasets import write

    path = write(
        name, out or Path(f"{name}.csv"), n=samples, random_state=random_state, force=force
    )
    from pid.analysis.names import plain

    click.echo(f"wrote {plain(str(path))}", err=True)
