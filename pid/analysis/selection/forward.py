"""One source after the other: the next is the one that tells the most of y beyond those kept.

What those kept say of y is read off forests of all their columns, out of fold, and put into few
cells. Cells are what is known of y, and not what could be known together with a further source: so
a source is judged in strata of the cells and of the kept source most like it, which takes what is
redundant; and once more in those of the kept source that it works best with, too, which gives what
is synergistic, where that is shown: of few rows it is mostly noise. Two that tell only together
have nothing to be found by one after the other. All pairs are looked at first, and such as tell
more together than each alone may come as two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from sklearn.ensemble import RandomForestClassifier

from pid._types import Codes, Floats
from pid.analysis.selection.gains import Data, Told, beside
from pid.estimators.posterior.cells import cells_of
from pid.parallel.progress import tell

MOST_PAIRS = 50  # that may come as two
FOLDS, TREES, LEAF = 3, 50, 3
TESTS = 2  # of what a source adds
MOST_ROWS = 10_000  # that a tree learns from


class Asked(NamedTuple):
    """How many sources to keep, None for as many as are shown to tell; level of the tests; seed."""

    most: int | None
    level: float
    seed: int


class Step(NamedTuple):
    """A source that was kept, nats that it added, and the source that it came with, or None."""

    source: int
    gain: float
    partner: int | None = None


class Chosen(NamedTuple):
    """A step, or two of a pair, and the p-value of what it adds, over all that there were."""

    steps: tuple[Step, ...]
    p: float


@dataclass
class Forward:
    """A search that goes on from the sources that are kept.

    Attributes:
        data: all sources as codes.
        columns: of each source, numbers of shape (rows, columns).
        asked: when to stop.
        kept: steps that were taken.
        cells: of the rows, by what those kept say of y.
    """

    data: Data
    columns: Sequence[Floats]
    asked: Asked
    kept: list[Step] = field(default_factory=list)
    cells: Codes = field(init=False)

    def __post_init__(self) -> None:
        self.cells = np.zeros(len(self.data.y), dtype=np.intp)
        given, p, self.shared = beside(self.data)
        self.pairs = self._working(given, p)

    @property
    def order(self) -> list[int]:
        """The sources that are kept, in order."""
        return [step.source for step in self.kept]

    @property
    def rest(self) -> Codes:
        """Those that are not."""
        return np.setdiff1d(np.arange(len(self.columns)), self.order)

    def run(self) -> None:
        """Keep sources until there are enough, or nothing is shown to be added; at least one."""
        most = len(self.columns) if self.asked.most is None else self.asked.most
        while len(self.kept) < most:
            chosen = self._best(most - len(self.kept))
            if self.asked.most is None and self.kept and chosen.p > self.asked.level:
                return
            self.kept += chosen.steps
            tell("sources kept", len(self.kept), most)
            self.cells = self._said()

    def gains(self) -> Told:
        """What each of the rest would add; together with another, where that is shown."""
        rest, size = self.rest, self.data.size
        if not self.kept:
            return self.data.told(self.cells, rest)
        like = self.cells * size + self.data.codes[:, self._like(rest)].T
        works = like * size + self.data.codes[:, self._works(rest)].T
        nats, p = np.empty(len(rest)), np.empty(len(rest))
        for i, source in enumerate(rest):
            own, more = (self.data.told(s[i], np.array([source])) for s in (like, works))
            shown = more.p[0] * len(rest) <= self.asked.level
            nats[i] = max(own.nats[0], more.nats[0]) if shown else own.nats[0]
            p[i] = min(1.0, TESTS * float(min(own.p[0], more.p[0])))
        return Told(nats, p)

    def like(self, source: int) -> int:
        """The kept source that tells the most of another."""
        return int(self._like(np.array([source]))[0])

    def _like(self, sources: Codes) -> Codes:
        kept = np.array(self.order)
        return np.asarray(kept[self.shared[np.ix_(kept, sources)].argmax(axis=0)])

    def _works(self, sources: Codes) -> Codes:
        """The kept source given which each tells the most, in the cells."""
        size, kept = self.data.size, np.array(self.order)
        strata = [self.cells * size + self.data.codes[:, source] for source in kept]
        gains = np.array([self.data.told(one, sources).nats for one in strata])
        return np.asarray(kept[gains.argmax(axis=0)])

    def _best(self, room: int) -> Chosen:
        """The source that adds the most; or two, if these add more by source than any alone."""
        rest, found = self.rest, self.gains()
        best = int(found.nats.argmax())
        alone = float(found.nats[best])
        p = min(1.0, float(found.p[best]) * len(rest))
        one = Chosen((Step(int(rest[best]), alone),), p)
        pairs = self.pairs[np.isin(self.pairs, rest).all(axis=1)]
        if room < 2 or not len(pairs):
            return one
        together = self.data.told_by_pairs(self.cells, pairs)
        best = int(together.nats.argmax())
        both = float(together.nats[best])
        if both <= 2 * max(alone, 0.0):
            return one
        place = {int(source): gain for source, gain in zip(rest, found.nats, strict=True)}
        first, second = sorted(map(int, pairs[best]), key=lambda source: -place[source])
        steps = Step(first, place[first], second), Step(second, both - place[first], first)
        return Chosen(steps, min(1.0, float(together.p[best]) * len(self._all_pairs)))

    @property
    def _all_pairs(self) -> Codes:
        return np.column_stack(np.triu_indices(len(self.columns), 1))

    def _working(self, given: Floats, p: Floats) -> Codes:
        """Pairs that tell more together than each alone, for sure and by the most; shape (n, 2)."""
        pairs = self._all_pairs
        if not len(pairs):
            return pairs
        i, j = pairs.T
        alone = self.data.told(self.cells, np.arange(len(self.columns))).nats
        more = ((given[i, j] - alone[j]) + (given[j, i] - alone[i])) / 2
        sure = np.maximum(p[i, j], p[j, i]) * len(pairs) <= self.asked.level
        found = np.flatnonzero(sure & (more > 0))
        return np.asarray(pairs[found[np.argsort(-more[found], kind="stable")][:MOST_PAIRS]])

    def _said(self) -> Codes:
        """Cells of what forests of all kept columns say of rows that they have not seen.

        All rows of a fold are judged by one forest. Out of bag, each row is judged by the trees
        that lack it, and these know its class a little by its being missing.
        """
        data, seed = self.data, self.asked.seed
        columns = np.hstack([self.columns[source] for source in self.order])
        p_y = np.bincount(data.y, minlength=data.classes) / len(data.y)
        said = np.zeros((len(data.y), data.classes))
        for train, test in folds(data.y, seed):
            forest = RandomForestClassifier(
                TREES,
                min_samples_leaf=LEAF,
                max_features=None,
                max_samples=min(len(train), MOST_ROWS),
                random_state=seed,
            )
            forest.fit(columns[train], data.y[train])
            said[np.ix_(test, forest.classes_)] = forest.predict_proba(columns[test])
        return cells_of(said, p_y, max(data.size, data.classes), seed).labels


def folds(y: Codes, seed: int) -> list[tuple[Codes, Codes]]:
    """Rows to learn from and rows to judge, with about the same share of each class."""
    order = np.random.default_rng(seed).permutation(len(y))
    place = np.empty(len(y), dtype=np.intp)
    place[order[np.argsort(y[order], kind="stable")]] = np.arange(len(y)) % FOLDS
    return [(np.flatnonzero(place != k), np.flatnonzero(place == k)) for k in range(FOLDS)]
