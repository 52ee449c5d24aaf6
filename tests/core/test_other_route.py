"""The minimum found by plain search, where the feasible set has few dimensions."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import xlogy

import pid
from pid.core.solver import Method
from pid.datasets import gate, random

Table = NDArray[np.float64]
SEEDS = range(6)
CORNERS = np.array([[1.0, -1.0], [-1.0, 1.0]])


def value(q: Table) -> Table:
    """-H(Y | X1, X2) of couplings (..., n1, n2, k), in nats."""
    return np.asarray(xlogy(q, q).sum((-1, -2, -3)) - xlogy(q.sum(-1), q.sum(-1)).sum((-1, -2)))


def least_on_grids(p: Table, zooms: int = 12, points: int = 41) -> float:
    """Minimum over q = p + t_y on the diagonal of x1, x2 and - t_y off it, by ever finer grids.

    Shape (2, 2, k) has no other directions, and the value is convex in them.
    """
    low = -np.minimum(p[0, 0], p[1, 1])
    high = np.minimum(p[0, 1], p[1, 0])
    first, last = low, high
    best = np.inf
    for _ in range(zooms):
        t = np.stack(np.meshgrid(*np.linspace(first, last, points).T, indexing="ij"), axis=-1)
        q = np.maximum(p + CORNERS[:, :, None] * t[..., None, None, :], 0)
        values = value(q)
        best = min(best, float(values.min()))
        centre = t[np.unravel_index(values.argmin(), values.shape)]
        reach = 3 * (last - first) / (points - 1)
        first, last = np.maximum(low, centre - reach), np.minimum(high, centre + reach)
    return best


def union(p: Table, method: Method = "auto") -> float:
    certificate = pid.decompose(p, unit="nat", method=method).certificate
    assert certificate is not None
    return certificate.primal - pid.entropy(p.sum(axis=(0, 1)), unit="nat")


@pytest.mark.parametrize("method", ["auto", "interior-point"])
@pytest.mark.parametrize("concentration", [0.1, 1.0, 10.0])
@pytest.mark.parametrize("seed", SEEDS)
def test_grids(seed: int, concentration: float, method: Method) -> None:
    p = random.dirichlet((2, 2, 2), concentration=concentration, random_state=seed)
    assert union(p, method) == pytest.approx(least_on_grids(p), abs=2e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_grids_in_three_dimensions(seed: int) -> None:
    p = random.dirichlet((2, 2, 3), random_state=seed)
    assert union(p) == pytest.approx(least_on_grids(p, points=17), abs=2e-9)


@pytest.mark.parametrize("name", ["xor", "and", "or", "copy", "rdn", "two_views"])
def test_grids_on_gates(name: str) -> None:
    p = gate(name)
    if p.shape == (2, 2, 2):
        assert union(p) == pytest.approx(least_on_grids(p), abs=2e-9)
    else:
        assert p.shape == (2, 2, 4) and union(p) == pytest.approx(0, abs=2e-9)  # y tells x1, x2
