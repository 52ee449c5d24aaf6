"""What ``pid.compare`` found: the profile of the data, and one of each model."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pid._types import Floats
from pid._version import __version__
from pid.analysis import words
from pid.analysis.comparison.predictions import RESERVED
from pid.analysis.comparison.resampling import Resampled
from pid.analysis.comparison.sheet import MEASURES
from pid.analysis.difference import Difference
from pid.analysis.names import brief
from pid.analysis.quantification.axes import Axis
from pid.analysis.schema import SCHEMA
from pid.checks import TEXT, checked
from pid.core.answer import Answer
from pid.core.decomposition import ATOMS, Decomposition, shown
from pid.core.information import Unit, nats_per
from pid.errors import InvalidInput
from pid.inference.intervals import LEFT_OVER, Measure, of_few, p_value, quantile

if TYPE_CHECKING:
    import pandas as pd


VALUES = (*ATOMS, "total", *MEASURES)  # the order of rows of ``Resampled``
FITS = ("agreement", "overlap")  # how far the profile of a model is that of the data
KEYS = (*ATOMS, "total", *MEASURES, *FITS)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile:
    """What X1 and X2 say about what a model says; or, of the data, about y.

    Attributes:
        decomposition: of the counted table of X1, X2 and the predictions, with its certificate.
        values: redundancy, unique1, unique2, synergy and total, corrected, with intervals;
            "information", I(prediction; Y); "left", what the model leaves on the table: what the
            cells of X1 and X2 still say about Y, given the prediction, which is never below 0, and
            I(X1, X2; Y) - I(prediction; Y) if the model sees no more than the cells; "accuracy",
            the share of rows whose likeliest label is right; "agreement" and "overlap" with the
            data's profile.
        rank: 1 for the best model by what ``Comparison.sorted_by`` says, and its interval.
        resampled: the values in tables of the same resampled rows, in nats.
    """

    decomposition: Decomposition
    values: Mapping[str, Measure]
    rank: tuple[int, int, int]
    resampled: Resampled


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison(Answer):
    """Models side by side, the best first.

    Attributes:
        data: the profile of the data in the same cells.
        models: the profile of each model, by its name.
        axes: names and sizes of x1, x2 and y.
        unit: of information.
        level: nominal coverage of the intervals, whose ends are NaN where it is None.
        sorted_by: what ranks the models.
        n: rows; ``units`` of them are independent.
        effective_units: how many groups of one size these are worth; no end where rows are units.
        estimator: how the cells of X1 and X2 were made.
        random_state: the seed.
        notes: what was done.
        warnings: reasons not to trust a model's numbers.
        seconds: time taken.
    """

    data: Profile
    models: Mapping[str, Profile]
    axes: tuple[Axis, Axis, Axis]
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
    effective_units: float = math.inf

    def __len__(self) -> int:
        return len(self.models)

    @checked(first=TEXT, second=TEXT)
    def difference(self, first: str, second: str) -> Difference:
        """The second model's values minus those of the first, row by row of the same data.

        Args:
            first, second: names of models; "data" for the data, whose prediction is y itself.

        Raises:
            InvalidInput: no such model, or models without intervals.
        """
        if self.level is None:
            raise InvalidInput("a difference needs intervals; compare models with interval=0.95")
        a, b = (self._of(name).resampled for name in (first, second))
        scale = np.array([1.0 if v == "accuracy" else nats_per(self.unit) for v in VALUES])
        counted, value = (b.counted - a.counted) / scale, (b.corrected - a.corrected) / scale
        by_parts = (b.by_parts - a.by_parts) / scale  # which nothing holds
        drawn = (b.drawn - a.drawn) / scale[:, None]
        deviation = drawn.std(axis=1, ddof=1)
        # what cannot be told from 0 is 0: the same model twice, or one certificate from another
        deviation = np.where(deviation < 1e-9, 0.0, deviation)
        units = self.effective_units
        z = quantile(self.level, units)
        reach = z * of_few(units) * deviation + LEFT_OVER * abs(counted - by_parts)
        least, most = np.minimum(value, by_parts), np.maximum(value, by_parts)
        with np.errstate(divide="ignore", invalid="ignore"):
            away = np.where(reach > 0, np.maximum(np.maximum(least, -most), 0) / reach * z, 0.0)
        both = np.std(a.drawn, axis=1) * np.std(b.drawn, axis=1)
        together = ((a.drawn.T - a.drawn.mean(1)) * (b.drawn.T - b.drawn.mean(1))).mean(axis=0)
        r = np.divide(together, both, out=np.zeros(len(both)), where=both > 1e-15)
        return Difference(
            value=_named(value),
            interval={
                name: (float(low), float(high))
                for name, low, high in zip(VALUES, least - reach, most + reach, strict=True)
            },
            p=_named(p_value(away, units)),
            level=self.level,
            unit=self.unit,
            correlation=_named(r),
            paired=True,
            notes=(),
            names=self.names,
        )

    def _of(self, name: str) -> Profile:
        if name in self.models:
            return self.models[name]
        if name == RESERVED:
            return self.data
        known = ", ".join([*self.models, RESERVED])
        raise InvalidInput(f"there is no model {name!r}; there are {known}")

    def to_dicts(self) -> list[dict[str, object]]:
        """Rows as plain values, one per model."""
        return [self._row(name, profile) for name, profile in self.models.items()]

    def _row(self, name: str, profile: Profile) -> dict[str, object]:
        row: dict[str, object] = {"model": name}
        for key, measure in profile.values.items():
            row |= {key: measure.corrected, f"{key}_low": measure.low, f"{key}_high": measure.high}
        for atom in (*ATOMS, "total"):
            row[f"{atom}_counted"] = float(getattr(profile.decomposition, atom))
        for key, value in row.items():
            row[key] = None if isinstance(value, float) and np.isnan(value) else value
        row |= dict(zip(("rank", "rank_low", "rank_high"), profile.rank, strict=True))
        certificate = profile.decomposition.certificate
        x1, x2, y = self.names
        return row | {
            "interval": self.level,
            "unit": self.unit,
            "gap": None if certificate is None else float(certificate.gap),
            "x1": x1,
            "x2": x2,
            "y": y,
            "n": self.n,
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
    def names(self) -> tuple[str, str, str]:
        """Of x1, x2 and y."""
        x1, x2, y = (axis.name for axis in self.axes)
        return x1, x2, y

    @property
    def nouns(self) -> dict[str, str]:
        """What is measured, by the names of the sources."""
        first, second, y = words.called(self.names)
        return words.nouns(self.names) | {
            "total": f"information from {first} and {second}",
            "information": f"information about {y}",
            "left": "information left on the table",
            "accuracy": "accuracy",
            "agreement": "agreement with the data's profile",
            "overlap": "overlap with the data's profile",
        }

    @property
    def reading(self) -> str:
        """Which model is best, how sure that is, and what it leaves."""
        (best, profile), *others = self.models.items()
        value = profile.values[self.sorted_by]
        least = self.sorted_by == "left"
        what = self.nouns[self.sorted_by]
        text = f"{brief(best, 60)} has the {'least' if least else 'most'} {what}: "
        text += _shown(self.sorted_by, value, self.unit)
        if others and self.level is not None:
            tied = [name for name, other in others if other.rank[1] == 1]
            text += (
                f"; {len(tied)} of {len(others)} others may be as good"
                if tied
                else "; no other model is as good"
            )
        left = profile.values["left"]
        if not least:
            text += f". It leaves {_shown('left', left, self.unit)} on the table"
        return text + "."

    def __repr__(self) -> str:
        lines = [f"{len(self)} models on {self.n:,} rows, by {self.sorted_by}, in {self.unit}"]
        lines += [_line("data", self.data), *(_line(name, p) for name, p in self.models.items())]
        return "\n".join([*lines, self.reading, *(f"Warning: {text}" for text in self.warnings)])


def _shown(key: str, value: Measure, unit: str) -> str:
    if key == "accuracy":
        ends = f" ({100 * value.low:.1f} to {100 * value.high:.1f})"
        text = f"{value.corrected:.1%}"
    else:
        ends = f" ({shown(value.low)} to {shown(value.high)})"
        text = f"{shown(value.corrected)}{'' if key == 'overlap' else ' ' + unit}"
    return text if np.isnan(value.low) else text + ends


def _line(name: str, profile: Profile) -> str:
    values = "  ".join(f"{shown(profile.values[key].corrected):>7}" for key in (*ATOMS, "total"))
    accuracy = profile.values.get("accuracy")
    return f"  {name[:20]:<20}  {values}" + (f"  {accuracy.corrected:6.1%}" if accuracy else "")


def _named(values: Floats) -> dict[str, float]:
    return dict(zip(VALUES, map(float, values), strict=True))
