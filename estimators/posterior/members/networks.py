"""Small networks that see all directions of the features, or few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from pid._types import Codes, Floats
from pid.estimators.neural.arrays import CPU, arrays_on
from pid.estimators.neural.features import Features, order_of_columns
from pid.estimators.neural.inputs import Inputs
from pid.estimators.neural.networks import Task, train
from pid.estimators.posterior.folds import Fold, held_out

RANKS = (1, 2, 4, None)
SEEDS = 2**31

Folds = list[Fold]


@dataclass(frozen=True, slots=True)
class Networks:
    """A network of each rank on each fold: an answer by rank.

    Attributes:
        ranks: how many directions they see, None for all of them.
        device: where they are trained.
    """

    ranks: tuple[int | None, ...] = RANKS
    device: str = CPU

    @property
    def name(self) -> str:
        """What it is called."""
        return "networks"

    @property
    def count(self) -> int:
        """Answers for each row."""
        return len(self.ranks)

    def out_of_fold(
        self,
        sources: Sequence[Features],
        y: Codes,
        partitions: Sequence[Sequence[Fold]],
        weights: Floats | None,
        groups: Codes | None,
        seed: int,
    ) -> Floats:
        """See ``Member``."""
        folds = [fold for partition in partitions for fold in partition]
        found = np.zeros((self.count, len(y), int(y.max()) + 1))
        rng = np.random.default_rng(seed)
        arrays = arrays_on(self.device)
        with threadpool_limits(1), arrays.lane():  # sums in one order, whatever the cores
            X = Inputs(sources, order_of_columns(sources), arrays)
            for place in self._together(X.width):
                tasks = [
                    Task(self._rank(i, X.width), learn, stop, int(rng.integers(SEEDS)))
                    for i in place
                    for stop, learn in (held_out(fold.training, groups, rng) for fold in folds)
                ]
                nets = train(X, y, found.shape[2], tasks, weights)
                for m, (i, fold) in enumerate((i, fold) for i in place for fold in folds):
                    said = nets.probabilities(X, fold.test, m)
                    found[i, fold.test] += said / len(partitions)
        return found

    def _rank(self, i: int, width: int) -> int | None:
        """None where a source has no more directions than that."""
        rank = self.ranks[i]
        return None if rank is None or rank >= width else rank

    def _together(self, width: int) -> list[list[int]]:
        """Those that see few directions, and those that see all: two shapes of networks."""
        every = range(self.count)
        parts = [[i for i in every if (self._rank(i, width) is None) == full] for full in (0, 1)]
        return [part for part in parts if part]
