"""What rows belong together, and what each weighs: from labels, blocks and weights to numbers."""

from __future__ import annotations

import math
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes, Counts, Floats
from pid.core.arrays import as_array
from pid.core.joint import distinct_rows
from pid.core.symbols import encode
from pid.errors import InvalidInput

FEWEST = 4  # groups or blocks from which an interval is made
BLOCKS, SHORTEST = 50, 10  # of a time series: how many, and how many rows they have at least


def grouping(
    rows: int,
    groups: object,
    blocks: int | None,
    kept: NDArray[np.bool_] | None = None,
    *,
    interval: bool = False,
) -> Codes | None:
    """The group of each row as a number, from labels or from a length of blocks; None if neither.

    Args:
        rows: how many there are.
        groups: a label for each.
        blocks: or this many in a row.
        kept: rows that are left; others need no label, and have a place in their block.
        interval: whether one is to be made from them.

    Raises:
        InvalidInput: both, labels that are missing or of another length, or too few groups.
    """
    if groups is None and blocks is None:
        return None
    check_grouping(groups, blocks)
    if blocks is not None:
        codes = np.arange(rows) // int(blocks)
        codes = codes if kept is None else np.unique(codes[kept], return_inverse=True)[1]
    else:
        labels: Any = groups if kept is None else _labels_of(groups, rows, kept)
        codes, _ = encode(labels, "groups")
        if kept is None and len(codes) != rows:
            raise _not_one_each(rows, len(codes))
    if not codes.any():
        raise InvalidInput(
            "all rows are in one group or block; at least 2 are needed to see how groups differ"
        )
    if interval:
        check_enough(int(codes.max()) + 1)
    return codes


def blocks_within(groups: Codes, length: int) -> Codes:
    """Number of the block of each row: so many rows in a row of one group, and none of another.

    Args:
        groups: of the rows; 0 for all where there is one.
        length: rows of a block; the last of a group may have fewer.

    Examples:
        >>> blocks_within(np.array([0, 1, 0, 1, 0, 1]), 2).tolist()
        [0, 2, 0, 2, 1, 3]
    """
    order = np.argsort(groups, kind="stable")
    sizes = np.bincount(groups)
    place = np.empty_like(groups)
    place[order] = np.arange(len(groups)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    pairs = groups * (int(sizes.max()) // length + 1) + place // length
    codes: Codes = np.unique(pairs, return_inverse=True)[1]
    return codes


def block_length(rows: int, reach: int = 1) -> int:
    """How many rows of a time series are resampled together, where nobody says.

    Few long blocks, as what is left between blocks of rows that are alike makes intervals too
    narrow, and more than some tens make them hardly steadier (Schmeiser, Operations Research 30,
    1982): fifty, and none shorter than ten rows, of few rows an eighth, or twice the longest lag.

    Examples:
        >>> block_length(5000), block_length(300), block_length(300, reach=20)
        (100, 10, 40)
    """
    return max(math.ceil(rows / BLOCKS), min(SHORTEST, rows // (2 * FEWEST)), 2 * reach)


def _labels_of(groups: Any, rows: int, kept: NDArray[np.bool_]) -> list[Any]:
    """Of the rows that are left."""
    if len(groups) != rows:
        raise _not_one_each(rows, len(groups))
    return list(compress(groups, kept))


def _not_one_each(rows: int, labels: int) -> InvalidInput:
    return InvalidInput(f"groups must have one label per row, {rows}; got {labels}")


def effective_units(groups: Codes | None) -> float:
    """How many groups of one size would spread as much as these (Kish 1965); no end of single rows.

    Examples:
        >>> effective_units(np.array([0, 0, 1, 1])), effective_units(None)
        (2.0, inf)
    """
    if groups is None:
        return math.inf
    sizes = np.bincount(groups).astype(np.float64)
    return float(sizes.sum() ** 2 / (sizes**2).sum())


def check_enough(groups: int) -> None:
    """Raise InvalidInput where groups or blocks are too few for any interval."""
    if groups < FEWEST:
        raise InvalidInput(
            f"an interval needs at least {FEWEST} independent groups or blocks; got {groups}, of "
            "which nobody can say how others would differ. Ask for none (interval=None), or find "
            "more groups"
        )


def check_grouping(groups: object, blocks: int | None) -> None:
    """Raise InvalidInput for groups and blocks both."""
    if groups is not None and blocks is not None:
        raise InvalidInput("give groups or blocks, not both: a block is a group of rows in order")


def row_weights(
    rows: int,
    weights: object,
    times: Counts | None = None,
    kept: NDArray[np.bool_] | None = None,
) -> Floats | None:
    """Weights as positive numbers that sum to the effective number of rows; None if there are none.

    (sum w)^2 / sum w^2 rows of equal weight would give means of the same variance (Kish 1965).

    Args:
        rows: how many weights there should be.
        weights: one per row.
        times: how often each row occurs; once if left out.
        kept: rows that are left; others need no weight.

    Raises:
        InvalidInput: not one finite, positive number per row.
    """
    if weights is None:
        return None
    try:
        values = as_array(weights, "weights", np.float64)
    except (TypeError, ValueError) as err:
        raise InvalidInput(f"weights must be numbers, one per row: {err}") from err
    if values.shape != (rows,):
        raise InvalidInput(f"weights must have shape ({rows},), one per row; got {values.shape}")
    places = np.arange(rows) if kept is None else np.flatnonzero(kept)
    values = values[places]
    bad = np.flatnonzero(~(np.isfinite(values) & (values > 0)))
    if len(bad):
        raise InvalidInput(
            f"weights[{places[bad[0]]}] is {values[bad[0]]:g}; weights must be finite and "
            "positive, so leave out rows that count for nothing"
        )
    values = values / values.max()
    (distinct,), often = distinct_rows([values], times)  # in one order, whatever that of the rows
    return np.asarray(values * (float(distinct @ often) / float(distinct**2 @ often)))
