"""What is computed of a part of all pairs: first without resampling, then of the pairs that matter.

Pure functions of their arguments, so that parts can be computed anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pid._types import Floats
from pid.analysis.screening.result import NAMES
from pid.analysis.screening.tables import FOLDS, Pair, Rows, fold_tables, rows_given, units_of
from pid.core.decompose import decompose_batch
from pid.core.decomposition import ATOMS
from pid.inference.assessment import Resampling, conclude, resampled
from pid.inference.atoms import PRECISE_TOL, solve, with_total
from pid.inference.dependence import design_effect
from pid.inference.independence import conditional_independence, independence, p_value
from pid.inference.tails import largest_p_value

# What a look says of one pair, in nats. Parts of work are plain numbers, so looks return these as
# such, to be viewed as records again.
EACH = np.dtype((float, len(NAMES)))  # atom, and the total
FIRST = np.dtype([("counted", EACH), ("corrected", EACH), ("gates", EACH), ("gap", float)])
SECOND = np.dtype([("corrected", EACH), ("low", EACH), ("high", EACH), ("p", EACH)])


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
        folds = fold_tables([pairs[i] for i in members], rows)
        tables = folds.sum(axis=1)
        batch = decompose_batch(tables, unit="nat", tol=tol)
        counted = with_total(np.array([getattr(batch, atom) for atom in ATOMS]))
        shape = tables.shape[1:]
        fold = solve((tables[:, None] - folds).reshape(-1, *shape), PRECISE_TOL)
        without = with_total(fold).reshape(5, len(members), FOLDS).mean(axis=2)
        effect = np.array([_effect(pairs[i], rows) for i in members])
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
            largest_p_value(name, units, asked.replicates, rng) if wanted else 1.0
            for name, wanted in zip(NAMES, tested, strict=True)
        ]
    return out.view(np.float64)


def shape_of_first(pairs: Sequence[Pair], rows: Rows, tol: float) -> tuple[int, ...]:
    """Of what ``first_look`` returns."""
    return (len(pairs) * FIRST.itemsize // np.dtype(float).itemsize,)


def shape_of_second(pairs: Sequence[object], rows: Rows, asked: Resampling) -> tuple[int, ...]:
    """Of what ``second_look`` returns."""
    return (len(pairs) * SECOND.itemsize // np.dtype(float).itemsize,)


def _effect(pair: Pair, rows: Rows) -> float:
    if rows.groups is None:
        return 1.0
    return design_effect(units_of(*rows_given(pair, rows)))


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
