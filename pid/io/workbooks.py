"""Excel workbooks: the one sheet that has cells."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pid.errors import InvalidInput, need
from pid.io.packed import check_archive

if TYPE_CHECKING:
    import pandas as pd

WORKBOOKS = (".xlsx", ".xlsm")


def names_in_workbook(file: Path) -> list[str]:
    """The first row that is not empty."""
    return _read(file)[0]


def read_workbook(file: Path, wanted: list[str]) -> pd.DataFrame:
    """The wanted columns."""
    import pandas as pd

    names, rows = _read(file)
    if not rows:
        raise InvalidInput(f"{str(file)!r} has a header but no rows")
    places = [names.index(name) for name in wanted]
    columns = {name: [row[at] for row in rows] for name, at in zip(wanted, places, strict=True)}
    return pd.DataFrame(columns)


def _read(file: Path) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Names and rows; cells are what was last computed, never formulas."""
    workbooks = need("openpyxl", "excel")
    with file.open("rb") as stream:
        check_archive(file, stream)
        book = workbooks.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        sheets = {sheet.title: _rows(sheet) for sheet in book.worksheets}
    full = {title: rows for title, rows in sheets.items() if rows}
    if len(full) != 1:
        some = ", ".join(map(repr, full)) or "none with cells"
        title = next(iter(full), "Sheet1")
        raise InvalidInput(
            f"{str(file)!r} must have one sheet with cells; there are {some}: write the one you "
            f"mean as CSV, as pd.read_excel({file.name!r}, sheet_name={title!r}).to_csv('data.csv',"
            " index=False) does"
        )
    ((header, *rows),) = full.values()
    width = max(i for i, cell in enumerate(header) if cell is not None) + 1
    names = ["" if cell is None else str(cell) for cell in header[:width]]
    beyond = next((r for r in rows if any(cell is not None for cell in r[width:])), None)
    if beyond is not None:
        raise InvalidInput(
            f"{str(file)!r} has cells beyond the last column that has a name, {names[-1]!r}; name "
            "all columns in the first row"
        )
    return names, [(*row[:width], *[None] * (width - len(row))) for row in rows]


def _rows(sheet: Any) -> list[tuple[Any, ...]]:
    """Of values, without empty ones."""
    rows = (tuple(row) for row in sheet.iter_rows(values_only=True))
    return [row for row in rows if any(cell is not None for cell in row)]
