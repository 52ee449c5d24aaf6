"""``pid.quantify(given=...)``: what is found, what is said of strata, and what is refused."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import pid
from pid.core.decomposition import ATOMS
from pid.errors import CheckFailed, InvalidInput
from pid.plot import coupling

COLUMNS = (*ATOMS, "total")
FAST: dict[str, Any] = {"replicates": 60}


def sample(n: int = 3000, seed: int = 0) -> pd.DataFrame:
    """XOR in one place, a copy of x1 in the second, nothing in the third."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.integers(2, size=(n, 2)), columns=["a", "b"])
    frame["site"] = rng.choice(["x", "y", "z"], size=n)
    told = np.select([frame.site == "x", frame.site == "y"], [frame.a ^ frame.b, frame.a], 0)
    chance = np.where(frame.site == "z", 0.5, 0.1)
    frame["label"] = np.where(rng.random(n) < chance, 1 - told, told)
    return frame


def asked(frame: pd.DataFrame, given: object, **options: Any) -> pid.Quantification:
    found = pid.quantify(frame.a, frame.b, frame.label, given=given, **FAST | options)
    assert isinstance(found, pid.Quantification)
    return found


def test_a_truth_is_found() -> None:
    """1/3 of 0.531 bit each: XOR and a copy, both kept in 90 %."""
    q = asked(sample(), sample().site)
    third = (1 - pid.entropy([0.1, 0.9])) / 3
    truth = {"redundancy": 0, "unique1": third, "unique2": 0, "synergy": third}
    assert q.best.atoms == pytest.approx(truth, abs=0.02)
    assert q.interval is not None
    for name, value in truth.items():
        low, high = q.interval[name]
        assert low - 1e-9 <= value <= high + 1e-9
    assert not q.warnings


def test_it_is_the_decomposition_of_the_table_given_z() -> None:
    frame = sample()
    q = asked(frame, frame.site)
    table = np.zeros((3, 2, 2, 2))
    np.add.at(table, (pd.factorize(frame.site, sort=True)[0], frame.a, frame.b, frame.label), 1)
    assert (q.table == table).all()
    q.decomposition.check(table)
    assert q.decomposition.atoms == pid.decompose_given(table).atoms
    of_y = pid.conditional_entropy(table, 3, 0)
    assert q.target_entropy_counted == pytest.approx(of_y)
    assert q.target_entropy == pytest.approx(of_y, abs=0.01)
    assert q.gap is not None
    assert q.gap < 1e-8


def test_strata_and_rows_have_the_atoms_for_means() -> None:
    frame = sample()
    q = asked(frame, frame.site)
    strata, rows = q.strata(), q.by_row()
    assert strata.z.tolist() == ["x", "y", "z"]
    assert strata.n.tolist() == frame.site.value_counts().sort_index().tolist()
    for name in COLUMNS:
        value = getattr(q.decomposition, name)
        assert strata.share @ strata[name] == pytest.approx(value, abs=1e-9)
        assert rows[name].mean() == pytest.approx(value, abs=1e-7)
        by_site = rows[name].groupby(frame.site).mean().to_numpy()
        assert strata[name].to_numpy() == pytest.approx(by_site, abs=1e-7)
    profile = q.profile_by(frame.site, replicates=20)
    assert profile["total"].to_numpy() == pytest.approx(strata["total"].to_numpy(), abs=1e-7)


def test_a_symbol_that_is_the_same_in_all_rows_changes_nothing() -> None:
    frame = sample()
    q = asked(frame, ["one"] * len(frame))
    alone = pid.quantify(frame.a, frame.b, frame.label, **FAST)
    assert q.best.atoms == pytest.approx(alone.best.atoms, abs=1e-9)
    assert q.interval is not None
    assert alone.interval is not None
    for name, ends in q.interval.items():
        assert ends == pytest.approx(alone.interval[name], abs=1e-6)
    assert any("the same in all rows" in note for note in q.notes)
    assert q.null_bias == pytest.approx(alone.null_bias)


def test_it_is_told_of_y_given_z() -> None:
    frame = sample()
    q = asked(frame, frame.site)
    assert q.reading.startswith("Given site, together a and b tell ")
    assert "given z in 3 strata" in repr(q)
    assert "\n  x                  " in repr(q)
    found = q.to_dict()["given"]
    assert isinstance(found, dict)
    assert found["name"] == "site"
    assert [stratum["z"] for stratum in found["strata"]] == ["x", "y", "z"]
    plain = pid.quantify(frame.a, frame.b, frame.label, **FAST)
    assert "given" not in plain.to_dict()
    with pytest.raises(InvalidInput, match="given nothing"):
        plain.strata()


