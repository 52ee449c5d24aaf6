"""``--axis`` of ``pid quantify``: an answer at each time, of arrays or of a column of times."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from pid.cli.options import how_read, how_written
from pid.cli.sources import Columns


def check_two(columns: Columns) -> None:
    """Raise UsageError for sources by name, which may be more."""
    if columns.named:
        raise click.UsageError("--axis is for two sources; name them by --x1 and --x2")


def check_one_answer(axis: str | None, **asked: bool) -> None:
    """Raise UsageError, before all work, for what is of one answer alone."""
    for name, given in asked.items():
        if axis is not None and given:
            flag = name.replace("_", "-")
            raise click.UsageError(f"--{flag} is of one answer, and --axis makes many")


def read_axis(file: Path | None, axis: str, asked: Mapping[str, Any], *, arrays: bool) -> Any:
    """The column of that name, if FILE has it; of arrays the axis itself, by its name or number.

    Raises:
        InvalidInput: see ``pid.io.embeddings``.
    """
    from pid.io.embeddings import load_codes
    from pid.io.readers import column_names

    if arrays and (file is None or axis not in column_names(file, single=True, text=how_written())):
        return int(axis) if axis.removeprefix("-").isdecimal() else axis
    found = load_codes(file, {"axis": axis}, y=asked["y"], how=how_read(asked))["axis"]
    return found.iloc[:, 0]
