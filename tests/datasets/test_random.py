"""Random families: the same seed gives the same table, and what they promise of the truth holds."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from pid.core.information import entropy, mutual_information
from pid.datasets import gate, random
from pid.errors import InvalidInput

Table = NDArray[np.float64]
Bracket = Callable[[Table], tuple[float, float]]
SHAPE = (4, 3, 3)
FAMILIES: list[Callable[..., Table]] = [
    random.dirichlet,
    random.sparse,
    random.deterministic,
    random.log_normal,
    random.rare,
    random.degraded,
    random.blackwell,
    random.conditionally_independent,
    random.unrelated,
]
SEEDS = range(5)


def informations(table: Table) -> tuple[float, float, float]:
    """I(X1;Y), I(X2;Y), I(X1,X2;Y) in bits."""
    return (
        mutual_information(table, 0, 2),
        mutual_information(table, 1, 2),
        mutual_information(table, (0, 1), 2),
    )


def least(table: Table, bracket: Bracket) -> float:
    """Value of min I_q in bits, from a bracket narrower than 1e-4 bit."""
    lower, upper = bracket(table)
    assert upper - lower < 1e-4
    return (lower + upper) / 2


@pytest.mark.parametrize("family", FAMILIES)
def test_tables_are_distributions_that_repeat_with_the_seed(family: Callable[..., Table]) -> None:
    table = family(SHAPE, random_state=3)
    assert table.shape == SHAPE
    assert table.min() >= 0
    assert table.sum() == pytest.approx(1, abs=1e-12)
    assert np.array_equal(table, family(SHAPE, random_state=3))
    assert not np.array_equal(table, family(SHAPE, random_state=4))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_generator_gives_one_table_after_another(
    family: Callable[..., Table], rng: np.random.Generator
) -> None:
    assert not np.array_equal(family(SHAPE, random_state=rng), family(SHAPE, random_state=rng))


def test_concentration_goes_from_spiky_to_flat() -> None:
    entropies = [
        entropy(random.dirichlet(SHAPE, concentration=concentration))
        for concentration in (0.01, 1.0, 100.0)
    ]
    assert entropies[0] < 2 < entropies[1] < entropies[2] < np.log2(36)


def test_sparse_has_as_many_cells_as_asked_for() -> None:
    assert (random.sparse((5, 5, 4), density=0.25) > 0).sum() == 25
    assert (random.sparse((2, 2, 2), density=0.001) > 0).sum() == 1


def test_counts_are_a_histogram() -> None:
    drawn = random.counts(gate("xor"), 1000)
    assert drawn.dtype == np.int64
    assert drawn.sum() == 1000
    assert (drawn[gate("xor") == 0] == 0).all()
    assert random.counts(drawn, int(drawn.sum()), random_state=1).sum() == 1000


def test_deterministic_tables_determine_y() -> None:
    table = random.deterministic(SHAPE, random_state=2)
    assert ((table > 0).sum(2) == 1).all()
    largest = random.deterministic((4, 4, 4), np.maximum)
    assert np.array_equal(largest.argmax(2), np.maximum(*np.indices((4, 4))))
    assert informations(largest)[2] == pytest.approx(entropy(largest.sum((0, 1))))


def test_log_normal_spans_many_orders_of_magnitude() -> None:
    table = random.log_normal((5, 5, 5), sigma=10)
    assert table.max() / table[table > 0].min() > 1e15
    assert random.log_normal((2, 2, 2), sigma=0).tolist() == np.full((2, 2, 2), 0.125).tolist()


def test_rare_symbols_are_rare() -> None:
    table = random.rare(SHAPE, rarity=1e-9)
    assert max(table[-1].sum(), table[:, -1].sum(), table[:, :, -1].sum()) < 1e-7


@pytest.mark.parametrize("seed", SEEDS)
def test_degraded_has_no_unique2_and_no_synergy(seed: int, bracket: Bracket) -> None:
    table = random.degraded(SHAPE, random_state=seed)
    info1, _, total = informations(table)
    assert total == pytest.approx(info1, abs=1e-12)
    assert least(table, bracket) == pytest.approx(info1, abs=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_blackwell_has_no_unique2(seed: int, bracket: Bracket) -> None:
    table = random.blackwell(SHAPE, random_state=seed)
    info1, info2, total = informations(table)
    assert info2 < info1 < total
    assert least(table, bracket) == pytest.approx(info1, abs=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_exchangeable_has_no_unique(seed: int, bracket: Bracket) -> None:
    table = random.exchangeable(3, 2, random_state=seed)
    info1, info2, _ = informations(table)
    assert info1 == pytest.approx(info2, abs=1e-12)
    assert least(table, bracket) == pytest.approx(info1, abs=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_conditionally_independent_has_more_redundancy_than_synergy(seed: int) -> None:
    table = random.conditionally_independent(SHAPE, random_state=seed)
    info1, info2, total = informations(table)
    between = mutual_information(table, 0, 1)
    assert info1 + info2 - total == pytest.approx(between, abs=1e-12)


def test_unrelated_and_duplicated() -> None:
    assert informations(random.unrelated(SHAPE)) == pytest.approx((0, 0, 0), abs=1e-12)
    info1, info2, total = informations(random.duplicated(4, 3))
    assert info1 == pytest.approx(info2) == pytest.approx(total)
    assert info1 > 0.1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: random.dirichlet((2, 2)), "shape must be a list of 3, each an integer"),
        (lambda: random.dirichlet((2, 0, 2)), "shape must be a list of 3"),
        (lambda: random.dirichlet(concentration=0), "concentration must be a number above 0"),
        (lambda: random.sparse(density=0), "density must be a number above 0 and at most 1; got 0"),
        (lambda: random.counts(gate("and"), 0), "n must be an integer of at least 1"),
        (lambda: random.deterministic((3, 3, 2), np.maximum), r"integers 0\.\.1; got .* 0 to 2"),
        (lambda: random.deterministic((3, 3, 2), lambda a, b: a[:2]), "got int64 of shape"),
        (lambda: random.log_normal(sigma=np.inf), "sigma must be a number of at least 0; got inf"),
        (lambda: random.rare(rarity=-1), "rarity must be a number above 0"),
        (lambda: random.duplicated(2, 0), "k must be an integer of at least 1"),
    ],
)
def test_bad_requests(call: Callable[[], Table], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        call()
