"""Guarantees on accuracy: both ends attained, and right on every joint that could be tried."""

import subprocess
import sys
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pid
from pid.bounds import (
    accuracy,
    accuracy_bounds,
    fano_accuracy,
    feder_merhav_accuracy,
    hellman_raviv_accuracy,
    published_accuracy,
)
from pid.bounds.accuracy import best_accuracy
from pid.bounds.maximum_entropy import maximum_entropy
from pid.bounds.pairs import constraints, pairs_of
from pid.errors import CheckFailed, InvalidDistribution, InvalidInput

ROOT = Path(__file__).resolve().parents[2]
SHAPES = ((2, 2, 2), (2, 3, 4), (3, 3, 2), (3, 3, 3), (4, 3, 3))
EVEN = np.ones((2, 2))


def random_joint(
    rng: np.random.Generator, shape: tuple[int, ...], alpha: float = 1.0
) -> np.ndarray:
    return rng.dirichlet(np.full(np.prod(shape), alpha)).reshape(shape)


# --- from the marginals -----------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("balanced", [False, True])
def test_the_truth_is_inside(shape: tuple[int, ...], balanced: bool) -> None:
    rng = np.random.default_rng([*shape, balanced])
    for alpha in (1.0, 0.2):
        p = random_joint(rng, shape, alpha)
        pairs = pairs_of(p)
        b = pid.accuracy_bounds(*pairs, balanced=balanced)
        worth = 1 / (p.sum(axis=(0, 1)) * shape[2]) if balanced else np.ones(shape[2])
        assert b.lower - 1e-6 <= best_accuracy(p * worth) <= b.upper + 1e-6
        assert b.lower >= b.unimodal - 1e-6
        assert b.unimodal >= b.majority - 1e-12
        assert b.unimodal1 == pytest.approx(best_accuracy(p.sum(axis=1) * worth))
        assert b.gap < 3e-6 * np.max(worth)
        assert b.status is pid.Status.OPTIMAL
        b.check(*pairs)


@pytest.mark.parametrize("seed", range(10))
def test_binary_tables_by_a_grid(seed: int) -> None:
    p = random_joint(np.random.default_rng(seed), (2, 2, 2))
    b = accuracy_bounds(*pairs_of(p))
    sign = (-1.0) ** np.indices((2, 2, 2)).sum(axis=0)
    steps = np.linspace(-p[sign > 0].min(), p[sign < 0].min(), 2001)
    grid = [best_accuracy(p + step * sign) for step in steps]
    assert (b.lower, b.upper) == pytest.approx((min(grid), max(grid)), abs=1e-4)


def test_largest_by_all_vertices(rng: np.random.Generator) -> None:
    """Best accuracy is convex in the joint, so it is largest at a vertex."""
    p = random_joint(rng, (3, 3, 2))
    sums = constraints(p.shape).toarray()
    best = 0.0
    for zeros in combinations(range(18), 4):
        used = np.setdiff1d(np.arange(18), zeros)
        x, _, rank, _ = np.linalg.lstsq(sums[:, used], sums @ p.ravel())
        if rank == 14 and x.min() > -1e-12 and np.allclose(sums[:, used] @ x, sums @ p.ravel()):
            vertex = np.zeros(18)
            vertex[used] = x
            best = max(best, best_accuracy(vertex.reshape(p.shape)))
    assert accuracy_bounds(*pairs_of(p)).upper == pytest.approx(best, abs=2e-6)


@pytest.mark.parametrize("balanced", [False, True])
def test_one_rule_is_good_on_every_joint(balanced: bool) -> None:
    rng = np.random.default_rng(3)
    p = random_joint(rng, (3, 4, 3), 0.4)
    b = accuracy_bounds(*pairs_of(p), balanced=balanced)
    worth = 1 / (p.sum(axis=(0, 1)) * 3) if balanced else np.ones(3)
    assert b.rule.sum(axis=2) == pytest.approx(np.ones((3, 4)))
    for joint in (p, b.lower_joint, b.upper_joint):
        assert (b.rule * joint * worth).sum() >= b.lower - 1e-9
    for _ in range(20):  # anywhere in the polytope
        joint = maximum_entropy(pairs_of(p), rng.exponential(size=p.shape) ** 4 + 1e-9).joint
        assert (b.rule * joint * worth).sum() >= b.lower - 1e-9


