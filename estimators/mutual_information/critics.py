"""Critics: networks that score pairs, trained on some rows, stopped on others, read on the rest."""

from __future__ import annotations

import copy
import math
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from pid._types import Codes, Floats
from pid.estimators.mutual_information.bounds import Bound

HIDDEN, EMBEDDED = 64, 32
RATE, DECAY = 2e-3, 1e-3
FIRST = 0.02  # deviation of the last weights
BATCH = 128
EVERY, PATIENCE = 50, 4  # steps between looks at rows held out; looks without a better one
HELD_OUT = 0.25  # of the rows outside a fold
MOST = 1_000  # rows whose pairs are looked at together


class Data(NamedTuple):
    """Rows of x and y, and of each the number of its condition."""

    x: Tensor
    y: Tensor
    groups: NDArray[np.intp]

    def taken(self, rows: Codes) -> Data:
        """Some of the rows."""
        at = torch.from_numpy(np.ascontiguousarray(rows))
        return Data(self.x[at], self.y[at], self.groups[rows])

    @property
    def mask(self) -> Tensor:
        """Of each row, which others share its condition."""
        same = torch.from_numpy(self.groups[:, None] == self.groups)
        return same & ~torch.eye(len(self.groups), dtype=torch.bool)


class Critic(nn.Module):
    """f(x, y) = g(x) . h(y) + a(x) + b(y): all pairs cost as little as rows."""

    def __init__(self, width_x: int, width_y: int) -> None:
        super().__init__()
        self.of_x, self.of_y = (_network(width, EMBEDDED + 1) for width in (width_x, width_y))
        for network in (self.of_x, self.of_y):  # begin where nothing is said, which may stay best
            last = network[-1]
            assert isinstance(last, nn.Linear)
            nn.init.normal_(last.weight, std=FIRST)
            nn.init.zeros_(last.bias)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Scores of all pairs, shape (n, n)."""
        g, h = self.of_x(x), self.of_y(y)
        products = g[:, 1:] @ h[:, 1:].T / math.sqrt(EMBEDDED)
        found: Tensor = products + g[:, :1] + h[:, 0]
        return found


class Conditional(nn.Module):
    """log q(y | x) of normal columns whose means and deviations are functions of x."""

    def __init__(self, width_x: int, width_y: int) -> None:
        super().__init__()
        self.mean, self.log_deviation = _network(width_x, width_y), _network(width_x, width_y)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Of all pairs, shape (n, n), up to a constant."""
        mean, log_deviation = self.mean(x), self.log_deviation(x).clamp(-5, 5)
        away = (y - mean[:, None]) / log_deviation.exp()[:, None]
        found: Tensor = -((away**2) / 2 + log_deviation[:, None]).sum(2)
        return found


def _network(width: int, out: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(width, HIDDEN), nn.SiLU(), nn.Linear(HIDDEN, HIDDEN), nn.SiLU(),
        nn.Linear(HIDDEN, out),
    )  # fmt: skip


class Way(NamedTuple):
    """How a critic is trained, by which objective it is stopped, and what is said of it.

    What stops it is what is reported, wherever that is to be maximised: a critic that is best by
    one bound may be far from it by another.
    """

    trained: Bound
    stopped: Bound
    reported: Bound
    network: type[nn.Module] = Critic


def cross_fitted(data: Data, way: Way, folds: int, steps: int, seed: int) -> float:
    """What is reported of rows that had no part in training, the mean of all folds."""
    rng = np.random.default_rng(seed)
    fold = rng.permutation(len(data.groups)) % folds
    found = []
    for k in range(folds):
        inside, outside = np.flatnonzero(fold == k), rng.permutation(np.flatnonzero(fold != k))
        held = round(HELD_OUT * len(outside))
        critic = _trained(data.taken(outside[held:]), data.taken(outside[:held]), way, steps, rng)
        with torch.no_grad():
            found.append(_value(critic, data.taken(inside[:MOST]), way.reported))
    return float(np.mean(found))


def _value(critic: nn.Module, data: Data, bound: Bound) -> float:
    return float(bound(critic(data.x, data.y), data.mask))


def _trained(data: Data, held: Data, way: Way, steps: int, rng: np.random.Generator) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(rng.integers(2**31)))
        critic = way.network(data.x.shape[1], data.y.shape[1])
    descent = torch.optim.AdamW(critic.parameters(), lr=RATE, weight_decay=DECAY)
    held = held.taken(np.arange(min(MOST, len(held.groups))))
    best, kept, without = -math.inf, copy.deepcopy(critic), 0
    for step in range(steps + 1):
        if step % EVERY == 0:
            with torch.no_grad():
                value = _value(critic, held, way.stopped)
            if value > best:
                best, kept, without = value, copy.deepcopy(critic), 0
            else:
                without += 1
            if without > PATIENCE:
                break
        some = data.taken(_batch(data.groups, rng))
        loss = -way.trained(critic(some.x, some.y), some.mask)
        descent.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(critic.parameters(), 5.0)
        descent.step()
    return kept


def _batch(groups: NDArray[np.intp], rng: np.random.Generator) -> Codes:
    """Rows of which many share their condition: whole groups in a random order, cut anywhere."""
    order = np.lexsort((rng.random(len(groups)), rng.permutation(groups.max() + 1)[groups]))
    start = int(rng.integers(len(groups)))
    return np.roll(order, -start)[:BATCH]


def data_of(x: Floats, y: Floats, groups: NDArray[np.intp]) -> Data:
    """As 32-bit numbers of torch."""
    return Data(
        torch.from_numpy(x.astype(np.float32)), torch.from_numpy(y.astype(np.float32)), groups
    )
