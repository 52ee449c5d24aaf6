"""What the estimators here tell scikit-learn of themselves."""

from __future__ import annotations

from sklearn.base import BaseEstimator
from sklearn.utils import Tags


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
