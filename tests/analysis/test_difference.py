"""Differences of two answers: they cover, keep their level, and gain by pairing."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import pid
from pid.core.decomposition import ATOMS
from pid.errors import InvalidInput
from pid.inference.planning import MOST

XOR = np.array([[[0.2, 0.05], [0.05, 0.2]], [[0.05, 0.2], [0.2, 0.05]]])
WEAK = 0.5 * XOR + 0.5 / 8
SAME = np.einsum("ik,jk->ijk", [[0.4, 0.1], [0.1, 0.4]], [[0.8, 0.2], [0.2, 0.8]])
NAMES = (*ATOMS, "total")


def answer(p: np.ndarray, n: int, rng: np.random.Generator, **options: Any) -> pid.Quantification:
    cells = rng.choice(p.size, size=n, p=p.ravel())
    x1, x2, y = np.unravel_index(cells, p.shape)
    q: pid.Quantification = pid.quantify(x1, x2, y, **({"replicates": 100} | options))
    return q


def test_a_difference_is_that_of_the_corrected_atoms(rng: np.random.Generator) -> None:
    first, second = answer(WEAK, 800, rng), answer(XOR, 800, rng)
    found = pid.difference(first, second)
    for name in NAMES:
        a, b = (getattr(q.corrected, name) for q in (first, second))
        low, high = found.interval[name]
        assert found.value[name] == b - a
        assert low <= b - a <= high
        assert (found.p[name] < 0.05) == (low > 0 or high < 0)
    assert found.p["synergy"] < 0.001
    assert found.p["redundancy"] > 0.05
    assert set(found.correlation.values()) == {0.0}
    assert "Second minus first, independent, in bit, 95% intervals" in repr(found)


def test_turning_round_changes_the_sign(rng: np.random.Generator) -> None:
    first, second = answer(SAME, 500, rng), answer(XOR, 700, rng)
    there, back = pid.difference(first, second), pid.difference(second, first)
    for name in NAMES:
        assert there.value[name] == -back.value[name]
        assert there.interval[name] == pytest.approx([-x for x in back.interval[name][::-1]])
        assert there.p[name] == pytest.approx(back.p[name])


def test_normal_intervals_add_in_quadrature(rng: np.random.Generator) -> None:
    """Symmetric intervals give the usual interval of a difference of independent estimates."""
    first, second = answer(XOR, 4000, rng), answer(WEAK, 1000, rng)
    found = pid.difference(first, second).interval["total"]
    ends = [q.interval["total"] for q in (first, second)]  # type: ignore[index]
    halves = [(high - low) / 2 for low, high in ends]
    assert (found[1] - found[0]) / 2 == pytest.approx(math.hypot(*halves), rel=0.01)


@pytest.mark.parametrize(("p", "q"), [(XOR, XOR), (SAME, SAME), (WEAK, XOR)])
def test_coverage_and_level(p: np.ndarray, q: np.ndarray, rng: np.random.Generator) -> None:
    """60 samples of each: at least 53 of 60 differences are covered, for every atom."""
    a, b = pid.decompose(p), pid.decompose(q)
    covered = dict.fromkeys(ATOMS, 0)
    for _ in range(60):
        found = pid.difference(answer(p, 500, rng), answer(q, 700, rng))
        for name in ATOMS:
            low, high = found.interval[name]
            covered[name] += low - 1e-6 <= getattr(b, name) - getattr(a, name) <= high + 1e-6
    assert min(covered.values()) >= 53


def test_pairs_gain_by_what_they_share(rng: np.random.Generator) -> None:
    """After is before with every tenth y flipped: most of the sampling error is common."""
    cells = rng.choice(8, size=1000, p=XOR.ravel())
    x1, x2, y = np.unravel_index(cells, (2, 2, 2))
    flipped = y ^ (rng.random(1000) < 0.1)
    before, after = (pid.quantify(x1, x2, z, replicates=100) for z in (y, flipped))
    alone, paired = pid.difference(before, after), pid.difference(before, after, paired=True)
    width = {name: f.interval["synergy"] for name, f in (("alone", alone), ("paired", paired))}
    assert paired.correlation["synergy"] > 0.4
    assert np.ptp(width["paired"]) < 0.8 * np.ptp(width["alone"])
    assert paired.value == alone.value
    assert paired.to_dict()["paired"] is True


@pytest.mark.parametrize("groups", [False, True])
def test_a_pair_of_equals(groups: bool, rng: np.random.Generator) -> None:
    labels = np.repeat(np.arange(50), 10) if groups else None
    first = answer(XOR, 500, np.random.default_rng(1), groups=labels)
    second = answer(XOR, 500, np.random.default_rng(1), groups=labels)
    found = pid.difference(first, second, paired=True, replicates=50)
    assert found.correlation["synergy"] == pytest.approx(1)
    assert found.value["synergy"] == 0
    assert found.p["synergy"] == 1


def test_clusters_of_their_own_are_noted(rng: np.random.Generator) -> None:
    X = rng.normal(size=(200, 2))
    q = pid.quantify(X[:, :1], X[:, 1:], X.sum(axis=1) > 0, replicates=50)
    assert "clusters of its own" in pid.difference(q, q).notes[0]


def test_bad_differences(rng: np.random.Generator) -> None:
    q = answer(XOR, 100, rng)
    for other, message in (
        (q.decomposition, "second must be an answer of pid.quantify; got a Decomposition"),
        (answer(XOR, 100, rng, interval=None), "second has no interval"),
        (answer(XOR, 100, rng, interval=0.9), "one unit and one level; got bit at 0.95 and bit"),
        (answer(XOR, 100, rng, unit="nat"), "got bit at 0.95 and nat at 0.95"),
    ):
        with pytest.raises(InvalidInput, match=message):
            pid.difference(q, other)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="same rows in both; got 100 and 90"):
        pid.difference(q, answer(XOR, 90, rng), paired=True)
    grouped = answer(XOR, 100, rng, groups=np.arange(100) // 2)
    with pytest.raises(InvalidInput, match="needs the same groups in both"):
        pid.difference(q, grouped, paired=True)


# --- plan ---------------------------------------------------------------------------------------


def test_a_plan_is_kept() -> None:
    """Samples of the planned size have intervals of the planned width, on average."""
    planned = pid.plan(WEAK, 0.05, atom="synergy")
    widths = [
        np.ptp(answer(WEAK, planned.n, np.random.default_rng(s)).interval["synergy"])  # type: ignore[index]
        for s in range(20)
    ]
    assert np.mean(widths) / 2 == pytest.approx(0.05, rel=0.1)
    assert f"{planned.n:,} samples for synergy to within 0.05 bit" in repr(planned)


@pytest.mark.slow
def test_twice_the_precision_takes_four_times_the_rows() -> None:
    rough, fine = pid.plan(XOR, 0.08, atom="total"), pid.plan(XOR, 0.04, atom="total")
    assert fine.n / rough.n == pytest.approx(4, rel=0.15)
    assert pid.plan(XOR, 0.08, atom="total") == rough


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"precision": 0}, "precision must be a number above 0; got 0"),
        ({"precision": "0.1"}, "precision must be a number above 0"),
        ({"precision": 0.1, "atom": "mutual"}, "atom must be 'redundancy'"),
        ({"precision": 0.1, "interval": 95}, "interval must be a number above 0 and below 1"),
        ({"precision": 0.1, "unit": "byte"}, "unit must be"),
        ({"precision": 1e-9}, "samples give synergy only to within"),
    ],
)
def test_bad_plans(options: dict[str, Any], message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pid.inference.planning.MOST", 1000)
    assert MOST > 1_000_000
    with pytest.raises(InvalidInput, match=message):
        pid.plan(XOR, **options)


def test_the_headline_asks_the_total_as_well(rng: np.random.Generator) -> None:
    """Totals can differ where no single atom does; sources have the names that both share."""
    x1, x2 = rng.integers(2, size=(2, 200))
    q = pid.quantify(x1, x2, x1 & x2, names=("size", "texture", "y"))
    found = pid.difference(q, q)
    assert "no atom of the second differs" in found.reading
    more = replace(found, p={**found.p, "total": 0.01}, value={**found.value, "total": 0.2})
    assert more.reading.startswith("The second has more information by 0.2000 bit; other")
    unique = replace(found, p={**found.p, "unique2": 0.01}, value={**found.value, "unique2": -0.1})
    assert "less unique information of texture by 0.1000 bit" in unique.reading
    other = pid.quantify(x1, x2, x1 & x2)
    assert pid.difference(q, other).names == ("x1", "x2", "y")
    assert found.to_dict()["schema"] == 2
