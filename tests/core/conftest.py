"""What many tests of the core need: tables to look at, and a solver that is cut short."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from pid.core.solver import interior_point
from pid.core.solver.certificate import Solution
from pid.core.solver.step import Settings
from pid.datasets import gate, random

Table = NDArray[np.float64]

TABLES: dict[str, Table] = {
    "and": gate("and"),
    "xor": gate("xor"),
    "copy": gate("copy", n1=3, n2=2),
    "rdnxor": gate("rdnxor"),
    "two views": gate("two_views"),
    "dense": random.dirichlet((4, 3, 3), random_state=1),
    "spiky": random.dirichlet((3, 5, 2), concentration=0.1, random_state=2),
    "sparse": random.sparse((5, 4, 3), density=0.25, random_state=3),
    "maximum": random.deterministic((4, 4, 4), np.maximum, random_state=4),
    "log-normal": random.log_normal((4, 3, 2), sigma=8, random_state=5),
    "rare": random.rare((3, 3, 3), rarity=1e-9, random_state=6),
    "one cell": np.eye(1, 24, 7).reshape(4, 3, 2),
}


@pytest.fixture(params=TABLES.values(), ids=list(TABLES))
def table(request: pytest.FixtureRequest) -> Table:
    """One table after the other: a test that takes it holds for all of them."""
    found: Table = request.param
    return found.copy()


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the interior-point method after a few steps: too few for the usual tolerance."""
    attempt: Callable[..., Solution] = interior_point.solve

    def solve(a: Table, b: Table, tol: float, settings: Settings, *rest: object) -> Solution:
        return attempt(a, b, tol, replace(settings, max_iterations=4), *rest)

    monkeypatch.setattr(interior_point, "solve", solve)