def test_rows_do_not_matter_for_their_order_or_for_the_names_of_strata() -> None:
    frame = sample(600)
    order = np.random.default_rng(1).permutation(len(frame))
    turned = frame.iloc[order].replace({"site": {"x": "zz", "z": "aa"}})
    q, other = asked(frame, frame.site), asked(turned, turned.site)
    assert other.decomposition.atoms == pytest.approx(q.decomposition.atoms, abs=1e-9)
    assert other.best.total == pytest.approx(q.best.total, abs=1e-9)


def test_several_columns_are_one_stratum_together() -> None:
    frame = sample()
    frame["hour"] = np.arange(len(frame)) % 2
    q = asked(frame, frame[["site", "hour"]])
    assert q.given is not None
    assert (q.given.name, q.given.size, q.given.columns) == ("site,hour", 6, 2)
    assert q.given.labels[0] == "site = x, hour = 0"


def test_numbers_are_cut() -> None:
    frame = sample()
    age = pd.Series(np.random.default_rng(3).normal(50, 10, len(frame)), name="age")
    q = asked(frame, age)
    assert q.given is not None
    assert q.given.size == 5
    assert q.given.labels[0].startswith("below ")
    assert any("age: numbers, cut into 5 strata at" in note for note in q.notes)
    assert any("within a stratum is not taken off" in note for note in q.notes)
    assert np.ptp(q.strata().n) <= 1
    few = asked(frame[:120], age[:120])
    assert few.given is not None
    assert few.given.size < 5


def test_what_numbers_confound_is_taken_off() -> None:
    """Both sources and y follow a number, and nothing else: given it, next to nothing is told."""
    rng = np.random.default_rng(0)
    z = rng.normal(size=5000)
    a, b, y = (z[:, None] + rng.normal(size=(5000, 3)) > 0).T
    plain = pid.quantify(a, b, y, **FAST).best.total
    assert asked(pd.DataFrame({"a": a, "b": b, "label": y}), z).best.total < 0.15 * plain


def test_numbers_as_sources_leave_rows_to_the_strata() -> None:
    """The more strata there are, the fewer clusters, so that chance adds no more."""
    frame, rng = sample(1000), np.random.default_rng(0)
    x1, x2 = frame.label.to_numpy()[:, None] + rng.normal(size=(2, len(frame), 2))
    alone = pid.quantify(x1, x2, frame.label, estimator="cluster", **FAST)
    given = pid.quantify(x1, x2, frame.label, given=frame.site, **FAST)
    assert given.estimator == "cluster"
    assert given.reason == "given and replicates: for counts alone"
    assert given.axes[0].size < alone.axes[0].size
    assert alone.null_bias is not None
    assert given.null_bias is not None
    assert given.null_bias < 1.1 * alone.null_bias
    binned = pid.quantify(x1, x2, frame.label, given=frame.site, estimator="bins", **FAST)
    assert binned.estimator == "bins"


@pytest.mark.parametrize(
    ("role", "said"),
    [
        ("label", "label tells y: in each stratum y has one class"),
        ("a", "a tells x1: in each stratum x1 has one symbol"),
        ("b", "b tells x2: in each stratum x2 has one symbol"),
    ],
)
def test_z_that_is_another_column(role: str, said: str) -> None:
    frame = sample()
    q = asked(frame, frame[role])
    assert any(said in note for note in q.notes)
    if role == "label":
        assert q.best.total == pytest.approx(0, abs=1e-9)
        assert "tell nothing" in q.reading
    else:
        left = {"a": "unique2", "b": "unique1"}[role]
        others = [value for name, value in q.best.atoms.items() if name != left]
        assert others == pytest.approx([0, 0, 0], abs=1e-9)
        assert getattr(q.best, left) == pytest.approx(q.best.total, abs=1e-9)


def test_z_that_is_both_sources() -> None:
    frame = sample()
    q = asked(frame, frame[["a", "b"]])
    assert "a,b tells x1 and x2: in each stratum x1 and x2 have one symbol" in q.notes[0]
    assert q.best.total == pytest.approx(0, abs=1e-9)


def test_small_strata_count_and_are_said_to() -> None:
    frame = sample()
    frame.loc[:2, "site"] = ["p", "q", "q"]
    q = asked(frame, frame.site)
    said = [note for note in q.notes if "too small to say anything" in note]
    assert len(said) == 1
    assert said[0].startswith("2 of 5 strata, with 3 rows,")
    assert any("y has one class" in note for note in q.notes)
    assert not q.warnings
    assert q.strata().n.tolist()[:2] == [1, 2]
    many = frame.assign(site=[f"site {i // 2 % 400}" for i in range(len(frame))])
    assert any("too small to say anything" in text for text in asked(many, many.site).warnings)


