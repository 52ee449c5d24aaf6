"""Counted tables of three sources and more: the numbers, and what may be done to the rows."""

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.random import Generator

import pid
from pid.analysis.several.result import SourcesQuantification
from pid.core.decomposition import ROUNDING
from pid.errors import InvalidInput, TooLarge

NAMES = ("text", "audio", "video")
Sources = Mapping[str, np.ndarray]


def counted(sources: object, y: object, **options: object) -> SourcesQuantification:
    """By a table, with few replicates."""
    asked = {"estimator": "table", "replicates": 20} | options
    found = pid.quantify(sources=sources, y=y, **asked)  # type: ignore[call-overload]
    assert isinstance(found, SourcesQuantification)
    return found


def majority(n: int, rng: Generator, noise: float = 0.1) -> tuple[Sources, np.ndarray]:
    """Three bits and their majority, with some classes at random."""
    bits = rng.integers(2, size=(3, n))
    y = (bits.sum(axis=0) > 1) ^ (rng.random(n) < noise)
    return dict(zip(NAMES, bits.astype(str), strict=True)), y.astype(int)


def adds_up(d: pid.core.sources.values.SourceNumbers) -> None:
    """All sum rules of the numbers."""
    parts = sum(d.unique.values()) + d.shared + sum(d.synergy.values())
    assert parts == pytest.approx(d.total, abs=1e-9)
    assert d.union == pytest.approx(sum(d.unique.values()) + d.shared, abs=1e-9)
    assert min(*d.unique.values(), *d.synergy.values()) >= -1e-9
    if d.shared_by is not None:
        assert sum(d.shared_by.values()) == pytest.approx(d.shared, abs=1e-9)


@pytest.mark.parametrize("classes", [2, 3])
def test_what_is_counted_is_the_decomposition_of_the_table(classes: int, rng: Generator) -> None:
    x = rng.integers(3, size=(3, 400))
    y = (x.sum(axis=0) + (rng.random(400) < 0.3)) % classes
    q = counted(dict(zip(NAMES, x, strict=True)), y, symbols="*")
    expected = pid.decompose(q.table, names=NAMES)
    assert q.table.sum() == 400
    assert q.decomposition.by_name() == expected.by_name()
    expected.check(q.table)
    for numbers in (q.decomposition, q.corrected):
        assert numbers is not None
        adds_up(numbers)
    assert q.interval is not None
    assert set(q.interval) == set(q.best.by_name())
    for name, (low, high) in q.interval.items():
        assert low <= q.best.by_name()[name] <= high <= np.log2(classes) + ROUNDING


@pytest.mark.parametrize("classes", [2, 3])
def test_permuted_sources_permute_the_answer(classes: int, rng: Generator) -> None:
    x = {name: rng.integers(size, size=300) for name, size in zip("abc", (2, 3, 2), strict=True)}
    y = (x["a"] * x["b"] + x["c"] + (rng.random(300) < 0.3)) % classes
    first = counted(x, y, symbols="*")
    other = counted({name: x[name] for name in "cab"}, y, symbols="*")
    for one, of in ((first, other), (other, first)):
        assert one.corrected is not None and of.corrected is not None and one.interval is not None
        assert one.corrected.unique == of.corrected.unique
        assert one.corrected.loss == of.corrected.loss
        assert one.corrected.synergy == of.corrected.synergy
        for what in ("total", "shared", "unique b", "loss c", "synergy 2"):
            assert of.interval is not None
            assert one.interval[what] == of.interval[what]


def test_a_constant_source_changes_nothing(rng: Generator) -> None:
    sources, y = majority(500, rng)
    two = {name: sources[name] for name in ("text", "audio")}
    q = counted(two | {"nothing": np.full(500, "x")}, y)
    known = pid.quantify(two["text"], two["audio"], y, estimator="table")
    assert known.decomposition is not None and known.corrected is not None
    assert q.decomposition.total == pytest.approx(known.decomposition.total, abs=1e-9)
    assert q.decomposition.synergy[2] == pytest.approx(known.decomposition.synergy, abs=1e-9)
    assert q.decomposition.shared == pytest.approx(known.decomposition.redundancy, abs=1e-9)
    assert q.best.total == pytest.approx(known.corrected.total, abs=1e-9)  # the same jackknife
    assert q.best.unique["nothing"] == q.best.loss["nothing"].total == q.best.synergy[3] == 0


def test_two_sources_by_their_names_are_two_sources(rng: Generator) -> None:
    sources, y = majority(300, rng)
    two = {name: sources[name] for name in ("text", "audio")}
    named = pid.quantify(sources=two, y=y)
    plain = pid.quantify(two["text"], two["audio"], y)
    assert isinstance(named, pid.Quantification)
    assert named.corrected is not None and plain.corrected is not None
    assert named.corrected.to_dict() == plain.corrected.to_dict()
    assert [axis.name for axis in named.axes] == ["text", "audio", "y"]


