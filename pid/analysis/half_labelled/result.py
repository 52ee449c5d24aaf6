"""The answer from half-labelled samples: bounds, how far sampling may move them, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from pid._version import __version__
from pid.analysis.quantification.axes import Axis
from pid.analysis.schema import SCHEMA
from pid.analysis.words import called
from pid.bounds.accuracy import AccuracyBounds
from pid.bounds.pairs import Pairs
from pid.bounds.synergy import SynergyBounds
from pid.core.answer import Drawn
from pid.core.decomposition import shown
from pid.estimators.neural.arrays import CPU, on_device

if TYPE_CHECKING:
    import pandas as pd

ATOMS = ("redundancy", "unique1", "unique2")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class HalfLabelled(Drawn):
    """What labelled modalities and unlabelled pairs say, with all that is needed to judge it.

    Attributes:
        bounds: redundancy and unique information, and the interval of synergy, of the reconciled
            marginals.
        accuracy: ends of the best accuracy, likewise.
        interval: (low, high) of "redundancy", "unique1", "unique2", "synergy_lower",
            "synergy_upper", "accuracy_x1", "accuracy_x2", "accuracy_lower", "accuracy_upper",
            "gain_lower" and "gain_upper"; None where none was made.
        level: their nominal coverage, None likewise.
        axes: names, numbers of columns and of symbols of x1, x2 and y.
        counts: tables of (x1, y), (x2, y) and (x1, x2).
        pairs: the reconciled marginals: ``bounds.check(*pairs)`` verifies the bounds.
        sizes: rows of the three samples that were counted.
        moved: share of each sample that reconciling them had to move.
        p_value: of the three samples being of one population; small if they are not.
        estimator: "table", "cluster" or "posterior".
        reason: why it was chosen; None where it was asked for.
        device: where networks were trained.
        random_state: the seed.
        notes: what was done to the data.
        warnings: reasons not to trust the numbers.
        seconds: time taken.
    """

    picture: ClassVar[str] = "bounds"

    bounds: SynergyBounds
    accuracy: AccuracyBounds
    interval: Mapping[str, tuple[float, float]] | None
    level: float | None
    axes: tuple[Axis, Axis, Axis]
    counts: Pairs
    pairs: Pairs
    sizes: tuple[int, int, int]
    moved: tuple[float, float, float]
    p_value: float
    estimator: str
    reason: str | None
    random_state: int | None
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    seconds: float
    device: str = CPU

    @property
    def synergy(self) -> tuple[float, float]:
        """From the least synergy to the largest, with what sampling may add at both ends."""
        if self.interval is None:
            return self.bounds.lower, self.bounds.upper
        return self.interval["synergy_lower"][0], self.interval["synergy_upper"][1]

    @property
    def gain(self) -> tuple[float, float]:
        """What fusing adds to accuracy, with what sampling may add at both ends."""
        if self.interval is None:
            return self.accuracy.gain
        return self.interval["gain_lower"][0], self.interval["gain_upper"][1]

    @property
    def reading(self) -> str:
        """The answer in plain words."""
        x1, x2, _ = called([axis.name for axis in self.axes])
        bounds = self.bounds.read(self.synergy, names=(x1, x2))
        text = f"{bounds} {self.accuracy.read(self.gain, names=(x1, x2))}"
        cells = {axis.kind for axis in self.axes[:2]} - {"symbols"}
        if cells:
            kind = " and ".join(sorted(cells))
            text += f" All of this is of {kind} of the columns: what these miss is missed."
        return f"Not to be trusted, see the warning: {text}" if self.warnings else text

    def to_dict(self) -> dict[str, object]:
        """The names and values of the JSON output."""
        x1, x2, y = (axis.name for axis in self.axes)
        low, high = self.accuracy.gain
        ends = {
            f"{name}_{end}": value
            for name, pair in (self.interval or {}).items()
            for end, value in zip(("low", "high"), pair, strict=True)
        }
        return {
            **self.bounds.to_dict(),
            **self.accuracy.to_dict(),
            "gain_lower": low,
            "gain_upper": high,
            **ends,
            "interval": self.level,
            "x1": x1,
            "x2": x2,
            "y": y,
            "n_x1y": self.sizes[0],
            "n_x2y": self.sizes[1],
            "n_x1x2": self.sizes[2],
            "moved": list(self.moved),
            "p_one_population": self.p_value,
            "estimator": self.estimator,
            "reason": self.reason,
            **on_device(self.device),
            "random_state": self.random_state,
            "schema": SCHEMA,
            "version": __version__,
        }

    def to_frame(self) -> pd.DataFrame:
        """One row an atom: "atom", "lower" and "upper", which differ for synergy alone, "unit".

        With intervals also "low" and "high": what sampling may add at both ends.
        """
        frame = self.bounds.to_frame()
        if self.interval is not None:
            ends = [*(self.interval[name] for name in ATOMS), self.synergy]
            frame[["low", "high"]] = ends
        return frame

    def __repr__(self) -> str:
        n1, n2, n12 = self.sizes
        size = " x ".join(str(axis.size) for axis in self.axes)
        unit = self.bounds.unit
        rows = [
            f"Half-labelled: {n1} rows of x1 and y, {n2} of x2 and y, {n12} of x1 and x2, in a "
            f"{size} table, in {unit}"
        ]
        rows += [f"  {a:<11}{shown(getattr(self.bounds, a))}{self._range(a)}" for a in ATOMS]
        low, high = self.bounds.lower, self.bounds.upper
        rows.append(f"  {'synergy':<11}{shown(low)} to {shown(high)}{self._ends()}")
        return "\n".join([*rows, self.reading, *(f"Warning: {text}" for text in self.warnings)])

    def _range(self, name: str) -> str:
        if self.interval is None:
            return ""
        low, high = self.interval[name]
        return f"  [{shown(low)}, {shown(high)}]"

    def _ends(self) -> str:
        if self.interval is None:
            return ""
        low, high = self.synergy
        return f"  [{shown(low)}, {shown(high)}]"
