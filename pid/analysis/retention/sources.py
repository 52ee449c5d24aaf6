"""What codes of three sources and more keep: numbers before and after, and what is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pid._version import __version__
from pid.analysis.names import plain
from pid.analysis.retention.probe import CLEAR, ends, measured
from pid.analysis.schema import SCHEMA
from pid.analysis.several.words import in_words, said
from pid.core.answer import Answer
from pid.core.decomposition import shown
from pid.core.sources.values import SourceNumbers
from pid.estimators.neural.arrays import CPU, on_device
from pid.inference.intervals import Measure

if TYPE_CHECKING:
    import pandas as pd

Interval = Mapping[str, tuple[float, float]]

NO_SHARES = (
    "parts after are no shares of those before: what is done to one source alone turns what is "
    "shared into unique information; what never grows is the total, what each source tells, and "
    "what single sources tell"
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SourcesRetention(Answer):
    """What the codes of three sources and more keep of what the sources tell about y.

    Attributes:
        names: of the sources; ``y`` is that of the target.
        before: all numbers of the sources; ``interval_before`` has (low, high) of each, by the
            names of ``SourceNumbers.by_name``, None of none.
        after: those of the codes, by the names of their sources, likewise.
        change: after less before of each number, by the same names, on the same rows and folds.
        total: I(Z; Y) / I(X; Y) of all codes and of all sources; NaN where nothing shows that there
            is any of the latter.
        lost: of each source what it tells beside all of the codes, I(Y; Xi | Z), by itself and
            together with them.
        noise: on the codes, as a multiple of their own root-mean-square.
        classes: labels of y.
        level: nominal coverage of the intervals, whose ends are NaN where it is None.
        n: rows; ``units`` of them are independent.
        classifier: what was trained; ``device`` is where.
        random_state: the seed of folds, classifiers and noise.
        notes: what was done to the data.
        warnings: reasons not to trust the numbers.
        seconds: time taken.
    """

    names: tuple[str, ...]
    y: str
    before: SourceNumbers
    after: SourceNumbers
    interval_before: Interval | None
    interval_after: Interval | None
    change: Mapping[str, Measure]
    total: Measure
    lost: Mapping[str, Measure]
    noise: float
    classes: tuple[str, ...]
    level: float | None
    n: int
    units: int
    classifier: str
    random_state: int
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    seconds: float = 0.0
    device: str = CPU

    @property
    def unit(self) -> str:
        """Of all numbers: "bit" or "nat"."""
        return self.before.unit

    @property
    def flags(self) -> tuple[str, ...]:
        """Parts of the total that clearly changed, the most first, such as "less only text"."""
        least = CLEAR * self.before.total
        by = {part.words: self.change[part.name] for part in self.before.parts()}
        clear = [
            (words, change.corrected)
            for words, change in by.items()
            if (change.high < 0 or change.low > 0) and abs(change.corrected) > least
        ]
        clear.sort(key=lambda item: -abs(item[1]))
        return tuple(f"{'less' if value < 0 else 'more'} {words}" for words, value in clear)

    @property
    def reading(self) -> str:
        """What is lost of each source, the most first, and how much is kept, in plain words."""
        names, y = said(self.names), plain(self.y)
        if self.total.corrected != self.total.corrected:  # NaN
            return self._trusted(
                f"These data do not show that the sources tell anything about {y}."
            )
        around = f" ({100 * self.total.low:.1f} to {self.total.high:.1%})" if self.level else ""
        more = ", of which what is above 100 % is error" if self.total.corrected > 1 else ""
        kept = (
            f"The codes tell {shown(self.after.total)} of the {shown(self.before.total)} "
            f"{self.unit} that the sources tell about {y}: {self.total.corrected:.1%}{around}"
            f"{more}."
        )
        changed = f" Parts that clearly changed: {in_words(self.flags)}." if self.flags else ""
        return self._trusted(f"{self._gone(names)} {kept}{changed}")

    def _gone(self, names: Mapping[str, str]) -> str:
        """What is lost of each source, and of which sources nothing is shown to be."""
        by_size = sorted(self.lost.items(), key=lambda item: -item[1].corrected)
        gone = [
            f"{shown(lost.corrected)}{f' ({ends(lost)})' if self.level else ''} of {names[name]}"
            for name, lost in by_size
            if not lost.low <= 0  # NaN, where there are no intervals
        ]
        others = [names[name] for name, lost in by_size if lost.low <= 0]
        if not gone:
            return "Of no source is anything shown to be lost."
        rest = f"; of {in_words(others)} nothing is shown to be" if others else ""
        return f"Lost, in {self.unit}: {in_words(gone)}{rest}."

    def _trusted(self, text: str) -> str:
        return f"Not to be trusted, see the warning: {text}" if self.warnings else text

    def to_dict(self) -> dict[str, object]:
        """All numbers, as JSON has them: those of ``to_dicts`` in ``numbers``."""
        return {
            **measured("total_share", self.total),
            "sources": [
                {"name": name} | measured("lost", lost) for name, lost in self.lost.items()
            ],
            "numbers": self.to_dicts(),
            "flags": list(self.flags),
            "noise": self.noise,
            "y": self.y,
            "classes": list(self.classes),
            "target_entropy": self.before.entropy,
            "unit": self.unit,
            "interval": self.level,
            "left_out": list(self.before.left_out),
            "n": self.n,
            "units": self.units,
            "estimator": "posterior",
            "classifier": self.classifier,
            **on_device(self.device),
            "random_state": self.random_state,
            "notes": list(self.notes),
            "warnings": list(self.warnings),
            "schema": SCHEMA,
            "version": __version__,
        }

    def to_dicts(self) -> list[dict[str, object]]:
        """A row per number: before, after and change, with ends; None where there are none."""
        sides = {
            "before": (self.before.by_name(), self.interval_before),
            "after": (self.after.by_name(), self.interval_after),
        }
        rows: list[dict[str, object]] = []
        for name, change in self.change.items():
            row: dict[str, object] = {"name": name}
            for when, (values, interval) in sides.items():
                low, high = (None, None) if interval is None else interval[name]
                row |= {when: values[name], f"{when}_low": low, f"{when}_high": high}
            rows.append(row | measured("change", change) | {"unit": self.unit})
        return rows

    def to_frame(self) -> pd.DataFrame:
        """The rows of ``to_dicts``."""
        import pandas as pd

        return pd.DataFrame(self.to_dicts())

    def __repr__(self) -> str:
        lines = [
            f"What codes of {len(self.names)} sources keep about {plain(self.y)}, in {self.unit}, "
            f"read through noise of {self.noise:g}"
        ]
        lines += [
            f"  {f'lost of {name}':<24}{shown(lost.corrected):>8}  {ends(lost)}"
            for name, lost in self.lost.items()
        ]
        lines.append(f"  {'':<24}{'before':>8}{'after':>8}{'change':>9}")
        before, after = self.before.by_name(), self.after.by_name()
        for name in (*(part.name for part in self.before.parts()), "total"):
            by = self.change[name]
            values = f"{shown(before[name]):>8}{shown(after[name]):>8}{by.corrected:>+z9.4f}"
            lines.append(f"  {name:<24}{values}  {ends(by)}")
        lines.append(self.reading)
        lines += [f"Warning: {text}" for text in self.warnings]
        return "\n".join(line.rstrip() for line in lines)
