"""Tables of pairs of sources: of one pair by a pass over the rows, of many by products.

How often each symbol of one column meets each of another is a product of their indicators. So one
product of matrices counts all pairs of two blocks of columns, of which each is looked at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes, Counts, Floats
from pid.discretization.coding import Coding
from pid.inference.units import Units

FOLDS = 10  # that are left out in turn, to correct the bias of counting without resampling
MOST_CELLS = 256  # of two sources, above which a pass over the rows takes less time
FEWEST_PAIRS = 0.2  # share of the pairs of both blocks that are asked for, below which it does
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
    there = np.array([x.codes[y >= 0] >= 0 for x in sources], dtype=np.float64)
    return np.rint(there @ there.T).astype(np.int64)


def units_of(pair: Pair, rows: Rows) -> Units:
    """The table of a pair by what is drawn, or left out, together; without gaps."""
    shape = (pair[0].size, pair[1].size, rows.classes)
    return Units.from_rows(_cells(pair, rows), shape, groups=rows.groups, weights=rows.weights)


def fold_tables(pairs: Sequence[Pair], rows: Rows) -> Floats:
    """Counts, or weights, of each fold apart, (m, FOLDS, n1, n2, k), of pairs of one shape."""
    firsts, i = _distinct([x1 for x1, _ in pairs])
    seconds, j = _distinct([x2 for _, x2 in pairs])
    n1, n2 = pairs[0][0].size, pairs[0][1].size
    few = len(pairs) < FEWEST_PAIRS * len(firsts) * len(seconds)
    if few or n1 * n2 > MOST_CELLS or rows.weights is not None:
        return np.stack([_fold_table(*rows_given(pair, rows)) for pair in pairs])
    exact: type[np.floating] = np.float32 if len(rows.y) <= EXACT else np.float64
    shape = (FOLDS, rows.classes, len(firsts) * n1, len(seconds) * n2)
    counts = np.zeros(shape, exact)
    first, second = (np.array([x.codes for x in block]) for block in (firsts, seconds))
    for fold, y, some in _parts(rows):
        of_first = _indicators(first[:, some], n1, exact)
        counts[fold, y] += of_first @ _indicators(second[:, some], n2, exact).T
    blocks = counts.reshape(FOLDS, rows.classes, len(firsts), n1, len(seconds), n2)
    chosen = blocks.transpose(2, 4, 0, 3, 5, 1)[i, j]
    return np.ascontiguousarray(chosen, dtype=np.float64)


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


def _indicators(codes: Codes, size: int, exact: type[np.floating]) -> NDArray[np.floating]:
    """1 where a source (m, n) has a symbol in a row, (m * size, n); a gap is none."""
    found = codes[:, None] == np.arange(size)[:, None]
    return np.asarray(found.reshape(-1, codes.shape[1]), dtype=exact)
