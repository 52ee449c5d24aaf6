"""Gates whose y is computed from both sources: XOR, AND, OR, SUM, MAX and relatives.

How the atoms are proven: see ``pid.datasets.gates``.
"""

from __future__ import annotations

import math

import numpy as np

from pid.checks import SHARE, checked
from pid.datasets._gate import Gate
from pid.datasets._tables import (
    BERTSCHINGER,
    GRIFFITH,
    MAKKEH,
    SIZE,
    entropy,
    h,
    noise_entropy,
    rule_table,
    symmetric_channel,
)


@checked(k=SIZE, noise=SHARE)
def xor(*, k: int = 2, noise: float = 0.0) -> Gate:
    """Sum modulo k of two uniform symbols, through a symmetric channel: S only."""
    table = rule_table(k, k, lambda a, b: (a + b) % k) @ symmetric_channel(k, noise)
    return Gate(
        name="xor",
        table=table,
        redundancy=0.0,
        unique1=0.0,
        unique2=0.0,
        synergy=math.log2(k) - noise_entropy(k, noise),
        description="y = (x1 + x2) mod k, moved to another symbol with probability noise",
        source=f"{GRIFFITH} (Xor); order",
        parameters={"k": k, "noise": noise},
    )


@checked(p1=SHARE, p2=SHARE, noise=SHARE)
def and_(*, p1: float = 0.5, p2: float = 0.5, noise: float = 0.0) -> Gate:
    """AND of independent bits that are 1 with probability p1, p2, flipped at rate ``noise``.

    R and S, and one unique atom where p1 and p2 differ. With noise *and* p1 != p2 the sources are
    not ordered in general; no closed form is given then and the atoms are None.
    """
    table = np.zeros((2, 2, 2))
    for i, j in np.ndindex(2, 2):
        table[i, j, i & j] = (p1 if i else 1 - p1) * (p2 if j else 1 - p2)
    ordered = noise == 0 or p1 == p2
    h_y, h_noise = h(_flipped(p1 * p2, noise)), h(noise)
    h_y1 = p1 * h(_flipped(p2, noise)) + (1 - p1) * h_noise  # H(Y | X1)
    h_y2 = p2 * h(_flipped(p1, noise)) + (1 - p2) * h_noise
    return Gate(
        name="and",
        table=table @ symmetric_channel(2, noise),
        redundancy=h_y - max(h_y1, h_y2) if ordered else None,
        unique1=max(h_y2 - h_y1, 0.0) if ordered else None,
        unique2=max(h_y1 - h_y2, 0.0) if ordered else None,
        synergy=min(h_y1, h_y2) - h_noise if ordered else None,
        description="y = x1 and x2, flipped with probability noise; x<i> = 1 with probability p<i>",
        source=f"{BERTSCHINGER} (AND); order: p(x<i> | y) are Z-channels, the rarer 1 wins",
        parameters={"p1": p1, "p2": p2, "noise": noise},
    )


def _flipped(probability: float, noise: float) -> float:
    """Probability of 1 after the bit went through a binary symmetric channel."""
    return probability * (1 - noise) + (1 - probability) * noise


@checked(p1=SHARE, p2=SHARE, noise=SHARE)
def or_(*, p1: float = 0.5, p2: float = 0.5, noise: float = 0.0) -> Gate:
    """Logical OR: AND with all bits negated, so with the same atoms for 1 - p1, 1 - p2."""
    twin = and_(p1=1 - p1, p2=1 - p2, noise=noise)
    return Gate(
        name="or",
        table=np.ascontiguousarray(twin.table[::-1, ::-1, ::-1]),
        redundancy=twin.redundancy,
        unique1=twin.unique1,
        unique2=twin.unique2,
        synergy=twin.synergy,
        description="y = x1 or x2, flipped with probability noise; x<i> = 1 with probability p<i>",
        source=f"{BERTSCHINGER} (AND with all bits negated); order",
        parameters={"p1": p1, "p2": p2, "noise": noise},
    )


@checked(k=SIZE)
def sum_(*, k: int = 2) -> Gate:
    """Sum of two uniform symbols 0..k-1, as an integer: R and S."""
    ways = [k - abs(k - 1 - s) for s in range(2 * k - 1)]
    return Gate(
        name="sum",
        table=rule_table(k, k, lambda a, b: a + b),
        redundancy=entropy(*(w / k**2 for w in ways)) - math.log2(k),
        unique1=0.0,
        unique2=0.0,
        synergy=math.log2(k),
        description="y = x1 + x2",
        source="order",
        parameters={"k": k},
    )


@checked(k=SIZE)
def max_(*, k: int = 2) -> Gate:
    """Larger of two uniform symbols 0..k-1: R and S."""
    total = entropy(*((2 * m + 1) / k**2 for m in range(k)))
    given = [entropy((i + 1) / k, *[1 / k] * (k - 1 - i)) for i in range(k)]  # H(Y | x1 = i)
    synergy = math.fsum(given) / k
    return Gate(
        name="max",
        table=rule_table(k, k, np.maximum),
        redundancy=total - synergy,
        unique1=0.0,
        unique2=0.0,
        synergy=synergy,
        description="y = max(x1, x2)",
        source="order",
        parameters={"k": k},
    )


def xorand() -> Gate:
    """y = (x1 xor x2, x1 and x2), which is the sum of two bits digit by digit: R and S."""
    return Gate(
        name="xorand",
        table=rule_table(2, 2, lambda a, b: 2 * (a & b) + (a ^ b)),
        redundancy=0.5,
        unique1=0.0,
        unique2=0.0,
        synergy=1.0,
        description="y = (x1 xor x2, x1 and x2)",
        source=f"{MAKKEH} (XorAnd); order",
    )


def reduced_or() -> Gate:
    """OR of two bits that are never both 1: R and S."""
    table = np.zeros((2, 2, 2))
    table[0, 0, 0], table[0, 1, 1], table[1, 0, 1] = 1 / 2, 1 / 4, 1 / 4
    return Gate(
        name="reduced_or",
        table=table,
        redundancy=1 - 0.75 * h(1 / 3),
        unique1=0.0,
        unique2=0.0,
        synergy=0.75 * h(1 / 3),
        description="y = x1 or x2, on 00 (1/2), 01 and 10 (1/4 each)",
        source="Ince, Measuring Multivariate Redundant Information, Entropy 19(7), 2017; order",
    )


@checked(share1=SHARE)
def switch(*, share1: float = 0.7) -> Gate:
    """y copies x1 with probability share1, else x2, and nobody sees which: R, one unique, S."""
    table = np.zeros((2, 2, 2))
    for i, j in np.ndindex(2, 2):
        table[i, j, i] += share1 / 4
        table[i, j, j] += (1 - share1) / 4
    h1, h2 = h((1 - share1) / 2), h(share1 / 2)
    return Gate(
        name="switch",
        table=table,
        redundancy=1 - max(h1, h2),
        unique1=max(h2 - h1, 0.0),
        unique2=max(h1 - h2, 0.0),
        synergy=min(h1, h2) - h(share1) / 2,
        description="y = x1 with probability share1, else x2",
        source="order: both p(x<i> | y) are binary symmetric channels",
        parameters={"share1": share1},
    )
