"""``pid retained``: what codes keep of redundant, unique and synergistic information."""

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
from pid.cli.sources import Columns, asked_of, sources_options

if TYPE_CHECKING:
    from pid.analysis.retention import Retention, SourcesRetention


@click.command(
    "retained",
    cls=Command,
    short_help="Say what codes keep of their sources.",
    examples=[
        "pid retained clips.csv --x1 'audio_*' --x2 'text_*' --y mood --z 'code_*'",
        "pid retained --x1 audio.npy --x2 text.npy --y labels.csv:mood --z codes.npz:joint",
    ],
)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@sources_options
@click.option("--z1", metavar="COLUMNS", help="Code of the first source.")
@click.option("--z2", metavar="COLUMNS", help="Code of the second.")
@click.option("--z", metavar="COLUMNS", help="Or one code of both.")
@click.option(
    "--code",
    "codes",
    multiple=True,
    metavar="NAME=COLUMNS",
    callback=named_columns,
    help="Beside --source: the code of the source of that name; one for each.",
)
@click.option(
    "--noise",
    type=click.FloatRange(0),
    default=0.1,
    show_default=True,
    metavar="SIZE",
    help="On the codes, as a multiple of their root-mean-square: what is smaller is lost.",
)
@target_bins_option
@interval_option("Coverage of the intervals.")
@dependence_options
@reading_options
@unit_option
@output_options
@random_state_option("Seed of noise, folds and classifiers.")
@device_option
@work_options
def retained_of_file(
    *,
    file: Path | None,
    output: str | None,
    page: Path | None,
    force: bool,
    **asked: Any,
) -> None:
    """Say what codes keep of what sources say about a target, and what they lose of each.

    FILE is CSV and its kin, Parquet, Arrow, Excel or JSON lines. COLUMNS is a list of names and
    globs, such as 'audio_*,pitch'; or a file of its own: audio.npy, codes.npz:audio. The codes must
    not have been fitted on these rows.
    """
    check_outputs(page, output, force=force)
    columns = asked_of(asked, file, html=page is not None)
    codes = _codes(taken(asked, "z1", "z2", "z", "codes"), columns)
    found = _retained(file, columns, codes, **asked)
    from pid.cli.terminal.retained import render

    title = "the codes" if file is None else file.name
    if page is not None:
        from pid.analysis.retention import Retention

        assert isinstance(found, Retention)  # of more sources it was refused
        write_page(found, page, title, force=force)
    present(
        found.to_dict,
        render(found, title),
        output,
        notes=found.notes,
        warnings=found.warnings,
        force=force,
    )


def _codes(asked: dict[str, Any], columns: Columns) -> dict[str, str]:
    """Those of a pair, the joint one, or the code of each source by its name."""
    codes: dict[str, str] = asked.pop("codes")
    found = {name: value for name, value in asked.items() if value is not None}
    if columns.named:
        if found or codes.keys() != columns.sources.keys():
            raise click.UsageError(
                "name the code of each source by --code NAME=COLUMNS, as the sources are: "
                f"{', '.join(columns.sources)}"
            )
        return codes
    if codes or found.keys() not in ({"z1", "z2"}, {"z"}):
        raise click.UsageError("name the codes: --z1 and --z2, or --z for one code of both")
    return found


def _retained(
    file: Path | None, columns: Columns, codes: dict[str, str], *, dask: str | None, **asked: Any
) -> Retention | SourcesRetention:
    with long_work("Reading, training and solving", dask, asked["resume"]) as (client, progress):
        data, notes = _read(file, columns, codes, asked)
        from pid.analysis.retention import retained  # after loading: bad input need not wait for it

        found: Retention | SourcesRetention = retained(
            **data, client=client, progress=progress, **asked
        )
        return replace(found, notes=(*notes, *found.notes))


def _read(
    file: Path | None, columns: Columns, codes: dict[str, str], asked: dict[str, Any]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The columns, as ``pid.retained`` takes them; and what there is to say of them."""
    from pid.io.embeddings import load_codes, load_named, load_sources

    how = how_read(asked)
    sources, others = columns.sources, columns.others
    of_sources = replace(how, beside=tuple(codes.values()))
    if columns.named:
        named = load_named(file, sources, **others, how=of_sources)
        read = load_codes(file, codes, y=others["y"], how=how)
        data = {"Z": read, "sources": named.sources, "y": named.y, "groups": named.groups}
        return data, named.notes
    chosen = load_sources(file, **sources, **others, how=of_sources)
    read = load_codes(file, codes, y=others["y"], how=how)
    data = {
        "Z": tuple(read.values()) if len(read) > 1 else read["z"],
        "X1": chosen.X1,
        "X2": chosen.X2,
        "y": chosen.y,
        "groups": chosen.groups,
    }
    return data, chosen.notes
