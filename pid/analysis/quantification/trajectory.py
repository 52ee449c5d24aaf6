"""Answers along an axis: layer by layer, epoch by epoch, model by model."""

from __future__ import annotations

import operator
import re
from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, SupportsIndex, get_args

from pid._version import __version__
from pid.analysis.quantification.result import Quantification
from pid.analysis.quantification.tested import p_values
from pid.analysis.schema import SCHEMA
from pid.analysis.screening.adjusting import adjusted
from pid.analysis.screening.result import Adjust
from pid.analysis.words import labels
from pid.checks import RANDOM_STATE, TABLES, checked, one_of
from pid.core.answer import Drawn
from pid.core.decomposition import ATOMS, shown
from pid.core.information import Unit
from pid.errors import InvalidInput, need
from pid.inference.significance import TESTED

if TYPE_CHECKING:
    import pandas as pd
    import xarray

NUMBER = re.compile(r"(?<![\w.[])\d[\d.,]*")  # and not part of a name
FIRST, LAST = 12, 4  # answers that are printed, of many
_ENDINGS = ("", "_low", "_high", "_counted")
TAKEN = frozenset(  # names of columns of what a trajectory becomes
    f"{name}{ending}"
    for name in (*ATOMS, "total", "conditional1", "conditional2", "target_entropy")
    for ending in _ENDINGS
) | {"p", "q", "n", "units", "gap", "told", "row", "weight", "residual", "residual1", "residual2"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trajectory(Drawn):
    """What is said of each time by ``pid.quantify``, or of each layer by ``quantify_posteriors``.

    ``found[i]`` is the answer of place i, and ``len(found)`` their number.

    Attributes:
        results: the answers, in order, in one unit.
        axis: what they are along, such as "layer".
        positions: names of the places, such as numbers of layers.
        seconds: time taken.
        remarks: notes on all places together.
    """

    picture: ClassVar[str] = "trajectory"

    results: tuple[Quantification, ...]
    axis: str
    positions: tuple[Hashable, ...]
    seconds: float = 0.0
    remarks: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.results)

    def __getitem__(self, i: SupportsIndex) -> Quantification:
        return self.results[operator.index(i)]

    def __iter__(self) -> Iterator[Quantification]:
        return iter(self.results)

    @property
    def unit(self) -> Unit:
        """Of all numbers."""
        return self.results[0].decomposition.unit

    @property
    def level(self) -> float | None:
        """Nominal coverage of the intervals."""
        return self.results[0].level

    @property
    def names(self) -> tuple[str, str, str]:
        """Of x1, x2 and y."""
        return self.results[0].names

    @property
    def labels(self) -> tuple[str, ...]:
        """The positions as text; of numbers the first six digits."""
        return tuple(map(as_label, self.positions))

    @property
    def n(self) -> int:
        """Samples of each place: of the first, where they differ, as ``samples`` says."""
        return self.results[0].n

    @property
    def samples(self) -> str:
        """How many each place has, in words: of a long table, and beside gaps, they may differ."""
        least, most = (size(q.n for q in self.results) for size in (min, max))
        return f"{least:,}" if least == most else f"{least:,} to {most:,}"

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done, once for all places of which it is said alike."""
        return (*self._gathered([q.notes for q in self.results]), *self.remarks)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Reasons to doubt the numbers, once for each kind, and of which places."""
        return self._gathered([q.warnings for q in self.results])

    @property
    def reading(self) -> str:
        """The way that the total goes, and where each atom is largest, in plain words."""
        first, last = self.results[0], self.results[-1]
        if len(self) == 1:
            return f"At {self._at(0)}: {first.reading}"
        way = f"from {first.show('total')} to {last.show('total')} {self.unit}"
        text = f"From {self._at(0)} to {self._at(len(self) - 1)} the total goes {way}."
        if not any(q.is_shown for q in self.results):
            return f"{text} Nothing is shown at any {self.axis}: it may be chance."
        called = labels(self.names)
        largest = []
        for atom in ATOMS:
            values = [getattr(q.best, atom) for q in self.results]
            place = max(range(len(self)), key=values.__getitem__)
            largest.append(f"{called[atom]} at {self._at(place)} ({shown(values[place])})")
        return f"{text} Largest are {', '.join(largest[:-1])} and {largest[-1]}."

    def to_dicts(self) -> list[dict[str, object]]:
        """A row per place: its atoms, their total and sums, and the ends of their intervals."""
        rows = []
        for position, q in zip(self.positions, self.results, strict=True):
            row: dict[str, object] = {self.axis: position}
            for atom in (*q.summary(), *q.beyond()):
                row[atom.name] = atom.value
                if atom.interval is not None:
                    row[f"{atom.name}_low"], row[f"{atom.name}_high"] = atom.interval
            rows.append(row | {"target_entropy": q.target_entropy})
        return rows

    def to_frame(self) -> pd.DataFrame:
        """The rows of ``to_dicts``."""
        import pandas as pd

        return pd.DataFrame(self.to_dicts())

    def to_xarray(self) -> xarray.Dataset:
        """The columns of ``to_frame``, and "n", as variables of one dimension, ``axis``.

        Raises:
            MissingExtra: there is no xarray.
        """
        need("xarray", "xarray")
        level = {} if self.level is None else {"interval": self.level}
        found = self.to_frame().set_index(self.axis).to_xarray()
        found = found.assign(n=(self.axis, [q.n for q in self.results]))
        return found.assign_attrs(unit=self.unit, **level)

    @checked(
        of=one_of(*TESTED),
        adjust=one_of(*get_args(Adjust)),
        replicates=TABLES,
        random_state=RANDOM_STATE,
    )
    def significance(
        self,
        of: str = "total",
        *,
        adjust: Adjust = "bh",
        replicates: int = 200,
        random_state: int | None = 0,
    ) -> pd.DataFrame:
        """Test at each place whether an atom, or the total, is 0; adjusted for their number.

        Args:
            of: "redundancy", "unique1", "unique2", "synergy" or "total"; what each is tested
                against, ``pid.inference.significance`` says.
            adjust: "bh" for Benjamini-Hochberg, "by" for Benjamini-Yekutieli, which holds under any
                dependence of the places.
            replicates: draws from each null, at most; p-values below 1 in so many are by a gamma
                law of the draws, as in ``pid.screen``.
            random_state: seed; None takes another one each time.

        Returns:
            A row a place: its position by the name of the axis, "p", and "q", p adjusted over all.
            Of an atom with several nulls p is the largest; where one is above 0.1, those after it
            are not drawn, so that such a p may be too low, but not below 0.1.

        Raises:
            InvalidInput: answers that were not counted, or given strata.

        Examples:
            >>> import numpy as np
            >>> import pid
            >>> x1, x2, still = [0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50, [0, 1] * 100
            >>> X1, X2 = np.column_stack([x1, still]), np.column_stack([x2, still])
            >>> found = pid.quantify(X1, X2, [0, 1, 1, 0] * 50, axis="time", interval=None)
            >>> (found.significance("synergy").q < 0.05).tolist()
            [True, False]
        """
        import pandas as pd

        p = p_values(self.results, of, replicates, random_state)
        q = adjusted(p[:, None], adjust)[:, 0]
        return pd.DataFrame({self.axis: list(self.positions), "p": p, "q": q})

    def by_row(self) -> pd.DataFrame:
        """What each row of each place adds to the atoms, one place below the other.

        See ``Quantification.by_row``; "row" is its label, or its number within the place.
        """
        import pandas as pd

        frames = []
        for position, q in zip(self.positions, self.results, strict=True):
            frame = q.by_row().rename_axis("row").reset_index()
            frame.insert(0, self.axis, [position] * len(frame))
            frames.append(frame)
        return pd.concat(frames, ignore_index=True)

    def to_dict(self) -> dict[str, object]:
        """The names and values of the JSON output."""
        x1, x2, y = self.names
        return {
            "axis": self.axis,
            "rows": [
                row | _beside(q) for row, q in zip(self.to_dicts(), self.results, strict=True)
            ],
            "unit": self.unit,
            "interval": self.level,
            "x1": x1,
            "x2": x2,
            "y": y,
            "n": self.n,
            "units": self.results[0].units,
            "estimator": self.results[0].estimator,
            "notes": list(self.notes),
            "warnings": list(self.warnings),
            "schema": SCHEMA,
            "version": __version__,
        }

    def __repr__(self) -> str:
        head = "".join(f"{name:>12}" for name in (*ATOMS, "total"))
        rows = [
            f"{len(self)} answers by {self.axis}, of {self.samples} samples, in {self.unit}",
            f"  {self.axis[:12]:<12}{head}",
        ]
        for place in self.shown_places():
            q = self.results[place]
            values = "".join(f"{q.show(name):>12}" for name in (*ATOMS, "total"))
            rows.append(f"  {self.labels[place][:12]:<12}{values}")
        if len(self) > len(self.shown_places()):
            rows.append(f"  ... of {len(self)}; to_frame() has all")
        rows += [self.reading, *(f"Note: {text}" for text in self.notes)]
        return "\n".join([*rows, *(f"Warning: {text}" for text in self.warnings)])

    def shown_places(self) -> list[int]:
        """All places, or the first and the last of many."""
        places = list(range(len(self)))
        return places if len(self) <= FIRST + LAST else places[:FIRST] + places[-LAST:]

    def _at(self, place: int) -> str:
        return f"{self.axis} {self.labels[place]}"

    def _gathered(self, texts: list[tuple[str, ...]]) -> tuple[str, ...]:
        """Each kind of text once, where it comes first, and at how many places it does.

        Of a kind are texts that begin alike, up to a colon and but for numbers.
        """
        kinds = [{NUMBER.sub("", text.partition(":")[0]): text for text in some} for some in texts]
        count = Counter(kind for some in kinds for kind in some)
        found: dict[str, str] = {}
        for place, some in enumerate(kinds):
            for kind, text in some.items():
                alike = count[kind] == len(self) and all(text == one[kind] for one in kinds)
                where = f"at {self._at(place)}, and {count[kind] - 1} more" * (count[kind] > 1)
                where = where or f"at {self._at(place)}"
                found.setdefault(kind, text if alike else f"{where}: {text}")
        return tuple(found.values())


def check_axis(name: str) -> None:
    """Raise InvalidInput for a name that frames of the answer have for something else."""
    if name in TAKEN:
        raise InvalidInput(
            f"axis is called {name!r}, as a column of what is found is; give it another name, such "
            f"as {'axis_' + name!r}"
        )


def as_label(position: object) -> str:
    """The name of a place; of a number the first six digits."""
    return f"{position:.6g}" if isinstance(position, float) else str(position)


def _beside(q: Quantification) -> dict[str, object]:
    """What JSON has of a place beside its atoms: of given probabilities, or of samples."""
    whole = q.to_dict()
    if "told" in whole:
        return {"told": whole["told"]}
    counted = [name for name in whole if name.endswith("_counted")]
    return {name: whole[name] for name in (*counted, "gap", "n", "units")}