def test_gaps_are_as_in_other_columns() -> None:
    frame = sample()
    frame.loc[:99, "site"] = None
    with pytest.raises(InvalidInput, match="site"):
        asked(frame, frame.site)
    assert asked(frame, frame.site, missing="drop").n == len(frame) - 100
    category = asked(frame, frame.site, missing="category")
    assert category.n == len(frame)
    assert category.given is not None
    assert category.given.size == 4
    age = pd.Series(np.where(np.arange(len(frame)) < 100, np.nan, np.arange(len(frame)) / 7))
    assert "no value" in asked(frame, age, missing="category").given.labels  # type: ignore[union-attr]


def test_groups_and_weights() -> None:
    frame = sample(900)
    twice = pd.concat([frame, frame], ignore_index=True)
    q = asked(twice, twice.site, groups=np.tile(np.arange(900), 2))
    alone = asked(frame, frame.site)
    assert q.units == 900
    assert q.best.total == pytest.approx(alone.best.total, abs=0.005)
    weighted = asked(frame, frame.site, weights=np.where(frame.site == "x", 3.0, 1.0))
    share = weighted.strata().share[0]
    x = (frame.site == "x").mean()
    assert share == pytest.approx(3 * x / (3 * x + 1 - x))


@pytest.mark.parametrize("estimator", ["posterior", "gaussian"])
def test_models_are_refused(estimator: str) -> None:
    frame = sample(200)
    with pytest.raises(InvalidInput, match=r"no use for given.*'cluster', 'bins' or 'table'"):
        asked(frame, frame.site, estimator=estimator)


def test_what_cannot_be_is_refused() -> None:
    frame = sample(200)
    with pytest.raises(InvalidInput, match="needs two samples per stratum"):
        asked(frame, [f"row {i}" for i in range(200)])
    with pytest.raises(InvalidInput, match="refit"):
        asked(frame, frame.site, refit=True)
    with pytest.raises(InvalidInput, match="given is of two sources"):
        sources = {"a": frame.a, "b": frame.b, "site": frame.site}
        pid.quantify(sources=sources, y=frame.label, given=frame.site)
    with pytest.raises(InvalidInput, match="one row per sample"):
        asked(frame, frame.site[:100].tolist())
    with pytest.raises(InvalidInput, match="given site"):
        pid.if_missing(asked(frame, frame.site))


@pytest.mark.extras
def test_in_a_file_it_is_refused(tmp_path: Any) -> None:
    frame = sample(200)
    frame.to_csv(tmp_path / "data.csv", index=False)
    found = pid.scan(tmp_path / "data.csv", x1="a", x2="b", y="label")
    with pytest.raises(InvalidInput, match="in memory"):
        pid.quantify(found.X1, found.X2, found.y, given=frame.site)


def test_answers_with_and_without_z_are_compared() -> None:
    """Of the same rows: what conditioning changes, with an interval."""
    frame = sample()
    plain = pid.quantify(frame.a, frame.b, frame.label, **FAST)
    change = pid.difference(plain, asked(frame, frame.site), paired=True)
    assert "synergy" in repr(change)


def test_a_table_of_strata_is_no_table_to_draw() -> None:
    frame = sample()
    q = asked(frame, frame.site)
    with pytest.raises((InvalidInput, CheckFailed, pid.InvalidDistribution)):
        coupling(q.table, q.decomposition)


def test_many_columns_of_numbers_are_clustered() -> None:
    """An embedding of z, of which cells of all columns would be too many."""
    frame, rng = sample(), np.random.default_rng(0)
    centres = rng.normal(size=(3, 20)) * 4
    embedded = centres[pd.factorize(frame.site, sort=True)[0]] + rng.normal(size=(len(frame), 20))
    q = asked(frame, embedded)
    assert q.given is not None
    assert (q.given.columns, q.given.labels[0]) == (20, "cluster 1")
    assert any("20 columns of numbers of z, in" in note for note in q.notes)
    both = asked(frame, pd.DataFrame(embedded).assign(hour=["am", "pm"] * (len(frame) // 2)))
    assert both.given is not None
    assert any("hour = am" in label for label in both.given.labels)
    expected = asked(frame, frame.site).best.atoms
    assert q.best.atoms == pytest.approx(expected, abs=0.02)
