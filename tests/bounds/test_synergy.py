"""The sharp interval of synergy: both ends attained, certified, and never looser than others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pid
from pid.bounds import polytope
from pid.bounds.coupling_bounds import majorization_bound, profile_bound
from pid.bounds.maximum_entropy import MaximumEntropy, maximum_entropy
from pid.bounds.minimum_entropy import minimum_entropy
from pid.bounds.pairs import AGREE, Pairs, error, mismatch, pairs_of
from pid.bounds.published import disagreement
from pid.bounds.synergy import _ceiling, families
from pid.errors import CheckFailed, InvalidDistribution, InvalidInput

SHAPES = ((2, 2, 2), (3, 2, 2), (2, 3, 4), (3, 3, 2), (3, 3, 3))
EVEN = np.ones((2, 2))


def entropy(p: np.ndarray) -> float:
    return pid.entropy(p, unit="nat")


def random_joint(
    rng: np.random.Generator, shape: tuple[int, ...], alpha: float = 1.0
) -> np.ndarray:
    return rng.dirichlet(np.full(np.prod(shape), alpha)).reshape(shape)


def segment(p: np.ndarray) -> np.ndarray:
    """Joints 2x2x2 with the pair marginals of p: they differ along one direction."""
    sign = (-1.0) ** np.indices((2, 2, 2)).sum(axis=0)
    low, high = -p[sign > 0].min(), p[sign < 0].min()
    steps = np.linspace(low, high, 2001)[:, None, None, None]
    return np.asarray(np.maximum(p + steps * sign, 0))


# --- the interval -----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_binary_tables_by_a_grid(seed: int) -> None:
    p = random_joint(np.random.default_rng(seed), (2, 2, 2))
    b = pid.synergy_bounds(*pairs_of(p))
    union = b.redundancy + b.unique1 + b.unique2
    grid = [pid.mutual_information(q, (0, 1), 2) - union for q in segment(p)]
    assert b.lower == pytest.approx(min(grid), abs=1e-5)
    assert b.upper == pytest.approx(max(grid), abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("alpha", [1.0, 0.1])
def test_the_truth_is_inside(shape: tuple[int, ...], alpha: float) -> None:
    rng = np.random.default_rng([*shape, int(10 * alpha)])
    for _ in range(5):
        p = random_joint(rng, shape, alpha)
        pairs = pairs_of(p)
        b = pid.synergy_bounds(*pairs)
        d = pid.decompose(p)
        assert b.lower - 1e-8 <= d.synergy <= b.upper + 1e-8
        assert b.redundancy == pytest.approx(d.redundancy, abs=1e-7)
        assert b.unique1 == pytest.approx(d.unique1, abs=1e-7)
        assert -1e-9 <= b.gap < 1e-6
        b.check(*pairs)
        for name, value in b.published.items():
            if name.startswith("lower"):
                assert value <= b.lower + 1e-7
            else:
                assert value >= b.upper - 1e-9


def test_nothing_is_lost_where_one_joint_is_left() -> None:
    """Zeros that no pair shows: p(0,0,0) = p(1,1,1) = 0, and all pairs occur."""
    p = np.ones((2, 2, 2)) / 6
    p[0, 0, 0] = p[1, 1, 1] = 0
    b = pid.synergy_bounds(*pairs_of(p))
    assert b.lower == pytest.approx(pid.decompose(p).synergy, abs=1e-9)
    assert b.upper == pytest.approx(b.lower, abs=1e-8)


def test_fair_coins_may_be_xor() -> None:
    b = pid.synergy_bounds(EVEN, EVEN, EVEN)
    assert (b.lower, b.upper) == pytest.approx((0, 1), abs=1e-9)
    assert np.sort(b.upper_joint.ravel()) == pytest.approx([0] * 4 + [0.25] * 4, abs=1e-9)
    nats = pid.synergy_bounds(EVEN, EVEN, EVEN, unit="nat")
    assert nats.upper == pytest.approx(np.log(2))


def test_the_interval_turns_with_the_axes(rng: np.random.Generator) -> None:
    p1, p2, p12 = pairs_of(random_joint(rng, (3, 4, 2)))
    plain = pid.synergy_bounds(p1, p2, p12)
    swapped = pid.synergy_bounds(p2[::-1], p1, p12.T[::-1])
    assert (swapped.lower, swapped.upper) == pytest.approx((plain.lower, plain.upper), abs=1e-6)
    assert (swapped.unique1, swapped.unique2) == pytest.approx((plain.unique2, plain.unique1))


def test_no_time_still_gives_bounds(rng: np.random.Generator) -> None:
    p = random_joint(rng, (6, 6, 3))
    pairs = pairs_of(p)
    b = pid.synergy_bounds(*pairs, time_limit=1e-9)
    assert b.gap > 0.01
    assert b.upper <= min(v for name, v in b.published.items() if name.startswith("upper"))
    assert b.lower < pid.decompose(p).synergy < b.upper
    b.check(*pairs)


def test_long_groups_have_chords(rng: np.random.Generator) -> None:
    p = random_joint(rng, (13, 3, 2))
    b = pid.synergy_bounds(*pairs_of(p), time_limit=1.0)
    assert b.lower < pid.decompose(p).synergy < b.upper <= 1
    b.check(*pairs_of(p))


@pytest.mark.parametrize(
    "tables",
    [
        ([[1.0]], [[1 - 1e-9], [1e-9]], [[1 - 1e-9 - 1e-11, 1e-9 + 1e-11]]),
        ([[0.5], [0.5]], [[0.5], [0.5]], [[0.25, 0.25], [0.25, 0.25 + 1e-11]]),
    ],
    ids=["rare", "even"],
)
def test_no_synergy_from_the_last_digit(tables: tuple[list[list[float]], ...]) -> None:
    """One class, and marginals that no joint has: what is nearest has no synergy."""
    b = pid.synergy_bounds(*tables)
    assert (b.lower, b.upper) == pytest.approx((0, 0), abs=1e-9)
    b.check(*tables)


def test_ends_are_in_order_where_they_are_the_same(rng: np.random.Generator) -> None:
    """One class: by rounding either may come out as the smaller one."""
    for _ in range(30):
        b = pid.synergy_bounds(*pairs_of(random_joint(rng, (3, 3, 1))))
        assert b.lower <= b.upper_attained <= b.upper


def test_a_bound_that_a_joint_contradicts_is_none() -> None:
    assert _ceiling(0.5, 0.7, 0.6) == 0.6
    assert _ceiling(0.5, 0.7, 0.4) == 0.7
    assert _ceiling(0.5, 0.7, 0.5 - 1e-12) == 0.5
    assert _ceiling(0.5, 0.4) == np.inf


def test_what_is_not_near_the_marginals_is_not_taken(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A vertex that cannot be mended gives way to the joint of largest entropy."""
    pairs = pairs_of(random_joint(rng, (2, 2, 2)))
    inside = maximum_entropy(pairs).joint
    far = MaximumEntropy(inside[::-1], 0.0, 0)
    monkeypatch.setattr(polytope, "maximum_entropy", lambda pairs, prior: far)
    assert polytope.on_marginals(inside, pairs, inside) is inside


