"""Many decompositions as arrays, one row per table."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, SupportsIndex

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes, Floats
from pid.core.answer import Answer
from pid.core.decomposition import ATOMS, Certificate, Decomposition, Status, atoms, status_of
from pid.core.information import Unit, nats_per, xlogx
from pid.core.solver import Answers
from pid.core.solver.certificate import marginal_error
from pid.core.solver.hull import informations

if TYPE_CHECKING:
    import pandas as pd

Used = Sequence[Codes]

EPS = float(np.finfo(float).eps)
ROUNDED = 4  # nats of rounding in a sum of logarithms, by its terms and EPS


@dataclass(slots=True)
class Solved:
    """What the solver found for tables of one or several shapes, in nats."""

    atoms: Floats  # (4, B)
    primal: Floats
    dual: Floats
    marginal_error: Floats
    status: NDArray[np.object_]
    iterations: Codes
    method: NDArray[np.object_]
    coupling: list[Floats] | None
    multipliers: list[tuple[Floats, Floats]] | None

    def row(self, i: int, unit: Unit) -> Decomposition:
        """One table's decomposition in ``unit``."""
        nat = nats_per(unit)
        primal, dual = float(self.primal[i]) / nat, float(self.dual[i]) / nat
        certificate = Certificate(
            primal=primal,
            dual=dual,
            gap=primal - dual,
            marginal_error=float(self.marginal_error[i]),
            status=self.status[i],
            iterations=int(self.iterations[i]),
            method=self.method[i],
            multipliers=None if self.multipliers is None else self.multipliers[i],
        )
        values = {atom: float(x) / nat for atom, x in zip(ATOMS, self.atoms[:, i], strict=True)}
        coupling = None if self.coupling is None else self.coupling[i]
        return Decomposition(**values, unit=unit, coupling=coupling, certificate=certificate)


def solved(
    stack: Floats,
    a: Floats,
    b: Floats,
    answers: Answers,
    tol: float,
    used: Used | None,
    *,
    keep: bool,
) -> Solved:
    """Turn the answers for a stack of tables (B, n1, n2, k) into rows.

    ``a`` and ``b`` are the marginals (k, n1, B), (k, n2, B) of the ``used`` symbols only.
    """
    best = answers.best
    batch = len(stack)
    p_y = a.sum(axis=1)
    h_y, h_a, h_b = _entropy(p_y), _entropy(a.reshape(-1, batch)), _entropy(b.reshape(-1, batch))
    first = h_y + _entropy(a.sum(axis=0)) - h_a
    second = h_y + _entropy(b.sum(axis=0)) - h_b
    rows = stack.reshape(batch, -1)
    pairs = stack.sum(axis=3).reshape(batch, -1)
    both = h_y + _entropy(pairs.T) - _entropy(rows.T)
    union = h_y + best.primal
    gap = best.primal - best.dual
    status = [status_of(g, tol) for g in gap.tolist()]
    return Solved(
        atoms=np.array(atoms(union, first, second, both)),
        primal=union,
        dual=h_y + best.dual,
        marginal_error=np.asarray(marginal_error(best.q, a, b), dtype=np.float64),
        status=np.array(status, dtype=object),
        iterations=answers.solution.iterations,
        method=np.array(answers.methods, dtype=object),
        coupling=_couplings(answers, stack.shape, used) if keep else None,
        multipliers=_multipliers(answers, stack.shape, used) if keep else None,
    )


def of_two_classes(planes: Floats, tol: float) -> Solved:
    """Rows of tables of which no coupling is asked for, (2, B, n1, n2), by the closed form.

    What it is off by for rounding stands in for the gap.
    """
    _, batch, n1, n2 = planes.shape
    union, first, second, both = informations(planes)
    gap = ROUNDED * (n1 + n2) * EPS
    return Solved(
        atoms=np.array(atoms(union, first, second, both)),
        primal=union,
        dual=union - gap,
        marginal_error=np.zeros(batch),
        status=np.full(batch, status_of(gap, tol), dtype=object),
        iterations=np.zeros(batch, dtype=np.intp),
        method=np.full(batch, "two classes", dtype=object),
        coupling=None,
        multipliers=None,
    )


