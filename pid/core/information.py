"""Entropies and informations of tables with any number of axes.

A table is an array of probabilities or counts; axes are named by their index, or a tuple of
indices. Cover & Thomas, Elements of Information Theory (2006), chapter 2; co-information: McGill
(1954).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pid._types import Floats
from pid.checks import UNIT, checked, is_integer, shortened, that
from pid.core.distinct import numbered_rows
from pid.core.joint import as_distribution
from pid.core.symbols import encode
from pid.errors import InvalidDistribution, InvalidInput

Unit = Literal["bit", "nat"]
Axes = int | tuple[int, ...]
AXES = that(
    "the index of an axis of p, or a tuple of them (of samples, entropy_samples has entropies)",
    lambda value: all(map(is_integer, value if isinstance(value, tuple) else (value,))),
)

NATS_PER_BIT = math.log(2.0)

FEWEST_SAMPLES = 8  # numbers, of which one may say that they are samples

TINY = 1e-300  # keeps 0 log 0 at 0


def xlogx(p: NDArray[np.floating]) -> NDArray[np.floating]:
    """p log p in nats, 0 where p is 0 (SciPy has it, but is slower to import than all of this)."""
    return np.asarray(p * np.log(p + TINY))


def nats_per(unit: str) -> float:
    """Size of one ``unit`` in nats; divide nats by it to convert."""
    return NATS_PER_BIT if unit == "bit" else 1.0


@checked(unit=UNIT)
def entropy(p: ArrayLike, *, unit: Unit = "bit") -> float:
    """Entropy H of all axes together.

    Args:
        p: probabilities or counts with any number of axes; finite, >= 0, with some mass.
        unit: "bit" or "nat".

    Raises:
        InvalidDistribution: ``p`` is not a table, here and below.
        InvalidInput: an unknown unit; below also an axis that is not there, or in two groups.

    Examples:
        >>> entropy([1, 1, 1, 1])
        2.0
    """
    table = as_distribution(p)
    if _looks_like_samples(np.asarray(p)):
        raise InvalidDistribution(
            f"p looks like {len(table)} samples of {len(np.unique(table))} symbols, not like "
            "counts of as many; pid.entropy_samples(p) counts them, and pid.entropy(p / sum(p)) "
            "takes them for the counts"
        )
    return _entropy(table) / nats_per(unit)


@checked(unit=UNIT)
def entropy_samples(*columns: Iterable[Hashable], unit: Unit = "bit") -> float:
    """Entropy H of samples, by counting: of one column, or of the rows of several.

    It is that of the sample: too small for the population by about (symbols - 1) / (2 n) nats
    (Miller 1955).

    Args:
        columns: one symbol per sample, any hashable; all of one length.
        unit: "bit" or "nat".

    Raises:
        InvalidInput: no columns or samples, lengths that differ, or a missing symbol.

    Examples:
        >>> entropy_samples([0, 1, 0, 1, 0, 0, 1, 1])
        1.0
        >>> x, y = "aabb", "abab"
        >>> entropy_samples(x) + entropy_samples(y) - entropy_samples(x, y)
        0.0
    """
    coded = [encode(column, f"columns[{i}]")[0] for i, column in enumerate(columns)]
    lengths = {len(codes) for codes in coded}
    if len(lengths) != 1 or not max(lengths):
        raise InvalidInput(
            "entropy_samples takes columns of one symbol per sample, all of one length; got "
            f"{len(coded)} of {', '.join(str(len(codes)) for codes in coded) or 'none'} symbols"
        )
    numbers, _ = numbered_rows(coded)
    return _entropy(as_distribution(np.bincount(numbers))) / nats_per(unit)


@checked(of=AXES, given=AXES, unit=UNIT)
def conditional_entropy(p: ArrayLike, of: Axes, given: Axes, *, unit: Unit = "bit") -> float:
    """Conditional entropy H(of | given) = H(of, given) - H(given).

    Args:
        p, unit: as for ``entropy``.
        of, given: an axis of ``p`` or a tuple of axes; all others are summed out.

    Examples:
        >>> round(conditional_entropy([[1, 1], [0, 2]], of=1, given=0), 12)
        0.5
    """
    table = as_distribution(p)
    axes_of, axes_given = _disjoint(table, of, given)
    nats = _entropy_of(table, axes_of + axes_given) - _entropy_of(table, axes_given)
    return nats / nats_per(unit)


@checked(a=AXES, b=AXES, unit=UNIT)
def mutual_information(p: ArrayLike, a: Axes = 0, b: Axes = -1, *, unit: Unit = "bit") -> float:
    """Mutual information I(a; b) = H(a) + H(b) - H(a, b).

    Args:
        p, unit: as for ``entropy``.
        a, b: an axis of ``p`` or a tuple of axes; by default the first and the last, which in a
            table (x1, x2, y) is I(x1; y). All others are summed out.

    Examples:
        >>> mutual_information([[1, 0], [0, 1]])
        1.0
    """
    table = as_distribution(p)
    axes_a, axes_b = _disjoint(table, a, b)
    nats = (
        _entropy_of(table, axes_a)
        + _entropy_of(table, axes_b)
        - _entropy_of(table, axes_a + axes_b)
    )
    return nats / nats_per(unit)


@checked(a=AXES, b=AXES, given=AXES, unit=UNIT)
def conditional_mutual_information(
    p: ArrayLike, a: Axes, b: Axes, given: Axes, *, unit: Unit = "bit"
) -> float:
    """Conditional mutual information I(a; b | given) = I(a; b, given) - I(a; given).

    Args:
        p, unit: as for ``entropy``.
        a, b, given: an axis of ``p`` or a tuple of axes; all others are summed out.

    Examples:
        >>> xor = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]]
        >>> conditional_mutual_information(xor, a=0, b=2, given=1)
        1.0
    """
    table = as_distribution(p)
    axes_a, axes_b, axes_c = _disjoint(table, a, b, given)
    nats = (
        _entropy_of(table, axes_a + axes_c)
        + _entropy_of(table, axes_b + axes_c)
        - _entropy_of(table, axes_a + axes_b + axes_c)
        - _entropy_of(table, axes_c)
    )
    return nats / nats_per(unit)


@checked(unit=UNIT)
def co_information(p: ArrayLike, *, unit: Unit = "bit") -> float:
    """Co-information I(x1; x2; y) = I(x1; y) - I(x1; y | x2) of a table with three axes.

    It equals redundancy minus synergy, so it is neither of them; negative for XOR.

    Args:
        p: probabilities or counts, shape (n1, n2, k).
        unit: "bit" or "nat".

    Examples:
        >>> co_information([[[1, 0], [0, 1]], [[0, 1], [1, 0]]])
        -1.0
    """
    table = as_distribution(p)
    if table.ndim != 3:
        raise InvalidDistribution(f"co-information needs 3 axes (x1, x2, y); got {table.shape}")
    shared = mutual_information(table, 0, 2, unit=unit)
    return shared - conditional_mutual_information(table, 0, 2, 1, unit=unit)


def information_terms(joint: Floats, p_y: Floats) -> Floats:
    """Each cell's term of I(Y; X1, X2) in nats, 0 where ``joint`` (n1, n2, k) is 0."""
    pair = joint.sum(axis=2, keepdims=True)
    ratio = np.divide(joint, pair * p_y, out=np.ones_like(joint), where=joint > 0)
    return np.asarray(joint * np.log(ratio))


