"""What a bottleneck keeps, and how that falls as its price rises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a code tells, and holds of one source that the other does not determine.

    Attributes:
        price: that was asked.
        told: of "y", H(y) less the cross-entropy on held-out rows, in bits: at most I(z; Y) in
            expectation. Without y, of "x1" and "x2", the share of their variance.
        beyond1: bits of the code that x1 does not determine, at most; ``beyond2`` those that x2
            does not.
        n: held-out rows.
    """

    price: float
    told: Mapping[str, float]
    beyond1: float
    beyond2: float
    n: int

    def __repr__(self) -> str:
        return repr(Curve((self,)))


@dataclass(frozen=True, slots=True)
class Curve:
    """What is kept at several prices, in their order."""

    points: tuple[Kept, ...]

    def __iter__(self) -> Iterator[Kept]:
        return iter(self.points)

    def __len__(self) -> int:
        return len(self.points)

    def __repr__(self) -> str:
        names = list(self.points[0].told)
        units = ["bits of y"] if names == ["y"] else [f"share of {name}" for name in names]
        head = ["price", *units, "bits beyond x1", "bits beyond x2"]
        lines = ["".join(f"{text:>16}" for text in head)]
        for point in self.points:
            values = [*point.told.values(), point.beyond1, point.beyond2]
            cells = [f"{point.price:g}", *(f"{value:z.3f}" for value in values)]
            lines.append("".join(f"{cell:>16}" for cell in cells))
        return "\n".join(lines)
