"""Columns of Dask data frames, answered about partition by partition, as tasks.

A task is a pure function of its partition, and answers are counts and sets, so that neither the
number of workers nor their order, nor a task that is done again, changes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes, Column, Counts, Floats
from pid.core.joint import distinct_rows
from pid.core.symbols import encode
from pid.discretization.out_of_core.engine import (
    MOST_COMBINATIONS,
    Between,
    Facts,
    Kind,
    too_many_combinations,
)
from pid.discretization.quantiles import assign
from pid.errors import InvalidInput, need
from pid.io.columns import Variable, as_variable
from pid.io.gaps import Gaps, gaps_of
from pid.io.named import MAX_SYMBOLS
from pid.io.reading import AS_THEY_ARE, Reading
from pid.parallel.work import reached

Task = Callable[..., Any]


class Asked(NamedTuple):
    """Of every partition: what its frames are, and how they are read."""

    roles: tuple[str, ...]
    how: Reading


class Part(NamedTuple):
    """The rows of a partition: how many were given, and the places of those that are left."""

    given: int
    rows: Codes


class PartitionEngine:
    """An ``Engine`` over Dask data frames or series that are partitioned alike."""

    def __init__(
        self, collections: Mapping[str, Any], client: Any = None, how: Reading = AS_THEY_ARE
    ) -> None:
        """Count the rows.

        Args:
            collections: role -> frame or series.
            client: a ``distributed.Client``, or None for Dask's default scheduler.
            how: what becomes of gaps, "error" or "drop", and which columns are symbols or numbers.

        Raises:
            InvalidInput: they are not partitioned alike, or there are no rows.
        """
        self._client, self._asked = client, Asked(tuple(collections), how)
        self._measured = [how.is_number(name) for c in collections.values() for name in _names(c)]
        parts = {role: c.to_delayed() for role, c in collections.items()}
        if len({len(of_role) for of_role in parts.values()}) > 1:
            many = ", ".join(f"{len(of_role)} of {role}" for role, of_role in parts.items())
            raise InvalidInput(
                f"all columns must come from one Dask data frame; got partitions: {many}"
            )
        self._parts = list(zip(*parts.values(), strict=True))
        self._starts = [0] * len(self._parts)  # rows before each, once they are counted
        found = self._tasks(_lengths)
        self._starts = np.cumsum([0, *(given for given, _ in found[:-1])]).tolist()
        given, self.rows = (int(sum(each)) for each in zip(*found, strict=True))
        self.notes: tuple[str, ...] = ()
        if self.rows < given:
            self.notes = (f"left out {given - self.rows:,} of {given:,} rows, which have gaps",)
        if not self.rows:
            raise InvalidInput("there are no samples: all partitions are empty")

    def facts(self) -> list[Facts]:
        """See ``Engine``."""
        of_parts = [found for found in self._tasks(_facts) if found]
        found = [_together(of_column) for of_column in zip(*of_parts, strict=True)]
        return [
            fact._replace(whole=False, few=False) if measured else fact
            for fact, measured in zip(found, self._measured, strict=True)
        ]

    def distinct(self, columns: Sequence[int]) -> int:
        """See ``Engine``."""
        return len(self.combinations(columns, {})[1])

    def typical_count(self, column: int) -> float:
        """See ``Engine``."""
        return float(np.median(self.combinations([column], {})[1]))

    def sample(self, column: int, within: Sequence[Between], share: float) -> Floats:
        """See ``Engine``."""
        return np.concatenate(self._tasks(_sample, column, within, share))

    def below(self, column: int, values: Floats) -> Counts:
        """See ``Engine``."""
        return np.asarray(np.sum(self._tasks(_below, column, values), axis=0, dtype=np.int64))

    def between(self, column: int, ranges: Sequence[Between]) -> tuple[Floats, Counts]:
        """See ``Engine``."""
        found = self._tasks(_between, column, ranges)
        values, counts = (np.concatenate(both) for both in zip(*found, strict=True))
        (distinct,), often = distinct_rows([values], counts)
        return distinct, often

    def first(self, columns: Sequence[int], rows: int) -> list[NDArray[Any]]:
        """See ``Engine``."""
        return _stacked(self._tasks(_first, columns, rows), len(columns))

    def some(self, columns: Sequence[int], rows: int) -> list[NDArray[Any]]:
        """See ``Engine``."""
        parts = max(1, self.rows // rows)
        return _stacked(self._tasks(_some, columns, parts), len(columns))

    def combinations(
        self, columns: Sequence[int], cuts: Mapping[int, Floats], blocks: int | None = None
    ) -> tuple[list[NDArray[Any]], Counts]:
        """See ``Engine``."""
        found = [
            part for part in self._tasks(_combinations, columns, cuts, blocks) if part is not None
        ]
        values = [np.concatenate(of_parts) for of_parts in zip(*(v for v, _ in found), strict=True)]
        return _counted(values, np.concatenate([times for _, times in found]))

    def _tasks(self, task: Task, *arguments: Any) -> list[Any]:
        """What the task answers of each partition, in order."""
        delayed = need("dask", "scale").delayed
        tasks = [
            delayed(_apply, pure=False)(task, (i, start), self._asked, *part, arguments=arguments)
            for i, (part, start) in enumerate(zip(self._parts, self._starts, strict=True))
        ]
        if self._client is None:
            return list(need("dask", "scale").compute(*tasks))
        with reached(self._client):
            return list(self._client.gather(self._client.compute(tasks)))


def _apply(
    task: Task, at: tuple[int, int], asked: Asked, *parts: Any, arguments: tuple[Any, ...]
) -> Any:
    """The answer of a task to the checked columns of a partition: its number, and rows before."""
    i, start = at
    try:
        if len({len(part) for part in parts}) > 1:
            raise InvalidInput("columns of different lengths; take them from one data frame")
        given = len(parts[0])
        rows = start + np.arange(given)
        if asked.how.missing == "drop":
            there = ~np.logical_or.reduce([_gaps(part, asked.how) for part in parts])
            rows, parts = rows[there], tuple(part[there] for part in parts)
        columns: list[Column] = []
        if len(rows):
            for role, part in zip(asked.roles, parts, strict=True):
                columns += _numbers_as_they_are(as_variable(part, role, asked.how)).columns
    except InvalidInput as err:
        raise InvalidInput(f"partition {i + 1}: {err}") from err
    return task(Part(given, rows), columns, *arguments)


def _numbers_as_they_are(x: Variable) -> Variable:
    """Raise InvalidInput for text read as numbers: 1,234 is another number beside 0,5."""
    if x.written:
        name = x.names[next(iter(x.written))]
        raise InvalidInput(
            f"column {name!r} of {x.role} is text, whose decimals a partition does not tell; "
            "convert it to numbers first"
        )
    return x


def _names(collection: Any) -> list[str]:
    return [str(collection.name)] if collection.ndim == 1 else list(map(str, collection.columns))


def _gaps(part: Any, how: Reading) -> Gaps:
    """Rows of a frame or a series that have one."""
    columns = [part] if part.ndim == 1 else [part[name] for name in part.columns]
    found = [gaps_of(np.asarray(column), None, how.missing_values) for column in columns]
    return np.asarray(np.logical_or.reduce(found))


def _lengths(part: Part, columns: list[Column]) -> tuple[int, int]:
    return part.given, len(part.rows)


def _facts(_: Part, columns: list[Column]) -> list[tuple[Kind, bool, set[Any], float]]:
    return [_facts_of(column) for column in columns]


def _facts_of(column: Column) -> tuple[Kind, bool, set[Any], float]:
    """Kind, whether whole, enough distinct values to tell whether they are few, and the least."""
    number = column.dtype.kind in "iuf"
    kind: Kind = "number" if number else "boolean" if column.dtype.kind == "b" else "text"
    whole = not number or bool((column == np.floor(column)).all())
    some = set(encode(column, "x")[1][: MAX_SYMBOLS + 1])
    return kind, whole, some, float(column.min()) if number else 0.0


def _together(parts: Sequence[tuple[Kind, bool, set[Any], float]]) -> Facts:
    kinds, whole, some, least = zip(*parts, strict=True)
    kind: Kind = kinds[0] if len(set(kinds)) == 1 else "text"
    return Facts(kind, all(whole), len(set().union(*some)) <= MAX_SYMBOLS, min(least))


def _sample(_: Part, columns: list[Column], i: int, ranges: Sequence[Between], share: float) -> Any:
    return _inside(columns, i, ranges)[:: max(1, int(1 / share))]


def _below(_: Part, columns: list[Column], i: int, values: Floats) -> Counts:
    if not columns:
        return np.zeros(len(values), dtype=np.int64)
    passed = np.searchsorted(values, columns[i].astype(np.float64), side="right")
    return np.cumsum(np.bincount(passed, minlength=len(values) + 1))[:-1]


def _between(
    _: Part, columns: list[Column], i: int, ranges: Sequence[Between]
) -> tuple[Floats, Counts]:
    values, counts = np.unique(_inside(columns, i, ranges), return_counts=True)
    return values, counts.astype(np.int64)


def _inside(columns: list[Column], i: int, ranges: Sequence[Between]) -> Floats:
    if not columns:
        return np.empty(0)
    values = columns[i].astype(np.float64)
    held = [(values >= low) & (values < high) for low, high in ranges]
    return np.asarray(values[np.logical_or.reduce(held)])


def _first(part: Part, columns: list[Column], chosen: Sequence[int], rows: int) -> list[Column]:
    if not columns or part.rows[0] >= rows:
        return []
    return [columns[i][part.rows < rows] for i in chosen]


def _some(part: Part, columns: list[Column], chosen: Sequence[int], parts: int) -> list[Column]:
    if not columns:
        return []
    import pandas as pd  # here are Dask's frames, so that it is loaded

    frame = pd.DataFrame({at: columns[i] for at, i in enumerate(chosen)})
    taken = pd.util.hash_pandas_object(frame, index=False).to_numpy() % parts == 0
    return [columns[i][taken] for i in chosen]


def _stacked(found: Sequence[list[Column]], width: int) -> list[Column]:
    """Columns of all partitions; those that had no rows came back empty."""
    there = [columns for columns in found if columns]
    return [np.concatenate([columns[at] for columns in there]) for at in range(width)]


def _combinations(
    part: Part,
    columns: list[Column],
    chosen: Sequence[int],
    cuts: Mapping[int, Floats],
    blocks: int | None,
) -> tuple[list[NDArray[Any]], Counts] | None:
    if not columns:
        return None
    values = [
        assign(columns[i].astype(np.float64), cuts[i]) if i in cuts else columns[i] for i in chosen
    ]
    if blocks is not None:
        values.append(part.rows // blocks)
    return _counted(values, np.ones(len(part.rows), dtype=np.int64))


def _counted(values: Sequence[Column], times: Counts) -> tuple[list[NDArray[Any]], Counts]:
    """Distinct rows, which may be of any symbols, and how often they occur."""
    coded = [encode(column, "x") for column in values]
    codes, often = distinct_rows([codes for codes, _ in coded], times)
    if len(often) > MOST_COMBINATIONS:
        raise too_many_combinations()
    return [_symbols(s)[c] for c, (_, s) in zip(codes, coded, strict=True)], often


def _symbols(symbols: Sequence[Any]) -> NDArray[Any]:
    """As an array, which keeps numbers numbers and everything else as it is."""
    array = np.array(symbols)
    if array.dtype.kind in "biuf" and array.ndim == 1:
        return array
    objects = np.empty(len(symbols), dtype=object)
    objects[:] = symbols
    return objects
