"""What information says about accuracy: how good the best model can be, and has to be.

With I = I(X; Y) known and no more, X being one modality or both. ``accuracy_bounds`` is sharper
where pair marginals are known; these also hold for information that comes from elsewhere.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from pid._types import Floats
from pid.checks import UNIT, checked, number
from pid.core.information import Unit, entropy, nats_per
from pid.core.joint import as_distribution
from pid.errors import InvalidInput

ROUNDING = 1e-9  # nats that information may exceed the entropy of y by


@checked(information=number(), unit=UNIT)
def fano_accuracy(information: float, p_y: ArrayLike, *, unit: Unit = "bit") -> float:
    """The largest accuracy of a model that has this much information about y.

    Fano's inequality, solved and not rounded: with e the share of errors and k classes,
    h(e) + e log(k - 1) >= H(Y) - I (Cover & Thomas 2006, theorem 2.10.1).

    Args:
        information: I(X; Y), from 0 to H(Y).
        p_y: probabilities or counts of the classes.
        unit: of the information.

    Raises:
        InvalidDistribution, InvalidInput: not such.

    Examples:
        >>> round(fano_accuracy(0.5, [1, 1]), 4)
        0.89
    """
    classes, left = _left(information, p_y, unit)
    k = len(classes)
    if left <= 0 or k == 1:
        return 1.0

    def missing(error: float) -> float:
        h = -error * np.log(error) - (1 - error) * np.log1p(-error)
        return float(h + error * np.log(k - 1) - left)

    most = 1 - 1 / k
    if missing(most) <= 0:  # nothing is known
        return 1 / k
    return 1.0 - float(brentq(missing, 1e-300, most, xtol=1e-14))


@checked(information=number(), unit=UNIT)
def feder_merhav_accuracy(information: float, p_y: ArrayLike, *, unit: Unit = "bit") -> float:
    """The least accuracy of the best model of an X with this much information about y.

    Of X with H(Y | X) = log i, errors are at most (i - 1) / i, and linear in between (Feder &
    Merhav, IEEE Trans. Inf. Theory 40(1), 1994). The first piece is the bound of Hellman and Raviv:
    errors are at most half of H(Y | X) in bits. Never less than the commonest class.

    Args:
        information, p_y, unit: see ``fano_accuracy``.

    Raises:
        InvalidDistribution, InvalidInput: not such.

    Examples:
        >>> feder_merhav_accuracy(0.5, [1, 1])
        0.75
    """
    classes, left = _left(information, p_y, unit)
    i = np.arange(1, len(classes) + 1)
    errors = float(np.interp(max(left, 0.0), np.log(i), 1 - 1 / i))
    return max(1 - errors, float(classes.max()))


@checked(information=number(), unit=UNIT)
def hellman_raviv_accuracy(information: float, p_y: ArrayLike, *, unit: Unit = "bit") -> float:
    """The least accuracy as Hellman and Raviv have it, or the commonest class if that is more.

    Errors are at most half of H(Y | X) in bits (IEEE Trans. Inf. Theory 16(4), 1970).

    Args:
        information, p_y, unit: see ``fano_accuracy``.

    Examples:
        >>> hellman_raviv_accuracy(0.5, [1, 1])
        0.75
    """
    classes, left = _left(information, p_y, unit)
    return max(1 - max(left, 0.0) / float(np.log(4)), float(classes.max()))


@checked(information=number(), unit=UNIT)
def published_accuracy(
    information: float, p_y: ArrayLike, *, unit: Unit = "bit"
) -> tuple[float, float]:
    """Both bounds as published by Liang et al. (ICLR 2024, theorem 5): not to be relied on.

    They are 2^(I - H(Y)) and (I + 1) / log |Y|. The second is Fano's inequality with h(e) rounded
    to one bit, for classes of one size: it can exceed 1, always does for two classes, and does not
    hold if classes are of different size.

    Args:
        information, p_y, unit: see ``fano_accuracy``.

    Examples:
        >>> published_accuracy(0.5, [1, 1])
        (0.7071067811865476, 1.5)
    """
    classes, left = _left(information, p_y, unit)
    if len(classes) == 1:
        return 1.0, 1.0
    return float(np.exp(-left)), (_bits(information, unit) + 1) / float(np.log2(len(classes)))


def _left(information: float, p_y: ArrayLike, unit: Unit) -> tuple[Floats, float]:
    """The classes that occur, and H(Y | X) in nats."""
    classes = as_distribution(p_y).ravel()
    classes = classes[classes > 0]
    left = entropy(classes, unit="nat") - information * nats_per(unit)
    if information < -ROUNDING or left < -ROUNDING:
        raise InvalidInput(
            f"information must be from 0 to H(y) = {entropy(classes, unit=unit):.6g} {unit}; "
            f"got {information!r}"
        )
    return classes, left


def _bits(information: float, unit: Unit) -> float:
    return information * nats_per(unit) / nats_per("bit")
