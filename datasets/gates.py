"""Gates with closed-form atoms: the test problems that every decomposition should get right.

Three facts prove nearly all of them (docs/datasets.md spells the proofs out):

* **order**: if X2 is, as a channel from Y, a degraded version of X1 (Blackwell order), then U2 = 0,
  so R = I(X2;Y), U1 = I(X1;Y) - I(X2;Y), S = I(X1,X2;Y) - I(X1;Y). Sources with the same
  p(x_i, y) are ordered both ways, so that U1 = U2 = 0.
* **identity**: if a source is a function of y, its coupling to the other given y is unique, so p is
  the only candidate: S = 0, U_i = I(X_i;Y|X_j). For y = (x1, x2) this is R = I(X1;X2).
* **additivity**: the atoms of independent gates side by side add up (``combine``).

Order and identity: Bertschinger et al., Quantifying Unique Information, Entropy 16(4), 2014.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping

from pid._types import Floats
from pid.checks import checked, one_of
from pid.datasets import _logic, _views
from pid.datasets._gate import Gate, combine
from pid.datasets._tables import GRIFFITH, SIZE
from pid.errors import InvalidInput


@checked(k=SIZE)
def rdnxor(*, k: int = 2) -> Gate:
    """RDN beside XOR: R = S = log2 k."""
    return combine(
        _views.rdn(k=k),
        _logic.xor(k=k),
        name="rdnxor",
        description="y = (shared symbol, private symbols' sum mod k)",
        source=f"{GRIFFITH} (RdnXor); additivity",
        parameters={"k": k},
    )


@checked(k=SIZE)
def rdnunqxor(*, k: int = 2) -> Gate:
    """RDN beside COPY beside XOR: R = U1 = U2 = S = log2 k."""
    return combine(
        _views.rdn(k=k),
        _views.copy(n1=k, n2=k),
        _logic.xor(k=k),
        name="rdnunqxor",
        description="y = (shared symbol, a copy of each source's own, the sum of two more mod k)",
        source=f"{GRIFFITH} (RdnUnqXor); additivity",
        parameters={"k": k},
    )


GATES: Mapping[str, Callable[..., Gate]] = {
    "xor": _logic.xor,
    "and": _logic.and_,
    "or": _logic.or_,
    "sum": _logic.sum_,
    "max": _logic.max_,
    "xorand": _logic.xorand,
    "reduced_or": _logic.reduced_or,
    "switch": _logic.switch,
    "rdn": _views.rdn,
    "copy": _views.copy,
    "unq": _views.unq,
    "unq1": _views.unq1,
    "correlated_copy": _views.correlated_copy,
    "subtle": _views.subtle,
    "scrambled_copy": _views.scrambled_copy,
    "two_views": _views.two_views,
    "cascade": _views.cascade,
    "erasures": _views.erasures,
    "pointwise_unique": _views.pointwise_unique,
    "rdnxor": rdnxor,
    "rdnunqxor": rdnunqxor,
}


@checked(name=one_of(*GATES))
def gate(name: str, **parameters: float) -> Floats:
    """Table of a gate: probabilities, shape (n1, n2, k), axes (x1, x2, y).

    Args:
        name: one of ``GATES``.
        **parameters: the gate's own, such as ``k`` or ``noise``; see docs/datasets.md.

    Raises:
        InvalidInput: no gate of this name, a parameter it does not have, or a value out of range.

    Examples:
        >>> gate("and")[1, 1].tolist()
        [0.0, 0.25]
        >>> gate("xor", k=3, noise=0.1).shape
        (3, 3, 3)
    """
    return make_gate(name, **parameters).table.copy()


@checked(name=one_of(*GATES))
def make_gate(name: str, **parameters: float) -> Gate:
    """Gate with its table, its atoms in bits, and where they come from; arguments as in ``gate``.

    Examples:
        >>> make_gate("rdnxor").atoms
        {'redundancy': 1.0, 'unique1': 0.0, 'unique2': 0.0, 'synergy': 1.0}
    """
    known = inspect.signature(GATES[name]).parameters
    unknown = sorted(set(parameters) - set(known))
    if unknown:
        raise InvalidInput(
            f"gate {name!r} has no parameter {unknown[0]!r}; it takes "
            + (", ".join(known) if known else "none")
        )
    return GATES[name](**parameters)


def gates() -> tuple[Gate, ...]:
    """Every gate with its default parameters."""
    return tuple(maker() for maker in GATES.values())
