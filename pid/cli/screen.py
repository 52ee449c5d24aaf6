"""``pid screen``: all pairs of columns, or of named groups of columns, against targets."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from pid.cli.options import (
    force_option,
    html_option,
    interval_option,
    json_option,
    long_work,
    named_columns,
    number_or,
    random_state_option,
    unit_option,
    work_options,
)
from pid.cli.outputs import check_outputs, present, write_page

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


@click.command("screen", short_help="Decompose all pairs of columns against a target.")
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
    "--bins",
    type=click.IntRange(2),
    default=8,
    show_default=True,
    metavar="N",
    help="Quantile bins of a column, clusters of a group.",
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
@click.option("--group-by", metavar="COLUMN", help="Rows with the same value depend on each other.")
@click.option(
    "--blocks", type=click.IntRange(1), metavar="N", help="Rows depend within blocks of N."
)
@click.option("--weights", metavar="COLUMN", help="Weight of each row.")
@unit_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="OUT",
    callback=_table_file,
    help="Write all rows to a .csv, .parquet or .json file.",
)
@json_option
@html_option
@force_option
@random_state_option
@work_options
def screen_file(
    *,
    file: Path,
    y: tuple[str, ...],
    columns: str | None,
    column_sets: dict[str, str] | None,
    bins: int,
    of: tuple[str, ...],
    sort: str,
    top: int,
    interval: float | None,
    replicates: int,
    adjust: Literal["bh", "by"],
    group_by: str | None,
    blocks: int | None,
    weights: str | None,
    unit: Literal["bit", "nat"],
    out: Path | None,
    output: str | None,
    page: Path | None,
    force: bool,
    random_state: int,
    dask: str | None,
    resume: Path | None,
) -> None:
    """Decompose all pairs of columns of FILE against a target, sorted, corrected for many tests.

    FILE is CSV, TSV or Parquet. COLUMNS is a list of names and globs, such as 'audio_*,pitch'.
    """
    if columns is not None and column_sets is not None:
        raise click.UsageError("give --columns or --group, not both")
    if not replicates:
        click.secho("Warning: --replicates 0 is now --interval none", fg="yellow", err=True)
        interval, replicates = None, 20  # of which none is drawn
    check_outputs(page, out, output, force=force)
    with long_work("Reading, binning, solving and testing", dask, resume) as (client, _):
        from pid.io.tables import load_candidates

        chosen = load_candidates(
            file, y=y, columns=columns, column_sets=column_sets, groups=group_by, weights=weights
        )
        from pid.analysis.screening import screen  # after loading: bad input need not wait for it

        found = screen(
            chosen.X,
            chosen.y,
            column_sets=chosen.column_sets,
            bins=bins,
            of=of,
            sort=sort,
            interval=interval,
            replicates=replicates,
            adjust=adjust,
            groups=chosen.groups,
            blocks=blocks,
            weights=chosen.weights,
            unit=unit,
            random_state=random_state,
            client=client,
            resume=resume,
        )
    from pid.analysis.screening.writing import write
    from pid.cli.terminal.screen import render

    write_page(found, page, file.name, force=force)
    if out is not None:
        write(found, out, force=force)
    present(
        found.to_dicts,
        render(found, file.name, top),
        output,
        notes=found.notes,
        force=force,
    )
