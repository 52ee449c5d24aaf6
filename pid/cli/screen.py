"""``pid screen``: all pairs of columns, or of named groups of columns, against targets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pid.cli.help import Command
from pid.cli.options import (
    device_option,
    how_read,
    how_written,
    interval_option,
    named_columns,
    number_or,
    output_options,
    positive_or_none,
    random_state_option,
    reading_options,
    row_options,
    taken,
    unit_option,
    work_options,
)
from pid.cli.outputs import check_outputs, present, write_page
from pid.cli.progress import long_work

if TYPE_CHECKING:
    from pid.analysis.screening import Screening

_ATOMS = ("redundancy", "unique1", "unique2", "synergy", "total")


def _named_sets(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> dict[str, str] | None:
    """A callback that takes two groups or more."""
    found = named_columns(ctx, param, value)
    if len(found) == 1:
        raise click.BadParameter("a screen of groups needs at least two of them")
    return found or None


def _table_file(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
    """A callback that takes a file whose ending says the format."""
    if value is not None and value.suffix.lower() not in (".csv", ".parquet", ".json"):
        raise click.BadParameter(f"expected a name in .csv, .parquet or .json; got {str(value)!r}")
    return value


@click.command(
    "screen",
    cls=Command,
    short_help="Decompose all pairs of columns against a target.",
    examples=[
        "pid screen people.csv --y income --top 10",
        "pid screen people.csv --y income --columns 'job_*,age' --out pairs.csv",
        "pid screen clips.csv --y mood --group audio='audio_*' --group text='text_*'",
    ],
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--y", required=True, multiple=True, metavar="COLUMN", help="Target; repeatable.")
@click.option("--columns", metavar="COLUMNS", help="Sources: names and globs; all if left out.")
@click.option(
    "--group",
    "column_sets",
    multiple=True,
    metavar="NAME=COLUMNS",
    callback=_named_sets,
    help="Pair groups of columns instead of columns; repeatable.",
)
@click.option(
    "--estimator",
    type=click.Choice(["auto", "posterior", "cluster"]),
    default="auto",
    show_default=True,
    help="Of groups: train classifiers, or count clusters.",
)
@click.option(
    "--bins",
    default="auto",
    show_default=True,
    metavar="N|auto",
    callback=number_or("auto", least=2),
    help="Quantile bins of a column, 8 by default; clusters of a group.",
)
@click.option(
    "--of",
    type=click.Choice(_ATOMS),
    multiple=True,
    default=_ATOMS,
    show_default="all",
    help="What to test; repeatable.",
)
@click.option(
    "--sort",
    type=click.Choice(_ATOMS),
    default="synergy",
    show_default=True,
    help="What sorts the rows.",
)
@click.option("--top", type=click.IntRange(1), default=20, show_default=True, help="Rows to show.")
@interval_option("Coverage of the intervals; none: no resampling.")
@click.option(
    "--replicates",
    default="200",
    show_default=True,
    metavar="N",
    callback=number_or(least=0),
    help="Tables resampled where an atom may be there.",
)
@click.option(
    "--adjust",
    type=click.Choice(["bh", "by"]),
    default="bh",
    show_default=True,
    help="Benjamini-Hochberg, or Benjamini-Yekutieli.",
)
@row_options
@reading_options
@click.option(
    "--most-hours",
    default="12",
    show_default=True,
    metavar="N|none",
    callback=positive_or_none("a number of hours above 0"),
    help="What the first look at all pairs may take, by an estimate made before.",
)
@unit_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="OUT",
    callback=_table_file,
    help="Write all rows to a .csv, .parquet or .json file.",
)
@output_options
@random_state_option("Seed of clustering and resampling.")
@device_option
@work_options
def screen_file(
    *,
    file: Path,
    top: int,
    out: Path | None,
    output: str | None,
    page: Path | None,
    force: bool,
    **asked: Any,
) -> None:
    """Decompose all pairs of columns of FILE against a target, sorted, corrected for many tests.

    FILE is CSV and its kin, Parquet, Arrow, Excel or JSON lines. COLUMNS is a list of names and
    globs, such as 'audio_*,pitch' and 'total_*,!total_day'; rest is all that has no other role.
    """
    if asked["columns"] is not None and asked["column_sets"] is not None:
        raise click.UsageError("give --columns or --group, not both")
    if not asked["replicates"]:
        click.secho("Warning: --replicates 0 is now --interval none", fg="yellow", err=True)
        asked |= {"interval": None, "replicates": 20}  # of which none is drawn
    check_outputs(page, out, output, force=force)
    found = _screened(file, **asked)
    from pid.analysis.screening.writing import write
    from pid.cli.terminal.screen import render

    write_page(found, page, file.name, force=force)
    if out is not None:
        write(found, out, force=force)
    table = render(found, file.name, top)
    present(found.to_dicts, table, output, notes=found.notes, warnings=found.warnings, force=force)


def _screened(file: Path, *, dask: str | None, **asked: Any) -> Screening:
    where = taken(asked, "y", "columns", "column_sets", "groups", "weights")
    with long_work("Reading, measuring, solving and testing", dask, asked["resume"]) as (client, _):
        from pid.analysis.pairs import check_rows
        from pid.io.choose import single_sources
        from pid.io.readers import column_names
        from pid.io.tables import load_candidates

        if where["column_sets"] is None:  # before rows are read: a header is enough to refuse
            names = column_names(file, rows=False, text=how_written())
            others = {*where["y"], where["groups"], where["weights"]}
            workers = 1 if client is None else max(1, sum(client.nthreads().values()))
            width = len(single_sources(names, where["columns"], others))
            check_rows(width, len(where["y"]), asked["most_hours"], workers)
        chosen = load_candidates(file, **where, how=how_read(asked))
        from pid.analysis.screening import screen  # after loading: bad input need not wait for it

        found = screen(
            chosen.X,
            chosen.y,
            column_sets=chosen.column_sets,
            groups=chosen.groups,
            weights=chosen.weights,
            client=client,
            **asked,
        )
        return replace(found, notes=(*chosen.notes, *found.notes))
