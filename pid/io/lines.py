"""Tables of objects, one on a line: JSON lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pid.errors import InvalidInput
from pid.io.dialect import UNSAID, Dialect, opened

if TYPE_CHECKING:
    import pandas as pd

LINES = (".jsonl", ".ndjson")
_UTF8 = "utf-8-sig"


def names_in_lines(file: Path, rows: bool, how: Dialect = UNSAID) -> list[str]:
    """Names in the order in which they first appear, in the first line alone or in all."""
    return list(_columns(file, how, None if rows else 1))


def read_lines(file: Path, wanted: list[str], how: Dialect = UNSAID) -> pd.DataFrame:
    """The wanted columns; what a line does not have is missing there."""
    import pandas as pd

    columns = _columns(file, how)
    return pd.DataFrame(
        {name: pd.Series(columns[name], dtype=_kind(columns[name])) for name in wanted}
    )


def _kind(values: list[Any]) -> Any:
    """The type that pandas would find, but for lists and objects, which it may take apart."""
    return object if any(isinstance(value, list | dict) for value in values) else None


def _columns(file: Path, how: Dialect, most: int | None = None) -> dict[str, list[Any]]:
    """All values, by name."""
    found: dict[str, list[Any]] = {}
    count = 0
    with opened(file, Dialect(encoding=how.encoding or _UTF8)) as stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            for name, value in _object(file, number, line).items():
                column = found.setdefault(name, [])
                column.extend([None] * (count - len(column)))
                column.append(value)
            count += 1
            if count == most:
                break
    if not count:
        raise InvalidInput(f"{str(file)!r} is empty; expected a JSON object per line")
    for column in found.values():
        column.extend([None] * (count - len(column)))
    return found


def _object(file: Path, number: int, line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as err:
        raise InvalidInput(
            f"{str(file)!r}: line {number} is not JSON ({type(err).__name__}); expected an object "
            'on each line, such as {"a": 1, "y": "yes"}'
        ) from err
    if not isinstance(value, dict):
        raise InvalidInput(
            f"{str(file)!r}: line {number} has a {type(value).__name__}; expected an object on "
            'each line, such as {"a": 1, "y": "yes"}'
        )
    return value
