"""What classifiers see of a source: numbers of one scale, read when they are needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from pid._types import Codes, Floats
from pid.discretization.kmeans import normal_scores
from pid.io.columns import ALL, Variable, listed, row_chunks, varying
from pid.io.numbers import as_numbers, indicators_of

Rows = Codes | slice

COMPARED, MOST_COMPARED = 64, 2**22  # rows that columns are told apart by, and numbers
NORMAL_QUARTILES = 2 * float(ndtri(0.75))  # how far apart they are in a normal column
TAIL = 15  # robust deviations from the median, beyond which a column has tails
QUARTILES = 100_000  # rows that they are taken from


@dataclass(frozen=True, slots=True, eq=False)  # eq off: array fields
class Features:
    """Columns of a source as 32-bit numbers of mean 0 and deviation 1, constant ones as 0.

    An array of 32-bit numbers stays where it is, be it a file that is mapped into memory: rows are
    standardised as they are read. Anything else is standardised once.

    Attributes:
        values: shape (samples, columns).
        centre, scale: of each column, or None where ``values`` are standardised already.
        instead: what stands for columns of such an array that have tails, by their number.
    """

    values: NDArray[np.float32]
    centre: NDArray[np.float32] | None = None
    scale: NDArray[np.float32] | None = None
    instead: dict[int, NDArray[np.float32]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.values)

    @property
    def width(self) -> int:
        """Number of columns."""
        return int(self.values.shape[1])

    def rows(self, rows: Rows = ALL) -> NDArray[np.float32]:
        """Standardised rows, shape (rows, columns)."""
        found = np.asarray(self.values[rows])
        if self.centre is None or self.scale is None:
            return found
        found = (found - self.centre) * self.scale
        for column, values in self.instead.items():
            found[:, column] = values[rows]
        return found


def as_features(x: Variable, *, codes: bool = True) -> tuple[Features, tuple[str, ...]]:
    """Standardise the numbers of a source, with an indicator of each of its symbols.

    Columns with tails (see ``tailed``) become normal scores: their mean and deviation are those of
    a few rows, next to which all others are one point. No other column does: where clusters are far
    apart, their distances tell more than ranks.

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
    scores = {i: _scores(x.columns[i]) for i in tailed(x, varies)}
    if scores:
        named = listed([x.names[i] for i in scores], "column")
        notes += (
            f"{x.role}: normal scores stand for {named} with values more than {TAIL} robust "
            "deviations from the median",
        )
    if x.block is not None and x.block.dtype == np.float32:
        with np.errstate(over="ignore"):
            inverse = np.where(varies, 1 / scale, 0).astype(np.float32)
        if np.isfinite(inverse).all():
            return Features(x.block, centre.astype(np.float32), inverse, scores), notes
    values = np.empty((len(x), int(varies.sum())), dtype=np.float32)
    for rows in row_chunks(len(x), len(x.columns)):
        values[rows] = _standardised(x.matrix(rows), centre, scale, varies)
    place = np.cumsum(varies) - 1
    for i, found in scores.items():
        values[:, place[i]] = found
    return Features(values), notes


def tailed(x: Variable, varies: NDArray[np.bool_]) -> list[int]:
    """Columns with a value too far from the median, in deviations that the quartiles show.

    Also those whose quartiles coincide, unless they have two values only. Quartiles of many rows
    are taken from some of them.
    """
    n, found = len(x), []
    some = np.linspace(0, n - 1, min(n, QUARTILES)).astype(np.intp)
    for i in np.flatnonzero(varies):
        column = np.asarray(x.columns[i])
        values = column[some].astype(np.float64)
        unit = float(np.abs(column[[column.argmin(), column.argmax()]]).max()) or 1.0
        low, middle, high = np.quantile(values / unit, [0.25, 0.5, 0.75])
        ends = np.array([column.min(), column.max()], dtype=np.float64) / unit
        reach = np.abs(ends - middle).max()
        if reach > TAIL * (high - low) / NORMAL_QUARTILES and not _has_two_values(column):
            found.append(int(i))
    return found


def _has_two_values(column: NDArray[np.generic]) -> bool:
    low, high = column.min(), column.max()
    return bool(((column == low) | (column == high)).all())


def _scores(column: NDArray[np.generic]) -> NDArray[np.float32]:
    """Normal scores of ranks, of mean 0 and deviation 1."""
    found = normal_scores(np.asarray(column, dtype=np.float64)[:, None])[:, 0]
    return np.asarray((found - found.mean()) / found.std(), dtype=np.float32)


def order_of_columns(sources: Sequence[Features]) -> Codes:
    """An order of the columns that does not depend on the one they come in.

    Networks start at random weights, which belong to columns by their place: what they find would
    otherwise depend on it, a little. Columns are told apart by their first rows.
    """
    width = sum(source.width for source in sources)
    first = slice(0, max(COMPARED, MOST_COMPARED // max(1, width)))
    columns = np.ascontiguousarray(np.hstack([source.rows(first) for source in sources]).T)
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
