"""Canonical correlations: population values, optimality conditions, other routes, odd input."""

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn import cross_decomposition
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from pid.errors import InvalidInput
from pid.estimators.base import NotFitted
from pid.estimators.coordination import CCA
from pid.estimators.coordination.canonical import canonical, paired_correlations

Array = np.ndarray
ROOT = Path(__file__).resolve().parents[3]


def correlated(rng: np.random.Generator, n: int, rho: tuple[float, ...]) -> tuple[Array, Array]:
    """Two sources of five columns, mixed, whose canonical correlations are rho and 0."""
    k = len(rho)
    s, e1, e2 = rng.normal(size=(3, n, 5))
    r = np.array(rho)
    V1, V2 = e1.copy(), e2.copy()
    V1[:, :k] = np.sqrt(r) * s[:, :k] + np.sqrt(1 - r) * e1[:, :k]
    V2[:, :k] = np.sqrt(r) * s[:, :k] + np.sqrt(1 - r) * e2[:, :k]
    return V1 @ rng.normal(size=(5, 5)), V2 @ rng.normal(size=(5, 5))


def test_population_correlations(rng: np.random.Generator) -> None:
    X1, X2 = correlated(rng, 20_000, (0.9, 0.5))
    model = CCA(n_components=3, regularization=0).fit(X1, X2)
    assert model.correlations_ == pytest.approx([0.9, 0.5, 0], abs=0.02)


def test_optimality(rng: np.random.Generator) -> None:
    """C11^-1 C12 C22^-1 C21 w = rho^2 w for every direction, and variates of unit covariance."""
    X1, X2 = correlated(rng, 300, (0.8, 0.4))
    found = canonical(X1, X2, 5, 0)
    Z1, Z2 = found.first(X1), found.second(X2)
    assert np.cov(Z1.T) == pytest.approx(np.eye(5), abs=1e-9)
    assert np.cov(Z2.T) == pytest.approx(np.eye(5), abs=1e-9)
    assert np.cov(Z1.T, Z2.T)[:5, 5:] == pytest.approx(np.diag(found.correlations), abs=1e-9)
    C = np.cov(X1.T, X2.T)
    C11, C12, C22 = C[:5, :5], C[:5, 5:], C[5:, 5:]
    operator = np.linalg.solve(C11, C12) @ np.linalg.solve(C22, C12.T)
    assert operator @ found.weights1 == pytest.approx(found.weights1 * found.correlations**2)


def test_the_ridge_changes_the_constraint_as_it_says(rng: np.random.Generator) -> None:
    X1, X2 = correlated(rng, 200, (0.8,))
    found = canonical(X1, X2, 5, 0.3)
    C11 = np.cov(X1.T)
    ridged = C11 + 0.3 * np.trace(C11) / 5 * np.eye(5)
    assert found.weights1.T @ ridged @ found.weights1 == pytest.approx(np.eye(5), abs=1e-9)


def test_more_columns_than_rows_by_the_other_route(rng: np.random.Generator) -> None:
    """The span of the rows holds all there is: padding with columns of 0 changes nothing."""
    X1, X2 = rng.normal(size=(2, 30, 40))
    wide = canonical(X1, X2, 4, 0.5)
    C11, C22 = (np.cov(X.T) + 0.5 * np.trace(np.cov(X.T)) / 40 * np.eye(40) for X in (X1, X2))
    C12 = np.cov(X1.T, X2.T)[:40, 40:]
    operator = np.linalg.solve(C11, C12) @ np.linalg.solve(C22, C12.T)
    squares = np.sort(np.linalg.eigvals(operator).real)[::-1]
    assert wide.correlations**2 == pytest.approx(squares[:4])


def test_as_scikit_learn(rng: np.random.Generator) -> None:
    X1, X2 = correlated(rng, 500, (0.9, 0.6))
    peer = cross_decomposition.CCA(n_components=2, max_iter=5000, tol=1e-12).fit(X1, X2)
    theirs = paired_correlations(*peer.transform(X1, X2))
    model = CCA(n_components=2, regularization=0).fit(X1, X2)
    assert model.training_correlations_ == pytest.approx(theirs, abs=1e-6)


