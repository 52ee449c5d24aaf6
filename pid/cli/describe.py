"""``pid describe``: how the columns of a file would be read, before anything is asked of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from pid.cli.help import Command
from pid.cli.options import force_option, how_read, reading_options
from pid.cli.outputs import check_outputs, present


@click.command(
    "describe",
    cls=Command,
    short_help="Say how the columns of a file would be read.",
    examples=["pid describe people.csv", "pid describe people.csv --columns 'job_*,age'"],
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--columns", metavar="COLUMNS", help="Names and globs; all if left out.")
@click.option(
    "--bins",
    type=click.IntRange(2),
    default=8,
    show_default=True,
    metavar="N",
    help="Quantile bins of a column of numbers.",
)
@reading_options
@click.option("--json", "output", metavar="OUT", help="Write JSON to a file, or - for stdout.")
@force_option
def describe_file(
    *,
    file: Path,
    columns: str | None,
    bins: int,
    output: str | None,
    force: bool,
    **asked: Any,
) -> None:
    """Say of each column of FILE how it would be read: as symbols or numbers, with which gaps.

    What looks like an identifier, a date, free text, a number written as text, or a value that
    stands for a gap is marked, with what to do then. FILE is CSV and its kin,
    Parquet, Arrow, Excel or JSON lines.
    """
    check_outputs(None, output, force=force)
    from pid.analysis.description import describe
    from pid.io.choose import column_group
    from pid.io.readers import column_names, note_on, read_columns

    how = how_read(asked)
    names = column_names(file, single=True, text=how.dialect)
    chosen = [n for n in names if n] if columns is None else column_group("columns", columns, names)
    how.check_names(chosen)
    errors: dict[str, Any] = {}
    frame = read_columns(file, names, chosen, how, errors)
    of_frame = {name: asked[name] for name in ("missing_values", "symbols", "numbers")}
    found = describe(frame, bins=bins, **of_frame)
    from pid.analysis.description import refused
    from pid.cli.terminal.describe import render

    read = {one.name: one for one in found.columns}
    read |= {name: refused(name, str(why)) for name, why in errors.items()}
    found = replace(found, columns=tuple(read[name] for name in chosen))
    notes = note_on(file, how.dialect)
    present(found.to_dict, render(found, file.name, notes), output, notes=notes, force=force)
