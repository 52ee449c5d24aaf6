"""What holds for the decomposition of every table, on tables that Hypothesis makes up."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import pid
from pid.core.decomposition import ATOMS
from pid.core.information import mutual_information
from pid.core.solver.certificate import certify

Table = NDArray[np.float64]

# Two answers that are both certified to 1e-9 nats differ by no more, in bits, than this.
CLOSE = 3e-9
ROUNDING = 1e-12
MASSES = [0.0, 0.0, 0.0, 1.0, 1.0, 2.0, 7.0, 0.3, 1e-3, 1e-6, 1e-9, 1e-12, 1e-40]
few = settings(max_examples=40)


@st.composite
def tables(draw: st.DrawFn, most: int = 4) -> Table:
    """Tables with zeros, ties and masses of many orders of magnitude; empty symbols too."""
    shape = draw(st.tuples(*[st.integers(1, most)] * 3))
    size = int(np.prod(shape))
    smooth = draw(st.booleans())
    cells = st.floats(0.01, 1) if smooth else st.sampled_from(MASSES)
    masses = draw(st.lists(cells, min_size=size, max_size=size).filter(lambda m: max(m) > 0.1))
    return np.array(masses).reshape(shape)


@st.composite
def channels(draw: st.DrawFn, inputs: int, outputs: int) -> Table:
    """Rows of positive probabilities, (inputs, outputs)."""
    cells = st.lists(st.floats(0.01, 1), min_size=inputs * outputs, max_size=inputs * outputs)
    rows = np.array(draw(cells)).reshape(inputs, outputs)
    return np.asarray(rows / rows.sum(axis=1, keepdims=True))


def atoms(p: Table) -> Table:
    d = pid.decompose(p)
    return np.array([d.redundancy, d.unique1, d.unique2, d.synergy])


@few
@given(tables())
def test_the_answer_is_certified_and_holds(p: Table) -> None:
    with np.errstate(all="raise"):
        d = pid.decompose(p, unit="nat")
        d.check(p)
    assert d.certificate is not None
    assert d.certificate.status is pid.Status.OPTIMAL
    assert -ROUNDING <= d.certificate.gap <= 1e-9
    assert d.certificate.marginal_error <= ROUNDING


@few
@given(tables())
def test_atoms_sum_to_the_informations(p: Table) -> None:
    d = pid.decompose(p)
    assert d.information1 == pytest.approx(mutual_information(p, 0, 2), abs=ROUNDING)
    assert d.information2 == pytest.approx(mutual_information(p, 1, 2), abs=ROUNDING)
    assert d.total == pytest.approx(mutual_information(p, (0, 1), 2), abs=ROUNDING)
    assert d.redundancy - d.synergy == pytest.approx(pid.co_information(p), abs=ROUNDING)


@few
@given(tables())
def test_atoms_are_not_negative_beyond_the_gap(p: Table) -> None:
    d = pid.decompose(p)
    assert d.certificate is not None
    for atom in ATOMS:
        assert getattr(d, atom) >= -d.certificate.gap - ROUNDING


@few
@given(tables())
def test_swapping_the_sources_swaps_the_unique_atoms(p: Table) -> None:
    np.testing.assert_allclose(atoms(p.swapaxes(0, 1)), atoms(p)[[0, 2, 1, 3]], atol=CLOSE)


@few
@given(tables(), st.randoms(use_true_random=False))
def test_names_of_symbols_do_not_matter(p: Table, random: object) -> None:
    orders = [list(range(size)) for size in p.shape]
    for order in orders:
        random.shuffle(order)  # type: ignore[attr-defined]
    np.testing.assert_allclose(atoms(p[np.ix_(*orders)]), atoms(p), atol=CLOSE)


@few
@given(tables(), st.tuples(*[st.tuples(st.integers(0, 2), st.integers(0, 2))] * 3))
def test_symbols_that_never_occur_do_not_matter(
    p: Table, empty: tuple[tuple[int, int], ...]
) -> None:
    padded = np.pad(p, empty)
    np.testing.assert_allclose(atoms(padded), atoms(p), atol=CLOSE)
    d = pid.decompose(padded)
    assert d.coupling is not None
    assert d.coupling.shape == padded.shape
    assert not d.coupling[padded.sum(axis=(1, 2)) == 0].any()


@few
@given(tables(), st.floats(1e-3, 1e3))
def test_scale_does_not_matter(p: Table, factor: float) -> None:
    np.testing.assert_allclose(atoms(p * factor), atoms(p), atol=CLOSE)


@few
@given(st.lists(st.integers(0, 50), min_size=12, max_size=12).filter(any))
def test_counts_are_as_good_as_probabilities(cells: list[int]) -> None:
    counts = np.array(cells).reshape(2, 3, 2)
    np.testing.assert_allclose(atoms(counts / counts.sum()), atoms(counts), atol=CLOSE)


@few
@given(tables())
def test_a_source_twice_is_all_redundant(p: Table) -> None:
    p_x1y = p.sum(axis=1)
    twice = np.einsum("iy,ij->ijy", p_x1y, np.eye(len(p_x1y)))
    expected = [mutual_information(p_x1y), 0, 0, 0]
    np.testing.assert_allclose(atoms(twice), expected, atol=CLOSE)


@few
@given(tables())
def test_a_constant_source_leaves_only_the_other(p: Table) -> None:
    alone = p.sum(axis=1, keepdims=True)
    expected = [0, mutual_information(alone, 0, 2), 0, 0]
    np.testing.assert_allclose(atoms(alone), expected, atol=CLOSE)


@few
@given(st.data())
def test_the_worse_of_two_channels_has_nothing_unique(data: st.DataObject) -> None:
    """X2 is X1 through a channel, given y or not: Blackwell's order makes U2 = 0."""
    k, n1, n2 = (data.draw(st.integers(2, 4)) for _ in range(3))
    p_y = data.draw(channels(1, k))[0]
    first, second = data.draw(channels(k, n1)), data.draw(channels(n1, n2))
    chain = np.einsum("y,yi,ij->ijy", p_y, first, second)
    apart = np.einsum("y,yi,yj->ijy", p_y, first, first @ second)
    for p in chain, apart:
        redundancy, _, unique2, _ = atoms(p)
        assert abs(unique2) <= CLOSE
        assert redundancy == pytest.approx(mutual_information(p, 1, 2), abs=CLOSE)
    assert abs(atoms(chain)[3]) <= CLOSE  # no synergy in a chain


