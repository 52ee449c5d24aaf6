"""Tables of pairs of sources: of one pair by a pass over the rows, of many by products.

How often each symbol of one column meets each of another is a product of their indicators. So one
product of matrices counts all pairs of two blocks of columns, of which each is looked at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes, Counts, Floats
from pid.discretization.coding import Coding
from pid.inference.units import Units

FOLDS = 10  # that are left out in turn, to correct the bias of counting without resampling
# Seconds, of which only the relations matter: of a cell in a row of a product, of an indicator, of
# a cell that is moved to its table, of a row in a pass, and of whatever is begun.
PRODUCT, INDICATOR, MOVED, PASS, CALL = 4e-11, 1e-9, 1e-8, 7e-9, 3e-5
ROWS = 2**13  # that are multiplied at a time
EXACT = 2**24  # up to which single precision counts


class Rows(NamedTuple):
    """What does not differ between pairs: target, folds, and which rows depend on each other."""

    y: Codes
    classes: int
    folds: Codes
    groups: Codes | None
    weights: Floats | None


Pair = tuple[Coding, Coding]


def rows_given(pair: Pair, rows: Rows) -> tuple[Pair, Rows]:
    """Without the rows in which a source or the target has no value: their code is -1."""
    x1, x2 = pair
    there = (x1.codes >= 0) & (x2.codes >= 0) & (rows.y >= 0)
    if there.all():
        return pair, rows
    groups, weights = rows.groups, rows.weights
    if groups is not None:
        groups = np.unique(groups[there], return_inverse=True)[1]
    if weights is not None:  # that sum to the effective number of rows, as all of them did
        weights = weights[there]
        weights = weights * (weights.sum() / (weights**2).sum())
    left = rows._replace(y=rows.y[there], folds=rows.folds[there], groups=groups, weights=weights)
    return (x1._replace(codes=x1.codes[there]), x2._replace(codes=x2.codes[there])), left


def rows_in_common(sources: Sequence[Coding], y: Codes) -> Counts:
    """In how many rows any two of these, and the target, have values, (m, m)."""
    found = np.zeros((len(sources), len(sources)), dtype=np.int64)
    for low in range(0, len(y), ROWS):
        some = slice(low, low + ROWS)
        there = np.array([(x.codes[some] >= 0) & (y[some] >= 0) for x in sources], np.float32)
        found += np.rint(there @ there.T).astype(np.int64)
    return found


def groups_in_common(sources: Sequence[Coding], rows: Rows) -> Counts:
    """Of how many groups any two of these, and the target, have values in a row, (m, m)."""
    assert rows.groups is not None
    there = [(x.codes >= 0) & (rows.y >= 0) for x in sources]
    found = np.zeros((len(sources), len(sources)), dtype=np.int64)
    for i, j in combinations(range(len(sources)), 2):
        found[i, j] = found[j, i] = len(np.unique(rows.groups[there[i] & there[j]]))
    return found


def units_of(pair: Pair, rows: Rows) -> Units:
    """The table of a pair by what is drawn, or left out, together; without gaps."""
    shape = (pair[0].size, pair[1].size, rows.classes)
    return Units.from_rows(_cells(pair, rows), shape, groups=rows.groups, weights=rows.weights)


def fold_tables(pairs: Sequence[Pair], rows: Rows) -> Floats:
    """Counts, or weights, of each fold apart, (m, FOLDS, n1, n2, k), of pairs of one shape."""
    firsts, i = _distinct([x1 for x1, _ in pairs])
    seconds, j = _distinct([x2 for _, x2 in pairs])
    n1, n2 = pairs[0][0].size, pairs[0][1].size
    if rows.weights is not None or not _is_sooner(
        len(pairs), (len(firsts), n1), (len(seconds), n2), rows
    ):
        return np.stack([_fold_table(*rows_given(pair, rows)) for pair in pairs])
    exact: type[np.floating] = np.float32 if len(rows.y) <= EXACT else np.float64
    shape = (FOLDS, rows.classes, len(firsts) * n1, len(seconds) * n2)
    counts = np.zeros(shape, exact)
    for fold, y, some in _parts(rows):
        of_first = _indicators(firsts, some, n1, exact)
        counts[fold, y] += of_first @ _indicators(seconds, some, n2, exact).T
    blocks = counts.reshape(FOLDS, rows.classes, len(firsts), n1, len(seconds), n2)
    chosen = blocks.transpose(2, 4, 0, 3, 5, 1)[i, j]
    return np.ascontiguousarray(chosen, dtype=np.float64)


def _is_sooner(pairs: int, first: tuple[int, int], second: tuple[int, int], rows: Rows) -> bool:
    """Whether products take less time than a pass for each pair, by what steps of both take."""
    (m1, n1), (m2, n2) = first, second
    n, parts, cells = len(rows.y), FOLDS * rows.classes, m1 * n1 * m2 * n2
    products = PRODUCT * cells * n + INDICATOR * (m1 * n1 + m2 * n2) * n
    products += MOVED * cells * parts + CALL * parts
    return products < pairs * (CALL + PASS * n)


def _fold_table(pair: Pair, rows: Rows) -> Floats:
    shape = (FOLDS, pair[0].size, pair[1].size, rows.classes)
    size = int(np.prod(shape))
    cells = rows.folds * (size // FOLDS) + _cells(pair, rows)
    return np.bincount(cells, rows.weights, minlength=size).reshape(shape).astype(np.float64)


def _cells(pair: Pair, rows: Rows) -> Codes:
    """Flat cell of each sample in the table of a pair."""
    x1, x2 = pair
    return np.asarray((x1.codes * x2.size + x2.codes) * rows.classes + rows.y)


def _distinct(sources: Sequence[Coding]) -> tuple[list[Coding], Codes]:
    """Each source once, and which of these each was."""
    place: dict[int, int] = {}
    which = [place.setdefault(id(x), len(place)) for x in sources]
    once = {id(x): x for x in sources}
    return [once[one] for one in place], np.array(which)


def _parts(rows: Rows) -> Iterator[tuple[int, int, Codes]]:
    """Rows of one fold and class, not too many at a time; those without a class are in none."""
    of_both = np.where(rows.y >= 0, rows.folds * rows.classes + rows.y, -1)
    order = np.argsort(of_both, kind="stable")
    ends = np.searchsorted(of_both[order], np.arange(FOLDS * rows.classes + 1))
    for both, (start, end) in enumerate(pairwise(ends)):
        for low in range(start, end, ROWS):
            yield *divmod(both, rows.classes), order[low : min(low + ROWS, end)]


def _indicators(
    sources: Sequence[Coding], some: Codes, size: int, exact: type[np.floating]
) -> NDArray[np.floating]:
    """1 where one of m sources has a symbol in a row, (m * size, rows); a gap is none."""
    codes = np.array([x.codes[some] for x in sources])
    found = codes[:, None] == np.arange(size)[:, None]
    return np.asarray(found.reshape(-1, len(some)), dtype=exact)
