"""The selector keeps what tells something that nothing kept tells, and is one of scikit-learn's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import estimator_checks

import pid
from pid.analysis.selection import gains
from pid.analysis.selection.forward import Asked, Forward, Step
from pid.analysis.selection.gains import Data, told
from pid.core.information import conditional_mutual_information, mutual_information
from pid.errors import InvalidInput

Bits = np.ndarray[Any, np.dtype[np.int64]]


def bits(rng: np.random.Generator, columns: int, n: int = 600) -> Bits:
    return rng.integers(2, size=(n, columns))


def flipped(rng: np.random.Generator, values: Bits, share: float) -> Bits:
    return np.where(rng.random(len(values)) < share, 1 - values, values)


def test_keeps_one_of_copies(rng: np.random.Generator) -> None:
    """Of a column and its copies, exact and noisy, one stays; which the reasons name."""
    a, b, *_ = bits(rng, 2).T
    y = 2 * flipped(rng, a, 0.05) + flipped(rng, b, 0.1)
    frame = pd.DataFrame({"a": a, "same": a, "near": flipped(rng, a, 0.02), "b": b})
    found = pid.SelectByPID().fit(frame, y)
    kept = set(found.get_feature_names_out())
    assert "b" in kept
    assert len(kept & {"a", "same", "near"}) == 1
    one = next(iter(kept - {"b"}))
    dropped = {"a", "same", "near"} - kept
    assert all(found.reasons_[name].startswith(f"redundant with {one}:") for name in dropped)
    assert found.gain_.max() == pytest.approx(found.gain_[found.ranking_ == 1][0])


@pytest.mark.parametrize("k", ["auto", 2])
def test_finds_what_tells_only_together(rng: np.random.Generator, k: Any) -> None:
    """Two of twelve columns, neither of which tells anything alone."""
    X = bits(rng, 12)
    y = flipped(rng, X[:, 3] ^ X[:, 8], 0.05)
    found = pid.SelectByPID(k).fit(X, y)
    assert found.get_support(indices=True).tolist() == [3, 8]
    assert "with x8" in found.reasons_["x3"]
    counts = np.zeros((4, 2))
    np.add.at(counts, (2 * X[:, 3] + X[:, 8], y), 1)
    together = mutual_information(counts, 0, 1) - 3 / (2 * len(y) * np.log(2))
    assert found.gain_[[3, 8]].sum() == pytest.approx(together, abs=2e-3)


def test_finds_what_works_with_one_that_is_kept(rng: np.random.Generator) -> None:
    """b tells nothing alone, and what a leaves open together with it; its copy adds nothing."""
    a, b, c = bits(rng, 3, 2000).T
    y = np.where(a == 1, 2, b ^ c)  # a comes first, then b and c as two
    X = np.column_stack([a, b, c, b, bits(rng, 3, 2000)])
    found = pid.SelectByPID().fit(X, y)
    assert found.get_support()[[0, 2]].all()
    assert found.get_support()[[1, 3]].sum() == 1
    assert not found.get_support()[4:].any()


def test_keeps_one_where_nothing_is_told(rng: np.random.Generator) -> None:
    found = pid.SelectByPID().fit(rng.normal(size=(200, 6)), rng.integers(2, size=200))
    assert found.support_.sum() == 1


@pytest.mark.slow
def test_few_false_columns(rng: np.random.Generator) -> None:
    """Beyond the one that is always kept, of noise hardly any: at 0.05, in 40 runs 2 or so."""
    more = sum(
        int(
            pid.SelectByPID()
            .fit(rng.normal(size=(150, 4)), rng.integers(2, size=150))
            .support_.sum()
        )
        - 1
        for _ in range(40)
    )
    assert more <= 6


def test_groups(rng: np.random.Generator) -> None:
    """A group is kept or dropped as a whole; other columns are dropped; globs and places."""
    a, b, noise = rng.normal(size=(3, 800, 2))
    y = ((a.sum(axis=1) > 0) * 1 + (b.sum(axis=1) > 0)).astype(int)
    names = ["a1", "a2", "b1", "b2", "n1", "n2", "id"]
    table = np.hstack([a, b, noise, np.arange(800.0)[:, None]])
    frame = pd.DataFrame(table, columns=names)
    groups: dict[str, object] = {"left": "a*", "right": ["b1", "b2"], "noise": "n*"}
    found = pid.SelectByPID(groups=groups).fit(frame, y)
    assert set(found.get_feature_names_out()) == {"a1", "a2", "b1", "b2"}
    assert found.sources_ == ("left", "right", "noise")
    places = {"left": [0, 1], "right": [2, 3], "noise": [4, 5]}
    by_place = pid.SelectByPID(groups=places).fit(table, y)
    assert by_place.support_.tolist() == found.support_.tolist()
    assert by_place.gain_ == pytest.approx(found.gain_)


def test_symbols_numbers_and_a_target_of_numbers(rng: np.random.Generator) -> None:
    """What is text stays text; a target of numbers is cut, which the notes say."""
    frame = pd.DataFrame({"kind": rng.choice(["x", "y", "z"], 500), "n": rng.normal(size=500)})
    frame["noise"] = rng.normal(size=500)
    y = frame.n + 2 * (frame.kind == "x") + 0.3 * rng.normal(size=500)
    found = pid.SelectByPID().set_output(transform="pandas").fit(frame, y)
    chosen = found.transform(frame)
    assert list(chosen.columns) == ["kind", "n"]
    assert chosen.kind.equals(frame.kind)
    assert any("cut into" in note for note in found.notes_)


def test_order_of_columns_and_names_of_classes_do_not_matter(rng: np.random.Generator) -> None:
    X = rng.normal(size=(400, 6))
    y = (X[:, 0] + X[:, 1] > 0).astype(int)
    found = pid.SelectByPID(3).fit(X, y)
    order = rng.permutation(6)
    again = pid.SelectByPID(3).fit(X[:, order], np.where(y == 1, "yes", "no"))
    assert sorted(order[again.ranking_ == 1]) == sorted(np.flatnonzero(found.ranking_ == 1))
    assert set(order[again.get_support(indices=True)[:2]]) <= set(range(6))
    assert {0, 1} <= set(found.get_support(indices=True))
    assert {0, 1} <= {int(order[i]) for i in again.get_support(indices=True)}


@pytest.mark.slow
def test_in_a_pipeline_and_a_search(rng: np.random.Generator) -> None:
    X = bits(rng, 8, 500)
    y = X[:, 2] ^ X[:, 5]
    model = make_pipeline(pid.SelectByPID(), DecisionTreeClassifier(random_state=0))
    search = GridSearchCV(model, {"selectbypid__k": [1, 2]}, cv=3).fit(X, y)
    assert search.best_params_ == {"selectbypid__k": 2}
    assert search.best_score_ == 1.0
    copy = clone(search.best_estimator_[0])
    assert copy.get_params() == search.best_estimator_[0].get_params()
    assert make_pipeline(pid.SelectByPID(1), LogisticRegression()).fit(X, y).score(X, y) > 0.4


def test_pairs_are_counted_as_one_by_one(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In blocks of sources and chunks of rows: the same as by the tables of two at a time."""
    monkeypatch.setattr(gains, "BLOCK", 2)
    monkeypatch.setattr(gains, "CHUNK", 70)
    data = Data(rng.integers(3, size=(300, 5)), 3, rng.integers(2, size=300), 2)
    given, p, shared = gains.beside(data)
    for i in range(5):
        one = data.told(data.codes[:, i], np.arange(5))
        assert given[i] == pytest.approx(one.nats)
        assert p[i] == pytest.approx(one.p)
        of_i = Data(data.codes, 3, data.codes[:, i], 3).told(np.zeros(300, int), np.arange(5))
        assert shared[i] == pytest.approx(of_i.nats)


