"""Deep correlation: the objective by its definition, what it must find, and what it refuses."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

from pid.errors import InvalidInput
from pid.estimators.coordination import CCA
from pid.estimators.coordination.canonical import canonical

pytestmark = pytest.mark.extras

Array = np.ndarray


def bent_pair(rng: np.random.Generator, n: int = 1500) -> tuple[Array, Array]:
    """Two numbers that both have, one as a square and one as an angle's sine, beside noise."""
    s = rng.normal(size=(n, 2))
    X1 = np.column_stack([s, rng.normal(size=(n, 2))])
    X2 = np.column_stack([s[:, 0] ** 2, np.sin(2 * s[:, 1]), rng.normal(size=(n, 2))])
    return X1, X2 + 0.1 * rng.normal(size=X2.shape)


def quick(**options: Any) -> Any:
    from pid.estimators.coordination import DeepCCA

    return DeepCCA(**{"n_components": 2, "steps": 60, "batch": 200} | options)


def test_the_objective_is_the_sum_of_canonical_correlations(rng: np.random.Generator) -> None:
    import torch

    from pid.estimators.coordination.deep_cca import correlations_of

    A, B = rng.normal(size=(2, 80, 5))
    B[:, :2] += A[:, :2]
    found = correlations_of(torch.from_numpy(A), torch.from_numpy(B), 1e-12)
    assert found.numpy() == pytest.approx(canonical(A, B, 5, 0).correlations, abs=1e-9)
    # and as Andrew et al. write it: the trace norm of C11^-1/2 C12 C22^-1/2
    C11, C22 = (np.cov(X.T) + 0.2 * np.eye(5) for X in (A, B))
    roots = []
    for C in (C11, C22):
        values, vectors = np.linalg.eigh(C)
        roots.append(vectors / np.sqrt(values) @ vectors.T)
    T = roots[0] @ np.cov(A.T, B.T)[:5, 5:] @ roots[1]
    ridged = correlations_of(torch.from_numpy(A), torch.from_numpy(B), 0.2)
    assert float(ridged.sum()) == pytest.approx(np.linalg.norm(T, "nuc"))


def test_its_gradient_by_differences_also_where_correlations_are_equal() -> None:
    """Eigenvectors of equal values have no derivative; the sum has."""
    import torch

    from pid.estimators.coordination.deep_cca import correlations_of

    generator = torch.Generator().manual_seed(0)
    a = torch.randn(12, 3, generator=generator, dtype=torch.float64, requires_grad=True)
    b = torch.randn(12, 3, generator=generator, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda a: correlations_of(a, b, 1e-2).sum(), a)
    same = correlations_of(a, a.detach(), 1e-2).sum()
    (gradient,) = torch.autograd.grad(same, a)
    assert torch.isfinite(gradient).all()


def test_it_finds_what_is_bent(rng: np.random.Generator) -> None:
    X1, X2 = bent_pair(rng)
    model = quick(steps=200).fit(X1, X2)
    assert CCA(n_components=2).fit(X1, X2).correlations_.sum() < 0.9
    assert model.correlations_.sum() > 1.7
    fresh = bent_pair(np.random.default_rng(7))
    assert model.score(*fresh) > 1.7
    assert len(model.encoders_) == 2 and model.device_ == "cpu"


def test_components_are_paired_and_of_unit_variance(rng: np.random.Generator) -> None:
    """What the exact analysis at the end is for."""
    X1, X2 = bent_pair(rng)
    Z1, Z2 = quick().fit(X1, X2).transform(X1, X2)
    across = np.corrcoef(Z1.T, Z2.T)
    assert np.abs(across - np.diag(across.diagonal()))[:2, :2].max() < 0.1
    assert Z1.std(axis=0) == pytest.approx(np.ones(2), abs=0.05)
    assert abs(across[0, 3]) < 0.1 and abs(across[1, 2]) < 0.1


def test_independent_sources_do_not_correlate(rng: np.random.Generator) -> None:
    """On rows that were held out; training rows do, as ever."""
    X1, X2 = rng.normal(size=(2, 600, 10))
    model = quick(n_components=4).fit(X1, X2)
    assert abs(model.correlations_.mean()) < 0.2
    assert model.training_correlations_.mean() > abs(model.correlations_.mean()) + 0.05


def test_reconstruction_makes_the_sources_again(rng: np.random.Generator) -> None:
    """Of codes as wide as the sources, next to nothing is lost, and the shared part stays."""
    X1, X2 = bent_pair(rng)
    plain = quick(n_components=4, steps=200).fit(X1, X2)
    both = quick(n_components=4, steps=200, reconstruction=1.0).fit(X1, X2)

    def linear_error(model: Any) -> float:
        Z = np.column_stack([model.transform(X1)[0], np.ones(len(X1))])
        left = X1 - Z @ np.linalg.lstsq(Z, X1, rcond=None)[0]
        return float((left**2).mean())

    assert linear_error(both) < 0.8 * linear_error(plain)
    assert both.correlations_[:2].sum() > 1.5


