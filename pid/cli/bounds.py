"""``pid bounds``: half-labelled data, in three files or in one with gaps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from pid.cli.options import check_output, level, number_or, present, progress

if TYPE_CHECKING:
    from pid.bounding.samples import Estimator


@click.command("bounds")
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--x1", required=True, metavar="COLUMNS", help="First source: names and globs.")
@click.option("--x2", required=True, metavar="COLUMNS", help="Second source, likewise.")
@click.option("--y", required=True, metavar="COLUMN", help="Target.")
@click.option(
    "--estimator",
    type=click.Choice(["auto", "table", "cluster", "posterior"]),
    default="auto",
    show_default=True,
    help="Count values, clusters, or cells of what a classifier says.",
)
@click.option(
    "--clusters",
    default="auto",
    show_default=True,
    metavar="N|auto",
    callback=number_or("auto", least=1),
    help="Clusters or cells per source.",
)
@click.option(
    "--bins",
    default="auto",
    show_default=True,
    metavar="N|auto|none",
    callback=number_or("auto", "none", least=2),
    help="Quantile bins of the target; auto: 4 if it is continuous.",
)
@click.option(
    "--interval",
    default="0.95",
    show_default=True,
    metavar="LEVEL|none",
    callback=level,
    help="Coverage of the intervals around both ends.",
)
@click.option(
    "--replicates",
    default="auto",
    show_default=True,
    metavar="N|auto",
    callback=number_or("auto", least=2),
    help="Samples drawn anew for them.",
)
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
@click.option(
    "--unit",
    type=click.Choice(["bit", "nat"]),
    default="bit",
    show_default=True,
    help="Unit of information.",
)
@click.option("--json", "output", metavar="OUT", help="Write JSON to a file, or - for stdout.")
@click.option("--force", is_flag=True, help="Overwrite OUT.")
@click.option(
    "--random-state",
    type=int,
    default=0,
    show_default=True,
    metavar="N",
    help="Seed of clustering and resampling.",
)
def bounds_of_files(
    files: tuple[Path, ...],
    x1: str,
    x2: str,
    y: str,
    estimator: Estimator,
    clusters: int | Literal["auto"],
    bins: int | Literal["auto", "none"],
    interval: float | None,
    replicates: int | Literal["auto"],
    balanced: bool,
    time_limit: float,
    unit: Literal["bit", "nat"],
    output: str | None,
    force: bool,
    random_state: int,
) -> None:
    """Bound synergy where no row has both sources and a label, or few have.

    FILES are three: with columns of x1 and y, of x2 and y, of x1 and x2. Or a single one, in which
    y is empty where it is not known. CSV (UTF-8, with a header), TSV or Parquet.
    """
    check_output(output, force=force)
    with progress("Reading, solving and resampling") as report:
        from pid.bounding.files import load_half_labelled

        loaded = load_half_labelled(files, x1=x1, x2=x2, y=y)
        from pid.bounding import bound_samples  # after loading: bad input need not wait for it

        result = bound_samples(
            loaded.labelled1,
            loaded.labelled2,
            loaded.unlabelled,
            estimator=estimator,
            n_clusters=clusters,
            bins=None if bins == "none" else bins,
            interval=interval,
            replicates=replicates,
            balanced=balanced,
            time_limit=time_limit,
            unit=unit,
            names=(x1, x2, y),
            random_state=random_state,
            report=report,
        )
    result = replace(result, notes=loaded.notes + result.notes)
    title = ", ".join(file.name for file in files)
    from pid.bounding.render import render

    present(result, lambda: render(result, title), output, force=force)