# --- its two programs -------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [*SHAPES, (20, 20, 2), (4, 5, 30), (1, 3, 3), (12, 10, 11)])
def test_largest_entropy_is_certified(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(shape)
    for p in (random_joint(rng, shape), random_joint(rng, shape, 0.1)):
        pairs = pairs_of(p)
        found = maximum_entropy(pairs)
        assert error(found.joint, pairs) < 1e-12
        assert found.entropy >= entropy(p) - 1e-12
        assert found.entropy == pytest.approx(entropy(found.joint), abs=1e-12)


def test_pairs_that_rule_out_every_cell_leave_nothing() -> None:
    same, other = np.eye(2) / 2, (1 - np.eye(2)) / 2
    assert not maximum_entropy(Pairs(same, same, other)).joint.any()


def test_largest_entropy_has_no_interaction(rng: np.random.Generator) -> None:
    joint = maximum_entropy(pairs_of(random_joint(rng, (3, 3, 3)))).joint
    logs = np.log(joint)
    for axis in range(3):
        logs = np.diff(logs, axis=axis)
    assert np.abs(logs).max() < 1e-8


def test_least_entropy_by_all_vertices(rng: np.random.Generator) -> None:
    """Against every basis of the 3x3x2 polytope."""
    from itertools import combinations

    from pid.bounds.pairs import constraints

    p = random_joint(rng, (3, 3, 2))
    pairs = pairs_of(p)
    sums = constraints(p.shape).toarray()
    best = np.inf
    for zeros in combinations(range(18), 4):
        used = np.setdiff1d(np.arange(18), zeros)
        x, _, rank, _ = np.linalg.lstsq(sums[:, used], sums @ p.ravel())
        if rank == 14 and x.min() > -1e-12 and np.allclose(sums[:, used] @ x, sums @ p.ravel()):
            best = min(best, entropy(np.maximum(x, 0)))
    found = minimum_entropy(families(pairs), pairs.most.ravel(), p.ravel())
    assert found.bound == pytest.approx(best, abs=2e-7)
    assert found.entropy == pytest.approx(best, abs=1e-6)


# --- published bounds -------------------------------------------------------------------------


def test_disagreement_with_a_constant_of_one_bit_is_false() -> None:
    """Two fair bits, P(y = 1) = .5 + .1 (x1 + x2): nothing unique, and alpha above synergy."""
    x = np.array([-1, 1])
    p_y = 0.5 + 0.1 * (x[:, None] + x)
    p = np.stack([1 - p_y, p_y], axis=2) / 4
    b = pid.synergy_bounds(*pairs_of(p))
    alpha = disagreement(pairs_of(p))
    assert (b.unique1, b.unique2) == pytest.approx((0, 0), abs=1e-9)
    assert pid.decompose(p).synergy == pytest.approx(0.0303, abs=1e-4)
    assert alpha == pytest.approx(0.04)
    assert alpha > b.lower
    assert b.published["lower: disagreement, mean unique"] == pytest.approx(0.01 / np.log(2))
    assert b.published["lower: disagreement, mean unique"] <= b.lower


@given(st.lists(st.integers(1, 50), min_size=1, max_size=6), st.integers(1, 6))
def test_couplings_are_not_below_their_bounds(weights: list[int], others: int) -> None:
    p = np.array(weights) / sum(weights)
    q = np.full(others, 1 / others)
    coupling = np.zeros((len(p), len(q)))  # of the north-west corner
    left_p, left_q = p.copy(), q.copy()
    for i in range(len(p)):
        for j in range(len(q)):
            coupling[i, j] = min(left_p[i], left_q[j])
            left_p[i] -= coupling[i, j]
            left_q[j] -= coupling[i, j]
    for bound in (majorization_bound(p, q, unit="nat"), profile_bound(p, q, unit="nat")):
        assert max(entropy(p), entropy(q)) - 1e-9 <= bound <= entropy(coupling) + 1e-9


# --- what cannot be ---------------------------------------------------------------------------


def test_marginals_of_no_joint() -> None:
    """x1 = x2 = y and x1 != x2: each two agree, all three do not."""
    same, other = np.eye(2), 1 - np.eye(2)
    with pytest.raises(InvalidDistribution, match=r"no joint has these three .* at least 0\.75 of"):
        pid.synergy_bounds(same, same, other)
    mass, joint = mismatch(pairs_of(np.ones((2, 2, 2)) / 8))
    assert mass == pytest.approx(0, abs=AGREE)
    assert joint.sum() == pytest.approx(1)


def test_masses_too_small_to_find_the_joint() -> None:
    """That is said, and not that there is no joint."""
    p = np.random.default_rng(1003).dirichlet(np.full(12, 0.02)).reshape(2, 2, 3)
    with pytest.raises(InvalidDistribution, match=r"of a joint, .* set masses below that"):
        pid.synergy_bounds(*pairs_of(p))
    p[p < 1e-12] = 0
    b = pid.synergy_bounds(*pairs_of(p))
    assert b.lower - 1e-7 <= pid.decompose(p).synergy <= b.upper + 1e-7


def test_a_pair_of_symbols_that_no_class_has() -> None:
    """x1 = 0 is of class 0 only, x2 = 0 of class 1 only, and yet they were seen together."""
    p_x1y, p_x2y = [[2, 0], [1, 3]], [[0, 2], [3, 1]]
    with pytest.raises(InvalidDistribution, match="no joint has these three marginals"):
        pid.synergy_bounds(p_x1y, p_x2y, [[1, 1], [1, 3]])
    b = pid.synergy_bounds(p_x1y, p_x2y, [[0, 2], [2, 2]])
    assert b.lower_joint[0, 0].sum() == 0


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        (([[1, 3], [1, 3]], EVEN, EVEN), r"disagree about p\(y = 0\): 0\.25 and 0\.5"),
        (([[3, 3], [1, 1]], EVEN, EVEN), r"p_x1y and p_x1x2 disagree about p\(x1 = "),
        ((np.ones((3, 2)), EVEN, EVEN), "p_x1y has 3 symbols of x1, and p_x1x2 2"),
        ((EVEN, np.ones((2, 3)), EVEN), "p_x1y has 2 symbols of y, and p_x2y 3"),
        (([[1, -1], [1, 1]], EVEN, EVEN), r"p_x1y: .*negative"),
        ((EVEN, [[np.nan, 1], [1, 1]], EVEN), "p_x2y: "),
        ((np.ones(2), EVEN, EVEN), "p_x1y must have 2 axes"),
        ((EVEN, EVEN, np.zeros((2, 2))), "p_x1x2: "),
    ],
)
def test_bad_tables(tables: tuple[np.ndarray, ...], message: str) -> None:
    with pytest.raises(InvalidDistribution, match=message):
        pid.synergy_bounds(*tables)


