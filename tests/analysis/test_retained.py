"""What codes keep: exact examples, what never grows, noise, copies, and other routes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

import pid
from pid.analysis.retention.result import Probe
from pid.core.decomposition import ATOMS

Bits = NDArray[np.int64]
N = 2_000


@pytest.fixture
def trees(learned_by: Callable[[object], None]) -> None:
    """Of symbols they know all that there is."""
    learned_by(DecisionTreeClassifier(min_samples_leaf=5, random_state=0))


@pytest.fixture
def neighbours(learned_by: Callable[[object], None]) -> None:
    learned_by(KNeighborsClassifier(25))


def bits(count: int, n: int = N, seed: int = 0) -> Bits:
    return np.random.default_rng(seed).integers(2, size=(count, n))


def written(*bits: Bits, seed: int = 0, size: float = 1.0) -> NDArray[np.float64]:
    """Bits as clouds around -1 and 1, a column each."""
    rng = np.random.default_rng([seed, 9])
    return size * np.column_stack([2 * b - 1 + 0.25 * rng.normal(size=len(b)) for b in bits])


def exact(*columns: Bits) -> dict[str, float]:
    """Atoms of the population, of which these are all equally likely rows."""
    return pid.decompose_samples(*columns).atoms


def inside(found: Probe, truth: dict[str, float], most: float = 0.03) -> None:
    """Each change is near the truth, and its interval holds it."""
    for atom, value in truth.items():
        change = found.change[atom]
        assert change.corrected == pytest.approx(value, abs=most), atom
        assert change.low <= change.corrected <= change.high
        assert change.low - 0.01 <= value <= change.high + 0.01, atom


# --- exact examples -----------------------------------------------------------------------------


@pytest.mark.usefixtures("straight_lines")
def test_redundancy_becomes_unique_where_a_source_is_dropped() -> None:
    """RDN with a constant z2: (R, U1) from (1, 0) to (0, 1), and nothing is lost."""
    (s,) = bits(1)
    found = pid.retained((s, 0 * s), s, s, s)
    assert found.before.redundancy == pytest.approx(1, abs=0.01)
    inside(found.networks, {"redundancy": -1, "unique1": 1, "unique2": 0, "synergy": 0, "total": 0})
    assert found.flags == ("redundancy became unique to x1",)
    assert found.total.corrected == pytest.approx(1, abs=0.01)
    for lost in (found.lost1, found.lost2):
        assert lost.corrected == pytest.approx(0, abs=0.01)
    mirrored = pid.retained((0 * s, s), s, s, s)
    assert mirrored.flags == ("redundancy became unique to x2",)


@pytest.mark.usefixtures("straight_lines")
def test_redundancy_becomes_unique_in_part_where_a_source_is_noisy() -> None:
    """RDN with one in ten of z2 flipped: (.531, .469)."""
    (s,) = bits(1)
    flipped = s ^ (np.arange(N) * 7 % 10 == 0)
    found = pid.retained((s, flipped), s, s, s)
    assert found.after is not None
    assert found.after.redundancy == pytest.approx(0.531, abs=0.04)
    assert found.after.unique1 == pytest.approx(0.469, abs=0.04)
    assert found.flags == ("redundancy became unique to x1",)
    assert found.lost2.corrected == pytest.approx(0, abs=0.01)  # z1 still has it


@pytest.mark.usefixtures("trees")
def test_compressing_one_source_keeps_synergy_and_moves_redundancy() -> None:
    """y = (s, a xor b), X2 = (s, b), Z2 = s xor b: (R, U1, S) from (1, 0, 1) to (0, 1, 1)."""
    s, a, b = bits(3)
    y, x1, x2, z2 = 2 * s + (a ^ b), 2 * s + a, 2 * s + b, s ^ b
    cells = np.arange(8)
    all_s, all_a, all_b = cells >> 2, cells >> 1 & 1, cells & 1
    of_y = 2 * all_s + (all_a ^ all_b)
    before = exact(2 * all_s + all_a, 2 * all_s + all_b, of_y)
    after = exact(2 * all_s + all_a, all_s ^ all_b, of_y)
    assert list(before.values()) == pytest.approx([1, 0, 0, 1], abs=1e-6)
    assert list(after.values()) == pytest.approx([0, 1, 0, 1], abs=1e-6)
    found = pid.retained((x1, z2), x1, x2, y)
    inside(found.networks, {atom: after[atom] - before[atom] for atom in ATOMS} | {"total": 0})
    assert found.flags == ("redundancy became unique to x1",)
    assert found.linear.before.synergy == pytest.approx(0, abs=0.05)


@pytest.mark.usefixtures("neighbours")
def test_straight_lines_see_no_synergy() -> None:
    """XOR: one bit by neighbours, none by the linear probe."""
    a, b = bits(2)
    X1, X2 = written(a, seed=1), written(b, seed=2)
    found = pid.retained((X1, X2), X1, X2, a ^ b)
    assert found.before.synergy == pytest.approx(1, abs=0.05)
    assert found.linear.before.synergy == pytest.approx(0, abs=0.02)
    assert np.isnan(found.linear.total.corrected)  # nothing of nothing
    assert found.total.corrected == pytest.approx(1, abs=0.02)
