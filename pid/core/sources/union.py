"""The ladder: the union information of any sources, by the easiest step that gets there.

Two classes take the hull of ROC curves, two sources the solver of two; cells that fit in a list
take interior points, more of them are priced; a bound by trees of classes is left. The answer of
each step is a proved interval, so that what all of them leave is kept.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.core import solver
from pid.core.solver.ladder import BOLD, CAREFUL, CAUTIOUS, EXTENDED
from pid.core.sources import columns, cone, curves, interior_point, trees
from pid.core.sources.bounds import Evidence, value
from pid.core.sources.numbers import Proved
from pid.core.sources.reduced import Reduced, reduced
from pid.core.sources.table import entropy, information
from pid.errors import TooLarge

TWO = 2
EPS = float(np.finfo(float).eps)
ROUNDED = 4  # nats of rounding in a sum of logarithms, by its terms and EPS
FEW_CELLS = 50_000  # that are all listed
MOST_UNKNOWNS = 3_000  # multipliers of two sources whose cells are priced
MOST_CELLS = 10**11  # that are priced
EXTENDED_CELLS = 4_000  # times classes, for extended precision
CONE_CELLS = 40_000  # times classes, for the cone program

Rung = Callable[[Sequence[Floats], float], Proved]


class Proof(NamedTuple):
    """Evidence for an interval, with the sources as they were solved."""

    reduced: Reduced
    evidence: Evidence


def union(marginals: Sequence[Floats], p_y: Floats, tol: float) -> Proved:
    """The union information in nats of sources, each seen alone.

    Args:
        marginals: p(x_i, y) of every source, shapes (n_i, K), without empty symbols.
        p_y: p(y), without classes of no mass.
        tol: width of the interval, in nats, at which no further step is taken.
    """
    if len(p_y) == 1:
        return Proved(0.0, 0.0, "one class")
    if len(p_y) == TWO:
        return two_classes([curves.curve(m, p_y) for m in marginals])
    small = reduced(marginals, p_y)
    found, h_y = _best_source(small, p_y), entropy(p_y)
    if len(small.kept) <= 1:
        return found._replace(upper=found.lower + small.loss, evidence=None)
    rungs = _rungs(small.marginals)
    while found.upper - found.lower > tol and (rung := next(rungs, None)) is not None:
        latest = rung(small.marginals, tol)
        lower, upper = latest.lower + h_y, latest.upper + h_y
        found = _merged(found, latest._replace(lower=lower, upper=upper))
    proof = Proof(small, found.evidence)
    lower = min(found.lower, found.upper)
    return found._replace(lower=lower, upper=found.upper + small.loss, evidence=proof)


def two_classes(of: Sequence[Floats]) -> Proved:
    """That of sources by their ROC curves; what it is off by for rounding stands for the gap."""
    told = max(curves.information(curves.join(of)), 0.0)
    gap = ROUNDED * EPS * sum(map(len, of))
    return Proved(max(told - gap, 0.0), told, "two classes")


def step_for(sizes: Sequence[int], classes: int) -> str:
    """The first step that sources with so many symbols take."""
    if classes <= TWO:
        return "two classes"
    if len(sizes) <= TWO:
        return "two sources"
    cells = math.prod(sizes)
    if cells <= FEW_CELLS:
        return interior_point.METHOD
    return columns.METHOD if cells <= MOST_CELLS else trees.METHOD


def _best_source(small: Reduced, p_y: Floats) -> Proved:
    """The interval that takes no solver: what the best source tells, and all there is to tell.

    The multipliers log p(y | x) of one source, and 0 of all others, prove the first.
    """
    told = [information(m, p_y) for m in small.marginals]
    best = int(np.argmax(told)) if told else -1
    multipliers = [np.zeros_like(m) for m in small.marginals]
    if told:
        m = small.marginals[best]
        with np.errstate(divide="ignore"):
            multipliers[best] = np.log(m / m.sum(axis=1, keepdims=True))
    nothing = np.zeros((0, len(told)), dtype=np.intp), np.zeros((0, len(p_y)))
    h_y = entropy(p_y)
    lower = min(max(told, default=0.0), h_y)
    return Proved(lower, h_y, "one source", 0, Evidence(tuple(multipliers), *nothing))


def _rungs(marginals: Sequence[Floats]) -> Iterator[Rung]:
    """Steps for such sources, easiest first."""
    sizes, classes = [len(m) for m in marginals], marginals[0].shape[1]
    first = step_for(sizes, classes)
    cells = math.prod(sizes) * classes
    if first == "two sources":
        yield _two_sources
        if sum(sizes) * classes <= MOST_UNKNOWNS:
            yield columns.solve
        yield trees.solve
    elif first == interior_point.METHOD:
        for settings in (BOLD, CAREFUL):
            yield functools.partial(interior_point.solve, settings=settings)
        yield columns.solve
        yield functools.partial(interior_point.solve, settings=CAUTIOUS)
        if cells <= EXTENDED_CELLS:
            yield functools.partial(interior_point.solve, settings=EXTENDED)
        if cells <= CONE_CELLS:
            yield cone.solve
    elif first == columns.METHOD:
        yield columns.solve
    if first in (columns.METHOD, trees.METHOD):
        yield trees.solve


def _two_sources(marginals: Sequence[Floats], tol: float) -> Proved:
    a, b = (np.ascontiguousarray(m.T)[..., None] for m in marginals)
    try:
        answers = solver.solve(a, b, tol, "auto")
    except TooLarge:  # a bound is left
        return Proved(-math.inf, math.inf, "two sources")
    best = answers.best
    q = best.q[..., 0].transpose(1, 2, 0)
    cells: Codes = np.argwhere(q.any(axis=2))
    masses = q[tuple(cells.T)]
    evidence = Evidence((best.alpha[..., 0].T, best.beta[..., 0].T), cells, masses)
    steps = int(answers.solution.iterations[0])
    return Proved(float(best.dual[0]), value(masses), answers.methods[0], steps, evidence)


def _merged(old: Proved, new: Proved) -> Proved:
    """The interval that both leave, each end with its proof."""
    below = new if new.lower >= old.lower else old
    above = new if new.upper <= old.upper else old
    evidence = Evidence(below.evidence.multipliers, above.evidence.cells, above.evidence.masses)
    names = dict.fromkeys((below.method, above.method))
    names.pop("one source" if len(names) > 1 else "", None)
    method, steps = ", then ".join(names), old.steps + new.steps
    return Proved(below.lower, above.upper, method, steps, evidence)
