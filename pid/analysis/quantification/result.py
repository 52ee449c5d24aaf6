"""The answer of ``pid.quantify``: atoms with all that is needed to judge them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pid._version import __version__
from pid.analysis.words import read
from pid.checks import checked, one_of
from pid.core.decomposition import ATOMS, Decomposition, shown, tiny
from pid.inference.assessment import Interval
from pid.inference.units import Rows


class Axis(NamedTuple):
    """One axis of the table that was decomposed: what it was made from, and its size."""

    name: str
    columns: int
    size: int
    kind: str  # "clusters", "cells", "dimensions", "symbols", "classes" or "bins"
    labels: tuple[str, ...] = ()  # of symbols and classes in a table, in its order

    @property
    def in_words(self) -> str:
        """Columns, and what became of them: "9 columns, 6 clusters"."""
        one = self.kind.removesuffix("es" if self.kind == "classes" else "s")
        size = f"1 {one}" if self.size == 1 else f"{self.size} {self.kind}"
        return size if self.columns == 1 else f"{self.columns} columns, {size}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # eq off: array field
class Quantification:
    """What X1 and X2 say about y, with all that is needed to judge the numbers.

    Attributes:
        decomposition: as counted, with its certificate.
        corrected: after bias correction; None where none was made.
        interval: (low, high) per atom and for the total; None where none was made.
        level: nominal coverage of the interval, None likewise.
        axes: names, numbers of columns and of symbols of x1, x2 and y.
        table: samples per cell, shape (n1, n2, k); ``decomposition.check(table)`` verifies. With
            weights, weight per cell, scaled to sum to the effective number of samples. None where
            a model was fitted instead: it has what can be checked.
        target_entropy: H(y), what there is to be said about y, in the unit of the atoms; None
            where y are numbers, which have no such limit.
        n: samples.
        units: independent units: samples, groups or blocks.
        rows: cell, group and weight of each sample, as a paired ``pid.difference`` needs them; None
            where only the table was counted, or none.
        estimator: its name, as ``pid.quantify`` knows it.
        reason: why it was chosen; None where it was asked for.
        parameters: of the estimator.
        random_state: the seed.
        null_bias: expected total if x1 and x2 said nothing about y, in the unit of the atoms; None
            where it is about 0, as each sample is judged by a model that has not seen it.
        fitted: the estimator from ``pid.estimators`` that was fitted; None where a table was
            counted.
        beside: for comparison, what other estimators say, by their names.
        notes: what was done to the data.
        warnings: reasons not to trust the numbers.
        seconds: time taken.
    """

    decomposition: Decomposition
    corrected: Decomposition | None
    interval: Interval | None
    level: float | None
    axes: tuple[Axis, Axis, Axis]
    table: NDArray[np.number[Any]] | Any  # Any: None where a model was fitted
    target_entropy: float | None
    n: int
    units: int
    rows: Rows | None
    estimator: str
    reason: str | None
    parameters: Mapping[str, object]
    random_state: int | None
    null_bias: float | None
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    fitted: Any = None
    beside: Mapping[str, Decomposition] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def best(self) -> Decomposition:
        """The corrected atoms, or those that were counted where there is no correction."""
        return self.decomposition if self.corrected is None else self.corrected

    @property
    def cells_per_sample(self) -> float | None:
        """Cells of the table per sample: the smaller, the better each cell is known."""
        return None if self.table is None else self.table.size / self.n

    @property
    def gap(self) -> float | None:
        """Certified distance from the exact optimum, in the unit of the atoms; None: no proof."""
        certificate = self.decomposition.certificate
        return None if certificate is None else float(certificate.gap)

    @property
    def reading(self) -> str:
        """The answer in plain words."""
        text = read(self.best, self.target_entropy, self.interval)
        return f"Not to be trusted, see the warning: {text}" if self.warnings else text

    def to_dict(self) -> dict[str, object]:
        """The names and values of the JSON output."""
        x1, x2, y = (axis.name for axis in self.axes)
        names = (*ATOMS, "total")
        atoms = {name: float(getattr(self.decomposition, name)) for name in names}
        if self.corrected is not None:
            atoms |= {f"{name}_corrected": float(getattr(self.corrected, name)) for name in names}
        if self.interval is not None:
            for name in names:
                atoms[f"{name}_low"], atoms[f"{name}_high"] = self.interval[name]
        for other, d in self.beside.items():
            atoms |= {f"{name}_{other}": float(getattr(d, name)) for name in names}
        return {
            **atoms,
            "interval": self.level,
            "null_bias": self.null_bias,
            "target_entropy": self.target_entropy,
            "unit": self.decomposition.unit,
            "gap": self.gap,
            "x1": x1,
            "x2": x2,
            "y": y,
            "n": self.n,
            "units": self.units,
            "estimator": self.estimator,
            "reason": self.reason,
            "random_state": self.random_state,
            "version": __version__,
        }

    def __repr__(self) -> str:
        unit = self.decomposition.unit
        size = " x ".join(str(axis.size) for axis in self.axes)
        where = f"{size} {self.axes[0].kind}" if self.table is None else f"a {size} table"
        rows = [f"Quantification of {self.n} samples in {where}, in {unit}"]
        rows += [f"  {name:<11}{self.show(name)}{self._range(name)}" for name in (*ATOMS, "total")]
        return "\n".join([*rows, self.reading, *(f"Warning: {text}" for text in self.warnings)])

    @checked(atom=one_of(*ATOMS, "total"))
    def show(self, atom: str) -> str:
        """The best value to four decimals; 0.0000 for what cannot be told from 0."""
        return shown(float(getattr(self.best, atom)), tiny(self.best))

    def _range(self, atom: str) -> str:
        if self.interval is None:
            return ""
        low, high = self.interval[atom]
        return f"  [{shown(low)}, {shown(high)}]"
