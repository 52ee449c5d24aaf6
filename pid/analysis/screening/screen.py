"""The call that screens: sources, pairs, and how each of them is measured."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from pid._types import Codes
from pid.analysis.by_name import Columns, takes_table_of_columns
from pid.analysis.pairs import LONGEST, check_rows, check_tables
from pid.analysis.quantification.choose import check_device
from pid.analysis.screening.adjusting import adjusted
from pid.analysis.screening.counting import Looks
from pid.analysis.screening.groups import Asked, as_groups
from pid.analysis.screening.result import NAMES, Adjust, Screening
from pid.analysis.screening.rows import Data, Single, Target, of_columns, of_groups
from pid.checks import (
    AUTO,
    BLOCKS,
    CLIENT,
    DEVICE,
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
    number,
    one_of,
    seed_of,
    that,
)
from pid.core.information import Unit, nats_per
from pid.discretization.resolution import Resolution
from pid.discretization.rows import slow_rows
from pid.discretization.sources import single_columns
from pid.discretization.target import as_classes
from pid.errors import InvalidInput
from pid.inference.grouping import grouping, row_weights
from pid.inference.order import few_units
from pid.io.columns import Variable, check_target, listed
from pid.io.kinds import Said, left_out, said_of
from pid.io.reading import GLOBS, HOW_MISSING, VALUES, Missing, Reading, reading
from pid.io.rows import Rows, read_rows
from pid.parallel.work import check_seeded, working

BINS = 8  # of a column, or clusters of a group
REPLICATES = 200
NO_LOOK = that("0", lambda value: is_integer(value) and value == 0)  # of 0.1, until 0.3
ESTIMATORS = ("auto", "posterior", "cluster")  # of groups of columns


@takes_table_of_columns
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
    missing=HOW_MISSING,
    missing_values=VALUES,
    symbols=GLOBS,
    numbers=GLOBS,
    most_hours=either(number("number of hours", above=0), NONE),
    unit=UNIT,
    tol=TOL,
    random_state=RANDOM_STATE,
    device=DEVICE,
    client=CLIENT,
    resume=RESUME,
)
def screen(
    X: object,
    y: object,
    *,
    columns: Columns | None = None,
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
    missing: Missing = "error",
    missing_values: Sequence[object] = (),
    symbols: str | Sequence[str] = (),
    numbers: str | Sequence[str] = (),
    most_hours: float | None = LONGEST,
    unit: Unit = "bit",
    tol: float = 1e-9,
    random_state: int | None = 0,
    device: str | None = None,
    client: object = None,
    resume: str | Path | None = None,
) -> Screening:
    """Decompose what all pairs of columns, or of groups of columns, say about a target or several.

    A first look at all pairs solves their tables, corrects their bias by leaving out a tenth of the
    data at a time, and tests independence without resampling. The second look resamples, but only
    pairs in which an atom can be there: synergy, for example, needs I(Y; X1 | X2) > 0 and
    I(Y; X2 | X1) > 0. Where these are not significant over all pairs, neither could the atom be.

    Args:
        X: one row per sample: an array or a data frame, of columns; ignored if ``column_sets``. Or
            a table of all columns.
        y: the target, one column; or several columns, each a target; or their names in X.
        columns: those of the table X to pair; all that have no other role if left out.
        column_sets: name -> columns, or names and globs of columns of X; all pairs of these groups
            instead of all pairs of columns, and, of more than two, each against all others
            together.
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
        missing: as in ``pid.quantify``, but "drop" leaves out of every pair the rows in which one
            of it or the target has a gap, rather than those with a gap anywhere; of groups, these.
        missing_values, symbols, numbers: as in ``pid.quantify``. Columns that only tell rows apart,
            such as identifiers and dates, are left out unless these name them.
        most_hours: what the first look may take, by an estimate that is made before it begins; None
            for any time.
        unit: "bit" or "nat".
        tol: certified gap of counted atoms, in nats.
        random_state: seed; None takes another one each time.
        device: where networks of groups are trained, as in ``pid.quantify``.
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
    _check_device(estimator, device, groups=column_sets is not None)
    nat, seed = nats_per(unit), seed_of(random_state)
    workers = 1 if client is None else max(1, sum(client.nthreads().values()))  # type: ignore[attr-defined]
    limit = partial(check_tables, most_hours=most_hours, workers=workers)
    if column_sets is None:
        check_rows(_width(X), _width(y), most_hours, workers)
    how = reading(missing, missing_values, symbols, numbers)
    read = _read(X if column_sets is None else column_sets, y, how, (groups, weights))
    *variables, of_y = read.variables
    given = {"weights": weights is not None, "bins": bins != "auto"}
    counted = tuple(name for name, is_given in given.items() if is_given)
    size = BINS if bins == "auto" else int(bins)
    looks = Looks(of, adjust, interval, replicates, tol, seed, limit)
    sources = (
        _columns(variables[0], size, estimator, how)
        if column_sets is None
        else as_groups(variables, Resolution(n_clusters=bins, random_state=seed))
    )
    targets = _targets(of_y, target_bins)
    data = Data(
        of_y,
        targets,
        grouping(read.given, groups, blocks, read.kept, interval=interval is not None),
        row_weights(read.given, weights, kept=read.kept),
    )
    said = _said(variables, of_y, data.groups, column_sets is not None)
    with working(client, resume) as work:
        found = (
            of_columns(sources, data, looks, work)
            if isinstance(sources, Single)
            else of_groups(
                sources, data, Asked(estimator, target_bins, counted, device), looks, work
            )
        )
    rows, measured = found.rows, found.measured
    cuts = [note for of_target in targets.values() for note in of_target.notes]
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
        notes=(*read.notes, *said.notes, *found.notes, *cuts),
        warnings=found.warnings(unit) + said.warnings,
        device=found.device,
        rows=None if found.given is None else tuple(found.given[i] for i in order),
    )


