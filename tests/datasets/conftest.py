"""A second way to the atoms: slow, simple, and it proves its own error bar."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from pid.core.information import mutual_information

Table = NDArray[np.float64]
Bracket = Callable[[Table], tuple[float, float]]


def bracket(table: Table, sweeps: int = 8000) -> tuple[float, float]:
    """Lower and upper bound of min I_q(Y; X1, X2) in bits, by alternating minimisation.

    After Banerjee, Rauh and Montufar (2018): scale rows and columns of r(x1, x2) to the marginals
    of each label, then set r to the mixture of the labels. The scale factors are multipliers: their
    logarithms, shifted until sum_y exp(a + b) <= 1, bound the minimum from below.
    """
    p = np.moveaxis(table, 2, 0)
    rows, cols, p_y = p.sum(2), p.sum(1), p.sum((1, 2))
    q = rows[:, :, None] * cols[:, None, :] / p_y[:, None, None]
    col_scale = np.ones_like(cols)
    for _ in range(sweeps):
        r, last = q.sum(0), q
        row_scale = divide(rows, (r * col_scale[:, None, :]).sum(2))
        col_scale = divide(cols, (r * row_scale[:, :, None]).sum(1))
        q = r * row_scale[:, :, None] * col_scale[:, None, :]
        if np.abs(q - last).max() < 1e-16:
            break
    # rows were scaled first: what is left over of them goes where the columns allow it
    q *= np.minimum(1, divide(rows, q.sum(2)))[:, :, None]
    missing1, missing2 = rows - q.sum(2), cols - q.sum(1)
    q += divide(missing1[:, :, None] * missing2[:, None, :], missing1.sum(1)[:, None, None])
    upper = mutual_information(np.moveaxis(q, 0, 2), (0, 1), 2)

    mass = row_scale[:, :, None] * col_scale[:, None, :]
    bound = (
        -(p_y * np.log(p_y)).sum()
        + (rows * np.log(row_scale, where=rows > 0, out=np.zeros_like(rows))).sum()
        + (cols * np.log(col_scale, where=cols > 0, out=np.zeros_like(cols))).sum()
        - np.log(mass.sum(0).max())
    )
    return bound / np.log(2), upper


def divide(a: Table, b: Table) -> Table:
    """a / b, and 0 where b is 0."""
    return np.divide(a, b, out=np.zeros(np.broadcast(a, b).shape), where=b > 0)


@pytest.fixture(name="bracket")
def bracket_fixture() -> Bracket:
    return bracket
