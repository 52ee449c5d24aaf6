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
        classes = np.asarray(self.classes_)
        if any(of != was for of, was in zip(classes.tolist(), self.classes_, strict=True)):
            classes = np.empty(len(self.classes_), dtype=object)  # text and numbers are not one
            classes[:] = self.classes_
        return np.asarray(classes[likeliest])

    def score(self, X1: object, X2: object, y: object) -> float:
        """Share of the rows whose class is said right."""
        said = self.predict_proba(X1, X2).argmax(axis=1)
        return float((said == self._known_classes(y, len(said))).mean())

    def _known_classes(self, y: object, rows: int) -> Codes:
        """The class of each of other rows, as a place in ``classes_``; -1 for one that is not."""
        codes, classes = as_variable(y, "y").encoded()
        if len(codes) != rows:
            raise InvalidInput(f"y must have one row per sample; got {len(codes)} for {rows}")
        if not {*classes} & {*self.classes_}:
            raise InvalidInput(
                f"y has none of the classes of training, such as {self.classes_[0]!r}; it has "
                f"{classes[0]!r}"
            )
        places = {of: i for i, of in enumerate(self.classes_)}
        return np.array([places.get(of, -1) for of in classes], dtype=np.int64)[codes]

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
