"""Many tables in one call: any shapes, in order, no table at the cost of another."""

import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

import pid
from pid.core.decomposition import ATOMS
from pid.core.solver import cone, interior_point, ladder
from pid.core.solver.certificate import Solution, no_answer
from pid.datasets import gate, random

Table = NDArray[np.float64]
SHAPES = [(2, 2, 2), (3, 2, 4), (2, 3, 4), (1, 5, 2), (6, 6, 3)]
CLOSE = 3e-9


@pytest.fixture
def mixed() -> list[Table]:
    return [
        random.dirichlet(SHAPES[i % len(SHAPES)], concentration=0.3, random_state=i)
        for i in range(23)
    ]


def numbers(d: pid.Decomposition | pid.DecompositionBatch) -> Table:
    return np.stack([getattr(d, atom) for atom in ATOMS])


def test_mixed_shapes_stay_in_order(mixed: list[Table]) -> None:
    batch = pid.decompose_batch(mixed)
    singles = np.stack([numbers(pid.decompose(p)) for p in mixed], axis=1)
    np.testing.assert_allclose(numbers(batch), singles, atol=CLOSE)


def test_each_row_holds_for_its_table(mixed: list[Table]) -> None:
    batch = pid.decompose_batch(mixed, keep_coupling=True)
    for d, p in zip(batch, mixed, strict=True):
        d.check(p)


def test_a_stack_is_a_list_of_tables(rng: np.random.Generator) -> None:
    stack = rng.random((7, 3, 4, 2)) * (rng.random((7, 3, 4, 2)) < 0.5) + np.eye(1, 24).reshape(
        3, 4, 2
    )
    expected = numbers(pid.decompose_batch(stack))
    same = [list(stack), tuple(stack), stack.tolist(), iter(stack), np.asfortranarray(stack)]
    for many in same:
        np.testing.assert_allclose(numbers(pid.decompose_batch(many)), expected, atol=CLOSE)


def test_order_of_the_tables_does_not_matter(mixed: list[Table], rng: np.random.Generator) -> None:
    order = rng.permutation(len(mixed))
    batch = pid.decompose_batch([mixed[i] for i in order])
    np.testing.assert_allclose(
        numbers(batch), numbers(pid.decompose_batch(mixed))[:, order], atol=CLOSE
    )


def test_symbols_that_only_some_tables_have() -> None:
    P = np.zeros((3, 4, 4, 4))
    P[0, :2, :2, :2], P[1, 2:, 2:, 2:], P[2, 1:3, 1:3, 1:3] = gate("and"), gate("xor"), gate("rdn")
    batch = pid.decompose_batch(P, keep_coupling=True)
    np.testing.assert_allclose(batch.synergy, [0.5, 1, 0], atol=CLOSE)
    for d, p in zip(batch, P, strict=True):
        d.check(p)


@pytest.mark.parametrize("chunk", [1, 100, 10**9])
def test_chunks_do_not_matter(
    monkeypatch: pytest.MonkeyPatch, mixed: list[Table], chunk: int
) -> None:
    expected = numbers(pid.decompose_batch(mixed))
    monkeypatch.setattr(ladder, "CHUNK_CELLS", chunk)
    batch = pid.decompose_batch(mixed, keep_coupling=True)
    np.testing.assert_allclose(numbers(batch), expected, atol=CLOSE)
    for d, p in zip(batch, mixed, strict=True):
        d.check(p)


@pytest.mark.parametrize("nothing", [[], (), np.zeros((0, 2, 2, 2))])
def test_no_tables(nothing: list[Table]) -> None:
    batch = pid.decompose_batch(nothing, keep_coupling=True)
    assert len(batch) == 0 and list(batch) == []
    assert batch.redundancy.shape == batch.gap.shape == batch.status.shape == (0,)
    assert batch.to_frame().shape[0] == 0
    assert repr(batch).startswith("0 decompositions")
    with pytest.raises(IndexError):
        batch[0]


def test_one_table() -> None:
    batch = pid.decompose_batch([gate("and")], unit="nat")
    single = pid.decompose(gate("and"), unit="nat")
    assert batch[0].to_dict() == pytest.approx(single.to_dict())
    assert batch.unit == batch[0].unit == "nat"


def test_rows_and_fields_say_the_same(mixed: list[Table]) -> None:
    batch = pid.decompose_batch(mixed)
    assert len(batch) == len(mixed) == len(list(batch))
    for i, d in enumerate(batch):
        assert d.certificate is not None
        for name in (*ATOMS, "total"):
            assert getattr(d, name) == getattr(batch, name)[i]
        for name in ("primal", "dual", "gap", "marginal_error", "status", "iterations", "method"):
            assert getattr(d.certificate, name) == getattr(batch, name)[i]
        assert isinstance(d.certificate.status, pid.Status)
        assert type(d.certificate.method) is str and type(d.redundancy) is float


def test_rows_by_index(mixed: list[Table]) -> None:
    batch = pid.decompose_batch(mixed)
    assert batch[-1].to_dict() == batch[len(mixed) - 1].to_dict()
    assert batch[np.int64(2)].to_dict() == batch[2].to_dict()
    for index in (len(mixed), -len(mixed) - 1):
        with pytest.raises(IndexError):
            batch[index]
    for what in (slice(0, 1), "0", 1.0):
        with pytest.raises(TypeError):
            batch[what]  # type: ignore[index]


