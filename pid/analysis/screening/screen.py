"""The call that screens: sources, pairs, a first look at all, a second at those that matter."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.stats import false_discovery_control

from pid._types import Codes, Floats
from pid.analysis.pairs import LONGEST, check_rows, check_tables
from pid.analysis.screening.looks import (
    FIRST,
    FOLDS,
    SECOND,
    Pair,
    Rows,
    first_look,
    second_look,
    shape_of_first,
    shape_of_second,
)
from pid.analysis.screening.result import NAMES, Adjust, Screening
from pid.checks import (
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
    number,
    one_of,
    seed_of,
    that,
)
from pid.core.information import Unit, nats_per
from pid.discretization.coding import Coding
from pid.discretization.resolution import Resolution
from pid.discretization.sources import all_others, column_groups, single_columns
from pid.discretization.target import target
from pid.errors import InvalidInput
from pid.inference.assessment import Resampling
from pid.inference.units import grouping, row_weights
from pid.io.columns import Variable, as_variable, listed
from pid.io.indices import check_indices
from pid.parallel.work import Work, check_seeded, working

REPLICATES = 200
NO_LOOK = that("0", lambda value: is_integer(value) and value == 0)  # of 0.1, until 0.3
FIRST_PARTS, SECOND_PARTS = 250, 10  # pairs of a part
DISCOVERIES = 0.05  # adjusted p-value of the gates up to which a pair is resampled


@checked(
    column_sets=either(named("columns"), NONE),
    bins=integer(2),
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
    most_hours=either(number("number of hours", above=0), NONE),
)
def screen(
    X: object,
    y: object,
    *,
    column_sets: Mapping[str, object] | None = None,
    bins: int = 8,
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
    most_hours: float | None = LONGEST,
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
        bins: quantile bins of a column of numbers, clusters of a group of columns.
        of: atoms to test by resampling, and "total", which needs none.
        sort: the atom, or "total", whose corrected value sorts the rows.
        interval: nominal coverage of the intervals; None for neither intervals nor tests: no second
            look.
        replicates: tables resampled per pair, and drawn per test.
        adjust: "bh" for Benjamini-Hochberg, "by" for Benjamini-Yekutieli, which holds under any
            dependence of the tests.
        groups, blocks, weights: of rows, as in ``pid.quantify``.
        target_bins: as in ``pid.quantify``.
        unit: "bit" or "nat".
        tol: certified gap of counted atoms, in nats.
        random_state: seed; None takes another one each time.
        client: a ``distributed.Client``, to compute on a Dask cluster: the same bits, wherever.
        resume: a folder for finished parts, from which the same call goes on if it was interrupted.
        most_hours: what the first look may take, by an estimate that is made before it begins; None
            for any time.

    Returns:
        A row per pair and target, sorted.

    Raises:
        InvalidInput: fewer than two sources that vary, data or options that cannot be used.
        TooLarge: so many pairs that they would take more memory or time than there is.
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
    workers = 1 if client is None else max(1, sum(client.nthreads().values()))  # type: ignore[attr-defined]
    if column_sets is None:
        check_rows(_width(X), _width(y), most_hours, workers)
    of_rows = {"y": y, "groups": groups, "weights": weights}
    check_indices(({"x": X} if column_sets is None else dict(column_sets)) | of_rows)
    sources, pairs, notes = _pairs(X, column_sets, bins, seed)
    n = len(sources[0].codes)
    targets, target_notes = _targets(y, n, target_bins)
    group, weight = grouping(n, groups, blocks), row_weights(n, weights)
    rows = {
        name: Rows(codes, int(codes.max()) + 1, _folds(n, group, seed), group, weight)
        for name, codes in targets.items()
    }
    tasks = [(pair, name) for name in targets for pair in pairs]
    check_tables(len(tasks), _largest(pairs, rows), most_hours, workers)
    with working(client, resume) as work:
        first = _first(pairs, rows, tol, work)
        low, high, p = (np.full((len(tasks), len(NAMES)), np.nan) for _ in range(3))
        p[:, -1] = first["gates"][:, -1]
        resampled = 0
        if interval is not None:
            passed = _passed(first["gates"], of, adjust)
            resampled = int(passed.any(axis=1).sum())
            p[:, [NAMES.index(name) for name in of if name != "total"]] = 1.0
            asked = Resampling(interval, replicates=replicates)
            at, found = _second(tasks, rows, passed, asked, seed, work)
            first["corrected"][at] = found["corrected"]
            low[at], high[at] = found["low"], found["high"]
            both = np.maximum(found["p"], first["gates"][at])  # valid whenever the test is
            p[at] = np.where(passed[at], both, p[at])
    order = np.argsort(-first["corrected"][:, NAMES.index(sort)], kind="stable")
    return Screening(
        pairs=tuple((tasks[i][0][0].name, tasks[i][0][1].name, tasks[i][1]) for i in order),
        counted=first["counted"][order] / nat,
        corrected=first["corrected"][order] / nat,
        low=low[order] / nat,
        high=high[order] / nat,
        p=p[order],
        q=_adjusted(p, adjust)[order],
        gap=first["gap"][order] / nat,
        estimator=tuple(_estimator(tasks[i][0]) for i in order),
        unit=unit,
        level=None if interval is None else float(interval),
        adjust=adjust,
        resampled=resampled,
        n=n,
        random_state=seed,
        sorted_by=sort,
        notes=(*notes, *target_notes),
    )


def _width(data: object) -> int:
    """Columns, as far as whatever this is says so."""
    shape: tuple[int, ...] = getattr(data, "shape", ())
    return int(shape[1]) if len(shape) == 2 else 1


def _largest(pairs: Sequence[Pair], rows: Mapping[str, Rows]) -> tuple[int, int, int]:
    """A table at least as large as any of these."""
    first, second = (max(pair[i].size for pair in pairs) for i in (0, 1))
    return first, second, max(of_target.classes for of_target in rows.values())


def _first(
    pairs: Sequence[Pair], rows: Mapping[str, Rows], tol: float, work: Work
) -> NDArray[np.void]:
    """``FIRST`` of all pairs, for each target."""
    parts = [
        (pairs[start : start + FIRST_PARTS], of_target, tol)
        for of_target in rows.values()
        for start in range(0, len(pairs), FIRST_PARTS)
    ]
    return np.concatenate(work.map("first look", first_look, parts, shape=shape_of_first)).view(
        FIRST
    )


def _passed(gates: Floats, of: Sequence[str], adjust: Adjust) -> NDArray[np.bool_]:
    """Which atoms of which rows are tested: their gate is significant over all rows."""
    asked = np.array([name in of and name != "total" for name in NAMES])
    return np.asarray((_adjusted(gates, adjust) <= DISCOVERIES) & asked)


def _second(
    tasks: Sequence[tuple[Pair, str]],
    rows: Mapping[str, Rows],
    passed: NDArray[np.bool_],
    asked: Resampling,
    random_state: int,
    work: Work,
) -> tuple[list[int], NDArray[np.void]]:
    """Resample the rows that passed: which these are, and ``SECOND`` of them."""
    seeds = np.random.SeedSequence(random_state).spawn(len(tasks))
    parts: list[tuple[object, ...]] = []
    places: list[int] = []
    for name, of_target in rows.items():
        chosen = [i for i, task in enumerate(tasks) if task[1] == name and passed[i].any()]
        for start in range(0, len(chosen), SECOND_PARTS):
            some = chosen[start : start + SECOND_PARTS]
            pairs = [(tasks[i][0], seeds[i], passed[i]) for i in some]
            parts.append((pairs, of_target, asked))
            places += some
    looked = work.map("second look", second_look, parts, shape=shape_of_second)
    return places, np.concatenate([np.empty(0), *looked]).view(SECOND)


def _adjusted(p: Floats, adjust: Adjust) -> Floats:
    """q-values of each column of p, NaN where it is."""
    q = np.full_like(p, np.nan)
    for i in range(p.shape[1]):
        if not np.isnan(p[:, i]).any():
            q[:, i] = false_discovery_control(p[:, i], method=adjust)
    return q


def _pairs(
    X: object, column_sets: Mapping[str, object] | None, bins: int, random_state: int
) -> tuple[list[Coding], list[Pair], tuple[str, ...]]:
    """The sources, which of them are paired, and notes."""
    how = Resolution(n_clusters=bins, random_state=random_state)
    if column_sets is None:
        sources, constant, notes = single_columns(as_variable(X, "x"), bins)
        what = "constant column"
    else:
        groups = {name: as_variable(x, name) for name, x in column_sets.items()}
        if len({len(x) for x in groups.values()}) > 1:
            raise InvalidInput("all groups must have one row per sample")
        sources, constant = column_groups(groups, how)
        notes = tuple(note for source in sources for note in source.notes)
        what = "constant group"
    if constant:
        notes = (f"left out {listed(constant, what)}", *notes)
    if len(sources) < 2:
        raise InvalidInput(
            f"a screen needs at least two columns or groups that vary; got {len(sources)}"
        )
    pairs: list[Pair] = list(combinations(sources, 2))
    if column_sets is not None and len(sources) > 2:
        alive = {source.name: groups[source.name] for source in sources}
        pairs += [(s, all_others(alive, s.name, how)) for s in sources]
    return sources, pairs, notes


def _targets(
    y: object, n: int, bins: int | Literal["auto"] | None
) -> tuple[dict[str, Codes], tuple[str, ...]]:
    """Codes of every target by its name, and how numbers were cut."""
    several = as_variable(y, "y")
    if len(several) != n:
        raise InvalidInput(f"x and y must have one row per sample; got {n} and {len(several)}")
    codes, notes = {}, []
    for name, column in zip(several.names, several.columns, strict=True):
        one = Variable("y", (name,), (column,))
        found = target(one, bins)
        codes[name] = found.codes
        notes += [note.replace("y:", f"{name}:", 1) for note in found.notes]
    return codes, tuple(notes)


def _folds(n: int, groups: Codes | None, random_state: int) -> Codes:
    """The tenth that each row, or group of rows, belongs to."""
    rng = np.random.default_rng(random_state)
    units = np.arange(n) if groups is None else groups
    return np.asarray(rng.permutation(int(units.max()) + 1)[units] % FOLDS)


def _estimator(pair: Pair) -> str:
    kinds = {source.kind for source in pair}
    return "cluster" if "clusters" in kinds else "bins" if "bins" in kinds else "table"
