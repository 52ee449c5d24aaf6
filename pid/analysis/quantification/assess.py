"""From a table that was counted to an answer: corrected atoms, intervals, reasons to doubt them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pid.analysis.quantification.axes import Axis, axes_of
from pid.analysis.quantification.choose import SYMBOLS, Choice
from pid.analysis.quantification.count import Gathered
from pid.analysis.quantification.doubts import (
    OF_TWO,
    Judged,
    Told,
    doubts,
    fewer_of,
    rare_classes,
)
from pid.analysis.quantification.evidence import CountedTable
from pid.analysis.quantification.refit import REPLICATES as REFITTED
from pid.analysis.quantification.refit import refitted
from pid.analysis.quantification.result import Quantification
from pid.analysis.quantification.strata import GIVEN_Z, entropy_of_y, said_of_strata
from pid.core.conditional import decompose_given
from pid.core.decompose import decompose
from pid.core.decomposition import Decomposition
from pid.core.information import Unit, nats_per
from pid.discretization.count import Counted
from pid.discretization.resolution import null_bias
from pid.inference.assessment import REPLICATES, Assessment, Resampling, conclude, resampled
from pid.inference.atoms import PRECISE_TOL, as_decomposition, solve
from pid.inference.bias import Correction, corrected
from pid.inference.intervals import Method
from pid.inference.kink_aware import jackknifed_informations
from pid.inference.order import few_units
from pid.inference.rare_classes import FEW, affordable, has_rare_classes
from pid.inference.units import OF_STRATA, Units
from pid.parallel.work import Work

# Seconds of one solve up to which a table is resampled without being asked to, and how often.
AFFORDABLE = ((0.01, REPLICATES), (0.15, 200))


class Inference(NamedTuple):
    """How far counted numbers are from the truth; see ``pid.quantify``."""

    interval: float | None
    method: Method
    correction: Correction
    replicates: int | Literal["auto"]
    refit: bool
    unit: Unit
    tol: float
    random_state: int | None


def by_counting(
    choice: Choice, data: Gathered, asked: Inference, names: Sequence[str] | None, work: Work
) -> Quantification:
    """Decompose the table, correct it, and say how far it may be off.

    Raises:
        SolverFailed: no certified answer.
    """
    counted, unit = data.counted, asked.unit
    table, units = counted.table, counted.units
    tables, doubt = _affordable(table.shape, asked.replicates, asked.interval)
    rows = units.effective_rows
    bias = _by_chance(table, rows) / nats_per(unit)
    given = counted.z is not None
    solved = (decompose_given if given else decompose)(table, unit=unit, tol=asked.tol)
    assessed = _assessed(counted, tables, asked, work)
    fixed, held = _corrected(units, assessed, tables, asked)
    of_y = entropy_of_y(table, unit)
    judged = Judged(fixed is not None, assessed is not None)
    told = Told(counted.n, rows, bias, solved.total, unit)
    words = GIVEN_Z if given else OF_TWO
    warnings = doubts(table, told, judged=judged, fewer=_fewer(data), words=words)
    warnings += rare_classes(table, rows, counted.y.symbols)
    notes = counted.notes
    if counted.z is not None:
        said = said_of_strata(counted, rows)
        notes, warnings = (*notes, *said.notes), (*warnings, *said.warnings)
    doubt += _not_widened(table, rows) if assessed is not None else ()
    warnings += few_units(units.count) if units.grouped else ()
    return Quantification(
        decomposition=solved,
        corrected=fixed,
        interval=None if assessed is None else assessed.interval,
        level=None if assessed is None else assessed.level,
        axes=axes_of(counted, names),
        evidence=CountedTable(table, counted.rows, bias),
        target_entropy=of_y if fixed is None else _entropy(units, asked, fixed.total),
        target_entropy_counted=of_y,
        held=held,
        n=counted.n,
        units=units.count,
        estimator=data.estimator,
        # columns elsewhere show only when they are counted that they are symbols
        reason=SYMBOLS if choice.reason and data.estimator == "table" else choice.reason,
        parameters=data.parameters,
        random_state=None if asked.random_state is None else int(asked.random_state),
        notes=notes + doubt,
        warnings=warnings,
        given=None if counted.z is None else Axis.of(counted.z),
    )


def _assessed(data: Counted, tables: int, asked: Inference, work: Work) -> Assessment | None:
    """Intervals, where they are asked for and can be had."""
    if not tables or asked.interval is None:
        return None
    if asked.refit and asked.replicates == "auto":
        tables = REFITTED
    how = Resampling(asked.interval, asked.method, asked.correction, tables, asked.random_state)
    if asked.refit:
        drawn = refitted(data, tables, asked.random_state, work)
    else:
        drawn = resampled(data.units, how, work)
    return conclude(data.units, drawn, how, asked.unit, work)


def _affordable(
    shape: tuple[int, ...], replicates: int | Literal["auto"], interval: float | None
) -> tuple[int, tuple[str, ...]]:
    """How many tables to resample, and a note where that is none by our own decision."""
    if isinstance(replicates, int | np.integer):
        return int(replicates), ()
    # A formula, as measured time would give other numbers on another day: work on cells, and on
    # the matrix of the solver.
    *strata, n1, n2, k = shape
    cells = math.prod(shape)
    seconds = 1e-6 * cells + 2e-10 * math.prod(strata) * (min(n1, n2) * k) ** 3
    for longest, number in AFFORDABLE:
        if seconds <= longest:
            return number, ()
    what = "no correction" if interval is None else "no correction and no interval"
    return 0, (
        f"{what}: a table of {cells:,} cells takes long to resample; ask for it by replicates=200, "
        "or make fewer cells",
    )


def _corrected(
    units: Units, assessed: Assessment | None, replicates: int, asked: Inference
) -> tuple[Decomposition | None, tuple[str, ...]]:
    """Atoms after correction, and which of them are held."""
    if asked.correction == "none" or not replicates or units.count < 2:
        return None, ()
    if assessed is not None:
        return assessed.corrected, assessed.held
    rng = np.random.default_rng(asked.random_state)
    plug_in = solve(units.table[None], PRECISE_TOL)[:, 0]
    found = corrected(units, plug_in, asked.correction, rng)
    return as_decomposition(found.atoms, asked.unit), found.held


def _not_widened(table: NDArray[np.generic], rows: float) -> tuple[str, ...]:
    """A note, where intervals should allow for rare classes, and would take long to."""
    if not has_rare_classes(table, rows / float(table.sum())) or affordable(table.shape):
        return ()
    return (
        f"classes with fewer than {FEW} rows are not allowed for in the intervals, since tables of "
        f"{table.size:,} cells take long to solve: merge classes, or take fewer clusters",
    )


def _by_chance(table: NDArray[np.generic], rows: float) -> float:
    """Expected total in nats if nothing were told of y, in any stratum."""
    if table.ndim < OF_STRATA:
        return null_bias(table, rows)
    share = rows / float(table.sum())
    each = [(float(of_z.sum()), of_z) for of_z in table if of_z.any()]
    return sum(n * null_bias(of_z, n * share) for n, of_z in each) / float(table.sum())


def _entropy(units: Units, asked: Inference, total: float) -> float:
    """H(y), or H(y | z), without the bias of counting: that of a total that tells all of it.

    It is no less than the total, and no more than that of so many classes.
    """
    rng = np.random.default_rng(asked.random_state)
    nats = min(float(jackknifed_informations(units, rng)[3]), math.log(units.shape[-1]))
    return max(nats / nats_per(asked.unit), total)


def _fewer(data: Gathered) -> str:
    """What the table could have fewer of."""
    x1, x2 = data.counted.x1, data.counted.x2
    asked = data.parameters.get("n_clusters", "auto")
    return fewer_of((x1.kind, x2.kind), (x1.size, x2.size), asked, (x1.columns, x2.columns))