def test_couplings_only_if_asked_for(mixed: list[Table]) -> None:
    bare, full = pid.decompose_batch(mixed), pid.decompose_batch(mixed, keep_coupling=True)
    assert bare[0].coupling is None
    assert bare[0].certificate is not None and bare[0].certificate.multipliers is None
    for i, p in enumerate(mixed):
        coupling, certificate = full[i].coupling, full[i].certificate
        assert coupling is not None and coupling.shape == p.shape
        assert certificate is not None and certificate.multipliers is not None
        n1, n2, k = p.shape
        assert [m.shape for m in certificate.multipliers] == [(n1, k), (n2, k)]


def test_to_frame(mixed: list[Table]) -> None:
    batch = pid.decompose_batch(mixed)
    frame = batch.to_frame()
    assert list(frame.columns) == [*ATOMS, "total", "gap", "iterations", "method", "status"]
    assert frame["synergy"].tolist() == batch.synergy.tolist()
    assert set(frame["status"]) == {"optimal"}


def test_repr() -> None:
    batch = pid.decompose_batch([gate("xor"), gate("rdn")])
    assert repr(batch) == (
        "2 decompositions (2 certified), means in bit: "
        "redundancy 0.5000, unique1 0.0000, unique2 0.0000, synergy 0.5000"
    )


# One table on which every attempt fails, marked by its first cell.

Attempt = Callable[..., Solution]
MARK = 0.123456789


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> list[Table]:
    """Tables, of which number 3 is never solved."""
    monkeypatch.setattr(interior_point, "solve", failing(interior_point.solve))
    monkeypatch.setattr(cone, "solve", failing(cone.solve))
    tables = [random.dirichlet((2, 3, 2), random_state=i) for i in range(6)]
    tables[3] = np.zeros((2, 3, 2))
    tables[3][0, 0, 0], tables[3][1, 0, 1], tables[3][1, 2, 1] = MARK, 0.5, 0.5 - MARK
    return tables


def failing(attempt: Attempt) -> Attempt:
    def solve(a: Table, b: Table, *options: object) -> Solution:
        found = attempt(a, b, *options)
        lost = np.flatnonzero(np.isclose(a, MARK, rtol=0, atol=1e-12).any(axis=(0, 1)))
        nothing = no_answer(a, b)
        for kept, empty in zip(found.best, nothing.best, strict=True):
            kept[..., lost] = empty[..., lost]
        found.gap[lost] = np.inf
        return found

    return solve


def test_a_table_that_fails_does_not_spoil_the_rest(marked: list[Table]) -> None:
    batch = pid.decompose_batch(marked, on_fail="return", keep_coupling=True)
    others = [i for i in range(len(marked)) if i != 3]
    assert (batch.status[others] == pid.Status.OPTIMAL).all()
    assert (batch.gap[others] <= 2e-9).all()
    for i in others:
        batch[i].check(marked[i])


def test_a_table_that_fails_still_has_a_valid_interval(marked: list[Table]) -> None:
    batch = pid.decompose_batch(marked, unit="nat", on_fail="return", keep_coupling=True)
    assert np.isfinite(numbers(batch)).all()
    batch[3].check(marked[3])
    assert batch.status[3] is pid.Status.INACCURATE
    assert batch.primal[3] - batch.dual[3] == batch.gap[3] > 1e-4


def test_the_failure_names_its_table(marked: list[Table]) -> None:
    with pytest.raises(pid.SolverFailed, match=r"^P\[3\]: no certified answer"):
        pid.decompose_batch(marked, keep_coupling=True)


@pytest.mark.usefixtures("interrupted")
def test_every_row_can_fail_and_still_has_its_interval(rng: np.random.Generator) -> None:
    P = rng.random((4, 4, 3, 3))
    batch = pid.decompose_batch(P, method="interior-point", on_fail="return", keep_coupling=True)
    assert np.isfinite(numbers(batch)).all() and np.isfinite(batch.gap).all()
    assert set(batch.status) <= {pid.Status.NEAR_OPTIMAL, pid.Status.INACCURATE}
    for d, p in zip(batch, P, strict=True):
        d.check(p)
    with pytest.raises(pid.SolverFailed, match=r"^P\[0\]: .*on_fail='return'"):
        pid.decompose_batch(P, method="interior-point")


@pytest.mark.parametrize("method", ["cone", "first-order"])
def test_looser_methods_are_not_failures(method: pid.core.solver.Method) -> None:
    batch = pid.decompose_batch([gate("and"), gate("two_views")], method=method)
    assert set(batch.status) <= {pid.Status.OPTIMAL, pid.Status.NEAR_OPTIMAL}
    assert set(batch.method) == {method}
    assert (batch.gap <= 1e-4 / np.log(2)).all()


def test_memory_does_not_grow_with_the_batch() -> None:
    """Beyond the numbers kept of each table, and a normalised copy of it."""
    P = np.random.default_rng(0).random((40_000, 3, 3, 2))
    pid.decompose_batch(P[:100])

    def peak(count: int) -> int:
        tracemalloc.start()
        pid.decompose_batch(P[:count])
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(40_000) - peak(20_000) < 20_000 * 4 * P[0].nbytes
