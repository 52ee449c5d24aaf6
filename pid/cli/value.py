"""``pid value``: what each source is worth, given the others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pid.cli.help import Command
from pid.cli.options import (
    dependence_options,
    device_option,
    how_read,
    interval_option,
    named_columns,
    output_options,
    random_state_option,
    reading_options,
    taken,
    target_bins_option,
    unit_option,
    work_options,
)
from pid.cli.outputs import check_outputs, present, write_page
from pid.cli.progress import long_work

if TYPE_CHECKING:
    from pid.analysis.valuation import Valuation


def _sources(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> dict[str, str]:
    """A callback that takes two groups or more."""
    found = named_columns(ctx, param, value)
    if len(found) < 2:
        raise click.BadParameter(
            "a source is worth something beside others: name at least two groups"
        )
    return found


def _costs(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> dict[str, float] | None:
    """A callback that takes NAME=NUMBER as often as it comes."""
    found: dict[str, float] = {}
    for item in value:
        name, _, number = item.rpartition("=")
        try:
            cost = float(number)
        except ValueError:
            cost = 0.0
        if not name or not 0 < cost < float("inf"):
            raise click.BadParameter(f"expected NAME=NUMBER, above 0; got {item!r}")
        if name in found:
            raise click.BadParameter(f"there are two costs of {name!r}")
        found[name] = cost
    return found or None


@click.command(
    "value",
    cls=Command,
    short_help="Say what each source is worth, given the others.",
    examples=["pid value clips.csv --y mood --group audio='audio_*' --group text='text_*'"],
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--y", required=True, metavar="COLUMN", help="Target.")
@click.option(
    "--group",
    "column_sets",
    multiple=True,
    required=True,
    metavar="NAME=COLUMNS",
    callback=_sources,
    help="A source: names and globs of its columns; repeatable.",
)
@click.option(
    "--cost",
    multiple=True,
    metavar="NAME=NUMBER",
    callback=_costs,
    help="What a source costs; repeatable.",
)
@target_bins_option
@interval_option("Coverage of the intervals.")
@dependence_options
@reading_options
@unit_option
@output_options
@random_state_option("Seed of folds and classifiers.")
@device_option
@work_options
def value_of_file(
    *,
    file: Path,
    output: str | None,
    page: Path | None,
    force: bool,
    **asked: Any,
) -> None:
    """Say what each group of columns of FILE is worth about a target, given all others.

    FILE is CSV and its kin, Parquet, Arrow, Excel or JSON lines. COLUMNS is a list of names and
    globs, such as 'audio_*,pitch'; rest is all that has no other role. What is lost without a
    source, in bits and in accuracy, what it tells alone, and whether to keep it.
    """
    check_outputs(page, output, force=force)
    found = _valued(file, **asked)
    from pid.cli.terminal.value import render

    write_page(found, page, file.name, force=force)
    present(
        found.to_dict,
        render(found, file.name),
        output,
        notes=found.notes,
        warnings=found.warnings,
        force=force,
    )


def _valued(file: Path, *, dask: str | None, **asked: Any) -> Valuation:
    where = taken(asked, "y", "column_sets", "groups")
    with long_work("Reading, training and solving", dask, asked["resume"]) as (client, progress):
        from pid.io.tables import load_sets

        frame, sets, notes = load_sets(file, **where, how=how_read(asked))
        from pid.analysis.valuation import value  # after loading: bad input need not wait for it

        found = value(
            frame,
            where["y"],
            groups=sets,
            row_groups=where["groups"],
            client=client,
            progress=progress,
            **asked,
        )
        return replace(found, notes=(*notes, *found.notes))
