"""What a table of k sources takes before it is decomposed: seconds, roughly, step by step.

Fitted to docs/sources.md (one thread): a hull takes a look at each symbol, an interior point a
factor of its matrix and some sums over cells, pricing some dozen looks at all cells.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from pid.core.cost import MOST_SECONDS, cost, in_words, machine_memory
from pid.core.sources import columns, interior_point, trees
from pid.core.sources.union import TWO, step_for
from pid.errors import TooLarge

STEPS = 20
PER_POINT = 2e-6  # seconds, of a vertex of a hull, sorting included
PER_SUM = 1.5e-9  # of a cell, of a pair of classes and of a pair of sources, in a step
FLOPS = 1e10  # a second
PRICED, PER_PRICED = 40, 1e-8  # looks at cells, and seconds of each cell and class
MOST_PRICED = 2**20  # cells, of which more are seldom looked at
PER_SYMBOL = 15  # cells of the list, by symbols and classes
PRICED_STEPS = 60
TABLES = 4  # as large as the table, of marginals


def check_affordable(shape: Sequence[int]) -> None:
    """Raise TooLarge for a table (n1, ..., nk, classes) that takes ten minutes or does not fit.

    Raises:
        TooLarge: with an estimate, and how the largest families of sets would be bounded.
    """
    *sizes, classes = shape
    needed = seconds(sizes, classes)
    memory = 8.0 * TABLES * math.prod(shape)
    if needed <= MOST_SECONDS and memory <= machine_memory():
        return
    raise TooLarge(
        f"{len(sizes)} sources with {', '.join(map(str, sizes))} symbols and {classes} classes "
        f"would take about {in_words(needed)}: {2 ** len(sizes):,} sets of sources, of which those "
        f"of {len(sizes) // 2} take the step '{largest_step(sizes, classes)}'. Leave out "
        "sources, merge symbols that say much the same, or take a group of sources as one, as in "
        "p.reshape(n1 * n2, n3, ..., classes)"
    )


def seconds(sizes: Sequence[int], classes: int) -> float:
    """Of all numbers of sources with so many symbols."""
    if classes <= TWO:
        points: int = math.prod(n + 1 for n in sizes) + 2 ** len(sizes) * sum(sizes)
        return PER_POINT * points
    k = len(sizes)
    total: float = of_union(sizes, classes)
    for i, n in enumerate(sizes):
        others = [*sizes[:i], *sizes[i + 1 :]]
        total += of_union(others, classes)
        total += cost(n, math.prod(others), classes, "first-order").seconds
    pairs = itertools.combinations(sizes, 2)
    total += sum(of_union(pair, classes) for pair in pairs)
    return total + sum(of_union(_sets(sizes, m), classes) for m in range(2, k))


def of_union(sizes: Sequence[int], classes: int) -> float:
    """Of one union of sources with so many symbols, each alone."""
    step, cells = step_for(sizes, classes), math.prod(sizes)
    pairs = len(sizes) ** 2 * classes**2 / 4
    order = classes * sum(sizes)
    if step in ("two sources", interior_point.METHOD):
        return STEPS * (PER_SUM * cells * pairs + order**3 / 3 / FLOPS)
    looks = 0.0
    if step == columns.METHOD:
        looks = PRICED * PER_PRICED * min(cells, MOST_PRICED) * classes
        looks += PRICED_STEPS * (PER_SUM * PER_SYMBOL * order * pairs + order**3 / 3 / FLOPS)
    return looks + PER_POINT * sum(sizes) * trees.splits(classes)


def largest_step(sizes: Sequence[int], classes: int) -> str:
    """The step that the sets of half of the sources take."""
    return step_for(_sets(sizes, max(2, len(sizes) // 2)), classes)


def _sets(sizes: Sequence[int], m: int) -> list[int]:
    """Symbols of all sets of m sources."""
    return [math.prod(chosen) for chosen in itertools.combinations(sizes, m)]
