"""The one call from models and data to their profiles: ``pid.compare``."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Literal, Unpack, get_args, overload

import numpy as np

from pid.analysis import sizes
from pid.analysis.by_name import Columns, takes_table
from pid.analysis.comparison.leakage import suspicions
from pid.analysis.comparison.measures import Independent, fit_measures, fits, key, measures, ranks
from pid.analysis.comparison.options import CompareOptions, Estimator
from pid.analysis.comparison.predictions import predictions_of, surely
from pid.analysis.comparison.resampling import Resampled, resampled
from pid.analysis.comparison.result import KEYS, Comparison, Profile
from pid.analysis.comparison.several import Asked as Several
from pid.analysis.comparison.several import compare_several
from pid.analysis.comparison.sheet import Sheet, sheet_of
from pid.analysis.comparison.sources import SourcesComparison
from pid.analysis.quantification.axes import axes_of
from pid.analysis.quantification.count import Asked, counted_in_memory
from pid.analysis.quantification.doubts import rare_classes
from pid.analysis.several.quantify import OfRows, as_two, check_sources
from pid.checks import (
    AUTO,
    BLOCKS,
    INTERVAL,
    NAMES,
    NONE,
    PROGRESS,
    RANDOM_STATE,
    SIZES,
    TABLES,
    TARGET_BINS,
    UNIT,
    checked,
    either,
    named,
    one_of,
    renamed,
    seed_of,
)
from pid.core.decompose import decompose
from pid.core.decomposition import ATOMS, Decomposition
from pid.core.information import Unit, nats_per
from pid.discretization.resolution import Resolution, Size
from pid.discretization.rows import said_of_rows
from pid.discretization.target import target
from pid.errors import InvalidInput
from pid.inference.bias import RESAMPLES
from pid.inference.grouping import effective_units, grouping, row_weights
from pid.inference.order import few_units
from pid.io.copies import copies
from pid.io.indices import check_indices
from pid.io.reading import GLOBS, HOW_MISSING, VALUES, Missing, reading
from pid.io.rows import read_rows

ESTIMATORS: tuple[str, ...] = get_args(Estimator)

REPLICATES = 200
STARTS, ROWS_STARTED = 10, 100_000  # of k-means: fewer where rows are many


@overload
def compare(
    models: Mapping[str, object],
    X1: object,
    X2: object,
    y: object,
    **options: Unpack[CompareOptions],
) -> Comparison: ...


@overload
def compare(
    models: Mapping[str, object],
    X1: object,
    *,
    x1: Columns,
    x2: Columns,
    y: object,
    **options: Unpack[CompareOptions],
) -> Comparison: ...


@overload
def compare(
    models: Mapping[str, object],
    X1: object = None,
    *,
    sources: Mapping[str, object],
    y: object,
    **options: Unpack[CompareOptions],
) -> Comparison | SourcesComparison: ...


@renamed(bins=sizes.name_of_bins, n_clusters=sizes.name_of_clusters, report="progress")
@takes_table
@checked(
    models=named("predictions"),
    sources=either(named("columns"), NONE),
    estimator=one_of(*ESTIMATORS),
    n_clusters=SIZES,
    bins=SIZES,
    target_bins=TARGET_BINS,
    sort=one_of(*KEYS),
    interval=INTERVAL,
    replicates=either(AUTO, TABLES),
    blocks=BLOCKS,
    missing=HOW_MISSING,
    missing_values=VALUES,
    symbols=GLOBS,
    numbers=GLOBS,
    unit=UNIT,
    names=NAMES,
    random_state=RANDOM_STATE,
    progress=PROGRESS,
)
def compare(
    models: Mapping[str, object],
    X1: object = None,
    X2: object = None,
    y: object = None,
    *,
    sources: Mapping[str, object] | None = None,
    estimator: Estimator = "auto",
    n_clusters: Size | Sequence[Size] = "auto",
    bins: Size | Sequence[Size] = "auto",
    target_bins: int | Literal["auto"] | None = "auto",
    sort: str = "accuracy",
    interval: float | None = 0.95,
    replicates: int | Literal["auto"] = "auto",
    groups: object = None,
    blocks: int | None = None,
    weights: object = None,
    missing: Missing = "error",
    missing_values: Sequence[object] = (),
    symbols: str | Sequence[str] = (),
    numbers: str | Sequence[str] = (),
    unit: Unit = "bit",
    names: Sequence[str] | None = None,
    random_state: int | None = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison | SourcesComparison:
    """What models say about y, and from which source they have it.

    Rows become cells of X1 and X2, as in ``pid.quantify``. In these cells the data are decomposed
    with y as the target, and with what each model says in its place [1]: two decompositions side by
    side. Nothing is conditioned on a prediction, which depends on both sources and would make them
    depend on each other.

    Args:
        models: by name: a label per row; probabilities, shape (rows, classes), of the classes in
            their order, or in columns that are named after them; or a fitted model with
            ``predict_proba(X1, X2)``, or ``predict_proba(X)`` of both side by side. Predictions
            must be of rows that the model was not trained on.
        X1, X2, y: one row per sample, as in ``pid.quantify``; or a table as X1, and names of its
            columns as ``x1``, ``x2`` (or ``sources``), y and models.
        sources: in place of X1 and X2, two sources or more by their names, or columns of X1.
        estimator: "table" counts values as they are, "cluster" clusters each source, "bins" cuts
            columns at their quantiles; "auto" takes "table" if both are symbols.
        n_clusters: of each source.
        bins: of each column, as in ``pid.quantify``.
        target_bins: of y, if it is cut; then models predict numbers, cut alike, or probabilities of
            bins.
        sort: what ranks models: "accuracy", "information", "left" (the least is best), "agreement",
            "overlap", "total" or, of two sources, an atom.
        interval: nominal coverage of the intervals, or None for none.
        replicates: tables resampled for it, of the same rows for all models; "auto" takes 200, and
            fewer or none where three sources and more have tables that take long.
        groups, blocks, weights: as in ``pid.quantify``.
        missing, missing_values, symbols, numbers: likewise, of X1, X2 and y; predictions have no
            gaps, and those of rows that are left out are left out.
        unit: "bit" or "nat".
        names: what X1, X2 and y are called in the result.
        random_state: seed of clustering and resampling; None takes another one each time.
        progress: called with the number of models that are done, and of all.

    Returns:
        Profiles with intervals; what each model leaves on the table; how far its profile is that of
        the data, as published and without the influence of accuracy; ranks with intervals. Of three
        sources and more a profile is what only each tells, what several share, and what shows only
        in two, three ... together; see docs/sources.md.

    Raises:
        InvalidInput: data, predictions or options that cannot be used.
        SolverFailed: no certified answer.

    Examples:
        >>> x1, x2 = [0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50
        >>> xor = [a ^ b for a, b in zip(x1, x2)]
        >>> c = compare({"both": xor, "first": x1}, x1, x2, xor)
        >>> round(c.models["both"].decomposition.synergy, 3)
        1.0
        >>> round(c.models["first"].values["left"].counted, 3)
        1.0

    References:
        [1] Liang et al., Quantifying & Modeling Multimodal Interactions, NeurIPS 2023, section 4.3.
    """
    begin = time.perf_counter()
    if sources is not None:
        given = {"X1": X1, "X2": X2, "names": names}
        check_sources(sources, [name for name, value in given.items() if value is not None])
        if len(sources) == 2:
            X1, X2, names = as_two(sources, y)
    elif X1 is None or X2 is None:
        raise InvalidInput("give X1, X2 and y; or y, and sources by their names")
    if y is None:
        raise InvalidInput("give y, the target: classes or numbers, one for each row")
    size = sizes.chosen(estimator, n_clusters, bins)
    times = REPLICATES if replicates == "auto" else replicates
    how_read = reading(missing, missing_values, symbols, numbers)

    def resolution(n: int) -> Resolution:
        starts = max(1, min(STARTS, ROWS_STARTED // n))
        return Resolution(n_clusters=size, n_init=starts, random_state=seed)

    seed, drawn_often = seed_of(random_state), times if interval else RESAMPLES
    if sources is not None and len(sources) > 2:
        asked_of = Several(
            estimator,
            resolution,
            target_bins,
            sort,
            interval,
            replicates,
            drawn_often,
            unit,
            seed,
            progress,
        )
        of_rows = OfRows(groups, blocks, weights, how_read)
        found = compare_several(models, sources, y, of_rows, asked_of)
        return replace(found, seconds=time.perf_counter() - begin)
    sides = {"x1": X1, "x2": X2}
    read = read_rows(sides, y, how_read, groups=groups, weights=weights).with_one_target()
    x1, x2, of_y = read.variables
    for name, said in models.items():
        check_indices([("x1", X1), (f"model {name!r}", said)])
    truth = target(of_y, target_bins)
    predictions = predictions_of(models, (x1, x2), truth, read.kept)
    group = grouping(read.given, groups, blocks, read.kept, interval=interval is not None)
    weight = row_weights(read.given, weights, kept=read.kept)
    copied = copies(x1, x2, target=[of_y]) if group is None else None
    if copied is not None:
        group = copied.rows
    asked = Asked(estimator, resolution(len(x1)), target_bins)
    data = counted_in_memory(x1, x2, truth, group, weight, asked)
    counted, k = data.counted, truth.size
    of_data = surely(truth.codes, truth.codes, k)  # the model that is always right
    assert counted.rows is not None  # in memory
    sheets = [
        sheet_of(p, counted.rows, counted.table.shape) for p in (of_data, *predictions.values())
    ]
    drawn = resampled(sheets, drawn_often, random_state, progress)
    rows = counted.units.effective_rows
    share = rows / float(counted.table.sum())
    independent = Independent(sheets[0].units.shape[0], effective_units(group), share)
    said_of = list(predictions)
    profile, profiles = _profiles(said_of, sheets, drawn, independent, sort, interval, unit)
    of_models = tuple(note for p in predictions.values() for note in p.notes)
    notes = read.notes + counted.notes + of_models
    notes += () if copied is None else (copied.note(grouped=True),)
    said = said_of_rows((x1, x2), of_y, independent=group is None)
    notes += said.notes
    warnings = said.warnings + rare_classes(counted.table, rows, counted.y.symbols)
    warnings += suspicions(predictions, (x1, x2), truth.codes, random_state)
    units = independent.units
    warnings += few_units(units)
    held = sum(len(r.of_atoms.held) for r in drawn)
    if held:
        notes += (
            f"corrections of {held} atoms or totals went beyond what is possible: held there",
        )
    return Comparison(
        data=profile,
        models=profiles,
        axes=axes_of(counted, names),
        unit=unit,
        level=None if interval is None else float(interval),
        sorted_by=sort,
        n=len(x1),
        units=units,
        effective_units=independent.effective,
        estimator=data.estimator,
        random_state=None if random_state is None else int(random_state),
        notes=notes,
        warnings=warnings,
        seconds=time.perf_counter() - begin,
    )


def _profiles(
    names: Sequence[str],
    sheets: Sequence[Sheet],
    drawn: Sequence[Resampled],
    units: Independent,
    sort: str,
    level: float | None,
    unit: Unit,
) -> tuple[Profile, dict[str, Profile]]:
    """Of the data, and of the models, the best first."""
    of_data, *of_models = drawn
    fit = [fits(r, of_data, nats_per(unit)) for r in of_models]
    keyed = np.array([key(r, f, sort) for r, f in zip(of_models, fit, strict=True)])
    placed = ranks(keyed, level)
    profiles = {
        name: Profile(
            decomposition=_decomposition(sheet, unit),
            values=measures(r, sheet, units, level, unit) | fit_measures(f, units, level),
            rank=rank,
            resampled=r,
        )
        for name, sheet, r, f, rank in zip(names, sheets[1:], of_models, fit, placed, strict=True)
    }
    values = measures(of_data, sheets[0], units, level, unit)
    own = {name: values[name] for name in (*ATOMS, "total")}
    data = Profile(
        decomposition=_decomposition(sheets[0], unit), values=own, rank=(0, 0, 0), resampled=of_data
    )
    return data, dict(sorted(profiles.items(), key=lambda item: item[1].rank[0]))


def _decomposition(sheet: Sheet, unit: Unit) -> Decomposition:
    return decompose(sheet.tables(sheet.whole)[0], unit=unit, on_fail="return")
