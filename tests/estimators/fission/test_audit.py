"""Audits: what is in the wrong head is said, with words that fit."""

import copy
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pid.errors import InvalidInput
from pid.estimators.fission.audited import Audit, Augmented, Overlap, Told
from pid.inference.intervals import Measure

pytestmark = pytest.mark.extras

Array = np.ndarray
Parts = dict[str, tuple[float, float]]


def measure(value: float) -> Measure:
    return Measure(value, value, value - 0.05, value + 0.05)


def audit(parts: Parts | None = None, augmentation: dict[str, Augmented] | None = None) -> Audit:
    """Of one shared bit and one of each source, parted as they should be, but for some heads."""
    usual = {"x": (1.0, 1.0), "shared": (1.0, 0.0), "unique": (0.0, 1.0)}
    values = {f"{name}{i}": both for name, both in usual.items() for i in (1, 2)} | (parts or {})
    told = {name: Told(*map(measure, both)) for name, both in values.items()}
    return Audit(told=told, augmentation=augmentation or {}, n=500, classes=8, level=0.95)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"unique1": (0.3, 1.0)}, "unique1 tells 0.3000 of the 1.0000 bit that x1 and x2 share: "),
        (
            {"unique2": (0.3, 1.0), "shared2": (0.6, 0.0)},
            "as shared2 tells only 0.6000 of it: take a larger n_shared",
        ),
        ({"shared1": (0.6, 0.0)}, "shared1 tells 0.6000 of the 1.0000 bit that x1 and x2 share"),
        ({"shared2": (1.0, 0.2)}, "shared2 tells 0.2000 bit that x1 does not"),
        ({"unique1": (0.0, 0.7)}, "unique1 tells 0.7000 of the 1.0000 bit that only x1 tells"),
    ],
)
def test_what_is_in_the_wrong_head(parts: Parts, words: str) -> None:
    found = audit(parts)
    assert len(found.warnings) == 1
    assert words in found.warnings[0]
    assert words in repr(found)


def test_less_than_nothing_is_nothing_in_words() -> None:
    """Corrected amounts may be below 0, which nobody tells."""
    found = audit({"shared1": (-0.02, 0.0), "unique2": (0.0, -0.03)})
    assert len(found.warnings) == 2
    assert "shared1 tells 0.0000 of the 1.0000 bit" in found.warnings[0]
    assert "unique2 tells 0.0000 of the 1.0000 bit" in found.warnings[1]
    assert "-0." not in " ".join((*found.warnings, found.reading))


def test_heads_that_hold_what_they_should() -> None:
    found = audit()
    assert found.warnings == ()
    assert found.shared_in_unique == found.unique_in_shared == (0.0, 0.0)
    assert found.to_dict()["unique1_own_high"] == 1.05
    for again in (pickle.loads(pickle.dumps(found)), copy.deepcopy(found)):
        assert again == found and repr(again) == repr(found)


@pytest.mark.parametrize(
    ("after", "of_x", "words"),
    [
        (1.0, 5.0, "loses what is asked for: of the 2.0000 bit about y it leaves 1.0000"),
        (2.0, 5.0, "keeps more than is asked for, 5.0000 bit of x1 where 2.0000 are about y"),
    ],
)
def test_an_augmentation_that_is_not_of_y(after: float, of_x: float, words: str) -> None:
    found = audit(None, {"x1": Augmented(measure(2.0), measure(after), of_x)})
    assert words in found.warnings[0]
    assert audit(None, {"x1": Augmented(measure(2.0), measure(2.0), 2.0)}).warnings == ()


def bits(n: int) -> tuple[Array, Array, Array]:
    rng = np.random.default_rng(0)
    s, u = rng.integers(2, size=(2, n))
    X1 = np.column_stack([s, u]) + 0.1 * rng.normal(size=(n, 2))
    return X1, s[:, None] + 0.1 * rng.normal(size=(n, 2)), 2 * s + u


def quick(**options: Any) -> Any:
    from pid.estimators.fission import FactorizedContrastive

    usual = {"n_shared": 2, "n_unique": 2, "steps": 200, "batch": 100}
    return FactorizedContrastive(**usual | options)


@pytest.mark.slow
def test_an_audit_finds_what_there_is() -> None:
    """A shared bit and one of x1; the model prints the audit of the rows that it held out."""
    X1, X2, y = bits(2000)
    model = quick().fit(X1[:1500], X2[:1500], y[:1500])
    found = model.audit(X1[1500:], X2[1500:], y[1500:])
    expected = {"x1": (1, 1), "shared1": (1, 0), "unique1": (0, 1), "x2": (1, 0), "shared2": (1, 0)}
    for name, parts in expected.items():
        told = [m.corrected for m in found.told[name]]
        assert told == pytest.approx(parts, abs=0.1), name
    assert found.told["unique2"].own.corrected == pytest.approx(0, abs=0.05)
    assert found.warnings == ()
    assert "What heads tell about y" in str(model)
    assert model.audit_ is model.audit_
    assert model.audit_.n == 150
    assert repr(model).startswith("FactorizedContrastive(") and "heads" not in repr(model)


@pytest.mark.slow
def test_without_y_heads_are_compared_and_with_it_the_augmentation(tmp_path: Path) -> None:
    X1, X2, y = bits(1200)

    def without_u(X: Array) -> Array:
        X[:, 1] = 0.5
        return X + 0.1 * np.random.default_rng(3).normal(size=X.shape)

    model = quick(augment=(without_u, lambda X: X)).fit(X1[:800], X2[:800])
    overlap = model.audit(X1[800:], X2[800:])
    assert isinstance(overlap, Overlap)
    assert overlap.shared.corrected > 0.5 > 0.2 > overlap.unique1_shared2.corrected
    assert isinstance(model.audit_, Overlap)
    found = model.audit(X1[800:], X2[800:], y[800:])
    assert found.augmentation["x1"].of_y.corrected == pytest.approx(2, abs=0.1)
    assert found.augmentation["x1"].of_y_after.corrected == pytest.approx(1, abs=0.1)
    assert any("the augmentation of x1 loses what is asked for" in w for w in found.warnings)

    from pid.report import document_of, report

    document = document_of(found, "codes")
    assert document.warnings == found.warnings
    report(found, tmp_path / "audit.html")
    assert "unique1" in (tmp_path / "audit.html").read_text(encoding="utf-8")


def test_audits_that_cannot_be() -> None:
    X1, X2, y = bits(60)
    model = quick(steps=20, batch=30)
    with pytest.raises(InvalidInput, match="not fitted yet"):
        model.audit(X1, X2, y)
    with pytest.raises(InvalidInput, match="not fitted yet"):
        model.audit_  # noqa: B018
    model.fit(X1, X2, y)
    with pytest.raises(InvalidInput, match="an audit needs both sources"):
        model.audit(X1, None, y)
    with pytest.raises(InvalidInput, match="y must have one row per sample; got 59 for 60"):
        model.audit(X1, X2, y[:-1])
    assert "no audit of 10 held-out rows: " in str(model)


def test_a_picture_of_an_audit() -> None:
    from matplotlib import pyplot
    from matplotlib.patches import Rectangle

    from pid.plot import audit as draw

    ax = draw(audit({"unique1": (0.3, 1.0)}))
    labels = [text.get_text() for text in ax.get_yticklabels()]
    widths = [bar.get_width() for bar in ax.patches if isinstance(bar, Rectangle)]
    assert labels[::-1] == ["x1", "shared1", "unique1", "x2", "shared2", "unique2"]
    assert widths[4:6] == [0.3, 1.0]
    pyplot.close("all")
