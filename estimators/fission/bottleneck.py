"""A joint code that tells much, and pays for what one source alone does not determine."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from functools import partial
from typing import ClassVar, Self

import torch
from sklearn.base import clone
from torch import Tensor, nn
from torch.nn import functional

from pid._types import Floats
from pid.checks import FLAG, checked, each, integer, number
from pid.estimators.coordination.classes import read_classes
from pid.estimators.coordination.encoders import applied, mlp
from pid.estimators.fission.base import TRAINING, Fission
from pid.estimators.fission.codes import Code, NoisyEncoder
from pid.estimators.fission.kept import Curve, Kept
from pid.estimators.neural.trainer import Losses, Noise, Progress, seeded
from pid.estimators.neural.training import one_thread

PRICE = number(least=0)


class InformationBottleneck(Fission):
    """A noisy code of both sources that tells of both, or of y, and that each source tells.

    Maximises I(z; X1) + I(z; X2), or I(z; Y), by what decoders predict from z, and asks ``price``
    nats for each nat of what is in z and not in one source: I(z; X2 | X1) + I(z; X1 | X2), which
    is what H(z | X1) and H(z | X2) are beyond the code's own noise. Guesses r1(z | x1) and
    r2(z | x2) of the code q(z | x1, x2) bound both from above:

        I(z; X2 | X1) <= E KL(q(z | x1, x2) || r1(z | x1)).

    What both sources have is free; what one alone has, or only both together tell, stays while it
    earns its price. So the code goes from all that is asked for to what is shared, as
    ``fit(...).curve`` shows. (Tishby, Pereira & Bialek, 1999, price all of I(z; X); the bounds are
    those of Alemi et al., ICLR 2017, and Federici et al., ICLR 2020.)

    Args:
        n_components: columns of the code.
        price: nats asked for each nat that one source alone does not determine.
        steps, batch, patience, device, random_state, checkpoint, progress: as of ``DeepCCA``.

    Attributes:
        kept_: what the code tells on held-out rows, as a ``Kept``.
        classes_: of y; () without.
        device_, epochs_, notes_, seed_: as of ``DeepCCA``.

    Examples:
        >>> import numpy as np
        >>> rng = np.random.default_rng(0)
        >>> s, u = rng.integers(2, size=(2, 1000))
        >>> X1 = np.column_stack([s, u]) + 0.1 * rng.normal(size=(1000, 2))
        >>> X2 = s + 0.1 * rng.normal(size=1000)
        >>> model = InformationBottleneck(n_components=2, price=2.0, steps=200)
        >>> bool(0.8 < model.fit(X1, X2, 2 * s + u).kept_.told["y"] < 1.1)  # of 2 bits
        True
    """

    constraints: ClassVar = {**TRAINING, "n_components": integer(), "price": PRICE}

    def __init__(
        self,
        *,
        n_components: int = 8,
        price: float = 0.1,
        steps: int = 600,
        batch: int = 192,
        patience: int | None = None,
        device: str | None = None,
        random_state: int | None = 0,
        checkpoint: object = None,
        progress: Progress | None = None,
    ) -> None:
        self.n_components = n_components
        self.price = price
        self.steps = steps
        self.batch = batch
        self.patience = patience
        self.device = device
        self.random_state = random_state
        self.checkpoint = checkpoint
        self.progress = progress

    def fit(self, X1: object, X2: object, y: object = None) -> Self:
        """Learn from rows of both sources.

        Args:
            X1, X2: one row per sample each: numbers, or symbols.
            y: classes that the code is to tell; None for the sources themselves.

        Raises:
            InvalidInput: parameters or data that cannot be used.
        """
        sources = self._prepared(X1, X2)
        self.classes_: tuple[Hashable, ...] = ()
        of_y = None
        if y is not None:
            codes, self.classes_ = read_classes(y, len(sources[0]))
            of_y = torch.from_numpy(codes).to(self.device_)
        widths = [x.shape[1] for x in sources]
        make = partial(Bottleneck, widths, int(self.n_components), len(self.classes_))
        self._net = seeded(make, self.seed_).to(self.device_)

        def loss(rows: Tensor, noise: Noise) -> Losses:
            x1, x2 = (x[rows] for x in sources)
            code, beyond = self._net(x1, x2)
            asked = None if of_y is None else of_y[rows]
            left = self._net.left(code.drawn(noise), (x1, x2), asked)
            return {"told": sum(left, x1.new_zeros(())), "price": self.price * sum(beyond)}

        data = [*sources, *([] if of_y is None else [of_y])]
        self.epochs_ = self._stage("joint", [self._net], loss, data, self.steps).epochs
        self.kept_ = self._kept(sources, of_y)
        self._is_fitted = True
        return self

    @checked(drawn=FLAG)
    def transform(self, X1: object, X2: object = None, *, drawn: bool = True) -> Floats:
        """The code of rows, shape (rows, columns); the guess of one source where one is missing.

        Args:
            X1, X2: rows as in training; None of a source that is missing.
            drawn: with the code's noise, by the seed, or its mean.

        Raises:
            InvalidInput: not fitted, both sources are missing, or columns that are not those of
                the training rows.
        """
        given = self._given((X1, X2))
        noise = Noise(self.seed_ + 1)

        def coded(*there: Tensor) -> Tensor:
            rows = iter(there)
            code = self._net.code(*(None if X is None else next(rows) for X in given))
            return code.drawn(noise) if drawn else code.mean

        return applied(coded, [X for X in given if X is not None], self.device_)

    def fit_transform(self, X1: object, X2: object, y: object = None) -> Floats:
        """The code of the training rows."""
        return self.fit(X1, X2, y).transform(X1, X2)

    @checked(prices=each(PRICE))
    def curve(
        self,
        X1: object,
        X2: object,
        y: object = None,
        *,
        prices: Sequence[float] = (0.03, 0.1, 0.3, 1.0, 3.0),
    ) -> Curve:
        """What is kept at each price, by a model each; this one is left as it is.

        Raises:
            InvalidInput: as of ``fit``.
        """
        models = (clone(self).set_params(price=price, checkpoint=None) for price in prices)
        return Curve(tuple(model.fit(X1, X2, y).kept_ for model in models))

    def _kept(self, sources: tuple[Tensor, Tensor], y: Tensor | None) -> Kept:
        """On rows that nothing was learned from or chosen by."""
        rows = torch.from_numpy(self._rows.held_out).to(self.device_)
        x1, x2 = (x[rows] for x in sources)
        with torch.no_grad(), one_thread():
            code, beyond = self._net(x1, x2)
            drawn = code.drawn(Noise(self.seed_ + 1))
            left = self._net.left(drawn, (x1, x2), None if y is None else y[rows])
        bits = [float(nats) / math.log(2) for nats in beyond]
        if y is None:
            of = zip(("x1", "x2"), left, (x1, x2), strict=True)
            told = {
                name: 1 - 2 * float(loss) / float((x**2).sum(dim=1).mean()) for name, loss, x in of
            }
        else:
            shares = torch.bincount(y[rows], minlength=len(self.classes_)).double() / len(rows)
            known = float(torch.special.entr(shares).sum())
            told = {"y": (known - float(left[0])) / math.log(2)}
        return Kept(price=self.price, told=told, beyond1=bits[0], beyond2=bits[1], n=len(rows))


class Bottleneck(nn.Module):
    """The code of both sources, guesses of it from each, and what is told from it.

    Args:
        widths: columns of the sources.
        columns: of the code.
        classes: of y; 0 for the sources themselves.
    """

    def __init__(self, widths: Sequence[int], columns: int, classes: int) -> None:
        super().__init__()
        self.joint = NoisyEncoder(mlp(sum(widths), 2 * columns))
        self.guesses = nn.ModuleList(NoisyEncoder(mlp(width, 2 * columns)) for width in widths)
        outputs = [classes] if classes else widths
        self.decoders = nn.ModuleList(mlp(columns, n) for n in outputs)

    def forward(self, x1: Tensor, x2: Tensor) -> tuple[Code, list[Tensor]]:
        """The code, and nats of it that x1, and x2, do not determine, at most."""
        code = self.code(x1, x2)
        beyond = [
            divergence(code, guess(x)) for guess, x in zip(self.guesses, (x1, x2), strict=True)
        ]
        return code, beyond

    def code(self, x1: Tensor | None, x2: Tensor | None) -> Code:
        """Of both sources, or of the one that is there."""
        if x1 is not None and x2 is not None:
            found = self.joint(torch.cat([x1, x2], dim=1))
        else:
            found = self.guesses[0](x1) if x2 is None else self.guesses[1](x2)
        assert isinstance(found, Code)
        return found

    def left(self, z: Tensor, sources: tuple[Tensor, Tensor], y: Tensor | None) -> list[Tensor]:
        """Nats that are left to be said of y, or of each source with unit variance."""
        if y is not None:
            return [functional.cross_entropy(self.decoders[0](z), y)]
        return [
            ((decoder(z) - x) ** 2).sum(dim=1).mean() / 2
            for decoder, x in zip(self.decoders, sources, strict=True)
        ]


def divergence(code: Code, guess: Code) -> Tensor:
    """Nats of a row on average from a guess to a code, both normal in each column."""
    ratio = code.log_variance - guess.log_variance
    squares = (code.mean - guess.mean) ** 2 / guess.log_variance.exp()
    return (squares + ratio.exp() - 1 - ratio).sum(dim=1).mean() / 2
