"""How alike codes are: similarities of two rows, and of two sets of rows.

A *similarity* is a function of codes of shape (n, d) and (m, d) that gives shape (n, m). NumPy's
arrays and torch's tensors both go through the ones here, so that what trains a network is what is
measured afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from pid._types import Floats
from pid.checks import FUNCTION, NONE, checked, either, integer, number, one_of
from pid.errors import InvalidInput, TooLarge

Array = Any  # numpy's or torch's
Similarity = Callable[[Array, Array], Array]

TINY = 1e-12  # length below which a code has no direction
MOST_ROWS = 20_000  # whose similarities are held at once: 3.2 GB
POSITIVE = number(above=0)


def cosine(Z1: Array, Z2: Array) -> Array:
    """Cosine of the angle between rows: <z1, z2> / (|z1| |z2|), from -1 to 1.

    Of rows whose numbers have mean 0 each it is Pearson's correlation of the two rows.

    Args:
        Z1, Z2: codes, shapes (n, d) and (m, d).

    Returns:
        Shape (n, m). A row of zeros is like nothing: 0.

    Examples:
        >>> z1, z2 = np.array([[1.0, 2.0, 6.0]]), np.array([[1.0, 1.0, 4.0]])
        >>> pearson = np.corrcoef(z1, z2)[0, 1]
        >>> bool(np.isclose(cosine(z1 - z1.mean(), z2 - z2.mean())[0, 0], pearson))
        True
    """
    return _unit(Z1) @ _unit(Z2).T


def linear(Z1: Array, Z2: Array) -> Array:
    """Inner product <z1, z2>; shapes as of ``cosine``."""
    return Z1 @ Z2.T


@checked(degree=integer(), offset=number(least=0))
def polynomial(Z1: Array, Z2: Array, *, degree: int = 2, offset: float = 1.0) -> Array:
    """(<z1, z2> + offset)^degree: the inner product of all monomials up to the degree."""
    return (Z1 @ Z2.T + offset) ** degree


@checked(width=POSITIVE)
def exponential(Z1: Array, Z2: Array, *, width: float = 1.0) -> Array:
    """exp(<z1, z2> / width^2): polynomials of all degrees."""
    return _exp(Z1 @ Z2.T / width**2)


@checked(width=POSITIVE)
def rbf(Z1: Array, Z2: Array, *, width: float = 1.0) -> Array:
    """exp(-|z1 - z2|^2 / (2 width^2)): ``exponential`` where all rows have length 1 in its space.

    Examples:
        >>> z = np.array([[0.0, 1.0], [2.0, 0.5]])
        >>> k = exponential(z, z)
        >>> bool(np.allclose(rbf(z, z), k / np.sqrt(np.outer(k.diagonal(), k.diagonal()))))
        True
    """
    return _exp(-squared_distances(Z1, Z2) / (2 * width**2))


SIMILARITIES: Mapping[str, Similarity] = {
    "cosine": cosine,
    "linear": linear,
    "poly": polynomial,
    "exp": exponential,
    "rbf": rbf,
}
SIMILARITY = either(one_of(*SIMILARITIES), FUNCTION)


def similarity_of(similarity: str | Similarity) -> Similarity:
    """A similarity by its name, or itself."""
    return similarity if callable(similarity) else SIMILARITIES[similarity]


@checked(kernel=SIMILARITY, width=either(POSITIVE, NONE))
def hsic(
    Z1: ArrayLike, Z2: ArrayLike, *, kernel: str | Similarity = "rbf", width: float | None = None
) -> float:
    """Hilbert-Schmidt independence criterion of paired codes: 0 where they are independent.

    tr(K H L H) / (n - 1)^2, with K and L the similarities within each set of codes and H what
    takes means away (Gretton et al., ALT 2005, definition 2): biased upwards by O(1 / n). With the
    linear kernel it is the sum of the squares of all covariances; with "rbf" it is 0 for
    infinitely many rows only if the codes are independent.

    Args:
        Z1, Z2: codes of the same rows, shapes (n, d1) and (n, d2).
        kernel: "rbf", "linear", "poly", "exp", "cosine", or a function.
        width: of "rbf"; None takes the median distance between rows of each side.

    Raises:
        InvalidInput: rows that do not pair, fewer than two, or values that are not finite.
        TooLarge: more than 20,000 rows.

    Examples:
        >>> z = np.random.default_rng(0).normal(size=(200, 2))
        >>> bool(np.isclose(hsic(z, z, kernel="linear"), (np.cov(z.T) ** 2).sum()))
        True
    """
    K, L = _centred_pair(Z1, Z2, kernel, width)
    return float((K * L).sum() / (len(K) - 1) ** 2)


@checked(kernel=SIMILARITY, width=either(POSITIVE, NONE))
def kernel_alignment(
    Z1: ArrayLike, Z2: ArrayLike, *, kernel: str | Similarity = "rbf", width: float | None = None
) -> float:
    """Cosine of the centred similarities within each set of codes, from 0 to 1.

    <HKH, HLH> / (|HKH| |HLH|) (Cortes, Mohri & Rostamizadeh, JMLR 2012, definition 4); with the
    linear kernel it is known as CKA (Kornblith et al., ICML 2019). It is 1 where one code is the
    other turned, moved and scaled, and says nothing of who is like whom across the two.

    Args:
        Z1, Z2: codes of the same rows, shapes (n, d1) and (n, d2).
        kernel, width: as of ``hsic``.

    Raises:
        InvalidInput, TooLarge: as ``hsic``.

    Examples:
        >>> z = np.random.default_rng(0).normal(size=(50, 3))
        >>> turned = z[:, [1, 2, 0]] * [1, -1, 1] + 5
        >>> round(kernel_alignment(z, turned, kernel="linear"), 9)
        1.0
    """
    K, L = _centred_pair(Z1, Z2, kernel, width)
    size = float(np.sqrt((K * K).sum() * (L * L).sum()))
    return float((K * L).sum() / size) if size > 0 else 0.0


def compared(similarity: Similarity, Z1: Floats, Z2: Floats) -> Floats:
    """Similarities as numbers of shape (n, m).

    Raises:
        InvalidInput: a function that gives anything else.
    """
    shape = (len(Z1), len(Z2))
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            S = np.asarray(similarity(Z1, Z2), dtype=np.float64)
    except (TypeError, ValueError) as err:
        raise InvalidInput(f"similarities of shape {shape} cannot be computed: {err}") from err
    if S.shape != shape or np.isnan(S).any():
        raise InvalidInput(
            f"a similarity must give numbers of shape {shape} for as many rows; got "
            + (f"shape {S.shape}" if S.shape != shape else "NaN")
        )
    return S


def paired_codes(Z1: ArrayLike, Z2: ArrayLike, least: int = 2) -> tuple[Floats, Floats]:
    """Codes as arrays of numbers of the same rows.

    Raises:
        InvalidInput: they are not.
    """
    first, second = (_as_codes(Z, name) for Z, name in ((Z1, "Z1"), (Z2, "Z2")))
    if len(first) != len(second):
        raise InvalidInput(
            f"Z1 and Z2 must be codes of the same rows; got {len(first)} rows in Z1 and "
            f"{len(second)} in Z2"
        )
    if len(first) < least:
        raise InvalidInput(f"at least {least} rows are needed; got {len(first)}")
    return first, second


def median_distance(Z: Floats, most: int = 500) -> float:
    """Between rows, of at most so many spread evenly; 1 where rows are all equal."""
    some = Z[np.linspace(0, len(Z) - 1, min(len(Z), most)).astype(np.intp)]
    squares = squared_distances(some, some)[np.triu_indices(len(some), 1)]
    squares = squares[squares > TINY * squares.max(initial=0.0)]  # of equal rows they are rounded
    return float(np.sqrt(np.median(squares))) if len(squares) else 1.0


def squared_distances(Z1: Array, Z2: Array) -> Array:
    """Between all rows, shape (n, m); never below 0."""
    centre = Z2.mean(0)  # far from the origin, squares of lengths hide what is between them
    Z1, Z2 = Z1 - centre, Z2 - centre
    squares = (Z1**2).sum(-1)[:, None] + (Z2**2).sum(-1)[None] - 2 * Z1 @ Z2.T
    return squares.clip(0)


def centred_similarities(
    Z: Floats, kernel: str | Similarity = "rbf", width: float | None = None
) -> Floats:
    """Within a set of codes, with the means of rows and columns taken away; shape (n, n)."""
    found = similarity_of(kernel)
    if kernel == "rbf":
        found = partial(rbf, width=median_distance(Z) if width is None else width)
    if kernel == "linear":
        Z = Z - Z.mean(axis=0)  # the same once centred, and nothing is lost far from the origin
    K = compared(found, Z, Z)
    K = K - K.mean(axis=0)
    return np.asarray(K - K.mean(axis=1, keepdims=True))


def _unit(Z: Array) -> Array:
    squares = (Z**2).sum(-1)[:, None]
    return Z / (squares + TINY**2) ** 0.5  # smooth at 0, for gradients


def _exp(values: Array) -> Array:
    return np.exp(values) if isinstance(values, np.ndarray) else values.exp()


def _as_codes(Z: ArrayLike, name: str) -> Floats:
    try:
        found = np.asarray(Z, dtype=np.float64)
    except (TypeError, ValueError) as err:
        raise InvalidInput(f"{name} must be numbers, shape (rows, columns): {err}") from err
    found = found[:, None] if found.ndim == 1 else found
    if found.ndim != 2 or not found.shape[1]:
        raise InvalidInput(f"{name} must have shape (rows, columns); got {found.shape}")
    if not np.isfinite(found).all():
        row = int(np.flatnonzero(~np.isfinite(found).all(axis=1))[0])
        raise InvalidInput(
            f"{name} has values that are not finite, the first in row {row}; leave such rows out"
        )
    return found


def _centred_pair(
    Z1: ArrayLike, Z2: ArrayLike, kernel: str | Similarity, width: float | None
) -> tuple[Floats, Floats]:
    if width is not None and kernel != "rbf":
        raise InvalidInput(
            "width is of kernel 'rbf' alone; give another a width of its own, by a function"
        )
    first, second = paired_codes(Z1, Z2)
    if len(first) > MOST_ROWS:
        raise TooLarge(
            f"similarities of {len(first):,} rows take {16 * len(first) ** 2 / 1e9:.0f} GB; "
            f"take at most {MOST_ROWS:,} rows, drawn at random"
        )
    first, second = (centred_similarities(Z, kernel, width) for Z in (first, second))
    return first, second
