"""Tables with one joint: the answer is that joint's, by the closed form and by any other method."""

import numpy as np
import pytest

import pid


@pytest.fixture(params=range(4))
def table(request: pytest.FixtureRequest) -> np.ndarray:
    """Some labels have one symbol of x1, the others one of x2; cells without mass among them."""
    rng = np.random.default_rng(request.param)
    p = np.zeros((5, 4, 9))
    for y in range(9):
        if y % 3:
            p[rng.integers(5), :, y] = rng.random(4) * (rng.random(4) < 0.8)
        else:
            p[:, rng.integers(4), y] = rng.random(5) * (rng.random(5) < 0.8)
    return np.asarray(p / p.sum())


def test_information_is_that_of_the_joint_itself(table: np.ndarray) -> None:
    """There is no other joint, so nothing is synergy."""
    d = pid.decompose(table)
    assert d.certificate is not None
    assert d.certificate.method == "one joint"
    assert d.certificate.gap < 1e-14
    assert d.synergy == pytest.approx(0, abs=1e-14)
    assert d.total == pytest.approx(pid.mutual_information(table.reshape(20, 9)), abs=1e-12)
    d.check(table)
    other = pid.decompose(table, method="interior-point")
    assert d.atoms == pytest.approx(other.atoms, abs=1e-8)


def test_sources_exchanged(table: np.ndarray) -> None:
    d, e = pid.decompose(table), pid.decompose(table.swapaxes(0, 1))
    assert (e.redundancy, e.unique1, e.unique2) == pytest.approx(
        (d.redundancy, d.unique2, d.unique1), abs=1e-14
    )


def test_a_batch_is_solved_at_once_only_if_all_are_settled(table: np.ndarray) -> None:
    free = np.random.default_rng(9).random(table.shape)
    both = pid.decompose_batch([table, table[::-1]])
    assert [d.certificate.method for d in both] == ["one joint"] * 2  # type: ignore[union-attr]
    mixed = pid.decompose_batch([table, free])
    assert mixed[0].atoms == pytest.approx(both[0].atoms, abs=1e-8)
    assert mixed[0].certificate.method == "interior-point"  # type: ignore[union-attr]


def test_a_source_that_is_constant_or_a_function_of_y(rng: np.random.Generator) -> None:
    """Large tables too, without a matrix: the seconds are of one look at each cell."""
    p = rng.random((60, 90))  # x2, y
    for shape in (p[None], np.eye(90)[:, None] * p, np.eye(90)[:, None] * p[:, ::-1]):
        d = pid.decompose(shape, keep_coupling=False)
        assert d.certificate is not None
        assert d.certificate.method == "one joint"
        assert d.synergy == pytest.approx(0, abs=1e-12)
    assert d.total == pytest.approx(pid.entropy(p.sum(axis=0) / p.sum()), abs=1e-12)
