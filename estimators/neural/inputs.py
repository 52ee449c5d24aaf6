"""Rows of one or several sources side by side, where networks are trained."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes
from pid.estimators.neural.arrays import MEMORY, Array, Arrays, if_room
from pid.estimators.neural.features import Features
from pid.estimators.neural.layers import WIDTH

CHUNK = 2**23  # numbers that are looked at together, where networks only predict: 32 MB
IN_MEMORY = 2**26  # numbers that are standardised once and kept: 256 MB


class Inputs:
    """Features of all samples, read as they are needed, or once where there are not too many.

    Args:
        sources: features with the same samples.
        order: of the columns; as they come if left out.
        arrays: where rows go.
    """

    def __init__(
        self, sources: Sequence[Features], order: Codes | None = None, arrays: Arrays = MEMORY
    ) -> None:
        self._sources = sources
        self._order = order
        self.arrays = arrays
        self.width = sum(source.width for source in sources)
        self.chunk = max(1, CHUNK // max(WIDTH, self.width))  # rows, whose layers have room, too
        self._whole: Array | None = None
        if self.width * len(sources[0]) <= IN_MEMORY:
            # where they have no room, rows are read as they are needed
            self._whole = if_room(arrays.device, lambda: arrays.put(self._read(slice(None))))

    @property
    def kept(self) -> bool:
        """Whether all rows are where networks are, so that nothing is read for a step."""
        return self._whole is not None

    def __getitem__(self, rows: Array) -> Array:
        """Shape (*rows, columns), of rows whose numbers are where networks are."""
        if self._whole is not None:
            return self._whole[rows]
        numbers = self.arrays.get(rows)
        found = self._read(numbers.reshape(-1))
        return self.arrays.put(found.reshape(*numbers.shape, self.width))

    def _read(self, rows: Codes | slice) -> NDArray[np.float32]:
        found = np.concatenate([source.rows(rows) for source in self._sources], axis=1)
        return found if self._order is None else found[:, self._order]
