"""What both sources say of y in one factor, and the rest of each source in another of its own."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
import torch
from numpy.typing import ArrayLike
from scipy.special import log_softmax, softmax
from torch import Tensor
from torch.nn import functional

from pid._types import Codes, Floats
from pid.checks import NONE, either, integer, number, one_of
from pid.discretization.target import check_classes
from pid.errors import InvalidInput
from pid.estimators.coordination.base import Pair
from pid.estimators.coordination.classes import OfClasses
from pid.estimators.coordination.encoders import applied
from pid.estimators.fission.autoencoder import Autoencoder, drawn, means
from pid.estimators.fission.base import TRAINING, Fission, Loss
from pid.estimators.fission.independence import Independence, independence_of, told_by
from pid.estimators.fission.penalties import PENALTIES, Kind, dependence_of
from pid.estimators.fission.reading import listed
from pid.estimators.neural.trainer import Losses, Noise, Progress, seeded
from pid.estimators.neural.training import one_thread
from pid.io.columns import as_variable

DRAWS = 32  # private factors that a missing source is averaged over


class GenerativeFactors(NamedTuple):
    """Factors of some rows; None for the private one of a source that is missing.

    Attributes:
        common: what tells y, of both sources, shape (rows, n_common).
        private1, private2: what else it takes to make a source again, shapes (rows, n_private).
    """

    common: Any
    private1: Any
    private2: Any


class FactorizedGenerative(Fission, OfClasses):
    """Multimodal factorisation: a common factor that tells y, and a private one of each source.

    Both sources are made again from the common factor and their private one; y is told by the
    common factor alone (Tsai et al., MFM, ICLR 2019, equation 4). What is published matches each
    factor with a normal prior ("prior"), which leaves factors free to repeat each other: the label
    is then in the private ones, too. Here factors are asked to be independent, and whether they
    are is measured: ``audit_``. Once encoders are learned, decoders go on alone, and networks
    learn the common factor from one source, for rows of which the other is missing.

    A private factor is made of its source alone: what no map of the source can part from the
    common factor, as x1 = common + private in one column, is in both or lost.

    Args:
        n_common, n_private: columns of the factors.
        independence: "covariance" (factors are uncorrelated), "hsic" (they are independent by
            HSIC within batches, which bends cannot evade, in twice the time), and with both private
            factors are independent of y by HSIC; "price" (factors are noisy, and each nat costs,
            the common ones a fifth); "prior" (as published); None asks for nothing.
        penalty: weight of that; None takes 15, and 1 for "price".
        reconstruction: weight of the mean square errors per standardised column, of both sources;
            that of the cross-entropy is 1.
        steps: of the first stage; the others have half as many.
        batch, patience, device, random_state, checkpoint, progress: as of ``DeepCCA``; each stage
            has a file of its own, named after ``checkpoint``.

    Attributes:
        audit_: an ``Independence``, on the tenth of the rows that nothing was learned from.
        classes_: of y.
        model_: the torch module, on ``device_``.
        epochs_: that each stage was trained.
        notes_, seed_: as of ``CCA``.

    Examples:
        >>> rng = np.random.default_rng(0)
        >>> said, own1, own2 = rng.normal(size=(3, 2000, 1))
        >>> X1, X2, y = np.hstack([said, own1]), np.hstack([said, own2]), said[:, 0] > 0
        >>> model = FactorizedGenerative(n_common=2, n_private=1, steps=200).fit(X1, X2, y)
        >>> model.score(X1, X2, y) > 0.95
        True
        >>> model.audit_.told["private2"].value < 0.1
        True
    """

    constraints: ClassVar = {
        **TRAINING,
        "n_common": integer(),
        "n_private": integer(),
        "independence": either(one_of(*PENALTIES), NONE),
        "penalty": either(number(least=0), NONE),
        "reconstruction": number(above=0),
    }

    model_: Autoencoder

    def __init__(
        self,
        *,
        n_common: int = 8,
        n_private: int = 8,
        independence: Kind | None = "covariance",
        penalty: float | None = None,
        reconstruction: float = 100.0,
        steps: int = 700,
        batch: int = 256,
        patience: int | None = None,
        device: str | None = None,
        random_state: int | None = 0,
        checkpoint: object = None,
        progress: Progress | None = None,
    ) -> None:
        self.n_common = n_common
        self.n_private = n_private
        self.independence = independence
        self.penalty = penalty
        self.reconstruction = reconstruction
        self.steps = steps
        self.batch = batch
        self.patience = patience
        self.device = device
        self.random_state = random_state
        self.checkpoint = checkpoint
        self.progress = progress

    def fit(self, X1: object, X2: object, y: object) -> Self:
        """Learn factors from rows of both sources, and what is to be told from them.

        Args:
            X1, X2: one row per sample each: numbers, or symbols.
            y: the class of each sample.

        Raises:
            InvalidInput: parameters or data that cannot be used, or a loss that is not finite.
        """
        x1, x2 = self._prepared(X1, X2)
        codes = self._read_classes(y, len(x1))
        labels = torch.from_numpy(codes).to(self.device_)
        make = partial(
            Autoencoder,
            (x1.shape[1], x2.shape[1]),
            (self.n_common, self.n_private),
            len(self.classes_),
            noisy=self.independence == "price",
        )
        self.model_ = seeded(make, self.seed_).to(self.device_)
        self.epochs_ = self._learn((x1, x2), labels)
        self._is_fitted = True
        seen = self._held_out((x1, x2))
        self.audit_ = self._audited(self._factors(*seen), codes[self._rows.held_out])
        return self

    def transform(self, X1: object, X2: object = None) -> GenerativeFactors:
        """The factors of rows; the common one of one source alone is what that says of it.

        Raises:
            InvalidInput: not fitted, both sources are missing, or columns that are not those of
                the training rows.
        """
        return self._factors(*self._given((X1, X2)))

    def fit_transform(self, X1: object, X2: object, y: object) -> GenerativeFactors:
        """The factors of the training rows."""
        return self.fit(X1, X2, y).transform(X1, X2)

    def inverse_transform(self, factors: GenerativeFactors) -> Pair:
        """Sources made from factors, in the units of the training rows, shape (rows, columns).

        Of a column of symbols it is the likeliest one. None for a source without a private factor.

        Raises:
            InvalidInput: not fitted, or factors of other shapes, or that are no finite numbers.
        """
        self._check_fitted()
        common, *private = self._checked(factors)
        first, second = (self._made(i, common, z) for i, z in enumerate(private))
        return first, second

    def swap(self, X1: object, X2: object, partners: ArrayLike) -> Pair:
        """Sources made from the private factors of each row and the common one of another.

        Args:
            X1, X2: rows of both sources.
            partners: places of rows, one for each, that the common factor is taken from.

        Raises:
            InvalidInput: not fitted, a source is missing, or places that are none.
        """
        factors = self._factors(*self._both(X1, X2, "a swap"))
        rows = len(factors.common)
        places = listed(partners)
        if places.shape != (rows,) or places.dtype.kind not in "iu":
            raise InvalidInput(
                f"partners must be a row's place for each of {rows} rows; got shape {places.shape} "
                f"of type {places.dtype}"
            )
        if places.min() < 0 or places.max() >= rows:
            raise InvalidInput(
                f"partners must be from 0 to {rows - 1}; got {places.min()} to {places.max()}"
            )
        return self.inverse_transform(factors._replace(common=factors.common[places]))

    def impute(self, X1: object, X2: object = None) -> Any:
        """The source that is missing, in the units of the training rows, shape (rows, columns).

        The mean of what is made from the common factor, as the other source tells it, and private
        factors of 32 training rows: of factors that are independent, that is all there is to know.

        Raises:
            InvalidInput: not fitted, or none of the sources is missing, or both.
        """
        first, second = self._given((X1, X2))
        if first is not None and second is not None:
            raise InvalidInput("no source is missing; give None in the place of the one to make")
        missing, common = (0 if first is None else 1), self._common(first, second)

        def mean(common: Tensor) -> Tensor:
            made = [
                self.model_.decoded(missing, common, private.expand(len(common), -1))
                for private in self._draws[missing]
            ]
            return torch.stack(made).mean(dim=0)

        return self.scales_[missing].inverse(applied(mean, [common], self.device_))

    def predict_proba(self, X1: object, X2: object = None) -> Floats:
        """Probabilities of the classes, shape (rows, classes), told by the common factor."""
        common = self._common(*self._given((X1, X2)))
        return np.asarray(softmax(applied(self.model_.tell, [common], self.device_), axis=1))

    def audit(self, X1: object, X2: object, y: object) -> Independence:
        """Whether factors of other rows are independent, and the label not in the private ones.

        What tells y from private factors has learned that from the training rows.

        Raises:
            InvalidInput: not fitted, a source is missing, a single class, or classes that training
                had not.
        """
        factors = self._factors(*self._both(X1, X2, "an audit"))
        check_classes(as_variable(y, "y"))
        codes = self._known_classes(y, len(factors.common))
        if codes.min() < 0:
            raise InvalidInput(
                f"y of an audit has a class that training had not, in row {int(codes.argmin())}; "
                "leave such rows out"
            )
        return self._audited(factors, codes)

    def __repr__(self, N_CHAR_MAX: int = 700) -> str:
        """The parameters and, once fitted, the audit."""
        text = str(super().__repr__(N_CHAR_MAX))
        return f"{text}\n{self.audit_}" if self._is_fitted else text

    def _learn(self, sources: tuple[Tensor, Tensor], labels: Tensor) -> tuple[int, int, int]:
        """In three stages: factors; what is made of them; who finds y in private ones."""
        model, data, after = self.model_, (*sources, labels), max(10, self.steps // 2)
        encoders = [model.common, model.private, model.tell, model.decoders]
        loss = self._loss_of_factors(sources, labels)
        factors = self._stage("factors", encoders, loss, data, self.steps)
        with torch.no_grad(), one_thread():
            fixed = means(model.coded(*sources))
        self._learned_from = labels[self._rows.training].cpu().numpy()
        picked = self._rows.training[:: max(1, len(self._rows.training) // DRAWS)][:DRAWS]
        self._draws = [z[picked] for z in fixed[1:]]
        loss = self._loss_of_sources(sources, fixed, labels)
        made = self._stage("sources", [model.decoders, model.surrogates], loss, data, after)

        def judged(rows: Tensor, noise: Noise) -> Losses:
            said = [judge(z[rows]) for judge, z in zip(model.judges, fixed[1:], strict=True)]
            return {
                f"private factor {i + 1}": functional.cross_entropy(logits, labels[rows])
                for i, logits in enumerate(said)
            }

        judges = self._stage("judges", [model.judges], judged, data, after)
        return factors.epochs, made.epochs, judges.epochs

    def _loss_of_factors(self, sources: tuple[Tensor, Tensor], labels: Tensor) -> Loss:
        def loss(rows: Tensor, noise: Noise) -> Losses:
            seen, y = [x[rows] for x in sources], labels[rows]
            codes = self.model_.coded(*seen)
            factors = drawn(codes, noise)
            terms = {
                "reconstruction": self.reconstruction * self.model_.missed(seen, factors),
                "cross-entropy": functional.cross_entropy(self.model_.tell(factors[0]), y),
            }
            if self.independence is not None:
                asked = PENALTIES[self.independence] if self.penalty is None else self.penalty
                dependent = dependence_of(self.independence, codes, factors, y, noise)
                terms["independence"] = asked * dependent
            return terms

        return loss

    def _loss_of_sources(
        self, sources: tuple[Tensor, Tensor], fixed: list[Tensor], labels: Tensor
    ) -> Loss:
        """Decoders go on with factors as they are; surrogates learn the common one."""
        model, common = self.model_, fixed[0]
        spread = common.var(dim=0).clamp(min=1e-8)  # columns count alike

        def loss(rows: Tensor, noise: Noise) -> Losses:
            seen = [x[rows] for x in sources]
            missed = told = torch.zeros((), device=common.device)
            for surrogate, x in zip(model.surrogates, seen, strict=True):
                said = surrogate(x)
                missed = missed + ((said - common[rows]) ** 2 / spread).mean()
                told = told + functional.cross_entropy(model.tell(said), labels[rows])
            made = model.missed(seen, [z[rows] for z in fixed])
            return {
                "reconstruction": self.reconstruction * made,
                "common factor of one source": missed,
                "cross-entropy of one source": told,
            }

        return loss

    def _factors(self, X1: Floats | None, X2: Floats | None) -> GenerativeFactors:
        """Of standardised sources."""
        private = [
            None if X is None else applied(partial(_mean, encoder), [X], self.device_)
            for encoder, X in zip(self.model_.private, (X1, X2), strict=True)
        ]
        return GenerativeFactors(self._common(X1, X2), *private)

    def _common(self, X1: Floats | None, X2: Floats | None) -> Floats:
        if X1 is not None and X2 is not None:
            both = [np.hstack([X1, X2])]
            return applied(partial(_mean, self.model_.common), both, self.device_)
        there, X = (0, X1) if X1 is not None else (1, X2)
        assert X is not None
        return applied(self.model_.surrogates[there], [X], self.device_)

    def _made(self, source: int, common: Floats | None, private: Floats | None) -> Any:
        if common is None or private is None:
            return None
        decoded = partial(self.model_.decoded, source)
        return self.scales_[source].inverse(applied(decoded, [common, private], self.device_))

    def _checked(self, factors: GenerativeFactors) -> list[Floats | None]:
        """Factors as arrays of the right shapes; the common one is there."""
        if not isinstance(factors, tuple) or len(factors) != len(GenerativeFactors._fields):
            raise InvalidInput(
                "factors must be a common factor and two private ones, as transform gives them; "
                f"got a {type(factors).__name__}"
            )
        rows = None
        found: list[Floats | None] = []
        columns = self.n_common, self.n_private, self.n_private
        for name, z, width in zip(GenerativeFactors._fields, factors, columns, strict=True):
            if z is None and name != "common":
                found.append(None)
                continue
            try:
                array = np.asarray(z, dtype=np.float64)
            except (TypeError, ValueError) as err:
                raise InvalidInput(f"{name} must be numbers, shape (rows, {width}): {err}") from err
            rows = len(array) if rows is None and array.ndim else rows
            if array.shape != (rows, width):
                raise InvalidInput(
                    f"{name} must have shape ({'rows' if rows is None else rows}, {width}), as "
                    f"transform gives it; got {array.shape}"
                )
            if not np.isfinite(array).all():
                row = int(np.flatnonzero(~np.isfinite(array).all(axis=1))[0])
                raise InvalidInput(f"{name} has values that are not finite, the first in row {row}")
            found.append(array)
        return found

    def _audited(self, factors: GenerativeFactors, codes: Codes) -> Independence:
        rng = np.random.default_rng(self.seed_)
        judges = zip(self.model_.judges, factors[1:], strict=True)
        said = [log_softmax(applied(judge, [z], self.device_), axis=1) for judge, z in judges]
        names = GenerativeFactors._fields
        tells = [told_by(logs, codes, self._learned_from) for logs in said]
        return independence_of(
            dict(zip(names, factors, strict=True)),
            dict(zip(names[1:], tells, strict=True)),
            codes,
            rng,
        )


def _mean(encoder: Any, x: Tensor) -> Tensor:
    """A code without its noise."""
    return means([encoder(x)])[0]