def join(parts: Sequence[tuple[Sequence[int], Solved]]) -> Solved:
    """Rows of several stacks in the order of their positions."""
    order = np.argsort(np.concatenate([np.zeros(0, int)] + [np.asarray(p, int) for p, _ in parts]))

    def merged(name: str) -> Any:
        arrays = [getattr(part, name) for _, part in parts]
        return np.concatenate(arrays, axis=-1)[..., order] if arrays else np.zeros(0)

    def merged_list(name: str) -> Any:
        lists = [getattr(part, name) for _, part in parts]
        if not lists or lists[0] is None:
            return None
        flat = [item for items in lists for item in items]
        return [flat[i] for i in order]

    scalars = ("primal", "dual", "marginal_error", "status", "iterations", "method")
    return Solved(
        atoms=merged("atoms") if parts else np.zeros((4, 0)),
        **{name: merged(name) for name in scalars},
        coupling=merged_list("coupling"),
        multipliers=merged_list("multipliers"),
    )


class DecompositionBatch(Answer):
    """The fields of ``Decomposition`` and ``Certificate`` for many tables, as arrays of length B.

    Attributes:
        redundancy, unique1, unique2, synergy, total: atoms and their sum, in ``unit``.
        primal, dual, gap: certified interval of the union information, in ``unit``.
        marginal_error, status, iterations, method: as in ``Certificate``.

    ``batch[i]`` is the ``Decomposition`` of table i, with its coupling and multipliers if they
    were kept.
    """

    def __init__(self, rows: Solved, unit: Unit) -> None:
        nat = nats_per(unit)
        self.unit = unit
        self._rows = rows
        self.redundancy, self.unique1, self.unique2, self.synergy = rows.atoms / nat
        self.total: Floats = self.redundancy + self.unique1 + self.unique2 + self.synergy
        self.primal: Floats = rows.primal / nat
        self.dual: Floats = rows.dual / nat
        self.gap: Floats = self.primal - self.dual
        self.marginal_error, self.status = rows.marginal_error, rows.status
        self.iterations, self.method = rows.iterations, rows.method

    def __len__(self) -> int:
        return len(self.redundancy)

    def __getitem__(self, i: SupportsIndex) -> Decomposition:
        return self._rows.row(range(len(self))[operator.index(i)], self.unit)

    def __iter__(self) -> Iterator[Decomposition]:
        return (self[i] for i in range(len(self)))

    def to_frame(self) -> pd.DataFrame:
        """One row per table: atoms, total, gap, status, method."""
        import pandas as pd

        names = (*ATOMS, "total", "gap", "iterations", "method")
        frame = pd.DataFrame({name: getattr(self, name) for name in names})
        frame["status"] = [status.value for status in self.status]
        return frame

    def __repr__(self) -> str:
        certified = sum(status is Status.OPTIMAL for status in self.status)
        text = f"{len(self)} decompositions ({certified} certified)"
        if len(self) == 0:
            return text
        means = ", ".join(f"{atom} {getattr(self, atom).mean():z.4f}" for atom in ATOMS)
        return f"{text}, means in {self.unit}: {means}"


def _entropy(p: Floats) -> Floats:
    return np.asarray(-np.add.reduce(xlogx(p), axis=0))


def _couplings(answers: Answers, shape: tuple[int, ...], used: Used | None) -> list[Floats]:
    q = answers.best.q.transpose(3, 1, 2, 0)
    if used is not None:
        whole = np.zeros(shape)
        whole[np.ix_(np.arange(shape[0]), *used)] = q
        q = whole
    return list(np.ascontiguousarray(q))


def _multipliers(
    answers: Answers, shape: tuple[int, ...], used: Used | None
) -> list[tuple[Floats, Floats]]:
    batch, n1, n2, k = shape
    alpha, beta = answers.best.alpha.transpose(2, 1, 0), answers.best.beta.transpose(2, 1, 0)
    if used is not None:
        whole1, whole2 = np.full((batch, n1, k), -np.inf), np.full((batch, n2, k), -np.inf)
        rows = np.arange(batch)
        whole1[np.ix_(rows, used[0], used[2])] = alpha
        whole2[np.ix_(rows, used[1], used[2])] = beta
        alpha, beta = whole1, whole2
    return list(zip(np.ascontiguousarray(alpha), np.ascontiguousarray(beta), strict=True))
