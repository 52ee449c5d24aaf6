"""The parts add up, the joint one says nothing of a source alone, and synergy is in it."""

from typing import Any

import numpy as np
import pytest
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression

from pid.errors import InvalidInput

pytestmark = pytest.mark.extras

Array = np.ndarray


def rows(rng: np.random.Generator, n: int = 1000) -> tuple[Array, Array, Array, Array]:
    """A shared bit, and an exclusive or, each half of y; the bits beside noise."""
    shared, a, b = rng.integers(2, size=(3, n))
    sources = []
    for half in (a, b):
        bits = 2.0 * np.column_stack([shared, half]) - 1 + 0.25 * rng.normal(size=(n, 2))
        sources.append(np.hstack([bits, rng.normal(size=(n, 2))]))
    return sources[0], sources[1], 2 * shared + (a ^ b), a ^ b


def quick(**options: Any) -> Any:
    from pid.estimators.fission import SynergyExperts

    return SynergyExperts(**{"steps": 300} | options)


@pytest.fixture(scope="module")
def model() -> Any:
    rng = np.random.default_rng(0)
    return quick().fit(*rows(rng)[:3])


def test_parts_add_up_to_the_logits(model: Any, rng: np.random.Generator) -> None:
    X1, X2, y, _ = rows(rng)
    parts = model.parts(X1, X2)
    assert all(part.shape == (1000, 4) for part in parts)
    said = log_softmax(sum(parts), axis=1)
    assert said == pytest.approx(np.log(model.predict_proba(X1, X2)), abs=1e-4)
    assert model.score(X1, X2, y) > 0.98


def test_the_joint_part_averages_to_0_over_training_partners(model: Any) -> None:
    """Whatever the other source is, and so does its code."""
    X1, X2, _, _ = rows(np.random.default_rng(0))
    learned = model._rows.training
    one, other = (np.repeat(X[[7]], len(learned), axis=0) for X in (X1, X2))
    for pair in ((one, X2[learned]), (X1[learned], other)):
        joint = model.parts(*pair).joint
        assert joint.std() > 0.3
        assert np.abs(joint.mean(axis=0)).max() < 1e-4


def test_what_is_said_alone_is_measured_on_other_rows(model: Any, rng: np.random.Generator) -> None:
    """By its closed form, and by showing each row with all partners."""
    X1, X2, _, _ = rows(rng, 60)
    found = model.said_alone(X1, X2)
    ones = [model.parts(np.repeat(X1[[i]], 60, axis=0), X2).joint for i in range(60)]
    others = [model.parts(X1, np.repeat(X2[[i]], 60, axis=0)).joint for i in range(60)]
    assert found.partners == 60
    assert found.value == pytest.approx(
        np.mean([np.abs(joint.mean(axis=0)) for joint in ones + others]), rel=1e-4
    )
    spread = np.mean([joint.std(axis=0, ddof=1) for joint in ones + others])
    assert found.noise == pytest.approx(np.sqrt(2 / np.pi / 60) * spread, rel=1e-4)
    X1, X2, _, _ = rows(rng, 4000)
    assert model.said_alone(X1, X2).value < 0.05 * np.abs(model.parts(X1, X2).joint).mean()
    assert f"{model.said_alone_.value:.4f} nat" in repr(model)


def test_synergy_is_where_a_straight_line_reads_it(model: Any, rng: np.random.Generator) -> None:
    X1, X2, y, both = rows(rng, 2000)
    code = model.transform(X1, X2)
    for bit, least, most in ((both, 0.95, 1.0), (y // 2, 0.0, 0.6)):
        line = LogisticRegression(max_iter=1000).fit(code[:1000], bit[:1000])
        assert least <= line.score(code[1000:], bit[1000:]) <= most


def test_additive_sources_leave_the_joint_part_small(rng: np.random.Generator) -> None:
    X1, X2 = rng.normal(size=(2, 1500, 3))
    y = X1[:, 0] + X2[:, 0] + 0.3 * rng.normal(size=1500) > 0
    parts = quick().fit(X1, X2, y).parts(X1, X2)
    assert parts.joint.std() < 0.2 * (parts.additive1 + parts.additive2).std()


def test_a_missing_source_leaves_its_additive_part(model: Any, rng: np.random.Generator) -> None:
    X1, X2, y, _ = rows(rng, 400)
    parts = model.parts(X1)
    assert parts.additive2 is None and parts.joint is None
    assert np.array_equal(parts.additive1, model.parts(X1, X2).additive1)
    said = np.exp(log_softmax(parts.additive1, axis=1))
    assert model.predict_proba(X1) == pytest.approx(said)
    assert (model.predict(None, X2) // 2 == y // 2).mean() > 0.95  # what both have
    with pytest.raises(InvalidInput, match="the joint code needs both sources"):
        model.transform(X1, None)


def test_additive_parts_have_the_same_mean(model: Any) -> None:
    X1, X2, _, _ = rows(np.random.default_rng(0))
    learned = model._rows.training
    parts = model.parts(X1[learned], X2[learned])
    assert parts.additive1.mean(axis=0) == pytest.approx(parts.additive2.mean(axis=0), abs=1e-4)
