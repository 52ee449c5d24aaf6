"""Where a column has no value."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pid._types import Column
from pid.core.symbols import Encoded

Gaps = NDArray[np.bool_]

GAP = "missing"  # the symbol of gaps


def gaps_of(column: Column, text: Encoded | None, values: Sequence[object]) -> Gaps:
    """Rows without a value: None, NaN and their like, and those that stand for them.

    Args:
        column: one value per row.
        text: its codes and symbols, where it is known to be text.
        values: what stands for a missing value: text is compared with text, numbers with numbers.
    """
    if text is not None:
        codes, symbols = text
        return np.isin(codes, [i for i, symbol in enumerate(symbols) if symbol in values])
    if column.dtype.kind == "f":
        return np.isnan(column) | np.isin(column, _numbers(values))
    if column.dtype.kind in "iu":
        return np.isin(column, _numbers(values))
    if column.dtype.kind in "bV":
        return np.zeros(len(column), dtype=bool)
    if column.dtype.kind in "US":
        return np.isin(column, [value for value in values if isinstance(value, str)])
    return _of_objects(column, values)


def _of_objects(column: Column, values: Sequence[object]) -> Gaps:
    import pandas as pd  # late: it knows all kinds of missing values, but few inputs need it

    found = np.asarray(pd.isna(column.ravel())).reshape(column.shape)
    if found.ndim > 1:  # lists of one length: refused for what they are
        return np.zeros(len(column), dtype=bool)
    if values:
        known = set(values)
        found = found | np.fromiter((_stands(v, known) for v in column), bool, len(column))
    return found


def _stands(value: object, known: set[object]) -> bool:
    if isinstance(value, bool | np.bool_) or not hasattr(value, "__hash__"):
        return False
    try:
        return value in known
    except TypeError:
        return False


def _numbers(values: Sequence[object]) -> list[float]:
    return [float(v) for v in values if isinstance(v, int | float | np.number)]
