"""Three samples of pairs of variables, made to be the marginals of one joint.

Counts of (x1, y), (x2, y) and (x1, x2) from different samples disagree in what they share, and even
where they do not there may be no joint with all three. The joint r under which all counts are most
likely,

    maximise sum N1 log r(x1, y) + sum N2 log r(x2, y) + sum N12 log r(x1, x2),

has marginals that are compatible because they are its own, and weighs each sample by its size. The
problem is concave; EM multiplies each cell by the mean of N / (n r) over the samples.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pid._types import Floats
from pid.bounds.pairs import Pairs, pairs_of
from pid.core.information import xlogx

NEAR = 1e-2  # nats by which the log-likelihood of all samples may fall short: far below chance
STEPS = 5_000
MIX = 0.1  # share of the same mass in all cells, in what a replicate's search starts from
EMPTY = 1e-9  # a cell below it goes to 0, step by step; linear programs cannot tell it from 0


class Reconciled(NamedTuple):
    """The most likely joint and its pair marginals.

    Attributes:
        pairs: of the joint, and so compatible.
        joint: (n1, n2, k); its marginals are determined, the joint itself is not.
        lack: twice the log-likelihood that the three samples lose by having one joint: large if
            they are from different populations.
        moved: share of each sample that had to be moved, (3,).
    """

    pairs: Pairs
    joint: Floats
    lack: float
    moved: tuple[float, float, float]


def reconciled(counts: Pairs, start: Floats | None = None) -> Reconciled:
    """The most likely joint of three tables of counts.

    Args:
        counts: of shapes (n1, k), (n2, k) and (n1, n2); each symbol occurs in both its tables.
        start: a joint with no empty cell that need not be.
    """
    sizes = [table.sum() for table in counts]
    joint = _independent(counts) if start is None else start
    for _ in range(STEPS):
        ratio = _ratio(counts, pairs_of(joint))
        if sum(sizes) * np.log(ratio[joint > EMPTY].max()) <= NEAR:
            break
        joint = joint * ratio
    joint = np.where(joint > EMPTY, joint, 0)
    joint /= joint.sum()
    pairs = pairs_of(joint)
    shares = [table / size for table, size in zip(counts, sizes, strict=True)]
    first, second, both = (
        float(np.abs(share - p).sum() / 2) for share, p in zip(shares, pairs, strict=True)
    )
    return Reconciled(pairs, joint, _lack(counts, pairs), (first, second, both))


def sample(rng: np.random.Generator, pairs: Pairs, sizes: tuple[int, int, int]) -> Pairs:
    """Counts of three samples of these sizes."""
    first, second, both = (
        rng.multinomial(n, p.ravel() / p.sum()).reshape(p.shape).astype(np.float64)
        for p, n in zip(pairs, sizes, strict=True)
    )
    return Pairs(first, second, both)


def start_of(found: Reconciled) -> Floats:
    """Where the search for the joint of such samples may start: near, and no cell empty."""
    return np.asarray((1 - MIX) * found.joint + MIX / found.joint.size)


def _ratio(counts: Pairs, pairs: Pairs) -> Floats:
    """What EM multiplies each cell by; none is above 1 at the maximum."""
    a, b, c = (
        np.divide(n, p, out=np.zeros_like(p), where=p > 0)
        for n, p in zip(counts, pairs, strict=True)
    )
    total = sum(float(table.sum()) for table in counts)
    return np.asarray((a[:, None] + b + c[:, :, None]) / total)


def _independent(counts: Pairs) -> Floats:
    """Symbols of all samples together, as if x1, x2 and y were independent."""
    x1 = counts.p1.sum(axis=1) + counts.p12.sum(axis=1)
    x2 = counts.p2.sum(axis=1) + counts.p12.sum(axis=0)
    y = counts.p1.sum(axis=0) + counts.p2.sum(axis=0)
    joint = x1[:, None, None] * x2[:, None] * y
    return np.asarray(joint / joint.sum())


def _lack(counts: Pairs, pairs: Pairs) -> float:
    found = 0.0
    for table, p in zip(counts, pairs, strict=True):
        seen = table > 0
        apart = float(xlogx(table).sum() - xlogx(table.sum()))
        found += apart - float((table[seen] * np.log(p[seen])).sum())
    return 2 * found