def test_as_cca_zoo() -> None:
    """What version 4.0.1 of it finds in the same rows."""
    rng = np.random.default_rng(1)
    s = rng.normal(size=(500, 3))
    V1 = np.hstack([s + rng.normal(size=(500, 3)), rng.normal(size=(500, 4))])
    X1 = V1 @ rng.normal(size=(7, 7))
    V2 = np.hstack([s * [2, 1, 0.5] + rng.normal(size=(500, 3)), rng.normal(size=(500, 2))])
    X2 = V2 @ rng.normal(size=(5, 5))
    theirs = [0.64766364, 0.54794713, 0.28055895, 0.13213802, 0.02390177]
    model = CCA(n_components=5, regularization=0).fit(X1, X2)
    assert model.training_correlations_ == pytest.approx(theirs, abs=1e-8)


def test_linear_maps_change_nothing(rng: np.random.Generator) -> None:
    X1, X2 = correlated(rng, 300, (0.8, 0.4))
    A = rng.normal(size=(5, 5))
    one = CCA(n_components=2, regularization=0).fit(X1, X2)
    other = CCA(n_components=2, regularization=0).fit(X1 @ A + 3, X2 * 100)
    assert one.training_correlations_ == pytest.approx(other.training_correlations_)
    pairs = zip(one.transform(X1, X2), other.transform(X1 @ A + 3, X2 * 100), strict=True)
    for mine, theirs in pairs:
        assert np.abs(paired_correlations(mine, theirs)) == pytest.approx([1, 1])


def test_training_rows_look_better_and_independent_sources_do_not_correlate(
    rng: np.random.Generator,
) -> None:
    X1, X2 = rng.normal(size=(2, 60, 15))
    model = CCA(n_components=3).fit(X1, X2)
    assert model.training_correlations_.min() > 0.6
    assert abs(model.correlations_.mean()) < 0.2


@pytest.mark.parametrize("kernel", ["rbf", "poly"])
def test_kernels_see_what_lines_do_not(kernel: str, rng: np.random.Generator) -> None:
    """x2 is the square of x1: no linear correlation, and a perfect one of bent functions."""
    x1 = rng.normal(size=600)
    x2 = x1**2 + 0.1 * rng.normal(size=600)
    assert abs(CCA(n_components=1).fit(x1, x2).correlations_[0]) < 0.3
    model = CCA(n_components=1, kernel=kernel).fit(x1, x2)  # type: ignore[arg-type]
    assert model.correlations_[0] > 0.95
    fresh = rng.normal(size=400)
    assert model.score(fresh, fresh**2) > 0.95


def test_the_linear_kernel_is_linear(rng: np.random.Generator) -> None:
    X1, X2 = correlated(rng, 200, (0.8, 0.4))
    one = CCA(n_components=2).fit(X1, X2)
    other = CCA(n_components=2, kernel=lambda A, B: A @ B.T).fit(X1, X2)
    assert one.training_correlations_ == pytest.approx(other.training_correlations_, abs=1e-6)


def test_landmarks_are_said_and_enough(rng: np.random.Generator) -> None:
    x1 = rng.normal(size=400)
    x2 = np.sin(2 * x1) + 0.1 * rng.normal(size=400)
    every = CCA(n_components=1, kernel="rbf").fit(x1, x2)
    some = CCA(n_components=1, kernel="rbf", landmarks=60).fit(x1, x2)
    assert "x1: seen by 60 landmarks of 400 rows" in some.notes_
    assert some.correlations_ == pytest.approx(every.correlations_, abs=0.03)


