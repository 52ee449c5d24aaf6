"""From class probabilities that somebody else made to an answer: ``pid.quantify_posteriors``."""

from __future__ import annotations

import time
from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import NamedTuple, overload

import numpy as np
from scipy.stats import chi2

from pid._types import Floats
from pid.analysis.quantification.axes import Axis
from pid.analysis.quantification.doubts import rare_classes
from pid.analysis.quantification.given import GivenPosteriors
from pid.analysis.quantification.result import Quantification
from pid.analysis.quantification.told import (
    About,
    below_zero,
    costly,
    lines_of,
    miscalibrated,
    near_chance,
    said_of_calibration,
    told_of,
)
from pid.analysis.quantification.trajectory import Trajectory, check_axis
from pid.checks import (
    BLOCKS,
    CLASSES,
    COLUMN,
    FLAG,
    INTERVAL,
    NAMES,
    TOL,
    UNIT,
    checked,
    integer,
)
from pid.core.cost import check_affordable
from pid.core.information import Unit, entropy, nats_per
from pid.errors import InvalidInput
from pid.estimators.posterior.correction import OF_CELLS, most_entropy
from pid.estimators.posterior.estimate import standard_errors
from pid.estimators.posterior.given import Earned, Posteriors, earned, limited
from pid.estimators.posterior.union import finer
from pid.inference.assessment import Interval, as_interval
from pid.inference.atoms import as_decomposition
from pid.inference.grouping import effective_units, grouping
from pid.inference.intervals import Bounds, quantile
from pid.inference.order import few_units
from pid.io.posteriors import clean, read_posteriors, read_target

NAMED = ("x1", "x2", "y")
UNIQUE, JOINT = [1, 2], [0, 3]  # atoms that have more, and less, where the union is more
DECISION = "the model's decision"  # what y is called where it is what p12 says


class Asked(NamedTuple):
    """See ``quantify_posteriors``."""

    calibrate: bool
    interval: float | None
    n_cells: int
    unit: Unit
    tol: float
    names: tuple[str, str, str]


@overload
def quantify_posteriors(
    p1: object,
    p2: object,
    p12: object,
    y: object = None,
    *,
    groups: object = None,
    blocks: int | None = None,
    calibrate: bool = False,
    classes: Sequence[Hashable] | None = None,
    interval: float | None = 0.95,
    n_cells: int = 24,
    unit: Unit = "bit",
    tol: float = 1e-9,
    names: Sequence[str] | None = None,
    axis: None = None,
    positions: None = None,
) -> Quantification: ...


@overload
def quantify_posteriors(
    p1: object,
    p2: object,
    p12: object,
    y: object = None,
    *,
    axis: str,
    groups: object = None,
    blocks: int | None = None,
    calibrate: bool = False,
    classes: Sequence[Hashable] | None = None,
    interval: float | None = 0.95,
    n_cells: int = 24,
    unit: Unit = "bit",
    tol: float = 1e-9,
    names: Sequence[str] | None = None,
    positions: Sequence[Hashable] | None = None,
) -> Trajectory: ...


