"""Agreement and disagreement of two modalities: which of four interactions a table shows.

The small taxonomy of Liang et al. (Multimodal Learning Without Labeled Multimodal Data, ICLR 2024):
modalities that depend on each other less or more once y is known agree redundantly or
synergistically; predictions that differ are settled by one modality (uniqueness) or by neither
alone (synergy).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pid._types import Floats
from pid.bounds.pairs import pairs_of
from pid.bounds.published import disagreement
from pid.checks import INTERVAL, RANDOM_STATE, TABLES, UNIT, checked
from pid.core.answer import Answer
from pid.core.decompose import decompose_batch
from pid.core.decomposition import shown
from pid.core.information import Unit, conditional_mutual_information, mutual_information, nats_per
from pid.core.joint import as_table
from pid.errors import InvalidInput
from pid.inference.intervals import LEFT_OVER, between

if TYPE_CHECKING:
    import pandas as pd

KINDS = (
    "agreement redundancy",
    "agreement synergy",
    "disagreement uniqueness",
    "disagreement synergy",
)
TINY = 1e-9  # nats, and shares, below which nothing is shown
MOST_SAMPLES = 2**53  # beyond it counts are no longer exact
TIE = 1e-12  # probabilities as near as this are equally good predictions


class Rates(NamedTuple):
    """How often the best predictions from x1 and x2 differ, and whom the best from both follows.

    Shares of all mass; ``disagreement`` is the sum of the other three.
    """

    disagreement: float
    follows1: float
    follows2: float
    follows_neither: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Taxonomy(Answer):
    """Which of the four interactions there are, and how much of each.

    Attributes:
        amounts: in ``unit``, by kind. "agreement redundancy" is I(X1; X2) - I(X1; X2 | Y), which is
            R - S, and "agreement synergy" its negative: one of the two is above 0. "disagreement
            uniqueness" is U1 + U2. "disagreement synergy" is the synergy that disagreement alone
            proves: alpha / 4 nats less half of U1 + U2.
        interval: (low, high) by kind; None where none was asked for.
        information, information_given_y: I(X1; X2) and I(X1; X2 | Y).
        alpha: mean squared distance of p(y | x1) and p(y | x2), on pairs.
        rates: of the best predictions.
        unit: "bit" or "nat".
    """

    amounts: Mapping[str, float]
    interval: Mapping[str, tuple[float, float]] | None
    information: float
    information_given_y: float
    alpha: float
    rates: Rates
    unit: Unit

    @property
    def kinds(self) -> tuple[str, ...]:
        """Those that are shown: amounts above 0, or intervals, where there are any."""
        least = TINY / nats_per(self.unit)
        if self.interval is None:
            return tuple(kind for kind in KINDS if self.amounts[kind] > least)
        return tuple(kind for kind in KINDS if self.interval[kind][0] > least)

    def to_frame(self) -> pd.DataFrame:
        """One row a kind: "kind", "amount", "low" and "high", whether it is "shown", "unit"."""
        import pandas as pd

        ends = self.interval or {}
        rows = [
            (kind, self.amounts[kind], *ends.get(kind, (None, None)), kind in self.kinds)
            for kind in KINDS
        ]
        frame = pd.DataFrame(rows, columns=["kind", "amount", "low", "high", "shown"])
        return frame.astype(dict.fromkeys(("low", "high"), float)).assign(unit=self.unit)

    def __repr__(self) -> str:
        rows = []
        for kind in KINDS:
            ends = (
                ""
                if self.interval is None
                else "  [{}, {}]".format(*map(shown, self.interval[kind]))
            )
            here = "  shown" if kind in self.kinds else ""
            rows.append(f"  {kind:<24}{shown(self.amounts[kind]):>7}{ends}{here}")
        d = self.rates
        return "\n".join(
            [
                f"Interactions of x1 and x2 about y, in {self.unit}",
                *rows,
                f"Predictions from x1 and from x2 differ in {d.disagreement:.1%} of the samples; "
                f"that from both follows x1 in {d.follows1:.1%}, x2 in {d.follows2:.1%}, neither "
                f"in {d.follows_neither:.1%}.",
            ]
        )


@checked(interval=INTERVAL, replicates=TABLES, unit=UNIT, random_state=RANDOM_STATE)
def taxonomy(
    p: ArrayLike,
    *,
    interval: float | None = None,
    replicates: int = 500,
    unit: Unit = "bit",
    random_state: int | None = 0,
) -> Taxonomy:
    """Which of four interactions of agreement and disagreement a table shows, and how much.

    Args:
        p: probabilities or counts, shape (n1, n2, k), axes (x1, x2, y).
        interval: nominal coverage of intervals, for which ``p`` must be counts; None for none.
        replicates: tables that are resampled for them.
        unit: "bit" or "nat".
        random_state: seed of resampling.

    Raises:
        InvalidDistribution: no such table.
        InvalidInput: an option that cannot be, or intervals of what are not counts.
        SolverFailed: no certified answer.

    Examples:
        >>> taxonomy([[[1, 0], [0, 1]], [[0, 1], [1, 0]]]).kinds  # XOR
        ('agreement synergy',)
    """
    table = as_table(p)
    nat = nats_per(unit)
    amounts = _amounts(table[None])[:, 0]
    ends = (
        None
        if interval is None
        else _ends(np.asarray(p), amounts, interval, replicates, random_state) / nat
    )
    return Taxonomy(
        amounts=dict(zip(KINDS, (amounts / nat).tolist(), strict=True)),
        interval=None
        if ends is None
        else {kind: (low, high) for kind, (low, high) in zip(KINDS, ends.tolist(), strict=True)},
        information=mutual_information(table, 0, 1, unit=unit),
        information_given_y=conditional_mutual_information(table, 0, 1, 2, unit=unit),
        alpha=disagreement(pairs_of(table)),
        rates=rates(table),
        unit=unit,
    )


def rates(p: ArrayLike) -> Rates:
    """How often the best predictions from x1 and from x2 differ, and whom that from both follows.

    Predictions of a symbol are its most likely classes; they differ if they have none in common,
    and a prediction from both that is equally good for x1's and x2's follows each by half.

    Args:
        p: probabilities or counts, shape (n1, n2, k), axes (x1, x2, y).

    Examples:
        >>> rates([[[1, 0], [1, 0]], [[1, 0], [0, 1]]]).disagreement  # AND: both say 0, or either
        0.0
    """
    table = as_table(p)
    first = _best(table.sum(axis=1))[:, None]
    second = _best(table.sum(axis=0))[None]
    both = _best(table)
    mass = table.sum(axis=2)
    differ = ~(first & second).any(axis=2) & (mass > 0)
    to1, to2 = (both & first).any(axis=2), (both & second).any(axis=2)
    half = np.where(to1 & to2, 0.5, 1.0)
    return Rates(
        *(
            float((mass * share)[differ].sum())
            for share in (np.ones_like(mass), to1 * half, to2 * half, 1.0 * ~(to1 | to2))
        )
    )


def _best(masses: Floats) -> NDArray[np.bool_]:
    """Classes that are most likely, of each symbol."""
    return np.asarray(masses >= masses.max(axis=-1, keepdims=True) - TIE)


def _amounts(tables: Floats) -> Floats:
    """The four amounts of each of many tables in nats, (4, B)."""
    batch = decompose_batch(tables, unit="nat")
    agreement = batch.redundancy - batch.synergy
    unique = batch.unique1 + batch.unique2
    alpha = np.array([disagreement(pairs_of(table)) for table in tables])
    return np.array([agreement, -agreement, unique, alpha / 4 - unique / 2])


def _ends(
    counts: NDArray[np.generic],
    amounts: Floats,
    level: float,
    replicates: int,
    random_state: int | None,
) -> Floats:
    """Intervals by resampling, corrected for bias, (4, 2)."""
    numbers = counts.astype(np.float64)
    if (numbers != np.floor(numbers)).any() or not 2 <= numbers.sum() < MOST_SAMPLES:
        raise InvalidInput(
            "intervals need counts: whole numbers of samples per cell, two at least; got "
            "something else, so leave out interval"
        )
    rng = np.random.default_rng(random_state)
    share = (numbers / numbers.sum()).ravel()
    drawn = rng.multinomial(int(numbers.sum()), share, size=replicates) / numbers.sum()
    found = _amounts(drawn.reshape(replicates, *counts.shape))
    shift = found.mean(axis=1) - amounts
    low, high = between(amounts, amounts - shift, found.std(axis=1, ddof=1), level)
    left = LEFT_OVER * np.abs(shift)
    return np.column_stack([low - left, high + left])
