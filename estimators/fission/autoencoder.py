"""The networks of a factorised autoencoder: encoders, decoders, and what is learned from codes."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from pid.estimators.coordination.encoders import mlp
from pid.estimators.fission.codes import Code, NoisyEncoder
from pid.estimators.neural.trainer import Noise

HIDDEN = 32  # of the layer that tells y
JUDGE = 64  # of the layers that look for y in private factors


class Autoencoder(nn.Module):
    """Networks of three factors of two sources.

    Args:
        widths: columns of the sources.
        columns: of the common factor, and of each private one.
        classes: that the common factor tells.
        noisy: whether factors are normal distributions, which cost.

    Attributes:
        common, private: encoders of both sources, and of each.
        tell: y from the common factor.
        decoders: of each source, from the common factor and its private one.
        surrogates: the common factor from one source.
        judges: y from each private factor.
    """

    def __init__(
        self, widths: Sequence[int], columns: tuple[int, int], classes: int, *, noisy: bool
    ) -> None:
        super().__init__()
        common, private = columns

        def encoder(width: int, columns: int) -> nn.Module:
            return NoisyEncoder(mlp(width, 2 * columns)) if noisy else mlp(width, columns)

        self.common = encoder(sum(widths), common)
        self.private = nn.ModuleList(encoder(width, private) for width in widths)
        self.tell = mlp(common, classes, HIDDEN, 1)
        self.decoders = nn.ModuleList(mlp(common + private, width) for width in widths)
        self.surrogates = nn.ModuleList(mlp(width, common) for width in widths)
        self.judges = nn.ModuleList(mlp(private, classes, JUDGE) for _ in widths)

    def coded(self, x1: Tensor, x2: Tensor) -> list[Code | Tensor]:
        """The common factor and both private ones."""
        first, second = self.private
        return [self.common(torch.cat([x1, x2], dim=1)), first(x1), second(x2)]

    def decoded(self, source: int, common: Tensor, private: Tensor) -> Tensor:
        """A source, as its factors say."""
        made = self.decoders[source](torch.cat([common, private], dim=1))
        assert isinstance(made, Tensor)
        return made

    def missed(self, sources: Sequence[Tensor], factors: Sequence[Tensor]) -> Tensor:
        """Mean square errors of both sources, per column, added."""
        common, *private = factors
        errors = [
            functional.mse_loss(self.decoded(i, common, z), x)
            for i, (z, x) in enumerate(zip(private, sources, strict=True))
        ]
        return torch.stack(errors).sum()


def means(codes: Sequence[Code | Tensor]) -> list[Tensor]:
    """Codes without their noise."""
    return [code.mean if isinstance(code, Code) else code for code in codes]


def drawn(codes: Sequence[Code | Tensor], noise: Noise) -> list[Tensor]:
    """Codes with it."""
    return [code.drawn(noise) if isinstance(code, Code) else code for code in codes]
