"""``pid bounds``: half-labelled data, in three files or in one with gaps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from pid.cli.options import (
    bar,
    clusters_option,
    force_option,
    html_option,
    interval_option,
    json_option,
    random_state_option,
    replicates_option,
    target_bins_option,
    unit_option,
    x1_option,
    x2_option,
    y_option,
)
from pid.cli.outputs import check_outputs, present, write_page

if TYPE_CHECKING:
    from pid.analysis.half_labelled.bound import Estimator


@click.command("bounds", short_help="Bound synergy where few rows have both sources and a label.")
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@x1_option
@x2_option
@y_option
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
@unit_option
@json_option
@html_option
@force_option
@random_state_option
def bounds_of_files(
    *,
    files: tuple[Path, ...],
    x1: str,
    x2: str,
    y: str,
    estimator: Estimator,
    clusters: int | Literal["auto"],
    target_bins: int | Literal["auto"] | None,
    interval: float | None,
    replicates: int | Literal["auto"],
    balanced: bool,
    time_limit: float,
    unit: Literal["bit", "nat"],
    output: str | None,
    page: Path | None,
    force: bool,
    random_state: int,
) -> None:
    """Bound synergy where no row has both sources and a label, or few have.

    FILES are three: with columns of x1 and y, of x2 and y, of x1 and x2. Or a single one, in which
    y is empty where it is not known. CSV (UTF-8, with a header), TSV or Parquet.
    """
    check_outputs(page, output, force=force)
    with bar("Reading, solving and resampling") as progress:
        from pid.io.half_labelled import load_half_labelled

        loaded = load_half_labelled(files, x1=x1, x2=x2, y=y)
        # after loading: bad input need not wait for it
        from pid.analysis.half_labelled import bound_samples

        result = bound_samples(
            loaded.labelled1,
            loaded.labelled2,
            loaded.unlabelled,
            estimator=estimator,
            n_clusters=clusters,
            target_bins=target_bins,
            interval=interval,
            replicates=replicates,
            balanced=balanced,
            time_limit=time_limit,
            unit=unit,
            names=(x1, x2, y),
            random_state=random_state,
            progress=progress,
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
