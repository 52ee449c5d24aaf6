"""From what classifiers say of samples to the atoms, and what each sample contributes to them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.core.decompose import decompose
from pid.core.decomposition import Decomposition, atoms
from pid.core.information import entropy
from pid.estimators.posterior.calibration import calibrated
from pid.estimators.posterior.cells import Cells, cells_of, joined
from pid.inference.intervals import with_total


class Estimate(NamedTuple):
    """What one run on some of the samples found, in nats.

    ``posteriors`` are those of x1, x2 and both, ``cells`` those of x1 and x2, and ``solved`` is the
    decomposition of their table.
    """

    posteriors: tuple[Floats, Floats, Floats]
    cells: tuple[Cells, Cells]
    solved: Decomposition
    information12: float

    @property
    def atoms(self) -> Floats:
        """R, U1, U2, S."""
        d = self.solved
        union = d.redundancy + d.unique1 + d.unique2
        return np.array(atoms(union, d.information1, d.information2, self.information12))


def estimate(
    said: list[list[Floats]], codes: Codes, n_cells: int, tol: float, random_state: int
) -> Estimate:
    """Calibrate, make cells, decompose exactly.

    Args:
        said: log-probabilities out of fold, shape (samples, classes), of each member, of x1, x2 and
            both.
        codes: classes 0, 1, ..., shape (samples,).
        n_cells: at most this many of each source.
        tol: certified gap, in nats.
        random_state: seed of the cells.
    """
    p_y = np.bincount(codes) / len(codes)
    first, second = (calibrated(logs, codes) for logs in said[:2])
    independent = first + second - np.log(p_y)  # what both say if independent given y
    both = calibrated([*said[2], independent], codes)
    posteriors = (np.exp(first), np.exp(second), np.exp(both))
    cells = (
        cells_of(posteriors[0], p_y, n_cells, random_state),
        cells_of(posteriors[1], p_y, n_cells, random_state),
    )
    table = joined(cells[0].table, cells[1].table, p_y)
    solved = decompose(table, unit="nat", tol=tol)
    cross_entropy = -float(both[np.arange(len(codes)), codes].mean())
    return Estimate(posteriors, cells, solved, entropy(p_y, unit="nat") - cross_entropy)


def contributions(found: Estimate, codes: Codes) -> Floats:
    """What each sample adds to R, U1, U2, S and their sum, in nats, shape (5, samples).

    Informations are means of log-probabilities; the union information is to first order the mean
    of the multipliers of its optimum, at the cells of the sample.
    """
    certificate = found.solved.certificate
    assert certificate is not None
    assert certificate.multipliers is not None
    alpha, beta = certificate.multipliers
    of_class = np.log(np.bincount(codes) / len(codes))[codes]
    union = alpha[found.cells[0].labels, codes] + beta[found.cells[1].labels, codes] - of_class
    rows = np.arange(len(codes))
    informations = (np.log(p[rows, codes]) - of_class for p in found.posteriors)
    return with_total(np.array(atoms(union, *informations)))


def standard_errors(contributed: Floats, groups: Codes | None) -> Floats:
    """Of the means over samples, shape (5,); samples of a group depend on each other."""
    n = contributed.shape[1]
    away = contributed - contributed.mean(axis=1, keepdims=True)
    if groups is not None:
        away = np.array([np.bincount(groups, row) for row in away])
    return np.asarray(np.sqrt((away**2).sum(axis=1)) / n)
