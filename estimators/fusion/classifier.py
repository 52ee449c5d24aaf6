"""One interface for all fusion models, in the manner of scikit-learn."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split
from torch import Tensor
from torch.func import functional_call
from torch.nn import functional

from pid._types import Floats
from pid.checks import DEVICE, RANDOM_STATE, one_of, seed_of
from pid.discretization.target import check_classes
from pid.errors import InvalidInput
from pid.estimators.base import NotFitted, PIDEstimator
from pid.estimators.fusion.early import CrossAttention, Early
from pid.estimators.fusion.late import Additive, Agree, Align, Reconstruction
from pid.estimators.fusion.model import FusionModel
from pid.estimators.fusion.products import Elementwise, LowRankTensor, Multiplicative, TensorProduct
from pid.estimators.neural.arrays import check_device, named
from pid.estimators.neural.training import descend, one_thread
from pid.estimators.scaling import Scale
from pid.io.columns import Variable, as_variable
from pid.io.rows import as_variables

MODELS: dict[str, type[FusionModel]] = {
    "additive": Additive,
    "agree": Agree,
    "align": Align,
    "elementwise": Elementwise,
    "tensor": TensorProduct,
    "low-rank": LowRankTensor,
    "multiplicative": Multiplicative,
    "early": Early,
    "attention": CrossAttention,
    "reconstruction": Reconstruction,
}
KINDS: tuple[str, ...] = tuple(MODELS)
HELD_OUT = 0.2  # of the training rows, to stop at
FEWEST = 10  # rows to train on
CHUNK = 20_000  # rows that are looked at together


class FusionClassifier(PIDEstimator):
    """A small network of two sources: one of ten ways to put them together.

    Each source has an encoder of two layers, 64 and 32 wide; kinds differ in what follows, as in
    Liang et al. (NeurIPS 2023), section 4.4. Trained with AdamW and one cycle of learning rates,
    and kept as it was when its cross-entropy on held-out rows was smallest.

    Args:
        kind: "additive" (the mean of both), "agree" and "align" (additive, asked to say the same
            or to have like features), "elementwise", "tensor", "low-rank" and "multiplicative"
            (products of features), "early" (one network of both), "attention" (each attends to the
            other), "reconstruction" (features make the sources again).
        device: where torch trains, as of ``PosteriorPID``.
        random_state: seed; None takes another one each time.

    Attributes:
        classes_: what the columns of probabilities stand for.
        model_: the torch module, on ``device_``.
        seed_: the seed, also where none was given.

    Examples:
        >>> rng = np.random.default_rng(0)
        >>> X1, X2 = rng.normal(size=(2, 2000, 2))
        >>> y = X1[:, 0] * X2[:, 0] > 0
        >>> both = FusionClassifier("tensor").fit(X1[:1500], X2[:1500], y[:1500])
        >>> float((both.predict(X1[1500:], X2[1500:]) == y[1500:]).mean()) > 0.9
        True
    """

    constraints: ClassVar = {
        "kind": one_of(*KINDS),
        "device": DEVICE,
        "random_state": RANDOM_STATE,
    }

    def __init__(
        self, kind: str = "early", *, device: str | None = None, random_state: int | None = 0
    ) -> None:
        self.kind = kind
        self.device = device
        self.random_state = random_state

    def fit(self, X1: object, X2: object, y: object) -> Self:
        """Train.

        Args:
            X1, X2: numbers or symbols, one row per sample.
            y: classes.

        Raises:
            InvalidInput: an unknown kind or device, data that cannot be used, or too few rows.
        """
        self.check_parameters()
        self.device_ = named(self.device)
        check_device(self.device_)
        self.seed_ = seed_of(self.random_state)
        x1, x2, target = as_variables(X1, X2, y)
        check_classes(target)
        codes, self.classes_ = target.encoded()
        if len(codes) < FEWEST:
            raise InvalidInput(
                f"a network needs at least {FEWEST} rows to train on; got {len(codes)}"
            )
        self.scales_ = (Scale(x1), Scale(x2))
        inputs = [
            _singles(scale, x).to(self.device_)
            for scale, x in zip(self.scales_, (x1, x2), strict=True)
        ]
        with one_thread():
            self.model_ = self._train(inputs, torch.from_numpy(codes).to(self.device_))
        return self

    def predict_proba(self, X1: object, X2: object) -> Floats:
        """Probabilities, shape (rows, classes); None for a source that is missing.

        A missing source counts as what it is on average.

        Raises:
            InvalidInput: not fitted, both are missing, or columns that are not those of the
                training rows.
        """
        if not hasattr(self, "model_"):
            raise NotFitted("this FusionClassifier is not trained yet; call fit first")
        if X1 is None and X2 is None:
            raise InvalidInput("both sources are missing; give one of them")
        given = [
            None if X is None else as_variable(X, role) for X, role in ((X1, "x1"), (X2, "x2"))
        ]
        rows = next(len(x) for x in given if x is not None)
        first, second = (
            torch.zeros(rows, scale.width) if x is None else _singles(scale, x)
            for scale, x in zip(self.scales_, given, strict=True)
        )
        if len(first) != len(second):
            raise InvalidInput(
                f"x1 has {len(first)} rows and x2 {len(second)}; give as many of both"
            )
        said = []
        self.model_.eval()
        with torch.no_grad(), one_thread():
            for some in torch.arange(rows).split(CHUNK):
                logits, _ = self.model_(first[some].to(self.device_), second[some].to(self.device_))
                said.append(functional.softmax(logits, dim=-1).cpu())
        return torch.cat(said).double().numpy()

    def predict(self, X1: object, X2: object) -> NDArray[np.generic]:
        """The likeliest class of each row."""
        likeliest = self.predict_proba(X1, X2).argmax(axis=1)
        return np.asarray([self.classes_[i] for i in likeliest])

    def _train(self, inputs: list[Tensor], codes: Tensor) -> FusionModel:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed_)
            model = MODELS[self.kind]((inputs[0].shape[1], inputs[1].shape[1]), len(self.classes_))
        model = model.to(self.device_)
        names = [name for name, _ in model.named_parameters()]
        parameters = [p.detach()[None].requires_grad_() for _, p in model.named_parameters()]

        def said(picked: Tensor) -> tuple[Tensor, Tensor]:
            own = {name: p[0] for name, p in zip(names, parameters, strict=True)}
            first, second = (x[picked[0]] for x in inputs)
            logits, penalty = functional_call(model, own, (first, second))
            return functional.cross_entropy(logits, codes[picked[0]]), penalty

        rows, held_out = self._split(codes)
        best = descend(
            parameters,
            lambda picked: sum(said(picked))[None],  # type: ignore[index]
            lambda picked: said(picked)[0][None],
            rows,
            held_out,
            CHUNK,
            torch.Generator().manual_seed(self.seed_),
        )
        model.load_state_dict({name: p[0] for name, p in zip(names, best, strict=True)})
        return model

    def _split(self, codes: Tensor) -> tuple[Tensor, Tensor]:
        """Rows to train on and rows to stop at, (1, rows) each, with like shares of classes."""
        labels = codes.cpu().numpy()
        stratify = labels if np.bincount(labels).min() >= 2 else None
        if stratify is not None and HELD_OUT * len(labels) < len(self.classes_):
            stratify = None
        training, held_out = train_test_split(
            np.arange(len(labels)),
            test_size=HELD_OUT,
            stratify=stratify,
            random_state=self.seed_,
        )
        return torch.from_numpy(training)[None], torch.from_numpy(held_out)[None]


def _singles(scale: Scale, x: Variable) -> Tensor:
    return torch.from_numpy(scale(x).astype(np.float32))
