"""The result object: what it shows, what it can be turned into, that it stays as it is."""

import copy
import json
import pickle
from dataclasses import FrozenInstanceError, replace
from typing import Literal

import numpy as np
import pytest

import pid
from pid.core.decomposition import ATOMS, ROUNDING, shown
from pid.core.solver.certificate import at_independence
from pid.datasets import gate


@pytest.fixture
def d() -> pid.Decomposition:
    return pid.decompose(gate("and"))


def test_repr(d: pid.Decomposition) -> None:
    rows = repr(d).splitlines()
    assert [row.split() for row in rows[:5]] == [
        ["redundancy", "0.3113", "bit"],
        ["unique1", "0.0000", "bit"],
        ["unique2", "0.0000", "bit"],
        ["synergy", "0.5000", "bit"],
        ["total", "0.8113", "bit"],
    ]
    assert d.certificate is not None
    assert abs(d.certificate.gap) < ROUNDING  # what rounding leaves is not shown as a proof
    assert rows[5] == f"certified gap {ROUNDING:.1e}, {d.certificate.method}"
    assert len(repr(replace(d, certificate=None)).splitlines()) == 5
    assert "nat" in repr(pid.decompose(gate("and"), unit="nat"))


def test_what_lies_within_the_gap_prints_as_zero() -> None:
    assert shown(-1e-10, tiny=1e-9) == "0.0000"
    assert shown(-0.0) == "0.0000"
    assert shown(0.00011, tiny=1e-4) == "0.0001"
    assert shown(-0.25, tiny=1e-4) == "-0.2500"


def test_values_are_kept_as_computed(d: pid.Decomposition) -> None:
    negative = replace(d, unique1=-1e-10)
    assert negative.unique1 == -1e-10
    assert negative.to_dict()["unique1"] == -1e-10


def test_sums(d: pid.Decomposition) -> None:
    assert d.total == d.redundancy + d.unique1 + d.unique2 + d.synergy
    assert d.information1 == d.redundancy + d.unique1
    assert d.information2 == d.redundancy + d.unique2


def test_to_dict(d: pid.Decomposition) -> None:
    row = d.to_dict()
    assert list(row) == [*ATOMS, "total", "unit", "gap", "status"]
    assert row["unit"] == "bit" and row["status"] == "optimal"
    assert json.loads(json.dumps(row)) == row
    assert list(replace(d, certificate=None).to_dict()) == [*ATOMS, "total", "unit"]


def test_to_frame(d: pid.Decomposition) -> None:
    frame = d.to_frame()
    assert frame.shape == (1, 8)
    assert frame.loc[0, "synergy"] == d.synergy


def test_frozen(d: pid.Decomposition) -> None:
    assert d.certificate is not None
    with pytest.raises(FrozenInstanceError):
        d.synergy = 0.0  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        d.certificate.gap = 0.0  # type: ignore[misc]
    with pytest.raises((AttributeError, TypeError)):
        d.note = "mine"  # type: ignore[attr-defined]


def test_without_coupling(d: pid.Decomposition) -> None:
    small = d.without_coupling()
    assert small.coupling is None and d.coupling is not None
    assert small.certificate is d.certificate
    assert small.to_dict() == d.to_dict()
    bare = pid.decompose(gate("and"), keep_coupling=False)
    assert bare.coupling is None
    assert bare.atoms == pytest.approx(d.atoms, abs=1e-14)


def test_copies(d: pid.Decomposition) -> None:
    for other in (copy.deepcopy(d), pickle.loads(pickle.dumps(d))):
        assert other.to_dict() == d.to_dict()
        other.check(gate("and"))
    batch = pid.decompose_batch([gate("and")], keep_coupling=True)
    pickle.loads(pickle.dumps(batch))[0].check(gate("and"))


def test_every_field_has_its_type(d: pid.Decomposition) -> None:
    c = d.certificate
    assert c is not None
    assert all(type(getattr(d, atom)) is float for atom in ATOMS)
    assert all(
        type(getattr(c, name)) is float for name in ("primal", "dual", "gap", "marginal_error")
    )
    assert type(c.iterations) is int and type(c.method) is str
    assert d.coupling is not None and d.coupling.dtype == np.float64


def test_every_status_has_a_sentence() -> None:
    for status in pid.Status:
        assert status.message.endswith(".")
        assert status.value == status.value.lower()


def test_units_differ_by_their_ratio() -> None:
    bits, nats = (pid.decompose(gate("two_views"), unit=unit) for unit in ("bit", "nat"))
    assert bits.certificate is not None and nats.certificate is not None
    for name in (*ATOMS, "total"):
        assert getattr(nats, name) == pytest.approx(getattr(bits, name) * np.log(2), abs=1e-15)
    for name in ("primal", "dual", "gap"):
        expected = getattr(bits.certificate, name) * np.log(2)
        assert getattr(nats.certificate, name) == pytest.approx(expected, abs=1e-15)


def test_a_failure_carries_its_interval(request: pytest.FixtureRequest) -> None:
    p = pid.datasets.random.dirichlet((4, 3, 3))
    exact = pid.decompose(p).certificate
    request.getfixturevalue("interrupted")
    with pytest.raises(pid.SolverFailed, match=r"interval for min I_q is \[.*\] bit") as caught:
        pid.decompose(p, method="interior-point")
    best = caught.value.best.certificate
    assert best is not None and exact is not None
    assert best.dual <= exact.primal + 1e-12 and exact.dual <= best.primal + 1e-12
    assert best.status is not pid.Status.OPTIMAL
    caught.value.best.check(p)


def test_what_an_interrupted_solve_has_reached_is_not_lost(request: pytest.FixtureRequest) -> None:
    """Its interval is that of its last step, far narrower than that of no step at all."""
    p = pid.datasets.random.dirichlet((4, 3, 3))
    a, b = p.sum(axis=1).T[..., None], p.sum(axis=0).T[..., None]
    first = at_independence(a, b)
    request.getfixturevalue("interrupted")
    d = pid.decompose(p, unit="nat", method="interior-point", on_fail="return")
    assert d.certificate is not None
    assert d.certificate.gap < 0.1 * float(first.primal[0] - first.dual[0])


@pytest.mark.parametrize("unit", ["bit", "nat"])
def test_synergy_by_cell_sums_to_synergy(unit: Literal["bit", "nat"]) -> None:
    p = np.random.default_rng(0).dirichlet(np.ones(12)).reshape(2, 3, 2)
    p[0, 0, 0] = 0
    d = pid.decompose(p, unit=unit)
    assert d.synergy_by_cell(7 * p).sum() == pytest.approx(d.synergy, abs=1e-9)
    with pytest.raises(pid.CheckFailed, match=r"p has shape \(2, 2, 2\), the coupling \(2, 3, 2\)"):
        d.synergy_by_cell(np.ones((2, 2, 2)))
    with pytest.raises(pid.CheckFailed, match="no coupling to compare"):
        d.without_coupling().synergy_by_cell(p)
