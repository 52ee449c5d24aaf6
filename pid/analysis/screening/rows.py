"""From sources and targets to measured rows: columns are counted, groups as each pair needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, compress
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.analysis.quantification.choose import unused
from pid.analysis.screening.consistency import inconsistencies
from pid.analysis.screening.counting import Looks, by_counting, corrected_by_units, folds_of
from pid.analysis.screening.groups import Asked, Groups, choices, counted_pairs, why_clusters
from pid.analysis.screening.measured import Measured
from pid.analysis.screening.tables import Pair, Rows, groups_in_common, rows_in_common
from pid.analysis.screening.training import by_training
from pid.analysis.training import Task, sets_of, trained
from pid.core.information import Unit
from pid.discretization.coding import Coding
from pid.discretization.target import Classes
from pid.errors import InvalidInput
from pid.estimators.base import Options
from pid.estimators.neural.arrays import CPU
from pid.estimators.posterior.estimator import PosteriorPID
from pid.inference.grouping import FEWEST as FEWEST_GROUPS
from pid.io.columns import Variable
from pid.io.copies import Copies, copies
from pid.io.gaps import Gaps
from pid.parallel.work import Work

FEWEST_ROWS = 20  # that a pair needs, where each has its own
LEVEL = 0.95  # at which rows are compared, if nobody asked for intervals


@dataclass(frozen=True, slots=True, eq=False)  # eq off: array fields
class Single:
    """Single columns as sources, and notes on them."""

    sources: list[Coding]
    notes: tuple[str, ...]
    columns: Variable

    def __len__(self) -> int:
        return len(self.columns)

    def copies(self, target: Sequence[Variable]) -> Copies | None:
        """Rows that are copies of others in all columns; see ``copies``."""
        return copies(self.columns, target=target)


class Target(NamedTuple):
    """A target as it came, and its classes; ``there``: the rows that have one, if not all."""

    name: str
    variable: Variable
    classes: Classes
    there: Gaps | None = None

    @property
    def codes(self) -> Codes:
        """The class of each row of the data, -1 where it has none."""
        codes = self.classes.coding.codes
        if self.there is None:
            return codes
        found = np.full(len(self.there), -1)
        found[self.there] = codes
        return found

    @property
    def notes(self) -> tuple[str, ...]:
        """How it was cut."""
        return tuple(n.replace("y:", f"{self.name}:", 1) for n in self.classes.notes)


class Data(NamedTuple):
    """Targets, as they came and by name, and groups and weights of the rows, if there are any."""

    y: Variable
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
    """Names of the rows of a screen, their numbers, and which are of all groups together.

    ``given`` are the samples of each, where not all have the same. ``device`` is where networks
    were trained.
    """

    rows: list[tuple[str, str, str]]
    measured: Measured
    whole: Sequence[bool]
    compared: Measured
    notes: tuple[str, ...]
    given: tuple[int, ...] | None = None
    device: str = CPU

    def warnings(self, unit: Unit) -> tuple[str, ...]:
        """Rows that contradict each other."""
        return inconsistencies(self.rows, self.whole, self.compared, unit)


def of_columns(single: Single, data: Data, looks: Looks, work: Work) -> Found:
    """All pairs of columns, counted."""
    notes = single.notes
    copied = single.copies([data.y]) if data.groups is None else None
    if copied is not None:
        data = data._replace(groups=copied.rows)
        notes += (copied.note(grouped=True, where="all columns"),)
    pairs, given = list(combinations(single.sources, 2)), None
    rows = data.rows(looks.random_state)
    if single.columns.gaps or any((of_target.y < 0).any() for of_target in rows.values()):
        pairs, given, few = _with_rows(single.sources, rows)
        notes += few
    tasks = [(pair, name) for name in data.targets for pair in pairs]
    measured = by_counting(tasks, rows, looks, work)
    names = [(x1.name, x2.name, y) for (x1, x2), y in tasks]
    return Found(names, measured, [False] * len(tasks), measured, notes, given)


def _with_rows(
    sources: Sequence[Coding], rows: Mapping[str, Rows]
) -> tuple[list[Pair], tuple[int, ...], tuple[str, ...]]:
    """Pairs that have enough rows in common, how many for each target, and a note on others."""
    pairs = list(combinations(sources, 2))
    upper = np.triu_indices(len(sources), 1)
    counts = np.array([rows_in_common(sources, of.y)[upper] for of in rows.values()])
    enough, fewest = counts.min(axis=0) >= FEWEST_ROWS, f"{FEWEST_ROWS} rows"
    grouped = [of for of in rows.values() if of.groups is not None]
    for of in grouped:
        enough &= groups_in_common(sources, of)[upper] >= FEWEST_GROUPS
    if grouped:
        fewest += f", or {FEWEST_GROUPS} groups,"
    if not enough.any():
        raise InvalidInput(
            f"no pair has {fewest} in which both and the target have values; "
            "take missing='category', or fill in the values"
        )
    few = len(pairs) - int(enough.sum())
    what = f"{few:,} pair{'s' if few > 1 else ''} with fewer than {fewest} in common"
    note = (f"left out {what}",) if few else ()
    return list(compress(pairs, enough)), tuple(counts[:, enough].ravel().tolist()), note


def of_groups(groups: Groups, data: Data, asked: Asked, looks: Looks, work: Work) -> Found:
    """All pairs of groups, each by the estimator that fits it."""
    notes = groups.notes
    copied = groups.copies([data.y]) if data.groups is None else None
    if copied is not None:
        data = data._replace(groups=copied.rows)
        notes += (copied.note(grouped=True, where="all groups"),)
    variables = {name: target.variable for name, target in data.targets.items()}
    chosen = choices(groups, variables, asked)
    tasks, device = list(chosen), CPU
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
        options = _options(looks, asked.device)
        learned, said, device = _trained(
            groups, data, [tasks[i] for i in at], looks.of, options, work
        )
        parts.append(learned)
        places.append(at)
        notes += said
    else:
        notes += unused(chosen[tasks[0]].estimator, asked.device)
    measured = compared = Measured.of_parts(parts, places)
    if looks.interval is None:
        nothing = np.full_like(measured.low, np.nan)
        measured = measured._replace(low=nothing, high=nothing)
    names = [(groups.name(first), groups.name(second), y) for first, second, y in tasks]
    whole = [len(first) + len(second) > 2 for first, second, _ in tasks]
    return Found(names, measured, whole, compared, tuple(dict.fromkeys(notes)), device=device)


def _options(looks: Looks, device: str | None) -> Options:
    """Of the estimator that is trained."""
    level = LEVEL if looks.interval is None else looks.interval
    return Options(level, True, "auto", "nat", looks.tol, looks.random_state, device)


def _trained(
    groups: Groups,
    data: Data,
    tasks: Sequence[Task],
    of: Sequence[str],
    options: Options,
    work: Work,
) -> tuple[Measured, tuple[str, ...], str]:
    """Rows by classifiers, what was done to the columns for them, and where they were trained."""
    names = dict.fromkeys(name for _, _, name in tasks)
    targets = {name: data.targets[name].classes.y for name in names}
    sets = {name: sets_of([task for task in tasks if task[2] == name]) for name in names}
    template = PosteriorPID.asked(options)
    found = trained(groups.variables, targets, sets, data.groups, template, work)
    templates = [of_target.template for of_target in found.values()]
    notes = tuple(note for template in templates for note in template.notes_)
    for name, of_target in found.items():
        notes += of_target.notes(groups.names, name)
    return by_training(tasks, found, of), notes, templates[0].device_
