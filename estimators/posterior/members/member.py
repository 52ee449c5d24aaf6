"""What gives probabilities out of fold, for the calibration to weigh: what all of them share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Protocol

import numpy as np

from pid._types import Codes, Floats
from pid.estimators.neural.features import Features

if TYPE_CHECKING:
    from pid.estimators.posterior.folds import Fold

SEEDS = 2**31


class Member(Protocol):
    """A classifier, or several that share work, whose answers the calibration weighs one by one."""

    @property
    def name(self) -> str:
        """In words, for notes."""

    @property
    def count(self) -> int:
        """How many answers it gives for each row."""

    def out_of_fold(
        self,
        sources: Sequence[Features],
        y: Codes,
        partitions: Sequence[Sequence[Fold]],
        weights: Floats | None,
        groups: Codes | None,
        seed: int,
    ) -> Floats:
        """Probabilities of the classes, by classifiers that learned from the other folds.

        Args:
            sources: features of all rows, one or several sources of them.
            y: classes 0, 1, ..., shape (rows,).
            partitions: the same rows divided once or several times; probabilities are averaged.
            weights: how many equal rows each row stands for, shape (rows,), or None for one each.
            groups: numbers of groups of rows that stay together, or None.
            seed: the same one gives the same answers.

        Returns:
            Shape (count, rows, classes); 0 in rows that no fold tests.
        """


class PerFold(ABC):
    """A member that learns from each fold anew; what it does with one is all that it must say."""

    name: str
    count: int = 1
    renumbered: ClassVar[bool] = True  # classes that a fold lacks are kept from ``said``

    def out_of_fold(
        self,
        sources: Sequence[Features],
        y: Codes,
        partitions: Sequence[Sequence[Fold]],
        weights: Floats | None,
        groups: Codes | None,
        seed: int,
    ) -> Floats:
        """See ``Member``; groups are for those who hold out rows of the training."""
        classes = int(y.max()) + 1
        columns = [source.rows().astype(np.float64) for source in sources]
        rng = np.random.default_rng(seed)
        found = np.zeros((self.count, len(y), classes))
        for learned, asked in (fold for folds in partitions for fold in folds):
            found[:, asked] += self._told(
                [x[learned] for x in columns],
                y[learned],
                None if weights is None else weights[learned],
                [x[asked] for x in columns],
                classes,
                int(rng.integers(SEEDS)),
            ) / len(partitions)
        return found

    @abstractmethod
    def said(
        self,
        sources: list[Floats],
        y: Codes,
        weights: Floats | None,
        asked: list[Floats],
        classes: int,
        seed: int,
    ) -> Floats:
        """Probabilities of rows, from other rows.

        Args:
            sources: columns of each source to learn from, shape (rows, columns of it) each.
            y: classes of those rows; with ``renumbered``, each of 0 ... classes - 1 is there.
            weights: how many equal rows each of them stands for, or None.
            asked: columns of the rows to say something of, likewise.
            classes: how many; with ``renumbered``, at least two.
            seed: for what is drawn.

        Returns:
            Shape (count, rows asked, classes).
        """

    def _told(
        self,
        sources: list[Floats],
        y: Codes,
        weights: Floats | None,
        asked: list[Floats],
        classes: int,
        seed: int,
    ) -> Floats:
        """As ``said``, where a class may be in none of the rows: as if one row more had it."""
        known = np.unique(y)
        absent = classes - len(known)
        if not (self.renumbered and absent):
            return self.said(sources, y, weights, asked, classes, seed)
        share = 1 / ((len(y) if weights is None else float(weights.sum())) + absent)
        found = np.full((self.count, len(asked[0]), classes), share)
        among = np.ones((self.count, len(asked[0]), 1))
        if len(known) > 1:
            codes = np.searchsorted(known, y)
            among = self.said(sources, codes, weights, asked, len(known), seed)
        found[:, :, known] = (1 - absent * share) * among
        return found
