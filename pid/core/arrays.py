"""Arrays of other libraries as NumPy's: tensors, labelled arrays, and whatever says it is one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pid._types import Column
from pid.errors import InvalidInput

LONGEST = 160  # characters of what a library says


def as_array(data: Any, role: str, dtype: Any = None) -> Column:
    """The values as an array of NumPy.

    Args:
        data: an array of any library, or nested lists.
        role: what it is called in messages.
        dtype: of the array; what fits the values if left out.

    Raises:
        InvalidInput: what cannot be one, with what to give instead.

    Examples:
        >>> as_array([[1, 2], [3, 4]], "x1").shape
        (2, 2)
    """
    if isinstance(data, Mapping) or hasattr(data, "data_vars"):  # xarray.Dataset
        raise InvalidInput(
            f"{role} must be one array; got {type(data).__name__}, of several: give one of them, "
            "or a data frame with a column for each"
        )
    data = plain(data, role)
    try:
        if dtype is np.float64 and np.iscomplexobj(data):
            raise TypeError("it holds complex numbers")  # of which NumPy would take the real part
        return np.asarray(data, dtype=dtype)
    except Exception as err:  # of objects of other libraries, which raise whatever they like
        raise _unreadable(data, role, err) from err


def plain(data: Any, role: str) -> Any:
    """What is a tensor or a matrix as an array, and anything else as it is.

    Raises:
        InvalidInput: a tensor whose values cannot be had.
    """
    if isinstance(data, np.matrix):  # no part of which is 1-D
        return np.asarray(data)
    if type(data).__module__.partition(".")[0] != "torch" or not hasattr(data, "detach"):
        return data  # torch need not be there
    try:
        try:
            return data.numpy(force=True)  # wherever it is, with or without a gradient
        except TypeError:  # numbers that NumPy has no type for: bfloat16 and smaller
            return data.float().numpy(force=True)
    except Exception as err:  # sparse, nested, or without values: each kind in its own way
        raise _unreadable(data, role, err) from err


def is_boxed(item: Any) -> bool:
    """Whether this is a tensor or an array of no axis: as a symbol it is equal to itself alone."""
    return getattr(item, "ndim", None) == 0 and not isinstance(item, np.generic)


def fields(array: Column) -> dict[str, Column]:
    """The columns of a structured array by their names; none of any other array."""
    return {name: array[name] for name in array.dtype.names or ()}


def _unreadable(data: Any, role: str, err: Exception) -> InvalidInput:
    said = " ".join(str(err).split())[:LONGEST] or type(err).__name__
    return InvalidInput(
        f"{role} is a {type(data).__name__} that NumPy cannot read: {said}; give an array with "
        "its values in memory, or a data frame"
    )
