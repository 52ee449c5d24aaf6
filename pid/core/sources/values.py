"""The numbers of k sources by their names, whatever they were found from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pid._types import Floats
from pid.core.information import Unit
from pid.core.sources.numbers import Numbers

if TYPE_CHECKING:
    import pandas as pd

NAME = 20  # characters of a name in a row of text
COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


class Loss(NamedTuple):
    """What is lost without a source: what it alone tells, and what shows only with others."""

    strict: float
    together: float

    @property
    def total(self) -> float:
        """I(Y; X1, ..., Xk) less what all others tell."""
        return self.strict + self.together


class Part(NamedTuple):
    """One of the numbers that add up to the total.

    Attributes:
        name: as of ``SourceNumbers.by_name``.
        words: "only text", "shared by several", "two together".
        value: in the unit.
        share: of all parts above 0; 0 for one below.
    """

    name: str
    words: str
    value: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SourceNumbers:
    """What each of k sources tells about Y, what they share, and what shows only in several.

        total = sum of unique + shared + sum of synergy

    With f of some sources what they tell at least, each seen alone (Bertschinger et al. 2014 for
    two; Griffith & Koch 2014), unique is f less f without the source, and shared what of f no one
    of them is needed for. synergy[m] is what sets of m sources, each seen together, tell beyond
    smaller sets. With two sources these are U1, U2, R and S.

    Attributes:
        names: of the sources.
        unit: "bit" or "nat".
        total: I(Y; X1, ..., Xk); ``entropy`` is H(Y).
        union: what single sources tell: the sum of unique and shared.
        unique: by name.
        shared: no one of the sources is needed for it; not that all tell it, or some two.
        synergy: by the number of sources seen together, up to k; of a number that is left out, in
            the next larger one.
        single: I(Y; Xi), by name.
        loss: by name, what is lost without it, in two parts.
        overlap: redundancy of each pair of sources alone, (k, k); I(Y; Xi) on the diagonal. It is
            not a part of ``shared``.
        shared_by: for a target of two classes, what exactly the sources of a set tell, each alone;
            of all sets of two and more it sums to ``shared``. Else None.
        left_out: what was not computed, in words.
    """

    names: tuple[str, ...]
    unit: Unit
    total: float
    entropy: float
    union: float
    unique: dict[str, float]
    shared: float
    synergy: dict[int, float]
    single: dict[str, float]
    loss: dict[str, Loss]
    overlap: Floats
    shared_by: dict[frozenset[str], float] | None
    left_out: tuple[str, ...]

    def by_name(self) -> dict[str, float]:
        """Every number, by a name such as "shared" or "unique x1".

        The others are "total", "union", "synergy 2", "single x1", "loss x1", its parts "strict x1"
        and "together x1", "overlap x1, x2", and "shared_by x1, x2".
        """
        found = {"total": self.total, "union": self.union, "shared": self.shared}
        found |= {f"synergy {m}": value for m, value in self.synergy.items()}
        for row in self._rows():
            name = row.pop("name")
            found |= {f"{what} {name}": value for what, value in row.items()}
        k = len(self.names)
        for i in range(k):
            for j in range(i + 1, k):
                pair = f"overlap {self.names[i]}, {self.names[j]}"
                found[pair] = float(self.overlap[i, j])
        for those, value in (self.shared_by or {}).items():
            found[f"shared_by {', '.join(n for n in self.names if n in those)}"] = value
        return found

    def parts(self) -> list[Part]:
        """What the total is the sum of: unique of each source, shared, and synergy by order.

        Examples:
            >>> import pid
            >>> d = pid.decompose(pid.datasets.gate("xor")[:, :, None], names=["a", "b", "c"])
            >>> [(part.words, round(part.value, 6)) for part in d.parts()[2:5]]
            [('only c', 0.0), ('shared by several', 0.0), ('two together', 1.0)]
        """
        found = [(f"unique {name}", f"only {name}", value) for name, value in self.unique.items()]
        found.append(("shared", "shared by several", self.shared))
        found += [(f"synergy {m}", words, self.synergy[m]) for m, words in self.synergies()]
        whole = sum(max(value, 0.0) for _, _, value in found) or 1.0
        return [Part(*part, max(part[-1], 0.0) / whole) for part in found]

    def to_frame(self) -> pd.DataFrame:
        """One row a source: what it tells alone, only it, and what is lost without it."""
        import pandas as pd

        return pd.DataFrame(self._rows())

    def _rows(self) -> list[dict[str, Any]]:
        return [
            {
                "name": name,
                "single": self.single[name],
                "unique": self.unique[name],
                "loss": self.loss[name].total,
                "strict": self.loss[name].strict,
                "together": self.loss[name].together,
            }
            for name in self.names
        ]

    def _values(self) -> dict[str, Any]:
        """Numbers as plain values."""
        row: dict[str, Any] = {
            "unit": self.unit,
            "total": self.total,
            "entropy": self.entropy,
            "union": self.union,
            "shared": self.shared,
            "synergy": {str(m): value for m, value in self.synergy.items()},
            "synergy_is": "of copies: sets of sources seen together, each with its own copy",
            "sources": self._rows(),
            "overlap": self.overlap.tolist(),
            "left_out": list(self.left_out),
        }
        if self.shared_by is not None:
            row["shared_by"] = [
                {"sources": [n for n in self.names if n in those], "value": value}
                for those, value in self.shared_by.items()
            ]
        return row

    def synergies(self) -> list[tuple[int, str]]:
        """The orders of ``synergy``, and in words how many sources show it: "three together"."""
        k, found, before = len(self.names), [], 1
        for m in self.synergy:
            to = " or " if m == before + 2 else " to "
            several = count(m) if m == before + 1 else to.join(map(count, (before + 1, m)))
            found.append((m, f"all {count(m)} together" if m == k else f"{several} together"))
            before = m
        if len(found) == 1:
            found[0] = (k, "two or more together")
        return found


def values(
    found: Numbers[float], names: Sequence[str], unit: Unit, entropy: float
) -> dict[str, Any]:
    """The fields of ``SourceNumbers``, of numbers in the unit."""
    k = len(names)
    overlap = np.diag(np.array(found.single, dtype=np.float64))
    for (i, j), value in found.overlap.items():
        overlap[i, j] = overlap[j, i] = value
    losses = zip(found.strict, found.together, strict=True)
    by = found.shared_by
    return {
        "names": tuple(names),
        "unit": unit,
        "total": found.total,
        "entropy": entropy,
        "union": found.union,
        "unique": dict(zip(names, found.unique, strict=True)),
        "shared": found.shared,
        "synergy": dict(found.synergy),
        "single": dict(zip(names, found.single, strict=True)),
        "loss": {name: Loss(*parts) for name, parts in zip(names, losses, strict=True)},
        "overlap": overlap.reshape(k, k),
        "shared_by": None
        if by is None
        else {frozenset(names[i] for i in those): value for those, value in by.items()},
        "left_out": found.left_out,
    }


def count(m: int) -> str:
    """A number in words, where that is short."""
    return COUNTS[m] if m < len(COUNTS) else str(m)
