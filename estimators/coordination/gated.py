"""Gates: how much of each source counts, row by row, as both sources see it."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, Generic, Literal, NamedTuple, Self, TypeVar

import numpy as np
import torch
from scipy.special import softmax
from torch import Tensor, nn
from torch.nn import functional

from pid._types import Floats
from pid.checks import number, one_of
from pid.errors import InvalidInput
from pid.estimators.coordination.base import Pair
from pid.estimators.coordination.classes import OfClasses
from pid.estimators.coordination.deep import PATIENCE, TRAINING, checkpoint_of
from pid.estimators.coordination.encoders import CHUNK, mlp, singles
from pid.estimators.coordination.parts import split
from pid.estimators.neural.arrays import check_device, named, trained_on
from pid.estimators.neural.trainer import Course, Losses, Noise, Progress, Trainer, seeded
from pid.estimators.neural.training import one_thread

HIDDEN = 32  # of the layer that gates are read from, and of the one that says y

Of = TypeVar("Of")


class GatedCoordination(OfClasses):
    """Codes that are the sources themselves behind gates: z1 = g1(x1, x2) x1, z2 = g2(x1, x2) x2.

    Gates are numbers from 0 to 1, one per column and row, from a network that sees both sources:
    what one source says decides how much of the other counts. They are learned with what tells y
    from both codes, at a price for open gates, so that what is not asked for is shut out. That is
    partial coordination: codes are not alike, only tied. The gated multimodal unit (Arevalo et
    al., 2017, equation 1) has one gate for a row's features, which weighs the sources against each
    other: z1 = g tanh(W1 x1), z2 = (1 - g) tanh(W2 x2), and the joint code is z1 + z2.

    y is needed. Without it, gates that see both sources could write one into the other, and any
    agreement of the codes would be of their own making.

    Args:
        form: "gates", or "unit" for the gated multimodal unit.
        n_components: columns of a code of "unit"; those of "gates" are the sources'.
        price: of "gates" all open, in nats; what is worth less to y is shut out.
        steps, batch, patience, device, random_state, checkpoint, progress: as of ``DeepCCA``.

    Attributes:
        classes_: of y.
        model_: the torch module, on ``device_``.
        epochs_: that were trained.
        notes_, seed_: as of ``CCA``.

    Examples:
        >>> import numpy as np
        >>> rng = np.random.default_rng(0)
        >>> X1, X2 = rng.normal(size=(2, 2000, 2))
        >>> switch, said1, said2 = X2[:, 0] > 0, X1[:, 0] > 0, X2[:, 1] > 0
        >>> model = GatedCoordination().fit(X1, X2, np.where(switch, said1, said2))
        >>> first, _ = model.gates(X1, X2)
        >>> bool(first[switch, 0].mean() > 2 * first[~switch, 0].mean())
        True
    """

    holds_out = True

    model_: nn.Module

    constraints: ClassVar = {
        **TRAINING,
        **PATIENCE,
        "form": one_of("gates", "unit"),
        "price": number(least=0),
    }

    def __init__(
        self,
        *,
        form: Literal["gates", "unit"] = "gates",
        n_components: int = 16,
        price: float = 0.1,
        steps: int = 700,
        batch: int = 256,
        patience: int | None = None,
        device: str | None = None,
        random_state: int | None = 0,
        checkpoint: object = None,
        progress: Progress | None = None,
    ) -> None:
        self.form = form
        self.n_components = n_components
        self.price = price
        self.steps = steps
        self.batch = batch
        self.patience = patience
        self.device = device
        self.random_state = random_state
        self.checkpoint = checkpoint
        self.progress = progress

    def fit(self, X1: object, X2: object, y: object) -> Self:
        """Learn from rows of both sources, and what is asked of them.

        Args:
            X1, X2: one row per sample each: numbers, or symbols.
            y: the class of each sample.

        Raises:
            InvalidInput: parameters or data that cannot be used, or a loss that is not finite.
        """
        self.check_parameters()
        self.device_ = named(self.device)
        check_device(self.device_)
        arrays = self._read((X1, X2))
        self.notes_ += trained_on(self.device_)
        if y is None:
            raise InvalidInput(
                "GatedCoordination needs y: gates that see both sources would else make any codes "
                "agree; give what is to be told from them, or take Contrastive or DeepCCA"
            )
        labels = torch.from_numpy(self._read_classes(y, len(arrays[0]))).to(self.device_)
        self._train([singles(x, self.device_) for x in arrays], labels)
        self._is_fitted = True
        return self

    def transform(self, X1: object, X2: object = None) -> Pair:
        """The codes of rows, and None for a source that is missing.

        A missing source counts as what it is on average where gates of the other look at it.

        Raises:
            InvalidInput: not fitted, both sources are missing, or columns that are not those of
                the training rows.
        """
        seen = self._said(X1, X2)
        return None if X1 is None else seen.z1, None if X2 is None else seen.z2

    def gates(self, X1: object, X2: object) -> tuple[Floats, Floats]:
        """How far gates are open, in the shapes of the codes; of "unit", g and 1 - g."""
        seen = self._said(X1, X2)
        return seen.gate1, seen.gate2

    def predict_proba(self, X1: object, X2: object = None) -> Floats:
        """Probabilities of the classes, shape (rows, classes)."""
        return np.asarray(softmax(self._said(X1, X2).logits, axis=1))

    def _train(self, sources: list[Tensor], labels: Tensor) -> None:
        widths = sources[0].shape[1], sources[1].shape[1]
        make = partial(FORMS[self.form], widths, len(self.classes_), self.n_components)
        self.model_ = seeded(make, self.seed_).to(self.device_)
        parts = split(self._groups, self.seed_)
        training = torch.from_numpy(np.union1d(parts.training, parts.held_out)).to(self.device_)
        choosing = torch.from_numpy(parts.choosing).to(self.device_)

        def losses(rows: Tensor) -> Losses:
            seen = self.model_(sources[0][rows], sources[1][rows])
            opened = (seen.gate1.mean() + seen.gate2.mean()) / 2
            return {
                "cross-entropy": functional.cross_entropy(seen.logits, labels[rows]),
                "price": self.price * opened,  # of a unit it is a constant
            }

        def loss(picked: Tensor, noise: Noise) -> Losses:
            return losses(training[picked])

        def score() -> float:
            return sum(map(float, losses(choosing).values()))

        trainer = Trainer(
            [self.model_],
            Course(steps=self.steps, batch=self.batch, patience=self.patience),
            seed=self.seed_,
            checkpoint=checkpoint_of(self, [*sources, labels]),
            progress=self.progress,
        )
        self.epochs_ = trainer.fit(loss, len(training), score).epochs

    def _said(self, X1: object, X2: object) -> Seen[Floats]:
        """What the model gives for rows; a source that is missing is 0, its average."""
        given = self._given((X1, X2))
        rows = next(len(x) for x in given if x is not None)
        first, second = (
            singles(np.zeros((rows, scale.width)) if x is None else x, self.device_)
            for x, scale in zip(given, self.scales_, strict=True)
        )
        with torch.no_grad(), one_thread():
            parts = [self.model_(first[at], second[at]) for at in torch.arange(rows).split(CHUNK)]
        joined = (torch.cat([part[i] for part in parts]).cpu().double() for i in range(5))
        return Seen(*(found.numpy() for found in joined))


class Seen(NamedTuple, Generic[Of]):
    """What a model gives for some rows: tensors, or arrays."""

    z1: Of
    z2: Of
    gate1: Of
    gate2: Of
    logits: Of


class Gates(nn.Module):
    """A gate for each column of both sources."""

    def __init__(self, widths: tuple[int, int], classes: int, components: int) -> None:
        super().__init__()
        self.widths = list(widths)
        self.gate = mlp(sum(widths), sum(widths), HIDDEN, 1)
        self.head = mlp(sum(widths), classes, HIDDEN, 1)

    def forward(self, x1: Tensor, x2: Tensor) -> Seen[Tensor]:
        """Codes, gates and logits."""
        both = torch.cat([x1, x2], dim=1)
        gates = torch.sigmoid(self.gate(both))
        codes = gates * both
        (z1, z2), (gate1, gate2) = (v.split(self.widths, dim=1) for v in (codes, gates))
        return Seen(z1, z2, gate1, gate2, self.head(codes))


class Unit(nn.Module):
    """The gated multimodal unit: features of one source against those of the other."""

    def __init__(self, widths: tuple[int, int], classes: int, components: int) -> None:
        super().__init__()
        self.first, self.second = (nn.Linear(width, components) for width in widths)
        self.gate = mlp(sum(widths), components, HIDDEN, 1)
        self.head = mlp(components, classes, HIDDEN, 1)

    def forward(self, x1: Tensor, x2: Tensor) -> Seen[Tensor]:
        """Codes, gates and logits."""
        gate = torch.sigmoid(self.gate(torch.cat([x1, x2], dim=1)))
        z1 = gate * torch.tanh(self.first(x1))
        z2 = (1 - gate) * torch.tanh(self.second(x2))
        return Seen(z1, z2, gate, 1 - gate, self.head(z1 + z2))


FORMS: dict[str, type[Gates] | type[Unit]] = {"gates": Gates, "unit": Unit}
