"""Agreement and disagreement; signals and responses; and what PID can tell of the latter."""

import numpy as np
import pytest

import pid
from pid.analysis.interactions import KINDS, rates
from pid.analysis.signals import shares_of
from pid.errors import InvalidInput

AND = [[[1, 0], [1, 0]], [[1, 0], [0, 1]]]
XOR = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]]
SHARED = [[[1, 0], [0, 0]], [[0, 0], [0, 1]]]  # x1 = x2 = y
FIRST = [[[1, 0], [1, 0]], [[0, 1], [0, 1]]]  # y = x1


# --- agreement and disagreement ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("p", "kinds"),
    [
        (XOR, ("agreement synergy",)),
        (AND, ("agreement synergy", "disagreement synergy")),
        (SHARED, ("agreement redundancy",)),
        (FIRST, ("disagreement uniqueness",)),
    ],
)
def test_gates(p: list[list[list[int]]], kinds: tuple[str, ...]) -> None:
    assert pid.taxonomy(p).kinds == kinds


def test_amounts_are_of_the_decomposition(rng: np.random.Generator) -> None:
    p = rng.dirichlet(np.ones(18)).reshape(3, 3, 2)
    found, d = pid.taxonomy(p), pid.decompose(p)
    a = found.amounts
    assert a["agreement redundancy"] == pytest.approx(d.redundancy - d.synergy)
    assert a["agreement redundancy"] == pytest.approx(
        found.information - found.information_given_y, abs=1e-9
    )
    assert a["agreement synergy"] == -a["agreement redundancy"]
    assert a["disagreement uniqueness"] == pytest.approx(d.unique1 + d.unique2)


def test_disagreement_proves_synergy_only_where_there_is_some() -> None:
    """On random tables with three classes, of which one may follow neither prediction."""
    rng = np.random.default_rng(0)
    for _ in range(100):
        p = rng.dirichlet(np.full(12, 0.5)).reshape(2, 2, 3)
        proved = pid.taxonomy(p).amounts["disagreement synergy"]
        assert proved <= pid.decompose(p).synergy + 1e-9


def test_disagreement_synergy() -> None:
    """Two fair bits of -1 and 1, P(y = 1) = .5 + .1 (x1 + x2): nothing is unique."""
    x = np.array([-1, 1])
    p_y = 0.5 + 0.1 * (x[:, None] + x)
    found = pid.taxonomy(np.stack([1 - p_y, p_y], axis=2))
    assert found.kinds == ("agreement synergy", "disagreement synergy")
    assert found.amounts["disagreement synergy"] == pytest.approx(0.01 / np.log(2))
    assert found.alpha == pytest.approx(0.04)


def test_rates_by_hand() -> None:
    """x1 says 0 or 1 (symbol), x2 likewise; of those that differ, y is 2, or what x1 says."""
    p = np.zeros((2, 2, 3))
    p[0, 0, 0] = p[1, 1, 1] = 0.35
    p[0, 1, 2] = 0.1
    p[1, 0, 1] = 0.2
    found = rates(p)
    assert found == pytest.approx((0.3, 0.2, 0.0, 0.1))
    assert rates(p.transpose(1, 0, 2)) == pytest.approx((0.3, 0.0, 0.2, 0.1))


def test_equally_good_predictions_do_not_differ() -> None:
    assert rates(XOR).disagreement == 0
    tied = rates([[[4, 1], [1, 1]], [[1, 1], [1, 4]]])
    assert tied.disagreement == pytest.approx(4 / 14)
    assert tied.follows1 == tied.follows2 == pytest.approx(2 / 14)


def test_intervals_decide_what_is_shown() -> None:
    counts = 50 * np.array(XOR)
    found = pid.taxonomy(counts, interval=0.95)
    assert found.kinds == ("agreement synergy",)
    chance = np.random.default_rng(0).multinomial(100, np.full(8, 1 / 8)).reshape(2, 2, 2)
    assert pid.taxonomy(chance).kinds != ()
    assert pid.taxonomy(chance, interval=0.95).kinds == ()
    assert "[" in repr(found)
    assert repr(found).count("shown") == 1


def test_intervals_cover() -> None:
    """Of a table that shows all but disagreement synergy, from 60 samples of it."""
    rng = np.random.default_rng(5)
    p = rng.dirichlet(np.ones(8)).reshape(2, 2, 2)
    truth = pid.taxonomy(p).amounts
    hits = dict.fromkeys(KINDS, 0)
    for seed in range(60):
        counts = rng.multinomial(400, p.ravel()).reshape(p.shape)
        found = pid.taxonomy(counts, interval=0.95, replicates=100, random_state=seed)
        assert found.interval is not None
        for kind in KINDS:
            low, high = found.interval[kind]
            hits[kind] += low <= truth[kind] <= high
    assert min(hits.values()) >= 52  # 95 % of 60 less three deviations