def test_a_missing_source(rng: np.random.Generator) -> None:
    X1, X2 = correlated(rng, 100, (0.8,))
    model = CCA(n_components=2).fit(X1, X2)
    Z1, Z2 = model.transform(X1, X2)
    alone, none = model.transform(X1)
    assert none is None and np.array_equal(alone, Z1)
    none, alone = model.transform(None, X2)
    assert none is None and np.array_equal(alone, Z2)
    with pytest.raises(InvalidInput, match="all sources are missing"):
        model.transform(None, None)
    with pytest.raises(InvalidInput, match="needs both sources"):
        model.score(X1, None)


def test_the_contract(rng: np.random.Generator) -> None:
    X1, X2 = correlated(rng, 100, (0.8,))
    model = CCA(n_components=2, random_state=5)
    with pytest.raises(NotFitted, match="not fitted yet"):
        model.transform(X1, X2)
    assert repr(clone(model)) == repr(model)
    for fitted in (CCA(kernel="poly").fit(X1, X2), CCA(kernel="rbf").fit(X1, X2)):
        again = pickle.loads(pickle.dumps(fitted))
        assert np.array_equal(again.transform(X1)[0], fitted.transform(X1)[0])
    model.fit(X1, X2)
    assert np.array_equal(clone(model).fit_transform(X1, X2)[0], model.transform(X1)[0])
    pipe = make_pipeline(StandardScaler(), CCA(n_components=2)).fit(X1, X2)
    assert pipe.score(X1, X2) == pytest.approx(model.score(X1, X2))


def test_symbols_and_frames(rng: np.random.Generator) -> None:
    kind = rng.integers(3, size=200)
    frame = pd.DataFrame({"kind": np.array(["a", "b", "c"])[kind]})
    X2 = np.eye(3)[kind] + 0.1 * rng.normal(size=(200, 3))
    model = CCA(n_components=2).fit(frame, X2)
    assert model.correlations_.min() > 0.9
    assert "x1: 3 symbols, an indicator of each" in model.notes_


def test_symbols_that_training_had_not_are_said_where_codes_are_asked_for(
    rng: np.random.Generator,
) -> None:
    kind = rng.integers(3, size=200)
    frame = pd.DataFrame(
        {"kind": np.array(["a", "b", "c"])[kind], "level": rng.integers(2, size=200)}
    )
    X2 = np.eye(3)[kind] + 0.1 * rng.normal(size=(200, 3))
    model = CCA(n_components=2).fit(frame.astype(str), X2)
    other = pd.DataFrame({"kind": ["a", "violet", "violet"], "level": ["0", "1", "0"]})
    with pytest.warns(UserWarning, match="'kind' of x1 has symbols in 2 of 3 rows") as said:
        Z1, _ = model.transform(other)
    assert len(said) == 1
    assert np.isfinite(Z1).all()


def test_odd_input_has_an_answer(rng: np.random.Generator) -> None:
    """Constant and copied columns, ties, few columns, collinear sources, tails."""
    X1, X2 = correlated(rng, 200, (0.8, 0.5))
    usual = CCA(n_components=2).fit(X1, X2)
    odd = np.column_stack([X1, X1[:, 0], np.ones(200), X1.sum(axis=1)])
    for ridge in (0.0, 1e-3):
        model = CCA(n_components=2, regularization=ridge).fit(odd, X2)
        assert model.correlations_ == pytest.approx(usual.correlations_, abs=0.02)
    assert "x1: 1 constant column (x1[6]), which say nothing" in model.notes_
    few = CCA().fit(X1[:, :2], X2)
    assert few.n_components_ == 2
    assert "2 components, as the smaller source has no more dimensions" in few.notes_
    assert CCA(n_components=2).fit(np.round(X1), X2).correlations_[0] > 0.7
    far = X1.copy()
    far[0, 0] = 1e200
    model = CCA(n_components=2).fit(far, X2)
    assert np.isfinite(model.correlations_).all()
    assert any("decide what is found" in note for note in model.notes_)
    same = CCA(n_components=2).fit(X1, X1)
    assert same.correlations_ == pytest.approx([1, 1], abs=1e-6)


