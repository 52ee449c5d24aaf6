"""The information of two variables, given a third or nothing, by a rule that trains nothing deep.

The kinds of the variables choose the route: symbols are counted, symbols and numbers go to
neighbours or classifiers, and numbers to a copula that neighbours correct (``numbers.py``).
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import numpy as np

from pid._types import Codes, Floats
from pid.checks import INTERVAL, RANDOM_STATE, UNIT, checked, seed_of
from pid.core.information import Unit, nats_per
from pid.discretization.kmeans import normal_scores
from pid.errors import InvalidInput
from pid.estimators.mutual_information.classes import told
from pid.estimators.mutual_information.conditional import in_strata, of_numbers_given
from pid.estimators.mutual_information.found import Found
from pid.estimators.mutual_information.numbers import of_numbers
from pid.estimators.mutual_information.result import Estimate, held, of_level
from pid.estimators.mutual_information.ross import ross
from pid.estimators.mutual_information.sides import (
    FEWEST,
    ROWS_PER_KIND,
    Side,
    beyond,
    check_apart,
    check_groups,
    check_rows,
    check_undetermined,
    in_order,
    row_order,
    side_of,
    without_copies,
)
from pid.estimators.mutual_information.symbols import BY_NEIGHBOURS, entropy, of_counts, of_symbols
from pid.estimators.mutual_information.views import View, features, leaves_out, view_of
from pid.inference.grouping import effective_units, grouping
from pid.io.rows import read_rows

NO_END = math.inf, math.inf
IN_STRATA = 0.8  # of the rows, that have symbols of the condition that enough others have


@checked(interval=INTERVAL, unit=UNIT, random_state=RANDOM_STATE)
def estimate(
    X: object,
    Y: object,
    Z: object = None,
    *,
    interval: float | None = 0.95,
    groups: object = None,
    unit: Unit = "bit",
    random_state: int | None = 0,
) -> Estimate:
    """Mutual information I(X; Y) of samples, or conditional information I(X; Y | Z).

    Numbers: a Gaussian copula with its exact bias removed, or a t copula; where nearest neighbours
    clearly see more or less than in data drawn from the copula, the difference is added. In many
    columns where the copula's ratio does not average 1, neighbours on principal components. Where
    one view bends over the other, the mean of one given the other, too. Symbols are counted;
    symbols and numbers go to neighbours within classes, or, of more than two columns, to
    classifiers, out of fold. Nothing depends on the order of rows, on which of x and y comes first,
    or on increasing maps of columns of numbers.

    Args:
        X, Y: one row per sample: arrays of shape (n,) or (n, columns), lists, or tables.
        Z: what is given, likewise; None for nothing.
        interval: nominal coverage of the interval, or None for none.
        groups: a label per row, such as a speaker or patient: rows of one group depend on each
            other. They are no neighbours of each other and in one fold, and count as as many rows
            as they spread like.
        unit: "bit" or "nat".
        random_state: seed of draws and folds; None takes another one each time.

    Returns:
        The estimate, its interval, the route, flags and notes. It is a lower one in expectation
        on the routes "classifier", "manifold" and "ridge".

    Raises:
        InvalidInput: fewer than 20 rows, lengths that differ, missing or infinite values, nothing
            that varies, a column of numbers that is in both, symbols that number the rows.

    Examples:
        >>> rng = np.random.default_rng(0)
        >>> x = rng.normal(size=(1000, 2))
        >>> y = x[:, 0] + rng.normal(size=1000)  # 0.5 bit
        >>> found = estimate(x, y)
        >>> found.route, abs(found.value - 0.5) < 0.1
        ('gaussian copula', True)
        >>> estimate(x, y, x[:, 0]).value < 0.02
        True

    References:
        Kraskov, Stögbauer & Grassberger (2004); Frenzel & Pompe (2007); Ross (2014); Ince et al.
        (2017); see the modules for equations.
    """
    begin = time.perf_counter()
    given = {} if Z is None else {"given": Z}
    read = read_rows({"x": X, **given}, Y)
    group = grouping(read.given, groups, None, interval=interval is not None)
    (x, *z, y), group, copied = without_copies(list(read.variables), group)
    check_rows(x)
    check_groups(group)
    seed = seed_of(random_state)
    pair, condition = ([side_of(v)._replace(groups=group) for v in part] for part in ((x, y), z))
    check_apart(*pair)
    sides = [*(beyond(side, condition) for side in pair), *condition]
    if sides[0] is not None and sides[1] is not None:
        check_undetermined(sides[0], sides[1], condition)
    found, most = found_of(sides, np.random.default_rng(seed))
    found = held(of_level(found, interval, effective_units(group)), most, unit)
    nat, notes = nats_per(unit), tuple(note for side in sides if side for note in side.notes)
    return Estimate(
        value=found.value / nat,
        interval=None if interval is None else (found.low / nat, found.high / nat),
        level=interval,
        unit=unit,
        route=found.route,
        flags=_flags(found, len(x)),
        notes=(*read.notes, *copied, *notes, *found.notes),
        n=len(x),
        random_state=random_state,
        seconds=time.perf_counter() - begin,
    )


def found_of(
    sides: Sequence[Side | None], rng: np.random.Generator
) -> tuple[Found, tuple[float, float]]:
    """What the route of x, y and perhaps z finds, and the most that it and its interval can be."""
    left = [side for side in sides if side is not None]
    if len(left) < len(sides):  # x or y is given
        return Found(0.0, 0.0, 0.0, "known"), NO_END
    x, y, *z = left
    most = min((entropy(side.codes) for side in (x, y) if side.codes is not None), default=NO_END)
    x, y = in_order(x, y)
    order = row_order([x, y, *z])
    order = order[rng.permutation(len(order))]  # some take the first rows of a part for any
    x, y, *z = (side.taken(order) for side in (x, y, *z))
    return (_given(x, y, z[0], rng) if z else _of_two(x, y, rng)), most


def _of_two(x: Side, y: Side, rng: np.random.Generator) -> Found:
    if x.codes is not None and y.codes is not None:
        return of_counts(x.codes, y.codes, None, rng, x.groups)
    for symbols, numbers in ((x, y), (y, x)):
        if symbols.codes is not None:
            assert numbers.matrix is not None
            found = of_symbols(symbols.codes, numbers.matrix, rng, x.groups)
            return _noted(found, [numbers], [_features(numbers)])
    views = [view_of(side.as_matrix(), rng, side.groups) for side in (x, y)]
    found = of_numbers(views[0], views[1], rng)
    for numbers, view in ((x, views[1]), (y, views[0])):
        found = _with_values(found, numbers.as_matrix(), view)
    return _noted(found, [x, y], views)


def _with_values(found: Found, matrix: Floats, other: View) -> Found:
    """Reach as far as the values of a column would as symbols, where they say that more is there.

    As of 50 codes that are a function of two columns: neighbours do not see the borders.
    """
    values, codes = np.unique(matrix[:, 0], return_inverse=True)
    many = len(values) * ROWS_PER_KIND > len(codes)
    if many or matrix.shape[1] > 1 or other.scores.shape[1] > BY_NEIGHBOURS:
        return found
    of_values = ross(codes, other.scores, other.groups)
    if "still growing" not in of_values.flags or of_values.high < found.high:
        return found
    flags = tuple(dict.fromkeys((*found.flags, "still growing")))
    return found._replace(high=of_values.high, flags=flags)


def _given(x: Side, y: Side, z: Side, rng: np.random.Generator) -> Found:
    if x.codes is not None and y.codes is not None and z.codes is not None:
        return of_counts(x.codes, y.codes, z.codes, rng, x.groups)
    for label, other in ((y, x), (x, y)):
        if label.codes is not None:
            seen = [_features(side) for side in (other, z)]
            found = told(label.codes, [view.rows for view in seen], rng, x.groups)
            return _noted(found, [other, z], seen)
    if z.codes is not None:
        return _within_symbols(x, y, z.codes, rng)
    views = [view_of(side.as_matrix(), rng, side.groups) for side in (x, y, z)]
    return _noted(of_numbers_given(views[0], views[1], views[2], rng), [x, y, z], views)


def _within_symbols(x: Side, y: Side, codes: Codes, rng: np.random.Generator) -> Found:
    """Within each symbol of the condition, apart from those of too few rows."""
    every = [np.flatnonzero(codes == code) for code in np.unique(codes)]
    strata = [rows for rows in every if len(rows) >= FEWEST]
    if sum(map(len, strata)) < IN_STRATA * len(codes):
        raise InvalidInput(
            f"the condition has {len(every):,} symbols in {len(codes):,} rows, of which too many "
            f"have fewer than {FEWEST} rows to look at numbers in them; join symbols"
        )
    parts = [(rows, _of_stratum(x.taken(rows), y.taken(rows), rng)) for rows in strata]
    found = in_strata(parts)
    left = sum(map(len, every)) - sum(map(len, strata))
    note = f"left out {left:,} rows with symbols of the condition that fewer than {FEWEST} have"
    return found._replace(notes=(*found.notes, note)) if left else found


def _of_stratum(x: Side, y: Side, rng: np.random.Generator) -> Found:
    """Of columns that vary there; where none of one side does, nothing is told."""
    left = []
    for side in (x, y):
        matrix = side.as_matrix()
        kept = matrix.min(axis=0) < matrix.max(axis=0)
        if not kept.any():
            note = f"{side.role} does not vary in {len(matrix):,} rows with one symbol of the "
            return Found(0.0, 0.0, 0.0, "known", notes=(f"{note}condition",))
        left.append(side._replace(matrix=matrix[:, kept]))
    return _of_two(left[0], left[1], rng)


def _features(side: Side) -> View:
    """What classifiers see."""
    matrix = side.as_matrix()
    rows = features(matrix)
    return View(normal_scores(matrix), rows, rows)


def _noted(found: Found, sides: list[Side], views: list[View]) -> Found:
    """Say where principal components stand for columns, and where they leave out much of these."""
    lost = [
        "condition in part" if side.role == "given" else "few components"
        for side, view in zip(sides, views, strict=True)
        if leaves_out(view.rows, view.scores)
    ]
    found = found._replace(flags=tuple(dict.fromkeys((*found.flags, *lost))))
    notes = tuple(
        f"{side.role}: {_components(view)} for {view.scores.shape[1]} columns"
        for side, view in zip(sides, views, strict=True)
        if view.is_reduced
    )
    return found._replace(notes=(*found.notes, *notes))


def _components(view: View) -> str:
    count = view.rows.shape[1]
    return "1 principal component stands" if count == 1 else f"{count} principal components stand"


def _flags(found: Found, n: int) -> tuple[str, ...]:
    """Those of the route, and one where distances between n rows show no more."""
    by_distances = found.route in ("neighbours", "manifold", "ridge")
    near = by_distances and found.value > np.log(n) - 2 * np.log(2)
    return (*found.flags, "near log n") if near else found.flags