def test_the_same_bits_and_another_seed(rng: np.random.Generator) -> None:
    X1, X2 = (X[:300] for X in bent_pair(rng))
    model = quick(steps=20)
    first, second = (clone(model).fit(X1, X2).transform(X1)[0] for _ in range(2))
    assert np.array_equal(first, second)
    other = quick(steps=20, random_state=1).fit(X1, X2).transform(X1)[0]
    assert not np.array_equal(first, other)


def test_an_interrupted_fit_goes_on(rng: np.random.Generator, tmp_path: Path) -> None:
    X1, X2 = (X[:300] for X in bent_pair(rng))
    path = tmp_path / "fit.pt"

    def stop(done: int, of: int, score: float) -> None:
        if done == 3:
            raise KeyboardInterrupt

    whole = quick().fit(X1, X2)
    with pytest.raises(KeyboardInterrupt):
        quick(checkpoint=path, progress=stop).fit(X1, X2)
    resumed = quick(checkpoint=path).fit(X1, X2)
    assert np.array_equal(resumed.transform(X1)[0], whole.transform(X1)[0])
    with pytest.raises(InvalidInput, match="of another training: its data is"):
        quick(checkpoint=path).fit(X1[::-1], X2)
    with pytest.raises(InvalidInput, match="of another training: its reconstruction is 0"):
        quick(checkpoint=path, reconstruction=1.0).fit(X1, X2)


def test_another_name_of_the_device_gives_the_same(rng: np.random.Generator) -> None:
    """The CPU by torch's name for it: everything goes there, and a note says so."""
    X1, X2 = (X[:200] for X in bent_pair(rng))
    one, other = quick(steps=20).fit(X1, X2), quick(steps=20, device="cpu:0").fit(X1, X2)
    assert np.array_equal(one.transform(X1)[0], other.transform(X1)[0])
    assert "trained on device 'cpu:0'" in other.notes_


def test_a_fitted_model_is_copied_whole(rng: np.random.Generator) -> None:
    X1, X2 = (X[:200] for X in bent_pair(rng))
    model = quick(steps=20).fit(X1, X2)
    again = pickle.loads(pickle.dumps(model))
    assert np.array_equal(again.transform(X1)[0], model.transform(X1)[0])


def test_encoders_are_plugged_in(rng: np.random.Generator) -> None:
    """After linear ones of full rank, the exact analysis finds what it finds without."""
    from torch import nn

    X1, X2 = bent_pair(rng)
    X2[:, 3] += 2 * X1[:, 0]
    model = quick(encoders=(nn.Linear, nn.Linear), n_components=4, steps=10).fit(X1, X2)
    exact = CCA(n_components=4).fit(X1, X2)
    assert model.score(X1, X2) == pytest.approx(exact.score(X1, X2), abs=0.03)
    for factory, words in (
        (lambda n, k: "net", "it made a str"),
        (lambda n, k: nn.Linear(n + 1, k), "on zeros it failed"),
        (lambda n, k: nn.Linear(n, k + 1), r"for 3 rows it gave shape \(3, 3\)"),
    ):
        with pytest.raises(InvalidInput, match=rf"encoders\[1\] must make a torch module.*{words}"):
            quick(encoders=(nn.Linear, factory)).fit(X1, X2)


def test_refusals(rng: np.random.Generator) -> None:
    X1, X2 = (X[:100] for X in bent_pair(rng))
    for options, words in (
        ({"n_components": 8, "batch": 31}, "at least 4 times as many rows as components.* got 31"),
        ({"n_components": 30}, r"got 80 rows \(80 to train on\) for 30 components"),
        ({"device": "cuda:77"}, "torch cannot use device 'cuda:77'"),
        ({"steps": 3}, "at least 10 steps"),
    ):
        with pytest.raises(InvalidInput, match=words):
            quick(**options).fit(X1, X2)
    with pytest.raises(InvalidInput, match="at least 20 rows; got 1"):
        quick().fit(X1[:1], X2[:1])


def test_odd_input_has_an_answer(rng: np.random.Generator) -> None:
    X1, X2 = (X[:200] for X in bent_pair(rng))
    odd = np.column_stack([X1, X1, np.ones(200), np.round(X1[:, 0]), X1.sum(axis=1)])
    model = quick(batch=1000).fit(odd, odd)
    assert model.correlations_ == pytest.approx([1, 1], abs=0.02)
    assert "a batch is all 160 training rows, as there are no 1,000" in model.notes_
    X1[0, 0] = 1e30
    assert np.isfinite(quick().fit(X1, X2).correlations_).all()


