"""The call that screens: sources, pairs, and how each of them is measured."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from pid.analysis.screening.adjusting import adjusted
from pid.analysis.screening.counting import Looks
from pid.analysis.screening.groups import Asked, as_groups
from pid.analysis.screening.result import NAMES, Adjust, Screening
from pid.analysis.screening.rows import Data, Single, Target, of_columns, of_groups
from pid.checks import (
    AUTO,
    BLOCKS,
    CLIENT,
    INTERVAL,
    NONE,
    RANDOM_STATE,
    RESUME,
    TARGET_BINS,
    TOL,
    UNIT,
    checked,
    each,
    either,
    integer,
    is_integer,
    named,
    one_of,
    seed_of,
    that,
)
from pid.core.information import Unit, nats_per
from pid.discretization.resolution import Resolution
from pid.discretization.sources import single_columns
from pid.discretization.target import as_classes
from pid.errors import InvalidInput
from pid.inference.units import grouping, row_weights
from pid.io.columns import Variable, as_variable, check_target, listed
from pid.io.indices import check_indices
from pid.parallel.work import check_seeded, working

BINS = 8  # of a column, or clusters of a group
REPLICATES = 200
NO_LOOK = that("0", lambda value: is_integer(value) and value == 0)  # of 0.1, until 0.3
ESTIMATORS = ("auto", "posterior", "cluster")  # of groups of columns


@checked(
    column_sets=either(named("columns"), NONE),
    estimator=one_of(*ESTIMATORS),
    bins=either(AUTO, integer(2)),
    of=each(one_of(*NAMES), least=0),
    sort=one_of(*NAMES),
    interval=INTERVAL,
    replicates=either(integer(20), NO_LOOK),
    adjust=one_of(*get_args(Adjust)),
    blocks=BLOCKS,
    target_bins=TARGET_BINS,
    unit=UNIT,
    tol=TOL,
    random_state=RANDOM_STATE,
    client=CLIENT,
    resume=RESUME,
)
def screen(
    X: object,
    y: object,
    *,
    column_sets: Mapping[str, object] | None = None,
    estimator: str = "auto",
    bins: int | Literal["auto"] = "auto",
    of: Sequence[str] = NAMES,
    sort: str = "synergy",
    interval: float | None = 0.95,
    replicates: int = REPLICATES,
    adjust: Adjust = "bh",
    groups: object = None,
    blocks: int | None = None,
    weights: object = None,
    target_bins: int | Literal["auto"] | None = "auto",
    unit: Unit = "bit",
    tol: float = 1e-9,
    random_state: int | None = 0,
    client: object = None,
    resume: str | Path | None = None,
) -> Screening:
    """Decompose what all pairs of columns, or of groups of columns, say about a target or several.

    A first look at all pairs solves their tables, corrects their bias by leaving out a tenth of the
    data at a time, and tests independence without resampling. The second look resamples, but only
    pairs in which an atom can be there: synergy, for example, needs I(Y; X1 | X2) > 0 and
    I(Y; X2 | X1) > 0. Where these are not significant over all pairs, neither could the atom be.

    Args:
        X: one row per sample: an array or a data frame, of columns; ignored if ``column_sets``.
        y: the target, one column; or several columns, each a target.
        column_sets: name -> columns; all pairs of these groups instead of all pairs of columns,
            and, of more than two, each against all others together.
        estimator: of groups of columns: "posterior" trains classifiers of each group once for all
            its pairs, "cluster" counts clusters; "auto" takes the one that ``pid.quantify`` takes
            for the pair, and counts pairs of symbols as a table.
        bins: quantile bins of a column of numbers, clusters of a group of columns; "auto" makes 8
            bins, and as many clusters as ``pid.quantify``.
        of: atoms to test by resampling, and "total", which needs none.
        sort: the atom, or "total", whose corrected value sorts the rows.
        interval: nominal coverage of the intervals; None for none. Of what is counted, there are
            no tests either then: no second look.
        replicates: tables resampled per pair, and drawn per test, of what is counted.
        adjust: "bh" for Benjamini-Hochberg, "by" for Benjamini-Yekutieli, which holds under any
            dependence of the tests.
        groups, blocks, weights: of rows, as in ``pid.quantify``.
        target_bins: as in ``pid.quantify``.
        unit: "bit" or "nat".
        tol: certified gap of counted atoms, in nats.
        random_state: seed; None takes another one each time.
        client: a ``distributed.Client``, to compute on a Dask cluster: the same bits, wherever.
        resume: a folder for finished parts, from which the same call goes on if it was interrupted.

    Returns:
        A row per pair and target, sorted.

    Raises:
        InvalidInput: fewer than two sources that vary, data or options that cannot be used.
        SolverFailed: no certified answer.

    Examples:
        >>> rng = np.random.default_rng(0)
        >>> X = rng.integers(2, size=(1000, 5))
        >>> found = screen(X, X[:, 1] ^ X[:, 3], interval=None)
        >>> found.pairs[0]
        ('x[1]', 'x[3]', 'y')
    """
    if not replicates:
        warnings.warn("replicates=0 is now interval=None", FutureWarning, stacklevel=3)
        interval = None
    check_seeded(random_state, resume)
    nat, seed = nats_per(unit), seed_of(random_state)
    of_rows = {"y": y, "groups": groups, "weights": weights}
    check_indices(({"x": X} if column_sets is None else dict(column_sets)) | of_rows)
    given = {"weights": weights is not None, "bins": bins != "auto"}
    counted = tuple(name for name, is_given in given.items() if is_given)
    size = BINS if bins == "auto" else int(bins)
    looks = Looks(of, adjust, interval, replicates, tol, seed)
    sources = (
        _columns(X, size, estimator)
        if column_sets is None
        else as_groups(column_sets, Resolution(n_clusters=bins, random_state=seed))
    )
    targets = _targets(y, len(sources), target_bins)
    data = Data(targets, grouping(len(sources), groups, blocks), row_weights(len(sources), weights))
    with working(client, resume) as work:
        found = (
            of_columns(sources, data, looks, work)
            if isinstance(sources, Single)
            else of_groups(sources, data, Asked(estimator, target_bins, counted), looks, work)
        )
    rows, measured = found.rows, found.measured
    order = np.argsort(-measured.corrected[:, NAMES.index(sort)], kind="stable")
    scaled = {
        name: getattr(measured, name)[order] / nat
        for name in ("counted", "corrected", "low", "high", "gap")
    }
    return Screening(
        pairs=tuple(rows[i] for i in order),
        **scaled,
        p=measured.p[order],
        q=adjusted(measured.p, adjust)[order],
        estimator=tuple(measured.estimator[i] for i in order),
        unit=unit,
        level=None if interval is None else float(interval),
        adjust=adjust,
        resampled=measured.resampled,
        n=len(sources),
        random_state=seed,
        sorted_by=sort,
        notes=(*found.notes, *(note for t in targets.values() for note in t.notes)),
        warnings=found.warnings(unit),
    )


def _columns(X: object, bins: int, estimator: str) -> Single:
    """Every column as a source.

    Raises:
        InvalidInput: fewer than two that vary, or an estimator of groups.
    """
    if estimator != "auto":
        raise InvalidInput(
            f"estimator {estimator!r} is for groups of columns: give column_sets, or leave it out"
        )
    sources, constant, notes = single_columns(as_variable(X, "x"), bins)
    if constant:
        notes = (f"left out {listed(constant, 'constant column')}", *notes)
    if len(sources) < 2:
        raise InvalidInput(
            f"a screen needs at least two columns or groups that vary; got {len(sources)}"
        )
    return Single(sources, notes)


def _targets(y: object, n: int, bins: int | Literal["auto"] | None) -> dict[str, Target]:
    """Every target by its name.

    Raises:
        InvalidInput: another number of rows, or nothing to tell.
    """
    several = as_variable(y, "y")
    if len(several) != n:
        raise InvalidInput(f"x and y must have one row per sample; got {n} and {len(several)}")
    found = {}
    for name, column in zip(several.names, several.columns, strict=True):
        one = Variable("y", (name,), (column,))
        check_target(one)
        found[name] = Target(name, one, as_classes(one, bins))
    return found
