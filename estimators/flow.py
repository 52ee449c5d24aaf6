"""Vectors that are Gaussian in other coordinates, which ranks and normalising flows find."""

from __future__ import annotations

import copy
from typing import ClassVar, NamedTuple, Self

import numpy as np
import torch
import zuko
from numpy.typing import NDArray
from torch import Tensor

from pid._types import Codes, Floats
from pid.checks import INTERVAL, RANDOM_STATE, UNIT, integer, seed_of
from pid.core.decomposition import ATOMS, Decomposition
from pid.core.information import Unit, nats_per
from pid.discretization.kmeans import normal_scores
from pid.errors import InvalidInput
from pid.estimators.base import ModelPID, Options
from pid.estimators.gaussian import GaussianPID
from pid.estimators.neural.training import one_thread
from pid.estimators.straightness import CUT, ONE_BY_ONE, STRAIGHT, Bends
from pid.inference.atoms import SUMS, as_decomposition
from pid.io.numbers import without_gaps
from pid.io.rows import as_variables

HIDDEN = (64, 64)  # units of the network that bends the splines
RATE = 2e-3
BATCH = 1024  # at least; more where there are many columns
PER_COLUMN = 6  # rows of a batch for each column, so that its covariance is of full rank
PATIENCE = 8  # epochs without a better likelihood on samples held out
HELD_OUT = 0.2
FEWEST = 20  # samples; with fewer, flows of one half have nothing to hold out, and ranks are kept
BETTER = 0.02  # nats a sample that a flow must gain there, or ranks alone are kept


class FlowPID(ModelPID):
    """Straighten x1, x2 and y until pairs of them are Gaussian, then decompose as ``GaussianPID``.

    Information does not change under invertible maps of single variables. First every column gets
    the normal scores of its ranks, which mends any monotone distortion of columns exactly. Then
    autoregressive flows of neural splines, one for each variable, are trained by the likelihood of
    (x1, y) and (x2, y) under Gaussians, on half of the samples, and kept where they raise it on
    others (Zhao et al., Flow-PID, 2025). Each half is decomposed in coordinates learned from the
    other, as flows see more in samples they were trained on.

    Args:
        transforms: of each flow; 0 for ranks alone.
        epochs: at most.
        interval: nominal coverage of ``interval_``, or None for none.
        unit: "bit" or "nat".
        random_state: seed; None takes another one each time.

    Attributes:
        decomposition_: of the covariance of the straightened samples.
        corrected_: after the bias correction of ``GaussianPID``; None where that has none.
        interval_: (low, high) per atom and for their sums, likewise.
        straightened_: "ranks" or "flow".
        gain_: nats a sample that flows gained on samples held out, both folds; 0 without flows.
        bends_: what straight lines do not see of y in these coordinates; of two halves what both
            show.
        seed_: the seed, also where none was given.
        notes_: what was done to the data, in words.
    """

    of_classes = False

    constraints: ClassVar = {
        "transforms": integer(0),
        "epochs": integer(),
        "interval": INTERVAL,
        "unit": UNIT,
        "random_state": RANDOM_STATE,
    }

    def __init__(
        self,
        *,
        transforms: int = 2,
        epochs: int = 100,
        interval: float | None = 0.95,
        unit: Unit = "bit",
        random_state: int | None = 0,
    ) -> None:
        self.transforms = transforms
        self.epochs = epochs
        self.interval = interval
        self.unit = unit
        self.random_state = random_state

    @classmethod
    def asked(cls, options: Options) -> Self:
        """See ``ModelPID``."""
        return cls(interval=options.interval, unit=options.unit, random_state=options.random_state)

    def described(self) -> dict[str, object]:
        """See ``ModelPID``."""
        return {"transforms": self.transforms, "straightened": self.straightened_}

    def doubts(self) -> tuple[str, ...]:
        """See ``ModelPID``."""
        return self.bends_.in_words(CUT if self.columns_of_y_ == 1 else ONE_BY_ONE)

    def fit(self, X1: object, X2: object, y: object) -> Self:
        """Straighten and decompose.

        Args:
            X1, X2: numbers, one row per sample.
            y: numbers likewise, of one column or several, that hardly repeat.

        Raises:
            InvalidInput: columns that are no numbers, a y of classes, fewer samples than
                dimensions, or a y that the sources determine.
        """
        self.check_parameters()
        self.seed_ = seed_of(self.random_state)
        variables, of_gaps = without_gaps(*as_variables(X1, X2, y))
        if not all(_is_continuous(column) for column in variables[2].columns):
            raise InvalidInput(
                "y repeats its values, so that it carries no more than its entropy, and no flow "
                "makes it Gaussian; take PosteriorPID for classes"
            )
        scores = [normal_scores(variable.matrix()) for variable in variables]
        rng = np.random.default_rng(self.seed_)
        halves = np.array_split(rng.permutation(len(scores[0])), 2)
        found = []
        if self.transforms and len(scores[0]) >= FEWEST:
            found = [
                self._straighten(scores, mine, other) for mine, other in (halves, halves[::-1])
            ]
        self.gain_ = float(np.mean([one.gain for one in found])) if found else 0.0
        if self.gain_ > BETTER:
            self.straightened_ = "flow"
            self._combine([self._gaussian(one.latents) for one in found])
        else:
            self.straightened_ = "ranks"
            self._combine([self._gaussian(scores)])
        self.notes_ = of_gaps + self.notes_
        return self

    def _gaussian(self, latents: list[Floats]) -> GaussianPID:
        return GaussianPID(interval=self.interval, unit=self.unit, random_state=self.seed_).fit(
            *latents
        )

    def _combine(self, parts: list[GaussianPID]) -> None:
        """Of both halves the mean, with intervals that shrink as those of independent samples."""
        self.notes_ = parts[0].notes_
        self.columns_of_y_ = parts[0].columns_of_y_
        self.bends_ = _of_all([part.bends_ for part in parts])
        if len(parts) == 1:
            (only,) = parts
            self.decomposition_, self.corrected_ = only.decomposition_, only.corrected_
            self.interval_ = only.interval_
            return
        self.decomposition_ = _mean([part.decomposition_ for part in parts])
        corrected = [part.corrected_ for part in parts if part.corrected_ is not None]
        self.corrected_ = _mean(corrected) if len(corrected) == len(parts) else None
        intervals = [part.interval_ for part in parts if part.interval_ is not None]
        self.interval_ = None
        if len(intervals) == len(parts) and self.corrected_ is not None:
            self.interval_ = {}
            for name in (*ATOMS, *SUMS):
                value = getattr(self.corrected_, name)
                ends = np.mean([interval[name] for interval in intervals], axis=0)
                low, high = value + (ends - value) / np.sqrt(len(parts))
                self.interval_[name] = (float(low), float(high))

    def _straighten(self, scores: list[Floats], mine: Codes, other: Codes) -> Straightened:
        """Train flows on ``mine``, and apply them to ``other``."""
        cut = max(1, int(HELD_OUT * len(mine)))
        tensors = [torch.from_numpy(score.astype(np.float32)) for score in scores]
        held_out, training = (torch.from_numpy(part) for part in (mine[:cut], mine[cut:]))
        with torch.random.fork_rng(devices=[]), one_thread():
            torch.manual_seed(self.seed_)
            flows = [
                zuko.flows.NSF(x.shape[1], transforms=self.transforms, hidden_features=HIDDEN)
                for x in tensors
            ]
            _train(flows, tensors, training, held_out, self.epochs)
            with torch.no_grad():
                rest = [x[torch.from_numpy(other)] for x in tensors]
                before = _misfit(*rest, *(torch.zeros(len(other)) for _ in rest))
                bent = [_bend(flow, x) for flow, x in zip(flows, rest, strict=True)]
                after = _misfit(*(z for z, _ in bent), *(ladj for _, ladj in bent))
        latents = [np.asarray(z.double().numpy()) for z, _ in bent]
        return Straightened(latents, float(before - after))


