"""Screens of groups of columns: each row is that of ``pid.quantify``, and rows agree."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import log_loss

import pid
from pid.analysis import training
from pid.analysis.gains import needs, p_of
from pid.analysis.screening.consistency import inconsistencies
from pid.analysis.screening.measured import Measured
from pid.analysis.screening.result import NAMES
from pid.discretization.sources import OTHERS
from pid.errors import InvalidInput
from pid.estimators import PosteriorPID
from pid.estimators.posterior import classifiers
from pid.estimators.posterior import training as of_sets

Sets = dict[str, pd.DataFrame]


pytestmark = pytest.mark.usefixtures("straight_lines")


def clouds(n: int = 500, seed: int = 0) -> tuple[Sets, pd.Series]:
    """Three groups that tell of three classes, two of which overlap, and one of noise."""
    rng = np.random.default_rng(seed)
    y = rng.choice(3, size=n, p=[0.5, 0.3, 0.2])
    shared = rng.normal(size=(n, 1))
    a = 1.5 * (y == 1)[:, None] + shared + 0.5 * rng.normal(size=(n, 2))
    b = 1.2 * (y == 1)[:, None] + shared + 0.5 * rng.normal(size=(n, 2))
    c = 1.5 * (y == 2)[:, None] + rng.normal(size=(n, 2))
    noise = rng.normal(size=(n, 2))
    frames = {
        name: pd.DataFrame(x, columns=[f"{name}0", f"{name}1"])
        for name, x in {"a": a, "b": b, "c": c, "noise": noise}.items()
    }
    return frames, pd.Series(y, name="y")


def by_pair(found: pid.Screening) -> dict[tuple[str, str], dict[str, Any]]:
    return {(str(row["x1"]), str(row["x2"])): row for row in found.to_dicts()}


# --- beside pid.quantify ------------------------------------------------------------------------


@pytest.mark.parametrize("grouped", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_every_pair_has_the_numbers_of_quantify(grouped: bool) -> None:
    """To rounding, with their intervals: classifiers, folds and seeds are the same."""
    sets, y = clouds(300)
    sets = {name: sets[name] for name in "abc"}
    groups = np.arange(300) // 5 if grouped else None
    rows = by_pair(pid.screen(None, y, column_sets=sets, groups=groups))
    assert len(rows) == 6
    for (one, other), row in rows.items():
        assert row["estimator"] == "posterior"
        if other == OTHERS:
            continue
        q = pid.quantify(sets[one], sets[other], y, groups=groups)
        assert q.estimator == "posterior"
        for name in NAMES:
            assert row[f"{name}_counted"] == pytest.approx(getattr(q.decomposition, name), abs=1e-9)
            assert row[name] == pytest.approx(getattr(q.best, name), abs=1e-9)
            assert q.interval is not None
            ends = (row[f"{name}_low"], row[f"{name}_high"])
            assert ends == pytest.approx(q.interval[name], abs=1e-9)


def losses(sets: Sets, y: pd.Series, estimator: str) -> dict[str, np.ndarray]:
    """What is lost without each, and its two parts: by a screen, and by all sources at once."""
    found = {}
    q = pid.quantify(sources=sets, y=y, estimator=estimator, interval=None, correction="none")
    assert isinstance(q, pid.SourcesQuantification)
    rows = by_pair(pid.screen(None, y, column_sets=sets, estimator=estimator, interval=None))
    for name in sets:
        row, loss = rows[name, OTHERS], q.decomposition.loss[name]
        strict, together = row["unique1_counted"], row["synergy_counted"]
        screened = strict, together, row["total_counted"]
        found[name] = np.array([screened, (*loss, q.decomposition.total)])
    return found


@pytest.mark.parametrize("k", [3, 4])
@pytest.mark.parametrize("classes", [2, 3])
def test_each_against_all_others_is_what_is_lost_without_it(k: int, classes: int) -> None:
    """Of a table exactly: its two parts are unique information and synergy of these two."""
    rng = np.random.default_rng(k)
    x = rng.integers(2, size=(k, 1000))
    y = (x.sum(axis=0) + x[0] * (rng.random(1000) < 0.5)) % classes
    sets = {f"g{i}": pd.DataFrame({f"c{i}": x[i].astype(str)}) for i in range(k)}
    found = losses(sets, pd.Series(y.astype(str)), "auto")
    assert max(screened[1] for screened, _ in found.values()) > 0.01
    for screened, several in found.values():
        assert screened == pytest.approx(several, abs=1e-8)


@pytest.mark.slow
def test_each_against_all_others_by_classifiers() -> None:
    """Which learn of the same sets in the same folds; all others are one source, or several."""
    sets, y = clouds(300)
    found = losses({name: sets[name] for name in "abc"}, y, "posterior")
    assert max(screened[0] for screened, _ in found.values()) > 0.1
    for screened, several in found.values():
        assert screened[2] == pytest.approx(several[2], abs=1e-9)
        assert screened == pytest.approx(several, abs=0.02)


@pytest.mark.slow
def test_all_others_are_near_what_quantify_says_of_their_columns() -> None:
    sets, y = clouds()
    sets = {name: sets[name] for name in "abc"}
    rows = by_pair(pid.screen(None, y, column_sets=sets))
    for name in sets:
        others = pd.concat([x for other, x in sets.items() if other != name], axis=1)
        q = pid.quantify(sets[name], others, y)
        row = rows[name, OTHERS]
        for atom in NAMES:
            # other networks see the others as one source: apart by less than a standard error
            assert row[atom] == pytest.approx(getattr(q.best, atom), abs=0.05)


def test_all_together_are_one_number_and_no_less_than_any_pair() -> None:
    sets, y = clouds()
    found = pid.screen(None, y, column_sets=sets)
    rows = by_pair(found)
    whole = [row for (_, other), row in rows.items() if other == OTHERS]
    for key in ("total_counted", "total"):
        assert len({row[key] for row in whole}) == 1, key
    for key in ("total_low", "total_high", "total_p"):
        assert np.ptp([row[key] for row in whole]) < 1e-12, key
    for row in whole:
        atoms = [row[name] for name in NAMES]
        assert sum(atoms[:4]) == pytest.approx(atoms[4], abs=1e-12)
    assert max(row["total_counted"] for row in rows.values()) == whole[0]["total_counted"]
    assert found.warnings == ()


@pytest.mark.slow
def test_a_column_that_tells_is_not_lost_in_all_others() -> None:
    """a alone tells .549; of b and "all others", which a is among, clusters said .177."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2000, 9))
    y = (rng.random(2000) < 1 / (1 + np.exp(-4 * X[:, 0]))).astype(int)
    sets = {"a": X[:, :1], "b": X[:, 1:5], "c": X[:, 5:]}
    rows = by_pair(pid.screen(None, y, column_sets=sets, interval=None))
    alone = sum(rows["a", "b"][atom] for atom in ("redundancy", "unique1"))
    truth = 0.5804  # 1 - E h(sigmoid(4a)), of normal a
    assert alone == pytest.approx(truth, abs=0.03)
    assert rows["b", OTHERS]["total"] == pytest.approx(alone, abs=0.01)
    assert rows["b", OTHERS]["unique2"] == pytest.approx(alone, abs=0.01)
    assert rows["b", "c"]["total"] < 0.01
    assert rows["b", "c"]["total_q"] > 0.05
    assert rows["a", "b"]["unique1_q"] < 1e-6


