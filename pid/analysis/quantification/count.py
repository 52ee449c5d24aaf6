"""From columns, wherever they are, to a table that is counted and can be resampled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from pid.discretization.coding import Coding
from pid.discretization.count import Counted, count
from pid.discretization.out_of_core.reduction import reduced
from pid.discretization.out_of_core.where import as_elsewhere
from pid.discretization.resolution import Resolution
from pid.discretization.target import Bins, target
from pid.errors import InvalidInput
from pid.estimators.registry import REGISTRY
from pid.inference.units import check_grouping, grouping, row_weights
from pid.io.columns import Variable, as_variables

UNUSED = "x1 and x2 are symbols already: n_clusters was not used"


class Asked(NamedTuple):
    """How the columns are to become symbols, and rows units; see ``pid.quantify``."""

    estimator: str
    how: Resolution
    bins: Bins
    blocks: int | None
    again: bool  # whether the columns are needed once more, to refit


class Gathered(NamedTuple):
    """A table, the estimator that made it, and with what parameters."""

    estimator: str
    counted: Counted
    parameters: Mapping[str, object]


def gather(
    X1: object, X2: object, y: object, groups: object, weights: object, asked: Asked, client: object
) -> Gathered:
    """Cut or cluster the columns where they are, and count.

    Raises:
        InvalidInput: data or options that cannot be used.
    """
    check_grouping(groups, asked.blocks)
    elsewhere = as_elsewhere(client, x1=X1, x2=X2, y=y, groups=groups, weights=weights)
    if elsewhere is None:
        x1, x2, of_y = as_variables(X1, X2, y)
        return counted_by(x1, x2, target(of_y, asked.bins), groups, weights, asked)
    if asked.again:
        raise InvalidInput("refit needs the columns in memory; leave it out, or load them")
    found = reduced(
        elsewhere,
        estimator=asked.estimator,
        how=asked.how,
        bins=asked.bins,
        blocks=asked.blocks,
    )
    times = found.times
    group = grouping(len(times), found.groups, None)
    weight = row_weights(len(times), found.weights, times)
    counted = count(found.x1, found.x2, found.y, groups=group, weights=weight, times=times)
    return _gathered(found.estimator, counted, asked.how)


def counted_by(
    x1: Variable, x2: Variable, y: Coding, groups: object, weights: object, asked: Asked
) -> Gathered:
    """The same of columns in memory, with a target that is coded already."""
    group, weight = grouping(len(x1), groups, asked.blocks), row_weights(len(x1), weights)
    estimator = asked.estimator
    if estimator == "auto":
        estimator = "table" if x1.is_symbolic and x2.is_symbolic else "cluster"
    encode = REGISTRY[estimator].load()
    first, second = encode(x1, x2, np.bincount(y.codes), asked.how)
    return _gathered(estimator, count(first, second, y, groups=group, weights=weight), asked.how)


def _gathered(estimator: str, counted: Counted, how: Resolution) -> Gathered:
    if estimator == "table" and how.n_clusters != "auto":
        counted = counted._replace(notes=(*counted.notes, UNUSED))
    parameters = {name: getattr(how, name) for name in REGISTRY[estimator].parameters}
    return Gathered(estimator, counted, parameters)
