"""Differential entropy of numbers: of each column, less what columns share; in nats.

h(x) = sum_i h(x_i) - T. Each column by nearest neighbours (Kozachenko & Leonenko, Problems of
Information Transmission 23, 1987), which in one dimension have next to no bias; the total
correlation T by a Gaussian copula without its bias, and, where neighbours clearly see more in rows
of all columns than in draws from it, by what they see more.
"""

from __future__ import annotations

import math
import time

import numpy as np
from scipy.spatial import cKDTree
from scipy.special import psi

from pid._types import Floats
from pid.checks import INTERVAL, RANDOM_STATE, UNIT, checked, seed_of
from pid.core.information import Unit, nats_per
from pid.discretization.kmeans import normal_scores
from pid.errors import InvalidInput
from pid.estimators.mutual_information import gaussian
from pid.estimators.mutual_information.estimate import found_of
from pid.estimators.mutual_information.found import Found
from pid.estimators.mutual_information.neighbours import NEIGHBOURS
from pid.estimators.mutual_information.numbers import CLEARLY, FEW_COLUMNS, SIMULATED
from pid.estimators.mutual_information.result import Estimate, of_level
from pid.estimators.mutual_information.sides import (
    Side,
    beyond,
    check_rows,
    side_of,
    without_copies,
)
from pid.io.rows import read_rows


@checked(interval=INTERVAL, unit=UNIT, random_state=RANDOM_STATE)
def differential_entropy(
    X: object,
    given: object = None,
    *,
    interval: float | None = 0.95,
    unit: Unit = "bit",
    random_state: int | None = 0,
) -> Estimate:
    """Differential entropy h(X) of numbers, or h(X | given) = h(X) - I(X; given).

    It depends on the scale of X, and may be negative. Entropies of symbols are those of
    ``pid.entropy_samples``.

    Args:
        X: numbers, shape (n,) or (n, columns).
        given: the condition, of any kind; None for nothing.
        interval, unit, random_state: as for ``estimate``.

    Raises:
        InvalidInput: as ``estimate``; symbols, or numbers that repeat, of which it is minus
            infinity.

    Examples:
        >>> rng = np.random.default_rng(0)
        >>> x = rng.uniform(0, 4, size=2000)  # 2 bit
        >>> found = differential_entropy(x)
        >>> abs(found.value - 2) < 0.1, differential_entropy(8 * x).value - found.value
        (True, 3.0)
    """
    begin = time.perf_counter()
    condition = {} if given is None else {"given": given}
    (x, *z), _, copied = without_copies(list(read_rows({"x": X, **condition}).variables))
    check_rows(x)
    side, others = side_of(x), [side_of(variable) for variable in z]
    rng = np.random.default_rng(seed_of(random_state))
    found = _of_numbers(_checked(side), rng)
    if others:
        found = _less(found, side, others, rng)
    found, nat = of_level(found, interval), nats_per(unit)
    return Estimate(
        value=found.value / nat,
        interval=None if interval is None else (found.low / nat, found.high / nat),
        level=interval,
        unit=unit,
        route=found.route,
        flags=found.flags,
        notes=(
            *copied,
            *side.notes,
            *(note for other in others for note in other.notes),
            *found.notes,
        ),
        n=len(x),
        random_state=random_state,
        seconds=time.perf_counter() - begin,
    )


def _checked(side: Side) -> Floats:
    if side.matrix is None:
        raise InvalidInput(
            f"{side.role} is of symbols; pid.entropy_samples has their entropy by counting"
        )
    for name, column in zip(side.names, side.matrix.T, strict=True):
        most = int(np.unique(column, return_counts=True)[1].max())
        if most > NEIGHBOURS:
            raise InvalidInput(
                f"a value of {name} is there {most:,} times, so that the differential entropy is "
                "minus infinity; pid.entropy_samples counts values, or add what rounding took away"
            )
    if any("copied" in note for note in side.notes):
        raise InvalidInput(
            f"{side.role} has columns that are copies up to a monotone map, so that the "
            "differential entropy is minus infinity; leave them out"
        )
    return side.matrix


def _less(found: Found, side: Side, others: list[Side], rng: np.random.Generator) -> Found:
    """The entropy less what the condition tells; errors as if independent."""
    left = beyond(side, others)
    if left is None or left.matrix is not side.matrix:
        raise InvalidInput(
            "the condition has a column of x, up to a monotone map, so that the differential "
            "entropy is minus infinity; leave it out"
        )
    told, _ = found_of([side, others[0]], rng)
    low = math.hypot(found.value - found.low, told.high - told.value)
    high = math.hypot(found.high - found.value, told.value - told.low)
    value = found.value - told.value
    notes = (*found.notes, f"less what the condition tells, by route {told.route!r}", *told.notes)
    return Found(value, value - low, value + high, found.route, told.flags, notes)


def _of_numbers(matrix: Floats, rng: np.random.Generator) -> Found:
    terms = np.array([_terms(column[:, None]) for column in matrix.T])
    value, d = float(terms.mean(axis=1).sum()), len(terms)
    if d == 1:
        reach = 2 * float(terms.std()) / math.sqrt(terms.size) + 0.01
        return Found(value, value - reach, value + reach, "neighbours")
    scores = normal_scores(matrix)
    shared, more = _total_correlation(scores, rng)
    rows = _terms(scores) + (terms.T - _terms_of_scores(scores)).sum(axis=1)
    reach = 2 * float(rows.std()) / math.sqrt(len(rows)) + 0.01 * d + 0.1 * abs(more)
    value -= shared + more
    return Found(value, value - reach, value + reach, "neighbours" if more else "gaussian copula")


def _terms(rows: Floats) -> Floats:
    """Terms of an entropy whose mean is it, by distances to neighbours, the largest of columns."""
    n, d = rows.shape
    far = np.ravel(cKDTree(rows).query(rows, [NEIGHBOURS + 1], p=np.inf)[0])
    return np.asarray(psi(n) - psi(NEIGHBOURS) + d * np.log(2 * far))


def _terms_of_scores(scores: Floats) -> Floats:
    """- log p of each normal score."""
    return np.asarray((scores**2 + math.log(2 * math.pi)) / 2)


def _total_correlation(scores: Floats, rng: np.random.Generator) -> tuple[float, float]:
    """What columns share: by the Gaussian copula, and what neighbours see beyond it if clear."""
    n, d = scores.shape
    matrix = gaussian.correlations(scores)
    gaussian.check_regular(matrix)
    freedom = psi((n - np.arange(1, d + 1)) / 2).sum() - d * psi((n - 1) / 2)
    shared = (float(freedom) - gaussian.log_det(matrix)) / 2
    if d > FEW_COLUMNS:
        return shared, 0.0
    root = gaussian.factor(matrix)
    drawn = np.array(
        [
            _terms(normal_scores(rng.standard_normal((n, d)) @ root.T)).mean()
            for _ in range(SIMULATED)
        ]
    )
    more = float(drawn.mean() - _terms(scores).mean())
    unsure = max(float(drawn.std(ddof=1)), 0.005) * math.sqrt(1 + 1 / SIMULATED)
    return (shared, more) if abs(more) > CLEARLY * unsure else (shared, 0.0)
