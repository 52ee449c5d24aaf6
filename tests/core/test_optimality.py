"""The conditions of optimality, recomputed here from the table and the returned object alone."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pytest
from numpy.typing import NDArray

import pid
from pid.core.solver import METHODS, Method
from pid.datasets import gate, random

Table = NDArray[np.float64]
GAPS: dict[str, float] = {"auto": 1e-9, "interior-point": 1e-9, "cone": 1e-4, "first-order": 1e-4}
ROUNDING = 1e-12


def evidence(p: Table, method: Method = "auto") -> tuple[Table, Table, Table, pid.Certificate]:
    """Coupling, multipliers and certificate, in nats."""
    d = pid.decompose(p, unit="nat", method=method)
    assert d.coupling is not None and d.certificate is not None
    assert d.certificate.multipliers is not None
    return d.coupling, *d.certificate.multipliers, d.certificate


def entropy(p: Table) -> float:
    positive = p[p > 0]
    return -float(positive @ np.log(positive))


def test_every_method_is_tested() -> None:
    assert set(GAPS) == set(METHODS) == set(get_args(Method))


@pytest.fixture(params=GAPS)
def method(request: pytest.FixtureRequest) -> Method:
    name: Method = request.param
    return name


def test_the_coupling_has_the_marginals(table: Table, method: Method) -> None:
    q, *_, certificate = evidence(table, method)
    p = table / table.sum()
    assert (q >= 0).all()
    np.testing.assert_allclose(q.sum(axis=1), p.sum(axis=1), rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(q.sum(axis=0), p.sum(axis=0), rtol=0, atol=ROUNDING)
    assert certificate.marginal_error <= ROUNDING


def test_the_multipliers_are_feasible(table: Table, method: Method) -> None:
    _, alpha, beta, _ = evidence(table, method)
    assert (np.exp(alpha[:, None] + beta[None]).sum(axis=2) <= 1 + ROUNDING).all()


def test_bounds_are_those_of_the_evidence(table: Table, method: Method) -> None:
    q, alpha, beta, certificate = evidence(table, method)
    p = table / table.sum()
    a, b, h_y = p.sum(axis=1), p.sum(axis=0), entropy(p.sum(axis=(0, 1)))
    dual = h_y + float(a[a > 0] @ alpha[a > 0] + b[b > 0] @ beta[b > 0])
    primal = h_y + entropy(q.sum(axis=2)) - entropy(q)
    assert certificate.primal == pytest.approx(primal, abs=1e-11)
    assert certificate.dual == pytest.approx(dual, abs=1e-11)
    assert certificate.gap == certificate.primal - certificate.dual
    assert -ROUNDING <= certificate.gap <= GAPS[method]


def test_complementarity(table: Table, method: Method) -> None:
    """The gap is the sum of s KL(q/s || exp(alpha + beta)): no part of it exceeds the gap."""
    q, alpha, beta, certificate = evidence(table, method)
    gap = max(certificate.gap, 0) + 10 * ROUNDING
    s = q.sum(axis=2)
    x = np.exp(alpha[:, None] + beta[None])
    mass = x.sum(axis=2)
    assert (mass[s > 0] > 0).all()
    slack = -np.log(mass, where=s > 0, out=np.zeros_like(mass))
    assert float((s * slack).sum()) <= gap
    conditional = np.divide(x, mass[..., None], where=s[..., None] > 0, out=np.zeros_like(x))
    variation = 0.5 * np.abs(q - s[..., None] * conditional).sum()
    assert variation <= np.sqrt(gap / 2)  # Pinsker and Jensen


def test_no_small_change_of_the_coupling_improves_it(table: Table) -> None:
    """Move mass around a rectangle of x1 and x2 at one y, wherever that can be done."""
    q, *_, certificate = evidence(table)
    value = entropy(q.sum(axis=2)) - entropy(q)
    rng = np.random.default_rng(0)
    n1, n2, k = q.shape
    for _ in range(200):
        i, j, y = rng.integers(n1, size=2), rng.integers(n2, size=2), rng.integers(k)
        room = min(q[i[0], j[0], y], q[i[1], j[1], y])
        moved = q.copy()
        moved[i, j, y] -= room * 0.01
        moved[i, j[::-1], y] += room * 0.01
        if i[0] != i[1] and j[0] != j[1]:
            assert (moved >= 0).all()
            assert entropy(moved.sum(axis=2)) - entropy(moved) >= value - certificate.gap - 1e-12


def test_methods_agree(table: Table) -> None:
    exact = pid.decompose(table, unit="nat").certificate
    for method, gap in GAPS.items():
        other = evidence(table, method)[-1]  # type: ignore[arg-type]
        assert exact is not None
        assert other.dual <= exact.primal + ROUNDING
        assert exact.dual <= other.primal + ROUNDING
        assert other.primal == pytest.approx(exact.primal, abs=gap)


PLAIN = random.dirichlet((3, 4, 2), random_state=7)


def tampered(**changes: Any) -> pid.Decomposition:
    """An answer with some fields replaced; a function gets the old value."""
    d = pid.decompose(PLAIN, unit="nat")
    assert d.certificate is not None
    outer: dict[str, Any] = {}
    inner: dict[str, Any] = {}
    for name, change in changes.items():
        holder, new = (outer, d) if hasattr(d, name) else (inner, d.certificate)
        holder[name] = change(getattr(new, name)) if callable(change) else change
    return replace(d, **{"certificate": replace(d.certificate, **inner), **outer})


def shift_first(by: float) -> Callable[[tuple[Table, Table]], tuple[Table, Table]]:
    return lambda multipliers: (multipliers[0] + by, multipliers[1])


TAMPERED: dict[str, dict[str, Any]] = {
    **{
        f"{atom} {by:g}": {atom: lambda value, by=by: value + by}
        for atom in ("redundancy", "unique1", "unique2", "synergy")
        for by in (1e-10, -0.1, np.nan)
    },
    "unit": {"unit": "bit"},
    "no coupling": {"coupling": None},
    "no certificate": {"certificate": None},
    "no multipliers": {"multipliers": None},
    "heavier coupling": {"coupling": lambda q: q * (1 + 1e-9)},
    "negative coupling": {"coupling": lambda q: q - 1e-3},
    "coupling turned": {"coupling": lambda q: q[::-1]},
    "NaN in the coupling": {"coupling": lambda q: q * np.nan},
    "coupling of another shape": {"coupling": lambda q: q[:, :2]},
    "another coupling": {"coupling": PLAIN},
    "primal": {"primal": lambda value: value + 1e-10},
    "dual": {"dual": lambda value: value + 1e-10},
    "gap": {"gap": lambda value: value + 1e-10},
    "marginal error": {"marginal_error": 1e-6},
    "better than it is": {"status": pid.Status.INACCURATE},
    "multipliers raised": {"multipliers": shift_first(1e-9)},
    "multipliers lowered": {"multipliers": shift_first(-1e-9)},
    "multipliers NaN": {"multipliers": shift_first(np.nan)},
    "multipliers infinite": {"multipliers": shift_first(np.inf)},
    "multipliers minus infinite": {"multipliers": shift_first(-np.inf)},
    "multipliers swapped": {"multipliers": lambda m: m[::-1]},
    "multipliers of another shape": {"multipliers": lambda m: (m[0].T, m[1].T)},
}


@pytest.mark.parametrize("changes", TAMPERED.values(), ids=TAMPERED.keys())
def test_check_finds_what_was_changed(changes: dict[str, Any]) -> None:
    tampered().check(PLAIN)
    with pytest.raises(pid.CheckFailed):
        tampered(**changes).check(PLAIN)


def test_check_finds_another_table() -> None:
    d = pid.decompose(gate("xor"))
    d.check(gate("xor") * 12)
    for other in (gate("and"), np.ones((2, 2, 2)), np.ones((2, 2, 3)), gate("xor") + 1e-10):
        with pytest.raises(pid.CheckFailed):
            d.check(other)
    with pytest.raises(pid.InvalidDistribution):
        d.check(-gate("xor"))


def test_check_says_what_is_wrong() -> None:
    with pytest.raises(pid.CheckFailed, match=r"synergy is 0\.\d+, not 0\.5\d* nat"):
        tampered(synergy=0.5).check(PLAIN)
    with pytest.raises(pid.CheckFailed, match="misses a marginal of p by"):
        tampered(coupling=lambda q: q * 1.001).check(PLAIN)
    with pytest.raises(pid.CheckFailed, match="infeasible by"):
        tampered(multipliers=shift_first(0.5)).check(PLAIN)
    with pytest.raises(pid.CheckFailed, match="keep_coupling=True"):
        pid.decompose(PLAIN, keep_coupling=False).check(PLAIN)


@pytest.mark.parametrize("method", GAPS)
def test_check_holds_for_every_method(table: Table, method: Method) -> None:
    with np.errstate(all="raise"):
        pid.decompose(table, method=method).check(table)
