"""What codes of three sources and more keep: exact examples, what never grows, other routes."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.tree import DecisionTreeClassifier

import pid
from pid.errors import InvalidInput

Bits = NDArray[np.int64]
NAMES = ("text", "audio", "video")
N = 600


def bits(count: int, n: int = N, seed: int = 0) -> Bits:
    return np.random.default_rng(seed).integers(2, size=(count, n))


def kept(sources: list[Any], codes: list[Any], y: Any, **options: Any) -> pid.SourcesRetention:
    """By names, of which there are as many as sources."""
    found = pid.retained(
        dict(zip(NAMES, codes, strict=True)),
        sources=dict(zip(NAMES, sources, strict=True)),
        y=y,
        **options,
    )
    assert isinstance(found, pid.SourcesRetention)
    return found


def exact(*columns: Bits) -> dict[str, float]:
    """All numbers of the population, of which these are all equally likely rows."""
    table = np.zeros([int(x.max()) + 1 for x in columns])
    np.add.at(table, columns, 1.0)
    d = pid.decompose(table, names=NAMES)
    assert isinstance(d, pid.SourcesDecomposition)
    return d.by_name()


def inside(found: pid.SourcesRetention, truth: dict[str, float], most: float = 0.05) -> None:
    """Each change is near the truth, and its interval holds it."""
    assert found.change.keys() == truth.keys()
    for name, value in truth.items():
        change = found.change[name]
        assert change.corrected == pytest.approx(value, abs=most), name
        assert change.low <= change.corrected <= change.high
        assert change.low - 0.01 <= value <= change.high + 0.01, name


@pytest.fixture
def trees(learned_by: Any) -> None:
    """Of symbols they know all that there is."""
    learned_by(DecisionTreeClassifier(min_samples_leaf=5, random_state=0))


@pytest.mark.usefixtures("straight_lines")
def test_codes_that_are_the_sources_keep_all() -> None:
    """Without noise to the last digit."""
    a, b, c = bits(3, 400)
    y = (a + b + c > 1).astype(int)
    sources = [
        x[:, None] + 0.3 * np.random.default_rng(i).normal(size=(400, 1))
        for i, x in enumerate((a, b, c))
    ]
    found = kept(sources, sources, y, noise=0)
    for change in found.change.values():
        assert change.counted == change.corrected == 0
        assert change.low < 0 < change.high
    assert found.total[:2] == (1, 1)
    assert found.total.low < 1 < found.total.high
    for lost in found.lost.values():
        assert lost.corrected == pytest.approx(0, abs=0.01)
        assert lost.low <= 0 <= lost.high
    assert not found.flags
    assert found.reading.startswith("Of no source is anything shown to be lost. The codes tell ")
    assert found.after.by_name() == pytest.approx(found.before.by_name())


@pytest.mark.usefixtures("trees")
def test_a_constant_code_loses_its_source() -> None:
    """The majority of three bits: every number moves as in the population."""
    a, b, c = bits(3)
    found = kept([a, b, c], [a, b, 0 * c], (a + b + c > 1).astype(int))
    cells = np.arange(8)
    all_a, all_b, all_c = cells >> 2, cells >> 1 & 1, cells & 1
    of_y = (all_a + all_b + all_c > 1).astype(int)
    before, after = exact(all_a, all_b, all_c, of_y), exact(all_a, all_b, 0 * all_c, of_y)
    inside(found, {name: after[name] - before[name] for name in before})
    assert found.total.corrected == pytest.approx(after["total"], abs=0.03)
    assert found.lost["video"].corrected == pytest.approx(before["loss video"], abs=0.03)
    assert found.lost["text"].corrected == pytest.approx(0, abs=0.02)
    assert found.reading.startswith("Lost, in bit: 0.")
    assert "of video; of " in found.reading
    assert "nothing is shown to be." in found.reading


@pytest.mark.usefixtures("trees")
def test_independent_bits_are_lost_one_by_one() -> None:
    """y = (a, b), c tells nothing: without the code of b, one bit unique to it is gone."""
    a, b, c = bits(3)
    found = kept([a, b, c], [a, 0 * b, c], 2 * a + b)
    assert found.before.unique == pytest.approx(dict(zip(NAMES, (1, 1, 0), strict=True)), abs=0.03)
    gone = {"total", "union", "unique audio", "single audio", "loss audio", "strict audio"}
    inside(found, {name: -1.0 if name in gone else 0.0 for name in found.change})
    lost = [found.lost[name].corrected for name in NAMES]
    assert lost == pytest.approx([0, 1, 0], abs=0.03)
    assert found.total.corrected == pytest.approx(0.5, abs=0.02)
    assert found.flags == ("less only audio",)
    assert found.reading.endswith("Parts that clearly changed: less only audio.")


@pytest.mark.usefixtures("straight_lines")
def test_what_is_shared_becomes_unique_where_others_are_dropped() -> None:
    """y is in all: of one code nothing is lost, of two neither, but none is left to share."""
    (s,) = bits(1)
    one = kept([s, s, s], [s, s, 0 * s], s)
    assert one.change["shared"].corrected == pytest.approx(0, abs=0.01)
    two = kept([s, s, s], [s, 0 * s, 0 * s], s)
    assert two.flags in (
        ("less shared by several", "more only text"),
        ("more only text", "less shared by several"),
    )
    assert two.change["shared"].corrected == pytest.approx(-1, abs=0.01)
    for found in (one, two):
        assert found.total.corrected == pytest.approx(1, abs=0.01)
        for lost in found.lost.values():
            assert lost.corrected == pytest.approx(0, abs=0.01)


@pytest.mark.usefixtures("trees")
def test_what_shows_only_together_is_lost_of_one() -> None:
    """y = a xor b: no source tells any of it alone, and b is what is missing beside the codes."""
    a, b, c = bits(3)
    found = kept([a, b, c], [a, 0 * b, c], a ^ b)
    assert found.change["synergy 2"].corrected == pytest.approx(-1, abs=0.03)
    lost = [found.lost[name].corrected for name in NAMES]
    assert lost == pytest.approx([0, 1, 0], abs=0.03)
    assert found.lost["audio"].low > 0.9
    assert found.flags == ("less two together",)


@pytest.mark.usefixtures("straight_lines")
def test_before_is_what_quantify_says_and_after_too() -> None:
    """The same numbers and intervals as each by itself."""
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=400)
    sources = [y[:, None] + rng.normal(size=(400, 2)) for _ in NAMES]
    codes = [x[:, :1] for x in sources]
    found = kept(sources, codes, y, noise=0)
    for best, interval, columns in (
        (found.before, found.interval_before, sources),
        (found.after, found.interval_after, codes),
    ):
        of = dict(zip(NAMES, columns, strict=True))
        q = pid.quantify(sources=of, y=y, estimator="posterior", tol=1e-6)
        assert isinstance(q, pid.SourcesQuantification)
        assert best.by_name() == pytest.approx(q.best.by_name(), abs=1e-9)
        assert interval is not None
        assert q.interval is not None
        for name, ends in q.interval.items():
            assert interval[name] == pytest.approx(ends, abs=1e-9)
    change = found.change["total"]
    separate = [i["total"] for i in (found.interval_before, found.interval_after) if i is not None]
    one, other = (high - low for low, high in separate)
    assert change.corrected == pytest.approx(found.after.total - found.before.total)
    assert change.high - change.low < np.hypot(one, other)  # what both get wrong cancels


@pytest.mark.usefixtures("straight_lines")
def test_names_in_another_order_are_the_same() -> None:
    rng = np.random.default_rng(1)
    y = rng.integers(2, size=200)
    sources = {name: y[:, None] + rng.normal(size=(200, 1)) for name in NAMES}
    codes = {name: np.sign(x) for name, x in sources.items()}
    one = pid.retained(codes, sources=sources, y=y)
    other = pid.retained(dict(reversed(codes.items())), sources=sources, y=y)
    assert one.to_dict() == other.to_dict()


@pytest.mark.usefixtures("straight_lines")
def test_codes_that_have_seen_more_are_found_out() -> None:
    """Of y itself, or of another source."""
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=300)
    a, b, c = (y[:, None] + rng.normal(size=(300, 1)) for _ in NAMES)
    seen = kept([a, b, c], [a, b, y], y)
    assert any("tell more than the sources" in warning for warning in seen.warnings)
    assert seen.reading.startswith("Not to be trusted, see the warning: ")
    empty = rng.normal(size=(300, 1))
    turned = kept([a, b, empty], [empty, b, a], y, noise=0)
    (warning,) = turned.warnings
    assert warning.startswith("the code of video tells more than video")


@pytest.mark.usefixtures("straight_lines")
def test_two_sources_by_their_names_are_as_without() -> None:
    a, b = bits(2, 200)
    y = a & b
    found = pid.retained({"b": b, "a": a}, sources={"a": a, "b": b}, y=y)
    assert isinstance(found, pid.Retention)
    assert found.names == ("a", "b", "y")
    plain = pid.retained((a, b), a, b, y)
    assert found.networks.to_dict() == plain.networks.to_dict()


@pytest.mark.usefixtures("straight_lines")
def test_the_answer_as_rows_and_as_text() -> None:
    """JSON takes it; without intervals there are no ends, and no flags."""
    a, b, c = bits(3, 200)
    y = a + b
    found = kept([a, b, c], [a, b, 0 * c], y, interval=None, unit="nat")
    row = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert row["schema"] == 2
    assert [source["name"] for source in row["sources"]] == list(NAMES)
    assert row["interval"] is None
    assert row["sources"][0]["lost_low"] is None
    assert found.unit == "nat"
    assert found.before.total == pytest.approx(row["target_entropy"], abs=0.02)
    assert not found.flags
    frame = found.to_frame()
    assert set(frame["name"]) == set(found.before.by_name())
    (total,) = frame.loc[frame["name"] == "total", "change"]
    assert total == pytest.approx(found.after.total - found.before.total)
    assert repr(found).startswith("What codes of 3 sources keep about y, in nat, read through")
    assert "nan" not in repr(found)


ERRORS: dict[str, tuple[dict[str, Any], str]] = {
    "no mapping": ({"Z": (1, 2, 3)}, "Z is the code of each, by the same names; got tuple"),
    "no code": ({"Z": {"text": 1, "audio": 2}}, "a code of each source; got no code of video"),
    "one more": (
        {"Z": dict.fromkeys((*NAMES, "touch"), np.arange(20))},
        "a code of touch, which is no source",
    ),
    "X1 too": ({"X1": np.arange(20)}, "X1: for two sources"),
    "no y": ({"y": None}, "give y, the target"),
    "a source called y": (
        {"Z": dict.fromkeys("aby", np.arange(20)), "sources": dict.fromkeys("aby", np.arange(20))},
        "a source and y are both called 'y'",
    ),
    "a source called as a code": (
        {
            "Z": dict.fromkeys(("a", "b", "code of a"), np.arange(20)),
            "sources": dict.fromkeys(("a", "b", "code of a"), np.arange(20)),
        },
        "a source is called 'code of a', as a code is; name it otherwise",
    ),
    "a rare class": ({"y": np.arange(20) < 3}, "a class of y has too few rows"),
    "another length": ({"y": np.arange(19) % 2}, "one row per sample"),
}


@pytest.mark.parametrize("kind", ERRORS)
def test_errors_are_one_sentence(kind: str) -> None:
    x = np.arange(20) / 7
    options, message = ERRORS[kind]
    of_each = dict.fromkeys(NAMES, x)
    usual: dict[str, Any] = {"Z": of_each, "sources": of_each, "y": np.arange(20) % 2}
    with pytest.raises(InvalidInput, match=message):
        pid.retained(**usual | options)


def test_neither_pair_nor_names() -> None:
    with pytest.raises(InvalidInput, match="give Z, X1, X2 and y; or y, sources and codes"):
        pid.retained({"a": [1]}, y=[1])  # type: ignore[call-overload]


@pytest.mark.slow
@pytest.mark.usefixtures("straight_lines")
def test_intervals_of_changes_hold_the_truth() -> None:
    """Noisy copies of y, the code of video noisier: log-odds are lines, and the truth a table."""
    flips, noisier = (0.1, 0.2, 0.3), 0.2
    table = np.zeros((2,) * 5)
    for *cell, code, of_y in np.ndindex(table.shape):
        wrong = [*(x != of_y for x in cell), code != cell[-1]]
        shares = [f if is_so else 1 - f for f, is_so in zip((*flips, noisier), wrong, strict=True)]
        table[(*cell, code, of_y)] = 0.5 * np.prod(shares)
    before, after = (pid.decompose(table.sum(axis=axis), names=NAMES) for axis in (3, 2))
    assert isinstance(before, pid.SourcesDecomposition)
    assert isinstance(after, pid.SourcesDecomposition)
    was, found_after = before.by_name(), after.by_name()
    lost = pid.conditional_mutual_information(table, a=2, b=4, given=(0, 1, 3))
    held, of_lost, of_share, runs = 0, 0, 0, 40
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        y = rng.integers(2, size=600)
        sources = [y ^ (rng.random(600) < flip) for flip in flips]
        codes = [*sources[:2], sources[2] ^ (rng.random(600) < noisier)]
        found = kept(sources, codes, y)
        held += sum(
            change.low <= found_after[name] - was[name] <= change.high
            for name, change in found.change.items()
        )
        of_lost += found.lost["video"].low <= lost <= found.lost["video"].high
        of_share += found.total.low <= after.total / before.total <= found.total.high
    assert held >= 0.95 * runs * len(was)
    assert min(of_lost, of_share) >= 0.9 * runs