def test_what_kept_sources_take_and_give(rng: np.random.Generator) -> None:
    """Whatever cells hold: a copy adds nothing, nor a copy of one that works, and a partner all."""
    a, b = bits(rng, 2, 2000).T
    near = flipped(rng, b, 0.3)  # most like b, and of no use with it
    y = flipped(rng, a ^ b, 0.02)
    codes = np.column_stack([a, near, b, a, near])
    found = Forward(Data(codes, 2, y, 2), list(codes.T[..., None]), Asked(None, 0.05, 0))
    found.kept = [Step(0, 0.0), Step(1, 0.0)]
    found.cells = np.zeros(2000, dtype=int)  # as of forests that learned nothing
    partner, copy, other = found.gains().nats / np.log(2)
    assert copy == pytest.approx(0, abs=1e-12)
    assert other == pytest.approx(0, abs=1e-12)
    assert partner > 0.5
    assert found.like(2) == 1


def test_all_may_be_kept(rng: np.random.Generator) -> None:
    X = rng.normal(size=(120, 3))
    found = pid.SelectByPID(3).fit(X, (X.sum(axis=1) > 0).astype(int))
    assert found.support_.all()
    assert sorted(found.ranking_) == [1, 2, 3]
    assert pid.SelectByPID().fit(X[:, :1], X[:, 0] > 0).support_.tolist() == [True]


