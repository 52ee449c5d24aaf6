"""``pid information``: how much one group of columns tells of another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pid.cli.help import Command
from pid.cli.options import (
    dependence_options,
    force_option,
    how_read,
    interval_option,
    random_state_option,
    reading_options,
    unit_option,
)
from pid.cli.outputs import check_outputs, present

if TYPE_CHECKING:
    from pid.analysis.information import Information


@click.command(
    "information",
    cls=Command,
    short_help="Say how much columns tell of others.",
    examples=[
        "pid information clips.csv --x 'audio_*' --y 'text_*'",
        "pid information clips.csv --x 'audio_*' --y mood --given speaker",
    ],
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--x", required=True, metavar="COLUMNS", help="One variable: names and globs.")
@click.option("--y", required=True, metavar="COLUMNS", help="The other, likewise.")
@click.option("--given", metavar="COLUMNS", help="What is known already, likewise.")
@dependence_options
@interval_option("Coverage of the interval.")
@reading_options
@unit_option
@click.option("--json", "output", metavar="OUT", help="Write JSON to a file, or - for stdout.")
@force_option
@random_state_option("Seed of draws and folds.")
def information_of_file(
    *,
    file: Path,
    output: str | None,
    force: bool,
    **asked: Any,
) -> None:
    """Say how much columns of FILE tell of other columns, given others or nothing.

    FILE is CSV and its kin, Parquet, Arrow, Excel or JSON lines. COLUMNS is a list of names and
    globs, such as 'audio_*,pitch'; rest is all that has no other role. The mutual information of
    samples of any kind, with its interval and how it was found.
    """
    check_outputs(None, output, force=force)
    found = _estimated(file, **asked)
    from pid.cli.terminal.information import render

    present(
        found.to_dict,
        render(found, file.name),
        output,
        notes=found.notes,
        warnings=found.warnings,
        force=force,
    )


def _estimated(
    file: Path, *, x: str, y: str, given: str | None, groups: str | None, **asked: Any
) -> Information:
    from dataclasses import replace

    from pid.io.tables import load_groups

    patterns = {"x": x, "y": y} | ({} if given is None else {"given": given})
    frames, notes = load_groups(file, patterns, of_rows=groups, how=how_read(asked))
    from pid.analysis.information import estimate_information

    labels = frames.get("groups")
    found = estimate_information(
        frames["x"], frames["y"], frames.get("given"), groups=labels, **asked
    )
    return replace(found, x=x, y=y, given=given, notes=(*notes, *found.notes))
