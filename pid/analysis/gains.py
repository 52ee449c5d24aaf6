"""Tests of what an atom cannot do without, by what classifiers gain on rows that they had not seen.

A gain is the log-probability of the class that there was, less that of its share among all rows:
the mean of gains over rows is information. Its standard error, by groups of rows where there are
some, makes a one-sided z-test of "it is 0". Classifiers that miss something make a gain too small,
and so p too large, but never the other way round, save for what little the calibration fits to.
"""

from __future__ import annotations

import numpy as np
from scipy.special import stdtr

from pid._types import Codes, Floats
from pid.estimators.posterior.estimate import standard_errors
from pid.inference.grouping import effective_units

TINY = 1e-9  # nats that are rounding
LEAST = 1e-12  # p-value: the normal law of a mean is not known so far out


def needs(gains: Floats, groups: Codes | None) -> Floats:
    """The largest p-value of what R, U1, U2, S and the total cannot do without, shape (5,).

        redundancy     I(Y; X1), I(Y; X2)
        unique1        I(Y; X1), I(Y; X1 | X2)
        unique2        I(Y; X2), I(Y; X2 | X1)
        synergy        I(Y; X1 | X2), I(Y; X2 | X1)
        total          I(Y; X1, X2)

    Args:
        gains: of x1, x2 and both, shape (3, rows).
        groups: numbers of groups of rows, or None.
    """
    first, second, both = gains
    tests = np.array([first, second, both - second, both - first, both])
    errors = standard_errors(tests, groups)
    found = p_of(tests.mean(axis=1), errors, units_of(gains.shape[1], groups))
    only1, only2, given1, given2, together = found
    pairs = [(only1, only2), (only1, given1), (only2, given2), (given1, given2), (together,)]
    return np.array([max(pair) for pair in pairs])


def units_of(rows: int, groups: Codes | None) -> float:
    """How many rows, or groups of rows, are independent."""
    return rows if groups is None else effective_units(groups)


def p_of(values: Floats, errors: Floats, units: float) -> Floats:
    """One-sided p-values of values being 0, from their standard errors: by Student's law.

    Where all gains are alike, as if nothing could go wrong, the error is taken for that of so many
    units of which one is 0.

    Examples:
        >>> p_of(np.array([1.0, 0.0, 1.0]), np.array([0.5, 0.5, 0.0]), 9).round(4).tolist()
        [0.0403, 0.5, 0.0085]
    """
    values = np.where(np.abs(values) < TINY, 0.0, values)
    least = np.maximum(np.abs(values), TINY) / np.sqrt(units)
    return np.asarray(
        np.maximum(stdtr(max(units - 1, 1), -values / np.maximum(errors, least)), LEAST)
    )
