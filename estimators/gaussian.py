"""Sources and a target that are jointly Gaussian, or nearly: vectors of any dimensions."""

from __future__ import annotations

from typing import ClassVar, Literal, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma

from pid._types import Floats
from pid.checks import AUTO, INTERVAL, RANDOM_STATE, TABLES, UNIT, either, seed_of
from pid.core.decomposition import atoms
from pid.core.gaussian import (
    Residuals,
    decompose_residuals,
    informations,
    residuals,
    unique_directions,
)
from pid.core.information import Unit
from pid.errors import InvalidInput
from pid.estimators.base import ModelPID, Options, Variables
from pid.estimators.neural.features import extent
from pid.estimators.straightness import (
    CUT,
    MOST_COLUMNS,
    ONE_BY_ONE,
    STRAIGHT,
    Bends,
    bends,
    step_of,
)
from pid.inference.assessment import as_interval
from pid.inference.atoms import as_decomposition, with_sums
from pid.inference.intervals import around
from pid.io.columns import Variable, listed, row_chunks
from pid.io.numbers import without_gaps
from pid.io.rows import as_variables

REPLICATES = 200
MOST_WORK = 2e10  # columns cubed times replicates: about a minute


class GaussianPID(ModelPID):
    """Decompose Gaussian vectors by their covariance, in closed form.

    The target may have many columns. Only second moments count, so that dependence a straight line
    does not show is missed: see ``FlowPID`` for what bends, and ``PosteriorPID`` for classes. Where
    the samples show such dependence, by curves of second and third order, ``doubts`` says so.

    With many columns for few samples the plug-in atoms are much too large. The three informations
    have a bias that is known exactly for Gaussian samples, as that of log-determinants of Wishart
    matrices; what the sources hold uniquely is corrected by samples drawn from the fitted model.

    Args:
        interval: nominal coverage of ``interval_``, or None for none.
        replicates: samples drawn from the model; "auto" takes 200, or as many as take about a
            minute, and no correction and intervals where that would be fewer than 20.
        unit: "bit" or "nat".
        random_state: seed of the samples; None takes another one each time.

    Attributes:
        decomposition_: of the covariance of the sample, with its certificate.
        corrected_: after bias correction; None where ``replicates`` are too costly.
        interval_: (low, high) per atom and for their sums; None likewise.
        ranks_: dimensions that vary, of x1, x2 and both together.
        rank_of_y_: likewise of y.
        bends_: what straight lines do not see of y, see ``estimators.straightness``.
        seed_: the seed, also where none was given.
        notes_: what was done to the data, in words.

    Examples:
        >>> rng = np.random.default_rng(0)
        >>> y = rng.normal(size=(5000, 2))
        >>> X1, X2 = y + rng.normal(size=y.shape), y[:, :1] + rng.normal(size=(5000, 1))
        >>> est = GaussianPID().fit(X1, X2, y)
        >>> round(est.corrected_.redundancy, 1), round(est.corrected_.unique1, 1)
        (0.5, 0.5)
    """

    takes = ("replicates",)
    of_classes = False

    constraints: ClassVar = {
        "interval": INTERVAL,
        "replicates": either(AUTO, TABLES),
        "unit": UNIT,
        "random_state": RANDOM_STATE,
    }

    def __init__(
        self,
        *,
        interval: float | None = 0.95,
        replicates: int | Literal["auto"] = "auto",
        unit: Unit = "bit",
        random_state: int | None = 0,
    ) -> None:
        self.interval = interval
        self.replicates = replicates
        self.unit = unit
        self.random_state = random_state

    @classmethod
    def asked(cls, options: Options) -> Self:
        """See ``ModelPID``."""
        return cls(
            interval=options.interval,
            replicates=options.replicates,
            unit=options.unit,
            random_state=options.random_state,
        )

    def sizes(self, variables: Variables) -> tuple[int, int, int]:
        """Dimensions that vary."""
        return self.ranks_[0], self.ranks_[1], self.rank_of_y_

    def described(self) -> dict[str, object]:
        """See ``ModelPID``."""
        return {"replicates": self.replicates}

    def doubts(self) -> tuple[str, ...]:
        """See ``ModelPID``."""
        return self.bends_.in_words(CUT if self.columns_of_y_ == 1 else ONE_BY_ONE)

    def fit(self, X1: object, X2: object, y: object) -> Self:
        """Decompose the covariance of the samples.

        Args:
            X1, X2: numbers, one row per sample.
            y: numbers likewise, of one column or several.

        Returns:
            The estimator itself, with the attributes that end in an underscore.

        Raises:
            InvalidInput: columns that are no numbers, fewer samples than dimensions, or a y that
                the sources determine.
        """
        self.check_parameters()
        self.seed_ = seed_of(self.random_state)
        variables, self.notes_ = without_gaps(*as_variables(X1, X2, y))
        scales = self._scales(variables)
        n = len(variables[0])
        rows, sizes = self._rows(scales, n)
        left = residuals(rows, sizes)
        self.ranks_, self.rank_of_y_ = left.ranks, len(left.first)
        self.decomposition_ = decompose_residuals(left, unit=self.unit)
        self.corrected_ = self.interval_ = None
        self.columns_of_y_ = sizes[2]
        self.bends_ = self._bends(scales, n)
        replicates = self._affordable(sum(sizes))
        if replicates:
            self._assess(left, rows, sizes, n, replicates)
        return self

    def _scales(self, variables: tuple[Variable, ...]) -> list[Scaled]:
        """Which columns vary, and their largest sizes."""
        scales = []
        for variable in variables:
            scale, _, varies = extent(variable)
            constant = [name for name, v in zip(variable.names, varies, strict=True) if not v]
            if constant:
                dropped = listed(constant, "constant column")
                self.notes_ += (f"{variable.role}: dropped {dropped}",)
            if not varies.any():
                raise InvalidInput(f"{variable.role} does not vary")
            scales.append(Scaled(variable, scale, varies))
        if not variables[2].is_continuous and len(variables[2].columns) == 1:
            self.notes_ += ("y has few distinct values; for classes take PosteriorPID",)
        return scales

    def _rows(self, scales: list[Scaled], n: int) -> tuple[Floats, tuple[int, int, int]]:
        """As many rows as columns, with the scatter matrix of the samples; and the widths."""
        d1, d2, dy = (one.width for one in scales)
        triangle = _triangle(scales, n)
        if n < d1 + d2 + dy + 2:
            rank = int(np.linalg.matrix_rank(triangle))
            if n < rank + 2:
                raise InvalidInput(
                    f"{n} samples are too few for {d1 + d2 + dy} columns that vary; reduce x1 and "
                    "x2 by PCA first, or cut y into classes and take PosteriorPID"
                )
        return triangle, (d1, d2, dy)

    def _bends(self, scales: list[Scaled], n: int) -> Bends:
        """What straight lines do not see, by rows at regular distances where there are many."""
        x1, x2, y = scales
        columns = x1.width + x2.width
        if columns > MOST_COLUMNS:
            self.notes_ += (f"y was not searched for bends: {columns:,} columns take long",)
            return STRAIGHT
        rows = slice(None, None, step_of(n, columns))
        return bends(x1.rows(rows), x2.rows(rows), y.rows(rows))

    def _affordable(self, order: int) -> int:
        if self.replicates != "auto":
            return int(self.replicates)
        affordable = int(MOST_WORK / order**3)
        if affordable < 20:
            self.notes_ += (
                f"no correction and no interval: {order:,} columns take long to simulate; ask for "
                "it by replicates=50",
            )
            return 0
        return min(affordable, REPLICATES)

    def _assess(
        self, left: Residuals, rows: Floats, sizes: tuple[int, int, int], n: int, replicates: int
    ) -> None:
        """Correct the atoms, and give intervals, by samples from the fitted Gaussian."""
        rng = np.random.default_rng(self.seed_)
        order = rows.shape[1]
        drawn = np.array(
            [
                _unbiased(residuals(_scatter(n, order, rng) @ rows, sizes), n)
                for _ in range(replicates)
            ]
        ).T
        found = _unbiased(left, n)
        spread = np.abs(unique_directions(left)).sum()  # of the model that was drawn from
        corrected = np.append(found[:3], found[3] - (drawn[3].mean() - spread))
        self.corrected_ = as_decomposition(_atoms(corrected), self.unit)
        if self.interval is not None:
            deviation = with_sums(_atoms(drawn)).std(axis=1, ddof=1)
            bounds = around(_atoms(found), _atoms(corrected), deviation, self.interval)
            self.interval_ = as_interval(bounds, self.unit)