def test_same_bits_twice(rng: np.random.Generator) -> None:
    X, y = rng.normal(size=(300, 5)), rng.integers(3, size=300)
    first, second = (pid.SelectByPID(3).fit(X, y) for _ in range(2))
    assert first.gain_.tolist() == second.gain_.tolist()
    assert first.reasons_ == second.reasons_


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"k": 0}, "k must be"),
        ({"k": 9}, "k is 9, and 2 columns of X vary"),
        ({"level": 1.5}, "level must be"),
        ({"bins": 1}, "bins must be"),
        ({"groups": {"a": "none*"}}, "none"),
        ({"groups": {"a": ["u"], "b": ["u"]}}, "share the column"),
    ],
)
def test_refusals(options: dict[str, Any], words: str) -> None:
    frame = pd.DataFrame({"u": [0, 1] * 20, "v": [0, 0, 1, 1] * 10, "same": [1] * 40})
    with pytest.raises(InvalidInput, match=words):
        pid.SelectByPID(**options).fit(frame, [0, 1] * 20)


def test_refuses_what_has_gaps_or_varies_nowhere() -> None:
    y = [0, 1] * 20
    with pytest.raises(InvalidInput, match=r"gap|value"):
        pid.SelectByPID().fit(pd.DataFrame({"u": [0.5, None] * 20}), y)
    with pytest.raises(InvalidInput, match="no column of X varies"):
        pid.SelectByPID().fit(np.ones((40, 2)), y)


def test_information_is_that_of_the_core(rng: np.random.Generator) -> None:
    """Less its bias: I(Y; X | strata) of the table, by another code."""
    counts = rng.integers(1, 50, size=(3, 4, 2)).astype(float)
    found = told(counts[None])
    exact = conditional_mutual_information(counts, 1, 2, given=0, unit="nat")
    assert exact - 3 * 3 / (2 * counts.sum()) == pytest.approx(float(found.nats[0]), rel=0.02)


def test_bias_is_taken_off(rng: np.random.Generator) -> None:
    """Of what tells nothing, estimates are 0 on average, and p-values are even."""
    y = rng.integers(3, size=400)
    data = Data(rng.integers(4, size=(400, 500)), 4, y, 3)
    found = data.told(rng.integers(5, size=400), np.arange(500))
    assert abs(found.nats.mean()) < 3 * found.nats.std() / np.sqrt(500) + 0.002
    assert 0.02 < (found.p <= 0.05).mean() < 0.09


OWN_WORDS = "refused in a sentence of pid's own"
DOES_NOT_APPLY = {
    "check_complex_data": OWN_WORDS,
    "check_estimator_sparse_array": OWN_WORDS,
    "check_estimator_sparse_matrix": OWN_WORDS,
    "check_estimator_sparse_tag": OWN_WORDS,
    "check_estimators_empty_data_messages": OWN_WORDS,
    "check_estimators_nan_inf": OWN_WORDS,
    "check_fit2d_1sample": OWN_WORDS,
    "check_requires_y_none": OWN_WORDS,
    "check_array_api_input": "arrays are NumPy's",
}


@pytest.mark.slow
def test_checks_of_scikit_learn() -> None:
    failed = {}
    for check in estimator_checks._yield_all_checks(pid.SelectByPID(), legacy=True):
        title = getattr(check, "func", check).__name__
        if title not in DOES_NOT_APPLY:
            try:
                check("SelectByPID", pid.SelectByPID())
            except Exception as error:
                failed[title] = repr(error)
    assert not failed


def test_gaps_and_no_target_are_told_without_options_that_there_are_not() -> None:
    y = np.arange(60) % 2
    with pytest.raises(InvalidInput, match="give y, the target"):
        pid.SelectByPID().fit(y[:, None], None)
    gaps = np.where(np.arange(60) < 3, np.nan, y)
    calls: list[Callable[[], object]] = [
        lambda: pid.SelectByPID().fit(gaps[:, None], y),
        lambda: pid.estimators.ClusterPID().fit(gaps, gaps, y),
        lambda: pid.estimators.GaussianPID().fit(gaps, gaps, y),
    ]
    for call in calls:
        with pytest.raises(InvalidInput, match="missing value") as caught:
            call()
        assert "missing=" not in str(caught.value)
    with pytest.raises(InvalidInput, match="missing='drop'"):
        pid.quantify(gaps, y, y)
