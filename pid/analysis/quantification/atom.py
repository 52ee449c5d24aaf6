"""An atom of an answer with its interval, and rows of these as frames and in JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from pid.core.decomposition import shown

if TYPE_CHECKING:
    import pandas as pd


class Atom(NamedTuple):
    """One atom of an answer, or their total.

    Attributes:
        name: of the atom, or "total".
        value: after correction, or as counted where there is no correction.
        interval: (low, high); None where none was made.
        counted: before correction.
    """

    name: str
    value: float
    interval: tuple[float, float] | None
    counted: float

    @property
    def ends(self) -> str:
        """The interval as text; empty where there is none."""
        if self.interval is None:
            return ""
        low, high = self.interval
        return f"  [{shown(low)}, {shown(high)}]"


def as_frame(atoms: Sequence[Atom]) -> pd.DataFrame:
    """A row an atom; ends are NaN where there is no interval."""
    import pandas as pd

    rows = [
        (atom.name, atom.value, *(atom.interval or (None, None)), atom.counted) for atom in atoms
    ]
    frame = pd.DataFrame(rows, columns=["atom", "value", "low", "high", "counted"])
    return frame.astype(dict.fromkeys(("low", "high"), float))


def as_names(atoms: Sequence[Atom]) -> dict[str, object]:
    """Values, those before correction, and ends of intervals, by the names of the JSON output."""
    found: dict[str, object] = {atom.name: atom.value for atom in atoms}
    found |= {f"{atom.name}_counted": atom.counted for atom in atoms}
    for atom in atoms:
        if atom.interval is not None:
            found[f"{atom.name}_low"], found[f"{atom.name}_high"] = atom.interval
    return found
