"""Whether factors are independent, measured in two ways on rows that nothing was learned from.

They are different things. Factors may depend on each other by what no label asks for, which a test
of independence finds; and a label may be in a private factor in a way that is too slight, or too
bent, for a test of all columns at once, which a classifier finds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.core.decomposition import shown
from pid.estimators.coordination.similarity import centred_similarities

PERMUTATIONS = 199
MOST = 1_000  # rows of a test: its time grows with their square
NORMAL = 1.96  # deviations on either side that hold 95 % of a normal


class Dependence(NamedTuple):
    """Of a pair of factors.

    Attributes:
        alignment: HSIC beside the sizes of the similarities, as ``kernel_alignment``: 0 to 1.
        p: share of shuffled rows, and these, whose HSIC is as large.
    """

    alignment: float
    p: float


class Told(NamedTuple):
    """Bits that a factor tells of the classes, by a classifier that learned from other rows.

    Attributes:
        value: entropy of the classes less the cross-entropy: a lower bound in expectation.
        low, high: 95 % interval of what this classifier tells.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Independence:
    """Two measures of how far factors say different things.

    Attributes:
        dependence: of each pair of factors, by their names.
        told: of the classes, by each private factor.
        entropy: of the classes, in bits: the most that could be told.
        n: rows it was measured on.
    """

    dependence: Mapping[tuple[str, str], Dependence]
    told: Mapping[str, Told]
    entropy: float
    n: int

    def __repr__(self) -> str:
        lines = [f"Independence on {self.n:,} rows"]
        for (first, second), (alignment, p) in self.dependence.items():
            lines.append(f"  HSIC of {first} and {second}: {alignment:.3f}, p = {p:.3f}")
        for name, (value, low, high) in self.told.items():
            lines.append(
                f"  {name} tells {shown(value)} bit [{shown(low)}, {shown(high)}] of the "
                f"{shown(self.entropy)} of y"
            )
        return "\n".join(lines)


def independence_of(
    factors: Mapping[str, Floats], told: Mapping[str, Told], codes: Codes, rng: np.random.Generator
) -> Independence:
    """HSIC of all pairs with Gaussian similarities, against shuffled rows, beside what is told.

    Args:
        factors: of the same rows, shapes (n, columns).
        told: of the classes, by factors.
        codes: classes of the rows.
        rng: picks rows beyond ``MOST``, and shuffles.
    """
    rows = np.sort(rng.permutation(len(codes))[:MOST])
    similarities = {name: centred_similarities(z[rows]) for name, z in factors.items()}
    dependence = {
        (first, second): _tested(similarities[first], similarities[second], rng)
        for first, second in combinations(factors, 2)
    }
    p = np.unique(codes, return_counts=True)[1] / len(codes)
    return Independence(
        dependence=dependence, told=told, entropy=float(-(p * np.log2(p)).sum()), n=len(codes)
    )


def told_by(logs: Floats, codes: Codes, seen: Codes) -> Told:
    """What probabilities of the classes tell of the rows' own.

    Args:
        logs: of the probabilities, in nats, shape (n, classes).
        codes: classes of these rows.
        seen: classes of the rows that the classifier learned from.
    """
    before = np.log(np.bincount(seen, minlength=logs.shape[1]).clip(1) / len(seen))
    gains = (logs[np.arange(len(codes)), codes] - before[codes]) / math.log(2)
    value, around = float(gains.mean()), NORMAL * float(gains.std()) / math.sqrt(len(gains))
    return Told(value, value - around, value + around)


def _tested(K: Floats, L: Floats, rng: np.random.Generator) -> Dependence:
    found, *shuffled = (float((K * M).sum()) for M in (L, *_shuffled(L, rng)))
    size = float(np.sqrt((K * K).sum() * (L * L).sum()))
    as_large = 1 + sum(value >= found for value in shuffled)
    return Dependence(found / size if size > 0 else 0.0, as_large / (1 + PERMUTATIONS))


def _shuffled(L: Floats, rng: np.random.Generator) -> Iterator[Floats]:
    for _ in range(PERMUTATIONS):
        order = rng.permutation(len(L))
        yield L[np.ix_(order, order)]
