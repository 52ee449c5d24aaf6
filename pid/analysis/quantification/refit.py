"""Resampling that finds the cells anew: what other samples would have made of the columns."""

from __future__ import annotations

import numpy as np

from pid._types import Codes, Floats
from pid.discretization.coding import Rule
from pid.discretization.count import Counted
from pid.inference.atoms import solve
from pid.inference.units import Rows
from pid.parallel.work import HERE, Work

REPLICATES = 200  # by default: every one clusters anew
CHUNK = 25


def refitted(data: Counted, replicates: int, random_state: int | None, work: Work = HERE) -> Floats:
    """Atoms (4, replicates) in nats of resampled rows, clustered or binned anew.

    The numbers of clusters and bins stay, as do the classes of y. k-means has one start here.

    Args:
        data: columns in memory, and the table they became.
        replicates: how many.
        random_state: seed.
        work: where this is done.
    """
    rules, rows = (data.x1.rule, data.x2.rule), data.rows
    assert rows is not None
    arguments = rules, data.y.codes, data.y.size, rows
    return work.draw("refitting", _refit, arguments, replicates, CHUNK, random_state, of=(4,))


def _refit(
    rules: tuple[Rule, Rule],
    y: Codes,
    classes: int,
    rows: Rows,
    size: int,
    seed: np.random.SeedSequence,
) -> Floats:
    rng = np.random.default_rng(seed)
    shape = rules[0].size, rules[1].size, classes
    tables = np.empty((size, *shape))
    for table in tables:
        drawn = _draw(rows, rng)
        codes = [rule(drawn, int(rng.integers(2**31))) for rule in rules]
        flat = np.ravel_multi_index((codes[0], codes[1], y[drawn]), shape)
        weights = None if rows.weights is None else rows.weights[drawn]
        table[:] = np.bincount(flat, weights, minlength=table.size).reshape(shape)
    return solve(tables)


def _draw(rows: Rows, rng: np.random.Generator) -> Codes:
    """Rows of as many independent units, drawn with replacement."""
    n = len(rows.cells)
    if rows.groups is None:
        return rng.integers(n, size=n)
    order = np.argsort(rows.groups, kind="stable")
    ends = np.cumsum(np.bincount(rows.groups))
    members = np.split(order, ends[:-1])
    chosen = rng.integers(len(members), size=len(members))
    return np.concatenate([members[i] for i in chosen])
