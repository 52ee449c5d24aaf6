"""The generator of Liang et al. (NeurIPS 2023), with its decomposition computed.

Three blocks of latents, z0 of the first source, z1 of the second, z01 of both, are seen through
random linear maps. The label is the sign of the mean of some of them after dropout. What the paper
and others print as truth is not a decomposition: the entropy of y plus the logarithm of the best
accuracy, dealt out to the blocks. In particular "synergy" is a threshold of a sum, which holds as
much redundancy as an AND gate has, since either half of the sum gives a hint.

Example:
    >>> from pid.datasets import published
    >>> found = published.make("synergy", n=200)
    >>> found.X1.shape, 0.05 < found.atoms["redundancy"] < found.atoms["synergy"]
    ((200, 64), True)
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import product
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.special import comb, ndtr, ndtri
from scipy.stats import binom
from scipy.stats.qmc import Sobol

from pid._types import Floats
from pid.checks import GENERATOR, RANDOM_STATE, checked, integer, one_of
from pid.core.decompose import decompose
from pid.core.decomposition import ATOMS, atoms
from pid.datasets.continuous import Continuous

LATENTS, SEEN = 5, 32  # of each block, and columns that a block becomes
VARIANCE = 1.5
KEPT = 0.8  # chance that dropout keeps a latent
# Of the five latents of z0, z1 and z01, how many each sample's label is made of.
SETTINGS: Mapping[str, tuple[int, int, int]] = MappingProxyType(
    {
        "redundancy": (0, 0, 5),
        "uniqueness1": (5, 0, 0),
        "uniqueness2": (0, 5, 0),
        "synergy": (5, 5, 0),
        "mix1": (2, 2, 2),
        "mix2": (5, 2, 2),
        "mix3": (5, 5, 2),
        "mix4": (2, 2, 5),
        "mix5": (0, 2, 2),
        "mix6": (0, 2, 5),
    }
)
POINTS, PARTS, CELLS = 13, 64, 200  # of the truth: 2**13 points, some at a time


@checked(setting=one_of(*SETTINGS), n=integer(), random_state=RANDOM_STATE)
def make(setting: str, n: int = 1000, *, random_state: int | None = 0) -> Continuous:
    """Samples of a setting, and its atoms, which are exact to about .004 bit.

    Args:
        setting: one of ``SETTINGS``; "uniqueness1" and "uniqueness2" are "uniqueness0" and
            "uniqueness1" in the code of the paper.
        n: samples.
        random_state: seed of the maps and the samples; None takes another one each time.

    Raises:
        InvalidInput: there is no such setting, or n is no positive integer.
    """
    shape, noise = map(np.random.default_rng, np.random.SeedSequence(random_state).spawn(2))
    maps = shape.random((3, LATENTS, SEEN))
    z = np.sqrt(VARIANCE) * noise.normal(size=(3, n, LATENTS))
    kept = masks(SETTINGS[setting], n, noise)
    y = ((z * kept).sum(axis=(0, 2)) > 0).astype(np.int64)
    shown = [block @ through for block, through in zip(z, maps, strict=True)]
    return Continuous(
        X1=np.hstack([shown[0], shown[2]]),
        X2=np.hstack([shown[1], shown[2]]),
        y=y,
        atoms=truth(setting),
        name=f"published, {setting}",
    )


@checked(n=integer(), rng=GENERATOR)
def masks(counts: tuple[int, int, int], n: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Which latents of each block count for a sample: some of them at random, less dropout."""
    order = rng.random((3, n, LATENTS)).argsort(axis=2)
    chosen = order < np.array(counts)[:, None, None]
    return np.asarray(chosen & (rng.random(chosen.shape) < KEPT))


@checked(setting=one_of(*SETTINGS))
@cache
def truth(setting: str) -> Mapping[str, float]:
    """The atoms, from the exact posteriors of evenly spread latents (Sobol's points).

    Masks are enumerated, and the block that a source does not see is a normal variable.
    """
    uniform = Sobol(3 * LATENTS, scramble=True, seed=0).random_base2(POINTS)
    z = np.sqrt(VARIANCE) * ndtri(uniform).reshape(-1, 3, LATENTS).transpose(1, 0, 2)
    laws = [_law(count) for count in SETTINGS[setting]]
    first, second, both = (
        np.concatenate([_posterior(part, laws, unseen) for part in np.split(z, PARTS, axis=1)])
        for unseen in (1, 0, None)
    )
    known = [_cells(p) for p in (first, second)]
    p_y = np.array([0.5, 0.5])
    d = decompose(known[0][:, None, :] * known[1][None, :, :] / p_y)
    information = 1 - float(_entropy(both).mean())
    union = d.redundancy + d.unique1 + d.unique2
    found = atoms(union, d.information1, d.information2, information)
    return {atom: float(v) for atom, v in zip(ATOMS, found, strict=True)}


def _law(count: int) -> tuple[Floats, Floats]:
    """All masks of a block, shape (masks, latents), and their probabilities.

    Of ``count`` latents, chosen at random, dropout keeps some: the number is binomial, and which
    they are is as likely for all sets of that number.
    """
    every = np.array(list(product([0.0, 1.0], repeat=LATENTS)))
    number = every.sum(axis=1)
    chance = binom.pmf(number, count, KEPT) / comb(LATENTS, number)
    return every[chance > 0], chance[chance > 0]


def _posterior(z: Floats, laws: list[tuple[Floats, Floats]], unseen: int | None) -> Floats:
    """p(y = 1) of each point, given all blocks but one."""
    total, weight = np.zeros((z.shape[1], 1)), np.ones(1)
    for block, (every, chance) in enumerate(laws):
        if block != unseen:
            sums = z[block] @ every.T
            total = (total[:, :, None] + sums[:, None, :]).reshape(len(total), -1)
            weight = np.outer(weight, chance).ravel()
    if unseen is None:
        return np.asarray((total > 0) @ weight)
    found = np.zeros(len(total))
    kept, chance = laws[unseen][0].sum(axis=1), laws[unseen][1]
    for number in np.unique(kept):
        deviation = np.sqrt(VARIANCE * number)
        above = ndtr(total / deviation) if number else total > 0
        found += chance[kept == number].sum() * (above @ weight)
    return found


def _cells(posterior: Floats) -> Floats:
    """p(cell, y) of cells of points with like posteriors, with both classes alike."""
    parts = np.array_split(np.sort(posterior), CELLS)
    ones = np.array([part.sum() for part in parts]) / len(posterior)
    zeros = np.array([(1 - part).sum() for part in parts]) / len(posterior)
    return np.column_stack([zeros / zeros.sum(), ones / ones.sum()]) / 2


def _entropy(p: Floats) -> Floats:
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return -p * np.log2(p) - (1 - p) * np.log2(1 - p)
