"""The answers of ``pid.if_missing``, of two sources and of more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pid.core.answer import Answer
from pid.core.decomposition import shown
from pid.core.information import Unit
from pid.inference.intervals import Measure

if TYPE_CHECKING:
    import pandas as pd

GIVEN = ("both", "x1", "x2")  # what is there of two sources
CALLED = {"both": "both sources", "x1": "x1 alone", "x2": "x2 alone"}
ALL = "all"  # what is there of more


@dataclass(frozen=True, slots=True, kw_only=True)
class Remaining(Answer):
    """What both sources, and each of them alone, say about y.

    Attributes:
        information: about y, by what is there: "both", "x1" or "x2"; of one source its redundancy
            and what is unique to it.
        accuracy: of the best rule, likewise. It may lie below ``majority``, which is the share in
            the samples, and its interval nearly always does where a source tells nothing.
        majority: accuracy of always naming the commonest class, which is had for nothing.
        level: nominal coverage of the intervals, whose ends are NaN where it is None.
        unit: of information.
    """

    information: Mapping[str, Measure]
    accuracy: Mapping[str, Measure]
    majority: float
    level: float | None
    unit: Unit

    @property
    def reading(self) -> str:
        """What is not shown to be better than one answer for all; empty if all is, or no interval.

        Examples:
            >>> import pid
            >>> x1, x2 = [0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50
            >>> pid.if_missing(pid.quantify(x1, x2, x1)).reading
            'No better than always the commonest class, as far as can be seen: x2 alone.'
        """
        return _reading(self.accuracy, self.majority, CALLED)

    def to_dict(self) -> dict[str, object]:
        """``information_both``, ``accuracy_x1`` and so on, with ``_low`` and ``_high``, if any."""
        row: dict[str, object] = {}
        for kind, measures in (("information", self.information), ("accuracy", self.accuracy)):
            for given in GIVEN:
                row |= _columns(f"{kind}_{given}", measures[given], self.level)
        return row | {"accuracy_majority": self.majority}

    def to_frame(self) -> pd.DataFrame:
        """One row by what is there, "given": "information" and "accuracy", with their ends."""
        return _frame(self)

    def __repr__(self) -> str:
        return "\n".join(_lines(self, 5))


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesRemaining(Answer):
    """What three sources and more say about y: all of them, and all but each.

    Attributes:
        names: of the sources.
        information: about y, by what is there: "all", "without text" and so on.
        accuracy: of the best rule, likewise, as in ``Remaining``.
        majority: accuracy of always naming the commonest class, which is had for nothing.
        level: nominal coverage of the intervals, whose ends are NaN where it is None.
        unit: of information.
    """

    names: tuple[str, ...]
    information: Mapping[str, Measure]
    accuracy: Mapping[str, Measure]
    majority: float
    level: float | None
    unit: Unit

    @property
    def reading(self) -> str:
        """What is not shown to be better than one answer for all; empty if all is, or no interval.

        Examples:
            >>> import pid
            >>> a, b = [0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50
            >>> q = pid.quantify(sources={"a": a, "b": b, "same": b}, y=a)
            >>> pid.if_missing(q).reading
            'No better than always the commonest class, as far as can be seen: without a.'
        """
        return _reading(self.accuracy, self.majority, {ALL: "all sources"})

    def to_dict(self) -> dict[str, object]:
        """``remaining``, a row with all sources and one without each; and ``accuracy_majority``.

        A row has ``without``, None where all are there, and ``information`` and ``accuracy``, with
        ``_low`` and ``_high``, if any.
        """
        rows = [
            {"without": name}
            | _columns("information", self.information[given], self.level)
            | _columns("accuracy", self.accuracy[given], self.level)
            for name, given in zip((None, *self.names), given_of(self.names), strict=True)
        ]
        return {"remaining": rows, "accuracy_majority": self.majority}

    def to_frame(self) -> pd.DataFrame:
        """One row by what is there, "given": "information" and "accuracy", with their ends."""
        return _frame(self)

    def __repr__(self) -> str:
        return "\n".join(_lines(self, max(map(len, self.information))))


def given_of(names: tuple[str, ...]) -> tuple[str, ...]:
    """What is there of several sources: all, or all but one of these names."""
    return (ALL, *(f"without {name}" for name in names))


def _reading(accuracy: Mapping[str, Measure], majority: float, called: Mapping[str, str]) -> str:
    weak = [called.get(given, given) for given, right in accuracy.items() if right.low <= majority]
    if not weak:
        return ""
    return f"No better than always the commonest class, as far as can be seen: {', '.join(weak)}."


def _columns(name: str, measure: Measure, level: float | None) -> dict[str, object]:
    found: dict[str, object] = {name: measure.corrected}
    if level is not None:
        found |= {f"{name}_low": measure.low, f"{name}_high": measure.high}
    return found


def _frame(found: Remaining | SourcesRemaining) -> pd.DataFrame:
    import pandas as pd

    rows = [
        {"given": given}
        | _columns("information", told, found.level)
        | _columns("accuracy", found.accuracy[given], found.level)
        for given, told in found.information.items()
    ]
    return pd.DataFrame(rows).assign(unit=found.unit)


def _lines(found: Remaining | SourcesRemaining, width: int) -> list[str]:
    lines = [f"What remains, in {found.unit}"]
    if found.level is not None:
        lines[0] += f", {found.level:.0%} intervals"
    for given, told in found.information.items():
        right, ends = found.accuracy[given], ("", "")
        if found.level is not None:
            ends = (
                f" [{shown(told.low)}, {shown(told.high)}]",
                f" [{right.low:.1%}, {right.high:.1%}]",
            )
        lines.append(
            f"  {given:<{width}} {shown(told.corrected)}{ends[0]}  "
            f"accuracy {right.corrected:.1%}{ends[1]}"
        )
    lines.append(f"  always the commonest class: {found.majority:.1%}")
    return [*lines, found.reading] if found.reading else lines