def test_held_out_rows_decide_nothing(rng: np.random.Generator) -> None:
    """Whatever partners they have, the codes are the same."""
    from pid.estimators.coordination.parts import split

    X1, X2 = (X[:200] for X in bent_pair(rng))
    rows = split(np.arange(200), 0)
    assert sorted(np.concatenate(rows)) == list(range(200))
    assert (len(rows.training), len(rows.choosing), len(rows.held_out)) == (160, 20, 20)
    model = quick().fit(X1, X2)
    mixed = X2.copy()
    mixed[rows.held_out] = X2[rows.held_out[::-1]]
    other = quick().fit(X1, mixed)
    assert other.transform(X1)[0] == pytest.approx(model.transform(X1)[0], abs=1e-3)
    assert other.correlations_.sum() < model.correlations_.sum() - 0.5
    assert model.correlations_.sum() == pytest.approx(
        model.score(X1[rows.held_out], X2[rows.held_out])
    )


def test_independent_sources_do_not_correlate_however_many_epochs(
    rng: np.random.Generator,
) -> None:
    found = [
        quick(random_state=seed).fit(*rng.normal(size=(2, 150, 5))).correlations_.mean()
        for seed in range(10)
    ]
    assert abs(np.mean(found)) < 0.15


def test_few_rows_are_held_out_in_fair_number() -> None:
    """Two rows always correlate perfectly."""
    from pid.estimators.coordination.parts import split

    for n, least in ((20, 4), (60, 10), (100, 10), (1000, 100)):
        rows = split(np.arange(n), 0)
        assert len(rows.held_out) == len(rows.choosing) == least
    copied = split(np.repeat(np.arange(40), 3), 0)
    groups = [set(part // 3) for part in copied]
    assert not (groups[0] & groups[1] or groups[0] & groups[2] or groups[1] & groups[2])


def test_an_epoch_is_judged_by_all_kinds_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows may come in an order, such as by class: what the first ones have is not enough."""
    import torch
    from torch import nn

    from pid.estimators.coordination import deep_cca

    monkeypatch.setattr(deep_cca, "COMPARED", 50)
    model = quick(n_components=1)
    model.encoders_, model._decoders = (nn.Identity(), nn.Identity()), []
    x = torch.linspace(-1, 1, 400)[:, None]
    late = torch.where(torch.arange(400)[:, None] < 200, 0.0, x)
    assert model._judge((x, late), (x[200:], x[200:])) == pytest.approx(-1, abs=1e-6)


def test_reconstruction_is_a_mean_squared_error_times_its_weight() -> None:
    import torch
    from torch import nn

    model = quick(reconstruction=0.5)
    model._decoders = [nn.Identity(), nn.Identity()]
    a, b = torch.ones(4, 2), torch.zeros(4, 3)
    terms = model._error((a, b), (a + 2, b + 1))
    assert float(terms["reconstruction"]) == pytest.approx(0.5 * (4 + 1))


def test_a_checkpoint_knows_all_rows_and_its_networks(
    rng: np.random.Generator, tmp_path: Path
) -> None:
    from torch import nn

    from pid.estimators.coordination.parts import split

    X1, X2 = (X[:200] for X in bent_pair(rng))
    path = tmp_path / "fit.pt"
    quick(checkpoint=path, steps=20).fit(X1, X2)
    choosing = split(np.arange(200), 0).choosing
    X2[choosing] = X2[choosing[::-1]]
    with pytest.raises(InvalidInput, match="of another training: its data is"):
        quick(checkpoint=path, steps=20).fit(X1, X2)

    def network(activation: Any) -> Any:
        return lambda n, k: nn.Sequential(nn.Linear(n, 8), activation(), nn.Linear(8, k))

    path = tmp_path / "other.pt"
    quick(checkpoint=path, steps=20, encoders=(network(nn.Tanh),) * 2).fit(X1, X2)
    with pytest.raises(InvalidInput, match="of another training: its modules"):
        quick(checkpoint=path, steps=20, encoders=(network(nn.ReLU),) * 2).fit(X1, X2)
    with pytest.raises(InvalidInput, match="a checkpoint needs a random_state"):
        quick(checkpoint=path, random_state=None).fit(X1, X2)


def test_nothing_to_train_is_said(rng: np.random.Generator) -> None:
    """Networks that were trained before may be frozen, but not all of them."""
    from torch import nn

    def frozen(n: int, k: int) -> Any:
        return nn.Linear(n, k).requires_grad_(False)

    X1, X2 = (X[:200] for X in bent_pair(rng))
    assert np.isfinite(quick(encoders=(frozen, nn.Linear)).fit(X1, X2).correlations_).all()
    for factory in (frozen, lambda n, k: nn.AdaptiveAvgPool1d(k)):
        with pytest.raises(InvalidInput, match="there is nothing to train"):
            quick(encoders=(factory, factory)).fit(X1, X2)
