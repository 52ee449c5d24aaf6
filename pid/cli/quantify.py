"""``pid quantify``: two groups of columns or arrays, one target."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from pid.cli.options import (
    Command,
    clusters_option,
    force_option,
    html_option,
    interval_option,
    json_option,
    long_work,
    random_state_option,
    replicates_option,
    sizes_of,
    target_bins_option,
    unit_option,
    work_options,
    x1_option,
    x2_option,
    y_option,
)
from pid.cli.outputs import check_outputs, present, write_page
from pid.estimators.registry import REGISTRY

if TYPE_CHECKING:
    from pid.analysis.quantification.result import Quantification
    from pid.inference.bias import Correction


# What is to be quantified, and how.
_QUESTION = (
    click.argument("file", type=click.Path(path_type=Path), required=False),
    x1_option,
    x2_option,
    y_option,
    click.option(
        "--estimator",
        type=click.Choice(["auto", *REGISTRY]),
        default="auto",
        show_default=True,
        help="Count values, clusters or quantile bins; or fit a model.",
    ),
    clusters_option("Clusters per source, or bins per column."),
    target_bins_option,
    interval_option("Coverage of the intervals."),
    replicates_option("Tables resampled for them."),
    click.option(
        "--correction",
        type=click.Choice(
            ["jackknife", "miller-madow", "null", "bootstrap", "extrapolation", "none"]
        ),
        default="jackknife",
        show_default=True,
        help="How the bias of counting is corrected.",
    ),
    click.option(
        "--group-by",
        metavar="COLUMN",
        help="Rows with the same value there depend on each other: speaker, patient, trial.",
    ),
    click.option(
        "--blocks",
        type=click.IntRange(1),
        metavar="N",
        help="For time series: rows depend on each other within blocks of N.",
    ),
    click.option(
        "--refit",
        is_flag=True,
        help="Find clusters or bins anew in every resampled table.",
    ),
    click.option("--weights", metavar="COLUMN", help="Weight of each row."),
    unit_option,
    random_state_option,
    click.option(
        "--out-of-core",
        is_flag=True,
        help="Count in the file, which need not fit into memory; numbers are cut into bins.",
    ),
    work_options,
)


def asking(command: Command) -> Command:
    """The arguments of ``quantified`` as an argument and options of a command."""
    for option in reversed(_QUESTION):
        command = option(command)
    return command


@click.command("quantify")
@asking
@json_option
@html_option
@force_option
@click.option(
    "--if-missing",
    "missing",
    is_flag=True,
    help="Also say what remains without one of the sources.",
)
def quantify_file(
    output: str | None, page: Path | None, force: bool, missing: bool, **asked: Any
) -> None:
    """Decompose what two groups of columns say about a target.

    FILE is CSV (UTF-8, with a header), TSV or Parquet. COLUMNS is a list of names and globs
    separated by commas, such as 'audio_*,pitch'; or a file of its own: audio.npy, both.npz:audio
    or labels.csv:label.
    """
    from rich.console import Group

    from pid.cli.terminal.quantify import render, render_remaining

    check_outputs(page, output, force=force)
    result, title = quantified(**asked)
    table, more = render(result, title), {}
    if missing:
        from pid.analysis.missing import if_missing

        remaining = if_missing(
            result, interval=asked["interval"], random_state=asked["random_state"]
        )
        table, more = Group(table, render_remaining(remaining)), remaining.to_dict()
    write_page(result, page, title, force=force)
    present(
        lambda: result.to_dict() | more,
        table,
        output,
        notes=result.notes,
        warnings=result.warnings,
        force=force,
    )


def quantified(
    *,
    file: Path | None,
    x1: str,
    x2: str,
    y: str,
    estimator: str,
    clusters: int | Literal["auto"],
    target_bins: int | Literal["auto"] | None,
    interval: float | None,
    replicates: int | Literal["auto"],
    correction: Correction,
    group_by: str | None,
    blocks: int | None,
    refit: bool,
    weights: str | None,
    unit: Literal["bit", "nat"],
    random_state: int,
    out_of_core: bool,
    dask: str | None,
    resume: Path | None,
) -> tuple[Quantification, str]:
    """The answer to what ``asking`` has asked, and a title for it."""
    if file is None and out_of_core:
        raise click.UsageError("--out-of-core counts in FILE, which is missing")
    with long_work("Reading, fitting, solving and resampling", dask, resume) as (client, progress):
        from pid.discretization.out_of_core.scan import scan
        from pid.io.embeddings import load_sources

        if file is not None and out_of_core:
            chosen = scan(file, x1=x1, x2=x2, y=y, groups=group_by, weights=weights)
        else:
            chosen = load_sources(file, x1=x1, x2=x2, y=y, groups=group_by, weights=weights)
        # after loading: bad input need not wait for it
        from pid.analysis.quantification.quantify import quantify

        result = quantify(
            chosen.X1,
            chosen.X2,
            chosen.y,
            estimator=estimator,
            target_bins=target_bins,
            interval=interval,
            replicates=replicates,
            correction=correction,
            groups=chosen.groups,
            blocks=blocks,
            refit=refit,
            weights=chosen.weights,
            unit=unit,
            names=chosen.names,
            random_state=random_state,
            client=client,
            resume=resume,
            progress=progress,
            **sizes_of(estimator, clusters),
        )
    return result, f"{x1} and {x2}" if file is None else file.name
