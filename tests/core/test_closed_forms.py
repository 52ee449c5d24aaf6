"""Gates whose atoms are known in closed form, through every front door and in both units."""

import math

import numpy as np
import pytest

import pid
from pid.core.decomposition import ATOMS
from pid.core.information import Unit
from pid.datasets import GATES, Gate, make_gate

KNOWN = [make_gate(name) for name in GATES]
LARGER = [
    make_gate("xor", k=7),
    make_gate("rdn", k=9, noise=0.2),
    make_gate("copy", n1=6, n2=4),
    make_gate("sum", k=5),
    make_gate("max", k=6),
    make_gate("erasures", k=5, erased1=0.4, erased2=0.2),
]
ALL = KNOWN + LARGER
IDS = [f"{gate.name}-{'x'.join(map(str, gate.table.shape))}" for gate in ALL]

# tol is 1e-9 nats; a bit more, for values in bits and the rounding of the closed form
CLOSE = 2e-9


def truth(gate: Gate, unit: Unit = "bit") -> list[float]:
    assert gate.atoms is not None
    return [gate.atoms[atom] * (1 if unit == "bit" else math.log(2)) for atom in ATOMS]


def found(d: pid.Decomposition) -> list[float]:
    return [d.redundancy, d.unique1, d.unique2, d.synergy]


@pytest.mark.parametrize("unit", ["bit", "nat"])
@pytest.mark.parametrize("gate", ALL, ids=IDS)
def test_decompose(gate: Gate, unit: Unit) -> None:
    d = pid.decompose(gate.table, unit=unit)
    assert found(d) == pytest.approx(truth(gate, unit), abs=CLOSE)
    assert d.total == pytest.approx(sum(truth(gate, unit)), abs=1e-12)
    d.check(gate.table)


@pytest.mark.parametrize("unit", ["bit", "nat"])
def test_all_in_one_batch(unit: Unit) -> None:
    batch = pid.decompose_batch([gate.table for gate in ALL], unit=unit)
    expected = np.array([truth(gate, unit) for gate in ALL])
    for column, atom in enumerate(ATOMS):
        np.testing.assert_allclose(getattr(batch, atom), expected[:, column], atol=CLOSE)


@pytest.mark.parametrize("gate", KNOWN, ids=[gate.name for gate in KNOWN])
def test_from_samples(gate: Gate) -> None:
    """Samples in the proportions of the table, give or take half a sample a cell."""
    counts = np.rint(gate.table * 240).astype(int)
    cells = np.repeat(np.argwhere(counts), counts[counts > 0], axis=0)
    d = pid.decompose_samples(*cells.T)
    assert found(d) == pytest.approx(found(pid.decompose(counts)), abs=CLOSE)


@pytest.mark.parametrize("gate", KNOWN, ids=[gate.name for gate in KNOWN])
def test_from_the_cone_program(gate: Gate) -> None:
    d = pid.decompose(gate.table, method="cone")
    assert found(d) == pytest.approx(truth(gate), abs=1e-4)
    d.check(gate.table)


@pytest.mark.parametrize("gate", ALL, ids=IDS)
def test_from_the_first_order_method(gate: Gate) -> None:
    d = pid.decompose(gate.table, method="first-order")
    assert found(d) == pytest.approx(truth(gate), abs=2e-4)  # 1e-4 nats
    d.check(gate.table)
