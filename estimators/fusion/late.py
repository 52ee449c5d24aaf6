"""Models that decide from each source, and only then together."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from pid.estimators.fusion.model import HIDDEN, FusionModel

AGREE, ALIGN, RECONSTRUCT = 0.5, 0.5, 0.2  # weights of what is asked for beside the right answer


class Additive(FusionModel):
    """The mean of what both sources say: logits f1(x1) / 2 + f2(x2) / 2."""

    def __init__(self, widths: tuple[int, int], classes: int) -> None:
        super().__init__(widths, classes)
        self.head1, self.head2 = (nn.Linear(HIDDEN, classes) for _ in range(2))

    def fuse(self, h1: Tensor, h2: Tensor) -> Tensor:
        """Shape (rows, classes)."""
        return torch.stack([self.head1(h1), self.head2(h2)]).mean(dim=0)


class Agree(Additive):
    """Additive, and both sources are asked to say the same: for what is redundant."""

    def penalty(self, h1: Tensor, h2: Tensor, x1: Tensor, x2: Tensor) -> Tensor:
        """Mean squared distance of what they say."""
        said1, said2 = (
            functional.softmax(head(h), dim=-1) for head, h in ((self.head1, h1), (self.head2, h2))
        )
        return AGREE * ((said1 - said2) ** 2).sum(dim=-1).mean()


class Align(Additive):
    """Additive, and hidden features of a row are asked to be alike: for what is redundant."""

    def penalty(self, h1: Tensor, h2: Tensor, x1: Tensor, x2: Tensor) -> Tensor:
        """One less the mean cosine of the features of both."""
        return ALIGN * (1 - functional.cosine_similarity(h1, h2, dim=-1)).mean()


class Reconstruction(FusionModel):
    """Both side by side, from features that must also make the sources again (MFM, simplified)."""

    def __init__(self, widths: tuple[int, int], classes: int) -> None:
        super().__init__(widths, classes)
        self.head = nn.Sequential(
            nn.Linear(2 * HIDDEN, HIDDEN), nn.SiLU(), nn.Linear(HIDDEN, classes)
        )
        self.decoder1, self.decoder2 = (nn.Linear(HIDDEN, width) for width in widths)

    def fuse(self, h1: Tensor, h2: Tensor) -> Tensor:
        """Shape (rows, classes)."""
        return self.head(torch.cat([h1, h2], dim=-1))  # type: ignore[no-any-return]

    def penalty(self, h1: Tensor, h2: Tensor, x1: Tensor, x2: Tensor) -> Tensor:
        """Mean squared error of both sources."""
        first = functional.mse_loss(self.decoder1(h1), x1)
        return RECONSTRUCT * (first + functional.mse_loss(self.decoder2(h2), x2))
