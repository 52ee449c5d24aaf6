"""How many bits of classes, and how much of numbers, are in each of several codes of the same rows.

Networks side by side, one for each code, so that many small ones are trained in the time of one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from pid._types import Codes, Floats
from pid.estimators.neural.trainer import Course, Losses, Noise, Trainer, seeded

WIDTH = 64  # of two hidden layers
STEPS, BATCH = 500, 256


class Side(nn.Module):
    """A linear layer of each of several networks."""

    def __init__(self, networks: int, n_in: int, n_out: int) -> None:
        super().__init__()
        self.weight = nn.Parameter((torch.rand(networks, n_in, n_out) * 2 - 1) / n_in**0.5)
        self.bias = nn.Parameter(torch.zeros(networks, 1, n_out))

    def forward(self, x: Tensor) -> Tensor:
        """Shape (networks, rows, n_out)."""
        return torch.baddbmm(self.bias, x, self.weight)


def network(codes: int, columns: int, outputs: int, *, linear: bool = False) -> nn.Module:
    """A network for each code, of two hidden layers or none."""
    if linear:
        return Side(codes, columns, outputs)
    sizes = [columns, WIDTH, WIDTH]
    layers: list[nn.Module] = []
    for n_in, n_out in pairwise(sizes):
        layers += [Side(codes, n_in, n_out), nn.SiLU()]
    return nn.Sequential(*layers, Side(codes, WIDTH, outputs))


def told(
    codes: Sequence[Floats],
    classes: Sequence[Codes],
    n: int,
    seed: int,
    *,
    steps: int = STEPS,
    linear: bool = False,
) -> tuple[Floats, Floats]:
    """Bits of each class in each code, and how often the likeliest is right: (codes, classes).

    H(y) less the cross-entropy of rows from ``n`` on, of networks that learned from those before.
    """
    X = _stacked(codes, n)
    Y = [torch.from_numpy(y.astype(np.int64)) for y in classes]
    sizes = [int(y.max()) + 1 for y in Y]
    make = partial(network, len(codes), X.shape[2], sum(sizes), linear=linear)
    net = seeded(make, seed)

    def losses(logits: Tensor, rows: Tensor) -> Tensor:
        each = [
            functional.cross_entropy(
                part.reshape(-1, part.shape[2]), y[rows].repeat(len(codes)), reduction="none"
            ).view(len(codes), -1)
            for part, y in zip(logits.split(sizes, dim=2), Y, strict=True)
        ]
        return torch.stack(each, dim=1)  # (codes, classes, rows)

    _train(net, X, lambda out, rows: losses(out, rows), n, (seed, steps))
    test = torch.arange(n, X.shape[1])
    with torch.no_grad():
        logits = net(X[:, test])
        lost = losses(logits, test).mean(dim=2).double().numpy()
    entropies = np.array([_entropy(y[test].numpy()) for y in Y])
    right = [
        (part.argmax(dim=2) == y[test]).double().mean(dim=1).numpy()
        for part, y in zip(logits.split(sizes, dim=2), Y, strict=True)
    ]
    return entropies - lost / np.log(2), np.stack(right, axis=1)


def explained(
    codes: Sequence[Floats], numbers: Floats, n: int, seed: int, *, steps: int = STEPS
) -> Floats:
    """Share of the variance of numbers that each code tells, shape (codes, columns of numbers)."""
    X = _stacked(codes, n)
    V = (numbers - numbers[:n].mean(axis=0)) / numbers[:n].std(axis=0)
    T = torch.from_numpy(V.astype(np.float32))
    net = seeded(partial(network, len(codes), X.shape[2], T.shape[1]), seed)
    _train(net, X, lambda out, rows: (out - T[rows]) ** 2, n, (seed, steps))
    with torch.no_grad():
        errors = ((net(X[:, n:]) - T[n:]) ** 2).mean(dim=1)
    return np.asarray(1 - errors.double().numpy() / V[n:].var(axis=0))


def with_floor(z: Floats, floor: float, seed: int) -> Floats:
    """A code with noise of so many times its own root mean square: smaller writing is lost."""
    z = z - z.mean(axis=0)
    noise = np.random.default_rng(seed).normal(size=z.shape)
    return np.asarray(z / np.sqrt((z**2).mean()) + floor * noise)


def _train(
    net: nn.Module,
    X: Tensor,
    losses: Callable[[Tensor, Tensor], Tensor],
    n: int,
    how: tuple[int, int],
) -> None:
    """Learn from the first rows, and stop by a seventh of them; a seed, and how many steps."""
    seed, steps = how
    cut = n - n // 7  # of the training rows, to stop at
    held = torch.arange(cut, n)

    def loss(picked: Tensor, noise: Noise) -> Losses:
        return {"probes": losses(net(X[:, picked]), picked).mean() * len(X)}

    def score() -> float:
        return float(losses(net(X[:, held]), held).mean())

    course = Course(steps=steps, batch=BATCH, rate=5e-3, decay=1e-2)
    Trainer([net], course, seed=seed).fit(loss, cut, score)


def _stacked(codes: Sequence[Floats], n: int) -> Tensor:
    """Standardised by the first rows, narrower ones filled up with zeros."""
    width = max(code.shape[1] for code in codes)
    parts = []
    for code in codes:
        z = (code - code[:n].mean(axis=0)) / (code[:n].std(axis=0) + 1e-8)
        parts.append(np.pad(z, ((0, 0), (0, width - z.shape[1]))))
    return torch.from_numpy(np.stack(parts).astype(np.float32))


def _entropy(y: Codes) -> float:
    p = np.bincount(y) / len(y)
    p = p[p > 0]
    return float(-(p * np.log2(p)).sum())
