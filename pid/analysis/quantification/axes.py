"""What was counted as x1, x2, y and z: names, columns and symbols."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pid.discretization.coding import Coding, Kind
from pid.discretization.count import Counted

_ONE = {"classes": "class", "strata": "stratum"}


class Axis(NamedTuple):
    """One axis of the table that was decomposed: what it was made from, and its size."""

    name: str
    columns: int
    size: int
    kind: Kind
    labels: tuple[str, ...] = ()  # of symbols and classes in a table, in its order
    typical: tuple[str, ...] = ()  # of clusters: what their rows are like

    @classmethod
    def of(cls, coding: Coding, name: str | None = None) -> Axis:
        """What was counted, by its own name if not by another."""
        labelled = coding.kind in ("symbols", "classes", "strata")
        labels = tuple(map(str, coding.labels)) if labelled else ()
        of = name or coding.name, coding.columns, coding.size, coding.kind
        return cls(*of, labels, coding.typical)

    @property
    def in_words(self) -> str:
        """Columns, and what became of them: "9 columns, 6 clusters"."""
        if self.kind == "dimensions" and self.size == self.columns > 1:
            return f"{self.columns} columns"
        one = _ONE.get(self.kind, self.kind.removesuffix("s"))
        size = f"1 {one}" if self.size == 1 else f"{self.size} {self.kind}"
        return size if self.columns == 1 else f"{self.columns} columns, {size}"


def axes_of(counted: Counted, names: Sequence[str] | None) -> tuple[Axis, Axis, Axis]:
    """What the axes of a table are, by the names of their columns if not by others."""
    codings = counted.x1, counted.x2, counted.y
    x1, x2, y = map(Axis.of, codings, names or [coding.name for coding in codings])
    return x1, x2, y
