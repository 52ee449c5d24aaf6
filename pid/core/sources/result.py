"""What k sources tell about a target, in numbers that add up, and the proof of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from pid._types import Floats
from pid.checks import TEXT, checked, integer
from pid.core.answer import Drawn
from pid.core.decomposition import ROUNDING, Decomposition, Status, shown, status_of
from pid.core.information import Unit, nats_per
from pid.core.joint import as_table_of_sources
from pid.core.sources import same_cells
from pid.core.sources.check import check_numbers, check_union
from pid.core.sources.numbers import Family, Number, Numbers, Proved
from pid.core.sources.table import Marginals, entropy
from pid.core.sources.values import NAME, SourceNumbers, values
from pid.core.stack import solve_stack
from pid.errors import CheckFailed, InvalidInput

VISIBLE = 5e-5  # width of an interval that four decimals show


class UnionProof(NamedTuple):
    """A union information that was solved: its proved interval, and by what."""

    sets: tuple[tuple[str, ...], ...]
    primal: float
    dual: float
    method: str
    iterations: int

    @property
    def gap(self) -> float:
        """Width of the interval."""
        return self.primal - self.dual


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SourcesCertificate:
    """Proof of every union information that the numbers are made of.

    Attributes:
        unions: in the unit of the decomposition, each with its interval and method.
        gap: the widest of these intervals.
        status: how far all are proved.
    """

    unions: tuple[UnionProof, ...]
    gap: float
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SourcesDecomposition(SourceNumbers, Drawn):
    """The numbers of k sources (see ``SourceNumbers``), and the proof of each.

    Attributes:
        intervals: the proved interval of each number, by the names of ``by_name``.
        certificate: the union informations, and what is proved of each.
    """

    picture: ClassVar[str] = "sources"

    intervals: dict[str, tuple[float, float]]
    certificate: SourcesCertificate
    _table: Floats
    _order: tuple[int, ...]
    _used: dict[Family, Proved]
    _tol: float

    @checked(a=TEXT, b=TEXT)
    def pair(self, a: str, b: str) -> Decomposition:
        """The decomposition of two sources alone, as of ``pid.decompose``.

        Raises:
            InvalidInput: a name that is not one of ``names``, or one name twice.

        Examples:
            >>> import pid
            >>> xor = pid.datasets.gate("xor")[:, :, None]
            >>> round(pid.decompose(xor, names=["a", "b", "c"]).pair("a", "b").synergy, 6)
            1.0
        """
        i, j = self._index(a), self._index(b)
        if i == j:
            raise InvalidInput(f"a pair is of two sources; got {a!r} twice")
        others = tuple(x for x in range(len(self.names)) if x not in (i, j))
        table = self._table.sum(axis=others)
        return self._two(table if i < j else table.transpose(1, 0, 2))

    @checked(a=TEXT)
    def against_rest(self, a: str) -> Decomposition:
        """The decomposition of one source and of all others, seen together as one source.

        Its unique1 and synergy are the two parts of ``loss``.

        Raises:
            InvalidInput: a name that is not one of ``names``.
        """
        first = np.moveaxis(self._table, self._index(a), 0)
        return self._two(first.reshape(len(first), -1, first.shape[-1]))

    @checked(order=integer(2))
    def same_cells(self, order: int) -> tuple[float, float]:
        """Proved interval of the least I_q of joints q of all sources that keep all tables of some.

        It is no less than union + synergy[2] + ... + synergy[order], where sources that sets have
        in common are copied, each set with its own.

        Args:
            order: how many sources the tables have, 2 to k - 1.

        Raises:
            InvalidInput: another order, or a program that is too large.
        """
        k = len(self.names)
        if order >= k:
            raise InvalidInput(f"order must be from 2 to {k - 1}, of {k} sources; got {order}")
        table = Marginals(self._table).table(tuple(range(k)))
        if not same_cells.affordable(table.shape[:-1], order, table.shape[-1]):
            raise InvalidInput(
                f"tables of {order} of sources with {', '.join(map(str, table.shape[:-1]))} "
                "symbols make too large a program; merge symbols"
            )
        found, nat = same_cells.solve(table, order, self._tol), nats_per(self.unit)
        return found.lower / nat, found.upper / nat

    @np.errstate(under="ignore")
    def check(self, p: ArrayLike) -> None:
        """Recompute everything from ``p`` without the solver: unions from what proves them.

        Args:
            p: the table that was decomposed, shape (n1, ..., nk, classes).

        Raises:
            CheckFailed: a bound or a number is off, or another table.
            InvalidDistribution: ``p`` is not a table.
        """
        masses = as_table_of_sources(p)
        if masses.shape != self._table.shape:
            raise CheckFailed(f"p has shape {masses.shape}, not {self._table.shape}")
        given = masses / masses.sum()
        off = float(np.abs(given - self._table).max())
        if off > ROUNDING:
            raise CheckFailed(f"p is another table than was decomposed: a cell is off by {off:.1e}")
        ordered = given.transpose(*self._order, masses.ndim - 1)
        marginals = Marginals(np.ascontiguousarray(ordered))
        for which, proved in self._used.items():
            check_union(marginals, which, proved)
        numbers = check_numbers(marginals, self._used)
        solved = numbers, self._used
        again = answered(solved, self.names, self._order, self._table, self.unit, self._tol)
        expected = _flat(again)
        wrong = [name for name, value in _flat(self).items() if value != expected[name]]
        if wrong:
            raise CheckFailed(f"{wrong[0]} does not follow from the union informations")

    def to_dict(self) -> dict[str, Any]:
        """All numbers, unit, gap and status as plain values."""
        return self._values() | {
            "intervals": {name: list(ends) for name, ends in self.intervals.items()},
            "gap": self.certificate.gap,
            "status": self.certificate.status.value,
        }

    def __repr__(self) -> str:
        k = len(self.names)
        cut = [n if len(n) <= NAME else f"{n[: NAME - 1]}…" for n in self.names]
        short = cut if len(set(cut)) == k else self.names
        rows = [("", "alone", "only it", "lost without it")]
        for name, said in zip(self.names, short, strict=True):
            alone = self._shown(f"single {name}", self.single[name])
            only = self._shown(f"unique {name}", self.unique[name])
            lost = self._shown(f"loss {name}", self.loss[name].total)
            rows.append((said, alone, only, lost))
        longest = [max(map(len, column)) for column in zip(*rows, strict=True)]
        width, *widths = map(max, longest, (12, 6, 8, 15))
        lines = [
            f"{name:<{width}}"
            + "".join(f"{x:>{w + 3}}" for x, w in zip(cells, widths, strict=True))
            for name, *cells in rows
        ]
        lines.append(
            f"{'shared by several':<22}{self._shown('shared', self.shared):>8}"
            "   no one of them is needed for it"
        )
        for m, words in self.synergies():
            lines.append(f"{words:<22}{self._shown(f'synergy {m}', self.synergy[m]):>8}")
        gap = max(self.certificate.gap, ROUNDING)
        total = f"{self._shown('total', self.total):>8} {self.unit} of {shown(self.entropy)}"
        lines.append(f"{'total':<22}{total}   certified gap {gap:.1e}")
        return "\n".join(lines)

    def _shown(self, name: str, value: float) -> str:
        low, high = self.intervals[name]
        if high - low > VISIBLE:
            return f"{shown(max(low, 0.0))} to {shown(high)}"
        return shown(value, high - low + ROUNDING)

    def _index(self, name: str) -> int:
        if name not in self.names:
            raise InvalidInput(f"{name!r} is not a source; they are {', '.join(self.names)}")
        return self.names.index(name)

    def _two(self, table: Floats) -> Decomposition:
        stack = np.ascontiguousarray(table)[None]
        return solve_stack(stack, self._tol, "auto", keep=True).row(0, self.unit)


def answered(
    found: tuple[Numbers[Number], dict[Family, Proved]],
    names: Sequence[str],
    order: Sequence[int],
    table: Floats,
    unit: Unit,
    tol: float,
) -> SourcesDecomposition:
    """The answer for people: by names, in their order and unit.

    Args:
        found: numbers of sources in the order in which they were solved, and their unions.
        names: of the sources of ``table``.
        order: of the sources when solved: number j was then source ``order[j]``.
        table: of mass 1, shape (n1, ..., nk, K).
        unit, tol: of the answer, and of the unions in nats.
    """
    (numbers, used), nat = found, nats_per(unit)
    h_y = entropy(table.sum(axis=tuple(range(len(names))))) / nat
    numbers = numbers.reordered(order)
    return SourcesDecomposition(
        **values(numbers.map(lambda x: x.value / nat), names, unit, h_y),
        intervals={name: (x.low / nat, x.high / nat) for name, x in numbers.named(names)},
        certificate=_certificate(used, names, order, nat, tol),
        _table=table,
        _order=tuple(order),
        _used=used,
        _tol=tol,
    )


def _certificate(
    used: dict[Family, Proved], names: Sequence[str], order: Sequence[int], nat: float, tol: float
) -> SourcesCertificate:
    """What proves the unions, by the names of the sources in them."""
    unions = []
    for family, proved in used.items():
        sets = (tuple(names[i] for i in sorted(order[j] for j in A)) for A in family)
        ends = proved.upper / nat, proved.lower / nat
        unions.append(UnionProof(tuple(sorted(sets)), *ends, proved.method, proved.steps))
    gap = max(proved.upper - proved.lower for proved in used.values())
    return SourcesCertificate(unions=tuple(unions), gap=gap / nat, status=status_of(gap, tol))


def _flat(d: SourcesDecomposition) -> dict[str, Any]:
    """Every number by a name."""
    single = {
        f"alone {name}": value for name, value in zip(d.names, np.diag(d.overlap), strict=True)
    }
    c = d.certificate
    return {
        **d.by_name(),
        **single,
        "entropy": d.entropy,
        "shared_by": d.shared_by,
        "intervals": d.intervals,
        "certificate": (c.unions, c.gap, c.status),
        "left_out": d.left_out,
    }
