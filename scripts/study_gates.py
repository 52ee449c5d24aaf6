"""Further tables for studies: gates, kinks, rare classes, heavy tails, y told by nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial

import numpy as np
from numpy.typing import ArrayLike

from pid._types import Floats as Table

EVEN = (0.5, 0.5)
FEW = (0.05, 0.02, 0.01, 0.005)  # share of the rare class


@cache
def more_tables() -> Mapping[str, Table]:
    """Of 2x2x2 to 8x8x2, by name."""
    return _gates() | _kinks() | _rare() | _sparse(np.random.default_rng(2))


@cache
def rare_tables() -> Mapping[str, Table]:
    """Seven kinds of sources, each with a class of 5, 2, 1 and half a per cent of the rows."""
    rng = np.random.default_rng(3)
    small, large = (rng.dirichlet(np.ones(n), size=(2, 2)).transpose(0, 2, 1) for n in (4, 8))
    kinds = {
        "told 2x2x2": (_binary(0.03, 0.65), _binary(0.1, 0.5)),
        "weak 2x2x2": (_binary(0.3, 0.5), _binary(0.2, 0.5)),
        "same channel 2x2x2": (_binary(0.1, 0.6),) * 2,
        "channels 4x4x2": tuple(small),
        "channels 8x8x2": tuple(large),
    }
    bank = {}
    for share in FEW:
        p_y = (1 - share, share)
        for name, (first, second) in kinds.items():
            bank[f"{share:.1%}, {name}"] = _given_y(first, second, p_y)
        for n in (2, 8):
            xor = _gate((n, n, 2), partial(_xor_of_halves, n), 0.2)
            bank[f"{share:.1%}, noisy xor {n}x{n}x2"] = xor * np.array(p_y) * 2
    return bank


def _xor_of_halves(n: int, a: int, b: int) -> int:
    return int(2 * a >= n) ^ int(2 * b >= n)


def _gates() -> dict[str, Table]:
    """y by a rule of both sources."""
    return {
        "and 2x2x2": _gate((2, 2, 2), lambda a, b: a & b),
        "xor 2x2x2": _gate((2, 2, 2), lambda a, b: a ^ b),
        "copy of x1 2x2x2": _gate((2, 2, 2), lambda a, b: a),
        "min 3x3x3": _gate((3, 3, 3), min),
        "sum mod 3 3x3x3": _gate((3, 3, 3), lambda a, b: (a + b) % 3),
        "noisy mux 4x4x2": _gate((4, 4, 2), lambda a, b: (a if b & 1 else b) >> 1, 0.2),
        "and of four levels 4x4x2": _gate((4, 4, 2), lambda a, b: int(min(a, b) > 1)),
        "threshold of sum 8x8x2": _gate((8, 8, 2), lambda a, b: int(a + b > 7)),
        "noisy threshold of sum 8x8x2": _gate((8, 8, 2), lambda a, b: int(a + b > 7), 0.3),
    }


def _kinks() -> dict[str, Table]:
    """Sources that tell as much as each other, or nearly so, where atoms have a kink."""
    erasures = [[0.6, 0.0], [0.0, 0.6], [0.4, 0.4]]
    bank = {"erasures 3x3x2": _given_y(erasures, erasures, EVEN)}
    for first, second in ((0.8, 0.8), (0.8, 0.77), (0.8, 0.75), (0.55, 0.55)):
        bank[f"channels {first} and {second}"] = _given_y(
            _binary(1 - first, first), _binary(1 - second, second), EVEN
        )
    return bank


def _rare() -> dict[str, Table]:
    """A class of a few per cent or less, told by the sources or by nothing."""
    bank = {}
    for share in (0.02, 0.01, 0.005):
        bank[f"rare {share:g} 2x2x2"] = _given_y(
            _binary(0.03, 0.65), _binary(0.1, 0.5), (1 - share, share)
        )
    for share in (0.1, 0.02):
        nothing = np.full((2, 2), 0.5)
        bank[f"y of {share:g}, told by nothing"] = _given_y(nothing, nothing, (1 - share, share))
    steps = np.arange(5) - 2
    chance = 1 / (1 + np.exp(2 - 0.5 * np.multiply.outer(steps, steps)))
    bank["logistic 5x5x2"] = np.stack([1 - chance, chance], axis=2) / 25
    return bank


def _sparse(rng: np.random.Generator) -> dict[str, Table]:
    """Many cells that are seldom or never seen, or determined."""
    channel = rng.dirichlet(np.ones(6), size=2).T
    shares = (1 / np.arange(1, 10)) / (1 / np.arange(1, 10)).sum()
    twice = np.einsum("ik,k,ij->ijk", channel, EVEN, np.eye(6))
    first, second = rng.dirichlet(np.ones(4), size=(2, 2)).transpose(0, 2, 1)
    return {
        "rare 0.02 4x4x2": _given_y(first, second, (0.98, 0.02)),
        "identical sources 6x6x2": twice,
        "Zipf 9x9x2": np.einsum("i,j,k->ijk", shares, shares, EVEN),
        "Dirichlet(0.05) 8x8x2": rng.dirichlet(np.full(128, 0.05)).reshape(8, 8, 2),
    }


def _given_y(first: ArrayLike, second: ArrayLike, p_y: ArrayLike) -> Table:
    """x1 and x2 independent given y."""
    channels = np.asarray(first), np.asarray(second)
    return np.asarray(np.einsum("ik,jk,k->ijk", *channels, np.asarray(p_y)))


def _binary(first: float, second: float) -> Table:
    """p(x | y) of two symbols, by the chance of the second one given each of two classes."""
    return np.array([[1 - first, 1 - second], [first, second]])


def _gate(
    shape: tuple[int, int, int], rule: Callable[[int, int], int], noise: float = 0.0
) -> Table:
    """y by a rule of the symbols, and with chance ``noise`` any class at all."""
    p = np.full(shape, noise / shape[2])
    for i, j in np.ndindex(shape[:2]):
        p[i, j, rule(i, j)] += 1 - noise
    return np.asarray(p / p.sum())