def test_fusing_pays_for_sure_where_one_joint_is_left() -> None:
    """Zeros that no pair shows: p(0,0,0) = p(1,1,1) = 0, so that all cells are known."""
    p = np.ones((2, 2, 2)) / 6
    p[0, 0, 0] = p[1, 1, 1] = 0
    b = accuracy_bounds(*pairs_of(p))
    assert b.gain == pytest.approx((0, 0), abs=1e-6)
    assert b.reading.startswith("Fusing does not pay: x1 alone reaches 66.7% accuracy")
    q = np.array([[[6, 0], [0, 2]], [[0, 2], [0, 6]]]) / 16
    assert accuracy_bounds(*pairs_of(q)).gain == pytest.approx((0.125, 0.125), abs=1e-6)
    assert accuracy_bounds(*pairs_of(q)).reading.startswith("Fusing pays, ")
    assert accuracy_bounds(EVEN, EVEN, EVEN).reading.startswith("Fusing may pay: ")


def test_balanced_accuracy_counts_classes_alike() -> None:
    """x1 shows the rare class only, x2 nothing."""
    p_x1y, p_x2y, p_x1x2 = np.diag([9, 1]), np.array([[9, 1]]), np.array([[9], [1]])
    assert accuracy_bounds(p_x1y, p_x2y, p_x1x2, balanced=True).majority == pytest.approx(0.5)
    b = accuracy_bounds([[9, 1]], [[9, 1]], [[1]], balanced=True)
    assert (b.lower, b.upper) == pytest.approx((0.5, 0.5), abs=1e-6)


def test_no_time_still_gives_bounds() -> None:
    p = random_joint(np.random.default_rng(0), (8, 8, 3))
    b = accuracy_bounds(*pairs_of(p), time_limit=1e-9)
    assert b.unimodal - 1e-9 <= b.lower <= best_accuracy(p) <= b.upper <= 1
    assert b.status is pid.Status.INACCURATE
    for joint in (p, b.lower_joint):
        assert (b.rule * joint).sum() >= b.lower - 1e-9
    b.check(*pairs_of(p))


@pytest.mark.parametrize("rare", [1e-3, 1e-7, 1e-9])
def test_a_rare_class_hides_no_gap(rare: float) -> None:
    """What HiGHS leaves open weighs 1 / (3 rare): more than a gain that pays is not optimal."""
    p = random_joint(np.random.default_rng(1), (3, 3, 3))
    p[:, :, 2] *= rare
    p /= p.sum()
    b = accuracy_bounds(*pairs_of(p), balanced=True)
    assert (b.status is pid.Status.OPTIMAL) == (b.gap <= min(1e-6 / p[:, :, 2].sum(), 0.005))
    found = best_accuracy(p / p.sum(axis=(0, 1)) / 3)
    assert b.lower - 1e-9 <= found <= b.upper + 1e-9


