"""Couplings: right marginals, entropy within what is proved, and the least one by all vertices."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pid.bounds import (
    Coupling,
    exact_coupling,
    greedy_coupling,
    majorization_bound,
    majorization_coupling,
    minimum_entropy,
    profile_bound,
)
from pid.bounds.coupling import MOST_CELLS, slices
from pid.bounds.minimum_entropy import tightened
from pid.errors import InvalidDistribution, InvalidInput
from scripts.vertices import bases, least_entropy

LOG2_E = 1 / math.log(2)
GREEDY_PAIR, GREEDY = LOG2_E / math.e, (1 + LOG2_E) / 2  # Compton et al. (2023)

masses = st.lists(st.integers(0, 40), min_size=1, max_size=9).filter(any)


def as_probabilities(weights: list[list[int]]) -> list[np.ndarray]:
    return [np.array(w) / sum(w) for w in weights]


def check_marginals(coupling: Coupling, marginals: list[np.ndarray]) -> None:
    assert coupling.masses.min() > 0
    for column, p in zip(coupling.symbols.T, marginals, strict=True):
        found = np.bincount(column, coupling.masses, minlength=len(p))
        assert found == pytest.approx(p, abs=1e-12)


@given(st.lists(masses, min_size=2, max_size=5))
def test_marginals_and_guarantees(weights: list[list[int]]) -> None:
    ps = as_probabilities(weights)
    greedy, split = greedy_coupling(*ps), majorization_coupling(*ps)
    for coupling in (greedy, split):
        check_marginals(coupling, ps)
    profile, majorization = profile_bound(*ps), majorization_bound(*ps)
    assert max(profile, majorization) <= min(greedy.entropy(), split.entropy()) + 1e-9
    assert greedy.entropy() <= majorization + LOG2_E + 1e-9  # Compton (2022)
    assert greedy.entropy() <= profile + (GREEDY_PAIR if len(ps) == 2 else GREEDY) + 1e-9
    assert split.entropy() <= majorization + np.ceil(np.log2(len(ps))) + 1e-9


@given(masses, masses)
def test_each_mass_of_the_bound_is_split_in_two_at_most(p: list[int], q: list[int]) -> None:
    ps = as_probabilities([p, q])
    assert len(majorization_coupling(*ps).masses) <= 2 * max(len(p), len(q))


def test_symbols_may_be_renamed(rng: np.random.Generator) -> None:
    """Of masses that are all different: which of two equal ones is taken first may matter."""
    for sizes in ((4, 7), (3, 5, 4)):
        ps = [rng.dirichlet(np.ones(n)) for n in sizes]
        turned = [p[::-1] for p in ps]
        for couple in (greedy_coupling, majorization_coupling):
            assert couple(*turned).entropy() == pytest.approx(couple(*ps).entropy(), abs=1e-9)


def test_a_variable_with_itself() -> None:
    p = np.array([0.5, 0.3, 0.2])
    for couple in (greedy_coupling, majorization_coupling):
        assert couple(p, p, p).entropy("nat") == pytest.approx(-(p * np.log(p)).sum())


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(2, 2), (3, 4), (4, 4), (2, 2, 2), (3, 2, 3)])
def test_search_finds_the_best_vertex(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(shape)
    for _ in range(5):
        ps = [rng.dirichlet(np.ones(n)) for n in shape]
        found = exact_coupling(*ps, unit="nat")
        check_marginals(found.coupling, ps)
        least = least_entropy(ps)
        assert found.coupling.entropy("nat") == pytest.approx(least, abs=1e-7)
        assert found.bound <= least + 1e-9
        assert found.bound > least - 1e-6


def test_vertices_of_pairs_are_spanning_trees() -> None:
    """Cayley's formula for complete bipartite graphs."""
    assert len(bases((3, 4)).cells) == 3**3 * 4**2


def test_search_stops_in_time() -> None:
    rng = np.random.default_rng(0)
    ps = [rng.dirichlet(np.ones(15)), rng.dirichlet(np.ones(15))]
    found = exact_coupling(*ps, time_limit=0.2)
    check_marginals(found.coupling, ps)
    assert found.bound <= found.coupling.entropy() <= greedy_coupling(*ps).entropy()
    assert found.bound >= max(majorization_bound(*ps), profile_bound(*ps))


def test_bounds_take_counts_and_say_their_unit() -> None:
    for bound in (majorization_bound, profile_bound):
        assert bound([2, 2], [1, 3]) == pytest.approx(bound([0.5, 0.5], [0.25, 0.75]))
        assert bound([2, 2], [1, 3], unit="nat") == pytest.approx(
            bound([2, 2], [1, 3]) * math.log(2)
        )
    with pytest.raises(InvalidInput, match="tol must be"):
        exact_coupling([1, 1], [1, 2], tol="x")  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="time_limit must be"):
        exact_coupling([1, 1], [1, 2], time_limit=-1)


