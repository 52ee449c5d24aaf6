"""Our values against independent solvers of the same program, where these are right."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

import pid
from scripts import peers
from scripts.instances import Instance, dirichlet

pytestmark = pytest.mark.extras

Table = NDArray[np.float64]
GATES = ("xor", "and", "unq", "rdn", "rdnxor", "xorand")
TABLES: dict[str, Callable[[], Table]] = {
    **{gate: partial(pid.datasets.gate, gate) for gate in GATES},
    "dense 2x2x2": dirichlet(2, 2, 2).table,
    "dense 3x3x2": dirichlet(3, 3, 2).table,
    "dense 2x5x3": dirichlet(2, 5, 3).table,
    "counts 6x5x2": Instance("histogram", (6, 5, 2), samples=40).table,
    "max 3x3x3": Instance("max", (3, 3, 3)).table,
}
SMALL = [name for name in TABLES if name not in ("dense 2x5x3", "counts 6x5x2", "max 3x3x3")]


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("peer", [peers.clarabel, peers.ecos])
def test_agrees_with_cone_programs(name: str, peer: Callable[[Table], Table]) -> None:
    p = TABLES[name]()
    theirs = peer(p)
    ours = pid.decompose(p, unit="nat").certificate
    assert ours is not None
    assert peers.marginal_error(theirs, p) < 1e-7
    assert peers.union_information(theirs) == pytest.approx(ours.primal, abs=1e-6)


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("method", ["cone", "admui"])
def test_agrees_with_dit_where_dit_is_right(name: str, method: str) -> None:
    p = TABLES[name]()
    ours = pid.decompose(p, unit="nat").certificate
    assert ours is not None
    assert peers.dit(p, method) == pytest.approx(ours.primal, abs=1e-6)


def test_agrees_with_the_published_formulation() -> None:
    p = TABLES["dense 3x3x2"]()
    ours = pid.decompose(p, unit="nat").certificate
    assert ours is not None
    assert peers.union_information(peers.liang(p)) == pytest.approx(ours.primal, abs=1e-3)


def test_union_information_of_a_joint_and_of_a_value() -> None:
    copy = np.zeros((2, 2, 2))
    copy[[0, 1], [0, 1], [0, 1]] = 0.5
    assert peers.union_information(copy) == pytest.approx(np.log(2))
    assert peers.union_information(0.25) == 0.25
    assert peers.marginal_error(copy, copy) == 0
    assert np.isnan(peers.marginal_error(0.25, copy))
