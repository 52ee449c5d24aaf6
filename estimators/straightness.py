"""Whether what straight lines leave of y still depends on x1 and x2, which no Gaussian shows.

With e what straight lines leave of y, brought to unit covariance, and F curves of x1 and x2, two
statistics are

    |F^T e|^2, where y bends, and |F^T (e^2 - 1)|^2, where its spread depends on x1 and x2:

sums of squared covariances, as of a global score test (Goeman et al., J. R. Stat. Soc. B 68, 2006),
which may have more terms than samples. For the first, both are turned into the directions that
straight lines leave open, where rows of Gaussian noise are independent again (as in Theil's BLUS
residuals, J. Am. Stat. Assoc. 60, 1965), so that any order of them is as likely: the level is
exact, and nearly so for other noise that is the same everywhere. For the second, rows are brought
to one variance. No more orders are drawn once it is clear that nothing is (Besag & Clifford,
Biometrika 78, 1991).

What is significant may be tiny in many samples. So the curves are also fitted on some samples and
judged on others, and only what matters there is called a bend.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh, lapack, qr

from pid._types import Floats
from pid.discretization.kmeans import normal_scores

MOST_ROWS = 5000  # up to twice as many are looked at
MOST_COLUMNS = 2000  # lines through more take minutes
ORDERS, ABOVE = 999, 4  # of rows, and how many may exceed: a level of .005 for each statistic
AT_ONCE = 37  # orders, a divisor of all
FEWEST = 12  # samples beyond those that straight lines take
SHARE = 0.01  # of the variance, explained on other samples: 0.007 bit; less does not matter
MOST_SCORES = 30  # directions of a source
MOST_WORK = 2e6  # rows times terms times columns of y: half a second for all orders
MOST_TARGETS = 8  # directions of y
FOLDS = 5
SAME = 1e-9  # relative to the longest direction: shorter ones are rounding
TINY = float(np.finfo(np.float64).tiny)


class Bends(NamedTuple):
    """What a Gaussian does not see of y.

    Attributes:
        share: of the variance that straight lines leave, how much curves explain on samples that
            they were not fitted on; of the determinant of the covariance, where y has several
            columns. 0 where no such thing is shown.
        spread: how many times as large that variance is in the quarter of the samples for which
            the most is foretold as where the least is; 1 where nothing is shown.
    """

    share: float = 0.0
    spread: float = 1.0

    def in_words(self, remedy: str) -> tuple[str, ...]:
        """A reason to doubt what a Gaussian says; none where y is straight."""
        if self.share:
            return (
                "y bends: curves and products of columns of x1 and x2 explain at least "
                f"{self.share:.0%} of the variance that straight lines leave of y. A Gaussian does "
                f"not see that, so that its total is too small; {remedy}",
            )
        if self.spread > 1:
            times = f"{self.spread:.2g}" if self.spread < 100 else "over 100"
            return (
                "how far y lies from straight lines depends on x1 and x2: the variance in a "
                f"quarter of the samples is {times} times that in another. A Gaussian does not see "
                f"that, so that its total is too small; {remedy}",
            )
        return ()


STRAIGHT = Bends()
CUT = "take the estimator 'posterior', which cuts y into classes"
ONE_BY_ONE = "take the estimator 'posterior' for one column of y at a time"


def step_of(rows: int, columns: int) -> int:
    """Every how many rows are enough for ``bends``, of so many columns of x1 and x2.

    Examples:
        >>> step_of(9_999, 3), step_of(100_000, 3), step_of(100_000, 5_000)
        (1, 20, 10)
    """
    return max(1, rows // max(MOST_ROWS, 2 * columns))


def bends(x1: Floats, x2: Floats, y: Floats) -> Bends:
    """Look for dependence beyond straight lines, of any number of columns.

    Squares, cubes and products of two of up to 30 directions of each source are tried, of normal
    scores of their columns, and of the lines that were fitted. Of more columns it is the principal
    directions. What none of these shows is not seen, such as a sine of many periods.

    Args:
        x1, x2: shape (rows, columns), numbers that vary; rows independent of each other.
        y: likewise, not determined by the others.

    Returns:
        ``STRAIGHT`` where nothing is shown, by mistake otherwise in 1% of straight data; also
        where there are too few samples to tell.

    Examples:
        >>> rng = np.random.default_rng(0)
        >>> x1, x2, noise = rng.normal(size=(3, 500, 1))
        >>> bends(x1, x2, x1 + x2 + noise)
        Bends(share=0.0, spread=1.0)
        >>> bends(x1, x2, x1 * x2 + noise).share > 0.4
        True
    """
    n = len(y)
    lines = Lines.through(x1, x2)
    freedom = n - lines.rank
    if freedom < FEWEST:
        return STRAIGHT
    rest = lines.beside(scaled(y))
    left = _whitened(rest, MOST_TARGETS)
    terms = _candidates(x1, x2, scaled(y) - rest, left.shape[1])
    spread = left**2 * (freedom / n) / np.maximum(1 - lines.pull, 1 / n)[:, None] - 1
    curves, open_ = lines.open_of(terms), lines.open_of(left)
    is_bent, is_uneven = _significant((curves, open_), (terms - terms.mean(axis=0), spread))
    share = float(1 - np.prod(1 - _shares(curves, open_)[0])) if is_bent else 0.0
    ratio = _ratio(terms - terms.mean(axis=0), spread) if is_uneven else 1.0
    return Bends(share if share > SHARE else 0.0, ratio)


class Lines(NamedTuple):
    """The space that columns span, and the one beside it, as reflections.

    Attributes:
        reflections, factors: of Householder, as LAPACK keeps them.
        rank: dimensions that are spanned.
        pull: by how much each row pulls a line towards itself, from 0 to 1.
    """

    reflections: Floats
    factors: Floats
    rank: int
    pull: Floats

    @classmethod
    def through(cls, x1: Floats, x2: Floats) -> Lines:
        """Those of columns and a constant, without what is a combination of others."""
        columns = np.hstack([np.ones((len(x1), 1)), scaled(x1), scaled(x2)])
        raw, triangle, _ = qr(columns, mode="raw", pivoting=True)
        reflections, factors = (np.asarray(part, dtype=np.float64, order="F") for part in raw)
        lengths = np.abs(np.diag(triangle))
        rank = int((lengths > SAME * lengths.max()).sum())
        found = cls(reflections, factors, rank, np.empty(0))
        basis = found._turned(np.eye(len(columns), rank), "N")
        return found._replace(pull=(basis**2).sum(axis=1))

    def open_of(self, x: Floats) -> Floats:
        """Coordinates in the space beside: shape (rows - rank, columns of x)."""
        return self._turned(x, "T")[self.rank :]

    def beside(self, x: Floats) -> Floats:
        """What lines leave of x."""
        turned = self._turned(x, "T")
        turned[: self.rank] = 0
        return self._turned(turned, "N")

    def _turned(self, x: Floats, trans: str) -> Floats:
        width = self.factors.size
        given = self.reflections[:, :width], self.factors, np.asfortranarray(x)
        work = max(64 * x.shape[1], 64)
        return np.asarray(lapack.dormqr("L", trans, *given, work)[0])


def scaled(x: Floats) -> Floats:
    """Columns of mean 0 and deviation 1; numbers of any size."""
    x = x / np.maximum(np.abs(x).max(axis=0), TINY)
    x = x - x.mean(axis=0)
    deviation = x.std(axis=0)
    return np.asarray(x / np.where(deviation > 0, deviation, 1))


def _whitened(x: Floats, most: int) -> Floats:
    """The principal directions, at most so many, with mean 0 and deviation 1."""
    x = x - x.mean(axis=0)
    width = x.shape[1]
    values, directions = eigh(x.T @ x, subset_by_index=(max(0, width - most), width - 1))
    found = x @ directions[:, values > SAME * values.max()][:, ::-1]
    return np.asarray(found / np.maximum(found.std(axis=0), TINY))


def _candidates(x1: Floats, x2: Floats, fitted: Floats, targets: int) -> Floats:
    """Curves of directions of x1 and x2, and of the lines that were fitted.

    What bends as a whole bends along the lines. Their few terms have as much weight as all others,
    which would drown them where there are many. Normal scores keep a few points that are far out
    from being all there is to a square.
    """
    work = MOST_WORK / (len(x1) * targets)  # terms are about half the square of all directions
    most = int(np.clip(np.sqrt(2 * work) / 2, 2, MOST_SCORES))
    of_x = _terms(np.hstack([_scores(x, most) for x in (x1, x2)]))
    if np.abs(fitted).max() < SAME:
        return of_x
    along = _terms(_scores(fitted, 2))
    return np.hstack([of_x, along * (of_x.shape[1] / along.shape[1]) ** 0.25])


def _scores(x: Floats, most: int) -> Floats:
    return _whitened(scaled(normal_scores(x)), most)


def _terms(z: Floats) -> Floats:
    """Scores, their squares, cubes and products, nearly orthonormal where scores are Gaussian."""
    first, second = np.triu_indices(z.shape[1], 1)
    squares, cubes = (z**2 - 1) / np.sqrt(2), (z**3 - 3 * z) / np.sqrt(6)
    return np.hstack([z, squares, cubes, z[:, first] * z[:, second]])


def _significant(*pairs: tuple[Floats, Floats]) -> list[bool]:
    """Of pairs of terms and what they might explain: which covary more than by chance."""
    rng = np.random.default_rng(0)
    actual = [float(_squares(terms.T @ left, 1)[0]) for terms, left in pairs]
    exceeded = [0] * len(pairs)
    for _ in range(ORDERS // AT_ONCE):
        for i, (terms, left) in enumerate(pairs):
            orders = np.array([rng.permutation(len(left)) for _ in range(AT_ONCE)]).T
            products = terms.T @ left[orders].reshape(len(left), -1)
            exceeded[i] += int((_squares(products, AT_ONCE) >= actual[i]).sum())
        if min(exceeded) > ABOVE:
            break
    return [number <= ABOVE for number in exceeded]


def _squares(products: Floats, orders: int) -> NDArray[np.float64]:
    """Sums of squares, for each order of the rows."""
    return np.asarray((products.reshape(len(products), orders, -1) ** 2).sum(axis=(0, 2)))


def _shares(terms: Floats, left: Floats) -> tuple[Floats, Floats]:
    """The squared correlation of each column with what is foretold of it; and that."""
    foretold = _foretold(terms, left)
    together = np.maximum((left * foretold).sum(axis=0), 0)
    lengths = (left**2).sum(axis=0) * (foretold**2).sum(axis=0)
    return together**2 / np.maximum(lengths, TINY), foretold


def _foretold(terms: Floats, left: Floats) -> Floats:
    """What curves fitted on other samples make of each, by ridge regression in five folds.

    The penalty is as if all terms together explained about half.
    """
    n, width = terms.shape
    fold = np.random.default_rng(0).permutation(n) % FOLDS
    found = np.empty_like(left)
    for i in range(FOLDS):
        rest, here, told = terms[fold != i], terms[fold == i], left[fold != i]
        if width < len(rest):
            weights = np.linalg.solve(rest.T @ rest + width * np.eye(width), rest.T @ told)
        else:
            weights = rest.T @ np.linalg.solve(rest @ rest.T + width * np.eye(len(rest)), told)
        found[fold == i] = here @ weights
    return found


def _ratio(terms: Floats, spread: Floats) -> float:
    """Variances of the quarters for which the most and the least is foretold."""
    shares, foretold = _shares(terms, spread)
    most = int(shares.argmax())
    if shares[most] <= SHARE:
        return 1.0
    order, variance = foretold[:, most].argsort(), 1 + spread[:, most]
    quarter = len(order) // 4
    low, high = variance[order[:quarter]].mean(), variance[order[-quarter:]].mean()
    return float(high / max(low, TINY))
