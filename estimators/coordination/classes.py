"""What tells classes of rows: the classes of training, the likeliest one, and how often right."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes, Floats
from pid.discretization.target import check_classes
from pid.errors import InvalidInput
from pid.estimators.coordination.base import OfSources
from pid.io.columns import as_variable


class OfClasses(OfSources):
    """Learns from a class of each row.

    Attributes:
        classes_: of y, in the order of the columns of ``predict_proba``.
    """

    classes_: tuple[Hashable, ...]

    @abstractmethod
    def predict_proba(self, X1: object, X2: object = None) -> Floats:
        """Probabilities of the classes, shape (rows, classes)."""

    def predict(self, X1: object, X2: object = None) -> NDArray[np.generic]:
        """The likeliest class of each row."""
        likeliest = self.predict_proba(X1, X2).argmax(axis=1)
        return np.asarray([self.classes_[i] for i in likeliest])

    def score(self, X1: object, X2: object, y: object) -> float:
        """Share of the rows whose class is said right."""
        said = self.predict_proba(X1, X2).argmax(axis=1)
        codes, classes = as_variable(y, "y").encoded()
        if len(codes) != len(said):
            raise InvalidInput(f"y must have one row per sample; got {len(codes)} for {len(said)}")
        if not {*classes} & {*self.classes_}:
            raise InvalidInput(
                f"y has none of the classes of training, such as {self.classes_[0]!r}; it has "
                f"{classes[0]!r}"
            )
        return float(
            np.mean([self.classes_[i] == classes[j] for i, j in zip(said, codes, strict=True)])
        )

    def _read_classes(self, y: object, rows: int) -> Codes:
        """The class of each training row, as a place in ``classes_``."""
        codes, self.classes_ = read_classes(y, rows)
        return codes


def read_classes(y: object, rows: int) -> tuple[Codes, tuple[Hashable, ...]]:
    """The class of each training row, as a place among the classes, and these.

    Raises:
        InvalidInput: no classes, or more or fewer rows than in the sources.
    """
    target = as_variable(y, "y")
    check_classes(target)
    codes, classes = target.encoded()
    if len(codes) != rows:
        raise InvalidInput(
            "x1, x2 and y must have one row per sample each; "
            f"got {rows} in x1 and x2, and {len(codes)} in y"
        )
    return codes.astype(np.int64), classes
