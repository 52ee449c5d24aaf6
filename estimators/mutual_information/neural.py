"""Information by networks that are trained, by the names of their bounds; needs torch.

All train critics on normal scores, of rows outside each fold, and are read on the rows inside: on
columns as they are a single value far out makes exponents overflow. They are here to compare with:
on a thousand rows ``estimate`` errs less and takes less time. Given Z, negatives are drawn within
the condition: among rows with the same symbol, or, of numbers, within a cell of alike rows, where
what Z tells inside a cell is still counted.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pid._types import Floats
from pid.checks import RANDOM_STATE, UNIT, checked, integer, seed_of
from pid.core.information import Unit, nats_per
from pid.discretization.kmeans import clustered, normal_scores
from pid.discretization.resolution import Resolution
from pid.errors import InvalidInput, need
from pid.estimators.mutual_information.sides import Side, check_apart, check_rows, side_of
from pid.io.rows import read_rows

FOLDS, STEPS = integer(2), integer()
PER_CELL = 25  # rows that are alike by what is given, and share it
FEWEST = 100  # rows, in each fold enough to be read


@checked(folds=FOLDS, steps=STEPS, unit=UNIT, random_state=RANDOM_STATE)
def infonce(
    X: object,
    Y: object,
    Z: object = None,
    *,
    folds: int = 3,
    steps: int = 500,
    unit: Unit = "bit",
    random_state: int | None = 0,
) -> float:
    """InfoNCE: how well a critic picks the y that came with x among others.

    Direction: lower in expectation, and never above log N, N rows of a fold: 10 bits cannot be
    shown by fewer than 1,024.

    Args:
        X, Y: numbers, or symbols, as indicators; one row per sample.
        Z: what is given; None for nothing.
        folds: parts of the rows that a critic is read on, each by one that was trained on others.
        steps: of training, at most.
        unit: "bit" or "nat".
        random_state: seed; None takes another one each time.

    Raises:
        InvalidInput: as ``estimate``; fewer than 100 rows.
        MissingExtra: torch is not installed.

    References:
        van den Oord, Li & Vinyals, Representation Learning with Contrastive Predictive Coding
        (2018), equation 5 and appendix A.1.
    """
    return _read("infonce", (X, Y, Z), folds, steps, random_state) / nats_per(unit)


@checked(folds=FOLDS, steps=STEPS, unit=UNIT, random_state=RANDOM_STATE)
def nwj(
    X: object,
    Y: object,
    Z: object = None,
    *,
    folds: int = 3,
    steps: int = 500,
    unit: Unit = "bit",
    random_state: int | None = 0,
) -> float:
    """The bound of Nguyen, Wainwright & Jordan, E f - E exp(f - 1).

    Direction: lower in expectation; its variance grows as exp(I).

    Args:
        X, Y, Z, folds, steps, unit, random_state: as for ``infonce``.

    References:
        Estimating divergence functionals and the likelihood ratio by convex risk minimization, IEEE
        Transactions on Information Theory 56 (2010).
    """
    return _read("nwj", (X, Y, Z), folds, steps, random_state) / nats_per(unit)


@checked(folds=FOLDS, steps=STEPS, unit=UNIT, random_state=RANDOM_STATE)
def dv(
    X: object,
    Y: object,
    Z: object = None,
    *,
    folds: int = 3,
    steps: int = 500,
    unit: Unit = "bit",
    random_state: int | None = 0,
) -> float:
    """The bound of Donsker & Varadhan, E f - log E exp f, as MINE maximises it.

    Direction: lower in expectation but for the logarithm of a mean, which of few negatives is
    high; its variance grows as exp(I).

    Args:
        X, Y, Z, folds, steps, unit, random_state: as for ``infonce``.

    References:
        Belghazi et al., Mutual Information Neural Estimation, ICML 2018, equation 10; here without
        a moving average, as batches are read as they are.
    """
    return _read("dv", (X, Y, Z), folds, steps, random_state) / nats_per(unit)


@checked(folds=FOLDS, steps=STEPS, unit=UNIT, random_state=RANDOM_STATE)
def smile(
    X: object,
    Y: object,
    Z: object = None,
    *,
    folds: int = 3,
    steps: int = 500,
    unit: Unit = "bit",
    random_state: int | None = 0,
) -> float:
    """SMILE: as ``dv``, with scores of negatives clipped at 5.

    The critic is trained as a classifier: trained on the clipped objective it diverges, as scores
    of positives are not clipped.

    Direction: none for sure; of less variance than ``dv``, and higher where scores are clipped.

    Args:
        X, Y, Z, folds, steps, unit, random_state: as for ``infonce``.

    References:
        Song & Ermon, Understanding the Limitations of Variational Mutual Information Estimators,
        ICLR 2020, equation 18.
    """
    return _read("smile", (X, Y, Z), folds, steps, random_state) / nats_per(unit)


@checked(folds=FOLDS, steps=STEPS, unit=UNIT, random_state=RANDOM_STATE)
def club(
    X: object,
    Y: object,
    Z: object = None,
    *,
    folds: int = 3,
    steps: int = 500,
    unit: Unit = "bit",
    random_state: int | None = 0,
) -> float:
    """CLUB: mean log q(y | x) of rows, less that of y of other rows, with q fitted.

    Direction: upper where q is p(y | x); of a q that is only near, nothing is sure. It is far above
    where information is large, and no estimate.

    Args:
        X, Y, Z, folds, steps, unit, random_state: as for ``infonce``; q has normal columns.

    References:
        Cheng et al., CLUB: A Contrastive Log-ratio Upper Bound of Mutual Information, ICML 2020,
        equation 7.
    """
    return _read("club", (X, Y, Z), folds, steps, random_state) / nats_per(unit)


@checked(folds=FOLDS, steps=STEPS, unit=UNIT, random_state=RANDOM_STATE)
def nce_club(
    X: object,
    Y: object,
    Z: object = None,
    *,
    folds: int = 3,
    steps: int = 500,
    unit: Unit = "bit",
    random_state: int | None = 0,
) -> float:
    """NCE-CLUB: the critic of ``infonce`` read as ``club`` reads one.

    Direction: upper where that critic is best, log p(y | x) up to a function of y; else nothing is
    sure.

    Args:
        X, Y, Z, folds, steps, unit, random_state: as for ``infonce``.

    References:
        Liang et al., Factorized Contrastive Learning, NeurIPS 2023, equation 6.
    """
    return _read("nce_club", (X, Y, Z), folds, steps, random_state) / nats_per(unit)


def _read(
    name: str, data: tuple[object, object, object], folds: int, steps: int, seed: int | None
) -> float:
    """What critics say on rows that they were not trained on, in nats."""
    need("torch", "neural")
    from pid.estimators.mutual_information import bounds
    from pid.estimators.mutual_information.critics import Conditional, Way, cross_fitted, data_of
    from pid.estimators.neural.training import one_thread

    ways = {
        "infonce": Way(bounds.infonce, bounds.infonce, bounds.infonce),
        "nwj": Way(bounds.nwj, bounds.nwj, bounds.nwj),
        "dv": Way(bounds.dv, bounds.dv, bounds.dv),
        "smile": Way(bounds.js, bounds.smile, bounds.smile),
        "club": Way(_likelihood, _likelihood, bounds.club, Conditional),
        "nce_club": Way(bounds.infonce, bounds.infonce, bounds.club),
    }
    known = seed_of(seed)
    x, y, groups = _rows(data, known)
    with one_thread():
        return cross_fitted(data_of(x, y, groups), ways[name], folds, steps, known)


def _likelihood(scores: Any, _: Any) -> Any:
    return scores.diagonal().mean()


def _rows(
    data: tuple[object, object, object], seed: int
) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Scores of x, with those of z, and of y; and the number of what is given, of each row."""
    given = {} if data[2] is None else {"given": data[2]}
    x, *z, y = read_rows({"x": data[0], **given}, data[1]).variables
    check_rows(x)
    if len(x) < FEWEST:
        raise InvalidInput(
            f"critics are trained on at least {FEWEST} rows; got {len(x)}: give more, or take "
            "estimate, which needs 20"
        )
    sides = [side_of(variable) for variable in (x, y, *z)]
    check_apart(sides[0], sides[1])
    first, second = (_inputs(side) for side in sides[:2])
    if not z:
        return first, second, np.zeros(len(x), dtype=np.intp)
    condition = sides[2]
    return np.hstack([first, _inputs(condition)]), second, _groups(condition, seed)


def _inputs(side: Side) -> Floats:
    matrix = side.as_matrix()
    return normal_scores(matrix) if side.codes is None else matrix - matrix.mean(axis=0)


def _groups(condition: Side, seed: int) -> NDArray[np.intp]:
    if condition.codes is not None:
        return condition.codes
    rows = _inputs(condition)
    cells = clustered(rows, max(1, len(rows) // PER_CELL), Resolution(random_state=seed))
    return np.unique(cells, return_inverse=True)[1]
