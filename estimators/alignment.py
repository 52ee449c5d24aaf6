"""The estimator named BATCH in Liang et al. (NeurIPS 2023), as published and mended."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar, Self

import numpy as np
import torch
from sklearn.model_selection import train_test_split
from torch import Tensor, nn
from torch.nn import functional

from pid._types import Codes
from pid.checks import (
    DEVICE,
    FLAG,
    NONE,
    RANDOM_STATE,
    UNIT,
    each,
    either,
    integer,
    is_a,
    number,
    seed_of,
)
from pid.core.decomposition import atoms
from pid.core.information import Unit
from pid.discretization.target import check_classes
from pid.errors import InvalidInput
from pid.estimators.base import ModelPID, Options
from pid.estimators.neural.arrays import check_device, named, on_device, trained_on
from pid.estimators.neural.features import as_features
from pid.inference.atoms import as_decomposition
from pid.io.columns import as_variable

WIDTH, LAYERS, EMBEDDED = 32, 3, 10  # of the networks, and of the alignment for each class
RATE = 1e-3
ROUNDS = 500  # of Sinkhorn's scaling, at most
TOLERANCE = {True: 1e-4, False: 1e-2}  # of its sums, mended or as published
HELD_OUT = 0.15  # of the training samples, for the mended classifiers to stop at
TINY = 1e-8

ENCODER = either(is_a("a torch module", nn.Module), NONE)


class AlignmentPID(ModelPID):
    """Learn a coupling of samples in batches that makes x2 tell least of y beyond x1.

    Three classifiers give p(y | x1), p(y | x2) and p(y | x1, x2). Two more networks embed samples
    for each class; the exponential of their products, scaled by Sinkhorn's method to the posteriors
    of a batch, is q(x1, x2, y) on it; and gradients minimise I_q(X2; Y | X1). All is measured on
    samples that were held out. It is here for comparison: ``PosteriorPID`` has intervals.

    As published, classifiers are not validated, the last samples of an epoch that fill no batch are
    left out, and the posteriors of both sources have different sums in a batch, so that Sinkhorn's
    method cannot converge. ``mended`` validates, takes all samples, and scales posteriors of each
    class to the same sum on both sides.

    Args:
        mended: mend what is broken as published.
        encoder1, encoder2: torch modules from a batch of raw x1 or x2, of any shape, to features of
            shape (batch, width), such as for images. Each network trains a copy.
        epochs: of the classifiers, and of the alignment.
        batch: samples that are aligned at a time; I_q is at most the logarithm of it.
        test_size: share of the samples on which information is measured.
        unit: "bit" or "nat".
        device: where torch trains, as of ``PosteriorPID``.
        random_state: seed; None takes another one each time.

    Attributes:
        decomposition_: the atoms, not clipped: those that differ by what classifiers miss can be
            below 0.
        converged_: share of the batches on which Sinkhorn's method met its tolerance.
        classes_: classes of y.
        device_: where torch trained.
        seed_: the seed, also where none was given.
        notes_: what was done to the data, in words.
    """

    takes = ("device",)

    corrected_ = None  # it has neither
    interval_ = None

    constraints: ClassVar = {
        "mended": FLAG,
        "encoder1": ENCODER,
        "encoder2": ENCODER,
        "epochs": each(integer(), 2),
        "batch": integer(2),
        "test_size": number(above=0, below=1),
        "unit": UNIT,
        "device": DEVICE,
        "random_state": RANDOM_STATE,
    }

    def __init__(
        self,
        *,
        mended: bool = True,
        encoder1: nn.Module | None = None,
        encoder2: nn.Module | None = None,
        epochs: tuple[int, int] = (40, 10),
        batch: int = 256,
        test_size: float = 0.3,
        unit: Unit = "bit",
        device: str | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.mended = mended
        self.encoder1 = encoder1
        self.encoder2 = encoder2
        self.epochs = epochs
        self.batch = batch
        self.test_size = test_size
        self.unit = unit
        self.device = device
        self.random_state = random_state

    @classmethod
    def asked(cls, options: Options) -> Self:
        """See ``ModelPID``."""
        return cls(unit=options.unit, device=options.device, random_state=options.random_state)

    def described(self) -> dict[str, object]:
        """See ``ModelPID``."""
        return {"mended": self.mended} | on_device(self.device_)

    def fit(self, X1: object, X2: object, y: object) -> Self:
        """Train classifiers and alignment, and measure.

        Args:
            X1, X2: one row per sample: numbers or symbols; with an encoder, arrays of any shape
                with samples in front.
            y: the class of each sample.

        Raises:
            InvalidInput: data or parameters that cannot be used, or a loss that is not finite.
        """
        self.check_parameters()
        self.device_ = named(self.device)
        check_device(self.device_)
        self.seed_ = seed_of(self.random_state)
        target = as_variable(y, "y")
        check_classes(target)
        codes, self.classes_ = target.encoded()
        self.notes_ = trained_on(self.device_)
        first, second = self._tensor(X1, "x1", self.encoder1), self._tensor(X2, "x2", self.encoder2)
        if not len(first) == len(second) == len(codes):
            raise InvalidInput(
                "x1, x2 and y must have one row per sample each; "
                f"got {len(first)} in x1, {len(second)} in x2 and {len(codes)} in y"
            )
        labels = torch.from_numpy(codes.astype(np.int64)).to(self.device_)
        train, test = self._split(codes)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed_)
            self._fit(first, second, labels, train, test)
        return self

    def _split(self, codes: Codes) -> tuple[Tensor, Tensor]:
        try:
            parts = train_test_split(
                np.arange(len(codes)),
                test_size=self.test_size,
                random_state=self.seed_,
                stratify=codes,
            )
        except ValueError as err:
            raise InvalidInput(f"too few samples of a class to hold some out: {err}") from err
        train, test = (torch.from_numpy(np.sort(part)) for part in parts)
        if not self.mended and len(train) < self.batch:
            raise InvalidInput(
                f"as published, {len(train)} samples fill no batch of {self.batch}; take a smaller "
                "batch, or mended=True"
            )
        return train, test

    def _fit(self, x1: Tensor, x2: Tensor, y: Tensor, train: Tensor, test: Tensor) -> None:
        classes = len(self.classes_)
        seen = ((x1,), (x2,), (x1, x2))
        encoders = ((self.encoder1,), (self.encoder2,), (self.encoder1, self.encoder2))
        said = []
        for inputs, of in zip(seen, encoders, strict=True):
            net = Network(inputs, of, classes).to(self.device_)
            self._classify(net, inputs, y, train)
            with torch.no_grad():
                said.append(functional.log_softmax(net(*inputs), dim=1))
        log_p = torch.log(torch.bincount(y, minlength=classes) / len(y))
        informations = [float((s.exp() * (s - log_p))[test].sum(dim=1).mean()) for s in said]
        p1, p2 = said[0].exp(), said[1].exp()
        nets = [
            Network((x,), (encoder,), classes * EMBEDDED).to(self.device_)
            for x, encoder in ((x1, self.encoder1), (x2, self.encoder2))
        ]
        beyond = self._align(nets, (x1, x2), (p1, p2), torch.exp(log_p), train, test)
        first, second, both = informations
        found = atoms(first + beyond, first, second, both)
        self.decomposition_ = as_decomposition(np.array(found), self.unit)

    def _classify(
        self, net: nn.Module, inputs: tuple[Tensor, ...], y: Tensor, rows: Tensor
    ) -> None:
        optimizer = torch.optim.Adam(net.parameters(), lr=RATE)
        cut = int(HELD_OUT * len(rows)) if self.mended else 0
        order = rows[torch.randperm(len(rows))]
        held_out, rows = order[:cut], order[cut:]
        best, least = copy.deepcopy(net.state_dict()), np.inf
        for _ in range(self.epochs[0]):
            for part in self._batches(rows):
                _step(optimizer, functional.cross_entropy(net(*(x[part] for x in inputs)), y[part]))
            if not self.mended:
                continue
            with torch.no_grad():
                out = net(*(x[held_out] for x in inputs))
                loss = float(functional.cross_entropy(out, y[held_out]))
            if loss < least:
                best, least = copy.deepcopy(net.state_dict()), loss
        if self.mended:
            net.load_state_dict(best)

    def _align(
        self,
        nets: list[Network],
        sources: tuple[Tensor, Tensor],
        posteriors: tuple[Tensor, Tensor],
        p_y: Tensor,
        train: Tensor,
        test: Tensor,
    ) -> float:
        """Minimise I_q(X2; Y | X1), and measure it on the samples held out, in nats."""
        optimizer = torch.optim.Adam((p for net in nets for p in net.parameters()), lr=RATE)
        converged = []

        def loss(rows: Tensor) -> Tensor:
            embedded = [
                functional.layer_norm(
                    net(x[rows]).reshape(len(rows), len(p_y), EMBEDDED), (EMBEDDED,)
                )
                for net, x in zip(nets, sources, strict=True)
            ]
            products = torch.einsum("ayk,byk->yab", *embedded) / EMBEDDED**0.5
            p1, p2 = (self._margin(p[rows], p_y) for p in posteriors)
            coupling, met = sinkhorn(products.exp(), p1.T, p2.T, TOLERANCE[self.mended])
            converged.append(met)
            return conditional_information(coupling, p1.T)

        for _ in range(self.epochs[1]):
            for rows in self._batches(train):
                _step(optimizer, loss(rows))
        converged.clear()
        with torch.no_grad():
            parts = list(test[torch.randperm(len(test))].split(self.batch))
            values = [float(loss(part)) * len(part) for part in parts]
        self.converged_ = float(np.mean(converged))
        return sum(values) / len(test)

    def _margin(self, posteriors: Tensor, p_y: Tensor) -> Tensor:
        """What a side of the coupling sums to: posteriors, mended to p(y) in their mean."""
        if not self.mended:
            return posteriors
        return posteriors * (p_y * len(posteriors) / posteriors.sum(dim=0))

    def _batches(self, rows: Tensor) -> Iterator[Tensor]:
        order = rows[torch.randperm(len(rows))]
        parts = order.split(self.batch)
        return (part for part in parts if self.mended or len(part) == self.batch)

    def _tensor(self, X: object, role: str, encoder: nn.Module | None) -> Tensor:
        if encoder is None:
            features, notes = as_features(as_variable(X, role))
            self.notes_ += notes
            return torch.from_numpy(features.rows()).to(self.device_)
        array = np.asarray(X, dtype=np.float32)
        if not np.isfinite(array).all():
            raise InvalidInput(f"{role} has values that are missing or infinite")
        return torch.from_numpy(array).to(self.device_)


class Network(nn.Module):
    """An encoder for each input, if any, and a perceptron on all of them side by side."""

    def __init__(
        self, inputs: tuple[Tensor, ...], encoders: tuple[nn.Module | None, ...], outputs: int
    ) -> None:
        super().__init__()
        self.encoders = nn.ModuleList(
            nn.Flatten() if encoder is None else copy.deepcopy(encoder) for encoder in encoders
        )
        self.encoders.to(inputs[0].device)
        with torch.no_grad():
            widths = [
                encoder(x[:2]).shape[1] for encoder, x in zip(self.encoders, inputs, strict=True)
            ]
        layers: list[nn.Module] = []
        sizes = [sum(widths), *[WIDTH] * LAYERS]
        for n, m in pairwise(sizes):
            layers += [nn.Linear(n, m), nn.ReLU()]
        self.head = nn.Sequential(*layers, nn.Linear(sizes[-1], outputs))

    def forward(self, *inputs: Tensor) -> Tensor:
        """Shape (batch, outputs)."""
        encoded = [encoder(x) for encoder, x in zip(self.encoders, inputs, strict=True)]
        found: Tensor = self.head(torch.cat(encoded, dim=1))
        return found


def sinkhorn(
    kernel: Tensor, rows: Tensor, columns: Tensor, tolerance: float
) -> tuple[Tensor, bool]:
    """Scale rows and columns of each matrix in turn, until both sums are met.

    Args:
        kernel: positive, shape (classes, n1, n2).
        rows, columns: what they are to sum to, shapes (classes, n1) and (classes, n2).
        tolerance: largest error of a sum of a row.

    Returns:
        The scaled matrices, and whether they met the tolerance.
    """
    for _ in range(ROUNDS):
        kernel = kernel * (columns / (kernel.sum(dim=1) + TINY))[:, None, :]
        sums = kernel.sum(dim=2)
        if bool((sums.detach() - rows).abs().max() <= tolerance):
            return kernel, True
        kernel = kernel * (rows / (sums + TINY))[:, :, None]
    return kernel, False


def conditional_information(coupling: Tensor, p_y_given_1: Tensor) -> Tensor:
    """I_q(X2; Y | X1) of a coupling on a batch, in nats.

    Args:
        coupling: q(x1, x2, y) up to a factor, shape (classes, n1, n2).
        p_y_given_1: shape (classes, n1).
    """
    given = coupling / (coupling.sum(dim=2, keepdim=True) + TINY)  # q(x2 | x1, y)
    weights = p_y_given_1 / p_y_given_1.sum(dim=0)
    joint = given * weights[:, :, None]
    ratio = torch.log(given + TINY) - torch.log(joint.sum(dim=0) + TINY)
    return (joint * ratio).sum(dim=(0, 2)).mean()


def _step(optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    if not torch.isfinite(loss):
        raise InvalidInput("the loss of a network is not finite; rescale what its encoder sees")
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
