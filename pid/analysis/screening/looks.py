"""What is computed of a part of all pairs: first without resampling, then of the pairs that matter.

Pure functions of their arguments, so that parts can be computed anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes, Floats
from pid.analysis.screening.result import NAMES
from pid.core.decompose import decompose_batch
from pid.core.decomposition import ATOMS
from pid.discretization.coding import Coding
from pid.inference.assessment import Resampling, conclude, resampled
from pid.inference.atoms import PRECISE_TOL, solve, with_total
from pid.inference.dependence import design_effect
from pid.inference.independence import conditional_independence, independence, p_value
from pid.inference.significance import nulls_of
from pid.inference.tails import adaptive_p_value
from pid.inference.units import Units

FOLDS = 10  # that are left out in turn, to correct the bias of counting without resampling

# What a look says of one pair, in nats. Parts of work are plain numbers, so looks return these as
# such, to be viewed as records again.
EACH = np.dtype((float, len(NAMES)))  # atom, and the total
FIRST = np.dtype([("counted", EACH), ("corrected", EACH), ("gates", EACH), ("gap", float)])
SECOND = np.dtype([("corrected", EACH), ("low", EACH), ("high", EACH), ("p", EACH)])


class Rows(NamedTuple):
    """What does not differ between pairs: target, folds, and which rows depend on each other."""

    y: Codes
    classes: int
    folds: Codes
    groups: Codes | None
    weights: Floats | None


Pair = tuple[Coding, Coding]


def rows_given(pair: Pair, rows: Rows) -> tuple[Pair, Rows]:
    """Without the rows in which a source or the target has no value: their code is -1."""
    x1, x2 = pair
    there = (x1.codes >= 0) & (x2.codes >= 0) & (rows.y >= 0)
    if there.all():
        return pair, rows
    groups, weights = rows.groups, rows.weights
    if groups is not None:
        groups = np.unique(groups[there], return_inverse=True)[1]
    if weights is not None:  # that sum to the effective number of rows, as all of them did
        weights = weights[there]
        weights = weights * (weights.sum() / (weights**2).sum())
    left = rows._replace(y=rows.y[there], folds=rows.folds[there], groups=groups, weights=weights)
    return (x1._replace(codes=x1.codes[there]), x2._replace(codes=x2.codes[there])), left


def first_look(pairs: Sequence[Pair], rows: Rows, tol: float) -> Floats:
    """Atoms, corrected atoms, p-values of what they need, and gaps: the numbers of ``FIRST``.

    The correction is a jackknife that leaves out one of ten parts of the data at a time. The
    p-values are those of independence tests that an atom cannot do without, the largest of them:

        redundancy     I(Y; X1), I(Y; X2)
        unique1        I(Y; X1), I(Y; X1 | X2)
        synergy        I(Y; X1 | X2), I(Y; X2 | X1)
        total          I(Y; X1, X2)
    """
    out = np.empty(len(pairs), FIRST)
    shapes: dict[tuple[int, int], list[int]] = {}
    for i, (x1, x2) in enumerate(pairs):
        shapes.setdefault((x1.size, x2.size), []).append(i)
    for members in shapes.values():
        given = [rows_given(pairs[i], rows) for i in members]
        folds = np.stack([_fold_tables(*one) for one in given])  # (m, F, n1, n2, k)
        tables = folds.sum(axis=1)
        batch = decompose_batch(tables, unit="nat", tol=tol)
        counted = with_total(np.array([getattr(batch, atom) for atom in ATOMS]))
        shape = tables.shape[1:]
        fold = solve((tables[:, None] - folds).reshape(-1, *shape), PRECISE_TOL)
        without = with_total(fold).reshape(5, len(members), FOLDS).mean(axis=2)
        effect = np.array([_effect(*one) for one in given])
        out["counted"][members] = counted.T
        out["corrected"][members] = (FOLDS * counted - (FOLDS - 1) * without).T
        out["gates"][members] = _gates(tables, effect).T
        out["gap"][members] = batch.gap
    return out.view(np.float64)


def second_look(
    pairs: Sequence[tuple[Pair, np.random.SeedSequence, NDArray[np.bool_]]],
    rows: Rows,
    asked: Resampling,
) -> Floats:
    """Corrected atoms, intervals and p-values by resampling: the numbers of ``SECOND``.

    Of every pair come a seed, and which of the atoms and the total to test; p is 1 of the others.
    """
    out = np.empty(len(pairs), SECOND)
    for row, (pair, seed, tested) in zip(out, pairs, strict=True):
        units = units_of(*rows_given(pair, rows))
        first, second = seed.spawn(2)
        own = asked._replace(random_state=int(first.generate_state(1)[0]))
        found = conclude(units, resampled(units, own), asked, "nat")
        row["corrected"] = [getattr(found.corrected, name) for name in NAMES]
        row["low"], row["high"] = np.array([found.interval[name] for name in NAMES]).T
        rng = np.random.default_rng(second)
        row["p"] = [
            _tested(name, units, asked.replicates, rng) if wanted else 1.0
            for name, wanted in zip(NAMES, tested, strict=True)
        ]
    return out.view(np.float64)


def shape_of_first(pairs: Sequence[Pair], rows: Rows, tol: float) -> tuple[int, ...]:
    """Of what ``first_look`` returns."""
    return (len(pairs) * FIRST.itemsize // np.dtype(float).itemsize,)


def shape_of_second(pairs: Sequence[object], rows: Rows, asked: Resampling) -> tuple[int, ...]:
    """Of what ``second_look`` returns."""
    return (len(pairs) * SECOND.itemsize // np.dtype(float).itemsize,)


def cells_of(pair: Pair, rows: Rows) -> Codes:
    """Flat cell of each sample in the table of a pair."""
    x1, x2 = pair
    return np.asarray((x1.codes * x2.size + x2.codes) * rows.classes + rows.y)


def _tested(name: str, units: Units, replicates: int, rng: np.random.Generator) -> float:
    """The largest p-value over the nulls; those after one that is far from rejected are spared."""
    largest = 0.0
    for null in nulls_of(name, units, rng):
        largest = max(largest, adaptive_p_value(null, replicates, rng))
        if largest > 0.1:
            break
    return largest


def _fold_tables(pair: Pair, rows: Rows) -> Floats:
    """Counts, or weights, of each fold apart: (FOLDS, n1, n2, k)."""
    shape = (FOLDS, pair[0].size, pair[1].size, rows.classes)
    size = int(np.prod(shape))
    cells = rows.folds * (size // FOLDS) + cells_of(pair, rows)
    return np.bincount(cells, rows.weights, minlength=size).reshape(shape).astype(np.float64)


def units_of(pair: Pair, rows: Rows) -> Units:
    """The table of a pair by what is drawn, or left out, together."""
    shape = (pair[0].size, pair[1].size, rows.classes)
    return Units.from_rows(cells_of(pair, rows), shape, groups=rows.groups, weights=rows.weights)


def _effect(pair: Pair, rows: Rows) -> float:
    return 1.0 if rows.groups is None else design_effect(units_of(pair, rows))


def _gates(tables: Floats, effect: Floats) -> Floats:
    """Largest p-value of what each atom, and the total, cannot do without: (5, tables)."""
    batch, _, _, k = tables.shape
    by_first = conditional_independence(tables)  # strata x1: I(Y; X2 | X1)
    by_second = conditional_independence(tables.transpose(0, 2, 1, 3))
    only1, only2, given1, given2, both = (
        p_value(found, effect)
        for found in (
            independence(tables.sum(axis=2)),
            independence(tables.sum(axis=1)),
            by_second,
            by_first,
            independence(tables.reshape(batch, -1, k)),
        )
    )
    needs = [(only1, only2), (only1, given1), (only2, given2), (given1, given2), (both,)]
    return np.array([np.max(np.vstack(need), axis=0) for need in needs])
