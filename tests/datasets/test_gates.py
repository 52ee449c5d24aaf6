"""Every closed form is checked against Shannon's identities, a proven bracket and the solver."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

import pid
from pid.core.information import mutual_information
from pid.datasets import GATES, Gate, combine, gate, gates, make_gate
from pid.errors import InvalidInput

Bracket = Callable[[NDArray[np.float64]], tuple[float, float]]

VARIANTS: list[tuple[str, dict[str, float]]] = [
    *((name, {}) for name in GATES),
    ("xor", {"k": 3}),
    ("xor", {"k": 5, "noise": 0.2}),
    ("xor", {"noise": 0.5}),
    ("rdn", {"k": 4, "noise": 0.3}),
    ("rdn", {"noise": 1.0}),
    ("copy", {"n1": 3, "n2": 5}),
    ("unq", {"noise1": 0.05, "noise2": 0.3}),
    ("unq1", {"k": 3, "noise": 0.1}),
    ("correlated_copy", {"flip": 0.0}),
    ("correlated_copy", {"flip": 0.7}),
    ("scrambled_copy", {"noise": 0.0}),
    ("scrambled_copy", {"noise": 0.6}),
    ("and", {"noise": 0.1}),
    ("and", {"p1": 0.3, "p2": 0.8}),
    ("and", {"p1": 0.2, "p2": 0.2, "noise": 0.15}),
    ("and", {"p1": 0.0, "p2": 0.5}),
    ("or", {"noise": 0.25}),
    ("or", {"p1": 0.9, "p2": 0.4}),
    ("sum", {"k": 4}),
    ("max", {"k": 5}),
    ("two_views", {"noise1": 0.3, "noise2": 0.05}),
    ("two_views", {"noise1": 0.2, "noise2": 0.9}),
    ("cascade", {"noise1": 0.1, "noise2": 0.2}),
    ("cascade", {"noise1": 0.2, "noise2": 1.0}),
    ("erasures", {"k": 4, "erased1": 0.6, "erased2": 0.1}),
    ("erasures", {"erased1": 0.3, "erased2": 1.0}),
    ("switch", {"share1": 0.25}),
    ("switch", {"share1": 0.5}),
    ("rdnxor", {"k": 3}),
]
IDS = [f"{name}-{'-'.join(map(str, given.values()))}".rstrip("-") for name, given in VARIANTS]
BIASED_NOISY_AND = {"p1": 0.3, "p2": 0.8, "noise": 0.1}


@pytest.fixture(params=VARIANTS, ids=IDS)
def known(request: pytest.FixtureRequest) -> Gate:
    name, parameters = request.param
    return make_gate(name, **parameters)


def atoms(gate: Gate) -> tuple[float, float, float, float]:
    assert gate.atoms is not None
    return (
        gate.atoms["redundancy"],
        gate.atoms["unique1"],
        gate.atoms["unique2"],
        gate.atoms["synergy"],
    )


def test_tables_are_distributions(known: Gate) -> None:
    assert known.table.ndim == 3
    assert known.table.min() >= 0
    assert known.table.sum() == pytest.approx(1, abs=1e-14)
    assert not known.table.flags.writeable


def test_atoms_add_up_to_shannon(known: Gate) -> None:
    r, u1, u2, s = atoms(known)
    assert r + u1 == pytest.approx(mutual_information(known.table, 0, 2), abs=1e-12)
    assert r + u2 == pytest.approx(mutual_information(known.table, 1, 2), abs=1e-12)
    assert r + u1 + u2 + s == pytest.approx(mutual_information(known.table, (0, 1), 2), abs=1e-12)
    assert min(r, u1, u2, s) >= -1e-15


def test_atoms_lie_in_the_proven_bracket(known: Gate, bracket: Bracket) -> None:
    occurring = known.table[:, :, known.table.sum((0, 1)) > 0]
    lower, upper = bracket(occurring)
    assert upper - lower < 1e-9
    assert lower - 1e-12 <= sum(atoms(known)[:3]) <= upper + 1e-12


def test_the_solver_agrees(known: Gate) -> None:
    found = pid.decompose(known.table)
    values = (found.redundancy, found.unique1, found.unique2, found.synergy)
    assert values == pytest.approx(atoms(known), abs=1e-8)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("xor", (0, 0, 0, 1)),
        ("and", (0.75 * math.log2(4 / 3), 0, 0, 0.5)),
        ("or", (0.75 * math.log2(4 / 3), 0, 0, 0.5)),
        ("rdn", (1, 0, 0, 0)),
        ("unq", (0, 1, 1, 0)),
        ("copy", (0, 1, 1, 0)),
        ("rdnxor", (1, 0, 0, 1)),
        ("rdnunqxor", (1, 1, 1, 1)),
        ("xorand", (0.5, 0, 0, 1)),
        ("sum", (0.5, 0, 0, 1)),
        ("pointwise_unique", (0.5, 0, 0, 0.5)),
    ],
)
def test_textbook_values(name: str, expected: tuple[float, ...]) -> None:
    assert atoms(make_gate(name)) == pytest.approx(expected, abs=1e-12)


def test_gates_lists_the_registry() -> None:
    assert [gate.name for gate in gates()] == list(GATES)
    assert all(gate.description and gate.source for gate in gates())


def test_gate_returns_a_table_of_its_own() -> None:
    first = gate("and")
    first[:] = 0
    assert gate("and").sum() == 1


def test_combined_atoms_add_up(bracket: Bracket) -> None:
    parts = make_gate("and", p1=0.4, p2=0.7), make_gate("two_views"), make_gate("subtle")
    whole = combine(*parts, name="three")
    assert whole.table.shape == (8, 8, 12)
    assert atoms(whole) == pytest.approx(np.sum([atoms(part) for part in parts], axis=0))
    lower, upper = bracket(whole.table)
    assert upper - lower < 1e-9
    assert sum(atoms(whole)[:3]) == pytest.approx(lower, abs=1e-9)


def test_unknown_atoms_are_none() -> None:
    noisy = make_gate("and", **BIASED_NOISY_AND)
    assert noisy.redundancy is None
    assert noisy.atoms is None
    assert combine(noisy, make_gate("xor"), name="both").atoms is None


def test_combine_needs_a_gate() -> None:
    with pytest.raises(InvalidInput, match="needs one gate or more"):
        combine(name="nothing")


def test_samples_follow_the_table() -> None:
    known = make_gate("two_views")
    n = 40_000
    counts = np.zeros(known.table.shape)
    np.add.at(counts, known.sample(n, random_state=1), 1)
    spread = np.sqrt(known.table * (1 - known.table) / n)
    assert (np.abs(counts / n - known.table) < 5 * spread + 1e-12).all()


def test_samples_repeat_with_the_seed_and_go_on_with_a_generator(rng: np.random.Generator) -> None:
    known = make_gate("and")
    assert np.array_equal(known.sample(50), known.sample(50))
    assert not np.array_equal(
        known.sample(50, random_state=rng), known.sample(50, random_state=rng)
    )


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("nand", {}, "name must be 'xor', 'and', .*; got 'nand'"),
        ("xor", {"noises": 0.1}, "no parameter 'noises'; it takes k, noise"),
        ("subtle", {"k": 2}, "no parameter 'k'; it takes none"),
        ("xor", {"k": 1}, "k must be an integer of at least 2; got 1"),
        ("xor", {"k": 2.5}, "k must be an integer of at least 2; got 2.5"),
        ("xor", {"noise": 1.5}, "noise must be a number of at least 0 and at most 1; got 1.5"),
        ("and", {"noise": math.nan}, "noise must be a number of at least 0 and at most 1; got nan"),
    ],
)
def test_bad_requests(name: str, parameters: dict[str, float], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        gate(name, **parameters)


def test_no_samples() -> None:
    with pytest.raises(InvalidInput, match="n must be an integer of at least 1; got 0"):
        make_gate("xor").sample(0)