def _entropy(table: Floats) -> float:
    return -float(xlogx(table).sum()) + 0.0  # + 0.0 turns -0.0 into 0.0


def _entropy_of(table: Floats, axes: tuple[int, ...]) -> float:
    """Entropy of the marginal on ``axes``, in nats."""
    rest = tuple(axis for axis in range(table.ndim) if axis not in axes)
    return _entropy(table.sum(axis=rest))


def _disjoint(table: Floats, *groups: Axes) -> list[tuple[int, ...]]:
    """Groups of axes as tuples of non-negative indices that do not overlap."""
    found: list[tuple[int, ...]] = []
    for group in groups:
        axes = group if isinstance(group, tuple) else (group,)
        if not all(-table.ndim <= axis < table.ndim for axis in axes):
            raise InvalidInput(f"axis {shortened(group)} is not one of shape {table.shape}")
        found.append(tuple(axis % table.ndim for axis in axes))
    flat = [axis for axes in found for axis in axes]
    if len(flat) != len(set(flat)):
        raise InvalidInput(f"groups of axes overlap: {', '.join(map(str, groups))}")
    return found


def _looks_like_samples(p: NDArray[np.generic]) -> bool:
    """One axis of whole numbers 0 ... k - 1, all there, and more than twice each on average."""
    if p.ndim != 1 or p.dtype.kind not in "biu" or len(p) < FEWEST_SAMPLES:
        return False
    symbols = np.unique(p).astype(np.int64)
    k = len(symbols)
    return bool(k > 1 and 2 * k < len(p) and np.array_equal(symbols, np.arange(k)))
