"""Rows of a screen that are counted: a first look at all, a second at those that matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes, Floats
from pid.analysis.screening.adjusting import adjusted
from pid.analysis.screening.looks import (
    FIRST,
    SECOND,
    first_look,
    second_look,
    shape_of_first,
    shape_of_second,
)
from pid.analysis.screening.measured import Measured
from pid.analysis.screening.result import NAMES, Adjust
from pid.analysis.screening.tables import FOLDS, Pair, Rows, rows_given, units_of
from pid.inference.assessment import Resampling
from pid.inference.bias import correct
from pid.parallel.work import Work

BLOCK = 32  # sources, which are counted with all of another block at once
MOST_COUNTED = 2**22  # cells of all folds of all pairs of a part
SECOND_PARTS = 10  # pairs of a part
DISCOVERIES = 0.05  # adjusted p-value of the gates up to which a pair is resampled

Task = tuple[Pair, str]  # two sources, and the name of a target


class Looks(NamedTuple):
    """How rows are counted: what to test, how to adjust it, and how often to resample.

    ``interval`` is None for a first look alone; ``limit`` is told how many rows there are and how
    large a table, and raises where that is too much.
    """

    of: Sequence[str]
    adjust: Adjust
    interval: float | None
    replicates: int
    tol: float
    random_state: int
    limit: Callable[[int, tuple[int, int, int]], None]


def by_counting(
    tasks: Sequence[Task], rows: Mapping[str, Rows], asked: Looks, work: Work
) -> Measured:
    """Decompose the tables of all pairs.

    Args:
        tasks: the rows, those of one target after those of another.
        rows: what each target makes of the rows of the data.
        asked: how.
        work: where.
    """
    asked.limit(len(tasks), _largest([pair for pair, _ in tasks], rows))
    first = _first(tasks, rows, asked.tol, work)
    low, high, p = (np.full((len(tasks), len(NAMES)), np.nan) for _ in range(3))
    p[:, -1] = first["gates"][:, -1]
    resampled = 0
    if asked.interval is not None:
        passed = _passed(first["gates"], asked.of, asked.adjust)
        resampled = int(passed.any(axis=1).sum())
        p[:, [NAMES.index(name) for name in asked.of if name != "total"]] = 1.0
        at, found = _second(tasks, rows, passed, asked, work)
        first["corrected"][at] = found["corrected"]
        low[at], high[at] = found["low"], found["high"]
        both = np.maximum(found["p"], first["gates"][at])  # valid whenever the test is
        p[at] = np.where(passed[at], both, p[at])
    estimators = tuple(_estimator(pair) for pair, _ in tasks)
    return Measured(
        first["counted"], first["corrected"], low, high, p, first["gap"], estimators, resampled
    )


def _largest(pairs: Sequence[Pair], rows: Mapping[str, Rows]) -> tuple[int, int, int]:
    """A table at least as large as any of these."""
    first, second = (max(pair[i].size for pair in pairs) for i in (0, 1))
    return first, second, max(of_target.classes for of_target in rows.values())


def corrected_by_units(
    found: Measured, tasks: Sequence[Task], rows: Mapping[str, Rows], random_state: int
) -> Measured:
    """The same, corrected as ``pid.quantify`` does, see ``pid.inference.correct``.

    Of the few pairs that groups make this takes no time to speak of, and of few samples it is less
    rough than leaving out tenths.
    """
    values = found.corrected.copy()
    for i, (pair, name) in enumerate(tasks):
        units = units_of(*rows_given(pair, rows[name]))
        if units.count > 1:
            d = correct(units, unit="nat", random_state=random_state)
            values[i] = [getattr(d, atom) for atom in NAMES]
    return found._replace(corrected=values)


def folds_of(n: int, groups: Codes | None, random_state: int) -> Codes:
    """The tenth that each row, or group of rows, belongs to."""
    rng = np.random.default_rng(random_state)
    units = np.arange(n) if groups is None else groups
    return np.asarray(rng.permutation(int(units.max()) + 1)[units] % FOLDS)


def _first(
    tasks: Sequence[Task], rows: Mapping[str, Rows], tol: float, work: Work
) -> NDArray[np.void]:
    """``FIRST`` of all rows."""
    places = list(_blocks(tasks, rows))
    parts = [([tasks[i][0] for i in some], rows[tasks[some[0]][1]], tol) for some in places]
    looked = work.map("first look", first_look, parts, shape=shape_of_first)
    found = np.empty(len(tasks), FIRST)
    for some, part in zip(places, looked, strict=True):
        found[some] = part.view(FIRST)
    return found


def _blocks(tasks: Sequence[Task], rows: Mapping[str, Rows]) -> Iterator[list[int]]:
    """Tasks of one target whose sources are of two blocks, as many as can be counted together."""
    number: dict[int, int] = {}
    blocks: dict[tuple[str, int, int], list[int]] = {}
    for i, ((x1, x2), name) in enumerate(tasks):
        first, second = (number.setdefault(id(x), len(number)) // BLOCK for x in (x1, x2))
        blocks.setdefault((name, first, second), []).append(i)
    for (name, _, _), members in blocks.items():
        cells = max(tasks[i][0][0].size * tasks[i][0][1].size for i in members)
        step = max(1, MOST_COUNTED // (FOLDS * rows[name].classes * cells))
        for start in range(0, len(members), step):
            yield members[start : start + step]


def _passed(gates: Floats, of: Sequence[str], adjust: Adjust) -> NDArray[np.bool_]:
    """Which atoms of which rows are tested: their gate is significant over all rows."""
    asked = np.array([name in of and name != "total" for name in NAMES])
    return np.asarray((adjusted(gates, adjust) <= DISCOVERIES) & asked)


def _second(
    tasks: Sequence[Task],
    rows: Mapping[str, Rows],
    passed: NDArray[np.bool_],
    asked: Looks,
    work: Work,
) -> tuple[list[int], NDArray[np.void]]:
    """Resample the rows that passed: which these are, and ``SECOND`` of them."""
    seeds = np.random.SeedSequence(asked.random_state).spawn(len(tasks))
    how = Resampling(asked.interval, replicates=asked.replicates)  # type: ignore[arg-type]
    parts: list[tuple[object, ...]] = []
    places: list[int] = []
    for name, of_target in rows.items():
        chosen = [i for i, task in enumerate(tasks) if task[1] == name and passed[i].any()]
        for start in range(0, len(chosen), SECOND_PARTS):
            some = chosen[start : start + SECOND_PARTS]
            pairs = [(tasks[i][0], seeds[i], passed[i]) for i in some]
            parts.append((pairs, of_target, how))
            places += some
    looked = work.map("second look", second_look, parts, shape=shape_of_second)
    return places, np.concatenate([np.empty(0), *looked]).view(SECOND)


def _estimator(pair: Pair) -> str:
    kinds = {source.kind for source in pair}
    return "cluster" if "clusters" in kinds else "bins" if "bins" in kinds else "table"
