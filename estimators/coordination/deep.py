"""What coordination by networks shares: rows held out, one trainer, codes of any rows."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from torch import Tensor, nn

from pid._types import Floats
from pid.checks import DEVICE, NONE, PROGRESS, RANDOM_STATE, RESUME, Constraint, either, integer
from pid.estimators.coordination.base import Coordination, Split, split
from pid.estimators.coordination.encoders import ENCODERS, Encoders, coded, pair_of, singles
from pid.estimators.neural.arrays import check_device, named, trained_on
from pid.estimators.neural.checkpoint import Checkpoint
from pid.estimators.neural.trainer import Course, Losses, Noise, Progress, Trained, Trainer

HELD_OUT = 0.1  # of the rows, by which the epoch is chosen and correlations are judged

SHARED: Mapping[str, Constraint] = {
    "n_components": integer(),
    "encoders": ENCODERS,
    "steps": integer(),
    "batch": integer(2),
    "patience": either(integer(), NONE),
    "device": DEVICE,
    "random_state": RANDOM_STATE,
    "checkpoint": RESUME,
    "progress": PROGRESS,
}


class DeepCoordination(Coordination):
    """A network of each source, trained together."""

    constraints: ClassVar = SHARED
    rate: ClassVar[float] = 3e-3
    decay: ClassVar[float] = 1e-4

    n_components: int
    encoders: Encoders
    steps: int
    batch: int
    patience: int | None
    device: str | None
    checkpoint: object
    progress: Progress | None
    encoders_: tuple[nn.Module, nn.Module]

    def _prepared(self, X1: Floats, X2: Floats) -> tuple[tuple[Tensor, Tensor], Split]:
        """Both sources where they are trained on, the rows held out, and untrained encoders."""
        self.device_ = named(self.device)
        check_device(self.device_)
        self.notes_ += trained_on(self.device_)
        rows = split(len(X1), HELD_OUT, self.seed_)
        if self.batch > len(rows.training):
            self.notes_ += (
                f"a batch is all {len(rows.training):,} training rows, as there are no "
                f"{self.batch:,}",
            )
        widths = X1.shape[1], X2.shape[1]
        first, second = pair_of(self.encoders, widths, self.n_components, self.seed_, self.device_)
        self.encoders_ = first, second
        return (singles(X1, self.device_), singles(X2, self.device_)), rows

    def _train(
        self, modules: list[nn.Module], sources: tuple[Tensor, Tensor], rows: Split
    ) -> Trained:
        """Train on some rows, and keep the epoch that is best on those held out."""
        training = tuple(x[rows.training] for x in sources)
        held_out = tuple(x[rows.held_out] for x in sources)

        def loss(picked: Tensor, noise: Noise) -> Losses:
            return self._loss(training[0][picked], training[1][picked], noise)

        course = Course(
            steps=self.steps,
            batch=self.batch,
            rate=self.rate,
            decay=self.decay,
            patience=self.patience,
        )
        settings = {"estimator": type(self).__name__} | {
            name: value
            for name, value in self.get_params().items()
            if name not in {"checkpoint", "progress", "device"}
        }
        trainer = Trainer(
            modules,
            course,
            seed=self.seed_,
            checkpoint=Checkpoint.of(self.checkpoint, settings, training),
            progress=self.progress,
        )
        return trainer.fit(loss, len(rows.training), lambda: self._judge(training, held_out))

    @abstractmethod
    def _loss(self, x1: Tensor, x2: Tensor, noise: Noise) -> Losses:
        """What a batch costs."""

    @abstractmethod
    def _judge(self, training: tuple[Tensor, ...], held_out: tuple[Tensor, ...]) -> float:
        """What rows held out cost."""

    def _encode(self, source: int, X: Floats) -> Floats:
        return coded(self.encoders_[source], X, self.device_)
