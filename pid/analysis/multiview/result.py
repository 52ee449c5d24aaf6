"""The answer of ``pid.multiview_redundancy``: six informations, and what they say together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pid._version import __version__
from pid.analysis.multiview.verdicts import (
    Ends,
    Signal,
    Verdict,
    in_unit,
    signal_of,
    verdict_of,
)
from pid.analysis.quantification.result import Quantification
from pid.analysis.schema import SCHEMA
from pid.analysis.words import called
from pid.core.answer import Answer
from pid.core.decomposition import shown
from pid.core.information import Unit

if TYPE_CHECKING:
    import pandas as pd

# By the names of the JSON output; each is called so on the page.
CALLED = {
    "conditional1": "I(X1; Y | X2)",
    "conditional2": "I(X2; Y | X1)",
    "information1": "I(X1; Y)",
    "information2": "I(X2; Y)",
    "shared": "I(X1; X2)",
    "shared_given_y": "I(X1; X2 | Y)",
}
IN_WORDS: Mapping[Signal, str] = {
    "not enough signal": "not enough signal: what is shared lacks some of what is told of y",
    "just right": "just right: what is shared is what is told of y, and next to nothing else",
    "too much noise": "too much noise: what is shared is not all of y",
    "undecided": "undecided: these intervals show neither too little nor too much, nor that it is "
    "just right",
}


class Told(NamedTuple):
    """An information, its interval if there is one, and what found it."""

    value: float
    interval: Ends
    how: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MultiviewRedundancy(Answer):
    """Whether what x1 and x2 share is what there is to be told of y.

    Attributes:
        informations: "conditional1" is I(X1; Y | X2), "conditional2" I(X2; Y | X1), "information1"
            and "information2" are I(X1; Y) and I(X2; Y), "shared" is I(X1; X2), and
            "shared_given_y" I(X1; X2 | Y); each with its interval and how it was found.
        eps: bits that count as next to nothing.
        level: nominal coverage of the intervals, or None.
        unit: of the informations, "bit" or "nat".
        names: of x1, x2 and y.
        quantification: the answer of ``pid.quantify`` that the first four are of; None where y are
            numbers, of which there is none.
        n: rows that were used.
        units: independent units: rows or groups.
        notes: what was done to the data, in words.
        warnings: reasons to doubt the answer.
        random_state: the seed; None where another one was taken.
        seconds: time taken.
    """

    informations: Mapping[str, Told]
    eps: float
    level: float | None
    unit: Unit
    names: tuple[str, str, str]
    quantification: Quantification | None
    n: int
    units: int
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    random_state: int | None
    seconds: float

    @property
    def verdict(self) -> Verdict:
        """Whether multi-view redundancy holds: neither source tells more than eps beyond the other.

        "holds" where the intervals of both conditional informations end at eps or below, "fails"
        where one of them begins above, else "undecided".
        """
        return verdict_of(self._beyond, self._eps)

    @property
    def signal(self) -> tuple[Signal, ...]:
        """ "not enough signal" and "too much noise", which may both be; "just right"; "undecided".

        Not enough signal, where redundancy fails. Too much noise, where I(X1; X2 | Y) and I(X1; X2)
        begin above eps: without the latter nothing is shared that could be noise, and the former is
        synergy. Just right, where redundancy holds and I(X1; X2 | Y) ends at eps or below.
        """
        shared, besides = (
            self.informations[name].interval for name in ("shared", "shared_given_y")
        )
        return signal_of(self._beyond, shared, besides, self._eps)

    @property
    def reading(self) -> str:
        """The answer in plain words."""
        first, second, y = called(self.names)
        size = f"{self.eps:g} bit"
        said = {
            "holds": f"holds: neither {first} nor {second} tells more than {size} of {y} beyond "
            "the other",
            "fails": f"fails: {self._more(first, second)} more than {size} of {y} beyond the other",
            "undecided": f"is undecided at {size}: "
            + (
                "no intervals were asked for"
                if self.level is None
                else "the intervals of what is told beyond the other have it inside"
            ),
        }[self.verdict]
        signal = "; ".join(IN_WORDS[word] for word in self.signal)
        text = f"Multi-view redundancy {said}. Shared information: {signal}."
        return f"Not to be trusted, see the warning: {text}" if self.warnings else text

    @property
    def _eps(self) -> float:
        return in_unit(self.eps, self.unit)

    @property
    def _beyond(self) -> list[Ends]:
        return [self.informations[name].interval for name in ("conditional1", "conditional2")]

    def _more(self, first: str, second: str) -> str:
        """Which of the sources is shown to tell more, with its verb."""
        alone = [verdict_of([ends], self._eps) == "fails" for ends in self._beyond]
        if all(alone):
            return f"{first} and {second} each tell"
        return f"{first if alone[0] else second} tells"

    def to_dict(self) -> dict[str, object]:
        """Everything, as plain values; ``conditional1_low`` and so on are ends of intervals."""
        row: dict[str, object] = {}
        for name, told in self.informations.items():
            low, high = told.interval or (None, None)
            row |= {name: told.value, f"{name}_low": low, f"{name}_high": high}
        row |= {"multiview_redundancy": self.verdict, "signal": list(self.signal), "eps": self.eps}
        row |= {"interval": self.level, "unit": self.unit}
        row |= dict(zip(("x1", "x2", "y"), self.names, strict=True))
        row |= {"n": self.n, "units": self.units}
        row |= {"how": {name: told.how for name, told in self.informations.items()}}
        row |= {"notes": list(self.notes), "warnings": list(self.warnings)}
        row |= {"random_state": self.random_state, "seconds": self.seconds}
        return row | {"schema": SCHEMA, "version": __version__}

    def to_frame(self) -> pd.DataFrame:
        """One row an information: "information", "value", "low", "high", "unit", and "how"."""
        import pandas as pd

        rows = [
            (CALLED[name], told.value, *(told.interval or (None, None)), self.unit, told.how)
            for name, told in self.informations.items()
        ]
        columns = ["information", "value", "low", "high", "unit", "how"]
        return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(("low", "high"), float))

    def __repr__(self) -> str:
        of = "" if self.units == self.n else f" ({self.units:,} independent units)"
        rows = [f"Multi-view redundancy of {self.n:,} rows{of}, in {self.unit}"]
        for name, told in self.informations.items():
            ends = "" if told.interval is None else "  [{}, {}]".format(*map(shown, told.interval))
            rows.append(f"  {CALLED[name]:<15}{shown(told.value)}{ends:<20}  {told.how}")
        rows = [row.rstrip() for row in [*rows, self.reading]]
        rows += [f"Note: {text}" for text in self.notes]
        return "\n".join([*rows, *(f"Warning: {text}" for text in self.warnings)])