def test_bad_options() -> None:
    with pytest.raises(InvalidInput, match="time_limit must be a number of seconds"):
        pid.synergy_bounds(EVEN, EVEN, EVEN, time_limit=0)
    with pytest.raises(InvalidInput, match="unit must be"):
        pid.synergy_bounds(EVEN, EVEN, EVEN, unit="bits")  # type: ignore[arg-type]


def test_check_finds_what_is_off(rng: np.random.Generator) -> None:
    from dataclasses import replace

    pairs = pairs_of(random_joint(rng, (2, 2, 2)))
    b = pid.synergy_bounds(*pairs)
    with pytest.raises(CheckFailed, match="off the marginals"):
        replace(b, upper_joint=np.full((2, 2, 2), 1 / 8)).check(*pairs)
    moved = b.lower_joint.copy()
    moved[0, 0, 0], moved[1, 1, 1] = moved[0, 0, 0] + 1e-9, moved[1, 1, 1] - 1e-9
    with pytest.raises(CheckFailed, match="off the marginals by 1e-09"):
        replace(b, lower_joint=moved).check(*pairs)
    with pytest.raises(CheckFailed, match="synergy of a joint is"):
        replace(b, lower=b.lower + 0.01).check(*pairs)


def test_one_class_has_no_synergy() -> None:
    one = np.ones((2, 1))
    b = pid.synergy_bounds(one, one, EVEN)
    assert (b.lower, b.upper) == pytest.approx((0, 0), abs=1e-9)


