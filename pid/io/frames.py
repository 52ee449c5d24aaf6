"""A frame as a file: CSV or Parquet, by its ending."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from pid.errors import InvalidInput, need
from pid.io.cells import harmless
from pid.io.writing import write_whole

if TYPE_CHECKING:
    import pandas as pd

ENDINGS = (".csv", ".parquet")


def check_ending(path: Path) -> None:
    """Raise InvalidInput, or MissingExtra of Parquet without pyarrow; call it before long work."""
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise InvalidInput(f"expected a name in .csv or .parquet; got {str(path)!r}")
    if ending == ".parquet":
        need("pyarrow.parquet", "scale")


def write_frame(frame: pd.DataFrame, path: Path, *, force: bool = False) -> None:
    """Write all columns, not the index, to a file that appears whole or not at all.

    Args:
        frame: what to write.
        path: its ending says the format: .csv or .parquet.
        force: replace a file that is there already.

    Raises:
        InvalidInput: another ending, or a file that exists or cannot be written.
        MissingExtra: Parquet without pyarrow.
    """
    check_ending(path)
    if path.suffix.lower() == ".csv":
        content: str | bytes = harmless(frame).to_csv(index=False, lineterminator="\n")
    else:
        arrow, parquet = need("pyarrow", "scale"), need("pyarrow.parquet", "scale")
        stream = io.BytesIO()
        parquet.write_table(arrow.Table.from_pandas(frame, preserve_index=False), stream)
        content = stream.getvalue()
    write_whole(path, content, force=force)
