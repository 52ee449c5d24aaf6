"""What is said of columns and rows before anything is made of them, by every front door."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pid._types import Codes, Column
from pid.discretization.quantiles import assign, quantile_edges
from pid.discretization.target import BINS
from pid.inference.order import dependent_neighbours
from pid.io.columns import Variable
from pid.io.kinds import Said, said_of


def said_of_rows(sources: Sequence[Variable], y: Variable, *, independent: bool) -> Said:
    """What columns look like, and whether rows that are taken for independent can be that.

    Args:
        sources, y: the variables.
        independent: whether every row counts by itself.
    """
    found = said_of(sources, y)
    if not independent:
        return found
    return found._replace(warnings=found.warnings + slow_rows(sources, y))


def slow_rows(sources: Sequence[Variable], y: Variable) -> tuple[str, ...]:
    """A warning where neighbouring rows are alike."""
    columns: dict[str, Column] = {}
    for x in sources:
        for i, name in enumerate(x.names):
            number = x.columns[i].dtype.kind in "biuf"
            columns[name] = x.columns[i] if number else x.encoded_column(i)[0]
    return dependent_neighbours(columns, _classes(y if len(y.columns) == 1 else y.single(0, "y")))


def _classes(y: Variable) -> Codes:
    """Of a target, whatever it is to be cut into in the end."""
    if not y.is_continuous:
        return y.encoded()[0]
    values = y.columns[0].astype(np.float64)
    return assign(values, quantile_edges(values, BINS))
