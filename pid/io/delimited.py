"""Tables in text, CSV and its kin: names and rows checked, then the columns that are wanted."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pid.errors import InvalidInput
from pid.io.dialect import MARKS, Dialect, found, opened
from pid.io.named import MAX_SYMBOLS
from pid.io.reading import Reading
from pid.io.refusals import mixed

if TYPE_CHECKING:
    import pandas as pd

HEAD = 1_000  # rows that show whether whole numbers are padded with zeros
# What stands for a missing value in a text file: what pandas takes for one.
MISSING = (
    *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN"),
    *("<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"),
)
EXPONENTIAL = r"[+-]?\d+\.?\d*[eE]\+?\d+"  # of numbers: what of these is none is beyond all floats
WITH_COMMA = r"\s*[+-]?\d+,\d+(?:[eE][+-]?\d+)?\s*"


def names_in_text(file: Path, check: bool, single: bool, asked: Dialect) -> list[str]:
    """Header of a CSV file, after every row has been found to be as long as it.

    pandas would fill up short rows and rename duplicate columns without a word.
    """
    how = found(file, asked)
    with opened(file, how) as stream:
        header, has_rows = _checked_rows(file, stream, str(how.sep), check)
    if len(header) == 1 and not single:
        raise InvalidInput(
            f"{str(file)!r} has a single column, {header[0]!r}; expected at least three, "
            f"separated by {MARKS.get(str(how.sep), repr(how.sep))}"
        )
    if not has_rows:
        raise InvalidInput(f"{str(file)!r} has a header but no rows")
    return header


def _checked_rows(file: Path, stream: IO[str], mark: str, check: bool) -> tuple[list[str], bool]:
    """The header, and whether rows come after it, all as long where they are to be checked."""
    reader = csv.reader(stream, delimiter=mark, strict=True)
    try:
        rows = (row for row in reader if row)  # blank lines count for nothing
        header = next(rows, None)
        if header is None:
            raise InvalidInput(f"{str(file)!r} is empty; expected a header and one row per sample")
        has_rows = False
        for row in rows:
            has_rows = True
            if not check:
                break
            if len(row) != len(header):
                raise _ragged(file, reader.line_num, row, header, mark)
    except csv.Error as err:
        what = str(err)
        if "limit" in what:
            what = f"a field of more than {csv.field_size_limit():,} characters"
        raise InvalidInput(
            f"{str(file)!r}: line {reader.line_num}: {what}; mend the quotes"
            + (", or leave out such long texts" if what != str(err) else "")
        ) from err
    return header, has_rows


def _ragged(file: Path, line: int, row: list[str], header: list[str], mark: str) -> InvalidInput:
    advice = f"quote fields that contain {MARKS.get(mark, repr(mark))}, or give another sep"
    if header[0].startswith(("#", "%")):
        mark = header[0][0]
        advice = f"if lines that begin with {mark!r} are comments, give comment={mark!r}"
    return InvalidInput(
        f"{str(file)!r}: line {line} has {len(row)} fields, the header has {len(header)}; {advice}"
    )


def read_text(
    file: Path, names: list[str], wanted: list[str], how: Reading
) -> tuple[pd.DataFrame, dict[str, InvalidInput]]:
    """The wanted columns, and errors of those that cannot be read."""
    import pandas as pd  # late: half a second that choosing columns does not need

    written = found(file, how.dialect)
    positions = sorted(names.index(name) for name in wanted)
    asked: dict[str, Any] = {
        "sep": written.sep,
        "decimal": written.decimal,
        "header": 0,
        "usecols": positions,
        "index_col": False,
        "low_memory": False,
        "keep_default_na": False,
        "na_values": [*MISSING, *(value for value in how.missing_values if isinstance(value, str))],
    }
    with opened(file, written) as stream:
        head = pd.read_csv(stream, **asked, dtype=str, nrows=HEAD)
    head = head.set_axis(range(len(positions)), axis=1)
    given = {names[i] for i in positions if how.is_symbol(names[i]) or how.is_number(names[i])}
    padded = {names[i] for at, i in enumerate(positions) if _is_padded(head[at])}
    text = {i: str for i in positions if names[i] in given | padded}
    with opened(file, written) as stream:
        frame: pd.DataFrame = pd.read_csv(stream, **asked, dtype=text)
    frame.columns = pd.Index([names[i] for i in positions])
    errors: dict[str, InvalidInput] = {}
    for name in wanted:
        if frame[name].dtype.kind not in "biuf" and name not in given | padded:
            try:
                frame[name] = _text_column(frame[name], written)
            except InvalidInput as err:
                errors[name] = err
    return frame, errors


def _is_padded(column: pd.Series[Any]) -> bool:
    """Whether whole numbers begin with 0, as codes do and numbers do not."""
    whole = column.dropna()
    return bool(len(whole) and whole.str.fullmatch(r"\d+").all() and whole.str.match(r"0\d").any())


def _text_column(column: pd.Series[Any], how: Dialect) -> pd.Series[Any]:
    """Text as it is; numbers too long for pandas as floats; an error for measurements with text."""
    import pandas as pd

    text = column
    if how.decimal == ",":  # of columns with text in between, which pandas leaves as it was
        comma = column.astype(str).str.fullmatch(WITH_COMMA)
        text = column.where(~comma, column.astype(str).str.replace(",", "."))
    numbers = pd.to_numeric(text, errors="coerce")
    beyond = numbers.isna() & text.astype(str).str.fullmatch(EXPONENTIAL)
    numbers = numbers.mask(beyond, math.inf)  # which pandas before 3 leaves as text
    readable = numbers.notna() | column.isna()
    if readable.all():
        return numbers.astype("float64")
    if numbers.nunique() > MAX_SYMBOLS:
        row = int((~readable).to_numpy().argmax())
        raise mixed(f"column {str(column.name)!r}", column.iloc[row], row)
    return column
