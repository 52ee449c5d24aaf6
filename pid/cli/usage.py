"""What a wrong command line is told: the columns there are, and the option that was meant."""

from __future__ import annotations

import re
from pathlib import Path

import click

from pid.cli.options import how_written
from pid.errors import PIDError

SHOWN = 20  # columns that an error names
_THIRD = re.compile(r"--x([3-9]|\d\d+)")


def there_are(file: Path | None) -> str:
    """The columns of a file, where it can be read, as the end of a sentence."""
    if file is None or not file.exists():
        return ""
    from pid.analysis.names import brief
    from pid.io.readers import column_names

    try:
        names = column_names(file, rows=False, single=True, text=how_written())
    except PIDError:  # of which it will be said what is wrong once the command is complete
        return ""
    shown = ", ".join(brief(name, 60) for name in names[:SHOWN] if name)
    more = f" and {len(names) - SHOWN} more" if names[SHOWN:] else ""
    return f". The columns of {brief(file.name)!r} are {shown}{more}"


def taught(err: click.UsageError, word: str | None) -> str:
    """The message of an error, with what to do where that can be told.

    Args:
        err: of the command line.
        word: the first of it, which may be a file where a command was expected.
    """
    message = err.format_message()
    if isinstance(err, click.NoSuchOption) and _THIRD.fullmatch(err.option_name):
        return (
            f"No such option '{err.option_name}'; of more than two sources, each is given by "
            "--source NAME=COLUMNS, in place of --x1 and --x2"
        )
    if isinstance(err, click.MissingParameter) and err.ctx is not None:
        given = err.ctx.params.get("file") or next(iter(err.ctx.params.get("files") or ()), None)
        if isinstance(given, Path):
            with err.ctx:  # whose options say how the file is written
                return f"{message.rstrip('.')}{there_are(given)}"
    if word is not None and f"No such command {word!r}" in message and _is_file(word):
        return (
            f"{word!r} is a file, and a command comes first: pid describe {word} says what is in "
            f"it, and pid quantify {word} --x1 COLUMNS --x2 COLUMNS --y COLUMN decomposes it"
        )
    return message


def _is_file(word: str) -> bool:
    from pid.io.readers import TABLES

    return word.lower().endswith(TABLES) or Path(word).is_file()
