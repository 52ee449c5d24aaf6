"""Solve a batch of tables of one shape, trying harder methods where easier ones fall short.

Every rung returns certified intervals, so nothing is lost by trying: the best one per table is
kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np

from pid._types import Codes
from pid.core.cost import check_affordable, memory_estimate
from pid.core.solver import binary, cone, interior_point, settled, truncated, two_classes
from pid.core.solver.certificate import Certified, Solution, at_independence, record
from pid.core.solver.hull import CLASSES
from pid.core.solver.newton import SPARSE
from pid.core.solver.problem import Array
from pid.core.solver.step import Settings

Method = Literal["auto", "interior-point", "cone", "first-order"]
METHODS: tuple[str, ...] = get_args(Method)

# Boldest first: it needs the fewest iterations and fails on one table in 2,000 of the hardest
# kinds. The careful ones fail on others. Extended precision costs a hundredfold and is for small
# tables only.
BOLD = Settings()
CAREFUL = Settings(neighbourhood=10.0, fraction=0.99, centring=0.5, damp_below=1.0)
CAUTIOUS = Settings(neighbourhood=1.0, fraction=0.9, centring=0.5, damp_below=1.0, cap=3.0)
EXTENDED = Settings(
    neighbourhood=10.0, fraction=0.99, centring=0.5, damp_below=1.0, dtype=np.longdouble
)
EXTENDED_CELLS = 20_000

FEW_VERTICES = 2**22  # shares that the vertices of a hull give to symbols

# Memory the interior-point method may take for one table; beyond it "auto" does without a matrix.
MEMORY = 6 * 2**30

# Cells of the largest temporary of a batch: small enough for the processor's cache.
CHUNK_CELLS = 2**18

Rung = tuple[str, Callable[[Array, Array], Solution]]


@dataclass(slots=True)
class Answers:
    """Best certified answer of every table of a batch, and how it came about."""

    solution: Solution
    methods: list[str] = field(default_factory=list)

    @property
    def best(self) -> Certified:
        """Couplings, multipliers and bounds."""
        return self.solution.best


def side_by_side(n1: int, n2: int, k: int) -> int:
    """How many tables of this shape are best solved in one batch."""
    return max(1, CHUNK_CELLS // (k * k * n1 * n2))


def solve(a: Array, b: Array, tol: float, method: str, start: Certified | None = None) -> Answers:
    """Certified answers for marginals ``a`` (k, n1, B) and ``b`` (k, n2, B), in nats.

    Args:
        a, b: joint marginals p(x1, y) and p(x2, y) without empty symbols.
        tol: duality gap below which an answer is final.
        method: one of ``METHODS``.
        start: a certified answer for similar marginals of the same shape to start from.
    """
    if a.shape[1] < b.shape[1]:  # the smaller side is factorised, see newton.py
        answers = solve(b, a, tol, method, None if start is None else _swapped(start))
        return Answers(answers.solution._replace(best=_swapped(answers.best)), answers.methods)
    return _climb(a, b, tol, method, start)


def _climb(a: Array, b: Array, tol: float, method: str, start: Certified | None) -> Answers:
    """Take the rungs one after the other until no table is above ``tol``."""
    answers: Answers | None = None
    check_size(a, b, method)
    closed = _closed_form(a, b, method)
    if closed is None and _without_matrix(a, b, method):
        method, tol = "first-order", max(tol, truncated.LOOSE_TOL)
    for name, attempt in _rungs(a, b, tol, method, start, closed):
        if answers is None:
            first = attempt(a, b)
            answers = Answers(first, [name] * a.shape[-1])
            continue
        rows = np.flatnonzero(~(answers.solution.gap <= tol))
        if not len(rows):
            break
        _merge(answers, attempt(a[..., rows], b[..., rows]), rows, name)
    assert answers is not None
    rows = np.flatnonzero(~np.isfinite(answers.solution.gap))
    if len(rows):  # a valid interval, however wide
        record(answers.solution, at_independence(a[..., rows], b[..., rows]), rows)
    return answers


def _rungs(
    a: Array, b: Array, tol: float, method: str, start: Certified | None, closed: Rung | None
) -> Iterator[Rung]:
    """The attempts that ``method`` allows for this shape, easiest first."""
    k, n1, _ = a.shape
    n2 = b.shape[1]
    if method == "first-order":
        for settings in truncated.RUNGS:
            yield "first-order", _interior_point(settings, tol, start)
        return
    if closed is not None:
        yield closed
        if memory_estimate(n1, n2, k) > MEMORY:
            return
    if method != "cone":
        for rung in (BOLD, CAREFUL, CAUTIOUS):
            here = start if rung is BOLD else None
            yield "interior-point", _interior_point(rung, tol, here)
        if n1 * n2 * k <= EXTENDED_CELLS:
            yield "interior-point in extended precision", _interior_point(EXTENDED, tol, None)
    if method != "interior-point":
        yield "cone", cone.solve


def _interior_point(
    rung: Settings, tol: float, start: Certified | None
) -> Callable[[Array, Array], Solution]:
    return lambda a, b: interior_point.solve(a, b, tol, rung, start)


def _without_matrix(a: Array, b: Array, method: str) -> bool:
    k, n1, _ = a.shape
    needed = memory_estimate(n1, b.shape[1], k)
    return method == "first-order" or (method == "auto" and needed > MEMORY)


def _closed_form(a: Array, b: Array, method: str) -> Rung | None:
    """What solves such tables at once, or by one equation."""
    if method != "auto":
        return None
    if a.shape[1] == b.shape[1] == 2:
        return "odds ratio", binary.solve
    if _has_hull(a, b):
        return "two classes", two_classes.solve
    return ("one joint", settled.solve) if settled.is_settled(a, b) else None


def _has_hull(a: Array, b: Array) -> bool:
    """Whether a coupling is best made from the hull of two classes.

    Many small ones side by side are found sooner by interior points, and what the hull's vertices
    give to each symbol must not take much more memory than the table.
    """
    (k, n1, batch), n2 = a.shape, b.shape[1]
    vertices = (n1 + n2) ** 2
    return bool(k == CLASSES and batch == 1 and vertices <= max(FEW_VERTICES, 8 * n1 * n2))


def check_size(a: Array, b: Array, method: str = "auto") -> None:
    """Raise TooLarge for marginals (k, n1, B), (k, n2, B) that would take more than there is."""
    hull = method == "auto" and _has_hull(a, b)
    if method == "cone" or (not hull and _closed_form(a, b, method) is not None):
        return
    by = "hull"
    if not hull:
        by = "first-order" if _without_matrix(a, b, method) else "interior-point"
    n1, n2 = (int(np.count_nonzero(m.any(axis=(0, 2)))) for m in (a, b))
    filled = int(np.count_nonzero(a[..., 0])), int(np.count_nonzero(b[..., 0]))
    few = filled[0] * filled[1] <= SPARSE * n1 * n2 * len(a) ** 2
    named = hull or method != "auto"
    check_affordable((n1, n2, len(a)), by, named=named, filled=filled if few else None)


def _merge(answers: Answers, found: Solution, rows: Codes, name: str) -> None:
    """Keep what a later rung found where it is better; count the iterations of both."""
    answers.solution.iterations[rows] += found.iterations
    for row in record(answers.solution, found.best, rows):
        if not answers.methods[row].endswith(name):
            answers.methods[row] += f", then {name}"


def _swapped(found: Certified) -> Certified:
    """The same answer with x1 and x2 exchanged."""
    return Certified(
        found.q.transpose(0, 2, 1, 3), found.beta, found.alpha, found.primal, found.dual
    )
