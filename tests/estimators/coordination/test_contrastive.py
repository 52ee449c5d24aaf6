"""Losses by their definitions, and what networks that are trained by them must find."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

from pid.errors import InvalidInput
from pid.estimators.coordination import cosine, strength

pytestmark = pytest.mark.extras

Array = np.ndarray
NAMES = ("clip", "siglip", "hinge", "vse", "vse++", "barlow", "vicreg")


def pairs(rng: np.random.Generator, n: int = 1000) -> tuple[Array, Array]:
    """Four numbers that both have, bent, and two of its own in each."""
    shared = rng.normal(size=(n, 4))
    X1 = np.hstack([shared, rng.normal(size=(n, 2))])
    X2 = np.hstack([np.tanh(shared) + 0.02 * rng.normal(size=(n, 4)), rng.normal(size=(n, 2))])
    return X1, X2


def quick(**options: Any) -> Any:
    from pid.estimators.coordination import Contrastive

    return Contrastive(**{"n_components": 6, "steps": 150, "batch": 128} | options)


def tensor(values: Any) -> Any:
    import torch

    return torch.tensor(values, dtype=torch.float32)


def test_infonce_and_siglip_where_nothing_is_alike() -> None:
    from pid.estimators.coordination import losses

    S = tensor(np.zeros((5, 5)))
    assert float(losses.clip(S)) == pytest.approx(math.log(5))
    assert float(losses.siglip(S)) == pytest.approx(5 * math.log(2))  # a sum over pairs, per row
    assert float(losses.clip(S + 50 * tensor(np.eye(5)))) == pytest.approx(0, abs=1e-6)
    assert float(losses.siglip(100 * tensor(2 * np.eye(5) - 1))) == pytest.approx(0, abs=1e-6)


def test_infonce_by_hand(rng: np.random.Generator) -> None:
    from pid.estimators.coordination import losses

    S = rng.normal(size=(6, 6))
    e = np.exp(S)
    p = e.diagonal()
    by_hand = -(np.log(p / e.sum(axis=1)) + np.log(p / e.sum(axis=0))).mean() / 2
    assert float(losses.clip(tensor(S))) == pytest.approx(by_hand, rel=1e-5)


def test_margins_by_hand() -> None:
    """max(0, margin - partner + negative): a partner that is nearer by the margin costs nothing."""
    from pid.estimators.coordination import losses

    S = tensor([[0.9, 0.8, 0.1], [0.0, 0.5, 0.4], [0.3, 0.3, 0.6]])
    assert float(losses.hinge(S, 0.2)) == pytest.approx((0.1 + 0.1 + 0.0) / 3)
    # columns: 0 [.9; 0, .3], 1 [.5; .8, .3], 2 [.6; .1, .4]
    assert float(losses.vse(S, 0.2)) == pytest.approx((0.1 + 0.1 + 0.5 + 0.0) / 3)
    assert float(losses.vse_hardest(S, 0.2)) == pytest.approx((0.1 + 0.1 + 0.5) / 3)
    assert float(losses.vse_hardest(S, 0.6)) < float(losses.vse(S, 0.6))
    assert float(losses.vse(10 * tensor(np.eye(3)), 0.2)) == 0


def test_losses_of_columns_by_hand(rng: np.random.Generator) -> None:
    from pid.estimators.coordination import losses

    z1, z2 = rng.normal(size=(2, 50, 3))
    C = np.corrcoef(z1.T, z2.T)[:3, 3:]
    off = ((C - np.diag(C.diagonal())) ** 2).sum()
    by_hand = ((1 - C.diagonal()) ** 2).sum() + 0.4 * off
    assert float(losses.barlow(tensor(z1), tensor(z2), 0.4)) == pytest.approx(by_hand, rel=1e-3)
    terms = losses.vicreg(tensor(z1), tensor(z2), 3.0)
    assert float(terms["invariance"]) == pytest.approx(25 * ((z1 - z2) ** 2).mean(), rel=1e-5)
    covariances = [np.cov(z.T) for z in (z1, z2)]
    beside = sum(((C - np.diag(C.diagonal())) ** 2).sum() / 3 for C in covariances)
    assert float(terms["covariance"]) == pytest.approx(3 * beside, rel=1e-4)
    lacking = sum(np.maximum(0, 1 - np.sqrt(C.diagonal() + 1e-4)).mean() for C in covariances)
    assert float(terms["variance"]) == pytest.approx(25 * lacking, rel=1e-4)
    white = np.linalg.qr(z1 - z1.mean(axis=0))[0] * 7
    assert sum(map(float, losses.vicreg(tensor(white), tensor(white), 3.0).values())) < 1e-3
    assert float(losses.barlow(tensor(white), tensor(white), 0.4)) < 1e-3


@pytest.mark.parametrize("loss", ["barlow", "vicreg"])
def test_columns_of_narrow_codes_do_not_repeat_each_other(
    loss: str, rng: np.random.Generator
) -> None:
    """As they do by the published weights, which wide codes still get."""
    from pid.estimators.coordination.losses import decorrelation_of

    def repeated(**options: Any) -> float:
        model = quick(loss=loss, n_components=4, steps=300, **options)
        Z1, _ = model.fit(X1, X2).transform(X1, X2)
        return float(np.abs(np.corrcoef(Z1.T)[np.triu_indices(4, 1)]).mean())

    X1, X2 = pairs(rng)
    published = {"barlow": 5e-3, "vicreg": 1.0}[loss]
    assert repeated() < 0.2 < repeated(decorrelation=0.2 * published)
    assert decorrelation_of(loss, 8192) == published


@pytest.mark.parametrize("loss", NAMES)
def test_partners_are_found(loss: str, rng: np.random.Generator) -> None:
    """Most of them. "barlow" takes longest: by 150 steps it finds a third to two thirds."""
    model = quick(loss=loss, steps=250 if loss == "barlow" else 150).fit(*pairs(rng))
    fresh = pairs(np.random.default_rng(3), 300)
    assert model.score(*fresh) > 0.5  # chance is 1 in 300
    assert model.recall_ > 0.7
    assert model.chance_ == 0.01
    assert (model.bound_ is not None) == (loss == "clip")
    assert (model.temperature_ is not None) == (loss in {"clip", "siglip"})


@pytest.mark.parametrize("similarity", ["linear", "poly", "exp", "rbf", cosine])
def test_other_similarities(similarity: Any, rng: np.random.Generator) -> None:
    X1, X2 = pairs(rng)
    model = quick(loss="vse", similarity=similarity).fit(X1, X2)
    assert model.recall_ > 0.3
    S = model.similarities(X1[:5], X2[:7])
    assert S.shape == (5, 7)
    assert (S.diagonal() > np.median(S)).all()


def test_what_only_one_source_has_is_left_out(rng: np.random.Generator) -> None:
    """Of the codes of VICReg nearly all is in common; of the sources a part."""
    model = quick(loss="vicreg", n_components=4, steps=300).fit(*pairs(rng))
    X1, X2 = pairs(np.random.default_rng(4))
    assert strength(X1, X2).kind == "partial"
    codes = strength(*model.transform(X1, X2))
    assert codes.kind == "strong"
    assert codes.matched > 0.5


def test_the_bound_is_below_mutual_information(rng: np.random.Generator) -> None:
    """Gaussian pair of correlation .9: 1.198 bits, of which most is found, and not more."""
    x, e = rng.normal(size=(2, 4000))
    truth = -math.log2(1 - 0.81) / 2
    model = quick(steps=300).fit(x, 0.9 * x + math.sqrt(0.19) * e)
    assert 0.75 * truth < model.bound_ < truth + 0.1
    assert quick().fit(x, e).bound_ < 0.05


def test_a_temperature_that_is_given_stays(rng: np.random.Generator) -> None:
    X1, X2 = pairs(rng, 200)
    assert quick(temperature=0.5, steps=10).fit(X1, X2).temperature_ == pytest.approx(0.5)
    assert quick(steps=10).fit(X1, X2).temperature_ != pytest.approx(0.07, abs=1e-6)


def test_cosine_codes_have_length_one(rng: np.random.Generator) -> None:
    X1, X2 = pairs(rng, 200)
    Z1, Z2 = quick(steps=10).fit(X1, X2).transform(X1, X2)
    assert np.linalg.norm(Z1, axis=1) == pytest.approx(np.ones(200))
    assert np.linalg.norm(Z2, axis=1) == pytest.approx(np.ones(200))
    alone, none = quick(steps=10).fit(X1, X2).transform(X1)
    assert none is None and np.array_equal(alone, Z1)


def test_near_copies_among_negatives_are_said(rng: np.random.Generator) -> None:
    kinds = rng.integers(8, size=400)
    X1 = np.eye(8)[kinds] + 1e-4 * rng.normal(size=(400, 8))
    X2 = rng.normal(size=(8, 3))[kinds] + rng.normal(size=(400, 3))
    notes = quick(steps=10).fit(X1, X2).notes_
    assert next(note for note in notes if "near-copies" in note).startswith(
        "x1: in a batch of 128 a row has 16 near-copies on average, which count as negatives"
    )
    assert not any("near-copies" in note for note in quick(steps=10).fit(*pairs(rng)).notes_)
    assert not any(
        "near-copies" in note for note in quick(steps=10, loss="vicreg").fit(X1, X2).notes_
    )


def test_what_a_loss_has_no_use_for_is_said(rng: np.random.Generator) -> None:
    model = quick(loss="barlow", similarity="rbf", steps=10).fit(*pairs(rng, 100))
    assert any("similarity is of the score alone" in note for note in model.notes_)


def test_resumed_with_a_learned_temperature(rng: np.random.Generator, tmp_path: Path) -> None:
    X1, X2 = pairs(rng, 300)

    def stop(done: int, of: int, score: float) -> None:
        raise KeyboardInterrupt

    path = tmp_path / "c.pt"
    whole = quick(steps=20).fit(X1, X2)
    with pytest.raises(KeyboardInterrupt):
        quick(steps=20, checkpoint=path, progress=stop).fit(X1, X2)
    resumed = quick(steps=20, checkpoint=path).fit(X1, X2)
    assert resumed.temperature_ == whole.temperature_
    assert np.array_equal(resumed.transform(X1)[0], whole.transform(X1)[0])
    with pytest.raises(InvalidInput, match="of another training: its similarity is cosine"):
        quick(steps=20, checkpoint=path, similarity="rbf").fit(X1, X2)


def test_the_contract_and_refusals(rng: np.random.Generator) -> None:
    X1, X2 = pairs(rng, 100)
    model = quick(loss="siglip", steps=10)
    assert repr(clone(model)) == repr(model)
    one, other = (clone(model).fit(X1, X2).transform(X1)[0] for _ in range(2))
    assert np.array_equal(one, other)
    with pytest.raises(InvalidInput, match=r"loss must be 'clip', .*got 'triplet'"):
        quick(loss="triplet").fit(X1, X2)
    with pytest.raises(InvalidInput, match="100 in x1 and 99 in x2"):
        quick().fit(X1, X2[:-1])
    few = quick(steps=10).fit(X1[:20], X2[:20])
    assert "a batch is all 12 training rows, as there are no 128" in few.notes_


def test_siglip_by_hand(rng: np.random.Generator) -> None:
    """The sum over all pairs, by the rows of a batch."""
    from pid.estimators.coordination import losses

    S = rng.normal(size=(6, 6))
    signs = 2 * np.eye(6) - 1
    by_hand = np.log1p(np.exp(-signs * S)).sum() / 6
    assert float(losses.siglip(tensor(S))) == pytest.approx(by_hand, rel=1e-5)


def test_logits_are_as_published() -> None:
    """exp(t) S + b from 1 / .07 and 0, or 10 and -10; never more than 100 S."""
    import torch

    from pid.estimators.coordination.contrastive import Scaling

    S = tensor([[0.5]])
    with torch.no_grad():
        assert float(Scaling("clip", "learned")(S)) == pytest.approx(0.5 / 0.07, rel=1e-5)
        assert float(Scaling("siglip", "learned")(S)) == pytest.approx(10 * 0.5 - 10, rel=1e-5)
        assert float(Scaling("clip", 0.001)(S)) == pytest.approx(500, rel=1e-5)  # as it is given
        capped = Scaling("clip", "learned")
        capped.log_scale.fill_(9.0)
        assert float(capped(S)) == pytest.approx(50, rel=1e-5)
        assert capped.temperature() == pytest.approx(0.01, rel=1e-5)


@pytest.mark.parametrize("loss", ["hinge", "vse", "vse++"])
def test_margins_know_no_temperature(loss: str, rng: np.random.Generator) -> None:
    X1, X2 = pairs(rng, 200)
    usual, hot = quick(loss=loss, steps=10), quick(loss=loss, steps=10, temperature=0.01)
    assert np.array_equal(usual.fit(X1, X2).transform(X1)[0], hot.fit(X1, X2).transform(X1)[0])
    assert f"temperature is of other losses than {loss!r}, and unused" in hot.notes_
    assert not any("unused" in note for note in usual.notes_)


def test_rows_that_choose_the_epoch_are_not_judged(rng: np.random.Generator) -> None:
    """Of a few rows the best of many epochs looks good: information of independent sources."""
    found = []
    for seed in range(8):
        X1, X2 = rng.normal(size=(2, 100, 3))
        found.append(quick(steps=40, batch=64, random_state=seed).fit(X1, X2).bound_)
    assert np.mean(found) < 0.05


def test_a_temperature_comes_back_from_its_end() -> None:
    """Where it is cut off, there is still a gradient."""
    import torch

    from pid.estimators.coordination.contrastive import Scaling

    scaling = Scaling("clip", "learned")
    with torch.no_grad():
        scaling.log_scale.fill_(5.0)
    scaling(tensor([[0.5]])).sum().backward()
    assert scaling.log_scale.grad is not None
    assert float(scaling.log_scale.grad) == pytest.approx(50, rel=1e-5)


def test_codes_that_have_collapsed_are_said(rng: np.random.Generator) -> None:
    """A shared bit tells no row from half of the others, one of which is nearer than its partner.

    Then codes that are all the same, which cost 2 margins, are the best of the hardest negative,
    and not of the mean of all.
    """
    bit = 2 * rng.integers(2, size=(1200, 1)) - 1
    X1, X2 = (bit + 0.5 * rng.normal(size=(1200, 3)) for _ in range(2))
    collapsed = quick(loss="vse++", steps=200).fit(X1, X2)
    assert any("are the same for all rows would cost no more" in note for note in collapsed.notes_)
    assert collapsed.transform(X1, X2)[0].var(axis=0).sum() < 0.05  # of rows of length 1
    mean = quick(loss="vse", steps=200).fit(X1, X2)
    assert not any("cost no more" in note for note in mean.notes_)
    assert mean.transform(X1, X2)[0].var(axis=0).sum() > 0.5
    told_apart = quick(loss="vse++", steps=200).fit(*pairs(rng))
    assert not any("cost no more" in note for note in told_apart.notes_)
