"""Decomposition given a covariate: the mean of those of its strata, sum_z p(z) PID(p(. | z)).

What both sources tell of y beyond z is I(X1, X2; Y | Z), and each stratum splits its share of it.
The sum of the minima is one minimum, over all couplings that keep p(x1, y, z) and p(x2, y, z), and
its certificate is the sum of theirs. It is also the ordinary decomposition of (X1, Z) and (X2, Z)
about (Y, Z) with H(Z), which both tell, taken off its redundancy. Derived here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from pid._types import Floats
from pid.checks import TOL, UNIT, checked
from pid.core.decompose import ON_FAIL, OnFail, decompose_batch
from pid.core.decomposition import ATOMS, ROUNDING, Certificate, Decomposition, status_of
from pid.core.information import Unit, conditional_mutual_information, nats_per
from pid.core.joint import as_strata
from pid.errors import CheckFailed

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (*ATOMS, "total")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ConditionalDecomposition(Decomposition):
    """Atoms of (X1, X2) about Y given Z: means of those of the strata, by their shares.

    ``total`` is I(X1, X2; Y | Z), and ``information1`` is I(X1; Y | Z). The coupling has shape
    (nz, n1, n2, k) and the marginals p(x1, y, z) and p(x2, y, z); multipliers are those of the
    strata, and not kept twice.

    Attributes:
        share: p(z), shape (nz,).
        by_stratum: the decomposition of each stratum; None where it has no mass.
    """

    share: Floats
    by_stratum: tuple[Decomposition | None, ...]

    def check(self, p: ArrayLike) -> None:
        """Recompute everything from ``p`` without the solver.

        Args:
            p: the table that was decomposed, shape (nz, n1, n2, k).

        Raises:
            CheckFailed: a stratum or a sum does not hold, or no coupling was kept.
            InvalidDistribution: ``p`` is not such a table.
        """
        table = self._table_of(p)
        for z, (d, of_z) in enumerate(zip(self.by_stratum, table, strict=True)):
            if (d is None) != (not of_z.any()):
                raise CheckFailed(f"stratum {z} must have an answer if, and only if, it has mass")
            if d is not None:
                d.check(of_z)
        found = _mean(self.by_stratum, table.sum(axis=(1, 2, 3)) / table.sum(), self.unit)
        told = conditional_mutual_information(table, (1, 2), 3, given=0, unit=self.unit)
        for name in (*COLUMNS, "primal", "dual", "gap"):
            of = self if name in COLUMNS else self.certificate
            stated, value = getattr(of, name), told if name == "total" else found[name]
            if not abs(stated - value) <= 10 * ROUNDING:
                raise CheckFailed(f"{name} is {value}, not {stated} {self.unit}")

    def synergy_by_cell(self, p: ArrayLike) -> Floats:
        """As of a ``Decomposition``, of a table (nz, n1, n2, k): terms of strata by their shares.

        Raises:
            CheckFailed: another shape, or no coupling was kept.
        """
        table = self._table_of(p)
        return np.array(
            [
                np.zeros(of_z.shape) if d is None else share * d.synergy_by_cell(of_z)
                for d, of_z, share in zip(self.by_stratum, table, self.share, strict=True)
            ]
        )

    def by_cell(self, p: ArrayLike) -> pd.DataFrame:
        """As of a ``Decomposition``, of a table (nz, n1, n2, k), with the stratum as column "z".

        Raises:
            CheckFailed: another shape, or no coupling was kept.
        """
        import pandas as pd

        frames = []
        for z, (d, of_z) in enumerate(zip(self.by_stratum, self._table_of(p), strict=True)):
            if d is not None:
                frame = d.by_cell(of_z)
                frame["share"] *= self.share[z]
                frame.insert(0, "z", z)
                frames.append(frame)
        return pd.concat(frames, ignore_index=True)

    def values_by_cell(self, p: ArrayLike) -> Floats:
        """What ``by_cell`` has as an array, shape (5, nz, n1, n2, k). Raises as that does."""
        tables = self._table_of(p)
        found = np.zeros((len(ATOMS) + 1, *tables.shape))
        for z, (d, of_z) in enumerate(zip(self.by_stratum, tables, strict=True)):
            if d is not None:
                found[:, z] = d.values_by_cell(of_z)
        return found

    def strata(self) -> pd.DataFrame:
        """One row a stratum with mass: its place "z", "share", its own atoms and their total.

        Means by "share" are the atoms.

        Examples:
            >>> copy = [[[1, 0], [0, 0]], [[0, 0], [0, 1]]]
            >>> xor = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]]
            >>> decompose_given([copy, xor]).strata().round(2)[["share", "synergy"]].values.tolist()
            [[0.33, 0.0], [0.67, 1.0]]
        """
        import pandas as pd

        there = [(z, d) for z, d in enumerate(self.by_stratum) if d is not None]
        places = [z for z, _ in there]
        atoms = {name: [getattr(d, name) for _, d in there] for name in COLUMNS}
        return pd.DataFrame({"z": places, "share": self.share[places], **atoms})

    def without_coupling(self) -> ConditionalDecomposition:
        """The same numbers without couplings, which can no longer be checked."""
        strata = tuple(None if d is None else d.without_coupling() for d in self.by_stratum)
        return replace(self, coupling=None, by_stratum=strata)

    def _table_of(self, p: ArrayLike) -> Floats:
        table = as_strata(p)
        if self.coupling is None:
            raise CheckFailed("there is no coupling to check; decompose with keep_coupling=True")
        if table.shape != self.coupling.shape:
            raise CheckFailed(f"p has shape {table.shape}, the coupling {self.coupling.shape}")
        return table


@checked(unit=UNIT, tol=TOL, on_fail=ON_FAIL)
@np.errstate(under="ignore")
def decompose_given(
    p: ArrayLike, *, unit: Unit = "bit", tol: float = 1e-9, on_fail: OnFail = "raise"
) -> ConditionalDecomposition:
    """Decompose I(X1, X2; Y | Z) exactly: sum over z of p(z) PID(X1, X2; Y | Z = z).

    Conditioning takes away what z tells, too, and can create what was not there: of a common effect
    z of two independent sources there is information given z alone; see docs/given.md.

    Args:
        p: probabilities or counts, shape (nz, n1, n2, k), axes (z, x1, x2, y); finite and >= 0.
            Strata may be empty.
        unit: "bit" or "nat", of the result.
        tol: certified gap, in nats, of each stratum, and so of their mean.
        on_fail: "raise" if any stratum misses ``tol``, or "return" what was found, with its status.

    Returns:
        The atoms in ``unit``, those of each stratum, and a certificate of their mean.

    Raises:
        InvalidDistribution: wrong shape, negative, non-finite or without mass.
        InvalidInput: an unknown option.
        TooLarge: more memory or time than there is; the message has an estimate.
        SolverFailed: no method got there.

    Examples:
        >>> import numpy as np
        >>> z = np.indices((2, 2)).sum(axis=0) % 2  # of two fair coins: whether they differ
        >>> p = np.array([(z == value)[..., None] * np.eye(2)[:, None] for value in (0, 1)])
        >>> d = decompose_given(p)  # y is x1, and given z, x2 tells it, too
        >>> round(d.redundancy, 6), round(d.unique1, 6)
        (1.0, 0.0)
    """
    table = as_strata(p)
    of_z = table.sum(axis=(1, 2, 3))
    there = np.flatnonzero(of_z)
    share = of_z / of_z.sum()
    solved = decompose_batch(table[there], unit=unit, tol=tol, on_fail=on_fail, keep_coupling=True)
    strata: list[Decomposition | None] = [None] * len(table)
    coupling = np.zeros(table.shape)
    for z, d in zip(there, solved, strict=True):
        strata[z] = d
        coupling[z] = share[z] * d.coupling
    mean = _mean(strata, share, unit)
    certificate = Certificate(
        primal=mean["primal"],
        dual=mean["dual"],
        gap=mean["gap"],
        marginal_error=float((share[there] * solved.marginal_error).max()),
        status=status_of(mean["gap"] * nats_per(unit), tol),
        iterations=int(solved.iterations.sum()),
        method=", ".join(dict.fromkeys(solved.method)),
        multipliers=None,
    )
    return ConditionalDecomposition(
        **{atom: mean[atom] for atom in ATOMS},
        unit=unit,
        coupling=coupling,
        certificate=certificate,
        share=share,
        by_stratum=tuple(strata),
    )


def _mean(
    strata: tuple[Decomposition | None, ...] | list[Decomposition | None], share: Floats, unit: Unit
) -> dict[str, float]:
    """Atoms and bounds, by the shares of the strata."""
    found = dict.fromkeys((*ATOMS, "primal", "dual", "gap"), 0.0)
    for d, weight in zip(strata, share.tolist(), strict=True):
        if d is None:
            continue
        assert d.certificate is not None
        for name in found:
            found[name] += weight * getattr(d if name in ATOMS else d.certificate, name)
    return found
