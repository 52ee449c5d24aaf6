"""The target: classes as they come, numbers cut into quantile bins."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from pid.errors import InvalidInput
from pid.estimators.binning import assign, quantile_edges
from pid.estimators.columns import Variable

BINS = 4  # quartiles of a continuous target: coarse, since every class costs samples


def as_classes(y: Variable, bins: int | Literal["auto"] | None) -> tuple[Variable, str | None]:
    """The target as classes, cut at quantiles where it is continuous, and a note that says so.

    Args:
        y: one column.
        bins: quantile bins; "auto" makes BINS of them if y is continuous and leaves classes alone;
            None makes every value a class.

    Returns:
        The classes, and in words how they were cut, or None where they were not.

    Raises:
        InvalidInput: y is not numeric, or all its bins coincide.
    """
    only = y.columns[0]
    if bins is None:  # as text, numbers are classes to every estimator
        return replace(y, columns=(only.astype(str),)) if y.is_continuous else y, None
    if bins == "auto" and not y.is_continuous:
        return y, None
    if only.dtype.kind not in "iuf":
        raise InvalidInput(
            f"y is not numeric, so it cannot be cut into {bins} bins; leave out bins"
        )
    asked = BINS if bins == "auto" else bins
    values = only.astype(np.float64)
    edges = quantile_edges(values, asked)
    if not edges.size:
        raise InvalidInput(
            f"y repeats one value so often that {asked} quantile bins coincide; "
            "make classes of it first, for example by a threshold"
        )
    shown = ", ".join(f"{edge:.6g}" for edge in edges)
    note = (
        f"y: {np.unique(values).size} distinct numbers, cut into {edges.size + 1} bins at {shown}"
    )
    return replace(y, columns=(assign(values, edges),)), note
