"""What is asked of the heads of a factorised code, stage by stage."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from pid.estimators.coordination import losses
from pid.estimators.coordination.contrastive import Scaling
from pid.estimators.coordination.encoders import mlp
from pid.estimators.coordination.similarity import cosine
from pid.estimators.fission.base import Loss
from pid.estimators.fission.codes import Code, NoisyEncoder
from pid.estimators.fission.tasks import Heads, Task
from pid.estimators.neural.trainer import Losses, Noise

FIRST, THEN = 0.75, 0.75  # of the steps asked for: smaller networks than those of both heads
Penalty = Callable[[Tensor, Tensor], Tensor]  # of unique codes beside shared ones


class Sizes(NamedTuple):
    """Columns of the sources, and of each head."""

    sources: tuple[int, int]
    shared: int
    unique: int


class Stage(NamedTuple):
    """A part of a training.

    Attributes:
        name: of its checkpoint.
        modules: whose parameters are trained.
        loss: of rows by their numbers.
        share: of the steps.
        chosen: whether the epoch is kept that is best on other rows, or the last.
    """

    name: str
    modules: Sequence[nn.Module]
    loss: Loss
    share: float = 1.0
    chosen: bool = True


class Objective(nn.Module, ABC):
    """Encoders of both sources with two heads each, and how they are trained."""

    @abstractmethod
    def stages(self, sources: tuple[Tensor, Tensor], task: Task) -> Iterator[Stage]:
        """In their order; each is made once the one before is trained."""

    @abstractmethod
    def heads(self, source: int, x: Tensor, noise: Noise | None) -> tuple[Tensor, Tensor]:
        """The shared and the unique code of a source; means without noise."""


class Priced(Objective):
    """The shared codes first; then, with these for nothing, unique codes that have a price.

    What the shared codes tell already earns a unique code nothing, and costs as much as anything
    else: it is left out, without a critic or a bound that must be at its optimum. The price is
    asked from the first step: what comes in before it is asked is hard to get rid of.
    """

    def __init__(self, sizes: Sizes, price_shared: float, price: float) -> None:
        super().__init__()
        self.shared, self.unique = (
            nn.ModuleList(NoisyEncoder(mlp(width, 2 * columns)) for width in sizes.sources)
            for columns in (sizes.shared, sizes.unique)
        )
        self.scaling = Scaling("clip", "learned")
        self.price_shared, self.price = price_shared, price

    def stages(self, sources: tuple[Tensor, Tensor], task: Task) -> Iterator[Stage]:
        """See ``Objective``."""

        def codes(encoders: nn.ModuleList, rows: Tensor) -> list[Code]:
            return [encode(x[rows]) for encode, x in zip(encoders, sources, strict=True)]

        def shared(rows: Tensor, noise: Noise) -> Losses:
            first, second = codes(self.shared, rows)
            S = self.scaling(cosine(first.drawn(noise), second.drawn(noise)))
            price = self.price_shared * (first.price() + second.price())
            return {"contrast": losses.clip(S), "price": price}

        yield Stage("shared", [self.shared, self.scaling], shared, FIRST)

        with torch.no_grad():
            every = torch.arange(len(sources[0]), device=sources[0].device)
            known = [code.mean for code in codes(self.shared, every)]

        def unique(rows: Tensor, noise: Noise) -> Losses:
            first, second = codes(self.unique, rows)
            heads = Heads(known[0][rows], known[1][rows], first.drawn(noise), second.drawn(noise))
            price = self.price * (first.price() + second.price())
            return {"task": task(heads, rows), "price": price}

        yield Stage("unique", [self.unique, task], unique, THEN)

    def heads(self, source: int, x: Tensor, noise: Noise | None) -> tuple[Tensor, Tensor]:
        """See ``Objective``."""
        codes = self.shared[source](x), self.unique[source](x)
        shared, unique = (code.mean if noise is None else code.drawn(noise) for code in codes)
        return shared, unique


class Penalised(Objective):
    """All heads at once, and a penalty on what unique and shared codes have in common.

    Args:
        sizes: of sources and heads.
        penalty: of the unique codes of a source beside the shared ones.
        weight: of it.
        crossed: whether the shared codes are those of the other source, or of the same.
    """

    def __init__(self, sizes: Sizes, penalty: Penalty, weight: float, *, crossed: bool) -> None:
        super().__init__()
        self.encoders = nn.ModuleList(
            TwoHeads(width, sizes.shared, sizes.unique) for width in sizes.sources
        )
        self.scaling = Scaling("clip", "learned")
        self.penalty, self.weight, self.crossed = penalty, weight, crossed

    def stages(self, sources: tuple[Tensor, Tensor], task: Task) -> Iterator[Stage]:
        """See ``Objective``."""

        def loss(rows: Tensor, noise: Noise) -> Losses:
            (s1, u1), (s2, u2) = (
                encode(x[rows]) for encode, x in zip(self.encoders, sources, strict=True)
            )
            terms = {
                "contrast": losses.clip(self.scaling(cosine(s1, s2))),
                "task": task(Heads(s1.detach(), s2.detach(), u1, u2), rows),
            }
            if self.weight:
                # shared codes do not give way: what is common leaves the unique ones
                pairs = ((u1, s2), (u2, s1)) if self.crossed else ((u1, s1), (u2, s2))
                first, second = (self.penalty(u, s.detach()) for u, s in pairs)
                terms["penalty"] = self.weight * (first + second)
            return terms

        yield Stage("all", [self, task], loss)

    def heads(self, source: int, x: Tensor, noise: Noise | None) -> tuple[Tensor, Tensor]:
        """See ``Objective``; no code has noise here, and shared ones have length 1."""
        shared, unique = self.encoders[source](x)
        return functional.normalize(shared, dim=1), unique


class TwoHeads(nn.Module):
    """A network with two linear heads."""

    def __init__(self, width: int, shared: int, unique: int) -> None:
        super().__init__()
        self.sizes = [shared, unique]
        self.net = mlp(width, shared + unique)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Both codes of some rows."""
        shared, unique = self.net(x).split(self.sizes, dim=1)
        return shared, unique
