"""The one call from data to answer: ``pid.quantify``."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, NamedTuple

from pid.analysis import sizes
from pid.analysis.quantification.choose import (
    ESTIMATORS,
    FITTED,
    SYMBOLS,
    Choice,
    Estimator,
    decide,
)
from pid.analysis.quantification.count import Asked, Gathered, axes_of, gather
from pid.analysis.quantification.fit import Options, by_fitting
from pid.analysis.quantification.refit import REPLICATES as REFITTED
from pid.analysis.quantification.refit import refitted
from pid.analysis.quantification.result import Quantification
from pid.analysis.words import doubts
from pid.checks import (
    AUTO,
    BLOCKS,
    CLIENT,
    FLAG,
    INTERVAL,
    NAMES,
    PROGRESS,
    RANDOM_STATE,
    RESUME,
    SIZES,
    TABLES,
    TARGET_BINS,
    TOL,
    UNIT,
    checked,
    either,
    one_of,
    renamed,
)
from pid.core.decomposition import Decomposition
from pid.core.information import Unit, entropy, nats_per
from pid.discretization.kmeans import Size
from pid.discretization.out_of_core.where import is_elsewhere
from pid.discretization.resolution import null_bias
from pid.errors import InvalidInput
from pid.estimators.base import seed_of
from pid.estimators.clustering import ClusterPID
from pid.inference.assessment import REPLICATES, Assessment, conclude, resampled
from pid.inference.bias import CORRECTIONS, Correction, correct
from pid.inference.intervals import METHODS, Method
from pid.inference.units import Units, grouping
from pid.io.columns import as_variables
from pid.parallel.work import Work, check_seeded, working

# Seconds of one solve up to which a table is resampled without being asked to, and how often.
AFFORDABLE = ((0.01, REPLICATES), (0.15, 200))
FEW_UNITS = 20  # from fewer groups or blocks no method gives an interval to rely on


@renamed(bins=sizes.name_of_bins, n_clusters=sizes.name_of_clusters, report="progress")
@checked(
    estimator=one_of(*ESTIMATORS),
    n_clusters=SIZES,
    bins=SIZES,
    target_bins=TARGET_BINS,
    interval=INTERVAL,
    interval_method=one_of(*METHODS),
    correction=one_of(*CORRECTIONS),
    replicates=either(AUTO, TABLES),
    blocks=BLOCKS,
    refit=FLAG,
    unit=UNIT,
    tol=TOL,
    names=NAMES,
    random_state=RANDOM_STATE,
    client=CLIENT,
    resume=RESUME,
    progress=PROGRESS,
)
def quantify(
    X1: object,
    X2: object,
    y: object,
    *,
    estimator: Estimator = "auto",
    n_clusters: Size | Sequence[Size] = "auto",
    bins: Size | Sequence[Size] = "auto",
    target_bins: int | Literal["auto"] | None = "auto",
    interval: float | None = 0.95,
    interval_method: Method = "bias-aware",
    correction: Correction = "jackknife",
    replicates: int | Literal["auto"] = "auto",
    groups: object = None,
    blocks: int | None = None,
    weights: object = None,
    refit: bool = False,
    unit: Unit = "bit",
    tol: float = 1e-9,
    names: Sequence[str] | None = None,
    random_state: int | None = 0,
    client: object = None,
    resume: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Quantification:
    """How much of what X1 and X2 say about y is redundant, unique to each, or synergistic.

    Args:
        X1, X2: one row per sample: arrays, lists, or pandas, polars or Arrow tables; columns of a
            file, from ``pid.scan``, or of a Dask data frame, which are counted where they are.
        y: the target: classes, or numbers that are cut into quantile bins; for "gaussian" and
            "flow" numbers of one column or several, as they are.
        estimator: "table" counts all values as symbols; "cluster" is ``ClusterPID``; "bins" cuts
            every column of numbers at its quantiles; "posterior", "gaussian", "flow" and
            "alignment" are the estimators of ``pid.estimators`` of these names. "auto" takes
            "table" if both X1 and X2 are symbols already, and else "posterior", with "gaussian"
            beside it if y are numbers; but "cluster" for few samples, for weights and other options
            that only counting has, and "bins" for columns that are not in memory. The result says
            why.
        n_clusters: of ``ClusterPID``.
        bins: for estimator "bins", quantile bins of each column: a number for both sources, or a
            pair; "auto" makes about as many symbols as there would be clusters. Until 0.3, with a
            warning, those of y where another estimator is named, as in 0.1.
        target_bins: quantile bins of y; "auto" makes 4 if y is continuous; None makes every value a
            class.
        interval: nominal coverage of the intervals, or None for none.
        interval_method, correction: see ``pid.inference.assess``.
        replicates: tables resampled for the intervals; "auto" takes 1,000, or 200 where a solve
            takes more than about 0.01 s (20 x 20 x 20), and makes neither intervals nor correction
            where it takes more than about 0.15 s (80 x 80 x 10).
        groups: a label per row, such as a speaker or patient: rows of one group depend on each
            other, and are resampled together.
        blocks: likewise for time series: this many rows in a row are resampled together.
        weights: positive number per row, such as inverse probabilities of being sampled.
        refit: find clusters, or edges of bins of x1 and x2, anew in every resampled table, 200 of
            them by default: the interval is then also for what other samples would have found.
        unit: "bit" or "nat".
        tol: certified gap, in nats.
        names: what X1, X2 and y are called in the result; their column names if left out.
        random_state: seed of clustering and resampling; None takes another one each time.
        client: a ``distributed.Client``, to count a Dask data frame, and to resample or train on a
            cluster: the same bits, wherever.
        resume: a folder for finished parts of resampling or training, from which the same call goes
            on if it was interrupted.
        progress: called with the number of finished parts, and of all, whenever one is finished.

    Returns:
        The decomposition of the table that was counted, with its certificate; the same corrected
        for bias, with intervals; what was done to the data, and reasons to doubt the numbers. What
        is estimated is the decomposition of the population in the cells that were found.

    Raises:
        InvalidInput: data or options that cannot be used; the message says what to change.
        SolverFailed: no certified answer.

    Examples:
        >>> q = quantify([0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50, [0, 1, 1, 0] * 50)
        >>> print(q.reading.partition(". ")[2])
        Nearly all of that shows only when both are seen together.
    """
    begin = time.perf_counter()
    size = sizes.chosen(estimator, n_clusters, bins)
    if refit and interval_method == "subsampling":
        raise InvalidInput("refit draws rows with replacement; take another interval_method")
    check_seeded(random_state, resume)
    clusters = ClusterPID(size, unit=unit, tol=tol, random_state=random_state)
    given = {
        "weights": weights is not None,
        "refit": bool(refit),
        "n_clusters": n_clusters != "auto",
        "replicates": replicates != "auto",
        "interval_method": interval_method != "bias-aware",
        "correction": correction not in ("jackknife", "none"),
    }
    only_counting = tuple(name for name, is_given in given.items() if is_given)
    elsewhere = any(map(is_elsewhere, (X1, X2, y)))
    variables = None if elsewhere else as_variables(X1, X2, y)
    choice = decide(estimator, variables, target_bins, only_counting)
    if variables is not None and choice.estimator in FITTED:
        seed = seed_of(random_state)
        options = Options(interval, correction != "none", replicates, target_bins, unit, tol, seed)
        with working(client, resume, progress) as work:
            grouped = grouping(len(variables[0]), groups, blocks)
            found = by_fitting(choice, variables, grouped, options, names, work)
    else:
        asked = Asked(choice.estimator, clusters, target_bins, blocks, refit)
        data = gather(*(variables or (X1, X2, y)), groups, weights, asked, client)
        inference = Inference(interval, interval_method, correction, replicates, refit)
        with working(client, resume, progress) as work:
            found = _by_counting(choice, data, inference, names, unit, random_state, work)
    return replace(found, seconds=time.perf_counter() - begin)


class Inference(NamedTuple):
    """How far counted numbers are from the truth; see ``pid.quantify``."""

    interval: float | None
    method: Method
    correction: Correction
    replicates: int | Literal["auto"]
    refit: bool


def _by_counting(
    choice: Choice,
    data: Gathered,
    asked: Inference,
    names: Sequence[str] | None,
    unit: Unit,
    random_state: int | None,
    work: Work,
) -> Quantification:
    solved, units, interval = data.solved, data.units, asked.interval
    bias = null_bias(solved.table) / nats_per(unit)
    tables, doubt = _affordable(solved.table.shape, asked.replicates, interval)
    assessed = None
    if tables and interval is not None:
        if asked.refit:
            tables = REFITTED if asked.replicates == "auto" else tables
            drawn = refitted(data, tables, random_state, work)
        else:
            halves = asked.method == "subsampling"
            drawn = resampled(units, tables, random_state, without=halves, work=work)
        how = asked.correction, asked.method, unit, random_state
        assessed = conclude(units, drawn, interval, *how)
    return Quantification(
        decomposition=solved.decomposition,
        corrected=_corrected(units, assessed, asked.correction, unit, random_state, tables),
        interval=None if assessed is None else assessed.interval,
        level=None if assessed is None else assessed.level,
        axes=axes_of(data, names),
        table=solved.table,
        target_entropy=entropy(solved.table.sum(axis=(0, 1)), unit=unit),
        n=data.n,
        units=units.count,
        rows=data.rows,
        estimator=solved.estimator,
        # columns elsewhere show only when they are counted that they are symbols
        reason=SYMBOLS if choice.reason and solved.estimator == "table" else choice.reason,
        parameters=solved.parameters,
        random_state=None if random_state is None else int(random_state),
        null_bias=bias,
        notes=data.notes + doubt,
        warnings=doubts(solved.table, bias, solved.decomposition.total, unit) + _few(units),
    )


def _affordable(
    shape: tuple[int, ...], replicates: int | Literal["auto"], interval: float | None
) -> tuple[int, tuple[str, ...]]:
    """How many tables to resample, and a note where that is none by our own decision."""
    if replicates != "auto":
        return int(replicates), ()
    # A formula, as measured time would give other numbers on another day: work on cells, and on
    # the matrix of the solver.
    cells, order = math.prod(shape), min(shape[:2]) * shape[2]
    seconds = 1e-6 * cells + 2e-10 * order**3
    for longest, number in AFFORDABLE:
        if seconds <= longest:
            return number, ()
    what = "no correction" if interval is None else "no correction and no interval"
    return 0, (
        f"{what}: a table of {cells:,} cells takes long to resample; ask for it by replicates=200, "
        "or make fewer cells",
    )


def _corrected(
    units: Units,
    assessed: Assessment | None,
    correction: Correction,
    unit: Unit,
    random_state: int | None,
    replicates: int,
) -> Decomposition | None:
    if correction == "none" or not replicates or units.count < 2:
        return None
    if assessed is not None:
        return assessed.corrected
    return correct(units, correction, unit=unit, random_state=random_state)


def _few(units: Units) -> tuple[str, ...]:
    if units.single_rows or units.count >= FEW_UNITS:
        return ()
    return (
        f"there are only {units.count} independent groups or blocks; intervals from fewer than "
        f"{FEW_UNITS} are rough",
    )
