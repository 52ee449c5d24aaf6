"""How many samples an answer of a given precision needs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from pid._types import Floats
from pid.checks import COVERAGE, RANDOM_STATE, UNIT, checked, number, one_of, renamed
from pid.core.answer import Drawn
from pid.core.decompose import check_size
from pid.core.decomposition import ATOMS
from pid.core.information import Unit
from pid.core.joint import as_table
from pid.errors import InvalidInput
from pid.inference.assessment import Assessment, assess

if TYPE_CHECKING:
    import pandas as pd

SAMPLES = 20  # drawn at every size that is tried
REPLICATES = 200
FEWEST, MOST = 50, 50_000_000  # rows
OF_A_CLASS = 10  # rows to be expected of each: of fewer, widths say more of luck than of precision


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Drawn):
    """What sample size gives an interval of the wanted precision.

    Attributes:
        n: samples, rounded up to two digits.
        atom: what is to be known, and ``precision``, to within what: half of the mean width of its
            interval, in ``unit``.
        level: nominal coverage of the interval.
        tried: half of the mean width for every number of samples that was tried.
    """

    picture: ClassVar[str] = "widths"

    n: int
    atom: str
    precision: float
    unit: Unit
    level: float
    tried: Mapping[int, float]

    def to_frame(self) -> pd.DataFrame:
        """One row a number of samples that was tried: "n", and "within" what, in the "unit"."""
        import pandas as pd

        rows = list(self.tried.items())
        return pd.DataFrame(rows, columns=["n", "within"]).assign(unit=self.unit)

    def __repr__(self) -> str:
        rows = [
            f"{self.n:,} samples for {self.atom} to within {self.precision:g} {self.unit} "
            f"({self.level:.0%} interval)"
        ]
        rows += [
            f"  {n:>12,} samples: within {half:.4f} {self.unit}" for n, half in self.tried.items()
        ]
        return "\n".join(rows)


@renamed(level="interval")
@checked(
    precision=number(above=0),
    atom=one_of(*ATOMS, "total"),
    interval=COVERAGE,
    unit=UNIT,
    random_state=RANDOM_STATE,
)
def plan(
    p: ArrayLike,
    precision: float,
    *,
    atom: str = "synergy",
    interval: float = 0.95,
    unit: Unit = "bit",
    random_state: int | None = 0,
) -> Plan:
    """How many samples of a population it takes to know an atom to within ``precision``.

    Samples are drawn from the table and assessed as ``pid.quantify`` would, from the size at which
    ten rows of every class are to be expected, at sizes that double until the mean interval is
    narrow enough at two in a row: of few rows of a class, more rows may widen it.

    Args:
        p: what you expect: probabilities or counts, of a pilot study, say, shape (n1, n2, k).
        precision: half the width of the interval, in ``unit``.
        atom: "redundancy", "unique1", "unique2", "synergy" or "total".
        interval: nominal coverage.
        unit: "bit" or "nat".
        random_state: seed; None takes another one each time.

    Raises:
        InvalidInput: options out of range, or a precision that even 50 million samples do not give.
        InvalidDistribution: not a table.

    Examples:
        >>> xor = [[[45, 5], [5, 45]], [[5, 45], [45, 5]]]
        >>> 900 < plan(xor, 0.06).n < 1300
        True
    """
    table, root = as_table(p), np.random.SeedSequence(random_state)
    check_size(table)
    tried: dict[int, float] = {}
    n = _fewest(table)
    while sum(half <= precision for half in [*tried.values()][-2:]) < 2:
        if n > 2 * MOST or (n > MOST and not (tried and tried[n // 2] <= precision)):
            raise InvalidInput(_too_many(tried, atom, precision, unit))
        tried[n] = _half_width(table, n, atom, interval, unit, root.spawn(1)[0])
        n *= 2
    return Plan(
        n=_between(tried, precision),
        atom=atom,
        precision=float(precision),
        unit=unit,
        level=float(interval),
        tried=tried,
    )


def _fewest(table: Floats) -> int:
    """Samples of which ten are to be expected of the rarest class that there is."""
    of_y = table.sum(axis=(0, 1))
    if np.count_nonzero(of_y) < 2:
        raise InvalidInput("p has a single class of y, of which nothing can be said")
    rarest = max(float(of_y[of_y > 0].min()), 1 / (4 * MOST))  # of fewer, too many are needed
    return max(FEWEST, math.ceil(OF_A_CLASS / rarest - 1e-9))


def _too_many(tried: Mapping[int, float], atom: str, precision: float, unit: str) -> str:
    if not tried:
        return (
            f"a class is so rare that {MOST:,} samples are not enough for {OF_A_CLASS} of it; "
            "leave it out, or merge it with another"
        )
    last, half = [*tried.items()][-1]
    return (
        f"{last:,} samples give {atom} only to within {half:.2g} {unit}; ask for no more than "
        f"that, as {precision:g} takes more samples than {MOST:,}"
    )


def _half_width(
    table: Floats, n: int, atom: str, level: float, unit: Unit, seed: np.random.SeedSequence
) -> float:
    """Half of the mean width over samples of ``n`` rows."""
    rng = np.random.default_rng(seed)
    widths = []
    for counts in rng.multinomial(n, table.ravel() / table.sum(), size=SAMPLES):
        found: Assessment = assess(
            counts.reshape(table.shape),
            interval=level,
            replicates=REPLICATES,
            unit=unit,
            random_state=int(rng.integers(2**32)),
        )
        low, high = found.interval[atom]
        widths.append(high - low)
    return float(np.mean(widths)) / 2


def _between(tried: Mapping[int, float], precision: float) -> int:
    """Samples between the last size that is too small and the next; rounded up to two digits."""
    sizes = [*tried.items()]
    exact = float(sizes[-2][0])
    if len(sizes) > 2:
        (first, wide), (_, narrow) = sizes[-3:-1]
        if wide > precision > narrow > 0:
            exact = first * (wide / precision) ** (math.log(2) / math.log(wide / narrow))
    digit = 10 ** (math.floor(math.log10(exact)) - 1)
    return int(math.ceil(exact / digit - 1e-9) * digit)
