"""What the estimators here tell scikit-learn of themselves."""

from __future__ import annotations

from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError
from sklearn.utils import Tags

from pid.checks import is_seed
from pid.errors import InvalidInput


class NotFitted(InvalidInput, NotFittedError):  # type: ignore[misc]  # scikit-learn has no types
    """An answer was asked for before ``fit``; scikit-learn's error of that name, too."""


class PIDEstimator(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Takes two sources of mixed columns, and a target of one."""

    def __sklearn_tags__(self) -> Tags:
        """Two inputs of mixed columns rather than one 2-D array, and a target that is needed."""
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.target_tags.required = True
        tags.target_tags.one_d_labels = True
        return tags


def check_seed(random_state: object) -> None:
    """Raise InvalidInput unless ``random_state`` is an integer that can be a seed."""
    if not is_seed(random_state):
        raise InvalidInput(
            f"random_state must be an integer between 0 and 2**32 - 1; got {random_state!r}"
        )
