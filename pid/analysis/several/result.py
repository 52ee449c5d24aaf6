"""The answer of ``pid.quantify`` for several sources: numbers with all that is needed to judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from pid._types import Counts, Floats
from pid._version import __version__
from pid.analysis.quantification.axes import Axis
from pid.analysis.schema import SCHEMA
from pid.analysis.several.words import reading
from pid.checks import TEXT, checked
from pid.core.answer import Drawn
from pid.core.decomposition import ROUNDING, shown
from pid.core.sources.result import SourcesDecomposition
from pid.core.sources.values import SourceNumbers
from pid.errors import InvalidInput
from pid.inference.units import Rows

if TYPE_CHECKING:
    import pandas as pd

    from pid.estimators.posterior.several import SourcesPID

Interval = Mapping[str, tuple[float, float]]

OF_SOURCE = ("single", "unique", "loss", "strict", "together")


class Number(NamedTuple):
    """One number of an answer.

    Attributes:
        name: as of ``SourceNumbers.by_name``.
        value: after correction, or as counted where there is no correction.
        interval: (low, high); None where none was made.
        counted: before correction.
    """

    name: str
    value: float
    interval: tuple[float, float] | None
    counted: float


@dataclass(frozen=True, slots=True, eq=False)  # eq off: array fields
class CountedSources:
    """What an answer rests on that was counted.

    Attributes:
        table: samples per cell, shape (n1, ..., nk, classes), or their weight.
        rows: cell, group and weight of each sample.
        null_bias: expected total if the sources said nothing about y, in the unit.
    """

    table: Counts | Floats
    rows: Rows
    null_bias: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SourcesQuantification(Drawn):
    """What three sources or more say about y, with all that is needed to judge the numbers.

    Attributes:
        decomposition: as counted: a ``SourcesDecomposition``, with its certificate, where a table
            was; else the numbers alone.
        corrected: after bias correction; None where none was made.
        interval: (low, high) of each number, by the names of ``SourceNumbers.by_name``; None where
            none was made.
        level: nominal coverage of the interval, None likewise.
        axes: names, numbers of columns and of symbols of all sources, and of y.
        evidence: what the numbers rest on: a table, or the ``SourcesPID`` that was fitted.
            ``table`` and ``fitted`` are of it, None where it has none.
        n: samples.
        units: independent units: samples, groups or blocks.
        estimator: its name, as ``pid.quantify`` knows it.
        reason: why it was chosen; None where it was asked for.
        parameters: of the estimator.
        random_state: the seed.
        notes: what was done to the data.
        warnings: reasons not to trust the numbers.
        seconds: time taken.
    """

    picture: ClassVar[str] = "sources"

    decomposition: SourceNumbers
    corrected: SourceNumbers | None
    interval: Interval | None
    level: float | None
    axes: tuple[Axis, ...]
    evidence: CountedSources | SourcesPID
    n: int
    units: int
    estimator: str
    reason: str | None
    parameters: Mapping[str, object]
    random_state: int | None
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    seconds: float = 0.0

    @property
    def names(self) -> tuple[str, ...]:
        """Of the sources."""
        return self.decomposition.names

    @property
    def y(self) -> str:
        """The name of the target."""
        return self.axes[-1].name

    @property
    def unit(self) -> str:
        """Of all numbers: "bit" or "nat"."""
        return self.decomposition.unit

    @property
    def best(self) -> SourceNumbers:
        """The corrected numbers, or those that were counted where there is no correction."""
        return self.decomposition if self.corrected is None else self.corrected

    @property
    def table(self) -> Any:
        """Samples per cell, shape (n1, ..., nk, classes); None where a model was fitted."""
        return self.evidence.table if isinstance(self.evidence, CountedSources) else None

    @property
    def fitted(self) -> Any:
        """The estimator that was fitted; None where a table was counted."""
        return None if isinstance(self.evidence, CountedSources) else self.evidence

    @property
    def null_bias(self) -> float | None:
        """Expected total by chance; None where it is about 0, as models judge unseen samples."""
        return self.evidence.null_bias if isinstance(self.evidence, CountedSources) else None

    @property
    def gap(self) -> float | None:
        """Widest certified interval of the unions in the table; None without one."""
        d = self.decomposition
        return d.certificate.gap if isinstance(d, SourcesDecomposition) else None

    @property
    def is_shown(self) -> bool:
        """Whether anything is shown about y."""
        if self.interval is None:
            return self.best.total > ROUNDING + (self.gap or 0.0)
        told = ("total", "union", *(f"single {name}" for name in self.names))
        return any(self.interval[name][0] > 0 for name in told)

    @property
    def reading(self) -> str:
        """The answer in plain words, which lead with what is lost without a source."""
        text = reading(self.best, self.interval, self.y, is_shown=self.is_shown)
        return f"Not to be trusted, see the warning: {text}" if self.warnings else text

    @checked(name=TEXT)
    def number(self, name: str) -> Number:
        """One number: value, interval, and value before correction.

        Args:
            name: as of ``SourceNumbers.by_name``, such as "shared", "unique text" or "synergy 2".

        Raises:
            InvalidInput: no such number.
        """
        best = self.best.by_name()
        if name not in best:
            known = ", ".join(list(best)[:8])
            raise InvalidInput(f"there is no number {name!r}; there are {known} and others")
        ends = None if self.interval is None else self.interval[name]
        return Number(name, best[name], ends, self.decomposition.by_name()[name])

    def summary(self) -> tuple[Number, ...]:
        """All numbers: value, interval, and value before correction.

        Examples:
            >>> import pid
            >>> sources = {"a": [0, 0, 1, 1] * 50, "b": [0, 1, 0, 1] * 50, "c": [1, 1, 0, 0] * 50}
            >>> q = pid.quantify(sources=sources, y=[0, 1, 1, 0] * 50)
            >>> [(x.name, round(x.value, 1)) for x in q.summary()[:4]]
            [('total', 1.0), ('union', 0.0), ('shared', 0.0), ('synergy 2', 1.0)]
        """
        best, counted = self.best.by_name(), self.decomposition.by_name()
        ends = self.interval or {}
        return tuple(Number(name, best[name], ends.get(name), counted[name]) for name in best)

    def to_frame(self) -> pd.DataFrame:
        """One row a source: what it tells alone, only it, and what is lost without it; with ends.

        Columns "single", "unique", "loss", "strict" and "together", and with intervals the same
        with "_low" and "_high".
        """
        import pandas as pd

        return pd.DataFrame(self._sources())

    def to_dict(self) -> dict[str, object]:
        """The names and values of the JSON output."""
        best = self.best
        found: dict[str, object] = {}
        for name in ("total", "union", "shared"):
            found |= self._values(name, name)
        pairs = [(a, b) for i, a in enumerate(self.names) for b in self.names[i + 1 :]]
        found |= {
            "synergy": [
                {"order": m, "words": words} | self._values(f"synergy {m}", "value")
                for m, words in best.synergies()
            ],
            "sources": self._sources(counted=True),
            "overlap": [
                {"sources": list(pair)} | self._values(f"overlap {', '.join(pair)}", "value")
                for pair in pairs
            ],
        }
        if best.shared_by is not None:
            sets = [[n for n in self.names if n in those] for those in best.shared_by]
            found["shared_by"] = [
                {"sources": those} | self._values(f"shared_by {', '.join(those)}", "value")
                for those in sets
            ]
        return found | {
            "interval": self.level,
            "target_entropy": best.entropy,
            "null_bias": self.null_bias,
            "unit": self.unit,
            "gap": self.gap,
            "left_out": list(best.left_out),
            "y": self.y,
            "n": self.n,
            "units": self.units,
            "estimator": self.estimator,
            "reason": self.reason,
            "random_state": self.random_state,
            **({"device": self.parameters["device"]} if "device" in self.parameters else {}),
            "notes": list(self.notes),
            "warnings": list(self.warnings),
            "schema": SCHEMA,
            "version": __version__,
        }

    def _sources(self, *, counted: bool = False) -> list[dict[str, object]]:
        return [
            {"name": name}
            | {
                key: value
                for what in OF_SOURCE
                for key, value in self._values(f"{what} {name}", what, counted=counted).items()
            }
            for name in self.names
        ]

    def _values(self, name: str, key: str, *, counted: bool = True) -> dict[str, object]:
        """A number under a key, with what it was before correction, and its ends."""
        number = self.number(name)
        found: dict[str, object] = {key: number.value}
        if counted:
            found[f"{key}_counted"] = number.counted
        if number.interval is not None:
            found[f"{key}_low"], found[f"{key}_high"] = number.interval
        return found

    @checked(name=TEXT)
    def show(self, name: str) -> str:
        """The best value to four decimals; 0.0000 for what cannot be told from 0."""
        return shown(self.number(name).value, ROUNDING + (self.gap or 0.0))

    def __repr__(self) -> str:
        size = " x ".join(str(axis.size) for axis in self.axes)
        of = "" if self.table is None else f" in {size} {self.axes[0].kind}"
        k = len(self.names)
        rows = [f"Quantification of {k} sources, {self.n} samples{of}, in {self.unit}"]
        main = ["total", "shared", *(f"synergy {m}" for m in self.best.synergy)]
        main += [f"{what} {name}" for name in self.names for what in ("unique", "loss")]
        width = max(map(len, main)) + 1
        for name in main:
            ends = self.number(name).interval
            said = "" if ends is None else "  [{}, {}]".format(*map(shown, ends))
            rows.append(f"  {name:<{width}}{self.show(name)}{said}")
        rows += [self.reading]
        rows += [f"Note: {text}" for text in self.notes]
        return "\n".join([*rows, *(f"Warning: {text}" for text in self.warnings)])
