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
from pid.estimators.coordination.encoders import applied, mlp
from pid.estimators.fission.base import TRAINING, Fission
from pid.estimators.neural.trainer import Losses, Noise, Progress, seeded

WIDTH = 64  # of hidden layers


class Parts(NamedTuple):
    """Logits of the classes in three parts, shapes (rows, classes); None without its source."""

    additive1: Any
    additive2: Any
    joint: Any


class SaidAlone(NamedTuple):
    """What the joint part says of one source: its mean over partners of other rows.

    Attributes:
        value: mean of its absolute value over rows and classes, in nats; 0 of what only both tell.
        noise: what it would be for there being so few partners, were it 0 over all there are.
        partners: that each row was shown with.
    """

    value: float
    noise: float
    partners: int


class SynergyExperts(Fission, OfClasses):
    """Three experts: logits = f1(x1) + f2(x2) + g(x1, x2), where g says nothing of one source.

    The joint part is a sum of products of a feature of each source, g = W (h1(x1) * h2(x2)), and
    all features average to 0 over the training rows. So g averages to 0 over either source,
    whatever the other is: it is the interaction of a functional analysis of variance of independent
    sources (Hoeffding, 1948), and any interaction is such a sum. What SynIB (2026) asks by a
    penalty, that nothing be said where a source is withheld, is built in.

    Averages are over partners drawn from all rows: where sources depend on each other, g may still
    go with what they share. Synergy is unique only up to additive terms: judge what is said
    (``parts``). The code it is read from (``transform``) has x1 xor x2 where a straight line reads
    it, and may hold what both share or one has where only a network does.

    Args:
        n_components: products, which are the columns of the joint code.
        shrinkage: weight of the mean square of the joint part over random pairs: what y does not
            ask for is left out, and what few partners make of it is little. More of it makes
            probabilities less sure.
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
        >>> bool(parts.joint.std() > 2 * parts.additive1.std())
        True
    """

    constraints: ClassVar = {
        **TRAINING,
        "n_components": integer(),
        "shrinkage": number(least=0),
    }

    model_: Experts

    def __init__(
        self,
        *,
        n_components: int = 8,
        shrinkage: float = 0.1,
        steps: int = 600,
        batch: int = 256,
        patience: int | None = None,
        device: str | None = None,
        random_state: int | None = 0,
        checkpoint: object = None,
        progress: Progress | None = None,
    ) -> None:
        self.n_components = n_components
        self.shrinkage = shrinkage
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
            first, second = (h - h.mean(dim=0) for h in self.model_.features(x1, x2))
            order = noise.order(len(rows)).to(self.device_)
            logits = self.model_.additive(x1, x2) + self.model_.read(first * second)
            by_chance = self.model_.read(first * second[order])
            return {
                "cross-entropy": functional.cross_entropy(logits, labels[rows]),
                "joint part": self.shrinkage * (by_chance**2).mean(),
            }

        trained = self._stage("experts", [self.model_], loss, (*sources, labels), self.steps)
        self.epochs_ = trained.epochs
        self.model_.centre(*(x[self._rows.training] for x in sources))
        self._is_fitted = True
        self.said_alone_ = self._said_alone(*self._held_out(sources))
        return self

    def transform(self, X1: object, X2: object) -> Floats:
        """The joint code of rows, which averages to 0 over either source; shape (rows, k).

        Raises:
            InvalidInput: not fitted, a source is missing, or columns that are not those of the
                training rows.
        """
        first, second = self._features(*self._both(X1, X2, "the joint code"))
        return first * second

    def fit_transform(self, X1: object, X2: object, y: object) -> Floats:
        """The joint code of the training rows."""
        return self.fit(X1, X2, y).transform(X1, X2)

    def parts(self, X1: object, X2: object = None) -> Parts:
        """What each source adds to the logits, and what both say together; they sum to the logits.

        Each additive part has half of what is the same for all rows. None for those of a source
        that is missing.

        Raises:
            InvalidInput: as ``transform``, but one source may be missing.
        """
        first, second = self._given((X1, X2))
        joint = None
        if first is not None and second is not None:
            joint = applied(self.model_.joint, [first, second], self.device_)
        return Parts(self._alone(0, first), self._alone(1, second), joint)

    def predict_proba(self, X1: object, X2: object = None) -> Floats:
        """Probabilities of the classes, shape (rows, classes).

        Of one source, by its additive part alone.
        """
        there = [part for part in self.parts(X1, X2) if part is not None]
        return np.asarray(softmax(sum(there), axis=1))

    def said_alone(self, X1: object, X2: object) -> SaidAlone:
        """What the joint part says of one source alone, each row shown with all partners.

        Raises:
            InvalidInput: as ``transform``, or a single row, which has no partner.
        """
        first, second = self._both(X1, X2, "what is said alone")
        if len(first) < 2:
            raise InvalidInput("what is said alone needs at least 2 rows; got 1")
        return self._said_alone(first, second)

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

    def _alone(self, source: int, X: Floats | None) -> Floats | None:
        return None if X is None else applied(self.model_.alone[source], [X], self.device_)

    def _features(self, X1: Floats, X2: Floats) -> list[Floats]:
        """Centred."""
        experts = zip(self.model_.expanders, (X1, X2), strict=True)
        return [applied(expander, [X], self.device_) for expander, X in experts]

    def _said_alone(self, X1: Floats, X2: Floats) -> SaidAlone:
        """The mean over partners of what is linear in their features is of their mean features."""
        read = self.model_.read.weight.detach().cpu().double().numpy()
        first, second = self._features(X1, X2)
        means, spreads = [], []
        for own, others in ((first, second), (second, first)):
            weights = own[:, None] * read  # of the others' features: (rows, classes, products)
            means.append(np.abs(weights @ others.mean(axis=0)).mean())
            varied = ((weights @ np.atleast_2d(np.cov(others.T))) * weights).sum(axis=2)
            spreads.append(np.sqrt(varied.clip(0)).mean())
        n = len(first)
        noise = math.sqrt(2 / (math.pi * n)) * float(np.mean(spreads))
        return SaidAlone(float(np.mean(means)), noise, n)


