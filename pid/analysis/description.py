"""How columns would be read, before anything is asked of them: ``pid.describe``."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pid._version import __version__
from pid.analysis.names import brief
from pid.analysis.schema import SCHEMA
from pid.checks import checked, integer
from pid.core.answer import Answer
from pid.core.distinct import numbered_rows
from pid.discretization.coding import quantiles
from pid.discretization.target import BINS
from pid.errors import InvalidInput
from pid.io.columns import Variable, with_gaps
from pid.io.kinds import look, sentence
from pid.io.numbers import may_be_codes
from pid.io.reading import GLOBS, VALUES, reading

if TYPE_CHECKING:
    import pandas as pd

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Described:
    """One column.

    Attributes:
        name: of the column.
        kind: what it is read as: "symbols", "numbers", "numbers and symbols" (whole numbers that
            repeat, which classifiers see as both), "vectors of 384 numbers" (a column for each, as
            a source), "constant" or "unusable".
        as_target: what it would be as y: "classes", or "numbers, cut into 4 bins".
        values: how many distinct ones there are.
        gaps: rows without a value.
        cells: symbols or bins that it would have as a source of ``pid.screen``; 0 of vectors.
        examples: a few of the values, the most frequent first.
        doubt: what it looks like, if that is something that should be read otherwise, or why it
            cannot be read; else None.
    """

    name: str
    kind: str
    as_target: str
    values: int
    gaps: int
    cells: int
    examples: tuple[Hashable, ...]
    doubt: str | None


@dataclass(frozen=True, slots=True)
class Description(Answer):
    """All columns of a table, as they would be read.

    Attributes:
        columns: one for each.
        n: rows.
        bins: that numbers are cut into.
    """

    columns: tuple[Described, ...]
    n: int
    bins: int

    def to_dicts(self) -> list[dict[str, object]]:
        """One for each column, of plain values."""
        return [asdict(one) | {"examples": list(one.examples)} for one in self.columns]

    def to_dict(self) -> dict[str, object]:
        """Everything, as plain values."""
        found = {"columns": self.to_dicts(), "n": self.n, "bins": self.bins}
        return found | {"schema": SCHEMA, "version": __version__}

    def to_frame(self) -> pd.DataFrame:
        """One row per column."""
        import pandas as pd

        return pd.DataFrame(self.to_dicts())

    @property
    def doubts(self) -> tuple[str, ...]:
        """What should be read otherwise, by its column."""
        return tuple(f"{one.name}: {one.doubt}" for one in self.columns if one.doubt)

    def __repr__(self) -> str:
        lines = [f"{len(self.columns)} columns of {self.n:,} rows"]
        for one in self.columns:
            gaps = f", {one.gaps:,} gaps" if one.gaps else ""
            sizes = f"{one.values:,} values{gaps}, {one.cells} cells"
            doubt = f"  ! {one.doubt}" if one.doubt else ""
            lines.append(f"  {brief(one.name)}: {one.kind}, {sizes}{doubt}")
        return "\n".join(lines)


@checked(bins=integer(2), missing_values=VALUES, symbols=GLOBS, numbers=GLOBS)
def describe(
    data: object,
    *,
    bins: int = 8,
    missing_values: Sequence[object] = (),
    symbols: str | Sequence[str] = (),
    numbers: str | Sequence[str] = (),
) -> Description:
    """How each column of a table would be read: as symbols or numbers, with which gaps.

    Nothing is decomposed. What looks like an identifier, a date, free text, a number written as
    text, or a value that stands for a gap is said, with what to do then.

    Args:
        data: one row per sample: an array, a list, a pandas, polars or Arrow table, a mapping of
            columns, or a data set of torch or Hugging Face.
        bins: that ``pid.screen`` would cut numbers into.
        missing_values, symbols, numbers: as in ``pid.quantify``.

    Raises:
        InvalidInput: no table, or columns that ``symbols`` or ``numbers`` do not fit.

    Examples:
        >>> shops = [f"{i % 7:03d}" for i in range(70)]
        >>> ages = [20 + i % 50 for i in range(70)]
        >>> import pandas as pd
        >>> print(describe(pd.DataFrame({"shop": shops, "age": ages})))
        2 columns of 70 rows
          shop: symbols, 7 values, 7 cells
          age: numbers, 50 values, 8 cells
    """
    how = reading("category", missing_values, symbols, numbers)
    unusable: dict[str, InvalidInput] = {}
    table = with_gaps(data, "x", how, unusable)
    how.check_names([*table.names, *unusable])
    found = [
        _described(table.single(places[0], "x"), bins)
        if len(places) == 1
        else _vectors(table.some(places), name)
        for name, places in table.by_vectors().items()
    ]
    found += [refused(name, str(why)) for name, why in unusable.items()]
    return Description(tuple(found), len(table), int(bins))


def refused(name: str, why: str) -> Described:
    """A column that cannot be read, and why."""
    return Described(name, "unusable", "unusable", 0, 0, 0, (), why)


def _vectors(x: Variable, name: str) -> Described:
    """A column of vectors."""
    gaps = int(x.gaps[0].sum()) if 0 in x.gaps else 0
    width = len(x.columns)
    return Described(
        name=name,
        kind=f"vectors of {width:,} numbers",
        as_target=f"{width:,} columns of numbers",
        values=len(numbered_rows([x.encoded_column(i)[0] for i in range(width)])[1]),
        gaps=gaps,
        cells=0,
        examples=(),
        doubt=None,
    )


class _Values(NamedTuple):
    distinct: int
    examples: tuple[Hashable, ...]


def _described(x: Variable, bins: int) -> Described:
    """A variable of one column."""
    there = x.taken(~x.gaps[0]) if x.gaps else x
    values = _values(there)
    found = look(x, 0)
    return Described(
        name=x.names[0],
        kind=_kind(there, values.distinct),
        as_target=f"numbers, cut into {BINS} bins" if there.is_continuous else "classes",
        values=values.distinct,
        gaps=int(x.gaps[0].sum()) if x.gaps else 0,
        cells=quantiles(x, bins).size,
        examples=values.examples,
        doubt=None if found is None else sentence(found),
    )


def _values(x: Variable) -> _Values:
    """How many, and the most frequent."""
    codes, symbols = x.encoded()
    often = np.argsort(-np.bincount(codes), kind="stable")[:EXAMPLES]
    return _Values(len(symbols), tuple(symbols[i] for i in often))


def _kind(x: Variable, distinct: int) -> str:
    if distinct == 1:
        return "constant"
    if x.is_symbolic:
        return "symbols"
    return "numbers and symbols" if may_be_codes(x) else "numbers"
