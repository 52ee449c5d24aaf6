"""Groups of columns as sources: which of them are paired, and how each pair is measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import NamedTuple

import numpy as np

from pid._types import Codes
from pid.analysis.quantification.choose import Choice, decide, of_numbers
from pid.analysis.quantification.doubts import SPARSE_ROWS
from pid.analysis.training import Task
from pid.discretization.coding import Coding, clusters
from pid.discretization.resolution import Resolution
from pid.discretization.sources import (
    OTHERS,
    all_others,
    column_groups,
    side_by_side,
    varies,
)
from pid.discretization.target import Bins
from pid.errors import InvalidInput
from pid.estimators.posterior.said import Sources
from pid.io.columns import Variable, listed
from pid.io.copies import Copies, copies

MOST_OF_SYMBOLS = 8  # clusters of several groups of symbols


class Asked(NamedTuple):
    """What was asked of groups: estimator, bins of the target, options for counting, device."""

    estimator: str
    target_bins: Bins
    only_counting: tuple[str, ...]
    device: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Groups of columns that vary.

    Attributes:
        names: one each.
        variables: their columns.
        how: clusters, where they are counted.
        notes: which were left out.
    """

    names: tuple[str, ...]
    variables: tuple[Variable, ...]
    how: Resolution
    notes: tuple[str, ...] = ()
    _codings: dict[tuple[Sources, str, int], Coding] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.variables[0])

    @property
    def pairs(self) -> list[tuple[Sources, Sources]]:
        """All pairs; and, of more than two groups, each against all others."""
        every = range(len(self.names))
        found: list[tuple[Sources, Sources]] = [((i,), (j,)) for i, j in combinations(every, 2)]
        if len(self.names) > 2:
            found += [((i,), tuple(j for j in every if j != i)) for i in every]
        return found

    def name(self, sources: Sources) -> str:
        """Of a group, or of several that are all others of one."""
        return self.names[sources[0]] if len(sources) == 1 else OTHERS

    def variable(self, sources: Sources) -> Variable:
        """The columns of one group or several."""
        if len(sources) == 1:
            return self.variables[sources[0]]
        return side_by_side([self.variables[i] for i in sources])

    def codings(self, first: Sources, second: Sources, by: str, y: Codes) -> tuple[Coding, Coding]:
        """Symbols of two sets of groups: as many clusters as asked for, or as ``pid.quantify``.

        Args:
            first, second: the groups.
            by: "table" takes several groups of symbols as they are.
            y: classes of the rows.
        """
        size = self.how.n_clusters
        if isinstance(size, int):
            sizes: tuple[int, ...] = (size, size)
        else:
            x1, x2 = (self.variable(of) for of in (first, second))
            sizes = self.how.clusters((x1, x2), np.bincount(y))
        one, other = (self._coding(of, by, k) for of, k in zip((first, second), sizes, strict=True))
        return one, other

    def _coding(self, sources: Sources, by: str, size: int) -> Coding:
        key = (sources, by, size)
        if key not in self._codings:
            self._codings[key] = self._coded(sources, by, size)
        return self._codings[key]

    def _coded(self, sources: Sources, by: str, size: int) -> Coding:
        name, x = self.name(sources), self.variable(sources)
        how = replace(self.how, n_clusters=size)
        given = self.how.n_clusters != "auto"
        if len(sources) == 1 and (given or x.is_symbolic):
            return column_groups({name: x}, how)[0][0]
        parts = [self.variables[i] for i in sources]
        if by == "table":
            return all_others([x], how)
        if given:
            return all_others(parts, how)
        if x.is_symbolic:  # more than rows can carry as they are
            return all_others(parts, replace(how, n_clusters=min(size, MOST_OF_SYMBOLS)))
        return clusters(x, size, how)._replace(name=name, rule=None)

    def copies(self, target: Sequence[Variable]) -> Copies | None:
        """Rows that are copies of others in all groups; see ``copies``."""
        return copies(self.variables[0], side_by_side(self.variables[1:]), target=target)


def as_groups(sources: Sequence[Variable], how: Resolution, door: str = "a screen") -> Groups:
    """Columns of each group, without groups that are constant.

    Args:
        sources: the groups, which are called as they are.
        how: clusters, where groups are counted.
        door: what needs two of them, for the message.

    Raises:
        InvalidInput: fewer than two that vary.
    """
    found = {x.role: x for x in sources}
    alive = {name: x for name, x in found.items() if varies(x)}
    constant = [name for name in found if name not in alive]
    if len(alive) < 2:
        raise InvalidInput(
            f"{door} needs at least two columns or groups that vary; got {len(alive)}"
        )
    notes = (f"left out {listed(constant, 'constant group')}",) if constant else ()
    return Groups(tuple(alive), tuple(alive.values()), how, notes)


def choices(groups: Groups, targets: Mapping[str, Variable], asked: Asked) -> dict[Task, Choice]:
    """The estimator of every row, as ``pid.quantify`` would choose it, and why.

    All groups together are counted as a table only where it has rows enough for its cells.

    Args:
        groups: the sources.
        targets: as they came, by name.
        asked: the estimator, or "auto".

    Raises:
        InvalidInput: an estimator that cannot do what is asked.
    """
    found = {}
    dense = _dense(groups)
    for name, y in targets.items():
        for first, second in groups.pairs:
            x1, x2 = groups.variable(first), groups.variable(second)
            choice = decide(asked.estimator, (x1, x2, y), asked.target_bins, asked.only_counting)
            if choice.estimator == "table" and len(second) > 1 and not dense:
                choice = of_numbers(y, asked.target_bins, asked.only_counting)
            found[first, second, name] = choice
    return found


def counted_pairs(
    groups: Groups,
    tasks: Sequence[Task],
    chosen: Mapping[Task, Choice],
    targets: Mapping[str, Codes],
) -> list[tuple[tuple[Coding, Coding], str]]:
    """The symbols of rows that are counted."""
    found = []
    for task in tasks:
        first, second, name = task
        by = chosen[task].estimator
        found.append((groups.codings(first, second, by, targets[name]), name))
    return found


def why_clusters(chosen: Mapping[Task, Choice]) -> tuple[str, ...]:
    """A note where groups are clustered that nobody asked to cluster."""
    reasons = dict.fromkeys(
        choice.reason for choice in chosen.values() if choice.estimator == "cluster"
    )
    return tuple(f"groups of numbers are in clusters: {why}" for why in reasons if why)


def _dense(groups: Groups) -> bool:
    """Whether all groups are symbols, and their table has rows enough for its cells."""
    if not all(x.is_symbolic for x in groups.variables):
        return False
    cells = len(side_by_side(groups.variables).encoded()[1])
    return bool(len(groups) >= SPARSE_ROWS * cells)
