"""One code behind several views, by networks: an autoencoder of what autoencoders of views give."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar, Literal, Self

import numpy as np
import torch
from torch import Tensor, nn

from pid._types import Floats
from pid.checks import integer, number, one_of
from pid.estimators.coordination.base import OfSources
from pid.estimators.coordination.deep import TRAINING, checkpoint_of
from pid.estimators.coordination.encoders import mlp, singles
from pid.estimators.neural.arrays import check_device, named, trained_on
from pid.estimators.neural.trainer import Course, Losses, Noise, Progress, Trainer, seeded
from pid.estimators.neural.training import one_thread

HIDDEN = 48  # in the one hidden layer of all networks
RATE = 5e-3
CUT = 3.0  # deviations at which numbers are cut off for the first guess
START = 3.0  # that components are divided by, so that codes begin small
CODING_STEPS, CODING_RATE = 300, 5e-2  # of the codes of rows that come later


class NestedAutoencoder(OfSources):
    """A code of each row from which networks make the inner code of every view: AE2-Nets.

    An inner autoencoder of each view, z_v = f_v(x_v) and x_v = g_v(z_v), and outer networks d_v
    that make z_v of one free code h of the row (Zhang, Liu & Fu, CVPR 2019, equations 3 and 4),
    trained at once: |x - g(f(x))|^2 + |z - d(h)|^2 + |x - g(d(h))|^2 + penalty |h|^2, summed over
    views. The third term is not in the paper: without it what d makes need not be what g reads.
    Codes begin as principal components of values that are cut off at 3 deviations. New rows have
    no code: theirs is found by descent, each row by itself, with all networks as they are.

    Args:
        n_components: of the code.
        inner: columns of the code of a view.
        loss: "squares", or "cauchy", which counts a view less in rows where it fits badly, and
            finds less where nothing is damaged.
        penalty: ridge on codes.
        steps, batch: of training, and rows of a step.
        device: where torch trains, as of ``PosteriorPID``.
        random_state: seed; None takes another one each time.
        checkpoint, progress: as of ``DeepCCA``; scores are NaN, as no rows are held out.

    Attributes:
        codes_: of the training rows, shape (rows, k).
        epochs_: that were trained.
        notes_, seed_: as of ``CCA``.

    Examples:
        >>> import numpy as np
        >>> angle = np.random.default_rng(0).uniform(0, 3, size=400)
        >>> X1 = np.column_stack([np.cos(angle), np.sin(angle)])
        >>> X2 = np.column_stack([angle**2, np.cos(2 * angle), np.sin(2 * angle)])
        >>> model = NestedAutoencoder(n_components=1, steps=300).fit(X1, X2)
        >>> model.score(X1, X2) > 0.9
        True
    """

    constraints: ClassVar = {
        **TRAINING,
        "inner": integer(),
        "loss": one_of("squares", "cauchy"),
        "penalty": number(least=0),
    }

    def __init__(
        self,
        *,
        n_components: int = 8,
        inner: int = 6,
        loss: Literal["squares", "cauchy"] = "squares",
        penalty: float = 1e-3,
        steps: int = 500,
        batch: int = 256,
        device: str | None = None,
        random_state: int | None = 0,
        checkpoint: object = None,
        progress: Progress | None = None,
    ) -> None:
        self.n_components = n_components
        self.inner = inner
        self.loss = loss
        self.penalty = penalty
        self.steps = steps
        self.batch = batch
        self.device = device
        self.random_state = random_state
        self.checkpoint = checkpoint
        self.progress = progress

    def fit(self, X1: object, X2: object, *more: object) -> Self:
        """Learn from rows of two views or more.

        Args:
            X1, X2, more: one row per sample each: numbers, or symbols.

        Raises:
            InvalidInput: parameters or data that cannot be used, or a loss that is not finite.
        """
        self.check_parameters()
        self.device_ = named(self.device)
        check_device(self.device_)
        arrays = self._read((X1, X2, *more))
        self.notes_ += trained_on(self.device_)
        if self.batch > len(arrays[0]):
            self.notes_ += (f"a batch is all {len(arrays[0]):,} rows, as there are no more",)
        self._start = Start(arrays, self.n_components)
        self._scales: list[dict[str, Tensor]] = []  # of each batch, until training is over
        views = [singles(x, self.device_) for x in arrays]
        nets = [partial(_View, x.shape[1], self.inner, self.n_components) for x in arrays]
        self._nets: list[_View] = [
            seeded(net, self.seed_ + i).to(self.device_) for i, net in enumerate(nets)
        ]
        codes = _Codes(singles(self._start(arrays), self.device_))

        def loss(picked: Tensor, noise: Noise) -> Losses:
            return self._losses([x[picked] for x in views], codes.codes[picked])

        trainer = Trainer(
            [*self._nets, codes],
            Course(steps=self.steps, batch=self.batch, rate=RATE),
            seed=self.seed_,
            checkpoint=checkpoint_of(self, views),
            progress=self.progress,
        )
        self.epochs_ = trainer.fit(loss, len(arrays[0])).epochs
        for net in self._nets:
            net.requires_grad_(False)
        self.codes_ = codes.codes.detach().cpu().double().numpy()
        with torch.no_grad(), one_thread():
            squares = self._squares(views, codes.codes)
            self._scales = [{name: _scale(s) for name, s in of.items()} for of in squares]
        self._is_fitted = True
        return self

    def transform(self, X1: object, X2: object = None, *more: object) -> Floats:
        """The code of each row, shape (rows, k), from the views that are there.

        Args:
            X1, X2, more: as many views as in training, None for one that is missing.

        Raises:
            InvalidInput: not fitted, no view is there, or columns that are not those of the
                training rows.
        """
        return self._coded(self._views((X1, X2, *more)))

    def score(self, X1: object, X2: object, *more: object) -> float:
        """Share of the variance of all views that the codes make again."""
        views = self._views((X1, X2, *more))
        h = singles(self._coded(views), self.device_)
        left = whole = 0.0
        with torch.no_grad(), one_thread():
            for x, net in zip(views, self._nets, strict=True):
                if x is not None:
                    made = net.decoder(net.outer(h)).cpu().double().numpy()
                    left += float(((x - made) ** 2).sum())
                    whole += float(((x - x.mean(axis=0)) ** 2).sum())
        return 1 - left / whole if whole > 0 else 0.0

    def _views(self, sources: tuple[object, ...]) -> list[Floats | None]:
        missing = len(getattr(self, "scales_", ())) - len(sources)
        return self._given(sources + (None,) * missing)

    def _losses(self, views: Sequence[Tensor | None], h: Tensor) -> Losses:
        terms = dict.fromkeys(("autoencoder", "outer", "both"), torch.zeros((), device=h.device))
        for i, squares in enumerate(self._squares(views, h)):
            for name, of_rows in squares.items():
                # of rows that come later scales are those of training: rows do not depend on rows
                scale = self._scales[i][name] if self._scales else _scale(of_rows)
                terms[name] = terms[name] + self._mean(of_rows, scale)
        return terms | {"penalty": self.penalty * (h**2).sum(dim=1).mean()}

    def _squares(self, views: Sequence[Tensor | None], h: Tensor) -> list[dict[str, Tensor]]:
        """What each term misses of each row, squared; none of a view that is missing."""
        found = []
        for x, net in zip(views, self._nets, strict=True):
            of_view = {}
            if x is not None:
                z, outer = net.encoder(x), net.outer(h)
                missed = {"autoencoder": net.decoder(z) - x, "outer": outer - z}
                missed["both"] = net.decoder(outer) - x
                of_view = {name: (values**2).sum(dim=1) for name, values in missed.items()}
            found.append(of_view)
        return found

    def _mean(self, squares: Tensor, scale: Tensor) -> Tensor:
        if self.loss == "squares":
            return squares.mean()
        return scale * torch.log1p(squares / scale).mean()

    def _coded(self, views: list[Floats | None]) -> Floats:
        """Codes of new rows by Adam on all of them: no row's steps depend on another's."""
        there = [None if x is None else singles(x, self.device_) for x in views]
        h = singles(self._start(views), self.device_).requires_grad_()
        optimizer = torch.optim.Adam([h], lr=CODING_RATE)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, CODING_STEPS)
        with torch.enable_grad(), one_thread():
            for _ in range(CODING_STEPS):
                optimizer.zero_grad(set_to_none=True)
                lost = torch.stack(list(self._losses(there, h).values())).sum()
                (len(h) * lost).backward()
                optimizer.step()
                schedule.step()
        return np.asarray(h.detach().cpu().double().numpy())


def _scale(squares: Tensor) -> Tensor:
    """What most rows miss."""
    return squares.detach().median().clamp(min=1e-8)


class Start:
    """Principal components of all views side by side, cut off; a missing view is 0."""

    def __init__(self, views: Sequence[Floats], components: int) -> None:
        self.widths = [x.shape[1] for x in views]
        cut = np.hstack([x.clip(-CUT, CUT) for x in views])
        self.centre = cut.mean(axis=0)
        _, _, Vt = np.linalg.svd(cut - self.centre, full_matrices=False)
        V = Vt[:components].T
        self.axes = np.pad(V, ((0, 0), (0, components - V.shape[1])))

    def __call__(self, views: Sequence[Floats | None]) -> Floats:
        """Shape (rows, components)."""
        n = next(len(x) for x in views if x is not None)
        ends = np.cumsum(self.widths)
        cut = np.tile(self.centre, (n, 1))
        for x, end, width in zip(views, ends, self.widths, strict=True):
            if x is not None:
                cut[:, end - width : end] = x.clip(-CUT, CUT)
        return np.asarray((cut - self.centre) @ self.axes / START)


class _View(nn.Module):
    """The inner autoencoder of a view, and what makes its code of the row's."""

    def __init__(self, width: int, inner: int, components: int) -> None:
        super().__init__()
        self.encoder: nn.Module = mlp(width, inner, HIDDEN, 1)
        self.decoder: nn.Module = mlp(inner, width, HIDDEN, 1)
        self.outer: nn.Module = mlp(components, inner, HIDDEN, 1)


class _Codes(nn.Module):
    """The free codes of the training rows."""

    def __init__(self, start: Tensor) -> None:
        super().__init__()
        self.codes = nn.Parameter(start)
