"""The one call from data to answer: ``pid.quantify``."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, Unpack, overload

from numpy.typing import ArrayLike

from pid.analysis import sizes
from pid.analysis.by_name import Columns, takes_table
from pid.analysis.quantification.along import AXIS, along
from pid.analysis.quantification.assess import Inference, by_counting
from pid.analysis.quantification.choose import (
    ESTIMATORS,
    FITTED,
    check_device,
    decide,
    takes_groups,
    unused,
)
from pid.analysis.quantification.count import Asked, counted_elsewhere, counted_in_memory
from pid.analysis.quantification.fit import by_fitting
from pid.analysis.quantification.look import look, only_counting
from pid.analysis.quantification.options import QuantifyOptions
from pid.analysis.quantification.result import Quantification
from pid.analysis.quantification.trajectory import Trajectory
from pid.analysis.several.asked import Asked as Several
from pid.analysis.several.quantify import OfRows, as_two, check_sources, quantify_several
from pid.analysis.several.result import SourcesQuantification
from pid.checks import (
    AUTO,
    BLOCKS,
    CLASSES,
    CLIENT,
    DEVICE,
    FLAG,
    INTERVAL,
    NAMES,
    NONE,
    PROGRESS,
    RANDOM_STATE,
    RESUME,
    SIZES_OF_SOURCES,
    TABLES,
    TARGET_BINS,
    TOL,
    UNIT,
    checked,
    either,
    named,
    one_of,
    renamed,
    seed_of,
)
from pid.core.information import Unit
from pid.discretization.out_of_core.where import is_elsewhere
from pid.discretization.resolution import Resolution, Size
from pid.discretization.rows import said_of_rows
from pid.discretization.target import target
from pid.errors import InvalidInput
from pid.estimators.base import Options
from pid.inference.bias import CORRECTIONS, Correction
from pid.inference.grouping import check_grouping, row_weights
from pid.inference.intervals import METHODS, Method
from pid.io.indices import labels_of
from pid.io.reading import GLOBS, HOW_MISSING, VALUES, Missing, reading
from pid.parallel.work import check_seeded, working


@overload
def quantify(
    X1: object, X2: object, y: object, *, axis: None = None, **options: Unpack[QuantifyOptions]
) -> Quantification: ...


@overload
def quantify(
    X1: object, X2: object, y: object, *, axis: ArrayLike, **options: Unpack[QuantifyOptions]
) -> Trajectory: ...


@overload
def quantify(
    X1: object,
    *,
    x1: Columns,
    x2: Columns,
    y: object,
    axis: None = None,
    **options: Unpack[QuantifyOptions],
) -> Quantification: ...


@overload
def quantify(
    X1: object,
    *,
    x1: Columns,
    x2: Columns,
    y: object,
    axis: ArrayLike,
    **options: Unpack[QuantifyOptions],
) -> Trajectory: ...


@overload
def quantify(
    X1: object = None,
    *,
    sources: Mapping[str, object],
    y: object,
    **options: Unpack[QuantifyOptions],
) -> Quantification | SourcesQuantification: ...


@renamed(bins=sizes.name_of_bins, n_clusters=sizes.name_of_clusters, report="progress")
@takes_table
@checked(
    sources=either(named("columns"), NONE),
    estimator=one_of(*ESTIMATORS),
    n_clusters=SIZES_OF_SOURCES,
    bins=SIZES_OF_SOURCES,
    target_bins=TARGET_BINS,
    classes=CLASSES,
    interval=INTERVAL,
    interval_method=one_of(*METHODS),
    correction=one_of(*CORRECTIONS),
    replicates=either(AUTO, TABLES),
    blocks=BLOCKS,
    missing=HOW_MISSING,
    missing_values=VALUES,
    symbols=GLOBS,
    numbers=GLOBS,
    refit=FLAG,
    unit=UNIT,
    tol=TOL,
    names=NAMES,
    random_state=RANDOM_STATE,
    device=DEVICE,
    client=CLIENT,
    resume=RESUME,
    progress=PROGRESS,
    axis=AXIS,
)
def quantify(
    X1: object = None,
    X2: object = None,
    y: object = None,
    *,
    sources: Mapping[str, object] | None = None,
    estimator: str = "auto",
    n_clusters: Size | Sequence[Size] = "auto",
    bins: Size | Sequence[Size] = "auto",
    target_bins: int | Literal["auto"] | None = "auto",
    classes: Sequence[Hashable] | None = None,
    interval: float | None = 0.95,
    interval_method: Method = "bias-aware",
    correction: Correction = "kink-aware",
    replicates: int | Literal["auto"] = "auto",
    groups: object = None,
    blocks: int | None = None,
    weights: object = None,
    given: object = None,
    missing: Missing = "error",
    missing_values: Sequence[object] = (),
    symbols: str | Sequence[str] = (),
    numbers: str | Sequence[str] = (),
    refit: bool = False,
    unit: Unit = "bit",
    tol: float = 1e-9,
    names: Sequence[str] | None = None,
    random_state: int | None = 0,
    device: str | None = None,
    client: object = None,
    resume: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    axis: ArrayLike | None = None,
) -> Quantification | SourcesQuantification | Trajectory:
    """How much of what X1 and X2 say about y is redundant, unique to each, or synergistic.

    Of three sources and more: what each tells alone and only it, what several share, what shows
    only with two, three ... together, and what is lost without each; see docs/sources.md.

    Args:
        X1, X2: one row per sample: arrays, lists, or pandas, polars or Arrow tables; columns of a
            file, from ``pid.scan``, or of a Dask data frame, which are counted where they are. Or
            X1 alone, a table of all columns, of which ``x1`` and ``x2`` (or ``sources``) are names
            and globs, such as "bill_*", "total_*,!total_day" and "rest", or places. Then y, groups,
            weights and given may be names of columns, too; see docs/files.md.
        y: the target: classes, or numbers that are cut into quantile bins; for "gaussian" and
            "flow" numbers of one column or several, as they are.
        sources: in place of X1 and X2, two sources or more by their names, or columns of X1. Three
            and more are counted ("table", "cluster" or "bins") or told by classifiers
            ("posterior"), in memory.
        estimator: "table" counts all values as symbols; "cluster" is ``ClusterPID``; "bins" cuts
            every column of numbers at its quantiles; "posterior", "gaussian", "flow" and
            "alignment" are the estimators of ``pid.estimators`` of these names. "auto" takes
            "table" if both X1 and X2 are symbols already, and else "posterior", with "gaussian"
            beside it if y are numbers; but "cluster" for few samples, for weights and other options
            that only counting has, and "bins" for columns that are not in memory. The result says
            why.
        n_clusters: of ``ClusterPID``.
        bins: for estimator "bins", quantile bins of each column: a number for all sources, or one
            for each; "auto" makes about as many symbols as there would be clusters. Until 0.3, with
            a warning, those of y where another estimator is named, as in 0.1.
        target_bins: quantile bins of y; "auto" makes 4 if y is continuous; None makes every value a
            class.
        classes: all that y can have, where some that are known may not be among these rows: what
            they would tell is then open, and in the intervals. For estimators that count.
        interval: nominal coverage of the intervals, or None for none.
        interval_method, correction: see ``pid.inference.assess``.
        replicates: tables resampled for the intervals; "auto" takes 1,000, or 200 where a solve
            takes more than about 0.01 s (20 x 20 x 20), and makes neither intervals nor correction
            where it takes more than about 0.15 s (80 x 80 x 10); of three sources and more 200 to
            20, and no interval where all numbers take more than about 1 s.
        groups: a label per row, such as a speaker or patient: rows of one group depend on each
            other, and are resampled together.
        blocks: likewise for time series: this many rows in a row are resampled together.
        weights: positive number per row, such as inverse probabilities of being sampled.
        given: columns z, one row per sample: the atoms are then those given z, the mean over its
            strata of what x1 and x2 tell of y in each of them, and the total is I(X1, X2; Y | Z).
            Symbols are strata as they are, numbers are cut into at most five; of two sources that
            are counted, in memory. See docs/given.md.
        missing: "error" refuses columns with gaps and names them; "drop" leaves out rows with a gap
            anywhere; "category" makes gaps of X1 and X2 a symbol of their own, and leaves out rows
            without y. The result says how many.
        missing_values: what stands for a missing value beside None and NaN, such as "?" and -1.
        symbols: names and globs of columns whose values are symbols, whatever they look like, such
            as numbers of shops: ``"shop,post*"`` or a list. Columns of arrays are ``"x1[0]"``.
        numbers: likewise columns of numbers: measurements however few they are, and text such as
            "3,5" read as a number. ``pid.describe`` says how columns are read.
        refit: find clusters, or edges of bins of x1 and x2, anew in every resampled table, 200 of
            them by default: the interval is then also for what other samples would have found.
        unit: "bit" or "nat".
        tol: certified gap, in nats.
        names: what X1, X2 and y are called in the result; their column names if left out.
        random_state: seed of clustering and resampling; None takes another one each time.
        device: where "posterior" and "alignment" train networks: "cpu"; with torch such as "cuda"
            or "mps"; "auto" for an accelerator that torch finds. None for that of the environment
            variable PID_DEVICE, and else the CPU. Another device has other last digits.
        client: a ``distributed.Client``, to count a Dask data frame, and to resample or train on a
            cluster: the same bits, wherever.
        resume: a folder for finished parts of resampling or training, from which the same call goes
            on if it was interrupted.
        progress: called with the number of finished parts, and of all, whenever one is finished.
        axis: of arrays of trials x time, or trials x channels x time, the dimension that there is
            to be an answer at each place of: its name in arrays of xarray; of others its number, or
            a name, such as "time", for the last. y is one value per trial, or trials x time, as
            ``given`` may be. Or a label for each row, such as the column of times of a long table:
            rows with one label are one place. See docs/time.md.

    Returns:
        The decomposition of the table that was counted, with its certificate; the same corrected
        for bias, with intervals; what was done to the data, and reasons to doubt the numbers. What
        is estimated is the decomposition of the population in the cells that were found. Along an
        axis a ``Trajectory``, an answer a place.

    Raises:
        InvalidInput: data or options that cannot be used; the message says what to change.
        SolverFailed: no certified answer.

    Examples:
        >>> q = quantify([0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50, [0, 1, 1, 0] * 50)
        >>> print(q.reading.partition(". ")[2])
        Of that: 100% synergy.
    """
    options = dict(locals())  # as asked, before there is anything else
    if axis is not None:
        return along(quantify, options)
    begin = time.perf_counter()
    if sources is not None:
        beside = {"X1": X1, "X2": X2, "names": names}
        check_sources(sources, [name for name, value in beside.items() if value is not None])
        if len(sources) == 2:
            X1, X2, names = as_two(sources, y)
    elif X1 is None or X2 is None:
        raise InvalidInput("give X1, X2 and y; or y, and sources by their names")
    if y is None:
        raise InvalidInput("give y, the target: classes or numbers, one for each row")
    size = sizes.chosen(estimator, n_clusters, bins)
    if refit and given is not None:
        raise InvalidInput("refit finds cells of one table anew, not of strata; leave it out")
    if refit and interval_method == "subsampling":
        raise InvalidInput("refit draws rows with replacement; take another interval_method")
    check_seeded(random_state, resume)
    check_grouping(groups, blocks)
    check_device(estimator, device)
    seed = seed_of(random_state)
    counting = only_counting(options)
    clusters = Resolution(n_clusters=size, random_state=seed)
    if classes is not None and target_bins != "auto":
        raise InvalidInput("give classes or target_bins, not both: numbers are cut or are classes")
    how = reading(missing, missing_values, symbols, numbers)
    if sources is not None and len(sources) > 2:
        if refit or interval_method != "bias-aware":
            raise InvalidInput("refit and interval_method are of two sources; leave them out")
        if given is not None:
            raise InvalidInput(
                "given is of two sources; leave it out, or ask for two of these at a time"
            )
        of_rows = OfRows(groups, blocks, weights, how)
        several = Several(
            estimator,
            size,
            target_bins,
            classes,
            interval,
            correction,
            replicates,
            unit,
            tol,
            seed,
            device,
        )
        with working(client, resume, progress) as work:
            answer = quantify_several(sources, y, of_rows, several, work)
        return replace(answer, seconds=time.perf_counter() - begin)
    asked = Asked(estimator, clusters, target_bins, interval is not None, classes)
    columns = {"x1": X1, "x2": X2, "y": y, "groups": groups, "weights": weights}
    labels = None
    if any(map(is_elsewhere, (*columns.values(), given))):
        if given is not None:
            raise InvalidInput("given needs the columns in memory; leave it out, or load them")
        if refit:
            raise InvalidInput("refit needs the columns in memory; leave it out, or load them")
        choice = decide(estimator, None, target_bins, counting)
        data, said = counted_elsewhere(columns, blocks, asked, client, how)
        warnings, notes = said
    else:
        read, group, copied, choice = look(columns | {"given": given}, blocks, how, asked, counting)
        labels = labels_of((X1, X2, y), read.kept)
        x1, x2, *z, of_y = read.variables
        weight = row_weights(read.given, weights, kept=read.kept)
        independent = group is None and copied is None
        said = said_of_rows((x1, x2), of_y, independent=independent)
        notes, warnings = read.notes + said.notes, said.warnings
        if copied is not None and takes_groups(choice.estimator, correction):
            group, notes = copied.rows, (*notes, copied.note(grouped=True))
        elif copied is not None:
            warnings += (copied.note(grouped=False),)
        if choice.estimator in FITTED:
            fitted = Options(interval, correction != "none", replicates, unit, tol, seed, device)
            with working(client, resume, progress) as work:
                found = by_fitting(choice, (x1, x2, of_y), group, target_bins, fitted, names, work)
            return _finished(replace(found, labels=labels), notes, warnings, begin)
        asked = asked._replace(estimator=choice.estimator)
        of_y_coded = target(of_y, target_bins, classes)
        data = counted_in_memory(x1, x2, of_y_coded, group, weight, asked, *z)
    inference = Inference(
        interval, interval_method, correction, replicates, refit, unit, tol, random_state
    )
    with working(client, resume, progress) as work:
        found = by_counting(choice, data, inference, names, work)
    notes = (*notes, *unused(found.estimator, device))
    return _finished(replace(found, labels=labels), notes, warnings, begin)


def _finished(
    found: Quantification, notes: tuple[str, ...], warnings: tuple[str, ...], begin: float
) -> Quantification:
    return replace(
        found,
        notes=(*found.notes, *notes),
        warnings=(*found.warnings, *warnings),
        seconds=time.perf_counter() - begin,
    )
