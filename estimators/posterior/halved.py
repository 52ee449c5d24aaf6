"""All numbers of several sources, corrected by what halves of the samples lose; in nats.

As of two sources (``correction.py``), by the same rules.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pid._types import Floats
from pid.core.sources.layout import Layout
from pid.estimators.posterior.correction import (
    CLEAR,
    LIMITED,
    OF_CELLS,
    ROUNDING,
    Uncertain,
    believable,
    standard_error,
)
from pid.estimators.posterior.told import Told


class HalvedNumbers(NamedTuple):
    """What all samples say, and what halves of them do.

    Attributes:
        layout: the order of the numbers.
        whole: of all samples.
        halves: those of each half, shape (numbers, halves).
        deviation: standard errors of the numbers.
    """

    layout: Layout
    whole: Told
    halves: Floats
    deviation: Floats

    @property
    def lost(self) -> Floats:
        """What a half loses, on average."""
        return np.asarray(self.whole.values - self.halves.mean(axis=1))

    @property
    def limited(self) -> bool:
        """Whether the classifiers, and not y, limit the total: halves clearly lose much of it."""
        total = self.layout.place.total
        error = float(standard_error(self.halves)[total])
        least = max(LIMITED * self.whole.values[total], CLEAR * error, ROUNDING)
        return bool(self.lost[total] > least)

    @property
    def of_cells(self) -> Floats:
        """How far cells may be wrong."""
        unions = self.whole.unions
        of_each = np.array([abs(unions[which].of_cells) for which in self.layout.families])
        return OF_CELLS * self.layout.largest(of_each)

    def corrected(self, h_y: float) -> tuple[Floats, bool]:
        """The numbers with what is believably lost, and whether that is held at H(Y).

        Numbers that add up do so still; single sources tell no more than all of them, each alone.
        """
        at, found = self.layout.place, self.whole.values.copy()
        parts = self.layout.parts
        added = self._believable(parts, at.total)
        over = found[at.total] + added.sum() - h_y
        held = bool(over > 0 and added.sum() > 0)
        found[parts] += added * (max(1 - over / added.sum(), 0.0) if held else 1.0)
        found[at.union] = found[at.shared] + found[at.unique].sum()
        found[at.total] = found[parts].sum()
        for both in zip(at.strict, at.together, at.loss, strict=True):
            found[list(both[:2])] += self._believable(list(both[:2]), both[2])
            found[both[2]] = found[both[0]] + found[both[1]]
        alone = [*at.single, *at.overlap.values()]
        lost = np.clip(self.lost, -self.deviation, self.deviation)
        found[alone] = np.minimum(found[alone] + lost[alone], max(found[at.union], 0.0))
        if at.shared_by is not None and self.whole.values[at.shared] > 0:
            by = list(at.shared_by.values())
            found[by] *= max(found[at.shared], 0.0) / self.whole.values[at.shared]
        return found, held

    def _believable(self, parts: list[int], total: int) -> Floats:
        return believable(self.lost[parts], self.deviation[[*parts, total]])

    def uncertain(self, estimate: Floats) -> Uncertain:
        """All that the intervals of the corrected numbers are made of."""
        told = self.whole
        return Uncertain(
            whole=told.values,
            estimate=estimate,
            lost=self.lost,
            spread=standard_error(self.halves),
            deviation=self.deviation,
            of_cells=self.of_cells,
            seeming=told.seeming,
            gate=told.gate,
        )
