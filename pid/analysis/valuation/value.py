"""The call that says what each source is worth: ``pid.value``."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np

from pid.analysis.names import brief
from pid.analysis.quantification.choose import FEWEST, SMALLEST_CLASS
from pid.analysis.screening.groups import as_groups
from pid.analysis.training import trained
from pid.analysis.valuation.losses import LEVEL
from pid.analysis.valuation.result import Valuation
from pid.analysis.valuation.worths import Asked, valued
from pid.checks import (
    BLOCKS,
    CLIENT,
    DEVICE,
    INTERVAL,
    NONE,
    PROGRESS,
    RANDOM_STATE,
    RESUME,
    TARGET_BINS,
    TOL,
    UNIT,
    checked,
    either,
    named,
    number,
    seed_of,
)
from pid.core.information import Unit
from pid.discretization.resolution import Resolution
from pid.discretization.rows import said_of_rows
from pid.discretization.target import Classes, as_classes
from pid.errors import InvalidInput
from pid.estimators.base import Options
from pid.estimators.posterior.estimator import PosteriorPID
from pid.estimators.posterior.said import Sources
from pid.inference.grouping import check_grouping, grouping
from pid.inference.order import few_units
from pid.io.columns import check_target
from pid.io.reading import GLOBS, HOW_MISSING, VALUES, Missing, reading
from pid.io.rows import read_rows
from pid.io.sets import choose_roles
from pid.parallel.work import check_seeded, working

COST = either(named("positive numbers", number(above=0)), NONE)


@checked(
    groups=named("columns"),
    cost=COST,
    target_bins=TARGET_BINS,
    interval=INTERVAL,
    blocks=BLOCKS,
    missing=HOW_MISSING,
    missing_values=VALUES,
    symbols=GLOBS,
    numbers=GLOBS,
    unit=UNIT,
    tol=TOL,
    random_state=RANDOM_STATE,
    device=DEVICE,
    client=CLIENT,
    resume=RESUME,
    progress=PROGRESS,
)
def value(
    frame: object,
    y: object,
    *,
    groups: Mapping[str, object],
    cost: Mapping[str, float] | None = None,
    row_groups: object = None,
    blocks: int | None = None,
    target_bins: int | Literal["auto"] | None = "auto",
    interval: float | None = 0.95,
    missing: Missing = "error",
    missing_values: Sequence[object] = (),
    symbols: str | Sequence[str] = (),
    numbers: str | Sequence[str] = (),
    unit: Unit = "bit",
    tol: float = 1e-9,
    random_state: int | None = 0,
    device: str | None = None,
    client: object = None,
    resume: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Valuation:
    """What each source is worth, given the others: what is lost without it, and per cost.

    Classifiers of each source, of all others of it, and of all sources say what they tell about y,
    out of fold, as in ``pid.screen`` of groups. What is lost without a source is its unique
    information and its synergy in the decomposition of the source and all others together.

    Args:
        frame: a row per sample: a pandas, polars or Arrow table, a mapping of columns, or an array.
        y: the target: the name of a column of ``frame``, or the values themselves.
        groups: sources: name -> columns of ``frame``, as names and globs, such as "audio_*",
            "total_*,!total_day" or "rest", in one text or a list; or as places.
        cost: name -> a positive number, such as a price or seconds, of some sources or all.
        row_groups: a label per row, such as a speaker or patient, or the name of the column of
            ``frame`` that has them: rows of one group depend on each other. (In other doors these
            are ``groups``.)
        blocks: likewise for time series: so many rows in a row.
        target_bins: as in ``pid.quantify``.
        interval: nominal coverage of the intervals, or None for none; verdicts are then of 0.95.
        missing, missing_values, symbols, numbers: as in ``pid.quantify``.
        unit: "bit" or "nat".
        tol: certified gap of each solved table, in nats.
        random_state: seed of folds and classifiers; None takes another one each time.
        device, client, resume, progress: as in ``pid.quantify``.

    Returns:
        A row per source, with a verdict.

    Raises:
        InvalidInput: fewer than two sources that vary, data or options that cannot be used.
        SolverFailed: no certified answer.

    Examples:
        >>> rng = np.random.default_rng(0)
        >>> X = rng.integers(2, size=(400, 3))
        >>> found = value(X, X[:, 0] ^ X[:, 1], groups={"a": [0], "b": [1], "c": [2]})
        >>> [source.verdict for source in found.sources]
        ['only together', 'only together', 'drop']
    """
    begin = time.perf_counter()
    check_seeded(random_state, resume)
    check_grouping(row_groups, blocks)
    chosen = choose_roles(frame, groups, {"y": y, "row_groups": row_groups})
    columns, (of_y, of_rows) = chosen.sets, chosen.roles.values()
    how = reading(missing, missing_values, symbols, numbers)
    read = read_rows(columns, of_y, how, groups=of_rows).with_one_target()
    *sources, y_read = read.variables
    _check_costs(cost, groups)
    seed = seed_of(random_state)
    found = as_groups(sources, Resolution(random_state=seed), "a valuation")
    check_target(y_read)
    target, classes = y_read.label, as_classes(y_read, target_bins)
    rows = grouping(read.given, of_rows, blocks, read.kept, interval=interval is not None)
    copied = None if rows is not None else found.copies([y_read])
    said = said_of_rows(sources, y_read, independent=rows is None and copied is None)
    notes = (*chosen.notes, *read.notes, *said.notes, *found.notes)
    if copied is not None:
        rows, notes = copied.rows, (*notes, copied.note(grouped=True, where="all sources"))
    level = LEVEL if interval is None else float(interval)
    template = PosteriorPID.asked(Options(level, True, "auto", "nat", tol, seed, device))
    with working(client, resume, progress) as work:
        learned = trained(
            found.variables,
            {"y": classes.y},
            {"y": sets_of(len(found.names))},
            rows,
            template,
            work,
        )["y"]
        asked = Asked(found, cost or {}, level, interval is not None, unit)
        answer = valued(learned, asked, work)
    notes += tuple(note.replace("y:", f"{target}:", 1) for note in classes.notes)
    return replace(
        answer,
        y=target,
        notes=(*notes, *learned.template.notes_, *learned.notes(found.names, target)),
        warnings=(*said.warnings, *answer.warnings, *_doubts(answer, classes, copied is not None)),
        seconds=time.perf_counter() - begin,
    )


def sets_of(sources: int) -> list[Sources]:
    """Each source, all others of each, and all; smaller ones first."""
    every = tuple(range(sources))
    found = {(i,) for i in every} | {tuple(j for j in every if j != i) for i in every} | {every}
    return sorted(found, key=lambda of: (len(of), of))


def _check_costs(cost: Mapping[str, float] | None, groups: Mapping[str, object]) -> None:
    """Raise InvalidInput for the cost of what is no source."""
    for name in cost or {}:
        if name not in groups:
            known = ", ".join(map(brief, groups))
            raise InvalidInput(f"cost of {brief(name)!r}, which is no group; there are {known}")


def _doubts(answer: Valuation, classes: Classes, copied: bool) -> tuple[str, ...]:
    """Reasons not to trust numbers that are learned from these rows."""
    found = []
    smallest = int(np.bincount(classes.coding.codes).min())
    if answer.n < FEWEST or smallest < SMALLEST_CLASS:
        found.append(
            f"{answer.n} samples, {smallest} of the smallest class, are few to train on; "
            f"of fewer than {FEWEST} and {SMALLEST_CLASS}, much may be missed"
        )
    few = () if copied else few_units(answer.units)
    return (*found, *few)
