"""What each row adds to the atoms: values whose means over the rows are the atoms.

The minimum that the atoms are made from is a mean over the rows of what its multipliers say
(``pid.core.pointwise``). So each row has a value of redundancy, of both unique informations and of
synergy. Single values may be below 0, as those of pointwise information are, where rows mislead.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pid._types import Codes, Counts, Floats
from pid.analysis.quantification.choose import FITTED
from pid.analysis.quantification.evidence import CountedTable, FittedModel
from pid.analysis.quantification.given import GivenPosteriors
from pid.core.conditional import decompose_given
from pid.core.decompose import decompose
from pid.core.decomposition import ATOMS, Decomposition, atoms
from pid.core.information import Unit, nats_per
from pid.errors import InvalidInput
from pid.inference.units import OF_STRATA

if TYPE_CHECKING:
    import pandas as pd

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
        residuals: what was added to the ``RESIDUALS`` of each row, or to the first; None of a
            table.
    """

    values: Floats
    classes: Codes
    names: tuple[str, ...]
    groups: Codes | None
    weights: Floats | None
    residuals: Floats | None


class Answer(NamedTuple):
    """What of a ``Quantification`` rows are found by: see there; ``names`` are of the classes."""

    decomposition: Decomposition
    evidence: CountedTable | FittedModel | GivenPosteriors
    estimator: str
    names: tuple[str, ...]
    labels: Any


def by_row(q: Answer) -> pd.DataFrame:
    """See ``Quantification.by_row``."""
    import pandas as pd

    found = of_rows(q)
    frame = pd.DataFrame(found.values.T, columns=list(COLUMNS), index=q.labels)
    if found.residuals is not None:
        frame[list(RESIDUALS[: len(found.residuals)])] = found.residuals
    if found.weights is not None:
        frame["weight"] = found.weights
    return frame


def has_rows(q: Answer) -> bool:
    """Whether there is something to say of single rows."""
    if isinstance(q.evidence, GivenPosteriors):
        return True
    if isinstance(q.evidence, FittedModel):
        return q.estimator == "posterior"
    return q.evidence.rows is not None and q.decomposition.coupling is not None


def check_estimator(name: str) -> None:
    """Raise InvalidInput for an estimator that says nothing of single rows."""
    if name in FITTED and name != "posterior":
        raise InvalidInput(
            f"estimator {name!r} says nothing of single rows; take 'posterior', or one that "
            "counts: 'table', 'cluster' or 'bins'"
        )


def of_rows(q: Answer) -> OfRows:
    """What is known of each row.

    Raises:
        InvalidInput: see ``Quantification.by_row``.
    """
    if isinstance(q.evidence, GivenPosteriors):
        return _given(q.evidence, q.names)
    check_estimator(q.estimator)
    if isinstance(q.evidence, FittedModel):
        return _fitted(q.evidence.model, q.decomposition.unit)
    table, rows = q.evidence.table, q.evidence.rows
    if rows is None:
        raise InvalidInput(
            "the rows are not in memory, only what was counted of them; load the columns, or take "
            "what cells add: decomposition.by_cell(table)"
        )
    k = table.shape[-1]
    return OfRows(
        _of_cells(q.decomposition, table, rows.cells),
        rows.cells % k,
        q.names or tuple(map(str, range(k))),
        rows.groups,
        rows.weights,
        None,
    )


def redone(q: Answer, weights: Floats) -> Floats:
    """The values, (5, rows), had the rows had other weights; 0 of those without.

    Tables are solved anew. Classifiers stay as they are, as do the multipliers of more than two
    classes, which would take long, and of posteriors that were given.
    """
    unit = q.decomposition.unit
    if isinstance(q.evidence, GivenPosteriors):
        return of_rows(q).values
    if isinstance(q.evidence, FittedModel):
        return _of_drawn(q.evidence.model, weights, unit)
    assert q.evidence.rows is not None
    cells, shape = q.evidence.rows.cells, q.evidence.table.shape
    table = np.bincount(cells, weights, math.prod(shape)).reshape(shape)
    solve = decompose_given if table.ndim == OF_STRATA else decompose
    return _of_cells(solve(table, unit=unit, on_fail="return"), table, cells)


def _of_cells(d: Decomposition, table: Counts | Floats, cells: Codes) -> Floats:
    """Of rows in these cells of a table."""
    return np.asarray(d.values_by_cell(table).reshape(len(COLUMNS), -1)[:, cells])


def _given(evidence: GivenPosteriors, names: tuple[str, ...]) -> OfRows:
    rows, residual = evidence.rows, np.array([evidence.residual])
    values = np.vstack([rows, rows.sum(axis=0)])
    return OfRows(values, evidence.classes, names, evidence.groups, None, residual)


def _fitted(model: Any, unit: Unit) -> OfRows:
    from pid.estimators.posterior.estimate import terms_of_rows

    found, nat = model.estimate_, nats_per(unit)
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


def _of_drawn(model: Any, times: Floats, unit: Unit) -> Floats:
    """Of rows that were drawn so often."""
    from pid.estimators.posterior.estimate import of_drawn

    drawn = np.repeat(np.arange(len(times)), times.astype(np.intp))
    terms = of_drawn(model.estimate_, model.codes_, drawn) / nats_per(unit)
    found = np.zeros((len(COLUMNS), len(times)))
    found[:, drawn] = *atoms(*terms), terms[3]
    return found
