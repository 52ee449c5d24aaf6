"""Gaussian vectors with known atoms, in straight or bent coordinates.

Example:
    >>> from pid.datasets import linear
    >>> found = linear.gaussian(5, 3, 2, n=100)
    >>> found.X1.shape, found.Y.shape, found.atoms["redundancy"] > 0
    ((100, 5), (100, 2), True)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from pid._types import Floats
from pid.checks import RANDOM_STATE, checked, integer, number, one_of
from pid.core.decomposition import ATOMS
from pid.core.gaussian import from_rows

COORDINATES = ("straight", "monotone", "across")
BEND = 0.7  # of the parabola of "across", beside a deviation of 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # eq off: array fields
class Vectors:
    """Samples of a Gaussian family, and the atoms of the population they come from.

    Attributes:
        X1, X2: sources, shapes (n, d1) and (n, d2).
        Y: targets, shape (n, dy).
        atoms: redundancy, unique1, unique2, synergy, in bits: no map of single variables changes
            them.
        covariance: of x1, x2 and y in straight coordinates.
    """

    X1: Floats = field(repr=False)
    X2: Floats = field(repr=False)
    Y: Floats = field(repr=False)
    atoms: Mapping[str, float]
    covariance: Floats = field(repr=False)


@checked(
    d1=integer(),
    d2=integer(),
    dy=integer(),
    n=integer(),
    strength=number(),
    shared=number(above=-1, below=1),
    coordinates=one_of(*COORDINATES),
    random_state=RANDOM_STATE,
)
def gaussian(
    d1: int,
    d2: int,
    dy: int,
    n: int = 1000,
    *,
    strength: float = 1.0,
    shared: float = 0.0,
    coordinates: str = "straight",
    random_state: int | None = 0,
) -> Vectors:
    """X_i = H_i Y + noise, with random gains.

    Args:
        d1, d2, dy: dimensions.
        n: samples.
        strength: deviation of the gains: the entries of H_i.
        shared: correlation of noises that x1 and x2 have in common, in min(d1, d2) directions.
        coordinates: "straight"; "monotone", the cubes of x1 and cube roots of x2 and y, as in the
            test of Zhao et al. (Flow-PID, 2025); or "across", where the square of a column is added
            to the next, which no change of single columns undoes.
        random_state: seed of gains and samples; None takes another one each time.

    Raises:
        InvalidInput: sizes that are no positive integers, or coordinates that there are not.
    """
    shape, noise = map(np.random.default_rng, np.random.SeedSequence(random_state).spawn(2))
    gains = strength * shape.normal(size=(d1 + d2, dy))
    common = np.eye(d1 + d2)
    turned = np.linalg.qr(shape.normal(size=(max(d1, d2),) * 2))[0][:d1, :d2]
    common[:d1, d1:], common[d1:, :d1] = shared * turned, shared * turned.T
    Y = noise.normal(size=(n, dy))
    root = np.linalg.cholesky(common)
    X = Y @ gains.T + noise.normal(size=(n, d1 + d2)) @ root.T
    sigma = np.block([[gains @ gains.T + common, gains], [gains.T, np.eye(dy)]])
    factor = np.block([[gains.T, np.eye(dy)], [root.T, np.zeros((d1 + d2, dy))]])
    d = from_rows(factor, (d1, d2, dy))  # which has more digits than sigma, its square
    X1, X2, Y = _bent(X[:, :d1], X[:, d1:], Y, coordinates)
    atoms = {atom: float(getattr(d, atom)) for atom in ATOMS}
    return Vectors(X1=X1, X2=X2, Y=Y, atoms=atoms, covariance=sigma)


def _bent(X1: Floats, X2: Floats, Y: Floats, coordinates: str) -> tuple[Floats, Floats, Floats]:
    if coordinates == "monotone":
        return X1**3, np.cbrt(X2), np.cbrt(Y)
    if coordinates == "across":
        return _parabola(X1), _parabola(X2), _parabola(Y)
    return X1, X2, Y


def _parabola(z: Floats) -> Floats:
    """Each second column with the square of the one before it added."""
    bent = z.copy()
    pairs = z.shape[1] // 2
    first = z[:, 0 : 2 * pairs : 2]
    bent[:, 1 : 2 * pairs : 2] += BEND * first**2 / first.std(axis=0)
    return bent