def test_counts_and_a_table_of_them() -> None:
    coupling = greedy_coupling([3, 1], [2, 2], [4])
    assert coupling.table() == pytest.approx(np.array([[[0.5], [0.25]], [[0], [0.25]]]))


COUPLE = [
    greedy_coupling,
    majorization_coupling,
    lambda *ps: exact_coupling(*ps).coupling,
]


@pytest.mark.parametrize("couple", COUPLE, ids=["greedy", "majorization", "exact"])
@pytest.mark.parametrize(
    "weights",
    [
        ([3, 2, 1], [0, 1], [1, 0]),
        ([1, 0], [0, 1]),
        ([1], [1]),
        ([0, 2, 0, 1], [1], [0, 1, 1, 0]),
        ([1, 2], [0, 0, 3]),
        ([0, 1],) * 40,
        ([1],) * 70,
        ([2, 1], *[[0, 1]] * 70, [1, 2]),
    ],
    ids=lambda weights: f"{len(weights)} from {weights[0]}",
)
def test_symbols_without_mass_and_variables_of_one(
    couple: Callable[..., Coupling], weights: tuple[list[int], ...]
) -> None:
    ps = [np.array(w) / sum(w) for w in weights]
    found = couple(*weights)
    check_marginals(found, ps)
    with_choice = [p[p > 0] for p in ps if (p > 0).sum() > 1]
    least = least_entropy(with_choice) if len(with_choice) > 1 else 0.0
    if len(with_choice) == 1:
        least = float(-(with_choice[0] * np.log(with_choice[0])).sum())
    assert found.entropy("nat") == pytest.approx(least, abs=1e-6)
    for bound in (majorization_bound, profile_bound):
        assert bound(*weights, unit="nat") <= least + 1e-12


def test_a_symbol_without_mass_changes_no_search() -> None:
    """Its cells have no range, in which rounding would grow until the ends cross."""
    plain = exact_coupling([5, 3, 2], [6, 4], [2, 1])
    with_zeros = exact_coupling([5, 0, 3, 2], [0, 6, 4], [2, 1, 0])
    assert with_zeros.bound == pytest.approx(plain.bound, abs=1e-9)
    assert with_zeros.coupling.entropy() == pytest.approx(plain.coupling.entropy(), abs=1e-9)
    assert with_zeros.coupling.symbols[:, 0].tolist().count(1) == 0
    assert plain.bound == pytest.approx(plain.coupling.entropy(), abs=1e-6)
    assert plain.bound > majorization_bound([5, 3, 2], [6, 4], [2, 1]) + 0.01


def test_one_variable_with_a_choice_needs_no_search() -> None:
    found = exact_coupling([1], np.ones(2 * MOST_CELLS), [0, 1])
    assert found.bound == pytest.approx(math.log2(2 * MOST_CELLS))
    assert len(found.coupling.masses) == 2 * MOST_CELLS


def test_a_box_with_a_coupling_in_it_is_not_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the linear program says of it: then the bound of the box around it counts."""
    rng = np.random.default_rng(4)
    ps = [rng.dirichlet(np.ones(4)), rng.dirichlet(np.ones(4))]
    whole = exact_coupling(*ps, unit="nat")
    first = minimum_entropy.relaxed
    calls = iter([first])
    monkeypatch.setattr(
        minimum_entropy,
        "relaxed",
        lambda *args, **options: next(calls, lambda *_, **__: None)(*args, **options),
    )
    wrong = exact_coupling(*ps, unit="nat")
    assert wrong.bound <= whole.coupling.entropy("nat")


def test_ranges_that_are_determined_stay() -> None:
    """Round after round, what is known exactly is left as it is."""
    given = [np.array([3, 2, 1]) / 6, np.array([0.0, 1.0]), np.array([1.0, 0.0])]
    most = np.minimum(np.minimum(given[0][:, None, None], given[1][:, None]), given[2]).ravel()
    box = tightened(slices(given), np.zeros(12), most)
    for _ in range(20):
        assert box is not None
        assert (box.low <= box.high).all()
        assert box.high.min() == 0
        assert box.low.sum() == pytest.approx(1, abs=1e-12)
        box = tightened(slices(given), *box)


@pytest.mark.parametrize("couple", [greedy_coupling, majorization_coupling, exact_coupling])
def test_bad_marginals(couple: object) -> None:
    assert callable(couple)
    with pytest.raises(InvalidInput, match="two marginals or more; got 1"):
        couple([0.5, 0.5])
    with pytest.raises(InvalidDistribution, match=r"marginal 1: p\[0\] = -1 is negative"):
        couple([0.5, 0.5], [-1, 2])
    with pytest.raises(InvalidDistribution, match=r"marginal 0 must have 1 axis; .* \(1, 2\)"):
        couple([[0.5, 0.5]], [1])


def test_too_many_cells_to_search() -> None:
    with pytest.raises(InvalidInput, match=f"more than {MOST_CELLS:,} cells; take greedy"):
        exact_coupling(np.ones(101), np.ones(100))
