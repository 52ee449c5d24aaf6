"""All numbers of several sources, from what classifiers say of a sample; in nats.

The numbers are sums of what families of sets of sources tell (``pid.core.sources.numbers``). A set
that is seen together is one source here, by the classifier that saw it.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from pid._types import Floats
from pid.core.information import entropy, mutual_information
from pid.core.sources.cost import of_union
from pid.core.sources.layout import Layout
from pid.core.sources.numbers import Family, Sources
from pid.core.sources.trees import Tree
from pid.core.sources.union import TWO
from pid.estimators.posterior.calibration import bounded
from pid.estimators.posterior.cells import Cells
from pid.estimators.posterior.estimate import Making
from pid.estimators.posterior.gate import TOGETHER
from pid.estimators.posterior.said import Said
from pid.estimators.posterior.soft import Soft, soft_union
from pid.estimators.posterior.union import masses

MOST_SECONDS = 0.3  # of one union, by which the cells of a source are few or many
MOST_CELLS = 2**16  # of all sources together


def orders_of(k: int) -> list[int]:
    """Sizes of sets that are seen together, between single sources and all: pairs, all but one."""
    return sorted({2, k - 1} & set(range(2, k)))


def sets_of(k: int) -> list[Sources]:
    """What classifiers see: each source, each pair, all but each, and all; smaller sets first."""
    sizes = sorted({1, *orders_of(k), k})
    return [of for size in sizes for of in itertools.combinations(range(k), size)]


def left_out(k: int) -> tuple[str, ...]:
    """Which sets no classifier sees, in words."""
    sizes = range(3, k - 1)
    if not sizes:
        return ()
    text = str(sizes[0]) if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]}"
    return (
        f"sets of {text} sources: no classifier sees them, and what shows only in these is part of "
        f"what shows in {k - 1}",
    )


def layout_of(k: int, classes: int) -> Layout:
    """The numbers of k sources and so many classes."""
    return Layout.of(k, atoms=classes == TWO, orders=orders_of(k), left_out=left_out(k))


class Told(NamedTuple):
    """All numbers of a sample, in the order of a ``Layout``.

    Attributes:
        values: the numbers in nats.
        unions: what families tell, and what each row adds to it.
        seeming: what calibration by the rows may have added to the numbers.
        gate: how many nats of all rows classifiers that came in by chance may seem to tell.
        held: whether larger sets seemed to tell less than smaller ones, or more than all.
    """

    values: Floats
    unions: dict[Family, Soft]
    seeming: Floats
    gate: Floats
    held: bool = False


def told(said: Said, layout: Layout, how: Making, like: Told | None = None) -> Told:
    """All numbers, from what classifiers say of a sample.

    Args:
        said: of the sample, by the set of sources.
        layout: of the numbers.
        how: tables are made and solved.
        like: the numbers of all rows, where these are a half of them, whose trees are taken.
    """
    trees = {} if like is None else {which: soft.tree for which, soft in like.unions.items()}
    found = {which: _told(said, which, how, trees) for which in layout.families}
    nested = _nested(layout.chain, found)
    values = layout.weights @ np.array([nested[which].value for which in layout.families])
    of_sets = {of: said.optimism(of) for which in layout.families for of in which}
    sets = layout.sets()
    seeming = np.array([max((of_sets[of] for of in of_any), default=0.0) for of_any in sets])
    gate = TOGETHER * np.array([float(any(len(of) > 1 for of in of_any)) for of_any in sets])
    held = any(nested[which] is not found[which] for which in layout.families)
    return Told(np.asarray(values), nested, seeming, gate, held)


def contributions(of: Told, layout: Layout) -> Floats:
    """What each row adds to each number, to first order, shape (numbers, rows)."""
    rows = np.array([of.unions[which].of_rows for which in layout.families])
    return np.asarray(layout.weights @ rows)


def _told(said: Said, which: Family, how: Making, trees: Mapping[Family, Sequence[Tree]]) -> Soft:
    """The union information of one family."""
    if len(which) == 1:
        return _of_one(said, which[0])
    posteriors = [np.exp(said.logs[of]) for of in which]
    most = _cells(len(which), len(said.p_y), how.n_cells)
    cells: list[Cells] = []
    if most > 1:
        cells = [said.cells(of, most, how.random_state, own=False) for of in which]
    return soft_union(posteriors, said.codes, cells, how.tol, trees.get(which, ()))


def _of_one(said: Said, of: Sources) -> Soft:
    """What one set tells: all sources by their score, and others as in unions, by what is said."""
    p = np.exp(said.logs[of])
    rows = np.arange(len(p))
    of_rows = (bounded(p, said.codes) - np.log(said.p_y))[rows, said.codes]
    if of == max(said.logs, key=len):
        return Soft(entropy(said.p_y, unit="nat") + said.score(of), of_rows)
    return Soft(mutual_information(masses(p, said.p_y), unit="nat"), of_rows)


def _cells(sources: int, classes: int, most: int) -> int:
    """How many cells of each source: as many as are solved soon; 1 where even two take long."""
    if classes == TWO:
        return 1
    few = range(min(most, int(MOST_CELLS ** (1 / sources))), 1, -1)
    return next((c for c in few if of_union([c] * sources, classes) <= MOST_SECONDS), 1)


def _nested(chain: Sequence[Family], told: dict[Family, Soft]) -> dict[Family, Soft]:
    """Sets of more sources tell no less, nor more than all: those that seem to are as these are."""
    found = dict(told)
    for which, larger in reversed(list(itertools.pairwise(chain[1:]))):
        found[which] = min(found[which], found[larger], key=lambda soft: soft.value)
    for smaller, which in itertools.pairwise(chain[:-1]):
        found[which] = max(found[which], found[smaller], key=lambda soft: soft.value)
    return found
