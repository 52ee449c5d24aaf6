"""Rows of pandas belong together by their labels, rows of everything else by their position."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pid.errors import InvalidInput


def check_indices(data: Iterable[tuple[str, Any]]) -> None:
    """Raise InvalidInput if two series or frames of pandas label their rows differently.

    Taken by position, a target whose rows were shuffled together with their labels would be that of
    other rows, and nothing in the numbers would tell.

    Args:
        data: what users gave, with its role.

    Examples:
        >>> import pandas as pd
        >>> x = pd.Series([0, 1, 2])
        >>> check_indices([("x1", x), ("y", x.sort_values(ascending=False))])
        Traceback (most recent call last):
        pid.errors.InvalidInput: x1 and y are of pandas and label ... (data row 1 is 0 and 2); ...
    """
    labelled = [(role, one) for role, one in data if _is_pandas(one)]
    for other, given in labelled[1:]:
        first, one, two = labelled[0][0], labelled[0][1].index, given.index
        if len(one) == len(two) and not one.equals(two):  # of other lengths more can be said
            pairs = enumerate(zip(one, two, strict=True))
            row = next((i for i, (a, b) in pairs if a != b), 0)
            labels = [index[row : row + 1].tolist()[0] for index in (one, two)]
            raise InvalidInput(
                f"{first} and {other} are of pandas and label their rows differently (data row "
                f"{row + 1} is {labels[0]!r} and {labels[1]!r}); here rows belong together by "
                f"position: bring {other} into the order of {first}, as y.loc[X.index] does, or "
                "drop the labels with reset_index(drop=True)"
            )


def labels_of(data: Iterable[Any], kept: NDArray[np.bool_] | None) -> Any:
    """Labels of the rows that are left: those of pandas, or else positions.

    Args:
        data: what users gave.
        kept: whether each row is left; None where all are.

    Returns:
        An index of pandas or an array; None where these are all rows, and 0, 1, ... their labels.
    """
    index = next((one.index for one in data if _is_pandas(one)), None)
    if index is not None:
        return index if kept is None else index[kept]
    return None if kept is None else np.flatnonzero(kept)


def _is_pandas(data: object) -> bool:
    """Without an import of pandas, which may not be there yet."""
    module = type(data).__module__.partition(".")[0]
    return module == "pandas" and hasattr(data, "index") and hasattr(data, "iloc")
