"""The one call from half-labelled samples to bounds: ``pid.bound_samples``."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal, get_args

import numpy as np

from pid.analysis.half_labelled.counting import Counts, counted
from pid.analysis.half_labelled.encoding import (
    Paired,
    chosen,
    encoded,
    name_of,
    read_samples,
    with_classes,
)
from pid.analysis.half_labelled.population import check_population, doubts, p_value_of
from pid.analysis.half_labelled.resampling import Ends, intervals_of
from pid.analysis.half_labelled.result import HalfLabelled
from pid.analysis.quantification.axes import Axis
from pid.analysis.quantification.choose import check_device, unused
from pid.bounds.accuracy import AccuracyBounds, accuracy_bounds, class_weights
from pid.bounds.reconciliation import Reconciled, reconciled
from pid.bounds.size import check_size
from pid.bounds.synergy import SynergyBounds, synergy_bounds
from pid.checks import (
    AUTO,
    CLUSTERS,
    DEVICE,
    FLAG,
    INTERVAL,
    NAMES,
    PROGRESS,
    RANDOM_STATE,
    SECONDS,
    TABLES,
    TARGET_BINS,
    TOL,
    UNIT,
    checked,
    either,
    one_of,
    renamed,
)
from pid.core.information import Unit, nats_per
from pid.discretization.coding import Coding
from pid.estimators.neural.arrays import CPU, named
from pid.inference.assessment import Resampling
from pid.io.columns import Variable
from pid.io.reading import GLOBS, HOW_MISSING, VALUES, Missing, reading

Estimator = Literal["auto", "table", "cluster", "posterior"]
ESTIMATORS: tuple[str, ...] = get_args(Estimator)

FEW_CELLS = 100  # of a joint up to which 200 replicates are drawn, and else 50


@renamed(bins="target_bins", report="progress")
@checked(
    estimator=one_of(*ESTIMATORS),
    n_clusters=CLUSTERS,
    target_bins=TARGET_BINS,
    interval=INTERVAL,
    replicates=either(AUTO, TABLES),
    balanced=FLAG,
    missing=HOW_MISSING,
    missing_values=VALUES,
    symbols=GLOBS,
    numbers=GLOBS,
    unit=UNIT,
    tol=TOL,
    time_limit=SECONDS,
    names=NAMES,
    random_state=RANDOM_STATE,
    device=DEVICE,
    progress=PROGRESS,
)
def bound_samples(
    labelled1: tuple[object, object],
    labelled2: tuple[object, object],
    unlabelled: tuple[object, object],
    *,
    estimator: Estimator = "auto",
    n_clusters: int | Literal["auto"] = "auto",
    target_bins: int | Literal["auto"] | None = "auto",
    interval: float | None = 0.95,
    replicates: int | Literal["auto"] = "auto",
    balanced: bool = False,
    missing: Missing = "error",
    missing_values: Sequence[object] = (),
    symbols: str | Sequence[str] = (),
    numbers: str | Sequence[str] = (),
    unit: Unit = "bit",
    tol: float = 1e-7,
    time_limit: float = 20.0,
    names: Sequence[str] | None = None,
    random_state: int | None = 0,
    device: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> HalfLabelled:
    """Bound synergy and accuracy from two labelled samples and one of unlabelled pairs.

    The samples need not have a row in common, nor be of one size. Their marginals are reconciled
    by the joint under which all three samples are most likely, which weighs each by its size.

    Args:
        labelled1: (X1, y): one row per sample, as ``pid.quantify`` takes them.
        labelled2: (X2, y).
        unlabelled: (X1, X2).
        estimator: "table" counts all values as symbols; "cluster" clusters the rows of both samples
            of a modality; "posterior" makes cells by what a classifier says of them, too. "auto"
            takes "table" where both modalities are symbols, and else "posterior", but "cluster"
            where samples are few. The result says why.
        n_clusters: clusters or cells of each modality; "auto" as ``pid.quantify`` has them, for the
            smaller labelled sample.
        target_bins: quantile bins of y; "auto" makes 4 if y is continuous; None makes every value a
            class.
        interval: nominal coverage of the intervals of both ends, or None for none.
        replicates: samples drawn for them; "auto" takes 200, and 50 for large tables.
        balanced: of accuracy: mean over classes of the share recognised.
        missing, missing_values, symbols, numbers: as in ``pid.quantify``, of each sample.
        unit: "bit" or "nat".
        tol: gap of the upper end in nats at which its search may stop.
        time_limit: seconds for the search of the upper end of synergy, and likewise of accuracy.
        names: what x1, x2 and y are called in the result.
        random_state: seed of clustering and resampling; None takes another one each time.
        device: where "posterior" trains networks, as in ``pid.quantify``.
        progress: called with the number of finished replicates, and of all.

    Raises:
        InvalidInput: samples that cannot be used, do not fit together, or are clearly not of one
            population.
        SolverFailed: no certified answer.

    Examples:
        >>> rng = np.random.default_rng(0)
        >>> x1, x2 = rng.integers(2, size=(2, 6000))
        >>> y = x1 & x2
        >>> first, second, third = np.arange(6000).reshape(3, 2000)
        >>> h = bound_samples(
        ...     (x1[first], y[first]), (x2[second], y[second]), (x1[third], x2[third])
        ... )
        >>> h.synergy[0] < 0.5 < h.synergy[1]  # of AND
        True
    """
    start = time.perf_counter()
    check_device(estimator, device)
    how = reading(missing, missing_values, symbols, numbers)
    first, second, both, of_rows = read_samples(labelled1, labelled2, unlabelled, how)
    first, second, note_of_y = with_classes(first, second, target_bins)
    choice = chosen(estimator, first, second)
    where = named(device) if choice.estimator == "posterior" else CPU
    codings, codes = encoded(first, second, both, choice.estimator, n_clusters, random_state, where)
    kinds = codings[0].kind, codings[1].kind
    used = name_of(codings, choice.estimator)
    told = (*note_of_y, *unused(used, device))
    counts = counted(codes, kinds)
    n1, n2, n12 = (int(table.sum()) for table in counts.pairs)
    sizes = n1, n2, n12
    check_size(counts.pairs.shape)
    found = reconciled(counts.pairs)
    p_value = p_value_of(found, sizes, random_state)
    check_population(found, p_value)
    bounds = synergy_bounds(*found.pairs, unit=unit, tol=tol, time_limit=time_limit)
    accuracy = accuracy_bounds(*found.pairs, balanced=balanced, time_limit=time_limit)
    intervals = None
    if interval is not None:
        many = 200 if found.joint.size <= FEW_CELLS else 50
        tables = many if replicates == "auto" else int(replicates)
        asked = Resampling(interval, replicates=tables, random_state=random_state)
        intervals = _intervals(bounds, accuracy, found, sizes, asked, progress)
    return HalfLabelled(
        bounds=bounds,
        accuracy=accuracy,
        interval=intervals,
        level=None if interval is None else float(interval),
        axes=_axes(both, first.y, codings, counts, names),
        counts=counts.pairs,
        pairs=found.pairs,
        sizes=sizes,
        moved=found.moved,
        p_value=p_value,
        estimator=used,
        device=where if used == "posterior" else CPU,
        reason=choice.reason,
        random_state=None if random_state is None else int(random_state),
        notes=(*of_rows, *_notes(codings, (*told, *counts.notes))),
        warnings=doubts(found, p_value, counts, kinds, chosen=n_clusters != "auto"),
        seconds=time.perf_counter() - start,
    )


def _notes(codings: tuple[Coding, Coding], others: tuple[str, ...]) -> tuple[str, ...]:
    """What was done to the columns, once where it was done to both sources; and what else."""
    return (*dict.fromkeys(note for coding in codings for note in coding.notes), *others)


def _intervals(
    bounds: SynergyBounds,
    accuracy: AccuracyBounds,
    found: Reconciled,
    sizes: tuple[int, int, int],
    asked: Resampling,
    progress: Callable[[int, int], None] | None,
) -> dict[str, tuple[float, float]]:
    nat = nats_per(bounds.unit)
    scale = np.array([nat] * 5 + [1.0] * 6)
    values = Ends(
        bounds.redundancy,
        bounds.unique1,
        bounds.unique2,
        bounds.lower,
        bounds.upper,
        accuracy.unimodal1,
        accuracy.unimodal2,
        accuracy.lower,
        accuracy.upper,
        *accuracy.gain,
    )
    low, high = intervals_of(
        np.array(values) * scale,
        found,
        sizes,
        asked,
        partial(class_weights, balanced=accuracy.balanced),
        progress or (lambda done, total: None),
    )
    ends = zip((low / scale).tolist(), (high / scale).tolist(), strict=True)
    return dict(zip(Ends._fields, ends, strict=True))


def _axes(
    both: Paired,
    y: Variable,
    codings: tuple[Coding, Coding],
    counts: Counts,
    names: Sequence[str] | None,
) -> tuple[Axis, Axis, Axis]:
    kinds = (*(a.kind for a in codings), "classes")
    variables = (both.x1, both.x2, y)
    called = names or [v.label for v in variables]
    found = [
        Axis(name, len(v.columns), len(kept), kind)
        for name, v, kept, kind in zip(called, variables, counts.kept, kinds, strict=True)
    ]
    return found[0], found[1], found[2]
