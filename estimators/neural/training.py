"""How models with a loss of their own are trained by torch, several of them side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import torch

from pid.errors import InvalidInput

LEARNING_RATE, WEIGHT_DECAY = 1e-2, 1e-2  # the rate at its highest, after a fifth of the steps
WARM_UP = 0.2
STEPS = 16  # of an epoch, between the sizes below
SMALLEST_BATCH, LARGEST_BATCH = 64, 512
EPOCHS, FEWEST_EPOCHS = 20, 6  # up to 2,000 rows, and for any number
FULL_EPOCHS = 2_000


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


def _epochs(rows: int) -> int:
    """Fewer passes over more rows: their number grows by the power of three quarters."""
    return max(FEWEST_EPOCHS, round(EPOCHS * float(min(1.0, (FULL_EPOCHS / rows) ** 0.25))))


def _batches(rows: torch.Tensor, batch: int, generator: torch.Generator) -> Iterator[torch.Tensor]:
    """One pass of every network over its rows, in an order of its own."""
    count, length = rows.shape
    order = torch.argsort(torch.rand((count, length), generator=generator), dim=1)
    for start in range(0, length - batch + 1, batch):
        yield torch.gather(rows, 1, order[:, start : start + batch])
