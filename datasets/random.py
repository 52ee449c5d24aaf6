"""Random families of tables p(x1, x2, y), each with what is known of its true decomposition.

All take ``random_state``: an integer seed (the same call gives the same table), or a NumPy
Generator to draw one table after another. Shapes are (n1, n2, k); tables sum to 1. Sizes or
numbers out of range raise InvalidInput.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from pid._types import Codes, Counts, Floats
from pid.checks import FUNCTION, NONE, checked, each, either, integer, number
from pid.core.joint import as_table
from pid.datasets._gate import RandomState
from pid.datasets._tables import DRAWS, view_table
from pid.errors import InvalidInput

Shape = Sequence[int]
_CELL = (3, 3, 2)  # a shape small enough to look at

SHAPE = each(integer(), 3)
POSITIVE = number(above=0)


@checked(shape=SHAPE, concentration=POSITIVE, random_state=DRAWS)
def dirichlet(
    shape: Shape = _CELL, *, concentration: float = 1.0, random_state: RandomState = 0
) -> Floats:
    """Symmetric Dirichlet table: 1 is uniform on the simplex, small is spiky, large is flat.

    Truth: no closed form. Small concentrations give masses down to 0.

    Examples:
        >>> dirichlet((2, 3, 4), concentration=0.5).shape
        (2, 3, 4)
    """
    n1, n2, k = shape
    rng = np.random.default_rng(random_state)
    return rng.dirichlet(np.full(n1 * n2 * k, float(concentration))).reshape(n1, n2, k)


@checked(shape=SHAPE, density=number(above=0, most=1), random_state=DRAWS)
def sparse(shape: Shape = _CELL, *, density: float = 0.3, random_state: RandomState = 0) -> Floats:
    """Uniform Dirichlet masses on a random share ``density`` of the cells (at least one), else 0.

    Truth: no closed form. Symbols may lose all their mass, as in small samples.
    """
    n1, n2, k = shape
    rng = np.random.default_rng(random_state)
    size = n1 * n2 * k
    kept = rng.choice(size, size=max(1, round(density * size)), replace=False)
    table = np.zeros(size)
    table[kept] = rng.dirichlet(np.ones(kept.size))
    return table.reshape(n1, n2, k)


@checked(n=integer(), random_state=DRAWS)
def counts(p: ArrayLike, n: int, *, random_state: RandomState = 0) -> Counts:
    """Histogram of n samples from p; with p a table of counts and n its sum, a bootstrap replicate.

    Args:
        p: probabilities or counts, shape (n1, n2, k).
        n: number of samples.

    Truth: that of p, up to sampling error and the upward bias of plug-in informations.

    Examples:
        >>> int(counts([[[1, 2], [3, 4]]], 10).sum())
        10
    """
    table = as_table(p)
    draws = np.random.default_rng(random_state).multinomial(n, table.ravel())
    return draws.reshape(table.shape).astype(np.int64)


@checked(shape=SHAPE, rule=either(FUNCTION, NONE), random_state=DRAWS)
def deterministic(
    shape: Shape = _CELL,
    rule: Callable[[Codes, Codes], Codes] | None = None,
    *,
    random_state: RandomState = 0,
) -> Floats:
    """y = rule(x1, x2) with a Dirichlet(1) joint of the sources; a random rule if none is given.

    Args:
        shape: (n1, n2, k); the rule's values must lie in 0..k-1.
        rule: function of two integer arrays, such as ``np.maximum``.

    Truth: R + U1 + U2 + S = H(Y); the atoms have no closed form. p(x1, y) and p(x2, y)
    have many zeros, so that whole blocks of the coupling are forced to 0: hard for solvers.

    Examples:
        >>> deterministic((3, 3, 3), np.maximum)[2, 0].round(3).tolist()
        [0.0, 0.0, 0.083]
    """
    n1, n2, k = shape
    rng = np.random.default_rng(random_state)
    x1, x2 = np.indices((n1, n2))
    y = rng.integers(k, size=(n1, n2)) if rule is None else np.asarray(rule(x1, x2))
    if y.shape != (n1, n2) or y.dtype.kind not in "iu" or y.min() < 0 or y.max() >= k:
        raise InvalidInput(
            f"the rule must map integer arrays of shape {(n1, n2)} to integers 0..{k - 1}; got "
            f"{y.dtype} of shape {y.shape}" + (f" from {y.min()} to {y.max()}" if y.size else "")
        )
    table = np.zeros((n1, n2, k))
    table[x1, x2, y] = rng.dirichlet(np.ones(n1 * n2)).reshape(n1, n2)
    return table


@checked(shape=SHAPE, sigma=number(least=0), random_state=DRAWS)
def log_normal(
    shape: Shape = _CELL, *, sigma: float = 5.0, random_state: RandomState = 0
) -> Floats:
    """Masses proportional to exp(sigma * standard normal): large sigma is nearly degenerate.

    Truth: no closed form. At sigma = 10 masses span some twenty orders of magnitude.
    """
    logs = sigma * np.random.default_rng(random_state).standard_normal(tuple(shape))
    return as_table(np.exp(logs - logs.max()))


@checked(shape=SHAPE, rarity=POSITIVE, random_state=DRAWS)
def rare(shape: Shape = _CELL, *, rarity: float = 1e-6, random_state: RandomState = 0) -> Floats:
    """Dirichlet(1) table whose last symbol on each axis is ``rarity`` times as frequent.

    Truth: no closed form; as rarity goes to 0, that of the table without these symbols.
    """
    n1, n2, k = shape
    table = dirichlet((n1, n2, k), random_state=random_state)
    for axis in range(3):
        np.moveaxis(table, axis, 0)[-1] *= rarity
    return as_table(table)


@checked(shape=SHAPE, random_state=DRAWS)
def degraded(shape: Shape = _CELL, *, random_state: RandomState = 0) -> Floats:
    """Markov chain y - x1 - x2 with Dirichlet(1) rows: X2 is X1 through a random channel.

    Truth: U2 = S = 0, R = I(X2;Y), U1 = I(X1;Y) - I(X2;Y): Blackwell order and the data-processing
    inequality.

    Examples:
        >>> from pid.core.information import conditional_mutual_information
        >>> abs(conditional_mutual_information(degraded(), 1, 2, 0)) < 1e-12  # S + U2
        True
    """
    n1, n2, k = shape
    rng = np.random.default_rng(random_state)
    p_x1y = rng.dirichlet(np.ones(n1 * k)).reshape(n1, k)
    return np.asarray(np.einsum("iy,ij->ijy", p_x1y, _channel(rng, n1, n2)))


@checked(shape=SHAPE, random_state=DRAWS)
def blackwell(shape: Shape = _CELL, *, random_state: RandomState = 0) -> Floats:
    """p(x2 | y) as in ``degraded``, but the sources independent given y.

    Truth: U2 = 0, R = I(X2;Y), U1 = I(X1;Y) - I(X2;Y), S = I(X1,X2;Y) - I(X1;Y) > 0.
    """
    n1, n2, k = shape
    rng = np.random.default_rng(random_state)
    channel1 = _channel(rng, k, n1)
    channel2 = channel1 @ _channel(rng, n1, n2)
    return view_table(rng.dirichlet(np.ones(k)), channel1, channel2)


@checked(shape=SHAPE, random_state=DRAWS)
def conditionally_independent(shape: Shape = _CELL, *, random_state: RandomState = 0) -> Floats:
    """p(y) p(x1 | y) p(x2 | y) with Dirichlet(1) rows: two unrelated views of y.

    Truth: R - S = I(X1;X2), so R >= S; the atoms one by one have no closed form.
    """
    n1, n2, k = shape
    rng = np.random.default_rng(random_state)
    return view_table(rng.dirichlet(np.ones(k)), _channel(rng, k, n1), _channel(rng, k, n2))


@checked(shape=SHAPE, random_state=DRAWS)
def unrelated(shape: Shape = _CELL, *, random_state: RandomState = 0) -> Floats:
    """p(x1, x2) p(y): sources that may depend on each other, but not on y. Truth: all atoms 0."""
    n1, n2, k = shape
    rng = np.random.default_rng(random_state)
    p_x1x2 = rng.dirichlet(np.ones(n1 * n2)).reshape(n1, n2)
    return p_x1x2[:, :, None] * rng.dirichlet(np.ones(k))


@checked(n=integer(), k=integer(), random_state=DRAWS)
def duplicated(n: int = 3, k: int = 2, *, random_state: RandomState = 0) -> Floats:
    """x1 = x2 with a Dirichlet(1) p(x1, y); shape (n, n, k). Truth: R = I(X1;Y), all else 0."""
    table = np.zeros((n, n, k))
    both = np.arange(n)
    rng = np.random.default_rng(random_state)
    table[both, both] = rng.dirichlet(np.ones(n * k)).reshape(n, k)
    return table


@checked(n=integer(), k=integer(), random_state=DRAWS)
def exchangeable(n: int = 3, k: int = 2, *, random_state: RandomState = 0) -> Floats:
    """Dirichlet(1) table made symmetric in x1, x2; shape (n, n, k).

    Truth: U1 = U2 = 0, R = I(X1;Y), S = I(X1,X2;Y) - I(X1;Y): each source is as good as the other.
    """
    table = dirichlet((n, n, k), random_state=random_state)
    return np.asarray((table + table.swapaxes(0, 1)) / 2)


def _channel(rng: np.random.Generator, inputs: int, outputs: int) -> Floats:
    """A channel (inputs, outputs) whose rows are uniform on the simplex."""
    return rng.dirichlet(np.ones(outputs), size=inputs)
