"""Members of the calibration: each against what must be true of it, whatever it is made of."""

import pickle
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
from scipy.special import expit, logit
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression

from pid.errors import InvalidInput
from pid.estimators.neural.arrays import MEMORY
from pid.estimators.neural.features import Features
from pid.estimators.posterior.folds import Fold, folds_of
from pid.estimators.posterior.members import (
    Bilinear,
    Interactions,
    Linear,
    Member,
    Passed,
    PerFold,
    bilinear,
    interactions,
    linear,
    multinomial,
)
from pid.estimators.posterior.members.columns import standardised
from pid.estimators.posterior.members.lasso import lasso
from pid.estimators.posterior.members.multinomial import Rows, hits

EXACT: list[PerFold] = [Linear(), Bilinear(2), Interactions(trees=False)]
ALL: list[Member] = [*EXACT, Interactions(), Passed(LogisticRegression())]
exact_members = pytest.mark.parametrize("member", EXACT, ids=lambda member: member.name)
members = pytest.mark.parametrize("member", ALL, ids=lambda m: f"{m.name}-{m.count}")


def features(X: Sequence[np.ndarray]) -> list[Features]:
    return [Features(((x - x.mean(axis=0)) / x.std(axis=0)).astype(np.float32)) for x in X]


def answers(
    member: Member,
    X: Sequence[np.ndarray],
    y: np.ndarray,
    folds: Sequence[Fold] | None = None,
    weights: np.ndarray | None = None,
) -> np.ndarray:
    folds = folds_of(y, 5, None, 0) if folds is None else folds
    return member.out_of_fold(features(X), y, [folds], weights, None, 0)


def bits(p: np.ndarray, y: np.ndarray) -> float:
    """Cross-entropy."""
    return float(-np.log2(p[np.arange(len(y)), y]).mean())


def problem(
    rng: np.random.Generator, n: int = 200, classes: int = 3
) -> tuple[list[np.ndarray], np.ndarray]:
    """Something linear, and something that only shows in a product."""
    X = [rng.normal(size=(n, 3)), rng.normal(size=(n, 2))]
    told = X[0][:, 0] + 2 * X[0][:, 1] * X[1][:, 1] + rng.logistic(size=n)
    return X, np.searchsorted(np.quantile(told, np.arange(1, classes) / classes), told)


def some_rows(rng: np.random.Generator, classes: int) -> tuple[np.ndarray, np.ndarray]:
    y = np.arange(40) % classes
    return rng.normal(size=(40, 5)), hits(y, rng.integers(1, 4, size=40).astype(float), classes)


def differences(
    loss: Callable[[np.ndarray], tuple[float, np.ndarray]], at: np.ndarray
) -> np.ndarray:
    """Slope, by values alone."""
    steps = 1e-5 * np.eye(len(at))
    return np.array([(loss(at + step)[0] - loss(at - step)[0]) / 2e-5 for step in steps])


def moved(folds: Sequence[Fold], sources: np.ndarray) -> list[Fold]:
    """Folds of rows that come from others: ``sources`` says which, for each."""
    return [Fold(*(np.flatnonzero(np.isin(sources, side)) for side in fold)) for fold in folds]


# --- what all members are ---------------------------------------------------------------------


@members
@pytest.mark.parametrize("classes", [2, 3, 7])
def test_probabilities(member: Member, classes: int, rng: np.random.Generator) -> None:
    X, y = problem(rng, classes=classes)
    said = answers(member, X, y)
    assert said.shape == (member.count, len(y), classes)
    assert said.dtype == np.float64
    assert (said > 0).all()
    assert said.sum(axis=2) == pytest.approx(1)


@members
def test_the_same_again_and_nothing_changed(member: Member, rng: np.random.Generator) -> None:
    X, y = problem(rng)
    sources, folds, weights = features(X), folds_of(y, 3, None, 0), np.ones(len(y))
    for array in (*(source.values for source in sources), y, weights, *folds[0]):
        array.flags.writeable = False
    first = member.out_of_fold(sources, y, [folds], weights, None, 7)
    again: Member = pickle.loads(pickle.dumps(member))
    assert np.array_equal(first, again.out_of_fold(sources, y, [folds], weights, None, 7))
    assert first == pytest.approx(member.out_of_fold(sources, y, [folds], None, None, 7))


