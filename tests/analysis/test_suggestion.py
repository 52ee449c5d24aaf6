"""What a kind of model leaves out follows from the atoms, and the plainest enough is named."""

from __future__ import annotations

import importlib
import json

import numpy as np
import pandas as pd
import pytest

import pid
from pid.analysis.multiview.verdicts import EPS
from pid.datasets import gate
from pid.errors import InvalidInput

HALF = pid.Decomposition(redundancy=0.4, unique1=0.0, unique2=0.0, synergy=0.0, unit="bit")


def profile(r: float, u1: float, u2: float, s: float) -> pid.Decomposition:
    return pid.Decomposition(redundancy=r, unique1=u1, unique2=u2, synergy=s, unit="bit")


@pytest.mark.parametrize(
    ("atoms", "name"),
    [
        ((1.0, 0.0, 0.0, 0.0), "contrastive"),
        ((1.0, 0.02, 0.02, 0.0), "contrastive"),
        ((0.5, 0.5, 0.0, 0.0), "x1 alone"),
        ((0.5, 0.0, 0.5, 0.0), "x2 alone"),
        ((0.0, 0.5, 0.5, 0.0), "factorised"),
        ((0.5, 0.5, 0.5, 0.04), "factorised"),
        ((0.0, 0.0, 0.0, 1.0), "joint"),
        ((1.0, 1.0, 1.0, 0.1), "joint"),
        ((0.04, 0.0, 0.0, 0.01), "joint"),  # of little, a tenth is less than .05 bit
    ],
)
def test_the_plainest_that_is_enough(atoms: tuple[float, float, float, float], name: str) -> None:
    found = pid.suggest(profile(*atoms))
    assert found.best is not None
    assert found.best.name == name
    assert name in found.reading


def test_less_than_nothing_is_nothing_in_words() -> None:
    """Corrected atoms may be below 0, which is what is left out of no kind."""
    found = pid.suggest(profile(1.0, -0.01, 0.0, 0.0))
    assert found.systems[0].left_out == 0
    assert "contrastive is the plainest that is enough: it leaves out at most 0.0000" in str(found)
    assert "-0." not in found.reading


def test_what_is_left_out_is_what_the_others_hold() -> None:
    """Never more for a kind that can hold more, and none where all is held."""
    rng = np.random.default_rng(0)
    for p in rng.dirichlet(np.full(12, 0.4), size=20):
        d = pid.decompose(p.reshape(2, 3, 2))
        left = {s.name: s.left_out for s in pid.suggest(d).systems}
        assert left["joint"] == 0
        assert left["contrastive"] == pytest.approx(d.total - d.redundancy)
        assert left["x1 alone"] == pytest.approx(d.total - d.information1)
        assert left["x2 alone"] == pytest.approx(d.total - d.information2)
        assert left["factorised"] == pytest.approx(d.synergy)
        most = [left[name] for name in ("contrastive", "x1 alone", "factorised", "joint")]
        assert (np.diff(most) < 1e-9).all()


def test_swapping_the_sources_swaps_their_names() -> None:
    one, other = pid.suggest(profile(0.2, 0.5, 0.0, 0.0)), pid.suggest(profile(0.2, 0.0, 0.5, 0.0))
    assert one.best is not None
    assert other.best is not None
    assert (one.best.name, other.best.name) == ("x1 alone", "x2 alone")


def test_units_change_nothing_but_the_numbers() -> None:
    bits, nats = (pid.suggest(pid.decompose(gate("and"), unit=unit)) for unit in ("bit", "nat"))
    assert bits.most == pytest.approx(EPS)
    assert nats.most == pytest.approx(EPS * np.log(2))
    for a, b in zip(bits.systems, nats.systems, strict=True):
        assert b.left_out == pytest.approx(a.left_out * np.log(2))
        assert a.enough == b.enough


def test_of_a_sample_intervals_say_how_sure_it_is() -> None:
    rng = np.random.default_rng(1)
    x1, x2 = rng.integers(2, size=(2, 300))
    sure = pid.suggest(x1, x2, x1 ^ x2)
    assert sure.best is not None
    assert sure.best.name == "joint"
    assert all(s.sure for s in sure.systems)
    assert "may be" not in sure.reading
    y = np.where(rng.random(300) < 0.12, x1 ^ x2, x1)  # what x2 adds is near a twentieth
    unsure = pid.suggest(x1, x2, y)
    assert any(not s.sure for s in unsure.systems)
    for s in unsure.systems:
        assert s.interval is not None
        assert s.interval[0] <= s.left_out <= s.interval[1]


