"""Every estimator keeps scikit-learn's contract; where one of its checks does not apply, why.

The checks fit one table and a target of classes. Here its left half is the first source and its
right half the second.
"""

from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.utils import Tags, estimator_checks

import pid.estimators

ESTIMATORS = [
    pytest.param(name, marks=[pytest.mark.extras, pytest.mark.slow] * (entry.needs is not None))
    for name, entry in pid.estimators._classes().items()
]
QUICK: dict[str, dict[str, object]] = {
    "AlignmentPID": {"epochs": (1, 1)},
    "ClusterPID": {"n_init": 1},
    "FlowPID": {"epochs": 2},
    "PosteriorPID": {"classifier": LogisticRegression(), "halvings": 0, "n_folds": 2},
    "SourcesPID": {"classifier": LogisticRegression(), "halvings": 0, "n_folds": 2},
}
OF_SEVERAL = {"SourcesPID"}
OF_NUMBERS = {"FlowPID", "GaussianPID"}  # their target does not repeat its values

OWN_WORDS = "refused in a sentence of pid's own, which tests/io/test_columns.py holds"
ONE_COLUMN = "one column cannot be cut into two sources"
FEW_ROWS = "its data have a class of one row, or fewer rows than columns, which is refused"
DOES_NOT_APPLY = {
    "check_array_api_input": "arrays are NumPy's",
    "check_complex_data": OWN_WORDS,
    "check_estimator_sparse_array": OWN_WORDS,
    "check_estimator_sparse_matrix": OWN_WORDS,
    "check_estimator_sparse_tag": OWN_WORDS,
    "check_estimators_empty_data_messages": OWN_WORDS,
    "check_estimators_nan_inf": OWN_WORDS,
    "check_fit2d_1sample": OWN_WORDS,
    "check_requires_y_none": OWN_WORDS,
    "check_fit1d": ONE_COLUMN,
    "check_fit2d_1feature": ONE_COLUMN,
    "check_positive_only_tag_during_fit": "in scikit-learn 1.6 it fails on integers of its own",
    "check_n_features_in": "n_features_in_ is a pair, of two sources",
    "check_n_features_in_after_fitting": "n_features_in_ is a pair, of two sources",
    "check_dict_unchanged": FEW_ROWS,
    "check_dont_overwrite_parameters": FEW_ROWS,
    "check_f_contiguous_array_estimator": FEW_ROWS,
    "check_fit2d_predict1d": FEW_ROWS,
    "check_methods_sample_order_invariance": FEW_ROWS,
    "check_methods_subset_invariance": FEW_ROWS,
}


def of_one_table(name: str) -> Any:
    """The estimator, of a class that cuts one table into two sources."""
    base: Any = getattr(pid.estimators, name)

    def fit(self: Any, X: Any, y: Any = None) -> Any:
        half = X.shape[1] // 2
        if name in OF_NUMBERS:
            y = np.asarray(y, dtype=float) + np.random.default_rng(0).random(len(y))
        if name in OF_SEVERAL:
            return base.fit(self, {"a": X[:, :half], "b": X[:, half:], "c": X[:, half:]}, y)
        return base.fit(self, X[:, :half], X[:, half:], y)

    def predict_proba(self: Any, X: Any, X2: Any = None) -> Any:
        half = X.shape[1] // 2
        left, right = (X[:, :half], X[:, half:]) if X2 is None else (X, X2)
        return base.predict_proba(self, left, right)

    def predict(self: Any, X: Any) -> Any:
        half = X.shape[1] // 2
        return base.predict(self, X[:, :half], X[:, half:])

    def tags(self: Any) -> Tags:
        told = base.__sklearn_tags__(self)
        told.input_tags.two_d_array = True
        return told

    methods = {"fit": fit, "__sklearn_tags__": tags, "__module__": __name__}
    if hasattr(base, "predict"):
        methods |= {"predict": predict, "predict_proba": predict_proba}
    globals()[name] = type(name, (base,), methods)  # where pickle looks for it
    return globals()[name](**QUICK.get(name, {}))


@pytest.mark.parametrize("name", ESTIMATORS)
def test_checks_of_scikit_learn(name: str) -> None:
    estimator = of_one_table(name)
    failed = {}
    for check in estimator_checks._yield_all_checks(estimator, legacy=True):
        title = getattr(check, "func", check).__name__
        if title not in DOES_NOT_APPLY:
            try:
                check(name, clone(estimator))
            except Exception as error:
                failed[title] = repr(error)
    assert not failed


@pytest.mark.parametrize("name", ESTIMATORS)
def test_fit_leaves_data_and_parameters_alone(name: str, rng: np.random.Generator) -> None:
    """What the checks of too few rows would have seen: only names that end in "_" are added."""
    X1, X2, noise = rng.normal(size=(60, 3)), rng.normal(size=(60, 2)), rng.normal(size=60)
    y = X1[:, 0] + noise if name in OF_NUMBERS else (X1[:, 0] + noise > 0) * 1
    data = (X1, X2, y)
    before = [array.copy() for array in data]
    estimator = getattr(pid.estimators, name)(**QUICK.get(name, {}))
    parameters = estimator.get_params(deep=False)
    if name in OF_SEVERAL:
        estimator.fit({"a": X1, "b": X2, "c": X2}, y)
    else:
        estimator.fit(*data)
    assert all(map(np.array_equal, data, before))
    after = estimator.get_params(deep=False)
    assert all(after[key] is value for key, value in parameters.items())
    assert all(key.endswith("_") for key in set(vars(estimator)) - set(parameters))
