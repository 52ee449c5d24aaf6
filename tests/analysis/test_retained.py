"""What codes keep: exact examples, what never grows, noise, copies, and other routes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

import pid
from pid.analysis.retention import Probe
from pid.analysis.retention.codes import blurred, size_of
from pid.core.decomposition import ATOMS
from pid.errors import InvalidInput
from pid.inference.intervals import Measure
from pid.io.columns import as_variable

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


def most(*bits: Bits) -> Bits:
    """What most of them are: a target of two classes that all atoms are in."""
    return np.asarray(2 * np.sum(bits, axis=0) > len(bits), dtype=np.int64)


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


# --- what never grows ---------------------------------------------------------------------------


@pytest.mark.usefixtures("straight_lines")
def test_a_code_that_is_the_sources_keeps_all() -> None:
    """Without noise to the last digit, and with it within the intervals."""
    s, u, v = bits(3, 400)
    X1, X2 = written(s, u, seed=1), written(s, v, seed=2)
    y = most(s, u, v)
    found = pid.retained((X1, X2), X1, X2, y, noise=0)
    for probe in (found.networks, found.linear):
        for change in probe.change.values():
            assert change.counted == change.corrected == 0
            assert change.low < 0 < change.high
        assert probe.total[:2] == (1, 1)
        assert probe.total.low < 1 < probe.total.high
    through = pid.retained((X1, X2), X1, X2, y)
    for change in through.change.values():
        assert change.low < 0 < change.high
    assert through.total.corrected == pytest.approx(1, abs=0.02)


@pytest.mark.usefixtures("straight_lines")
def test_a_constant_code_loses_all() -> None:
    """The total is gone, and of each source what the other does not tell; R + U1 + U2 as well."""
    s, u, v = bits(3)
    y = 4 * s + 2 * u + v
    X1, X2 = 2 * s + u, 2 * s + v
    found = pid.retained((0 * s, 0 * s), X1, X2, y)
    inside(
        found.networks,
        {"redundancy": -1, "unique1": -1, "unique2": -1, "synergy": 0, "total": -3},
    )
    assert found.total.corrected == pytest.approx(0, abs=0.005)
    assert found.lost1.corrected == pytest.approx(2, abs=0.03)  # z tells nothing: all of x1
    assert found.lost2.corrected == pytest.approx(2, abs=0.03)
    assert not found.flags


@pytest.mark.usefixtures("straight_lines")
@pytest.mark.parametrize("seed", range(3))
def test_nothing_grows_that_cannot(seed: int) -> None:
    """The total, what each source tells, and R + U1 + U2, whatever is done to the sources."""
    rng = np.random.default_rng(seed)
    y = rng.integers(3, size=600)
    X1, X2 = (np.eye(3)[y] + 0.7 * rng.normal(size=(600, 3)) for _ in range(2))
    Z1 = np.tanh(X1 @ rng.normal(size=(3, 2)))
    Z2 = X2[:, :1] + 0.5 * rng.normal(size=(600, 1))
    found = pid.retained((Z1, Z2), X1, X2, y)
    before, after = found.before, found.after
    assert after is not None
    assert found.change["total"].high < 0.05
    assert after.information1 < before.information1 + 0.02
    assert after.information2 < before.information2 + 0.02
    assert after.total - after.synergy < before.total - before.synergy + 0.03
    assert found.lost1.high > 0 < found.lost2.high
    assert not found.warnings


@pytest.mark.usefixtures("straight_lines")
def test_a_code_that_has_seen_y_is_found_out() -> None:
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=400)
    X1, X2 = rng.normal(size=(2, 400, 2))
    found = pid.retained((X1, y), X1, X2, y)
    assert any("tell more than the sources" in warning for warning in found.warnings)
    assert "do not show" in found.reading
    assert found.reading.startswith("Not to be trusted, see the warning: ")
    assert f"Warning: {found.warnings[-1]}" in repr(found)
    assert found.to_dict()["total_share"] is None


@pytest.mark.usefixtures("straight_lines")
def test_a_code_that_has_seen_the_other_source_is_found_out() -> None:
    """Codes in the wrong order, and a code of both: each by itself tells more than its source."""
    s, u, v = bits(3, 400)
    X1, X2 = written(s, seed=1), written(s, u, v, seed=2)
    y = 2 * u + v
    found = pid.retained((X2, X1), X1, X2, y)
    (warning,) = found.warnings
    assert warning.startswith("z1 tells more than x1, which no function of x1 alone can")
    assert found.change["information1"].corrected == pytest.approx(2, abs=0.05)
    assert found.change["information2"].corrected == pytest.approx(-2, abs=0.05)
    assert found.change["total"].corrected == pytest.approx(0, abs=0.02)
    assert not pid.retained((X1, X2), X1, X2, y).warnings


# --- noise --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("straight_lines")
def test_what_is_written_too_small_is_lost() -> None:
    """A bit in an amplitude of 1 % beside numbers that tell nothing; noise tells it from kept."""
    (s,) = bits(1, 800)
    rng = np.random.default_rng(3)
    code = np.column_stack([rng.normal(size=(800, 3)), 0.01 * (2 * s - 1)])
    other = rng.normal(size=800)
    X1, X2 = written(s), rng.normal(size=(800, 1))
    kept = pid.retained((code, other), X1, X2, s, noise=0)
    gone = pid.retained((code, other), X1, X2, s)
    assert kept.total.corrected == pytest.approx(1, abs=0.01)
    assert gone.total.corrected == pytest.approx(0, abs=0.02)
    assert gone.lost1.corrected == pytest.approx(1, abs=0.02)
    assert any("no noise was added to the codes" in note for note in kept.notes)
    assert "noise of 0.1" in repr(gone)
    assert gone.noise == 0.1


def test_noise_is_of_one_size_for_all_columns() -> None:
    """That of the code itself, whichever way it is turned; constants and symbols stay."""
    rng = np.random.default_rng(1)
    values = rng.normal(size=(5_000, 3)) * [1, 2, 30] + [5, 0, 0]
    size = np.sqrt((1 + 4 + 900) / 3)
    turned = values @ np.linalg.qr(rng.normal(size=(3, 3)))[0]
    assert size_of(values) == pytest.approx(size, rel=0.03)
    assert size_of(turned) == pytest.approx(size_of(values))
    code = as_variable(np.column_stack([values, np.full(5_000, 7.0)]), "z1")
    found = blurred(code, 0.5, [0, 0], None)
    noise = found.matrix() - code.matrix()
    assert noise[:, :3].std(axis=0) == pytest.approx([0.5 * size_of(values)] * 3, rel=0.05)
    assert not noise[:, 3].any()
    again = blurred(code, 0.5, [0, 0], None)
    assert (again.matrix() == found.matrix()).all()
    assert (blurred(code, 0.5, [0, 1], None).matrix() != found.matrix()).any()
    for still in (as_variable(np.tile([0, 1, 2], 50), "z1"), as_variable(["a", "b"] * 9, "z1")):
        assert blurred(still, 0.5, [0, 0], None) is still
    assert blurred(code, 0.0, [0, 0], None) is code


def test_noise_of_huge_and_tiny_numbers() -> None:
    values = np.random.default_rng(0).normal(size=(100, 2))
    for scale in (1e-200, 1e200):
        assert size_of(scale * values) == pytest.approx(scale * size_of(values))


def test_copies_have_the_same_noise() -> None:
    rows = np.tile(np.arange(50), 2)
    code = as_variable(np.random.default_rng(0).normal(size=(50, 2))[rows], "z1")
    found = blurred(code, 0.1, [0, 0], rows).matrix()
    assert (found[:50] == found[50:]).all()
    assert len(np.unique(found - code.matrix())) == 100


@pytest.mark.usefixtures("straight_lines")
def test_copies_of_rows_are_no_evidence() -> None:
    """Three times over, the answer is as wide as of the rows themselves."""
    (s,) = bits(1, 200)
    X1, X2 = written(s, seed=1, size=0.2), written(s, seed=2)
    X1 += np.random.default_rng(5).normal(size=X1.shape) * 0.3
    Z = X1 + np.random.default_rng(6).normal(size=X1.shape) * 0.3
    once = pid.retained((Z, X2), X1, X2, s)
    Z3, X13, X23 = (np.tile(x, (3, 1)) for x in (np.hstack([Z, X2]), X1, X2))
    thrice = pid.retained(Z3, X13, X23, np.tile(s, 3))
    assert (thrice.n, thrice.units) == (600, 200)
    assert any("copies" in note for note in thrice.notes)
    joint = pid.retained(np.hstack([Z, X2]), X1, X2, s)
    widths = [found.change["total"].high - found.change["total"].low for found in (joint, thrice)]
    assert widths[1] == pytest.approx(widths[0], rel=0.6)
    assert once.units == 200


@pytest.mark.usefixtures("straight_lines")
def test_groups_are_units() -> None:
    (s,) = bits(1, 400)
    X1, X2 = written(s, seed=1), written(s, seed=2)
    found = pid.retained((X1, X2), X1, X2, s, groups=np.arange(400) // 8)
    assert (found.n, found.units) == (400, 50)
    blocks = pid.retained((X1, X2), X1, X2, s, blocks=8)
    assert blocks.units == 50


# --- a joint code, and other routes -------------------------------------------------------------


@pytest.mark.usefixtures("straight_lines")
def test_a_joint_code_has_a_total_and_losses() -> None:
    """y = (s, u1, u2), Z = (s, u1): nothing of x1 is lost, one bit of x2, and why no profile."""
    s, u, v = bits(3)
    found = pid.retained(written(s, u), 2 * s + u, 2 * s + v, 4 * s + 2 * u + v)
    assert found.joint
    assert found.after is None
    assert set(found.change) == {"total"}
    assert found.change["total"].corrected == pytest.approx(-1, abs=0.03)
    assert found.networks.told.corrected == pytest.approx(2, abs=0.03)
    assert found.total.corrected == pytest.approx(2 / 3, abs=0.01)
    assert found.lost1.corrected == pytest.approx(0, abs=0.02)
    assert found.lost2.corrected == pytest.approx(1, abs=0.03)
    assert any("a joint code has no part of x1" in note for note in found.notes)
    row = found.to_dict()
    assert "redundancy_after" not in row
    assert row["total_after"] == found.networks.told.corrected


@pytest.mark.usefixtures("straight_lines")
def test_profiles_and_losses_are_what_quantify_says() -> None:
    """Before and after one by one, and what is lost as unique information beside the codes."""
    s, u, v = bits(3, 500)
    X1, X2 = written(s, u, seed=1), written(s, v, seed=2)
    Z1, Z2 = X1[:, :1], X2 + 1.0
    y = most(s, u, v)
    found = pid.retained((Z1, Z2), X1, X2, y, noise=0)
    for d, interval, sources in (
        (found.before, found.networks.interval_before, (X1, X2)),
        (found.after, found.networks.interval_after, (Z1, Z2)),
    ):
        q = pid.quantify(*sources, y, estimator="posterior")
        assert d is not None
        assert interval is not None
        assert list(d.atoms.values()) == pytest.approx(list(q.best.atoms.values()), abs=1e-9)
        assert q.interval is not None
        for atom in (*ATOMS, "total"):
            assert interval[atom] == pytest.approx(q.interval[atom], abs=1e-9)
    beside = pid.quantify(X1, np.hstack([Z1, Z2]), y, estimator="posterior")
    assert found.lost1.corrected == pytest.approx(beside.best.unique1, abs=0.01)


@pytest.mark.usefixtures("straight_lines")
def test_swapped_sources_swap_the_answer() -> None:
    s, u, v = bits(3, 500)
    X1, X2 = written(s, u, seed=1), written(s, v, seed=2)
    y = most(s, u, v)
    one = pid.retained((X1[:, 1:], X2), X1, X2, y, noise=0)
    other = pid.retained((X2, X1[:, 1:]), X2, X1, y, noise=0)
    assert one.change["unique1"] == pytest.approx(other.change["unique2"], abs=0.01)
    assert one.change["redundancy"] == pytest.approx(other.change["redundancy"], abs=0.01)
    assert one.lost1 == pytest.approx(other.lost2, abs=0.01)


@pytest.mark.usefixtures("straight_lines")
def test_intervals_are_paired() -> None:
    """A code that changes little differs by much less than two answers that are independent."""
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=600)
    X1, X2 = (y[:, None] + rng.normal(size=(600, 1)) for _ in range(2))
    found = pid.retained((X1, X2 + 0.2 * rng.normal(size=(600, 1))), X1, X2, y, noise=0)
    before, after = found.networks.interval_before, found.networks.interval_after
    assert before is not None
    assert after is not None
    for atom in ("redundancy", "total"):  # the others are 0, and their intervals as well
        one, other = (interval[atom][1] - interval[atom][0] for interval in (before, after))
        assert 0 < found.change[atom].high - found.change[atom].low < 0.5 * np.hypot(one, other)
    change = found.change["total"]
    share = found.total.high - found.total.low
    assert share == pytest.approx((change.high - change.low) / found.before.total, rel=0.3)


@pytest.mark.usefixtures("straight_lines")
@pytest.mark.parametrize("seed", range(3))
def test_which_rows_a_half_has_is_no_error_of_a_change(seed: int) -> None:
    """Of a single column each, straight lines learn from half as well: errors are those of rows."""
    rng = np.random.default_rng(seed)
    y = rng.integers(2, size=600)
    X1, X2 = (2 * y[:, None] - 1 + rng.normal(size=(600, 1)) for _ in range(2))
    Z1 = X1 + 0.8 * rng.normal(size=X1.shape)
    change = pid.retained((Z1, X2), X1, X2, y, noise=0).change["total"]
    before, after = (_said(y, X, X2) for X in (X1, Z1))
    error = np.std(after - before) / np.sqrt(600)
    assert 1.96 * error < (change.high - change.low) / 2 < 1.5 * 1.96 * error


def _said(y: Bits, *X: NDArray[np.float64]) -> NDArray[np.float64]:
    """What clouds that are independent given y tell of it, in bits, of each row."""
    deviations = [np.std(x[:, 0] - (2 * y - 1)) for x in X]
    log_odds = sum(2 * x[:, 0] / sd**2 for x, sd in zip(X, deviations, strict=True))
    return np.asarray(1 - np.logaddexp(0, -(2 * y - 1) * log_odds) / np.log(2))


@pytest.mark.slow
@pytest.mark.usefixtures("straight_lines")
def test_intervals_of_changes_hold_the_truth() -> None:
    """Noisy copies of y, z2 noisier: log-odds are straight lines, and the truth a table."""
    flips = {"x1": 0.1, "x2": 0.2, "z2": 0.2}
    (y,) = bits(1, 8)
    table = np.zeros((2, 2, 2, 2))
    for *cell, of_y in np.ndindex(2, 2, 2, 2):
        x1, x2, z2 = cell
        shares = [
            flips[name] if one != other else 1 - flips[name]
            for name, one, other in (("x1", x1, of_y), ("x2", x2, of_y), ("z2", z2, x2))
        ]
        table[x1, x2, z2, of_y] = 0.5 * np.prod(shares)
    before, after = pid.decompose(table.sum(axis=2)), pid.decompose(table.sum(axis=1))
    truth = {atom: getattr(after, atom) - getattr(before, atom) for atom in (*ATOMS, "total")}
    share, runs = after.total / before.total, 40
    held = dict.fromkeys((*truth, "share"), 0)
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        y = rng.integers(2, size=400)
        x1, x2 = (y ^ (rng.random(400) < flips[name]) for name in ("x1", "x2"))
        z2 = x2 ^ (rng.random(400) < flips["z2"])
        found = pid.retained((x1, z2), x1, x2, y)
        for atom, value in truth.items():
            held[atom] += found.change[atom].low <= value <= found.change[atom].high
        held["share"] += found.total.low <= share <= found.total.high
    assert min(held.values()) >= 0.9 * runs


# --- what it looks like -------------------------------------------------------------------------


@pytest.fixture
def small(straight_lines: None) -> dict[str, Any]:
    s, u, v = bits(3, 200)
    X1, X2 = written(s, u, seed=1), written(s, v, seed=2)
    return {"Z": (X1[:, :1], X2), "X1": X1, "X2": X2, "y": most(s, u, v)}


def test_json_and_frames(small: dict[str, Any]) -> None:
    found = pid.retained(**small)
    row = found.to_dict()
    assert json.loads(json.dumps(row, allow_nan=False)) == row
    assert row["unique1_change"] == found.change["unique1"].corrected
    assert row["redundancy_before_low"] <= row["redundancy_before"]
    assert row["linear"]["total_share"] == found.linear.total.corrected
    assert (row["schema"], row["noise"], row["joint"]) == (2, 0.1, False)
    frame = found.to_frame()
    assert list(frame["probe"].unique()) == ["networks", "linear"]
    assert frame["change"].notna().all() and len(frame) == 10
    without = pid.retained(**small, interval=None)
    assert without.to_dict()["lost1_low"] is None
    assert without.change["total"].corrected == found.change["total"].corrected
    assert not without.flags
    assert "NaN" not in repr(without).replace("nan", "NaN")


def test_units(small: dict[str, Any]) -> None:
    bit, nat = pid.retained(**small), pid.retained(**small, unit="nat")
    scale = np.log(2)
    assert nat.lost1 == pytest.approx(tuple(scale * v for v in bit.lost1))
    assert nat.before.total == pytest.approx(scale * bit.before.total)
    assert nat.change["unique1"] == pytest.approx(tuple(scale * v for v in bit.change["unique1"]))
    assert nat.total == pytest.approx(bit.total)


def test_the_same_twice(small: dict[str, Any]) -> None:
    one, other = pid.retained(**small), pid.retained(**small)
    assert {**one.to_dict()} == {**other.to_dict()}
    assert pid.retained(**small, random_state=1).to_dict() != one.to_dict()


def test_a_flag_needs_more_than_rounding() -> None:
    """Changes that are sure and small are no redundancy that became unique."""
    d = pid.decompose(np.eye(2)[:, None, :] + np.zeros((2, 2, 2)))
    small, large = Measure(0, 0.01, 0.005, 0.02), Measure(0, -0.5, -0.6, -0.4)
    probe = Probe(
        name="networks",
        before=d,
        after=d,
        interval_before=None,
        interval_after=None,
        told=small,
        change={"redundancy": large, "unique1": small, "unique2": small, "synergy": small},
        total=small,
    )
    assert probe.became == ()


ERRORS: dict[str, tuple[dict[str, Any], str]] = {
    "another length": (
        {"Z": (np.zeros(19), np.zeros(20))},
        "x1, x2, z1, z2 and y must have one row per sample each; got 20 in x1, 20 in x2, 19 in z1",
    ),
    "a joint code of another length": ({"Z": np.zeros((19, 2))}, "19 in z and 20 in y"),
    "NaN": ({"Z": (np.full(20, np.nan), np.zeros(20))}, "z1"),
    "one class": ({"y": np.zeros(20)}, "y has a single class, 0.0, in all 20 samples"),
    "a rare class": (
        {"y": np.arange(20) < 3},
        "a class of y has too few rows or groups for that: merge rare classes, or leave them out",
    ),
    "a class in few groups": (
        {"groups": np.arange(20) // 4, "y": np.arange(20) < 8},
        "a class",
    ),
    "three codes": ({"Z": (np.zeros(20),) * 3}, r"a pair, \(Z1, Z2\), or one joint code; got a"),
    "noise below 0": ({"noise": -1}, "noise must be a number of at least 0; got -1"),
    "groups and blocks": ({"groups": np.arange(20), "blocks": 2}, "groups or blocks, not both"),
}


@pytest.mark.parametrize("kind", ERRORS)
def test_errors_are_one_sentence(kind: str) -> None:
    x = np.arange(20) / 7
    options, message = ERRORS[kind]
    usual: dict[str, Any] = {"Z": (x, x), "X1": x, "X2": -x, "y": np.arange(20) % 2}
    with pytest.raises(InvalidInput, match=message):
        pid.retained(**usual | options)


def test_one_sample() -> None:
    with pytest.raises(InvalidInput, match="y has a single class"):
        pid.retained(([1.0], [2.0]), [1.0], [2.0], [0])


# --- with what is trained by default ------------------------------------------------------------


@pytest.mark.slow
def test_networks_read_an_exclusive_or_and_straight_lines_do_not() -> None:
    """y = (s, a xor b), and z2 = s xor b: by networks as exactly, by lines without synergy."""
    s, a, b = bits(3, 800)
    X1, X2 = written(s, a, seed=1), written(s, b, seed=2)
    found = pid.retained((X1, written(s ^ b, seed=3)), X1, X2, 2 * s + (a ^ b))
    truth = {"redundancy": -1.0, "unique1": 1.0, "unique2": 0.0, "synergy": 0.0, "total": 0.0}
    inside(found.networks, truth, most=0.05)
    assert found.before.synergy == pytest.approx(1, abs=0.05)
    assert found.linear.before.synergy == pytest.approx(0, abs=0.05)
    assert found.flags == ("redundancy became unique to x1",)


@pytest.mark.extras
def test_it_goes_on_where_it_was(small: dict[str, Any], tmp_path: Path) -> None:
    """Parts of both kinds of classifiers are kept under names of their own, and read again."""
    folder = tmp_path / "parts"
    first = pid.retained(**small, resume=folder)
    kept = {path.name.rpartition("-")[0].rpartition("-")[0] for path in folder.glob("*.parquet")}
    assert {"posteriors", "linear-posteriors"} <= kept
    seen: list[tuple[int, int]] = []
    again = pid.retained(**small, resume=folder, progress=lambda *parts: seen.append(parts))
    for found in (again, pid.retained(**small)):
        assert found.to_dict() == first.to_dict()
    assert not seen  # nothing was trained again
