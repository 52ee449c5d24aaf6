"""What two sources share and what each has alone, as codes that are learned apart."""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import Any, ClassVar, Literal, NamedTuple, Self

import torch

from pid._types import Floats
from pid.checks import FLAG, FUNCTION, NONE, checked, each, either, integer, number, one_of
from pid.core.decomposition import SolverFailed
from pid.errors import InvalidInput
from pid.estimators.coordination.classes import read_classes
from pid.estimators.coordination.encoders import CHUNK, singles
from pid.estimators.fission.audited import Audit, Overlap
from pid.estimators.fission.auditing import audited, overlapping
from pid.estimators.fission.base import TRAINING, Fission
from pid.estimators.fission.objectives import (
    Objective,
    Penalised,
    Priced,
    Sizes,
)
from pid.estimators.fission.penalties import cross_covariance, dependence
from pid.estimators.fission.published import Published
from pid.estimators.fission.tasks import Classes, Task, Views
from pid.estimators.neural.trainer import Noise, Progress, seeded
from pid.estimators.neural.training import one_thread
from pid.io.columns import Variable, as_variable

Name = Literal["priced", "orthogonal", "hsic", "published"]
NAMES = ("priced", "orthogonal", "hsic", "published")
Augment = Callable[[Any], Any]  # of rows as they came


class Factors(NamedTuple):
    """Codes of rows: shapes (rows, columns) each, and None of a source that is missing.

    Attributes:
        shared1, shared2: what both sources have, as source 1 and source 2 say it.
        unique1, unique2: what a source has beside that.
    """

    shared1: Floats | None
    shared2: Floats | None
    unique1: Floats | None
    unique2: Floats | None


