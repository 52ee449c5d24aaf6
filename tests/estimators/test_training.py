"""Classifiers of sets of sources: alike wherever they come in, and calibrated with their parts."""

from collections.abc import Sequence

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

import pid
from pid.estimators import PosteriorPID
from pid.estimators.posterior.calibration import calibrated, calibrated_elsewhere
from pid.estimators.posterior.classifiers import Seen, candidates, left_out
from pid.estimators.posterior.said import Said, Sources
from pid.estimators.posterior.training import Lesson, Training, learn
from pid.io.columns import as_variable
from pid.parallel.work import HERE


def three(n: int = 300, **options: object) -> tuple[PosteriorPID, Training]:
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=n)
    X = [y[:, None] * size + rng.normal(size=(n, 2)) for size in (1.0, 0.7, 0.0)]
    est = PosteriorPID(LogisticRegression(), n_jobs=1, **options)  # type: ignore[arg-type]
    variables = [as_variable(x, f"x{i}") for i, x in enumerate(X)]
    return est, est.prepare(variables, as_variable(y, "y"), None)


def said_by(training: Training, sets: Sequence[Sources]) -> list[Said]:
    said = training.nothing_said()
    learn([Lesson(training, sets, said)], "posteriors", HERE)
    return said


SETS: list[Sources] = [(0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)]


def test_a_set_is_trained_alike_whatever_else_is() -> None:
    """Bit for bit: alone, among others, and as x1 or x2 of a pair."""
    est, training = three()
    many = said_by(training, SETS)
    few = said_by(training, [(1,)])
    for all_of_them, one in zip(many, few, strict=True):
        assert np.array_equal(all_of_them.logs[1,], one.logs[1,])
    first = est.conclude(training, many, (0,), (1,)).decomposition_
    second = est.conclude(training, many, (1,), (0,)).decomposition_
    assert first.unique1 == pytest.approx(second.unique2, abs=1e-9)
    assert first.synergy == pytest.approx(second.synergy, abs=1e-9)


def test_two_copies_say_the_same() -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(300, 2)), rng.integers(2, size=300)
    X[:, 0] += y
    est = PosteriorPID(LogisticRegression(), n_jobs=1).fit(X, X, y)
    assert np.array_equal(est.posterior1_, est.posterior2_)
    assert est.decomposition_.unique1 == pytest.approx(0, abs=1e-9)


def test_more_sources_say_no_less() -> None:
    """As the calibration also weighs what their parts say."""
    _, training = three()
    for said in said_by(training, SETS):
        for small, large in (((0,), (0, 1)), ((1,), (1, 2)), ((0, 1), (0, 1, 2))):
            assert said.score(large) > said.score(small) - 0.005
        assert said.score((0,)) > said.score(())
        assert said.score(()) == pytest.approx(-pid.entropy(said.p_y, unit="nat"))


def test_the_best_part_is_weighed() -> None:
    """Members of a large set that know nothing leave to it what a part of it knows."""
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=500)
    knows = np.log(np.where(np.arange(2) == y[:, None], 0.9, 0.1))
    nothing = np.log(np.full((500, 2), 0.5))
    said = Said(y)
    said.learn({(0,): [nothing], (1,): [nothing], (2,): [nothing]})
    said.learn({(0, 1): [knows], (0, 2): [nothing]})
    said.learn({(0, 1, 2): [nothing]})
    assert said.score((0, 1, 2)) == pytest.approx(said.score((0, 1)), abs=0.01)
    assert said.score((0, 1, 2)) > said.score((0, 2)) + 0.3


def test_calibration_elsewhere_has_not_seen_the_class() -> None:
    """Noise gains by the fit to its own rows, and on average nothing where it was not seen."""
    own, other = [], []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        y = rng.integers(2, size=100)
        members = [np.log(rng.dirichlet([3, 3], size=100)) for _ in range(4)]
        rows = np.arange(100)
        own.append(calibrated(members, y)[rows, y].mean())
        parts = rng.permutation(100) % 5
        other.append(calibrated_elsewhere(members, y, parts)[rows, y].mean())
        alone = calibrated_elsewhere(members, y, parts)
        turned = np.where(parts == 2, 1 - y, y)
        again = calibrated_elsewhere(members, turned, parts)
        assert np.array_equal(alone[parts == 2], again[parts == 2])
    assert np.mean(own) > -np.log(2) > np.mean(other)


