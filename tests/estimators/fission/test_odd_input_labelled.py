"""Whatever comes in, fission for a label has finite answers or one sentence."""

import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from pid.errors import InvalidInput
from pid.estimators import fission

pytestmark = pytest.mark.extras

Array = np.ndarray
N = 60
MODELS: dict[str, dict[str, Any]] = {
    "FactorizedGenerative": {"n_common": 2, "n_private": 2, "steps": 10, "batch": 30},
    "SynergyExperts": {"n_components": 2, "steps": 10, "batch": 30},
}
STAGES = {"FactorizedGenerative": 3, "SynergyExperts": 1}
Y = np.arange(N) % 3


def usual() -> tuple[Array, Array]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(N, 4)), rng.normal(size=(N, 3))


def with_first(change: Callable[[Array], Any]) -> tuple[Any, Array]:
    X1, X2 = usual()
    return change(X1.copy()), X2


def put(X: Array, value: float) -> Array:
    X[3, 1] = value
    return X


TAKEN: dict[str, Callable[[Array], Any]] = {
    "constant and copied columns": lambda X: np.column_stack([X, X[:, 0], np.ones(N)]),
    "ties": np.round,
    "heavy tails": lambda X: np.tan(1.57 * np.tanh(X)),
    "one far out": lambda X: put(X, 1e300),
    "tiny": lambda X: X * 1e-300,
    "one column": lambda X: X[:, 0],
    "symbols": lambda X: np.where(X[:, 0] > 0, "a", "b"),
    "columns of symbols": lambda X: np.where(X > 0, "a", "b"),
    "truths": lambda X: X > 0,
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
    "nothing": (lambda X: X[:, :0], "x1"),
    "mixed": (lambda X: [[1.5, "a"], [2.5, "b"]] * (N // 2), "x1 mixes columns of numbers"),
    "none": (lambda X: None, "x1"),
}
TARGETS: dict[str, tuple[Any, str]] = {
    "none": (None, "y"),
    "lengths": (Y[:-1], "got 60 in x1 and x2, and 59 in y"),
    "one class": (np.ones(N), "single class"),
    "missing": ([None, *Y[1:].astype(str)], "y"),
}


def fitted(name: str, X1: Any, X2: Any, y: Any = Y, **options: Any) -> Any:
    return getattr(fission, name)(**MODELS[name] | options).fit(X1, X2, y)


def said(model: Any, X1: Any, X2: Any) -> list[Array]:
    """All that a model gives for rows."""
    codes = model.transform(X1, X2)
    found = [*codes] if isinstance(codes, tuple) else [codes]
    return [*found, model.predict_proba(X1, X2)]


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("case", TAKEN)
def test_it_has_an_answer(name: str, case: str) -> None:
    X1, X2 = with_first(TAKEN[case])
    model = fitted(name, X1, X2)
    for array in said(model, X1, X2):
        assert len(array) == N
        assert np.isfinite(array).all()
    assert len(repr(model).splitlines()) > 1


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("case", REFUSED)
def test_it_says_what_is_wrong(name: str, case: str) -> None:
    change, words = REFUSED[case]
    X1, X2 = with_first(change)
    with pytest.raises(InvalidInput, match=words) as err:
        fitted(name, X1, X2)
    assert not re.search(r"\n", str(err.value))


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("case", TARGETS)
def test_it_says_what_is_wrong_with_y(name: str, case: str) -> None:
    y, words = TARGETS[case]
    with pytest.raises(InvalidInput, match=words):
        fitted(name, *usual(), y)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("rows", [1, 19, 20])
def test_few_rows(name: str, rows: int) -> None:
    X1, X2 = (X[:rows] for X in usual())
    if rows == 20:
        assert all(np.isfinite(a).all() for a in said(fitted(name, X1, X2, Y[:20]), X1, X2))
        return
    with pytest.raises(InvalidInput, match=f"{name} learns from at least 20 rows; got {rows}"):
        fitted(name, X1, X2, Y[:rows])


@pytest.mark.parametrize("name", MODELS)
def test_classes_of_two_rows(name: str) -> None:
    """Some are in none of the rows that are learned from."""
    X1, X2 = usual()
    y = [f"class {i // 2}" for i in range(N)]
    assert all(np.isfinite(a).all() for a in said(fitted(name, X1, X2, y), X1, X2))


@pytest.mark.parametrize("name", MODELS)
def test_of_networks(name: str) -> None:
    """A device that is not there, a batch of more rows than there are, too few steps."""
    X1, X2 = usual()
    with pytest.raises(InvalidInput, match=r"torch cannot use device 'cuda:77'.*can use cpu"):
        fitted(name, X1, X2, device="cuda:77")
    with pytest.raises(InvalidInput, match="steps"):
        fitted(name, X1, X2, steps=1, batch=60)
    model = fitted(name, X1, X2, batch=10_000)
    assert any(note.startswith("a batch is all") for note in model.notes_)
    assert 0 <= model.score(X1, X2, Y) <= 1


@pytest.mark.parametrize("name", MODELS)
def test_a_loss_that_is_not_finite(name: str) -> None:
    """Its step and its term are said, and no model is left."""
    model = getattr(fission, name)(**MODELS[name])
    weight = "reconstruction" if name == "FactorizedGenerative" else "shrinkage"
    with pytest.raises(InvalidInput, match="a loss has to be finite, and at step"):
        model.set_params(**{weight: 1e300}).fit(*usual(), Y)
    with pytest.raises(NotFittedError):
        model.transform(*usual())


@pytest.mark.parametrize("name", MODELS)
def test_before_and_after_fit(name: str) -> None:
    X1, X2 = usual()
    model = getattr(fission, name)(**MODELS[name])
    with pytest.raises(InvalidInput, match=f"this {name} is not fitted yet; call fit first"):
        model.transform(X1, X2)
    assert repr(model).count("\n") == 0
    model = fitted(name, X1, X2)
    with pytest.raises(InvalidInput, match="59 in x1 and 60 in x2"):
        model.transform(X1[:-1], X2)
    with pytest.raises(InvalidInput, match="x1 has 2 columns, and had 4 in training"):
        model.transform(X1[:, :2], X2)
    with pytest.raises(InvalidInput, match="all sources are missing"):
        model.predict_proba(None, None)
    with pytest.raises(InvalidInput, match="row 3 has a value more than 1e38 deviations"):
        model.transform(put(X1.copy(), 1e60), X2)


@pytest.mark.parametrize("name", MODELS)
def test_a_fit_that_fails_leaves_no_other_model(name: str) -> None:
    X1, X2 = usual()
    model = fitted(name, X1, X2)
    with pytest.raises(InvalidInput, match="single class"):
        model.fit(1e3 * X1, X2, np.ones(N))
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
    assert repr(again) == repr(model)
    assert fresh.get_params() == model.get_params()
    with pytest.raises(NotFittedError):
        check_is_fitted(fresh)
    for array, other in zip(said(again, X1, X2), said(model, X1, X2), strict=True):
        assert np.array_equal(array, other)


@pytest.mark.parametrize(
    ("name", "stage"), [(name, stage) for name in MODELS for stage in range(STAGES[name])]
)
def test_resumed_and_the_same_bits(name: str, stage: int, tmp_path: Path) -> None:
    """Interrupted in any stage; the stages before are not trained again."""
    X1, X2 = usual()
    calls = []

    def stop(done: int, of: int, score: float) -> None:
        calls.append(done)
        if calls.count(3) == stage + 1:
            raise KeyboardInterrupt

    path, options = tmp_path / "c", {"steps": 12}
    whole = fitted(name, X1, X2, **options)
    with pytest.raises(KeyboardInterrupt):
        fitted(name, X1, X2, checkpoint=path, progress=stop, **options)
    resumed = fitted(name, X1, X2, checkpoint=path, **options)
    for array, other in zip(said(resumed, X1, X2), said(whole, X1, X2), strict=True):
        assert np.array_equal(array, other)
    assert repr(resumed).splitlines()[-1] == repr(whole).splitlines()[-1]
    with pytest.raises(InvalidInput, match="of another training: its data is"):
        fitted(name, X1[::-1], X2, checkpoint=path, **options)
    with pytest.raises(InvalidInput, match="of another training: its data is"):
        fitted(name, X1, X2, (Y + 1) % 3, checkpoint=path, **options)
    with pytest.raises(InvalidInput, match="needs a random_state"):
        fitted(name, X1, X2, checkpoint=path, random_state=None, **options)


@pytest.mark.parametrize("name", MODELS)
def test_a_score_is_of_the_rows_and_classes_that_it_says(name: str) -> None:
    X1, X2 = usual()
    model = fitted(name, X1, X2, Y.astype(str))
    assert model.score(X1, X2, Y.astype(str)) == (model.predict(X1, X2) == Y.astype(str)).mean()
    assert model.predict_proba(X1).sum(axis=1) == pytest.approx(np.ones(N))
    assert model.predict(None, X2).shape == (N,)
    with pytest.raises(InvalidInput, match="y must have one row per sample; got 1 for 60"):
        model.score(X1, X2, ["0"])
    with pytest.raises(InvalidInput, match="y has none of the classes of training"):
        model.score(X1, X2, Y)


@pytest.mark.parametrize("name", MODELS)
def test_classes_of_text_and_numbers_come_back_as_they_were(name: str) -> None:
    y = ["a" if i % 2 else 1 for i in range(N)]
    said = fitted(name, *usual(), y).predict(*usual())
    assert len(said) == N
    assert {*said.tolist()} <= {"a", 1}


@pytest.mark.parametrize("batch", [2, 8, N])
@pytest.mark.parametrize("asked", ["covariance", "hsic", "price", "prior", None])
@pytest.mark.parametrize("rare", [1, 3, N // 2])
def test_batches_of_one_class(asked: str | None, batch: int, rare: int) -> None:
    """What asks for independence of y has nothing to ask there."""
    X1, X2 = usual()
    y = np.arange(N) < rare
    model = fitted("FactorizedGenerative", X1, X2, y, independence=asked, batch=batch)
    assert all(np.isfinite(array).all() for array in said(model, X1, X2))


RAGGED = [[1], [1, 2]]


@pytest.mark.parametrize(
    ("factors", "words"),
    [
        (None, "factors must be a common factor and two private ones"),
        (5, "factors must be a common factor and two private ones"),
        ((np.ones((N, 2)), None), "factors must be a common factor and two private ones"),
        ((RAGGED, None, None), "common must be numbers"),
        (([["a", "b"]], None, None), "common must be numbers"),
        ((np.ones((N, 2)), np.full((N, 2), np.nan), None), "private1 .* not finite, .* in row 0"),
    ],
)
def test_factors_that_are_none(factors: Any, words: str) -> None:
    model = fitted("FactorizedGenerative", *usual())
    with pytest.raises(InvalidInput, match=words):
        model.inverse_transform(factors)


@pytest.mark.parametrize("partners", [RAGGED, None, "ab", ["a"] * N, np.ones(N), np.ones(N, bool)])
def test_partners_that_are_no_places(partners: Any) -> None:
    model = fitted("FactorizedGenerative", *usual())
    with pytest.raises(InvalidInput, match=r"partners must be a row's place for each of 60 rows"):
        model.swap(*usual(), partners)


def test_an_audit_of_one_class_is_refused() -> None:
    model = fitted("FactorizedGenerative", *usual())
    with pytest.raises(InvalidInput, match="y has a single class, 0, in all 60 samples"):
        model.audit(*usual(), 0 * Y)


def test_one_row_has_no_partner() -> None:
    X1, X2 = usual()
    model = fitted("SynergyExperts", X1, X2)
    with pytest.raises(InvalidInput, match="needs at least 2 rows; got 1"):
        model.said_alone(X1[:1], X2[:1])


@pytest.mark.parametrize("name", MODELS)
def test_a_parameter_that_is_none(name: str) -> None:
    """It is said by the name of the model, without what that shows once it is fitted."""
    model = fitted(name, *usual())
    with pytest.raises(InvalidInput, match=f"{name} has no parameter 'stpes'.*steps") as err:
        model.set_params(stpes=3)
    assert "\n" not in str(err.value)
    assert model.set_params(steps=30).steps == 30
