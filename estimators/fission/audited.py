"""What an audit of factorised codes says: which part of the information is in which head."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from pid.core.answer import Drawn
from pid.core.decomposition import shown
from pid.inference.intervals import Measure

CLEAR = (
    0.1  # of what there is of a part: less in the wrong head, or missing in the right, is let be
)
LEAST = 0.03  # bits, likewise
HEADS = ("shared", "unique")


class Told(NamedTuple):
    """What a source, or a head of it, tells about y: atoms beside the other source.

    Attributes:
        shared: redundancy of it and the other source, which is what that tells, too.
        own: its unique information beside the other source.
    """

    shared: Measure
    own: Measure


class Augmented(NamedTuple):
    """What an augmentation keeps of a source, in bits.

    Attributes:
        of_y: I(X; Y) of the source as it is.
        of_y_after: I(X'; Y) of the augmented one: at most that, or what is asked for is lost.
        of_x: I(X; X'), which is to be no more than I(X; Y): the rest is kept as if asked for. A
            lower estimate in expectation in many columns; infinite where one is kept as it is.
    """

    of_y: Measure
    of_y_after: Measure
    of_x: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit(Drawn):
    """What each head of a factorised code tells about y, in bits.

    Shared and own are atoms of this project, redundancy and unique information beside the *other
    source*, by ``PosteriorPID``. They are not FactorCL's S and U: its S is the co-information
    I(X1; X2; Y) = R - S, and its U of a source, I(X1; Y | X2), is U1 + S.

    Attributes:
        told: of "x1", "x2" and their heads "shared1", "unique1", "shared2", "unique2".
        augmentation: of "x1" and "x2", what it keeps; empty where y was learned from.
        n: rows; ``classes`` is the number of classes of y among them.
        level: nominal coverage of the intervals.
        notes: what was done to the data.
        seconds: time taken.
    """

    picture: ClassVar[str] = "audit"

    told: Mapping[str, Told]
    augmentation: Mapping[str, Augmented]
    n: int
    classes: int
    level: float
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def shared_in_unique(self) -> tuple[float, float]:
        """Bits that a unique head tells and the other source, too: leaks, source by source."""
        return self._of("unique", "shared")

    @property
    def unique_in_shared(self) -> tuple[float, float]:
        """Bits that a shared head tells and the other source does not, source by source."""
        return self._of("shared", "own")

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is in the wrong head, or in none, in words."""
        return tuple(self._warned())

    @property
    def reading(self) -> str:
        """What was found, in one sentence."""
        leaks = max(*self.shared_in_unique, 0.0), max(*self.unique_in_shared, 0.0)
        return (
            f"Unique heads tell at most {shown(leaks[0])} bit that the other source tells, too; "
            f"shared heads at most {shown(leaks[1])} bit that it does not."
        )

    def _of(self, head: str, part: str) -> tuple[float, float]:
        first, second = (getattr(self.told[f"{head}{i}"], part).corrected for i in (1, 2))
        return first, second

    def _warned(self) -> Iterator[str]:
        for i, other in ((1, 2), (2, 1)):
            x, s, u = (self.told[f"{name}{i}"] for name in ("x", *HEADS))
            common, own = x.shared.corrected, x.own.corrected
            leak, lost = u.shared.corrected, common - s.shared.corrected
            narrow = lost > _clear(common)
            if leak > _clear(common):
                why = (
                    f", as shared{i} tells only {_said(s.shared)} of it: take a larger "
                    "n_shared or more steps"
                    if narrow
                    else ": take a higher price, or another objective"
                )
                yield (
                    f"unique{i} tells {shown(leak)} of the {shown(common)} bit that x{i} and "
                    f"x{other} share{why}"
                )
            elif narrow:
                yield (
                    f"shared{i} tells {_said(s.shared)} of the {shown(common)} bit that "
                    f"x{i} and x{other} share: take a larger n_shared, or a lower price_shared"
                )
            if s.own.corrected > _clear(own):
                yield (
                    f"shared{i} tells {shown(s.own.corrected)} bit that x{other} does not: take a "
                    "higher price_shared, or another objective"
                )
            if own - u.own.corrected - max(s.own.corrected, 0) > _clear(own):
                yield (
                    f"unique{i} tells {_said(u.own)} of the {shown(own)} bit that only "
                    f"x{i} tells: take a lower price, or a larger n_unique"
                )
        for source, kept in self.augmentation.items():
            if kept.of_y_after.high < kept.of_y.low:
                yield (
                    f"the augmentation of {source} loses what is asked for: of the "
                    f"{shown(kept.of_y.corrected)} bit about y it leaves "
                    f"{shown(kept.of_y_after.corrected)}"
                )
            elif kept.of_x > kept.of_y.high:
                yield (
                    f"the augmentation of {source} keeps more than is asked for, "
                    f"{shown(kept.of_x)} bit of {source} where {shown(kept.of_y.corrected)} are "
                    "about y: the unique codes may hold the rest"
                )

    def rows(self) -> list[tuple[str, Told]]:
        """Sources, each with its heads."""
        names = ("x1", "shared1", "unique1", "x2", "shared2", "unique2")
        return [(name, self.told[name]) for name in names]

    def to_dict(self) -> dict[str, object]:
        """All numbers, as JSON has them."""
        found: dict[str, object] = {}
        for name, told in self.rows():
            for part, measure in told._asdict().items():
                found[f"{name}_{part}"] = measure.corrected
                found[f"{name}_{part}_low"], found[f"{name}_{part}_high"] = measure[2:]
        for name, kept in self.augmentation.items():
            found[f"{name}_information"] = kept.of_y.corrected
            found[f"{name}_information_after"] = kept.of_y_after.corrected
            found[f"{name}_with_view"] = kept.of_x if math.isfinite(kept.of_x) else None
        return found | {
            "n": self.n,
            "classes": self.classes,
            "interval": self.level,
            "unit": "bit",
            "notes": list(self.notes),
            "warnings": list(self.warnings),
        }

    def __repr__(self) -> str:
        lines = [f"What heads tell about y, in bits, {self.n:,} rows"]
        lines.append(f"  {'':<10}{'told by the other source, too':<32}not told by it")
        for name, told in self.rows():
            cells = [f"{shown(m.corrected)}  ({shown(m.low)} to {shown(m.high)})" for m in told]
            indent = "" if name.startswith("x") else "  "
            lines.append(f"  {indent + name:<10}{cells[0]:<32}{cells[1]}")
        for name, kept in self.augmentation.items():
            lines.append(
                f"  {name} tells {shown(kept.of_y.corrected)} about y, augmented "
                f"{shown(kept.of_y_after.corrected)}; I({name}; augmented) = {shown(kept.of_x)}"
            )
        lines += [f"Warning: {text}" for text in self.warnings]
        return "\n".join(line.rstrip() for line in lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """What heads have in common, in bits, where there is no y to ask about.

    Attributes:
        shared: I(shared1; shared2), which is what shared codes are for.
        unique1_shared2, unique2_shared1, unique: I of a unique head and the other source's shared
            one, and of both unique ones, which are to be 0.
        n, level, notes, seconds: as of ``Audit``.
    """

    shared: Measure
    unique1_shared2: Measure
    unique2_shared1: Measure
    unique: Measure
    n: int
    level: float
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    def rows(self) -> list[tuple[str, Measure]]:
        """Pairs of heads, and their information."""
        return [
            ("shared1; shared2", self.shared),
            ("unique1; shared2", self.unique1_shared2),
            ("unique2; shared1", self.unique2_shared1),
            ("unique1; unique2", self.unique),
        ]

    def __repr__(self) -> str:
        lines = [f"What heads have in common, in bits, {self.n:,} rows"]
        for name, m in self.rows():
            value, low, high = map(shown, (m.corrected, m.low, m.high))
            lines.append(f"  I({name})  {value}  ({low} to {high})")
        return "\n".join(lines)


def _said(told: Measure) -> str:
    """An amount in words: corrected, it may be below 0, which nobody tells."""
    return shown(max(told.corrected, 0.0))


def _clear(there: float) -> float:
    return max(CLEAR * there, LEAST)