class Scaled(NamedTuple):
    """A variable by its columns that vary, each in units of its largest size."""

    variable: Variable
    scale: Floats
    varies: NDArray[np.bool_]

    @property
    def width(self) -> int:
        """Number of columns that vary."""
        return int(self.varies.sum())

    def rows(self, rows: slice) -> Floats:
        """Some rows of these columns."""
        return self.variable.matrix(rows)[:, self.varies] / self.scale[self.varies]


def _triangle(scales: list[Scaled], n: int) -> Floats:
    """R of the QR decomposition of centred columns, from some rows at a time.

    A column of ones in front takes the means, and nothing is squared.
    """
    width = 1 + sum(one.width for one in scales)
    triangle = np.empty((0, width))
    for rows in row_chunks(n, width):
        parts = [one.rows(rows) for one in scales]
        stacked = np.hstack([np.ones((len(parts[0]), 1)), *parts])
        triangle = np.asarray(np.linalg.qr(np.vstack([triangle, stacked]), mode="r"))
    # columns of R have signs of their own; like this it does not depend on the order of samples
    return (triangle * np.where(np.diag(triangle) < 0, -1, 1)[:, None])[1:, 1:]


def _scatter(n: int, order: int, rng: np.random.Generator) -> Floats:
    """A root of a Wishart matrix of n - 1 degrees of freedom, by Bartlett's decomposition."""
    freedom = n - 1
    if freedom < order:
        return rng.normal(size=(freedom, order))
    root = np.triu(rng.normal(size=(order, order)), 1)
    root[np.diag_indices(order)] = np.sqrt(rng.chisquare(freedom - np.arange(order)))
    return root


def _unbiased(left: Residuals, n: int) -> Floats:
    """I(Y; X1), I(Y; X2), I(Y; X1, X2) without bias, and U1 + U2 to go with them."""
    k = len(left.first)
    excess = [_excess(n, rank, k) for rank in left.ranks]
    directions = unique_directions(left) + (excess[1] - excess[0]) / k
    return np.append(np.subtract(informations(left), excess), np.abs(directions).sum())


def _excess(n: int, rank: int, k: int) -> float:
    """What regression on ``rank`` columns that say nothing would seem to tell of k, in nats.

    By the mean log-determinant of a Wishart matrix (Misra et al., J. Multivar. Anal. 92, 2005).
    """
    freedom = n - 1 - np.arange(k)
    return float((digamma(freedom / 2) - digamma((freedom - rank) / 2)).sum() / 2)


def _atoms(values: Floats) -> Floats:
    """R, U1, U2, S from the informations and U1 + U2, one or many in the last axis."""
    first, second, both, unique = values
    return np.array(atoms((first + second + unique) / 2, first, second, both))
