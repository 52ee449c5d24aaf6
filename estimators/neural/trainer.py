"""One way to train torch modules: seeded, stopped in time, and gone on with bit for bit."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import NamedTuple, NoReturn, TypeVar

import torch
from torch import Tensor, nn

from pid.errors import InvalidInput
from pid.estimators.neural.checkpoint import Checkpoint, State
from pid.estimators.neural.training import one_thread

FEWEST_STEPS = 10  # OneCycleLR divides by what is left of fewer
WARM_UP = 0.1  # of the steps, in which the rate rises
CLIP = 5.0  # length of a gradient, at most

Module = TypeVar("Module", bound=nn.Module)
Losses = Mapping[str, Tensor]  # terms by their names, to be added
Progress = Callable[[int, int, float], object]  # epochs done, of how many, the last score


class NotFinite(InvalidInput):
    """A loss or a gradient stopped being finite; the modules have the last good weights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How long, how fast and in what portions.

    Attributes:
        steps: at least so many; epochs are whole.
        batch: rows of a step.
        rate: the highest, of one cycle (Smith & Topin, 2019).
        decay: of weights, apart from the gradient (Loshchilov & Hutter, 2019).
        patience: epochs without a better score before training stops; None never stops.
    """

    steps: int
    batch: int
    rate: float = 3e-3
    decay: float = 1e-4
    patience: int | None = None


class Noise:
    """All that is random in a training, from one generator that checkpoints keep.

    It draws on the CPU, so that the numbers are the same whatever the device.

    Attributes:
        done: share of the steps that are over, for what changes on the way.
    """

    def __init__(self, seed: int) -> None:
        self.generator = torch.Generator().manual_seed(seed)
        self.done = 0.0

    def normal(self, like: Tensor) -> Tensor:
        """Standard normal numbers, shaped like another tensor and where that is."""
        found = torch.randn(like.shape, generator=self.generator, dtype=like.dtype)
        return found.to(like.device)

    def kept(self, like: Tensor, dropped: float) -> Tensor:
        """A mask for dropout: 0 for some, 1 / (1 - dropped) for the others."""
        draws = torch.rand(like.shape, generator=self.generator, dtype=like.dtype)
        return (draws >= dropped).to(like.device, like.dtype) / (1 - dropped)

    def order(self, n: int) -> Tensor:
        """A permutation."""
        return torch.randperm(n, generator=self.generator)

    def seed(self) -> int:
        """For modules that ask torch's own generator, such as its dropout."""
        return int(torch.randint(2**31, (1,), generator=self.generator))


class Trained(NamedTuple):
    """What became of a training."""

    epochs: int
    score: float  # the least; NaN where none was asked for
    steps: int


