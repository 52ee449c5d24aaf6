"""What a screen found: a row per pair and target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from pid._types import Floats
from pid._version import __version__
from pid.analysis.names import brief
from pid.analysis.schema import SCHEMA
from pid.analysis.words import nouns
from pid.checks import FLAG, NONE, TEXT, checked, each, either, integer, is_a, one_of, shortened
from pid.core.answer import Drawn
from pid.core.decomposition import ATOMS, shown
from pid.core.information import Unit
from pid.errors import InvalidInput
from pid.estimators.neural.arrays import CPU

if TYPE_CHECKING:
    import pandas as pd


NAMES = (*ATOMS, "total")
Adjust = Literal["bh", "by"]
_COLUMNS = {"redundancy": [0, 0], "unique": [1, 2], "synergy": [3, 3], "total": [4, 4]}
HEADS = ("R", "U1", "U2", "S", "total")  # of columns, as ``NAMES``
SHOWN = 20  # rows of a printed screen
FOUND = 0.05  # q up to which an atom is said to be there


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # eq off: array fields
class Screening(Drawn):
    """All pairs of sources against every target, sorted.

    Attributes:
        pairs: (x1, x2, y), names of each row.
        counted, corrected: R, U1, U2, S and total of each row, shape (rows, 5), in ``unit``.
        low, high: ends of the intervals; NaN where there was no resampling.
        p: p-values of "the atom is 0", and of "y is independent of (x1, x2)" for the total; NaN
            where none was asked for. 1 for pairs that the pre-screen left out.
        q: p adjusted over all rows of the screen, each hypothesis by itself.
        gap: certified distance of the counted atoms from their exact values.
        estimator: per row, how symbols were made, "bins", "table" or "cluster"; or "posterior", by
            classifiers.
        level: nominal coverage; None without resampling.
        adjust: "bh" or "by".
        resampled: number of rows that were resampled.
        n: samples.
        device: where networks were trained.
        rows: of each row of the screen, where pairs leave out their gaps; None where all have n.
        notes: what was done to the data.
        warnings: rows that contradict each other.
        sorted_by: the atom.
    """

    picture: ClassVar[str] = "pairs"

    pairs: tuple[tuple[str, str, str], ...]
    counted: Floats
    corrected: Floats
    low: Floats
    high: Floats
    p: Floats
    q: Floats
    gap: Floats
    estimator: tuple[str, ...]
    unit: Unit
    level: float | None
    adjust: Adjust
    resampled: int
    n: int
    random_state: int
    sorted_by: str
    notes: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    rows: tuple[int, ...] | None = None
    device: str = CPU

    def __len__(self) -> int:
        return len(self.pairs)

    @property
    def tested(self) -> bool:
        """Whether there are p-values of what the rows are sorted by."""
        return not bool(np.isnan(self.q[:, NAMES.index(self.sorted_by)]).all())

    @property
    def family(self) -> str:
        """The hypotheses and how many of each were tested together, in words."""
        there = np.asarray(np.isfinite(self.q).any(axis=0))
        if not there.any():
            return "nothing is tested"
        how = "Benjamini-Hochberg" if self.adjust == "bh" else "Benjamini-Yekutieli"
        family = f"q: p adjusted by {how} over {len(self):,} rows, for each hypothesis by itself: "
        of_total = "y is independent of (x1, x2)"
        if not there[:-1].any():
            return f"{family}{of_total}. Not resampled, so that no atom is tested"
        return f"{family}an atom is 0; for the total, {of_total}"

    @property
    def reading(self) -> str:
        """Which pair has most of the atom, and how many have it for sure."""
        if not len(self):
            return "There are no pairs."
        column = NAMES.index(self.sorted_by)
        x1, x2, y = (brief(name) for name in self.pairs[0])
        low, high = self.low[0, column], self.high[0, column]
        ends = "" if np.isnan(low) else f" ({shown(low)} to {shown(high)})"
        most = f"{shown(self.corrected[0, column])} {self.unit}{ends}"
        what = nouns((x1, x2))[self.sorted_by]
        first = f"Most {what} is in {x1} and {x2} about {y}: {most}."
        if not self.tested:
            return f"{first} Nothing was tested, so that it may be chance."
        sure = self.q[:, column] <= FOUND
        rate = f"at a false discovery rate of {FOUND:.0%}"
        text = f"{first} Of {len(self):,} pairs, {_have(int(sure.sum()))} it {rate}"
        if self.sorted_by == "total":  # which is at least each atom
            by_atoms = int((~sure & (self.q[:, :column] <= FOUND).any(axis=1)).sum())
            text += f", {_have(by_atoms)} one of its atoms, and so it, too" if by_atoms else ""
        return f"{text}."

    @checked(rows=either(each(integer(0), least=0), is_a("a range", range), NONE))
    def to_dicts(self, *, rows: Sequence[int] | None = None) -> list[dict[str, object]]:
        """Rows as plain values; what there is not of a row is None.

        Args:
            rows: only these.

        Raises:
            InvalidInput: no such row.
        """
        everything = range(len(self))
        rows = everything if rows is None else rows
        if not set(rows) <= set(everything):
            raise InvalidInput(f"there are {len(self)} rows, from 0 on; got {shortened(rows)}")
        tables = {
            "": self.corrected,
            "_counted": self.counted,
            "_low": self.low,
            "_high": self.high,
            "_p": self.p,
            "_q": self.q,
        }
        found = []
        for i in rows:
            x1, x2, y = self.pairs[i]
            row: dict[str, object] = {"x1": x1, "x2": x2, "y": y}
            for suffix, table in tables.items():
                for name, value in zip(NAMES, table[i].tolist(), strict=True):
                    row[name + suffix] = None if np.isnan(value) else value
            n = self.n if self.rows is None else self.rows[i]
            row |= {"unit": self.unit, "gap": float(self.gap[i]), "n": n}
            row |= {"estimator": self.estimator[i], "interval": self.level}
            row |= {"random_state": self.random_state}
            if self.device != CPU:
                row["device"] = self.device if self.estimator[i] == "posterior" else None
            row |= {"schema": SCHEMA, "version": __version__}
            found.append(row)
        return found

    def to_frame(self) -> pd.DataFrame:
        """One row per pair and target, with the columns of ``to_dicts``."""
        import pandas as pd

        return pd.DataFrame(self.to_dicts())

    @checked(of=one_of(*_COLUMNS), y=either(TEXT, NONE), q=FLAG, half=FLAG)
    def to_matrix(
        self, of: str = "synergy", y: str | None = None, *, q: bool = False, half: bool = False
    ) -> pd.DataFrame:
        """One atom of all pairs as a square frame; those with the most come first.

        Redundancy, synergy and the total are the same on both sides of the diagonal. Of unique
        information, a row has what its source says and that of the column does not.

        Args:
            of: "redundancy", "unique", "synergy" or "total".
            y: the target, if there are several.
            q: the q-values instead of the corrected atoms.
            half: what is the same on both sides only below the diagonal, NaN above.

        Raises:
            InvalidInput: no such atom or target, or no pairs.
        """
        columns = _COLUMNS[of]
        targets = dict.fromkeys(target for _, _, target in self.pairs)
        y = next(iter(targets)) if y is None and len(targets) == 1 else y
        if y not in targets:
            known = ", ".join(map(brief, targets)) or "none, as there are no pairs"
            raise InvalidInput(f"y must be one of {brief(known)}; got {y!r}")
        import pandas as pd

        rows = [i for i, pair in enumerate(self.pairs) if pair[2] == y]
        rows.sort(key=lambda i: -float(self.corrected[i, columns].max()))
        names = list(dict.fromkeys(name for i in rows for name in self.pairs[i][:2]))
        place = {name: position for position, name in enumerate(names)}
        values = np.full((len(names), len(names)), np.nan)
        table = self.q if q else self.corrected
        for i in rows:
            first, second = (place[name] for name in self.pairs[i][:2])
            values[first, second], values[second, first] = table[i, columns]
        if half and columns[0] == columns[1]:
            values[np.triu_indices(len(names))] = np.nan
        return pd.DataFrame(values, index=names, columns=names)

    def __repr__(self) -> str:
        lines = [f"{len(self):,} pairs of {self.n:,} samples, by {self.sorted_by}, in {self.unit}"]
        column = NAMES.index(self.sorted_by)
        for i, (x1, x2, y) in enumerate(self.pairs[:SHOWN]):
            q = self.q[i, column]
            significance = "" if np.isnan(q) else f"  q = {q:.2g}"
            lines.append(f"  {x1} x {x2} -> {y}  {shown(self.corrected[i, column])}{significance}")
        if len(self) > SHOWN:
            lines.append(f"  ... and {len(self) - SHOWN:,} more")
        return "\n".join([*lines, self.family])


def _have(pairs: int) -> str:
    return f"{pairs:,} {'has' if pairs == 1 else 'have'}"
