"""What the estimators here tell scikit-learn of themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import Tags

from pid.checks import SEEDS, Constraint, check


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


def seed_of(random_state: int | None) -> int:
    """The seed that was given, or another one each time."""
    return int(np.random.default_rng().integers(SEEDS) if random_state is None else random_state)
