"""Columns of CSV, TSV and Parquet files: their names, and their values once checked."""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pid.errors import InvalidInput, need
from pid.io.foreign import check_regular, reading
from pid.io.named import MAX_SYMBOLS
from pid.io.reading import AS_THEY_ARE, Reading
from pid.io.refusals import mixed

if TYPE_CHECKING:
    import pandas as pd

HEAD = 1_000  # rows that show whether whole numbers are padded with zeros
PARQUET = (".parquet", ".pq")
# What stands for a missing value in a text file: what pandas takes for one.
MISSING = (
    *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN"),
    *("<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"),
)
EXPONENTIAL = r"[+-]?\d+\.?\d*[eE]\+?\d+"  # of numbers: what of these is none is beyond all floats
TEXT, PARQUET_FILE = "text of rows with one delimiter", "a Parquet file"
ROW_NUMBERS = re.compile(r"__index_level_\d+__")  # as pandas calls an index without a name
_DELIMITERS = {".tsv": "\t", ".tab": "\t"}


def column_names(file: Path, *, rows: bool = True, single: bool = False) -> list[str]:
    """Names of the columns, in order; the rows of a CSV file are checked on the way.

    Args:
        file: its ending says the format.
        rows: off to look at the header alone.
        single: whether one column may be all; else it is taken for a wrong delimiter.

    Raises:
        InvalidInput: the file cannot be read, is empty or ragged, or has duplicate headers.
        MissingExtra: Parquet without pyarrow.
    """
    check_regular(file)
    if is_parquet(file):
        return _parquet_names(file)
    with reading(file, TEXT):
        return _csv_names(file, rows, single)


def read_columns(
    file: Path,
    names: list[str],
    wanted: Sequence[str],
    how: Reading = AS_THEY_ARE,
    unusable: dict[str, InvalidInput] | None = None,
) -> pd.DataFrame:
    """The ``wanted`` ones of the columns ``names`` of a file, as a pandas frame.

    Of a CSV file, columns that ``how`` says to be symbols or numbers stay text, 007 too, for
    whoever reads them to see what is written there. Where there is an ``unusable``, it takes the
    errors of columns that are then left out.

    Raises:
        InvalidInput: there are no rows, or text stands among measurements.
    """
    chosen = list(dict.fromkeys(wanted))
    check_regular(file)
    with reading(file, PARQUET_FILE if is_parquet(file) else TEXT):
        if is_parquet(file):
            return _read_parquet(file, chosen)
        frame, errors = _read_csv(file, names, chosen, how)
    if errors and unusable is None:
        raise next(iter(errors.values()))
    (unusable if unusable is not None else {}).update(errors)
    return frame.drop(columns=list(errors))


def is_parquet(file: Path) -> bool:
    """Whether the ending says so."""
    return file.suffix.lower() in PARQUET


def _parquet_names(file: Path) -> list[str]:
    """Names of the columns; one that pandas made of row numbers is none, as in a CSV file."""
    parquet = need("pyarrow.parquet", "scale")
    with reading(file, PARQUET_FILE), file.open("rb") as stream:
        names = list(parquet.read_schema(stream).names)
    return _check_header(file, ["" if ROW_NUMBERS.fullmatch(name) else name for name in names])


def _read_parquet(file: Path, wanted: list[str]) -> pd.DataFrame:
    """The columns as Arrow has them: what pandas once noted beside them may be wrong."""
    arrow, parquet = need("pyarrow", "scale"), need("pyarrow.parquet", "scale")
    with file.open("rb") as stream:  # whose name may be of any bytes
        table = parquet.ParquetFile(stream).read(columns=wanted)
    columns = [_without_zone(table[name]) for name in wanted]  # and not what a name with dots read
    plain = arrow.table(columns, names=wanted)
    frame: pd.DataFrame = plain.to_pandas(ignore_metadata=True, date_as_object=False)
    if frame.empty:
        raise InvalidInput(f"{str(file)!r} has columns but no rows")
    return frame


def _without_zone(column: Any) -> Any:
    """Times in UTC, as no zone need be known here to say that they are times."""
    arrow = need("pyarrow", "scale")
    if not arrow.types.is_timestamp(column.type) or column.type.tz is None:
        return column
    return column.cast(arrow.timestamp(column.type.unit))