@pytest.mark.slow
def test_few_rows_weights_and_bins_are_counted_as_quantify_counts() -> None:
    """With a note that says why; posteriors that were asked for are not taken back."""
    sets, y = clouds(50)
    sets = {name: sets[name] for name in "ac"}
    found = pid.screen(None, y, column_sets=sets)
    assert found.estimator == ("cluster",)
    assert "groups of numbers are in clusters: fewer than 60 samples" in " ".join(found.notes)
    q = pid.quantify(sets["a"], sets["c"], y)
    assert q.estimator == "cluster"
    for i, name in enumerate(NAMES):
        assert found.counted[0, i] == pytest.approx(getattr(q.decomposition, name), abs=1e-7)
        assert found.corrected[0, i] == pytest.approx(getattr(q.best, name), abs=1e-3)
    asked = pid.screen(None, y, column_sets=sets, estimator="posterior")
    assert asked.estimator == ("posterior",)
    sets, y = clouds()
    sets = {name: sets[name] for name in "ac"}
    weights = np.ones(500)
    for options, reason in (({"weights": weights}, "weights"), ({"bins": 4}, "bins")):
        found = pid.screen(None, y, column_sets=sets, interval=None, **options)
        assert found.estimator == ("cluster",)
        assert f"in clusters: {reason}: for counts alone" in " ".join(found.notes)
        with pytest.raises(InvalidInput, match=f"counts nothing and has no use for {reason}"):
            pid.screen(None, y, column_sets=sets, estimator="posterior", **options)