@checked(
    blocks=BLOCKS,
    calibrate=FLAG,
    classes=CLASSES,
    interval=INTERVAL,
    n_cells=integer(),
    unit=UNIT,
    tol=TOL,
    names=NAMES,
    axis=COLUMN,
    positions=CLASSES,
)
def quantify_posteriors(
    p1: object,
    p2: object,
    p12: object,
    y: object = None,
    *,
    groups: object = None,
    blocks: int | None = None,
    calibrate: bool = False,
    classes: Sequence[Hashable] | None = None,
    interval: float | None = 0.95,
    n_cells: int = 24,
    unit: Unit = "bit",
    tol: float = 1e-9,
    names: Sequence[str] | None = None,
    axis: str | None = None,
    positions: Sequence[Hashable] | None = None,
) -> Quantification | Trajectory:
    """Decompose what a model says: its class probabilities by one source, the other, and both.

    For any classifier, or a large model that is asked with one modality masked, on rows it was not
    trained on. The minimum that defines the atoms depends on a source only through p(y | x), so
    that these probabilities are all there is to know. Nothing is trained.

    Args:
        p1, p2, p12: probabilities of the classes given x1, x2 and both: shape (rows, classes); or
            (layers, rows, classes), of layers, epochs or models, one answer each.
        y: the truth, a label per row: informations are what the probabilities earn of it, by
            their logarithmic score. Or shares of the classes, (rows, classes), such as those of
            annotators, or of a last layer. None: what p12 itself says is the target, so that what
            a model decides is decomposed, whether it is right or not. Then what x2 adds is the
            mean of KL(p12 || p1): how far masking it moves the model.
        groups: a label per row, such as a speaker or patient: rows of one group depend on each
            other.
        blocks: likewise for time series: rows depend on each other within so many in a row.
        calibrate: bring each of p1, p2 and p12 into line with the target first, by a weight and a
            bias per class (a temperature, and more). Without, they are taken as they are, and what
            that costs is said where it matters.
        classes: the labels of the columns, in order. If left out, whole numbers from 0 are columns,
            and other labels are in sorted order.
        interval: nominal coverage of the intervals, or None for none.
        n_cells: of more than two classes, rows share cells: at most this many of each source in the
            coarser of two tables.
        unit: "bit" or "nat".
        tol: certified gap of these tables, in nats, where cells lose nothing.
        names: what x1, x2 and y are called in the result.
        axis: what the first of three axes is called, such as "layer" (as it is if left out).
        positions: names along it; 0, 1, ... if left out.

    Returns:
        A ``Quantification``, whose ``evidence.rows`` is what each row adds to the atoms; or of
        several layers a ``Trajectory`` of them. Atoms are as earned, so that those of poor
        probabilities may be below 0: synergy, where p12 knows less than p1 and p2, and redundancy.

    Raises:
        InvalidInput: numbers that are no probabilities, arrays of several shapes, labels without a
            column, or a column without a row.
        SolverFailed: no certified answer.
        TooLarge: more classes than tables of cells can be solved for.

    Examples:
        >>> from pid.datasets import continuous
        >>> data = continuous.make("xor", n=1000)  # with what the best classifiers would say
        >>> q = quantify_posteriors(*data.posteriors, data.y)
        >>> round(q.best.synergy, 1)
        1.0
    """
    begin = time.perf_counter()
    read = read_posteriors(p1, p2, p12)
    layers, rows, width = read.posteriors[0].shape
    cells = min(finer(n_cells, width), rows)
    check_affordable((cells, cells, width), "interior-point", named=False)
    target = read_target(y, rows, width, classes)
    group = grouping(rows, groups, blocks, interval=interval is not None)
    called = tuple(names or (*NAMED[:2], DECISION if y is None else NAMED[2]))
    asked = Asked(bool(calibrate), interval, n_cells, unit, tol, (called[0], called[1], called[2]))
    if not read.layered and (axis is not None or positions is not None):
        raise InvalidInput(
            f"axis and positions are of the first of three axes; p1 has shape {(rows, width)}"
        )
    check_axis(axis or "layer")
    found = []
    for first, second, both in zip(*read.posteriors, strict=True):
        if target.shares is None:  # p12 without what is next to nothing
            both = clean(both, "p12")
        about = About(both if target.shares is None else target.shares, target, group)
        one = _of_one((first, second, both), about, asked)
        found.append(replace(one, notes=(*one.notes, *target.notes, *read.notes)))
    seconds = time.perf_counter() - begin
    if not read.layered:
        return replace(found[0], seconds=seconds)
    places = tuple(range(layers) if positions is None else positions)
    if len(places) != layers or len(set(places)) != layers:
        raise InvalidInput(f"positions must be {layers} different names, one a layer; got {places}")
    return Trajectory(results=tuple(found), axis=axis or "layer", positions=places, seconds=seconds)


