"""What any sources tell alone, min I_q, from the posteriors of each row.

Two classes take no cells: the hull of the ROC curves of all sources, with every row an edge, is the
answer in closed form. Of more classes the best tree of two at a time is a lower bound that takes no
cells either. What it misses is little, and needs few cells: the bound and the minimum are found of
the same cells of alike posteriors, and their difference is added to the bound of the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.core.information import entropy, mutual_information
from pid.core.sources import trees
from pid.core.sources.numbers import Proved
from pid.core.sources.trees import Tree
from pid.core.sources.union import TWO, Proof, union
from pid.estimators.posterior.cells import Cells
from pid.estimators.posterior.union import masses

ONE_NODE: list[Tree] = [((0,), (1,))]  # the tree of two classes


class Soft(NamedTuple):
    """min I_q in nats, and what is known of it.

    Attributes:
        value: the estimate.
        of_rows: what each row adds to ``value``, to first order, shape (rows,).
        of_cells: what cells were needed for.
        tree: nodes of the tree of classes.
    """

    value: float
    of_rows: Floats
    of_cells: float = 0.0
    tree: tuple[Tree, ...] = ()


def soft_union(
    posteriors: Sequence[Floats],
    codes: Codes,
    cells: Sequence[Cells],
    tol: float,
    tree: Sequence[Tree] = (),
) -> Soft:
    """What sources tell, each alone.

    Args:
        posteriors: of the rows by each source, shape (rows, classes).
        codes: classes of the rows.
        cells: of each source; none for two classes, or for the lower bound alone.
        tol: certified gap of the table of cells, in nats.
        tree: of the classes; the best for the cells, or for the rows without, if left out.
    """
    p_y = np.bincount(codes) / len(codes)
    rows = [masses(p, p_y) for p in posteriors]
    tables = [cell.table for cell in cells]
    nodes = list(tree) or _tree(tables or rows)
    told = _at(trees.multipliers(rows, nodes), codes) - np.log(p_y)[codes]
    value, missed = trees.told(rows, nodes), 0.0
    if tables and len(p_y) > TWO:
        solved = union(tables, p_y, tol)
        missed = solved.upper - trees.told(tables, nodes)
        of_cells = _of_cells(solved, tables, nodes)
        told += _at([m[c.labels] for m, c in zip(of_cells, cells, strict=True)], codes)
    single = [mutual_information(m, unit="nat") for m in rows]
    value = float(np.clip(value + missed, max(single), sum(single)))
    return Soft(value, told, missed, tuple(nodes))


def held_out_bound(
    posteriors: Sequence[Floats],
    codes: Codes,
    halves: tuple[Codes, Codes],
    tree: Sequence[Tree],
) -> float:
    """min I_q from below, in nats, by the classes that there were.

    Thresholds are shared between the sources by one half of the rows, and valued on the other. The
    multipliers are feasible however they are shared, and whatever the classifiers: on average this
    is at most the minimum, for any of them.
    """
    p_y = np.bincount(codes) / len(codes)
    values = []
    for fitted, valued in (halves, halves[::-1]):
        margin = np.bincount(codes[fitted], minlength=len(p_y)) / len(fitted)
        known = [masses(p[fitted], margin) for p in posteriors]
        found = trees.multipliers(known, tree, [p[valued] for p in posteriors])
        values.append(_at(found, codes[valued]).mean())
    return entropy(p_y, unit="nat") + float(np.mean(values))


def _tree(marginals: Sequence[Floats]) -> list[Tree]:
    return ONE_NODE if marginals[0].shape[1] == TWO else trees.best_tree(marginals)


def _of_cells(solved: Proved, tables: Sequence[Floats], tree: Sequence[Tree]) -> list[Floats]:
    """Multipliers of the optimum less those of the tree, of the cells of every source."""
    if not isinstance(solved.evidence, Proof):  # one source tells all, and the tree knows that
        return [np.zeros_like(table) for table in tables]
    (kept, symbols, _, _), evidence = solved.evidence
    found = [-m for m in trees.multipliers(tables, tree)]
    for i, code, m in zip(kept, symbols, evidence.multipliers, strict=True):
        found[i] = found[i] + m[code]
    return [np.where(np.isfinite(m), m, 0.0) for m in found]


def _at(multipliers: Sequence[Floats], codes: Codes) -> Floats:
    """The sum of the sources' multipliers of each row, at its class."""
    rows = np.arange(len(codes))
    return np.asarray(sum(m[rows, codes] for m in multipliers))
