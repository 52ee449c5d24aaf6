"""The tables that the studies of bias, coverage and tests draw samples from, with known atoms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

import pid
from pid.core.decomposition import ATOMS
from scripts.study_gates import more_tables, rare_tables

Table = NDArray[np.float64]

LARGE = (8, 8, 2)
QUICK = ("independent 2x2x2", "noisy and 2x2x2", "Dirichlet(1) 3x3x2")  # to see a study work
BOUNDARY = 1e-4  # bit; an atom below it counts as 0


def is_large(name: str) -> bool:
    """Whether it is one of the 8x8x2 tables that the target for the bias of S is set on."""
    return name in tables() and tables()[name].shape == LARGE


@cache
def truth(name: str) -> Mapping[str, float]:
    """The atoms of a table of the bank, in bits."""
    d = pid.decompose(bank()[name])
    return {atom: float(getattr(d, atom)) for atom in ATOMS}


@cache
def bank() -> Mapping[str, Table]:
    """All tables of studies: these, gates and kinks, and rare classes."""
    return dict(tables()) | dict(more_tables()) | dict(rare_tables())


@cache
def tables() -> Mapping[str, Table]:
    """Eighteen 8x8x2 tables and eighteen of other shapes, by name."""
    return _large(np.random.default_rng(0)) | _others(np.random.default_rng(1))


def _large(rng: np.random.Generator) -> dict[str, Table]:
    even, uneven = np.array([0.5, 0.5]), np.array([0.3, 0.7])
    bank = {"independent": np.full(LARGE, 1 / 128)}
    first, second = rng.dirichlet(np.full(8, 2.0), size=2)
    bank["independent, skewed"] = np.einsum("i,j,k->ijk", first, second, uneven)
    pairs = rng.dirichlet(np.ones(64)).reshape(8, 8)
    bank["independent of y, x1 ~ x2"] = pairs[..., None] * even
    bank["cond. independent"] = _given_y(_channel(rng, 8), _channel(rng, 8), even)
    weak1, weak2 = (0.1 + 0.2 * _channel(rng, 8) for _ in range(2))
    bank["cond. independent, weak"] = _given_y(weak1, weak2, even)
    channel = _channel(rng, 8)
    bank["same channel twice"] = _given_y(channel, channel, even)
    noise = rng.dirichlet(np.full(8, 0.5), size=8).T
    bank["degraded"] = _degraded(channel, noise, even)
    noise = 0.7 * np.eye(8) + 0.3 / 8
    bank["degraded a little"] = _degraded(channel, noise, even)
    bank["degraded, cond. independent"] = _given_y(channel, noise @ channel, even)
    bank["noisy xor"] = _gate(lambda a, b: a ^ b, 8, 0.1)
    bank["noisy and"] = _gate(lambda a, b: a & b, 8, 0.1)
    bank["noisy or"] = _gate(lambda a, b: a | b, 8, 0.1)
    bank["noisy copy of x1"] = _gate(lambda a, b: a, 8, 0.2)
    bank["very noisy xor"] = _gate(lambda a, b: a ^ b, 8, 0.4)
    for concentration in (3.0, 1.0, 0.3, 0.1):
        cells = rng.dirichlet(np.full(128, concentration)).reshape(LARGE)
        bank[f"Dirichlet({concentration:g})"] = cells
    return bank


def _others(rng: np.random.Generator) -> dict[str, Table]:
    even, thirds = np.array([0.5, 0.5]), np.full(3, 1 / 3)
    small = np.array([[0.8, 0.3], [0.2, 0.7]])
    bank = {
        "independent 2x2x2": np.full((2, 2, 2), 1 / 8),
        "noisy xor 2x2x2": _gate(lambda a, b: a ^ b, 2, 0.1),
        "noisy and 2x2x2": _gate(lambda a, b: a & b, 2, 0.1),
        "same channel twice 2x2x2": _given_y(small, small, even),
        "degraded 2x2x2": _degraded(small, np.array([[0.8, 0.2], [0.2, 0.8]]), even),
    }
    for shape in ((2, 2, 2), (3, 3, 2), (4, 4, 2), (3, 3, 3), (4, 4, 4)):
        for concentration in (1.0, 0.5):
            cells = rng.dirichlet(np.full(int(np.prod(shape)), concentration)).reshape(shape)
            bank[f"Dirichlet({concentration:g}) {'x'.join(map(str, shape))}"] = cells
    channel = _channel(rng, 4, 3)
    noise = rng.dirichlet(np.full(4, 0.5), size=4).T
    bank["degraded 4x4x3"] = _degraded(channel, noise, thirds)
    bank["same channel twice 4x4x3"] = _given_y(channel, channel, thirds)
    bank["cond. independent 4x4x3"] = _given_y(channel, _channel(rng, 4, 3), thirds)
    return bank


def _channel(rng: np.random.Generator, symbols: int, classes: int = 2) -> Table:
    """p(x | y), shape (symbols, classes)."""
    return rng.dirichlet(np.ones(symbols), size=classes).T


def _given_y(first: Table, second: Table, p_y: Table) -> Table:
    """x1 and x2 independent given y."""
    return np.asarray(np.einsum("ik,jk,k->ijk", first, second, p_y))


def _degraded(first: Table, noise: Table, p_y: Table) -> Table:
    """x2 is x1 through noise (x2, x1), whatever y: nothing unique to it, and no synergy."""
    return np.asarray(np.einsum("ik,ji,k->ijk", first, noise, p_y))


def _gate(rule: Callable[[int, int], int], symbols: int, noise: float) -> Table:
    """y by a gate of which half of their symbols x1 and x2 take, wrong with chance ``noise``."""
    p = np.zeros((symbols, symbols, 2))
    for i in range(symbols):
        for j in range(symbols):
            y = rule(int(2 * i >= symbols), int(2 * j >= symbols))
            p[i, j, y], p[i, j, 1 - y] = 1 - noise, noise
    return np.asarray(p / p.sum())
