"""From sources and targets to measured rows: columns are counted, groups as each pair needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.analysis.screening.consistency import inconsistencies
from pid.analysis.screening.counting import Looks, by_counting, corrected_by_units, folds_of
from pid.analysis.screening.groups import Asked, Groups, choices, counted_pairs, why_clusters
from pid.analysis.screening.looks import Rows
from pid.analysis.screening.measured import Measured
from pid.analysis.screening.training import by_training
from pid.analysis.training import Task, sets_of, trained
from pid.core.information import Unit
from pid.discretization.coding import Coding
from pid.discretization.target import Classes
from pid.estimators.base import Options
from pid.estimators.posterior.estimator import PosteriorPID
from pid.io.columns import Variable
from pid.parallel.work import Work

LEVEL = 0.95  # at which rows are compared, if nobody asked for intervals


@dataclass(frozen=True, slots=True, eq=False)  # eq off: array fields
class Single:
    """Single columns as sources, and notes on them."""

    sources: list[Coding]
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.sources[0].codes)


class Target(NamedTuple):
    """A target as it came, and its classes."""

    name: str
    variable: Variable
    classes: Classes

    @property
    def codes(self) -> Codes:
        """The class of each row of the data."""
        return self.classes.coding.codes

    @property
    def notes(self) -> tuple[str, ...]:
        """How it was cut."""
        return tuple(n.replace("y:", f"{self.name}:", 1) for n in self.classes.notes)


class Data(NamedTuple):
    """The targets by name, and the groups and weights of the rows, if there are any."""

    targets: Mapping[str, Target]
    groups: Codes | None
    weights: Floats | None

    def rows(self, random_state: int) -> dict[str, Rows]:
        """What counting needs to know of each target."""
        found = {}
        for name, target in self.targets.items():
            codes = target.codes
            folds = folds_of(len(codes), self.groups, random_state)
            found[name] = Rows(codes, int(codes.max()) + 1, folds, self.groups, self.weights)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Names of the rows of a screen, their numbers, and which are of all groups together."""

    rows: list[tuple[str, str, str]]
    measured: Measured
    whole: Sequence[bool]
    compared: Measured
    notes: tuple[str, ...]

    def warnings(self, unit: Unit) -> tuple[str, ...]:
        """Rows that contradict each other."""
        return inconsistencies(self.rows, self.whole, self.compared, unit)


def of_columns(single: Single, data: Data, looks: Looks, work: Work) -> Found:
    """All pairs of columns, counted."""
    pairs = list(combinations(single.sources, 2))
    tasks = [(pair, name) for name in data.targets for pair in pairs]
    measured = by_counting(tasks, data.rows(looks.random_state), looks, work)
    names = [(x1.name, x2.name, y) for (x1, x2), y in tasks]
    return Found(names, measured, [False] * len(tasks), measured, single.notes)


def of_groups(groups: Groups, data: Data, asked: Asked, looks: Looks, work: Work) -> Found:
    """All pairs of groups, each by the estimator that fits it."""
    notes = groups.notes
    copied = groups.copies() if data.groups is None else None
    if copied is not None:
        data = data._replace(groups=copied.rows)
        notes += (copied.note(grouped=True, where="all groups"),)
    variables = {name: target.variable for name, target in data.targets.items()}
    chosen = choices(groups, variables, asked)
    tasks = list(chosen)
    parts, places = [], []
    at = [i for i, task in enumerate(tasks) if chosen[task].estimator != "posterior"]
    if at:
        codes = {name: target.codes for name, target in data.targets.items()}
        counted = counted_pairs(groups, [tasks[i] for i in at], chosen, codes)
        rows = data.rows(looks.random_state)
        looked = by_counting(counted, rows, looks, work)
        parts.append(corrected_by_units(looked, counted, rows, looks.random_state))
        places.append(at)
        codings = {id(x): x for pair, _ in counted for x in pair if x.name in groups.names}
        notes += (*why_clusters(chosen), *(note for x in codings.values() for note in x.notes))
    at = [i for i, task in enumerate(tasks) if chosen[task].estimator == "posterior"]
    if at:
        learned, said = _trained(groups, data, [tasks[i] for i in at], looks, work)
        parts.append(learned)
        places.append(at)
        notes += said
    measured = compared = Measured.of_parts(parts, places)
    if looks.interval is None:
        nothing = np.full_like(measured.low, np.nan)
        measured = measured._replace(low=nothing, high=nothing)
    names = [(groups.name(first), groups.name(second), y) for first, second, y in tasks]
    whole = [len(first) + len(second) > 2 for first, second, _ in tasks]
    return Found(names, measured, whole, compared, tuple(dict.fromkeys(notes)))


def _trained(
    groups: Groups, data: Data, tasks: Sequence[Task], looks: Looks, work: Work
) -> tuple[Measured, tuple[str, ...]]:
    """Rows by classifiers, and what was done to the columns for them."""
    level = LEVEL if looks.interval is None else looks.interval
    options = Options(level, True, "auto", "nat", looks.tol, looks.random_state)
    names = dict.fromkeys(name for _, _, name in tasks)
    targets = {name: data.targets[name].classes.y for name in names}
    sets = {name: sets_of([task for task in tasks if task[2] == name]) for name in names}
    template = PosteriorPID.asked(options)
    found = trained(groups.variables, targets, sets, data.groups, template, work)
    notes = tuple(note for of_target in found.values() for note in of_target.template.notes_)
    return by_training(tasks, found, looks.of), notes
