"""``pid compare``: models by what they take from two sources, or two data sets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from pid.cli.options import (
    bins_option,
    check_output,
    clusters_option,
    force_option,
    interval_option,
    json_option,
    long_work,
    named_columns,
    random_state_option,
    unit_option,
    x1_option,
    x2_option,
    y_option,
)

if TYPE_CHECKING:
    from pid.comparing.profiles import Estimator

_KEYS = ("redundancy", "unique1", "unique2", "synergy", "total", "information", "left", "accuracy")


@click.command("compare", short_help="Compare models by what they take from both sources.")
@click.argument("file", type=click.Path(path_type=Path))
@x1_option
@x2_option
@y_option
@click.option(
    "--model",
    "models",
    multiple=True,
    required=True,
    metavar="NAME=COLUMNS",
    callback=named_columns,
    help="A column of labels, or one of probabilities for each class; repeatable.",
)
@click.option(
    "--estimator",
    type=click.Choice(["auto", "table", "cluster", "bins"]),
    default="auto",
    show_default=True,
    help="Count values, clusters or quantile bins.",
)
@clusters_option("Clusters per source, or bins per column.")
@bins_option
@click.option(
    "--sort",
    type=click.Choice([*_KEYS, "agreement", "overlap"]),
    default="accuracy",
    show_default=True,
    help="What ranks the models.",
)
@interval_option("Coverage of the intervals.")
@click.option(
    "--replicates",
    type=click.IntRange(2),
    default=200,
    show_default=True,
    metavar="N",
    help="Tables resampled for them, of the same rows for all models.",
)
@click.option("--group-by", metavar="COLUMN", help="Rows with the same value depend on each other.")
@click.option(
    "--blocks", type=click.IntRange(1), metavar="N", help="Rows depend within blocks of N."
)
@click.option("--weights", metavar="COLUMN", help="Weight of each row.")
@unit_option
@json_option
@force_option
@random_state_option
def compare_models(
    file: Path,
    x1: str,
    x2: str,
    y: str,
    models: dict[str, str],
    estimator: Estimator,
    clusters: int | Literal["auto"],
    bins: int | Literal["auto", "none"],
    sort: str,
    interval: float | None,
    replicates: int,
    group_by: str | None,
    blocks: int | None,
    weights: str | None,
    unit: Literal["bit", "nat"],
    output: str | None,
    force: bool,
    random_state: int,
) -> None:
    """Decompose what models say in place of the target, beside the data.

    FILE has the columns of both sources, of the target, and of what models say of rows that they
    were not trained on: --model A=said_a for labels, --model B='p_b_*' for probabilities of all
    classes, in their order or with their names at the end.
    """
    if interval is None:
        raise click.UsageError("models are compared by intervals: give --interval a coverage")
    check_output(output, None, force=force)
    with long_work("Reading, clustering, solving and resampling", None, None) as (_, report):
        from pid.tables import load

        chosen = load(file, x1=x1, x2=x2, y=y, groups=group_by, weights=weights, models=models)
        from pid.comparing import compare  # after loading: bad input need not wait for it

        found = compare(
            chosen.models,
            chosen.X1,
            chosen.X2,
            chosen.y,
            estimator=estimator,
            n_clusters=clusters,
            bins=None if bins == "none" else bins,
            sort=sort,
            interval=interval,
            replicates=replicates,
            groups=chosen.groups,
            blocks=blocks,
            weights=chosen.weights,
            unit=unit,
            names=chosen.names,
            random_state=random_state,
            report=report,
        )
    from pid.comparing.render import render
    from pid.files import write_whole
    from pid.render import as_text, plain

    text = json.dumps(found.to_dicts(), indent=2, allow_nan=False)
    if output not in (None, "-"):
        write_whole(Path(str(output)), text + "\n", force=force)
    if output == "-":
        click.echo(text)
    else:
        click.echo(as_text(render(found, file.name)), color=True)
    for warning in found.warnings:
        click.secho(f"Warning: {plain(warning)}", fg="yellow", err=True)
