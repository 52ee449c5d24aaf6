"""What remains without one of three sources and more: known in closed form, and that of two."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

import pid
from pid.analysis.missing import GIVEN
from pid.inference.intervals import Measure

BITS = np.indices((2, 2, 2)).reshape(3, -1)


def sources_of(x: np.ndarray) -> dict[str, np.ndarray]:
    return dict(zip("abc", x, strict=True))


def quantified(x: np.ndarray, y: np.ndarray, **options: Any) -> pid.SourcesQuantification:
    q = pid.quantify(sources=sources_of(x), y=y, **options)
    assert isinstance(q, pid.SourcesQuantification)
    return q


def noisy_majority(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Three bits, the first of them 1 more often, and their majority, at times wrong."""
    rng = np.random.default_rng(seed)
    x = (rng.random((3, n)) < [[0.6], [0.5], [0.5]]).astype(int)
    return x, (x.sum(axis=0) > 1) ^ (rng.random(n) < 0.1)


@pytest.mark.parametrize(
    ("y", "without"),
    [
        (BITS.sum(axis=0) > 1, [0.75, 0.75, 0.75]),  # majority
        (BITS.sum(axis=0) % 2, [0.5, 0.5, 0.5]),  # parity
        (BITS[0], [0.5, 1, 1]),
        (BITS[0] ^ BITS[1], [0.5, 0.5, 1]),
        (BITS.prod(axis=0), [0.875, 0.875, 0.875]),  # AND: 0 is right of all but one
        (BITS[0] + 2 * BITS[1], [0.5, 0.5, 1]),
    ],
    ids=["majority", "parity", "a", "xor", "and", "a and b"],
)
def test_gates(y: np.ndarray, without: list[float]) -> None:
    """Every combination of bits equally often."""
    y = y.astype(int)
    q = quantified(np.repeat(BITS, 200, axis=1), np.repeat(y, 200))
    r = pid.if_missing(q)
    assert list(r.accuracy) == ["all", "without a", "without b", "without c"]
    assert [m.counted for m in r.accuracy.values()] == pytest.approx([1, *without])
    assert r.majority == pytest.approx(np.bincount(y).max() / 8)
    d = q.decomposition
    told = [d.total, *(d.total - d.loss[name].total for name in "abc")]
    assert [m.counted for m in r.information.values()] == pytest.approx(told)
    for measure in (*r.information.values(), *r.accuracy.values()):
        assert measure.low <= measure.corrected + 1e-9
        assert measure.corrected <= measure.high + 1e-9
    weak = [f"without {name}" for name, right in zip("abc", without, strict=True) if right == 0.5]
    if len(set(y)) == 2 and r.majority == 0.5:
        assert all(name in r.reading for name in weak)
        assert "all sources" not in r.reading


@pytest.mark.parametrize("kind", ["rows", "groups", "weights"])
def test_a_source_and_all_others_are_two(kind: str) -> None:
    """As if the others were one: the same values, and the same ends but for what chance draws.

    (Of answers without intervals, as each takes that of the total from its own.)
    """
    x, y = noisy_majority(600, 1)
    options: dict[str, Any] = {"interval": None}
    if kind == "groups":
        options["groups"] = np.arange(600) // 5
    if kind == "weights":
        options["weights"] = np.tile([1.0, 0.5], 300)
    r = pid.if_missing(quantified(x, y, **options), replicates=2000)
    for i, name in enumerate("abc"):
        others = np.delete(x, i, axis=0)
        two = pid.quantify(x[i], others[0] + 2 * others[1], y, estimator="table", **options)
        expected = pid.if_missing(two, replicates=2000)
        for here, there in (("all", "both"), (f"without {name}", "x2")):
            for found, same in (
                (r.information[here], expected.information[there]),
                (r.accuracy[here], expected.accuracy[there]),
            ):
                assert found.counted == pytest.approx(same.counted, abs=1e-9)
                assert tuple(found) == pytest.approx(tuple(same), abs=0.01)
        assert r.majority == pytest.approx(expected.majority)


def test_intervals_cover() -> None:
    """At least 90 of 100 samples of 200 rows have the population's value in their interval."""
    p = np.zeros((2, 2, 2, 2))
    for cell in BITS.T:
        share = np.prod(np.where(cell, [0.6, 0.5, 0.5], [0.4, 0.5, 0.5]))
        right = int(cell.sum() > 1)
        p[(*cell, right)], p[(*cell, 1 - right)] = 0.9 * share, 0.1 * share
    seen = {"all": p.reshape(-1, 2)}
    seen |= {f"without {name}": p.sum(axis=i).reshape(-1, 2) for i, name in enumerate("abc")}
    truth = {
        given: (pid.mutual_information(q, 0, 1), float(q.max(axis=1).sum()))
        for given, q in seen.items()
    }
    inside = dict.fromkeys(seen, np.zeros(2))
    for seed in range(100):
        q = quantified(*noisy_majority(200, seed), interval=None, correction="none")
        r = pid.if_missing(q, replicates=60)
        for given, true in truth.items():
            measures = r.information[given], r.accuracy[given]
            within = [m.low <= t <= m.high for m, t in zip(measures, true, strict=True)]
            inside[given] = inside[given] + within
    assert min(count for counts in inside.values() for count in counts) >= 90


def test_intervals_of_the_answer_are_used() -> None:
    """The total has the ends that it has there, and what remains tells no less than its parts."""
    q = quantified(*noisy_majority(300, 0))
    assert q.interval is not None
    ends = dict(q.interval)
    shown = dataclasses.replace(q, interval=ends | {"single b": (0.4, 0.5), "total": (0.1, 0.9)})
    r = pid.if_missing(shown)
    assert r.information["all"][2:] == pytest.approx((0.1, 0.9))
    assert r.information["without a"].low == min(0.4, r.information["without a"].corrected)
    assert r.information["without c"].low == min(0.4, r.information["without c"].corrected)
    assert r.information["without b"].low == pid.if_missing(q).information["without b"].low
    other = pid.if_missing(shown, interval=0.9)
    assert other.information["all"].high < 0.8


