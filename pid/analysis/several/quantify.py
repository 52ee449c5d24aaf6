"""From several sources in memory to an answer: which estimator, and what is said of the columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from pid._types import Codes, Floats
from pid.analysis.names import brief
from pid.analysis.quantification.choose import FEWEST_GROUPS, Choice, Rows, of_numbers, unused
from pid.analysis.quantification.doubts import SPARSE_ROWS
from pid.analysis.several.asked import Asked
from pid.analysis.several.count import by_counting
from pid.analysis.several.fit import by_classifiers
from pid.analysis.several.result import SourcesQuantification
from pid.discretization.out_of_core.where import is_elsewhere
from pid.discretization.rows import said_of_rows
from pid.discretization.sources import side_by_side
from pid.errors import InvalidInput
from pid.estimators.base import Options
from pid.estimators.registry import REGISTRY
from pid.inference.grouping import grouping, row_weights
from pid.io.columns import Variable
from pid.io.copies import copies
from pid.io.reading import Reading
from pid.io.rows import Rows as ReadRows
from pid.io.rows import read_rows
from pid.parallel.work import Work

FEWEST = 3
TAKES = ("auto", "posterior", *(name for name, entry in REGISTRY.items() if entry.counts))
SYMBOLS = "all sources are symbols"
NUMBERS = "some sources are numbers"
SPARSE = f"all sources are symbols, with less than {SPARSE_ROWS} rows in a cell"


class OfRows(NamedTuple):
    """Labels and numbers of rows as they came, and how gaps are read."""

    groups: object
    blocks: int | None
    weights: object
    how: Reading


def check_sources(sources: Mapping[str, object], given: Sequence[str]) -> None:
    """Raise InvalidInput for sources that cannot be several, or beside what is for two.

    Args:
        sources: by name.
        given: options that only two sources have, where they were given.
    """
    if len(sources) < FEWEST - 1:
        raise InvalidInput(
            f"sources must be two or more, by their names; got {len(sources)}. What one source "
            "tells is an information: pid.mutual_information, or pid.entropy"
        )
    if empty := [name for name in sources if not name.strip()]:
        raise InvalidInput(f"a source needs a name; got {empty[0]!r}")
    if given:
        raise InvalidInput(
            f"{', '.join(given)}: for two sources, X1 and X2; leave out, beside sources"
        )


def as_two(sources: Mapping[str, object], y: object) -> tuple[object, object, tuple[str, ...]]:
    """Two sources as X1 and X2, and what they and y are called.

    Raises:
        InvalidInput: a source is called as y is.
    """
    X1, X2 = sources.values()
    name = getattr(y, "name", None)
    names = (*sources, "y" if name is None else str(name))
    _check_names(tuple(sources), names[-1])
    return X1, X2, names


def quantify_several(
    sources: Mapping[str, object], y: object, rows: OfRows, asked: Asked, work: Work
) -> SourcesQuantification:
    """Read, choose, and decompose.

    Raises:
        InvalidInput: data or options that cannot be used.
        SolverFailed: no certified answer.
        TooLarge: a table that would take too long.
    """
    if asked.estimator not in TAKES:
        raise InvalidInput(
            f"estimator {asked.estimator!r} takes two sources; of more, take 'auto', or one of "
            f"{', '.join(TAKES[1:])}"
        )
    read = read_sources(sources, y, rows)
    *variables, of_y = read.variables
    interval = asked.interval is not None
    group = grouping(read.given, rows.groups, rows.blocks, read.kept, interval=interval)
    weight = row_weights(read.given, rows.weights, kept=read.kept)
    copied = copies(*variables, target=[of_y]) if group is None else None
    kinds = Rows(None if copied is None else copied.rows, group)
    choice = _choice(asked, variables, of_y, weight, kinds)
    independent = group is None and copied is None
    said = said_of_rows(variables, of_y, independent=independent)
    notes, warnings = (*read.notes, *said.notes), said.warnings
    if copied is not None:
        group = copied.rows
        notes += (copied.note(grouped=True, where="all sources"),)
    if choice.estimator == "posterior":
        options = Options(
            asked.interval,
            asked.correction != "none",
            asked.replicates,
            asked.unit,
            asked.tol,
            asked.random_state,
            asked.device,
        )
        found = by_classifiers(choice, variables, of_y, group, asked.target_bins, options, work)
    else:
        found = by_counting(choice, variables, of_y, group, weight, asked, work)
        notes += unused(choice.estimator, asked.device)
    return replace(found, notes=(*found.notes, *notes), warnings=(*found.warnings, *warnings))


def read_sources(sources: Mapping[str, object], y: object, rows: OfRows) -> ReadRows:
    """The columns of all sources and of y, of the rows that are left.

    Raises:
        InvalidInput: columns that are not in memory, or a source that is called as y is.
    """
    if any(map(is_elsewhere, (*sources.values(), y, rows.groups, rows.weights))):
        raise InvalidInput("three sources and more are counted in memory; load the columns")
    groups, weights = rows.groups, rows.weights
    read = read_rows(sources, y, rows.how, groups=groups, weights=weights).with_one_target()
    *variables, of_y = read.variables
    _check_names([x.role for x in variables], of_y.label)
    return read


def _check_names(sources: Sequence[str], y: str) -> None:
    """Raise InvalidInput where a source is called as the target is."""
    if y in sources:
        raise InvalidInput(
            f"a source and y are both called {brief(y)!r}; name the source otherwise"
        )


def _choice(
    asked: Asked, sources: Sequence[Variable], y: Variable, weight: Floats | None, rows: Rows
) -> Choice:
    """The estimator that was asked for, or the one that fits."""
    only = [
        name
        for name, given in {
            "weights": weight is not None,
            "classes": asked.classes is not None,
            "n_clusters": asked.sizes != "auto",
            "replicates": asked.replicates != "auto",
            "correction": asked.correction not in ("kink-aware", "none"),
            "few groups": _few(rows.groups),
        }.items()
        if given
    ]
    if asked.estimator == "posterior" and only and only != ["few groups"]:
        raise InvalidInput(
            f"estimator 'posterior' counts nothing and has no use for {', '.join(only)}; leave it "
            "out, or take 'cluster', 'bins' or 'table'"
        )
    if asked.estimator != "auto":
        return Choice(asked.estimator, None)
    symbolic = all(x.is_symbolic for x in sources)
    if symbolic and (only or _dense(sources)):
        return Choice("table", SYMBOLS)
    name, reason = of_numbers(y, asked.target_bins, tuple(only), rows=rows)
    if reason is not None:
        reason = reason.replace("x1 or x2 are numbers", SPARSE if symbolic else NUMBERS)
    return Choice(name, reason)


def _few(groups: Codes | None) -> bool:
    return groups is not None and int(groups.max()) + 1 < FEWEST_GROUPS


def _dense(sources: Sequence[Variable]) -> bool:
    """Whether there are rows enough for each of the cells of all sources that occur."""
    cells = len(side_by_side(sources).encoded()[1])
    return len(sources[0]) >= SPARSE_ROWS * cells