class Shifted(nn.Module):
    """A network, and what is added to its outputs once it is trained."""

    def __init__(self, net: nn.Module, columns: int) -> None:
        super().__init__()
        self.net = net
        self.shift: Tensor
        self.register_buffer("shift", torch.zeros(columns))

    def forward(self, x: Tensor) -> Tensor:
        """Shape (rows, columns)."""
        found = self.net(x) + self.shift
        assert isinstance(found, Tensor)
        return found


class Experts(nn.Module):
    """Networks of the three parts.

    Attributes:
        alone: logits of each source.
        expanders: features of each, whose products are the joint code.
        read: the joint part of the logits, straight from the joint code.
    """

    def __init__(self, widths: Sequence[int], components: int, classes: int) -> None:
        super().__init__()
        self.alone = nn.ModuleList(Shifted(mlp(n, classes, WIDTH), classes) for n in widths)
        self.expanders = nn.ModuleList(
            Shifted(mlp(n, components, WIDTH), components) for n in widths
        )
        self.read = nn.Linear(components, classes, bias=False)

    def features(self, x1: Tensor, x2: Tensor) -> tuple[Tensor, Tensor]:
        """Of both sources."""
        first, second = self.expanders
        return first(x1), second(x2)

    def additive(self, x1: Tensor, x2: Tensor) -> Tensor:
        """The sum of what each source says alone."""
        first, second = self.alone
        found = first(x1) + second(x2)
        assert isinstance(found, Tensor)
        return found

    def joint(self, x1: Tensor, x2: Tensor) -> Tensor:
        """What both say together, of features that are centred."""
        first, second = self.features(x1, x2)
        found = self.read(first * second)
        assert isinstance(found, Tensor)
        return found

    def centre(self, x1: Tensor, x2: Tensor) -> None:
        """Let features average to 0 over these rows, and additive parts to half of all logits."""
        with torch.no_grad():
            for expander, x in zip(self.expanders, (x1, x2), strict=True):
                expander.shift -= expander(x).mean(dim=0)
            first, second = (
                net(x).mean(dim=0) for net, x in zip(self.alone, (x1, x2), strict=True)
            )
            self.alone[0].shift += (second - first) / 2
            self.alone[1].shift += (first - second) / 2
