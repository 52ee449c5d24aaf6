"""``pid compare``: models by what they take from two sources; or two data sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from pid.cli.help import Command
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
    taken,
    target_bins_option,
    unit_option,
)
from pid.cli.outputs import check_outputs, present, write_page
from pid.cli.progress import long_work
from pid.cli.sources import Columns, asked_of, sources_options

if TYPE_CHECKING:
    from rich.console import Group

_KEYS = ("redundancy", "unique1", "unique2", "synergy", "total", "information", "left", "accuracy")


@click.command(
    "compare",
    cls=Command,
    short_help="Compare models by what they take, or two data sets.",
    examples=[
        "pid compare clips.csv --x1 'audio_*' --x2 'text_*' --y mood --model early=said_early",
        "pid compare before.csv after.csv --x1 'audio_*' --x2 'text_*' --y mood",
    ],
)
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@sources_options
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

    FILES is one file with the columns of all sources, of the target, and of what models say of
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
    columns = asked_of(asked, files[0], html=page is not None)
    if len(columns.sources) > 2 and not models:
        raise click.UsageError(
            f"two files are compared by two sources, and there are {len(columns.sources)}; name "
            "models in one file, or two of the sources"
        )
    sort = taken(asked, "sort")
    how = asked | sizes_of(asked["estimator"], clusters)
    if models:
        _models(files[0], columns, models, how | sort, output, page, force=force)
    else:
        _files(files, columns, how, output, paired=paired, force=force)


def _read(
    file: Path, columns: Columns, models: Mapping[str, str] | None, how: Mapping[str, Any]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The columns, as ``pid.compare`` takes them; without models, as ``pid.quantify`` does.

    And what there is to say of them.
    """
    sources, reading = columns.sources, how_read(how)
    if len(sources) > 2:
        from pid.io.embeddings import load_named
        from pid.io.tables import load_models

        assert models is not None  # of more sources it was refused
        said = load_models(file, models, sources=sources, y=columns.others["y"], how=reading)
        reading = replace(reading, beside=tuple(models.values()))
        named = load_named(file, sources, **columns.others, how=reading)
        data = {"models": said, **named._asdict()}
        return data, data.pop("notes")
    from pid.io.tables import load

    x1, x2 = sources.values()
    chosen = load(file, x1=x1, x2=x2, **columns.others, models=models, how=reading)
    data = {
        **({} if models is None else {"models": chosen.models}),
        "X1": chosen.X1,
        "X2": chosen.X2,
        "y": chosen.y,
        "groups": chosen.groups,
        "weights": chosen.weights,
        "names": columns.names,
    }
    return data, chosen.notes


def _models(
    file: Path,
    columns: Columns,
    models: Mapping[str, str],
    how: Mapping[str, Any],
    output: str | None,
    page: Path | None,
    *,
    force: bool,
) -> None:
    with long_work("Reading, clustering, solving and resampling", None, None) as (_, progress):
        data, notes = _read(file, columns, models, how)
        # after loading: bad input need not wait for it
        from pid.analysis.comparison import Comparison, compare

        found = compare(**data, progress=progress, **how)
        found = replace(found, notes=(*notes, *found.notes))
    from pid.cli.terminal.compare import render, render_several

    shown: Group
    if isinstance(found, Comparison):
        write_page(found, page, file.name, force=force)
        shown = render(found, file.name)
    else:
        shown = render_several(found, file.name)
    present(
        found.to_dicts,
        shown,
        output,
        notes=found.notes,
        warnings=found.warnings,
        force=force,
    )


def _files(
    files: Sequence[Path],
    columns: Columns,
    how: Mapping[str, Any],
    output: str | None,
    *,
    paired: bool,
    force: bool,
) -> None:
    with long_work("Reading, clustering, solving and resampling", None, None):
        data = [_read(file, columns, None, how) for file in files]
        from pid.analysis.comparison.known import nearest
        from pid.analysis.difference import difference
        from pid.analysis.quantification.quantify import quantify

        first, second = (
            replace(q, notes=(*notes, *q.notes))
            for q, notes in ((quantify(**of_file, **how), notes) for of_file, notes in data)
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