def test_refusals(rng: np.random.Generator) -> None:
    X1, X2 = rng.normal(size=(2, 30, 20))
    bad = X1.copy()
    bad[3, 2] = np.inf
    for sources, words in (
        ((X1, X2[:-1]), "30 in x1 and 29 in x2"),
        ((X1[:1], X2[:1]), "CCA learns from at least 20 rows; got 1"),
        ((X1[:19], X2[:19]), "at least 20 rows; got 19"),
        ((bad, X2), "infinite"),
        ((np.ones((30, 2)), X2), "x1 has the same value in all 30 rows"),
    ):
        with pytest.raises(InvalidInput, match=words):
            CCA().fit(*sources)
    with pytest.raises(InvalidInput, match="correlate perfectly"):
        CCA(regularization=0).fit(X1, X2)
    with pytest.raises(InvalidInput, match="x1 has 3 columns, and had 20 in training"):
        CCA().fit(X1, X2).transform(X1[:, :3])
    with pytest.raises(InvalidInput, match=r"kernel must give finite similarities"):
        CCA(kernel=lambda A, B: A).fit(X1, X2)
    with pytest.raises(InvalidInput, match="n_components must be an integer of at least 1"):
        CCA(n_components=0).fit(X1, X2)


def test_no_torch_is_needed() -> None:
    code = """
import sys

class WithoutTorch:
    def find_spec(name, path=None, target=None):
        if name == "torch":
            raise ModuleNotFoundError(name, name=name)

sys.meta_path.insert(0, WithoutTorch)
import numpy as np
from pid.estimators.coordination import CCA, hsic
X = np.random.default_rng(0).normal(size=(50, 3))
print(CCA(kernel="rbf").fit(X, X).n_components_ > 0, hsic(X, X) > 0)
"""
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert (answer.stdout.strip(), answer.stderr) == ("True True", "")


def test_copied_rows_are_not_held_out_from_each_other(rng: np.random.Generator) -> None:
    X1, X2 = (np.repeat(X, 4, axis=0) for X in rng.normal(size=(2, 60, 25)))
    model = CCA(n_components=3).fit(X1, X2)
    assert np.abs(model.correlations_).max() < 0.4 < model.training_correlations_.min()
    assert any("180 of 240 rows are copies of others" in note for note in model.notes_)


def test_columns_of_truths_are_numbers(rng: np.random.Generator) -> None:
    """As pandas' dummies are: else each row of many would be a symbol of its own."""
    s, e1, e2 = rng.normal(size=(3, 500, 12))
    X1, X2 = s + 0.3 * e1 > 0, s + 0.3 * e2 > 0
    model = CCA(n_components=3).fit(pd.DataFrame(X1), pd.DataFrame(X2))
    assert model.correlations_.min() > 0.6
    ints = CCA(n_components=3).fit(X1.astype(int), X2.astype(int))
    assert model.correlations_ == pytest.approx(ints.correlations_)


def test_correlations_of_hard_columns(rng: np.random.Generator) -> None:
    z = rng.normal(size=(50, 1))
    assert paired_correlations(np.full((7, 1), 0.1), np.full((7, 1), 0.1)) == 0
    far = np.vstack([z, [[1e200]]])
    assert paired_correlations(far, -far) == pytest.approx(-1)
    assert paired_correlations(1e-200 * z, z) == pytest.approx(1)
    assert paired_correlations(z + 1e6, z) == pytest.approx(1)


def test_what_has_no_use_or_no_answer_is_said(rng: np.random.Generator) -> None:
    X1, X2 = correlated(rng, 100, (0.8,))
    model = CCA(n_components=2, landmarks=50).fit(X1, X2)
    assert "landmarks are of kernels, and there is none" in model.notes_
    with pytest.raises(InvalidInput, match="a score needs at least 2 rows; got 1"):
        model.score(X1[:1], X2[:1])
    with pytest.raises(InvalidInput, match="similarit"):
        CCA(kernel=lambda A, B: np.full((len(A), len(B)), np.nan)).fit(X1, X2)
