"""Gates whose sources each see y, or a part of it: RDN, COPY, UNQ, noisy views, erasures.

How the atoms are proven: see ``pid.datasets.gates``.
"""

from __future__ import annotations

import math

import numpy as np

from pid._types import Floats
from pid.checks import SHARE, checked
from pid.datasets._gate import Gate
from pid.datasets._tables import (
    BERTSCHINGER,
    GRIFFITH,
    GRIFFITH_2,
    MAKKEH,
    SIZE,
    h,
    noise_entropy,
    rule_table,
    symmetric_channel,
    view_table,
)


@checked(k=SIZE, noise=SHARE)
def rdn(*, k: int = 2, noise: float = 0.0) -> Gate:
    """One uniform symbol seen by both sources, through a symmetric channel to y: R only."""
    table = np.zeros((k, k, k))
    both = np.arange(k)
    table[both, both] = symmetric_channel(k, noise) / k
    return Gate(
        name="rdn",
        table=table,
        redundancy=math.log2(k) - noise_entropy(k, noise),
        unique1=0.0,
        unique2=0.0,
        synergy=0.0,
        description="x1 = x2, y equal to both, moved to another symbol with probability noise",
        source=f"{GRIFFITH} (Rdn); order",
        parameters={"k": k, "noise": noise},
    )


@checked(n1=SIZE, n2=SIZE)
def copy(*, n1: int = 2, n2: int = 2) -> Gate:
    """y = (x1, x2) for independent uniform sources of n1 and n2 symbols: U1 and U2 only."""
    return Gate(
        name="copy",
        table=rule_table(n1, n2, lambda a, b: a * n2 + b),
        redundancy=0.0,
        unique1=math.log2(n1),
        unique2=math.log2(n2),
        synergy=0.0,
        description="y = (x1, x2), x1 and x2 independent and uniform",
        source=f"{MAKKEH} (Copy); identity",
        parameters={"n1": n1, "n2": n2},
    )


@checked(noise1=SHARE, noise2=SHARE)
def unq(*, noise1: float = 0.0, noise2: float = 0.0) -> Gate:
    """y = (x1, x2), each bit flipped on its way: U1 and U2 only."""
    one, two = symmetric_channel(2, noise1) / 2, symmetric_channel(2, noise2) / 2
    return Gate(
        name="unq",
        table=np.einsum("iy,jz->ijyz", one, two).reshape(2, 2, 4),
        redundancy=0.0,
        unique1=1 - h(noise1),
        unique2=1 - h(noise2),
        synergy=0.0,
        description="y = (x1, x2), bit i flipped with probability noise<i>",
        source=f"{GRIFFITH} (Unq); order and additivity",
        parameters={"noise1": noise1, "noise2": noise2},
    )


@checked(k=SIZE, noise=SHARE)
def unq1(*, k: int = 2, noise: float = 0.0) -> Gate:
    """y = x1 through a symmetric channel; x2 is an unrelated bit: U1 only."""
    channel = symmetric_channel(k, noise) / (2 * k)
    return Gate(
        name="unq1",
        table=np.stack([channel, channel], axis=1),
        redundancy=0.0,
        unique1=math.log2(k) - noise_entropy(k, noise),
        unique2=0.0,
        synergy=0.0,
        description="y = x1, moved to another symbol with probability noise; x2 unrelated",
        source="order",
        parameters={"k": k, "noise": noise},
    )


@checked(flip=SHARE)
def correlated_copy(*, flip: float = 0.1) -> Gate:
    """y = (x1, x2), where x2 is x1 flipped with probability ``flip``: R, U1 and U2."""
    table = np.zeros((2, 2, 4))
    for i, j in np.ndindex(2, 2):
        table[i, j, 2 * i + j] = (flip if i != j else 1 - flip) / 2
    return Gate(
        name="correlated_copy",
        table=table,
        redundancy=1 - h(flip),
        unique1=h(flip),
        unique2=h(flip),
        synergy=0.0,
        description="y = (x1, x2), x2 = x1 flipped with probability flip",
        source=f"{BERTSCHINGER}; identity",
        parameters={"flip": flip},
    )


def subtle() -> Gate:
    """y = (x1, x2) on the three pairs 00, 01, 11: R, U1 and U2."""
    table = np.zeros((2, 2, 3))
    table[0, 0, 0] = table[0, 1, 1] = table[1, 1, 2] = 1 / 3
    return Gate(
        name="subtle",
        table=table,
        redundancy=math.log2(3) - 4 / 3,
        unique1=2 / 3,
        unique2=2 / 3,
        synergy=0.0,
        description="y = (x1, x2), uniform on 00, 01, 11",
        source=f"{GRIFFITH_2} (Subtle); identity",
    )


