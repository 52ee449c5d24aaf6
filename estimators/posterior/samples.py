"""The samples that answers come from: all rows, and halves of them, each divided into folds."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from pid._types import Codes
from pid.errors import InvalidInput
from pid.estimators.posterior.folds import Fold, folds_of, halves_of, usual_folds

SEEDS = 2**31
REPEATED = 2_500  # rows up to which folds are made, and networks trained, twice
HALVINGS = 2  # of so many rows; once of more

TOO_FEW = "no correction and no interval: a class or the groups are too few to be halved"


class Sample(NamedTuple):
    """Rows, and their division into folds: once, and for networks of few rows twice."""

    rows: Codes
    partitions: list[list[Fold]]


class Division(NamedTuple):
    """How rows are divided.

    Attributes:
        codes: classes 0, 1, ... of all rows.
        groups: numbers of groups of rows that stay together, or None.
        first: rows that are learned from, the first of each kind; None for all.
        folds: how many, or "auto".
    """

    codes: Codes
    groups: Codes | None
    first: Codes | None
    folds: int | Literal["auto"]

    def samples(
        self, halvings: int | Literal["auto"], rng: np.random.Generator
    ) -> tuple[list[Sample], tuple[str, ...]]:
        """All rows, and both halves for each halving; a note where rows are too few for halves.

        Raises:
            InvalidInput: a class with fewer samples than there are folds.
        """
        n = len(self.codes)
        whole = self._sample(np.arange(n), rng)
        times = halvings
        if times == "auto":
            times = HALVINGS if n <= REPEATED else 1
        halves = [rows for _ in range(times) for rows in halves_of(self.codes, self.groups, rng)]
        try:
            return [whole, *(self._sample(rows, rng) for rows in halves)], ()
        except InvalidInput:
            return [whole], (TOO_FEW,)

    def _sample(self, rows: Codes, rng: np.random.Generator) -> Sample:
        n, codes, groups = len(self.codes), self.codes, self.groups
        folds = usual_folds(n) if self.folds == "auto" else int(self.folds)
        if self.folds == "auto" or len(rows) < n:  # as many as there can be
            smallest = int(np.bincount(codes[rows]).min())
            most = smallest if groups is None else min(smallest, len(np.unique(groups[rows])))
            folds = max(2, min(folds, most))
        partitions = []
        for seed in rng.integers(SEEDS, size=2 if len(rows) == n <= REPEATED else 1):
            found = folds_of(codes, folds, groups, int(seed), rows)
            if self.first is not None:
                found = [Fold(np.intersect1d(f.training, self.first), f.test) for f in found]
            partitions.append(found)
        return Sample(rows, partitions)