@few
@given(tables(), st.integers(0, 2**32 - 1), st.sampled_from([0.1, 1.0, 30.0]))
def test_any_multipliers_bound_any_coupling(p: Table, seed: int, spread: float) -> None:
    rng = np.random.default_rng(seed)
    p = p / p.sum()
    a, b = p.sum(axis=1).T[..., None], p.sum(axis=0).T[..., None]
    q = rng.random((*p.transpose(2, 0, 1).shape, 1))
    multipliers = (spread * rng.standard_normal(a.shape), spread * rng.standard_normal(b.shape))
    anything = certify(q, *multipliers, a, b)
    best = pid.decompose(p, unit="nat").certificate
    assert best is not None
    h_y = pid.entropy(p.sum(axis=(0, 1)), unit="nat")
    assert h_y + anything.dual[0] <= best.primal + ROUNDING
    assert h_y + anything.primal[0] >= best.dual - ROUNDING


@settings(max_examples=25)
@given(tables(most=3), tables(most=2))
def test_atoms_of_independent_parts_add_up(p: Table, q: Table) -> None:
    np.testing.assert_allclose(
        atoms(np.kron(p, q).astype(np.float64)), atoms(p) + atoms(q), atol=2 * CLOSE
    )


@few
@given(tables(most=3))
def test_a_symbol_in_two_is_still_one_symbol(p: Table) -> None:
    """Splitting a symbol of x1 at random, and of x2, tells nothing new about y."""
    share = np.array([0.25, 0.75])
    split = np.kron(p, share[:, None, None] * share[::-1][None, :, None])
    np.testing.assert_allclose(atoms(split), atoms(p), atol=CLOSE)


@few
@given(tables(most=3), st.data())
def test_processing_a_source_loses_its_information(p: Table, data: st.DataObject) -> None:
    """When x1 passes through a channel, R and U1 cannot grow, and U2 cannot fall."""
    channel = data.draw(channels(p.shape[0], 2))
    before, after = atoms(p), atoms(np.einsum("ijy,im->mjy", p, channel))
    assert after[0] <= before[0] + CLOSE
    assert after[1] <= before[1] + CLOSE
    assert after[2] >= before[2] - CLOSE


@settings(max_examples=20)
@given(st.lists(tables(), min_size=1, max_size=6))
def test_a_batch_gives_what_single_calls_give(many: list[Table]) -> None:
    batch = pid.decompose_batch(many)
    singles = np.array([atoms(p) for p in many])
    for column, atom in enumerate(ATOMS):
        np.testing.assert_allclose(getattr(batch, atom), singles[:, column], atol=CLOSE)


@few
@given(tables())
def test_the_layout_in_memory_does_not_matter(p: Table) -> None:
    frozen = p.copy()
    frozen.flags.writeable = False
    strided = np.repeat(p, 2, axis=1)[:, ::2]
    layouts = [np.asfortranarray(p), frozen, strided, p[::-1].copy()[::-1], p.astype(">f8")]
    expected = atoms(p)
    for layout in layouts:
        assert np.array_equal(atoms(layout), expected)
    assert np.array_equal(frozen, p)


@pytest.mark.parametrize(
    "dtype", [np.bool_, np.int8, np.uint64, np.float16, np.float32, np.longdouble]
)
def test_the_type_of_numbers_does_not_matter(dtype: type[np.generic]) -> None:
    p = np.array([[[1, 0], [1, 1]], [[0, 1], [1, 0]]])
    assert np.array_equal(atoms(p.astype(dtype)), atoms(p.astype(float)))


def test_the_input_is_left_as_it_was() -> None:
    p = np.arange(12.0).reshape(2, 3, 2)
    pid.decompose(p)
    pid.decompose_batch(p[None])
    assert np.array_equal(p, np.arange(12.0).reshape(2, 3, 2))


def test_the_same_call_gives_the_same_bits(rng: np.random.Generator) -> None:
    p = rng.random((5, 4, 3))
    first, second = pid.decompose(p), pid.decompose(p)
    assert first.to_dict() == second.to_dict()
    assert first.coupling is not None and second.coupling is not None
    assert np.array_equal(first.coupling, second.coupling)
