"""``pid retained``: what codes keep of redundant, unique and synergistic information."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pid.cli.options import (
    dependence_options,
    device_option,
    how_read,
    interval_option,
    output_options,
    random_state_option,
    reading_options,
    source_options,
    taken,
    target_bins_option,
    unit_option,
    work_options,
)
from pid.cli.outputs import check_outputs, present, write_page
from pid.cli.progress import long_work

if TYPE_CHECKING:
    from pid.analysis.retention import Retention


@click.command("retained", short_help="Say what codes keep of their sources.")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@source_options
@click.option("--z1", metavar="COLUMNS", help="Code of the first source.")
@click.option("--z2", metavar="COLUMNS", help="Code of the second.")
@click.option("--z", metavar="COLUMNS", help="Or one code of both.")
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
    """Say what codes keep of what two sources say about a target, and what they lose of each.

    FILE is CSV, TSV or Parquet. COLUMNS is a list of names and globs, such as 'audio_*,pitch'; or a
    file of its own: audio.npy, codes.npz:audio. The codes must not have been fitted on these rows.
    """
    check_outputs(page, output, force=force)
    codes = _codes(taken(asked, "z1", "z2", "z"))
    found = _retained(file, codes, **asked)
    from pid.cli.terminal.retained import render

    title = "the codes" if file is None else file.name
    write_page(found, page, title, force=force)
    present(
        found.to_dict,
        render(found, title),
        output,
        notes=found.notes,
        warnings=found.warnings,
        force=force,
    )


def _codes(asked: dict[str, str | None]) -> dict[str, str]:
    """Those of a pair, or the joint one."""
    found = {name: columns for name, columns in asked.items() if columns is not None}
    if found.keys() not in ({"z1", "z2"}, {"z"}):
        raise click.UsageError("name the codes: --z1 and --z2, or --z for one code of both")
    return found


def _retained(
    file: Path | None, codes: dict[str, str], *, dask: str | None, **asked: Any
) -> Retention:
    where = taken(asked, "x1", "x2", "y", "groups")
    with long_work("Reading, training and solving", dask, asked["resume"]) as (client, progress):
        from pid.io.embeddings import load_codes, load_sources

        how = how_read(asked)
        chosen = load_sources(file, **where, how=how)
        read = load_codes(file, codes, y=where["y"], how=how)
        from pid.analysis.retention import retained  # after loading: bad input need not wait for it

        return retained(
            tuple(read.values()) if len(read) > 1 else read["z"],
            chosen.X1,
            chosen.X2,
            chosen.y,
            groups=chosen.groups,
            client=client,
            progress=progress,
            **asked,
        )
