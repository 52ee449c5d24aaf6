"""``pid bounds``: half-labelled data, in three files or in one with gaps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import click

from pid.cli.help import Command
from pid.cli.options import (
    clusters_option,
    device_option,
    how_read,
    interval_option,
    output_options,
    random_state_option,
    reading_options,
    replicates_option,
    source_options,
    taken,
    target_bins_option,
    unit_option,
)
from pid.cli.outputs import check_outputs, present, write_page
from pid.cli.progress import bar
from pid.cli.sources import named_or_not


@click.command(
    "bounds",
    cls=Command,
    short_help="Bound synergy where few rows have both sources and a label.",
    examples=[
        "pid bounds audio.csv text.csv unlabelled.csv --x1 'audio_*' --x2 'text_*' --y mood",
        "pid bounds clips.csv --x1 'audio_*' --x2 'text_*' --y mood",
    ],
)
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@source_options
@click.option(
    "--estimator",
    type=click.Choice(["auto", "table", "cluster", "posterior"]),
    default="auto",
    show_default=True,
    help="Count values, clusters, or cells of what a classifier says.",
)
@clusters_option("Clusters or cells per source.")
@target_bins_option
@interval_option("Coverage of the intervals around both ends.")
@replicates_option("Samples drawn anew for them.")
@click.option(
    "--balanced", is_flag=True, help="Accuracy as the mean over classes, not the share of rows."
)
@click.option(
    "--time-limit",
    type=click.FloatRange(0, min_open=True),
    default=20.0,
    show_default=True,
    metavar="SECONDS",
    help="For the upper end of synergy, and again of accuracy.",
)
@reading_options
@unit_option
@output_options
@random_state_option("Seed of clustering and resampling.")
@device_option
def bounds_of_files(
    *,
    files: tuple[Path, ...],
    clusters: int | Literal["auto"],
    output: str | None,
    page: Path | None,
    force: bool,
    **asked: Any,
) -> None:
    """Bound synergy where no row has both sources and a label, or few have.

    FILES are three: with columns of x1 and y, of x2 and y, of x1 and x2. Or a single one, in which
    y is empty where it is not known. CSV and its kin, Parquet, Arrow, Excel or
    JSON lines.
    """
    check_outputs(page, output, force=force)
    where, names = taken(asked, "x1", "x2", "y"), []
    for role, file in (("x1", files[0]), ("x2", files[min(1, len(files) - 1)])):
        name, where[role] = named_or_not(where[role], file)
        names.append(name or where[role])
    with bar("Reading, solving and resampling") as progress:
        from pid.io.half_labelled import load_half_labelled

        loaded = load_half_labelled(files, **where, how=how_read(asked))
        # after loading: bad input need not wait for it
        from pid.analysis.half_labelled import bound_samples

        result = bound_samples(
            loaded.labelled1,
            loaded.labelled2,
            loaded.unlabelled,
            n_clusters=clusters,
            names=(*names, where["y"]),
            progress=progress,
            **asked,
        )
    result = replace(result, notes=loaded.notes + result.notes)
    title = ", ".join(file.name for file in files)
    from pid.cli.terminal.half_labelled import render

    write_page(result, page, title, force=force)
    present(
        result.to_dict,
        render(result, title),
        output,
        notes=result.notes,
        warnings=result.warnings,
        force=force,
    )
