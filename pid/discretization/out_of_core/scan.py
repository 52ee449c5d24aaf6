"""Columns of a CSV, TSV or Parquet file that need not fit into memory, with their types."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pid.checks import COLUMN, PATH, TEXT, checked
from pid.discretization.out_of_core.database import Database
from pid.discretization.out_of_core.duckdb import Column, DuckEngine, how_many
from pid.discretization.out_of_core.elsewhere import Elsewhere
from pid.io.choose import Selection, choose, columns_of_roles
from pid.io.named import MAX_SYMBOLS
from pid.io.readers import MISSING, column_names, delimiter, is_parquet
from pid.io.refusals import mixed, place_of

_NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?(inf|infinity)"
_WHOLE = r"[+-]?[0-9]{1,18}"  # of 64 bits
_BOOLEAN = "'true', 'false'"


@checked(path=PATH, x1=TEXT, x2=TEXT, y=TEXT, groups=COLUMN, weights=COLUMN)
def scan(
    path: str | Path,
    *,
    x1: str,
    x2: str,
    y: str,
    groups: str | None = None,
    weights: str | None = None,
) -> Selection:
    """Choose columns of a file that need not fit into memory, for ``pid.quantify``.

    As ``load``, but the columns stay in the file: numbers are cut at their quantiles and rows are
    counted there, by DuckDB, within 600 MB of memory, and only the counts come back. Where columns
    would be clustered, they are cut at quantiles. A temporary folder takes what does not fit, and a
    CSV file's chosen columns.

    Args:
        path, x1, x2, y, groups, weights: as for ``load``.

    Raises:
        InvalidInput: as for ``load``.
        MissingExtra: there is no duckdb.
    """
    file = Path(path)
    names = column_names(file, rows=False)
    columns = choose(names, x1=x1, x2=x2, y=y)
    columns_of_roles(names, columns, groups=groups, weights=weights)
    chosen: dict[str, list[str]] = dict(zip(("x1", "x2", "y"), columns, strict=True))
    for role, name in (("groups", groups), ("weights", weights)):
        if name is not None:
            chosen[role] = [name]
    places = [(role, name) for role, of_role in chosen.items() for name in of_role]
    engine = opened(file, places)
    found = {
        role: Elsewhere(
            engine, role, tuple(of_role), tuple(places.index((role, name)) for name in of_role)
        )
        for role, of_role in chosen.items()
    }
    return Selection(
        found["x1"],
        found["x2"],
        found["y"],
        (x1, x2, y),
        groups=found.get("groups"),
        weights=found.get("weights"),
    )


def opened(file: Path, columns: Sequence[tuple[str, str]]) -> DuckEngine:
    """An engine for columns of a CSV, TSV or Parquet file.

    Args:
        file: which.
        columns: role and name of each.

    Raises:
        InvalidInput: the file cannot be read or has no rows, or there is text among measurements.
        MissingExtra: there is no duckdb.
    """
    names = column_names(file, rows=False)
    database = Database(file)
    places = [(place_of(role, name), names.index(name)) for role, name in columns]
    open_it = _of_parquet if is_parquet(file) else _of_csv
    return open_it(database, names, places)


def _of_parquet(
    database: Database, header: list[str], places: Sequence[tuple[str, int]]
) -> DuckEngine:
    # an alias names all columns by their place, so that the names of the file never matter
    names = ", ".join([*(f"c{i}" for i in range(len(header))), "row"])
    table = f"read_parquet({database.quoted}, file_row_number = true) AS t({names})"
    described = database.rows(f"DESCRIBE SELECT * FROM {table}")
    columns = [Column(place, f"c{i}", described[i][1]) for place, i in places]
    return DuckEngine(database, table, "row", columns)


def _of_csv(database: Database, header: list[str], places: Sequence[tuple[str, int]]) -> DuckEngine:
    """The columns with the types that they turn out to have, in a table of the database."""
    options = {
        "delim": f"'{delimiter(database.file)}'",
        "quote": "'\"'",
        "escape": "'\"'",
        "header": "true",
        "auto_detect": "false",
        "columns": "{" + ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(header))) + "}",
        "nullstr": "[" + ", ".join(f"'{word}'" for word in MISSING) + "]",
        "strict_mode": "true",
        "null_padding": "false",
    }
    how = ", ".join(f"{name} = {value}" for name, value in options.items())
    lines = f"read_csv({database.quoted}, {how})"
    names = [f"c{i}" for _, i in places]
    types = _types_in_text(database, lines, names, [header[i] for _, i in places])
    columns = [
        Column(place, c, kind) for (place, _), c, kind in zip(places, names, types, strict=True)
    ]
    cast = ", ".join(f"CAST({_trimmed(c)} AS {c.type}) AS {c.name}" for c in columns)
    database.rows(f"CREATE TABLE rows AS SELECT {cast} FROM {lines}")
    return DuckEngine(database, "rows", "rowid", columns)


def _types_in_text(
    database: Database, lines: str, names: Sequence[str], header: Sequence[str]
) -> list[str]:
    """As pandas would have them: numbers or truth values if all are, else text."""
    asked = ", ".join(
        f"count({c}), "
        + ", ".join(
            how_many(condition)
            for condition in (
                f"regexp_full_match(trim({c}), '{_WHOLE}')",
                _is_number(c),
                f"lower({c}) IN ({_BOOLEAN})",
            )
        )
        for c in names
    )
    ((*found,),) = database.rows(f"SELECT {asked} FROM {lines}")
    types = []
    for i, (c, title) in enumerate(zip(names, header, strict=True)):
        there, whole, numbers, truths = found[4 * i : 4 * i + 4]
        if numbers == there:
            types.append("BIGINT" if whole == there else "DOUBLE")
        elif truths == there:
            types.append("BOOLEAN")
        else:
            types.append("VARCHAR")
            if numbers > MAX_SYMBOLS:
                _check_text(database, lines, c, title)
    return types


def _check_text(database: Database, lines: str, c: str, title: str) -> None:
    """Raise InvalidInput if it stands among measurements."""
    number = f"CASE WHEN {_is_number(c)} THEN CAST(trim({c}) AS DOUBLE) END"
    ((distinct,),) = database.rows(f"SELECT count(DISTINCT {number}) FROM {lines}")
    if distinct > MAX_SYMBOLS:
        query = (
            f"SELECT row, {c} FROM (SELECT row_number() OVER () - 1 AS row, {c} FROM {lines}) "
            f"WHERE NOT {_is_number(c)} ORDER BY row LIMIT 1"
        )
        ((row, text),) = database.rows(query)
        raise mixed(f"column {title!r}", text, int(row))


def _is_number(c: str) -> str:
    return f"regexp_full_match(trim({c}), '{_NUMBER}', 'i')"


def _trimmed(column: Column) -> str:
    return column.name if column.type == "VARCHAR" else f"trim({column.name})"