class FactorizedContrastive(Fission):
    """Codes of what two sources share, and of what each has alone, for a target or a view.

    "priced" learns the shared codes first, by InfoNCE on noisy codes that cost ``price_shared``
    nats a nat; then, with these for nothing, unique codes that cost ``price``, by the
    cross-entropy of y given all codes. What shared codes tell earns a unique code nothing, and is
    left out. Without a price on shared codes, an untrained network keeps most of what it sees, and
    those of independent sources are not empty.

    "orthogonal" and "hsic" learn all at once with a penalty: the squared correlations of a unique
    code with the shared code of its source, or HSIC with that of the other one. Codes that do not
    correlate may still tell the same, such as an exclusive or of shared bits, and codes without
    noise may hide a bit in a small amplitude. "published" is the objective of Factorized
    Contrastive Learning (Liang et al., NeurIPS 2023), whose unique heads hold all that is shared,
    as none of its terms act on the same head; it is there to show that.

    In place of y, ``augment`` may say what is asked for: all of a source that an augmentation
    keeps (the paper's I(X; X')). A unique code then is to tell the augmented row, in nats of unit
    variance, given both shared codes. It should keep what a later target asks for, and no more:
    ``audit`` checks that where y is at hand.

    Shared and unique are the redundancy and unique information of this project about y, as
    ``audit`` measures them. FactorCL's S is another thing, the co-information R - S, and its U of
    a source is U1 + S: a code that tells a xor b with the other source is unique there.

    Args:
        n_shared: columns of a shared code. Narrower than what is shared, the rest comes into the
            unique codes, which ``audit`` says.
        n_unique: columns of a unique code.
        objective: "priced", "orthogonal", "hsic" or "published".
        price: nats asked for each nat of a unique code, of "priced". A bit that earns less than its
            code costs is left out: at .1 the rarest go.
        price_shared: the same of the shared codes.
        penalty: weight of that of "orthogonal" and "hsic"; 0 for two heads without one.
        augment: a pair of functions that take the rows of a source as they came, and give as many
            rows of the same columns; in place of y.
        steps: of training; "priced" takes three quarters as many for each of its stages.
        batch, patience, device, random_state, progress: as of ``DeepCCA``.
        checkpoint: as of ``DeepCCA``; each stage has a file, whose name ends in its own.

    Attributes:
        classes_: of y; () with ``augment``.
        epochs_: that were trained, of each stage.
        audit_: of the rows that were held out, a tenth, which the model keeps for it: an ``Audit``,
            or an ``Overlap`` with ``augment``. It takes longer than training, so that it is
            computed when it is first asked for: by ``print(model)``, too, which shows it.
        device_, notes_, seed_: as of ``DeepCCA``.

    Examples:
        >>> import numpy as np
        >>> rng = np.random.default_rng(0)
        >>> s, u1, u2 = rng.integers(2, size=(3, 1000))
        >>> X1, X2 = (
        ...     np.column_stack([s, u]) + 0.1 * rng.normal(size=(1000, 2)) for u in (u1, u2)
        ... )
        >>> model = FactorizedContrastive(n_shared=2, n_unique=2, steps=100)
        >>> z = model.fit(X1, X2, 4 * s + 2 * u1 + u2).transform(X1, None)
        >>> z.shared1.shape, z.unique1.shape, z.shared2
        ((1000, 2), (1000, 2), None)
    """

    constraints: ClassVar = {
        **TRAINING,
        "steps": integer(20),
        "n_shared": integer(),
        "n_unique": integer(),
        "objective": one_of(*NAMES),
        "price": number(least=0),
        "price_shared": number(least=0),
        "penalty": number(least=0),
        "augment": either(each(FUNCTION, 2), NONE),
    }

    def __init__(
        self,
        *,
        n_shared: int = 6,
        n_unique: int = 6,
        objective: Name = "priced",
        price: float = 0.03,
        price_shared: float = 0.02,
        penalty: float = 5.0,
        augment: Sequence[Augment] | None = None,
        steps: int = 600,
        batch: int = 192,
        patience: int | None = None,
        device: str | None = None,
        random_state: int | None = 0,
        checkpoint: object = None,
        progress: Progress | None = None,
    ) -> None:
        self.n_shared = n_shared
        self.n_unique = n_unique
        self.objective = objective
        self.price = price
        self.price_shared = price_shared
        self.penalty = penalty
        self.augment = augment
        self.steps = steps
        self.batch = batch
        self.patience = patience
        self.device = device
        self.random_state = random_state
        self.checkpoint = checkpoint
        self.progress = progress

    def fit(self, X1: object, X2: object, y: object = None) -> Self:
        """Learn from rows of both sources.

        Args:
            X1, X2: one row per sample each: numbers, or symbols.
            y: the class of each sample; None with ``augment``.

        Raises:
            InvalidInput: parameters or data that cannot be used; y and ``augment``, or neither; an
                augmentation that gives other rows or columns, or values that are missing.
        """
        x1, x2 = self._prepared(X1, X2)
        self._check_asked(y)
        self._say_widths((x1.shape[1], x2.shape[1]))
        task = self._task((X1, X2), y, len(x1)).to(self.device_)
        sizes = Sizes((x1.shape[1], x2.shape[1]), self.n_shared, self.n_unique)
        self._objective = seeded(partial(self._asked, sizes), self.seed_).to(self.device_)
        data = [x1, x2, *task.targets]
        epochs = []
        for stage in self._objective.stages((x1, x2), task):
            steps = round(stage.share * self.steps)
            trained = self._stage(
                stage.name, stage.modules, stage.loss, data, steps, chosen=stage.chosen
            )
            epochs.append(trained.epochs)
        self.epochs_ = tuple(epochs)
        self._held = self._held_out((x1, x2))
        self._held_y = None if y is None else as_variable(y, "y").taken(self._rows.held_out)
        self._audit: Audit | Overlap | None = None
        self._is_fitted = True
        return self

    @checked(drawn=FLAG)
    def transform(self, X1: object, X2: object = None, *, drawn: bool = True) -> Factors:
        """The codes of rows.

        Those of "priced" are noisy, which is what makes it well defined how much they hold: drawn
        by the seed, so that the same rows have the same codes. Means tell a bit more, also of what
        a code was not to hold; other objectives have nothing else.

        Args:
            X1, X2: rows as in training; None of a source that is missing.
            drawn: codes with their noise, or their means.

        Raises:
            InvalidInput: not fitted, both sources are missing, or columns that are not those of
                the training rows.
        """
        heads = []
        for source, X in enumerate(self._given((X1, X2))):
            heads.append((None, None) if X is None else self._heads(source, X, drawn=drawn))
        (shared1, unique1), (shared2, unique2) = heads
        return Factors(shared1, shared2, unique1, unique2)

    def fit_transform(self, X1: object, X2: object, y: object = None) -> Factors:
        """The codes of the training rows."""
        return self.fit(X1, X2, y).transform(X1, X2)

    def audit(self, X1: object, X2: object, y: object = None) -> Audit | Overlap:
        """Which part of what the sources tell about y is in which head, or what heads share.

        With y, a decomposition of each head and the *other source* by ``PosteriorPID``: the
        redundancy is what a head tells that the other source tells, too, and its unique
        information what it does not. Independent sources may have redundancy about a y that needs
        both, such as a and b. With an augmentation, I(X; Y) is set beside what the augmented rows
        tell about y, and beside I(X; X').

        Without y, the information of pairs of heads, by ``pid.estimators.mutual_information``.

        Args:
            X1, X2: rows of both sources, best of those that the model did not learn from.
            y: their classes.

        Raises:
            InvalidInput: not fitted, a source is missing, or too few rows, of a class or at all.
        """
        first, second = self._both(X1, X2, "an audit")
        if y is None:
            return self._overlap(first, second)
        views = [] if self.augment is None else self._views((X1, X2))
        target = as_variable(y, "y")
        if len(target) != len(first):
            raise InvalidInput(
                f"y must have one row per sample; got {len(target)} for {len(first)}"
            )
        return self._audited((first, second), views, target)

    @property
    def audit_(self) -> Audit | Overlap:
        """Of the rows that were held out."""
        self._check_fitted()
        if self._audit is None:
            first, second = self._held
            if self._held_y is None:
                self._audit = self._overlap(first, second)
            else:
                self._audit = self._audited((first, second), [], self._held_y)
        return self._audit

    def __str__(self) -> str:
        """The parameters, and once it is fitted the audit of the held-out rows."""
        text = repr(self)
        if not self._is_fitted:
            return text
        try:
            return f"{text}\n{self.audit_!r}"
        except (InvalidInput, SolverFailed) as err:
            return f"{text}\nno audit of {len(self._held[0])} held-out rows: {err}"

    def _overlap(self, X1: Floats, X2: Floats) -> Overlap:
        return overlapping(self._all_heads(X1, X2), self.seed_)

    def _audited(
        self, sources: tuple[Floats, Floats], views: Sequence[Floats], y: Variable
    ) -> Audit:
        variables = dict(zip(("x1", "x2"), sources, strict=True)) | self._all_heads(*sources)
        return audited(variables | dict(zip(("x1'", "x2'"), views, strict=False)), y, self.seed_)

    def _all_heads(self, X1: Floats, X2: Floats) -> dict[str, Floats]:
        found = [self._heads(i, X, drawn=True) for i, X in enumerate((X1, X2))]
        return {
            f"{name}{i + 1}": code
            for i, codes in enumerate(found)
            for name, code in zip(("shared", "unique"), codes, strict=True)
        }

    def _heads(self, source: int, X: Floats, *, drawn: bool) -> tuple[Floats, Floats]:
        # a seed of its own for each source, so that none depends on whether the other is there
        noise = Noise(self.seed_ + 1 + source) if drawn else None
        self._objective.eval()
        with torch.no_grad(), one_thread():
            parts = [
                [z.cpu().double() for z in self._objective.heads(source, x, noise)]
                for x in singles(X, self.device_).split(CHUNK)
            ]
        shared, unique = (torch.cat(codes).numpy() for codes in zip(*parts, strict=True))
        return shared, unique

    def _check_asked(self, y: object) -> None:
        """Raise InvalidInput unless one thing says what unique codes are for."""
        if (y is None) == (self.augment is None):
            got = "neither" if y is None else "both"
            raise InvalidInput(
                "unique codes are of what y asks for, or of what an augmentation keeps: give y to "
                f"fit, or augment, a pair of functions; got {got}"
            )

    def _say_widths(self, columns: tuple[int, int]) -> None:
        for i, n in enumerate(columns):
            for name in ("n_shared", "n_unique"):
                if getattr(self, name) > n:
                    self.notes_ += (
                        f"{name} {getattr(self, name)} is more than the {n} "
                        f"column{'s' * (n > 1)} of x{i + 1}",
                    )

    def _asked(self, sizes: Sizes) -> Objective:
        if self.objective == "priced":
            return Priced(sizes, self.price_shared, self.price)
        if self.objective == "published":
            return Published(sizes, None if self.augment is not None else len(self.classes_))
        if self.objective == "hsic":
            return Penalised(sizes, dependence, self.penalty, crossed=True)
        return Penalised(sizes, cross_covariance, self.penalty, crossed=False)

    def _task(self, sources: tuple[object, object], y: object, rows: int) -> Task:
        """What unique codes are for, with first weights of the seed."""
        shared, unique = int(self.n_shared), int(self.n_unique)
        self.classes_: tuple[Hashable, ...] = ()
        if self.augment is None:
            codes, self.classes_ = read_classes(y, rows)
            of = torch.from_numpy(codes).to(self.device_)
            classes = partial(Classes, of, len(self.classes_), 2 * (shared + unique))
            return seeded(classes, self.seed_ + 1).to(self.device_)
        first, second = (singles(view, self.device_) for view in self._views(sources))
        views = partial(Views, (first, second), 2 * shared + unique)
        return seeded(views, self.seed_ + 1).to(self.device_)

    def _views(self, sources: tuple[object, object]) -> list[Floats]:
        """An augmented copy of each source, standardised as that is."""
        assert self.augment is not None
        found = []
        for i, (augment, X, scale) in enumerate(
            zip(self.augment, sources, self.scales_, strict=True)
        ):
            # a copy, as functions may change what they are given
            view = as_variable(augment(copy.deepcopy(X)), f"augment[{i}] of x{i + 1}")
            rows = len(as_variable(X, f"x{i + 1}"))
            if len(view) != rows:
                raise InvalidInput(
                    f"augment[{i}] must give as many rows as x{i + 1} has, {rows}; got {len(view)}"
                )
            found.append(scale(view))
        return found
