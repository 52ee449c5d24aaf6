"""``pid compare``: models by what they take from two sources; or two data sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import click

from pid.cli.options import (
    clusters_option,
    how_read,
    interval_option,
    named_columns,
    output_options,
    random_state_option,
    reading_options,
    replicates_option,
    row_options,
    sizes_of,
    source_options,
    taken,
    target_bins_option,
    unit_option,
)
from pid.cli.outputs import check_outputs, present, write_page
from pid.cli.progress import long_work

_KEYS = ("redundancy", "unique1", "unique2", "synergy", "total", "information", "left", "accuracy")


@click.command("compare", short_help="Compare models by what they take, or two data sets.")
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@source_options
@click.option(
    "--model",
    "models",
    multiple=True,
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
@target_bins_option
@click.option(
    "--sort",
    type=click.Choice([*_KEYS, "agreement", "overlap"]),
    default="accuracy",
    show_default=True,
    help="What ranks the models.",
)
@interval_option("Coverage of the intervals.")
@replicates_option("Tables resampled for them, of the same rows for all models.")
@click.option("--paired", is_flag=True, help="Of two files, row i of both is the same subject.")
@row_options
@reading_options
@unit_option
@output_options
@random_state_option("Seed of clustering and resampling.")
def compare_models(
    *,
    files: tuple[Path, ...],
    models: dict[str, str],
    clusters: int | Literal["auto"],
    paired: bool,
    output: str | None,
    page: Path | None,
    force: bool,
    **asked: Any,
) -> None:
    """Decompose what models say in place of the target, beside the data; or compare two files.

    FILES is one file with the columns of both sources, of the target, and of what models say of
    rows that they were not trained on: --model A=said_a for labels, --model B='p_b_*' for
    probabilities of all classes, in their order or with their names at the end. Or two files with
    the same columns and no models: the atoms of the second are compared with those of the first.
    """
    if len(files) != (1 if models else 2):
        raise click.UsageError(
            "expected one file and --model NAME=COLUMNS for each model, or two files and no "
            f"model; got {len(files)} and {len(models)}"
        )
    if asked["interval"] is None and not models:
        raise click.UsageError("two files are compared by intervals: give --interval a coverage")
    if page is not None and not models:
        raise click.UsageError("there is no report on two files; leave out --html")
    check_outputs(page, output, force=force)
    where = taken(asked, "x1", "x2", "y", "groups", "weights")
    sort = taken(asked, "sort")
    how = asked | sizes_of(asked["estimator"], clusters)
    if models:
        _models(files[0], where | {"models": models}, how | sort, output, page, force=force)
    else:
        _files(files, where, how, output, paired=paired, force=force)


def _models(
    file: Path,
    where: Mapping[str, Any],
    how: Mapping[str, Any],
    output: str | None,
    page: Path | None,
    *,
    force: bool,
) -> None:
    with long_work("Reading, clustering, solving and resampling", None, None) as (_, progress):
        from pid.io.tables import load

        chosen = load(file, **where, how=how_read(how))
        from pid.analysis.comparison import compare  # after loading: bad input need not wait for it

        found = compare(
            chosen.models,
            chosen.X1,
            chosen.X2,
            chosen.y,
            groups=chosen.groups,
            weights=chosen.weights,
            names=chosen.names,
            progress=progress,
            **how,
        )
    from pid.cli.terminal.compare import render

    write_page(found, page, file.name, force=force)
    present(
        found.to_dicts,
        render(found, file.name),
        output,
        notes=found.notes,
        warnings=found.warnings,
        force=force,
    )


def _files(
    files: Sequence[Path],
    where: Mapping[str, Any],
    how: Mapping[str, Any],
    output: str | None,
    *,
    paired: bool,
    force: bool,
) -> None:
    with long_work("Reading, clustering, solving and resampling", None, None):
        from pid.io.tables import load

        data = [load(file, **where, how=how_read(how)) for file in files]
        from pid.analysis.comparison.known import nearest
        from pid.analysis.difference import difference
        from pid.analysis.quantification.quantify import quantify

        first, second = (
            quantify(
                chosen.X1,
                chosen.X2,
                chosen.y,
                groups=chosen.groups,
                weights=chosen.weights,
                names=chosen.names,
                **how,
            )
            for chosen in data
        )
        found = difference(first, second, paired=paired, random_state=how["random_state"])
        alike = [nearest(q.best) for q in (first, second)]
    from pid.cli.terminal.compare import render_difference

    both, names = (first, second), [file.name for file in files]
    rows = [
        q.to_dict() | {"file": name, "nearest": [known for known, _ in near]}
        for q, name, near in zip(both, names, alike, strict=True)
    ]
    named = list(zip(names, both, strict=True))
    present(
        lambda: [*rows, found.to_dict()],
        render_difference(found, both, names, alike),
        output,
        notes=[*(f"{name}: {note}" for name, q in named for note in q.notes), *found.notes],
        warnings=[f"{name}: {warning}" for name, q in named for warning in q.warnings],
        force=force,
    )
