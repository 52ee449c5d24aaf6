"""From a file or a data frame to X1, X2 and y: reading, checking, choosing columns by name.

A column group is a comma-separated list of names and globs, such as ``audio_*,pitch``. A column
that is called exactly so comes first, so that names with commas and stars can be given, too.
"""

from __future__ import annotations

import csv
import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw

from pid.errors import InvalidInput, need
from pid.estimators.columns import MAX_SYMBOLS, mixed

if TYPE_CHECKING:
    import pandas as pd

_PARQUET = (".parquet", ".pq")
_DELIMITERS = {".tsv": "\t", ".tab": "\t"}


@dataclass(frozen=True, slots=True, eq=False)  # eq off: data frames
class Selection:
    """Columns chosen for ``pid.quantify``: frames ``X1`` and ``X2``, a series ``y``.

    ``names`` are the expressions that chose them, for the record; ``groups`` and ``weights`` are
    series, or None where none were asked for.
    """

    X1: Any
    X2: Any
    y: Any
    names: tuple[str, str, str]
    groups: Any = None
    weights: Any = None


def load(
    path: str | Path,
    *,
    x1: str,
    x2: str,
    y: str,
    groups: str | None = None,
    weights: str | None = None,
) -> Selection:
    """Read the chosen columns of a CSV, TSV or Parquet file.

    CSV files are UTF-8 text with one header line; empty cells and the usual spellings of missing
    values (NA, NaN, null ...) count as missing. A column without a name is left out: it is usually
    a row number.

    Args:
        path: the file; its ending says the format, comma-separated where it says nothing.
        x1, x2: column groups.
        y: the name of the target column.
        groups, weights: names of the columns that have each row's group and weight.

    Returns:
        The columns as pandas frames and a series, in the order of the file.

    Raises:
        InvalidInput: the file cannot be read, is empty or ragged, has duplicate headers, or its
            columns do not fit ``x1``, ``x2`` and ``y`` (see ``choose``).
        MissingExtra: Parquet without pyarrow.
    """
    file = Path(path)
    try:
        is_parquet = file.suffix.lower() in _PARQUET
        names = _parquet_names(file) if is_parquet else _csv_names(file)
        columns = choose(names, x1=x1, x2=x2, y=y)
        extra = _extra(names, columns, groups=groups, weights=weights)
        wanted = list(dict.fromkeys([*(name for group in columns for name in group), *extra]))
        frame = _read_parquet(file, wanted) if is_parquet else _read_csv(file, names, wanted)
    except OSError as err:
        raise InvalidInput(f"cannot read {str(file)!r}: {err.strerror or err}") from err
    return Selection(
        frame[columns[0]],
        frame[columns[1]],
        frame[y],
        (x1, x2, y),
        groups=None if groups is None else frame[groups],
        weights=None if weights is None else frame[weights],
    )


def select(frame: Any, *, x1: str, x2: str, y: str) -> Selection:
    """Choose columns of a pandas, polars or Arrow table.

    Args:
        frame: the table, in memory.
        x1, x2: column groups.
        y: the name of the target column.

    Returns:
        The columns as frames and a series of the same library.

    Raises:
        InvalidInput: no data frame, or columns that do not fit (see ``choose``).

    Example:
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"a_1": [0, 1], "a_2": [1, 0], "b": [0, 1], "label": ["n", "y"]})
        >>> list(select(frame, x1="a_*", x2="b", y="label").X1.columns)
        ['a_1', 'a_2']
    """
    try:
        table = nw.from_native(frame, eager_only=True)
    except TypeError as err:
        raise InvalidInput(f"expected a data frame in memory; got {type(frame).__name__}") from err
    columns = choose(table.columns, x1=x1, x2=x2, y=y)
    X1, X2 = (table.select(group).to_native() for group in columns[:2])
    return Selection(X1, X2, table[y].to_native(), (x1, x2, y))


def choose(
    names: Sequence[str], *, x1: str, x2: str, y: str
) -> tuple[list[str], list[str], list[str]]:
    """Column names of x1, x2 and y among ``names``.

    Raises:
        InvalidInput: a name or glob that matches nothing, a group that contains y, overlapping
            groups.

    Example:
        >>> choose(["a_1", "a_2", "b", "label"], x1="a_*", x2="b", y="label")
        (['a_1', 'a_2'], ['b'], ['label'])
    """
    if y not in names:
        raise _unknown("y", y, names)
    group1, group2 = _group("x1", x1, names), _group("x2", x2, names)
    for role, group, pattern in (("x1", group1, x1), ("x2", group2, x2)):
        if y in group:
            raise InvalidInput(
                f"{role} {pattern!r} contains the target {y!r}, which would tell everything; "
                "narrow the pattern"
            )
    both = [name for name in group1 if name in set(group2)]
    if both:
        raise InvalidInput(
            f"x1 {x1!r} and x2 {x2!r} share {len(both)} column(s), the first {both[0]!r}; "
            "a column belongs to one of them"
        )
    return group1, group2, [y]