def test_nothing_told_is_nothing_shown(rng: Generator) -> None:
    """5^3 x 3 cells and 1,000 rows: counting finds .2 bit that need all three."""
    sources = dict(zip(NAMES, rng.integers(5, size=(3, 1000)).astype(str), strict=True))
    q = counted(sources, rng.integers(3, size=1000))
    assert sum(q.decomposition.synergy.values()) > 0.15
    assert q.null_bias == pytest.approx(q.decomposition.total, rel=0.2)
    assert abs(sum(q.best.synergy.values())) < 0.05
    assert not q.is_shown


def test_a_majority_is_found(rng: Generator) -> None:
    sources, y = majority(5000, rng, noise=0.0)
    q = counted(sources, y)
    assert q.best.synergy[2] == pytest.approx(0.3113, abs=0.03)
    assert q.best.synergy[3] == pytest.approx(0.5, abs=0.03)
    assert q.interval is not None
    for name, low in {"synergy 2": 0.3113, "synergy 3": 0.5, "loss text": 0.5}.items():
        assert q.interval[name][0] <= low <= q.interval[name][1]
    assert "tell 1.00 of 1.00 bit about y (1.00 to 1.00). Without " in q.reading


def test_a_source_given_twice_has_nothing_of_its_own(rng: Generator) -> None:
    sources, y = majority(1000, rng)
    q = counted({"a": sources["text"], "again": sources["text"], "b": sources["audio"]}, y)
    for name in ("a", "again"):
        assert q.best.unique[name] == pytest.approx(0, abs=1e-12)
        assert q.best.loss[name].total == pytest.approx(0, abs=1e-12)
    assert q.best.overlap[0, 1] == pytest.approx(q.best.single["a"], abs=1e-9)


def test_weights_count_rows_as_often(rng: Generator) -> None:
    sources, y = majority(300, rng)
    twice = rng.random(300) < 0.5
    doubled = np.repeat(np.arange(300), 1 + twice)
    by_weight = counted(sources, y, weights=1.0 + twice)
    by_rows = counted({name: x[doubled] for name, x in sources.items()}, y[doubled])
    for name, value in by_weight.decomposition.by_name().items():
        assert value == pytest.approx(by_rows.decomposition.by_name()[name], abs=1e-9)
    assert any("weighted rows count as" in note for note in by_weight.notes)
    even = counted(sources, y, weights=np.full(300, 2.0))
    plain = counted(sources, y)
    assert even.best.by_name() == pytest.approx(plain.best.by_name(), abs=1e-9)


def test_rows_of_a_group_are_one_unit(rng: Generator) -> None:
    """Each row four times tells what it tells once, with the intervals of that."""
    sources, y = majority(250, rng)
    four = np.repeat(np.arange(250), 4)
    many = {name: x[four] for name, x in sources.items()}
    once, grouped = counted(sources, y), counted(many, y[four], groups=four)
    assert (grouped.n, grouped.units) == (1000, 250)
    assert grouped.best.by_name() == pytest.approx(once.best.by_name(), abs=0.01)
    assert grouped.interval is not None and once.interval is not None
    for name in ("total", "shared", "loss text"):
        assert grouped.interval[name] == pytest.approx(once.interval[name], abs=0.03)


def test_classes_that_were_not_seen_are_in_the_intervals(rng: Generator) -> None:
    sources, y = majority(300, rng)
    q = counted(sources, y, classes=[0, 1, 2])
    plain = counted(sources, y)
    assert q.table.shape == (2, 2, 2, 3)
    assert q.decomposition.by_name() == pytest.approx(plain.decomposition.by_name(), abs=1e-9)
    assert q.interval is not None and plain.interval is not None
    wider = [
        q.interval[name][0] < low or high < q.interval[name][1]
        for name, (low, high) in plain.interval.items()
    ]
    assert any(wider)
    for name, (low, high) in plain.interval.items():
        assert q.interval[name][0] <= low and high <= q.interval[name][1]
    assert any("class 2 of y has no row" in text for text in q.warnings)


def test_numbers_become_clusters_or_bins(rng: Generator) -> None:
    """As many as leave five rows and more for each cell of all sources; as many as are asked for"""
    y = rng.integers(2, size=900)
    sources = {name: y[:, None] + rng.normal(size=(900, 2)) for name in NAMES}
    q = counted(sources, y, estimator="cluster")
    sizes = q.table.shape[:-1]
    assert len(set(sizes)) == 1
    assert 5 * np.prod(sizes) <= 900
    assert not q.warnings
    assert [axis.kind for axis in q.axes] == ["clusters"] * 3 + ["classes"]
    asked = counted(sources, y, estimator="cluster", n_clusters=(2, "auto", 3))
    assert asked.table.shape == (2, sizes[1], 3, 2)
    firsts = {name: x[:, 0] for name, x in sources.items()}
    bins = counted(firsts, y, estimator="bins", bins=3, target_bins=None)
    assert bins.table.shape == (3, 3, 3, 2)
    one = counted(sources | {"text": (sources["text"][:, 0] > 0).astype(str)}, y)
    assert one.axes[0].size == 2


