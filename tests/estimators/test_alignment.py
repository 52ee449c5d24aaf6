"""The published estimator by learned couplings: its parts, and what is mended in it."""

from typing import Any

import numpy as np
import pytest

import pid
from pid.datasets import continuous
from pid.errors import InvalidInput

torch = pytest.importorskip("torch", reason="the run of the core has no torch")

from pid.estimators import AlignmentPID  # noqa: E402
from pid.estimators.alignment import conditional_information, sinkhorn  # noqa: E402

pytestmark = pytest.mark.extras
ATOMS = ("redundancy", "unique1", "unique2", "synergy")


def atoms(est: AlignmentPID) -> np.ndarray:
    return np.array([getattr(est.decomposition_, atom) for atom in ATOMS])


def test_scaling_meets_both_sums() -> None:
    rng = np.random.default_rng(0)
    target = torch.from_numpy(rng.random((3, 6, 5)))
    rows, columns = target.sum(dim=2), target.sum(dim=1)
    kernel = torch.from_numpy(rng.random((3, 6, 5)))
    scaled, met = sinkhorn(kernel, rows, columns, 1e-8)
    assert met
    assert torch.allclose(scaled.sum(dim=2), rows)
    assert torch.allclose(scaled.sum(dim=1), columns)
    # scaling changes no odds ratio
    odds = kernel[:, :-1, :-1] * kernel[:, 1:, 1:] / (kernel[:, 1:, :-1] * kernel[:, :-1, 1:])
    after = scaled[:, :-1, :-1] * scaled[:, 1:, 1:] / (scaled[:, 1:, :-1] * scaled[:, :-1, 1:])
    assert torch.allclose(odds, after)
    assert not sinkhorn(kernel, rows, 1.1 * columns, 1e-8)[1]  # no sums to meet, as published


def test_information_of_a_coupling_is_that_of_its_table() -> None:
    """On a batch whose samples are the symbols of a table, each as often."""
    rng = np.random.default_rng(1)
    p1 = rng.dirichlet([1, 1], size=4)  # p(y | x1) of four equally likely x1
    given = rng.dirichlet(np.ones(5), size=(4, 2))  # p(x2 | x1, y)
    table = (p1[:, :, None] * given / 4).transpose(0, 2, 1)
    expected = pid.conditional_mutual_information(table, 1, 2, 0, unit="nat")
    coupling = torch.from_numpy(table.transpose(2, 0, 1))
    found = conditional_information(coupling, torch.from_numpy(p1.T))
    assert float(found) == pytest.approx(expected, abs=1e-6)


@pytest.fixture(scope="module")
def xor() -> continuous.Continuous:
    return continuous.make("xor", n=1200, random_state=1)


def test_mended_finds_synergy_and_converges(xor: continuous.Continuous) -> None:
    est = AlignmentPID(epochs=(40, 3)).fit(xor.X1, xor.X2, xor.y)
    assert atoms(est) == pytest.approx([0, 0, 0, 1], abs=0.06)
    assert est.converged_ == 1
    assert est.decomposition_.certificate is None
    again = AlignmentPID(epochs=(40, 3)).fit(xor.X1, xor.X2, xor.y)
    assert np.array_equal(atoms(again), atoms(est))
    nats = AlignmentPID(epochs=(40, 3), unit="nat").fit(xor.X1, xor.X2, xor.y)
    assert atoms(nats) == pytest.approx(np.log(2) * atoms(est))


def test_as_published_it_does_not_converge() -> None:
    data = continuous.make("mixture", n=800, random_state=1)
    est = AlignmentPID(mended=False, epochs=(5, 1)).fit(data.X1, data.X2, data.y)
    assert est.converged_ < 1


def test_sums_hold(xor: continuous.Continuous) -> None:
    """Whatever the coupling, R + U1 and the total are what classifiers say."""
    short, long = (AlignmentPID(epochs=(10, e)).fit(xor.X1, xor.X2, xor.y) for e in (1, 2))
    a, b = short.decomposition_, long.decomposition_
    assert a.information1 == pytest.approx(b.information1)
    assert a.information2 == pytest.approx(b.information2)
    assert a.total == pytest.approx(b.total)


def test_encoders_of_raw_images(rng: np.random.Generator) -> None:
    """x1: images with a bright half, left or right; x2: numbers that say nothing."""
    y = rng.integers(2, size=500)
    images = rng.normal(size=(500, 1, 6, 6))
    images[y == 1, :, :, :3] += 2
    encoder = torch.nn.Sequential(torch.nn.Conv2d(1, 4, 3), torch.nn.ReLU(), torch.nn.Flatten())
    before = [p.clone() for p in encoder.parameters()]
    est = AlignmentPID(encoder1=encoder, epochs=(30, 2), batch=64)
    est.fit(images, rng.normal(size=(500, 2)), y)
    assert est.decomposition_.unique1 == pytest.approx(1, abs=0.2)
    assert est.decomposition_.synergy == pytest.approx(0, abs=0.1)
    # each network trains a copy
    assert all(map(torch.equal, before, encoder.parameters()))


@pytest.mark.parametrize(
    ("options", "change", "message"),
    [
        ({"mended": 1}, {}, "mended must be True or False; got 1"),
        ({"epochs": 5}, {}, "epochs must be a list of 2, each an integer of at least 1; got 5"),
        ({"batch": 1}, {}, "batch must be an integer of at least 2"),
        ({"test_size": 2}, {}, "test_size must be a number above 0 and below 1"),
        ({"device": "abacus"}, {}, "torch cannot use device 'abacus'"),
        ({"random_state": -1}, {}, "random_state must be an integer"),
        ({"mended": False}, {}, "as published, 42 samples fill no batch of 256"),
        ({}, {"y": np.linspace(0, 1, 60)}, "y is continuous"),
        ({}, {"y": np.r_[np.zeros(59), 1]}, "too few samples of a class to hold some out"),
        ({}, {"X1": np.ones((59, 2))}, "one row per sample each; got 59 in x1"),
        ({}, {"X2": np.full((60, 2), np.nan)}, "missing values"),
        ({"encoder1": torch.nn.Flatten()}, {"X1": np.full((60, 2, 2), np.inf)}, "x1 has values"),
        ({"encoder1": torch.nn.Threshold(9, np.inf)}, {}, "loss of a network is not finite"),
    ],
    ids=str,
)
def test_bad_input(options: dict[str, Any], change: dict[str, Any], message: str) -> None:
    rng = np.random.default_rng(0)
    data: dict[str, Any] = {
        "X1": rng.normal(size=(60, 2)),
        "X2": rng.normal(size=(60, 2)),
        "y": np.tile([0, 1], 30),
    }
    with pytest.raises(InvalidInput, match=message):
        AlignmentPID(**options).fit(**(data | change))