class Trainer:
    """Minimises the loss of some modules on batches of rows.

    Args:
        modules: whose parameters are trained, where they are; more parameters can be in a module.
        course: how long and how fast.
        seed: of all that is random but the first weights.
        checkpoint: a file that is written after every epoch, and gone on from if it is there.
        progress: told after each epoch: epochs done, of how many, and the score.
    """

    def __init__(
        self,
        modules: Sequence[nn.Module],
        course: Course,
        *,
        seed: int,
        checkpoint: Checkpoint | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.modules = nn.ModuleList(modules)
        self.course, self.noise, self._seed = course, Noise(seed), seed
        self.checkpoint, self.progress = checkpoint, progress
        parameters = [p for p in self.modules.parameters() if p.requires_grad]
        if not parameters:
            raise InvalidInput(
                "there is nothing to train: no parameter of a module takes a gradient"
            )
        self.device = str(parameters[0].device)
        self.optimizer = torch.optim.AdamW(
            parameters, lr=float(course.rate), weight_decay=float(course.decay), fused=True
        )
        self._good = self._weights()
        self._best, self._since, self._epoch, self._good_epoch = float("inf"), 0, 0, 0

    def fit(
        self,
        loss: Callable[[Tensor, Noise], Losses],
        rows: int,
        score: Callable[[], float] | None = None,
    ) -> Trained:
        """Train, and leave the modules with the weights of the least score, or the last ones.

        Args:
            loss: of the rows that are picked, by the names of its terms, which are added.
            rows: how many there are.
            score: looked at after every epoch without gradients; the smaller, the better.

        Raises:
            InvalidInput: fewer than 10 steps, or a checkpoint of another training.
            NotFinite: a loss or gradient that is not finite; weights are the last good ones.
        """
        batch = min(int(self.course.batch), rows)
        each = rows // batch
        epochs = -(-int(self.course.steps) // each)
        if epochs * each < FEWEST_STEPS:
            raise InvalidInput(
                f"training takes at least {FEWEST_STEPS} steps, as its rate has to rise and fall; "
                f"got {epochs * each}"
            )
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer,
            float(self.course.rate),
            total_steps=epochs * each + 1,
            pct_start=WARM_UP,
        )
        self._resume(rows)
        with one_thread(), torch.random.fork_rng(devices=self._accelerators()):
            while self._epoch < epochs and not self._is_over():
                torch.manual_seed(self.noise.seed())
                self.modules.train()
                order = self.noise.order(rows).to(self.device)
                for at, picked in enumerate(_batches(order, batch), self._epoch * each):
                    self.noise.done = at / (epochs * each)
                    self._step(loss(picked, self.noise), at)
                self._ended(score, epochs)
        self.modules.load_state_dict(self._good)
        self.modules.eval()
        best = self._best if score is not None else float("nan")
        return Trained(self._epoch, best, self._epoch * each)

    def _step(self, terms: Losses, step: int) -> None:
        total = sum(terms.values())
        assert isinstance(total, Tensor)
        if not torch.isfinite(total):
            wrong = [name for name, term in terms.items() if not torch.isfinite(term)]
            what = f"the {wrong[0]}" if wrong else "the sum of its terms"
            self._give_up(f"at step {step} {what} is {float(total.detach())}")
        self.optimizer.zero_grad(set_to_none=True)
        total.backward()
        length = nn.utils.clip_grad_norm_(self.modules.parameters(), CLIP)
        if not torch.isfinite(length):
            named = self.modules.named_parameters()
            bad = [n for n, p in named if p.grad is not None and not torch.isfinite(p.grad).all()]
            where = f" (first in {bad[0]})" if bad else ""
            self._give_up(f"at step {step} the gradient of {', '.join(terms)} is not{where}")
        self.optimizer.step()
        self._schedule.step()

    def _give_up(self, cause: str) -> NoReturn:
        self.modules.load_state_dict(self._good)
        self.modules.eval()
        of, kept = "of the start", ""
        if self._good_epoch:
            of = f"of epoch {self._good_epoch}"
            kept = f", also in {self.checkpoint.path}" if self.checkpoint else ""
        raise NotFinite(
            f"a loss has to be finite, and {cause}; the last good weights are "
            f"those {of}{kept}: rescale the features, or take a smaller rate"
        )

    def _ended(self, score: Callable[[], float] | None, epochs: int) -> None:
        """What is kept after an epoch."""
        self._epoch += 1
        now = float("nan")
        if score is None:
            self._good, self._good_epoch = self._weights(), self._epoch
        else:
            self.modules.eval()
            with torch.no_grad():
                now = float(score())
            if not math.isfinite(now):
                self._give_up(f"after epoch {self._epoch} the score on held-out rows is {now}")
            self._since = 0 if now < self._best else self._since + 1
            if now < self._best:
                self._best, self._good, self._good_epoch = now, self._weights(), self._epoch
        if self.checkpoint is not None:
            self.checkpoint.write(self._state())
        if self.progress is not None:
            self.progress(self._epoch, epochs, now)

    def _is_over(self) -> bool:
        return self.course.patience is not None and self._since >= self.course.patience

    def _weights(self) -> dict[str, Tensor]:
        return {name: value.detach().clone() for name, value in self.modules.state_dict().items()}

    def _state(self) -> State:
        schedule = self._schedule.state_dict()
        return {
            "now": self._weights(),
            "good": self._good,
            "optimizer": self.optimizer.state_dict(),
            "schedule": {name: v for name, v in schedule.items() if not callable(v)},
            "noise": self.noise.generator.get_state(),
            "best": self._best,
            "since": self._since,
            "epoch": self._epoch,
            "good epoch": self._good_epoch,
        }

    def _resume(self, rows: int) -> None:
        """Go on from the checkpoint, if there is one, and it is of the same training."""
        if self.checkpoint is None:
            return
        modules = blake2b(str(self.modules).encode(), digest_size=6).hexdigest()
        self.checkpoint = self.checkpoint.of_training(
            {"rows": rows, "seed": self._seed, **asdict(self.course), "modules": modules}
        )
        state = self.checkpoint.read(self.device)
        if state is None:
            return
        try:
            self._go_on(state)
        except (KeyError, RuntimeError, TypeError, ValueError, AttributeError) as err:
            raise self.checkpoint.no_checkpoint() from err

    def _go_on(self, state: State) -> None:
        self.modules.load_state_dict(state["now"])
        self._good = state["good"]
        self.optimizer.load_state_dict(state["optimizer"])
        self._schedule.load_state_dict(state["schedule"])
        self.noise.generator.set_state(state["noise"].cpu())
        self._best, self._since = state["best"], state["since"]
        self._epoch, self._good_epoch = state["epoch"], state["good epoch"]

    def _accelerators(self) -> list[str]:
        return [self.device] if self.device.startswith("cuda") else []


def seeded(make: Callable[[], Module], seed: int) -> Module:
    """A module whose first weights are those of a seed, made on the CPU."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return make()


def _batches(order: Tensor, batch: int) -> Iterator[Tensor]:
    for start in range(0, len(order) - batch + 1, batch):
        yield order[start : start + batch]