def test_ends_of_sums_are_sums_of_ends() -> None:
    rng = np.random.default_rng(2)
    x1, x2 = rng.integers(3, size=(2, 500))
    q = pid.quantify(x1, x2, (x1 + x2 > 2) * 1)
    assert q.interval is not None
    found = {s.name: s for s in pid.suggest(q).systems}
    low, high = (
        sum(q.interval[name][end] for name in ("unique1", "unique2", "synergy")) for end in (0, 1)
    )
    assert found["contrastive"].interval == pytest.approx((low, high))
    assert found["x1 alone"].interval == pytest.approx(q.interval["conditional2"])


def test_nothing_is_suggested_where_nothing_is_shown() -> None:
    rng = np.random.default_rng(3)
    x1, x2, y = rng.integers(2, size=(3, 200))
    found = pid.suggest(x1, x2, y)
    assert found.best is None
    assert "Nothing is suggested" in found.reading
    assert found.to_dict()["suggested"] is None


def test_numbers_are_to_be_cut_first() -> None:
    X1, X2, noise = np.random.default_rng(5).normal(size=(3, 300))
    of_numbers = pid.suggest(pid.quantify(X1, X2, X1 + X2 + noise, estimator="gaussian"))
    assert "takes classes" in repr(of_numbers)
    assert of_numbers.to_dict()["notes"] == list(of_numbers.notes)
    assert pid.suggest(X1, X2, X1 + noise > 0).notes == ()


def test_doubts_of_the_profile_are_kept() -> None:
    rng = np.random.default_rng(4)
    x1, x2 = rng.integers(40, size=(2, 300)).astype(str)
    q = pid.quantify(x1, x2, rng.integers(2, size=300))
    assert q.warnings
    found = pid.suggest(q)
    assert found.warnings == q.warnings
    assert found.reading.startswith(("Not to be trusted", "Nothing is suggested"))


def test_everything_is_plain_values() -> None:
    row = pid.suggest(HALF).to_dict()
    assert json.loads(json.dumps(row)) == row
    assert row["suggested"] == "contrastive"


@pytest.mark.extras
def test_calls_exist() -> None:
    for system in pid.suggest(HALF).systems:
        for call in system.calls:
            if call.startswith("pid."):
                path, _, name = call.split("(")[0].rpartition(".")
                assert hasattr(importlib.import_module(path), name), call


def test_names_are_those_of_the_columns() -> None:
    x = np.tile([0, 0, 1, 1], 50)
    frame = pd.DataFrame({"size": x, "shape": np.tile([0, 1], 100)})
    found = pid.suggest(frame[["size"]], frame[["shape"]], x)
    assert "size alone" in found.reading
    assert "x1" not in repr(found)
    assert "what only shape tells, and synergy" in repr(found)


def test_names_may_be_each_others_roles() -> None:
    x = np.tile([0, 0, 1, 1], 50)
    frame = pd.DataFrame({"x1": np.tile([0, 1], 100), "x2": x})
    found = pid.suggest(frame[["x2"]], frame[["x1"]], x)
    assert found.best is not None
    assert found.best.name == "x1 alone"
    assert found.reading.startswith("x2 alone is the plainest")
    row = next(row for row in repr(found).splitlines() if row.startswith("  x2 alone"))
    assert row.endswith("what only x1 tells, and synergy")


def test_nothing_less_than_nothing_is_left_out() -> None:
    """Estimates below 0 are of what may be left out, and that is no gain."""
    found = pid.suggest(profile(0.5, 0.5, 0.0, -0.2))
    assert all(s.left_out >= 0 for s in found.systems)
    assert "-" not in found.reading


def test_joint_says_how_much_all_others_may_leave_out() -> None:
    assert "others may leave out 0.3000 or more of 1.0000 bit" in (
        pid.suggest(profile(0.0, 0.4, 0.3, 0.3)).reading
    )


@pytest.mark.parametrize("atom", ["redundancy", "unique1", "unique2", "synergy"])
def test_atoms_that_are_no_numbers(atom: str) -> None:
    d = profile(*(HALF.atoms | {atom: np.nan}).values())
    with pytest.raises(InvalidInput, match=f"{atom} is nan"):
        pid.suggest(d)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((pid.decompose(np.ones((2, 2, 2, 2))),), r"against_rest\(a\) of it"),
        ((HALF, [0, 1], [0, 1]), "a Decomposition is a profile already"),
        (([0, 1],), "got a list without X2 and y"),
        (([0, 1], [0, 1]), "got a list without y"),
        (([0, 1] * 20, [0, 1] * 10, [0, 1] * 20), "x2"),
        (({"redundancy": 1.0},), "got a dict without X2 and y"),
    ],
)
def test_what_is_no_profile_is_refused(given: tuple[object, ...], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        pid.suggest(*given)
