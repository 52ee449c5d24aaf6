"""From what classifiers say of samples to the atoms, and what each sample contributes to them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.core.decompose import decompose
from pid.core.decomposition import Decomposition, atoms
from pid.core.information import entropy
from pid.estimators.posterior.cells import Cells, joined
from pid.estimators.posterior.sets import Said, Sources
from pid.inference.atoms import with_total


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
    said: Said,
    first: Sources,
    second: Sources,
    n_cells: int,
    tol: float,
    random_state: int,
    own: bool = False,
) -> Estimate:
    """Make cells of what classifiers say of a sample, and decompose exactly.

    Args:
        said: of the sample, by the set of sources.
        first, second: the sets that are x1 and x2; their union is among those in ``said``, too.
        n_cells: at most this many of each.
        tol: certified gap, in nats.
        random_state: seed of the cells.
        own: take several sources that are x1 or x2 for one, as if nothing were known of its parts.
    """
    p_y, both = said.p_y, union(first, second)
    one, other = (np.exp(said.of_source(of, own=own)) for of in (first, second))
    a, b = (said.cells(of, n_cells, random_state, own=own) for of in (first, second))
    solved = decompose(joined(a.table, b.table, p_y), unit="nat", tol=tol)
    information12 = entropy(p_y, unit="nat") + said.score(both)
    return Estimate((one, other, np.exp(said.logs[both])), (a, b), solved, information12)


def union(first: Sources, second: Sources) -> Sources:
    """The sources that are in either."""
    return tuple(sorted({*first, *second}))


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


def believable(lost: Floats, deviation: Floats) -> Floats:
    """What is lost of R, U1, U2, S as far as it can be believed: of each, and of their sum.

    More than a standard error says that halves are too small to learn from, and not what is lost.
    The sum is what both tell, whatever it is made of, so that it is limited by itself, and atoms
    give or take what that leaves, each in proportion to how far it is from its own limit.

    Args:
        lost: shape (4,).
        deviation: standard errors of the atoms and of their sum, shape (5,).

    Examples:
        >>> believable(np.array([3.0, 0.0, 0.0, 0.0]), np.array([1.0, 1.0, 1.0, 1.0, 2.0])).round(2)
        array([1.  , 0.33, 0.33, 0.33])
    """
    *atoms, total = np.clip(with_total(lost), -deviation, deviation)
    found = np.array(atoms)
    left = total - found.sum()
    room = deviation[:4] - np.sign(left) * found
    return found + left * room / room.sum() if room.sum() > 0 else found


def standard_errors(contributed: Floats, groups: Codes | None) -> Floats:
    """Of the means over samples, shape (5,); samples of a group depend on each other."""
    n = contributed.shape[1]
    away = contributed - contributed.mean(axis=1, keepdims=True)
    few = 1.0  # groups, which are spread less around their own mean than around the true one
    if groups is not None:
        away = np.array([np.bincount(groups, row) for row in away])
        few = away.shape[1] / (away.shape[1] - 1)
    return np.asarray(np.sqrt(few * (away**2).sum(axis=1)) / n)
