"""Which methods are tried, in which order, and that the best of them is kept."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

import pid
from pid.core.solver import cone, interior_point, ladder, memory_estimate
from pid.core.solver.certificate import Solution, no_answer
from pid.datasets import random

Table = NDArray[np.float64]
P = random.dirichlet((4, 3, 3), random_state=8)


def used(d: pid.Decomposition) -> str:
    assert d.certificate is not None
    return d.certificate.method


def nothing(a: Table, b: Table, *options: object) -> Solution:
    return no_answer(a, b)


def test_the_first_rung_is_enough() -> None:
    assert used(pid.decompose(P)) == "interior-point"


@pytest.mark.parametrize("method", ["interior-point", "cone", "first-order"])
def test_only_the_method_asked_for(method: pid.core.solver.Method) -> None:
    assert used(pid.decompose(P, method=method)) == method


def test_auto_takes_the_first_order_method_where_memory_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ladder, "MEMORY", memory_estimate(4, 3, 3) - 1)
    d = pid.decompose(P, unit="nat")
    assert used(d) == "first-order"
    assert d.certificate is not None and d.certificate.gap <= 1e-4
    assert d.certificate.status in (pid.Status.OPTIMAL, pid.Status.NEAR_OPTIMAL)
    d.check(P)
    monkeypatch.setattr(ladder, "MEMORY", memory_estimate(4, 3, 3))
    assert used(pid.decompose(P)) == "interior-point"


def test_the_memory_estimate_grows_with_the_smaller_side() -> None:
    assert memory_estimate(50, 10, 4) == memory_estimate(10, 50, 4)
    assert memory_estimate(1000, 50, 10) < memory_estimate(224, 224, 10)
    assert memory_estimate(1000, 1000, 10) <= ladder.MEMORY
    assert memory_estimate(3000, 3000, 10) > ladder.MEMORY


@pytest.fixture
def no_interior_point(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interior_point, "solve", nothing)


@pytest.mark.usefixtures("no_interior_point")
def test_a_rung_that_fails_falls_to_the_next() -> None:
    d = pid.decompose(P, tol=1e-6)
    assert used(d).startswith("interior-point") and used(d).endswith(", then cone")
    d.check(P)


@pytest.mark.usefixtures("no_interior_point")
def test_no_rung_is_left() -> None:
    with pytest.raises(pid.SolverFailed, match="no certified answer within 1e-09") as caught:
        pid.decompose(P, method="interior-point")
    caught.value.best.check(P)  # a valid interval even so
    assert caught.value.best.certificate is not None
    assert caught.value.best.certificate.status is pid.Status.INACCURATE


def test_a_bold_step_that_fails_is_retried_with_care(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    attempt: Callable[..., Solution] = interior_point.solve

    def bold_fails(a: Table, b: Table, tol: float, settings: object, *rest: object) -> Solution:
        seen.append(settings)
        return no_answer(a, b) if len(seen) == 1 else attempt(a, b, tol, settings, *rest)

    monkeypatch.setattr(interior_point, "solve", bold_fails)
    d = pid.decompose(P)
    assert len(seen) == 2 and seen[0] != seen[1]
    assert used(d) == "interior-point"
    d.check(P)


def test_a_worse_answer_does_not_replace_a_better_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for the impossible, every rung is tried, and the best interval of all is returned."""
    tight = pid.decompose(P, unit="nat", tol=1e-11)
    attempt: Callable[..., Solution] = interior_point.solve
    monkeypatch.setattr(
        interior_point,
        "solve",
        lambda a, b, tol, *rest: attempt(a, b, max(tol, 1e-11), *rest),
    )
    d = pid.decompose(P, unit="nat", tol=1e-300, on_fail="return")
    assert d.certificate is not None and tight.certificate is not None
    assert d.certificate.gap <= tight.certificate.gap
    assert "cone" not in used(d)


def test_iterations_of_all_rungs_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = pid.decompose(P, method="cone").certificate
    monkeypatch.setattr(interior_point, "solve", nothing)
    after = pid.decompose(P, tol=1e-6).certificate
    assert alone is not None and after is not None
    assert after.iterations == alone.iterations > 0


def test_the_larger_side_comes_first_whatever_the_order() -> None:
    wide = pid.decompose(P.swapaxes(0, 1), unit="nat")
    tall = pid.decompose(P, unit="nat")
    assert wide.coupling is not None and tall.coupling is not None
    assert np.array_equal(wide.coupling.swapaxes(0, 1), tall.coupling)
    assert wide.certificate is not None and tall.certificate is not None
    assert wide.certificate.multipliers is not None and tall.certificate.multipliers is not None
    for mine, other in zip(
        wide.certificate.multipliers, tall.certificate.multipliers[::-1], strict=True
    ):
        assert np.array_equal(mine, other)


def test_the_cone_program_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cone solver that raises is a rung that failed, not an error of ours."""
    import cvxpy as cp

    def broken(self: object, **options: object) -> None:
        raise cp.SolverError("no")

    monkeypatch.setattr(cp.Problem, "solve", broken)
    solution = cone.solve(*(np.full((2, 2, 1), 0.25) for _ in range(2)))
    assert np.isinf(solution.gap).all()
    with pytest.raises(pid.SolverFailed):
        pid.decompose(P, method="cone")
