"""The trainer of small networks, many of them side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from pid._types import Codes, Floats
from pid.errors import InvalidInput
from pid.estimators.neural.features import Features

Layer = tuple[torch.Tensor, torch.Tensor]

WIDTH = 64  # of the two hidden layers
LEARNING_RATE, WEIGHT_DECAY = 1e-2, 1e-2  # the rate at its highest, after a fifth of the steps
WARM_UP = 0.2
STEPS = 16  # of an epoch, between the sizes below
SMALLEST_BATCH, LARGEST_BATCH = 64, 512
EPOCHS, FEWEST_EPOCHS = 20, 6  # up to 2,000 rows, and for any number
FULL_EPOCHS = 2_000
CHUNK = 2**23  # numbers that a network looks at together, where it only predicts: 32 MB
IN_MEMORY = 2**26  # numbers that are standardised once and kept: 256 MB


class Inputs:
    """Rows of one or several sources side by side, as tensors.

    Args:
        sources: features with the same samples.
        device: where networks are trained.
        order: of the columns; as they come if left out.
    """

    def __init__(
        self, sources: Sequence[Features], device: str, order: Codes | None = None
    ) -> None:
        self._sources = sources
        self._order = order
        self.device = torch.device(device)
        self.width = sum(source.width for source in sources)
        self.chunk = max(1, CHUNK // max(1, self.width))  # rows
        self._whole: torch.Tensor | None = None
        if self.width * len(sources[0]) <= IN_MEMORY:
            self._whole = torch.from_numpy(self._read(slice(None))).to(self.device)

    def __getitem__(self, rows: torch.Tensor) -> torch.Tensor:
        """Shape (*rows, columns)."""
        if self._whole is not None:
            return self._whole[rows]
        found = torch.from_numpy(self._read(rows.reshape(-1).cpu().numpy()))
        return found.reshape(*rows.shape, self.width).to(self.device)

    def _read(self, rows: Codes | slice) -> NDArray[np.float32]:
        found = np.concatenate([source.rows(rows) for source in self._sources], axis=1)
        return found if self._order is None else found[:, self._order]


@dataclass(frozen=True, slots=True)
class Networks:
    """Trained networks of one shape: weights and biases of each layer, stacked."""

    layers: tuple[Layer, ...]
    low_rank: bool

    def log_probabilities(self, X: Inputs, rows: Codes, m: int) -> Floats:
        """What network ``m`` says of some rows, shape (rows, classes)."""
        picked = tuple((weight[m], bias[m]) for weight, bias in self.layers)
        found = []
        with torch.no_grad():
            for part in torch.from_numpy(rows.astype(np.int64)).split(X.chunk):
                out = _forward(X[part], picked, low_rank=self.low_rank)
                found.append(functional.log_softmax(out, dim=-1).cpu())
        return torch.cat(found).double().numpy()


def train(
    X: Inputs,
    y: torch.Tensor,
    classes: int,
    training: Sequence[Codes],
    validation: Sequence[Codes],
    rank: int | None,
    random_state: int,
) -> Networks:
    """Train a network on each of some sets of rows, and keep it as it was when it did best.

    Two hidden layers with SiLU, AdamW with one cycle of learning rates (Smith & Topin, 2019), and
    for each network the weights with the smallest loss on its validation rows, looked at after each
    epoch. All take their steps together, in batched products: for small networks that is many times
    faster than one after the other. Sets are cut to the length of the shortest.

    Args:
        X: rows of features.
        y: classes 0, 1, ..., shape (rows,).
        classes: how many.
        training, validation: rows of each network.
        rank: directions of X that a network may look at, as few tell most of y in many data; None
            for all.
        random_state: seed of weights and batches.

    Raises:
        InvalidInput: a loss that is not finite.
    """
    generator = torch.Generator().manual_seed(random_state)
    rows, held_out = _same_length(training), _same_length(validation)
    low_rank = rank is not None and rank < X.width
    first = (X.width, rank, WIDTH) if low_rank and rank is not None else (X.width, WIDTH)
    layers = _initial(len(rows), (*first, WIDTH, classes), generator, X.device)
    parameters = [p for layer in layers for p in layer]

    def loss(picked: torch.Tensor) -> torch.Tensor:
        """Mean cross-entropy of each network on its rows."""
        out = _forward(X[picked], layers, low_rank=low_rank).transpose(1, 2)
        return functional.cross_entropy(out, y[picked], reduction="none").mean(dim=1)

    best = descend(parameters, loss, loss, rows, held_out, X.chunk, generator)
    return Networks(tuple(zip(best[::2], best[1::2], strict=True)), low_rank)


def descend(
    parameters: Sequence[torch.Tensor],
    loss: Callable[[torch.Tensor], torch.Tensor],
    score: Callable[[torch.Tensor], torch.Tensor],
    rows: torch.Tensor,
    held_out: torch.Tensor,
    chunk: int,
    generator: torch.Generator,
) -> list[torch.Tensor]:
    """Minimise the loss of some networks, and return their parameters where they scored best.

    Args:
        parameters: of all networks side by side, the first axis counting them.
        loss: of each network on a batch of its rows, (networks, batch) -> (networks,).
        score: likewise, on rows that are held out; the smaller, the better.
        rows, held_out: of each network, (networks, rows).
        chunk: rows that are scored together.
        generator: of the order of rows.

    Raises:
        InvalidInput: a score that is not finite.
    """
    length, epochs = rows.shape[1], _epochs(rows.shape[1])
    batch = min(max(length // STEPS, SMALLEST_BATCH), LARGEST_BATCH, length)
    optimizer = torch.optim.AdamW(
        parameters, lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY, fused=True
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, LEARNING_RATE, total_steps=epochs * (length // batch) + 1, pct_start=WARM_UP
    )
    best = [p.detach().clone() for p in parameters]
    least = torch.full((len(rows),), torch.inf, device=parameters[0].device)
    for _ in range(epochs):
        for picked in _batches(rows, batch, generator):
            optimizer.zero_grad(set_to_none=True)
            loss(picked).sum().backward()
            optimizer.step()
            schedule.step()
        with torch.no_grad():
            now = sum(score(part) * part.shape[1] for part in held_out.split(chunk, dim=1))
        now = now / held_out.shape[1]
        if not torch.isfinite(now).all():
            raise InvalidInput("the loss of a network is not finite; rescale the features")
        better = now < least
        least = torch.where(better, now, least)
        for kept, p in zip(best, parameters, strict=True):
            kept[better] = p.detach()[better]
    return best


@contextmanager
def one_thread() -> Iterator[None]:
    """Sums in one order: the same bits whatever the number of cores. Parts run side by side."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def check_device(device: str) -> None:
    """Raise InvalidInput unless torch can compute there."""
    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as err:
        usable = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
        usable += ["mps"] if torch.backends.mps.is_available() else []
        raise InvalidInput(
            f"torch cannot use device {device!r}; here it can use {', '.join(usable)}"
        ) from err