def test_a_search_that_a_joint_contradicts_proves_nothing(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = pairs_of(random_joint(rng, (3, 3, 2)))
    whole = accuracy_bounds(*pairs)

    def wrong(*args: Any) -> SimpleNamespace:
        return SimpleNamespace(x=None, mip_dual_bound=-0.1)

    monkeypatch.setattr(accuracy, "_program", wrong)
    b = accuracy_bounds(*pairs)
    assert b.upper == pytest.approx(min(1.0, best_accuracy(pairs.most)))
    assert b.upper >= whole.upper_attained
    assert b.status is pid.Status.INACCURATE


def test_one_class() -> None:
    one = np.ones((2, 1))
    b = accuracy_bounds(one, one, EVEN)
    assert (b.lower, b.upper, b.unimodal) == pytest.approx((1, 1, 1), abs=1e-6)


@pytest.mark.parametrize("tiny", [1e-8, 1e-10, 1e-12])
def test_the_least_is_never_less_than_one_modality_alone(tiny: float) -> None:
    """A class of next to no mass weighs so much that multipliers prove nothing."""
    p = np.array([[[0.3, tiny], [0.2, 0]], [[0.2, 0], [0.3, 2 * tiny]]])
    b = accuracy_bounds(*pairs_of(p), balanced=True)
    assert b.lower >= b.unimodal
    assert b.gain[0] >= 0
    worth = 1 / (2 * p.sum(axis=(0, 1)) / p.sum())
    assert (b.rule * p / p.sum() * worth).sum() >= b.lower - 1e-9


def test_tiny_masses(rng: np.random.Generator) -> None:
    """Over 100 orders of magnitude."""
    for _ in range(20):
        p = rng.dirichlet(np.full(12, 0.05)).reshape(2, 2, 3) * 10.0 ** rng.uniform(
            -12, 0, (2, 2, 3)
        )
        pairs = pairs_of(p / p.sum())
        b = accuracy_bounds(*pairs)
        assert b.lower - 1e-6 <= best_accuracy(p / p.sum()) <= b.upper + 1e-6


def test_nothing_is_printed() -> None:
    """HiGHS says on stdout what it repairs, whatever it is told: here it would."""
    code = (
        "import numpy as np, pid\n"
        "from scripts.study_half_labelled import tables\n"
        "p = tables()['random, 3x3x2']\n"
        "rng = np.random.default_rng([200, 21])\n"
        "def draw():\n"
        "    return np.unravel_index(rng.choice(p.size, size=200, p=p.ravel()), p.shape)\n"
        "(x1, _, y1), (_, x2, y2), (z1, z2, _) = draw(), draw(), draw()\n"
        "pid.bound_samples((x1, y1), (x2, y2), (z1, z2), interval=None)\n"
        "a, b, c = np.random.default_rng(3).integers(3, size=(3, 2, 1000))\n"
        "ys = 3 * a[0] + a[1], 3 * b[0] + b[1]\n"
        "pid.bound_samples((a[0], ys[0]), (b[1], ys[1]), tuple(c), interval=None, time_limit=1)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_bad_input() -> None:
    same, other = np.eye(2), 1 - np.eye(2)
    with pytest.raises(InvalidDistribution, match="no joint has these three marginals"):
        accuracy_bounds(same, same, other)
    with pytest.raises(InvalidInput, match="time_limit must be a number of seconds"):
        accuracy_bounds(EVEN, EVEN, EVEN, time_limit=-1)
    b = accuracy_bounds(EVEN, EVEN, EVEN)
    with pytest.raises(CheckFailed, match="the best accuracy on a joint is"):
        replace(b, upper_attained=0.9).check(EVEN, EVEN, EVEN)


# --- from information -------------------------------------------------------------------------


@given(
    st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=1, max_size=5).filter(
        lambda rows: any(map(any, rows))
    )
)
def test_accuracy_lies_between(rows: list[list[int]]) -> None:
    p = np.array(rows) / np.sum(rows)
    information, p_y = pid.mutual_information(p), p.sum(axis=0)
    accuracy = best_accuracy(p)
    assert feder_merhav_accuracy(information, p_y) <= accuracy + 1e-9
    assert hellman_raviv_accuracy(information, p_y) <= feder_merhav_accuracy(information, p_y)
    assert accuracy <= fano_accuracy(information, p_y) + 1e-7
    assert published_accuracy(information, p_y)[0] <= accuracy + 1e-9


def test_fano_is_attained_by_even_errors() -> None:
    p = np.full((4, 4), 0.05)
    np.fill_diagonal(p, 0.85)
    information = pid.mutual_information(p)
    assert fano_accuracy(information, [1, 1, 1, 1]) == pytest.approx(0.85)
    nats = pid.mutual_information(p, unit="nat")
    assert fano_accuracy(nats, [1, 1, 1, 1], unit="nat") == pytest.approx(0.85)


def test_feder_merhav_is_attained_by_classes_ruled_out() -> None:
    """x rules out all but two of four classes, half of the time; else it tells the class."""
    two = np.kron(np.eye(2), [1, 1]) / 8
    p = np.vstack([two, np.eye(4) / 8])
    assert feder_merhav_accuracy(pid.mutual_information(p), np.ones(4)) == pytest.approx(0.75)
    assert hellman_raviv_accuracy(pid.mutual_information(p), np.ones(4)) == pytest.approx(0.75)
    three = np.array([[1, 1, 1]]) / 3
    assert feder_merhav_accuracy(0, three) == pytest.approx(1 / 3)
    assert hellman_raviv_accuracy(0, three) < 0.34


def test_published_upper_bound_does_not_hold() -> None:
    """Of a rare class nothing is known, and the commonest is right more often than it allows."""
    p_y = [97, 1, 1, 1]
    assert published_accuracy(0, p_y)[1] == pytest.approx(0.5)
    assert fano_accuracy(0, p_y) >= 0.97
    assert published_accuracy(0.2, [1, 1])[1] > 1


def test_ends() -> None:
    for p_y in ([1, 1], [5, 1, 3], [4]):
        whole = pid.entropy(p_y)
        assert fano_accuracy(whole, p_y) == feder_merhav_accuracy(whole, p_y) == 1
    assert fano_accuracy(0, [1, 1, 1]) == pytest.approx(1 / 3)


@pytest.mark.parametrize("information", [-0.1, 1.1, np.nan])
def test_information_that_cannot_be(information: float) -> None:
    for bound in (fano_accuracy, feder_merhav_accuracy, published_accuracy):
        with pytest.raises(
            InvalidInput, match=r"from 0 to H\(y\) = 1 bit|a finite number; got nan"
        ):
            bound(information, [1, 1])
