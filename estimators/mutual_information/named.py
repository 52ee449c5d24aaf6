"""Single estimators by their names, as papers and other packages have them, to compare with.

Each takes arrays or tables with one row per sample and gives a number. Each says which way it errs:
``estimate`` puts some of them together so that less is left of that.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree
from scipy.special import psi

from pid._types import Codes, Floats
from pid.checks import UNIT, checked, integer
from pid.core.information import Unit, nats_per
from pid.discretization.kmeans import normal_scores
from pid.errors import InvalidInput
from pid.estimators.mutual_information import gaussian, student
from pid.estimators.mutual_information.neighbours import NEIGHBOURS, Counted, look, within
from pid.estimators.mutual_information.ross import plain
from pid.estimators.mutual_information.sides import Side, check_apart, check_rows, side_of
from pid.io.rows import read_rows

K = integer()
INCLUDED = 1e-9  # of a distance: what is as far but for rounding is within it


@checked(k=K, unit=UNIT)
def ksg(
    X: object, Y: object, Z: object = None, *, k: int = NEIGHBOURS, unit: Unit = "bit"
) -> float:
    """The first estimator of Kraskov, Stögbauer & Grassberger; given Z, that of Frenzel & Pompe.

    Direction: next to unbiased in one or two columns and at 0 in any number; low, by bits, where
    columns are many or information is large, and never above psi(n) nats.

    Args:
        X, Y: numbers, shape (n,) or (n, columns); columns are scaled to a deviation of 1.
        Z: what is given, likewise; None for nothing.
        k: neighbours, fewer than half of the rows; more have less variance and more bias.
        unit: "bit" or "nat".

    Raises:
        InvalidInput: as ``estimate``; symbols among numbers.

    Examples:
        >>> rng = np.random.default_rng(0)
        >>> x = rng.normal(size=2000)
        >>> abs(ksg(x, x + rng.normal(size=2000)) - 0.5) < 0.1
        True

    References:
        Physical Review E 69, 066138 (2004), equation 8; Physical Review Letters 99, 204101 (2007).
    """
    parts = [_standardised(part) for part in _numbers(X, Y, Z)]
    _check_k(k, len(parts[0]))
    return look(parts[0], parts[1], parts[2] if len(parts) > 2 else None, k=k).value / nats_per(
        unit
    )


@checked(k=K, unit=UNIT)
def gao(X: object, Y: object, *, k: int = NEIGHBOURS, unit: Unit = "bit") -> float:
    """The estimator of Gao, Kannan, Oh & Viswanath for numbers that repeat, or mixtures.

    Where the k-th neighbour is at distance 0, all rows there count; of symbols it is nearly the
    plug-in value, of numbers that do not repeat that of ``ksg``. Where others are exactly as far as
    the k-th they count as well, and digamma functions of counts stand where the paper has
    logarithms, as in ``ksg``.

    Direction: low in many columns, as ``ksg``; of symbols high, by about (cells - symbols) / (2 n).

    Args:
        X, Y, k, unit: as for ``ksg``; symbols as numbers.

    Examples:
        >>> rng = np.random.default_rng(0)
        >>> x = rng.integers(0, 5, 2000)
        >>> bool(abs(gao(x, x + 2 * rng.random(2000)) - (np.log2(5) - 0.8)) < 0.1)
        True

    References:
        Estimating Mutual Information for Discrete-Continuous Mixtures, NeurIPS 2017, algorithm 1.
    """
    x, y = (_standardised(part) for part in _matrices(X, Y))
    _check_k(k, len(x))
    rows = np.hstack([x, y])
    far = np.ravel(cKDTree(rows).query(rows, [k + 1], p=np.inf)[0])
    both, of_x, of_y = (psi(_counted(part, far)) for part in (rows, x, y))
    return float((psi(len(x)) + both - of_x - of_y).mean()) / nats_per(unit)


def _counted(rows: Floats, far: Floats) -> Counted:
    """Rows as near as the k-th neighbour, itself among them where it is as far in these columns."""
    nearer, as_near = within(rows, np.nextafter(far, 0)), within(rows, far * (1 + INCLUDED))
    return np.maximum(nearer, as_near - 1)


@checked(k=K, unit=UNIT)
def ross(X: object, y: object, *, k: int = NEIGHBOURS, unit: Unit = "bit") -> float:
    """The estimator of Ross for numbers X and symbols y.

    Direction: next to unbiased in one or two columns; low in more.

    Args:
        X: numbers, shape (n,) or (n, columns); their normal scores are taken.
        y: symbols, shape (n,). Classes of a single row are left out.
        k, unit: as for ``ksg``.

    Raises:
        InvalidInput: as ``estimate``; X are symbols, or y numbers.

    References:
        Mutual Information between Discrete and Continuous Data Sets, PLoS ONE 9, e87357 (2014),
        equation 1.
    """
    x, labels = _sides(X, y)
    if x.matrix is None or labels.codes is None:
        raise InvalidInput("ross takes numbers X and symbols y; ksg takes numbers, gao mixtures")
    _check_k(k, len(x.matrix))
    return plain(labels.codes, normal_scores(x.matrix), k) / nats_per(unit)


@checked(unit=UNIT)
def gaussian_copula(X: object, Y: object, Z: object = None, *, unit: Unit = "bit") -> float:
    """Information of Gaussian vectors with the rank correlations of X and Y, without its bias.

    Direction: unbiased where dependence is that of a Gaussian copula. Else usually low: of any
    distribution with these margins and these correlations, it sees the correlations alone; high, by
    bits, where columns are functions of fewer numbers.

    Args:
        X, Y, Z, unit: as for ``ksg``; increasing maps of columns change nothing.

    References:
        Ince et al., A statistical framework for neuroimaging data analysis based on mutual
        information estimated via a Gaussian copula, Human Brain Mapping 38 (2017).
    """
    parts = [normal_scores(part) for part in _numbers(X, Y, Z)]
    _check_full_rank(parts)
    x, y, *z = parts
    nats = gaussian.of_rows_given(x, y, z[0]) if z else gaussian.of_rows(x, y)
    return nats / nats_per(unit)


@checked(unit=UNIT)
def t_copula(X: object, Y: object, *, unit: Unit = "bit") -> float:
    """Information of vectors whose large values come together, as those of Student's t do.

    That of the Gaussian copula with the most likely correlations, and c(nu) in closed form, where a
    t copula is clearly more likely than the Gaussian.

    Direction: as ``gaussian_copula``, and next to unbiased for t copulas; high where each
    vector has tails of its own.

    Args:
        X, Y, unit: as for ``ksg``; a few columns.

    References:
        Guerrero-Cusumano, A measure of total variability for the multivariate t distribution with
        applications to finance, Information Sciences 92 (1996).
    """
    parts = [normal_scores(part) for part in _numbers(X, Y, None)]
    _check_full_rank(parts)
    n, (a, b) = len(parts[0]), (part.shape[1] for part in parts)
    copula = student.fitted(np.hstack(parts))
    nats = gaussian.of_correlations(copula.correlations, a) + student.gain(copula.degrees, a, b)
    bias = copula.inflation * gaussian.wishart_bias(n, a, b)
    return (nats - bias) / nats_per(unit)


@checked(unit=UNIT)
def cca(X: object, Y: object, *, unit: Unit = "bit") -> float:
    """Information by canonical correlations, -log det(1 - R^2) / 2, as it comes from the rows.

    Direction: of Gaussian vectors high, by about (columns of X) (columns of Y) / (2 n) nats while
    that is small, and without limit as columns near rows; else as correlations are.

    Args:
        X, Y, unit: as for ``ksg``.

    References:
        Kullback, Information Theory and Statistics (1959), chapter 10.
    """
    x, y = _numbers(X, Y, None)
    _check_full_rank([x, y])
    matrix = gaussian.correlations(np.hstack([x, y]))
    return gaussian.of_correlations(matrix, x.shape[1]) / nats_per(unit)


def _sides(*data: object) -> list[Side]:
    roles = ("x", "given") if len(data) > 2 else ("x",)
    read = read_rows(dict(zip(roles, (data[0], *data[2:]), strict=True)), data[1])
    x, *given, y = read.variables
    check_rows(x)
    return [side_of(variable) for variable in (x, y, *given)]


def _numbers(X: object, Y: object, Z: object) -> list[Floats]:
    """Matrices of numbers, of which x and y share no column."""
    sides = _sides(X, Y) if Z is None else _sides(X, Y, Z)
    for side in sides:
        if side.matrix is None:
            raise InvalidInput(
                f"{side.role} is of symbols, and numbers are expected; estimate takes both, and so "
                "do ross and gao"
            )
    check_apart(sides[0], sides[1])
    return [side.matrix for side in sides if side.matrix is not None]


def _matrices(*data: object) -> list[Floats]:
    """Numbers, and numbers of symbols, as gao takes both."""
    return [_of_side(side) for side in _sides(*data)]


def _of_side(side: Side) -> Floats:
    if side.matrix is not None:
        return side.matrix
    codes: Codes = side.codes if side.codes is not None else np.zeros(0, dtype=np.intp)
    return codes[:, None].astype(np.float64)


def _standardised(rows: Floats) -> Floats:
    rows = rows / np.abs(rows).max(axis=0)  # so that no square overflows
    return np.asarray((rows - rows.mean(axis=0)) / rows.std(axis=0))


def _check_k(k: int, n: int) -> None:
    if 2 * k >= n:
        raise InvalidInput(f"k must be less than half of the {n:,} rows; got {k}")


def _check_full_rank(parts: list[Floats]) -> None:
    n, width = len(parts[0]), sum(part.shape[1] for part in parts)
    if width + 2 >= n:
        raise InvalidInput(
            f"log-determinants need more rows than columns; got {n:,} rows of {width:,} columns: "
            "leave out columns, or take estimate, which takes principal components"
        )
    gaussian.check_regular(gaussian.correlations(np.hstack(parts)))
