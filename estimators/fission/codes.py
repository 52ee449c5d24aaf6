"""Codes with noise of their own, so that every bit of what they hold has a price."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor, nn

from pid.estimators.neural.trainer import Noise

LEAST, MOST = -6.0, 2.0  # logarithm of a variance
RISE = 1 / 3  # of the steps, over which a price rises: codes find first what they are for


class Code(NamedTuple):
    """A normal distribution for each row and column of a code; shapes (rows, columns)."""

    mean: Tensor
    log_variance: Tensor

    def drawn(self, noise: Noise) -> Tensor:
        """One draw of each."""
        return self.mean + (self.log_variance / 2).exp() * noise.normal(self.mean)

    def price(self) -> Tensor:
        """Nats of a row on average: the divergence from standard normal codes.

        It is no less than what the code tells of the rows, I(Z; X) (Alemi et al., 2017,
        equation 14), so that what costs more than it earns is left out.
        """
        squares = self.mean**2 + self.log_variance.exp() - 1 - self.log_variance
        return squares.sum(dim=1).mean() / 2


class NoisyEncoder(nn.Module):
    """A network whose outputs are the means of a code, and the logarithms of its variances."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, x: Tensor) -> Code:
        """The code of some rows."""
        mean, log_variance = self.net(x).chunk(2, dim=1)
        return Code(mean, log_variance.clamp(LEAST, MOST))


def risen(noise: Noise) -> float:
    """How much of a price is asked by now, from 0 to 1."""
    return min(1.0, noise.done / RISE)
