"""An estimate of an information or an entropy, with its interval and how it was found."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pid.core.answer import Answer
from pid.core.decomposition import shown
from pid.core.information import Unit, nats_per
from pid.estimators.mutual_information.found import FLAGS, ROUTES, Found
from pid.inference.intervals import of_few, quantile

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate(Answer):
    """An estimate from samples.

    Attributes:
        value: in ``unit``; an information is at least 0, and a note says where it was held there.
        interval: (low, high), or None where none was asked for.
        level: nominal coverage of the interval, or None.
        unit: "bit" or "nat".
        route: how it was found, a key of ``pid.estimators.mutual_information.ROUTES``.
        flags: what there is to mind, keys of ``FLAGS``; ``warnings`` has the sentences.
        notes: what was done to the data, in words.
        n: rows that were used.
        random_state: seed of what is drawn; None where another one was taken.
        seconds: that it took.
    """

    value: float
    interval: tuple[float, float] | None
    level: float | None
    unit: Unit
    route: str
    flags: tuple[str, ...]
    notes: tuple[str, ...]
    n: int
    random_state: int | None
    seconds: float

    @property
    def warnings(self) -> tuple[str, ...]:
        """What there is to mind, in words."""
        return tuple(FLAGS[flag] for flag in self.flags)

    def to_frame(self) -> pd.DataFrame:
        """One row: "value", "low", "high", "unit", "n", "route" and "flags"."""
        import pandas as pd

        low, high = (math.nan, math.nan) if self.interval is None else self.interval
        row = {"value": self.value, "low": low, "high": high, "unit": self.unit, "n": self.n}
        return pd.DataFrame([row | {"route": self.route, "flags": ", ".join(self.flags)}])

    def __repr__(self) -> str:
        between = ""
        if self.interval is not None:
            low, high = map(shown, self.interval)
            between = f"  [{low}, {high}]"
        lines = [f"{shown(self.value)} {self.unit}{between}, n = {self.n:,}"]
        lines.append(f"  {self.route}: {ROUTES[self.route]}")
        lines += [f"Warning: {warning}" for warning in self.warnings]
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])


def of_level(found: Found, level: float | None, units: float = math.inf) -> Found:
    """With the interval of another level than 95 %, wider or narrower as that of a normal is.

    Where rows are in so many groups, that of Student's t, of one less.
    """
    if level is None:
        return found
    stretch = of_few(units) * quantile(level, units) / quantile(0.95)
    low = found.value - stretch * (found.value - found.low)
    return found._replace(low=low, high=found.value + stretch * (found.high - found.value))


def held(found: Found, ends: tuple[float, float], unit: Unit) -> Found:
    """An information within what is possible, and a note where it was not.

    Args:
        found: the information.
        ends: the most that it can be, and the most that its interval can reach, in nats.
        unit: of the note.
    """
    most, highest = ends
    value, low = (min(max(end, 0.0), most) for end in (found.value, found.low))
    high = min(max(found.high, 0.0), highest)
    notes = found.notes
    if value != found.value:
        computed = found.value / nats_per(unit)
        end = "0" if value == 0 else f"{most / nats_per(unit):.4g} {unit}, the entropy of y"
        notes += (f"held at {end}; computed were {computed:.4f} {unit}",)
    return found._replace(value=value, low=low, high=high, notes=notes)
