"""What the estimators here tell scikit-learn of themselves, and models tell ``pid.quantify``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping
from typing import ClassVar, Literal, NamedTuple, Self

from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError
from sklearn.utils import Tags

from pid.checks import Constraint, check
from pid.core.decomposition import Decomposition
from pid.core.information import Unit
from pid.discretization.coding import Kind
from pid.errors import InvalidInput
from pid.inference.assessment import Interval
from pid.io.columns import Variable


class NotFitted(InvalidInput, NotFittedError):  # type: ignore[misc]  # scikit-learn has no types
    """An answer was asked for before ``fit``; scikit-learn's error of that name, too."""


class PIDEstimator(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Takes two sources of mixed columns, and a target of one.

    Attributes:
        constraints: what each parameter may be.
    """

    constraints: ClassVar[Mapping[str, Constraint]]

    def check_parameters(self) -> None:
        """Raise InvalidInput for a parameter that cannot be, as ``fit`` does before all work."""
        check(self.constraints, vars(self).items())

    def __sklearn_tags__(self) -> Tags:
        """Two inputs of mixed columns rather than one 2-D array, and a target that is needed."""
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.target_tags.required = True
        tags.target_tags.one_d_labels = True
        return tags


Variables = tuple[Variable, Variable, Variable]


class Options(NamedTuple):
    """What ``pid.quantify`` was asked for, as far as it concerns a model."""

    interval: float | None
    corrected: bool
    replicates: int | Literal["auto"]
    unit: Unit
    tol: float
    random_state: int
    device: str | None = None


class ModelPID(PIDEstimator, ABC):
    """An estimator that fits a model instead of counting a table.

    A line in ``estimators.registry`` makes it one of ``pid.quantify``; all else it says here.

    Attributes:
        takes: of the options of ``pid.quantify`` that are for counting, those that it has, too;
            "groups" where ``fit`` takes those, and ``work``, where its parts are computed; "device"
            where it trains on one.
        of_classes: whether the target is classes; else numbers of one column or several.
        kind: what the sizes of the sources are numbers of.
    """

    takes: ClassVar[tuple[str, ...]] = ()
    of_classes: ClassVar[bool] = True
    kind: ClassVar[Kind] = "dimensions"

    decomposition_: Decomposition
    corrected_: Decomposition | None
    interval_: Interval | None
    notes_: tuple[str, ...]
    classes_: tuple[Hashable, ...]

    @classmethod
    @abstractmethod
    def asked(cls, options: Options) -> Self:
        """The estimator for what ``pid.quantify`` was asked."""

    def sizes(self, variables: Variables) -> tuple[int, int, int]:
        """Of x1, x2 and y, as the model has them: their columns, or classes."""
        d1, d2, dy = (len(variable.columns) for variable in variables)
        return d1, d2, len(self.classes_) if self.of_classes else dy

    def described(self) -> Mapping[str, object]:
        """The parameters that say how the atoms were found."""
        return {}

    def doubts(self) -> tuple[str, ...]:
        """Reasons not to trust the atoms."""
        return ()
