"""One model as a table of (cell of X1 and X2, y, what the model says), and what follows from it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from pid._types import Codes, Floats
from pid.analysis.comparison.predictions import Prediction
from pid.core.information import xlogx
from pid.inference.atoms import solve, with_total
from pid.inference.units import Rows

# what is measured of a model beside the atoms of its predictions, and their total
MEASURES = ("information", "left", "accuracy")


class Sheet(NamedTuple):
    """The occupied cells of a model's table, by unit.

    Attributes:
        units: weight of each cell in each independent unit, sparse, shape (units, cells + 1); in
            the last column the weight of the rows in which the model is right.
        shape: (n1, n2, labels) of the table of X1, X2 and what the model says.
        triple, confused: which cell of that table, and of (y, label), each occupied cell is in.
    """

    units: csr_array
    shape: tuple[int, int, int]
    triple: Codes
    confused: Codes

    @property
    def whole(self) -> Floats:
        """All units together, (1, cells + 1)."""
        return np.asarray(self.units.sum(axis=0), dtype=np.float64)[None]

    def tables(self, cells: Floats) -> Floats:
        """p(x1, x2, said) of many resampled sheets (B, cells + 1), shape (B, n1, n2, labels)."""
        flat = _grouped(cells[:, :-1], self.triple, int(np.prod(self.shape)))
        return flat.reshape(-1, *self.shape)

    def measures(self, cells: Floats) -> Floats:
        """I(said; Y) in nats, I(X1, X2; Y given said) in nats, and accuracy, shape (3, B).

        What a model leaves on the table is what the cells still say, given what it says; no sample
        can make that negative. If it says what it says for the cells alone, that is I(X1, X2; Y) -
        I(said; Y).
        """
        inner = cells[:, :-1]
        mass = inner.sum(axis=1)
        n1, n2, labels = self.shape
        said, pair = self.triple % labels, self.triple // labels
        truth = self.confused // labels
        h_said, h_true, h_confused, h_triple, h_all = (
            _entropy(_grouped(inner, group, size), mass)
            for group, size in (
                (said, labels),
                (truth, int(truth.max(initial=0)) + 1),
                (self.confused, int(self.confused.max(initial=0)) + 1),
                (pair * labels + said, n1 * n2 * labels),
                (np.arange(inner.shape[1]), inner.shape[1]),
            )
        )
        information = h_said + h_true - h_confused
        left = h_triple + h_confused - h_all - h_said
        return np.array([information, left, cells[:, -1] / mass])

    def values(self, cells: Floats, tol: float) -> Floats:
        """R, U1, U2, S, their total, and ``MEASURES``, shape (8, B)."""
        return np.concatenate([with_total(solve(self.tables(cells), tol)), self.measures(cells)])


def sheet_of(prediction: Prediction, of_rows: Rows, shape: tuple[int, ...]) -> Sheet:
    """Count what a model says in the cells of X1, X2 and y.

    Args:
        prediction: of each row.
        of_rows: cell, group and weight of each row of the data.
        shape: (n1, n2, classes) of the table of the data.
    """
    n1, n2, k = shape
    n = len(of_rows.cells)
    said = prediction.said.tocoo()
    rows, label = said.coords
    labels = prediction.said.shape[1]
    flat = of_rows.cells[rows] * labels + label
    occupied, column = np.unique(flat, return_inverse=True)
    weight = np.ones(n) if of_rows.weights is None else of_rows.weights
    right = np.flatnonzero(prediction.right)
    values = np.concatenate([said.data * weight[rows], weight[right]])
    columns = np.concatenate([column, np.full(len(right), len(occupied))])
    where = np.concatenate([rows, right])
    unit = where if of_rows.groups is None else of_rows.groups[where]
    count = n if of_rows.groups is None else int(of_rows.groups.max()) + 1
    units = csr_array((values, (unit, columns)), shape=(count, len(occupied) + 1))
    units.sum_duplicates()
    label, rest = occupied % labels, occupied // labels
    y, pair_of = rest % k, rest // k
    return Sheet(units, (n1, n2, labels), pair_of * labels + label, y * labels + label)


def _grouped(cells: Floats, group: Codes, size: int) -> Floats:
    """Sums over cells of one group, shape (B, size)."""
    members = csr_array(
        (np.ones(len(group)), (np.arange(len(group)), group)), shape=(len(group), size)
    )
    return np.asarray((members.T @ cells.T).T)


def _entropy(masses: Floats, mass: Floats) -> Floats:
    """Of each row, in nats."""
    return np.asarray(-xlogx(masses / mass[:, None]).sum(axis=1))