def test_symbols_are_counted_as_they_are() -> None:
    """Pairs of symbols as a table, and the others by classifiers, in one screen."""
    sets, y = clouds(600)
    rng = np.random.default_rng(1)
    sets = {"numbers": sets["a"]}
    word = np.where(rng.random(600) < 0.5, y, rng.integers(3, size=600))
    sets["word"] = pd.DataFrame({"word": np.array(["x", "y", "z"])[word]})
    sets["side"] = pd.DataFrame({"side": np.array(["l", "r"])[rng.integers(2, size=600)]})
    rows = by_pair(pid.screen(None, y, column_sets=sets, interval=None))
    kinds = {pair: row["estimator"] for pair, row in rows.items()}
    assert kinds.pop(("word", "side")) == "table"
    assert set(kinds.values()) == {"posterior"}
    q = pid.quantify(sets["word"], sets["side"], y)
    assert rows["word", "side"]["synergy_counted"] == pytest.approx(
        q.decomposition.synergy, abs=1e-7
    )
    assert all(row["total_q"] is not None for row in rows.values())


def test_symbols_alone_are_one_table_while_rows_are_enough() -> None:
    rng = np.random.default_rng(2)
    few = {name: rng.integers(2, size=600).astype(str) for name in "abc"}
    y = (few["a"] == "1") ^ (few["b"] == "1")
    found = pid.screen(None, y, column_sets=few, interval=None)
    assert set(found.estimator) == {"table"}
    assert by_pair(found)["a", OTHERS]["synergy"] == pytest.approx(1, abs=0.01)
    many = {name: rng.integers(9, size=600).astype(str) for name in "abc"}
    found = pid.screen(None, y, column_sets=many, interval=None)
    kinds = {pair[1]: kind for pair, kind in zip(found.pairs, found.estimator, strict=True)}
    assert kinds[OTHERS] == "posterior"


@pytest.mark.slow
def test_text_beside_numbers(rng: np.random.Generator) -> None:
    """In one group, by either route."""
    sets, y = clouds(400)
    mixed = sets["a"].assign(word=np.where(rng.random(400) < 0.8, y, 0).astype(str))
    both = {"mixed": mixed, "c": sets["c"], "noise": sets["noise"]}
    plain = by_pair(pid.screen(None, y, column_sets=both | {"mixed": sets["a"]}, interval=None))
    for options in ({}, {"estimator": "cluster"}, {"bins": 8}):
        found = pid.screen(None, y, column_sets=both, interval=None, **options)
        assert len(found) == 6
        if not options:
            total = by_pair(found)["mixed", "c"]["total"]
            assert total > plain["mixed", "c"]["total"] + 0.2
            assert any("1 column (word) of symbols" in note for note in found.notes)


# --- shared work --------------------------------------------------------------------------------


