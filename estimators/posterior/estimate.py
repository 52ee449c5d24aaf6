"""From what classifiers say of samples to the atoms, and what each sample contributes to them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.core.decomposition import atoms
from pid.core.information import entropy
from pid.core.solver.hull import CLASSES
from pid.estimators.posterior.calibration import bounded
from pid.estimators.posterior.cells import Cells
from pid.estimators.posterior.said import Said, Sources
from pid.estimators.posterior.union import Union, of_more_classes, of_two_classes
from pid.inference.atoms import with_sums


class Making(NamedTuple):
    """How tables of cells are made and solved.

    Attributes:
        n_cells: at most this many of each source, in the coarser table.
        tol: certified gap of tables, in nats.
        random_state: seed of the cells.
        own: take several sources that are x1 or x2 for one, as if nothing were known of its parts.
    """

    n_cells: int
    tol: float
    random_state: int
    own: bool = False


class Estimate(NamedTuple):
    """What one run on some of the samples found, in nats.

    ``posteriors`` are those of x1, x2 and both; ``union`` what the first two tell alone;
    ``optimism`` what calibration may have added to what x1, x2 and both tell.
    """

    posteriors: tuple[Floats, Floats, Floats]
    union: Union
    information12: float
    optimism: tuple[float, float, float] = (0.0, 0.0, 0.0)

    @property
    def atoms(self) -> Floats:
        """R, U1, U2, S."""
        return np.array(atoms(self.union.value, *self.union.single, self.information12))


def estimate(
    said: Said,
    first: Sources,
    second: Sources,
    how: Making,
    *,
    slope: float | None = None,
) -> Estimate:
    """What x1 and x2 tell of y, alone and together, from what classifiers say of a sample.

    Args:
        said: of the sample, by the set of sources.
        first, second: the sets that are x1 and x2; their union is among those in ``said``, too.
        how: cells are made, of more than two classes, and tables solved.
        slope: of what cells lose, where it is known from all samples.
    """
    p_y, both = said.p_y, union(first, second)
    one, other = (np.exp(said.of_source(of, own=how.own)) for of in (first, second))

    def cells(most: int) -> tuple[Cells, Cells]:
        a, b = (said.cells(of, most, how.random_state, own=how.own) for of in (first, second))
        return a, b

    if len(p_y) == CLASSES:
        alone = of_two_classes((one, other), said.codes, p_y)
    else:
        alone = of_more_classes(
            (one, other), said.codes, p_y, cells, how.n_cells, how.tol, slope=slope
        )
    information12 = entropy(p_y, unit="nat") + said.score(both)
    posteriors = one, other, np.exp(said.logs[both])
    first_, second_, together = map(said.optimism, (first, second, both))
    return Estimate(posteriors, alone, information12, (first_, second_, together))


def union(first: Sources, second: Sources) -> Sources:
    """The sources that are in either."""
    return tuple(sorted({*first, *second}))


def contributions(found: Estimate, codes: Codes) -> Floats:
    """What each sample adds to R, U1, U2, S and their sums, in nats, shape (7, samples).

    Informations are means of log-probabilities; the union information is to first order the mean
    of the multipliers of its optimum.
    """
    return with_sums(np.array(atoms(*terms_of_rows(found, codes))))


def terms_of_rows(found: Estimate, codes: Codes) -> Floats:
    """Of each sample, its term of min_q I_q, I(Y; X1), I(Y; X2), I(Y; X1, X2); (4, samples).

    In nats, by the class that it has. Means are nearly what was found, which for the first three
    is by posteriors, and of the first is without cells.
    """
    of_class = np.log(np.bincount(codes) / len(codes))[codes]
    rows = np.arange(len(codes))
    logs = (bounded(p, codes)[rows, codes] for p in found.posteriors)
    return np.array([found.union.of_rows, *(log - of_class for log in logs)])


def of_drawn(found: Estimate, codes: Codes, rows: Codes) -> Floats:
    """``terms_of_rows`` of samples that were drawn anew, of each as often as ``rows`` has it.

    Classifiers stay as they are. Two classes have a hull of their own; multipliers of more classes
    stay, too, as it takes long to find others.
    """
    p_y, here = (np.bincount(c, minlength=codes.max() + 1) / len(c) for c in (codes, codes[rows]))
    first, second, both = (p[rows] for p in found.posteriors)
    drawn = codes[rows]
    if len(p_y) == CLASSES:
        alone = of_two_classes((first, second), drawn, here)
    else:
        told = found.union.of_rows[rows] + np.log(p_y / here)[drawn]
        alone = found.union._replace(of_rows=told)
    return terms_of_rows(Estimate((first, second, both), alone, found.information12), drawn)


def standard_errors(contributed: Floats, groups: Codes | None) -> Floats:
    """Of the means over samples, one a row; samples of a group depend on each other."""
    n = contributed.shape[1]
    away = contributed - contributed.mean(axis=1, keepdims=True)
    few = 1.0  # groups, which are spread less around their own mean than around the true one
    if groups is not None:
        away = np.array([np.bincount(groups, row) for row in away])
        few = away.shape[1] / (away.shape[1] - 1)
    return np.asarray(np.sqrt(few * (away**2).sum(axis=1)) / n)
