"""The trainer of small networks, many of them side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from pid.errors import InvalidInput

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

WIDTH = 64  # of the two hidden layers
LEARNING_RATE, WEIGHT_DECAY = 2e-3, 1e-2
STEPS = 16  # of an epoch, between the sizes below
SMALLEST_BATCH, LARGEST_BATCH = 64, 512
EPOCHS, PATIENCE = 300, 12  # at most; and without a better validation loss
BETTER = 1e-4  # nats
CHUNK = 50_000  # rows that are predicted at a time


@dataclass(frozen=True, slots=True)
class Networks:
    """Trained networks of one shape: weights and biases of each layer, stacked."""

    layers: tuple[tuple[torch.Tensor, torch.Tensor], ...]

    def log_probabilities(self, X: torch.Tensor, chosen: Sequence[int]) -> Floats:
        """Of the mean probability over some of the networks, shape (rows, classes)."""
        found = []
        with torch.no_grad():
            for part in X.split(CHUNK):
                each = torch.stack([self._one(part, m) for m in chosen])
                found.append(torch.logsumexp(each, dim=0) - np.log(len(chosen)))
        return torch.cat(found).double().numpy()

    def _one(self, X: torch.Tensor, m: int) -> torch.Tensor:
        picked = tuple((weight[m], bias[m]) for weight, bias in self.layers)
        return functional.log_softmax(_forward(X, picked), dim=-1)


def train(
    X: torch.Tensor,
    y: torch.Tensor,
    classes: int,
    training: Sequence[Rows],
    validation: Sequence[Rows],
    random_state: int,
) -> Networks:
    """Train a network on each of some sets of rows, and keep it as it was when it did best.

    Two hidden layers with SiLU, AdamW, and for each network the weights with the smallest loss on
    its validation rows. All take their steps together, in batched products: for small networks that
    is many times faster than one after the other. Sets are cut to the length of the shortest.

    Args:
        X: standardised, shape (rows, columns), 32 bit.
        y: classes 0, 1, ..., shape (rows,).
        classes: how many.
        training, validation: rows of each network.
        random_state: seed of weights and batches.

    Raises:
        InvalidInput: a loss that is not finite.
    """
    generator = torch.Generator().manual_seed(random_state)
    rows, held_out = _same_length(training), _same_length(validation)
    layers = _initial(len(rows), (X.shape[1], WIDTH, WIDTH, classes), generator)
    parameters = [p for layer in layers for p in layer]
    optimizer = torch.optim.AdamW(parameters, lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    best = [p.detach().clone() for p in parameters]
    least = torch.full((len(rows),), torch.inf)
    waited = torch.zeros(len(rows))
    for _ in range(EPOCHS):
        _epoch(X, y, rows, layers, optimizer, generator)
        with torch.no_grad():
            loss = _loss(X, y, held_out, layers)
        if not torch.isfinite(loss).all():
            raise InvalidInput("the loss of a network is not finite; rescale the features")
        improved = loss < least - BETTER
        least = torch.where(improved, loss, least)
        waited = torch.where(improved, 0, waited + 1)
        for kept, p in zip(best, parameters, strict=True):
            kept[improved] = p.detach()[improved]
        if bool((waited >= PATIENCE).all()):
            break
    return Networks(tuple(zip(best[::2], best[1::2], strict=True)))


def _epoch(
    X: torch.Tensor,
    y: torch.Tensor,
    rows: torch.Tensor,
    layers: Sequence[tuple[torch.Tensor, torch.Tensor]],
    optimizer: torch.optim.Optimizer,
    generator: torch.Generator,
) -> None:
    """One pass of every network over its rows, in an order of its own."""
    count, length = rows.shape
    order = torch.argsort(torch.rand((count, length), generator=generator), dim=1)
    batch = min(max(length // STEPS, SMALLEST_BATCH), LARGEST_BATCH, length)
    for start in range(0, length - batch + 1, batch):
        picked = torch.gather(rows, 1, order[:, start : start + batch])
        optimizer.zero_grad(set_to_none=True)
        _loss(X, y, picked, layers).sum().backward()
        optimizer.step()


def _loss(
    X: torch.Tensor,
    y: torch.Tensor,
    rows: torch.Tensor,
    layers: Sequence[tuple[torch.Tensor, torch.Tensor]],
) -> torch.Tensor:
    """Mean cross-entropy of each network on its rows."""
    out = _forward(X[rows], layers)
    return functional.cross_entropy(out.transpose(1, 2), y[rows], reduction="none").mean(dim=1)


def _forward(X: torch.Tensor, layers: Sequence[tuple[torch.Tensor, torch.Tensor]]) -> torch.Tensor:
    """Logits of one network, or of all side by side."""
    h = X
    for weight, bias in layers[:-1]:
        h = functional.silu(h @ weight + bias)
    weight, bias = layers[-1]
    return h @ weight + bias


def _initial(
    count: int, sizes: Sequence[int], generator: torch.Generator
) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Weights and biases between -1 / sqrt(inputs) and 1 / sqrt(inputs)."""
    layers = []
    for inputs, outputs in pairwise(sizes):
        both = [
            ((2 * torch.rand((count, n, outputs), generator=generator) - 1) / inputs**0.5)
            for n in (inputs, 1)
        ]
        layers.append((both[0].requires_grad_(), both[1].requires_grad_()))
    return layers


def _same_length(sets: Sequence[Rows]) -> torch.Tensor:
    length = min(map(len, sets))
    return torch.from_numpy(np.stack([rows[:length] for rows in sets]).astype(np.int64))
