"""What one kind of classifier reads of a representation: profiles before and after, and changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pid.analysis.words import labels
from pid.core.decomposition import ATOMS, Decomposition, shown
from pid.inference.assessment import Interval
from pid.inference.intervals import Measure

CLEAR = 0.05  # of the total before: an atom that changes by less has not become another


class Row(NamedTuple):
    """An atom, or the total, before and after; None where there is none."""

    atom: str
    label: str
    before: float
    after: float | None
    change: Measure | None

    def cells(self, *, intervals: bool) -> list[str]:
        """As text: before, after, change, and the interval of that."""
        found = [shown(self.before), "" if self.after is None else shown(self.after)]
        found.append("" if self.change is None else f"{self.change.corrected:+z.4f}")
        return [*found, "" if self.change is None else ends(self.change)] if intervals else found


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What one kind of classifier reads before and after.

    Attributes:
        name: "networks" or "linear".
        before: the decomposition of x1 and x2; ``interval_before`` has its ends, None of none.
        after: that of z1 and z2, likewise; None of a joint code, which has no parts.
        told: I(Z; Y), what all of the representation tells.
        change: after less before, of each atom, "total", and "information1" and "information2",
            what each source tells, on the same rows and folds; of a joint code that of the total.
        total: I(Z; Y) / I(X1, X2; Y); NaN where nothing shows that there is any of the latter.
    """

    name: str
    before: Decomposition
    after: Decomposition | None
    interval_before: Interval | None
    interval_after: Interval | None
    told: Measure
    change: Mapping[str, Measure]
    total: Measure

    @property
    def became(self) -> tuple[tuple[str, str], ...]:
        """Atoms that clearly became less, each with one that clearly became more."""
        least = CLEAR * self.before.total
        atoms = {atom: self.change[atom] for atom in ATOMS if atom in self.change}
        less = [atom for atom, by in atoms.items() if by.high < 0 and by.corrected < -least]
        more = [atom for atom, by in atoms.items() if by.low > 0 and by.corrected > least]
        return tuple((one, other) for one in less for other in more)

    def to_dict(self) -> dict[str, object]:
        """``redundancy_before``, ``_after`` and ``_change`` with their ends, and so on."""
        row: dict[str, object] = {}
        for atom in (*ATOMS, "total"):
            row |= _row(f"{atom}_before", getattr(self.before, atom), self.interval_before, atom)
            if self.after is not None:
                row |= _row(f"{atom}_after", getattr(self.after, atom), self.interval_after, atom)
            elif atom == "total":
                row |= measured("total_after", self.told)
            if atom in self.change:
                row |= measured(f"{atom}_change", self.change[atom])
        return row | measured("total_share", self.total)


def rows_of(probe: Probe, names: Sequence[str]) -> list[Row]:
    """The atoms of a probe, and the total; names are those of x1 and x2."""
    label = {"total": "total"} | labels(names[:2])
    found = []
    for atom in (*ATOMS, "total"):
        after = probe.told.corrected if atom == "total" else None
        if probe.after is not None:
            after = float(getattr(probe.after, atom))
        before = float(getattr(probe.before, atom))
        found.append(Row(atom, label[atom], before, after, probe.change.get(atom)))
    return found


def ends(measure: Measure) -> str:
    """The interval in words, if there is one."""
    if measure.low != measure.low:  # NaN
        return ""
    return f"{shown(measure.low)} to {shown(measure.high)}"


def measured(name: str, measure: Measure) -> dict[str, object]:
    """A quantity and its ends as JSON has them; what there is not is None."""
    values = (measure.corrected, measure.low, measure.high)
    names = (name, f"{name}_low", f"{name}_high")
    return {
        key: None if value != value else value for key, value in zip(names, values, strict=True)
    }


def _row(name: str, value: float, interval: Interval | None, atom: str) -> dict[str, object]:
    low, high = (None, None) if interval is None else interval[atom]
    return {name: value, f"{name}_low": low, f"{name}_high": high}
