"""What ``pid.compare`` found of three sources and more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pid._version import __version__
from pid.analysis.names import brief
from pid.analysis.quantification.axes import Axis
from pid.analysis.schema import SCHEMA
from pid.core.answer import Answer
from pid.core.decomposition import shown
from pid.core.information import Unit
from pid.core.sources.result import SourcesDecomposition
from pid.core.sources.values import SourceNumbers
from pid.inference.intervals import Measure

if TYPE_CHECKING:
    import pandas as pd

KEYS = ("accuracy", "information", "left", "total", "agreement", "overlap")  # what ranks models
MEASURED = ("total", "information", "left", "accuracy")  # of all sources as one
OF_PROFILE = ("total", "union", "shared", "synergy", "single", "unique", "loss")
NOUNS = {
    "total": "information from all sources",
    "information": "information about",
    "left": "information left on the table",
    "accuracy": "accuracy",
    "agreement": "agreement with the data's profile",
    "overlap": "overlap with the data's profile",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SourcesProfile:
    """What all sources say about what a model says; or, of the data, about y.

    Attributes:
        decomposition: of the counted table of the sources and the predictions, with certificate.
        corrected: after bias correction; None where none was made.
        interval: (low, high) of each number, by the names of ``SourceNumbers.by_name``; None where
            none was made.
        values: "information", "left" and "accuracy" of a model, as in ``pid.compare`` of two
            sources, and "total"; "agreement" and "overlap" with the parts of the data: unique
            information of each source, what is shared, and synergy by order.
        rank: 1 for the best model by what ``SourcesComparison.sorted_by`` says, and its interval.
    """

    decomposition: SourcesDecomposition
    corrected: SourceNumbers | None
    interval: Mapping[str, tuple[float, float]] | None
    values: Mapping[str, Measure]
    rank: tuple[int, int, int]

    @property
    def best(self) -> SourceNumbers:
        """The corrected numbers, or those that were counted where there is no correction."""
        return self.decomposition if self.corrected is None else self.corrected


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SourcesComparison(Answer):
    """Models side by side in cells of three sources and more, the best first.

    A difference of two models, row by row, and ranks by an atom are of two sources alone.

    Attributes:
        data: the profile of the data in the same cells.
        models: the profile of each model, by its name.
        axes: names and sizes of the sources and of y.
        unit: of information.
        level: nominal coverage of the intervals, whose ends are NaN where it is None.
        sorted_by: what ranks the models.
        n: rows; ``units`` of them are independent.
        estimator: how the cells were made.
        random_state: the seed.
        notes: what was done.
        warnings: reasons not to trust a model's numbers.
        seconds: time taken.
    """

    data: SourcesProfile
    models: Mapping[str, SourcesProfile]
    axes: tuple[Axis, ...]
    unit: Unit
    level: float | None
    sorted_by: str
    n: int
    units: int
    estimator: str
    random_state: int | None
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    seconds: float = 0.0

    def __len__(self) -> int:
        return len(self.models)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the sources."""
        return self.data.decomposition.names

    @property
    def y(self) -> str:
        """The name of the target."""
        return self.axes[-1].name

    @property
    def nearest(self) -> str:
        """The model whose profile has most overlap with that of the data; of equals, the first.

        Examples:
            >>> import pid
            >>> a, b, c = [0, 0, 0, 0, 1, 1, 1, 1] * 50, [0, 0, 1, 1] * 100, [0, 1] * 200
            >>> xor = [i ^ j for i, j in zip(a, b)]
            >>> worse = [said if row % 5 else 0 for row, said in enumerate(xor)]
            >>> sources = {"a": a, "b": b, "c": c}
            >>> pid.compare({"first": a, "worse": worse}, sources=sources, y=xor).nearest
            'worse'
        """
        return max(self.models, key=lambda name: self.models[name].values["overlap"].corrected)

    def to_dicts(self) -> list[dict[str, object]]:
        """Rows as plain values, one per model: numbers by their names, and all that is measured."""
        return [self._row(name, profile) for name, profile in self.models.items()]

    def _row(self, name: str, profile: SourcesProfile) -> dict[str, object]:
        row: dict[str, object] = {"model": name}
        for key, value, ends in _numbers(profile):
            row |= {key: value, f"{key}_counted": profile.decomposition.by_name()[key]}
            row |= dict(zip((f"{key}_low", f"{key}_high"), ends, strict=True))
        for key, measure in profile.values.items():
            if key != "total":
                row |= {key: measure.corrected}
                row |= {f"{key}_low": measure.low, f"{key}_high": measure.high}
        nothing = [key for key, value in row.items() if isinstance(value, float) and value != value]
        row |= dict.fromkeys(nothing)
        row |= dict(zip(("rank", "rank_low", "rank_high"), profile.rank, strict=True))
        return row | {
            "interval": self.level,
            "unit": self.unit,
            "gap": profile.decomposition.certificate.gap,
            "sources": list(self.names),
            "y": self.y,
            "n": self.n,
            "units": self.units,
            "estimator": self.estimator,
            "random_state": self.random_state,
            "schema": SCHEMA,
            "version": __version__,
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per model, whose name is the index, with the columns of ``to_dicts``."""
        import pandas as pd

        return pd.DataFrame(self.to_dicts()).set_index("model")

    @property
    def reading(self) -> str:
        """Which model is best, how sure that is, what it leaves, and whose profile is nearest."""
        (best, profile), *others = self.models.items()
        least, what = self.sorted_by == "left", NOUNS[self.sorted_by]
        what += f" {brief(self.y, 60)}" if self.sorted_by == "information" else ""
        text = f"{brief(best, 60)} has the {'least' if least else 'most'} {what}: "
        text += _shown(self.sorted_by, profile.values[self.sorted_by], self.unit)
        if others and self.level is not None:
            tied = [name for name, other in others if other.rank[1] == 1]
            text += (
                f"; {len(tied)} of {len(others)} others may be as good"
                if tied
                else "; no other model is as good"
            )
        if not least:
            left = _shown("left", profile.values["left"], self.unit)
            text += f". It leaves {left} on the table"
        if others:
            overlap = _shown("overlap", self.models[self.nearest].values["overlap"], self.unit)
            text += f". The profile of {brief(self.nearest, 60)} is nearest to that of the data: "
            text += f"overlap {overlap}"
        return f"{text}."

    def __repr__(self) -> str:
        heads = ["total", "shared", *(f"synergy {m}" for m in self.data.best.synergy)]
        heads += [f"unique {name}" for name in self.names]
        wide = [max(7, len(head)) for head in heads]
        lines = [
            f"{len(self)} models on {self.n:,} rows, by {self.sorted_by}, in {self.unit}",
            " " * 22 + "  ".join(f"{h:>{w}}" for h, w in zip(heads, wide, strict=True)),
        ]
        for name, profile in (("data", self.data), *self.models.items()):
            numbers = profile.best.by_name()
            cells = [f"{shown(numbers[h]):>{w}}" for h, w in zip(heads, wide, strict=True)]
            right = profile.values.get("accuracy")
            ends = f"  {right.corrected:6.1%}" if right else ""
            lines.append(f"  {name[:18]:<18}  {'  '.join(cells)}{ends}")
        return "\n".join([*lines, self.reading, *(f"Warning: {text}" for text in self.warnings)])


def _numbers(profile: SourcesProfile) -> Iterator[tuple[str, float, tuple[float, float]]]:
    """Those of a profile: name, value, and ends, NaN where there are none."""
    for name, value in profile.best.by_name().items():
        if name.split(" ")[0] in OF_PROFILE:
            ends = (np.nan, np.nan) if profile.interval is None else profile.interval[name]
            yield name, value, ends


def _shown(key: str, value: Measure, unit: str) -> str:
    if key == "accuracy":
        text, ends = f"{value.corrected:.1%}", f"{100 * value.low:.1f} to {100 * value.high:.1f}"
    else:
        text = f"{shown(value.corrected)}{'' if key == 'overlap' else ' ' + unit}"
        ends = f"{shown(value.low)} to {shown(value.high)}"
    return text if np.isnan(value.low) else f"{text} ({ends})"
