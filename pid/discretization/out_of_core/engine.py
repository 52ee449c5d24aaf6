"""What is asked of columns that are elsewhere, whoever answers: a database, or a cluster.

The answers are exact: counts, and values that occur in the data. So the same bins are found as in
memory, and the same table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol

from numpy.typing import NDArray

from pid._types import Counts, Floats
from pid.errors import InvalidInput

Kind = Literal["number", "boolean", "text"]

MOST_COMBINATIONS = 5_000_000  # of values that come back from a count


class Facts(NamedTuple):
    """What one look at a column tells; it has no missing and no infinite values."""

    kind: Kind
    whole: bool  # all of its numbers are integers
    few: bool  # at most MAX_SYMBOLS distinct values
    least: float  # of its numbers


class Between(NamedTuple):
    """Values from ``low`` on that are below ``high``."""

    low: float
    high: float


class Engine(Protocol):
    """Answers about columns, which are called by their numbers."""

    @property
    def rows(self) -> int:
        """How many there are."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done to the rows, in words."""

    def facts(self) -> Sequence[Facts]:
        """Of all columns.

        Raises:
            InvalidInput: values that are missing, infinite, or of a type that is no symbol.
        """

    def distinct(self, columns: Sequence[int]) -> int:
        """The number of distinct values of some columns together."""

    def typical_count(self, column: int) -> float:
        """How often the values of a column occur: the median over the distinct ones."""

    def sample(self, column: int, within: Sequence[Between], share: float) -> Floats:
        """About this share of the values in some ranges; which ones is left to the engine."""

    def below(self, column: int, values: Floats) -> Counts:
        """How many values of a column are below each of ``values``."""

    def between(self, column: int, ranges: Sequence[Between]) -> tuple[Floats, Counts]:
        """The distinct values in some ranges that do not overlap, ascending, and their counts."""

    def first(self, columns: Sequence[int], rows: int) -> list[NDArray[Any]]:
        """The first so many rows, in order: a column each."""

    def some(self, columns: Sequence[int], rows: int) -> list[NDArray[Any]]:
        """About so many rows, in order, with all that are equal to them: a column each."""

    def combinations(
        self, columns: Sequence[int], cuts: Mapping[int, Floats], blocks: int | None = None
    ) -> tuple[list[NDArray[Any]], Counts]:
        """Distinct rows of some columns, and their counts.

        Args:
            columns: which.
            cuts: column -> edges, to have the bin in place of the value.
            blocks: also count apart what is in another block of so many rows in a row, and return
                the number of the block as one more column.

        Raises:
            InvalidInput: more than ``MOST_COMBINATIONS``.
        """


def contradiction() -> InvalidInput:
    """The error for counts and values that cannot be of one column."""
    return InvalidInput(
        "the file contradicts itself: what it notes of its values is not true of them; write it "
        "anew"
    )


def too_many_combinations() -> InvalidInput:
    """The error for columns that are no symbols."""
    return InvalidInput(
        f"the columns have more than {MOST_COMBINATIONS:,} distinct combinations of values; cut "
        "numbers by estimator 'bins', merge rare symbols, or leave out columns that identify "
        "single samples"
    )