def test_all_rows_alone_have_calibrations_for_tests() -> None:
    _, training = three()
    whole, *halves = said_by(training, SETS)
    assert set(whole.elsewhere) == {(), *SETS}
    assert all(set(half.elsewhere) == {()} for half in halves)


# --- what comes in beside networks ----------------------------------------------------------------


def of_networks(classes: int = 2, n: int = 240) -> tuple[PosteriorPID, Training]:
    """Three sources, of which the third has whole numbers that may be codes."""
    rng = np.random.default_rng(0)
    y = np.arange(n) % classes
    X = [
        y[:, None] + rng.normal(size=(n, 2)),
        rng.normal(size=(n, 2)),
        rng.integers(5, size=(n, 2)),
    ]
    est = PosteriorPID(n_jobs=1, halvings=1)
    variables = [as_variable(x, f"x{i}") for i, x in enumerate(X)]
    return est, est.prepare(variables, as_variable(y, "y"), None)


def test_codes_are_symbols_for_those_who_see_them_alone() -> None:
    """Candidates and seeds of other sets are the same whatever else there is."""
    _, training = of_networks()
    plain, codes, both = (training.others(of) for of in ((0,), (2,), (0, 2)))
    assert [one.names[0] for one in plain] == ["a straight line", "products"]
    assert [one.names[0] for one in codes] == [
        "a straight line",
        "networks on symbols",
        "a straight line on symbols",
        "products",
    ]
    assert [one.number for one in both] == [0, 1, 2, 3, 4, 5]
    assert {one.number: one.names for one in plain}.items() <= {
        one.number: one.names for one in both
    }.items()
    seen = [
        (part[3].name, sum(source.width for source in part[0])) for part in training.first([(2,)])
    ]
    # symbols have 2 + 2 x 5 columns; what may come in begins first, as it takes longest
    assert [width for name, width in seen if name == "linear"] == [2, 12]
    assert [width for name, width in seen if name == "networks"] == [12, 2, 2, 2]


def test_trees_and_products_of_too_much_are_left_out() -> None:
    seen = Seen(2, 10, 2, 1000, None)
    assert [one.names for one in candidates(seen)][1] == ("products", "trees")
    assert [one.names for one in candidates(seen._replace(classes=7))][1] == ("products",)
    assert [one.number for one in candidates(seen._replace(samples=20_001))] == [0]
    assert candidates(seen._replace(samples=10**6, columns=100)) == []
    assert left_out(6, 20_000, 10) == ()
    few = "1,000 samples of 10 columns and 7 classes"
    assert left_out(7, 1000, 10) == (f"not tried beside the networks, of {few}: trees",)
    assert left_out(7, 20_001, 10)[0].endswith(" classes: products, trees, bilinear forms")
    assert left_out(2, 1000, 10**5)[0].endswith(" 2 classes: a straight line")


@pytest.mark.slow
def test_what_came_in_is_said_and_trained_on_halves() -> None:
    """Of the sign of x1 x2: trees or products for both, and of all three samples."""
    rng = np.random.default_rng(0)
    X1, X2 = rng.normal(size=(2, 500, 4))
    y = (X1[:, 0] * X2[:, 0] > 0).astype(int)
    est = PosteriorPID(n_jobs=1, halvings=1).fit(X1, X2, y)
    assert est.beside_["x1"] == est.beside_["x2"] == ()
    assert set(est.beside_["both"]) & {"trees", "products"}
    assert est.notes_ == (f"beside networks: {', '.join(est.beside_['both'])} for both",)
    assert est.corrected_ is not None
    assert est.corrected_.synergy > 0.8
