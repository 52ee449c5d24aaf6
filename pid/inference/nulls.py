"""Tables in which an atom is 0, as near to a given one as the atom's definition suggests.

A parametric bootstrap draws from them: what an estimate looks like where the truth is 0.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from pid._types import Floats
from pid.core.decompose import decompose, decompose_batch

SOFTENED = 0.1  # share of conditional independence mixed into a table that margins are imposed on
SWEEPS = 200  # of iterative proportional fitting
BAGGED = 50  # optimal couplings whose mean is taken


def without_synergy(counts: Floats, rng: np.random.Generator) -> Floats:
    """The mean optimal coupling q* of tables drawn anew from the counts.

    q* has the margins p(x1, y), p(x2, y) and S = 0 by definition. Where many couplings are optimal,
    as for a y that depends on neither source, the one of a sample occupies few cells and looks as
    if there were less to count than there is; draws from it underestimate S, and a test against it
    rejects far too often. The mean over samples occupies all cells of nearly optimal couplings.
    """
    draws = rng.multinomial(int(counts.sum()), (counts / counts.sum()).ravel(), size=BAGGED)
    batch = decompose_batch(
        draws.reshape(-1, *counts.shape), tol=1e-6, on_fail="return", keep_coupling=True
    )
    return np.asarray(np.mean(np.array([d.coupling for d in batch]), axis=0))


def without_unique1(p: Floats) -> Floats:
    """x1 drawn anew from x2 by q*(x1 | x2).

    U1 is the smallest divergence from q to a table in which x1 tells about y only what x2 does,
    minimised over couplings q as well; this is the table that attains it.
    """
    q = optimum(p)
    pairs = q.sum(axis=2)
    given2 = np.divide(pairs, pairs.sum(axis=0), out=np.zeros_like(pairs), where=pairs > 0)
    first = given2 @ p.sum(axis=0)  # p(x1, y), x1 a noisy version of x2
    return with_margins(p, first, p.sum(axis=0))


def same_channel(p: Floats, source: int) -> Floats:
    """Both sources drawn from p(x_source | y), independently given y: neither has more to say.

    The least favourable of the tables without unique information: whatever sampling makes of one
    source in excess of the other counts.
    """
    first = p.sum(axis=1 - source)
    return independent_given_y(first, first)


def without_redundancy(p: Floats) -> Floats:
    """Sources that tell about y along orthogonal directions.

    R = 0 if and only if x1 and x2 are independent when they are made independent given y: if
    sum_y p(y) d1(x1, y) d2(x2, y) = 0 with d_i(x, y) = p(x | y) - p(x). Of every direction in the
    space of y, the source that varies less along it gives up its part. With two classes there is
    one direction, and the weaker source says nothing.
    """
    p_y = p.sum(axis=(0, 1))
    root = np.sqrt(p_y)
    parts = []
    for axis in (1, 0):
        joint = p.sum(axis=axis)
        parts.append((joint / p_y - joint.sum(axis=1, keepdims=True)) * root)
    values, vectors = np.linalg.eigh(parts[0].T @ parts[0] - parts[1].T @ parts[1])
    stronger1 = vectors[:, values > 0]
    kept1 = parts[0] @ stronger1 @ stronger1.T
    kept2 = parts[1] - parts[1] @ stronger1 @ stronger1.T
    first, second = (
        _channel_joint(p.sum(axis=axis).sum(axis=1), kept / root, p_y)
        for axis, kept in ((1, kept1), (0, kept2))
    )
    return with_margins(p, first, second)


def with_margins(p: Floats, first: Floats, second: Floats) -> Floats:
    """A table with margins ``first`` (n1, k) and ``second`` (n2, k), dependent as in ``p`` given y.

    By iterative proportional fitting of ``p``, a tenth of which is made independent given y so that
    no cell stands in the way.
    """
    mixed = independent_given_y(p.sum(axis=1), p.sum(axis=0))
    q = (1 - SOFTENED) * p + SOFTENED * (mixed + 1e-9 / mixed.size)
    for _ in range(SWEEPS):
        q = q * _ratio(first, q.sum(axis=1))[:, None]
        q = q * _ratio(second, q.sum(axis=0))[None]
    return np.asarray(q / q.sum())


def independent_given_y(first: Floats, second: Floats) -> Floats:
    """The table with margins p(x1, y), p(x2, y) in which x1 and x2 are independent given y."""
    p_y = first.sum(axis=0)
    return np.asarray(first[:, None] * _ratio(second, p_y)[None])


def optimum(p: Floats) -> Floats:
    """q*, exactly with the margins of ``p``; of many, one that leaves few cells empty."""
    inner: Literal["auto", "interior-point"] = "interior-point" if p.shape[:2] != (2, 2) else "auto"
    coupling = decompose(p, tol=1e-8, method=inner, on_fail="return").coupling
    assert coupling is not None
    return coupling


def _channel_joint(p_x: Floats, deviation: Floats, p_y: Floats) -> Floats:
    """p(x, y) of the channel p(x) + deviation(x, y), which is shrunk until none is negative."""
    with np.errstate(divide="ignore", invalid="ignore"):
        room = np.where(deviation < 0, -p_x[:, None] / deviation, np.inf)
    return np.asarray((p_x[:, None] + min(1.0, float(room.min())) * deviation) * p_y)


def _ratio(a: Floats, b: Floats) -> Floats:
    return np.divide(a, b, out=np.zeros(np.broadcast(a, b).shape), where=b > 0)