def test_sources_in_another_order_and_under_other_names() -> None:
    """Only names change with names; a source may even be called as all of them are."""
    x, y = noisy_majority(400, 2)
    r = pid.if_missing(quantified(x, y))
    named = pid.quantify(sources=dict(zip(("all", "both", "x1"), x, strict=True)), y=y)
    found = pid.if_missing(named)
    assert list(found.accuracy) == ["all", "without all", "without both", "without x1"]
    for kind in ("information", "accuracy"):
        assert list(getattr(found, kind).values()) == list(getattr(r, kind).values())
    again = pid.if_missing(quantified(x[::-1], y))
    for first, second in (("without a", "without c"), ("all", "all")):
        assert again.accuracy[first].counted == pytest.approx(r.accuracy[second].counted)
        assert again.information[first].corrected == pytest.approx(
            r.information[second].corrected, abs=1e-9
        )


def test_symbols_that_no_row_has_change_nothing() -> None:
    """A class without a row has its chance of being right, and nothing else."""
    x, y = noisy_majority(300, 3)
    r = pid.if_missing(quantified(x, y.astype(int)))
    more = pid.if_missing(quantified(x, y.astype(int), classes=[0, 1, 2]))
    for given, right in r.accuracy.items():
        assert more.accuracy[given].counted == right.counted
        assert more.information[given].counted == pytest.approx(r.information[given].counted)


def test_as_rows_and_in_print() -> None:
    r = pid.if_missing(quantified(*noisy_majority(300, 4)))
    bare = pid.if_missing(quantified(*noisy_majority(300, 4)), interval=None)
    rows = r.to_dict()["remaining"]
    assert isinstance(rows, list)
    assert [row["without"] for row in rows] == [None, "a", "b", "c"]
    for row, given in zip(rows, r.information, strict=True):
        for kind in ("information", "accuracy"):
            measure: Measure = getattr(r, kind)[given]
            assert measure[1:] == (row[kind], row[f"{kind}_low"], row[f"{kind}_high"])
    assert [sorted(row) for row in bare.to_dict()["remaining"]] == [  # type: ignore[attr-defined]
        ["accuracy", "information", "without"]
    ] * 4
    assert [line.split(" 0.")[0].strip() for line in repr(r).splitlines()[1:5]] == list(r.accuracy)
    assert "[" not in repr(bare)


def test_groups_widen_intervals() -> None:
    x, y = (np.repeat(part, 20, axis=-1) for part in noisy_majority(60, 0))
    alone = pid.if_missing(quantified(x, y))
    grouped = pid.if_missing(quantified(x, y, groups=np.repeat(np.arange(60), 20)))
    for given in alone.accuracy:
        width = [r.accuracy[given].high - r.accuracy[given].low for r in (alone, grouped)]
        assert width[1] > 1.5 * width[0]


@pytest.fixture
def features() -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Two columns a source; the first says most of y, and the last nothing."""
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=800)
    strength = {"a": 1.5, "b": 0.7, "c": 0.0}
    return {name: s * y[:, None] + rng.normal(size=(800, 2)) for name, s in strength.items()}, y


@pytest.mark.usefixtures("straight_lines")
def test_classifiers_that_have_not_seen_a_row(
    features: tuple[dict[str, np.ndarray], np.ndarray],
) -> None:
    """About as often right as plain models on other rows; and values are those of the answer."""
    X, y = features
    q = pid.quantify(sources=X, y=y, estimator="posterior")
    assert isinstance(q, pid.SourcesQuantification)
    r = pid.if_missing(q)
    rng = np.random.default_rng(1)
    new_y = rng.integers(2, size=20_000)
    new = {
        name: s * new_y[:, None] + rng.normal(size=(20_000, 2))
        for name, s in {"a": 1.5, "b": 0.7, "c": 0.0}.items()
    }
    for given in r.accuracy:
        used = [name for name in "abc" if given != f"without {name}"]
        train, test = (np.hstack([of[name] for name in used]) for of in (X, new))
        right = LogisticRegression().fit(train, y).score(test, new_y)
        assert r.accuracy[given].low <= right <= r.accuracy[given].high
        unseen = q.fitted.unseen_[tuple(used)].argmax(axis=1)
        assert r.accuracy[given].counted == (unseen == q.fitted.codes_).mean()
    assert r.information["all"].corrected == pytest.approx(q.best.total)
    for name in "abc":
        left = q.best.total - q.best.loss[name].total
        assert r.information[f"without {name}"].corrected == pytest.approx(left)
        assert r.information[f"without {name}"].low > 0
    assert r.accuracy["without a"].high < r.accuracy["without c"].low


@pytest.mark.usefixtures("straight_lines")
def test_classifiers_of_a_source_and_of_all_others(
    features: tuple[dict[str, np.ndarray], np.ndarray],
) -> None:
    """Widths and accuracies of two sources, as far as these learn of the same rows."""
    X, y = features
    q = pid.quantify(sources=X, y=y, estimator="posterior")
    r = pid.if_missing(q)
    two = pid.quantify(X["b"], np.hstack([X["a"], X["c"]]), y, estimator="posterior")
    expected = pid.if_missing(two)
    for here, there in (("all", GIVEN[0]), ("without b", GIVEN[2])):
        assert r.accuracy[here] == pytest.approx(expected.accuracy[there], abs=0.01)
        assert r.information[here] == pytest.approx(expected.information[there], abs=0.05)