def _extra(
    names: Sequence[str], columns: Sequence[Sequence[str]], **roles: str | None
) -> list[str]:
    """Columns that are not sources or target: which row belongs to what, and how much it counts."""
    found = [(role, name) for role, name in roles.items() if name is not None]
    for role, name in found:
        if name not in names:
            raise _unknown(role, name, names)
        for source, group in zip(("x1", "x2"), columns, strict=False):
            if name in group:
                raise InvalidInput(
                    f"{source} contains {name!r}, the column of {role}; narrow the pattern"
                )
    return [name for _, name in found]


def _group(role: str, pattern: str, names: Sequence[str]) -> list[str]:
    items = [pattern] if pattern in names else [item.strip() for item in pattern.split(",")]
    found: set[str] = set()
    for item in items:
        matches = {item} if item in names else {n for n in names if n and fnmatchcase(n, item)}
        if not matches:
            raise _unknown(role, item, names)
        found |= matches
    return [name for name in names if name in found]


def _unknown(role: str, item: str, names: Sequence[str]) -> InvalidInput:
    close = difflib.get_close_matches(item, names, n=1)
    shown = ", ".join(map(repr, names[:6])) + (f" and {len(names) - 6} more" if names[6:] else "")
    hint = f"did you mean {close[0]!r}?" if close else f"there are {shown}"
    return InvalidInput(f"{role} {item!r} matches no column; {hint}")


def _parquet_names(file: Path) -> list[str]:
    parquet = need("pyarrow.parquet", "scale")
    with file.open("rb"):  # a plain error for what is not a readable file
        pass
    try:
        names = list(parquet.read_schema(file).names)
    except need("pyarrow", "scale").ArrowInvalid as err:
        raise InvalidInput(f"{str(file)!r} is not a Parquet file") from err
    return _check_header(file, names)


def _read_parquet(file: Path, wanted: list[str]) -> pd.DataFrame:
    frame: pd.DataFrame = (
        need("pyarrow.parquet", "scale").read_table(file, columns=wanted).to_pandas()
    )
    if frame.empty:
        raise InvalidInput(f"{str(file)!r} has columns but no rows")
    return frame


def _csv_names(file: Path) -> list[str]:
    """Header of a CSV file, after every row has been found to be as long as it.

    pandas would fill up short rows and rename duplicate columns without a word.
    """
    delimiter = _delimiter(file)
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
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
                if len(row) != len(header):
                    raise InvalidInput(
                        f"{str(file)!r}: line {reader.line_num} has {len(row)} fields, the header "
                        f"has {len(header)}; quote fields that contain {delimiter!r}"
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
    if len(header) == 1:
        raise InvalidInput(
            f"{str(file)!r} has a single column, {header[0]!r}; expected at least three, "
            f"separated by {delimiter!r}"
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


def _read_csv(file: Path, names: list[str], wanted: list[str]) -> pd.DataFrame:
    import pandas as pd  # late: half a second that choosing columns does not need

    positions = sorted(names.index(name) for name in wanted)
    frame = pd.read_csv(
        file,
        sep=_delimiter(file),
        encoding="utf-8-sig",
        header=0,
        usecols=positions,
        index_col=False,
        low_memory=False,
    )
    frame.columns = pd.Index([names[i] for i in positions])
    for name in wanted:
        if frame[name].dtype.kind not in "biuf":
            frame[name] = _text_column(frame[name])
    return frame


def _text_column(column: pd.Series[Any]) -> pd.Series[Any]:
    """Text as it is; numbers too long for pandas as floats; an error for measurements with text."""
    import pandas as pd

    numbers = pd.to_numeric(column, errors="coerce")
    readable = numbers.notna() | column.isna()
    if readable.all():
        return numbers.astype("float64")
    if numbers.nunique() > MAX_SYMBOLS:
        row = int((~readable).to_numpy().argmax())
        raise mixed(f"column {str(column.name)!r}", column.iloc[row], row)
    return column


def _delimiter(file: Path) -> str:
    return _DELIMITERS.get(file.suffix.lower(), ",")
