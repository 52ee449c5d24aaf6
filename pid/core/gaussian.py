"""Exact decomposition of jointly Gaussian X1, X2, Y, any of them vectors, in closed form.

Where p(x1, y) and p(x2, y) are Gaussian, so is a minimiser of I_q (Zhao et al., Flow-PID, 2025).
A Gaussian coupling leaves y a covariance C after both sources are seen, with C <= K1 and C <= K2 in
the order of Loewner, where K_i = Cov(y | x_i): more sources never leave more. Conversely every such
C is left by some coupling: a source that leaves C can be degraded to x1 and, independently, to x2.
So the union information is

    min_q I_q = (log det Cov(y) - max {log det C : C <= K1, C <= K2}) / 2,

the largest ellipsoid inside two concentric ones. Signs of single axes may be flipped in the basis
where both K_i are diagonal, and log det is concave, so that C is diagonal there, too, with the
smaller of both entries. Hence with s_j the singular values of F1^-1 F2, where K_i = F_i F_i^T:

    unique1 = sum_j max(0, log s_j),    unique2 = sum_j max(0, -log s_j).

For a single target this is the minimum of both informations (Barrett, Phys. Rev. E 91, 2015).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import qr, solve_triangular, svd

from pid._types import Floats
from pid.checks import UNIT, checked, each, integer
from pid.core.covariance import SAME, what_is_left
from pid.core.decomposition import Certificate, Decomposition, atoms, status_of
from pid.core.information import Unit, nats_per
from pid.errors import InvalidInput

RANK_TOL = SAME  # of a standardised source: directions with less spread are rounding
CERTIFIED = 1e-9  # nats
# Standard deviations of y that a source leaves, relative to y's own: less is no Gaussian noise.
NOISELESS = 1e-13


class Residuals(NamedTuple):
    """What sources leave of a standardised y, as factors F with Cov(y | x) = F F^T.

    ``ranks`` are the dimensions of x1, x2, and both together that vary.
    """

    first: Floats
    second: Floats
    both: Floats
    ranks: tuple[int, int, int]


@checked(sizes=each(integer(), 3), unit=UNIT)
def decompose_gaussian(
    covariance: ArrayLike, sizes: tuple[int, int, int], *, unit: Unit = "bit"
) -> Decomposition:
    """Redundant, unique and synergistic information of jointly Gaussian (X1, X2) about Y.

    Args:
        covariance: of x1, x2 and y together, in this order, symmetric and positive semidefinite.
        sizes: their dimensions (d1, d2, dy), which sum to the order of the matrix.
        unit: "bit" or "nat".

    Returns:
        The atoms, with a certificate: ``primal`` is the information of a coupling that exists and
        ``dual`` a lower bound by Lagrange multipliers, both found from the matrices and not from
        the formula. There is no coupling and no table to check. The gap also has what the atoms
        may be off by because the entries of the matrix are rounded: nearly nothing as a rule, but
        much where columns are nearly combinations of others. Columns that are the same as far as
        the matrix shows count as the same.

    Raises:
        InvalidInput: not a covariance matrix of these sizes, a y that does not vary, or that the
            sources determine, so that information is infinite. Also where the matrix has too few
            digits: the gap would be above 0.01 nat, or a direction of less variance than rounding
            covaries with others. Rows have twice the digits: give them to
            ``pid.estimators.GaussianPID``.

    Examples:
        >>> sum_and_noise = [[1, 0, 1], [0, 1, 1], [1, 1, 3]]  # y = x1 + x2 + n, all of variance 1
        >>> d = decompose_gaussian(sum_and_noise, (1, 1, 1))
        >>> round(d.redundancy, 4), round(d.unique1, 4), round(d.synergy, 4)
        (0.2925, 0.0, 0.5)
    """
    (first, second, both), off = what_is_left(covariance, sizes)
    ranks = first.rank, second.rank, both.rank
    left = Residuals(first.factor, second.factor, both.factor, ranks)
    return decompose_residuals(left, unit=unit, off=off)


def from_rows(rows: Floats, sizes: tuple[int, int, int], *, unit: Unit = "bit") -> Decomposition:
    """Decompose by any matrix A of which A^T A is, up to a factor, the covariance.

    Centred samples are such a matrix. Nothing is squared, so that informations of 40 bit keep
    their digits, and rounding is no part of the gap.

    Args:
        rows: shape (any, d1 + d2 + dy).
        sizes: (d1, d2, dy).
        unit: "bit" or "nat".

    Raises:
        InvalidInput: as ``decompose_gaussian``.
    """
    return decompose_residuals(residuals(rows, sizes), unit=unit)


def residuals(rows: Floats, sizes: tuple[int, int, int]) -> Residuals:
    """What x1, x2 and both leave of y, whose own covariance is made the identity.

    Raises:
        InvalidInput: y does not vary, or a source determines it.
    """
    d1, d2, _ = sizes
    scale = np.sqrt((rows**2).sum(axis=0))
    rows = rows / np.where(scale > 0, scale, 1)
    y = _basis(rows[:, d1 + d2 :])
    if not y.shape[1]:
        raise InvalidInput("y does not vary")
    sources = slice(d1), slice(d1, d1 + d2), slice(d1 + d2)
    first, second, both = (_basis(rows[:, source]) for source in sources)
    ranks = first.shape[1], second.shape[1], both.shape[1]
    return Residuals(_left(y, first), _left(y, second), _left(y, both), ranks)


def _left(y: Floats, basis: Floats) -> Floats:
    """Triangular factor of what remains of y beside a source."""
    rest = y - basis @ (basis.T @ y)
    rest -= basis @ (basis.T @ rest)  # twice is enough
    factor: Floats = np.asarray(qr(rest, mode="r")[0][: y.shape[1]].T)
    if np.abs(np.diag(factor)).min(initial=np.inf) < NOISELESS:
        raise InvalidInput(
            "x1 and x2 determine a direction of y without noise, so that its information is "
            "infinite; is y a combination of their columns, or are there too few samples?"
        )
    return factor


def informations(left: Residuals) -> tuple[float, float, float]:
    """I(Y; X1), I(Y; X2) and I(Y; X1, X2) in nats."""
    first, second, both = (-_log_det(factor) for factor in left[:3])
    return first, second, both


def unique_directions(left: Residuals) -> Floats:
    """Of each direction of y, what x1 knows and x2 does not, in nats; negative the other way."""
    ratio = solve_triangular(left.first, left.second, lower=True)
    return np.log(svd(ratio, compute_uv=False))


def decompose_residuals(
    left: Residuals, *, unit: Unit, off: tuple[float, float] = (0.0, 0.0)
) -> Decomposition:
    """The atoms by the closed form, and a certificate that does not rest on it.

    ``off`` is how far the union information may be below and above that of ``left``, in nats.
    """
    nat = nats_per(unit)
    first, second, both = informations(left)
    unique1 = float(np.maximum(unique_directions(left), 0).sum())
    union = second + unique1
    redundancy, unique1, unique2, synergy = (v / nat for v in atoms(union, first, second, both))
    return Decomposition(
        redundancy=redundancy,
        unique1=unique1,
        unique2=unique2,
        synergy=synergy,
        unit=unit,
        certificate=_certificate(left, nat, off),
    )


def _certificate(left: Residuals, nat: float, off: tuple[float, float]) -> Certificate:
    """Bounds on the largest log det C with C <= K1, C <= K2, in the basis F1 of y.

    There K1 is the identity and K2 = G G^T. A feasible C bounds the union information from above;
    A1, A2 >= 0 bound it from below by log det C <= tr(A1 K1 + A2 K2) - log det(A1 + A2) - k, which
    is the best of its multiples where both traces sum to k.
    """
    ratio = solve_triangular(left.first, left.second, lower=True)
    axes, s, _ = svd(ratio)
    known = -_log_det(left.first)
    smaller = axes * np.minimum(s, 1)  # C = smaller smaller^T
    excess = max(_norm(smaller), _norm(solve_triangular(ratio, smaller, lower=True))) - 1
    scale = 1 + max(excess, 0)
    primal = known - float(np.linalg.slogdet(smaller)[1]) + len(s) * np.log(scale) + off[1]
    bound1, bound2 = axes * (s >= 1), (axes / s) * (s < 1)
    k = len(s)
    traces = float((bound1**2).sum() + ((ratio.T @ bound2) ** 2).sum())
    both = float(np.linalg.slogdet(bound1 + bound2)[1])
    dual = known - (k * np.log(traces / k) - 2 * both) / 2 - off[0]
    gap = primal - dual
    return Certificate(
        primal=primal / nat,
        dual=dual / nat,
        gap=gap / nat,
        marginal_error=max(excess, 0.0),
        status=status_of(gap, CERTIFIED),
        iterations=0,
        method="closed form",
        multipliers=None,
    )


def _norm(matrix: Floats) -> float:
    return float(np.linalg.norm(matrix, 2))


def _log_det(factor: Floats) -> float:
    return float(np.log(np.abs(np.diag(factor))).sum())


def _basis(columns: Floats) -> Floats:
    """Orthonormal basis of what standardised columns span."""
    left, values, _ = svd(columns, full_matrices=False)
    return left[:, values > RANK_TOL * max(1.0, values.max(initial=0))]
