"""What classifiers see of a source: numbers of one scale, read when they are needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes, Floats
from pid.estimators.neural.tails import Tailed, notes_of, tailed
from pid.io.columns import ALL, Variable, listed, row_chunks, varying
from pid.io.numbers import as_numbers, indicators_of

Rows = Codes | slice

DIGITS = 3  # by which columns are told apart: less is rounding of another scale or type
COMPARED, MOST_COMPARED = 64, 2**22  # rows that columns are told apart by, and numbers


@dataclass(frozen=True, slots=True, eq=False)  # eq off: array fields
class Features:
    """Columns of a source as 32-bit numbers of mean 0 and deviation 1, constant ones as 0.

    An array of 32-bit numbers stays where it is, be it a file that is mapped into memory: rows are
    standardised as they are read. Anything else is standardised once.

    Attributes:
        values: shape (samples, columns).
        centre, scale: of each column, or None where ``values`` are standardised already.
        tails: what stands for columns of such an array (see ``tails.py``), by their number.
    """

    values: NDArray[np.float32]
    centre: NDArray[np.float32] | None = None
    scale: NDArray[np.float32] | None = None
    tails: dict[int, Tailed] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.values)

    @property
    def width(self) -> int:
        """Number of columns."""
        return int(self.values.shape[1]) + sum(len(each.heaps) for each in self.tails.values())

    def rows(self, rows: Rows = ALL) -> NDArray[np.float32]:
        """Standardised rows, shape (rows, columns)."""
        found = np.asarray(self.values[rows])
        if self.centre is None or self.scale is None:
            return found
        found = (found - self.centre) * self.scale
        heaps = []
        for column, each in self.tails.items():
            found[:, column] = each.rows[rows]
            heaps += [heap[rows] for heap in each.heaps]
        return np.column_stack([found, *heaps]) if heaps else found


def as_features(x: Variable, *, codes: bool = True) -> tuple[Features, tuple[str, ...]]:
    """Standardise the numbers of a source, with an indicator of each of its symbols.

    Columns with tails, heaps or parts far apart are replaced (see ``tails.py``): their mean and
    deviation are those of a few rows or of a gap, next to which all others are one point.

    Returns:
        The features, and what was done to the data, in words.

    Raises:
        InvalidInput: too many symbols.
    """
    if x.is_symbolic:
        indicators = np.column_stack(indicators_of(x))
        return Features(_standardised(indicators, *_moments(_of(indicators)))), ()
    x, notes = as_numbers(x, codes=codes)
    centre, scale, varies = _moments(x)
    constant = [name for name, v in zip(x.names, varies, strict=True) if not v]
    if constant:
        notes += (f"{x.role}: dropped {listed(constant, 'constant column')}",)
    tails = tailed(x, varies)
    notes += notes_of(x, tails)
    if x.block is not None and x.block.dtype == np.float32:
        with np.errstate(over="ignore"):
            inverse = np.where(varies, 1 / scale, 0).astype(np.float32)
        if np.isfinite(inverse).all():
            return Features(x.block, centre.astype(np.float32), inverse, tails), notes
    values = np.empty((len(x), int(varies.sum())), dtype=np.float32)
    for rows in row_chunks(len(x), len(x.columns)):
        values[rows] = _standardised(x.matrix(rows), centre, scale, varies)
    place = np.cumsum(varies) - 1
    for i, each in tails.items():
        values[:, place[i]] = each.rows
    heaps = [heap for each in tails.values() for heap in each.heaps]
    return Features(np.column_stack([values, *heaps]) if heaps else values), notes


def order_of_columns(sources: Sequence[Features]) -> Codes:
    """An order of the columns that does not depend on the one they come in.

    Networks start at random weights, which belong to columns by their place: what they find would
    otherwise depend on it, a little. Columns are told apart by their first rows.
    """
    width = sum(source.width for source in sources)
    first = slice(0, max(COMPARED, MOST_COMPARED // max(1, width)))
    rows = np.hstack([source.rows(first) for source in sources])
    columns = np.ascontiguousarray(rows.round(DIGITS).T + np.float32(0))  # there is one zero
    keys = [blake2b(column.tobytes(), digest_size=16).digest() for column in columns]
    return np.array(sorted(range(width), key=keys.__getitem__), dtype=np.intp)


def _of(matrix: Floats) -> Variable:
    return Variable("x", ("x",) * matrix.shape[1], tuple(matrix.T), matrix)


def _standardised(
    chunk: Floats,
    centre: Floats,
    scale: Floats,
    varies: NDArray[np.bool_],
) -> NDArray[np.float32]:
    return np.asarray((chunk[:, varies] - centre[varies]) / scale[varies], dtype=np.float32)


def _moments(
    x: Variable,
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Mean and deviation of each column, and which have more spread than rounding makes.

    Two looks at the data, some rows at a time. Numbers are divided by the largest, so that no
    square overflows, and lie around the middle of their range, so that squares keep their digits.
    """
    width, n = len(x.columns), len(x)
    largest, middle, varies = extent(x)
    total, squares = np.zeros((2, width))
    for rows in row_chunks(n, width):
        chunk = x.matrix(rows) / largest - middle
        total += chunk.sum(axis=0)
        squares += (chunk**2).sum(axis=0)
    mean = total / n
    deviation = np.sqrt(np.maximum(squares / n - mean**2, 0))
    return (mean + middle) * largest, np.where(varies, deviation * largest, 1), varies


def extent(
    x: Variable,
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Of each column the largest size, and in units of it the middle of the range; which vary."""
    width = len(x.columns)
    low, high = np.full(width, np.inf), np.full(width, -np.inf)
    for rows in row_chunks(len(x), width):
        chunk = x.matrix(rows)
        low, high = np.minimum(low, chunk.min(axis=0)), np.maximum(high, chunk.max(axis=0))
    largest = np.maximum(np.abs(low), np.abs(high))
    largest[largest == 0] = 1
    return largest, (low / largest + high / largest) / 2, varying(low, high)
