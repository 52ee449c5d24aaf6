"""From columns, wherever they are, to a table that is counted and can be resampled."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.discretization.coding import Coding
from pid.discretization.count import Counted, count
from pid.discretization.out_of_core.reduction import reduced
from pid.discretization.out_of_core.rows import said_elsewhere
from pid.discretization.out_of_core.where import as_elsewhere
from pid.discretization.resolution import Resolution
from pid.discretization.strata import Room, strata
from pid.discretization.target import Bins
from pid.estimators.registry import REGISTRY
from pid.inference.grouping import grouping, row_weights
from pid.io.columns import Variable
from pid.io.kinds import Said
from pid.io.reading import AS_THEY_ARE, Reading

UNUSED = "x1 and x2 are symbols already: n_clusters was not used"


class Asked(NamedTuple):
    """How the columns are to become symbols; see ``pid.quantify``."""

    estimator: str
    how: Resolution
    bins: Bins  # of y
    interval: bool = False  # whether one is to be made
    classes: Sequence[Hashable] | None = None  # of y, if more are known than occur


class Gathered(NamedTuple):
    """A table, the estimator that made it, and with what parameters."""

    estimator: str
    counted: Counted
    parameters: Mapping[str, object]


def counted_in_memory(
    x1: Variable,
    x2: Variable,
    y: Coding,
    groups: Codes | None,
    weights: Floats | None,
    asked: Asked,
    given: Variable | None = None,
) -> Gathered:
    """Cut or cluster the sources as asked for, or as fits them, and count.

    Args:
        x1, x2: the sources.
        y: the target, which is coded already.
        groups, weights: of the rows, as ``grouping`` and ``row_weights`` have them.
        asked: how.
        given: what it is asked given of.

    Raises:
        InvalidInput: data that the estimator cannot use.
    """
    estimator = asked.estimator
    if estimator == "auto":
        estimator = "table" if x1.is_symbolic and x2.is_symbolic else "cluster"
    encode, class_counts, how = REGISTRY[estimator].load(), np.bincount(y.codes), asked.how
    z = None
    if given is not None:
        z = strata(given, Room((x1, x2), class_counts, how, estimator == "table"))
        how = replace(how, max_bias=how.max_bias / z.size)  # as all strata have cells of their own
    first, second = encode((x1, x2), class_counts, how)
    counted = count(first, second, y, groups=groups, weights=weights, given=z)
    return _gathered(estimator, counted, asked.how)


def counted_elsewhere(
    columns: Mapping[str, object],
    blocks: int | None,
    asked: Asked,
    client: object,
    read: Reading = AS_THEY_ARE,
) -> tuple[Gathered, Said]:
    """Cut the columns where they are, if that is asked for or fits them, and count there.

    Args:
        columns: by role: "x1", "x2", "y", "groups" and "weights".
        blocks: rows in a row that depend on each other.
        asked: how.
        client: a ``distributed.Client`` to count Dask data frames with, or None.
        read: what becomes of gaps, and which columns are symbols or numbers.

    Raises:
        InvalidInput: data or options that cannot be used.
    """
    elsewhere = as_elsewhere(client, read, **columns)
    found = reduced(
        elsewhere,
        estimator=asked.estimator,
        how=asked.how,
        bins=asked.bins,
        classes=asked.classes,
        blocks=blocks,
    )
    times = found.times
    group = grouping(len(times), found.groups, None, interval=asked.interval)
    weight = row_weights(len(times), found.weights, times)
    counted = count(found.x1, found.x2, found.y, groups=group, weights=weight, times=times)
    independent = blocks is None and group is None
    said = said_elsewhere(elsewhere, independent=independent)
    return _gathered(found.estimator, counted, asked.how), said


def _gathered(estimator: str, counted: Counted, how: Resolution) -> Gathered:
    if estimator == "table" and how.n_clusters != "auto":
        counted = counted._replace(notes=(*counted.notes, UNUSED))
    parameters = {name: getattr(how, name) for name in REGISTRY[estimator].parameters}
    return Gathered(estimator, counted, parameters)
