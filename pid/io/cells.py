"""Text in the cells of a CSV file, which a spreadsheet may take for a formula and execute."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what text may not begin with


def harmless(frame: pd.DataFrame) -> pd.DataFrame:
    """The same with an apostrophe before text that a spreadsheet would execute; numbers stay.

    Names of columns come from files that nobody checked. Spreadsheets show such text without the
    apostrophe, and other programs can take it away again.

    Examples:
        >>> import pandas as pd
        >>> harmless(pd.DataFrame({"x1": ["=1+1", "a"], "gap": [-1.0, 0.0]}))["x1"].tolist()
        ["'=1+1", 'a']
    """
    found = frame.copy()
    for name in frame.select_dtypes(exclude=["number", "bool"]):
        found[name] = frame[name].map(_harmless)
    return found


def _harmless(cell: object) -> object:
    return f"'{cell}" if _is_formula(cell) else cell


def _is_formula(cell: object) -> bool:
    return isinstance(cell, str) and cell.startswith(FORMULA)
