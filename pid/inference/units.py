"""Rows as independent units: what is drawn again, left out, or kept together.

Rows of one speaker, patient or stretch of time are not independent. A unit is then all of them
together, and everything that resamples does so by whole units. Single rows are units too, the same
one as often as its cell was counted, so that a table of counts is all that is needed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from pid._types import Codes, Counts, Floats
from pid.checks import GENERATOR, checked, each, either, integer, is_integer, that
from pid.core.joint import as_strata, as_table, distinct_rows
from pid.errors import InvalidInput

OF_STRATA = 4  # axes of a table given z
MOST_LEFT_OUT_ONE_BY_ONE = 1_000  # distinct units; more are left out in parts drawn at random
MOST_UNITS = 20_000  # nor more units than this, as solver tolerances are multiplied by their number
PARTS = 200
# What NumPy's hypergeometric draws can count; of more units, each is drawn by itself, so that sizes
# of parts and subsamples vary, by less than a ten-thousandth.
MOST_COUNTED_OUT = 10**9 - 1


class LeftOut(NamedTuple):
    """Tables without one unit, or one part, each: the input of a jackknife."""

    tables: Floats  # (m, n1, n2, k), or (m, nz, n1, n2, k)
    weights: Floats  # (m,), summing to 1
    parts: int  # into how many the data were divided


class Rows(NamedTuple):
    """What each row of the data is counted as."""

    cells: Codes  # index in the flattened table
    groups: Codes | None = None
    weights: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Independent units of the data, each a small table of counts.

    Attributes:
        shape: (n1, n2, k), or (nz, n1, n2, k) of what is asked given z: see ``strata``.
        tables: the distinct units, sparse, a row of all cells each.
        times: how often each of them occurs.
        single_rows: whether every unit is one row of weight 1.
        grouped: whether units are groups or blocks of rows.
    """

    shape: tuple[int, ...]
    tables: csr_array
    times: Counts
    single_rows: bool
    grouped: bool = False

    @classmethod
    def from_counts(cls, counts: ArrayLike) -> Self:
        """Every row is a unit.

        Args:
            counts: samples per cell, whole numbers, shape (n1, n2, k) or (nz, n1, n2, k).

        Raises:
            InvalidInput: numbers that are not whole.
            InvalidDistribution: not a table.

        Examples:
            >>> Units.from_counts([[[2, 0], [0, 3]]]).count
            5
        """
        shape = (as_strata if np.ndim(counts) == OF_STRATA else as_table)(counts).shape
        table = np.asarray(counts)
        if not np.array_equal(table, np.rint(table)):
            worst = table.ravel()[np.argmax(np.abs(table - np.rint(table)))]
            raise InvalidInput(
                f"counts must be whole numbers of samples; got {worst:.6g}. Probabilities say "
                "nothing about how many samples there were"
            )
        times = np.rint(table).astype(np.int64).ravel()
        used = np.flatnonzero(times)
        return cls(shape, _one_hot(used, np.ones(len(used)), len(times)), times[used], True)

    @classmethod
    @checked(shape=either(each(integer(), 3), each(integer(), OF_STRATA)))
    def from_rows(
        cls,
        cells: Codes,
        shape: tuple[int, ...],
        *,
        groups: Codes | None = None,
        weights: Floats | None = None,
        times: Counts | None = None,
    ) -> Self:
        """Units from the flat cell of each row.

        Args:
            cells: index of each row's cell in the flattened table.
            shape: (n1, n2, k), or (nz, n1, n2, k).
            groups: number of the group of each row, 0 ... G - 1; rows of a group are one unit.
            weights: of each row, positive.
            times: how often each row occurs; once if left out.
        """
        size = int(np.prod(shape))
        if groups is None and weights is None:
            return cls.from_counts(np.bincount(cells, times, minlength=size).reshape(shape))
        # Equal rows are added up first, so that sums do not depend on the order of the rows.
        n = len(cells)
        of_rows = np.zeros(n, dtype=np.intp) if groups is None else groups
        (group, cell, values), times = distinct_rows(
            [of_rows, cells, np.ones(n) if weights is None else weights], times
        )
        if groups is None:
            return cls(shape, _one_hot(cell, values, size), times, False)
        table = csr_array((values * times, (group, cell)), shape=(int(group.max()) + 1, size))
        table.sum_duplicates()
        return cls(shape, table, np.ones(table.shape[0], dtype=np.int64), False, True)

    @classmethod
    def side_by_side(cls, first: tuple[Rows, int], second: tuple[Rows, int]) -> Self:
        """Units of two data sets with the same rows: two flat tables in one, (1, 1, m1 + m2).

        Args:
            first, second: the rows, and the number of cells of their table.

        Raises:
            ValueError: the groups differ.
        """
        (a, size_a), (b, size_b) = first, second
        if (a.groups is None) != (b.groups is None) or not np.array_equal(
            [] if a.groups is None else a.groups, [] if b.groups is None else b.groups
        ):
            raise ValueError("row i is in one group in the first and in another in the second")
        n, size = len(a.cells), size_a + size_b
        kinds: list[NDArray[np.generic]] = [a.cells, b.cells + size_a]
        kinds += [np.ones(n) if rows.weights is None else rows.weights for rows in (a, b)]
        which, times = a.groups, None
        if which is None:  # equal rows are one unit that occurs often
            kinds, times = distinct_rows(kinds, None)
            which = np.arange(len(times))
        columns = np.concatenate(kinds[:2]).astype(np.intp)
        table = csr_array(
            (np.concatenate(kinds[2:]), (np.tile(which, 2), columns)),
            shape=(int(which.max()) + 1, size),
        )
        table.sum_duplicates()
        if times is None:
            times = np.ones(table.shape[0], dtype=np.int64)
        return cls((1, 1, size), table, times.astype(np.int64), False, a.groups is not None)

    @property
    def count(self) -> int:
        """Number of units."""
        return int(self.times.sum())

    @property
    def effective_count(self) -> float:
        """How many groups of one size would spread as much; no end where units are rows."""
        return self.alike if self.grouped else math.inf

    @property
    def alike(self) -> float:
        """How many units of one size spread as much as these, if rows of each are all alike."""
        sizes = np.asarray(self.tables.sum(axis=1)).ravel()
        return float((self.times @ sizes) ** 2 / (self.times @ sizes**2))

    @property
    def table(self) -> Floats:
        """All units together, of ``shape``."""
        return np.asarray(self._sum(self.times[None])[0])

    @property
    def effective_rows(self) -> float:
        """How many independent rows seem to tell as much by chance: no more than there are.

        Rows of a unit that are alike in (x1, x2) and in y count as one; where they differ in either
        they count as what they are. Rows by the mean design effect of a test of independence (Rao
        & Scott, J. Am. Stat. Assoc. 76, 1981): that of the cells less those of both margins; given
        z, of (x1, x2, z) and (y, z), and that of z is in both.

        Examples:
            >>> cells, patients = np.repeat([0, 1, 2, 3, 0, 3], 3), np.repeat(np.arange(6), 3)
            >>> units = Units.from_rows(cells, (1, 2, 2), groups=patients)
            >>> units.count, int(units.table.sum()), round(units.effective_rows, 6)
            (6, 18, 5.0)
        """
        rows, k, size = float(self.table.sum()), self.shape[-1], math.prod(self.shape[-3:])
        if self.single_rows or self.count < 2:
            return rows
        cells = np.unique(self.tables.indices).astype(np.intp)
        z = cells // size
        (whole, occupied), (pairs, n_pairs), (y, n_y), (strata, n_z) = (
            self._variation(cells, of, rows) for of in (cells, cells // k, z * k + cells % k, z)
        )
        seen, expected = whole - pairs - y + strata, occupied - n_pairs - n_y + n_z
        if expected <= 0:  # of most pairs there is one y, and nothing is left for chance
            seen, expected = whole, occupied
        return min(rows, expected / seen) if seen > 0 else rows

    def _variation(self, cells: Codes, margin: Codes, rows: float) -> tuple[float, int]:
        """Variances of the shares of a margin, each by its share, and their number less one.

        Of independent rows the sum is that number by ``rows``.
        """
        names, codes = np.unique(margin, return_inverse=True)
        into = csr_array(
            (np.ones(len(cells)), (cells, codes)), shape=(self.tables.shape[1], len(names))
        )
        tables = self.tables @ into
        share = (self.times @ tables) / rows
        sizes = np.asarray(tables.sum(axis=1)).ravel()
        across = (self.times * sizes) @ tables
        spread = self.times @ tables.power(2) - 2 * share * across
        spread += share**2 * (self.times @ sizes**2)
        varied = float((spread / share).sum()) / rows**2 * self.count / (self.count - 1)
        return varied, len(names) - 1

    def swapped(self) -> Units:
        """The same with x1 and x2 exchanged."""
        n1, n2, k = self.shape
        order = np.arange(n1 * n2 * k).reshape(self.shape).transpose(1, 0, 2).ravel()
        return replace(self, shape=(n2, n1, k), tables=csr_array(self.tables[:, order]))

    def together(self) -> Units:
        """The pairs (x1, x2) as the symbols of one source, shape (n1 n2, 1, k)."""
        n1, n2, k = self.shape
        return replace(self, shape=(n1 * n2, 1, k))

    @checked(source=that("1 or 2", lambda value: is_integer(value) and value in (1, 2)))
    def without(self, source: int) -> Units:
        """x1 or x2 alone, shape (n, 1, k): summed over source 1 or 2."""
        n1, n2, _ = self.shape
        pairs = np.arange(n1 * n2)
        return merged(self, pairs % n2 if source == 1 else pairs // n2)

    @checked(size=integer(), rng=GENERATOR)
    def draw(self, size: int, rng: np.random.Generator) -> Floats:
        """``size`` tables of as many units as there are, drawn with replacement."""
        share = self.times / self.times.sum()
        return self._sum(rng.multinomial(self.count, share, size=size))

    @checked(units=integer(0), size=integer(), rng=GENERATOR)
    def draw_fewer(self, units: int, size: int, rng: np.random.Generator) -> Floats:
        """``size`` tables of ``units`` units, drawn without replacement."""
        if self.count > MOST_COUNTED_OUT:
            share = np.broadcast_to(units / self.count, (size, len(self.times)))
            return self._sum(rng.binomial(self.times, share))
        return self._sum(
            rng.multivariate_hypergeometric(self.times, units, size, method="marginals")
        )

    @checked(rng=GENERATOR)
    def leave_out(self, rng: np.random.Generator) -> LeftOut:
        """Tables without one unit each; without one of ``PARTS`` random parts where units are many.

        Only distinct units are left out, with weights, since equal ones leave equal tables. The
        parts divide the data, so that the first-order error of dividing them at random cancels.
        """
        if len(self.times) <= MOST_LEFT_OUT_ONE_BY_ONE and self.count <= MOST_UNITS:
            rest = self.times - np.eye(len(self.times), dtype=np.int64)
            return LeftOut(self._sum(rest), self.times / self.count, self.count)
        rest = self.times - self._divided(PARTS, rng)
        return LeftOut(self._sum(rest), np.full(PARTS, 1 / PARTS), PARTS)

    def _divided(self, parts: int, rng: np.random.Generator) -> Counts:
        """How often each unit is in each of ``parts`` random parts of equal size."""
        if self.count > MOST_COUNTED_OUT:
            return rng.multinomial(self.times, np.full(parts, 1 / parts)).T
        left, out = self.times.copy(), np.zeros((parts, len(self.times)), dtype=np.int64)
        for part in range(parts):
            size = (self.count * (part + 1)) // parts - (self.count * part) // parts
            out[part] = rng.multivariate_hypergeometric(left, size, method="marginals")
            left -= out[part]
        return out

    def _sum(self, times: Counts) -> Floats:
        """Tables (B, *shape) that hold the units ``times`` (B, distinct) often."""
        cells = self.tables.indices
        if self.single_rows and (np.diff(cells) > 0).all():  # a unit is a cell
            counts = np.zeros((len(times), self.tables.shape[1]))
            counts[:, cells] = times
            return counts.reshape(-1, *self.shape)
        flat = np.ascontiguousarray((self.tables.T @ times.T).T, dtype=np.float64)
        return flat.reshape(-1, *self.shape)


def merged(units: Units, symbols: Codes) -> Units:
    """The same with pairs (x1, x2) as symbols of one source, shape (n, 1, k).

    Args:
        units: whose pairs are merged.
        symbols: number of each pair in the order of the table, each number from 0 on; pairs of one
            number are one symbol.
    """
    k, size = units.shape[2], int(symbols.max()) + 1
    kept = (symbols[:, None] * k + np.arange(k)).ravel()
    shape = len(kept), size * k
    summed = csr_array((np.ones(len(kept)), (np.arange(len(kept)), kept)), shape=shape)
    return replace(units, shape=(size, 1, k), tables=csr_array(units.tables @ summed))


def _one_hot(cells: Codes, values: Floats, size: int) -> csr_array:
    """One row per cell, with one value in it."""
    rows = np.arange(len(cells))
    return csr_array((values, (rows, cells)), shape=(len(cells), size))
