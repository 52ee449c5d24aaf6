"""Whether there is anything to an atom, asked of many answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pid._types import Floats
from pid.analysis.quantification.evidence import CountedTable
from pid.analysis.quantification.result import Quantification
from pid.errors import InvalidInput
from pid.inference.tails import largest_p_value
from pid.inference.units import Units


def p_values(
    answers: Sequence[Quantification], of: str, replicates: int, random_state: int | None
) -> Floats:
    """Of each answer, that an atom, or the total, is 0.

    Raises:
        InvalidInput: answers that were not counted, or are given strata.
    """
    seeds = np.random.SeedSequence(random_state).spawn(len(answers))
    units = [_units(q) for q in answers]
    return np.array(
        [
            largest_p_value(of, one, replicates, np.random.default_rng(seed))
            for one, seed in zip(units, seeds, strict=True)
        ]
    )


def has_p_value(q: Quantification) -> bool:
    """Whether there are tests of its atoms: it was counted, and is of no strata."""
    return isinstance(q.evidence, CountedTable) and q.given is None


def _units(q: Quantification) -> Units:
    if not isinstance(q.evidence, CountedTable):
        raise InvalidInput(
            f"p-values are of tables that were counted, and not of estimator {q.estimator!r}: take "
            "'table', 'cluster' or 'bins'; or look at intervals, which interval=1 - 0.05 / places "
            "makes so wide that they hold together"
        )
    if q.given is not None:
        raise InvalidInput("there are no p-values given strata; look at intervals")
    return q.evidence.units
