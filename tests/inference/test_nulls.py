"""Tables without an atom: what they keep of the sample, with unequal classes and sources."""

import numpy as np
import pytest

import pid
from pid.inference import nulls

Table = np.ndarray


@pytest.fixture(params=[(4, 3, 3), (2, 5, 3), (3, 3, 2)], ids=str)
def table(request: pytest.FixtureRequest, rng: np.random.Generator) -> Table:
    """Classes of about .6, .3 and .1."""
    p = rng.dirichlet(np.ones(int(np.prod(request.param)))).reshape(request.param)
    p_y = np.array([0.6, 0.3, 0.1])[: p.shape[2]]
    return np.asarray(p / p.sum(axis=(0, 1)) * p_y / p_y.sum())


def test_independent_given_y(table: Table) -> None:
    q = nulls.independent_given_y(table.sum(axis=1), table.sum(axis=0))
    p_y = table.sum(axis=(0, 1))
    expected = np.einsum("ik,jk->ijk", table.sum(axis=1), table.sum(axis=0)) / p_y
    assert q == pytest.approx(expected)
    empty = np.concatenate([table, np.zeros((*table.shape[:2], 1))], axis=2)  # a class of nothing
    again = nulls.independent_given_y(empty.sum(axis=1), empty.sum(axis=0))
    assert again[..., :-1] == pytest.approx(expected)
    assert (again[..., -1] == 0).all()


@pytest.mark.parametrize("source", [0, 1])
def test_both_have_the_channel_of_one(table: Table, source: int) -> None:
    q = nulls.same_channel(table, source)
    joint = table.sum(axis=1 - source)
    for axis in (0, 1):
        assert q.sum(axis=axis) == pytest.approx(joint)
    assert q == pytest.approx(q.transpose(1, 0, 2))
    d = pid.decompose(q)
    assert d.unique1 + d.unique2 == pytest.approx(0, abs=1e-8)
    alone = pid.mutual_information(joint, 0, 1)
    assert d.redundancy == pytest.approx(alone)


def test_margins_that_are_asked_for_are_had(table: Table, rng: np.random.Generator) -> None:
    """Dependence given y is that of the table, nine parts of it: ratios of odds are kept."""
    other = rng.dirichlet(np.ones(table.size)).reshape(table.shape)
    p_y = table.sum(axis=(0, 1))
    other *= p_y / other.sum(axis=(0, 1))
    first, second = other.sum(axis=1), other.sum(axis=0)
    q = nulls.with_margins(table, first, second)
    assert q.sum(axis=1) == pytest.approx(first, abs=1e-6)
    assert q.sum(axis=0) == pytest.approx(second, abs=1e-6)
    mixed = nulls.independent_given_y(table.sum(axis=1), table.sum(axis=0))
    ratio = q / (0.9 * table + 0.1 * mixed)
    for k in range(table.shape[2]):  # a factor of x1 times one of x2
        of_one = ratio[:, :1, k] * ratio[:1, :, k] / ratio[0, 0, k]
        assert ratio[..., k] == pytest.approx(of_one, rel=1e-4)


def test_a_zero_does_not_stand_in_the_way() -> None:
    """Cells that the table does not have are taken where margins ask for them."""
    table = np.zeros((2, 2, 2))
    table[0, 0, 0] = table[1, 1, 1] = 0.5
    first = np.array([[0.3, 0.2], [0.2, 0.3]])
    second = np.array([[0.4, 0.1], [0.1, 0.4]])
    q = nulls.with_margins(table, first, second)
    assert q.sum(axis=1) == pytest.approx(first, abs=1e-6)
    assert q.sum(axis=0) == pytest.approx(second, abs=1e-6)


def test_x1_drawn_from_x2(table: Table) -> None:
    """It tells of y what x2 does, or less; p(x2, y) and p(x1) stay."""
    q = nulls.without_unique1(table)
    assert pid.decompose(q).unique1 == pytest.approx(0, abs=1e-4)
    assert q.sum(axis=0) == pytest.approx(table.sum(axis=0), abs=1e-9)
    assert q.sum(axis=(1, 2)) == pytest.approx(table.sum(axis=(1, 2)), abs=1e-6)


