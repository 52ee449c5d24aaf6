"""Gates of three sources with known numbers, and the examples that no lattice survives."""

import numpy as np
import pytest

import pid
from scripts.source_gates import GATES, NAMES, Truth, h, table

CLOSE = 1e-8  # bits
COUNTEREXAMPLES = {
    "covered by all is negative": [(0, 0, 1, 1), (0, 1, 0, 0), (1, 0, 1, 2), (1, 1, 1, 2)],
    "others together make it more unique": [(0, 0, 1, 1), (1, 0, 0, 2), (1, 0, 1, 0), (1, 1, 0, 0)],
}


@pytest.mark.parametrize("name", GATES)
def test_numbers(name: str) -> None:
    p, truth = GATES[name]
    d = pid.decompose(p, names=NAMES)
    d.check(p)
    found = [*d.unique.values(), d.shared, *d.synergy.values()]
    found += [loss.total for loss in d.loss.values()]
    np.testing.assert_allclose(found, flat(truth), rtol=0, atol=CLOSE)
    assert d.certificate.gap < 2e-9
    assert abs(d.total - d.union - sum(d.synergy.values())) < 1e-12
    assert abs(d.union - d.shared - sum(d.unique.values())) < 1e-12


def flat(truth: Truth) -> list[float]:
    return [*truth.unique, truth.shared, *truth.synergy, *truth.loss]


@pytest.mark.parametrize("name", GATES)
def test_intervals_hold(name: str) -> None:
    p, truth = GATES[name]
    ends = pid.decompose(p, names=NAMES).intervals
    names = [f"unique {n}" for n in NAMES]
    names += ["shared", "synergy 2", "synergy 3", *(f"loss {n}" for n in NAMES)]
    for of, value in zip(names, flat(truth), strict=True):
        low, high = ends[of]
        assert low - 1e-12 <= value <= high + 1e-12, of


SAME_CELLS = {"majority": 1.0, "sum of bits": h(1, 3, 3, 1), "3-XOR": 0.0, "copy": 3.0}


@pytest.mark.parametrize("name", SAME_CELLS)
def test_pair_tables_in_one_joint(name: str) -> None:
    """In a majority of bits the tables of pairs leave one joint, although a pair tells 1/2 bit."""
    d = pid.decompose(GATES[name][0], names=NAMES)
    low, high = d.same_cells(2)
    assert low - 1e-12 <= SAME_CELLS[name] <= high + 1e-8
    assert high - low < 1e-8
    assert high >= d.union + d.synergy[2] - 1e-8


def test_no_overlap_of_two_and_yet_shared() -> None:
    """Y = (x1, x2, x1 xor x2): any two of three suffice, and no two overlap."""
    d = pid.decompose(GATES["XOR source copy"][0], names=NAMES)
    assert d.shared == pytest.approx(2, abs=CLOSE)
    np.testing.assert_allclose(d.overlap, np.eye(3), atol=CLOSE)


def test_what_all_cover_would_be_negative() -> None:
    """Inclusion and exclusion of unions, as of a coverage, gives less than nothing."""
    p = table(COUNTEREXAMPLES["covered by all is negative"])
    d = pid.decompose(p, names=NAMES)
    singles = sum(d.single.values())
    pairs = sum(d.single[a] + d.single[b] - redundancy(d, a, b) for a, b in two_of(NAMES))
    assert singles - pairs + d.union == pytest.approx(-0.1887218755, abs=CLOSE)
    assert d.shared >= -CLOSE


def test_strict_may_exceed_unique() -> None:
    p = table(COUNTEREXAMPLES["others together make it more unique"])
    d = pid.decompose(p, names=NAMES)
    assert d.loss["x1"].strict == pytest.approx(0.5, abs=CLOSE)
    assert d.unique["x1"] == pytest.approx(0.1887218755, abs=CLOSE)
    others = d.pair("x2", "x3")
    union = others.redundancy + others.unique1 + others.unique2
    assert union == pytest.approx(0.8112781245, abs=CLOSE)


def redundancy(d: pid.SourcesDecomposition, a: str, b: str) -> float:
    return float(d.overlap[d.names.index(a), d.names.index(b)])


def two_of(names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]


def test_dyadic_and_triadic_are_not_told_apart() -> None:
    """Where y is everything, the marginals with y do not say how the sources depend."""
    first, second = (pid.decompose(GATES[name][0], names=NAMES) for name in ("dyadic", "triadic"))
    np.testing.assert_allclose(first.overlap, second.overlap, atol=CLOSE)
