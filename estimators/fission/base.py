"""What all fission by networks shares: sources on a device, and training in one stage or more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Self

import torch
from torch import Tensor, nn

from pid._types import Floats
from pid.checks import DEVICE, PROGRESS, RANDOM_STATE, RESUME, Constraint, integer
from pid.errors import InvalidInput
from pid.estimators.coordination.base import OfSources
from pid.estimators.coordination.deep import PATIENCE, checkpoint_of, of_all_rows
from pid.estimators.coordination.encoders import singles
from pid.estimators.coordination.parts import Split, split
from pid.estimators.neural.arrays import check_device, named, trained_on
from pid.estimators.neural.checkpoint import Checkpoint
from pid.estimators.neural.trainer import Course, Losses, Noise, Progress, Trained, Trainer

TRAINING: Mapping[str, Constraint] = {
    "steps": integer(10),
    "batch": integer(2),
    **PATIENCE,
    "device": DEVICE,
    "random_state": RANDOM_STATE,
    "checkpoint": RESUME,
    "progress": PROGRESS,
}
Loss = Callable[[Tensor, Noise], Losses]  # of rows by their numbers, with something random


class Fission(OfSources):
    """Learns parts of two sources, with networks.

    Attributes:
        device_: where they are.
    """

    holds_out = True
    rate: ClassVar[float] = 3e-3

    steps: int
    batch: int
    patience: int | None
    device: str | None
    checkpoint: object
    progress: Progress | None

    def set_params(self, **params: Any) -> Self:
        """Set parameters by their names.

        Raises:
            InvalidInput: a name that is none; said here, as scikit-learn would show all that a
                fitted model shows, and so begin an audit.
        """
        known = self.get_params()
        for name in params:
            if name not in known:
                raise InvalidInput(
                    f"{type(self).__name__} has no parameter {name!r}; it has {', '.join(known)}"
                )
        super().set_params(**params)
        return self

    def _prepared(self, X1: object, X2: object) -> tuple[Tensor, Tensor]:
        """Both sources, standardised, where networks are trained on; ``_rows`` says which rows."""
        self._is_fitted = False  # a fit that fails leaves nothing of the one before
        self.check_parameters()
        self.device_ = named(self.device)
        check_device(self.device_)
        first, second = self._read((X1, X2))
        self.notes_ += trained_on(self.device_)
        self._rows: Split = split(self._groups, self.seed_)
        self.notes_ += of_all_rows(self.batch, self._rows)
        return singles(first, self.device_), singles(second, self.device_)

    def _held_out(self, sources: Sequence[Tensor]) -> list[Floats]:
        """Rows of both sources that nothing is learned from or chosen by."""
        return [x.cpu().double().numpy()[self._rows.held_out] for x in sources]

    def _both(self, X1: object, X2: object, what: str) -> tuple[Floats, Floats]:
        """Rows of both sources, standardised, for what cannot do without one."""
        first, second = self._given((X1, X2))
        if first is None or second is None:
            raise InvalidInput(f"{what} needs both sources; one of them is None")
        return first, second

    def _stage(
        self,
        name: str,
        modules: Sequence[nn.Module],
        loss: Loss,
        data: Sequence[Tensor],
        steps: int,
        *,
        chosen: bool = True,
    ) -> Trained:
        """Train some modules on the training rows, and keep the epoch that is best on others.

        Args:
            name: of the stage; each has a checkpoint of its own.
            modules: whose parameters are trained.
            loss: of the rows of ``data`` that are picked.
            data: what is learned from, which a checkpoint must be of.
            steps: at least so many.
            chosen: whether the epoch is kept that is best on other rows, or the last.
        """
        training, choosing = (
            torch.from_numpy(rows).to(self.device_)
            for rows in (self._rows.training, self._rows.choosing)
        )

        size = min(self.batch, len(choosing))
        whole = choosing[: len(choosing) // size * size]  # a loss may depend on the batch's size

        def judged() -> float:
            noise = _last(self.seed_)
            costs = [sum(map(float, loss(rows, noise).values())) for rows in whole.split(size)]
            return sum(costs) / len(costs)

        course = Course(steps=steps, batch=self.batch, rate=self.rate, patience=self.patience)
        trainer = Trainer(
            modules,
            course,
            seed=self.seed_,
            checkpoint=self._checkpoint(name, data),
            progress=self.progress,
        )
        return trainer.fit(
            lambda picked, noise: loss(training[picked], noise),
            len(training),
            judged if chosen else None,
        )

    def _checkpoint(self, stage: str, data: Sequence[Tensor]) -> Checkpoint | None:
        found = checkpoint_of(self, data)
        if found is None:
            return None
        path = Path(f"{found.path}-{stage}")
        return replace(found, path=path).of_training({"stage": stage})


def _last(seed: int) -> Noise:
    """Noise as at the end of a training, and the same whenever it is asked for."""
    noise = Noise(seed)
    noise.done = 1.0
    return noise
