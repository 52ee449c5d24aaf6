"""Values of many sheets in the same resampled rows, so that models can be compared row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from pid._types import Floats
from pid.analysis.comparison.sheet import MEASURES, Sheet
from pid.inference.atoms import PRECISE_TOL, RESAMPLED_TOL, with_total
from pid.inference.kink_aware import Corrected, kink_aware
from pid.parallel.progress import tell

ACCURACY = MEASURES.index("accuracy") - len(MEASURES)  # from the end of the values of a sheet
PARTS = 100  # that are left out one at a time
MOST_DRAWN = 2**23  # numbers that are drawn together: 64 MB
MOST_KEPT = 2**25  # that are kept for all models, and else drawn again for each


class Resampled(NamedTuple):
    """Values of one sheet, (8, B): as counted, in drawn sheets, and without a part of the units.

    ``classes``, of what the atoms are about; 0 where there are none among the values.
    """

    counted: Floats
    drawn: Floats
    without: Floats
    classes: int = 0

    @property
    def by_parts(self) -> Floats:
        """Quenouille's correction m T - (m - 1) mean T_-i, over parts."""
        m = self.without.shape[1]
        return np.asarray(m * self.counted - (m - 1) * self.without.mean(axis=1))

    @property
    def of_atoms(self) -> Corrected:
        """As ``pid.inference.correct`` has them, and which of them are held."""
        redundancy, unique1, unique2, _, total = self.by_parts[:5]
        told = np.array([redundancy + unique1, redundancy + unique2, total])
        return kink_aware(told, self.counted[:4], self.drawn[:4], self.classes)

    @property
    def corrected(self) -> Floats:
        """Atoms and their total as ``pid.inference.correct`` does, all else by parts."""
        found = self.by_parts
        if not self.classes:
            return found
        return np.concatenate([with_total(self.of_atoms.atoms), found[5:]])

    @property
    def deviation(self) -> Floats:
        """Standard error of the counted values, by the parts."""
        m = self.without.shape[1]
        return np.asarray(np.sqrt((m - 1) * self.without.var(axis=1)))


def resampled(
    sheets: Sequence[Sheet],
    replicates: int,
    seed: int | None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Resampled]:
    """Resample the units of all sheets alike.

    Args:
        sheets: of the same units.
        replicates: how often units are drawn with replacement.
        seed: of drawing, and of dividing into parts.
        progress: called with the number of finished steps, and of all.
    """
    draws, parts = np.random.SeedSequence(seed).spawn(2)
    count = sheets[0].units.shape[0]
    divided = _parts(count, np.random.default_rng(parts))
    kept = list(draws_of(count, replicates, draws)) if replicates * count <= MOST_KEPT else None
    found = []
    for done, sheet in enumerate(sheets, start=1):
        counted = sheet.values(sheet.whole, PRECISE_TOL)[:, 0]
        drawn = [
            sheet.values(np.asarray(times @ sheet.units), RESAMPLED_TOL)
            for times in kept or draws_of(count, replicates, draws)
        ]
        rest = sheet.whole - (divided @ sheet.units).toarray()
        without = sheet.values(rest, PRECISE_TOL)
        without[ACCURACY] = counted[ACCURACY]  # a share of rows has no bias to be corrected
        none = np.empty((len(counted), 0))
        every = np.concatenate([none, *drawn], 1)
        found.append(Resampled(counted, every, without, sheet.shape[2]))
        tell("resampled models", done, len(sheets))
        if progress is not None:
            progress(done, len(sheets))
    return found


def draws_of(count: int, replicates: int, seed: np.random.SeedSequence) -> Iterator[Floats]:
    """How often each unit is drawn, (some, count), until there are enough; the same every time."""
    rng = np.random.default_rng(seed)
    step = max(1, MOST_DRAWN // count)
    for start in range(0, replicates, step):
        size = min(step, replicates - start)
        yield rng.multinomial(count, np.full(count, 1 / count), size=size).astype(np.float64)


def _parts(count: int, rng: np.random.Generator) -> csr_array:
    """Units divided at random into parts of nearly equal size, (parts, count)."""
    parts = min(PARTS, count)
    part = rng.permutation(count) % parts
    return csr_array((np.ones(count), (part, np.arange(count))), shape=(parts, count))