def _of_one(posteriors: Posteriors, about: About, asked: Asked) -> Quantification:
    """The answer of one layer."""
    shares, target, groups = about
    n, width = shares.shape
    nat = nats_per(asked.unit)
    lines = lines_of(posteriors, about)
    first, second, both = (limited(p, shares) for p in (lines if asked.calibrate else posteriors))
    found = earned((first[0], second[0], both[0]), shares, asked.n_cells, asked.tol)
    atoms = as_decomposition(found.rows[:4].mean(axis=1), asked.unit)
    evidence = GivenPosteriors(
        rows=found.rows[:4] / nat,
        residual=found.added / nat,
        told=told_of(posteriors, lines, about, asked.unit, calibrate=asked.calibrate),
        target="p12" if target.shares is None else "shares" if target.codes is None else "labels",
        calibrated=asked.calibrate,
        groups=groups,
        classes=shares.argmax(axis=1),
    )
    deviation = standard_errors(found.rows, groups)
    units = n if groups is None else int(groups.max()) + 1
    counts = None if target.codes is None else np.bincount(target.codes)[None, None]
    x1, x2, y = asked.names
    chance = near_chance(evidence, atoms, deviation / nat)
    return Quantification(
        decomposition=atoms,
        corrected=None,
        interval=_interval(found, deviation, about, asked),
        level=asked.interval,
        axes=(
            Axis(x1, 1, width, "probabilities"),
            Axis(x2, 1, width, "probabilities"),
            Axis(y, 1, width, "classes", tuple(map(str, target.labels))),
        ),
        evidence=evidence,
        target_entropy=entropy(shares.mean(axis=0), unit=asked.unit),
        n=n,
        units=units,
        estimator="posteriors",
        reason=None,
        parameters={"calibrate": asked.calibrate, "n_cells": asked.n_cells},
        random_state=None,
        notes=(
            *said_of_calibration(evidence, asked.unit),
            *costly(n, first[1], second[1], both[1]),
            *chance.notes,
        ),
        warnings=(
            *below_zero(atoms, deviation / nat, evidence),
            *chance.warnings,
            *miscalibrated(evidence, about, asked.unit),
            *(() if counts is None else rare_classes(counts, about.samples, target.labels)),
            *(() if groups is None else few_units(units)),
        ),
    )


def _interval(found: Earned, deviation: Floats, about: About, asked: Asked) -> Interval | None:
    """Around the means: quantiles, what cells may have lost otherwise, what a fit seems to tell.

    The union is that of the multipliers which earn most, and of other rows others may: it may be as
    much more as the quantiles of any of them say.
    """
    if asked.interval is None:
        return None
    width = about.shares.shape[1]
    samples, here = about.samples, found.rows.mean(axis=1)
    least = float(chi2.ppf(asked.interval, 1)) / (2 * samples)  # that cannot be told from 0
    cells = OF_CELLS * abs(found.added) * np.array([1, 1, 1, 1, 0, 0, 0])  # none in informations
    z = quantile(asked.interval, effective_units(about.groups))
    reach = np.maximum(z * deviation, least) + cells
    low, high = here - reach, here + reach
    for rows in found.others:
        mean, away = rows.mean(axis=1), z * standard_errors(rows, about.groups)
        high[UNIQUE] = np.maximum(high, mean + away)[UNIQUE]
        low[JOINT] = np.minimum(low, mean - away)[JOINT]
    seeming = width / (2 * samples) if asked.calibrate else 0.0
    most = float(np.log(width))
    if about.target.codes is not None:
        most = most_entropy(about.shares.mean(axis=0), samples, asked.interval)
    high = np.maximum(np.minimum(high, most), here)
    return as_interval(Bounds(low - seeming, high), asked.unit)