def _epochs(rows: int) -> int:
    """Fewer passes over more rows: their number grows by the power of three quarters."""
    return max(FEWEST_EPOCHS, round(EPOCHS * float(min(1.0, (FULL_EPOCHS / rows) ** 0.25))))


def _batches(rows: torch.Tensor, batch: int, generator: torch.Generator) -> Iterator[torch.Tensor]:
    """One pass of every network over its rows, in an order of its own."""
    count, length = rows.shape
    order = torch.argsort(torch.rand((count, length), generator=generator), dim=1)
    for start in range(0, length - batch + 1, batch):
        yield torch.gather(rows, 1, order[:, start : start + batch])


def _forward(X: torch.Tensor, layers: Sequence[Layer], *, low_rank: bool) -> torch.Tensor:
    """Logits of one network, or of all side by side."""
    h = X
    for i, (weight, bias) in enumerate(layers[:-1]):
        h = h @ weight + bias
        if i or not low_rank:  # the first of a low rank only picks directions
            h = functional.silu(h)
    weight, bias = layers[-1]
    return h @ weight + bias


def _initial(
    count: int, sizes: Sequence[int], generator: torch.Generator, device: torch.device
) -> list[Layer]:
    """Weights and biases between -1 / sqrt(inputs) and 1 / sqrt(inputs)."""
    layers = []
    for inputs, outputs in pairwise(sizes):
        both = [
            ((2 * torch.rand((count, n, outputs), generator=generator) - 1) / inputs**0.5)
            .to(device)
            .requires_grad_()
            for n in (inputs, 1)
        ]
        layers.append((both[0], both[1]))
    return layers


def _same_length(sets: Sequence[Codes]) -> torch.Tensor:
    length = min(map(len, sets))
    return torch.from_numpy(np.stack([rows[:length] for rows in sets]).astype(np.int64))
