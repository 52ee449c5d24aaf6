"""Smooth maps into many dimensions that lose nothing, so that atoms stay what they are."""

from __future__ import annotations

import numpy as np

from pid._types import Counts, Floats

SPECTRAL_NORM = 0.95  # of the weights of the invertible map, below 1
NET_WIDTH = 32
CENTRE_DISTANCE = 2.5
CENTRE_DIMENSIONS = 3
CLUSTER_DEVIATION, NET_NOISE = 0.25, 0.02


def diffeomorphism(
    z: Floats, nuisances: int, dimensions: int, rng: np.random.Generator, noise: np.random.Generator
) -> Floats:
    """Values (n,) with normal nuisances beside them, lifted and bent, shape (n, dimensions).

    v + tanh(2 W v + b) / 2 is invertible where the spectral norm of W is below 1.

    Args:
        z: what tells about y.
        nuisances: normal dimensions that tell nothing.
        dimensions: of the result, at least 1 + nuisances.
        rng: of the map.
        noise: of the nuisances.
    """
    inner = np.column_stack([z, noise.normal(size=(len(z), nuisances))])
    lift, _ = np.linalg.qr(rng.normal(size=(dimensions, inner.shape[1])))
    weights = rng.normal(size=(dimensions, dimensions))
    weights *= SPECTRAL_NORM / np.linalg.norm(weights, 2)
    v = inner @ lift.T
    return np.asarray(v + 0.5 * np.tanh(2 * v @ weights.T + rng.normal(size=dimensions)))


def clusters(
    symbols: Counts,
    count: int,
    dimensions: int,
    rng: np.random.Generator,
    noise: np.random.Generator,
) -> Floats:
    """A cluster of points for each of ``count`` symbols, mapped by a random tanh net.

    Args:
        symbols: shape (n,).
        count: of symbols there are.
        dimensions: of the result.
        rng: of centres and net.
        noise: of the points.
    """
    centres = _apart(count, rng)
    points = centres[symbols]
    points = points + CLUSTER_DEVIATION * noise.normal(size=points.shape)
    first = rng.normal(size=(CENTRE_DIMENSIONS, NET_WIDTH)) / np.sqrt(CENTRE_DIMENSIONS)
    second = rng.normal(size=(NET_WIDTH, dimensions)) / np.sqrt(NET_WIDTH)
    found = np.tanh(points @ first + rng.normal(size=NET_WIDTH)) @ second
    return np.asarray(found + NET_NOISE * noise.normal(size=found.shape))


def _apart(count: int, rng: np.random.Generator) -> Floats:
    """Centres at least ``CENTRE_DISTANCE`` from each other, drawn until they fit."""
    spread = 2.0
    centres = [spread * rng.normal(size=CENTRE_DIMENSIONS)]
    while len(centres) < count:
        spread *= 1.01  # in a box that grows, room is found in the end
        new = spread * rng.normal(size=CENTRE_DIMENSIONS)
        if min(np.linalg.norm(new - centre) for centre in centres) >= CENTRE_DISTANCE:
            centres.append(new)
    return np.array(centres)
