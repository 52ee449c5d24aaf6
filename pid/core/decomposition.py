"""What an answer looks like: the four atoms, the coupling that attains them, the proof of both."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from pid._types import Floats
from pid.core.answer import Drawn
from pid.core.information import Unit, entropy, information_terms, mutual_information, nats_per
from pid.core.joint import as_table
from pid.core.pointwise import pointwise
from pid.core.solver.certificate import dual_value, log_partition, marginal_error, objective
from pid.core.solver.truncated import LOOSE_TOL
from pid.errors import CheckFailed, PIDError

if TYPE_CHECKING:
    import pandas as pd

ATOMS = ("redundancy", "unique1", "unique2", "synergy")

# What marginals, feasibility and sums may be off by for rounding alone, in nats or in mass.
ROUNDING = 1e-12

# Gap in nats up to which an answer above the tolerance is still called near-optimal.
NEAR = LOOSE_TOL


class Status(enum.Enum):
    """How far an answer is proved; ``message`` says it in a sentence."""

    OPTIMAL = "optimal"
    NEAR_OPTIMAL = "near-optimal"
    INACCURATE = "inaccurate"

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return _MESSAGES[self]


_MESSAGES = {
    Status.OPTIMAL: "The certified gap is within the tolerance.",
    Status.NEAR_OPTIMAL: "The certified gap is above the tolerance and at most 1e-4 nats.",
    Status.INACCURATE: "The certified gap is above 1e-4 nats; the interval is valid, but wide.",
}


def status_of(gap: float, tol: float) -> Status:
    """How far an answer with this gap is proved, both in nats."""
    if gap <= tol:
        return Status.OPTIMAL
    return Status.NEAR_OPTIMAL if gap <= NEAR else Status.INACCURATE


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Certificate:
    """Proof that the union information min_q I_q(Y; X1, X2) lies in [dual, primal].

    Attributes:
        primal: I_q of the coupling, in the unit of the decomposition: an upper bound, attained.
        dual: lower bound proved by ``multipliers``, in the same unit.
        gap: primal - dual.
        marginal_error: largest difference between a marginal of the coupling and of the table.
        status: how far the answer is proved.
        iterations: steps taken by all methods together.
        method: the methods that contributed, in the order they were tried.
        multipliers: alpha (n1, k) and beta (n2, k) in nats, -inf where a symbol never occurs with
            y; None if not kept.
    """

    primal: float
    dual: float
    gap: float
    marginal_error: float
    status: Status
    iterations: int
    method: str
    multipliers: tuple[Floats, Floats] | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Decomposition(Drawn):
    """Redundant, unique and synergistic information of (X1, X2) about Y, in ``unit``.

    Defined by Bertschinger et al. (Entropy 16(4), 2014): with q* the coupling of the marginals
    p(x1, y), p(x2, y) that minimises I_q(Y; X1, X2), unique1 = I_q*(Y; X1 | X2) and
    synergy = I_p - I_q*.

    Attributes:
        redundancy, unique1, unique2, synergy: the atoms.
        unit: "bit" or "nat".
        coupling: q*, shape (n1, n2, k), exactly with the marginals of p; None if not kept.
        certificate: proof of q*; None where the atoms were estimated without solving a table.
    """

    picture: ClassVar[str] = "profile"

    redundancy: float
    unique1: float
    unique2: float
    synergy: float
    unit: Unit
    coupling: Floats | None = None
    certificate: Certificate | None = None

    @property
    def atoms(self) -> dict[str, float]:
        """The four atoms by their names."""
        return {name: float(getattr(self, name)) for name in ATOMS}

    @property
    def total(self) -> float:
        """I(Y; X1, X2), the sum of the four atoms."""
        return self.redundancy + self.unique1 + self.unique2 + self.synergy

    @property
    def information1(self) -> float:
        """I(Y; X1) = redundancy + unique1."""
        return self.redundancy + self.unique1

    @property
    def information2(self) -> float:
        """I(Y; X2) = redundancy + unique2."""
        return self.redundancy + self.unique2

    @property
    def conditional1(self) -> float:
        """I(Y; X1 | X2) = unique1 + synergy: what X1 tells beyond X2."""
        return self.unique1 + self.synergy

    @property
    def conditional2(self) -> float:
        """I(Y; X2 | X1) = unique2 + synergy: what X2 tells beyond X1."""
        return self.unique2 + self.synergy

    @np.errstate(under="ignore")
    def check(self, p: ArrayLike) -> None:
        """Recompute everything from ``p`` without the solver.

        Args:
            p: the table that was decomposed, shape (n1, n2, k).

        Raises:
            CheckFailed: a marginal, bound, atom or sum is off, or no coupling was kept.
            InvalidDistribution: ``p`` is not a table.

        Examples:
            >>> import pid
            >>> table = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]]
            >>> pid.decompose(table).check(table)
        """
        if self.coupling is None or self.certificate is None or not self.certificate.multipliers:
            raise CheckFailed("there is no coupling to check; decompose with keep_coupling=True")
        table = _table_of(self.coupling, p)
        _check_shapes(self.coupling.shape, self.certificate)
        _check_statements(self.certificate, nats_per(self.unit))
        _check_bounds(table, self.coupling, self.certificate, self.unit)
        _check_atoms(table, self)

    def synergy_by_cell(self, p: ArrayLike) -> Floats:
        """What each cell adds to synergy: its term of I_p(Y; X1, X2) less its term of I_q*.

        They sum to the synergy and show where p and q* differ. They are a description, no
        pointwise decomposition: single ones may be below 0.

        Args:
            p: the table that was decomposed, shape (n1, n2, k).

        Returns:
            Shape (n1, n2, k), in the unit of the atoms.

        Raises:
            CheckFailed: another shape, or no coupling was kept.
            InvalidDistribution: ``p`` is not a table.

        Examples:
            >>> import pid
            >>> table = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]]
            >>> round(float(pid.decompose(table).synergy_by_cell(table).sum()), 6)
            1.0
        """
        if self.coupling is None:
            raise CheckFailed("there is no coupling to compare; decompose with keep_coupling=True")
        table = _table_of(self.coupling, p)
        p_y = table.sum(axis=(0, 1))  # which is that of the coupling, too
        terms = information_terms(table, p_y) - information_terms(self.coupling, p_y)
        return np.asarray(terms / nats_per(self.unit))

    def by_cell(self, p: ArrayLike) -> pd.DataFrame:
        """What each cell adds to the atoms: values whose means over the table are the atoms.

        With u = alpha(x1, y) + beta(x2, y) - log p(y), by the multipliers that prove the minimum,
        and i(y; x) = log p(y | x) / p(y), a cell has redundancy i(y; x1) + i(y; x2) - u, unique1
        u - i(y; x2), unique2 u - i(y; x1), synergy i(y; x1, x2) - u and total i(y; x1, x2). Single
        values may be below 0. Where several pairs of multipliers prove the minimum, they are those
        of ``pid.core.solver.face``, which no symmetry of the table moves.

        Args:
            p: the table that was decomposed, shape (n1, n2, k).

        Returns:
            One row a cell with mass: positions "x1", "x2", "y", its "share" of the mass, and the
            four atoms and "total", in the unit of the atoms. Means by "share" are the atoms, to
            within the certified gap.

        Raises:
            CheckFailed: another shape, or no coupling was kept.
            InvalidDistribution: ``p`` is not a table.

        Examples:
            >>> import pid
            >>> table = [[[1, 0], [1, 0]], [[1, 0], [0, 1]]]
            >>> cells = pid.decompose(table).by_cell(table)  # y = x1 and x2
            >>> cells[["x1", "x2", "synergy"]].round(2).to_numpy().tolist()
            [[0.0, 0.0, 0.0], [0.0, 1.0, 0.5], [1.0, 0.0, 0.5], [1.0, 1.0, 1.0]]
        """
        import pandas as pd

        table, values = as_table(p), self.values_by_cell(p)
        there = np.nonzero(table)
        cells = dict(zip(("x1", "x2", "y"), there, strict=True)) | {"share": table[there]}
        names = zip((*ATOMS, "total"), values, strict=True)
        return pd.DataFrame(cells | {name: value[there] for name, value in names})

    @np.errstate(under="ignore")
    def values_by_cell(self, p: ArrayLike) -> Floats:
        """What ``by_cell`` has as an array: the atoms and the total, shape (5, n1, n2, k).

        Cells without mass have 0. Raises as ``by_cell`` does.
        """
        from pid.core.solver.face import least_squares

        certificate = self.certificate
        if self.coupling is None or certificate is None or certificate.multipliers is None:
            raise CheckFailed("there are no multipliers; decompose with keep_coupling=True")
        table = _table_of(self.coupling, p)
        terms = pointwise(table, *least_squares(self.coupling, *certificate.multipliers))
        return np.array([*atoms(*terms), terms.both]) / nats_per(self.unit)

    def without_coupling(self) -> Decomposition:
        """The same numbers without q*: a few floats and the multipliers, cheap to keep.

        It can no longer be checked, or be the start of another solve.
        """
        return replace(self, coupling=None)

    def to_dict(self) -> dict[str, Any]:
        """Atoms, total, unit, gap and status as plain values."""
        row: dict[str, Any] = self.atoms
        row |= {"total": self.total, "unit": self.unit}
        if self.certificate is not None:
            row |= {"gap": self.certificate.gap, "status": self.certificate.status.value}
        return row

    def to_frame(self) -> pd.DataFrame:
        """One row with the columns of ``to_dict``."""
        import pandas as pd

        return pd.DataFrame([self.to_dict()])

    def __repr__(self) -> str:
        rows = self.atoms | {"total": self.total}
        lines = [f"{name:<11}{shown(rows[name], tiny(self)):>10} {self.unit}" for name in rows]
        if self.certificate is not None:
            gap = max(self.certificate.gap, ROUNDING)
            lines.append(f"certified gap {gap:.1e}, {self.certificate.method}")
        return "\n".join(lines)


def tiny(d: Decomposition) -> float:
    """What cannot be told from 0 in ``d``, for the certified gap and for rounding."""
    return ROUNDING if d.certificate is None else d.certificate.gap + ROUNDING


def shown(value: float, tiny: float = ROUNDING) -> str:
    """A value with four decimals; 0 when it is within ``tiny`` of it.

    Examples:
        >>> shown(-3e-11, tiny=1e-9), shown(0.31127812)
        ('0.0000', '0.3113')
    """
    return f"{0.0 if abs(value) <= tiny else value:z.4f}"


def atoms(union: Any, first: Any, second: Any, both: Any) -> tuple[Any, Any, Any, Any]:
    """R, U1, U2, S from min_q I_q, I(Y; X1), I(Y; X2) and I(Y; X1, X2); numbers or arrays."""
    return first + second - union, union - second, union - first, both - union


def _table_of(coupling: Floats, p: ArrayLike) -> Floats:
    """``p`` as a table, which has to be of the shape of its coupling."""
    table = as_table(p)
    if table.shape != coupling.shape:
        raise CheckFailed(f"p has shape {table.shape}, the coupling {coupling.shape}")
    return table


def _check_shapes(shape: tuple[int, ...], certificate: Certificate) -> None:
    assert certificate.multipliers is not None
    n1, n2, k = shape
    shapes = tuple(np.shape(m) for m in certificate.multipliers)
    _require(shapes == ((n1, k), (n2, k)), f"the multipliers have shapes {shapes}")


def _check_statements(certificate: Certificate, nat: float) -> None:
    """What the certificate says of itself: its gap, and the status that follows from it."""
    gap = (certificate.primal - certificate.dual) * nat
    stated = certificate.gap * nat
    _require(abs(stated - gap) <= ROUNDING, f"the gap is {gap}, not {stated} nats")
    wrong = (certificate.status is Status.NEAR_OPTIMAL and gap > NEAR) or (
        certificate.status is Status.INACCURATE and gap <= NEAR
    )
    _require(not wrong, f"a gap of {gap} nats is not {certificate.status.value}")


def _check_bounds(
    table: Floats,
    coupling: Floats,
    certificate: Certificate,
    unit: Unit,
) -> None:
    """The coupling is in Delta_p, the multipliers are feasible, and both give the stated bounds."""
    nat = nats_per(unit)
    a, b = table.sum(axis=1).T[..., None], table.sum(axis=0).T[..., None]
    q = coupling.transpose(2, 0, 1)[..., None]
    _require(bool((coupling >= 0).all()), "the coupling has negative cells")
    error = float(marginal_error(q, a, b)[0])
    _require(error <= ROUNDING, f"the coupling misses a marginal of p by {error:.1e}")
    stated = certificate.marginal_error
    _require(abs(stated - error) <= ROUNDING, f"marginal_error is {error}, not {stated}")
    assert certificate.multipliers is not None
    alpha, beta = (m.T[..., None] for m in certificate.multipliers)
    numbers = bool((alpha < np.inf).all() and (beta < np.inf).all())
    _require(numbers, "a multiplier is not a number")
    excess = float(log_partition(alpha, beta).max(initial=-np.inf))
    _require(excess <= ROUNDING, f"the multipliers are infeasible by {excess:.1e} nats")
    target = entropy(table.sum(axis=(0, 1)), unit="nat")
    bounds = {
        "primal": target + float(objective(q)[0]),
        "dual": target + float(dual_value(alpha, beta, a, b)[0]),
    }
    for name, nats in bounds.items():
        stated = getattr(certificate, name) * nat
        _require(abs(stated - nats) <= 10 * ROUNDING, f"{name} is {nats}, not {stated} nats")


def _check_atoms(table: Floats, d: Decomposition) -> None:
    """Atoms are those of the coupling, and sum to the informations of the table."""
    assert d.certificate is not None
    expected = atoms(
        d.certificate.primal,
        mutual_information(table, 0, 2, unit=d.unit),
        mutual_information(table, 1, 2, unit=d.unit),
        mutual_information(table, (0, 1), 2, unit=d.unit),
    )
    for name, value in zip(ATOMS, expected, strict=True):
        stated = getattr(d, name)
        _require(abs(stated - value) <= 10 * ROUNDING, f"{name} is {value}, not {stated} {d.unit}")
        _require(stated >= -d.certificate.gap - 10 * ROUNDING, f"{name} is negative: {stated}")


def _require(holds: bool, complaint: str) -> None:
    if not holds:
        raise CheckFailed(f"the decomposition does not hold for this table: {complaint}")


class SolverFailed(PIDError, RuntimeError):
    """No method reached the tolerance; ``best`` holds the best certified interval found."""

    def __init__(self, message: str, best: Decomposition) -> None:
        super().__init__(message)
        self.best = best

    def __reduce__(self) -> tuple[type[SolverFailed], tuple[str, Decomposition]]:
        return type(self), (str(self), self.best)  # to survive the way from a worker