def _read(X: object, y: object, how: Reading, of_rows: tuple[object, object]) -> Rows:
    """Sources and targets; of single columns, where each pair leaves out its gaps, with all gaps.

    Args:
        X: columns, or groups of them by name.
        y: the targets.
        how: see ``Reading``.
        of_rows: groups and weights.
    """
    groups, weights = of_rows
    if isinstance(X, Mapping):
        return read_rows(X, y, how, groups=groups, weights=weights)
    unusable: dict[str, InvalidInput] = {}
    each = how.missing == "drop"
    read = read_rows(
        {"x": X, "y": y} if each else {"x": X},
        None if each else y,
        replace(how, missing="category") if each else how,
        groups=groups,
        weights=weights,
        unusable=unusable,
    )
    notes = tuple(f"left out a column: {error}" for error in unusable.values())
    if not each:
        return read._replace(notes=notes + read.notes)
    if any(v.gaps for v in read.variables):
        notes += ("each pair is of the rows in which it and the target have values",)
    return read._replace(notes=notes)


def _said(
    variables: Sequence[Variable], y: Variable, groups: Codes | None, are_groups: bool
) -> Said:
    """What is said of rows; and of columns, where these are not left out for it."""
    targets = [y.single(i, "y") for i in range(len(y.columns))]
    looked = variables if are_groups else ()
    found = [said_of(looked, target) for target in targets]
    if groups is None:
        found += [Said(slow_rows(variables, target), ()) for target in targets]
    few = () if groups is None else few_units(int(groups.max()) + 1)
    return Said(
        (*dict.fromkeys(text for said in found for text in said.warnings), *few),
        tuple(dict.fromkeys(text for said in found for text in said.notes)),
    )


def _columns(x: Variable, bins: int, estimator: str, how: Reading) -> Single:
    """Every column as a source, but those that tell rows apart and nothing else.

    Raises:
        InvalidInput: fewer than two that vary, or an estimator of groups.
    """
    if estimator != "auto":
        raise InvalidInput(
            f"estimator {estimator!r} is for groups of columns: give column_sets, or leave it out"
        )
    x, of_vectors = _without_vectors(x)
    said = [name for name in x.names if how.is_symbol(name) or how.is_number(name)]
    kept, left = left_out(x, said)
    left = (*of_vectors, *left)
    x = x.some(kept) if len(kept) < len(x.names) else x
    sources, constant, notes = single_columns(x, bins, how.missing) if kept else ([], (), ())
    if constant:
        notes = (f"left out {listed(constant, 'constant column')}", *notes)
    notes = (*left, *notes)
    if len(sources) < 2:
        raise InvalidInput(
            f"a screen needs at least two columns or groups that vary; got {len(sources)}"
            + "".join(f"; {note}" for note in left)
        )
    return Single(sources, notes, x)


def _without_vectors(x: Variable) -> tuple[Variable, tuple[str, ...]]:
    """Without the places of vectors, unless there is nothing else to pair."""
    each = x.by_vectors()
    vectors = [name for name, places in each.items() if places[0] in x.vectors]
    if not vectors or len(each) == 1:
        return x, ()
    kept = [i for i in range(len(x.names)) if i not in x.vectors]
    if not kept:
        raise InvalidInput(
            f"all columns are of vectors, such as {vectors[0]!r}: name them as groups in "
            "column_sets, which a screen pairs as they are"
        )
    note = f"left out {listed(vectors, 'column')} of vectors: name them as groups to pair them"
    return x.some(kept), (note,)


def _check_device(estimator: str, device: str | None, *, groups: bool) -> None:
    """Raise InvalidInput for a device where nothing is trained."""
    if device is not None and not groups:
        raise InvalidInput(
            "device is where networks of groups of columns are trained, and single columns are "
            "counted: give column_sets, or leave it out"
        )
    check_device(estimator, device)


def _targets(several: Variable, bins: int | Literal["auto"] | None) -> dict[str, Target]:
    """Every target by its name.

    Raises:
        InvalidInput: nothing to tell.
    """
    found = {}
    for i, name in enumerate(several.names):
        one = several.single(i, "y")
        there = ~one.gaps[0] if one.gaps else None
        one = one if there is None else one.taken(there)
        check_target(one)
        found[name] = Target(name, one, as_classes(one, bins), there)
    return found


def _width(data: object) -> int:
    """Columns, as far as whatever this is says so."""
    shape: tuple[int, ...] = getattr(data, "shape", ())
    return int(shape[1]) if len(shape) == 2 else 1
