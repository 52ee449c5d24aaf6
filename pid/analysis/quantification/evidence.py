"""What an answer of ``pid.quantify`` rests on: a table that was counted, or a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pid._types import Counts, Floats
from pid.core.decomposition import Decomposition
from pid.inference.units import Rows, Units


@dataclass(frozen=True, slots=True, eq=False)  # eq off: array fields
class CountedTable:
    """What an answer rests on that was counted.

    Attributes:
        table: samples per cell, shape (n1, n2, k), or given z (nz, n1, n2, k);
            ``decomposition.check(table)`` verifies. With weights, weight per cell, scaled to sum to
            the effective number of samples.
        rows: cell, group and weight of each sample, as a paired ``pid.difference`` needs them; None
            where only the table was counted.
        null_bias: expected total if x1 and x2 said nothing about y, in the unit of the atoms.
    """

    table: Counts | Floats
    rows: Rows | None
    null_bias: float

    @property
    def units(self) -> Units:
        """What is drawn again: rows, or groups of them."""
        if self.rows is None:
            return Units.from_counts(self.table)
        cells, groups, weights = self.rows
        return Units.from_rows(cells, self.table.shape, groups=groups, weights=weights)


@dataclass(frozen=True, slots=True, eq=False)
class FittedModel:
    """What an answer rests on that was not counted: a model, and what others say.

    Attributes:
        model: the estimator from ``pid.estimators`` that was fitted.
        beside: for comparison, what other estimators say, by their names.
    """

    model: Any
    beside: Mapping[str, Decomposition]
