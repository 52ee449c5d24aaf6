"""Whatever comes in, every way to coordinate has finite codes or one sentence."""

import pickle
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from pid.errors import InvalidInput
from pid.estimators import coordination

pytestmark = pytest.mark.extras

Array = np.ndarray
N = 60
QUICK = {"n_components": 2, "random_state": 0}
DEEP = QUICK | {"steps": 10, "batch": 30}
MODELS: dict[str, dict[str, Any]] = {
    "CCA": QUICK,
    "DeepCCA": DEEP,
    "Contrastive": DEEP,
    "GatedCoordination": DEEP,
    "IntactSpace": QUICK,
    "NestedAutoencoder": DEEP,
}


def usual() -> tuple[Array, Array]:
    rng = np.random.default_rng(0)
    shared = rng.normal(size=(N, 2))
    return (
        np.hstack([shared, rng.normal(size=(N, 2))]),
        np.hstack([shared**2, rng.normal(size=(N, 1))]),
    )


def with_first(change: Callable[[Array], Any]) -> tuple[Any, Array]:
    X1, X2 = usual()
    return change(X1.copy()), X2


def put(X: Array, value: float) -> Array:
    X[3, 1] = value
    return X


TAKEN: dict[str, Callable[[Array], Any]] = {
    "constant and copied columns": lambda X: np.column_stack([X, X[:, 0], np.ones(N)]),
    "collinear": lambda X: np.column_stack([X, X @ np.ones(4), X @ np.arange(4.0)]),
    "ties": np.round,
    "heavy tails": lambda X: np.tan(1.57 * np.tanh(X)),
    "one far out": lambda X: put(X, 1e300),
    "tiny": lambda X: X * 1e-300,
    "one column": lambda X: X[:, 0],
    "symbols": lambda X: np.where(X[:, 0] > 0, "a", "b"),
    "truths": lambda X: X > 0,
    "two values": lambda X: (X > 0).astype(int),
    "copied rows": lambda X: np.repeat(X[:10], 6, axis=0),
    "lists": lambda X: X.tolist(),
    "more columns than rows": lambda X: np.random.default_rng(1).normal(size=(N, 100)),
    "both the same": lambda X: usual()[1],
}
REFUSED: dict[str, tuple[Callable[[Array], Any], str]] = {
    "lengths": (lambda X: X[:-1], "59 in x1"),
    "infinite": (lambda X: put(X, np.inf), r"column 'x1\[1\]' of x1 has 1 infinite value"),
    "missing": (lambda X: put(X, np.nan), r"column 'x1\[1\]' of x1 has 1 missing value"),
    "constant": (lambda X: np.ones((N, 2)), "x1 has the same value in all 60 rows"),
    "one symbol": (lambda X: ["a"] * N, "x1 has the same value in all 60 rows"),
    "nothing": (lambda X: X[:, :0], "x1"),
    "mixed": (lambda X: [[1.5, "a"], [2.5, "b"]] * (N // 2), "x1 mixes columns of numbers"),
    "complex": (lambda X: X + 1j, "x1 holds values of type complex"),
    "none": (lambda X: None, "x1"),
}


def fitted(name: str, X1: Any, X2: Any, **options: Any) -> Any:
    model = getattr(coordination, name)(**MODELS[name] | options)
    if name == "GatedCoordination":
        return model.fit(X1, X2, np.arange(len(X2)) % 2)
    return model.fit(X1, X2)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("case", TAKEN)
def test_it_has_an_answer(name: str, case: str) -> None:
    X1, X2 = with_first(TAKEN[case])
    codes = fitted(name, X1, X2).transform(X1, X2)
    for code in codes if isinstance(codes, tuple) else (codes,):
        assert len(code) == N
        assert np.isfinite(code).all()


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("case", REFUSED)
def test_it_says_what_is_wrong(name: str, case: str) -> None:
    change, words = REFUSED[case]
    X1, X2 = with_first(change)
    with pytest.raises(InvalidInput, match=words) as err:
        fitted(name, X1, X2)
    assert not re.search(r"\n", str(err.value))


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("rows", [1, 19])
def test_too_few_rows(name: str, rows: int) -> None:
    X1, X2 = (X[:rows] for X in usual())
    with pytest.raises(InvalidInput, match=f"{name} learns from at least 20 rows; got {rows}"):
        fitted(name, X1, X2)


@pytest.mark.parametrize("name", [name for name, options in MODELS.items() if options is DEEP])
def test_of_networks(name: str) -> None:
    """A device that is not there, a batch of more rows than there are, too few steps."""
    X1, X2 = usual()
    with pytest.raises(InvalidInput, match=r"torch cannot use device 'cuda:77'.*can use cpu"):
        fitted(name, X1, X2, device="cuda:77")
    with pytest.raises(InvalidInput, match="at least 10 steps"):
        fitted(name, X1, X2, steps=1, batch=60)
    assert np.isfinite(fitted(name, X1, X2, batch=10_000).score(X1, X2, *scored(name)))


def scored(name: str) -> tuple[Array, ...]:
    """What a score takes beside the sources."""
    return (np.arange(N) % 2,) if name == "GatedCoordination" else ()


@pytest.mark.parametrize("name", MODELS)
def test_before_and_after_fit(name: str) -> None:
    X1, X2 = usual()
    model = getattr(coordination, name)(**MODELS[name])
    with pytest.raises(InvalidInput, match=f"this {name} is not fitted yet; call fit first"):
        model.transform(X1, X2)
    model = fitted(name, X1, X2)
    with pytest.raises(InvalidInput, match="59 in x1 and 60 in x2"):
        model.transform(X1[:-1], X2)
    with pytest.raises(InvalidInput, match="x1 has 2 columns, and had 4 in training"):
        model.transform(X1[:, :2], X2)
    with pytest.raises(InvalidInput, match="all sources are missing"):
        model.transform(None, None)


@pytest.mark.parametrize("name", MODELS)
def test_a_fit_that_fails_leaves_no_other_model(name: str) -> None:
    """Neither half of one, nor the one before on the scale of the new rows."""
    X1, X2 = usual()
    model = fitted(name, X1, X2)
    y = (np.arange(N) % 2,) if name == "GatedCoordination" else ()
    if hasattr(model, "steps"):
        model.set_params(steps=1, batch=60)  # refused once all is read
        with pytest.raises(InvalidInput, match="at least 10 steps"):
            model.fit(1e3 * X1, X2, *y)
    else:
        with pytest.raises(InvalidInput, match="the same value in all 60 rows"):
            model.fit(1e3 * X1, np.ones((N, 3)), *y)
    with pytest.raises(InvalidInput, match=f"this {name} is not fitted yet"):
        model.transform(X1, X2)
    with pytest.raises(NotFittedError):
        check_is_fitted(model)


@pytest.mark.parametrize("name", MODELS)
def test_a_fitted_model_is_copied_and_cloned(name: str) -> None:
    X1, X2 = usual()
    model = fitted(name, X1, X2)
    check_is_fitted(model)
    again, fresh = pickle.loads(pickle.dumps(model)), clone(model)
    assert fresh.get_params() == model.get_params()
    with pytest.raises(NotFittedError):
        check_is_fitted(fresh)
    for code, other in zip(again.transform(X1, X2), model.transform(X1, X2), strict=True):
        assert np.array_equal(code, other)


@pytest.mark.parametrize("name", [name for name, options in MODELS.items() if options is DEEP])
def test_rows_out_of_all_proportion(name: str) -> None:
    """Networks compute with 32-bit numbers: more would be NaN."""
    X1, X2 = usual()
    model = fitted(name, X1, X2)
    with pytest.raises(InvalidInput, match="row 3 has a value more than 1e38 deviations"):
        model.transform(put(X1, 1e60), X2)


@pytest.mark.parametrize("name", MODELS)
def test_numbers_of_numpy_are_options(name: str) -> None:
    options = {
        key: np.int64(value) if isinstance(value, int) else value
        for key, value in MODELS[name].items()
    }
    X1, X2 = usual()
    for code, other in zip(
        fitted(name, X1, X2, **options).transform(X1, X2),
        fitted(name, X1, X2).transform(X1, X2),
        strict=True,
    ):
        assert np.array_equal(code, other)
