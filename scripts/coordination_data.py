"""Sources of which is known what both have, for the studies of coordination."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from scipy.ndimage import rotate
from sklearn.datasets import load_digits

from pid._types import Codes, Floats

TRAINING_DIGITS = 1_200  # of 1,797; pairs of the others are for testing


class Pairs(NamedTuple):
    """Rows of two sources."""

    X1: Floats
    X2: Floats
    y: Codes


def digit_pairs(n: int, n_test: int, seed: int) -> tuple[Pairs, Pairs]:
    """A digit turned by up to 45 degrees, and another of its class under noise.

    As Wang et al. (ICML 2015) made of MNIST, here of scikit-learn's digits, 8 by 8.
    """
    rng = np.random.default_rng(seed)
    X, y = load_digits(return_X_y=True)
    order = rng.permutation(len(X))
    training, test = order[:TRAINING_DIGITS], order[TRAINING_DIGITS:]
    return tuple(  # type: ignore[return-value]
        _turned_and_noisy(X[rows] / 16, y[rows], size, rng)
        for rows, size in ((training, n), (test, n_test))
    )


def _turned_and_noisy(X: Floats, y: Codes, n: int, rng: np.random.Generator) -> Pairs:
    rows = rng.integers(len(X), size=n)
    turned = [
        rotate(X[i].reshape(8, 8), rng.uniform(-45, 45), reshape=False, order=1).ravel()
        for i in rows
    ]
    others = np.array([rng.choice(np.flatnonzero(y == y[i])) for i in rows])
    noisy = (X[others] + rng.random((n, 64))).clip(0, 2)
    return Pairs(np.array(turned), noisy, y[rows])


class Bent:
    """An invertible map to more columns: turned, then v + tanh(2 W v + b) / 2 with |W| < 1."""

    def __init__(self, n_in: int, n_out: int, rng: np.random.Generator) -> None:
        self.turn = np.linalg.qr(rng.normal(size=(n_out, n_in)))[0]
        W = rng.normal(size=(n_out, n_out))
        self.W = 0.95 * W / np.linalg.norm(W, 2)
        self.b = rng.normal(size=n_out)

    def __call__(self, v: Floats) -> Floats:
        """Shape (rows, n_out)."""
        v = v @ self.turn.T
        return np.asarray(v + np.tanh(2 * v @ self.W.T + self.b) / 2)


class Bits(NamedTuple):
    """Two sources, and the bits in them: s in both, u1 and u2 in one, x = a xor b in neither.

    "R xor" is the exclusive or of two shared bits: in both, without a straight line to it.
    """

    X1: Floats
    X2: Floats
    bits: Mapping[str, Codes]


def bits(n: int, seed: int) -> Bits:
    """Each source has two shared bits, two of its own, one of a pair, and numbers besides.

    A bit is -1 or 1 with a deviation of .25; two numbers are correlated by .9 with two of the
    other source, four are noise; all in 30 bent columns.
    """
    rng = np.random.default_rng(seed)
    s, u1, u2 = rng.integers(2, size=(3, n, 2))
    a, b = rng.integers(2, size=(2, n, 1))
    common = rng.normal(size=(n, 2))
    sources = []
    for own in (np.hstack([s, u1, a]), np.hstack([s, u2, b])):
        coded = 2.0 * own - 1 + 0.25 * rng.normal(size=own.shape)
        near = 0.9 * common + np.sqrt(1 - 0.9**2) * rng.normal(size=(n, 2))
        sources.append(np.hstack([coded, near, rng.normal(size=(n, 4))]))
    X1, X2 = (Bent(v.shape[1], 30, rng)(v) for v in sources)
    named = {"R": s[:, 0], "U1": u1[:, 0], "U2": u2[:, 0], "S": (a ^ b)[:, 0]}
    named["R xor"] = s[:, 0] ^ s[:, 1]
    return Bits(X1, X2, named)


class Retrieval(NamedTuple):
    """Two sources, and for test rows the log density ratio that no score can beat."""

    X1: Floats
    X2: Floats
    ratio: Floats


def retrieval(n: int, n_test: int, seed: int, rho: float = 0.98, shared: int = 8) -> Retrieval:
    """Shared numbers of correlation rho and four of its own in each source, in 24 bent columns."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(n + n_test, shared))
    near = [rho**0.5 * common + (1 - rho) ** 0.5 * rng.normal(size=common.shape) for _ in range(2)]
    X1, X2 = (Bent(shared + 4, 24, rng)(np.hstack([v, rng.normal(size=(len(v), 4))])) for v in near)
    a, b = (v[n:] for v in near)
    squares = ((b[None] - rho * a[:, None]) ** 2).sum(axis=2)
    ratio = -squares / (2 * (1 - rho**2)) + (b**2).sum(axis=1)[None] / 2
    return Retrieval(X1, X2, ratio)


class Views(NamedTuple):
    """A latent, views of it, and which rows of which view are damaged."""

    latent: Floats
    views: list[Floats]
    damaged: list[Codes]


class Scene:
    """Four views of a latent of six numbers: each sees three of them, in 12 columns.

    Args:
        seed: of the maps.
        damaged: share of the rows of each view that are Student's t noise with 2 degrees of
            freedom and of size 4 instead.
        bent: whether views see tanh and squares instead of straight combinations.
    """

    size, columns, noise = 6, 12, 0.1

    def __init__(self, seed: int, damaged: float, bent: bool) -> None:
        rng = np.random.default_rng(seed)
        self.seen = [(np.arange(3) + 2 * v) % self.size for v in range(4)]
        self.maps = [rng.normal(size=(2, 3, self.columns)) / 3**0.5 for _ in range(4)]
        self.damaged, self.bent = damaged, bent

    def sample(self, n: int, seed: int) -> Views:
        """Some rows."""
        rng = np.random.default_rng(seed)
        latent = rng.normal(size=(n, self.size))
        views, hit = [], []
        for seen, (W, squares) in zip(self.seen, self.maps, strict=True):
            view = latent[:, seen] @ W
            if self.bent:
                view = np.tanh(1.5 * view) + 0.3 * (latent[:, seen] @ squares) ** 2
            view += self.noise * rng.normal(size=view.shape)
            bad = rng.random(n) < self.damaged
            view[bad] = 4 * rng.standard_t(2, size=(int(bad.sum()), self.columns))
            views.append(view)
            hit.append(bad.astype(np.intp))
        return Views(latent, views, hit)

    def best(self, found: Views) -> Floats:
        """The latent's mean given straight views, who knows the maps and the damaged rows."""
        A = np.tile(np.eye(self.size), (len(found.latent), 1, 1))
        b = np.zeros((len(found.latent), self.size))
        for seen, (W, _), view, bad in zip(
            self.seen, self.maps, found.views, found.damaged, strict=True
        ):
            whole = np.zeros((self.size, self.columns))
            whole[seen] = W
            weight = (1 - bad) / self.noise**2
            A += weight[:, None, None] * (whole @ whole.T)
            b += weight[:, None] * (view @ whole.T)
        return np.asarray(np.linalg.solve(A, b[..., None])[..., 0])
