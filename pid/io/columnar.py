"""Parquet, Feather and Arrow files: columns as Arrow has them, not as others noted beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pid.errors import InvalidInput, need

if TYPE_CHECKING:
    import pandas as pd

PARQUET = (".parquet", ".pq")
ARROW = (".arrow", ".feather", ".ftr", ".ipc", ".arrows")
COLUMNAR = (*PARQUET, *ARROW)
ROW_NUMBERS = re.compile(r"__index_level_\d+__")  # as pandas calls an index without a name


def names_of_columns(file: Path) -> list[str]:
    """Names of the columns; one that pandas made of row numbers is none, as in a CSV file."""
    with file.open("rb") as stream:  # whose name may be of any bytes
        names = list(_schema(file, stream).names)
    return ["" if ROW_NUMBERS.fullmatch(name) else name for name in names]


def read_arrow(file: Path, wanted: Sequence[str]) -> pd.DataFrame:
    """The wanted columns."""
    arrow = need("pyarrow", "scale")
    with file.open("rb") as stream:
        table = _table(file, stream, list(wanted))
    table.validate(full=True)  # damaged offsets are followed by whoever reads, out of all memory
    columns = [_without_zone(table[name]) for name in wanted]  # and not what a name with dots read
    plain = arrow.table(columns, names=list(wanted))
    frame: pd.DataFrame = plain.to_pandas(ignore_metadata=True, date_as_object=False)
    if frame.empty:
        raise InvalidInput(f"{str(file)!r} has columns but no rows")
    return frame


def _schema(file: Path, stream: IO[bytes]) -> Any:
    if file.suffix.lower() in PARQUET:
        return need("pyarrow.parquet", "scale").read_schema(stream)
    return _opened(stream).schema


def _table(file: Path, stream: IO[bytes], wanted: list[str]) -> Any:
    if file.suffix.lower() in PARQUET:
        return need("pyarrow.parquet", "scale").ParquetFile(stream).read(columns=wanted)
    return _opened(stream).read_all().select(wanted)


def _opened(stream: IO[bytes]) -> Any:
    """An Arrow file, a stream of Arrow, as data sets on the disk are, or a first Feather file."""
    ipc = need("pyarrow.ipc", "scale")
    magic = stream.read(6)
    stream.seek(0)
    if magic == b"ARROW1":
        return ipc.open_file(stream)
    if magic[:4] == b"FEA1":
        raise InvalidInput(
            f"{stream.name!r} is a Feather file of version 1, which Arrow gives up: write it anew, "
            "as pd.read_feather(...).to_parquet(...) does"
        )
    return ipc.open_stream(stream)


def _without_zone(column: Any) -> Any:
    """Times in UTC, as no zone need be known here to say that they are times."""
    arrow = need("pyarrow", "scale")
    if not arrow.types.is_timestamp(column.type) or column.type.tz is None:
        return column
    return column.cast(arrow.timestamp(column.type.unit))
