"""What coordination by networks shares: rows held out, one trainer, codes of any rows."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

from torch import Tensor, nn

from pid._types import Floats
from pid.checks import DEVICE, NONE, PROGRESS, RANDOM_STATE, RESUME, Constraint, either, integer
from pid.errors import InvalidInput
from pid.estimators.coordination.base import Coordination, OfSources
from pid.estimators.coordination.encoders import ENCODERS, Encoders, coded, pair_of, singles
from pid.estimators.coordination.parts import Split, split
from pid.estimators.neural.arrays import check_device, named, trained_on
from pid.estimators.neural.checkpoint import Checkpoint
from pid.estimators.neural.trainer import Course, Losses, Noise, Progress, Trained, Trainer

TRAINING: Mapping[str, Constraint] = {
    "n_components": integer(),
    "steps": integer(),
    "batch": integer(2),
    "device": DEVICE,
    "random_state": RANDOM_STATE,
    "checkpoint": RESUME,
    "progress": PROGRESS,
}
PATIENCE: Mapping[str, Constraint] = {"patience": either(integer(), NONE)}
SHARED: Mapping[str, Constraint] = {**TRAINING, **PATIENCE, "encoders": ENCODERS}


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
        rows = split(self._groups, self.seed_)
        self.notes_ += of_all_rows(self.batch, rows)
        widths = X1.shape[1], X2.shape[1]
        first, second = pair_of(self.encoders, widths, self.n_components, self.seed_, self.device_)
        self.encoders_ = first, second
        return (singles(X1, self.device_), singles(X2, self.device_)), rows

    def _train(
        self, modules: list[nn.Module], sources: tuple[Tensor, Tensor], rows: Split
    ) -> Trained:
        """Train on some rows, and keep the epoch that is best on others."""
        training = tuple(x[rows.training] for x in sources)
        choosing = tuple(x[rows.choosing] for x in sources)

        def loss(picked: Tensor, noise: Noise) -> Losses:
            return self._loss(training[0][picked], training[1][picked], noise)

        course = Course(
            steps=self.steps,
            batch=self.batch,
            rate=self.rate,
            decay=self.decay,
            patience=self.patience,
        )
        trainer = Trainer(
            modules,
            course,
            seed=self.seed_,
            checkpoint=checkpoint_of(self, sources),
            progress=self.progress,
        )
        return trainer.fit(loss, len(rows.training), lambda: self._judge(training, choosing))

    @abstractmethod
    def _loss(self, x1: Tensor, x2: Tensor, noise: Noise) -> Losses:
        """What a batch costs."""

    @abstractmethod
    def _judge(self, training: tuple[Tensor, ...], others: tuple[Tensor, ...]) -> float:
        """What rows cost that are not trained on."""

    def _encode(self, source: int, X: Floats) -> Floats:
        return coded(self.encoders_[source], X, self.device_)


def of_all_rows(batch: int, rows: Split) -> tuple[str, ...]:
    """A note where there are no more training rows than a batch asks for."""
    n = len(rows.training)
    if batch <= n:
        return ()
    return (f"a batch is all {n:,} training rows, as there are no {batch:,}",)


def checkpoint_of(model: OfSources, tensors: Sequence[Tensor]) -> Checkpoint | None:
    """Where a training is kept; None where nobody asks for it.

    Raises:
        InvalidInput: no seed, as a training goes on only as it began.
    """
    settings = model.get_params()
    path = settings.pop("checkpoint")
    if path is not None and model.random_state is None:
        raise InvalidInput("a checkpoint needs a random_state, to go on as it began; got None")
    of = {"estimator": type(model).__name__}
    left_out = {"progress", "device"}
    of |= {name: value for name, value in settings.items() if name not in left_out}
    return Checkpoint.of(path, of, tensors)
