"""Variables as the sides of an estimate: codes of symbols, or columns of numbers that vary."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.discretization.kmeans import normal_scores
from pid.errors import InvalidInput
from pid.io.columns import Variable, listed, varying
from pid.io.copies import copies
from pid.io.named import MAX_SYMBOLS
from pid.io.numbers import as_numbers, note_on_integers

FEWEST = 20  # rows
ROWS_PER_SYMBOL = 2  # on average, without which symbols only tell rows apart
ROWS_PER_KIND = 10  # on average, from which on rows of several columns are symbols
DETERMINED = 1e-7  # a singular value of columns of length 1: less is 0 but for rounding
MOST_COMBINED = 60  # columns that are looked at for sums of others
SAME = 1e-9  # of one less a correlation: what is nearer to 1 is the same column


class Side(NamedTuple):
    """One variable: its symbols, or its numbers, and the other is None.

    Attributes:
        role: "x", "y" or "given".
        codes: 0 ... m - 1, of symbols.
        matrix: columns of numbers, none constant, none a copy of another, shape (n, columns).
        names: of these.
        notes: what was done, in words.
        groups: of the rows, where they depend on each other.
        scores: normal ones of the columns, where these are as they came.
    """

    role: str
    codes: Codes | None
    matrix: Floats | None
    names: tuple[str, ...]
    notes: tuple[str, ...] = ()
    groups: Codes | None = None
    scores: Floats | None = None

    def as_matrix(self) -> Floats:
        """Its numbers, or an indicator of each symbol but the last, which the others tell."""
        if self.matrix is not None:
            return self.matrix
        assert self.codes is not None
        return np.eye(int(self.codes.max()) + 1)[self.codes][:, :-1]

    def taken(self, rows: Codes) -> Side:
        """Some of the rows, in the order given."""
        codes, groups = (None if part is None else part[rows] for part in (self.codes, self.groups))
        matrix = None if self.matrix is None else self.matrix[rows]
        return self._replace(codes=codes, matrix=matrix, groups=groups, scores=None)


def check_rows(x: Variable) -> None:
    """Raise InvalidInput where rows are too few for any estimate."""
    if len(x) < FEWEST:
        raise InvalidInput(
            f"mutual information is estimated from at least {FEWEST} rows; got {len(x)}: "
            "give more rows, or, of symbols, count them by pid.mutual_information"
        )


def check_groups(groups: Codes | None) -> None:
    """Raise InvalidInput where most rows are of one group, and have too few others to look at."""
    if groups is not None and 2 * np.bincount(groups).max() > len(groups):
        raise InvalidInput(
            f"one group has {np.bincount(groups).max():,} of {len(groups):,} rows, more than half, "
            "which are only looked at beside rows of others; find more groups, or leave some out"
        )


def without_copies(
    variables: list[Variable], groups: Codes | None = None
) -> tuple[list[Variable], Codes | None, tuple[str, ...]]:
    """Rows once each where they are copies, which would be neighbours of themselves; and a note."""
    found = copies(*variables)
    if found is None:
        return variables, groups, ()
    first = np.sort(np.unique(found.rows, return_index=True)[1])
    left = len(found.rows) - len(first)
    note = f"left out {left:,} of {len(found.rows):,} rows that are copies of others"
    if groups is not None:
        groups = np.unique(groups[first], return_inverse=True)[1]
    return [variable.taken(first) for variable in variables], groups, (note,)


def side_of(x: Variable) -> Side:
    """Symbols where a variable is few-valued or text, else numbers.

    Raises:
        InvalidInput: nothing varies, or every row is a symbol of its own.
    """
    if _are_symbols(x):
        return _of_symbols(x)
    codes = tuple(f"{x.role}: {note}" for note in note_on_integers(x))
    x, notes = as_numbers(x, codes=False)
    notes += codes
    matrix = x.matrix()
    varies = varying(matrix.min(axis=0), matrix.max(axis=0))
    if not varies.any():
        raise _constant(x.role)
    scores = np.zeros_like(matrix)
    scores[:, varies] = normal_scores(matrix[:, varies])
    kept = _without_copies(scores, np.flatnonzero(varies))
    for what, left in (
        ("constant column", np.flatnonzero(~varies)),
        ("copied column", sorted(set(np.flatnonzero(varies)) - set(kept))),
    ):
        if len(left):
            notes += (f"{x.role}: left out {listed([x.names[i] for i in left], what)}",)
    names = tuple(x.names[i] for i in kept)
    return Side(x.role, None, matrix[:, kept], names, notes, scores=scores[:, kept])


def _are_symbols(x: Variable) -> bool:
    """Whether values, or rows of several columns, are text or few, and there many times."""
    if not x.is_numeric and x.is_symbolic:
        return True
    several = len(x.columns) > 1
    if x.measured or (not several and x.is_continuous):
        return False
    most = min(MAX_SYMBOLS, len(x) // (ROWS_PER_KIND if several else ROWS_PER_SYMBOL))
    if several and x.columns[0].dtype.kind in "iuf" and len(np.unique(x.columns[0])) > most:
        return False  # without a look at a few hundred columns
    return x.distinct() <= most


def _of_symbols(x: Variable) -> Side:
    codes, symbols = x.encoded()
    if len(symbols) == 1:
        raise _constant(x.role)
    if len(symbols) * ROWS_PER_SYMBOL > len(codes):
        raise InvalidInput(
            f"{x.role} has {len(symbols):,} symbols in {len(codes):,} rows, which tell rows apart "
            "and nothing else; join symbols, or read the columns as numbers by numbers="
        )
    note = f"{x.role}: {len(symbols)} symbols" + (" of rows" if len(x.columns) > 1 else "")
    return Side(x.role, codes, None, x.names, (note,))


def _constant(role: str) -> InvalidInput:
    return InvalidInput(
        f"{role} has the same value in all rows, so that nothing can be said about what it tells; "
        "give columns that vary"
    )


def _without_copies(scores: Floats, some: Codes) -> list[int]:
    """Of some columns, those whose ranks, up or down, no earlier one has."""
    seen: dict[bytes, int] = {}
    for i, column in zip(some, scores[:, some].T, strict=True):
        first = column[np.flatnonzero(column)[0]]
        seen.setdefault(np.round(column * np.sign(first), 9).tobytes(), int(i))
    return sorted(seen.values())


def check_apart(x: Side, y: Side) -> None:
    """Raise InvalidInput where a column of numbers is in both, up to a monotone map."""
    for i, j in _shared(x, y):
        raise InvalidInput(
            f"{x.names[i]} of {x.role} and {y.names[j]} of {y.role} are one column up to a "
            "monotone map, so that their information is infinite; leave out one of them"
        )


def check_undetermined(x: Side, y: Side, condition: list[Side]) -> None:
    """Raise InvalidInput where x, and what is given, determine a combination of columns of y.

    Each variable may have more columns than rank, such as parts and their sum. Columns are looked
    at as they are, not by their ranks, which bend what is straight.
    """
    pair = [_distinct(side.matrix) for side in (x, y) if side.matrix is not None]
    given = [side.matrix for side in condition if side.matrix is not None]
    width = sum(part.shape[1] for part in (*pair, *given))
    if len(pair) < 2 or width > min(MOST_COMBINED, len(pair[0]) - 2):
        return
    known = _basis(given[0]) if given else np.zeros((len(pair[0]), 0))
    both = np.hstack([_basis(part, known) for part in pair])
    if pair[0].size and pair[1].size and np.linalg.svd(both, compute_uv=False)[-1] < DETERMINED:
        raise InvalidInput(
            "a column is a linear combination of columns of other variables, so that information "
            "is infinite or undefined; leave it out"
        )


def _basis(matrix: Floats, known: Floats | None = None) -> Floats:
    """Orthonormal columns that span centred ones, or what is left of them beyond known ones."""
    rows = _standardised(
        matrix / np.abs(matrix).max(axis=0, initial=0)
    )  # so that no square overflows
    if known is not None:
        rows = rows - known @ (known.T @ rows)
    left, values, _ = np.linalg.svd(rows, full_matrices=False)
    return np.asarray(left[:, values > DETERMINED])


def beyond(x: Side, condition: list[Side]) -> Side | None:
    """What is in x and not in what is given, if something is: its other columns, or nothing."""
    known = [i for z in condition for i, _ in _shared(x, z)]
    if not known or x.matrix is None:
        return x
    left = [i for i in range(len(x.names)) if i not in known]
    note = f"{x.role}: left out {listed([x.names[i] for i in known], 'column')} that are given"
    names = tuple(x.names[i] for i in left)
    found = x._replace(matrix=x.matrix[:, left], scores=None, names=names, notes=(*x.notes, note))
    return found if left else None


def _shared(x: Side, y: Side) -> list[tuple[int, int]]:
    """Columns of numbers, mostly distinct ones, that are the same up to a monotone map."""
    if x.matrix is None or y.matrix is None:
        return []
    first, second = (
        _standardised(normal_scores(side.matrix) if side.scores is None else side.scores)
        for side in (x, y)
        if side.matrix is not None
    )
    pairs = np.argwhere(1 - np.abs(first.T @ second) < SAME).tolist()
    return [(i, j) for i, j in pairs if _is_distinct(x.matrix[:, i])]


def _is_distinct(column: Floats) -> bool:
    """Whether values mostly do not repeat; of those that do even a copy tells a finite amount."""
    return bool(2 * len(np.unique(column)) > len(column))


def _distinct(matrix: Floats) -> Floats:
    return matrix[:, [_is_distinct(column) for column in matrix.T]]


def _standardised(scores: Floats) -> Floats:
    scores = scores - scores.mean(axis=0)
    return np.asarray(scores / np.sqrt((scores**2).sum(axis=0)))


def in_order(x: Side, y: Side) -> tuple[Side, Side]:
    """The pair in an order of its own, so that x and y can be swapped."""
    first, second = (side.as_matrix() for side in (x, y))
    if first.shape[1] != second.shape[1]:
        return (x, y) if first.shape[1] < second.shape[1] else (y, x)
    a, b = (normal_scores(part[:, 0]) for part in (first, second))
    return (x, y) if a**2 @ b <= b**2 @ a else (y, x)


def row_order(sides: list[Side]) -> Codes:
    """Rows in an order of their own, so that it does not matter how they came."""
    matrices = [side.as_matrix() for side in sides]
    first = np.argsort(matrices[0][:, 0], kind="stable")
    if (np.diff(matrices[0][first, 0]) > 0).all():  # without a look at a few hundred columns
        return first
    columns = [column for matrix in matrices for column in matrix.T]
    return np.lexsort(columns[::-1])
