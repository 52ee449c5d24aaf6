"""Whatever comes in, codes of fission are finite, or there is one sentence."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

from pid.errors import InvalidInput
from pid.estimators import fission

pytestmark = pytest.mark.extras

Array = np.ndarray
N = 60
DEEP = {"steps": 20, "batch": 30, "random_state": 0}
MODELS: dict[str, dict[str, Any]] = {
    "FactorizedContrastive": DEEP | {"n_shared": 2, "n_unique": 2},
    "InformationBottleneck": DEEP | {"n_components": 2},
}


def usual() -> tuple[Array, Array]:
    rng = np.random.default_rng(0)
    shared = rng.normal(size=(N, 2))
    return (
        np.hstack([shared, rng.normal(size=(N, 2))]),
        np.hstack([shared**2, rng.normal(size=(N, 1))]),
    )


def put(X: Array, value: float) -> Array:
    X[3, 1] = value
    return X


TAKEN: dict[str, Callable[[Array], Any]] = {
    "constant and copied columns": lambda X: np.column_stack([X, X[:, 0], np.ones(N)]),
    "heavy tails": lambda X: np.tan(1.57 * np.tanh(X)),
    "one far out": lambda X: put(X, 1e300),
    "one column": lambda X: X[:, 0],
    "symbols": lambda X: np.where(X[:, 0] > 0, "a", "b"),
    "copied rows": lambda X: np.repeat(X[:10], 6, axis=0),
    "more columns than rows": lambda X: np.random.default_rng(1).normal(size=(N, 100)),
    "both the same": lambda X: usual()[1],
}
REFUSED: dict[str, tuple[Callable[[Array], Any], str]] = {
    "lengths": (lambda X: X[:-1], "59 in x1"),
    "infinite": (lambda X: put(X, np.inf), r"column 'x1\[1\]' of x1 has 1 infinite value"),
    "missing": (lambda X: put(X, np.nan), r"column 'x1\[1\]' of x1 has 1 missing value"),
    "constant": (lambda X: np.ones((N, 2)), "x1 has the same value in all 60 rows"),
    "nothing": (lambda X: X[:, :0], "x1"),
    "few rows": (lambda X: X[:19], "19 in x1"),
    "none": (lambda X: None, "x1"),
}


def fitted(name: str, X1: Any, X2: Any, y: Any = None, **options: Any) -> Any:
    model = getattr(fission, name)(**MODELS[name] | options)
    if y is None and options.get("augment") is None:
        y = np.arange(len(X2)) % 2
    return model.fit(X1, X2, y)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("case", TAKEN)
def test_it_has_an_answer(name: str, case: str) -> None:
    X1, X2 = usual()
    X1 = TAKEN[case](X1)
    codes = fitted(name, X1, X2).transform(X1, X2)
    for code in codes if isinstance(codes, tuple) else (codes,):
        assert len(code) == N
        assert np.isfinite(code).all()


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("case", REFUSED)
def test_it_says_what_is_wrong(name: str, case: str) -> None:
    change, words = REFUSED[case]
    X1, X2 = usual()
    with pytest.raises(InvalidInput, match=words) as err:
        fitted(name, change(X1), X2)
    assert not re.search(r"\n", str(err.value))


@pytest.mark.parametrize("name", MODELS)
def test_of_rows_classes_and_devices(name: str) -> None:
    X1, X2 = usual()
    with pytest.raises(InvalidInput, match="learns from at least 20 rows; got 19"):
        fitted(name, X1[:19], X2[:19])
    with pytest.raises(InvalidInput, match="y"):
        fitted(name, X1, X2, np.zeros(N, dtype=int))
    with pytest.raises(InvalidInput, match="60 in x1 and x2, and 59 in y"):
        fitted(name, X1, X2, np.arange(N - 1) % 2)
    with pytest.raises(InvalidInput, match=r"torch cannot use device 'cuda:77'.*can use cpu"):
        fitted(name, X1, X2, device="cuda:77")
    model = fitted(name, X1, X2, batch=10_000)
    assert any("a batch is all" in note for note in model.notes_)


@pytest.mark.parametrize("name", MODELS)
def test_before_and_after_fit(name: str) -> None:
    X1, X2 = usual()
    with pytest.raises(InvalidInput, match=f"this {name} is not fitted yet"):
        getattr(fission, name)(**MODELS[name]).transform(X1, X2)
    model = fitted(name, X1, X2)
    for pair, words in (
        ((X1[:-1], X2), "59 in x1 and 60 in x2"),
        ((X1[:, :2], X2), "x1 has 2 columns, and had 4 in training"),
        ((None, None), "all sources are missing"),
        ((put(X1.copy(), 1e60), X2), "row 3 has a value more than 1e38 deviations"),
    ):
        with pytest.raises(InvalidInput, match=words):
            model.transform(*pair)
    model.set_params(device="cuda:77")
    with pytest.raises(InvalidInput, match="torch cannot use"):
        model.fit(X1, X2, np.arange(N) % 2)
    with pytest.raises(InvalidInput, match="is not fitted yet"):
        model.transform(X1, X2)


def test_what_unique_codes_are_for_is_said_once() -> None:
    X1, X2 = usual()
    model = fission.FactorizedContrastive(**MODELS["FactorizedContrastive"])
    with pytest.raises(InvalidInput, match="got neither"):
        model.fit(X1, X2)
    model.set_params(augment=(np.tanh, np.tanh))
    with pytest.raises(InvalidInput, match="got both"):
        model.fit(X1, X2, np.arange(N) % 2)


@pytest.mark.parametrize(
    ("augment", "words"),
    [
        (lambda X: X[:-1], r"augment\[0\] must give as many rows as x1 has, 60; got 59"),
        (lambda X: X[:, :2], r"augment\[0\] of x1 has 2 columns, and had 4 in training"),
        (lambda X: put(X, np.nan), r"of augment\[0\] of x1 has 1 missing value"),
        (lambda X: None, r"augment\[0\] of x1"),
    ],
)
def test_an_augmentation_keeps_rows_and_columns(augment: Any, words: str) -> None:
    X1, X2 = usual()
    with pytest.raises(InvalidInput, match=words):
        fitted("FactorizedContrastive", X1, X2, augment=(augment, np.tanh))


def test_heads_wider_than_the_data_are_said() -> None:
    X1, X2 = usual()
    model = fitted("FactorizedContrastive", X1[:, 0], X2, n_shared=9, n_unique=4)
    assert "n_shared 9 is more than the 1 column of x1" in model.notes_
    assert "n_unique 4 is more than the 3 columns of x2" in model.notes_
    assert model.transform(X1[:, 0], None).shared1.shape == (N, 9)


@pytest.mark.parametrize("name", MODELS)
def test_a_parameter_that_is_none(name: str) -> None:
    """It is said by the name of the model, without what that shows once it is fitted."""
    model = fitted(name, *usual())
    with pytest.raises(InvalidInput, match=f"{name} has no parameter 'stpes'.*steps") as err:
        model.set_params(stpes=3)
    assert "\n" not in str(err.value)
    assert model.set_params(steps=30).steps == 30


@pytest.mark.parametrize("objective", ["priced", "orthogonal", "hsic", "published"])
def test_batches_of_equal_rows(objective: str) -> None:
    """Penalties have a gradient where all codes of a batch are alike."""
    x = np.arange(N) % 2
    options = {"objective": objective, "batch": 2}
    codes = fitted("FactorizedContrastive", x, x.astype(str), x, **options).transform(x)
    assert np.isfinite(codes.unique1).all()


@pytest.mark.parametrize("name", MODELS)
def test_fit_transform_is_fit_and_transform(name: str) -> None:
    X1, X2 = usual()
    model = fitted(name, X1, X2)
    again = clone(model).fit_transform(X1, X2, np.arange(N) % 2)
    assert np.array_equal(np.hstack(again), np.hstack(model.transform(X1, X2)))
