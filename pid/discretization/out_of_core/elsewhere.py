"""Columns of one variable that stay where they are: what ``Variable`` is for columns in memory."""

from __future__ import annotations

from dataclasses import dataclass

from pid._types import Codes, Counts, Floats
from pid.discretization.out_of_core.engine import Engine, Facts
from pid.discretization.out_of_core.order_statistics import order_statistics
from pid.discretization.quantiles import edges
from pid.io.columns import ROWS_PER_CLASS, Repeats, label
from pid.io.named import MAX_SYMBOLS


@dataclass(frozen=True, slots=True, eq=False)  # eq off: a connection
class Elsewhere:
    """What an engine knows of the columns of a variable; see ``io.columns.Columns``.

    Attributes:
        engine: who has them, and those of the other variables.
        role: "x1", "x2", "y", "groups" or "weights".
        names: of the columns.
        columns: their numbers in the engine.
        facts: of each of them, once the engine was asked.
    """

    engine: Engine
    role: str
    names: tuple[str, ...]
    columns: tuple[int, ...]
    facts: tuple[Facts, ...] = ()

    @property
    def label(self) -> str:
        """The column names as one text, or the role where columns came without names."""
        return label(self.role, self.names)

    def __len__(self) -> int:
        return self.engine.rows

    @property
    def is_symbolic(self) -> bool:
        """See ``Columns``."""
        if not any(fact.kind == "number" for fact in self.facts):
            return True
        return len(self.facts) == 1 and self.facts[0].whole and self.facts[0].few

    @property
    def is_numeric(self) -> bool:
        """See ``Columns``."""
        return all(fact.kind == "number" for fact in self.facts)

    @property
    def is_continuous(self) -> bool:
        """See ``Columns``."""
        (fact,) = self.facts
        if fact.kind != "number" or fact.few:
            return False
        return not (fact.whole and self.engine.typical_count(self.columns[0]) >= ROWS_PER_CLASS)

    def distinct(self) -> int:
        """See ``Columns``."""
        if not self.is_symbolic and not all(fact.few for fact in self.facts):
            return MAX_SYMBOLS + 1
        return self.engine.distinct(self.columns)

    def repeats(self, most: int) -> dict[int, Repeats]:
        """See ``Columns``."""
        found = {}
        for i, (column, fact) in enumerate(zip(self.columns, self.facts, strict=True)):
            if fact.kind == "number" and fact.whole:
                count = self.engine.distinct([column])
                if count <= most:
                    found[i] = Repeats(count, self.engine.typical_count(column))
        return found

    def edges(self, bins: int) -> dict[int, Floats]:
        """Edges of quantile bins, by the numbers of those columns that are numbers."""
        return {
            column: edges(InOrder(self.engine, column), bins)
            for column, fact in zip(self.columns, self.facts, strict=True)
            if fact.kind != "text"
        }


@dataclass(frozen=True, slots=True, eq=False)
class InOrder:
    """A column as ``runs.Ordered``."""

    engine: Engine
    column: int

    def __len__(self) -> int:
        return self.engine.rows

    def at(self, ranks: Codes) -> Floats:
        """See ``Ordered``."""
        return order_statistics(self.engine, self.column, ranks)

    def below(self, values: Floats) -> Counts:
        """See ``Ordered``."""
        return self.engine.below(self.column, values)