def test_few_rows_are_said_to_be_too_few(rng: Generator) -> None:
    sources = dict(zip(NAMES, rng.integers(3, size=(3, 60)).astype(str), strict=True))
    q = counted(sources, rng.integers(2, size=60))
    assert "what single sources tell is safe" in q.warnings[0]
    assert "samples per occupied cell of all sources" in q.warnings[0]
    assert q.reading.startswith("Not to be trusted")


def test_what_is_asked_for_is_made(rng: Generator) -> None:
    sources, y = majority(400, rng)
    plain = counted(sources, y, correction="none", interval=None)
    assert plain.corrected is None and plain.interval is None and plain.level is None
    ends = counted(sources, y, correction="none")
    assert ends.corrected is None and ends.interval is not None
    value = counted(sources, y, interval=None)
    assert value.corrected is not None and value.interval is None
    other = counted(sources, y, correction="bootstrap")
    assert other.corrected is not None
    assert other.corrected.total == pytest.approx(value.corrected.total, abs=0.01)
    nats = counted(sources, y, unit="nat")
    assert nats.best.total == pytest.approx(value.best.total * np.log(2), abs=1e-9)


def test_tables_that_take_long_are_not_drawn_anew(rng: Generator) -> None:
    """The total is corrected for all that, as that takes no solver; and it is said."""
    sources = dict(zip("abcd", rng.integers(3, size=(4, 300)).astype(str), strict=True))
    q = counted(sources, rng.integers(3, size=300), replicates="auto")
    assert q.interval is None
    assert q.corrected is not None
    assert q.corrected.total < 0.5 * q.decomposition.total
    assert any("takes long to resample" in note for note in q.notes)
    adds_up(q.corrected)


BAD = [
    ({"correction": "jackknife"}, "is of two sources"),
    ({"n_clusters": (2, 3), "estimator": "cluster"}, "one for all 3 sources"),
    ({"y": np.zeros(300)}, "class"),
    ({"groups": np.zeros(300)}, "one group"),
    ({"weights": np.full(300, -1.0)}, "positive"),
    ({"estimator": "flow"}, "takes two sources"),
]


@pytest.mark.parametrize(("options", "said"), BAD)
def test_bad_options(options: dict[str, object], said: str, rng: Generator) -> None:
    sources, y = majority(300, rng)
    asked = {"y": y} | options
    with pytest.raises(InvalidInput, match=said):
        counted(sources, asked.pop("y"), **asked)


def test_bad_sources(rng: Generator) -> None:
    sources, y = majority(300, rng)
    with pytest.raises(InvalidInput, match="two or more"):
        counted({"text": sources["text"]}, y)
    with pytest.raises(InvalidInput, match="called 'y'"):
        counted({**sources, "y": sources["text"]}, y)
    gap = [None, *sources["text"][1:]]
    with pytest.raises(InvalidInput, match="missing"):
        counted({**sources, "text": gap}, y)
    many = {name: rng.integers(400, size=900).astype(str) for name in NAMES}
    with pytest.raises(TooLarge, match="3 sources with"):
        counted(many, rng.integers(3, size=900))
    eleven = {f"x{i}": rng.integers(3, size=900).astype(str) for i in range(11)}
    with pytest.raises(TooLarge, match="11 sources with"):
        counted(eleven, rng.integers(3, size=900))


def test_the_target_among_the_sources_tells_all(rng: Generator) -> None:
    sources, y = majority(500, rng)
    q = counted({**sources, "itself": y.astype(str)}, y)
    assert q.best.unique["itself"] > 0.3
    assert q.best.total == pytest.approx(q.best.entropy, abs=1e-6)
    assert q.best.synergy[2] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("option", [{"replicates": 20}, {"correction": "bootstrap"}])
def test_options_of_counting_are_not_lost_on_classifiers(
    rng: Generator, option: dict[str, Any]
) -> None:
    """Numbers are then counted in clusters, and classifiers refuse what they have no use for."""
    numbers = dict(zip("abc", rng.normal(size=(3, 200)), strict=True))
    y = rng.integers(2, size=200)
    q = pid.quantify(sources=numbers, y=y, interval=None, **option)
    assert q.estimator == "cluster"
    with pytest.raises(InvalidInput, match=f"has no use for {next(iter(option))}"):
        pid.quantify(sources=numbers, y=y, estimator="posterior", **option)


def test_a_device_that_nothing_is_trained_on_is_said(rng: Generator) -> None:
    sources, y = majority(200, rng)
    q = pid.quantify(sources=sources, y=y, device="cpu", interval=None)
    assert any("is not used" in note for note in q.notes)


@pytest.mark.parametrize("ask", [pid.quantify, functools.partial(pid.compare, {"m": [0, 1] * 50})])
def test_two_by_name_are_named_as_more_are(ask: Any) -> None:
    a, b = [0, 0, 1, 1] * 25, [0, 1, 0, 1] * 25
    with pytest.raises(InvalidInput, match="both called 'a'"):
        ask(sources={"a": a, "b": b}, y=pd.Series(b, name="a"), interval=None)
    assert ask(sources={"a": a, "b": b}, y=pd.Series(b, name=7), interval=None) is not None
