"""Networks whose outputs correlate most, with or without being able to make the sources again."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from pid._types import Floats
from pid.checks import number
from pid.errors import InvalidInput
from pid.estimators.coordination.canonical import canonical, paired_correlations
from pid.estimators.coordination.deep import SHARED, DeepCoordination
from pid.estimators.coordination.encoders import Encoders, coded, mlp
from pid.estimators.neural.trainer import Losses, Noise, Progress, seeded

TIMES = 4  # as many rows in a batch as components: fewer correlate by themselves
LAST_RIDGE = 1e-4  # of the exact analysis of what networks give
COMPARED = 2_000  # training rows, at most, by which an epoch is judged


class DeepCCA(DeepCoordination):
    """Deep canonical correlation analysis: networks f and g that make corr(f(X1), g(X2)) largest.

    Minimises, on batches, minus the sum of the canonical correlations of both codes (the trace
    norm of Andrew et al., ICML 2013, equation 10), in double precision; with ``reconstruction``
    above 0, plus that weight times the mean squared error of two decoders: the deep canonically
    correlated autoencoder, DCCAE (Wang et al., ICML 2015, equation 3.3). An exact linear analysis
    of all training rows comes last, so that components are paired, ordered and of unit variance.

    The epoch is kept that is best on a tenth of the rows, and ``correlations_`` are those of
    another tenth, which nothing is learned from or chosen by. A batch of few rows correlates by
    itself: fewer than 4 times the components are refused.

    Args:
        n_components: pairs of components.
        reconstruction: weight of the decoders' error. The larger, the more of what only one source
            has is let in, at last in place of what both have: choose it by ``correlations_``.
        regularization: added to the variances of a batch's codes.
        encoders: "mlp", two hidden layers of 96; or two functions (n_in, n_out) -> torch module,
            whose own randomness comes from torch's generator.
        steps, batch: of training, and rows of a step.
        patience: epochs without a better score on the rows that choose before training stops;
            None goes on to the end.
        device: where torch trains, as of ``PosteriorPID``.
        random_state: seed; None takes another one each time.
        checkpoint: a file that is written after each epoch; a training that was interrupted goes
            on from it, with the same bits as one that was not. Other rows or settings are refused.
        progress: a function that is told after each epoch: epochs done, of how many, the score.

    Attributes:
        correlations_: of each pair, on rows that were held out, shape (k,).
        training_correlations_: on the training rows.
        encoders_: the torch modules, on ``device_``.
        epochs_: that were trained.
        notes_, seed_: as of ``CCA``.

    Examples:
        >>> import numpy as np
        >>> rng = np.random.default_rng(0)
        >>> x1 = rng.normal(size=1000)
        >>> x2 = x1**2 + 0.1 * rng.normal(size=1000)
        >>> model = DeepCCA(n_components=1, steps=100).fit(x1, x2)
        >>> bool(model.correlations_[0] > 0.9)
        True
    """

    constraints: ClassVar = {
        **SHARED,
        "reconstruction": number(least=0),
        "regularization": number(above=0),
    }
    rate, decay = 5e-3, 1e-1

    def __init__(
        self,
        *,
        n_components: int = 8,
        reconstruction: float = 0.0,
        regularization: float = 1e-3,
        encoders: Encoders = "mlp",
        steps: int = 500,
        batch: int = 400,
        patience: int | None = None,
        device: str | None = None,
        random_state: int | None = 0,
        checkpoint: object = None,
        progress: Progress | None = None,
    ) -> None:
        self.n_components = n_components
        self.reconstruction = reconstruction
        self.regularization = regularization
        self.encoders = encoders
        self.steps = steps
        self.batch = batch
        self.patience = patience
        self.device = device
        self.random_state = random_state
        self.checkpoint = checkpoint
        self.progress = progress

    def _learn(self, X1: Floats, X2: Floats) -> None:
        sources, rows = self._prepared(X1, X2)
        most = min(self.batch, len(rows.training))
        if most < TIMES * self.n_components:
            raise InvalidInput(
                f"a batch must have at least {TIMES} times as many rows as components, which else "
                f"correlate by themselves; got {most} rows ({len(rows.training)} to train on) for "
                f"{self.n_components} components: take fewer components or a larger batch"
            )
        modules = list(self.encoders_)
        self._decoders = []
        if self.reconstruction > 0:
            self._decoders = [
                seeded(partial(mlp, self.n_components, x.shape[1]), self.seed_ + 2).to(self.device_)
                for x in sources
            ]
        self.epochs_ = self._train([*modules, *self._decoders], sources, rows).epochs
        A, B = (
            coded(encoder, X, self.device_)
            for encoder, X in zip(self.encoders_, (X1, X2), strict=True)
        )
        self._directions = canonical(
            A[rows.training], B[rows.training], self.n_components, LAST_RIDGE
        )
        Z1, Z2 = self._directions.first(A), self._directions.second(B)
        self.training_correlations_ = paired_correlations(Z1[rows.training], Z2[rows.training])
        self.correlations_ = paired_correlations(Z1[rows.held_out], Z2[rows.held_out])

    def _loss(self, x1: Tensor, x2: Tensor, noise: Noise) -> Losses:
        z1, z2 = (f(x) for f, x in zip(self.encoders_, (x1, x2), strict=True))
        terms = {"correlation": -correlations_of(z1, z2, self.regularization).sum()}
        return {**terms, **self._error((x1, x2), (z1, z2))}

    def _judge(self, training: tuple[Tensor, ...], others: tuple[Tensor, ...]) -> float:
        """Minus the correlations of other rows, of directions found in training rows."""
        n = len(training[0])
        some = np.linspace(0, n - 1, min(n, COMPARED)).astype(np.intp)  # rows may be in an order
        A, B = (
            f(x[some]).cpu().double().numpy() for f, x in zip(self.encoders_, training, strict=True)
        )
        codes = [f(x) for f, x in zip(self.encoders_, others, strict=True)]
        found = canonical(A, B, self.n_components, LAST_RIDGE)
        P, Q = (z.cpu().double().numpy() for z in codes)
        terms = self._error(others, codes)
        correlations = paired_correlations(found.first(P), found.second(Q))
        return sum(map(float, terms.values())) - float(correlations.sum())

    def _error(
        self, sources: tuple[Tensor, ...], codes: tuple[Tensor, ...] | list[Tensor]
    ) -> Losses:
        if not self._decoders:
            return {}
        errors = [
            functional.mse_loss(decoder(z), x)
            for decoder, z, x in zip(self._decoders, codes, sources, strict=True)
        ]
        return {"reconstruction": self.reconstruction * (errors[0] + errors[1])}

    def _encode(self, source: int, X: Floats) -> Floats:
        code = super()._encode(source, X)
        return self._directions.second(code) if source else self._directions.first(code)


def correlations_of(z1: Tensor, z2: Tensor, ridge: float) -> Tensor:
    """Canonical correlations of two batches of codes, in double precision, with gradients.

    Singular values of L1^-1 C12 L2^-T, where Li Li' = Cii + ridge I: those of Andrew et al.'s T,
    as L^-1 is (C + ridge I)^-1/2 turned, and without the roots' own singular gradients.
    """
    a, b = (_exact(z) - _exact(z).mean(dim=0) for z in (z1, z2))
    n = len(a) - 1
    left, right = (
        torch.linalg.cholesky(
            z.T @ z / n + ridge * torch.eye(z.shape[1], dtype=z.dtype, device=z.device)
        )
        for z in (a, b)
    )
    half = torch.linalg.solve_triangular(left, a.T @ b / n, upper=False)
    whole = torch.linalg.solve_triangular(right, half.T, upper=False)
    correlations: Tensor = torch.linalg.svdvals(whole)
    return correlations


def _exact(z: Tensor) -> Tensor:
    """In double precision, on the CPU where a device has none."""
    return (z.cpu() if z.device.type == "mps" else z).double()