@checked(noise=SHARE)
def scrambled_copy(*, noise: float = 0.1) -> Gate:
    """y = (x1, x2), but one of the other three pairs with probability ``noise``: U1, U2 and S.

    p(x1, y) and p(x2, y) are those of UNQ with both bits flipped at rate 2/3 noise, so R, U1 and U2
    are UNQ's; that the flips come together shows in S alone.
    """
    alone = 1 - h(2 * noise / 3)
    return Gate(
        name="scrambled_copy",
        table=rule_table(2, 2, lambda a, b: 2 * a + b) @ symmetric_channel(4, noise),
        redundancy=0.0,
        unique1=alone,
        unique2=alone,
        synergy=2 - noise_entropy(4, noise) - 2 * alone,
        description="y = (x1, x2), replaced by another pair with probability noise",
        source="order and additivity, through UNQ with the same p(x1, y) and p(x2, y)",
        parameters={"noise": noise},
    )


@checked(noise1=SHARE, noise2=SHARE)
def two_views(*, noise1: float = 0.1, noise2: float = 0.2) -> Gate:
    """Two independent noisy views of a fair bit y: R, one unique atom, S. A noisy RDN."""
    h1, h2 = h(noise1), h(noise2)
    differ = noise1 * (1 - noise2) + noise2 * (1 - noise1)
    return Gate(
        name="two_views",
        table=view_table(
            np.full(2, 0.5), symmetric_channel(2, noise1), symmetric_channel(2, noise2)
        ),
        redundancy=1 - max(h1, h2),
        unique1=max(h2 - h1, 0.0),
        unique2=max(h1 - h2, 0.0),
        synergy=h(differ) - max(h1, h2),
        description="x<i> = y flipped with probability noise<i>, independently",
        source="order: of two binary symmetric channels the noisier is the degraded one",
        parameters={"noise1": noise1, "noise2": noise2},
    )


@checked(noise1=SHARE, noise2=SHARE)
def cascade(*, noise1: float = 0.0, noise2: float = 0.1) -> Gate:
    """x1 = y flipped at rate noise1, x2 = x1 flipped at rate noise2: R and U1."""
    first, second = symmetric_channel(2, noise1), symmetric_channel(2, noise2)
    differ = noise1 * (1 - noise2) + noise2 * (1 - noise1)
    return Gate(
        name="cascade",
        table=np.einsum("yi,ij->ijy", first / 2, second),
        redundancy=1 - h(differ),
        unique1=h(differ) - h(noise1),
        unique2=0.0,
        synergy=0.0,
        description="y -> x1 flipped with probability noise1 -> x2 flipped with probability noise2",
        source=f"order; noise1 = 0 is ImperfectRdn of {GRIFFITH_2}",
        parameters={"noise1": noise1, "noise2": noise2},
    )


@checked(k=SIZE, erased1=SHARE, erased2=SHARE)
def erasures(*, k: int = 2, erased1: float = 0.2, erased2: float = 0.5) -> Gate:
    """Two copies of a uniform y, each replaced by a blank at its own rate: R, one unique, S."""
    few, many = min(erased1, erased2), max(erased1, erased2)

    def view(erased: float) -> Floats:
        return np.hstack([(1 - erased) * np.eye(k), np.full((k, 1), erased)])

    return Gate(
        name="erasures",
        table=view_table(np.full(k, 1 / k), view(erased1), view(erased2)),
        redundancy=(1 - many) * math.log2(k),
        unique1=max(erased2 - erased1, 0.0) * math.log2(k),
        unique2=max(erased1 - erased2, 0.0) * math.log2(k),
        synergy=few * (1 - many) * math.log2(k),
        description="x<i> = y, or the blank k with probability erased<i>, independently",
        source="order: more erasures are a degraded version of fewer",
        parameters={"k": k, "erased1": erased1, "erased2": erased2},
    )


def pointwise_unique() -> Gate:
    """In each sample one source, at random, tells y and the other is silent: R and S, no U."""
    table = np.zeros((3, 3, 2))
    for y in (0, 1):
        table[0, y + 1, y] = table[y + 1, 0, y] = 1 / 4
    return Gate(
        name="pointwise_unique",
        table=table,
        redundancy=0.5,
        unique1=0.0,
        unique2=0.0,
        synergy=0.5,
        description="(x1, x2) = (0, y + 1) or (y + 1, 0), each with probability 1/2",
        source="Finn & Lizier, Pointwise PID, Entropy 20(4), 2018 (PwUnq); order",
    )
