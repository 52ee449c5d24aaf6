"""Columns of a file that need not fit into memory, answered about by DuckDB.

Nothing that the file says ever becomes part of a query: columns are numbered there, and values are
parameters. The database may read this file and nothing else, and loads no extensions.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pid.elsewhere.engine import (
    MOST_COMBINATIONS,
    Between,
    Counts,
    Facts,
    Floats,
    Kind,
    too_many_combinations,
)
from pid.errors import InvalidInput, need
from pid.estimators.columns import MAX_SYMBOLS, mixed, place_of, unusable, wrong_type
from pid.sheets import MISSING, column_names, delimiter, is_parquet

MEMORY = "600MB"  # of the database; what does not fit goes to a temporary folder
HEAD = 100_000  # rows that mostly show already that a column has many values

_NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?(inf|infinity)"
_WHOLE = r"[+-]?[0-9]{1,18}"  # of 64 bits
_BOOLEAN = "'true', 'false'"


class Column(NamedTuple):
    """A column as the database knows it."""

    place: str  # in words, for messages
    name: str  # in queries
    type: str


class DuckEngine:
    """An ``Engine`` over a table of a database."""

    def __init__(self, database: Database, table: str, row: str, columns: Sequence[Column]) -> None:
        """Count the rows.

        Args:
            database: where to ask.
            table: in a query.
            row: the expression for the number of a row, from 0.
            columns: by their number.

        Raises:
            InvalidInput: there are no rows.
        """
        self._ask, self._table, self._row = database.ask, table, row
        self._columns = columns
        ((self.rows,),) = self._ask(f"SELECT count(*) FROM {table}").fetchall()
        if not self.rows:
            raise InvalidInput(f"{str(database.file)!r} has columns but no rows")

    def facts(self) -> list[Facts]:
        """See ``Engine``."""
        kinds = [_kind(column) for column in self._columns]
        asked = []
        for column, kind in zip(self._columns, kinds, strict=True):
            c, number = column.name, _as_number(column)
            numbers = kind == "number"
            asked += [
                f"count({c})" if not _is_float(column) else f"count_if(NOT isnan({c}))",
                f"count_if(isinf({c}))" if _is_float(column) else "0",
                f"min({number})" if numbers else "0",
                f"bool_and({number} = floor({number}))" if numbers else "true",
            ]
        ((*found,),) = self._ask(f"SELECT {', '.join(asked)} FROM {self._table}").fetchall()
        facts = []
        for i, (column, kind) in enumerate(zip(self._columns, kinds, strict=True)):
            there, infinite, least, whole = found[4 * i : 4 * i + 4]
            if there < self.rows:
                raise self._unusable(column, "missing", self.rows - there)
            if infinite:
                raise self._unusable(column, "infinite", infinite)
            facts.append(Facts(kind, bool(whole), self._few(column), float(least)))
        return facts

    def distinct(self, columns: Sequence[int]) -> int:
        """See ``Engine``."""
        names = ", ".join(self._columns[i].name for i in columns)
        query = f"SELECT count(*) FROM (SELECT DISTINCT {names} FROM {self._table})"
        return int(self._ask(query).fetchall()[0][0])

    def typical_count(self, column: int) -> float:
        """See ``Engine``."""
        counts = f"SELECT count(*) AS n FROM {self._table} GROUP BY {self._columns[column].name}"
        return float(self._ask(f"SELECT median(n) FROM ({counts})").fetchall()[0][0])

    def sample(self, column: int, within: Sequence[Between], share: float) -> Floats:
        """See ``Engine``."""
        values, parameters = self._within(column, within)
        how = f"USING SAMPLE {100 * share:.9f} PERCENT (bernoulli, 0)" if share < 1 else ""
        found = self._ask(f"SELECT v FROM ({values}) {how}", parameters).fetchnumpy()
        return np.asarray(found["v"], dtype=np.float64)

    def below(self, column: int, values: Floats) -> Counts:
        """See ``Engine``."""
        number = _as_number(self._columns[column])
        asked = ", ".join(f"count_if({number} < $v{i})" for i in range(len(values)))
        parameters = {f"v{i}": float(value) for i, value in enumerate(values)}
        found = self._ask(f"SELECT {asked} FROM {self._table}", parameters).fetchall()
        return np.array(found[0], dtype=np.int64)

    def between(self, column: int, ranges: Sequence[Between]) -> tuple[Floats, Counts]:
        """See ``Engine``."""
        values, parameters = self._within(column, ranges)
        query = f"SELECT v, count(*) AS n FROM ({values}) GROUP BY v ORDER BY v"
        found = self._ask(query, parameters).fetchnumpy()
        return np.asarray(found["v"], np.float64), np.asarray(found["n"], np.int64)

    def combinations(
        self, columns: Sequence[int], cuts: Mapping[int, Floats], blocks: int | None = None
    ) -> tuple[list[NDArray[Any]], Counts]:
        """See ``Engine``."""
        parameters: dict[str, object] = {}
        asked = []
        for i in columns:
            if i in cuts:
                parameters |= {f"e{i}_{k}": float(edge) for k, edge in enumerate(cuts[i])}
                asked.append(_bin(i, _as_number(self._columns[i]), len(cuts[i])))
            else:
                text = _kind(self._columns[i]) == "text"
                asked.append(self._columns[i].name + "::VARCHAR" * text)
        if blocks is not None:
            parameters["blocks"] = blocks
            asked.append(f"{self._row} // $blocks")
        named = ", ".join(f"{what} AS k{i}" for i, what in enumerate(asked))
        found = self._ask(
            f"SELECT {named}, count(*) AS n FROM {self._table} GROUP BY ALL "
            f"LIMIT {MOST_COMBINATIONS + 1}",
            parameters,
        ).fetchnumpy()
        if len(found["n"]) > MOST_COMBINATIONS:
            raise too_many_combinations()
        values = [np.asarray(found[f"k{i}"]) for i in range(len(asked))]
        return values, np.asarray(found["n"], dtype=np.int64)

    def _within(self, column: int, ranges: Sequence[Between]) -> tuple[str, dict[str, object]]:
        number = _as_number(self._columns[column])
        parameters: dict[str, object] = {}
        conditions = []
        for i, (low, high) in enumerate(ranges):
            parameters |= {f"low{i}": float(low), f"high{i}": float(high)}
            conditions.append(f"({number} >= $low{i} AND {number} < $high{i})")
        where = " OR ".join(conditions)
        return f"SELECT {number} AS v FROM {self._table} WHERE {where}", parameters

    def _few(self, column: Column) -> bool:
        """Whether there are at most ``MAX_SYMBOLS`` distinct values; the first rows often tell."""
        for rows in (f"(SELECT * FROM {self._table} LIMIT {HEAD})", self._table):
            query = f"SELECT count(DISTINCT {column.name}) FROM {rows}"
            if self._ask(query).fetchall()[0][0] > MAX_SYMBOLS:
                return False
        return True

    def _unusable(self, column: Column, what: Any, count: int) -> InvalidInput:
        c = column.name
        is_missing = f"({c} IS NULL" + (f" OR isnan({c}))" if _is_float(column) else ")")
        where = is_missing if what == "missing" else f"isinf({c})"
        query = f"SELECT min({self._row}) FROM {self._table} WHERE {where}"
        return unusable(column.place, what, count, int(self._ask(query).fetchall()[0][0]))


class Database:
    """A connection that may read one file, and spills into a folder that goes with it."""

    def __init__(self, file: Path) -> None:
        """Open an empty database, with all doors closed but that to ``file``."""
        self.file = file
        self._duckdb = need("duckdb", "scale")
        folder = Path(tempfile.mkdtemp(prefix="pid-"))
        options = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
        self._connection = self._duckdb.connect(folder / "rows.duckdb", config=options)
        # with the last who holds this object, or at exit
        weakref.finalize(self, _remove, self._connection, folder)
        for name, value in (
            ("memory_limit", MEMORY),
            ("temp_directory", str(folder)),
            ("allowed_paths", [str(file.resolve()), self._pattern]),
            ("enable_external_access", False),
            ("lock_configuration", True),
        ):
            self._connection.execute(f"SET {name} = $value", {"value": value})

    @property
    def quoted(self) -> str:
        """The file in a query."""
        return "'" + self._pattern.replace("'", "''") + "'"

    @property
    def _pattern(self) -> str:
        """The file as a pattern that matches nothing else: every name is taken for a pattern."""
        return re.sub(r"([*?\[])", r"[\1]", str(self.file.resolve()))

    def ask(self, query: str, parameters: Mapping[str, object] | None = None) -> Any:
        """The answer to a query.

        Raises:
            InvalidInput: what is in the file cannot be read, or too much has to be kept.
        """
        d = self._duckdb
        try:
            return self._connection.execute(query, dict(parameters or {}))
        except d.OutOfMemoryException as err:
            raise InvalidInput(
                f"the distinct values of {str(self.file)!r} do not fit into {MEMORY} and the disk; "
                "choose fewer columns, or such with fewer distinct values"
            ) from err
        except (d.IOException, d.InvalidInputException, d.ConversionException) as err:
            what = str(err).splitlines()[0]
            raise InvalidInput(f"cannot read {str(self.file)!r}: {what}") from err


def _remove(connection: Any, folder: Path) -> None:
    connection.close()
    shutil.rmtree(folder, ignore_errors=True)


def scan(file: Path, columns: Sequence[tuple[str, str]]) -> DuckEngine:
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
    described = database.ask(f"DESCRIBE SELECT * FROM {table}").fetchall()
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
    columns = [
        Column(place, f"c{i}", _type_in_text(database, lines, f"c{i}", header[i]))
        for place, i in places
    ]
    cast = ", ".join(f"CAST({_trimmed(c)} AS {c.type}) AS {c.name}" for c in columns)
    database.ask(f"CREATE TABLE rows AS SELECT {cast} FROM {lines}")
    return DuckEngine(database, "rows", "rowid", columns)


def _type_in_text(database: Database, lines: str, c: str, name: str) -> str:
    """As pandas would have it: numbers or truth values if all are, else text."""
    number = f"regexp_full_match(trim({c}), '{_NUMBER}', 'i')"
    whole = f"regexp_full_match(trim({c}), '{_WHOLE}')"
    asked = (
        f"count({c}), count_if({whole}), count_if({number}), count_if(lower({c}) IN ({_BOOLEAN})), "
        f"count(DISTINCT CASE WHEN {number} THEN CAST(trim({c}) AS DOUBLE) END)"
    )
    ((*found,),) = database.ask(f"SELECT {asked} FROM {lines}").fetchall()
    there, integers, numbers, truths, distinct = found
    if integers == there:
        return "BIGINT"
    if numbers == there:
        return "DOUBLE"
    if truths == there:
        return "BOOLEAN"
    if distinct > MAX_SYMBOLS:
        query = (
            f"SELECT row, text FROM (SELECT row_number() OVER () - 1 AS row, {c} AS text "
            f"FROM {lines}) WHERE NOT {number.replace(c, 'text')} ORDER BY row LIMIT 1"
        )
        ((row, text),) = database.ask(query).fetchall()
        raise mixed(f"column {name!r}", text, int(row))
    return "VARCHAR"


def _trimmed(column: Column) -> str:
    return column.name if column.type == "VARCHAR" else f"trim({column.name})"


def _kind(column: Column) -> Kind:
    name = column.type.split("(")[0]
    if name in ("DOUBLE", "FLOAT", "DECIMAL") or name.removeprefix("U").endswith("INT"):
        return "number"
    if name == "BOOLEAN":
        return "boolean"
    if name in ("VARCHAR", "ENUM", "UUID"):
        return "text"
    raise wrong_type(column.place, column.type)


def _is_float(column: Column) -> bool:
    return column.type in ("DOUBLE", "FLOAT")


def _as_number(column: Column) -> str:
    return column.name if column.type == "DOUBLE" else f"CAST({column.name} AS DOUBLE)"


def _bin(i: int, number: str, edges: int) -> str:
    """The number of edges that are not above a value."""
    if not edges:
        return "0"
    whens = " ".join(f"WHEN {number} >= $e{i}_{k} THEN {k + 1}" for k in reversed(range(edges)))
    return f"CASE {whens} ELSE 0 END"
