"""Columns of files of any format: their names, and their values once checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pid.errors import InvalidInput
from pid.io.arrays import ARRAYS
from pid.io.columnar import COLUMNAR, PARQUET, names_of_columns, read_arrow
from pid.io.delimited import names_in_text, read_text
from pid.io.dialect import UNSAID, Dialect, found
from pid.io.foreign import check_regular, reading
from pid.io.lines import LINES, names_in_lines, read_lines
from pid.io.packed import PACKED, ending, is_packed
from pid.io.reading import AS_THEY_ARE, Reading
from pid.io.workbooks import WORKBOOKS, names_in_workbook, read_workbook

if TYPE_CHECKING:
    import pandas as pd

TEXT = "text of rows with one delimiter"
# What a file should be, by its ending.
_WHAT = {
    **dict.fromkeys(COLUMNAR, "an Arrow file"),
    **dict.fromkeys(PARQUET, "a Parquet file"),
    **dict.fromkeys(WORKBOOKS, "an Excel workbook"),
    **dict.fromkeys(LINES, "lines of JSON"),
}
_SAVED = "save it as .csv or .xlsx"
# What is not read, and the line that makes of it what is.
CONVERTED = {
    ".xls": "pd.read_excel({0!r}).to_csv('data.csv', index=False)",
    ".xlsb": _SAVED,
    ".ods": _SAVED,
    ".numbers": _SAVED,
    ".json": "pd.read_json({0!r}).to_json('data.jsonl', orient='records', lines=True)",
    ".h5": "pd.read_hdf({0!r}).to_parquet('data.parquet')",
    ".hdf5": "pd.read_hdf({0!r}).to_parquet('data.parquet')",
    ".dta": "pd.read_stata({0!r}).to_csv('data.csv', index=False)",
    ".sav": "pd.read_spss({0!r}).to_csv('data.csv', index=False)",
    ".sas7bdat": "pd.read_sas({0!r}).to_csv('data.csv', index=False)",
    ".orc": "pd.read_orc({0!r}).to_parquet('data.parquet')",
    ".mat": "np.save('x.npy', scipy.io.loadmat({0!r})['x'])",
    ".rds": "in R: write.csv(readRDS({0!r}), 'data.csv', row.names = FALSE)",
    ".pkl": "what is pickled can run any program when it is read; if you trust it: "
    "pd.read_pickle({0!r}).to_parquet('data.parquet')",
    ".pickle": "what is pickled can run any program when it is read; if you trust it: "
    "pd.read_pickle({0!r}).to_parquet('data.parquet')",
}
# Endings of tables, longest first: a reference has the first of them that it can.
_PLAIN = (".csv", ".tsv", ".tab", ".txt", ".dat", *LINES)
_ALL = (*_PLAIN, *(plain + packed for plain in _PLAIN for packed in PACKED), *COLUMNAR, *WORKBOOKS)
TABLES = tuple(sorted(_ALL, key=len, reverse=True))


def column_names(
    file: Path, *, rows: bool = True, single: bool = False, text: Dialect = UNSAID
) -> list[str]:
    """Names of the columns, in order; the rows of a text file are checked on the way.

    Args:
        file: its ending says the format.
        rows: off to look at the header alone.
        single: whether one column may be all; else it is taken for a wrong delimiter.
        text: what is known of how a text file is written.

    Raises:
        InvalidInput: the file cannot be read, is empty or ragged, or has duplicate headers.
        MissingExtra: an optional dependency that the format needs.
    """
    kind = _kind(file)
    with reading(file, _WHAT.get(kind, TEXT)):
        if kind in COLUMNAR:
            names = names_of_columns(file)
        elif kind in WORKBOOKS:
            names = names_in_workbook(file)
        elif kind in LINES:
            names = names_in_lines(file, rows, text)
        else:
            names = names_in_text(file, rows, single, text)
    twice = [name for name, count in Counter(names).items() if count > 1 and name]
    if twice:
        raise InvalidInput(
            f"{str(file)!r} has {names.count(twice[0])} columns named {twice[0]!r}; "
            "give every column its own name"
        )
    return names


def read_columns(
    file: Path,
    names: list[str],
    wanted: Sequence[str],
    how: Reading = AS_THEY_ARE,
    unusable: dict[str, InvalidInput] | None = None,
) -> pd.DataFrame:
    """The ``wanted`` ones of the columns ``names`` of a file, as a pandas frame.

    Of a text file, columns that ``how`` says to be symbols or numbers stay text, 007 too, for
    whoever reads them to see what is written there. Where there is an ``unusable``, it takes the
    errors of columns that are then left out.

    Raises:
        InvalidInput: there are no rows, or text stands among measurements.
    """
    chosen = list(dict.fromkeys(wanted))
    kind = _kind(file)
    errors: dict[str, InvalidInput] = {}
    with reading(file, _WHAT.get(kind, TEXT)):
        if kind in COLUMNAR:
            frame = read_arrow(file, chosen)
        elif kind in WORKBOOKS:
            frame = read_workbook(file, chosen)
        elif kind in LINES:
            frame = read_lines(file, chosen, how.dialect)
        else:
            frame, errors = read_text(file, names, chosen, how)
    if errors and unusable is None:
        raise next(iter(errors.values()))
    (unusable if unusable is not None else {}).update(errors)
    return frame.drop(columns=list(errors))


def note_on(file: Path, text: Dialect) -> tuple[str, ...]:
    """How a text file is written, in words, where it is not what most are."""
    if not is_text(file):
        return ()
    said = found(file, text).said
    return (f"{file.name}: {said}",) if said else ()


def is_parquet(file: Path) -> bool:
    """Whether the ending says so."""
    return file.suffix.lower() in PARQUET


def is_text(file: Path) -> bool:
    """Whether the ending speaks of no other format: a table in text."""
    return ending(file) not in _WHAT


def _kind(file: Path) -> str:
    """The ending, of a file that can be read.

    Raises:
        InvalidInput: a file of a kind that is not read, with the line that converts it.
    """
    kind = ending(file)
    if kind in CONVERTED and file.exists():
        raise InvalidInput(
            f"{str(file)!r} is of a kind that is not read; convert it: "
            + CONVERTED[kind].format(file.name)
        )
    if kind in ARRAYS and file.exists():
        raise InvalidInput(
            f"{str(file)!r} has arrays, not columns with names; give it as a source, such as "
            f"x1={file.name!r}, beside or without a table"
        )
    check_regular(file)
    if is_packed(file) and kind in _WHAT and kind not in LINES:
        raise InvalidInput(f"{str(file)!r} is compressed, and only text is read so; decompress it")
    return kind
