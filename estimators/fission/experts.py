"""What each source adds to what is told of y, and what only both together tell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
import torch
from scipy.special import softmax
from torch import Tensor, nn
from torch.nn import functional

from pid._types import Floats
from pid.checks import integer, number
from pid.errors import InvalidInput
from pid.estimators.coordination.classes import OfClasses
from pid.estimators.coordination.encoders import mlp, singles
from pid.estimators.fission.base import TRAINING, Fission, applied
from pid.estimators.neural.trainer import Losses, Noise, Progress, seeded
from pid.estimators.neural.training import one_thread

WIDTH, FEATURES = 64, 32  # of hidden layers, and of what is multiplied of each source
PARTNERS = 4  # that a row is shown with in training
MOST = 2_048  # training rows that a source is averaged over
SHOWN = 256  # other rows that are shown with partners
TOGETHER = 2**16  # pairs whose codes are computed together


class Parts(NamedTuple):
    """Logits of the classes in three parts, shapes (rows, classes); None without its source."""

    additive1: Any
    additive2: Any
    joint: Any


class SaidAlone(NamedTuple):
    """What the joint part says of one source: its mean over partners of other rows.

    Attributes:
        value: mean of its absolute value over rows and classes, in nats; 0 of what only both tell.
        noise: what it would be for there being so few partners, were it 0.
        partners: that each row was shown with.
    """

    value: float
    noise: float
    partners: int


class SynergyExperts(Fission, OfClasses):
    """Three experts: logits = f1(x1) + f2(x2) + g(x1, x2), where g says nothing of one source.

    The joint part g is of products of features of both. In training it is shown partners at
    random, and asked to say nothing on average over four of them; then its means over the training
    rows of either source are taken from it and given to the additive parts, which changes no sum.
    What is left is the interaction of a functional analysis of variance of independent sources
    (Hoeffding, 1948): it averages to 0 over either source, whatever the other is. SynIB (2026) asks
    as much of confidence where a source is withheld.

    Logits, not codes, are what to judge: synergy is unique only up to additive terms, and the
    code that g is read from (``transform``) holds x1 xor x2 where a straight line reads it, and what
    both share or one has where only a network does.

    Args:
        n_components: columns of the joint code.
        withheld: weight of the square of what g says on average over four partners; larger makes g
            smaller and cleaner, and probabilities less sure.
        steps, batch, patience, device, random_state, checkpoint, progress: as of ``DeepCCA``.

    Attributes:
        said_alone_: what the joint part says of one source alone, a ``SaidAlone``, on the tenth of
            the rows that nothing was learned from.
        classes_: of y.
        model_: the torch module, on ``device_``.
        epochs_: that were trained.
        notes_, seed_: as of ``CCA``.

    Examples:
        >>> rng = np.random.default_rng(0)
        >>> X1, X2 = rng.normal(size=(2, 2000, 2))
        >>> y = (X1[:, 0] > 0) ^ (X2[:, 0] > 0)
        >>> model = SynergyExperts(steps=300).fit(X1[:1500], X2[:1500], y[:1500])
        >>> model.score(X1[1500:], X2[1500:], y[1500:]) > 0.9
        True
        >>> parts = model.parts(X1, X2)
        >>> parts.joint.std() > 5 * parts.additive1.std()
        np.True_
    """

    constraints: ClassVar = {
        **TRAINING,
        "n_components": integer(),
        "withheld": number(least=0),
    }

    model_: Experts

    def __init__(
        self,
        *,
        n_components: int = 8,
        withheld: float = 0.1,
        steps: int = 600,
        batch: int = 256,
        patience: int | None = None,
        device: str | None = None,
        random_state: int | None = 0,
        checkpoint: object = None,
        progress: Progress | None = None,
    ) -> None:
        self.n_components = n_components
        self.withheld = withheld
        self.steps = steps
        self.batch = batch
        self.patience = patience
        self.device = device
        self.random_state = random_state
        self.checkpoint = checkpoint
        self.progress = progress

    def fit(self, X1: object, X2: object, y: object) -> Self:
        """Learn from rows of both sources, and what is to be told from them.

        Args:
            X1, X2: one row per sample each: numbers, or symbols.
            y: the class of each sample.

        Raises:
            InvalidInput: parameters or data that cannot be used, or a loss that is not finite.
        """
        sources = self._prepared(X1, X2)
        labels = torch.from_numpy(self._read_classes(y, len(sources[0]))).to(self.device_)
        widths = sources[0].shape[1], sources[1].shape[1]
        make = partial(Experts, widths, self.n_components, len(self.classes_))
        self.model_ = seeded(make, self.seed_).to(self.device_)

        def loss(rows: Tensor, noise: Noise) -> Losses:
            x1, x2 = (x[rows] for x in sources)
            logits = self.model_(x1, x2)
            terms = {"cross-entropy": functional.cross_entropy(logits, labels[rows])}
            if self.withheld:
                said = self.model_.said_alone(self.model_.features(x1, x2), noise)
                terms["joint part of one source"] = self.withheld * said
            return terms

        trained = self._stage("experts", [self.model_], loss, (*sources, labels), self.steps)
        self.epochs_ = trained.epochs
        self._centre(sources)
        self._is_fitted = True
        seen = (x.cpu().numpy()[self._rows.held_out] for x in sources)
        self.said_alone_ = self._said_alone(*seen)
        return self

    def transform(self, X1: object, X2: object) -> Floats:
        """The joint code of rows, which averages to 0 over either source; shape (rows, k).

        Raises:
            InvalidInput: not fitted, a source is missing, or columns that are not those of the
                training rows.
        """
        return self._joint_code(*self._both(X1, X2, "the joint code"))

    def fit_transform(self, X1: object, X2: object, y: object) -> Floats:
        """The joint code of the training rows."""
        return self.fit(X1, X2, y).transform(X1, X2)

    def parts(self, X1: object, X2: object = None) -> Parts:
        """What each source adds to the logits, and what both say together; they sum to the logits.

        Each additive part holds half of what is the same for all rows. None for those of a source
        that is missing.

        Raises:
            InvalidInput: as ``transform``, but one source may be missing.
        """
        first, second = self._given((X1, X2))
        alone = [None if X is None else self._additive(i, X) for i, X in enumerate((first, second))]
        joint = None
        if first is not None and second is not None:
            joint = applied(self.model_.read, [self._joint_code(first, second)], self.device_)
        return Parts(*alone, joint)

    def predict_proba(self, X1: object, X2: object = None) -> Floats:
        """Probabilities of the classes, shape (rows, classes).

        Of one source, by its additive part alone.
        """
        first, second = self._given((X1, X2))
        if first is not None and second is not None:
            logits = applied(self.model_, [first, second], self.device_)
        else:
            logits = next(z for z in self.parts(X1, X2) if z is not None)
        return np.asarray(softmax(logits, axis=1))

    def said_alone(self, X1: object, X2: object) -> SaidAlone:
        """What the joint part says of one source alone, on these rows.

        Raises:
            InvalidInput: as ``transform``.
        """
        return self._said_alone(*self._both(X1, X2, "what is said alone"))

    def __repr__(self, N_CHAR_MAX: int = 700) -> str:
        """The parameters and, once fitted, what the joint part says of one source alone."""
        text = str(super().__repr__(N_CHAR_MAX))
        if not self._is_fitted:
            return text
        value, noise, partners = self.said_alone_
        return (
            f"{text}\nThe joint part says {value:.4f} nat of one source alone, over {partners:,} "
            f"partners; so few make {noise:.4f} of nothing"
        )

    def _centre(self, sources: Sequence[Tensor]) -> None:
        """Means of the joint code over the training rows of either source."""
        rows = self._rows.training[:: -(-len(self._rows.training) // MOST)]
        with torch.no_grad(), one_thread():
            bank = [x[rows] for x in sources]
            self._partners = self.model_.features(*bank)
            self._whole = self._mean_code(0, self._partners[0]).mean(dim=0)
            constants = [f(x).mean(dim=0) for f, x in zip(self.model_.additive, bank, strict=True)]
            # each additive part averages to half of the logits' mean
            apart = (constants[1] - constants[0] - self.model_.read(self._whole)) / 2
            self._shifts = apart, -apart - self.model_.read(self._whole)

    def _mean_code(self, source: int, features: Tensor) -> Tensor:
        """The joint code of a source's rows, on average over the training rows of the other."""
        others = self._partners[1 - source]
        parts = features.split(max(1, TOGETHER // len(others)))
        return torch.cat([self.model_.code(part[:, None], others).mean(dim=1) for part in parts])

    def _joint_code(self, X1: Floats, X2: Floats) -> Floats:
        def centred(x1: Tensor, x2: Tensor) -> Tensor:
            features = self.model_.features(x1, x2)
            means = [self._mean_code(i, h) for i, h in enumerate(features)]
            return self.model_.code(*features) - means[0] - means[1] + self._whole

        return applied(centred, [X1, X2], self.device_)

    def _additive(self, source: int, X: Floats) -> Floats:
        def part(x: Tensor) -> Tensor:
            code = self._mean_code(source, self.model_.expanders[source](x))
            alone = self.model_.additive[source](x)
            return alone + self.model_.read(code) + self._shifts[source]

        return applied(part, [X], self.device_)

    def _said_alone(self, X1: Floats, X2: Floats) -> SaidAlone:
        """Of pairs that are no rows, and of which nothing was learned."""
        step, most = -(-len(X1) // SHOWN), -(-len(X1) // MOST)
        found = []
        with torch.no_grad(), one_thread():
            sources = [singles(X[::most], self.device_) for X in (X1, X2)]
            features = self.model_.features(*sources)
            means = [self._mean_code(i, h) for i, h in enumerate(features)]
            for i, other in ((0, 1), (1, 0)):
                for row in range(0, len(features[0]), step):
                    codes = self.model_.code(features[i][row], features[other])
                    joint = codes - means[i][row] - means[other] + self._whole
                    logits = self.model_.read(joint)
                    found.append(torch.stack([logits.mean(dim=0).abs(), logits.std(dim=0)]))
            value, spread = torch.stack(found).mean(dim=(0, 2)).tolist()
        partners = len(sources[0])
        return SaidAlone(value, math.sqrt(2 / math.pi / partners) * spread, partners)

    def _both(self, X1: object, X2: object, what: str) -> tuple[Floats, Floats]:
        """Both sources, standardised."""
        first, second = self._given((X1, X2))
        if first is None or second is None:
            raise InvalidInput(f"{what} is of both sources; one of them is None")
        return first, second


class Experts(nn.Module):
    """Networks of the three parts.

    Attributes:
        additive: logits of each source.
        expanders: features of each, whose products the joint code is made of.
        read: the joint part of the logits, straight from the joint code.
    """

    def __init__(self, widths: Sequence[int], components: int, classes: int) -> None:
        super().__init__()
        self.additive = nn.ModuleList(mlp(width, classes, WIDTH) for width in widths)
        self.expanders = nn.ModuleList(mlp(width, FEATURES, WIDTH) for width in widths)
        self.joined = mlp(FEATURES, components, WIDTH, 1)
        self.read = nn.Linear(components, classes, bias=False)

    def features(self, x1: Tensor, x2: Tensor) -> tuple[Tensor, Tensor]:
        """Of both sources."""
        first, second = self.expanders
        return first(x1), second(x2)

    def code(self, features1: Tensor, features2: Tensor) -> Tensor:
        """The joint code, not yet centred."""
        found = self.joined(features1 * features2)
        assert isinstance(found, Tensor)
        return found

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        """Logits."""
        first, second = self.additive
        joint = self.read(self.code(*self.features(x1, x2)))
        found = first(x1) + second(x2) + joint
        assert isinstance(found, Tensor)
        return found

    def said_alone(self, features: tuple[Tensor, Tensor], noise: Noise) -> Tensor:
        """Mean square of the joint part, averaged over a few partners of either source.

        It is the square of the mean over all partners, and a share of the variance: the smaller
        the joint part, the better. The same pairs serve both sources.
        """
        orders = [noise.order(len(features[0])).to(features[0].device) for _ in range(PARTNERS)]
        pairs = [self.read(self.code(features[0], features[1][order])) for order in orders]
        of_first = torch.stack(pairs).mean(dim=0)
        backwards = [pair[order.argsort()] for pair, order in zip(pairs, orders, strict=True)]
        of_second = torch.stack(backwards).mean(dim=0)
        return (of_first**2).mean() + (of_second**2).mean()
