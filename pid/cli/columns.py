"""Columns of the file that a command is about, in the words of its errors."""

from __future__ import annotations

from pathlib import Path

from pid.cli.options import how_written
from pid.errors import PIDError

SHOWN = 20  # columns that an error names


def there_are(file: Path | None) -> str:
    """The columns of a file, where it can be read, as the end of a sentence."""
    if file is None or not file.exists():
        return ""
    from pid.io.readers import column_names

    try:
        names = column_names(file, rows=False, single=True, text=how_written())
    except PIDError:  # of which it will be said what is wrong once the command is complete
        return ""
    shown = ", ".join(name for name in names[:SHOWN] if name)
    more = f" and {len(names) - SHOWN} more" if names[SHOWN:] else ""
    return f". The columns of {file.name!r} are {shown}{more}"
