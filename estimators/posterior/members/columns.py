"""Columns side by side, on one scale, which is taken from the rows to learn from."""

from __future__ import annotations

import numpy as np

from pid._types import Floats

CONSTANT = 1e-6  # a deviation below it is rounding: features of all rows have deviation 1


def standardised(
    learned: Floats, asked: Floats, weights: Floats | None = None
) -> tuple[Floats, Floats]:
    """Columns with mean 0 and deviation 1 in the rows to learn from; constant ones as 0.

    Args:
        learned: rows to learn from, shape (rows, columns).
        asked: rows to say something of, shape (other rows, columns); in the scale of ``learned``.
        weights: how many equal rows each row of ``learned`` stands for, or None.

    Returns:
        Both; a column that is constant in ``learned`` is 0 in both, as nothing is known of it.

    Examples:
        >>> standardised(np.array([[1.0, 7.0], [3.0, 7.0]]), np.array([[5.0, 8.0]]))[1].tolist()
        [[3.0, 0.0]]
    """
    mean = np.average(learned, axis=0, weights=weights)
    centred = learned - mean
    deviation = np.sqrt(np.average(centred**2, axis=0, weights=weights))
    varies = deviation > CONSTANT
    scale = np.where(varies, 1 / np.where(varies, deviation, 1), 0)
    return centred * scale, (asked - mean) * scale
