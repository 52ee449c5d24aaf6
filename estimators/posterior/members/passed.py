"""A classifier in scikit-learn's manner, which users pass."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from sklearn.base import clone

from pid._types import Codes, Floats
from pid.errors import InvalidInput
from pid.estimators.posterior.members.member import PerFold

OFF_ONE = 1e-3  # that probabilities of a row may sum to beside 1: what single precision loses


class Passed(PerFold):
    """Anything with ``fit`` and ``predict_proba``, cloned for each fold.

    It sees the columns of all sources side by side. Weights are rows repeated, as not all
    classifiers take weights.

    Args:
        classifier: not fitted here, and not changed.
    """

    renumbered: ClassVar[bool] = False  # it may count on the numbers that classes have

    def __init__(self, classifier: Any) -> None:
        self.classifier = classifier
        self.name = type(classifier).__name__

    def said(
        self,
        sources: list[Floats],
        y: Codes,
        weights: Floats | None,
        asked: list[Floats],
        classes: int,
        seed: int,
    ) -> Floats:
        """See ``PerFold``.

        Raises:
            InvalidInput: what comes is not a probability of every class for every row.
        """
        times = np.ones(len(y), dtype=np.intp) if weights is None else np.rint(weights).astype(int)
        rows = np.repeat(np.arange(len(y)), times)
        try:
            fitted = clone(self.classifier).fit(np.hstack(sources)[rows], y[rows])
            said = np.asarray(fitted.predict_proba(np.hstack(asked)), dtype=np.float64)
        except (TypeError, ValueError) as err:
            first = str(err).strip().splitlines()[0] if str(err).strip() else type(err).__name__
            raise InvalidInput(f"{self.name} could not be trained or asked: {first}") from err
        said = self._placed(said, getattr(fitted, "classes_", None), y, classes)
        self._check(said, (len(asked[0]), classes))
        return said[None]

    def _placed(self, said: Floats, known: Any, y: Codes, classes: int) -> Floats:
        """Columns in the order of the classes, and 0 for those that the fold lacks.

        That is what ``classes_`` names, if it names the classes that were there, or all of them.
        """
        named = np.asarray([] if known is None else known)
        there, every = np.unique(y), np.arange(classes)
        if said.ndim != 2 or named.shape != said.shape[1:]:
            return said
        if not any(np.array_equal(np.sort(named), some) for some in (there, every)):
            return said
        found = np.zeros((len(said), classes))
        found[:, named.astype(np.intp)] = said
        return found

    def _check(self, said: Floats, expected: tuple[int, int]) -> None:
        """See ``said``."""
        gave = f"predict_proba of {self.name} gave"
        if said.shape != expected:
            raise InvalidInput(
                f"{gave} shape {said.shape}; expected {expected}: samples, and a column per class"
            )
        if not np.isfinite(said).all():
            raise InvalidInput(f"{gave} values that are not finite")
        if said.min() < 0:
            raise InvalidInput(f"{gave} {said.min():g}; expected probabilities, of at least 0")
        total = said.sum(axis=1)
        worst = total[np.abs(total - 1).argmax()]
        if abs(worst - 1) > OFF_ONE:
            raise InvalidInput(
                f"{gave} rows that do not sum to 1, such as {worst:g}; expected a probability of "
                "each class"
            )