class Straightened(NamedTuple):
    """Latents of samples that flows have not seen, and what these gained on them, in nats."""

    latents: list[Floats]
    gain: float


def _is_continuous(column: NDArray[np.generic]) -> bool:
    return len(np.unique(column)) > len(column) / 2


def _train(
    flows: list[zuko.flows.NSF], x: list[Tensor], training: Tensor, held_out: Tensor, epochs: int
) -> None:
    """Lower the misfit, and keep the flows as they were when they did best on ``held_out``."""
    optimizer = torch.optim.Adam([p for flow in flows for p in flow.parameters()], lr=RATE)
    size = max(BATCH, PER_COLUMN * sum(part.shape[1] for part in x))

    def misfit(rows: Tensor) -> Tensor:
        bent = [_bend(flow, part[rows]) for flow, part in zip(flows, x, strict=True)]
        return _misfit(*(z for z, _ in bent), *(ladj for _, ladj in bent))

    best = [copy.deepcopy(flow.state_dict()) for flow in flows]
    least, waited = np.inf, 0
    for _ in range(epochs):
        order = training[torch.randperm(len(training))]
        parts = [part for part in order.split(size) if len(part) >= min(size, len(order))]
        for part in parts:
            optimizer.zero_grad(set_to_none=True)
            misfit(part).backward()
            optimizer.step()
        with torch.no_grad():
            now = float(misfit(held_out))
        waited += 1
        if now < least:
            best, least, waited = [copy.deepcopy(flow.state_dict()) for flow in flows], now, 0
        if waited >= PATIENCE:
            break
    for flow, state in zip(flows, best, strict=True):
        flow.load_state_dict(state)


def _bend(flow: zuko.flows.NSF, x: Tensor) -> tuple[Tensor, Tensor]:
    """Latents, and the log-determinant of the derivative at each sample."""
    z, ladj = flow().transform.call_and_ladj(x)
    return z, ladj


def _misfit(
    z1: Tensor, z2: Tensor, zy: Tensor, ladj1: Tensor, ladj2: Tensor, ladj_y: Tensor
) -> Tensor:
    """Minus the mean log-likelihood of both pairs under the Gaussians that fit them best.

    But for a constant: a Gaussian with the covariance of its samples has as likelihood minus half
    the log-determinant of that.
    """
    pairs = [torch.cat([z, zy], dim=1) for z in (z1, z2)]
    logs = sum(torch.logdet(torch.cov(pair.T)) for pair in pairs)
    return logs / 2 - (ladj1 + ladj2 + 2 * ladj_y).mean()


def _of_all(found: list[Bends]) -> Bends:
    """The least of each, where all parts show something.

    One that is bent and one that is uneven agree that y is not straight: the larger part of the
    evidence stands.
    """
    if STRAIGHT in found:
        return STRAIGHT
    both = Bends(min(one.share for one in found), min(one.spread for one in found))
    return found[0] if both == STRAIGHT else both


def _mean(parts: list[Decomposition]) -> Decomposition:
    values = np.mean([list(part.atoms.values()) for part in parts], axis=0)
    unit = parts[0].unit
    return as_decomposition(values * nats_per(unit), unit)
