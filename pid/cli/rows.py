"""``--rows`` and ``--profile-by`` of ``pid quantify``: what single rows add, and kinds of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pid.cli.options import how_read, together

if TYPE_CHECKING:
    import pandas as pd

    from pid.analysis.quantification.result import Quantification
    from pid.analysis.quantification.trajectory import Trajectory


def frame_file(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
    """A callback that takes a file whose ending says the format."""
    from pid.io.frames import check_ending

    if value is not None:
        check_ending(value)
    return value


by_row_options = together(
    click.option(
        "--rows",
        "of_rows",
        type=click.Path(path_type=Path),
        metavar="OUT",
        callback=frame_file,
        help="Write what each row adds to the atoms, to .csv or .parquet.",
    ),
    click.option(
        "--profile-by",
        "profiles",
        multiple=True,
        metavar="COLUMN",
        help="Also the atoms by class of the target, or by another column; repeatable.",
    ),
)


def check_has_rows(asked: Mapping[str, Any], of_rows: Path | None, profiles: Sequence[str]) -> None:
    """Raise before all work where single rows would have nothing to add."""
    from pid.analysis.quantification.by_row import check_estimator

    if of_rows is None and not profiles:
        return
    if asked["out_of_core"]:
        raise click.UsageError(
            "--rows and --profile-by need the rows in memory; leave out --out-of-core"
        )
    check_estimator(asked["estimator"])


def profile_columns(profiles: Sequence[str], asked: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of profiles, by their names; None for the target itself."""
    from pid.errors import InvalidInput
    from pid.io.embeddings import load_codes

    found: dict[str, Any] = {}
    for name in profiles:
        found[name] = None
        if name != asked["y"]:
            asked_for = {"profile_by": name}
            read = load_codes(asked["file"], asked_for, y=asked["y"], how=how_read(asked))
            read = read["profile_by"]
            if read.ndim == 2 and read.shape[1] != 1:
                raise InvalidInput(
                    f"--profile-by takes a single column; {name!r} is {read.shape[1]} of them"
                )
            found[name] = read.iloc[:, 0] if hasattr(read, "iloc") else read.ravel()
    return found


def profiled(q: Quantification, columns: Mapping[str, Any], asked: Mapping[str, Any]) -> Any:
    """Frames of profiles by the names of the columns."""
    return {
        name: q.profile_by(values, interval=asked["interval"], random_state=asked["random_state"])
        for name, values in columns.items()
    }


def as_records(profiles: Mapping[str, pd.DataFrame]) -> dict[str, object]:
    """What JSON has of profiles; nothing where there are none."""
    if not profiles:
        return {}
    return {"profiles": {name: _records(frame) for name, frame in profiles.items()}}


def _records(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Lines without numbers that are none: intervals of values that were hardly ever drawn."""
    return [
        {str(key): value for key, value in line.items() if value == value}
        for line in frame.to_dict("records")
    ]


def write_rows(q: Quantification | Trajectory, path: Path | None, *, force: bool) -> None:
    """Write what rows add, with the row that each was, from 0."""
    from pid.io.frames import write_frame

    if path is None:
        return
    frame = q.by_row()
    if "row" not in frame:  # of many answers it is there
        frame = frame.rename_axis("row").reset_index()
    write_frame(frame, path, force=force)
    click.echo(f"wrote {str(path)!r}, {len(frame):,} rows", err=True)