class Draws(PerFold):
    """Says what its seed says."""

    name = "draws"

    def said(
        self,
        sources: list[np.ndarray],
        y: np.ndarray,
        weights: np.ndarray | None,
        asked: list[np.ndarray],
        classes: int,
        seed: int,
    ) -> np.ndarray:
        return np.full((1, len(asked[0]), classes), seed / 2**31)


def test_every_fold_has_its_own_seed(rng: np.random.Generator) -> None:
    X, y = problem(rng)
    folds = folds_of(y, 4, None, 0)
    first, again, other = (
        Draws().out_of_fold(features(X), y, [folds], None, None, seed) for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert len(np.unique(np.concatenate([first, other]))) == 8


@members
def test_partitions_are_averaged(member: Member, rng: np.random.Generator) -> None:
    X, y = problem(rng)
    rows = np.arange(0, len(y), 2)
    one, other = (folds_of(y, 3, None, seed, rows) for seed in (0, 1))
    each = [answers(member, X, y, folds) for folds in (one, other)]
    both = member.out_of_fold(features(X), y, [one, other], None, None, 0)
    assert both == pytest.approx(np.mean(each, axis=0), abs=1e-9)
    assert not both[:, 1::2].any()
    assert both[:, rows].sum(axis=2) == pytest.approx(1)


@members
def test_nobody_learns_from_the_rows_asked(member: Member, rng: np.random.Generator) -> None:
    X, y = problem(rng, classes=2)
    fold = Fold(np.arange(150), np.arange(150, 200))
    other = y.copy()
    other[150:] = 1 - y[150:]
    said, again = (answers(member, X, labels, [fold]) for labels in (y, other))
    assert np.array_equal(said, again)


@members
def test_the_order_of_rows_does_not_matter(member: Member, rng: np.random.Generator) -> None:
    X, y = problem(rng)
    folds, order = folds_of(y, 5, None, 0), rng.permutation(len(y))
    said = answers(member, X, y, folds)
    other = answers(member, [x[order] for x in X], y[order], moved(folds, order))
    assert other == pytest.approx(said[:, order], abs=3e-3)


@members
def test_the_order_of_columns_and_sources_does_not_matter(
    member: Member, rng: np.random.Generator
) -> None:
    X, y = problem(rng, classes=2)
    said = answers(member, X, y)
    assert answers(member, [x[:, ::-1] for x in X], y) == pytest.approx(said, abs=3e-3)
    assert answers(member, X[::-1], y) == pytest.approx(said, abs=3e-3)


@members
def test_the_numbers_of_classes_do_not_matter(member: Member, rng: np.random.Generator) -> None:
    X, y = problem(rng)
    order = np.array([2, 0, 1])
    folds = folds_of(y, 5, None, 0)
    said = answers(member, X, y, folds)
    other = answers(member, X, np.argsort(order)[y], folds)
    assert other == pytest.approx(said[:, :, order], abs=3e-3)


@pytest.mark.parametrize("member", [*EXACT, ALL[-1]], ids=lambda member: member.name)
def test_a_weight_is_so_many_rows(member: Member, rng: np.random.Generator) -> None:
    X, y = problem(rng)
    weights = rng.integers(1, 5, size=len(y))
    folds, copies = folds_of(y, 5, None, 0), np.repeat(np.arange(len(y)), weights)
    sources = features(X)
    said = member.out_of_fold(sources, y, [folds], weights.astype(float), None, 0)
    repeated = [Features(source.values[copies]) for source in sources]
    other = member.out_of_fold(repeated, y[copies], [moved(folds, copies)], None, None, 0)
    assert other == pytest.approx(said[:, copies], abs=3e-3)
    assert np.abs(answers(member, X, y, folds) - said).max() > 0.02


def test_trees_weigh_rows(rng: np.random.Generator) -> None:
    """And repeat none: what a leaf needs is distinct rows, as copies are no evidence."""
    X, y = problem(rng)
    said, uneven = (
        answers(Interactions(), X, y, weights=np.where(y == 1, times, 1.0))[1] for times in (1, 3)
    )
    assert uneven[:, 1].mean() > said[:, 1].mean() + 0.1


@members
def test_a_constant_column_says_nothing(member: Member, rng: np.random.Generator) -> None:
    X, y = problem(rng)
    sources = features(X)
    wider = [Features(np.insert(source.values, 1, 0, axis=1)) for source in sources]
    folds = folds_of(y, 5, None, 0)
    said = member.out_of_fold(sources, y, [folds], None, None, 0)
    other = member.out_of_fold(wider, y, [folds], None, None, 0)
    assert other == pytest.approx(said, abs=3e-3)


def test_a_deviation_of_rounding_is_none() -> None:
    for rows in range(2, 40):
        learned, asked = standardised(np.full((rows, 2), [0.1, 1 / 3]), np.ones((1, 2)))
        assert not learned.any()
        assert not asked.any()


@members
def test_columns_that_are_constant_in_the_training(
    member: Member, rng: np.random.Generator
) -> None:
    X, y = problem(rng, classes=2)
    X[0][:150, 0] = 0.1
    fold = Fold(np.arange(150), np.arange(150, 200))
    said = answers(member, X, y, [fold])[:, 150:]
    assert (said > 0).all()
    assert said.sum(axis=2) == pytest.approx(1)


@pytest.mark.parametrize("member", ALL[:-1], ids=lambda m: f"{m.name}-{m.count}")
def test_a_class_that_a_fold_lacks(member: Member, rng: np.random.Generator) -> None:
    """It is as likely as one row more, and the others are as if it did not exist."""
    X, y = problem(rng, classes=2)
    other, y = y, y + 1
    y[195:] = 0
    fold = Fold(np.arange(150), np.arange(150, 200))
    said = answers(member, X, y, [fold])[:, 150:]
    assert said[:, :, 0] == pytest.approx(1 / 151)
    assert said.sum(axis=2) == pytest.approx(1)
    two = answers(member, X, other, [fold])[:, 150:]
    assert said[:, :, 1:] == pytest.approx(150 / 151 * two)


@pytest.mark.parametrize("member", ALL[:-1], ids=lambda m: f"{m.name}-{m.count}")
def test_a_fold_of_one_class(member: Member, rng: np.random.Generator) -> None:
    X, _ = problem(rng)
    y = np.repeat([1, 0, 2], [150, 30, 20])
    weights = np.full(200, 2.0)
    fold = Fold(np.arange(150), np.arange(150, 200))
    said = answers(member, X, y, [fold], weights)[:, 150:]
    assert said == pytest.approx(np.tile([1 / 302, 300 / 302, 1 / 302], (member.count, 50, 1)))


# --- linear -----------------------------------------------------------------------------------


@pytest.mark.parametrize("classes", [2, 4])
def test_gradient_of_linear(classes: int, rng: np.random.Generator) -> None:
    X, hit = some_rows(rng, classes)
    loss = partial(linear.loss, rows=Rows.of(X, hit, MEMORY))
    at = rng.normal(size=classes * 6)
    assert loss(at)[1] == pytest.approx(differences(loss, at), abs=1e-5)


@pytest.mark.parametrize("classes", [2, 4])
def test_hessian_of_linear(classes: int, rng: np.random.Generator) -> None:
    """But for what holds all biases together."""
    X, hit = some_rows(rng, classes)
    rows = Rows.of(X, hit, MEMORY)
    at = rng.normal(size=classes * 6)
    _, found = linear.slopes(at, at, rows)
    steps = 1e-5 * np.eye(len(at))
    told = [linear.loss(at + s, rows)[1] - linear.loss(at - s, rows)[1] for s in steps]
    assert found == pytest.approx(np.array(told) / 2e-5, abs=1e-4)


def test_both_ways_to_fit_a_line_end_alike(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    X, y = problem(rng, classes=3)
    exact = answers(Linear(), X, y)
    monkeypatch.setattr(linear, "FEW", 0)
    assert answers(Linear(), X, y) == pytest.approx(exact, abs=2e-3)


@pytest.mark.extras
@pytest.mark.parametrize("member", [Linear, partial(Bilinear, 2)], ids=["linear", "bilinear"])
@pytest.mark.parametrize("few", [0, linear.FEW])
def test_sums_on_a_device_are_those_of_the_cpu(
    member: Callable[..., PerFold],
    few: int,
    rng: np.random.Generator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By torch on the CPU, which is its own device."""
    monkeypatch.setattr(linear, "FEW", few)
    X, y = problem(rng, classes=3)
    assert answers(member(device="cpu:0"), X, y) == pytest.approx(answers(member(), X, y), abs=1e-6)


def test_sums_are_on_the_cpu_where_a_device_has_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    def fit(arrays: object) -> np.ndarray:
        if arrays is not MEMORY:
            raise RuntimeError("CUDA out of memory")
        return np.ones(1)

    crowded = MEMORY._replace(device="elsewhere")
    monkeypatch.setattr(multinomial, "arrays_on", lambda _: crowded)
    monkeypatch.setattr("pid.estimators.neural.arrays.free_memory", lambda _: None)
    assert multinomial.on_device("elsewhere", fit) == 1
    assert multinomial.on_device("mps:0", fit) == 1  # which has no numbers of 64 bits


@pytest.mark.parametrize(("classes", "C"), [(2, 2 * 0.3), (4, 0.3)])
def test_linear_is_the_optimum_of_scikit_learn(
    classes: int, C: float, rng: np.random.Generator
) -> None:
    """Of two classes, scikit-learn has one weight a column, the difference of our two."""
    X, y = problem(rng, classes=classes)
    said = answers(Linear(), X, y)[0]
    both = np.hstack([source.rows() for source in features(X)]).astype(float)
    for training, test in folds_of(y, 5, None, 0):
        learned, asked = standardised(both[training], both[test])
        model = LogisticRegression(C=C, tol=1e-8, max_iter=1000).fit(learned, y[training])
        assert said[test] == pytest.approx(model.predict_proba(asked), abs=1e-3)


def test_linear_finds_what_is_additive(rng: np.random.Generator) -> None:
    X = [rng.normal(size=(2000, 5)), rng.normal(size=(2000, 5))]
    p = expit(X[0] @ [1, 0.5, 0, 0, 0] + X[1] @ [-1, 0, 0, 0, 0.5] - 0.5)
    y = (rng.random(2000) < p).astype(int)
    assert bits(answers(Linear(), X, y)[0], y) < bits(np.stack([1 - p, p], axis=1), y) + 0.02


# --- bilinear ---------------------------------------------------------------------------------


@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("widths", [(2, 3), (1, 2, 2)])
def test_gradient_of_bilinear(
    classes: int, widths: tuple[int, ...], rng: np.random.Generator
) -> None:
    X, hit = some_rows(rng, classes)
    fit = bilinear.Fit(Rows.of(X.T, hit, MEMORY), widths)
    at = bilinear.start(fit, 2)
    at += 0.3 * rng.normal(size=at.shape)
    assert fit.loss(at)[1] == pytest.approx(differences(fit.loss, at), abs=1e-5)


def test_bilinear_finds_the_sign_of_a_scalar_product(rng: np.random.Generator) -> None:
    X = [rng.normal(size=(1000, 5)) for _ in range(2)]
    y = ((X[0] * X[1]).sum(axis=1) > 0).astype(int)
    said = answers(Bilinear(6), X, y)[0]
    assert bits(said, y) < 0.13
    assert bits(answers(Bilinear(1), X, y)[0], y) > 0.5


def test_bilinear_starts_where_products_tell(rng: np.random.Generator) -> None:
    X = rng.normal(size=(5000, 6))
    y = (X[:, 1] * X[:, 4] > 0).astype(int)
    fit = bilinear.Fit(Rows.of(X.T, hits(y, None, 2), MEMORY), (3, 3))
    _, b, U, V, C = fit.unpacked(bilinear.start(fit, 1))
    assert np.abs(U) == pytest.approx(0.7 * np.eye(3)[[1]], abs=0.1)
    assert np.abs(V) == pytest.approx(0.7 * np.eye(3)[[1]], abs=0.1)
    assert np.exp(b[:, 0]) == pytest.approx(np.bincount(y) / 5000)
    form = (U @ X.T[:3]) * (V @ X.T[3:])
    assert np.corrcoef((C[1] - C[0]) @ form, y)[0, 1] > 0.5
    assert fit.loss(bilinear.start(fit, 1))[0] < len(y) * np.log(2)


def test_products_less_what_the_shares_make(rng: np.random.Generator) -> None:
    X, hit = some_rows(rng, 3)
    fit, mass = bilinear.Fit(Rows.of(X.T, hit, MEMORY), (2, 3)), hit.sum(axis=0)
    for k in range(3):
        share = hit[k].sum() / mass.sum()
        terms = [
            mass[n] * ((hit[k, n] > 0) - share) * np.outer(X[n, :2], X[n, 2:]) for n in range(40)
        ]
        assert bilinear.told_by_products(fit, k) == pytest.approx(np.sum(terms, axis=0))


def test_bilinear_starts_alike_whichever_number_a_class_has(rng: np.random.Generator) -> None:
    X, hit = some_rows(rng, 4)
    order = [2, 0, 3, 1]
    fits = [bilinear.Fit(Rows.of(X.T, each, MEMORY), (2, 3)) for each in (hit, hit[order])]
    (A, b, U, V, C), other = (fit.unpacked(bilinear.start(fit, 2)) for fit in fits)
    for mine, its in zip((A[order], b[order], U, V, C[order]), other, strict=True):
        assert its == pytest.approx(mine)


def test_bilinear_of_more_than_two_sources(rng: np.random.Generator) -> None:
    X = [rng.normal(size=(1000, 4)) for _ in range(3)]
    y = (expit(3 * X[0][:, 1] * X[2][:, 2]) > rng.random(1000)).astype(int)
    truth = expit(3 * X[0][:, 1] * X[2][:, 2])
    told = bits(np.stack([1 - truth, truth], axis=1), y)
    for order in ([0, 1, 2], [2, 0, 1]):
        assert bits(answers(Bilinear(1), [X[i] for i in order], y)[0], y) < told + 0.1


def test_products_within_a_source_are_no_start(rng: np.random.Generator) -> None:
    X = rng.normal(size=(500, 6))
    y = (X[:, 0] * X[:, 1] > 0).astype(int)
    told = bilinear.told_by_products(
        bilinear.Fit(Rows.of(X.T, hits(y, None, 2), MEMORY), (2, 2, 2)), 1
    )
    source = np.arange(6) // 2
    assert not told[source[:, None] >= source].any()
    assert told[source[:, None] < source].all()


def test_no_more_pairs_than_products_have(rng: np.random.Generator) -> None:
    X, y = problem(rng)
    one = [x[:, 1:2] for x in X]
    assert answers(Bilinear(6), one, y) == pytest.approx(answers(Bilinear(3), one, y))


# --- interactions -----------------------------------------------------------------------------


def xor(rng: np.random.Generator, n: int, nuisance: int) -> tuple[list[np.ndarray], np.ndarray]:
    """Of the second column of each source, wrong in a tenth of the rows."""
    X = [rng.normal(size=(n, 1 + nuisance)) for _ in range(2)]
    return X, ((X[0][:, 1] * X[1][:, 1] > 0) ^ (rng.random(n) < 0.1)).astype(int)


NOISE = -0.1 * np.log2(0.1) - 0.9 * np.log2(0.9)  # bits that nobody can know of ``xor``


def test_xor_among_nuisance(rng: np.random.Generator) -> None:
    X, y = xor(rng, 1000, 20)
    products, trees = answers(Interactions(), X, y)
    assert bits(trees, y) < NOISE + 0.1
    assert bits(products, y) < 0.75
    assert bits(answers(Linear(), X, y)[0], y) > 0.99


def test_xor_in_a_wide_block(rng: np.random.Generator) -> None:
    """300 columns, of 45,150 products: half a second."""
    X, y = xor(rng, 1000, 149)
    products, trees = answers(Interactions(), X, y)
    assert bits(trees, y) < NOISE + 0.1
    assert bits(products, y) < 0.75


def test_columns_that_trees_see(rng: np.random.Generator) -> None:
    X, y = xor(rng, 1000, 20)
    Z, hit = np.hstack(X), hits(y, None, 2)
    pairs = interactions.pairs_of(np.tanh(Z), hit)
    both, _ = standardised(interactions.with_products(Z, pairs), Z[:0, [0] * (42 + 903)])
    weights, _ = lasso(both, hit[1], np.ones(1000), interactions.PENALTY)
    assert interactions.kept_of(np.abs(weights), 42, pairs).tolist() == [1, 22]
    assert interactions.kept_of(np.zeros(42 + 903), 42, pairs).tolist() == list(range(42))
    sizes = np.zeros(42 + 903)
    sizes[[3, 4, 5]] = 1, 0.11, 0.09
    assert interactions.kept_of(sizes, 42, pairs).tolist() == [3, 4]


@pytest.mark.parametrize("classes", [2, 3])
def test_products_that_tell_most(
    classes: int, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    X, y = problem(rng, classes=classes)
    T, hit = np.tanh(np.hstack(X)), hits(y, None, classes)
    whole = interactions.pairs_of(T, hit)
    assert len(whole.first) == 15
    assert (whole.first <= whole.second).all()
    score = [
        max(abs(np.sum(((y == k) - (y == k).mean()) * T[:, i] * T[:, j])) for k in range(classes))
        for i, j in zip(*whole, strict=True)
    ]
    monkeypatch.setattr(interactions, "MOST_PRODUCTS", 4)
    found = set(zip(*interactions.pairs_of(T, hit), strict=True))
    assert found == {(whole.first[m], whole.second[m]) for m in np.argsort(score)[-4:]}
    assert (1, 4) in found


def test_products_are_limited(rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = xor(rng, 1000, 149)
    T, hit = np.tanh(np.hstack(X)), hits(y, None, 2)
    pairs = interactions.pairs_of(T, hit)
    assert len(pairs.first) == len(set(zip(*pairs, strict=True))) == interactions.MOST_PRODUCTS
    monkeypatch.setattr(interactions, "MOST_NUMBERS", 50_000)
    pairs = interactions.pairs_of(T, hit)
    assert len(pairs.first) == 50
    assert (1, 151) in zip(*pairs, strict=True)
    monkeypatch.setattr(interactions, "MOST_MULTIPLIED", 7)
    T[:, [3, 200]] += 0.5 * y[:, None]
    pairs = interactions.pairs_of(T, hit)
    assert len(pairs.first) == 28
    assert {3, 200} <= set(pairs.first) <= set(range(300))


@pytest.mark.parametrize("penalty", [1.0, 10.0, 1e4])
def test_lasso_is_optimal(penalty: float, rng: np.random.Generator) -> None:
    """The slope is the penalty where a weight is not 0, and no steeper where it is."""
    Z, mass = rng.normal(size=(300, 50)), rng.integers(1, 4, size=300).astype(float)
    Z[:, 1] = Z[:, 0] + 0.3 * Z[:, 1]
    hit = mass * (rng.random(300) < expit(Z[:, 0] - Z[:, 2] - 1))
    weights, bias = lasso(Z, hit, mass, penalty)
    residual = mass * expit(Z @ weights + bias) - hit
    slope = residual @ Z
    used = weights != 0
    assert residual.sum() == pytest.approx(0, abs=0.05)
    assert slope[used] == pytest.approx(-penalty * np.sign(weights[used]), abs=0.05)
    assert np.abs(slope).max() < penalty * 1.001 + 0.05
    assert used.any() == (penalty < 1e4)
    assert not used.all()


def test_answers_of_each_class_by_itself_are_shares() -> None:
    of_two = interactions.against_all_others(logit(np.array([[0.2, 0.7]])))
    assert of_two == pytest.approx(np.array([[0.8, 0.2], [0.3, 0.7]]))
    of_three = interactions.against_all_others(logit(np.array([[0.2], [0.2], [0.4]])))
    assert of_three == pytest.approx(np.array([[0.25, 0.25, 0.5]]))
    far = interactions.against_all_others(np.array([[-5000.0], [-5000.0], [-6000.0]]))
    assert far == pytest.approx(np.array([[0.5, 0.5, 0]]))


def test_trees_are_left_out() -> None:
    assert [Interactions(trees=trees).count for trees in (True, False)] == [2, 1]


# --- passed -----------------------------------------------------------------------------------


class Says(BaseEstimator):  # type: ignore[misc]
    """Always the same row of probabilities."""

    def __init__(self, row: object = (0.5, 0.5), knows: object = None) -> None:
        self.row = row
        self.knows = knows

    def fit(self, X: np.ndarray, y: np.ndarray) -> "Says":
        self.classes_ = np.unique(y) if self.knows is None else np.array(self.knows)
        self.seen_ = len(X)
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        return np.array([self.row] * len(X))


WRONG = {
    r"shape \(40, 3\); expected \(40, 2\): samples, and a column per class": (0.5, 0.3, 0.2),
    r"shape \(40,\); expected \(40, 2\)": 0.5,
    "values that are not finite": (0.5, np.nan),
    r"-0\.5; expected probabilities, of at least 0": (1.5, -0.5),
    r"rows that do not sum to 1, such as 0\.9;": (0.5, 0.4),
    r"rows that do not sum to 1, such as 1\.002;": (0.5, 0.502),
}


@pytest.mark.parametrize("message", WRONG)
def test_what_is_no_probability(message: str, rng: np.random.Generator) -> None:
    X, y = problem(rng, classes=2)
    with pytest.raises(InvalidInput, match=f"^predict_proba of Says gave {message}"):
        answers(Passed(Says(WRONG[message])), X, y)


@pytest.mark.parametrize("row", [(0, 1), (1.0, 0.0), (0.4995, 0.4999)])
def test_what_is_one(row: tuple[float, float], rng: np.random.Generator) -> None:
    X, y = problem(rng, classes=2)
    assert answers(Passed(Says(row)), X, y)[0] == pytest.approx(np.tile(row, (200, 1)))


def test_a_class_that_a_passed_classifier_has_not_seen(rng: np.random.Generator) -> None:
    X, _ = problem(rng)
    y = np.repeat([0, 2, 1], [100, 60, 40])
    fold = Fold(np.arange(150), np.arange(150, 200))
    said = answers(Passed(Says((0.3, 0.7))), X, y, [fold])[0, 150:]
    assert said == pytest.approx(np.tile([0.3, 0, 0.7], (50, 1)))
    # who knows of all classes may say so; who knows of others is not understood
    said = answers(Passed(Says((0.3, 0.1, 0.6), (0, 1, 2))), X, y, [fold])[0, 150:]
    assert said == pytest.approx(np.tile([0.3, 0.1, 0.6], (50, 1)))
    for knows in ((0, 1), (0, 1, 2)):
        with pytest.raises(InvalidInput, match=r"shape \(50, 2\); expected \(50, 3\)"):
            answers(Passed(Says((0.3, 0.7), knows)), X, y, [fold])


@pytest.mark.parametrize("knows", [(2, 0, 1), (2.0, 0.0, 1.0), [2, 0, 1]])
def test_columns_are_of_the_classes_that_a_passed_classifier_names(
    knows: object, rng: np.random.Generator
) -> None:
    """Not all sort them; one who names none has them in their order, and one of others is wrong."""
    X, y = problem(rng, classes=3)
    said = answers(Passed(Says((0.1, 0.3, 0.6), knows)), X, y)[0]
    assert said == pytest.approx(np.tile([0.3, 0.6, 0.1], (200, 1)))
    # a fold without a class
    y = np.repeat([0, 2, 1], [100, 60, 40])
    fold = Fold(np.arange(150), np.arange(150, 200))
    said = answers(Passed(Says((0.3, 0.7), (2, 0))), X, y, [fold])[0, 150:]
    assert said == pytest.approx(np.tile([0.7, 0, 0.3], (50, 1)))


def test_a_passed_classifier_stays_as_it_is(rng: np.random.Generator) -> None:
    X, y = problem(rng, classes=2)
    classifier = LogisticRegression()
    member = Passed(classifier)
    assert (member.name, member.count) == ("LogisticRegression", 1)
    said = answers(member, X, y)[0]
    assert not hasattr(classifier, "coef_")
    both = np.hstack([source.rows() for source in features(X)]).astype(float)
    training, test = folds_of(y, 5, None, 0)[0]
    fitted = LogisticRegression().fit(both[training], y[training])
    assert said[test] == pytest.approx(fitted.predict_proba(both[test]))


def test_trees_are_grown_one_at_a_time(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two in threads see warnings that the other has turned on, and print them for the user."""
    growing: list[int] = []

    class Tree:
        def fit(self, X: np.ndarray, y: np.ndarray, sample_weight: object) -> "Tree":
            growing.append(1)
            time.sleep(0.005)
            assert len(growing) == 1
            growing.pop()
            return self

        def predict_proba(self, X: np.ndarray) -> np.ndarray:
            return np.full((len(X), 2), 0.5)

    monkeypatch.setattr(interactions, "trees", lambda seed: Tree())
    X, y = problem(rng, n=60, classes=2)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda seed: Interactions().said(X, y, None, X, 2, seed), range(8)))
