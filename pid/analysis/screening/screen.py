"""The call that screens: sources, pairs, a first look at all, a second at those that matter."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations, compress
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
    rows_given,
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
from pid.io import rows as io_rows
from pid.io.columns import Variable, listed
from pid.io.kinds import left_out
from pid.io.reading import GLOBS, HOW_MISSING, VALUES, Missing, Reading, reading
from pid.parallel.work import Work, check_seeded, working

REPLICATES = 200
FEWEST_ROWS = 20  # that a pair needs, where each has its own
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
    missing=HOW_MISSING,
    missing_values=VALUES,
    symbols=GLOBS,
    numbers=GLOBS,
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
    missing: Missing = "error",
    missing_values: Sequence[object] = (),
    symbols: str | Sequence[str] = (),
    numbers: str | Sequence[str] = (),
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
        missing: as in ``pid.quantify``, but "drop" leaves out of every pair the rows in which one
            of it or the target has a gap, rather than those with a gap anywhere; of groups, these.
        missing_values, symbols, numbers: as in ``pid.quantify``.
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
    how = reading(missing, missing_values, symbols, numbers)
    read = _read(X, column_sets, y, how, (groups, weights))
    *given, of_y = read.variables
    if column_sets is None:
        given, left = _worth_pairing(given[0], how)
        read = read._replace(notes=read.notes + left)
    sources, pairs, notes = _pairs(given, column_sets is not None, bins, how.missing, seed)
    n = len(of_y)
    targets, target_notes = _targets(of_y, target_bins)
    group = grouping(read.given, groups, blocks, read.kept)
    weight = row_weights(read.given, weights, kept=read.kept)
    rows = {
        name: Rows(codes, int(codes.max()) + 1, _folds(n, group, seed), group, weight)
        for name, codes in targets.items()
    }
    per_pair: tuple[int, ...] | None = None
    if any((codes < 0).any() for codes in (*targets.values(), *(s.codes for s in sources))):
        pairs, per_pair, few = _with_rows(pairs, rows)
        notes += few
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
        notes=(*read.notes, *notes, *target_notes),
        rows=None if per_pair is None else tuple(per_pair[i] for i in order),
    )


def _with_rows(
    pairs: Sequence[Pair], rows: Mapping[str, Rows]
) -> tuple[list[Pair], tuple[int, ...], tuple[str, ...]]:
    """Pairs that have enough rows in common, how many for each target, and a note on others."""
    counts = np.array([[len(rows_given(p, of)[1].y) for p in pairs] for of in rows.values()])
    enough = counts.min(axis=0) >= FEWEST_ROWS
    if not enough.any():
        raise InvalidInput(
            f"no pair has {FEWEST_ROWS} rows in which both and the target have values; "
            "take missing='category', or fill in the values"
        )
    few = len(pairs) - int(enough.sum())
    what = f"{few:,} pair{'s' if few > 1 else ''} with fewer than {FEWEST_ROWS} rows in common"
    note = (f"left out {what}",) if few else ()
    return list(compress(pairs, enough)), tuple(counts[:, enough].ravel().tolist()), note


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


def _read(
    X: object,
    column_sets: Mapping[str, object] | None,
    y: object,
    how: Reading,
    of_rows: tuple[object, object],
) -> io_rows.Rows:
    """Sources and targets; where each pair leaves out its gaps, with all gaps."""
    groups, weights = of_rows
    if column_sets is not None:
        return io_rows.read_rows(column_sets, y, how, groups=groups, weights=weights)
    unusable: dict[str, InvalidInput] = {}
    each = how.missing == "drop"
    read = io_rows.read_rows(
        {"x": X, "y": y} if each else {"x": X},
        None if each else y,
        replace(how, missing="category") if each else how,
        groups=groups,
        weights=weights,
        unusable=unusable,
    )
    notes = tuple(f"left out {error}" for error in unusable.values())
    if not each:
        return read._replace(notes=notes + read.notes)
    if any(v.gaps for v in read.variables):
        notes += ("each pair is of the rows in which it and the target have values",)
    return read._replace(notes=notes)


def _worth_pairing(x: Variable, how: Reading) -> tuple[list[Variable], tuple[str, ...]]:
    """Without columns that tell rows apart and nothing else, unless it was said how to read them.

    Raises:
        InvalidInput: no column is left.
    """
    said = [name for name in x.names if how.is_symbol(name) or how.is_number(name)]
    kept, notes = left_out(x, said)
    if not kept:
        raise InvalidInput(f"a screen needs at least two columns that vary: {'; '.join(notes)}")
    return [x.some(kept) if len(kept) < len(x.names) else x], notes


def _pairs(
    given: Sequence[Variable], are_sets: bool, bins: int, missing: Missing, random_state: int
) -> tuple[list[Coding], list[Pair], tuple[str, ...]]:
    """The sources, which of them are paired, and notes."""
    how = Resolution(n_clusters=bins, random_state=random_state)
    groups = {x.role: x for x in given}
    if not are_sets:
        sources, constant, notes = single_columns(given[0], bins, missing)
        what = "constant column"
    else:
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
    if are_sets and len(sources) > 2:
        alive = {source.name: groups[source.name] for source in sources}
        pairs += [(s, all_others(alive, s.name, how)) for s in sources]
    return sources, pairs, notes


def _targets(
    several: Variable, bins: int | Literal["auto"] | None
) -> tuple[dict[str, Codes], tuple[str, ...]]:
    """Codes of every target by its name, -1 in gaps, and how numbers were cut."""
    codes, notes = {}, []
    for i, name in enumerate(several.names):
        one = several.single(i, "y")
        there = ~one.gaps[0] if one.gaps else np.ones(len(one), dtype=bool)
        found = target(one.taken(there), bins)
        codes[name] = np.full(len(one), -1)
        codes[name][there] = found.codes
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
