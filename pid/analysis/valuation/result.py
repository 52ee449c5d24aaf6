"""What each source is worth: a row per source, and what all of them tell together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pid._version import __version__
from pid.analysis.names import brief
from pid.analysis.schema import SCHEMA
from pid.analysis.valuation.verdicts import Verdict
from pid.core.answer import Answer
from pid.core.decomposition import shown
from pid.core.information import Unit
from pid.estimators.neural.arrays import CPU, on_device
from pid.inference.intervals import Measure

if TYPE_CHECKING:
    import pandas as pd

NAME = 40  # characters of a name in a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What one source is worth, given all others.

    Attributes:
        name: of the source; ``columns`` is how many it has.
        lost: information that is gone without it, ``strict`` + ``with_others``.
        strict: what it alone says, and all others together do not: its unique information.
        with_others: what shows only when it is seen with others: its synergy with them.
        alone: what it says by itself.
        accuracy_lost: share of rows that are named right with it, less that without it.
        auc_lost: likewise the area under the ROC curve; None of more than two classes.
        cost: what it costs, if that was said.
        verdict: "keep", "only together" (nothing alone, and something with others), "drop", or
            "interchangeable": it may go, but not together with all of ``instead``.
        instead: names of the sources that can stay in its place.
    """

    name: str
    columns: int
    lost: Measure
    strict: Measure
    with_others: Measure
    alone: Measure
    accuracy_lost: Measure
    auc_lost: Measure | None
    cost: float | None
    verdict: Verdict
    instead: tuple[str, ...] = ()

    @property
    def measures(self) -> dict[str, Measure]:
        """What there is, by its name in JSON; also per unit of the cost."""
        found = {
            "lost": self.lost,
            "strict": self.strict,
            "with": self.with_others,
            "alone": self.alone,
            "accuracy_lost": self.accuracy_lost,
        }
        found |= {} if self.auc_lost is None else {"auc_lost": self.auc_lost}
        if self.cost is not None:
            for name in ("lost", "accuracy_lost"):
                values = (value / self.cost for value in found[name])
                found[f"{name}_per_cost"] = Measure(*values)
        return found

    @property
    def why(self) -> str:
        """The verdict in a sentence."""
        known = self.lost.low == self.lost.low  # there is an interval
        lost = shown(self.lost.corrected)
        ends = f" ({shown(self.lost.low)} to {shown(self.lost.high)})" if known else ""
        if self.verdict == "keep":
            return f"without it, {lost}{ends} is lost"
        if self.verdict == "only together":
            return f"it tells nothing alone, and {lost}{ends} with others"
        if self.verdict == "drop":
            most = f": at most {shown(self.lost.high)} is lost" if known else ""
            return f"nothing shows that it is needed{most}"
        others = _listed(self.instead)
        stay = "stays" if len(self.instead) == 1 else "stay, or some of them"
        return f"it may go as long as {others} {stay}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Valuation(Answer):
    """What each source is worth, given the others.

    Attributes:
        sources: in the order that they were given.
        y: the name of the target; ``classes`` are its labels.
        total: what all sources together say about it.
        accuracy: share of rows that all together name right, and ``majority`` that of naming the
            commonest class always; ``auc`` likewise, None of more than two classes.
        enough: names of the sources that are left if those go that may.
        of_enough: what these say.
        target_entropy: what there is to say.
        unit: of information.
        level: nominal coverage of the intervals, whose ends are NaN where it is None.
        n: rows; ``units`` of them are independent.
        classifier: what was trained; ``device`` is where networks were.
        random_state: the seed.
        notes: what was done to the data.
        warnings: reasons not to trust the numbers.
        seconds: time taken.
    """

    sources: tuple[Worth, ...]
    y: str
    classes: tuple[str, ...]
    total: Measure
    accuracy: Measure
    majority: float
    auc: Measure | None
    enough: tuple[str, ...]
    of_enough: Measure
    target_entropy: float
    unit: Unit
    level: float | None
    n: int
    units: int
    classifier: str
    random_state: int
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    seconds: float = 0.0
    device: str = CPU

    def __len__(self) -> int:
        return len(self.sources)

    def __getitem__(self, name: str) -> Worth:
        return next(source for source in self.sources if source.name == name)

    @property
    def reading(self) -> str:
        """What all tell, and which to keep, in plain words."""
        share = self.total.corrected / self.target_entropy if self.target_entropy else 0.0
        told = f"{shown(self.total.corrected)} of {shown(self.target_entropy)} {self.unit}"
        two = len(self) == 2
        first = (
            f"{'Both' if two else f'All {len(self)}'} sources together tell {share:.0%} of "
            f"{brief(self.y, NAME)}, {told}, and name {self.accuracy.corrected:.1%} of the rows "
            "right."
        )
        if not self.enough:
            return f"{first} These data do not show that any of them tells anything."
        if len(self.enough) == len(self):
            return f"{first} {'Both' if two else 'All of them'} are needed."
        names = _listed(self.enough)
        be, they = ("is", "it") if len(self.enough) == 1 else ("are", "they")
        tells = f"{they} tell{'s' if be == 'is' else ''} {shown(self.of_enough.corrected)}"
        return (
            f"{first} {names} {be} enough: {tells} {self.unit}, and these data do not show that "
            "another is needed."
        )

    def to_dicts(self) -> list[dict[str, object]]:
        """A row per source, as plain values; what there is not of a row is None."""
        rows = []
        for source in self.sources:
            row: dict[str, object] = {"source": source.name, "y": self.y}
            for name, measure in source.measures.items():
                row[name] = measure.corrected
                ends = (measure.low, measure.high) if self.level is not None else (None, None)
                row |= {f"{name}_low": ends[0], f"{name}_high": ends[1]}
            row |= {"cost": source.cost, "verdict": source.verdict}
            row |= {"instead": list(source.instead), "columns": source.columns, "unit": self.unit}
            rows.append(row)
        return rows

    def to_dict(self) -> dict[str, object]:
        """All numbers, as JSON has them; ``sources`` are the rows of ``to_dicts``."""
        found: dict[str, object] = {"y": self.y, "classes": list(self.classes)}
        of_all = {"total": self.total, "accuracy": self.accuracy, "total_enough": self.of_enough}
        of_all |= {} if self.auc is None else {"auc": self.auc}
        for name, measure in of_all.items():
            found[name] = measure.corrected
            if self.level is not None:
                found |= {f"{name}_low": measure.low, f"{name}_high": measure.high}
        return found | {
            "accuracy_majority": self.majority,
            "target_entropy": self.target_entropy,
            "enough": list(self.enough),
            "sources": self.to_dicts(),
            "unit": self.unit,
            "interval": self.level,
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

    def to_frame(self) -> pd.DataFrame:
        """One row per source, with the columns of ``to_dicts``."""
        import pandas as pd

        rows = [row | {"instead": ", ".join(row["instead"])} for row in self.to_dicts()]  # type: ignore[arg-type]
        return pd.DataFrame(rows)

    def __repr__(self) -> str:
        lines = [f"What each source is worth about {self.y}, in {self.unit}"]
        for source in self.sources:
            ends = ""
            if self.level is not None:
                ends = f" [{shown(source.lost.low)}, {shown(source.lost.high)}]"
            instead = f" with {', '.join(source.instead)}" if source.instead else ""
            lines.append(
                f"  {source.name}: lost {shown(source.lost.corrected)}{ends}, alone "
                f"{shown(source.alone.corrected)}: {source.verdict}{instead}"
            )
        return "\n".join([*lines, f"  all together {shown(self.total.corrected)}"])


def _listed(names: Sequence[str]) -> str:
    short = [brief(name, NAME) for name in names[:6]]
    if len(names) > 6:
        return f"{', '.join(short)} and {len(names) - 6} more"
    return f"{', '.join(short[:-1])} and {short[-1]}" if len(short) > 1 else short[0]
