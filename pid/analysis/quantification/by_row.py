"""What each row adds to the atoms: values whose means over the rows are the atoms.

The minimum that the atoms are made from is a mean over the rows of what its multipliers say
(``pid.core.pointwise``). So each row has a value of redundancy, of both unique informations and of
synergy. Single values may be below 0, as those of pointwise information are, where rows mislead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pid._types import Codes, Counts, Floats
from pid.analysis.quantification.choose import FITTED
from pid.core.decompose import decompose
from pid.core.decomposition import ATOMS, Decomposition, atoms
from pid.core.information import nats_per
from pid.errors import InvalidInput

if TYPE_CHECKING:
    import pandas as pd

    from pid.analysis.quantification.result import Quantification

COLUMNS = (*ATOMS, "total")
# What is added to all rows: of the union, and of what x1 and x2 tell.
RESIDUALS = ("residual", "residual1", "residual2")


class OfRows(NamedTuple):
    """Values of the rows in the unit of the atoms, and what else is known of the rows.

    Attributes:
        values: of ``COLUMNS``, shape (5, rows).
        classes: number of the class of each row.
        names: what the classes are, as text.
        groups: number of the group of each row; None where rows are independent.
        weights: of the rows; None where they are equal.
        residuals: what was added to the ``RESIDUALS`` of each row; None of a table.
    """

    values: Floats
    classes: Codes
    names: tuple[str, ...]
    groups: Codes | None
    weights: Floats | None
    residuals: Floats | None


def by_row(q: Quantification) -> pd.DataFrame:
    """What each row adds to redundancy, unique1, unique2, synergy and their total.

    Of a table that was counted, all rows of a cell have the values of ``Decomposition.by_cell``. Of
    the posterior estimator, classifiers that have not seen the row say what it tells of its class.
    Classifiers and labels agree on average, and not exactly, and cells lose some of the union: what
    lacks is added to all rows alike, and is in columns of its own.

    Args:
        q: by counting rows that are in memory, or by the estimator "posterior".

    Returns:
        One row for each that was used, in their order, labelled as in pandas, or by position; rows
        that were left out are not there. The four atoms and "total", in the unit of the atoms:
        their means are the atoms of ``q.decomposition``, by "weight" where rows have one.
        Corrections and intervals are of means, not of rows. Of the posterior estimator also
        "residual", which is in the union of every row, and so taken from redundancy and synergy
        and added to both unique informations; and "residual1" and "residual2", which are in what x1
        and x2 tell.

    Raises:
        InvalidInput: rows are not in memory, or the estimator says nothing of single rows.
    """
    import pandas as pd

    found = of_rows(q)
    columns = dict(zip(COLUMNS, found.values, strict=True))
    if found.residuals is not None:
        n = found.values.shape[1]
        columns |= {
            name: np.full(n, value) for name, value in zip(RESIDUALS, found.residuals, strict=True)
        }
    if found.weights is not None:
        columns["weight"] = found.weights
    return pd.DataFrame(columns, index=q.labels)


def of_rows(q: Quantification) -> OfRows:
    """See ``by_row``."""
    check_estimator(q.estimator)
    return _fitted(q) if q.table is None else _counted(q)


def has_rows(q: Quantification) -> bool:
    """Whether there is something to say of single rows."""
    if q.table is None:
        return q.estimator == "posterior"
    return q.rows is not None and q.decomposition.coupling is not None


def check_estimator(name: str) -> None:
    """Raise InvalidInput for an estimator that says nothing of single rows."""
    if name in FITTED and name != "posterior":
        raise InvalidInput(
            f"estimator {name!r} says nothing of single rows; take 'posterior', or one that "
            "counts: 'table', 'cluster' or 'bins'"
        )


def redone(q: Quantification, weights: Floats) -> Floats:
    """The values, (5, rows), had the rows had other weights; what is 0 is not there.

    Tables are solved anew. Classifiers stay as they are, as do the multipliers of more than two
    classes, which would take long.
    """
    rows = q.rows
    if rows is not None:
        table = np.bincount(rows.cells, weights, q.table.size).reshape(q.table.shape)
        unit = q.decomposition.unit
        return _of_cells(decompose(table, unit=unit, on_fail="return"), table, rows.cells)
    from pid.estimators.posterior.estimate import of_drawn

    model = q.fitted
    drawn = np.repeat(np.arange(q.n), weights.astype(np.intp))
    terms = of_drawn(model.estimate_, model.codes_, drawn) / nats_per(q.decomposition.unit)
    found = np.zeros((len(COLUMNS), q.n))
    found[:, drawn] = *atoms(*terms), terms[3]
    return found


def _counted(q: Quantification) -> OfRows:
    rows = q.rows
    if rows is None:
        raise InvalidInput(
            "the rows are not in memory, only what was counted of them; load the columns, or take "
            "what cells add: decomposition.by_cell(table)"
        )
    k = q.table.shape[2]
    return OfRows(
        _of_cells(q.decomposition, q.table, rows.cells),
        rows.cells % k,
        q.axes[2].labels or tuple(map(str, range(k))),
        rows.groups,
        rows.weights,
        None,
    )


def _of_cells(d: Decomposition, table: Counts | Floats, cells: Codes) -> Floats:
    """Of rows in these cells of a table."""
    found = d.by_cell(table)
    place = np.ravel_multi_index((found.x1, found.x2, found.y), table.shape)
    of_cell = np.zeros((len(COLUMNS), table.size))
    of_cell[:, place] = found[list(COLUMNS)].to_numpy().T
    return np.asarray(of_cell[:, cells])


def _fitted(q: Quantification) -> OfRows:
    from pid.estimators.posterior.estimate import terms_of_rows

    model, nat = q.fitted, nats_per(q.decomposition.unit)
    found = model.estimate_
    terms = terms_of_rows(found, model.codes_) / nat
    means = np.array([found.union.value, *found.union.single, found.information12]) / nat
    lacking = means - terms.mean(axis=1)
    terms += lacking[:, None]
    return OfRows(
        np.array([*atoms(*terms), terms[3]]),
        model.codes_,
        tuple(map(str, model.classes_)),
        model.groups_,
        None,
        lacking[:3],
    )
