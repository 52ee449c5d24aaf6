"""A gate: a joint distribution p(x1, x2, y) whose information atoms are known in closed form."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from pid._types import Counts, Floats
from pid.checks import NONE, TEXT, checked, either, integer, named
from pid.datasets._tables import DRAWS
from pid.errors import InvalidInput

RandomState = int | np.random.Generator | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # eq off: array field
class Gate:
    """A joint distribution with known atoms.

    Attributes:
        name: what ``gate(name)`` calls it.
        table: probabilities, shape (n1, n2, k), axes (x1, x2, y); read-only.
        redundancy, unique1, unique2, synergy: in bits; None where no closed form is known.
        description: the rule in words.
        source: where the gate or its atoms come from.
        parameters: what it was made with.
    """

    name: str
    table: Floats = field(repr=False)
    redundancy: float | None
    unique1: float | None
    unique2: float | None
    synergy: float | None
    description: str = field(repr=False)
    source: str = field(repr=False)
    parameters: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.table.setflags(write=False)

    @property
    def atoms(self) -> dict[str, float] | None:
        """The four atoms in bits by name, or None where they are not known in closed form."""
        names = ("redundancy", "unique1", "unique2", "synergy")
        values = {name: getattr(self, name) for name in names}
        return None if None in values.values() else values

    @checked(n=integer(), random_state=DRAWS)
    def sample(self, n: int, *, random_state: RandomState = 0) -> tuple[Counts, Counts, Counts]:
        """Draw n independent samples (x1, x2, y), each an array of symbols 0, 1, ... of length n.

        Examples:
            >>> from pid.datasets import make_gate
            >>> x1, x2, y = make_gate("xor").sample(100)
            >>> bool(((x1 + x2) % 2 == y).all())
            True
        """
        rng = np.random.default_rng(random_state)
        cells = rng.choice(self.table.size, size=n, p=self.table.ravel())
        x1, x2, y = np.unravel_index(cells, self.table.shape)
        return x1.astype(np.int64), x2.astype(np.int64), y.astype(np.int64)


@checked(name=TEXT, description=TEXT, source=TEXT, parameters=either(named("values"), NONE))
def combine(
    *gates: Gate,
    name: str,
    description: str = "independent gates side by side",
    source: str = "additivity",
    parameters: Mapping[str, float] | None = None,
) -> Gate:
    """Put independent gates side by side: every symbol is a tuple of the gates' symbols.

    The atoms add up. Joints q that are products of the gates' optima show that min I_q is at most
    the sum of the minima; sums of the gates' dual multipliers stay feasible (a product of sums of
    exponentials that are each <= 1), so it is at least the sum [1].

    Args:
        gates: at least one.
        name: name of the combination.
        description: the rule in words.
        source: where the combination comes from.
        parameters: what it was made with.

    References:
        [1] Rauh et al., Continuity and additivity properties of information decompositions,
            2023: unique information is additive.
    """
    if not gates or not all(isinstance(gate, Gate) for gate in gates):
        raise InvalidInput("combine needs one gate or more, as make_gate makes them")

    def total(atom: str) -> float | None:
        values = [getattr(gate, atom) for gate in gates]
        return None if None in values else math.fsum(values)

    table = gates[0].table
    for gate in gates[1:]:
        table = np.asarray(np.kron(table, gate.table), dtype=np.float64)
    return Gate(
        name=name,
        table=table,
        redundancy=total("redundancy"),
        unique1=total("unique1"),
        unique2=total("unique2"),
        synergy=total("synergy"),
        description=description,
        source=source,
        parameters=dict(parameters or {}),
    )