def test_x1_that_is_a_noisy_x2_stays(rng: np.random.Generator) -> None:
    second = rng.dirichlet(np.ones(12)).reshape(4, 3)
    noise = rng.dirichlet(np.ones(3), size=4).T
    p = np.einsum("ij,jk->ijk", noise, second)
    q = nulls.without_unique1(p)
    assert q.sum(axis=1) == pytest.approx(p.sum(axis=1), abs=1e-4)
    assert q.sum(axis=0) == pytest.approx(p.sum(axis=0), abs=1e-9)


def test_sources_that_have_nothing_in_common(table: Table) -> None:
    """No redundancy; p(y), p(x1) and p(x2) stay; exchanged sources have exchanged nulls."""
    q = nulls.without_redundancy(table)
    assert q.min() >= 0
    assert pid.decompose(q).redundancy == pytest.approx(0, abs=1e-5)
    for axes in ((0, 1), (1, 2), (0, 2)):
        assert q.sum(axis=axes) == pytest.approx(table.sum(axis=axes), abs=1e-6)
    swapped = nulls.without_redundancy(table.transpose(1, 0, 2))
    assert swapped.transpose(1, 0, 2) == pytest.approx(q, abs=1e-8)


@pytest.mark.parametrize("stronger", [0, 1])
def test_of_two_classes_the_weaker_source_says_nothing(stronger: int) -> None:
    strong = np.array([[0.55, 0.05], [0.1, 0.15], [0.05, 0.1]])
    weak = np.array([[0.5, 0.12], [0.2, 0.18]])
    pair = (strong, weak) if stronger == 0 else (weak, strong)
    q = nulls.without_redundancy(nulls.independent_given_y(*pair))
    assert q.sum(axis=1 - stronger) == pytest.approx(strong, abs=1e-9)
    assert pid.mutual_information(q.sum(axis=stronger), 0, 1) == pytest.approx(0, abs=1e-9)


def test_what_would_be_negative_is_shrunk() -> None:
    """A source that is sure of a rare class, and one that is nearly so: what is left of the second
    does not fit into its cells, and is made smaller until it does."""
    first = np.array([[0.6, 0.0, 0.0], [0.0, 0.3, 0.0], [0.0, 0.0, 0.1]])
    second = np.array([[0.59, 0.01, 0.0], [0.01, 0.28, 0.01], [0.0, 0.01, 0.09]])
    q = nulls.without_redundancy(nulls.independent_given_y(first, second))
    assert q.min() >= 0
    assert pid.decompose(q).redundancy == pytest.approx(0, abs=1e-5)
    assert q.sum(axis=(0, 1)) == pytest.approx([0.6, 0.3, 0.1])
    crossed = nulls.independent_given_y(
        np.array([[0.3, 0.0, 0.05], [0.0, 0.3, 0.05], [0.3, 0.0, 0.0]]),
        np.array([[0.6, 0.0, 0.02], [0.0, 0.3, 0.08]]),
    )
    q = nulls.without_redundancy(crossed)
    assert q.min() >= 0
    assert pid.decompose(q).redundancy == pytest.approx(0, abs=1e-5)


def test_optimal_couplings_have_margins_and_no_synergy(
    table: Table, rng: np.random.Generator
) -> None:
    """The one of the table exactly; the mean of those of resampled tables nearly, and it has more
    cells, as each of these chooses its own."""
    q = nulls.optimum(table)
    assert q.sum(axis=1) == pytest.approx(table.sum(axis=1), abs=1e-9)
    assert q.sum(axis=0) == pytest.approx(table.sum(axis=0), abs=1e-9)
    assert pid.decompose(q).synergy == pytest.approx(0, abs=1e-6)
    counts = np.rint(2000 * table)
    mean = nulls.without_synergy(counts, rng)
    assert mean.sum(axis=1) == pytest.approx(table.sum(axis=1), abs=0.01)
    assert mean.sum(axis=0) == pytest.approx(table.sum(axis=0), abs=0.01)
    assert pid.decompose(mean).synergy < 0.01
    assert (mean > 1e-4).sum() >= (q > 1e-4).sum()
