"""A screen as a file: CSV, Parquet or JSON, by its ending."""

from __future__ import annotations

import io
import json
from pathlib import Path

from pid.analysis.screening.result import Screening
from pid.errors import InvalidInput, need
from pid.io.cells import harmless
from pid.io.writing import write_whole


def write(found: Screening, path: Path, *, force: bool = False) -> None:
    """Write all rows to a file that appears whole or not at all.

    Args:
        found: the screen.
        path: its ending says the format: .csv, .parquet or .json.
        force: replace a file that is there already.

    Raises:
        InvalidInput: another ending, or a file that exists or cannot be written.
        MissingExtra: Parquet without pyarrow.
    """
    match path.suffix.lower():
        case ".csv":
            content: str | bytes = harmless(found.to_frame()).to_csv(
                index=False, lineterminator="\n"
            )
        case ".json":
            content = json.dumps(found.to_dicts(), indent=2, allow_nan=False) + "\n"
        case ".parquet":
            arrow, parquet = need("pyarrow", "scale"), need("pyarrow.parquet", "scale")
            stream = io.BytesIO()
            parquet.write_table(arrow.Table.from_pylist(found.to_dicts()), stream)
            content = stream.getvalue()
        case other:
            raise InvalidInput(f"expected a name in .csv, .parquet or .json; got {other!r}")
    write_whole(path, content, force=force)
