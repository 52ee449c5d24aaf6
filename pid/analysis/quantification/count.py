"""From columns, wherever they are, to a table that is counted, decomposed and can be resampled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from pid.analysis.quantification.result import Axis
from pid.core.decompose import decompose
from pid.discretization.count import Counted, as_symbols, count
from pid.discretization.out_of_core.engine import Elsewhere
from pid.discretization.out_of_core.reduction import reduced
from pid.discretization.out_of_core.where import as_elsewhere
from pid.discretization.target import as_classes
from pid.errors import InvalidInput
from pid.estimators.clustering import ClusterPID
from pid.inference.units import Rows, Units, check_grouping, grouping, row_weights
from pid.io.columns import Variable, as_variables, check_target

AnyVariable = Variable | Elsewhere


class Asked(NamedTuple):
    """How the columns are to become symbols, and rows units; see ``pid.quantify``."""

    estimator: str
    clusters: ClusterPID
    bins: int | Literal["auto"] | None
    blocks: int | None
    rows: bool  # whether they are needed again, to refit


class Gathered(NamedTuple):
    """What is left of the columns: their table, and what it was counted from."""

    solved: Counted
    units: Units
    n: int
    variables: tuple[AnyVariable, AnyVariable, AnyVariable]
    note_of_y: str | None
    rows: Rows | None

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done to the data."""
        return ((self.note_of_y,) if self.note_of_y else ()) + self.solved.notes


def gather(
    X1: object, X2: object, y: object, groups: object, weights: object, asked: Asked, client: object
) -> Gathered:
    """Check, cut or cluster, count and decompose the columns, where they are.

    Raises:
        InvalidInput: data or options that cannot be used.
        SolverFailed: no certified answer.
    """
    check_grouping(groups, asked.blocks)
    elsewhere = as_elsewhere(client, x1=X1, x2=X2, y=y, groups=groups, weights=weights)
    if elsewhere is not None:
        if asked.rows:
            raise InvalidInput("refit needs the columns in memory; leave it out, or load them")
        return _elsewhere(elsewhere, asked)
    x1, x2, target = as_variables(X1, X2, y)
    check_target(target)
    target, note = as_classes(target, asked.bins)
    n = len(x1)
    group, weight = grouping(n, groups, asked.blocks), row_weights(n, weights)
    solved = count(x1, x2, target, asked.estimator, asked.clusters)
    units = Units.from_rows(solved.cells, solved.table.shape, groups=group, weights=weight)
    if weight is not None:
        solved = _weighted(solved, units, asked.clusters)
    rows = Rows(solved.cells, group, weight)
    return Gathered(solved, units, n, (x1, x2, target), note, rows)


def axes_of(data: Gathered, names: Sequence[str] | None) -> tuple[Axis, Axis, Axis]:
    """What the axes of the table are, by the names of their columns if not by others."""
    kind_of_y = "bins" if data.note_of_y else "classes"
    kinds = (*data.solved.kinds, kind_of_y)
    symbols = data.solved.symbols or ((), (), ())
    x1, x2, y = (
        Axis(
            name,
            len(variable.columns),
            size,
            kind,
            tuple(map(str, labels)) if kind in ("symbols", "classes") else (),
        )
        for name, variable, size, kind, labels in zip(
            names or [variable.label for variable in data.variables],
            data.variables,
            data.solved.table.shape,
            kinds,
            symbols,
            strict=True,
        )
    )
    return x1, x2, y


def _elsewhere(variables: Mapping[str, Elsewhere], asked: Asked) -> Gathered:
    x1, x2, y = (variables[role] for role in ("x1", "x2", "y"))
    found = reduced(
        x1,
        x2,
        y,
        estimator=asked.estimator,
        options=asked.clusters,
        bins=asked.bins,
        groups=variables.get("groups"),
        blocks=asked.blocks,
        weights=variables.get("weights"),
    )
    times, options = found.times, asked.clusters
    solved = as_symbols(found.x1, found.x2, found.y, options.unit, options.tol, times)
    group = grouping(len(times), found.groups, None)
    weight = row_weights(len(times), found.weights, times)
    shape = solved.table.shape
    units = Units.from_rows(solved.cells, shape, groups=group, weights=weight, times=times)
    solved = solved._replace(
        estimator=found.estimator,
        kinds=found.kinds,
        bins=found.bins,
        notes=found.notes,
        parameters={"n_clusters": options.n_clusters} if found.estimator == "bins" else {},
    )
    if weight is not None:
        solved = _weighted(solved, units, options)
    return Gathered(solved, units, len(x1), (x1, x2, y), found.note_of_y, None)


def _weighted(counted: Counted, units: Units, options: ClusterPID) -> Counted:
    """The same cells with the weight of their rows in place of the number."""
    sums = units.table
    note = f"weighted rows count as {sums.sum():.1f} of equal weight"
    return counted._replace(
        table=sums,
        decomposition=decompose(sums, unit=options.unit, tol=options.tol),
        notes=(*counted.notes, note),
    )