def test_intervals_need_counts() -> None:
    with pytest.raises(InvalidInput, match="intervals need counts"):
        pid.taxonomy(np.full((2, 2, 2), 0.125), interval=0.95)
    for option, message in (("replicates", "of at least 2"), ("random_state", "from 0 to")):
        with pytest.raises(InvalidInput, match=message):
            pid.taxonomy(XOR, interval=0.95, **{option: -1})  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="intervals need counts"):
        pid.taxonomy(1e19 * np.array(XOR), interval=0.95)
    with pytest.raises(InvalidInput, match="unit must be"):
        pid.taxonomy(XOR, unit="bits")  # type: ignore[arg-type]


# --- signals and responses --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "both", "kind", "redundant"),
    [
        ({"x": 1}, {"x": 1}, {"x": 1.05}, "equivalence", True),
        ({"x": 1}, {"x": 1}, {"x": 2}, "enhancement", True),
        ({"x": 1}, {"y": 1}, {"x": 1, "y": 1}, "independence", False),
        ({"x": 1}, {"y": 1}, {"x": 1}, "dominance", False),
        ({"x": 1}, {"y": 1}, {"x": 1, "y": 0.02}, "dominance", False),
        ({"x": 1}, {}, {"x": 2}, "modulation", False),
        ({}, {"x": 1}, {"x": 0.5}, "modulation", False),
        ({"x": 1}, {"y": 1}, {"z": 1}, "emergence", False),
        ({}, {}, {"z": 1}, "emergence", False),
        ({"x": 1}, {}, {"x": 1}, "dominance", False),
        ({"x": 1}, {"x": 1}, {"x": 0.4}, "none of the six", True),
        ({"x": 1, "y": 1}, {"x": 1, "y": 1}, {"x": 1}, "none of the six", True),
        ({"x": 1, "y": 1}, {"z": 1}, {"x": 1, "z": 1}, "none of the six", False),
        ({"x": 1}, {}, {}, "modulation", False),
        ({"x": 1}, {}, {"x": 0.05}, "modulation", False),
        ({}, {}, {}, "none of the six", False),
    ],
)
def test_partan_and_marler(
    a: dict[str, float], b: dict[str, float], both: dict[str, float], kind: str, redundant: bool
) -> None:
    found = pid.signal_response(a, b, both)
    assert found == (kind, redundant)
    assert pid.signal_response(b, a, both) == found
    assert found.reading.startswith(kind.capitalize())


def test_trials() -> None:
    a, b = shares_of(["flee"] * 9 + [None]), shares_of(["", "", "call"])
    assert a == {"flee": 0.9}
    both = shares_of(["flee"] * 5 + ["call"] * 2)
    assert pid.signal_response(a, b, both).kind == "independence"
    with pytest.raises(InvalidInput, match="no trials"):
        shares_of([])


def test_what_decomposition_can_and_cannot_separate() -> None:
    """Names of responses carry no meaning: equivalence and emergence from nothing look alike."""

    def atoms(none: str, b: str, a: str, both: str) -> list[float]:
        d = pid.decompose_samples([0, 0, 1, 1], [0, 1, 0, 1], [none, b, a, both])
        return [d.redundancy, d.unique1, d.unique2, d.synergy]

    assert atoms("", "x", "x", "x") == pytest.approx(atoms("", "", "", "z"))
    assert atoms("", "y", "x", "x and y") == pytest.approx(atoms("", "y", "x", "z"))
    assert atoms("", "x", "x", "x") != pytest.approx(atoms("", "x", "x", "stronger x"))


def test_intensities_that_cannot_be() -> None:
    with pytest.raises(InvalidInput, match="b: the intensity of 'x' must be 0 or more; got -1"):
        pid.signal_response({}, {"x": -1}, {})
    with pytest.raises(InvalidInput, match="tolerance must be a number of at least 0 and below 1"):
        pid.signal_response({}, {}, {}, tolerance=1)
    with pytest.raises(InvalidInput, match=r"a must have an intensity for each response"):
        pid.signal_response(["x"], {}, {})  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="'x' must be 0 or more; got 'much'"):
        pid.signal_response({"x": "much"}, {}, {})  # type: ignore[dict-item]