def test_each_set_of_groups_is_trained_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four groups make 4 + 6 + 4 + 1 sets; each of all rows and of four halves."""
    calls: list[tuple[int, ...]] = []
    out_of_fold = classifiers.out_of_fold

    def counted(sources: Any, *rest: Any) -> Any:
        calls.append(tuple(id(source) for source in sources))
        return out_of_fold(sources, *rest)

    monkeypatch.setattr(of_sets, "out_of_fold", counted)
    sets, y = clouds(300)
    pid.screen(None, y, column_sets=sets, interval=None)
    assert len(calls) == 5 * 15
    assert len(set(calls)) == 15


@pytest.mark.slow
def test_order_and_names_of_groups_do_not_matter() -> None:
    """Pairs come the other way round, with their atoms."""
    sets, y = clouds(400)
    there = by_pair(pid.screen(None, y, column_sets=sets, interval=None))
    names = {"a": "z", "b": "y", "c": "x", "noise": "w"}
    turned = {names[name]: sets[name] for name in reversed(sets)}
    back = by_pair(pid.screen(None, y, column_sets=turned, interval=None))
    swap = {"unique1": "unique2", "unique2": "unique1"}
    for (one, other), row in there.items():
        pair = (names[one], OTHERS) if other == OTHERS else (names[other], names[one])
        for name in NAMES:
            mine = name if other == OTHERS else swap.get(name, name)
            assert back[pair][mine] == pytest.approx(row[name], abs=2e-3)


@pytest.mark.slow
@pytest.mark.extras
def test_it_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    sets, y = clouds(300)
    targets = pd.DataFrame({"y": y, "half": y > 0})
    first = pid.screen(None, targets, column_sets=sets, interval=None, resume=tmp_path)
    kept = list(tmp_path.glob("posteriors-*.parquet"))
    assert len(kept) == 2 * 5 * 15
    for file in kept[::2]:
        file.unlink()
    again = pid.screen(None, targets, column_sets=sets, interval=None, resume=tmp_path)
    assert again.to_dicts() == first.to_dicts()


def test_copies_of_rows_are_one_group(rng: np.random.Generator) -> None:
    """Noise with every row three times tells nothing."""
    X, y = np.repeat(rng.normal(size=(100, 4)), 3, axis=0), np.repeat(np.arange(100) % 2, 3)
    sets = {"a": X[:, :2], "b": X[:, 2:]}
    found = pid.screen(None, y, column_sets=sets, estimator="posterior")
    assert "200 of 300 rows are copies of others in all groups" in " ".join(found.notes)
    assert found.low[0, -1] <= 0 or found.corrected[0, -1] < 0.03
    assert found.q[0, -1] > 0.05


def test_groups_that_do_not_vary_are_left_out() -> None:
    sets, y = clouds(300)
    sets = {name: sets[name] for name in "ac"} | {"flat": sets["b"] * 0}
    found = pid.screen(None, y, column_sets=sets, interval=None)
    assert len(found) == 1
    assert "left out 1 constant group (flat)" in found.notes
    with pytest.raises(InvalidInput, match="at least two columns or groups that vary; got 1"):
        pid.screen(None, y, column_sets={"a": sets["a"], "flat": sets["flat"]})
    with pytest.raises(InvalidInput, match="must have one row per sample each"):
        pid.screen(None, y, column_sets={"a": sets["a"], "c": sets["c"][:10]})


# --- tests and warnings -------------------------------------------------------------------------


@pytest.mark.slow
def test_noise_is_no_discovery() -> None:
    """Of each hypothesis in at most 5 of 30 screens of three groups that tell nothing."""
    discoveries = np.zeros(5)
    for seed in range(30):
        rng = np.random.default_rng(seed)
        sets = {name: rng.normal(size=(250, 3)) for name in "abc"}
        found = pid.screen(None, rng.integers(2, size=250), column_sets=sets, interval=None)
        discoveries += (found.q <= 0.05).any(axis=0)
    assert discoveries.max() <= 5


def test_every_atom_has_a_q_unless_it_was_not_asked_for() -> None:
    sets, y = clouds(300)
    found = pid.screen(None, y, column_sets=sets, interval=None)
    assert np.isfinite(found.q).all()
    assert np.isnan(found.low).all()
    assert "Not resampled" not in found.family
    some = found.q.copy()
    some[1:, :4] = np.nan  # as of pairs that a first look has left
    assert replace(found, q=some).family == found.family
    found = pid.screen(None, y, column_sets=sets, interval=None, of=("synergy",))
    assert np.isfinite(found.q).all(axis=0).tolist() == [False, False, False, True, True]


def test_what_an_atom_needs_by_hand() -> None:
    """x2 alone tells: nothing but its own unique information and the total is there."""
    rng = np.random.default_rng(0)
    nothing = 0.1 * rng.normal(size=400)
    tells = 0.5 + rng.normal(size=400)
    p = needs(np.array([nothing - nothing.mean() - 0.01, tells, tells]), None)
    assert p[0] > 0.5 and p[1] > 0.5 and p[3] == 0.5
    assert p[2] < 1e-9 and p[4] < 1e-9
    doubled = np.repeat(np.array([tells, tells, tells]), 4, axis=1)
    groups = np.repeat(np.arange(400), 4)
    z = tells.mean() / (tells.std() / 20)
    assert needs(doubled, groups)[4] == pytest.approx(p_of(np.array([z]), np.ones(1), 400)[0])


def test_gains_are_scores_of_rows_that_were_not_seen() -> None:
    """Their mean is the entropy of y less the log loss of calibrations without the row's fold."""
    sets, y = clouds(300)
    from pid.estimators.base import Options
    from pid.io.columns import as_variable
    from pid.parallel.work import HERE

    template = PosteriorPID.asked(Options(0.95, True, "auto", "nat", 1e-9, 0))
    sources = [as_variable(sets[name], name) for name in "ac"]
    found = training.trained(
        sources, {"y": as_variable(y, "y")}, {"y": [(0,), (1,), (0, 1)]}, None, template, HERE
    )["y"]
    for of in ((0,), (1,), (0, 1)):
        loss = log_loss(y, np.exp(found.said[0].elsewhere[of]))
        entropy = pid.entropy(np.bincount(y) / len(y), unit="nat")
        assert found.gains(of).mean() == pytest.approx(entropy - loss)
        assert -log_loss(y, np.exp(found.said[0].logs[of])) > -loss  # which knows the row