# --- what it says -----------------------------------------------------------------------------


def test_what_follows_from_the_interval(rng: np.random.Generator) -> None:
    p = random_joint(rng, (3, 2, 3))
    b = pid.synergy_bounds(*pairs_of(p))
    assert b.status is pid.Status.OPTIMAL
    total = pid.mutual_information(p, (0, 1), 2)
    assert b.total[0] <= total <= b.total[1]
    assert b.log_loss[0] <= pid.conditional_entropy(p, 2, (0, 1)) <= b.log_loss[1]
    assert b.accuracy[0] <= p.max(axis=2).sum() <= b.accuracy[1]
    sharper = pid.accuracy_bounds(*pairs_of(p))
    assert b.accuracy[0] <= sharper.lower + 1e-6
    assert sharper.upper <= b.accuracy[1] + 1e-6


def test_in_words() -> None:
    b = pid.synergy_bounds(EVEN, EVEN, EVEN)
    assert repr(b).splitlines() == [
        "Half-labelled 2 x 2 x 2 table, in bit",
        "  redundancy 0.0000",
        "  unique1    0.0000",
        "  unique2    0.0000",
        "  synergy    0.0000 to 1.0000",
        "Synergy is between 0.0000 and 1.0000 bit, beside 0.0000 that x1 and x2 say alone; "
        "only labelled pairs can tell more.",
    ]
    one = np.ones((2, 1))
    assert pid.synergy_bounds(one, one, EVEN).reading.endswith("next to nothing needs both.")
    assert b.to_dict()["synergy_upper"] == b.upper
