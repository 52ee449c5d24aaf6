"""The target: classes as they come, numbers cut into quantile bins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np

from pid._types import Floats
from pid.discretization.quantiles import assign, quantile_edges
from pid.errors import InvalidInput
from pid.io.columns import Variable

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
    if bins is None:
        return as_text(y) if y.is_continuous else y, None
    numeric = only.dtype.kind in "iuf"
    if not is_cut(bins, continuous=y.is_continuous, numeric=numeric):
        return y, None
    values = only.astype(np.float64)
    edges = edges_of_target(bins, lambda asked: quantile_edges(values, asked))
    return replace(y, columns=(assign(values, edges),)), note_of(edges)


def as_text(y: Variable) -> Variable:
    """As text, numbers are classes to every estimator."""
    return replace(y, columns=(y.columns[0].astype(str),))


def is_cut(bins: int | Literal["auto"] | None, *, continuous: bool, numeric: bool) -> bool:
    """Whether a target is cut into bins.

    Raises:
        InvalidInput: it should be, and has no numbers.
    """
    if bins is None or (bins == "auto" and not continuous):
        return False
    if not numeric:
        raise InvalidInput(
            f"y is not numeric, so it cannot be cut into {bins} bins; leave out target_bins"
        )
    return True


def edges_of_target(bins: int | Literal["auto"], quantiles: Callable[[int], Floats]) -> Floats:
    """Edges of the bins, from a function that has those of any number of bins.

    Raises:
        InvalidInput: all bins coincide.
    """
    asked = BINS if bins == "auto" else bins
    edges = quantiles(asked)
    if not edges.size:
        raise InvalidInput(
            f"y repeats one value so often that {asked} quantile bins coincide; "
            "make classes of it first, for example by a threshold"
        )
    return edges


def note_of(edges: Floats) -> str:
    """How a target was cut, in words."""
    shown = ", ".join(f"{edge:.6g}" for edge in edges)
    return f"y: numbers, cut into {edges.size + 1} bins at {shown}"