def measured(totals: list[tuple[float, float, float]]) -> Measured:
    rows = np.tile(np.nan, (len(totals), 5))
    low, corrected, high = (rows.copy() for _ in range(3))
    low[:, -1], corrected[:, -1], high[:, -1] = np.array(totals).T
    return Measured(corrected, corrected, low, high, rows, rows[:, 0], ("posterior",) * len(totals))


def test_rows_that_contradict_each_other_are_said() -> None:
    """Where intervals are apart, or, without any, totals; and of each target by itself."""
    pairs = [("a", "b", "y"), ("a", OTHERS, "y"), ("c", OTHERS, "y"), ("a", "b", "z")]
    whole = [False, True, True, False]
    apart = measured([(0.5, 0.6, 0.7), (0.3, 0.4, 0.45), (0.5, 0.6, 0.7), (2, 2, 2)])
    (said,) = inconsistencies(pairs, whole, apart, "nat")
    assert "all groups together tell 0.4000 nat about y in the row of a, and a and b alone" in said
    near = measured([(0.5, 0.6, 0.7), (0.3, 0.4, 0.55), (0.5, 0.6, 0.7), (2, 2, 2)])
    assert inconsistencies(pairs, whole, near, "nat") == ()
    nan = float("nan")
    for less, count in ((0.008, 1), (0.006, 0)):  # .01 bit are .0069 nat
        no_ends = measured([(nan, 0.5, nan), (nan, 0.5 - less, nan), (nan, 0.5, nan), (2, 2, 2)])
        assert len(inconsistencies(pairs, whole, no_ends, "bit")) == count


def test_clusters_that_lose_much_are_said() -> None:
    """Few clusters of many columns: their rows contradict each other, and a warning says so."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2000, 13))
    y = (X[:, 0] > 0).astype(int)
    sets = {"a": X[:, :1], "b": X[:, 1:7], "c": X[:, 7:]}
    found = pid.screen(None, y, column_sets=sets, bins=8, interval=None)
    assert "take estimator 'posterior'" in found.warnings[0]