def _csv_names(file: Path, check: bool, single: bool) -> list[str]:
    """Header of a CSV file, after every row has been found to be as long as it.

    pandas would fill up short rows and rename duplicate columns without a word.
    """
    mark = delimiter(file)
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, delimiter=mark, strict=True)
        try:
            rows = (row for row in reader if row)  # blank lines count for nothing
            header = next(rows, None)
            if header is None:
                raise InvalidInput(
                    f"{str(file)!r} is empty; expected a header and one row per sample"
                )
            empty = True
            for row in rows:
                empty = False
                if not check:
                    break
                if len(row) != len(header):
                    raise InvalidInput(
                        f"{str(file)!r}: line {reader.line_num} has {len(row)} fields, the header "
                        f"has {len(header)}; quote fields that contain {mark!r}"
                    )
        except UnicodeDecodeError as err:
            raise InvalidInput(
                f"{str(file)!r} is not UTF-8 text ({err.reason}); save it as UTF-8"
            ) from err
        except csv.Error as err:
            what = str(err)
            if "limit" in what:
                what = f"a field of more than {csv.field_size_limit():,} characters"
            raise InvalidInput(
                f"{str(file)!r}: line {reader.line_num}: {what}; mend the quotes"
                + (", or leave out such long texts" if what != str(err) else "")
            ) from err
    if len(header) == 1 and not single:
        raise InvalidInput(
            f"{str(file)!r} has a single column, {header[0]!r}; expected at least three, "
            f"separated by {mark!r}"
        )
    if empty:
        raise InvalidInput(f"{str(file)!r} has a header but no rows")
    return _check_header(file, header)


def _check_header(file: Path, names: list[str]) -> list[str]:
    twice = [name for name, count in Counter(names).items() if count > 1 and name]
    if twice:
        raise InvalidInput(
            f"{str(file)!r} has {names.count(twice[0])} columns named {twice[0]!r}; "
            "give every column its own name"
        )
    return names


def _read_csv(
    file: Path, names: list[str], wanted: list[str], how: Reading
) -> tuple[pd.DataFrame, dict[str, InvalidInput]]:
    import pandas as pd  # late: half a second that choosing columns does not need

    positions = sorted(names.index(name) for name in wanted)
    asked: dict[str, Any] = {
        "sep": delimiter(file),
        "encoding": "utf-8-sig",
        "header": 0,
        "usecols": positions,
        "index_col": False,
        "low_memory": False,
        "keep_default_na": False,
        "na_values": [*MISSING, *(value for value in how.missing_values if isinstance(value, str))],
    }
    head = pd.read_csv(file, **asked, dtype=str, nrows=HEAD).set_axis(range(len(positions)), axis=1)
    given = {names[i] for i in positions if how.is_symbol(names[i]) or how.is_number(names[i])}
    padded = {names[i] for at, i in enumerate(positions) if _is_padded(head[at])}
    text = {i: str for i in positions if names[i] in given | padded}
    frame: pd.DataFrame = pd.read_csv(file, **asked, dtype=text)
    frame.columns = pd.Index([names[i] for i in positions])
    errors: dict[str, InvalidInput] = {}
    for name in wanted:
        if frame[name].dtype.kind not in "biuf" and name not in given | padded:
            try:
                frame[name] = _text_column(frame[name])
            except InvalidInput as err:
                errors[name] = err
    return frame, errors


def _is_padded(column: pd.Series[Any]) -> bool:
    """Whether whole numbers begin with 0, as codes do and numbers do not."""
    whole = column.dropna()
    return bool(len(whole) and whole.str.fullmatch(r"\d+").all() and whole.str.match(r"0\d").any())


def _text_column(column: pd.Series[Any]) -> pd.Series[Any]:
    """Text as it is; numbers too long for pandas as floats; an error for measurements with text."""
    import pandas as pd

    numbers = pd.to_numeric(column, errors="coerce")
    beyond = numbers.isna() & column.astype(str).str.fullmatch(EXPONENTIAL)
    numbers = numbers.mask(beyond, math.inf)  # which pandas before 3 leaves as text
    readable = numbers.notna() | column.isna()
    if readable.all():
        return numbers.astype("float64")
    if numbers.nunique() > MAX_SYMBOLS:
        row = int((~readable).to_numpy().argmax())
        raise mixed(f"column {str(column.name)!r}", column.iloc[row], row)
    return column


def delimiter(file: Path) -> str:
    """Of a text file, by its ending."""
    return _DELIMITERS.get(file.suffix.lower(), ",")
