"""Columns of a table in a database, answered about by queries.

Nothing that the data say ever becomes part of a query: columns are numbered there, and values are
parameters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pid._types import Counts, Floats
from pid.discretization.out_of_core.database import Database
from pid.discretization.out_of_core.engine import (
    MOST_COMBINATIONS,
    Between,
    Facts,
    Kind,
    contradiction,
    too_many_combinations,
)
from pid.errors import InvalidInput
from pid.io.named import MAX_SYMBOLS
from pid.io.refusals import missing_in, unusable_values, wrong_type

HEAD = 100_000  # rows that mostly show already that a column has many values

_NUMBERS = ("DOUBLE", "FLOAT", "DECIMAL", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")


class Column(NamedTuple):
    """A column as the database knows it."""

    place: str  # in words, for messages
    name: str  # in queries
    type: str
    measured: bool = False  # numbers, however few
    comma: bool = False  # before the decimals, in the file


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
        self._rows, self._arrays = database.rows, database.arrays
        self._table, self._row = table, row
        self._columns = columns
        ((self.rows,),) = self._rows(f"SELECT count(*) FROM {table}")
        if not self.rows:
            raise InvalidInput(f"{str(database.file)!r} has columns but no rows")

    notes: tuple[str, ...] = ()

    def facts(self) -> list[Facts]:
        """See ``Engine``."""
        kinds = [_kind(column) for column in self._columns]
        asked = []
        for column, kind in zip(self._columns, kinds, strict=True):
            c, number = column.name, _as_number(column)
            numbers = kind == "number"
            asked += [
                f"count({c})" if not _is_float(column) else how_many(f"NOT isnan({c})"),
                how_many(f"isinf({c})") if _is_float(column) else "0",
                f"min({number})" if numbers else "0",
                f"bool_and({number} = floor({number}))" if numbers else "true",
            ]
        ((*found,),) = self._rows(f"SELECT {', '.join(asked)} FROM {self._table}")
        self._check_gaps({i: self.rows - found[4 * i] for i in range(len(kinds))})
        facts = []
        for i, (column, kind) in enumerate(zip(self._columns, kinds, strict=True)):
            _, infinite, least, whole = found[4 * i : 4 * i + 4]
            if infinite:
                raise self._infinite(column, infinite)
            if least is None or whole is None:
                raise contradiction()
            few = not column.measured and self._few(column)
            facts.append(Facts(kind, bool(whole) and not column.measured, few, float(least)))
        return facts

    def distinct(self, columns: Sequence[int]) -> int:
        """See ``Engine``."""
        names = ", ".join(self._columns[i].name for i in columns)
        query = f"SELECT count(*) FROM (SELECT DISTINCT {names} FROM {self._table})"
        return int(self._rows(query)[0][0])

    def typical_count(self, column: int) -> float:
        """See ``Engine``."""
        counts = f"SELECT count(*) AS n FROM {self._table} GROUP BY {self._columns[column].name}"
        return float(self._rows(f"SELECT median(n) FROM ({counts})")[0][0])

    def sample(self, column: int, within: Sequence[Between], share: float) -> Floats:
        """See ``Engine``."""
        values, parameters = self._within(column, within)
        how = f"USING SAMPLE {100 * share:.9f} PERCENT (bernoulli, 0)" if share < 1 else ""
        found = self._arrays(f"SELECT v FROM ({values}) {how}", parameters)
        return np.asarray(found["v"], dtype=np.float64)

    def below(self, column: int, values: Floats) -> Counts:
        """See ``Engine``."""
        number = _as_number(self._columns[column])
        asked = ", ".join(how_many(f"{number} < $v{i}") for i in range(len(values)))
        parameters = {f"v{i}": float(value) for i, value in enumerate(values)}
        found = self._rows(f"SELECT {asked} FROM {self._table}", parameters)
        return np.array(found[0], dtype=np.int64)

    def between(self, column: int, ranges: Sequence[Between]) -> tuple[Floats, Counts]:
        """See ``Engine``."""
        values, parameters = self._within(column, ranges)
        query = f"SELECT v, count(*) AS n FROM ({values}) GROUP BY v ORDER BY v"
        found = self._arrays(query, parameters)
        return np.asarray(found["v"], np.float64), np.asarray(found["n"], np.int64)

    def first(self, columns: Sequence[int], rows: int) -> list[NDArray[Any]]:
        """See ``Engine``."""
        return self._rows_where(columns, f"WHERE {self._row} < $rows", {"rows": rows})

    def some(self, columns: Sequence[int], rows: int) -> list[NDArray[Any]]:
        """See ``Engine``."""
        names = ", ".join(self._columns[i].name for i in columns)
        parts = {"parts": max(1, self.rows // rows)}
        return self._rows_where(columns, f"WHERE hash({names}) % $parts = 0", parts)

    def _rows_where(
        self, columns: Sequence[int], where: str, parameters: dict[str, object]
    ) -> list[NDArray[Any]]:
        asked = ", ".join(f"{self._value(i)} AS k{at}" for at, i in enumerate(columns))
        query = f"SELECT {asked} FROM {self._table} {where} ORDER BY {self._row}"
        found = self._arrays(query, parameters)
        return [np.asarray(found[f"k{at}"]) for at in range(len(columns))]

    def _value(self, i: int) -> str:
        """A column in a query; every kind of text is text."""
        text = _kind(self._columns[i]) == "text"
        return self._columns[i].name + "::VARCHAR" * text

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
                asked.append(self._value(i))
        if blocks is not None:
            parameters["blocks"] = blocks
            asked.append(f"{self._row} // $blocks")
        named = ", ".join(f"{what} AS k{i}" for i, what in enumerate(asked))
        found = self._arrays(
            f"SELECT {named}, count(*) AS n FROM {self._table} GROUP BY ALL "
            f"LIMIT {MOST_COMBINATIONS + 1}",
            parameters,
        )
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
            if self._rows(query)[0][0] > MAX_SYMBOLS:
                return False
        return True

    def _check_gaps(self, gaps: Mapping[int, int]) -> None:
        """Raise InvalidInput for all columns that lack values, by their numbers: how many."""
        counts = {i: count for i, count in gaps.items() if count}
        if not counts:
            return
        rows = [self._first_row(self._is_missing(i)) for i in counts]
        if None in rows:
            raise contradiction()
        by_place = {self._columns[i].place: count for i, count in counts.items()}
        raise missing_in(by_place, min(row for row in rows if row is not None))

    def _is_missing(self, i: int) -> str:
        c = self._columns[i].name
        return f"({c} IS NULL" + (f" OR isnan({c}))" if _is_float(self._columns[i]) else ")")

    def _infinite(self, column: Column, count: int) -> InvalidInput:
        row = self._first_row(f"isinf({column.name})")
        if row is None:
            return contradiction()
        return unusable_values(column.place, "infinite", count, row)

    def _first_row(self, condition: str) -> int | None:
        # no WHERE, which looks at the statistics of a file, and these may be wrong
        query = f"SELECT min(CASE WHEN {condition} THEN {self._row} END) FROM {self._table}"
        row = self._rows(query)[0][0]
        return None if row is None else int(row)


def how_many(condition: str) -> str:
    """In a query, the number of rows where it holds: 0, and not NULL, where nothing has a value."""
    return f"coalesce(count_if({condition}), 0)"


def _kind(column: Column) -> Kind:
    name = column.type.split("(")[0]
    if name in _NUMBERS or name.removeprefix("U") in _NUMBERS:
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
